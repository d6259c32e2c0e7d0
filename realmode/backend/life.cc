// life.cc — waiting for, signalling, freezing and counting what runs.

#include <signal.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "realmode/backend/container_plan.h"
#include "realmode/backend/limits.h"
#include "realmode/backend/real_backend.h"
#include "realmode/net/network.h"
#include "realmode/registry/registry.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::ExecId;
using engine::ExitStatus;

namespace {

constexpr int kFreezeMs = 2000;

/// Until its shim has told the status; nothing if that is gone without a word.
Task<std::optional<int>> await_end(ShimProcess& process) {
  while (process.is_running()) {
    const Words words = co_await process.next();
    if (words.size() == 2 && words[0] == "exited") {
      process.set_ended(static_cast<int>(parse_int(words[1]).value_or(255)));
    } else if (words.empty()) {
      co_return std::nullopt;
    }
  }
  co_return process.status();
}

std::string first_line_value(const std::string& path, std::string_view key) {
  const auto text = sys::read_file(path);
  if (!text) return "";
  for (const std::string& line : split(*text, '\n')) {
    if (!line.starts_with(key)) continue;
    std::string value = line.substr(key.size());
    std::erase(value, '"');
    return value;
  }
  return "";
}

List name_servers() {
  List servers;
  const auto text = sys::read_file("/etc/resolv.conf");
  if (!text) return servers;
  for (const std::string& line : split(*text, '\n')) {
    const List words = split_blanks(line);
    if (words.size() > 1 && words[0] == "nameserver") {
      servers.push_back(words[1]);
    }
  }
  return servers;
}

}  // namespace

std::string RandomIds::next() {
  for (;;) {
    std::array<unsigned char, 32> bytes;
    if (::getentropy(bytes.data(), bytes.size()) != 0) std::abort();
    std::string id;
    for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
    const bool decimal = std::ranges::all_of(
        short_id(id), [](char digit) { return '0' <= digit && digit <= '9'; });
    if (!decimal) return id;
  }
}

RealBackend::RealBackend(Loop& loop, Shelf shelf, sys::CgroupMounts cgroups,
                         std::unique_ptr<Store> store,
                         RegistrySettings registries)
    : loop_(loop),
      shelf_(std::move(shelf)),
      cgroups_(std::move(cgroups)),
      store_(std::move(store)),
      registry_(std::make_unique<Registry>(
          loop, *store_, shelf_.root() + "/layers", std::move(registries))),
      network_(std::make_unique<Network>(loop, shelf_.mark(), name_servers())) {
}

RealBackend::~RealBackend() = default;

engine::RegistryClient& RealBackend::registry() { return *registry_; }
Transport& RealBackend::transport() { return registry_->transport(); }

engine::HostInfo RealBackend::host() {
  engine::HostInfo info;
  utsname names = {};
  (void)::uname(&names);
  info.name = names.nodename;
  info.kernel_version = names.release;
  info.architecture = names.machine;
  info.operating_system = first_line_value("/etc/os-release", "PRETTY_NAME=");
  info.cpus = ::get_nprocs();
  struct sysinfo system = {};
  (void)::sysinfo(&system);
  info.memory = static_cast<std::int64_t>(system.totalram) * system.mem_unit;
  info.storage_driver = "overlay2";
  info.backing_file_system = "extfs";
  info.docker_root_dir = shelf_.root();
  info.cgroup_driver = "cgroupfs";
  info.cgroup_version = cgroups_.v1.empty() ? "2" : "1";
  const auto blkio = cgroups_.v1.find("blkio");
  info.weighs_block_io =
      blkio == cgroups_.v1.end()
          ? cgroups_.unified_controllers.contains("io")
          : ::access((blkio->second + "/blkio.weight").c_str(), F_OK) == 0;
  info.security_options = {"name=seccomp,profile=default", "name=cgroupns"};
  info.name_servers = name_servers();
  const auto range = sys::read_file("/proc/sys/net/ipv4/ip_local_port_range");
  const List ports = range ? split_blanks(*range) : List{};
  if (ports.size() == 2) {
    info.port_first =
        static_cast<std::uint16_t>(parse_int(ports[0]).value_or(0));
    info.port_last =
        static_cast<std::uint16_t>(parse_int(ports[1]).value_or(0));
  }
  return info;
}

RealContainer& RealBackend::container(const ContainerId& id) {
  std::unique_ptr<RealContainer>& own = containers_[id];
  if (!own) own = std::make_unique<RealContainer>(loop_);
  return *own;
}

ShimProcess& RealBackend::process(const ContainerId& id, const ExecId& exec) {
  RealContainer& own = container(id);
  if (exec.empty()) return own.main;
  std::unique_ptr<ShimProcess>& mine = own.execs[exec];
  if (!mine) mine = std::make_unique<ShimProcess>(loop_);
  return *mine;
}

std::optional<int> RealBackend::status_kept(const ContainerId& id) const {
  const auto text = sys::read_file(shelf_.container(id) + "/status");
  if (!text) return std::nullopt;
  const auto number = parse_int(trim(*text));
  if (!number) return std::nullopt;
  return static_cast<int>(*number);
}

Task<ExitStatus> RealBackend::wait(ContainerId id) {
  RealContainer& own = container(id);
  const std::optional<int> told = co_await await_end(own.main);
  // Before it ends, a shim writes the status down; one that was killed takes
  // its container with it.
  if (!told) own.main.set_ended(status_kept(id).value_or(128 + SIGKILL));
  ExitStatus status{own.main.status(), false};
  if (own.cgroup) status.oom_killed = own.cgroup->oom_killed();
  if (status.oom_killed && on_oom) on_oom(id);
  tear_down(own);
  co_return status;
}

Task<ExitStatus> RealBackend::wait_exec(ContainerId id, ExecId exec) {
  ShimProcess& mine = process(id, exec);
  const std::optional<int> told = co_await await_end(mine);
  if (!told) mine.set_ended(128 + SIGKILL);
  co_return ExitStatus{mine.status(), false};
}

Task<Outcome> RealBackend::signal(ContainerId id, int number) {
  const std::int64_t pid = container(id).main.pid();
  if (pid == 0) co_return Error{"no such process"};
  const auto process = sys::pidfd_open(static_cast<pid_t>(pid));
  if (!process) co_return Error{"no such process"};
  co_return sys::pidfd_send_signal(process->get(), number);
}

Task<Outcome> RealBackend::freeze(ContainerId id) {
  RealContainer& own = container(id);
  if (!own.cgroup) co_return Error{"no such cgroup"};
  co_return own.cgroup->freeze(kFreezeMs);
}

Task<Outcome> RealBackend::thaw(ContainerId id) {
  RealContainer& own = container(id);
  if (!own.cgroup) co_return Error{"no such cgroup"};
  co_return own.cgroup->thaw();
}

/// A controller that the container is not in yet takes it in.
Task<Outcome> RealBackend::update_limits(ContainerId id,
                                         engine::Limits limits) {
  RealContainer& own = container(id);
  own.spec.limits = limits;
  if (!own.cgroup) co_return done();
  const auto settings = settings_of(limits);
  if (!settings) co_return settings.error();
  const Outcome made = own.cgroup->make(*settings);
  if (!made) co_return made;
  for (const std::int64_t pid : own.cgroup->pids()) {
    const Outcome admitted = own.cgroup->admit(pid, false);
    if (!admitted) co_return admitted;
  }
  co_return done();
}

Task<Result<engine::Usage>> RealBackend::usage(ContainerId id) {
  RealContainer& own = container(id);
  engine::Usage usage;
  const engine::HostInfo machine = host();
  usage.cpus = static_cast<int>(machine.cpus);
  usage.memory_limit = machine.memory;
  timespec up = {};
  (void)::clock_gettime(CLOCK_BOOTTIME, &up);
  usage.system_nanoseconds = (up.tv_sec * kSecond + up.tv_nsec) * machine.cpus;
  if (!own.cgroup) co_return usage;
  const std::vector<std::int64_t> pids = own.cgroup->pids();
  usage.pids = static_cast<std::int64_t>(pids.size());
  usage.cpu_nanoseconds = own.cgroup->cpu_nanoseconds();
  usage.memory = own.cgroup->memory().value_or(0);
  if (own.spec.limits.memory > 0) usage.memory_limit = own.spec.limits.memory;
  if (usage.memory != 0) co_return usage;
  // Nobody counts here: what its processes hold in memory at this moment.
  for (const std::int64_t pid : pids) {
    const auto sizes = sys::read_file(fmt::format("/proc/{}/statm", pid));
    if (!sizes) continue;
    const List words = split_blanks(*sizes);
    if (words.size() < 3) continue;
    const std::int64_t pages =
        parse_int(words[1]).value_or(0) - parse_int(words[2]).value_or(0);
    usage.memory += pages * ::sysconf(_SC_PAGESIZE);
  }
  co_return usage;
}

Task<Outcome> RealBackend::persist(std::vector<engine::Record> records) {
  const Outcome kept = store_->put(records);
  if (!kept) fmt::print(stderr, "drydock: {}\n", kept.error().text);
  co_return kept;
}

}  // namespace drydock::realmode
