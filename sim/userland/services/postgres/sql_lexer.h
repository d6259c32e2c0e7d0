// sql_lexer.h — SQL's tokens.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/services/postgres/sql.h"

namespace drydock::userland::postgres {

struct SqlToken {
  enum class Kind { word, quoted, text, number, op, end } kind;
  std::string text;  // Words in lower case.
  std::int64_t position = 1;
  std::string shown;  // As it stands in the statement.
};

SqlResult<std::vector<SqlToken>> sql_tokens(std::string_view text);

}  // namespace drydock::userland::postgres
