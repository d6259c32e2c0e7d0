// apk_database.h — what Alpine's package manager knows: the index of its
// mirror, what is installed, and what somebody asked for.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/packages/package.h"

namespace drydock::userland {

/// A stanza of APKINDEX or of /lib/apk/db/installed.
struct ApkPackage {
  std::string name, version, description, url;
  std::int64_t size = 0, installed_size = 0;  // Bytes.
  List depends;                               // Names.
  List files;  // Paths without their first '/'; of installed ones.

  std::string full_name() const { return name + "-" + version; }
};

std::string apk_stanza(const ApkPackage& package);
std::vector<ApkPackage> parse_apk_stanzas(std::string_view text);

/// A row of the modelled mirror: Alpine 3.2, October 2015 (apk_mirror.cc).
struct ApkRow {
  std::string_view name, version;
  std::int64_t size, installed_size;
  std::string_view depends;  // Parted by blanks.
  std::string_view description, url;
  std::string_view files;  // As PackageFile::parse() reads them.
};
std::span<const ApkRow> apk_mirror_rows();
std::vector<ApkPackage> apk_mirror_packages();
std::vector<PackageFile> apk_files_of(std::string_view name);

struct ApkDatabase {
  std::vector<ApkPackage> installed;  // In the order of installation.
  List world;  // What was asked for: "curl", "curl=7.42.1-r0".
  List repositories;
  std::vector<ApkPackage> index;  // Of all repositories that were fetched.

  const ApkPackage* find_installed(std::string_view name) const;
  const ApkPackage* find(std::string_view name) const;  // In the index.
};

Task<ApkDatabase> load_apk(kernel::Process& self);
/// Writes what is installed and the world.
Task<SysOutcome> save_apk(kernel::Process& self, ApkDatabase database);

/// "/var/cache/apk/APKINDEX.0d21f1ba.tar.gz"
std::string apk_index_path(std::string_view repository);
/// A gzipped tar with the file APKINDEX in it.
Bytes apk_index_archive();

/// "curl" of "curl=7.42.1-r0" and "curl>7".
std::string apk_name_of(std::string_view constraint);

}  // namespace drydock::userland
