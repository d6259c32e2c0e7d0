// column.cc — column: a list in columns, or a table with straight edges.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "c columns=, output-width=, n, o output-separator=, s separator=, "
        "t table, x fillrows"};

constexpr std::size_t kTab = 8;

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::size_t next_stop(std::size_t column) {
  return (column + kTab) / kTab * kTab;
}

/// -t: each column as wide as what is in it, two blanks apart.
std::string table(const List& lines, const std::string& separators, bool merge,
                  const std::string& between) {
  std::vector<List> rows;
  std::vector<std::size_t> widths;
  for (const std::string& line : lines) {
    List cells{""};
    for (const char c : line) {
      if (separators.find(c) == separators.npos) {
        cells.back() += c;
      } else if (!merge || !cells.back().empty()) {
        cells.emplace_back();
      }
    }
    if (merge && cells.back().empty()) cells.pop_back();
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(cells[i]));
    }
    rows.push_back(std::move(cells));
  }
  std::string out;
  for (const List& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += cells[i];
      if (i + 1 == cells.size()) continue;
      out.append(widths[i] - width_of(cells[i]), ' ');
      out += between;
    }
    out += '\n';
  }
  return out;
}

/// A list, filled down the columns, or along the rows; tabs in between.
std::string filled(const List& lines, std::size_t room, bool along_rows) {
  std::size_t longest = 0;
  for (const std::string& line : lines) {
    longest = std::max(longest, width_of(line));
  }
  const std::size_t width = next_stop(longest);
  const std::size_t columns = std::max<std::size_t>(room / width, 1);
  if (longest >= room || columns == 1) return join(lines, "\n") + "\n";
  const std::size_t rows = (lines.size() + columns - 1) / columns;
  std::string out;
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      const std::size_t index = along_rows ? row * columns + i : row + i * rows;
      if (index >= lines.size()) break;
      for (std::size_t stop = next_stop(column); column > 0 || i > 0;) {
        if (stop > i * width) break;
        out += '\t';
        column = stop;
        stop = next_stop(column);
      }
      out += lines[index];
      column += width_of(lines[index]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

Task<int> column_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  List lines;
  int status = 0;
  for (const std::string& name : names) {
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error(), true);
      status = 1;
      continue;
    }
    for (const std::string& one : split(*content, '\n')) {
      if (one.find_first_not_of(" \t") != one.npos) lines.push_back(one);
    }
  }
  if (lines.empty()) co_return co_await out.finish(status);
  if (line.has("t")) {
    const std::string separators = line.value("s").value_or(" \t");
    out.say(table(lines, separators, !line.has("n"),
                  line.value("o").value_or("  ")));
    co_return co_await out.finish(status);
  }
  const std::string asked = line.value("c").value_or(
      line.value("output-width")
          .value_or(self.getenv("COLUMNS").value_or("80")));
  const auto room = parse_int(asked);
  if (!room || *room < 1) {
    out.complain("invalid columns argument: " + quoted(asked));
    co_return co_await out.finish(1);
  }
  out.say(filled(lines, static_cast<std::size_t>(*room), line.has("x")));
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
