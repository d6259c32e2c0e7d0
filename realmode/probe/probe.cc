// probe.cc — the trials.

#include "realmode/probe/probe.h"

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <array>

#include "realmode/sys/capabilities.h"
#include "realmode/sys/cgroup.h"
#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"
#include "realmode/sys/process.h"
#include "sim/base/table.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

constexpr int kNetfilter = 12;  // NETLINK_NETFILTER

/// Runs a trial in a process of its own with these new namespaces, so that
/// what it mounts or changes ends with it.
Result<std::string> apart(std::uint64_t namespaces, Outcome (*trial)()) {
  auto answers = sys::pipe();
  if (!answers) return answers.error();
  sys::Clone how;
  how.flags = namespaces;
  const auto pid = sys::clone(how);
  if (!pid) return pid.error();
  if (*pid == 0) {
    const Outcome outcome = trial();
    if (!outcome) {
      (void)sys::write_all(answers->write.get(), outcome.error().text);
    }
    ::_exit(outcome ? 0 : 1);
  }
  answers->write.close();
  const auto words = sys::read_all(answers->read.get());
  const auto status = sys::wait_for(how.pidfd.get());
  if (!status) return status.error();
  if (*status == 0) return std::string("yes");
  return Error{words && !words->empty() ? *words : "the trial died"};
}

Outcome nothing() { return done(); }

Result<std::string> is_root() {
  if (::geteuid() == 0) return std::string("uid 0");
  return Error{
      fmt::format("uid {}: realmode has no rootless mode yet", ::geteuid())};
}

Result<std::string> kernel_release() {
  utsname names;
  if (::uname(&names) != 0) return sys::refused("uname()");
  return fmt::format("{} {}", names.release, names.machine);
}

Result<std::string> namespaces() {
  return apart(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                   CLONE_NEWNET | CLONE_NEWCGROUP,
               nothing);
}

Result<std::string> user_namespace() { return apart(CLONE_NEWUSER, nothing); }

Outcome try_new_mounts() {
  const Outcome alone = sys::make_private("/");
  if (!alone) return alone.error();
  const auto memory = sys::make_mount("tmpfs", {{"mode", "0755"}}, 0);
  if (!memory) return memory.error();
  const auto tree = sys::clone_tree(memory->get(), "", false);
  if (!tree) return tree.error();
  return sys::set_attributes(tree->get(), 1, false);  // MOUNT_ATTR_RDONLY
}

Result<std::string> new_mounts() { return apart(CLONE_NEWNS, try_new_mounts); }

Outcome try_overlay() {
  const Outcome alone = sys::make_private("/");
  if (!alone) return alone.error();
  const auto memory = sys::make_mount("tmpfs", {{"mode", "0755"}}, 0);
  if (!memory) return memory.error();
  const Outcome placed = sys::move_mount(memory->get(), "/tmp");
  if (!placed) return placed.error();
  for (const char* const name : {"/tmp/l", "/tmp/u", "/tmp/w"}) {
    const Outcome made = sys::mkdir(name, 0755);
    if (!made) return made.error();
  }
  const auto overlay = sys::make_mount(
      "overlay",
      {{"lowerdir+", "/tmp/l"}, {"upperdir", "/tmp/u"}, {"workdir", "/tmp/w"}},
      0);
  if (!overlay) return overlay.error();
  return done();
}

Result<std::string> overlay() { return apart(CLONE_NEWNS, try_overlay); }

Result<std::string> cgroups() {
  const auto mounts = sys::find_cgroups();
  if (!mounts) return mounts.error();
  if (mounts->kind() == "none") return Error{"no cgroup tree is mounted"};
  List names;
  for (const auto& [name, where] : mounts->v1) names.push_back(name);
  for (const std::string& name : mounts->unified_controllers) {
    names.push_back(name + " (v2)");
  }
  return fmt::format("{}: {}", mounts->kind(), join(names, " "));
}

template <const char* name>
Result<std::string> controller() {
  const auto mounts = sys::find_cgroups();
  if (!mounts) return mounts.error();
  if (mounts->has(name)) return std::string("yes");
  return Error{"not among the mounted controllers"};
}
constexpr char kMemory[] = "memory";
constexpr char kCpu[] = "cpu";
constexpr char kPids[] = "pids";

/// Makes a group, is born into it, and takes it away again.
Result<std::string> birth_in_cgroup() {
  const auto mounts = sys::find_cgroups();
  if (!mounts) return mounts.error();
  if (mounts->unified.empty()) return Error{"cgroup version 2 is not mounted"};
  sys::Cgroup group(*mounts, fmt::format("/drydock-probe-{}", ::getpid()));
  const Outcome made = group.make({});
  if (!made) return made.error();
  std::string trouble;
  const auto directory = group.directory();
  sys::Clone how;
  how.cgroup = directory ? directory->get() : -1;
  const auto pid = sys::clone(how);
  if (pid && *pid == 0) ::_exit(0);
  if (!pid) trouble = pid.error().text;
  if (pid) (void)sys::wait_for(how.pidfd.get());
  const Outcome removed = group.remove();
  if (!removed) return removed.error();
  if (!trouble.empty()) return Error{trouble};
  return std::string("yes");
}

Result<std::string> device_program() {
  const auto mounts = sys::find_cgroups();
  if (!mounts) return mounts.error();
  if (mounts->unified.empty()) return Error{"cgroup version 2 is not mounted"};
  sys::Cgroup group(*mounts, fmt::format("/drydock-probe-{}", ::getpid()));
  const Outcome made = group.make({});
  if (!made) return made.error();
  const auto directory = sys::open(mounts->unified + group.path(), O_DIRECTORY);
  Outcome allowed = done();
  if (directory) {
    const std::array rules = {sys::DeviceRule{}};
    allowed = sys::allow_devices(directory->get(), rules);
  }
  const Outcome removed = group.remove();
  if (!directory) return directory.error();
  if (!allowed) return allowed.error();
  if (!removed) return removed.error();
  return std::string("yes");
}

Result<std::string> safe_paths() {
  const auto root = sys::open("/", O_DIRECTORY | O_PATH);
  if (!root) return root.error();
  const auto file = sys::open_in(root->get(), "../../proc/self", O_PATH);
  if (!file) return file.error();
  return std::string("yes");
}

Result<std::string> pidfds() {
  const auto self = sys::pidfd_open(::getpid());
  if (!self) return self.error();
  return std::string("yes");
}

Result<std::string> sealed_programs() {
  const auto memory = sys::sealed_memory("probe", "x");
  if (!memory) return memory.error();
  return std::string("yes");
}

Result<std::string> seccomp() {
  std::uint32_t action = SECCOMP_RET_ERRNO;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0) {
    return sys::refused("seccomp(SECCOMP_GET_ACTION_AVAIL)");
  }
  return std::string("yes");
}

Result<std::string> capabilities() {
  const sys::CapabilitySet have = sys::bounding_set();
  List missing;
  for (int number = 0; number <= 40; ++number) {
    if ((have >> number & 1) != 0) continue;
    missing.emplace_back(sys::capability_name(number));
  }
  if (missing.empty()) return std::string("all");
  return "all but " + join(missing, ", ") +
         ": a privileged container gets what there is";
}

Outcome try_netfilter() {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, kNetfilter);
  if (socket < 0) return sys::refused("socket(AF_NETLINK, NETLINK_NETFILTER)");
  const sys::Fd owned(socket);
  return done();
}

Result<std::string> netfilter() { return apart(CLONE_NEWNET, try_netfilter); }

// clang-format off
constexpr std::array kTrials = {
    Trial{"root", Need::must, "namespaces, mounts, devices", is_root},
    Trial{"kernel", Need::comfort, "", kernel_release},
    Trial{"namespaces", Need::must, "what a container does not see", namespaces},
    Trial{"new mount API", Need::must, "mounts that have no path until they are ready", new_mounts},
    Trial{"overlayfs", Need::must, "layers", overlay},
    Trial{"openat2", Need::must, "paths of containers that cannot lead out", safe_paths},
    Trial{"pidfd", Need::must, "processes that cannot be mistaken", pidfds},
    Trial{"sealed memfd", Need::must, "a shim that no container can overwrite", sealed_programs},
    Trial{"seccomp", Need::must, "system calls that are refused", seccomp},
    Trial{"capabilities", Need::comfort, "what --privileged can give", capabilities},
    Trial{"cgroups", Need::must, "counting and bounding", cgroups},
    Trial{"birth in a cgroup", Need::must, "freezing and killing as one", birth_in_cgroup},
    Trial{"device program", Need::must, "devices that are refused", device_program},
    Trial{"memory controller", Need::limits, "-m", controller<kMemory>},
    Trial{"cpu controller", Need::limits, "-c, --cpu-quota", controller<kCpu>},
    Trial{"pids controller", Need::limits, "--pids-limit", controller<kPids>},
    Trial{"netfilter", Need::network, "the way out of the bridge", netfilter},
    Trial{"user namespaces", Need::comfort, "a rootless mode, later", user_namespace},
};
// clang-format on

}  // namespace

std::vector<Finding> probe() {
  std::vector<Finding> findings;
  for (const Trial& trial : kTrials) {
    findings.push_back({&trial, trial.attempt()});
  }
  return findings;
}

std::string report(const std::vector<Finding>& findings) {
  Table table;
  table.width_min = 8;
  for (const Finding& finding : findings) {
    const bool good = bool(finding.answer);
    std::string says =
        good ? *finding.answer : "no: " + finding.answer.error().text;
    if (!good && !finding.trial->use.empty()) {
      says += fmt::format(" (for {})", finding.trial->use);
    }
    table.rows.push_back({std::string(finding.trial->name), says});
  }
  const std::string why = obstacle(findings);
  return table.text() + (why.empty()
                             ? "containers can run here\n"
                             : "containers cannot run here: " + why + "\n");
}

std::string obstacle(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.trial->need != Need::must || finding.answer) continue;
    return fmt::format("{}: {}", finding.trial->name,
                       finding.answer.error().text);
  }
  return "";
}

}  // namespace drydock::realmode
