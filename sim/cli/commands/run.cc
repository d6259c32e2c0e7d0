// run.cc — `docker run` and `docker create`.

#include <optional>

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/creation.h"
#include "sim/cli/run_options.h"
#include "sim/cli/streams.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kRunFlags[] = {
    {0, "add-host", "list", Kind::list, "", kBoth, "Put another host:ip line into /etc/hosts"},
    {'a', "attach", "list", Kind::stream, "", kBoth, "Connect to STDIN, STDOUT or STDERR"},
    {0, "blkio-weight", "uint16", Kind::uint16, "0", kBoth, "Share of block IO, 10 to 1000; 0 leaves it alone"},
    {0, "blkio-weight-device", "list", Kind::list, "[]", k20, "Share of block IO for one device"},
    {0, "cap-add", "list", Kind::list, "", kBoth, "Grant a capability"},
    {0, "cap-drop", "list", Kind::list, "", kBoth, "Take a capability away"},
    {0, "cgroup-parent", "string", Kind::text, "", kBoth, "Cgroup below which the container's own is made"},
    {0, "cgroupns", "string", Kind::text, "", k20, "Cgroup namespace: host or private"},
    {0, "cidfile", "string", Kind::text, "", kBoth, "File that gets the container's ID"},
    {0, "cpu-period", "int", Kind::number, "", kBoth, "CFS period of the CPU limit, in microseconds"},
    {0, "cpu-quota", "int", Kind::number, "", kBoth, "CFS quota of the CPU limit, in microseconds"},
    {0, "cpu-rt-period", "int", Kind::number, "", k20, "Real-time period of the CPU limit, in microseconds"},
    {0, "cpu-rt-runtime", "int", Kind::number, "", k20, "Real-time share of the CPU limit, in microseconds"},
    {'c', "cpu-shares", "int", Kind::number, "", kBoth, "Relative share of CPU time"},
    {0, "cpus", "decimal", Kind::decimal, "", k20, "How many CPUs it may use"},
    {0, "cpuset-cpus", "string", Kind::text, "", kBoth, "CPUs it may run on (0-3, 0,1)"},
    {0, "cpuset-mems", "string", Kind::text, "", kBoth, "Memory nodes it may use (0-3, 0,1)"},
    {'d', "detach", "", Kind::toggle, "", kBoth, "Leave it running in the background"},
    {0, "detach-keys", "string", Kind::text, "", k20, "Keys that detach the terminal"},
    {0, "device", "list", Kind::list, "", kBoth, "Give it a device of the host"},
    {0, "device-cgroup-rule", "list", Kind::list, "", k20, "Rule for the list of allowed devices"},
    {0, "device-read-bps", "list", Kind::list, "[]", k20, "Bytes per second that may be read from a device"},
    {0, "device-read-iops", "list", Kind::list, "[]", k20, "Reads per second from a device"},
    {0, "device-write-bps", "list", Kind::list, "[]", k20, "Bytes per second that may be written to a device"},
    {0, "device-write-iops", "list", Kind::list, "[]", k20, "Writes per second to a device"},
    {0, "disable-content-trust", "", Kind::toggle, "true", kBoth, "Do not verify signatures"},
    {0, "dns", "list", Kind::list, "", kBoth, "Name servers to ask"},
    {0, "dns-opt", "list", Kind::list, "", k20, "Resolver options", "dns-option", true},
    {0, "dns-option", "list", Kind::list, "", k20, "Resolver options"},
    {0, "dns-search", "list", Kind::list, "", kBoth, "Domains to search"},
    {0, "domainname", "string", Kind::text, "", k20, "NIS domain name"},
    {0, "entrypoint", "string", Kind::text, "", kBoth, "Program in place of the image's ENTRYPOINT"},
    {'e', "env", "list", Kind::environment, "", kBoth, "Set a variable of the environment"},
    {0, "env-file", "list", Kind::list, "", kBoth, "File with variables, one a line"},
    {0, "expose", "list", Kind::list, "", kBoth, "Port or range of ports it listens on"},
    {0, "gpus", "gpu-request", Kind::text, "", k20, "GPUs to hand over ('all' for each)"},
    {0, "group-add", "list", Kind::list, "", kBoth, "Further groups to be in"},
    {0, "health-cmd", "string", Kind::text, "", k20, "Command that tells whether it is well"},
    {0, "health-interval", "duration", Kind::duration, "0s", k20, "Time between two checks (ms|s|m|h)"},
    {0, "health-retries", "int", Kind::number, "", k20, "Failures in a row that make it unhealthy"},
    {0, "health-start-period", "duration", Kind::duration, "0s", k20, "Time to get ready before checks count (ms|s|m|h)"},
    {0, "health-timeout", "duration", Kind::duration, "0s", k20, "Time that one check may take (ms|s|m|h)"},
    {0, "help", "", Kind::toggle, "", k20, "Print usage"},
    {'h', "hostname", "string", Kind::text, "", kBoth, "Name of the host inside"},
    {0, "init", "", Kind::toggle, "", k20, "Run a small init as PID 1"},
    {'i', "interactive", "", Kind::toggle, "", kBoth, "Keep STDIN open"},
    {0, "ip", "string", Kind::text, "", k20, "IPv4 address (172.30.100.104)"},
    {0, "ip6", "string", Kind::text, "", k20, "IPv6 address (2001:db8::33)"},
    {0, "ipc", "string", Kind::text, "", kBoth, "IPC namespace to use"},
    {0, "isolation", "string", Kind::text, "", k20, "Technology that isolates it"},
    {0, "kernel-memory", "bytes", Kind::bytes, "", k20, "Bound on kernel memory"},
    {'l', "label", "list", Kind::list, "", kBoth, "Label it, key=value"},
    {0, "label-file", "list", Kind::list, "", kBoth, "File with labels, one a line"},
    {0, "link", "list", Kind::list, "", kBoth, "Link to another container"},
    {0, "link-local-ip", "list", Kind::list, "", k20, "Link-local addresses"},
    {0, "log-driver", "string", Kind::text, "", kBoth, "Where its output is logged"},
    {0, "log-opt", "list", Kind::list, "", kBoth, "Option of the log driver"},
    {0, "lxc-conf", "list", Kind::list, "", k18, "Option of the lxc driver"},
    {0, "mac-address", "string", Kind::text, "", kBoth, "MAC address (92:d0:c6:0a:29:33)"},
    {'m', "memory", "bytes", Kind::bytes, "", kBoth, "Bound on memory"},
    {0, "memory-reservation", "bytes", Kind::bytes, "", k20, "Soft bound on memory"},
    {0, "memory-swap", "bytes", Kind::bytes, "", kBoth, "Bound on memory and swap together; '-1' for none on swap"},
    {0, "memory-swappiness", "int", Kind::number, "-1", kBoth, "How readily it is swapped out (0 to 100)"},
    {0, "mount", "mount", Kind::mount, "", k20, "Mount a filesystem"},
    {0, "name", "string", Kind::text, "", kBoth, "Name it"},
    {0, "net", "string", Kind::text, "default", k18, "Network to be in", "network"},
    {0, "net", "network", Kind::list, "", k20, "Network to be in", "network", true},
    {0, "net-alias", "list", Kind::list, "", k20, "Further name in that network", "network-alias", true},
    {0, "network", "network", Kind::list, "", k20, "Network to be in"},
    {0, "network-alias", "list", Kind::list, "", k20, "Further name in that network"},
    {0, "no-healthcheck", "", Kind::toggle, "", k20, "Ignore the image's HEALTHCHECK"},
    {0, "oom-kill-disable", "", Kind::toggle, "", kBoth, "Spare it when memory runs out"},
    {0, "oom-score-adj", "int", Kind::number, "", k20, "Preference when memory runs out (-1000 to 1000)"},
    {0, "pid", "string", Kind::text, "", kBoth, "PID namespace to use"},
    {0, "pids-limit", "int", Kind::number, "", k20, "How many processes it may have (-1: any)"},
    {0, "platform", "string", Kind::text, "", k20, "Platform, where the server has several"},
    {0, "privileged", "", Kind::toggle, "", kBoth, "Let it do nearly all that the host can"},
    {'p', "publish", "list", Kind::list, "", kBoth, "Publish a port on the host"},
    {'P', "publish-all", "", Kind::toggle, "", kBoth, "Publish each exposed port"},
    {0, "pull", "string", Kind::text, "missing", k20, "Pull first: \"always\"|\"missing\"|\"never\""},
    {0, "read-only", "", Kind::toggle, "", kBoth, "Mount its root filesystem read-only"},
    {0, "restart", "string", Kind::text, "no", kBoth, "When to start it again after an exit"},
    {0, "rm", "", Kind::toggle, "", kBoth, "Remove it once it has exited"},
    {0, "runtime", "string", Kind::text, "", k20, "Runtime that starts it"},
    {0, "security-opt", "list", Kind::list, "", kBoth, "Security option"},
    {0, "shm-size", "bytes", Kind::bytes, "", k20, "Size of /dev/shm"},
    {0, "sig-proxy", "", Kind::toggle, "true", kBoth, "Pass signals on to the process"},
    {0, "stop-signal", "string", Kind::text, "SIGTERM", k20, "Signal that asks it to stop"},
    {0, "stop-timeout", "int", Kind::number, "", k20, "Seconds from that signal to the kill"},
    {0, "storage-opt", "list", Kind::list, "", k20, "Option of the storage driver"},
    {0, "sysctl", "map", Kind::sysctl, "map[]", k20, "Kernel parameter"},
    {0, "tmpfs", "list", Kind::list, "", k20, "Mount a tmpfs here"},
    {'t', "tty", "", Kind::toggle, "", kBoth, "Give it a terminal"},
    {0, "ulimit", "ulimit", Kind::ulimit, "[]", kBoth, "Bound as of setrlimit(2)"},
    {'u', "user", "string", Kind::text, "", kBoth, "User to be: <name|uid>[:<group|gid>]"},
    {0, "userns", "string", Kind::text, "", k20, "User namespace to use"},
    {0, "uts", "string", Kind::text, "", kBoth, "UTS namespace to use"},
    {'v', "volume", "list", Kind::list, "", kBoth, "Mount a volume or a folder"},
    {0, "volume-driver", "string", Kind::text, "", kBoth, "Driver of its volumes"},
    {0, "volumes-from", "list", Kind::list, "", kBoth, "Mount the volumes of another container"},
    {'w', "workdir", "string", Kind::text, "", kBoth, "Directory to start in"},
};
// clang-format on

/// `create` attaches nothing: no -d, --detach-keys or --sig-proxy.
// clang-format off
constexpr Flag kCreateFlags[] = {
    {0, "add-host", "list", Kind::list, "", kBoth, "Put another host:ip line into /etc/hosts"},
    {'a', "attach", "list", Kind::stream, "", kBoth, "Connect to STDIN, STDOUT or STDERR"},
    {0, "blkio-weight", "uint16", Kind::uint16, "0", kBoth, "Share of block IO, 10 to 1000; 0 leaves it alone"},
    {0, "blkio-weight-device", "list", Kind::list, "[]", k20, "Share of block IO for one device"},
    {0, "cap-add", "list", Kind::list, "", kBoth, "Grant a capability"},
    {0, "cap-drop", "list", Kind::list, "", kBoth, "Take a capability away"},
    {0, "cgroup-parent", "string", Kind::text, "", kBoth, "Cgroup below which the container's own is made"},
    {0, "cgroupns", "string", Kind::text, "", k20, "Cgroup namespace: host or private"},
    {0, "cidfile", "string", Kind::text, "", kBoth, "File that gets the container's ID"},
    {0, "cpu-period", "int", Kind::number, "", kBoth, "CFS period of the CPU limit, in microseconds"},
    {0, "cpu-quota", "int", Kind::number, "", kBoth, "CFS quota of the CPU limit, in microseconds"},
    {0, "cpu-rt-period", "int", Kind::number, "", k20, "Real-time period of the CPU limit, in microseconds"},
    {0, "cpu-rt-runtime", "int", Kind::number, "", k20, "Real-time share of the CPU limit, in microseconds"},
    {'c', "cpu-shares", "int", Kind::number, "", kBoth, "Relative share of CPU time"},
    {0, "cpus", "decimal", Kind::decimal, "", k20, "How many CPUs it may use"},
    {0, "cpuset-cpus", "string", Kind::text, "", kBoth, "CPUs it may run on (0-3, 0,1)"},
    {0, "cpuset-mems", "string", Kind::text, "", kBoth, "Memory nodes it may use (0-3, 0,1)"},
    {0, "device", "list", Kind::list, "", kBoth, "Give it a device of the host"},
    {0, "device-cgroup-rule", "list", Kind::list, "", k20, "Rule for the list of allowed devices"},
    {0, "device-read-bps", "list", Kind::list, "[]", k20, "Bytes per second that may be read from a device"},
    {0, "device-read-iops", "list", Kind::list, "[]", k20, "Reads per second from a device"},
    {0, "device-write-bps", "list", Kind::list, "[]", k20, "Bytes per second that may be written to a device"},
    {0, "device-write-iops", "list", Kind::list, "[]", k20, "Writes per second to a device"},
    {0, "disable-content-trust", "", Kind::toggle, "true", kBoth, "Do not verify signatures"},
    {0, "dns", "list", Kind::list, "", kBoth, "Name servers to ask"},
    {0, "dns-opt", "list", Kind::list, "", k20, "Resolver options", "dns-option", true},
    {0, "dns-option", "list", Kind::list, "", k20, "Resolver options"},
    {0, "dns-search", "list", Kind::list, "", kBoth, "Domains to search"},
    {0, "domainname", "string", Kind::text, "", k20, "NIS domain name"},
    {0, "entrypoint", "string", Kind::text, "", kBoth, "Program in place of the image's ENTRYPOINT"},
    {'e', "env", "list", Kind::environment, "", kBoth, "Set a variable of the environment"},
    {0, "env-file", "list", Kind::list, "", kBoth, "File with variables, one a line"},
    {0, "expose", "list", Kind::list, "", kBoth, "Port or range of ports it listens on"},
    {0, "gpus", "gpu-request", Kind::text, "", k20, "GPUs to hand over ('all' for each)"},
    {0, "group-add", "list", Kind::list, "", kBoth, "Further groups to be in"},
    {0, "health-cmd", "string", Kind::text, "", k20, "Command that tells whether it is well"},
    {0, "health-interval", "duration", Kind::duration, "0s", k20, "Time between two checks (ms|s|m|h)"},
    {0, "health-retries", "int", Kind::number, "", k20, "Failures in a row that make it unhealthy"},
    {0, "health-start-period", "duration", Kind::duration, "0s", k20, "Time to get ready before checks count (ms|s|m|h)"},
    {0, "health-timeout", "duration", Kind::duration, "0s", k20, "Time that one check may take (ms|s|m|h)"},
    {0, "help", "", Kind::toggle, "", k20, "Print usage"},
    {'h', "hostname", "string", Kind::text, "", kBoth, "Name of the host inside"},
    {0, "init", "", Kind::toggle, "", k20, "Run a small init as PID 1"},
    {'i', "interactive", "", Kind::toggle, "", kBoth, "Keep STDIN open"},
    {0, "ip", "string", Kind::text, "", k20, "IPv4 address (172.30.100.104)"},
    {0, "ip6", "string", Kind::text, "", k20, "IPv6 address (2001:db8::33)"},
    {0, "ipc", "string", Kind::text, "", kBoth, "IPC namespace to use"},
    {0, "isolation", "string", Kind::text, "", k20, "Technology that isolates it"},
    {0, "kernel-memory", "bytes", Kind::bytes, "", k20, "Bound on kernel memory"},
    {'l', "label", "list", Kind::list, "", kBoth, "Label it, key=value"},
    {0, "label-file", "list", Kind::list, "", kBoth, "File with labels, one a line"},
    {0, "link", "list", Kind::list, "", kBoth, "Link to another container"},
    {0, "link-local-ip", "list", Kind::list, "", k20, "Link-local addresses"},
    {0, "log-driver", "string", Kind::text, "", kBoth, "Where its output is logged"},
    {0, "log-opt", "list", Kind::list, "", kBoth, "Option of the log driver"},
    {0, "lxc-conf", "list", Kind::list, "", k18, "Option of the lxc driver"},
    {0, "mac-address", "string", Kind::text, "", kBoth, "MAC address (92:d0:c6:0a:29:33)"},
    {'m', "memory", "bytes", Kind::bytes, "", kBoth, "Bound on memory"},
    {0, "memory-reservation", "bytes", Kind::bytes, "", k20, "Soft bound on memory"},
    {0, "memory-swap", "bytes", Kind::bytes, "", kBoth, "Bound on memory and swap together; '-1' for none on swap"},
    {0, "memory-swappiness", "int", Kind::number, "-1", kBoth, "How readily it is swapped out (0 to 100)"},
    {0, "mount", "mount", Kind::mount, "", k20, "Mount a filesystem"},
    {0, "name", "string", Kind::text, "", kBoth, "Name it"},
    {0, "net", "string", Kind::text, "default", k18, "Network to be in", "network"},
    {0, "net", "network", Kind::list, "", k20, "Network to be in", "network", true},
    {0, "net-alias", "list", Kind::list, "", k20, "Further name in that network", "network-alias", true},
    {0, "network", "network", Kind::list, "", k20, "Network to be in"},
    {0, "network-alias", "list", Kind::list, "", k20, "Further name in that network"},
    {0, "no-healthcheck", "", Kind::toggle, "", k20, "Ignore the image's HEALTHCHECK"},
    {0, "oom-kill-disable", "", Kind::toggle, "", kBoth, "Spare it when memory runs out"},
    {0, "oom-score-adj", "int", Kind::number, "", k20, "Preference when memory runs out (-1000 to 1000)"},
    {0, "pid", "string", Kind::text, "", kBoth, "PID namespace to use"},
    {0, "pids-limit", "int", Kind::number, "", k20, "How many processes it may have (-1: any)"},
    {0, "platform", "string", Kind::text, "", k20, "Platform, where the server has several"},
    {0, "privileged", "", Kind::toggle, "", kBoth, "Let it do nearly all that the host can"},
    {'p', "publish", "list", Kind::list, "", kBoth, "Publish a port on the host"},
    {'P', "publish-all", "", Kind::toggle, "", kBoth, "Publish each exposed port"},
    {0, "pull", "string", Kind::text, "missing", k20, "Pull first: \"always\"|\"missing\"|\"never\""},
    {0, "read-only", "", Kind::toggle, "", kBoth, "Mount its root filesystem read-only"},
    {0, "restart", "string", Kind::text, "no", kBoth, "When to start it again after an exit"},
    {0, "rm", "", Kind::toggle, "", k20, "Remove it once it has exited"},
    {0, "runtime", "string", Kind::text, "", k20, "Runtime that starts it"},
    {0, "security-opt", "list", Kind::list, "", kBoth, "Security option"},
    {0, "shm-size", "bytes", Kind::bytes, "", k20, "Size of /dev/shm"},
    {0, "stop-signal", "string", Kind::text, "SIGTERM", k20, "Signal that asks it to stop"},
    {0, "stop-timeout", "int", Kind::number, "", k20, "Seconds from that signal to the kill"},
    {0, "storage-opt", "list", Kind::list, "", k20, "Option of the storage driver"},
    {0, "sysctl", "map", Kind::sysctl, "map[]", k20, "Kernel parameter"},
    {0, "tmpfs", "list", Kind::list, "", k20, "Mount a tmpfs here"},
    {'t', "tty", "", Kind::toggle, "", kBoth, "Give it a terminal"},
    {0, "ulimit", "ulimit", Kind::ulimit, "[]", kBoth, "Bound as of setrlimit(2)"},
    {'u', "user", "string", Kind::text, "", kBoth, "User to be: <name|uid>[:<group|gid>]"},
    {0, "userns", "string", Kind::text, "", k20, "User namespace to use"},
    {0, "uts", "string", Kind::text, "", kBoth, "UTS namespace to use"},
    {'v', "volume", "list", Kind::list, "", kBoth, "Mount a volume or a folder"},
    {0, "volume-driver", "string", Kind::text, "", kBoth, "Driver of its volumes"},
    {0, "volumes-from", "list", Kind::list, "", kBoth, "Mount the volumes of another container"},
    {'w', "workdir", "string", Kind::text, "", kBoth, "Directory to start in"},
};
// clang-format on

/// What was asked for and cannot be: how it is told.
struct Conflict {
  std::string_view text;
  bool with_help = true;
  bool bare = false;  // As it is, with status 1.
};

/// Options that exclude each other, and -t without a terminal.
std::optional<Conflict> conflict_of(const Call& call,
                                    const RunOptions& options) {
  const Client& client = call.at();
  const bool modern = client.profile.modern;
  const bool attaches = call.flags.given("attach");
  if (modern && options.detach && attaches) {
    return Conflict{"Conflicting options: -a and -d", false, true};
  }
  if (!modern && options.detach && options.remove) {
    return Conflict{"Conflicting options: --rm and -d"};
  }
  if (options.detach && attaches) {
    return Conflict{"Conflicting options: -a and -d"};
  }
  if (modern && options.remove && options.restarts) {
    return Conflict{"Conflicting options: --restart and --rm"};
  }
  const bool wants_tty = options.tty && options.attach_in && !options.detach;
  if (wants_tty && !client.console.in_is_terminal()) {
    return Conflict{client.profile.words.no_tty, false, modern};
  }
  return std::nullopt;
}

Task<int> refuse_conflict(Call& call, Conflict conflict) {
  std::string text(conflict.text);
  if (conflict.bare) return end_complaining(call.at(), std::move(text), 1);
  return refuse_run(call, std::move(text), conflict.with_help);
}

/// 1.8's client removes the container itself.
Task<engine::Done> remove_after(Client& client, engine::ContainerId id) {
  engine::RemoveRequest request;
  request.volumes = true;
  request.force = true;
  return client.engine.remove(std::move(id), request);
}

/// `attached`: whoever waits for the container's end hears of it, too.
Task<int> start_refused(Call& call, const RunOptions& options,
                        engine::ContainerId id, engine::Fault fault,
                        bool attached) {
  Client& client = call.at();
  if (options.remove && !client.profile.modern) {
    const engine::Done removed = co_await remove_after(client, id);
    static_cast<void>(removed);
  }
  const std::string text = told(client, fault);
  if (!client.profile.modern) {
    co_return co_await end_complaining(client, text);
  }
  const int status = fault.exit_code;
  std::string line = run_report(call, text, false);
  if (attached && !options.remove) line += wait_canceled(client);
  co_return co_await end_complaining(client, line, status);
}

Task<int> run_detached(Call& call, const RunOptions& options,
                       engine::ContainerId id) {
  Client& client = call.at();
  const engine::Done started = co_await client.engine.start(id);
  co_await say(client, id + "\n");
  if (started) co_return 0;
  co_return co_await start_refused(call, options, id, started.error(), false);
}

Task<int> run_attached(Call& call, const RunOptions& options,
                       engine::ContainerId id) {
  Client& client = call.at();
  const auto watched = client.engine.watch(id);
  engine::AttachRequest request;
  request.in = options.attach_in;
  request.out = options.attach_out;
  request.err = options.attach_err;
  auto attached = client.engine.attach(id, std::move(request), true);
  if (!watched || !attached) {
    const engine::Fault fault = !watched ? watched.error() : attached.error();
    co_return co_await refuse_run(call, told(client, fault), false);
  }
  const std::shared_ptr<engine::ExitSignal> exit = *watched;
  StreamPlan plan;
  plan.in = options.attach_in;
  plan.tty = options.tty;
  plan.sig_proxy = options.sig_proxy && !options.tty;
  plan.detach_keys = options.detach_keys;
  plan.container = id;
  StreamEnd end = StreamEnd::ended;
  {
    Streams streams(client, **attached, std::move(plan));
    streams.begin();
    const engine::Done started = co_await client.engine.start(id);
    if (!started) {
      co_return co_await start_refused(call, options, id, started.error(),
                                       true);
    }
    const bool silent = !options.attach_out && !options.attach_err;
    if (silent) co_await say(client, id + "\n");
    if (options.tty) co_await streams.resize();
    end = co_await streams.wait();
    if (end == StreamEnd::interrupted) co_return 128 + streams.signal();
  }
  if (end == StreamEnd::detached) co_return 0;
  const bool by_engine = options.remove && client.profile.modern;
  Event& gone = by_engine ? exit->removed : exit->exited;
  while (!gone.happened()) co_await gone.queue().wait();
  if (options.remove && !by_engine) {
    const engine::Done removed = co_await remove_after(client, std::move(id));
    static_cast<void>(removed);
  }
  co_return exit->exit_code;
}

Task<void> warn_of_local_dns(Client& client, List servers) {
  for (const std::string& server : servers) {
    if (!server.starts_with("127.") && server != "::1") continue;
    co_await complain(
        client, fmt::format("WARNING: Localhost DNS setting (--dns={}) may "
                            "fail in containers.\n",
                            server));
    co_return;
  }
}

/// What the flags say, and the files that they name.
Task<Outcome> read_options(Call& call, RunOptions& options) {
  const Topics topics(call.flags);
  Outcome read = read_run_options(call, topics, options);
  if (read && topics.ask_files()) {
    read = co_await read_run_files(call, topics, options);
  }
  co_return read;
}

Task<int> run(Call call) {
  RunOptions options;
  const Outcome read = co_await read_options(call, options);
  if (!read) {
    co_return co_await refuse_run(call, read.error().text, true, true);
  }
  Seldom<engine::HostConfig>& host = options.request.host;
  if (!host->dns.empty()) co_await warn_of_local_dns(call.at(), host->dns);
  const std::optional<Conflict> conflict = conflict_of(call, options);
  if (conflict) co_return co_await refuse_conflict(call, *conflict);
  const bool modern = call.at().profile.modern;
  if (options.remove && modern) host.own().auto_remove = true;
  int status = 0;
  const auto id = co_await create_container(call, options, status);
  if (!id) co_return status;
  if (options.remove && options.restarts && !modern) {
    co_return co_await refuse_run(
        call, "Conflicting options: --restart and --rm", true);
  }
  if (options.detach) {
    co_return co_await run_detached(call, options, *id);
  }
  co_return co_await run_attached(call, options, *id);
}

Task<int> create(Call call) {
  RunOptions options;
  const Outcome read = co_await read_options(call, options);
  if (!read) {
    co_return co_await refuse_run(call, read.error().text, true, true);
  }
  if (options.remove && call.at().profile.modern) {
    options.request.host.own().auto_remove = true;
  }
  int status = 0;
  const auto id = co_await create_container(call, options, status);
  if (!id) co_return status;
  co_return co_await end_saying(call.at(), *id + "\n");
}

}  // namespace

const Command kRun = {.synopsis = "IMAGE [COMMAND] [ARG...]",
                      .synopsis18 = {},
                      .brief = "Run a command in a new container",
                      .operands_min = 1,
                      .words_follow = true,
                      .flags = kRunFlags,
                      .run = run};
const Command kCreate = {.synopsis = "IMAGE [COMMAND] [ARG...]",
                         .synopsis18 = {},
                         .brief = "Create a new container",
                         .operands_min = 1,
                         .words_follow = true,
                         .flags = kCreateFlags,
                         .run = create};

}  // namespace drydock::cli
