// device_plan.cc — mknod(2) for some, and rules for an eBPF program.

#include "realmode/backend/device_plan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "realmode/sys/files.h"

namespace drydock::realmode {

using engine::ContainerSpec;

namespace {

struct Node {
  std::string_view path;
  int major, minor;
};
constexpr std::array kNodes = {
    Node{"/dev/null", 1, 3},    Node{"/dev/zero", 1, 5},
    Node{"/dev/full", 1, 7},    Node{"/dev/random", 1, 8},
    Node{"/dev/urandom", 1, 9}, Node{"/dev/tty", 5, 0},
};
struct Link {
  std::string_view target, path;
};
constexpr std::array kLinks = {
    Link{"/proc/self/fd", "/dev/fd"},
    Link{"/proc/self/fd/0", "/dev/stdin"},
    Link{"/proc/self/fd/1", "/dev/stdout"},
    Link{"/proc/self/fd/2", "/dev/stderr"},
    Link{"pts/ptmx", "/dev/ptmx"},
    Link{"/proc/kcore", "/dev/core"},
};

struct HostDevice {
  std::string path, permissions;
  char type = 'c';
  unsigned major = 0, minor = 0;
  struct stat status = {};
};

Result<HostDevice> device_of(const std::string& wish) {
  const List parts = split(wish, ':');
  struct stat status = {};
  if (::stat(parts[0].c_str(), &status) != 0) {
    return Error{
        fmt::format("error gathering device information while adding "
                    "custom device \"{}\": no such file or directory",
                    parts[0])};
  }
  if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)) {
    return Error{
        fmt::format("error gathering device information while adding "
                    "custom device \"{}\": not a device node",
                    parts[0])};
  }
  return HostDevice{parts.size() > 1 ? parts[1] : parts[0],
                    parts.size() > 2 ? parts[2] : "rwm",
                    S_ISCHR(status.st_mode) ? 'c' : 'b',
                    major(status.st_rdev),
                    minor(status.st_rdev),
                    status};
}

/// As the host has it: its numbers, its mode, its owner.
Step node_of(const std::string& path, const struct stat& status) {
  return {Verb::node,
          {path, std::to_string(major(status.st_rdev)),
           std::to_string(minor(status.st_rdev)),
           S_ISCHR(status.st_mode) ? "c" : "b",
           std::to_string(status.st_mode & 07777),
           std::to_string(status.st_uid), std::to_string(status.st_gid)}};
}

/// What a container has of its own, and what is no device of the machine's.
constexpr std::array<std::string_view, 9> kOwn = {
    "/dev/pts",         "/dev/shm",   "/dev/fd",   "/dev/mqueue", "/dev/.lxc",
    "/dev/.lxd-mounts", "/dev/.udev", "/dev/ptmx", "/dev/console"};

bool is_own(const std::string& path) {
  return std::ranges::find(kOwn, path) != kOwn.end() ||
         std::ranges::find(kNodes, path, &Node::path) != kNodes.end();
}

/// --privileged: all that the host has, with the folders that they are in.
void add_host_devices(std::vector<Step>& steps, const std::string& folder) {
  const auto directory = sys::open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const auto names = directory ? sys::list(directory->get())
                               : Result<std::vector<std::string>>(List{});
  if (!names) return;
  for (const std::string& name : *names) {
    const std::string path = folder + "/" + name;
    struct stat status = {};
    if (is_own(path) || ::lstat(path.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) add_host_devices(steps, path);
    if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)) continue;
    steps.push_back(node_of(path, status));
  }
}

std::optional<std::uint32_t> number_or_any(const std::string& word) {
  const auto number = parse_int(word);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

/// "c 10:200 rwm", "b *:* r"; the engine has seen to it that it is one.
Result<sys::DeviceRule> rule_in(const std::string& text) {
  const List words = split_blanks(text);
  const List numbers = words.size() == 3 ? split(words[1], ':') : List{};
  if (numbers.size() != 2 || words[0].size() != 1) {
    return Error{"invalid device cgroup rule format: '" + text + "'"};
  }
  const auto may = [&](char letter) {
    return words[2].find(letter) != std::string::npos;
  };
  return sys::DeviceRule{words[0][0],
                         number_or_any(numbers[0]),
                         number_or_any(numbers[1]),
                         may('r'),
                         may('w'),
                         may('m')};
}

}  // namespace

Outcome add_devices(std::vector<Step>& steps, const ContainerSpec& spec) {
  for (const Node& node : kNodes) {
    steps.push_back({Verb::node,
                     {std::string(node.path), std::to_string(node.major),
                      std::to_string(node.minor)}});
  }
  for (const Link& link : kLinks) {
    // Not every kernel lets its memory be read.
    const bool core = link.path == "/dev/core";
    if (core && ::access("/proc/kcore", F_OK) != 0) continue;
    steps.push_back(
        {Verb::symlink, {std::string(link.target), std::string(link.path)}});
  }
  if (spec.privileged) add_host_devices(steps, "/dev");
  for (const std::string& wish : spec.devices) {
    const auto device = device_of(wish);
    if (!device) return device.error();
    steps.push_back(node_of(device->path, device->status));
  }
  return done();
}

Result<std::vector<sys::DeviceRule>> device_rules(const ContainerSpec& spec) {
  std::vector<sys::DeviceRule> rules;
  if (spec.privileged) {
    rules.push_back({'a', {}, {}, true, true, true});
    return rules;
  }
  // Nodes may be made; opening them is what is refused.
  rules.push_back({'c', {}, {}, false, false, true});
  rules.push_back({'b', {}, {}, false, false, true});
  for (const Node& node : kNodes) {
    rules.push_back({'c', static_cast<std::uint32_t>(node.major),
                     static_cast<std::uint32_t>(node.minor), true, true, true});
  }
  rules.push_back({'c', 5, 1, true, true, true});     // console
  rules.push_back({'c', 5, 2, true, true, true});     // ptmx
  rules.push_back({'c', 136, {}, true, true, true});  // pts
  for (const std::string& text : spec.device_cgroup_rules) {
    const auto rule = rule_in(text);
    if (!rule) return rule.error();
    rules.push_back(*rule);
  }
  for (const std::string& wish : spec.devices) {
    const auto device = device_of(wish);
    if (!device) return device.error();
    const auto may = [&](char letter) {
      return device->permissions.find(letter) != std::string::npos;
    };
    rules.push_back({device->type, device->major, device->minor, may('r'),
                     may('w'), may('m')});
  }
  return rules;
}

}  // namespace drydock::realmode
