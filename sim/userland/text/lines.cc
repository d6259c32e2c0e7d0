// lines.cc — buffers between system calls and lines.

#include "sim/userland/text/lines.h"

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/format.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::size_t kOutputMax = 32 * 1024;

}  // namespace

bool Lines::take(std::string* line) {
  const std::size_t found = buffer_.find(separator_, std::max(at_, searched_));
  if (found != buffer_.npos) {
    line->assign(buffer_, at_, found - at_);
    at_ = found + 1;
    searched_ = at_;
    terminated_ = true;
    return true;
  }
  buffer_.erase(0, at_);
  at_ = 0;
  searched_ = buffer_.size();
  return false;
}

Task<bool> Lines::next(std::string* line) {
  for (;;) {
    if (take(line)) co_return true;
    if (end_) break;
    const SysResult<Bytes> chunk = co_await self_.read(fd_, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) error_ = chunk.error();
    if (chunk && buffer_.size() > kLineMax) error_ = Errno::enomem;
    if (error_) co_return false;
    end_ = chunk->empty();
    buffer_ += *chunk;
  }
  if (buffer_.empty()) co_return false;
  *line = std::move(buffer_);
  buffer_.clear();
  searched_ = 0;
  terminated_ = false;
  co_return true;
}

Task<SysResult<Fd>> open_operand(Process& self, std::string name) {
  if (name == "-") co_return SysResult<Fd>(kStdin);
  co_return co_await self.open(name, kReadOnly);
}

void close_operand(Process& self, Fd fd) {
  if (fd != kStdin) shut(self, fd);
}

Task<SysResult<Bytes>> read_operand(Process& self, std::string name) {
  const SysResult<Fd> fd = co_await open_operand(self, name);
  if (!fd) co_return fd.error();
  SysResult<Bytes> all = co_await read_to_end(self, *fd);
  close_operand(self, *fd);
  co_return all;
}

void complain_about(Output& out, std::string_view name, Errno error,
                    bool cant_open) {
  if (out.busybox() && error == Errno::eisdir) {
    out.complain("read error", error);
  } else if (out.busybox() && cant_open) {
    out.complain(fmt::format("can't open '{}'", name), error);
  } else if (out.busybox()) {
    out.complain(name, error);
  } else {
    out.complain(quoted_if_needed(name), error);
  }
}

Task<bool> drain(Output& out) {
  if (out.pending() == 0) co_return true;
  const bool full = out.pending() > kOutputMax;
  if (!full && !out.self().isatty(kStdout)) co_return true;
  co_return co_await out.flush();
}

namespace {

enum class Fed { all, enough, broken };

/// All lines of one descriptor.
Task<Fed> feed(Output& out, Lines* lines, LineFilter* filter) {
  std::string line;
  for (;;) {
    if (!lines->ready()) {
      const bool written = co_await drain(out);
      if (!written) co_return Fed::broken;
    }
    const bool more = co_await lines->next(&line);
    if (!more) co_return Fed::all;
    if (!filter->line(line, lines->terminated(), out)) co_return Fed::enough;
    if (out.pending() <= kOutputMax) continue;
    const bool written = co_await out.flush();
    if (!written) co_return Fed::broken;
  }
}

}  // namespace

Task<int> run_filter(Output& out, List names, LineFilter* filter,
                     FilterOptions options) {
  if (names.empty()) names.push_back("-");
  int status = 0;
  for (const std::string& name : names) {
    const SysResult<Fd> fd = co_await open_operand(out.self(), name);
    if (!fd) {
      complain_about(out, name, fd.error(), options.cant_open);
      status = 1;
      continue;
    }
    filter->begin_file(name);
    Lines lines(out.self(), *fd, options.separator);
    const Fed fed = co_await feed(out, &lines, filter);
    if (lines.error()) {
      complain_about(out, name, *lines.error());
      status = 1;
    }
    filter->end_file(out);
    close_operand(out.self(), *fd);
    if (fed != Fed::all) break;
  }
  co_return status;
}

Task<int> run_filter(Output& out, List names, LineFilter* filter) {
  return run_filter(out, std::move(names), filter, FilterOptions{});
}

void say_line(Output& out, std::string_view line, bool terminated,
              char separator) {
  out.say(line);
  if (terminated) out.say(std::string_view(&separator, 1));
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return parse_size(text);
}

}  // namespace drydock::userland
