// run_topics.cc — the table of topics.

#include "sim/cli/run_topics.h"

#include <algorithm>
#include <cassert>

namespace drydock::cli {

namespace {

struct Row {
  std::string_view flag;
  Topic topic;
};

constexpr Row kRows[] = {
    {"add-host", Topic::names},
    {"attach", Topic::client},
    {"blkio-weight", Topic::resources},
    {"blkio-weight-device", Topic::resources},
    {"cap-add", Topic::capabilities},
    {"cap-drop", Topic::capabilities},
    {"cgroup-parent", Topic::host},
    {"cgroupns", Topic::modes},
    {"cidfile", Topic::host},
    {"cpu-period", Topic::resources},
    {"cpu-quota", Topic::resources},
    {"cpu-rt-period", Topic::resources},
    {"cpu-rt-runtime", Topic::resources},
    {"cpu-shares", Topic::resources},
    {"cpus", Topic::resources},
    {"cpuset-cpus", Topic::resources},
    {"cpuset-mems", Topic::resources},
    {"detach", Topic::client},
    {"detach-keys", Topic::client},
    {"device", Topic::devices},
    {"device-cgroup-rule", Topic::devices},
    {"device-read-bps", Topic::resources},
    {"device-read-iops", Topic::resources},
    {"device-write-bps", Topic::resources},
    {"device-write-iops", Topic::resources},
    {"disable-content-trust", Topic::unmodelled},
    {"dns", Topic::names},
    {"dns-option", Topic::names},
    {"dns-search", Topic::names},
    {"domainname", Topic::config},
    {"entrypoint", Topic::config},
    {"env", Topic::environment},
    {"env-file", Topic::environment},
    {"expose", Topic::ports},
    {"gpus", Topic::devices},
    {"group-add", Topic::host},
    {"health-cmd", Topic::health},
    {"health-interval", Topic::health},
    {"health-retries", Topic::health},
    {"health-start-period", Topic::health},
    {"health-timeout", Topic::health},
    {"help", Topic::client},
    {"hostname", Topic::config},
    {"init", Topic::host},
    {"interactive", Topic::client},
    {"ip", Topic::network},
    {"ip6", Topic::unmodelled},
    {"ipc", Topic::modes},
    {"isolation", Topic::host},
    {"kernel-memory", Topic::resources},
    {"label", Topic::labels},
    {"label-file", Topic::labels},
    {"link", Topic::names},
    {"link-local-ip", Topic::unmodelled},
    {"log-driver", Topic::host},
    {"log-opt", Topic::host},
    {"lxc-conf", Topic::unmodelled},
    {"mac-address", Topic::config},
    {"memory", Topic::resources},
    {"memory-reservation", Topic::resources},
    {"memory-swap", Topic::resources},
    {"memory-swappiness", Topic::resources},
    {"mount", Topic::mounts},
    {"name", Topic::client},
    {"network", Topic::network},
    {"network-alias", Topic::network},
    {"no-healthcheck", Topic::health},
    {"oom-kill-disable", Topic::resources},
    {"oom-score-adj", Topic::resources},
    {"pid", Topic::modes},
    {"pids-limit", Topic::resources},
    {"platform", Topic::unmodelled},
    {"privileged", Topic::host},
    {"publish", Topic::ports},
    {"publish-all", Topic::host},
    {"pull", Topic::client},
    {"read-only", Topic::host},
    {"restart", Topic::host},
    {"rm", Topic::client},
    {"runtime", Topic::host},
    {"security-opt", Topic::security},
    {"shm-size", Topic::resources},
    {"sig-proxy", Topic::client},
    {"stop-signal", Topic::config},
    {"stop-timeout", Topic::config},
    {"storage-opt", Topic::devices},
    {"sysctl", Topic::host},
    {"tmpfs", Topic::host},
    {"tty", Topic::client},
    {"ulimit", Topic::resources},
    {"user", Topic::config},
    {"userns", Topic::modes},
    {"uts", Topic::modes},
    {"volume", Topic::mounts},
    {"volume-driver", Topic::host},
    {"volumes-from", Topic::host},
    {"workdir", Topic::config},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::flag));

}  // namespace

std::optional<Topic> topic_of(std::string_view flag) {
  const Row* const row = std::ranges::lower_bound(kRows, flag, {}, &Row::flag);
  if (row == std::end(kRows) || row->flag != flag) return std::nullopt;
  return row->topic;
}

Topics::Topics(const Flags& flags) {
  for (const auto& [flag, value] : flags.all()) {
    const std::optional<Topic> topic = topic_of(flag);
    assert(topic);
    bits_ |= bit(*topic);
  }
}

}  // namespace drydock::cli
