// lexer.cc — a template cut into its words.

#include "sim/cli/template/lexer.h"

#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::cli::tmpl {

namespace {

constexpr std::string_view kLeft = "{{", kRight = "}}";
constexpr std::string_view kBlanks = " \t\r\n";

constexpr std::array<std::pair<std::string_view, TokenKind>, 11> kKeywords = {{
    {"block", TokenKind::key_block},
    {"break", TokenKind::key_break},
    {"continue", TokenKind::key_continue},
    {"define", TokenKind::key_define},
    {"else", TokenKind::key_else},
    {"end", TokenKind::key_end},
    {"if", TokenKind::key_if},
    {"nil", TokenKind::key_nil},
    {"range", TokenKind::key_range},
    {"template", TokenKind::key_template},
    {"with", TokenKind::key_with},
}};

bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }

bool is_word(char c) {
  return c == '_' || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
         ('0' <= c && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_digit(char c) { return '0' <= c && c <= '9'; }

/// Walks over the source once; errors end the walk.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (!stopped_ && at_ < source_.size()) outside();
    if (!stopped_) emit(TokenKind::end_of_file, at_, at_);
    return std::move(tokens_);
  }

 private:
  char here(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  bool sees(std::string_view word) const {
    return source_.substr(at_).starts_with(word);
  }

  void emit(TokenKind kind, std::size_t from, std::size_t to) {
    count_lines(from);
    tokens_.push_back({kind, static_cast<std::int32_t>(from),
                       std::string(source_.substr(from, to - from)), line_});
  }
  void count_lines(std::size_t until) {
    for (; counted_ < until; ++counted_) line_ += source_[counted_] == '\n';
  }
  void fail(std::string text) {
    count_lines(at_);
    tokens_.push_back({TokenKind::error, static_cast<std::int32_t>(at_),
                       std::move(text), line_});
    stopped_ = true;
  }

  /// "{{- " trims what stands before it.
  bool trims_left(std::size_t after) const {
    return after + 1 < source_.size() && source_[after] == '-' &&
           is_blank(source_[after + 1]);
  }
  /// " -}}" trims what stands behind.
  bool trims_right(std::size_t at) const {
    return at + 3 < source_.size() + 0 && is_blank(source_[at]) &&
           source_.substr(at + 1).starts_with("-}}");
  }

  void outside() {
    const std::size_t from = at_;
    std::size_t open = source_.find(kLeft, at_);
    if (open == std::string_view::npos) open = source_.size();
    std::size_t to = open;
    const bool trims = open < source_.size() && trims_left(open + kLeft.size());
    if (trims) {
      while (to > from && is_blank(source_[to - 1])) --to;
    }
    if (to > from) emit(TokenKind::text, from, to);
    at_ = open;
    if (at_ == source_.size()) return;
    std::size_t body = at_ + kLeft.size() + (trims ? 2 : 0);
    if (source_.substr(body).starts_with("/*")) {
      at_ = body;
      comment();
      return;
    }
    emit(TokenKind::left_delimiter, at_, at_ + kLeft.size());
    at_ = trims ? body - 1 : body;  // The blank stays and is skipped.
    if (trims) at_ = body;
    action();
  }

  void comment() {
    const std::size_t close = source_.find("*/", at_ + 2);
    if (close == std::string_view::npos) return fail("unclosed comment");
    at_ = close + 2;
    const bool trims = trims_right(at_);
    if (trims) at_ += 2;
    if (!sees(kRight)) {
      return fail("comment ends before closing delimiter");
    }
    at_ += kRight.size();
    if (trims) skip_blanks();
  }

  void skip_blanks() {
    while (at_ < source_.size() && is_blank(source_[at_])) ++at_;
  }

  void action() {
    depth_ = 0;
    while (!stopped_) {
      const bool trims = trims_right(at_);
      if (trims || sees(kRight)) {
        if (depth_ > 0) return fail("unclosed left paren");
        if (trims) at_ += 2;
        emit(TokenKind::right_delimiter, at_, at_ + kRight.size());
        at_ += kRight.size();
        if (trims) skip_blanks();
        return;
      }
      if (at_ >= source_.size()) return fail("unclosed action");
      inside();
    }
  }

  void inside() {
    const std::size_t from = at_;
    const char c = here();
    if (is_blank(c)) {
      while (at_ < source_.size() && is_blank(here()) && !trims_right(at_)) {
        ++at_;
      }
      emit(TokenKind::space, from, at_);
    } else if (c == '=') {
      one(TokenKind::assign);
    } else if (c == ':') {
      if (here(1) != '=') return fail("expected :=");
      at_ += 2;
      emit(TokenKind::declare, from, at_);
    } else if (c == '|') {
      one(TokenKind::pipe);
    } else if (c == '"') {
      quoted('"', TokenKind::string, "unterminated quoted string");
    } else if (c == '`') {
      raw();
    } else if (c == '\'') {
      quoted('\'', TokenKind::character, "unterminated character constant");
    } else if (c == '$') {
      ++at_;
      word_end(TokenKind::variable, from);
    } else if (c == '.' && !is_digit(here(1))) {
      ++at_;
      if (is_word(here())) {
        word_end(TokenKind::field, from);
      } else {
        emit(TokenKind::dot, from, at_);
      }
    } else if (c == '.' || is_digit(c) ||
               ((c == '+' || c == '-') &&
                (is_digit(here(1)) || here(1) == '.'))) {
      number();
    } else if (is_word(c)) {
      identifier();
    } else if (c == '(') {
      ++depth_;
      one(TokenKind::left_paren);
    } else if (c == ')') {
      if (--depth_ < 0) return fail("unexpected right paren");
      one(TokenKind::right_paren);
    } else if (c >= ' ' && c <= '~' && c != '+' && c != '-') {
      one(TokenKind::punctuation);
    } else {
      fail(fmt::format("unrecognized character in action: U+{:04X} '{}'",
                       static_cast<unsigned>(static_cast<unsigned char>(c)),
                       c));
    }
  }

  void one(TokenKind kind) {
    ++at_;
    emit(kind, at_ - 1, at_);
  }

  void word_end(TokenKind kind, std::size_t from) {
    while (at_ < source_.size() && is_word(source_[at_])) ++at_;
    if (!ends_word()) {
      return fail(fmt::format("bad character U+{:04X} '{}'",
                              static_cast<unsigned>(here()), here()));
    }
    emit(kind, from, at_);
  }

  bool ends_word() const {
    if (at_ >= source_.size() || is_blank(here())) return true;
    return std::string_view(".,|:()}").find(here()) != std::string_view::npos ||
           here() == '=';
  }

  void identifier() {
    const std::size_t from = at_;
    while (at_ < source_.size() && is_word(source_[at_])) ++at_;
    const std::string_view word = source_.substr(from, at_ - from);
    if (!ends_word()) {
      return fail(fmt::format("bad character U+{:04X} '{}'",
                              static_cast<unsigned>(here()), here()));
    }
    TokenKind kind = TokenKind::identifier;
    for (const auto& [name, key] : kKeywords) {
      if (word == name) kind = key;
    }
    if (word == "true" || word == "false") kind = TokenKind::boolean;
    emit(kind, from, at_);
  }

  void quoted(char quote, TokenKind kind, std::string_view complaint) {
    const std::size_t from = at_++;
    while (at_ < source_.size() && here() != quote) {
      if (here() == '\n') return fail(std::string(complaint));
      at_ += here() == '\\' ? 2 : 1;
    }
    if (at_ >= source_.size()) {
      at_ = source_.size();
      return fail(std::string(complaint));
    }
    ++at_;
    emit(kind, from, at_);
  }

  void raw() {
    const std::size_t from = at_;
    const std::size_t close = source_.find('`', at_ + 1);
    if (close == std::string_view::npos) {
      return fail("unterminated raw quoted string");
    }
    at_ = close + 1;
    emit(TokenKind::raw_string, from, at_);
  }

  void number() {
    const std::size_t from = at_;
    if (here() == '+' || here() == '-') ++at_;
    while (at_ < source_.size()) {
      const char c = here();
      const bool exponent =
          (c == '+' || c == '-') &&
          (source_[at_ - 1] == 'e' || source_[at_ - 1] == 'E');
      if (!is_word(c) && c != '.' && !exponent) break;
      ++at_;
    }
    emit(TokenKind::number, from, at_);
  }

  std::string_view source_;
  std::size_t at_ = 0, counted_ = 0;
  int line_ = 1, depth_ = 0;
  bool stopped_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::string Token::told() const {
  if (kind == TokenKind::end_of_file) return "EOF";
  if (kind == TokenKind::error) return text;
  if (kind > TokenKind::keyword) return "<" + text + ">";
  if (text.size() > 10) return go_quote(text.substr(0, 10)) + "...";
  return go_quote(text);
}

std::vector<Token> lex(std::string_view source) { return Lexer(source).run(); }

}  // namespace drydock::cli::tmpl
