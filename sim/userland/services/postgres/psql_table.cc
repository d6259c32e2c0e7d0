// psql_table.cc — columns as wide as what is in them; lines that are too many
// for a cell are marked with '+'.

#include "sim/userland/services/postgres/psql_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    width += (static_cast<unsigned char>(c) >> 6) != 2;
  }
  return width;
}

std::string centred(const std::string& text, std::size_t width) {
  const std::size_t lack = width > width_of(text) ? width - width_of(text) : 0;
  return std::string(lack / 2, ' ') + text + std::string(lack - lack / 2, ' ');
}

std::string unaligned(const TableStyle& style,
                      const std::vector<WireColumn>& columns,
                      const TableRows& rows) {
  std::string out;
  List names;
  for (const WireColumn& column : columns) names.push_back(column.name);
  const std::string& between = style.separator;
  if (!style.tuples_only && !style.expanded) out += join(names, between) + "\n";
  for (const auto& row : rows) {
    for (std::size_t i = 0; style.expanded && i < row.size(); ++i) {
      out += names[i] + between + row[i].value_or("") + "\n";
    }
    if (style.expanded) {
      if (&row != &rows.back()) out += "\n";
      continue;
    }
    List cells;
    for (const auto& cell : row) cells.push_back(cell.value_or(""));
    out += join(cells, between) + "\n";
  }
  if (!style.tuples_only && style.footer && !style.expanded) {
    out +=
        fmt::format("({} row{})\n", rows.size(), rows.size() == 1 ? "" : "s");
  }
  return out;
}

/// One row, which may take several lines.
std::string row_lines(const std::vector<WireColumn>& columns,
                      const std::vector<std::size_t>& widths,
                      const std::vector<std::optional<std::string>>& row) {
  std::vector<List> cells;
  std::size_t lines = 1;
  for (const auto& cell : row) {
    cells.push_back(split(cell.value_or(""), '\n'));
    lines = std::max(lines, cells.back().size());
  }
  std::string out;
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool here = i < cells.size() && line < cells[i].size();
      const std::string text = here ? cells[i][line] : "";
      const std::string fill(widths[i] - width_of(text), ' ');
      const bool more = here && line + 1 < cells[i].size();
      const bool last = i + 1 == columns.size();
      out += ' ';
      if (columns[i].number) {
        out += fill + text;
      } else if (last && !more) {
        out += text;  // No blanks at the end of a line.
      } else {
        out += text + fill;
      }
      if (more) out += '+';
      if (!more && !last) out += ' ';
      if (!last) out += '|';
    }
    out += '\n';
  }
  return out;
}

/// \\x: a row is a record, and each of its columns a line.
std::string expanded(const TableStyle& style,
                     const std::vector<WireColumn>& columns,
                     const TableRows& rows) {
  std::size_t names = 0, values = 0;
  for (const WireColumn& column : columns) {
    names = std::max(names, width_of(column.name));
  }
  for (const auto& row : rows) {
    for (const auto& cell : row) {
      for (const std::string& line : split(cell.value_or(""), '\n')) {
        values = std::max(values, width_of(line));
      }
    }
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string head = fmt::format("-[ RECORD {} ]", i + 1);
    // The rule has a cross where the names end, unless the words cover it.
    while (head.size() < names + values + 3) {
      head += head.size() == names + 1 ? '+' : '-';
    }
    if (!style.tuples_only) out += head + "\n";
    for (std::size_t k = 0; k < columns.size() && k < rows[i].size(); ++k) {
      const std::string& name = columns[k].name;
      const List lines = split(rows[i][k].value_or(""), '\n');
      for (std::size_t line = 0; line < lines.size(); ++line) {
        const std::string shown = line == 0 ? name : "";
        out += shown + std::string(names - width_of(shown), ' ') + " | " +
               lines[line];
        if (line + 1 < lines.size()) {
          out += std::string(values - width_of(lines[line]), ' ') + "+";
        }
        out += "\n";
      }
    }
    if (style.tuples_only && i + 1 < rows.size()) out += "\n";
  }
  if (rows.empty() && !style.tuples_only) out += "(No rows)\n";
  return out + "\n";
}

}  // namespace

std::string format_table(const TableStyle& style, const std::string& title,
                         const std::vector<WireColumn>& columns,
                         const TableRows& rows) {
  if (style.aligned && style.expanded) return expanded(style, columns, rows);
  if (!style.aligned) return unaligned(style, columns, rows);
  std::vector<std::size_t> widths;
  for (const WireColumn& column : columns) {
    widths.push_back(width_of(column.name));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      for (const std::string& line : split(row[i].value_or(""), '\n')) {
        widths[i] = std::max(widths[i], width_of(line));
      }
    }
  }
  std::size_t total = columns.empty() ? 0 : columns.size() - 1;
  for (const std::size_t width : widths) total += width + 2;
  std::string out;
  if (!title.empty() && !style.tuples_only) {
    std::string line = centred(title, total);
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  if (!style.tuples_only) {
    std::string rule;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += '|', rule += '+';
      out += ' ' + centred(columns[i].name, widths[i]) + ' ';
      rule += std::string(widths[i] + 2, '-');
    }
    out += "\n" + rule + "\n";
  }
  for (const auto& row : rows) out += row_lines(columns, widths, row);
  if (!style.tuples_only && style.footer) {
    out +=
        fmt::format("({} row{})\n", rows.size(), rows.size() == 1 ? "" : "s");
  }
  if (style.footer) out += "\n";
  return out;
}

}  // namespace drydock::userland::postgres
