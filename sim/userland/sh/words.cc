// words.cc — the parser's words: quoting, expansions, substitutions.

#include <algorithm>
#include <utility>

#include "sim/base/text.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

namespace {

void add_text(Word& word, std::string_view text, bool quoted) {
  if (!word.parts.empty()) {
    Part& last = word.parts.back();
    if (last.kind == Part::Kind::text && last.quoted == quoted) {
      last.text += text;
      return;
    }
  }
  Part part;
  part.quoted = quoted;
  part.text = text;
  word.parts.push_back(std::move(part));
}

void add_char(Word& word, int c, bool quoted) {
  const char byte = static_cast<char>(c);
  add_text(word, std::string_view(&byte, 1), quoted);
}

bool starts_name(int c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_';
}
bool is_digit(int c) { return '0' <= c && c <= '9'; }

}  // namespace

Word Parser::read_word(WordEnd end, bool in_pattern) {
  Word word;
  while (!failed()) {
    const int c = reader_.peek();
    if (c == Reader::kEnd) break;
    const bool stops = end.stops.find(static_cast<char>(c)) != end.stops.npos;
    if (bash() && (c == '<' || c == '>') && !in_pattern &&
        reader_.peek_second() == '(') {
      reader_.get();
      read_process(word, static_cast<char>(c));
      continue;
    }
    if (bash() && (options_.extended_patterns || in_condition_) &&
        std::string_view("?*+@!").find(static_cast<char>(c)) !=
            std::string_view::npos &&
        reader_.peek_second() == '(') {
      read_extended_pattern(word);
      continue;
    }
    if (stops) break;
    read_unquoted(word, c);
  }
  return word;
}

void Parser::read_unquoted(Word& word, int c) {
  switch (c) {
    case '\\':
      return read_backslash(word);
    case '\'':
      return read_single_quotes(word);
    case '"':
      return read_double_quotes(word);
    case '`':
      return read_backquotes(word, false);
    case '$':
      if (!read_dollar(word, false)) add_char(word, '$', false);
      return;
    default:
      add_char(word, reader_.get(), false);
  }
}

void Parser::read_backslash(Word& word) {
  reader_.raw_get();
  const int c = reader_.raw_get();
  if (c == Reader::kEnd) {
    if (!options_.final) return fail_with("unexpected end of file", true);
    return add_char(word, '\\', true);
  }
  add_char(word, c, true);
}

void Parser::read_single_quotes(Word& word) {
  const int line = reader_.line();
  reader_.get();
  std::string text;
  for (;;) {
    const int c = reader_.raw_get();
    if (c == '\'') break;
    if (c == Reader::kEnd) {
      fail_with(bash() ? "unexpected EOF while looking for matching `''"
                       : "Unterminated quoted string",
                true);
      if (bash()) error_->line = line;
      return;
    }
    text += static_cast<char>(c);
  }
  add_text(word, text, true);
}

void Parser::read_dollar_quotes(Word& word) {
  reader_.get();
  std::string raw;
  for (;;) {
    const int c = reader_.raw_get();
    if (c == '\'') break;
    if (c == Reader::kEnd) {
      return fail_with("unexpected EOF while looking for matching `''", true);
    }
    raw += static_cast<char>(c);
    if (c == '\\') {
      const int next = reader_.raw_get();
      if (next != Reader::kEnd) raw += static_cast<char>(next);
    }
  }
  add_text(word, decode_dollar_quotes(raw), true);
}

void Parser::read_double_quotes(Word& word) {
  const int line = reader_.line();
  reader_.get();
  const std::size_t before = word.parts.size();
  Word inner;
  while (!failed()) {
    const int c = reader_.peek();
    if (c == '"') break;
    if (c == Reader::kEnd) {
      fail_with(bash() ? "unexpected EOF while looking for matching `\"'"
                       : "Unterminated quoted string",
                true);
      if (bash()) error_->line = line;
      return;
    }
    read_quoted_char(inner, Quote::dquote);
  }
  reader_.get();
  if (inner.parts.empty()) add_text(inner, "", true);
  for (Part& part : inner.parts) {
    if (part.kind == Part::Kind::text && word.parts.size() > before) {
      add_text(word, part.text, true);
    } else {
      word.parts.push_back(std::move(part));
    }
  }
}

/// One character, or one expansion, of quoted text.
void Parser::read_quoted_char(Word& word, Quote quote) {
  const int c = reader_.peek();
  if (c == '\\') {
    reader_.raw_get();
    const int next = reader_.raw_peek();
    const bool special = next == '$' || next == '`' || next == '\\' ||
                         (next == '"' && quote == Quote::dquote);
    if (special) return add_char(word, reader_.raw_get(), true);
    return add_char(word, '\\', true);
  }
  if (c == '`') return read_backquotes(word, true);
  if (c == '$') {
    if (!read_dollar(word, true)) add_char(word, '$', true);
    return;
  }
  add_char(word, reader_.get(), true);
}

/// Reads what '$' begins.  False when it stands for itself: then it alone was
/// taken.
bool Parser::read_dollar(Word& word, bool quoted) {
  reader_.get();
  const int c = reader_.peek();
  if (c == '(') {
    if (!enter()) return true;
    read_substitution(word, quoted);
    leave();
    return true;
  }
  if (c == '{') {
    if (!enter()) return true;
    read_braced(word, quoted);
    leave();
    return true;
  }
  if (c == '\'' && !quoted && options_.dialect != Dialect::dash) {
    read_dollar_quotes(word);
    return true;
  }
  if (c == '"' && !quoted && bash()) {
    read_double_quotes(word);
    return true;
  }
  Param param;
  if (starts_name(c)) {
    while (starts_name(reader_.peek()) || is_digit(reader_.peek())) {
      param.name += static_cast<char>(reader_.get());
    }
  } else if (c != Reader::kEnd &&
             std::string_view("@*#?-$!0123456789").find(static_cast<char>(c)) !=
                 std::string_view::npos) {
    param.name = static_cast<char>(reader_.get());
  } else {
    return false;
  }
  Part part;
  part.kind = Part::Kind::param;
  part.quoted = quoted;
  part.param = std::make_shared<const Param>(std::move(param));
  word.parts.push_back(std::move(part));
  return true;
}

void Parser::read_substitution(Word& word, bool quoted) {
  const Reader::Mark start = reader_.mark();
  reader_.get();
  if (reader_.peek() == '(') {
    const Reader::Mark inner = reader_.mark();
    reader_.get();
    if (read_arithmetic(word, quoted)) return;
    if (failed()) return;
    reader_.reset(inner);
  }
  const int line = reader_.line();
  std::optional<Token> outer = std::exchange(token_, std::nullopt);
  std::vector<PendingHereDoc> outer_docs = std::exchange(pending_, {});
  const bool condition = std::exchange(in_condition_, false);
  Part part;
  part.kind = Part::Kind::command;
  part.quoted = quoted;
  part.command = parse_list();
  if (!failed() && !peek().is_op(")")) {
    if (peek().kind == Token::Kind::end && bash()) {
      fail_with("unexpected EOF while looking for matching `)'", true);
      error_->line = line;
    } else {
      fail_unexpected("\")\"");
    }
  }
  for (PendingHereDoc& doc : pending_) outer_docs.push_back(std::move(doc));
  pending_ = std::move(outer_docs);
  token_ = std::move(outer);
  in_condition_ = condition;
  (void)start;
  word.parts.push_back(std::move(part));
}

/// `...`: its text, with one level of backslashes off, is a program.
void Parser::read_backquotes(Word& word, bool quoted) {
  const int line = reader_.line();
  reader_.get();
  std::string text;
  for (;;) {
    const int c = reader_.raw_get();
    if (c == '`') break;
    if (c == Reader::kEnd) {
      return fail_with(bash() ? "unexpected EOF while looking for matching ``'"
                              : "EOF in backquote substitution",
                       true);
    }
    if (c != '\\') {
      text += static_cast<char>(c);
      continue;
    }
    const int next = reader_.raw_get();
    if (next == Reader::kEnd) continue;
    const bool special =
        next == '`' || next == '\\' || next == '$' || (next == '"' && quoted);
    if (next == '\n') continue;
    if (!special) text += '\\';
    text += static_cast<char>(next);
  }
  Part part;
  part.kind = Part::Kind::command;
  part.quoted = quoted;
  part.command = parse_inner(std::move(text), line);
  word.parts.push_back(std::move(part));
}

/// A program inside of this one; its error becomes ours.
CommandRef Parser::parse_inner(std::string text, int line) {
  if (!enter()) return nullptr;
  ParserOptions options = options_;
  options.final = true;
  Parser inner(options, std::make_shared<const std::string>(std::move(text)), 0,
               line);
  inner.depth_ = depth_;
  CommandRef list = inner.parse_list();
  if (!inner.failed() && inner.peek().kind != Token::Kind::end) {
    inner.fail_unexpected();
  }
  if (inner.failed()) {
    SyntaxError error = *inner.error_;
    error.at_end = false;
    fail(std::move(error));
  }
  leave();
  return list;
}

/// $((...)).  False, and no error, when it turns out to be a $( (...) ).
bool Parser::read_arithmetic(Word& word, bool quoted) {
  const WordRef expression = read_expression("))");
  if (!expression) return false;
  Part part;
  part.kind = Part::Kind::arithmetic;
  part.quoted = quoted;
  part.expression = expression;
  word.parts.push_back(std::move(part));
  return true;
}

/// Text up to `close` ("))" or "]" or ";") outside of parentheses.  Null when
/// it ends otherwise.
WordRef Parser::read_expression(std::string_view close) {
  auto word = std::make_shared<Word>();
  int parentheses = 0;
  while (!failed()) {
    const int c = reader_.peek();
    if (c == Reader::kEnd) {
      fail_with(bash() ? "unexpected EOF while looking for matching `)'"
                       : "Missing '))'",
                true);
      return nullptr;
    }
    if (parentheses == 0 && c == close.front()) {
      if (close.size() == 1) return word;
      if (reader_.peek_second() == close[1]) {
        reader_.get();
        reader_.get();
        return word;
      }
      if (bash()) return nullptr;
      fail_with("Missing '))'");
      return nullptr;
    }
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == '"') {
      reader_.get();
      continue;
    }
    if (c == '\'' && bash()) {
      read_single_quotes(*word);
      continue;
    }
    read_quoted_char(*word, Quote::arithmetic);
  }
  return nullptr;
}

/// <(...) and >(...).
void Parser::read_process(Word& word, char direction) {
  if (!enter()) return;
  Word inner;
  read_substitution(inner, false);
  leave();
  if (inner.parts.empty()) return;
  Part part = std::move(inner.parts.front());
  part.kind =
      direction == '<' ? Part::Kind::process_in : Part::Kind::process_out;
  word.parts.push_back(std::move(part));
}

/// @(a|b): up to the closing parenthesis, blanks and bars are text.
void Parser::read_extended_pattern(Word& word) {
  add_char(word, reader_.get(), false);
  add_char(word, reader_.get(), false);
  int open = 1;
  while (!failed() && open > 0) {
    const int c = reader_.peek();
    if (c == Reader::kEnd) {
      return fail_with("unexpected EOF while looking for matching `)'", true);
    }
    if (c == '(') ++open;
    if (c == ')') --open;
    read_unquoted(word, c);
  }
}

WordRef Parser::parse_quoted_text() {
  auto word = std::make_shared<Word>();
  while (!failed() && reader_.peek() != Reader::kEnd) {
    read_quoted_char(*word, Quote::heredoc);
  }
  return failed() ? nullptr : word;
}

WordRef Parser::parse_loose_word() {
  auto word = std::make_shared<Word>(read_word({""}));
  return failed() ? nullptr : word;
}

}  // namespace drydock::userland::sh
