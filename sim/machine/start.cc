// start.cc — from a container's specification to its first process.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/wait.h"
#include "sim/engine/explain.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/tty.h"
#include "sim/machine/confinement.h"
#include "sim/machine/container_files.h"
#include "sim/machine/first_look.h"
#include "sim/machine/sim_backend.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

using engine::ContainerSpec;
using engine::ProcessSpec;
using engine::Started;
using engine::StartFault;
using engine::StepKind;
using engine::Stream;
using Kind = StartFault::Kind;

namespace {

std::string reason(Errno error) { return lower(text_of(error)); }

StartFault exec_fault(Kind kind, const std::string& program,
                      std::string_view why) {
  return {kind, fmt::format("exec: {}: {}", go_quote(program), why)};
}

std::string variable(const List& environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) &&
        entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return "";
}

bool is_program(const vfs::View& view, const std::string& path) {
  const auto file = vfs::status(view, path);
  return file && file->type == vfs::FileType::regular &&
         (file->mode & 0111) != 0;
}

/// execvp(3)'s search, with the words that runc has for its failures.
Result<std::string, StartFault> find_program(const vfs::View& view,
                                             const ProcessSpec& process,
                                             std::string_view search) {
  const std::string& name = process.argv.front();
  if (name.find('/') != std::string::npos) {
    const auto place = vfs::resolve(view, name);
    if (!place) {
      return StartFault{Kind::not_found,
                        fmt::format("exec: {}: stat {}: {}", go_quote(name),
                                    name, reason(place.error()))};
    }
    if (is_program(view, name)) return name;
    return exec_fault(Kind::not_executable, name, "permission denied");
  }
  std::string program;
  for (std::string_view rest = search;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view folder = end == 0 ? "." : rest.substr(0, end);
    program.assign(folder).append("/").append(name);
    if (is_program(view, program)) return vfs::clean_path(program);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return exec_fault(Kind::not_found, name,
                    "executable file not found in $PATH");
}

/// mkdir -p, as far as it goes.
void make_parts(const vfs::View& as_root, const std::string& path) {
  std::string so_far = "/";
  for (const std::string& part : split(path.substr(1), '/')) {
    so_far = vfs::join_path(so_far, part);
    if (vfs::resolve(as_root, so_far)) continue;
    const auto parent = vfs::resolve_parent(as_root, so_far);
    if (!parent) break;
    vfs::NewFile directory;
    directory.type = vfs::FileType::directory;
    directory.mode = 0755;
    (void)parent->directory.inode->create(parent->name, directory);
  }
}

/// The working directory is made when it is not there: Docker's rule, for a
/// container's first process.
Result<vfs::Location, StartFault> enter(const vfs::View& as_root,
                                        const ProcessSpec& process) {
  const std::string& cwd = process.cwd;
  if (!cwd.starts_with('/')) {
    return StartFault{Kind::bad_workdir, "Cwd must be an absolute path"};
  }
  if (!process.make_cwd) {
    auto place = vfs::resolve(as_root, cwd);
    const bool directory =
        place && place->inode->attributes().type == vfs::FileType::directory;
    if (directory) return *std::move(place);
    return StartFault{
        Kind::bad_workdir,
        fmt::format("chdir to cwd ({}) set in config.json failed: {}",
                    go_quote(cwd),
                    reason(place ? Errno::enotdir : place.error()))};
  }
  const std::string clean = vfs::clean_path(cwd);
  auto place = vfs::resolve(as_root, clean);
  if (!place) make_parts(as_root, clean);
  if (!place || clean != cwd) place = vfs::resolve(as_root, cwd);
  if (!place) {
    return StartFault{Kind::bad_workdir,
                      fmt::format("mkdir {}: {}", cwd, reason(place.error()))};
  }
  if (place->inode->attributes().type != vfs::FileType::directory) {
    return StartFault{Kind::bad_workdir,
                      fmt::format("Cannot mkdir: {} is not a directory", cwd)};
  }
  return *std::move(place);
}

constexpr std::string_view kContainerMode = "container:";

/// "container:ID" -> ID; empty for all other modes.
std::string shared_with(const std::string& mode) {
  return mode.starts_with(kContainerMode) ? mode.substr(kContainerMode.size())
                                          : std::string();
}

/// For who does not wait.
Task<Result<Started, StartFault>> answered(Result<Started, StartFault> answer) {
  co_return answer;
}

Task<void> carry_screen(kernel::TtyRef tty, std::shared_ptr<Streams> streams,
                        std::shared_ptr<Event> ended) {
  kernel::TtyMaster master(tty);
  for (;;) {
    const Result<Bytes> piece = co_await master.read(kChunk);
    if (!piece || piece->empty()) break;
    while (!streams->deliver(Stream::out, *piece)) {
      co_await streams->drained().wait();
    }
  }
  ended->set();
}

/// A client tells the size of its terminal once it has heard of the start, and
/// a real program takes longer than that to load: so one that is held begins
/// when nobody else has anything to do at this time.
Task<void> release_last(Executor& executor, kernel::ProcessHandleRef handle) {
  WaitQueue nobody;
  co_await nobody.wait_until(executor.now());
  if (handle->process) handle->process->release();
}

}  // namespace

/// All but the mounts.
kernel::Namespaces SimBackend::namespaces_for(const ContainerSpec& spec) {
  const kernel::Namespaces& machine = kernel_.machine();
  kernel::Namespaces own = machine;
  const std::string pid_of = shared_with(spec.pid_mode);
  if (!pid_of.empty()) {
    const auto& theirs = container(pid_of).namespaces;
    if (theirs) own.pid = theirs->pid;
  } else if (spec.pid_mode != "host") {
    own.pid = kernel_.make_pid_namespace(machine.pid);
  }
  own.uts = spec.uts_mode == "host"
                ? machine.uts
                : kernel_.make_uts_namespace(
                      spec.hostname,
                      spec.domainname.empty() ? "(none)" : spec.domainname);
  if (spec.network.mode == engine::NetworkMode::container) {
    const auto& theirs = container(spec.network.container).namespaces;
    if (theirs) own.net = theirs->net;
  } else if (spec.network.mode != engine::NetworkMode::host) {
    own.net = kernel_.make_net_namespace();
  }
  const std::string ipc_of = shared_with(spec.ipc_mode);
  if (!ipc_of.empty()) {
    const auto& theirs = container(ipc_of).namespaces;
    if (theirs) own.ipc = theirs->ipc;
  } else if (spec.ipc_mode != "host") {
    own.ipc = kernel_.make_ipc_namespace();
  }
  if (spec.private_cgroups) {
    own.cgroup = std::make_shared<kernel::CgroupNamespace>(
        kernel::CgroupNamespace{container(spec.id).cgroup, kernel_.next_ino()});
  }
  return own;
}

Result<Account> SimBackend::account_in(const SimContainer& container,
                                       const vfs::Location& root,
                                       const ProcessSpec& process) {
  const vfs::MountTable& table = container.namespaces->mnt->table;
  const bool image = FirstLook::is_all(*container.root, table);
  FirstLook& known = *container.first_look;
  const Account* const found = image ? known.account(process) : nullptr;
  if (found != nullptr) return *found;
  // What waits for a look covers neither passwd nor group.
  const vfs::MountTable mounted = table.mounted();
  const vfs::View view{&mounted, root, root, {}};
  Result<Account> account = look_up_account(view, process.user, process.groups,
                                            process.lists_own_group);
  if (account && image) known.keep(process, *account);
  return account;
}

Result<std::string, StartFault> SimBackend::program_in(
    const SimContainer& container, const vfs::View& view,
    const ProcessSpec& process) {
  const auto image = [&] {
    return FirstLook::is_all(*container.root, *view.mounts);
  };
  const std::string search = variable(process.env, "PATH");
  FirstLook& known = *container.first_look;
  const std::string* const found =
      image() ? known.program(process, search, view.who) : nullptr;
  if (found != nullptr) return *found;
  auto program = find_program(view, process, search);
  // The search itself may have looked where mounts wait.
  if (program && image()) known.keep(process, search, view.who, *program);
  return program;
}

/// All that is the same for PID 1 and for an exec.
std::optional<StartFault> SimBackend::prepare(SimContainer& container,
                                              const ProcessSpec& process,
                                              kernel::SpawnSpec& spec) {
  spec.namespaces = container.namespaces;
  const vfs::MountTable& table = container.namespaces->mnt->table;
  vfs::View view{&table, table.top(table.root()), {}, {}};
  view.cwd = view.root;
  const Result<Account> account = account_in(container, view.root, process);
  if (!account) return StartFault{Kind::no_user, account.error().text};
  auto cwd = enter(view, process);
  if (!cwd) return cwd.error();
  view.cwd = *std::move(cwd);
  // An exec may come when all is over.
  const Birthright none;
  const Birthright& given = container.birthright ? *container.birthright : none;
  view.who = account->who;
  view.who.bounding =
      process.privileged ? kernel_.identity.capabilities : given.capabilities;
  const auto program = program_in(container, view, process);
  if (!program) return program.error();

  spec.path = program->starts_with('/') ? *program
                                        : vfs::join_path(process.cwd, *program);
  spec.argv = process.argv;
  spec.environ.reserve(process.env.size() + 1);
  spec.environ = process.env;
  if (variable(spec.environ, "HOME").empty()) {
    std::erase(spec.environ, "HOME=");
    spec.environ.push_back("HOME=" + account->home);
  }
  spec.root = std::move(view.root);
  spec.cwd = process.cwd;
  spec.who = std::move(view.who);
  spec.cgroup = container.cgroup;
  if (!process.privileged) spec.seccomp = given.seccomp;
  spec.no_new_privileges = given.no_new_privileges;
  spec.oom_score_adj = given.oom_score_adj;
  spec.limits = given.limits;
  return std::nullopt;
}

Result<Started, StartFault> SimBackend::launch(SimContainer& container,
                                               ContainerProcess& process,
                                               kernel::SpawnSpec&& spec,
                                               const ProcessSpec& wanted,
                                               bool open_stdin) {
  const std::shared_ptr<Streams> streams = process.streams;
  if (wanted.tty) {
    if (!process.tty) process.tty = container.standard->terminals().make_tty();
    const kernel::OpenFileRef slave = process.tty->open_slave();
    spec.fds = {slave, slave, slave};
    spec.tty = process.tty;
  } else {
    spec.fds =
        standard_files(open_stdin ? input_file(streams) : null_file(), streams);
  }
  streams->open();
  const auto handle = kernel_.spawn(std::move(spec));
  if (!handle) {
    streams->close();
    process.tty = nullptr;
    const Kind kind =
        handle.error() == Errno::enoent ? Kind::not_found
        : handle.error() == Errno::eacces || handle.error() == Errno::enoexec
            ? Kind::not_executable
            : Kind::other;
    return exec_fault(kind, wanted.argv.front(), reason(handle.error()));
  }
  process.handle = *handle;
  process.screen_ended = nullptr;
  if (process.tty) {
    process.screen_ended = std::make_shared<Event>();
    process.pump = std::make_unique<Fiber>(
        kernel_.scheduler(),
        carry_screen(process.tty, streams, process.screen_ended), nullptr);
    process.pump->wake();
    (*handle)->process->hold();
    kernel_.scheduler().spawn(release_last(kernel_.scheduler(), *handle));
  }
  return Started{(*handle)->pid};
}

/// Which namespaces are its own, and what its cgroup bounds.
void SimBackend::tell_isolation(const SimContainer& own,
                                const ContainerSpec& spec) const {
  const kernel::Namespaces& mine = *own.namespaces;
  const kernel::Namespaces& machine = kernel_.machine();
  const bool joined = spec.network.mode == engine::NetworkMode::container;
  List apart = {"mnt"}, shared;
  const auto sort = [&](bool is_own, std::string_view name) {
    (is_own ? apart : shared).emplace_back(name);
  };
  sort(mine.pid != machine.pid, "pid");
  sort(mine.uts != machine.uts, "uts");
  sort(mine.ipc != machine.ipc, "ipc");
  sort(mine.net != machine.net && !joined, "net");
  engine::explain(*this, StepKind::namespaces, "container", spec.id, "own",
                  join(apart, " "), "shared",
                  shared.empty() ? "none" : join(shared, " "));
  const auto bound = [](std::int64_t value) {
    return value == 0 ? std::string("unbounded") : std::to_string(value);
  };
  engine::explain(*this, StepKind::cgroup, "container", spec.id, "path",
                  own.cgroup->path(), "memory", bound(spec.limits.memory),
                  "pids", bound(spec.limits.pids));
}

/// Cgroup, powers and bounds of all that will run here.
Result<std::monostate, StartFault> SimBackend::confine(
    SimContainer& own, const ContainerSpec& spec) {
  const std::string path =
      spec.cgroup_parent.empty()
          ? "/docker/" + spec.id
          : vfs::clean_path("/" + spec.cgroup_parent + "/" + spec.id);
  kernel::CgroupLimits bounds;
  const Outcome bounded = set_cgroup_limits(spec, path, bounds);
  if (!bounded) return StartFault{Kind::other, bounded.error().text};
  auto filter = seccomp_filter(spec);
  if (!filter) return StartFault{Kind::other, filter.error().text};
  own.cgroup = kernel_.make_cgroup(path, std::move(bounds));
  own.cgroup->on_oom = [this, id = spec.id] {
    if (on_oom) on_oom(id);
  };
  own.birthright = std::make_unique<Birthright>();
  Birthright& mine = *own.birthright;
  mine.capabilities = spec.capabilities;
  mine.seccomp = *std::move(filter);
  mine.no_new_privileges = spec.no_new_privileges;
  mine.oom_score_adj = spec.oom_score_adj;
  mine.limits = resource_limits(spec.ulimits);
  return std::monostate{};
}

/// As the runtime does it: through /proc/sys of the container's own tree.
Result<std::monostate, StartFault> SimBackend::set_sysctls(
    SimContainer& own, const ContainerSpec& spec) {
  if (spec.sysctls.empty()) return std::monostate{};
  const vfs::MountTable& table = own.namespaces->mnt->table;
  vfs::View view{&table, table.top(table.root()), {}, {}};
  view.cwd = view.root;
  for (const auto& [name, value] : spec.sysctls) {
    const std::string path = replace_all(name, ".", "/");
    const auto place = vfs::resolve(view, "/proc/sys/" + path);
    SysOutcome set = place ? ok() : SysOutcome(place.error());
    if (set) set = kernel_.set_sysctl(*own.namespaces, path, value);
    if (set) continue;
    const std::string_view deed =
        set.error() == Errno::enoent ? "open" : "write";
    return StartFault{
        Kind::other,
        fmt::format("error during container init: {} /proc/sys/{}: {}", deed,
                    path, reason(set.error()))};
  }
  return std::monostate{};
}

/// Its tree, its cgroup and its namespaces.
Result<std::monostate, StartFault> SimBackend::wall_in(SimContainer& own,
                                                       ContainerSpec& spec) {
  own.standard = std::make_shared<StandardMounts>(kernel_, mount_layers_, spec);
  const std::string ipc_of = shared_with(spec.ipc_mode);
  if (!ipc_of.empty()) {
    const auto& theirs = container(ipc_of).standard;
    if (theirs) own.standard->share_memory(theirs->shared_memory());
  }
  auto table = mount_all(own, spec);
  if (!table) return table.error();
  const auto devices = add_devices(*table, spec);
  if (!devices) return devices.error();
  const auto confined = confine(own, spec);
  if (!confined) return confined.error();
  const auto spaces =
      std::make_shared<kernel::Namespaces>(namespaces_for(spec));
  own.namespaces = spaces;
  own.standard->cgroup = own.cgroup;
  own.standard->pid = spaces->pid;
  if (own.standard->has_devices()) {
    own.standard->mount_kernel(*table);
  } else {
    own.standard->mount_at_a_look(*table, waiting_files(own, spec));
  }
  spaces->mnt = kernel_.make_mount_namespace(*std::move(table));
  return std::monostate{};
}

Result<Started, StartFault> SimBackend::start_now(ContainerSpec& spec) {
  SimContainer& own = container(spec.id);
  const Outcome written = write_engine_files(own, spec);
  if (!written) return StartFault{Kind::other, written.error().text};
  constexpr std::size_t kHostNameMax = 64;  // uname(2)
  if (spec.uts_mode != "host" && spec.hostname.size() > kHostNameMax) {
    return StartFault{
        Kind::other,
        "error during container init: sethostname: invalid argument"};
  }
  own.main.tty = nullptr;
  const auto walled = wall_in(own, spec);
  if (!walled) return walled.error();
  const auto plugged = plug_in(own, spec);
  if (!plugged) {
    tear_down(own);
    return plugged.error();
  }
  const auto parameters = set_sysctls(own, spec);
  if (!parameters) {
    tear_down(own);
    return parameters.error();
  }
  if (observer) tell_isolation(own, spec);
  own.main.streams = streams_of(own.main);
  if (spec.keep_log) own.main.streams->keep_log(log_place(own, spec));
  if (spec.init) {
    List& argv = spec.process.argv;
    argv.insert(argv.begin(), {std::string(kInitPath), "--"});
  }
  kernel::SpawnSpec spawned;
  const auto refused = prepare(own, spec.process, spawned);
  if (refused) {
    tear_down(own);
    return *refused;
  }
  const auto started =
      launch(own, own.main, std::move(spawned), spec.process, spec.open_stdin);
  if (!started) tear_down(own);
  if (started && observer) {
    engine::explain(*this, StepKind::process, "container", spec.id, "pid",
                    started->pid, "argv", join(spec.process.argv, " "));
  }
  return started;
}

/// No coroutine, into whose frame the whole specification would be moved.
Task<Result<Started, StartFault>> SimBackend::start(ContainerSpec& spec) {
  return answered(start_now(spec));
}

Task<Result<Started, StartFault>> SimBackend::exec(engine::ContainerId id,
                                                   engine::ExecId exec,
                                                   ProcessSpec process,
                                                   bool open_stdin) {
  SimContainer& own = container(id);
  ContainerProcess& mine = own.execs[exec];
  mine.streams = streams_of(mine);
  kernel::SpawnSpec spawned;
  const auto refused = prepare(own, process, spawned);
  if (refused) {
    mine.streams->open();
    mine.streams->close();
    co_return *refused;
  }
  co_return launch(own, mine, std::move(spawned), process, open_stdin);
}

LogPlace SimBackend::log_place(SimContainer& own, const ContainerSpec& spec) {
  const auto folder = folder_of(own, spec.id);
  return {folder ? *folder : nullptr, spec.id + "-json.log", spec.log};
}

void SimBackend::tear_down(SimContainer& own) {
  network_.unplug(own.plugs);
  own.namespaces = nullptr;
  if (own.cgroup) own.cgroup->on_oom = nullptr;
  own.cgroup = nullptr;
  own.standard = nullptr;
  own.birthright = nullptr;
}

}  // namespace drydock::machine
