// start.cc — `docker start`: an address, ports, files, and a process.

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "sim/base/id.h"
#include "sim/base/sha256.h"
#include "sim/engine/confinement.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"
#include "sim/engine/start_options.h"

namespace drydock::engine {

namespace {

constexpr std::string_view kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string fqdn(const ContainerConfig& config) {
  return config.domainname.empty() ? config.hostname
                                   : config.hostname + "." + config.domainname;
}

/// What the options of a container mean, where that shows only now.
Outcome read_options(ContainerSpec& spec, const HostConfig& host) {
  for (const auto& [path, options] : host.tmpfs) {
    const Outcome known = check_tmpfs_options(options);
    if (!known) return known;
  }
  const Result<LogBounds> bounds = log_bounds(host.log_config);
  if (!bounds) {
    return Error{"failed to initialize logging driver: " + bounds.error().text};
  }
  spec.log = *bounds;
  return done();
}

}  // namespace

Task<Done> Engine::start(std::string who) {
  return detached(backend_.executor(), start_now(std::move(who)));
}

Task<Done> Engine::start_now(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  if (container->gate.closed()) co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  const std::optional<Fault> refused = refuse(*container, Verb::start, who);
  if (refused) co_return *refused;
  if (container->run.running()) co_return did_it();
  const GateHold hold(container);
  const Done started = co_await start_locked(container, who);
  co_return started;
}

/// A start by hand: counters begin anew.
Task<Done> Engine::start_locked(ContainerRef container, std::string typed) {
  if (container->watched) co_await settled(container);
  container->stop_wanted = false;
  container->stopped_by_hand = false;
  container->restart_count = 0;
  container->failures = 0;
  container->back_off = 0;
  const Done launched = co_await launch(container);
  if (!launched) {
    Fault fault = launched.error();
    fault.text = rules_.text(Message::start_failed, fmt::arg("typed", typed),
                             fmt::arg("why", fault.text));
    if (container->host->auto_remove) {
      const Done gone = co_await discard(container, true, typed);
      if (!gone) co_return gone.error();
    }
    co_return fault;
  }
  set_monitor(container, watch_over(container));
  co_return did_it();
}

/// Starts the process; the message is without the profile's prefix.
Task<Done> Engine::launch(ContainerRef container) {
  Done connected = check_modes(*container);
  if (connected) connected = connect(*container);
  if (!connected) {
    container->run.error = connected.error().text;
    container->run.exit_code = rules_.start_failure_by_kind ? 128 : -1;
    note(*container, "die");
    co_return connected;
  }
  ContainerSpec spec = spec_of(*container);
  const Outcome sound = read_options(spec, *container->host);
  if (!sound) {
    disconnect(*container);
    container->run.error = sound.error().text;
    container->run.exit_code = rules_.start_failure_by_kind ? 128 : -1;
    note(*container, "die");
    co_return Fault{Fault::Kind::bad_parameter, sound.error().text};
  }
  if (backend_.observer) tell_network(*container);
  const Result<Started, StartFault> started = co_await backend_.start(spec);
  if (!started) {
    disconnect(*container);
    explain(backend_, StepKind::process_refused, "container", container->id,
            "not_found", started.error().kind == StartFault::Kind::not_found,
            "why", started.error().text);
    Fault fault = start_fault(*container, started.error());
    note(*container, "die");
    co_await keep(*container);
    co_return fault;
  }
  RunState& run = container->run;
  run.pid = started->pid;
  run.exit_code = 0;
  run.error.clear();
  run.oom_killed = false;
  run.health = {};
  run.started_at = now();
  set_state(*container, State::running);
  for (const MountPoint& mount : container->mounts) {
    if (mount.kind != MountKind::volume) continue;
    note_volume(mount.name, "mount", container.get(), &mount);
  }
  note(*container, "start");
  if (is_linked_to(container->id)) co_await refresh_links(container->id);
  if (backend_.keeps_records()) co_await keep(*container);
  start_health(container);
  co_return did_it();
}

void Engine::tell_network(const Container& container) const {
  const NetworkSettings& network = container.network;
  static constexpr std::array<std::string_view, 4> kModes = {
      "the bridge", "a loopback of its own and nothing else", "the host's own",
      "that of another container"};
  explain(backend_, StepKind::network, "container", container.id, "what",
          kModes[static_cast<std::size_t>(network.spec.mode)]);
  if (!network.spec.address.empty()) {
    explain(backend_, StepKind::address, "container", container.id, "address",
            network.spec.address, "prefix", network.spec.prefix_length,
            "bridge", network.spec.bridge, "mac", network.spec.mac_address);
  }
  for (const PortBinding& binding : network.ports) {
    explain(backend_, StepKind::port, "container", container.id, "ip",
            binding.host_ip, "port", binding.host_port, "inside",
            binding.container_port, "protocol", binding.protocol);
  }
  for (const std::string& exposed : container.config.exposed_ports) {
    const Result<Port> port = parse_port(exposed);
    const bool published =
        !port || std::ranges::any_of(network.ports, [&](const auto& binding) {
          return binding.container_port == port->number &&
                 binding.protocol == port->protocol;
        });
    if (published) continue;
    explain(backend_, StepKind::port_exposed, "container", container.id, "port",
            exposed);
  }
  const List variables = link_environment(container);
  if (!variables.empty()) {
    explain(backend_, StepKind::link_variables, "container", container.id,
            "count", variables.size());
  }
}

Fault Engine::start_fault(Container& container, const StartFault& fault) {
  struct Outcome {
    StartFault::Kind kind;
    Message message;
    int stored, shown;  // State.ExitCode and `docker run`'s own.
  };
  using Kind = StartFault::Kind;
  static constexpr std::array kOutcomes = {
      Outcome{Kind::not_found, Message::runtime_failed, 127, 127},
      Outcome{Kind::not_executable, Message::runtime_failed, 126, 126},
      Outcome{Kind::no_user, Message::user_unknown, 128, 125},
      Outcome{Kind::bad_workdir, Message::runtime_failed, 127, 127},
      Outcome{Kind::bad_mount, Message::runtime_failed, 128, 125},
      Outcome{Kind::port_taken, Message::port_taken_outside, 128, 125},
      Outcome{Kind::other, Message::runtime_failed, 128, 125},
      Outcome{Kind::no_device, Message::none, 128, 125},
  };
  const auto* const row =
      std::ranges::find(kOutcomes, fault.kind, &Outcome::kind);
  assert(row != kOutcomes.end());
  Outcome outcome = *row;
  // The client goes by the words.
  if (fault.text.find("no such file or directory") != std::string::npos) {
    outcome.stored = outcome.shown = 127;
  }
  std::string why = fault.text;
  // 1.8's runtime says `stat /no: ...` where runc says `exec: "/no": stat`.
  if (!rules_.start_failure_by_kind) {
    const std::size_t inner = why.find("\": stat ");
    if (inner != std::string::npos) why.erase(0, inner + 3);
    // And it looks for users with fewer words.
    const std::size_t detail = why.find(": no matching entries in ");
    if (detail != std::string::npos && why.starts_with("unable to find")) {
      why = "U" + why.substr(1, detail - 1);
    }
  }
  Fault answer{Fault::Kind::internal, why, Object::none};
  const std::size_t space = why.find(' ');
  if (fault.kind == Kind::port_taken) {
    answer.text = rules_.text(
        outcome.message, fmt::arg("protocol", why.substr(0, space)),
        fmt::arg("address", why.substr(space + 1)),
        fmt::arg("name", container.name),
        fmt::arg("endpoint", sha256_hex("endpoint " + container.id)));
  } else if (outcome.message != Message::none) {
    answer.text = rules_.text(outcome.message, fmt::arg("why", why));
  }
  // Which of the two it was shows in what a mount complains of.
  if (fault.kind == Kind::bad_mount && rules_.start_failure_by_kind &&
      fault.text.ends_with("not a directory")) {
    answer.text +=
        ": Are you trying to mount a directory onto a file (or vice-versa)? "
        "Check if the specified host path exists and is the expected type";
  }
  if (rules_.start_failure_by_kind) answer.exit_code = outcome.shown;
  container.run.error = answer.text;
  container.run.exit_code = rules_.start_failure_by_kind ? outcome.stored : -1;
  return answer;
}

// --- What the backend is told
// --------------------------------------------------

List Engine::environment_of(const Container& container) const {
  const ContainerConfig& config = container.config;
  List env;
  env.reserve(3 + (config.env ? config.env->size() : 0));
  env.emplace_back(kDefaultPath);
  env.push_back("HOSTNAME=" + fqdn(config));
  if (config.tty) env.push_back("TERM=xterm");
  for (std::string& entry : link_environment(container)) {
    env.push_back(std::move(entry));
  }
  if (!config.env) return env;
  for (const std::string& entry : *config.env) {
    if (entry.find('=') != std::string::npos) {
      image::set_env(env, entry);
      continue;
    }
    // -e K of a variable that the client has not: K is taken away.
    std::erase_if(env, [&](const std::string& present) {
      return image::env_key(present) == entry;
    });
  }
  return env;
}

std::string Engine::hosts_file(const Container& container) const {
  const ContainerConfig& config = container.config;
  std::string own;
  const std::string full = fqdn(config);
  const std::string_view bare =
      std::string_view(full).substr(0, full.find('.'));
  const auto own_line = [&](const std::string& address) {
    own.append(address).append("\t").append(full);
    if (bare != full) own.append(" ").append(bare);
    own += '\n';
  };
  const std::string& primary = container.network.spec.address;
  if (!primary.empty()) own_line(primary);
  for (const auto& [name, endpoint] : container.network.endpoints) {
    if (endpoint.spec.address != primary) own_line(endpoint.spec.address);
  }
  constexpr std::string_view kStandard =
      "127.0.0.1\tlocalhost\n"
      "::1\tlocalhost ip6-localhost ip6-loopback\n"
      "fe00::0\tip6-localnet\n"
      "ff00::0\tip6-mcastprefix\n"
      "ff02::1\tip6-allnodes\n"
      "ff02::2\tip6-allrouters\n";
  std::string extra;
  for (const std::string& entry : container.host->extra_hosts) {
    const std::size_t colon = entry.find(':');
    extra += entry.substr(colon + 1) + "\t" + entry.substr(0, colon) + "\n";
  }
  const std::string links = link_hosts(container);
  std::string text;
  text.reserve(own.size() + kStandard.size() + extra.size() + links.size());
  if (rules_.own_host_line_last) {
    text.append(kStandard).append(extra).append(links).append(own);
  } else {
    text.append(own).append(kStandard).append(links).append(extra);
  }
  return text;
}

std::string Engine::resolv_conf(const Container& container) const {
  // Inside user-defined networks names are the engine's business, who asks
  // the others for what it does not know.
  if (!container.network.endpoints.empty()) {
    std::string options = "ndots:0";
    if (!container.host->dns_options.empty()) {
      options = join(container.host->dns_options, " ") + " " + options;
    }
    const List& search = container.host->dns_search;
    const bool searches = !search.empty() && search != List{"."};
    return (searches ? "search " + join(search, " ") + "\n" : "") +
           "nameserver 127.0.0.11\noptions " + options + "\n";
  }
  std::string text;
  const List& search = container.host->dns_search;
  if (!search.empty() && search != List{"."}) {
    text += "search " + join(search, " ") + "\n";
  }
  const List& asked = container.host->dns;
  text += asked.empty() ? name_servers_ : server_lines(asked);
  if (!container.host->dns_options.empty()) {
    text += "options " + join(container.host->dns_options, " ") + "\n";
  }
  return text;
}

namespace {

MountSpec mount_spec(const MountPoint& mount) {
  return {mount.kind,
          mount.kind == MountKind::volume  ? mount.name
          : mount.kind == MountKind::tmpfs ? mount.mode
                                           : mount.source,
          mount.destination, !mount.rw, mount.propagation};
}

PathsRef paths_of(const std::optional<List>& own, const PathsRef& standard) {
  return own ? std::make_shared<const List>(*own) : standard;
}

void add_security_options(ContainerSpec& spec, const HostConfig& host) {
  const auto security = read_security_options(host.security_opt);
  if (!security) return;
  spec.seccomp = security->seccomp;
  spec.no_new_privileges = security->no_new_privileges;
}

/// Powers and what is hidden: what --privileged and its kin come to.
void add_confinement(ContainerSpec& spec, const HostConfig& host,
                     const Rules& rules) {
  spec.cap_add = host.cap_add;
  spec.cap_drop = host.cap_drop;
  spec.security_opt = host.security_opt;
  spec.capabilities = effective_capabilities(host);
  spec.device_cgroup_rules = host.device_cgroup_rules;
  if (!host.security_opt.empty()) add_security_options(spec, host);
  spec.privileged = spec.process.privileged = host.privileged;
  if (!host.privileged) {
    spec.masked_paths = paths_of(host.masked_paths, rules.masked_paths);
    spec.read_only_paths =
        paths_of(host.read_only_paths, rules.read_only_paths);
  }
}

void add_host_config(ContainerSpec& spec, const HostConfig& host,
                     const Rules& rules) {
  for (const auto& [path, options] : host.tmpfs) {
    spec.mounts.push_back({MountKind::tmpfs, options, path, false, ""});
  }
  spec.limits = host.limits;
  if (host.pids_limit) {
    const std::int64_t pids = *host.pids_limit;
    spec.limits.pids = pids == 0 ? -1 : pids;  // Asked for: to have no bound.
  }
  spec.ulimits = host.ulimits;
  add_confinement(spec, host, rules);
  for (const Device& device : host.devices) {
    spec.devices.push_back(device.on_host + ":" + device.in_container + ":" +
                           device.permissions);
  }
  if (spec.network.mode != NetworkMode::host &&
      spec.network.mode != NetworkMode::container) {
    spec.sysctls = rules.sysctls;
  }
  for (const auto& [name, value] : host.sysctls) spec.sysctls[name] = value;
  spec.read_only = host.read_only_rootfs;
  spec.init = host.init.value_or(false);
  spec.shm_size = host.shm_size;
  spec.private_cgroups = host.cgroupns_mode == "private";
  spec.oom_score_adj = host.oom_score_adj;
  spec.cgroup_parent = host.cgroup_parent;
  spec.keep_log = host.log_config.type != "none";
}

}  // namespace

ContainerSpec Engine::spec_of(const Container& container) const {
  const ContainerConfig& config = container.config;
  ContainerSpec spec;
  spec.id = container.id;
  spec.process.argv.reserve(container.args.size() + 1);
  spec.process.argv.push_back(container.path);
  spec.process.argv.insert(spec.process.argv.end(), container.args.begin(),
                           container.args.end());
  spec.process.env = environment_of(container);
  spec.process.cwd = config.working_dir.empty() ? "/" : config.working_dir;
  spec.process.user = config.user;
  spec.process.groups = container.host->group_add;
  spec.process.tty = config.tty;
  spec.process.lists_own_group = rules_.own_group_listed;
  spec.open_stdin = config.open_stdin;
  spec.stdin_once = config.stdin_once;
  spec.hostname = config.hostname;
  spec.domainname = config.domainname;
  for (const MountPoint& mount : container.mounts) {
    spec.mounts.push_back(mount_spec(mount));
  }
  spec.network = container.network.spec;
  spec.ports = container.network.ports;
  for (const auto& [name, endpoint] : container.network.endpoints) {
    if (endpoint.spec.address == spec.network.address) continue;
    spec.more_networks.push_back(endpoint.spec);
  }
  add_host_config(spec, *container.host, rules_);
  name_modes(spec, container);
  // Whoever shares a network shares the files about it: the backend's part.
  if (spec.network.mode == NetworkMode::container) return spec;
  spec.files.emplace("/etc/hostname", fqdn(config) + "\n");
  if (spec.network.mode == NetworkMode::host) return spec;
  spec.files.emplace("/etc/hosts", hosts_file(container));
  spec.files.emplace("/etc/resolv.conf", resolv_conf(container));
  return spec;
}

}  // namespace drydock::engine
