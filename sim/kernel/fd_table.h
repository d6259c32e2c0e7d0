// fd_table.h — the descriptors of one process, and which close on exec.

#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/kernel/process.h"

namespace drydock::kernel {

class FdTable {
 public:
  /// Null when it is not open.
  OpenFileRef get(Fd fd) const;
  bool is_open(Fd fd) const { return get(fd) != nullptr; }

  /// The lowest free descriptor from `lowest` on; EMFILE from `limit` on.
  SysResult<Fd> add(OpenFileRef file, bool close_on_exec, Fd lowest,
                    std::int64_t limit);
  /// Closes what was there; EBADF beyond `limit`.
  SysOutcome put(Fd fd, OpenFileRef file, bool close_on_exec,
                 std::int64_t limit);
  SysOutcome close(Fd fd);  // EBADF
  SysOutcome set_close_on_exec(Fd fd, bool on);
  bool closes_on_exec(Fd fd) const;
  void close_for_exec();
  void close_all();  // In order of their numbers.
  std::vector<Fd> list() const;
  /// The descriptors that a new process begins with, numbered from 0.
  void begin_with(std::vector<OpenFileRef>&& files);

 private:
  struct Slot {
    OpenFileRef file;
    bool close_on_exec = false;
  };
  static constexpr Fd kNear = 256;

  const Slot* slot(Fd fd) const;
  Slot& room_for(Fd fd);

  // Numbers far up are rare, and must not cost all that lie below them.
  std::vector<Slot> near_;
  std::map<Fd, Slot> far_;
};

}  // namespace drydock::kernel
