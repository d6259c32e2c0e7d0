// awk_lexer.h — awk's source as tokens.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland {

struct AwkToken {
  enum class Kind {
    end,
    newline,  // Also ';'.
    number,
    string,  // Escapes done.
    regex,   // As it stands between the slashes.
    name,
    call,     // A name with '(' directly behind it: a user's function.
    builtin,  // length, substr, ...
    keyword,  // if, BEGIN, getline, ...
    symbol,   // An operator or a bracket.
  };
  Kind kind = Kind::end;
  std::string text;
  double number = 0;
  int line = 1;
};

/// Errors: "line 1: runaway string constant ...".
Result<std::vector<AwkToken>> lex_awk(std::string_view source);

/// Escapes of a string constant: \n \t \" \\ \/ \052; others keep the
/// backslash, since the string may become a regular expression.
std::string awk_unescape(std::string_view text);

}  // namespace drydock::userland
