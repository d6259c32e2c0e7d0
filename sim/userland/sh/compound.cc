// compound.cc — the parser of compound commands and functions.

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

bool Parser::at_compound() {
  const Token& token = peek();
  if (token.is_op("(")) return true;
  if (token.kind != Token::Kind::word || !token.plain) return false;
  for (const std::string_view word :
       {"{", "if", "while", "until", "for", "case"}) {
    if (token.text == word) return true;
  }
  if (bash() && (token.text == "[[" || token.text == "function")) return true;
  // The reserved words that begin nothing are errors.
  if (token.text == "in" || token.text == "time") return false;
  if (token.text == "select" || token.text == "coproc") return false;
  return is_reserved(token.text, options_.dialect) && token.text != "]]";
}

CommandRef Parser::parse_compound() {
  Command command;
  command.line = peek().line;
  const std::size_t begin = peek().begin;
  if (take_op("(")) {
    if (!bash() || !parse_arithmetic_command(command)) parse_subshell(command);
  } else if (take_reserved("{")) {
    parse_group(command);
  } else if (take_reserved("if")) {
    parse_if(command);
  } else if (take_reserved("while")) {
    parse_loop(command, false);
  } else if (take_reserved("until")) {
    parse_loop(command, true);
  } else if (take_reserved("for")) {
    parse_for(command);
  } else if (take_reserved("case")) {
    parse_case(command);
  } else if (bash() && at_reserved("[[")) {
    parse_conditional(command);
  } else if (bash() && take_reserved("function")) {
    if (peek().kind != Token::Kind::word) fail_unexpected();
    if (failed()) return nullptr;
    const std::string name = take().text;
    if (take_op("(") && !take_op(")")) fail_unexpected();
    return parse_function(name, command.line, begin);
  } else {
    fail_unexpected();
  }
  if (failed()) return nullptr;
  parse_redirects(command);
  if (failed()) return nullptr;
  return std::make_shared<const Command>(std::move(command));
}

void Parser::parse_subshell(Command& command) {
  CommandRef body = parse_compound_list();
  if (failed()) return;
  if (!take_op(")")) return fail_unexpected("\")\"");
  command.node = Subshell{std::move(body)};
}

void Parser::parse_group(Command& command) {
  CommandRef body = parse_compound_list();
  if (failed()) return;
  expect_reserved("}");
  command.node = Group{std::move(body)};
}

/// ((...)); false when it is a subshell in a subshell.
bool Parser::parse_arithmetic_command(Command& command) {
  if (reader_.raw_peek() != '(') return false;
  const Reader::Mark mark = reader_.mark();
  reader_.get();
  WordRef expression = read_expression("))");
  if (!expression) {
    if (!failed()) reader_.reset(mark);
    return failed();
  }
  command.node = ArithmeticCommand{std::move(expression)};
  return true;
}

void Parser::parse_if(Command& command) {
  If node;
  node.condition = parse_compound_list();
  if (failed()) return;
  expect_reserved("then");
  node.then = parse_compound_list();
  if (failed()) return;
  if (at_reserved("elif")) {
    Command nested;
    nested.line = peek().line;
    take();
    if (!enter()) return;
    parse_if(nested);
    leave();
    if (failed()) return;
    node.otherwise = std::make_shared<const Command>(std::move(nested));
    command.node = std::move(node);
    return;  // The nested one took the `fi`.
  }
  if (take_reserved("else")) node.otherwise = parse_compound_list();
  expect_reserved("fi");
  command.node = std::move(node);
}

void Parser::parse_loop(Command& command, bool until) {
  Loop node;
  node.until = until;
  node.condition = parse_compound_list();
  if (failed()) return;
  node.body = parse_do();
  command.node = std::move(node);
}

CommandRef Parser::parse_do() {
  expect_reserved("do");
  if (failed()) return nullptr;
  CommandRef body = parse_compound_list();
  expect_reserved("done");
  return body;
}

void Parser::parse_for(Command& command) {
  if (bash() && peek().is_op("(")) return parse_arithmetic_for(command);
  const Token& token = peek();
  if (token.kind != Token::Kind::word || !token.plain ||
      (!bash() && !is_name(token.text))) {
    if (bash()) return fail_unexpected();
    return fail_with("Bad for loop variable");
  }
  For node;
  node.name = take().text;
  parse_for_words(node);
  if (failed()) return;
  skip_newlines();
  if (bash() && take_reserved("{")) {
    node.body = parse_compound_list();
    expect_reserved("}");
  } else {
    node.body = parse_do();
  }
  command.node = std::move(node);
}

void Parser::parse_for_words(For& loop) {
  skip_newlines();
  if (!take_reserved("in")) {
    loop.over_arguments = true;
    take_op(";");
    return;
  }
  while (peek().kind == Token::Kind::word) {
    loop.words.push_back(take().word);
  }
  if (peek().kind != Token::Kind::newline && !take_op(";")) fail_unexpected();
}

void Parser::parse_arithmetic_for(Command& command) {
  take();
  if (reader_.raw_get() != '(') return fail_unexpected();
  ArithmeticFor node;
  node.start = read_expression(";");
  reader_.take(';');
  node.condition = failed() ? nullptr : read_expression(";");
  reader_.take(';');
  node.step = failed() ? nullptr : read_expression("))");
  if (!failed() && !node.step) {
    return fail_with("syntax error: arithmetic expression required");
  }
  if (failed()) return;
  take_op(";");
  skip_newlines();
  if (take_reserved("{")) {
    node.body = parse_compound_list();
    expect_reserved("}");
  } else {
    node.body = parse_do();
  }
  command.node = std::move(node);
}

void Parser::parse_case(Command& command) {
  if (peek().kind != Token::Kind::word) return fail_unexpected("word");
  Case node;
  node.subject = take().word;
  skip_newlines();
  expect_reserved("in");
  skip_newlines();
  while (!failed() && !at_reserved("esac")) {
    parse_case_item(node);
    skip_newlines();
  }
  expect_reserved("esac");
  command.node = std::move(node);
}

void Parser::parse_case_item(Case& node) {
  Case::Item item;
  take_op("(");
  for (;;) {
    if (peek().kind != Token::Kind::word) {
      const bool end = peek().kind == Token::Kind::end;
      return fail_unexpected(end ? "\")\"" : "");
    }
    item.patterns.push_back(take().word);
    if (!take_op("|")) break;
  }
  if (!take_op(")")) return fail_unexpected("\")\"");
  item.body = parse_list();
  if (failed()) return;
  if (take_op(";&")) {
    item.end = Case::End::fall_through;
  } else if (take_op(";;&")) {
    item.end = Case::End::go_on;
  } else if (!take_op(";;") && !at_reserved("esac")) {
    return fail_unexpected("\";;\"");
  }
  node.items.push_back(std::move(item));
}

CommandRef Parser::parse_function(std::string name, int line,
                                  std::size_t begin) {
  skip_newlines();
  if (!at_compound() && bash()) fail_unexpected();
  if (!enter()) return nullptr;
  CommandRef body = parse_command();
  leave();
  if (failed()) return nullptr;
  FunctionDefinition node;
  node.name = std::move(name);
  node.body = std::move(body);
  if (!reader_.within_alias()) {
    node.text = reader_.text().substr(begin, last_end_ - begin);
  }
  Command command;
  command.line = line;
  command.node = std::move(node);
  return std::make_shared<const Command>(std::move(command));
}

}  // namespace drydock::userland::sh
