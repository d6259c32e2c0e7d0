// dpkg_database.h — what is installed: /var/lib/dpkg, read and written.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/packages/package.h"

namespace drydock::userland {

inline constexpr std::string_view kInstalled = "install ok installed";
inline constexpr std::string_view kConfigFiles = "deinstall ok config-files";

struct DpkgEntry {
  Package package;
  std::string status;

  bool installed() const { return status == kInstalled; }
};

struct DpkgDatabase {
  std::vector<DpkgEntry> entries;  // By name.
  bool found = false;              // There is a status file.

  const DpkgEntry* find(std::string_view name) const;
  bool installed(std::string_view name) const;

  /// Whether the package, or one that provides it, is installed.
  bool satisfied(std::string_view name) const;

  void set(const Package& package, std::string_view status);
  void forget(std::string_view name);
};

Task<DpkgDatabase> load_dpkg(kernel::Process& self);
Task<SysOutcome> save_dpkg(kernel::Process& self, DpkgDatabase database);

/// "/var/lib/dpkg/info/NAME.list"
std::string list_path(const Package& package);

/// How many lines all lists have: dpkg's "files and directories".
Task<std::int64_t> count_files(kernel::Process& self);

/// mkdir -p.
SysOutcome make_directories(kernel::Process& self, std::string_view path);

/// Puts one file of a package in its place, with the directories above it.
Task<SysOutcome> place_file(kernel::Process& self, PackageFile file);

/// Puts the files of a package in their places and writes its list.
Task<SysOutcome> unpack(kernel::Process& self, Package package);

/// Takes them away; those below /etc only when `purge`.
Task<SysOutcome> remove_files(kernel::Process& self, Package package,
                              bool purge);

}  // namespace drydock::userland
