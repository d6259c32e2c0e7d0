// parse_statement.cc — statements, blocks and parameters.

#include <fmt/format.h>

#include <array>

#include "sim/userland/python/parser.h"
#include "sim/userland/python/parser_state.h"

namespace drydock::userland::python {

namespace {

struct AugmentedRow {
  std::string_view text;
  Operator op;
};
// clang-format off
constexpr std::array kAugmented = {
    AugmentedRow{"+=",  Operator::add},         AugmentedRow{"-=",  Operator::subtract},
    AugmentedRow{"*=",  Operator::multiply},    AugmentedRow{"/=",  Operator::divide},
    AugmentedRow{"//=", Operator::floor_divide}, AugmentedRow{"%=", Operator::modulo},
    AugmentedRow{"**=", Operator::power},       AugmentedRow{"<<=", Operator::left_shift},
    AugmentedRow{">>=", Operator::right_shift}, AugmentedRow{"|=",  Operator::bit_or},
    AugmentedRow{"^=",  Operator::bit_xor},     AugmentedRow{"&=",  Operator::bit_and},
};
// clang-format on

}  // namespace

StmtRef Parser::make(StmtKind kind) const {
  auto stmt = std::make_unique<Stmt>();
  stmt->kind = kind;
  stmt->line = token().line;
  return stmt;
}

bool Parser::take_op(std::string_view text) {
  if (!at_op(text)) return false;
  advance();
  return true;
}

bool Parser::take_word(std::string_view text) {
  if (!at_word(text)) return false;
  advance();
  return true;
}

void Parser::expect_op(std::string_view text) {
  if (!take_op(text)) fail();
}

void Parser::expect_word(std::string_view text) {
  if (!take_word(text)) fail();
}

Ref<Str> Parser::name() {
  if (token().kind != TokenKind::name || is_keyword(token().text)) {
    fail();
    return py_.intern("?");
  }
  Ref<Str> id = py_.intern(token().text);
  advance();
  return id;
}

void Parser::fail(std::string message) {
  if (fault_) return;
  const Token& where = token();
  SyntaxFault fault;
  fault.message = std::move(message);
  fault.line = where.line;
  fault.column = std::max(where.column, where.end_column - 1);
  fault.unfinished =
      where.kind == TokenKind::end || (where.kind == TokenKind::dedent &&
                                       tokens_[at_ + 1].kind == TokenKind::end);
  if (where.kind == TokenKind::indent && fault.message == "invalid syntax") {
    fault.type = "IndentationError";
    fault.message = "unexpected indent";
  }
  fault_ = std::move(fault);
  at_ = tokens_.size() - 1;
}

void Parser::fail_at(const Expr& where, std::string message) {
  if (fault_) return;
  fail(std::move(message));
  fault_->line = where.line;
  fault_->column = 0;
  fault_->unfinished = false;
}

Block Parser::file_input() {
  Block body;
  while (token().kind != TokenKind::end) {
    if (token().kind == TokenKind::newline) {
      advance();
    } else {
      statement(body);
    }
  }
  return body;
}

Block Parser::single_input() {
  Block body;
  while (token().kind == TokenKind::newline) advance();
  if (token().kind != TokenKind::end) statement(body);
  while (token().kind == TokenKind::newline) advance();
  if (token().kind != TokenKind::end) fail();
  return body;
}

ExprRef Parser::eval_input() {
  ExprRef expr = test_list(false);
  while (token().kind == TokenKind::newline) advance();
  if (token().kind != TokenKind::end) fail();
  return expr;
}

void Parser::statement(Block& into) {
  const Depth depth(*this);
  if (!compound(into)) simple_line(into);
}

void Parser::simple_line(Block& into) {
  do {
    if (token().kind == TokenKind::newline) break;
    into.push_back(simple());
  } while (take_op(";"));
  if (token().kind != TokenKind::newline) {
    const bool prints = !into.empty() && into.back() && into.back()->a &&
                        into.back()->kind == StmtKind::expression &&
                        into.back()->a->kind == ExprKind::name;
    const std::string word = prints ? into.back()->a->id->text : "";
    fail(word == "print" || word == "exec"
             ? fmt::format("Missing parentheses in call to '{}'", word)
             : "invalid syntax");
    return;
  }
  advance();
}

StmtRef Parser::simple() {
  struct Row {
    std::string_view word;
    StmtKind kind;
  };
  static constexpr std::array kBare = {Row{"pass", StmtKind::pass},
                                       Row{"break", StmtKind::leave},
                                       Row{"continue", StmtKind::repeat}};
  for (const Row& row : kBare) {
    if (!at_word(row.word)) continue;
    StmtRef stmt = make(row.kind);
    advance();
    return stmt;
  }
  if (at_word("import")) return import();
  if (at_word("from")) return import_from();
  if (at_word("raise")) return raise();
  if (at_word("global") || at_word("nonlocal")) {
    StmtRef stmt =
        make(at_word("global") ? StmtKind::global : StmtKind::nonlocal);
    advance();
    names(*stmt);
    return stmt;
  }
  if (at_word("return")) {
    StmtRef stmt = make(StmtKind::give);
    advance();
    if (!at_end_of_list()) stmt->a = test_list(false);
    return stmt;
  }
  if (at_word("del")) {
    StmtRef stmt = make(StmtKind::remove);
    advance();
    stmt->targets.push_back(target_list());
    if (stmt->targets.back()) check_target(*stmt->targets.back(), "delete");
    return stmt;
  }
  if (at_word("assert")) {
    StmtRef stmt = make(StmtKind::check);
    advance();
    stmt->a = test();
    if (take_op(",")) stmt->b = test();
    return stmt;
  }
  return expression_statement();
}

void Parser::names(Stmt& into) {
  do into.names.push_back(name());
  while (take_op(","));
}

StmtRef Parser::expression_statement() {
  StmtRef stmt = make(StmtKind::expression);
  stmt->a = at_word("yield") ? yield() : test_list(true);
  for (const AugmentedRow& row : kAugmented) {
    if (!at_op(row.text)) continue;
    advance();
    stmt->kind = StmtKind::augmented;
    stmt->op = row.op;
    if (fault_) return stmt;
    if (stmt->a->kind != ExprKind::name &&
        stmt->a->kind != ExprKind::attribute &&
        stmt->a->kind != ExprKind::subscript) {
      check_target(*stmt->a);
      fail_at(*stmt->a, "illegal expression for augmented assignment");
    }
    stmt->targets.push_back(std::move(stmt->a));
    stmt->a = at_word("yield") ? yield() : test_list(false);
    return stmt;
  }
  while (at_op("=")) {
    advance();
    stmt->kind = StmtKind::assign;
    if (stmt->a) check_target(*stmt->a);
    stmt->targets.push_back(std::move(stmt->a));
    stmt->a = at_word("yield") ? yield() : test_list(true);
  }
  if (stmt->a && stmt->a->kind == ExprKind::starred && !fault_) {
    fail_at(*stmt->a, "can use starred expression only as assignment target");
  }
  return stmt;
}

void Parser::check_target(const Expr& target, std::string_view deed) {
  const auto refuse = [&](std::string_view what) {
    fail_at(target, fmt::format("can't {} {}", deed, what));
  };
  switch (target.kind) {
    case ExprKind::name:
    case ExprKind::attribute:
    case ExprKind::subscript:
      return;
    case ExprKind::tuple:
    case ExprKind::list:
      if (target.items.empty() && target.kind == ExprKind::tuple) {
        return refuse("()");
      }
      for (const ExprRef& item : target.items) {
        if (item) check_target(*item, deed);
      }
      return;
    case ExprKind::starred:
      return check_target(*target.a, deed);
    case ExprKind::constant:
      return refuse(target.value == py_.none || target.value == py_.yes ||
                            target.value == py_.no
                        ? "keyword"
                        : "literal");
    case ExprKind::call:
      return refuse("function call");
    case ExprKind::compare:
      return refuse("comparison");
    case ExprKind::lambda:
      return refuse("lambda");
    case ExprKind::conditional:
      return refuse("conditional expression");
    case ExprKind::yield:
    case ExprKind::yield_from:
      return refuse("yield expression");
    case ExprKind::comprehension:
      return refuse(target.code->kind == CodeKind::generator
                        ? "generator expression"
                        : "comprehension");
    case ExprKind::dict:
    case ExprKind::set:
      return refuse("literal");
    default:
      return refuse("operator");
  }
}

Ref<Str> Parser::dotted_name() {
  std::string text = name()->text;
  while (take_op(".")) text += "." + name()->text;
  return py_.intern(text);
}

StmtRef Parser::import() {
  StmtRef stmt = make(StmtKind::import);
  advance();
  do {
    Import item;
    item.name = dotted_name();
    if (take_word("as")) item.as = name();
    const std::string& whole = item.name->text;
    item.bound =
        item.as ? item.as : py_.intern(whole.substr(0, whole.find('.')));
    stmt->imports.push_back(std::move(item));
  } while (take_op(","));
  return stmt;
}

StmtRef Parser::import_from() {
  StmtRef stmt = make(StmtKind::import_from);
  advance();
  for (;;) {
    if (take_op(".")) {
      stmt->level += 1;
    } else if (take_op("...")) {
      stmt->level += 3;
    } else {
      break;
    }
  }
  if (!at_word("import") || stmt->level == 0) stmt->module = dotted_name();
  expect_word("import");
  if (at_op("*")) {
    advance();
    stmt->imports.push_back({py_.intern("*"), nullptr, nullptr, {}});
    return stmt;
  }
  const bool parenthesised = take_op("(");
  do {
    if (parenthesised && at_op(")")) break;
    Import item;
    item.name = name();
    if (take_word("as")) item.as = name();
    item.bound = item.as ? item.as : item.name;
    stmt->imports.push_back(std::move(item));
  } while (take_op(","));
  if (parenthesised) expect_op(")");
  return stmt;
}

StmtRef Parser::raise() {
  StmtRef stmt = make(StmtKind::raise);
  advance();
  if (!at_end_of_list()) {
    stmt->a = test();
    if (take_word("from")) stmt->b = test();
  }
  return stmt;
}

bool Parser::compound(Block& into) {
  if (at_op("@")) {
    into.push_back(decorated());
    return true;
  }
  if (token().kind != TokenKind::name) return false;
  struct Row {
    std::string_view word;
    StmtRef (Parser::*parse)();
  };
  static constexpr std::array kRows = {
      Row{"if", &Parser::when},      Row{"while", &Parser::loop_while},
      Row{"for", &Parser::loop_for}, Row{"try", &Parser::guard},
      Row{"with", &Parser::with},    Row{"def", &Parser::function},
      Row{"class", &Parser::type},
  };
  for (const Row& row : kRows) {
    if (!at_word(row.word)) continue;
    into.push_back((this->*row.parse)());
    return true;
  }
  return false;
}

Block Parser::suite() {
  Block body;
  expect_op(":");
  if (token().kind != TokenKind::newline) {
    simple_line(body);
    return body;
  }
  advance();
  if (token().kind != TokenKind::indent) {
    fail("expected an indented block");
    if (fault_ && fault_->message == "expected an indented block") {
      fault_->type = "IndentationError";
    }
    return body;
  }
  advance();
  while (token().kind != TokenKind::dedent && !fault_) {
    if (token().kind == TokenKind::end) break;
    statement(body);
  }
  if (token().kind == TokenKind::dedent) advance();
  return body;
}

StmtRef Parser::when() {
  StmtRef stmt = make(StmtKind::when);
  advance();
  stmt->a = test();
  stmt->body = suite();
  if (at_word("elif")) {
    stmt->otherwise.push_back(when());
  } else if (take_word("else")) {
    stmt->otherwise = suite();
  }
  return stmt;
}

StmtRef Parser::loop_while() {
  StmtRef stmt = make(StmtKind::loop_while);
  advance();
  stmt->a = test();
  stmt->body = suite();
  if (take_word("else")) stmt->otherwise = suite();
  return stmt;
}

StmtRef Parser::loop_for() {
  StmtRef stmt = make(StmtKind::loop_for);
  advance();
  stmt->targets.push_back(target_list());
  if (stmt->targets.back()) check_target(*stmt->targets.back());
  expect_word("in");
  stmt->a = test_list(false);
  stmt->body = suite();
  if (take_word("else")) stmt->otherwise = suite();
  return stmt;
}

StmtRef Parser::guard() {
  StmtRef stmt = make(StmtKind::guard);
  advance();
  stmt->body = suite();
  while (at_word("except")) {
    Handler handler;
    handler.line = token().line;
    advance();
    if (!at_op(":")) {
      handler.type = test();
      if (take_word("as")) handler.name = name();
    }
    handler.body = suite();
    stmt->handlers.push_back(std::move(handler));
  }
  for (std::size_t i = 0; i + 1 < stmt->handlers.size(); ++i) {
    if (!stmt->handlers[i].type) fail("default 'except:' must be last");
  }
  if (!stmt->handlers.empty() && take_word("else")) stmt->otherwise = suite();
  const bool finally = take_word("finally");
  if (finally) stmt->finally = suite();
  if (stmt->handlers.empty() && !finally) fail();
  return stmt;
}

StmtRef Parser::with() {
  StmtRef stmt = make(StmtKind::with);
  advance();
  StmtRef* inner = &stmt;
  for (;;) {
    (*inner)->a = test();
    if (take_word("as")) {
      (*inner)->targets.push_back(binary(0));
      if ((*inner)->targets.back()) check_target(*(*inner)->targets.back());
    }
    if (!take_op(",")) break;
    (*inner)->body.push_back(make(StmtKind::with));
    inner = &(*inner)->body.back();
  }
  (*inner)->body = suite();
  return stmt;
}

}  // namespace drydock::userland::python
