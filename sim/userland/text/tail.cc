// tail.cc — the end of files, and what is added to them.

#include <fmt/format.h>

#include "sim/userland/format.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "c bytes=, f follow?, F, n lines=, max-unchanged-stats=, pid=, "
        "q quiet, silent, retry, s sleep-interval=, v verbose, "
        "z zero-terminated",
    .busybox = "n=, c=, q, v, s=, f, F"};

struct TailStyle {
  std::int64_t count = 10;
  bool bytes = false, from_start = false;
  bool follow = false, retry = false;
  char end = '\n';
  Nanoseconds pause = kSecond;
};

/// "-5", "+5", "-5f" of old.
List modern_words(List words) {
  if (!words.empty()) words.erase(words.begin());
  if (words.empty() || words[0].size() < 2) return words;
  const char sign = words[0][0];
  if (sign != '-' && sign != '+') return words;
  const std::size_t end = words[0].find_first_not_of("0123456789", 1);
  if (end == 1) return words;
  std::string number = words[0].substr(1, end - 1);
  const std::string rest = end == words[0].npos ? "" : words[0].substr(end);
  if (sign == '+') number = "+" + number;
  const bool bytes = rest.find('c') != rest.npos;
  List out = {std::string(bytes ? "-c" : "-n") + number};
  if (rest.find('f') != rest.npos) out.push_back("-f");
  out.insert(out.end(), words.begin() + 1, words.end());
  return out;
}

/// Where the part that tail prints begins in `text`.
std::size_t tail_begin(std::string_view text, const TailStyle& style) {
  const auto count = static_cast<std::size_t>(style.count);
  if (style.bytes) {
    if (style.from_start) return std::min(text.size(), count - (count > 0));
    return text.size() - std::min(text.size(), count);
  }
  if (style.from_start) {
    std::size_t at = 0;
    for (std::size_t n = 1; n < count; ++n) {
      const std::size_t end = text.find(style.end, at);
      if (end == text.npos) return text.size();
      at = end + 1;
    }
    return at;
  }
  if (count == 0) return text.size();
  std::size_t at = text.size();
  if (at > 0 && text[at - 1] == style.end) --at;
  for (std::size_t n = 0; n < count; ++n) {
    if (at == 0) return 0;
    const std::size_t before = text.rfind(style.end, at - 1);
    if (before == text.npos) return 0;
    at = before;
  }
  return at + 1;
}

/// Keeps only what may still be needed while a long input goes by.
void trim_kept(std::string* kept, const TailStyle& style) {
  constexpr std::size_t kTrimAt = std::size_t{1} << 20;
  if (style.from_start || kept->size() < kTrimAt) return;
  kept->erase(0, tail_begin(*kept, style));
}

struct Followed {
  std::string name;
  Fd fd = -1;
  std::int64_t offset = 0;
  std::uint64_t ino = 0;
};

Task<SysResult<std::int64_t>> print_tail(Output& out, Fd fd, TailStyle style) {
  std::string kept;
  std::int64_t offset = 0;
  for (;;) {
    const SysResult<Bytes> chunk = co_await out.self().read(fd, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) co_return chunk.error();
    if (chunk->empty()) break;
    offset += static_cast<std::int64_t>(chunk->size());
    kept += *chunk;
    trim_kept(&kept, style);
    if (kept.size() > kLineMax) co_return Errno::enomem;
  }
  out.say(std::string_view(kept).substr(tail_begin(kept, style)));
  co_return offset;
}

class Follower {
 public:
  Follower(Output& out, TailStyle style, bool titled)
      : out_(out), self_(out.self()), style_(style), titled_(titled) {}

  void add(Followed file) { files_.push_back(std::move(file)); }
  bool empty() const { return files_.empty(); }
  void set_last(std::size_t index) { last_ = index; }

  Task<void> run() {
    for (;;) {
      for (std::size_t i = 0; i < files_.size(); ++i) {
        co_await look(i);
      }
      const bool written = co_await out_.flush();
      if (!written) co_return;
      co_await self_.nanosleep(style_.pause);
    }
  }

 private:
  /// Has the name come to mean another file (-F), or has the file shrunk?
  Task<void> reopen(std::size_t index) {
    Followed& file = files_[index];
    const auto now = self_.stat(file.name);
    if (!now) {
      if (file.fd >= 0) {
        out_.complain(
            fmt::format("{} has become inaccessible", quoted(file.name)),
            now.error());
        static_cast<void>(self_.close(file.fd));
        file.fd = -1;
      }
      co_return;
    }
    if (file.fd >= 0 && now->ino == file.ino) co_return;
    const SysResult<Fd> fd = co_await self_.open(file.name, kReadOnly);
    if (!fd) co_return;
    const std::string_view what = file.fd >= 0 ? "replaced" : "appeared";
    out_.complain(fmt::format("{} has {};  following end of new file",
                              quoted(file.name), what));
    if (file.fd >= 0) static_cast<void>(self_.close(file.fd));
    file.fd = *fd;
    file.ino = now->ino;
    file.offset = 0;
  }

  Task<void> look(std::size_t index) {
    if (style_.retry) co_await reopen(index);
    Followed& file = files_[index];
    if (file.fd < 0) co_return;
    const auto now = self_.fstat(file.fd);
    const bool regular = now && now->type == vfs::FileType::regular;
    if (regular && now->size < file.offset) {
      out_.complain(fmt::format("{}: file truncated", file.name));
      file.offset = now->size;
      static_cast<void>(self_.lseek(file.fd, file.offset, Whence::set));
    }
    if (regular && now->size == file.offset) co_return;
    const SysResult<Bytes> chunk = co_await self_.read(file.fd, kChunk);
    if (!chunk || chunk->empty()) co_return;
    files_[index].offset += static_cast<std::int64_t>(chunk->size());
    if (titled_ && last_ != index) {
      out_.say(fmt::format("\n==> {} <==\n", files_[index].name));
    }
    last_ = index;
    out_.say(*chunk);
  }

  Output& out_;
  Process& self_;
  TailStyle style_;
  bool titled_;
  std::vector<Followed> files_;
  std::size_t last_ = 0;
};

std::optional<std::string> read_style(const CommandLine& line,
                                      TailStyle* style) {
  for (const Option& option : line.given) {
    if (option.key == "n" || option.key == "c") {
      style->bytes = option.key == "c";
      std::string_view text = option.value;
      style->from_start = text.starts_with('+');
      if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
      const auto count = parse_count(text);
      if (!count) {
        return fmt::format("invalid number of {}: {}",
                           style->bytes ? "bytes" : "lines", quoted(text));
      }
      style->count = *count;
    }
    if (option.key == "s") {
      style->pause = parse_span(option.value).value_or(kSecond);
    }
  }
  style->follow = line.has("f") || line.has("F");
  style->retry =
      line.has("F") || line.has("retry") || line.value("f") == "name";
  if (line.has("z")) style->end = '\0';
  style->pause = std::max<Nanoseconds>(style->pause, 10 * kMillisecond);
  return std::nullopt;
}

}  // namespace

Task<int> tail_main(Process& self) {
  Output out(self);
  const List words = modern_words(self.argv());
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  TailStyle style;
  if (const auto complaint = read_style(line, &style)) {
    out.complain(*complaint);
    co_return co_await out.finish(1);
  }
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  const std::string titles = line.last_of({"q", "silent", "v"});
  const bool titled = titles == "v" || (titles.empty() && names.size() > 1);
  int status = 0;
  bool first = true;
  Follower follower(out, style, titled);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const SysResult<Fd> fd = co_await open_operand(self, name);
    if (!fd) {
      const std::string text =
          fmt::format("cannot open {} for reading", quoted(name));
      const std::string busy = fmt::format("can't open '{}'", name);
      out.complain(out.busybox() ? busy : text, fd.error());
      status = 1;
      if (style.retry) follower.add({name, -1, 0, 0});
      continue;
    }
    if (titled) {
      out.say(fmt::format("{}==> {} <==\n", first ? "" : "\n",
                          name == "-" ? "standard input" : name));
    }
    first = false;
    const SysResult<std::int64_t> offset = co_await print_tail(out, *fd, style);
    if (!offset) {
      out.complain(fmt::format("error reading {}", quoted(name)),
                   offset.error());
      status = 1;
    }
    const auto file = self.fstat(*fd);
    const bool pipe = name == "-" && file && file->type == vfs::FileType::fifo;
    if (style.follow && offset && !pipe) {
      follower.add({name, *fd, *offset, file ? file->ino : 0});
      follower.set_last(i);
    } else {
      close_operand(self, *fd);
    }
    const bool written = co_await drain(out);
    if (!written) break;
  }
  if (style.follow && !follower.empty()) {
    co_await out.flush();
    co_await follower.run();
  } else if (style.follow && status != 0) {
    out.complain("no files remaining");
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
