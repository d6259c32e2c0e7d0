// paste.cc — lines side by side.

#include <memory>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[OPTION]... [FILE]...",
                       .gnu = "d delimiters=, s serial, z zero-terminated",
                       .busybox = "d=, s"};

/// \n \t \\ \0 (nothing) in -d.
List delimiters_of(std::string_view text) {
  List all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      all.emplace_back(1, text[i]);
      continue;
    }
    switch (text[++i]) {
      case 'n':
        all.emplace_back("\n");
        break;
      case 't':
        all.emplace_back("\t");
        break;
      case '0':
        all.emplace_back("");
        break;
      default:
        all.emplace_back(1, text[i]);
        break;
    }
  }
  if (all.empty()) all.emplace_back("");
  return all;
}

struct Column {
  Fd fd = kStdin;
  std::shared_ptr<Lines> lines;
  bool ended = false;
};

/// Each row takes a line of each file, until all have ended.
Task<void> paste_parallel(Output& out, std::vector<Column> columns,
                          List delimiters, char end) {
  for (;;) {
    std::string row;
    bool any = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string line;
      bool more = false;
      if (!columns[i].ended) {
        Lines& lines = *columns[i].lines;
        more = co_await lines.next(&line);
        columns[i].ended = !more;
      }
      any = any || more;
      if (more) row += line;
      if (i + 1 < columns.size()) row += delimiters[i % delimiters.size()];
    }
    if (!any) co_return;
    say_line(out, row, true, end);
    const bool written = co_await drain(out);
    if (!written) co_return;
  }
}

Task<void> paste_serial(Output& out, std::vector<Column> columns,
                        List delimiters, char end) {
  for (const Column& column : columns) {
    std::string row, line;
    for (std::size_t i = 0;; ++i) {
      Lines& lines = *column.lines;
      const bool more = co_await lines.next(&line);
      if (!more) break;
      if (i > 0) row += delimiters[(i - 1) % delimiters.size()];
      row += line;
    }
    say_line(out, row, true, end);
  }
}

}  // namespace

Task<int> paste_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const char end = line.has("z") ? '\0' : '\n';
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  std::shared_ptr<Lines> input;
  std::vector<Column> columns;
  for (const std::string& name : names) {
    const SysResult<Fd> fd = co_await open_operand(self, name);
    if (!fd) {
      complain_about(out, name, fd.error());
      co_return co_await out.finish(1);
    }
    Column column;
    column.fd = *fd;
    if (*fd == kStdin && input) {
      column.lines = input;  // "paste - -" reads one after the other.
    } else {
      column.lines = std::make_shared<Lines>(self, *fd, end);
    }
    if (*fd == kStdin) input = column.lines;
    columns.push_back(column);
  }
  const List delimiters = delimiters_of(line.value("d").value_or("\t"));
  if (line.has("s")) {
    co_await paste_serial(out, columns, delimiters, end);
  } else {
    co_await paste_parallel(out, columns, delimiters, end);
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
