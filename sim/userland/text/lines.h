// lines.h — reading line by line, and the programs that are made of that.
//
// Most text tools are a plain function from a line to what it says; such a one
// is a LineFilter, and run_filter() does all that waits.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/text.h"
#include "sim/kernel/process.h"
#include "sim/userland/options.h"
#include "sim/userland/output.h"

namespace drydock::userland {

/// The longest line that is read: more is answered with ENOMEM.
inline constexpr std::size_t kLineMax = std::size_t{1} << 28;

/// What can be read from a descriptor, cut at a separator.
class Lines {
 public:
  Lines(kernel::Process& self, kernel::Fd fd, char separator = '\n')
      : self_(self), fd_(fd), separator_(separator) {}

  /// The next line, without its separator; false at the end or on an error.
  Task<bool> next(std::string* line);

  /// Whether the last line had its separator.
  bool terminated() const { return terminated_; }

  /// Whether a whole line is at hand, so that next() will not wait.
  bool ready() const { return buffer_.find(separator_, at_) != buffer_.npos; }

  std::optional<Errno> error() const { return error_; }

  /// What was read ahead and not used: "sed q" gives it back to the file.
  std::int64_t unread() const {
    return static_cast<std::int64_t>(buffer_.size() - at_);
  }

 private:
  bool take(std::string* line);

  kernel::Process& self_;
  kernel::Fd fd_;
  char separator_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t searched_ = 0;  // No separator before it.
  bool end_ = false;
  bool terminated_ = false;
  std::optional<Errno> error_;
};

/// Opens an operand for reading; "-" is standard input.
Task<SysResult<kernel::Fd>> open_operand(kernel::Process& self,
                                         std::string name);

/// All that an operand holds.
Task<SysResult<Bytes>> read_operand(kernel::Process& self, std::string name);

/// Closes what open_operand() opened.
void close_operand(kernel::Process& self, kernel::Fd fd);

/// Says that an operand cannot be read, as the program's family says it;
/// busybox quotes the name of what it "can't open" in some applets.
void complain_about(Output& out, std::string_view name, Errno error,
                    bool cant_open = false);

/// Writes what was said when a stdio buffer would have been: when there is
/// much of it, or standard output is a terminal.  False: stop, it failed.
Task<bool> drain(Output& out);

/// A program as a function of lines.
class LineFilter {
 public:
  virtual ~LineFilter() = default;

  /// A new file begins.
  virtual void begin_file(std::string_view) {}

  /// One line; `terminated` is false for a last line without newline.  False:
  /// no more lines are wanted.
  virtual bool line(std::string_view line, bool terminated, Output& out) = 0;

  virtual void end_file(Output&) {}
};

struct FilterOptions {
  char separator = '\n';
  bool cant_open = false;  // See complain_about().
};

/// Puts all operands (none: standard input) through the filter; answers 0, or
/// 1 when a file could not be read.
Task<int> run_filter(Output& out, List names, LineFilter* filter,
                     FilterOptions options);
Task<int> run_filter(Output& out, List names, LineFilter* filter);

/// A line and its newline, if it had one or `always`.
void say_line(Output& out, std::string_view line, bool terminated = true,
              char separator = '\n');

/// A number as coreutils read counts: "10", "2k", "1M", "3b"; saturates.
std::optional<std::int64_t> parse_count(std::string_view text);

}  // namespace drydock::userland
