// lexer.cc — the parser's tokens: operators, words, here-documents, aliases.

#include <array>
#include <utility>

#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

namespace {

// Longest first.
// clang-format off
constexpr std::array<std::string_view, 16> kOperators = {
    "<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|",
    "&", "|", ";", "<", ">", "("};
constexpr std::array<std::string_view, 6> kBashOperators = {
    "&>>", "<<<", ";;&", "&>", "|&", ";&"};
// clang-format on

constexpr std::string_view kWordEnds = " \t\n;&|<>()";

}  // namespace

const Parser::Token& Parser::peek() {
  if (token_) return *token_;
  read_token();
  // An alias that ends in a blank makes the word behind it one, too.
  if (reader_.take_alias_blank() && token_->kind == Token::Kind::word) {
    while (expand_alias()) {
    }
  }
  return *token_;
}

Parser::Token Parser::take() {
  peek();
  last_end_ = reader_.offset();
  return *std::exchange(token_, std::nullopt);
}

bool Parser::take_op(std::string_view op) {
  if (!peek().is_op(op)) return false;
  take();
  return true;
}

void Parser::skip_newlines() {
  while (peek().kind == Token::Kind::newline) take();
}

void Parser::skip_blanks() {
  for (;;) {
    const int c = reader_.peek();
    if (c == ' ' || c == '\t') {
      reader_.get();
    } else if (c == '#') {
      while (reader_.raw_peek() != '\n' && reader_.raw_peek() != Reader::kEnd) {
        reader_.raw_get();
      }
    } else {
      return;
    }
  }
}

void Parser::read_token() {
  skip_blanks();
  reader_.begin_token();
  token_ = Token{};
  token_->begin = reader_.offset();
  token_->line = reader_.line();
  const int c = reader_.peek();
  if (c == Reader::kEnd || failed()) return;
  if (c == '\n') {
    reader_.get();
    token_->kind = Token::Kind::newline;
    if (!pending_.empty()) read_here_docs();
    return;
  }
  const bool process = bash() && (c == '<' || c == '>') &&
                       reader_.peek_second() == '(' && !in_condition_;
  const bool starts_word =
      kWordEnds.find(static_cast<char>(c)) == kWordEnds.npos;
  if (starts_word || process) return read_word_token();
  read_operator();
}

void Parser::read_operator() {
  token_->kind = Token::Kind::op;
  std::string seen;
  const auto grows = [this, &seen](int next) {
    if (next == Reader::kEnd) return false;
    const std::string longer = seen + static_cast<char>(next);
    for (const std::string_view op : kOperators) {
      if (op.starts_with(longer)) return true;
    }
    if (options_.dialect == Dialect::dash) return false;
    for (const std::string_view op : kBashOperators) {
      if (!bash() && (op == "<<<" || op.starts_with(";"))) continue;
      if (op.starts_with(longer)) return true;
    }
    return false;
  };
  seen += static_cast<char>(reader_.get());
  while (grows(reader_.peek())) seen += static_cast<char>(reader_.get());
  token_->text = std::move(seen);
}

void Parser::read_word_token() {
  Word word = read_word({kWordEnds});
  if (failed()) {
    token_ = Token{};
    return;
  }
  token_->kind = Token::Kind::word;
  token_->plain = word.parts.size() == 1 && !word.parts.front().quoted &&
                  word.parts.front().kind == Part::Kind::text;
  token_->word = std::move(word);
  if (!token_->plain) {
    if (bash() && reader_.peek() == '(' && !token_->word.parts.empty()) {
      token_->array = assignment_of(*token_);
    }
  } else {
    token_->text = token_->word.parts.front().text;
    const int next = reader_.peek();
    // dash reads one digit only: `echo a 10>f` prints "a 10".
    const bool digits =
        token_->text.find_first_not_of("0123456789") == std::string::npos &&
        (token_->text.size() == 1 || options_.dialect != Dialect::dash);
    if ((next == '<' || next == '>') && digits && !in_condition_) {
      token_->kind = Token::Kind::io_number;
      return;
    }
    if (bash() && (next == '<' || next == '>') && token_->text.size() > 2 &&
        token_->text.front() == '{' && token_->text.back() == '}' &&
        is_name(token_->text.substr(1, token_->text.size() - 2))) {
      token_->kind = Token::Kind::io_number;
      return;
    }
    if (bash() && next == '(' && token_->text.back() == '=') {
      token_->array = assignment_of(*token_);
    }
  }
  if (!token_->array) return;
  Assignment array = std::move(*token_->array);
  reader_.get();
  read_elements(array);
  if (token_) token_->array = std::move(array);
}

/// The elements of a=( ... ), up to its parenthesis.
void Parser::read_elements(Assignment& array) {
  array.is_array = true;
  array.value.parts.clear();
  for (;;) {
    skip_blanks();
    const int c = reader_.peek();
    if (c == '\n') {
      reader_.get();
      continue;
    }
    if (c == ')') {
      reader_.get();
      return;
    }
    if (c == Reader::kEnd) {
      return fail_with("unexpected EOF while looking for matching `)'", true);
    }
    Assignment element;
    if (c == '[') {
      const Reader::Mark mark = reader_.mark();
      reader_.get();
      auto subscript = std::make_shared<Word>(read_word({"]\n"}, true));
      if (reader_.take(']') && reader_.take('=')) {
        element.subscript = std::move(subscript);
      } else {
        reader_.reset(mark);
      }
    }
    element.value = read_word({kWordEnds});
    const bool empty = element.value.parts.empty() && !element.subscript;
    if (failed()) return;
    if (empty) {
      token_ = Token{};
      token_->kind = Token::Kind::op;
      token_->text = static_cast<char>(reader_.get());
      return fail_unexpected();
    }
    array.elements.push_back(std::move(element));
  }
}

void Parser::read_here_docs() {
  const std::vector<PendingHereDoc> docs = std::exchange(pending_, {});
  for (const PendingHereDoc& doc : docs) {
    if (failed()) return;
    read_here_doc(doc);
  }
}

void Parser::read_here_doc(const PendingHereDoc& doc) {
  const int line = reader_.line();
  std::string body;
  bool ended = false;
  while (!ended) {
    std::string text;
    if (doc.strip_tabs) {
      while (reader_.raw_peek() == '\t') reader_.raw_get();
    }
    int c = reader_.raw_peek();
    if (c == Reader::kEnd) break;
    // In a body that is expanded, a backslash joins lines.
    while (c != '\n' && c != Reader::kEnd) {
      text += static_cast<char>(reader_.raw_get());
      const bool joins = !doc.quoted && c == '\\';
      c = reader_.raw_peek();
      if (joins && c != Reader::kEnd) {
        text += static_cast<char>(reader_.raw_get());
        c = reader_.raw_peek();
      }
    }
    const bool newline = c == '\n';
    if (newline) reader_.raw_get();
    ended = text == doc.delimiter;
    if (ended) break;
    body += text;
    if (newline) body += '\n';
  }
  if (!ended) {
    unended_.emplace_back(line, doc.delimiter);
    if (!options_.final) return fail_with("unexpected end of file", true);
  }
  if (doc.quoted) {
    Part part;
    part.quoted = true;
    part.text = std::move(body);
    doc.body->parts.push_back(std::move(part));
    return;
  }
  ParserOptions options = options_;
  options.final = true;
  Parser inner(options, std::make_shared<const std::string>(std::move(body)), 0,
               line);
  inner.depth_ = depth_;
  inner.in_here_doc_ = true;
  const WordRef word = inner.parse_quoted_text();
  if (!word) {
    SyntaxError error = *inner.error();
    error.at_end = false;
    return fail(std::move(error));
  }
  *doc.body = *word;
}

/// Splices in the alias that the next token names, if it names one.
bool Parser::expand_alias() {
  if (options_.aliases == nullptr || options_.aliases->empty()) return false;
  const Token& token = peek();
  if (token.kind != Token::Kind::word || !token.plain) return false;
  const auto alias = options_.aliases->find(token.text);
  if (alias == options_.aliases->end()) return false;
  if (reader_.is_active(alias->first)) return false;
  if (is_reserved(token.text, options_.dialect)) return false;
  token_.reset();
  reader_.splice(alias->first, alias->second);
  return true;
}

}  // namespace drydock::userland::sh
