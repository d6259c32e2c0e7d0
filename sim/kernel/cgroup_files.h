// cgroup_files.h — the files of a cgroup, one row each: cgroups(7), v1.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/kernel.h"

namespace drydock::kernel {

struct CgroupFile {
  std::string_view controller;  // "" is for all.
  std::string_view name;
  std::string (*read)(Kernel&, const Cgroup&);
  SysOutcome (*write)(Cgroup&, std::string_view text) = nullptr;
};

/// Of a hierarchy ("cpu,cpuacct"); null: it has no such file.
const CgroupFile* find_cgroup_file(std::string_view hierarchy,
                                   std::string_view name);
std::vector<std::string_view> cgroup_file_names(std::string_view hierarchy);

}  // namespace drydock::kernel
