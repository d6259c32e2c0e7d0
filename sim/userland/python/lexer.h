// lexer.h — Python's tokens, with its indentation made visible.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland::python {

enum class TokenKind : std::uint8_t {
  name,
  number_int,
  number_float,
  string,
  bytes,
  op,
  newline,
  indent,
  dedent,
  end,
};

struct Token {
  TokenKind kind;
  std::string text;  // Of strings: what they stand for.
  std::int32_t line = 1;
  std::int32_t column = 0;  // In bytes.
  std::int64_t integer = 0;
  double real = 0;
  std::int32_t end_column = 0;
};

/// Why a text is no Python: SyntaxError, IndentationError or TabError.
struct SyntaxFault {
  std::string type = "SyntaxError";
  std::string message;
  std::int32_t line = 1;
  std::int32_t column = 0;  // From 0.
  bool unfinished = false;  // More lines could mend it: the prompt goes on.
};

/// The whole text as tokens; the last is `end`.
Result<std::vector<Token>, SyntaxFault> tokenize(std::string_view text);

bool is_keyword(std::string_view word);

/// One character as UTF-8.
std::string utf8_of(std::uint32_t character);

/// The length in bytes of the character that begins with this byte.
std::size_t utf8_length(char first);

}  // namespace drydock::userland::python
