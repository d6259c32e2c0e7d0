// parser.cc — lists, pipelines and simple commands.

#include "sim/userland/sh/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace drydock::userland::sh {

namespace {

// clang-format off
constexpr std::array<std::string_view, 16> kReserved = {
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for",
    "if", "in", "then", "until", "while"};
constexpr std::array<std::string_view, 6> kBashReserved = {
    "[[", "]]", "function", "select", "time", "coproc"};
constexpr std::array<std::string_view, 8> kClosing = {
    "}", "do", "done", "elif", "else", "esac", "fi", "then"};
constexpr std::array<std::string_view, 6> kDeclaring = {
    "declare", "typeset", "local", "export", "readonly", "alias"};
// clang-format on

bool is_digit(char c) { return '0' <= c && c <= '9'; }

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  return std::ranges::all_of(text, [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || is_digit(c) ||
           c == '_';
  });
}

bool is_reserved(std::string_view word, Dialect dialect) {
  if (std::ranges::find(kReserved, word) != kReserved.end()) return true;
  return dialect == Dialect::bash &&
         std::ranges::find(kBashReserved, word) != kBashReserved.end();
}

Parser::Parser(ParserOptions options, TextRef text, std::size_t at, int line)
    : options_(options), reader_(std::move(text), at, line) {}

void Parser::fail(SyntaxError error) {
  if (failed()) return;
  if (error.line == 0) error.line = reader_.line();
  error_ = std::move(error);
  reader_.stop();
  token_.reset();
}

void Parser::fail_with(std::string message, bool at_end) {
  SyntaxError error;
  error.message = std::move(message);
  error.at_end = at_end;
  fail(std::move(error));
}

void Parser::fail_unexpected(std::string expecting) {
  const Token& token = peek();
  SyntaxError error;
  error.kind = SyntaxError::Kind::unexpected;
  error.expecting = std::move(expecting);
  error.line = reader_.line();
  switch (token.kind) {
    case Token::Kind::end:
      error.token = "end of file";
      error.at_end = true;
      break;
    case Token::Kind::newline:
      error.token = error.near = "newline";
      // The newline itself was read, and dash counts it only afterwards.
      error.line = token.line;
      break;
    case Token::Kind::op: {
      const bool redirects =
          token.text.front() == '<' || token.text.front() == '>';
      error.token =
          redirects ? "redirection" : fmt::format("\"{}\"", token.text);
      error.near = token.text;
      break;
    }
    case Token::Kind::io_number:
      error.token = "redirection";
      error.near = token.text;
      break;
    case Token::Kind::word:
      error.token = token.plain && is_reserved(token.text, Dialect::dash)
                        ? fmt::format("\"{}\"", token.text)
                        : "word";
      error.near = text_since(token.begin);
      break;
  }
  fail(std::move(error));
}

bool Parser::enter() {
  if (++depth_ <= kSyntaxDepth) return true;
  fail_with("commands are nested too deeply");
  return false;
}

bool Parser::at_reserved(std::string_view word) {
  const Token& token = peek();
  return token.kind == Token::Kind::word && token.plain && token.text == word;
}

bool Parser::take_reserved(std::string_view word) {
  if (!at_reserved(word)) return false;
  take();
  return true;
}

void Parser::expect_reserved(std::string_view word) {
  if (!take_reserved(word)) fail_unexpected(fmt::format("\"{}\"", word));
}

std::string Parser::text_since(std::size_t begin) const {
  const std::size_t end =
      std::max(token_ ? token_->begin : reader_.offset(), begin);
  std::string text = reader_.text().substr(
      begin,
      (token_ && token_->begin > begin ? end : reader_.offset()) - begin);
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) {
    text.pop_back();
  }
  return text;
}

/// Empty lines, and aliases that stand for nothing.
void Parser::skip_to_command() {
  skip_newlines();
  while (!failed() && expand_alias()) skip_newlines();
}

CommandRef Parser::next() {
  skip_to_command();
  if (failed() || peek().kind == Token::Kind::end) return nullptr;
  Command list;
  list.line = peek().line;
  Sequence node;
  for (;;) {
    const std::size_t begin = peek().begin;
    Sequence::Item item;
    item.command = parse_and_or();
    if (failed()) return nullptr;
    item.background = peek().is_op("&");
    if (item.background) item.text = text_since(begin);
    const bool separated = item.background || peek().is_op(";");
    node.items.push_back(std::move(item));
    if (separated) take();
    Token::Kind kind = peek().kind;
    if (kind == Token::Kind::newline) {
      take();
      // The lines of an alias go together: nobody could find their rest.
      if (!reader_.within_alias()) break;
      skip_to_command();
      kind = peek().kind;
    } else if (kind != Token::Kind::end && !separated) {
      fail_unexpected();
    }
    if (kind == Token::Kind::end) break;
    if (failed()) return nullptr;
  }
  if (!pending_.empty() && peek().kind == Token::Kind::end) read_here_docs();
  if (reader_.ended_in_continuation() && !options_.final) {
    fail_with("unexpected end of file", true);
  }
  if (failed()) return nullptr;
  list.node = std::move(node);
  return std::make_shared<const Command>(std::move(list));
}

bool Parser::at_list_end() {
  const Token& token = peek();
  if (token.kind == Token::Kind::end || token.is_op(")") || token.is_op(";;") ||
      token.is_op(";&") || token.is_op(";;&")) {
    return true;
  }
  if (token.kind != Token::Kind::word || !token.plain) return false;
  return std::ranges::find(kClosing, token.text) != kClosing.end();
}

/// A list over many lines, up to a word that closes something, ")", ";;" or
/// the end; the caller says whether it was the right one.
/// Null when there is nothing.
CommandRef Parser::parse_list() {
  if (!enter()) return nullptr;
  Sequence node;
  skip_newlines();
  Command list;
  list.line = peek().line;
  while (!at_list_end() && !failed()) {
    while (expand_alias()) {
    }
    if (at_list_end()) break;
    const std::size_t begin = peek().begin;
    Sequence::Item item;
    item.command = parse_and_or();
    if (failed()) break;
    item.background = peek().is_op("&");
    if (item.background) item.text = text_since(begin);
    const bool separated = item.background || peek().is_op(";");
    node.items.push_back(std::move(item));
    if (separated) take();
    if (!separated && peek().kind != Token::Kind::newline) break;
    skip_newlines();
  }
  if (!pending_.empty() && peek().kind == Token::Kind::end) read_here_docs();
  leave();
  if (failed() || node.items.empty()) return nullptr;
  list.node = std::move(node);
  return std::make_shared<const Command>(std::move(list));
}

/// The same where an empty list is an error.
CommandRef Parser::parse_compound_list() {
  CommandRef list = parse_list();
  // At the end of the text, the caller knows better what is missing.
  if (!list && !failed() && peek().kind != Token::Kind::end) fail_unexpected();
  return list;
}

CommandRef Parser::parse_and_or() {
  AndOr node;
  const int line = peek().line;
  node.first = parse_pipeline();
  while (!failed() && (peek().is_op("&&") || peek().is_op("||"))) {
    const AndOr::Link link =
        take().text == "&&" ? AndOr::Link::both : AndOr::Link::either;
    skip_newlines();
    node.rest.emplace_back(link, parse_pipeline());
  }
  if (node.rest.empty() || failed()) return node.first;
  Command command;
  command.line = line;
  command.node = std::move(node);
  return std::make_shared<const Command>(std::move(command));
}

CommandRef Parser::parse_pipeline() {
  Pipeline node;
  while (expand_alias()) {
  }
  const int line = peek().line;
  if (bash() && take_reserved("time")) {
    node.timed = true;
    if (at_reserved("-p")) take();
  }
  while (at_reserved("!")) {
    take();
    node.negated = !node.negated;
    if (!bash()) break;
  }
  for (;;) {
    const std::size_t begin = peek().begin;
    CommandRef stage = parse_command();
    if (failed()) return nullptr;
    const bool both = peek().is_op("|&");
    const bool goes_on = both || peek().is_op("|");
    if (goes_on || !node.stages.empty() || both) {
      Command copy = *stage;
      copy.text = text_since(begin);
      if (both) {
        Redirect redirect;
        redirect.kind = Redirect::Kind::dup_out;
        redirect.fd = 2;
        Part one;
        one.text = "1";
        redirect.target = std::make_shared<Word>();
        redirect.target->parts.push_back(std::move(one));
        copy.redirects.push_back(std::move(redirect));
      }
      stage = std::make_shared<const Command>(std::move(copy));
    }
    node.stages.push_back(std::move(stage));
    if (!goes_on) break;
    take();
    skip_newlines();
  }
  if (node.stages.size() == 1 && !node.negated && !node.timed) {
    return node.stages.front();
  }
  Command command;
  command.line = line;
  command.node = std::move(node);
  return std::make_shared<const Command>(std::move(command));
}

CommandRef Parser::parse_command() {
  while (expand_alias()) {
  }
  if (!enter()) return nullptr;
  CommandRef command = at_compound() ? parse_compound() : parse_simple();
  leave();
  return command;
}

namespace {

/// POSIX's special built-ins, whose names no function of dash may have.
bool is_special(std::string_view name) {
  constexpr std::array<std::string_view, 15> kSpecial = {
      ".",    ":",     "break",  "continue", "eval",
      "exec", "exit",  "export", "readonly", "return",
      "set",  "shift", "times",  "trap",     "unset"};
  return std::ranges::find(kSpecial, name) != kSpecial.end();
}

}  // namespace

CommandRef Parser::parse_simple() {
  Command command;
  SimpleCommand simple;
  const std::size_t begin = peek().begin;
  command.line = peek().line;
  bool declares = false;
  bool first = true;
  while (!failed()) {
    if (simple.words.empty()) {
      while (expand_alias()) {
      }
    }
    const bool more = parse_simple_piece(simple, command, declares);
    if (!more) break;
    const bool only_word = simple.words.size() == 1 &&
                           simple.assignments.empty() &&
                           command.redirects.empty();
    if (first && only_word && peek().is_op("(")) {
      const Word& word = simple.words.front();
      const bool plain = word.parts.size() == 1 && !word.parts.front().quoted &&
                         word.parts.front().kind == Part::Kind::text;
      if (!plain) break;
      const std::string name = word.parts.front().text;
      take();
      if (!take_op(")")) fail_unexpected("\")\"");
      if (!failed() && !bash() && (!is_name(name) || is_special(name))) {
        fail_with("Bad function name");
      }
      if (failed()) return nullptr;
      return parse_function(name, command.line, begin);
    }
    first = false;
  }
  if (failed()) return nullptr;
  if (simple.words.empty() && simple.assignments.empty() &&
      command.redirects.empty()) {
    fail_unexpected();
    return nullptr;
  }
  if (peek().is_op("(")) {
    fail_unexpected();
    return nullptr;
  }
  command.node = std::move(simple);
  return std::make_shared<const Command>(std::move(command));
}

/// One word, assignment or redirection; false when there is none.
bool Parser::parse_simple_piece(SimpleCommand& simple, Command& command,
                                bool& declares) {
  if (parse_redirect(command.redirects)) return !failed();
  if (peek().kind != Token::Kind::word) return false;
  Token token = take();
  if (simple.words.empty() && take_assignment(simple, token)) return true;
  if (token.array && declares) {
    simple.declarations.emplace_back(simple.words.size(),
                                     std::move(*token.array));
  } else if (token.array) {
    fail_with("syntax error near unexpected token `('");
    return false;
  } else if (declares) {
    if (std::optional<Assignment> assignment = assignment_of(token)) {
      simple.declarations.emplace_back(simple.words.size(),
                                       std::move(*assignment));
    }
  }
  if (token.plain) {
    const bool keeps = simple.words.size() == 1 && declares;
    const bool named =
        std::ranges::find(kDeclaring, token.text) != kDeclaring.end();
    const bool prefix = token.text == "command" || token.text == "builtin";
    if (simple.words.empty()) declares = named;
    if (simple.words.empty() && prefix) declares = true;
    if (simple.words.size() == 1 && keeps) declares = true;
  }
  simple.words.push_back(std::move(token.word));
  return true;
}

bool Parser::take_assignment(SimpleCommand& simple, const Token& token) {
  if (token.array) {
    simple.assignments.push_back(*token.array);
    return true;
  }
  std::optional<Assignment> assignment = assignment_of(token);
  if (!assignment) return false;
  simple.assignments.push_back(std::move(*assignment));
  return true;
}

/// What the word assigns, if it has the form of an assignment.
std::optional<Assignment> Parser::assignment_of(const Token& token) {
  if (token.word.parts.empty()) return std::nullopt;
  const Part& head = token.word.parts.front();
  if (head.kind != Part::Kind::text || head.quoted) return std::nullopt;
  std::size_t end = 0;
  while (end < head.text.size() && is_name(head.text.substr(0, end + 1))) ++end;
  if (end == 0) return std::nullopt;
  Assignment assignment;
  assignment.name = head.text.substr(0, end);
  std::size_t part = 0;
  std::string rest = head.text.substr(end);
  if (bash() && rest.starts_with("[")) {
    // The subscript may go on over several parts: up to the ']' before '='.
    auto subscript = std::make_shared<Word>();
    rest.erase(0, 1);
    std::size_t close = 0;
    for (;;) {
      const std::size_t plus = rest.find("]+=");
      close = std::min(rest.find("]="), plus);
      if (close != std::string::npos) break;
      Part piece = token.word.parts[part];
      if (part == 0) piece.text = rest;
      if (!piece.text.empty() || part > 0) subscript->parts.push_back(piece);
      do {
        if (++part == token.word.parts.size()) return std::nullopt;
        if (token.word.parts[part].kind == Part::Kind::text &&
            !token.word.parts[part].quoted) {
          break;
        }
        subscript->parts.push_back(token.word.parts[part]);
      } while (true);
      rest = token.word.parts[part].text;
    }
    Part last;
    last.text = rest.substr(0, close);
    if (!last.text.empty()) subscript->parts.push_back(std::move(last));
    assignment.subscript = std::move(subscript);
    rest.erase(0, close + 1);
  }
  assignment.append = bash() && rest.starts_with("+=");
  if (assignment.append) rest.erase(0, 1);
  if (!rest.starts_with("=")) return std::nullopt;
  rest.erase(0, 1);
  if (!rest.empty()) {
    Part text;
    text.text = std::move(rest);
    assignment.value.parts.push_back(std::move(text));
  }
  for (++part; part < token.word.parts.size(); ++part) {
    assignment.value.parts.push_back(token.word.parts[part]);
  }
  return assignment;
}

}  // namespace drydock::userland::sh
