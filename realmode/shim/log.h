// log.h — what a container printed, as docker's json-file keeps it: a line of
// JSON for each line of output.

#pragma once

#include <string>
#include <string_view>

#include "realmode/sys/fd.h"

namespace drydock::realmode {

/// Appends to the file; a log that cannot be written does not stop its
/// container.
class Log {
 public:
  /// Nothing is kept when the path is empty.
  explicit Log(const std::string& path);

  /// Lines are written when they are whole, or 16 KiB long.
  void add(bool is_err, std::string_view bytes);
  /// What has no newline yet becomes an entry: the process has ended.
  void flush();

 private:
  static constexpr std::size_t kEntryMax = 16 * 1024;  // Docker's own.

  void append(bool is_err, std::string_view line);
  void write();

  sys::Fd file_;
  std::string partial_out_, partial_err_;
  std::string ready_;  // Entries of the chunk at hand.
  std::string time_;
};

}  // namespace drydock::realmode
