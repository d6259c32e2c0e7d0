// lexer.cc — "Lexical analysis" of the language reference.

#include "sim/userland/python/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace drydock::userland::python {

namespace {

constexpr std::array<std::string_view, 33> kKeywords = {
    "False",   "None",     "True",     "and",    "as",   "assert", "break",
    "class",   "continue", "def",      "del",    "elif", "else",   "except",
    "finally", "for",      "from",     "global", "if",   "import", "in",
    "is",      "lambda",   "nonlocal", "not",    "or",   "pass",   "raise",
    "return",  "try",      "while",    "with",   "yield"};

// Longest first.
constexpr std::array<std::string_view, 47> kOperators = {
    "**=", "//=", ">>=", "<<=", "...", "**", "//", "<<", ">>", "<=", ">=", "==",
    "!=",  "->",  "+=",  "-=",  "*=",  "/=", "%=", "&=", "|=", "^=", "@=", "+",
    "-",   "*",   "/",   "%",   "@",   "&",  "|",  "^",  "~",  "<",  ">",  "(",
    ")",   "[",   "]",   "{",   "}",   ",",  ":",  ".",  ";",  "=",  "`"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>, SyntaxFault> run() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = line_start_ = 3;
    while (!fault_) {
      if (at_line_start_ && depth_ == 0 && !begin_line()) break;
      if (fault_ || !step()) break;
      if (!tokens_.empty() && tokens_.back().end_column == 0) {
        tokens_.back().end_column = column();
      }
    }
    if (fault_) return *fault_;
    if (depth_ > 0) {
      fail("unexpected EOF while parsing");
      fault_->unfinished = true;
      return *fault_;
    }
    if (!tokens_.empty() && tokens_.back().kind != TokenKind::newline &&
        tokens_.back().kind != TokenKind::dedent) {
      add(TokenKind::newline, "");
    }
    for (; indents_.size() > 1; indents_.pop_back()) {
      add(TokenKind::dedent, "");
    }
    add(TokenKind::end, "");
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool done() const { return at_ >= text_.size(); }

  void add(TokenKind kind, std::string text) {
    tokens_.push_back({kind, std::move(text), line_, column(), 0, 0, 0});
  }
  std::int32_t column() const {
    return static_cast<std::int32_t>(at_ - std::min(at_, line_start_));
  }
  void fail(std::string message, std::string type = "SyntaxError") {
    if (fault_) return;
    fault_ = SyntaxFault{std::move(type), std::move(message), line_, column()};
  }

  void next_line() {
    ++line_;
    line_start_ = at_;
  }

  /// Measures the indentation; false at the end of the text.
  bool begin_line() {
    int width = 0;
    for (; !done(); ++at_) {
      if (peek() == ' ') {
        ++width;
      } else if (peek() == '\t') {
        width = (width / 8 + 1) * 8;
      } else if (peek() != '\f') {
        break;
      }
    }
    if (done()) return false;
    if (peek() == '#' || peek() == '\n' || peek() == '\r') {
      skip_comment();
      if (peek() == '\r') ++at_;
      if (peek() == '\n') ++at_;
      next_line();
      return !done() || true;
    }
    at_line_start_ = false;
    if (width > indents_.back()) {
      indents_.push_back(width);
      add(TokenKind::indent, "");
      return true;
    }
    for (; width < indents_.back(); indents_.pop_back()) {
      add(TokenKind::dedent, "");
    }
    if (width != indents_.back()) {
      fail("unindent does not match any outer indentation level",
           "IndentationError");
    }
    return true;
  }

  void skip_comment() {
    if (peek() != '#') return;
    while (!done() && peek() != '\n') ++at_;
  }

  /// One token or blank; false at the end.
  bool step() {
    if (at_line_start_ && depth_ == 0) return !done();
    const char c = peek();
    if (done()) return false;
    if (c == ' ' || c == '\t' || c == '\f' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      skip_comment();
    } else if (c == '\n') {
      if (depth_ == 0) add(TokenKind::newline, "");
      at_line_start_ = depth_ == 0;
      ++at_;
      next_line();
    } else if (c == '\\') {
      continue_line();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (begins_name(c)) {
      word();
    } else if (c == '"' || c == '\'') {
      string("");
    } else {
      op();
    }
    return true;
  }

  void continue_line() {
    ++at_;
    if (peek() == '\r') ++at_;
    if (peek() != '\n') {
      fail("unexpected character after line continuation character");
      return;
    }
    ++at_;
    next_line();
    if (done()) {
      fail("unexpected EOF while parsing");
      fault_->unfinished = true;
    }
  }

  void word() {
    const std::size_t start = at_;
    while (!done() && (begins_name(peek()) || is_digit(peek()))) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    if ((peek() == '"' || peek() == '\'') && name.size() <= 2) {
      std::string prefix;
      for (const char c : name) prefix += static_cast<char>(c | 0x20);
      if (prefix == "r" || prefix == "b" || prefix == "u" || prefix == "br" ||
          prefix == "rb") {
        string(prefix);
        return;
      }
    }
    const std::size_t end = std::exchange(at_, start);
    add(TokenKind::name, std::string(name));
    at_ = end;
  }

  void number() {
    const std::size_t start = at_;
    Token token{TokenKind::number_int, "", line_, column(), 0, 0, 0};
    const char kind = static_cast<char>(peek(1) | 0x20);
    if (peek() == '0' && (kind == 'x' || kind == 'o' || kind == 'b')) {
      at_ += 2;
      const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : 2;
      const std::size_t digits = at_;
      while (hex_digit(peek()) >= 0 && hex_digit(peek()) < base) ++at_;
      integer(token, text_.substr(digits, at_ - digits), base);
    } else {
      while (is_digit(peek())) ++at_;
      bool real = false;
      if (peek() == '.') {
        real = true;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      const bool sign = peek(1) == '+' || peek(1) == '-';
      if ((peek() | 0x20) == 'e' && is_digit(peek(sign ? 2 : 1))) {
        real = true;
        at_ += sign ? 2 : 1;
        while (is_digit(peek())) ++at_;
      }
      const std::string_view digits = text_.substr(start, at_ - start);
      if (real) {
        token.kind = TokenKind::number_float;
        std::from_chars(digits.data(), digits.data() + digits.size(),
                        token.real);
      } else if (digits.size() > 1 && digits[0] == '0' &&
                 digits.find_first_not_of('0') != digits.npos) {
        fail("invalid token");
      } else {
        integer(token, digits, 10);
      }
    }
    if ((peek() | 0x20) == 'j') {
      fail("drydock: python: complex numbers are not modelled");
    } else if (begins_name(peek()) && peek() != '_') {
      // "1if x else y" is Python, too; only what could be a digit is not.
      if (hex_digit(peek()) < 0 && peek() != 'i' && peek() != 'o') {
        fail("invalid syntax");
      }
    }
    tokens_.push_back(std::move(token));
  }

  void integer(Token& token, std::string_view digits, int base) {
    const auto read = std::from_chars(
        digits.data(), digits.data() + digits.size(), token.integer, base);
    if (read.ec == std::errc::result_out_of_range) {
      fail("drydock: python: integers beyond 64 bits are not modelled");
    } else if (digits.empty()) {
      fail("invalid token");
    }
  }

  void op() {
    for (const std::string_view each : kOperators) {
      if (!text_.substr(at_).starts_with(each)) continue;
      if (each == "`") break;
      add(TokenKind::op, std::string(each));
      at_ += each.size();
      if (each == "(" || each == "[" || each == "{") ++depth_;
      if (each == ")" || each == "]" || each == "}") {
        depth_ = std::max(0, depth_ - 1);
      }
      return;
    }
    fail("invalid syntax");
  }

  void string(const std::string& prefix) {
    const bool raw = prefix.find('r') != prefix.npos;
    const bool bytes = prefix.find('b') != prefix.npos;
    Token token{bytes ? TokenKind::bytes : TokenKind::string,
                "",
                line_,
                column(),
                0,
                0,
                0};
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    while (!fault_) {
      if (done() || (!triple && peek() == '\n')) {
        fail(triple ? "EOF while scanning triple-quoted string literal"
                    : "EOL while scanning string literal");
        fault_->unfinished = triple;
        return;
      }
      const char c = peek();
      if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
        at_ += triple ? 3 : 1;
        break;
      }
      if (c == '\\') {
        escape(token, raw, bytes);
        continue;
      }
      if (bytes && static_cast<unsigned char>(c) >= 0x80) {
        fail("bytes can only contain ASCII literal characters.");
      }
      ++at_;
      if (c == '\n') next_line();
      if (c != '\r' || peek() != '\n') token.text += c;
    }
    tokens_.push_back(std::move(token));
  }

  void escape(Token& token, bool raw, bool bytes) {
    const char c = peek(1);
    if (raw) {
      token.text += '\\';
      ++at_;
      if (done()) return;
      token.text += c;
      ++at_;
      if (c == '\n') next_line();
      return;
    }
    at_ += 2;
    constexpr std::string_view kNames = "abfnrtv\\'\"";
    constexpr std::string_view kStand = "\a\b\f\n\r\t\v\\'\"";
    if (const std::size_t i = kNames.find(c); i != kNames.npos) {
      token.text += kStand[i];
    } else if (c == '\n') {
      next_line();
    } else if (c >= '0' && c <= '7') {
      std::uint32_t n = static_cast<std::uint32_t>(c - '0');
      for (int k = 0; k < 2 && peek() >= '0' && peek() <= '7'; ++k, ++at_) {
        n = n * 8 + static_cast<std::uint32_t>(peek() - '0');
      }
      token.text += bytes ? std::string(1, static_cast<char>(n)) : utf8_of(n);
    } else if (c == 'x') {
      coded(token, 2, bytes);
    } else if (!bytes && (c == 'u' || c == 'U')) {
      coded(token, c == 'u' ? 4 : 8, false);
    } else if (!bytes && c == 'N') {
      fail("drydock: python: \\N{...} is not modelled");
    } else {
      token.text += '\\';
      token.text += c;
    }
  }

  void coded(Token& token, int digits, bool bytes) {
    std::uint32_t n = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      if (hex_digit(peek()) < 0) {
        fail(bytes ? fmt::format("(value error) invalid \\x escape at position "
                                 "{}",
                                 token.text.size())
                   : fmt::format("(unicode error) 'unicodeescape' codec can't "
                                 "decode bytes in position {}-{}: truncated "
                                 "\\{} escape",
                                 token.text.size(), token.text.size() + 1 + i,
                                 digits == 2   ? "xXX"
                                 : digits == 4 ? "uXXXX"
                                               : "UXXXXXXXX"));
        return;
      }
      n = n * 16 + static_cast<std::uint32_t>(hex_digit(peek()));
    }
    token.text += bytes ? std::string(1, static_cast<char>(n)) : utf8_of(n);
  }

  std::string_view text_;
  std::size_t at_ = 0, line_start_ = 0;
  std::int32_t line_ = 1;
  int depth_ = 0;  // Of brackets: inside of them lines do not count.
  bool at_line_start_ = true;
  std::vector<int> indents_ = {0};
  std::vector<Token> tokens_;
  std::optional<SyntaxFault> fault_;
};

}  // namespace

Result<std::vector<Token>, SyntaxFault> tokenize(std::string_view text) {
  return Lexer(text).run();
}

bool is_keyword(std::string_view word) {
  return std::ranges::binary_search(kKeywords, word);
}

std::string utf8_of(std::uint32_t c) {
  std::string out;
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((c >> shift) & 0x3f));
  };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
  return out;
}

std::size_t utf8_length(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

}  // namespace drydock::userland::python
