// condition.cc — the parser of [[ ]].

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

namespace {

constexpr std::array<std::string_view, 16> kBinary = {
    "=",   "==",  "!=",  "=~",  "-eq", "-ne", "-lt", "-le",
    "-gt", "-ge", "-nt", "-ot", "-ef", "<",   ">",   "-a"};

constexpr std::string_view kUnary = "abcdefghknoprstuvwxzGLNORS";

bool is_unary(std::string_view text) {
  return text.size() == 2 && text[0] == '-' &&
         kUnary.find(text[1]) != std::string_view::npos;
}

bool is_binary(std::string_view text) {
  for (const std::string_view op : kBinary) {
    if (op == text && op != "-a") return true;
  }
  return false;
}

std::shared_ptr<const Condition> joined(
    Condition::Kind kind, std::shared_ptr<const Condition> first,
    std::shared_ptr<const Condition> second) {
  Condition node;
  node.kind = kind;
  node.first = std::move(first);
  node.second = std::move(second);
  return std::make_shared<const Condition>(std::move(node));
}

}  // namespace

void Parser::parse_conditional(Command& command) {
  const bool outer = std::exchange(in_condition_, true);
  take();
  std::shared_ptr<const Condition> condition = parse_condition_or();
  skip_newlines();
  if (!failed() && !at_reserved("]]")) {
    const std::string near = text_since(peek().begin);
    fail_with(fmt::format("syntax error in conditional expression\n"
                          "syntax error near `{}'",
                          near),
              peek().kind == Token::Kind::end);
  }
  in_condition_ = outer;
  if (failed()) return;
  take();
  command.node = ConditionalCommand{std::move(condition)};
}

std::shared_ptr<const Condition> Parser::parse_condition_or() {
  std::shared_ptr<const Condition> left = parse_condition_and();
  skip_newlines();
  while (!failed() && take_op("||")) {
    left = joined(Condition::Kind::either, left, parse_condition_and());
    skip_newlines();
  }
  return left;
}

std::shared_ptr<const Condition> Parser::parse_condition_and() {
  std::shared_ptr<const Condition> left = parse_condition_primary();
  skip_newlines();
  while (!failed() && take_op("&&")) {
    left = joined(Condition::Kind::both, left, parse_condition_primary());
    skip_newlines();
  }
  return left;
}

std::shared_ptr<const Condition> Parser::parse_condition_primary() {
  skip_newlines();
  if (!enter()) return nullptr;
  std::shared_ptr<const Condition> node;
  if (take_reserved("!")) {
    node =
        joined(Condition::Kind::negation, parse_condition_primary(), nullptr);
  } else if (take_op("(")) {
    node = parse_condition_or();
    skip_newlines();
    if (!failed() && !take_op(")")) fail_unexpected();
  } else {
    node = parse_condition_test();
  }
  leave();
  return node;
}

std::shared_ptr<const Condition> Parser::parse_condition_test() {
  if (peek().kind != Token::Kind::word || at_reserved("]]")) {
    fail_unexpected();
    return nullptr;
  }
  Token left = take();
  Condition node;
  const bool alone = peek().kind != Token::Kind::word || at_reserved("]]");
  if (left.plain && is_unary(left.text) && !alone && !is_binary(peek().text)) {
    node.kind = Condition::Kind::unary;
    node.op = left.text;
    node.left = take().word;
    return std::make_shared<const Condition>(std::move(node));
  }
  node.left = std::move(left.word);
  const bool compares = peek().is_op("<") || peek().is_op(">");
  if (!compares && (alone || !peek().plain || !is_binary(peek().text))) {
    return std::make_shared<const Condition>(std::move(node));
  }
  node.kind = Condition::Kind::binary;
  node.op = take().text;
  if (node.op == "=~") {
    node.right = read_regex();
  } else if (peek().kind == Token::Kind::word) {
    node.right = take().word;
  } else {
    fail_unexpected();
  }
  return std::make_shared<const Condition>(std::move(node));
}

/// The word behind =~: parentheses and bars belong to it.
Word Parser::read_regex() {
  skip_blanks();
  Word word;
  int open = 0;
  for (int c = reader_.peek(); c != Reader::kEnd && !failed();
       c = reader_.peek()) {
    if (c == '\n' || (open == 0 && (c == ' ' || c == '\t'))) break;
    if (open == 0 && c == '&') break;
    if (c == '(') ++open;
    if (c == ')' && --open < 0) break;
    read_unquoted(word, c);
  }
  return word;
}

}  // namespace drydock::userland::sh
