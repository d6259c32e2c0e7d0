// table.cc — widths and padding.

#include "sim/base/table.h"

#include <algorithm>

namespace drydock {

std::size_t character_count(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const List& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      if (i == widths.size()) widths.push_back(width_min);
      widths[i] = std::max(widths[i], character_count(row[i]) + padding);
    }
  }
  std::string result;
  for (const List& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      result += row[i];
      if (i + 1 == row.size()) break;
      result.append(widths[i] - character_count(row[i]), ' ');
    }
    result += '\n';
  }
  return result;
}

}  // namespace drydock
