// awk_streams.h — awk's records and the files and commands that it talks to.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/output.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

/// Cuts a descriptor at RS: a character, blank lines (""), or an expression.
class AwkRecords {
 public:
  AwkRecords(kernel::Process& self, kernel::Fd fd) : self_(self), fd_(fd) {}

  /// 1: a record; 0: the end; -1: an error.
  Task<int> next(std::string separator, std::string* record);

 private:
  /// Where the separator is, and how long; nullopt: not in what is at hand.
  std::optional<std::pair<std::size_t, std::size_t>> find(
      const std::string& separator);
  bool is_safe(std::size_t end, const std::string& separator) const;

  kernel::Process& self_;
  kernel::Fd fd_;
  std::string buffer_;
  std::size_t at_ = 0, searched_ = 0;
  bool end_ = false;
  std::string compiled_;
  std::optional<Regex> regex_;
};

/// All that is open by name, until close() or the end.
class AwkStreams {
 public:
  explicit AwkStreams(Output& out) : out_(out), self_(out.self()) {}

  /// print to a file ('>' new, 'a' appended) or a command ('|').
  Task<SysOutcome> write(std::string name, int mode, std::string text);

  /// A record of a file ('f') or of what a command says ('c'): 1, 0 or -1.
  Task<int> read(std::string name, int mode, std::string separator,
                 std::string* record);

  /// close(): a command's status, 0 for a file, -1 when nothing is open.
  Task<int> close(std::string name);

  Task<void> flush_all();
  Task<void> close_all();

  /// system(): standard output is written first.
  Task<int> system(std::string command);

 private:
  struct Stream {
    kernel::Fd fd = -1;
    kernel::Pid child = 0;
    std::string pending;
    std::unique_ptr<AwkRecords> records;
  };

  Task<SysResult<kernel::Fd>> open_file(std::string name, int mode);
  SysResult<Stream> open_command(const std::string& command, bool reads);
  Task<SysOutcome> flush(Stream* stream);
  Task<int> finish(Stream* stream);

  Output& out_;
  kernel::Process& self_;
  std::map<std::string, Stream> open_;
};

}  // namespace drydock::userland
