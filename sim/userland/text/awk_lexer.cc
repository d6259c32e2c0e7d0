// awk_lexer.cc — where a slash divides and where it begins an expression.

#include "sim/userland/text/awk_lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/text/awk_program.h"

namespace drydock::userland {

namespace {

using Kind = AwkToken::Kind;

constexpr std::array<std::string_view, 21> kKeywords = {
    "BEGIN",  "END",    "function", "func",     "if",    "else",     "while",
    "for",    "do",     "break",    "continue", "next",  "nextfile", "exit",
    "return", "delete", "in",       "getline",  "print", "printf",   "switch"};

constexpr std::array<std::string_view, 22> kSymbols = {
    "**=", "&&", "||", "==", "!=", "<=", ">=", ">>", "++", "--", "+=",
    "-=",  "*=", "/=", "%=", "^=", "**", "!~", "|&", "~",  "?",  ":"};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<AwkToken>> run() {
    while (at_ < source_.size()) {
      const Outcome read = token();
      if (!read) return read.error();
    }
    add(Kind::newline, "\n");
    add(Kind::end, "");
    return std::move(tokens_);
  }

 private:
  void add(Kind kind, std::string text, double number = 0) {
    tokens_.push_back({kind, std::move(text), number, line_});
  }

  Outcome token() {
    const char c = source_[at_];
    if (c == '\n' || c == ';') {
      add(Kind::newline, std::string(1, c));
      line_ += c == '\n';
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '\\' && source_.substr(at_ + 1).starts_with("\n")) {
      at_ += 2;
      ++line_;
    } else if (c == '\\' && source_.substr(at_ + 1).starts_with("\r\n")) {
      at_ += 3;
      ++line_;
    } else if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size());
    } else if (c == '"') {
      return string();
    } else if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() &&
                               is_digit(source_[at_ + 1]))) {
      number();
    } else if (is_name_start(c)) {
      name();
    } else if (c == '/' && regex_may_begin()) {
      return regex();
    } else {
      return symbol();
    }
    return done();
  }

  bool regex_may_begin() const {
    if (tokens_.empty()) return true;
    const AwkToken& before = tokens_.back();
    switch (before.kind) {
      case Kind::number:
      case Kind::string:
      case Kind::regex:
      case Kind::name:
      case Kind::builtin:
        return false;
      case Kind::symbol:
        return before.text != ")" && before.text != "]" && before.text != "$" &&
               before.text != "++" && before.text != "--";
      default:
        return true;
    }
  }

  Outcome string() {
    const std::size_t begin = ++at_;
    while (at_ < source_.size() && source_[at_] != '"') {
      if (source_[at_] == '\n') break;
      at_ += source_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= source_.size() || source_[at_] != '"') {
      return Error{fmt::format("line {}: runaway string constant \"{} ...",
                               line_, source_.substr(begin, 10))};
    }
    add(Kind::string, awk_unescape(source_.substr(begin, at_ - begin)));
    ++at_;
    return done();
  }

  Outcome regex() {
    const std::size_t begin = ++at_;
    bool bracket = false;
    for (; at_ < source_.size() && source_[at_] != '\n'; ++at_) {
      const char c = source_[at_];
      if (c == '\\') {
        ++at_;
      } else if (bracket) {
        bracket = c != ']';
      } else if (c == '[') {
        bracket = true;
        const std::string_view rest = source_.substr(at_ + 1);
        if (rest.starts_with("^]"))
          at_ += 2;
        else if (rest.starts_with("]") || rest.starts_with("^"))
          ++at_;
      } else if (c == '/') {
        add(Kind::regex, std::string(source_.substr(begin, at_ - begin)));
        ++at_;
        return done();
      }
    }
    return Error{fmt::format("line {}: runaway regular expression /{} ...",
                             line_, source_.substr(begin, 10))};
  }

  void number() {
    const std::size_t begin = at_;
    while (at_ < source_.size() &&
           (is_digit(source_[at_]) || source_[at_] == '.')) {
      ++at_;
    }
    if (at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
      std::size_t end = at_ + 1;
      if (end < source_.size() &&
          (source_[end] == '-' || source_[end] == '+')) {
        ++end;
      }
      if (end < source_.size() && is_digit(source_[end])) {
        while (end < source_.size() && is_digit(source_[end])) ++end;
        at_ = end;
      }
    }
    const std::string text(source_.substr(begin, at_ - begin));
    add(Kind::number, text, awk_number(text));
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < source_.size() &&
           (is_name_start(source_[at_]) || is_digit(source_[at_]))) {
      ++at_;
    }
    const std::string text(source_.substr(begin, at_ - begin));
    if (std::ranges::find(kKeywords, text) != kKeywords.end()) {
      add(Kind::keyword, text == "func" ? "function" : text);
    } else if (std::ranges::find(kAwkBuiltins, text) != kAwkBuiltins.end()) {
      add(Kind::builtin, text);
    } else if (at_ < source_.size() && source_[at_] == '(') {
      add(Kind::call, text);
    } else {
      add(Kind::name, text);
    }
  }

  Outcome symbol() {
    for (const std::string_view symbol : kSymbols) {
      if (!source_.substr(at_).starts_with(symbol)) continue;
      std::string text(symbol);
      if (text == "**") text = "^";
      if (text == "**=") text = "^=";
      add(Kind::symbol, text);
      at_ += symbol.size();
      return done();
    }
    const char c = source_[at_];
    if (std::string_view("{}()[],+-*/%^!<>|$=").find(c) ==
        std::string_view::npos) {
      return Error{fmt::format("line {}: unexpected character '{}'", line_, c)};
    }
    add(Kind::symbol, std::string(1, c));
    ++at_;
    return done();
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<AwkToken> tokens_;
};

}  // namespace

std::string awk_unescape(std::string_view text) {
  constexpr std::string_view kNames = "\"\\/abfnrtv";
  constexpr std::string_view kValues = "\"\\/\a\b\f\n\r\t\v";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at++];
      continue;
    }
    const char c = text[at + 1];
    const std::size_t named = kNames.find(c);
    if (named != kNames.npos) {
      out += kValues[named];
      at += 2;
    } else if (c >= '0' && c <= '7') {
      int value = 0;
      ++at;
      for (int i = 0; i < 3 && at < text.size(); ++i) {
        if (text[at] < '0' || text[at] > '7') break;
        value = value * 8 + (text[at++] - '0');
      }
      out += static_cast<char>(value & 255);
    } else if (c == '\n') {
      at += 2;
    } else {
      out += '\\';
      out += c;
      at += 2;
    }
  }
  return out;
}

Result<std::vector<AwkToken>> lex_awk(std::string_view source) {
  return Lexer(source).run();
}

}  // namespace drydock::userland
