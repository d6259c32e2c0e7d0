// history.h — random histories of file operations, and who can live them.
//
// A history is run by the system calls of this machine on a real overlay
// mount, by our union mount and by the memory file system; all must answer
// each call alike and end with the same tree.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "sim/vfs/layer.h"
#include "tests/vfs/tree.h"

namespace drydock::vfs {

enum class Call {
  write,
  append,
  truncate,
  mkdir,
  rmdir,
  unlink,
  rename,
  rename_no_replace,
  link,
  symlink,
  chmod,
  chown,
  lchown,
  mkfifo,
  utimens,
  setxattr,
};
inline constexpr std::array<const char*, 16> kCallNames = {
    "write",  "append",  "truncate", "mkdir",
    "rmdir",  "unlink",  "rename",   "rename_no_replace",
    "link",   "symlink", "chmod",    "chown",
    "lchown", "mkfifo",  "utimens",  "setxattr"};

struct Operation {
  Call call;
  std::string path, other;
  int number;  // A mode, an owner, a size, a time: what the call takes.
};
using History = std::vector<Operation>;

inline std::ostream& operator<<(std::ostream& out, const Operation& operation) {
  return out << kCallNames[static_cast<std::size_t>(operation.call)] << "("
             << operation.path << " " << operation.other << " "
             << operation.number << ")";
}

/// Few names, so that operations meet.
inline rc::Gen<std::string> any_path() {
  return rc::gen::map(
      rc::gen::resize(3,
                      rc::gen::nonEmpty(rc::gen::container<std::vector<char>>(
                          rc::gen::element('a', 'b', 'c')))),
      [](const std::vector<char>& names) {
        std::string path;
        for (const char name : names) path += std::string("/") + name;
        return path;
      });
}

inline rc::Gen<Operation> any_operation() {
  return rc::gen::build<Operation>(
      rc::gen::set(
          &Operation::call,
          rc::gen::map(rc::gen::weightedElement<int>({{4, 0},
                                                      {2, 1},
                                                      {2, 2},
                                                      {6, 3},
                                                      {3, 4},
                                                      {4, 5},
                                                      {6, 6},
                                                      {1, 7},
                                                      {3, 8},
                                                      {2, 9},
                                                      {2, 10},
                                                      {1, 11},
                                                      {1, 12},
                                                      {1, 13},
                                                      {2, 14},
                                                      {1, 15}}),
                       [](int index) { return static_cast<Call>(index); })),
      rc::gen::set(&Operation::path, any_path()),
      rc::gen::set(&Operation::other, any_path()),
      rc::gen::set(&Operation::number, rc::gen::inRange(0, 5)));
}

inline rc::Gen<History> any_history() {
  return rc::gen::container<History>(any_operation());
}

/// What a truncation asks for: never the size at hand, for which ext4 and
/// tmpfs stamp the file in different ways.
inline std::int64_t size_after(const Operation& operation, std::int64_t size) {
  return operation.number < size ? operation.number : size + 1;
}

inline constexpr std::array<Mode, 5> kModes = {0644, 0755, 0700, 04755, 02711};

/// Runs histories through inodes, as a kernel would on behalf of root.
class Driver {
 public:
  Driver(InodeRef root, HandClock& clock) : clock_(clock) {
    Mount mount;
    mount.root = std::move(root);
    mounts_ = MountTable(mount);
    view_.mounts = &mounts_;
    view_.root = view_.cwd = mounts_.root();
  }
  Driver(const Driver&) = delete;

  /// 0, or the number of the error.
  int run(const Operation& operation);

 private:
  SysOutcome call(const Operation& operation);
  SysOutcome write(const Operation& operation, bool append);
  SysOutcome create(const Operation& operation, NewFile file);
  SysOutcome change(const Operation& operation, Last last,
                    AttributeChange change);
  SysOutcome two_names(const Operation& operation);

  HandClock& clock_;
  MountTable mounts_;
  View view_;
};

/// One file as both sides describe it.
struct Seen {
  char type;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  std::int64_t size = 0;
  std::uint64_t links = 0;
  std::string content;                        // Or a symlink's target.
  std::int64_t seconds = 0, nanoseconds = 0;  // mtime
  std::string xattr;                          // The value of "user.note".
  std::uint64_t ino = 0;
};
using Tree = std::map<std::string, Seen>;

Tree tree_below(const InodeRef& root);

/// What one can compare: all but times; directories' sizes and links differ
/// from one file system to the next.  A hard link is told by the first of its
/// names.
std::string text_of(const Tree& tree);

/// docker diff's rule on two whole trees, written down a second time.
std::vector<Change> naive_diff(const Tree& before, const Tree& after);
std::string text_of(const std::vector<Change>& changes);

}  // namespace drydock::vfs
