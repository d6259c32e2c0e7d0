// tar_job.h — what tar is asked to do, and the two halves that do it.

#pragma once

#include <optional>
#include <set>
#include <string>

#include "sim/base/packing.h"
#include "sim/userland/options.h"
#include "sim/vfs/tar.h"

namespace drydock::userland {

struct TarJob {
  char deed = 0;              // c x t r
  std::string archive = "-";  // -f
  Packing packing = Packing::none;
  bool to_stdout = false, keep_old = false, touch = false;
  bool absolute = false, dereference = false, numeric = false;
  bool preserve = false, same_owner = false, recurse = true, wildcards = false;
  int verbose = 0;
  std::int64_t strip = 0;
  List excludes;
  std::optional<std::string> owner, group, mode;

  /// In order: names, and "\1DIR" where -C DIR stood.
  List items;

  bool busybox = false;
};

/// A run of tar: its job, its words and what went wrong so far.
struct TarRun {
  Output* out;
  TarJob job;
  int status = 0;
  std::set<std::string> told;  // Prefixes whose removal was told.
  std::size_t width = 19;      // Of "user/group size" in a listing.

  /// "tar: NAME: Cannot DEED: why"; the run will end with status 2.
  void fail(const std::string& name, std::string_view deed, Errno error);
  void fail(const std::string& text);
};

/// The member name without a leading '/' or what leads out by "..", told once;
/// as it is with -P.
std::string safe_name(TarRun& run, const std::string& name,
                      std::string_view what);

bool is_excluded(const TarJob& job, std::string_view name);

/// "-rw-r--r-- root/root 12 2015-10-12 08:00 name" of tar -tv; only the name
/// when verbose is less than `table`.
std::string member_line(TarRun& run, const vfs::TarEntry& entry, bool whole);

/// Adds what the items name; the archive's bytes stay in `writer`.
Task<void> add_members(TarRun* run, vfs::TarWriter* writer);

/// Lists or extracts the members that the items name.
Task<void> take_members(TarRun* run, ByteSource* from);

/// Goes where -C says; false after tar's complaint.
bool change_directory(TarRun& run, const std::string& item);

}  // namespace drydock::userland
