// copy.h — copying of files and trees, for cp, for mv across file systems and
// for install.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/userland/options.h"

namespace drydock::userland {

enum class CopyFollow { never, command_line, always };  // -P, -H, -L

struct CopyOptions {
  bool recursive = false, force = false, ask = false, no_clobber = false;
  bool update = false, verbose = false, no_target_directory = false;
  bool attributes_only = false, remove_destination = false;
  bool hard_link = false, symbolic_link = false;  // -l, -s
  bool keep_mode = false, keep_owner = false, keep_times = false;
  bool keep_links = false;
  CopyFollow follow = CopyFollow::command_line;
  bool moving = false;  // Part of an mv: the messages differ.
};

/// Copies one source to exactly one destination path; remembers what it made,
/// so that hard links are kept and nothing is copied into itself.
class Copier {
 public:
  Copier(Output& out, const CopyOptions& options)
      : out_(out), options_(options) {}

  /// False after complaints.
  Task<bool> copy(std::string from, std::string to);

 private:
  using InodeKey = vfs::InodeRef;  // Held, so that none takes its place.

  Task<bool> copy_entry(std::string from, std::string to, int depth);
  Task<bool> copy_directory(std::string from, std::string to,
                            vfs::Attributes file, bool exists, int depth);
  Task<bool> copy_regular(std::string from, std::string to,
                          vfs::Attributes file, bool exists);
  Task<bool> copy_special(std::string from, std::string to,
                          vfs::Attributes file);
  Task<bool> may_replace(std::string from, std::string to, vfs::Attributes file,
                         vfs::Attributes there, bool* stop);
  Task<bool> transfer(std::string from, std::string to, kernel::Fd in,
                      kernel::Fd out, vfs::Attributes file);
  Task<SysResult<kernel::Fd>> open_destination(std::string to, bool exists,
                                               vfs::Mode mode);
  bool link_again(const std::string& from, const std::string& to,
                  const vfs::Attributes& file, bool* done);
  bool conflict(const std::string& from, const std::string& to,
                const vfs::Attributes& file, const vfs::Attributes& there);
  bool keep_attributes(const std::string& to, const vfs::Attributes& file);
  void announce(const std::string& from, const std::string& to);
  bool copies_into_itself(const std::string& from);
  bool fail(std::string_view deed, const std::string& path, Errno error);
  InodeKey key_of(const std::string& path, vfs::Last last) const;

  Output& out_;
  const CopyOptions& options_;
  std::map<InodeKey, std::string> first_copies_;  // Looked up, never walked.
  std::string top_from_, top_to_;
  std::set<InodeKey> sources_;  // Files named on the command line.
  std::set<InodeKey> made_;
};

/// Where each operand goes, by cp's and mv's common rules: the last operand or
/// -t names the target.  Answers the status when the line is refused.
struct CopyPlan {
  List sources;
  std::string target;
  bool into_directory = false;
  std::optional<int> status;
};
CopyPlan plan_copy(Output& out, const Options& options, const About& about,
                   bool no_target_directory);

/// The path of `source` below the target directory.
std::string destination_of(const CopyPlan& plan, const std::string& source);

}  // namespace drydock::userland
