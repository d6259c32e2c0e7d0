// lexer.h — the words of Go's text/template.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::cli::tmpl {

enum class TokenKind : std::uint8_t {
  error,  // `text` says what.
  end_of_file,
  text,  // Outside of actions, trimmed as the delimiters ask.
  left_delimiter,
  right_delimiter,
  space,
  boolean,
  character,    // 'a'
  punctuation,  // , and the like
  assign,       // =
  declare,      // :=
  field,        // .Name
  identifier,
  variable,  // $x
  dot,
  number,
  raw_string,
  string,
  left_paren,
  right_paren,
  pipe,
  // From here on: keywords.
  keyword,
  key_block,
  key_break,
  key_continue,
  key_define,
  key_else,
  key_end,
  key_if,
  key_nil,
  key_range,
  key_template,
  key_with,
};

struct Token {
  TokenKind kind = TokenKind::end_of_file;
  std::int32_t position = 0;  // Bytes from the start.
  std::string text;
  int line = 1;

  /// As Go names it in its messages: EOF, <end>, "x".
  std::string told() const;
};

std::vector<Token> lex(std::string_view source);

}  // namespace drydock::cli::tmpl
