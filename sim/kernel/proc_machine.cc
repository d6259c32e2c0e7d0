// proc_machine.cc — what /proc tells of the machine.

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

std::string nothing(Kernel&) { return ""; }

constexpr MachineFile kMachineFiles[] = {
    {"cpuinfo", cpuinfo},    {"filesystems", filesystems}, {"keys", nothing},
    {"loadavg", loadavg},    {"meminfo", meminfo},         {"stat", stat},
    {"timer_list", nothing}, {"uptime", uptime},           {"version", version},
};

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
  for (const std::string_view name : {"acpi", "bus", "fs", "irq"}) {
    root.directory(std::string(name));
  }
  root.directory("sys")->fill_later(
      [&kernel](SyntheticTree& sys) { add_sysctls(kernel, sys); });
}

}  // namespace drydock::kernel
