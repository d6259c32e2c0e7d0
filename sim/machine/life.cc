// life.cc — waiting for, signalling, freezing and counting what runs.

#include <algorithm>

#include <fmt/format.h>

#include "sim/engine/explain.h"
#include "sim/engine/signals.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/tty.h"
#include "sim/machine/confinement.h"
#include "sim/machine/container_files.h"
#include "sim/machine/devices.h"
#include "sim/machine/sim_backend.h"
#include "sim/machine/top.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::ExecId;
using engine::ExitStatus;
using engine::StepKind;

namespace {

/// PID 1 of a namespace gets from above only what it handles, SIGKILL and
/// SIGSTOP excepted: pid_namespaces(7).
bool hears(const kernel::ProcessHandle& handle, int signal) {
  if (signal == kernel::kSigKill || signal == kernel::kSigStop) return true;
  return !handle.process ||
         handle.process->disposition(signal) == kernel::Disposition::caught;
}

Task<ExitStatus> wait_for_end(ContainerProcess& process) {
  const kernel::ProcessHandleRef handle = process.handle;
  if (!handle) co_return ExitStatus{};
  co_await wait_for(handle->ended);
  // A terminal's last words are still on their way to the log.
  if (process.screen_ended) co_await wait_for(*process.screen_ended);
  process.streams->close();
  co_return ExitStatus{handle->status.shell_status(), handle->oom_killed};
}

}  // namespace

SimBackend::SimBackend(kernel::Kernel& kernel, vfs::InodeRef host,
                       engine::RegistryClient& registry, std::uint64_t seed,
                       engine::HostInfo info, vfs::DiskRef disk,
                       kernel::NetNamespaceRef net)
    : kernel_(kernel),
      network_(kernel, net ? std::move(net) : kernel.machine().net),
      host_(std::move(host)),
      registry_(registry),
      ids_(seed),
      info_(std::move(info)),
      layers_(kernel.scheduler(), std::move(disk)),
      mount_layers_{make_device_layer(kernel.scheduler()),
                    make_cgroup_layer(kernel)} {}

SimBackend::~SimBackend() { halt(); }

void SimBackend::halt() {
  // Fibers first: their frames refer to streams and terminals.
  for (auto& [id, own] : containers_) {
    own.main.pump.reset();
    for (auto& [exec, process] : own.execs) process.pump.reset();
    network_.unplug(own.plugs);
  }
}

Executor& SimBackend::executor() { return kernel_.scheduler(); }

Task<Outcome> SimBackend::persist(std::vector<engine::Record> records) {
  (void)records;  // A session is its transcript: see design.md §3.
  co_return done();
}

SimContainer& SimBackend::container(const ContainerId& id) {
  if (last_ == containers_.end() || last_->first != id) {
    last_ = containers_.try_emplace(id).first;
  }
  return last_->second;
}

ContainerProcess& SimBackend::process(const ContainerId& id,
                                      const ExecId& exec) {
  SimContainer& own = container(id);
  return exec.empty() ? own.main : own.execs[exec];
}

std::shared_ptr<Streams> SimBackend::streams_of(ContainerProcess& process) {
  if (!process.streams) {
    process.streams = std::make_shared<Streams>(kernel_.scheduler());
  }
  return process.streams;
}

Task<ExitStatus> SimBackend::wait(ContainerId id) {
  SimContainer& own = container(id);
  const ExitStatus status = co_await wait_for_end(own.main);
  for (auto& [exec, process] : own.execs) {
    if (process.handle && process.handle->ended.happened()) {
      process.streams->close();
    }
  }
  tear_down(own);
  co_return status;
}

Task<ExitStatus> SimBackend::wait_exec(ContainerId id, ExecId exec) {
  ContainerProcess& mine = process(id, exec);
  co_return co_await wait_for_end(mine);
}

Task<Outcome> SimBackend::signal(ContainerId id, int number) {
  const kernel::ProcessHandleRef handle = container(id).main.handle;
  if (!handle) co_return Error{"no such process"};
  const bool heard = hears(*handle, number);
  const SysOutcome sent = kernel_.kill(*handle, number);
  if (!sent) co_return Error{lower(text_of(sent.error()))};
  if (!heard) {
    engine::explain(*this, StepKind::signal_dropped, "container", id, "signal",
                    engine::signal_name(number));
  }
  co_return done();
}

Task<Outcome> SimBackend::freeze(ContainerId id) {
  SimContainer& own = container(id);
  if (!own.cgroup) co_return Error{"no such cgroup"};
  own.cgroup->freeze();
  engine::explain(*this, StepKind::frozen, "container", id, "count",
                  own.cgroup->pids());
  co_return done();
}

Task<Outcome> SimBackend::thaw(ContainerId id) {
  SimContainer& own = container(id);
  if (!own.cgroup) co_return Error{"no such cgroup"};
  own.cgroup->thaw();
  engine::explain(*this, StepKind::thawed, "container", id, "count",
                  own.cgroup->pids());
  co_return done();
}

Task<Outcome> SimBackend::update_limits(ContainerId id, engine::Limits limits) {
  SimContainer& own = container(id);
  if (!own.cgroup) co_return done();
  const Outcome changed =
      change_cgroup_limits(limits, own.cgroup->path(), own.cgroup->limits);
  if (!changed) co_return changed;
  own.cgroup->let_go();
  co_return done();
}

Task<Result<engine::Usage>> SimBackend::usage(ContainerId id) {
  SimContainer& own = container(id);
  engine::Usage usage;
  usage.cpus = static_cast<int>(info_.cpus);
  usage.memory_limit = info_.memory;
  usage.system_nanoseconds = (kernel_.now() - kernel_.booted_at()) * info_.cpus;
  if (own.cgroup) {
    usage.pids = own.cgroup->pids();
    usage.memory = own.cgroup->memory();
    if (own.cgroup->limits.memory > 0) {
      usage.memory_limit = own.cgroup->limits.memory;
    }
  }
  if (own.namespaces && own.namespaces->net != kernel_.machine().net) {
    for (const kernel::Interface& each :
         own.namespaces->net->stack->interfaces()) {
      if (each.name == "lo") continue;
      usage.received += each.received;
      usage.sent += each.sent;
    }
  }
  co_return usage;
}

Task<Result<List>> SimBackend::top(ContainerId id, List ps_options) {
  SimContainer& own = container(id);
  if (!own.cgroup) co_return Error{"container is not running"};
  const auto streams = std::make_shared<Streams>(kernel_.scheduler());
  StringSink text;
  kernel::SpawnSpec spec;
  spec.path = "/bin/ps";
  spec.argv = {"ps"};
  spec.argv.insert(spec.argv.end(), ps_options.begin(), ps_options.end());
  spec.environ = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "COLUMNS=200"};
  spec.fds = standard_files(null_file(), streams);
  Streams::Listener ear(streams, true, true);
  streams->open();
  const auto handle = kernel_.spawn(std::move(spec));
  if (!handle) co_return Error{"ps: " + lower(text_of(handle.error()))};
  co_await wait_for((*handle)->ended);
  streams->close();
  std::string output, complaint;
  for (;;) {
    const Result<engine::Chunk> chunk = co_await ear.next();
    if (!chunk || chunk->bytes.empty()) break;
    (chunk->stream == engine::Stream::err ? complaint : output) += chunk->bytes;
  }
  if ((*handle)->status.shell_status() != 0) {
    co_return Error{complaint.empty() ? "exit status 1" : complaint};
  }
  co_return rows_of_container(output, kernel_.processes(*own.cgroup));
}

}  // namespace drydock::machine
