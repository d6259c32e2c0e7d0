// parse_expression.cc — expressions, from `lambda` down to a single name.

#include <array>

#include "sim/userland/python/parser_state.h"

namespace drydock::userland::python {

namespace {

struct BinaryRow {
  std::string_view text;
  Operator op;
  int level;
};
constexpr int kLevels = 6;
// clang-format off
constexpr std::array kBinary = {
    BinaryRow{"|",  Operator::bit_or,       0},
    BinaryRow{"^",  Operator::bit_xor,      1},
    BinaryRow{"&",  Operator::bit_and,      2},
    BinaryRow{"<<", Operator::left_shift,   3},
    BinaryRow{">>", Operator::right_shift,  3},
    BinaryRow{"+",  Operator::add,          4},
    BinaryRow{"-",  Operator::subtract,     4},
    BinaryRow{"*",  Operator::multiply,     5},
    BinaryRow{"/",  Operator::divide,       5},
    BinaryRow{"//", Operator::floor_divide, 5},
    BinaryRow{"%",  Operator::modulo,       5},
};
struct CompareRow {
  std::string_view text;
  Operator op;
};
constexpr std::array kCompare = {
    CompareRow{"==", Operator::equal},   CompareRow{"!=", Operator::not_equal},
    CompareRow{"<",  Operator::less},    CompareRow{"<=", Operator::less_equal},
    CompareRow{">",  Operator::greater}, CompareRow{">=", Operator::greater_equal},
};
// clang-format on

}  // namespace

ExprRef Parser::make(ExprKind kind) const {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->line = token().line;
  return expr;
}

std::shared_ptr<Code> Parser::make_code(CodeKind kind, std::string name) const {
  auto code = std::make_shared<Code>();
  code->kind = kind;
  code->name = std::move(name);
  code->file = file_;
  code->line = token().line;
  return code;
}

ExprRef Parser::test() {
  const Depth depth(*this);
  if (at_word("lambda")) return lambda();
  ExprRef value = disjunction();
  if (!take_word("if")) return value;
  ExprRef expr = make(ExprKind::conditional);
  expr->a = std::move(value);
  expr->b = disjunction();
  expect_word("else");
  expr->c = test();
  return expr;
}

ExprRef Parser::test_no_condition() {
  return at_word("lambda") ? lambda() : disjunction();
}

ExprRef Parser::lambda() {
  ExprRef expr = make(ExprKind::lambda);
  expr->code = make_code(CodeKind::lambda, "<lambda>");
  advance();
  parameters(*expr->code, expr->items, expr->keywords, nullptr, ":");
  expect_op(":");
  StmtRef result = make(StmtKind::give);
  result->a = test();
  expr->code->body.push_back(std::move(result));
  return expr;
}

ExprRef Parser::disjunction() {
  ExprRef first = conjunction();
  if (!at_word("or")) return first;
  ExprRef expr = make(ExprKind::either);
  expr->items.push_back(std::move(first));
  while (take_word("or")) expr->items.push_back(conjunction());
  return expr;
}

ExprRef Parser::conjunction() {
  ExprRef first = negation();
  if (!at_word("and")) return first;
  ExprRef expr = make(ExprKind::both);
  expr->items.push_back(std::move(first));
  while (take_word("and")) expr->items.push_back(negation());
  return expr;
}

ExprRef Parser::negation() {
  if (!at_word("not")) return comparison();
  const Depth depth(*this);
  ExprRef expr = make(ExprKind::unary);
  advance();
  expr->op = Operator::logical_not;
  expr->a = negation();
  return expr;
}

std::optional<Operator> Parser::comparison_operator() {
  if (token().kind == TokenKind::op) {
    for (const CompareRow& row : kCompare) {
      if (take_op(row.text)) return row.op;
    }
    return std::nullopt;
  }
  if (take_word("in")) return Operator::in;
  if (take_word("is")) {
    return take_word("not") ? Operator::is_not : Operator::is;
  }
  if (at_word("not") && tokens_[at_ + 1].kind == TokenKind::name &&
      tokens_[at_ + 1].text == "in") {
    advance();
    advance();
    return Operator::not_in;
  }
  return std::nullopt;
}

ExprRef Parser::comparison() {
  ExprRef first = binary(0);
  ExprRef expr;
  while (const std::optional<Operator> op = comparison_operator()) {
    if (!expr) {
      expr = make(ExprKind::compare);
      expr->a = std::move(first);
    }
    expr->ops.push_back(*op);
    expr->items.push_back(binary(0));
  }
  return expr ? std::move(expr) : std::move(first);
}

ExprRef Parser::star_or_test() {
  if (!at_op("*")) return test();
  ExprRef expr = make(ExprKind::starred);
  advance();
  expr->a = binary(0);
  return expr;
}

ExprRef Parser::binary(int level) {
  if (level == kLevels) return factor();
  ExprRef left = binary(level + 1);
  for (;;) {
    const BinaryRow* found = nullptr;
    for (const BinaryRow& row : kBinary) {
      if (row.level == level && at_op(row.text)) found = &row;
    }
    if (!found) return left;
    ExprRef expr = make(ExprKind::binary);
    advance();
    expr->op = found->op;
    expr->a = std::move(left);
    expr->b = binary(level + 1);
    left = std::move(expr);
  }
}

ExprRef Parser::factor() {
  Operator op = Operator::negate;
  if (at_op("+")) {
    op = Operator::positive;
  } else if (at_op("~")) {
    op = Operator::invert;
  } else if (!at_op("-")) {
    return power();
  }
  const Depth depth(*this);
  ExprRef expr = make(ExprKind::unary);
  advance();
  expr->op = op;
  expr->a = factor();
  return expr;
}

ExprRef Parser::power() {
  ExprRef base = primary();
  if (!at_op("**")) return base;
  ExprRef expr = make(ExprKind::binary);
  advance();
  expr->op = Operator::power;
  expr->a = std::move(base);
  expr->b = factor();
  return expr;
}

ExprRef Parser::primary() {
  ExprRef left = atom();
  for (;;) {
    if (at_op("(")) {
      ExprRef call = make(ExprKind::call);
      call->line = left ? left->line : call->line;
      advance();
      call->a = std::move(left);
      call_arguments(*call);
      left = std::move(call);
    } else if (at_op("[")) {
      ExprRef index = make(ExprKind::subscript);
      advance();
      index->a = std::move(left);
      index->b = subscripts();
      expect_op("]");
      left = std::move(index);
    } else if (at_op(".")) {
      advance();
      ExprRef attribute = make(ExprKind::attribute);
      attribute->a = std::move(left);
      attribute->id = name();
      left = std::move(attribute);
    } else {
      return left;
    }
  }
}

ExprRef Parser::atom() {
  const Token& now = token();
  if (now.kind == TokenKind::string || now.kind == TokenKind::bytes) {
    return strings();
  }
  if (now.kind == TokenKind::number_int ||
      now.kind == TokenKind::number_float) {
    ExprRef expr = make(ExprKind::constant);
    expr->value = now.kind == TokenKind::number_int ? py_.integer(now.integer)
                                                    : py_.real(now.real);
    advance();
    return expr;
  }
  if (at_op("(")) return parenthesis();
  if (at_op("[")) return brackets();
  if (at_op("{")) return braces();
  ExprRef constant = make(ExprKind::constant);
  if (take_op("...")) {
    constant->value = py_.ellipsis;
  } else if (take_word("None")) {
    constant->value = py_.none;
  } else if (take_word("True")) {
    constant->value = py_.yes;
  } else if (take_word("False")) {
    constant->value = py_.no;
  }
  if (constant->value) return constant;
  ExprRef expr = make(ExprKind::name);
  expr->id = name();
  return expr;
}

ExprRef Parser::strings() {
  ExprRef expr = make(ExprKind::constant);
  const TokenKind kind = token().kind;
  std::string text;
  while (token().kind == TokenKind::string ||
         token().kind == TokenKind::bytes) {
    if (token().kind != kind) {
      fail("cannot mix bytes and nonbytes literals");
      return expr;
    }
    text += token().text;
    advance();
  }
  expr->value = kind == TokenKind::string ? py_.str(text) : py_.bytes(text);
  return expr;
}

ExprRef Parser::parenthesis() {
  const Depth depth(*this);
  const std::int32_t line = token().line;
  advance();
  if (at_word("yield")) {
    ExprRef expr = yield();
    expect_op(")");
    return expr;
  }
  ExprRef tuple = make(ExprKind::tuple);
  tuple->line = line;
  if (take_op(")")) return tuple;
  ExprRef first = star_or_test();
  if (at_word("for")) {
    first = comprehension(CodeKind::generator, std::move(first), nullptr, line);
    expect_op(")");
    return first;
  }
  if (!at_op(",")) {
    expect_op(")");
    return first;
  }
  tuple->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_op(")")) break;
    tuple->items.push_back(star_or_test());
  }
  expect_op(")");
  return tuple;
}

ExprRef Parser::brackets() {
  const Depth depth(*this);
  ExprRef list = make(ExprKind::list);
  advance();
  if (take_op("]")) return list;
  ExprRef first = star_or_test();
  if (at_word("for")) {
    first =
        comprehension(CodeKind::list, std::move(first), nullptr, list->line);
    expect_op("]");
    return first;
  }
  list->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_op("]")) break;
    list->items.push_back(star_or_test());
  }
  expect_op("]");
  return list;
}

ExprRef Parser::braces() {
  const Depth depth(*this);
  ExprRef set = make(ExprKind::set);
  advance();
  if (take_op("}")) {
    set->kind = ExprKind::dict;
    return set;
  }
  ExprRef first = star_or_test();
  if (take_op(":")) {
    ExprRef value = test();
    if (at_word("for")) {
      first = comprehension(CodeKind::dict, std::move(first), std::move(value),
                            set->line);
      expect_op("}");
      return first;
    }
    set->kind = ExprKind::dict;
    set->items.push_back(std::move(first));
    set->items.push_back(std::move(value));
    return dict_rest(std::move(set));
  }
  if (at_word("for")) {
    first = comprehension(CodeKind::set, std::move(first), nullptr, set->line);
    expect_op("}");
    return first;
  }
  set->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_op("}")) break;
    set->items.push_back(star_or_test());
  }
  expect_op("}");
  return set;
}

ExprRef Parser::dict_rest(ExprRef dict) {
  while (take_op(",")) {
    if (at_op("}")) break;
    dict->items.push_back(test());
    expect_op(":");
    dict->items.push_back(test());
  }
  expect_op("}");
  return dict;
}

ExprRef Parser::subscripts() {
  ExprRef first = subscript();
  if (!at_op(",")) return first;
  ExprRef tuple = make(ExprKind::tuple);
  tuple->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_op("]")) break;
    tuple->items.push_back(subscript());
  }
  return tuple;
}

ExprRef Parser::subscript() {
  ExprRef slice = make(ExprKind::slice);
  if (!at_op(":")) {
    ExprRef first = test();
    if (!at_op(":")) return first;
    slice->a = std::move(first);
  }
  expect_op(":");
  const auto ends = [&] { return at_op("]") || at_op(",") || at_op(":"); };
  if (!ends()) slice->b = test();
  if (take_op(":") && !ends()) slice->c = test();
  return slice;
}

void Parser::call_arguments(Expr& call) {
  bool keyword_seen = false;
  while (!at_op(")") && !fault_) {
    if (at_op("*")) {
      call.items.push_back(star_or_test());
    } else if (take_op("**")) {
      call.keywords.push_back({nullptr, test()});
      keyword_seen = true;
    } else {
      ExprRef value = test();
      if (at_word("for")) {
        const std::int32_t line = value ? value->line : 0;
        value =
            comprehension(CodeKind::generator, std::move(value), nullptr, line);
        if (!at_op(")")) {
          fail(
              "Generator expression must be parenthesized if not sole "
              "argument");
        }
        call.items.push_back(std::move(value));
      } else if (at_op("=")) {
        if (value && value->kind != ExprKind::name) {
          fail_at(*value, "keyword can't be an expression");
          return;
        }
        advance();
        for (const Keyword& other : call.keywords) {
          if (value && other.name == value->id) {
            fail_at(*value, "keyword argument repeated");
          }
        }
        Ref<Str> key = value ? value->id : nullptr;
        call.keywords.push_back({key, test()});
        keyword_seen = true;
      } else {
        if (keyword_seen && value) {
          fail_at(*value, "non-keyword arg after keyword arg");
        }
        call.items.push_back(std::move(value));
      }
    }
    if (!take_op(",")) break;
  }
  expect_op(")");
}

ExprRef Parser::yield() {
  ExprRef expr = make(ExprKind::yield);
  advance();
  if (take_word("from")) {
    expr->kind = ExprKind::yield_from;
    expr->a = test();
    return expr;
  }
  if (!at_end_of_list()) expr->a = test_list(false);
  return expr;
}

bool Parser::at_end_of_list() const {
  switch (token().kind) {
    case TokenKind::newline:
    case TokenKind::end:
    case TokenKind::indent:
    case TokenKind::dedent:
      return true;
    case TokenKind::op:
      return at_op(")") || at_op("]") || at_op("}") || at_op(";") ||
             at_op("=") || at_op(":");
    default:
      return at_word("in");
  }
}

ExprRef Parser::test_list(bool stars) {
  const std::int32_t line = token().line;
  ExprRef first = stars ? star_or_test() : test();
  if (!at_op(",")) return first;
  ExprRef tuple = make(ExprKind::tuple);
  tuple->line = line;
  tuple->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_end_of_list()) break;
    tuple->items.push_back(stars ? star_or_test() : test());
  }
  return tuple;
}

ExprRef Parser::target_list() {
  const auto one = [&] {
    if (!at_op("*")) return binary(0);
    ExprRef expr = make(ExprKind::starred);
    advance();
    expr->a = binary(0);
    return expr;
  };
  ExprRef first = one();
  if (!at_op(",")) return first;
  ExprRef tuple = make(ExprKind::tuple);
  tuple->items.push_back(std::move(first));
  while (take_op(",")) {
    if (at_end_of_list()) break;
    tuple->items.push_back(one());
  }
  return tuple;
}

ExprRef Parser::comprehension(CodeKind kind, ExprRef element, ExprRef value,
                              std::int32_t line) {
  ExprRef expr = make(ExprKind::comprehension);
  expr->line = line;
  const std::string_view title = kind == CodeKind::list   ? "<listcomp>"
                                 : kind == CodeKind::set  ? "<setcomp>"
                                 : kind == CodeKind::dict ? "<dictcomp>"
                                                          : "<genexpr>";
  expr->code = make_code(kind, std::string(title));
  expr->code->is_generator = kind == CodeKind::generator;
  expr->code->element = std::move(element);
  expr->code->element_value = std::move(value);
  while (take_word("for")) {
    ForClause clause;
    clause.target = target_list();
    if (clause.target) check_target(*clause.target);
    expect_word("in");
    ExprRef over = disjunction();
    if (expr->a) {
      clause.iterable = std::move(over);
    } else {
      expr->a = std::move(over);
    }
    while (take_word("if")) clause.conditions.push_back(test_no_condition());
    expr->code->clauses.push_back(std::move(clause));
  }
  return expr;
}

}  // namespace drydock::userland::python
