// proc_machine.cc — what /proc tells of the machine, and /proc/sys.

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/net_namespace.h"
#include "sim/kernel/proc_fs.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

std::string uptime(Kernel& kernel) {
  const std::int64_t hundredths =
      (kernel.now() - kernel.booted_at()) / (10 * kMillisecond);
  const std::string text =
      fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
  return fmt::format("{} {}\n", text, text);
}

std::string meminfo(Kernel& kernel) {
  const std::int64_t total = kernel.identity.memory / 1024;
  const std::int64_t free = total * 7 / 10;
  return fmt::format(
      "MemTotal:       {:8} kB\nMemFree:        {:8} kB\n"
      "MemAvailable:   {:8} kB\nBuffers:        {:8} kB\n"
      "Cached:         {:8} kB\nSwapCached:            0 kB\n"
      "SwapTotal:             0 kB\nSwapFree:              0 kB\n",
      total, free, total * 9 / 10, total / 20, total / 5);
}

std::string cpuinfo(Kernel& kernel) {
  std::string text;
  for (int cpu = 0; cpu < kernel.identity.cpus; ++cpu) {
    text += fmt::format(
        "processor\t: {}\nvendor_id\t: drydock\nmodel name\t: simulated CPU\n"
        "cpu MHz\t\t: 2400.000\ncache size\t: 4096 KB\ncpu cores\t: {}\n"
        "bogomips\t: 4800.00\n\n",
        cpu, kernel.identity.cpus);
  }
  return text;
}

std::string stat(Kernel& kernel) {
  const std::int64_t ticks =
      (kernel.now() - kernel.booted_at()) / (10 * kMillisecond);
  return fmt::format(
      "cpu  0 0 0 {0} 0 0 0 0 0 0\ncpu0 0 0 0 {0} 0 0 0 0 0 0\nbtime {1}\n"
      "processes {2}\nprocs_running 1\nprocs_blocked 0\n",
      ticks, kernel.booted_at().seconds(), kernel.machine().pid->last());
}

std::string version(Kernel& kernel) {
  return fmt::format(
      "Linux version {} (debian-kernel@lists.debian.org) (gcc version 4.8.4 "
      "(Debian 4.8.4-1) ) {}\n",
      kernel.identity.release, kernel.identity.version);
}

std::string loadavg(Kernel& kernel) {
  return fmt::format("0.00 0.00 0.00 1/{} {}\n", kernel.process_count(),
                     kernel.machine().pid->last());
}

std::string filesystems(Kernel&) {
  return "nodev\tsysfs\nnodev\tproc\nnodev\ttmpfs\nnodev\tdevtmpfs\n"
         "nodev\tdevpts\nnodev\tmqueue\nnodev\tcgroup\n\text4\n"
         "nodev\toverlay\n";
}

struct MachineFile {
  std::string_view name;
  std::string (*content)(Kernel&);
};

constexpr MachineFile kMachineFiles[] = {
    {"cpuinfo", cpuinfo}, {"filesystems", filesystems},
    {"loadavg", loadavg}, {"meminfo", meminfo},
    {"stat", stat},       {"uptime", uptime},
    {"version", version},
};

/// Namespaces of whoever asks: /proc/sys shows everyone his own.
const Namespaces& asker(Kernel& kernel) {
  KernelProcess* const caller = kernel.caller();
  return caller ? caller->namespaces() : kernel.machine();
}

std::string uuid(Kernel& kernel) {
  std::string hex;
  for (const char byte : kernel.random().bytes(16)) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  hex[12] = '4';
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, "-");
  return hex + "\n";
}

/// sysctl(8): where, what it says, and whether root may write it.
struct Sysctl {
  std::string_view path;
  std::string (*read)(Kernel&);
  SysOutcome (*write)(Kernel&, std::string_view) = nullptr;
};

SysOutcome set_hostname(Kernel& kernel, std::string_view text) {
  if (text.size() > 64) return Errno::einval;
  asker(kernel).uts->hostname = trim(text);
  return ok();
}

SysOutcome set_domainname(Kernel& kernel, std::string_view text) {
  if (text.size() > 64) return Errno::einval;
  asker(kernel).uts->domainname = trim(text);
  return ok();
}

SysOutcome set_forwarding(Kernel& kernel, std::string_view text) {
  const std::string_view word = trim(text);
  if (word != "0" && word != "1") return Errno::einval;
  asker(kernel).net->stack->forwards_packets = word == "1";
  return ok();
}

// clang-format off
constexpr Sysctl kSysctls[] = {
    {"fs/file-max", [](Kernel& k) { return fmt::format("{}\n", k.limits().open_files); }},
    {"fs/nr_open", [](Kernel&) { return std::string("1048576\n"); }},
    {"kernel/domainname", [](Kernel& k) { return asker(k).uts->domainname + "\n"; }, set_domainname},
    {"kernel/hostname", [](Kernel& k) { return asker(k).uts->hostname + "\n"; }, set_hostname},
    {"kernel/osrelease", [](Kernel& k) { return k.identity.release + "\n"; }},
    {"kernel/ostype", [](Kernel&) { return std::string("Linux\n"); }},
    {"kernel/pid_max", [](Kernel&) { return fmt::format("{}\n", PidNamespace::kPidMax); }},
    {"kernel/random/uuid", uuid},
    {"kernel/threads-max", [](Kernel& k) { return fmt::format("{}\n", k.limits().processes); }},
    {"kernel/version", [](Kernel& k) { return k.identity.version + "\n"; }},
    {"net/core/somaxconn", [](Kernel&) { return std::string("128\n"); }},
    {"net/ipv4/ip_forward", [](Kernel& k) { return std::string(asker(k).net->stack->forwards_packets ? "1\n" : "0\n"); }, set_forwarding},
    {"net/ipv4/ip_local_port_range", [](Kernel&) { return std::string("32768\t61000\n"); }},
    {"vm/overcommit_memory", [](Kernel&) { return std::string("0\n"); }},
    {"vm/swappiness", [](Kernel&) { return std::string("60\n"); }},
};
// clang-format on

void add_sysctl(Kernel& kernel, SyntheticTree& sys, const Sysctl& row) {
  const List path = split(row.path, '/');
  auto at = std::static_pointer_cast<SyntheticTree>(sys.shared_from_this());
  for (std::size_t step = 0; step + 1 < path.size(); ++step) {
    at = at->directory(path[step]);
  }
  const vfs::Mode mode = row.write ? 0644 : 0444;
  Accept accept;
  if (row.write) {
    accept = [&kernel, write = row.write](std::string_view text) {
      return write(kernel, text);
    };
  }
  at->add(path.back(), std::make_shared<SyntheticFile>(
                           synthetic(FileType::regular, mode, kernel.next_ino(),
                                     kernel.now()),
                           [&kernel, read = row.read] { return read(kernel); },
                           std::move(accept)));
}

vfs::InodeRef link_to(Kernel& kernel, std::string target) {
  return std::make_shared<SyntheticLink>(
      synthetic(FileType::symlink, 0777, kernel.next_ino(), kernel.now()),
      [target = std::move(target)] { return target; });
}

}  // namespace

void add_machine_files(Kernel& kernel, SyntheticTree& root) {
  for (const MachineFile& row : kMachineFiles) {
    root.add(
        std::string(row.name),
        std::make_shared<SyntheticFile>(
            synthetic(FileType::regular, 0444, kernel.next_ino(), kernel.now()),
            [&kernel, content = row.content] { return content(kernel); },
            nullptr));
  }
  add_net_files(kernel, root);
  root.add("mounts", link_to(kernel, "self/mounts"));
  const std::shared_ptr<SyntheticTree> sys = root.directory("sys");
  for (const Sysctl& row : kSysctls) add_sysctl(kernel, *sys, row);
}

}  // namespace drydock::kernel
