// psql_table.h — psql's tables: aligned or not.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/userland/services/postgres/wire.h"

namespace drydock::userland::postgres {

struct TableStyle {
  bool aligned = true, tuples_only = false, footer = true, expanded = false;
  std::string separator = "|";  // Of what is not aligned.
};

using TableRows = std::vector<std::vector<std::optional<std::string>>>;

/// With a title above, "(N rows)" below, and an empty line at the end.
std::string format_table(const TableStyle& style, const std::string& title,
                         const std::vector<WireColumn>& columns,
                         const TableRows& rows);

}  // namespace drydock::userland::postgres
