// log.h — json-file: a container's output as lines of JSON in a host's file.
//
// /var/lib/docker/containers/ID/ID-json.log is the log: `docker logs` reads
// what the file says, so that whoever truncates or rotates it sees the effect.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/wait.h"
#include "sim/engine/backend.h"
#include "sim/vfs/inode.h"

namespace drydock::machine {

/// Where a log lives and how large it may become.
struct LogPlace {
  vfs::InodeRef folder;
  std::string name;  // "ID-json.log"; older ones get ".1", ".2", ...
  engine::LogBounds bounds;
};

class Log {
 public:
  Log(const Clock& clock, LogPlace place);

  void add(engine::Stream stream, std::string_view bytes);
  /// What has no newline yet becomes an entry: the process has ended.
  void flush();

  // Positions count the bytes ever written.
  std::int64_t begin() const;
  std::int64_t end() const { return written_; }
  /// Where the last `lines` entries begin.
  std::int64_t tail(std::int64_t lines) const;
  /// The entry at `position`, which moves past it; nullopt at the end.
  std::optional<engine::LogEntry> read(std::int64_t& position) const;

  WaitQueue& grown() { return grown_; }

 private:
  /// Without max-size the disk is no place for a program that never stops.
  static constexpr std::int64_t kBytesMax = 32 << 20;
  static constexpr std::size_t kEntryMax = 16 * 1024;  // Docker's own.

  /// One file.  Its last byte is at `end`; who truncates it moves its start.
  struct Segment {
    vfs::InodeRef file;
    std::int64_t end = 0;
    std::int64_t start() const { return end - file->attributes().size; }
  };

  void append(engine::Stream stream, std::string_view line);
  void rotate();
  bool open_file();
  std::string line_at(std::int64_t position) const;

  const Clock& clock_;
  LogPlace place_;
  std::vector<Segment> segments_;  // Oldest first.
  std::int64_t written_ = 0;
  Bytes partial_out_, partial_err_;
  WaitQueue grown_;
};

}  // namespace drydock::machine
