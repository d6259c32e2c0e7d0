// head.cc — the beginning of files.

#include <deque>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu = "c bytes=, n lines=, q quiet, silent, v verbose, z zero-terminated",
    .busybox = "n=, c=, q, v"};

struct HeadStyle {
  std::int64_t count = 10;
  bool bytes = false, all_but = false;
};

/// "-5" and "-5c" of old, in front of everything else.
List modern_words(List words) {
  if (!words.empty()) words.erase(words.begin());
  if (words.empty() || words[0].size() < 2 || words[0][0] != '-') return words;
  const std::size_t end = words[0].find_first_not_of("0123456789", 1);
  if (end == 1) return words;
  const std::string number = words[0].substr(1, end - 1);
  const std::string rest = end == words[0].npos ? "" : words[0].substr(end);
  const bool bytes = rest.find('c') != rest.npos;
  List out = {std::string(bytes ? "-c" : "-n") + number};
  if (rest.find('q') != rest.npos) out.push_back("-q");
  if (rest.find('v') != rest.npos) out.push_back("-v");
  out.insert(out.end(), words.begin() + 1, words.end());
  return out;
}

Task<SysOutcome> head_bytes(Output& out, Fd fd, HeadStyle style) {
  std::int64_t left = style.count;
  std::string kept;
  while (style.all_but || left > 0) {
    const auto want = style.all_but
                          ? kChunk
                          : static_cast<std::size_t>(std::min<std::int64_t>(
                                left, static_cast<std::int64_t>(kChunk)));
    const SysResult<Bytes> chunk = co_await out.self().read(fd, want);
    if (!chunk) co_return chunk.error();
    if (chunk->empty()) break;
    left -= static_cast<std::int64_t>(chunk->size());
    if (!style.all_but) {
      out.say(*chunk);
    } else {
      kept += *chunk;
      const auto size = static_cast<std::int64_t>(kept.size());
      if (size > style.count) {
        const auto ready = static_cast<std::size_t>(size - style.count);
        out.say(std::string_view(kept).substr(0, ready));
        kept.erase(0, ready);
      }
    }
    const bool written = co_await drain(out);
    if (!written) break;
  }
  co_return ok();
}

Task<SysOutcome> head_lines(Output& out, Fd fd, HeadStyle style, char end) {
  Lines lines(out.self(), fd, end);
  std::deque<std::string> kept;
  std::string line;
  for (std::int64_t n = 0; style.all_but || n < style.count; ++n) {
    const bool more = co_await lines.next(&line);
    if (!more) break;
    if (lines.terminated()) line += end;
    if (style.all_but) {
      kept.push_back(line);
      if (static_cast<std::int64_t>(kept.size()) <= style.count) continue;
      line = kept.front();
      kept.pop_front();
    }
    out.say(line);
    const bool written = co_await drain(out);
    if (!written) break;
  }
  if (lines.error()) co_return *lines.error();
  // What was read too much is given back where that is possible.
  if (lines.unread() > 0) {
    static_cast<void>(out.self().lseek(fd, -lines.unread(), Whence::current));
  }
  co_return ok();
}

std::optional<std::string> read_style(const CommandLine& line,
                                      HeadStyle* style) {
  for (const Option& option : line.given) {
    if (option.key != "n" && option.key != "c") continue;
    style->bytes = option.key == "c";
    std::string_view text = option.value;
    style->all_but = text.starts_with('-');
    if (style->all_but) text.remove_prefix(1);
    const auto count = parse_count(text);
    if (!count) {
      return fmt::format("invalid number of {}: {}",
                         style->bytes ? "bytes" : "lines", quoted(text));
    }
    style->count = *count;
  }
  return std::nullopt;
}

}  // namespace

Task<int> head_main(Process& self) {
  Output out(self);
  const List words = modern_words(self.argv());
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  HeadStyle style;
  if (const auto complaint = read_style(line, &style)) {
    out.complain(*complaint);
    co_return co_await out.finish(1);
  }
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  const std::string titles = line.last_of({"q", "silent", "v"});
  const bool titled = titles == "v" || (titles.empty() && names.size() > 1);
  const char end = line.has("z") ? '\0' : '\n';
  int status = 0;
  bool first = true;
  for (const std::string& name : names) {
    const SysResult<Fd> fd = co_await open_operand(self, name);
    if (!fd) {
      const std::string text =
          fmt::format("cannot open {} for reading", quoted(name));
      out.complain(out.busybox() ? name : text, fd.error());
      status = 1;
      continue;
    }
    if (titled) {
      out.say(fmt::format("{}==> {} <==\n", first ? "" : "\n",
                          name == "-" ? "standard input" : name));
    }
    first = false;
    SysOutcome done = ok();
    if (style.bytes) {
      done = co_await head_bytes(out, *fd, style);
    } else {
      done = co_await head_lines(out, *fd, style, end);
    }
    if (!done) {
      out.complain(fmt::format("error reading {}", quoted(name)), done.error());
      status = 1;
    }
    close_operand(self, *fd);
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
