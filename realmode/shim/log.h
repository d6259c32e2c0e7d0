// log.h — what a container printed, as docker's json-file keeps it: a line of
// JSON for each line of output.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "realmode/sys/fd.h"

namespace drydock::realmode {

/// Appends to the file; a log that cannot be written does not stop its
/// container.
class Log {
 public:
  /// Nothing is kept when the path is empty.  A file that has come to
  /// `max_size` bytes (0: none has) becomes PATH.1, that PATH.2, ...;
  /// `max_file` of them are kept, the present one counted.
  Log(const std::string& path, std::int64_t max_size, std::int64_t max_file);

  /// Lines are written when they are whole, or 16 KiB long.
  void add(bool is_err, std::string_view bytes);
  /// What has no newline yet becomes an entry: the process has ended.
  void flush();

 private:
  static constexpr std::size_t kEntryMax = 16 * 1024;  // Docker's own.

  void append(bool is_err, std::string_view line);
  void write();
  void open();
  void rotate();

  std::string path_;
  std::int64_t max_size_, max_file_;
  std::int64_t size_ = 0;
  sys::Fd file_;
  std::string partial_out_, partial_err_;
  std::string ready_;  // Entries of the chunk at hand.
  std::string time_;
};

}  // namespace drydock::realmode
