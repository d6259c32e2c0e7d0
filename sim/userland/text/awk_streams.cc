// awk_streams.cc — records, files and pipes.

#include "sim/userland/text/awk_streams.h"

#include <utility>

#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/text/lines.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::size_t kPendingMax = 32 * 1024;
constexpr std::size_t kStreamsMax = 200;

/// What a child does: its ends of the pipe become standard ones.
Task<int> command_body(Process& self, Fd from, Fd to, Fd other,
                       std::string command) {
  static_cast<void>(self.dup2(from, to));
  shut(self, from);
  shut(self, other);
  const List argv = {"sh", "-c", command};
  const List environ = self.environ();
  co_await self.execve("/bin/sh", argv, environ);
  co_return 127;
}

Task<int> shell_body(Process& self, std::string command) {
  const List argv = {"sh", "-c", command};
  const List environ = self.environ();
  co_await self.execve("/bin/sh", argv, environ);
  co_return 127;
}

}  // namespace

std::optional<std::pair<std::size_t, std::size_t>> AwkRecords::find(
    const std::string& separator) {
  if (separator.size() == 1) {
    const std::size_t at = buffer_.find(separator[0], std::max(at_, searched_));
    searched_ = buffer_.size();
    if (at == buffer_.npos) return std::nullopt;
    return std::pair(at, std::size_t{1});
  }
  if (compiled_ != separator || !regex_) {
    RegexSyntax syntax;
    syntax.extended = true;
    syntax.awk = true;
    syntax.leading_star = LeadingStar::literal;
    const Result<Regex> regex =
        Regex::compile(separator.empty() ? "\n\n+" : separator, syntax);
    if (!regex) return std::nullopt;
    regex_ = *regex;
    compiled_ = separator;
  }
  RegexMatch match;
  const RegexFound found = regex_->search(buffer_, at_, 0, &match);
  if (found != RegexFound::yes || match[0].end == match[0].begin) {
    return std::nullopt;
  }
  return std::pair(static_cast<std::size_t>(match[0].begin),
                   static_cast<std::size_t>(match[0].end - match[0].begin));
}

/// A separator that touches the end of what was read may go on.
bool AwkRecords::is_safe(std::size_t end, const std::string& separator) const {
  return separator.size() == 1 || end_ || end < buffer_.size();
}

Task<int> AwkRecords::next(std::string separator, std::string* record) {
  for (;;) {
    if (separator.empty()) {  // Newlines in front of a paragraph are nothing.
      while (at_ < buffer_.size() && buffer_[at_] == '\n') ++at_;
    }
    const auto found = find(separator);
    if (found && is_safe(found->first + found->second, separator)) {
      record->assign(buffer_, at_, found->first - at_);
      at_ = found->first + found->second;
      searched_ = at_;
      co_return 1;
    }
    if (end_) break;
    buffer_.erase(0, at_);
    searched_ = found ? 0 : buffer_.size();
    at_ = 0;
    const SysResult<Bytes> chunk = co_await self_.read(fd_, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk || buffer_.size() > kLineMax) co_return -1;
    end_ = chunk->empty();
    buffer_ += *chunk;
  }
  if (at_ >= buffer_.size()) co_return 0;
  record->assign(buffer_, at_);
  while (separator.empty() && record->ends_with('\n')) record->pop_back();
  at_ = buffer_.size();
  co_return 1;
}

Task<SysResult<Fd>> AwkStreams::open_file(std::string name, int mode) {
  if (name == "-" || name == "/dev/stdin") co_return self_.dup(kStdin, 3);
  if (name == "/dev/stdout") co_return self_.dup(kStdout, 3);
  if (name == "/dev/stderr") co_return self_.dup(kStderr, 3);
  unsigned flags = kReadOnly;
  if (mode == '>') flags = kWriteOnly | kCreate | kTruncate;
  if (mode == 'a') flags = kWriteOnly | kCreate | kAppend;
  co_return co_await self_.open(name, flags | kCloseOnExec);
}

SysResult<AwkStreams::Stream> AwkStreams::open_command(
    const std::string& command, bool reads) {
  const SysResult<std::pair<Fd, Fd>> pipe = self_.pipe();
  if (!pipe) return pipe.error();
  const Fd mine = reads ? pipe->first : pipe->second;
  const Fd theirs = reads ? pipe->second : pipe->first;
  const Fd place = reads ? kStdout : kStdin;
  static_cast<void>(self_.set_close_on_exec(mine, true));
  const SysResult<Pid> child =
      self_.fork([theirs, place, mine, command](Process& self) {
        return command_body(self, theirs, place, mine, command);
      });
  shut(self_, theirs);
  if (!child) {
    shut(self_, mine);
    return child.error();
  }
  Stream stream;
  stream.fd = mine;
  stream.child = *child;
  return stream;
}

Task<SysOutcome> AwkStreams::flush(Stream* stream) {
  if (stream->pending.empty()) co_return ok();
  const std::string text = std::exchange(stream->pending, "");
  const auto written = co_await self_.write(stream->fd, text);
  if (!written) co_return written.error();
  co_return ok();
}

Task<SysOutcome> AwkStreams::write(std::string name, int mode,
                                   std::string text) {
  if (mode != '|' && (name == "/dev/stdout" || name == "-")) {
    out_.say(text);
    co_return ok();
  }
  if (!open_.contains(name)) {
    if (open_.size() >= kStreamsMax) co_return Errno::emfile;
    Stream stream;
    if (mode == '|') {
      co_await out_.flush();
      SysResult<Stream> opened = open_command(name, false);
      if (!opened) co_return opened.error();
      stream = std::move(*opened);
    } else {
      const SysResult<Fd> fd = co_await open_file(name, mode);
      if (!fd) co_return fd.error();
      stream.fd = *fd;
    }
    open_.emplace(name, std::move(stream));
  }
  Stream& stream = open_.at(name);
  stream.pending += text;
  const bool now = name == "/dev/stderr" || self_.isatty(stream.fd);
  if (!now && stream.pending.size() < kPendingMax) co_return ok();
  if (now) co_await out_.flush();
  co_return co_await flush(&stream);
}

Task<int> AwkStreams::read(std::string name, int mode, std::string separator,
                           std::string* record) {
  if (!open_.contains(name)) {
    if (open_.size() >= kStreamsMax) co_return -1;
    co_await flush_all();
    Stream stream;
    if (mode == 'c') {
      SysResult<Stream> opened = open_command(name, true);
      if (!opened) co_return -1;
      stream = std::move(*opened);
    } else {
      const SysResult<Fd> fd = co_await open_file(name, 'f');
      if (!fd) co_return -1;
      stream.fd = *fd;
    }
    stream.records = std::make_unique<AwkRecords>(self_, stream.fd);
    open_.emplace(name, std::move(stream));
  }
  AwkRecords* const records = open_.at(name).records.get();
  if (!records) co_return -1;  // It is written to.
  co_return co_await records->next(separator, record);
}

Task<int> AwkStreams::finish(Stream* stream) {
  const SysOutcome flushed = co_await flush(stream);
  shut(self_, stream->fd);
  if (stream->child == 0) co_return flushed ? 0 : -1;
  for (;;) {
    const SysResult<WaitStatus> ended = co_await self_.wait4(stream->child);
    if (!ended && ended.error() == Errno::eintr) continue;
    co_return ended ? ended->shell_status() : -1;
  }
}

Task<int> AwkStreams::close(std::string name) {
  if (!open_.contains(name)) co_return -1;
  co_await out_.flush();
  Stream stream = std::move(open_.at(name));
  open_.erase(name);
  co_return co_await finish(&stream);
}

Task<void> AwkStreams::flush_all() {
  co_await out_.flush();
  List names;
  for (const auto& [name, stream] : open_) names.push_back(name);
  for (const std::string& name : names) {
    Stream& stream = open_.at(name);
    co_await flush(&stream);
  }
}

Task<void> AwkStreams::close_all() {
  co_await out_.flush();
  while (!open_.empty()) {
    const std::string name = open_.begin()->first;
    co_await close(name);
  }
}

Task<int> AwkStreams::system(std::string command) {
  co_await flush_all();
  const SysResult<Pid> child = self_.fork(
      [command](Process& self) { return shell_body(self, command); });
  if (!child) co_return -1;
  for (;;) {
    const SysResult<WaitStatus> ended = co_await self_.wait4(*child);
    if (!ended && ended.error() == Errno::eintr) continue;
    co_return ended ? ended->shell_status() : -1;
  }
}

}  // namespace drydock::userland
