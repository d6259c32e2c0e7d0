// wc.cc — lines, words and bytes.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "c bytes, m chars, l lines, files0-from=, L max-line-length, w words",
    .busybox = "c, m, l, w, L"};

struct Counts {
  std::int64_t lines = 0, words = 0, bytes = 0, longest = 0;
  // Of the line and word under way.
  std::int64_t width = 0;
  bool in_word = false;

  void add(std::string_view text) {
    bytes += static_cast<std::int64_t>(text.size());
    for (const char c : text) {
      const bool space = c == ' ' || (c >= '\t' && c <= '\r');
      if (!space && !in_word) ++words;
      in_word = !space;
      if (c == '\n') ++lines;
      if (c == '\n' || c == '\r' || c == '\f') {
        width = 0;
      } else if (c == '\t') {
        width += 8 - width % 8;
      } else if (c >= ' ') {
        ++width;
      }
      longest = std::max(longest, width);
    }
  }

  void total(const Counts& other) {
    lines += other.lines;
    words += other.words;
    bytes += other.bytes;
    longest = std::max(longest, other.longest);
  }
};

struct Columns {
  bool lines = false, words = false, chars = false, bytes = false;
  bool longest = false;
  int width = 1;

  int count() const { return lines + words + chars + bytes + longest; }
};

void say_counts(Output& out, const Columns& columns, const Counts& counts,
                std::string_view name) {
  std::string text;
  const auto add = [&](bool wanted, std::int64_t value) {
    if (!wanted) return;
    if (!text.empty()) text += ' ';
    text += fmt::format("{:{}}", value, columns.width);
  };
  add(columns.lines, counts.lines);
  add(columns.words, counts.words);
  add(columns.chars, counts.bytes);
  add(columns.bytes, counts.bytes);
  add(columns.longest, counts.longest);
  if (!name.empty()) text += fmt::format(" {}", name);
  out.say(text + "\n");
}

/// As wide as the sum of the sizes; 7 where a size is not known beforehand.
int width_for(Process& self, const List& names, const Columns& columns) {
  if (names.size() == 1 && columns.count() == 1) return 1;
  std::int64_t total = 0;
  bool unknown = false;
  for (const std::string& name : names) {
    const auto file = name == "-" ? self.fstat(kStdin) : self.stat(name);
    if (!file) continue;
    if (file->type == vfs::FileType::regular) {
      total += file->size;
    } else {
      unknown = true;
    }
  }
  int width = 1;
  for (; total >= 10; total /= 10) ++width;
  return unknown ? std::max(width, 7) : width;
}

Task<SysResult<Counts>> count_file(Process& self, std::string name) {
  Counts counts;
  const SysResult<Fd> fd = co_await open_operand(self, name);
  if (!fd) co_return fd.error();
  for (;;) {
    const SysResult<Bytes> chunk = co_await self.read(*fd, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) {
      close_operand(self, *fd);
      co_return chunk.error();
    }
    if (chunk->empty()) break;
    counts.add(*chunk);
  }
  close_operand(self, *fd);
  co_return counts;
}

}  // namespace

Task<int> wc_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  Columns columns;
  columns.lines = line.has("l");
  columns.words = line.has("w");
  columns.chars = line.has("m");
  columns.bytes = line.has("c");
  columns.longest = line.has("L");
  if (columns.count() == 0) {
    columns.lines = columns.words = columns.bytes = true;
  }
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  columns.width = width_for(self, names, columns);
  if (out.busybox()) columns.width = columns.count() > 1 ? 9 : 1;
  int status = 0;
  Counts total;
  for (const std::string& name : names) {
    const SysResult<Counts> counts = co_await count_file(self, name);
    if (!counts) {
      complain_about(out, name, counts.error());
      status = 1;
      if (counts.error() == Errno::eisdir) {
        say_counts(out, columns, Counts(), name);
      }
      continue;
    }
    total.total(*counts);
    say_counts(out, columns, *counts, line.operands.empty() ? "" : name);
  }
  if (names.size() > 1) say_counts(out, columns, total, "total");
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
