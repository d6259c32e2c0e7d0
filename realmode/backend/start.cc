// start.cc — from a container's specification to its first process.

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>

#include <unistd.h>

#include <array>
#include <map>

#include <fmt/format.h>

#include "realmode/backend/container_plan.h"
#include "realmode/backend/device_plan.h"
#include "realmode/backend/limits.h"
#include "realmode/backend/propagation.h"
#include "realmode/backend/real_backend.h"
#include "realmode/net/network.h"
#include "realmode/plan/packing.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "sim/engine/explain.h"

namespace drydock::realmode {

using engine::ContainerSpec;
using engine::NetworkMode;
using engine::ProcessSpec;
using engine::Started;
using engine::StartFault;
using Kind = StartFault::Kind;

namespace {

StartFault other(const Error& error) { return {Kind::other, error.text}; }

/// Docker looks at devices before its runtime does, and says so itself.
StartFault start_fault(const Error& error) {
  constexpr std::string_view kDevice = "error gathering device information";
  if (!error.text.starts_with(kDevice)) return other(error);
  return {Kind::no_device, error.text};
}

/// The mounts of a plan, the last one first: a namespace that ends undoes them.
List undoing_of(const Plan& plan) {
  List all;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
    const bool mounts = step->verb == Verb::mount || step->verb == Verb::place;
    if (mounts) all.push_back(step->words[1]);
    if (step->verb == Verb::overlay) all.push_back("/");
  }
  return all;
}

/// Its namespaces go a moment before the end of a process is told.
bool is_at_its_end(std::int64_t pid) {
  constexpr int kMomentMs = 100;
  const auto process = sys::pidfd_open(static_cast<pid_t>(pid));
  if (!process) return true;
  pollfd ended = {process->get(), POLLIN, 0};
  return ::poll(&ended, 1, kMomentMs) == 1;
}

/// "container:ID": whose.
std::string donor_in(const std::string& mode) {
  constexpr std::string_view kContainer = "container:";
  return mode.starts_with(kContainer) ? mode.substr(kContainer.size()) : "";
}

}  // namespace

/// --net, --ipc and --pid container:ID: each may be another's.
Outcome RealBackend::share(Plan& plan, const ContainerSpec& spec) {
  struct Share {
    std::string donor;
    std::uint64_t kind;
  };
  const bool shares_net = spec.network.mode == NetworkMode::container;
  const std::array shares = {
      Share{shares_net ? spec.network.container : "", CLONE_NEWNET},
      Share{donor_in(spec.ipc_mode), CLONE_NEWIPC},
      Share{donor_in(spec.pid_mode), CLONE_NEWPID}};
  std::map<std::int64_t, std::uint64_t> kinds;  // By process.
  for (const Share& share : shares) {
    if (share.donor.empty()) continue;
    const std::int64_t pid = container(share.donor).main.pid();
    if (pid == 0) {
      return Error{"container " + share.donor + ", which is to share, is down"};
    }
    // A tree of processes is entered by being born into it.
    const bool is_tree = share.kind == CLONE_NEWPID;
    if (is_tree) plan.among = pid;
    kinds[pid] |= is_tree ? 0 : share.kind;
  }
  for (const auto& [pid, kind] : kinds) {
    plan.peers.push_back(pid);
    if (kind == 0) continue;
    plan.steps.insert(
        plan.steps.begin(),
        {Verb::join, {std::to_string(kind), std::to_string(pid)}});
  }
  return done();
}

void RealBackend::tell(std::string_view step) const {
  engine::explain(*this, engine::StepKind::system_call, "call", step);
}

std::string RealBackend::cgroup_path(const ContainerSpec& spec) const {
  const std::string parent =
      spec.cgroup_parent.empty() ? shelf_.cgroup_parent() : spec.cgroup_parent;
  return (parent.starts_with('/') ? "" : "/") + parent + "/" + spec.id;
}

Outcome RealBackend::make_cgroup(RealContainer& own) {
  const Listening heard(*this);
  const std::string path = cgroup_path(own.spec);
  own.cgroup = std::make_unique<sys::Cgroup>(cgroups_, path);
  const auto settings = settings_of(own.spec.limits);
  if (!settings) return settings.error();
  const Outcome made = own.cgroup->make(*settings);
  if (!made) return made;
  const auto rules = device_rules(own.spec);
  if (!rules) return rules.error();
  const auto directory =
      sys::open(cgroups_.unified + path, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory.error();
  return sys::allow_devices(directory->get(), *rules);
}

/// What the daemon has to do while its shim waits, until the program runs.
Task<Result<Started, StartFault>> RealBackend::await_start(ShimProcess& process,
                                                           RealContainer& own) {
  for (;;) {
    const Words words = co_await process.next();
    if (words.size() == 3 && words[0] == "calls") {
      for (const std::string& call : unpack(words[2]).value_or(List{})) {
        tell(words[1] + ": " + call);
      }
      continue;
    }
    if (words.size() == 2 && words[0] == "started") {
      const std::int64_t pid = parse_int(words[1]).value_or(0);
      process.set_running(pid);
      co_return Started{pid};
    }
    if (words.size() == 2 && words[0] == "born") {
      const std::int64_t pid = parse_int(words[1]).value_or(0);
      const auto placed = place_in_network(own, pid);
      // One that has given up has no network any more, but says itself why.
      const bool can_go_on = placed || is_at_its_end(pid);
      if (!can_go_on) {
        process.set_ended(255);  // The shim sees its daemon go, and gives up.
        co_return placed.error();
      }
      const Outcome said = process.say({"go"});
      if (!said) co_return other(said.error());
      continue;
    }
    if (words.size() == 3 && words[0] == "fault") {
      const auto kind = static_cast<Kind>(parse_int(words[1]).value_or(0));
      const std::string text = words[2];
      process.set_ended(255);
      co_return StartFault{kind, text};
    }
    process.set_ended(255);
    co_return StartFault{Kind::other, "the container's shim has died"};
  }
}

Outcome RealBackend::spawn(ShimProcess& process, const Plan& plan, int group) {
  const Listening heard(*this);
  return process.spawn(plan, group);
}

Task<Result<Started, StartFault>> RealBackend::start(ContainerSpec& spec) {
  RealContainer& own = container(spec.id);
  own.spec = spec;
  if (spec.network.mode == NetworkMode::host) {
    // The machine's own, as they are now.
    for (const std::string path : {"/etc/hosts", "/etc/resolv.conf"}) {
      const auto content = sys::read_file(path);
      if (content) own.spec.files[path] = *content;
    }
  }
  for (const auto& [path, content] : own.spec.files) {
    const Outcome written = co_await rewrite_file(spec.id, path, content);
    if (!written) co_return other(written.error());
  }
  for (const engine::MountSpec& mount : spec.mounts) {
    const auto unshared = propagation_fault(mount);
    if (unshared) co_return *unshared;
  }
  const Outcome grouped = make_cgroup(own);
  if (!grouped) {
    tear_down(own);
    co_return start_fault(grouped.error());
  }
  auto plan = plan_container(own.spec, shelf_, own.cgroup->v1_groups());
  if (!plan) {
    tear_down(own);
    co_return start_fault(plan.error());
  }
  plan->ask = spec.network.mode == NetworkMode::bridge;
  plan->explain = bool(observer);
  const Outcome shared = share(*plan, own.spec);
  if (!shared) {
    tear_down(own);
    co_return other(shared.error());
  }
  plan->groups = own.cgroup->v1_files();
  if (observer) own.undoing = undoing_of(*plan);
  const auto cgroup = own.cgroup->directory();
  const int group = cgroup && *cgroup ? cgroup->get() : -1;
  (void)::unlink(plan->status.c_str());
  const Outcome spawned = spawn(own.main, *plan, group);
  if (!spawned) {
    tear_down(own);
    co_return other(spawned.error());
  }
  const auto started = co_await await_start(own.main, own);
  if (!started) tear_down(own);
  co_return started;
}

Task<Result<Started, StartFault>> RealBackend::exec(engine::ContainerId id,
                                                    engine::ExecId exec,
                                                    ProcessSpec process_spec,
                                                    bool open_stdin) {
  RealContainer& own = container(id);
  ShimProcess& mine = process(id, exec);
  auto plan = plan_exec(own.spec, process_spec, open_stdin, own.main.pid());
  if (!plan) co_return other(plan.error());
  plan->mark = shelf_.mark();
  int group = -1;
  Result<sys::Fd> cgroup = sys::Fd();
  if (own.cgroup) {
    plan->groups = own.cgroup->v1_files();
    cgroup = own.cgroup->directory();
    if (cgroup && *cgroup) group = cgroup->get();
  }
  plan->explain = bool(observer);
  const Outcome spawned = spawn(mine, *plan, group);
  if (!spawned) co_return other(spawned.error());
  co_return co_await await_start(mine, own);
}

/// Its shim is asked for; if that has ended, it has left the exit status.
Task<Outcome> RealBackend::adopt(ContainerSpec spec, std::int64_t pid) {
  RealContainer& own = container(spec.id);
  own.spec = std::move(spec);
  own.cgroup = std::make_unique<sys::Cgroup>(cgroups_, cgroup_path(own.spec));
  const std::string home = shelf_.container(own.spec.id);
  const Outcome found = own.main.adopt(home + "/shim.sock");
  if (!found) {
    own.main.set_ended(status_kept(own.spec.id).value_or(128 + SIGKILL));
    co_return done();
  }
  own.main.set_running(pid);
  co_return adopt_network(own, pid);
}

/// All that is outside of the container's own namespaces goes.
void RealBackend::tear_down(RealContainer& own) {
  if (!own.undoing.empty()) {
    tell("container: its namespaces end: umount " + join(own.undoing, ", "));
    own.undoing.clear();
  }
  const Listening heard(*this);
  if (own.has_link) network_->forget(own.spec.id);
  own.has_link = false;
  if (!own.cgroup) return;
  (void)own.cgroup->kill();
  const Outcome removed = own.cgroup->remove();
  if (!removed) tell(removed.error().text);
  own.cgroup.reset();
  if (!own.spec.cgroup_parent.empty()) return;
  // The last one closes the door: it stays while there are others.
  const sys::Cgroup parent(cgroups_, shelf_.cgroup_parent());
  for (const std::string& path : parent.directories()) {
    (void)::rmdir(path.c_str());
  }
}

}  // namespace drydock::realmode
