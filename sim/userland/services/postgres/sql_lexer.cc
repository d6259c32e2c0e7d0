// sql_lexer.cc — words, strings, numbers and signs; comments are passed over.

#include "sim/userland/services/postgres/sql_lexer.h"

#include <fmt/format.h>

#include <array>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  SqlResult<std::vector<SqlToken>> run() {
    for (skip(); at_ < text_.size(); skip()) {
      const std::size_t start = at_;
      const char c = text_[at_];
      SqlToken token{SqlToken::Kind::op, "", position(), ""};
      if (begins_word(c)) {
        token.kind = SqlToken::Kind::word;
        while (at_ < text_.size() &&
               (begins_word(text_[at_]) || is_digit(text_[at_]))) {
          ++at_;
        }
        token.text = lower(text_.substr(start, at_ - start));
      } else if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() &&
                                 is_digit(text_[at_ + 1]))) {
        token.kind = SqlToken::Kind::number;
        while (at_ < text_.size() &&
               (is_digit(text_[at_]) || text_[at_] == '.')) {
          ++at_;
        }
        token.text = text_.substr(start, at_ - start);
      } else if (c == '\'' || c == '"') {
        token.kind = c == '"' ? SqlToken::Kind::quoted : SqlToken::Kind::text;
        if (!quoted(c, &token.text)) {
          return SqlError{"42601",
                          fmt::format("unterminated quoted {} at or near "
                                      "\"{}\"",
                                      c == '"' ? "identifier" : "string",
                                      text_.substr(start)),
                          token.position};
        }
      } else {
        sign(&token.text);
      }
      token.shown = text_.substr(start, at_ - start);
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({SqlToken::Kind::end, "", position(), ""});
    return std::move(tokens_);
  }

 private:
  std::int64_t position() const { return static_cast<std::int64_t>(at_) + 1; }

  void skip() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == text_.npos ? text_.size() : end + 2;
      } else if (std::string_view(" \t\r\n\f").find(text_[at_]) !=
                 std::string_view::npos) {
        ++at_;
      } else {
        return;
      }
    }
  }

  bool quoted(char quote, std::string* out) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) {
        *out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
        *out += quote;
        ++at_;
      } else {
        ++at_;
        return true;
      }
    }
    return false;
  }

  void sign(std::string* out) {
    static constexpr std::array<std::string_view, 6> kTwo = {
        "<>", "<=", ">=", "!=", "||", "::"};
    for (const std::string_view two : kTwo) {
      if (!text_.substr(at_).starts_with(two)) continue;
      *out = two == "!=" ? "<>" : std::string(two);
      at_ += 2;
      return;
    }
    *out = text_[at_++];
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

SqlResult<std::vector<SqlToken>> sql_tokens(std::string_view text) {
  return Lexer(text).run();
}

std::size_t end_of_statement(std::string_view text) {
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (text.substr(at).starts_with("--")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == ';') {
      return at + 1;
    }
  }
  return text.npos;
}

}  // namespace drydock::userland::postgres
