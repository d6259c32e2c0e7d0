// rules.cc — the two profiles: each switch and number with its source.

#include "sim/engine/rules.h"

#include <array>

namespace drydock::engine {

namespace {

constexpr std::int64_t kMebibyte = 1024 * 1024;

}  // namespace

namespace {

std::shared_ptr<const List> shared(List paths) {
  return std::make_shared<const List>(std::move(paths));
}

}  // namespace

Rules rules_1_8() {
  Rules rules;  // behaviour.md; Docker 1.8.3 of October 2015.
  rules.profile = "docker-1.8";
  rules.column = 0;
  rules.grammar = image::Grammar::docker_1_8;
  rules.facts = {"1.8.3",   "1.20",    "1.20",
                 "go1.4.2", "f4bf5c7", "Mon Oct 12 05:37:18 UTC 2015",
                 "1.8.3"};
  rules.tag_needs_force = true;
  rules.memory_min = 4 * kMebibyte;
  rules.name_registered_before_checks = true;
  rules.restart_wait_first = 200 * kMillisecond;
  rules.named_volumes_go_with_rm = true;
  rules.masked_paths =
      shared({"/proc/kcore", "/proc/latency_stats", "/proc/timer_stats"});
  rules.read_only_paths =
      shared({"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
              "/proc/sysrq-trigger"});
  rules.gateway = "172.17.42.1";
  rules.addresses_in_sequence = true;
  rules.terse_dial_errors = true;
  rules.events_kept = 64;
  return rules;
}

Rules rules_20_10() {
  Rules rules;  // Recorded from Docker 20.10.24.
  rules.profile = "docker-20.10";
  rules.column = 1;
  rules.grammar = image::Grammar::docker_20_10;
  rules.facts = {"20.10.24+dfsg1", "1.41",    "1.12",
                 "go1.19.8",       "5d6db84", "Thu May  7 21:09:36 2026",
                 "20.10.24+dfsg1"};
  rules.content_ids = true;
  rules.labels_inherited = true;
  rules.listing_by_references = true;
  rules.thaw_to_signal = true;
  rules.start_failure_by_kind = true;
  rules.own_group_listed = true;
  rules.diff_deletions_last = true;
  rules.memory_min = 6 * kMebibyte;
  rules.swap_defaults_to_double = true;
  rules.restart_wait_first = 100 * kMillisecond;
  rules.restart_wait_max = 60 * kSecond;
  rules.copy_up_into_named = true;
  rules.checks_confinement = true;
  rules.private_ipc = true;
  rules.masked_paths =
      shared({"/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
              "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
              "/proc/sched_debug", "/proc/scsi", "/sys/firmware"});
  rules.read_only_paths = shared({"/proc/bus", "/proc/fs", "/proc/irq",
                                  "/proc/sys", "/proc/sysrq-trigger"});
  rules.sysctls = {{"net.ipv4.ip_unprivileged_port_start", "0"},
                   {"net.ipv4.ping_group_range", "0 2147483647"}};
  rules.gateway = "172.17.0.1";
  rules.own_host_line_last = true;
  rules.publish_on_ipv6 = true;
  rules.layers_are_mounted = true;
  rules.events_kept = 256;
  rules.events_typed = true;
  return rules;
}

const Rules* rules_named(std::string_view profile) {
  static const std::array kProfiles = {rules_1_8(), rules_20_10()};
  for (const Rules& rules : kProfiles) {
    if (rules.profile == profile) return &rules;
  }
  return nullptr;
}

}  // namespace drydock::engine
