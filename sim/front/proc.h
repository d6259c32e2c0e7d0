// proc.h — processes of this machine as /proc shows them: who they are, and
// what they sleep in.

#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/text.h"

namespace drydock::front {

/// What /proc/PID/stat has; see proc_pid_stat(5).
struct ProcessStat {
  char state = '?';  // 'Z': it has ended.
  pid_t parent = 0, group = 0;
  pid_t in_front = -1;          // The group in front of its terminal, or -1.
  std::int64_t started_at = 0;  // In ticks since boot.
  std::int64_t worked = 0;      // Ticks that it has had a processor for.
};

/// The system call in which a process sleeps.
struct Asleep {
  int call = -1;
  std::array<std::uint64_t, 6> arguments = {};
  /// The same number later means that it has not moved meanwhile.
  std::int64_t switches = 0;

  bool operator==(const Asleep&) const = default;
};

/// The whole of a file; empty when it cannot be read.
std::string file_content(const std::string& path);

/// Nothing if there is no such process (any more).
std::optional<ProcessStat> stat_of(pid_t pid);
List words_of(pid_t pid);

/// `pid`'s children, theirs, and so on; itself is the first.
std::vector<pid_t> family_of(pid_t pid);
std::vector<pid_t> children_of(pid_t pid);

/// How often a process has been put to sleep or aside so far.
std::int64_t switches_of(pid_t pid);

/// Nothing if it runs, or has ended.
std::optional<Asleep> asleep(pid_t pid);

/// A file, pipe or terminal, whoever has it open.
struct Thing {
  std::uint64_t device = 0, inode = 0;

  bool operator==(const Thing&) const = default;
};

/// What a descriptor stands for.
std::optional<Thing> thing_behind(pid_t pid, int fd);

/// Does this sleep end when there is something to be read from `thing`?
/// Knows read(2), poll(2), select(2), epoll(7) and their kin; /dev/tty is
/// taken for the terminal that is asked about.
bool sleeps_for(pid_t pid, const Asleep& sleep, const Thing& thing);

}  // namespace drydock::front
