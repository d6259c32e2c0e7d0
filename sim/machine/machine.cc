// machine.cc — putting the computer together, and taking it apart.

#include "sim/machine/machine.h"

#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "sim/catalog/catalog.h"
#include "sim/cli/docker.h"
#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/machine/devices.h"
#include "sim/machine/hub.h"
#include "sim/machine/process_console.h"
#include "sim/machine/registries.h"
#include "sim/machine/world.h"
#include "sim/userland/programs.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

namespace {

/// What nobody asks about for so long is not kept for ever.
constexpr std::size_t kStepsKept = 100'000;

constexpr std::string_view kHostPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Of whoever sits at the host, in a directory, with more of one's own.
List host_environment(std::string_view cwd, const List& more) {
  constexpr std::string_view kOwn[] = {
      "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/bash",
      "TERM=xterm", "PS1=$ ",    "LANG=C"};
  List words;
  words.reserve(2 + std::size(kOwn) + more.size());
  words.emplace_back("PATH=").append(kHostPath);
  for (const std::string_view word : kOwn) words.emplace_back(word);
  words.emplace_back("PWD=").append(cwd);
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

vfs::Mount mount_of(std::string source, vfs::FileSystemRef file_system) {
  vfs::Mount mount;
  mount.source = std::move(source);
  mount.type = file_system->type();
  mount.options = "relatime";
  mount.root = file_system->root();
  mount.file_system = std::move(file_system);
  return mount;
}

/// The computer on which this docker was current: what its kernel can.
void identify(kernel::Kernel& kernel, const cli::Profile& profile) {
  if (!profile.modern) return;
  kernel::KernelIdentity& identity = kernel.identity;
  identity.cpus = 2;
  identity.capabilities = vfs::kAllCapabilities;
  identity.tells_privileges = true;
  identity.hierarchies = {"name=systemd", "pids",   "freezer", "devices",
                          "memory",       "cpuset", "cpuacct", "cpu",
                          "blkio",        ""};
}

/// Devices of a computer that no container gets by itself.
void add_host_devices(vfs::Inode& dev) {
  struct Node {
    std::string_view name;
    vfs::FileType type;
    vfs::Device device;
    vfs::Mode mode;
  };
  constexpr vfs::FileType kBlock = vfs::FileType::block_device;
  constexpr vfs::FileType kChar = vfs::FileType::char_device;
  constexpr Node kNodes[] = {{"fuse", kChar, {10, 229}, 0600},
                             {"kmsg", kChar, {1, 11}, 0600},
                             {"mem", kChar, {1, 1}, 0640},
                             {"sda", kBlock, {8, 0}, 0660},
                             {"sda1", kBlock, {8, 1}, 0660}};
  for (const Node& node : kNodes) {
    vfs::NewFile file;
    file.type = node.type;
    file.mode = node.mode;
    file.rdev = node.device;
    (void)dev.create(node.name, file);
  }
}

constexpr int kBridgePrefix = 16;  // Of docker0.

/// What `docker info` says of this computer.
engine::HostInfo host_info(const kernel::Kernel& kernel,
                           const cli::Profile& profile) {
  engine::HostInfo info;
  info.name = "drydock";
  info.kernel_version = kernel.identity.release;
  info.operating_system = "Debian GNU/Linux 8 (jessie)";
  info.architecture = kernel.identity.machine;
  info.cpus = kernel.identity.cpus;
  info.memory = kernel.identity.memory;
  info.storage_driver = profile.modern ? "overlay2" : "aufs";
  if (!profile.modern) info.root_dir = "/var/lib/docker/aufs";
  info.backing_file_system = "extfs";
  info.docker_root_dir = "/var/lib/docker";
  info.cgroup_driver = "cgroupfs";
  info.cgroup_version = "1";
  info.name_servers = {std::string(kNameServerAddress)};
  info.weighs_block_io = !profile.modern;
  return info;
}

Task<void> unpack(Bytes tar, vfs::InodeRef root) {
  StringSource source(std::move(tar));
  const vfs::ExtractOptions options;
  const Outcome extracted = co_await vfs::extract(source, root, options);
  assert(extracted);
  (void)extracted;
}

/// The host's files as they are before anybody touched them: unpacked once,
/// then copied for each machine.
class ModelHost {
 public:
  ModelHost() : files_(vfs::make_memory_fs(clock_, {.type = "ext4"})) {
    Result<Bytes> tar = catalog::host_rootfs();
    assert(tar);
    clock_.spawn(unpack(*std::move(tar), files_->root()));
    (void)clock_.run();
  }
  static vfs::FileSystem& files() {
    // Never taken down: machines that outlive main() may still hold contents.
    static ModelHost& model = *new ModelHost;
    return *model.files_;
  }

 private:
  Scheduler clock_;
  vfs::FileSystemRef files_;
};

/// What the daemon calls itself when it speaks HTTP.
std::string user_agent(const engine::Rules& rules,
                       const kernel::Kernel& kernel) {
  return fmt::format(
      "docker/{} go/{} git-commit/{} kernel/{} os/linux arch/amd64",
      rules.facts.version, rules.facts.go_version, rules.facts.git_commit,
      kernel.identity.release);
}

}  // namespace

/// The programs of this build, and the one that needs the whole machine.
class Machine::Programs final : public kernel::ProgramTable {
 public:
  explicit Programs(Machine& machine) : machine_(machine) {}

  kernel::Program find(std::string_view id) const override {
    if (id != "docker/docker") return userland::programs().find(id);
    Machine* const machine = &machine_;
    return [machine](kernel::Process& self) { return docker(*machine, self); };
  }

 private:
  static Task<int> docker(Machine& machine, kernel::Process& self) {
    ProcessConsole console(self);
    cli::Client client{machine.engine(), console, *machine.options().profile};
    client.explain = machine.options().explain;
    client.hints = machine.options().hints;
    if (client.explain || client.hints) client.steps = &machine.steps_;
    co_return co_await cli::docker(client, self.argv());
  }

  Machine& machine_;
};

Machine::Machine(MachineOptions options)
    : options_(options),
      scheduler_(std::make_unique<Scheduler>()),
      programs_(std::make_unique<Programs>(*this)),
      kernel_(std::make_unique<kernel::Kernel>(*scheduler_, options.seed,
                                               *programs_)) {
  scheduler_->set_turn_limit(options_.turn_limit);
  identify(*kernel_, *options_.profile);
  const auto disk = std::make_shared<vfs::Disk>();
  host_ = vfs::copy_memory_fs(ModelHost::files(), *scheduler_,
                              {.type = "ext4", .disk = disk});

  vfs::MountTable table(mount_of("/dev/sda1", host_));
  const vfs::Location root = table.root();
  const auto add = [&](std::string_view path, vfs::Mount mount) {
    const vfs::View view{&table, root, root, {}};
    const auto place = vfs::resolve(view, path);
    if (!place) return;
    mount.on = *place;
    table.add(std::move(mount));
  };
  add("/proc", mount_of("proc", kernel_->proc(kernel_->machine().pid)));
  add("/sys", mount_of("sysfs", kernel_->sys()));
  const vfs::UnionMountRef dev = vfs::make_union_mount(
      make_device_layer(*scheduler_), *scheduler_, 64 << 20);
  add_host_devices(*dev->root());
  add("/dev", mount_of("udev", dev));
  add("/dev/pts", mount_of("devpts", kernel_->devices().pts()));
  kernel_->boot(std::move(table), "drydock");

  world_ = std::make_unique<World>();
  kernel::NetStack& net = *kernel_->machine().net->stack;
  if (options_.online) world_->connect(net, kHostAddress);
  hub_ = std::make_unique<Hub>(
      HubOptions{options_.online, options_.profile->rules->content_ids});
  network_registry_ = std::make_unique<HttpRegistry>(
      *kernel_, user_agent(*options_.profile->rules, *kernel_));
  registries_ = std::make_unique<Registries>(*hub_, *network_registry_);
  backend_ = std::make_unique<SimBackend>(
      *kernel_, host_->root(), *registries_, options_.seed,
      host_info(*kernel_, *options_.profile), disk);
  const engine::Rules& rules = *options_.profile->rules;
  (void)backend_->network().add_bridge(std::string(rules.bridge_name),
                                       rules.gateway, kBridgePrefix);
  if (options_.online) backend_->network().set_outside(World::answer);
  engine_ = std::make_unique<engine::Engine>(
      *backend_, *options_.profile->rules, options_.seed);
  set_telling(options_.explain, options_.hints);
}

void Machine::set_telling(bool explain, bool hints) {
  const bool listens = backend_->observer != nullptr;
  const bool wants = explain || hints;
  options_.explain = explain;
  options_.hints = hints;
  if (listens == wants) return;
  steps_.clear();
  backend_->observer = nullptr;
  if (!wants) return;
  backend_->observer = [this](const engine::Step& step) {
    if (steps_.size() < kStepsKept) steps_.push_back(step);
  };
}

Machine::~Machine() {
  // Processes first, then the daemon's own work, then what both stood on.
  kernel_->halt();
  backend_->halt();
  scheduler_->drop_all();
  engine_.reset();
  backend_.reset();
  registries_.reset();
  network_registry_.reset();
  hub_.reset();
  host_.reset();
  kernel_.reset();
}

/// The path of the first in PATH; the name itself when there is none.
std::string Machine::find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const vfs::MountTable& table = kernel_->machine().mnt->table;
  const vfs::Location root = table.root();
  const vfs::View view{&table, root, root, {}};
  for (std::string_view rest = kHostPath; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string path = std::string(rest.substr(0, end)) + "/" + name;
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!vfs::status(view, path)) continue;
    return hashed_.emplace(name, path).first->second;
  }
  return name;
}

/// As a shell does, which remembers where it found a command for as long as it
/// is there: hash in sh(1).
SysResult<kernel::ProcessHandleRef> Machine::spawn(HostCommand command) {
  const auto known = hashed_.find(command.argv.front());
  if (known != hashed_.end()) {
    auto started = start(command, known->second);
    if (started || started.error() != Errno::enoent) return started;
    hashed_.erase(known);
  }
  std::string path = find_program(command.argv.front());
  return start(std::move(command), std::move(path));
}

SysResult<kernel::ProcessHandleRef> Machine::start(HostCommand command,
                                                   std::string path) {
  kernel::SpawnSpec spec;
  spec.path = std::move(path);
  spec.argv = std::move(command.argv);
  spec.environ = host_environment(command.cwd, command.environment);
  spec.cwd = std::move(command.cwd);
  spec.fds = std::move(command.fds);
  spec.tty = std::move(command.tty);
  return kernel_->spawn(std::move(spec));
}

Outcome Machine::write_file(std::string_view path, std::string_view content,
                            vfs::Mode mode) {
  const std::string absolute = vfs::join_path("/root", path);
  const std::string full = path.starts_with('/') ? std::string(path) : absolute;
  const auto folder =
      vfs::make_directories(*host_->root(), vfs::dir_name(full));
  if (!folder) {
    return Error{fmt::format("{}: {}", full, text_of(folder.error()))};
  }
  const auto file =
      vfs::write_file(*host_->root(), vfs::clean_path(full), content, mode);
  if (!file) return Error{fmt::format("{}: {}", full, text_of(file.error()))};
  return done();
}

}  // namespace drydock::machine
