// table.h — columns of text, aligned as Go's text/tabwriter aligns docker's.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/base/text.h"

namespace drydock {

/// Each column but the last is as wide as its longest cell plus `padding`,
/// and at least `width_min` (behaviour.md §0.4).  Width counts characters.
struct Table {
  std::size_t width_min = 20;
  std::size_t padding = 3;
  std::vector<List> rows;

  std::string text() const;  // Each row ends in a newline.
};

std::size_t character_count(std::string_view utf8);

}  // namespace drydock
