// sql_expression.cc — expressions of SQL, from OR down to a literal.

#include <array>

#include "sim/userland/services/postgres/sql_parser.h"

namespace drydock::userland::postgres {

SqlExprRef SqlParser::make(ExprKind kind, std::string op,
                           std::vector<SqlExprRef> arguments) const {
  auto expr = std::make_shared<SqlExpr>();
  expr->kind = kind;
  expr->op = std::move(op);
  expr->arguments = std::move(arguments);
  expr->position = token().position;
  return expr;
}

SqlExprRef SqlParser::expression() {
  if (++depth_ > 100) fail();
  SqlExprRef left = conjunction();
  while (take_word("or")) {
    left = make(ExprKind::binary, "or", {left, conjunction()});
  }
  --depth_;
  return left;
}

SqlExprRef SqlParser::conjunction() {
  SqlExprRef left = negation();
  while (take_word("and")) {
    left = make(ExprKind::binary, "and", {left, negation()});
  }
  return left;
}

SqlExprRef SqlParser::negation() {
  if (!take_word("not")) return comparison();
  return make(ExprKind::unary, "not", {negation()});
}

SqlExprRef SqlParser::comparison() {
  SqlExprRef left = sum();
  static constexpr std::array<std::string_view, 6> kSigns = {
      "=", "<>", "<=", ">=", "<", ">"};
  for (;;) {
    bool again = false;
    for (const std::string_view sign : kSigns) {
      if (!take_sign(sign)) continue;
      left = make(ExprKind::binary, std::string(sign), {left, sum()});
      again = true;
      break;
    }
    if (again) continue;
    if (take_word("is")) {
      auto expr = std::make_shared<SqlExpr>(
          *make(ExprKind::is_null, "is null", {left}));
      expr->negated = take_word("not");
      expect_word("null");
      left = expr;
      continue;
    }
    const bool negated = at_word("not");
    if (negated) ++at_;
    if (take_word("in")) {
      expect_sign("(");
      std::vector<SqlExprRef> items = {left};
      do items.push_back(expression());
      while (take_sign(","));
      expect_sign(")");
      auto expr = std::make_shared<SqlExpr>(
          *make(ExprKind::in, "in", std::move(items)));
      expr->negated = negated;
      left = expr;
    } else if (at_word("like") || at_word("ilike")) {
      const std::string op = token().text;
      ++at_;
      auto expr =
          std::make_shared<SqlExpr>(*make(ExprKind::binary, op, {left, sum()}));
      expr->negated = negated;
      left = expr;
    } else if (take_word("between")) {
      const SqlExprRef low = sum();
      expect_word("and");
      const SqlExprRef high = sum();
      SqlExprRef both = make(ExprKind::binary, "and",
                             {make(ExprKind::binary, ">=", {left, low}),
                              make(ExprKind::binary, "<=", {left, high})});
      left = negated ? make(ExprKind::unary, "not", {both}) : both;
    } else {
      if (negated) fail();
      return left;
    }
  }
}

SqlExprRef SqlParser::sum() {
  SqlExprRef left = product();
  for (;;) {
    const std::string sign = token().text;
    if (!at_sign("+") && !at_sign("-") && !at_sign("||")) return left;
    ++at_;
    left = make(ExprKind::binary, sign, {left, product()});
  }
}

SqlExprRef SqlParser::product() {
  SqlExprRef left = unary();
  for (;;) {
    const std::string sign = token().text;
    if (!at_sign("*") && !at_sign("/") && !at_sign("%")) return left;
    ++at_;
    left = make(ExprKind::binary, sign, {left, unary()});
  }
}

SqlExprRef SqlParser::unary() {
  if (take_sign("-")) return make(ExprKind::unary, "-", {unary()});
  take_sign("+");
  return postfix();
}

SqlExprRef SqlParser::postfix() {
  SqlExprRef left = atom();
  while (take_sign("::")) {
    SqlColumn column;
    if (!column_type(column)) return left;
    auto expr = std::make_shared<SqlExpr>(*make(ExprKind::cast, "::", {left}));
    expr->type = column.type;
    left = expr;
  }
  return left;
}

SqlExprRef SqlParser::atom() {
  auto expr = std::make_shared<SqlExpr>();
  expr->position = token().position;
  const SqlToken now = token();
  if (now.kind == SqlToken::Kind::text) {
    ++at_;
    expr->value = Datum::of_text(now.text, SqlType::unknown);
    return expr;
  }
  if (now.kind == SqlToken::Kind::number) {
    ++at_;
    const auto number = parse_numeric(now.text);
    if (!number) {
      refuse("a number of that size");
      return expr;
    }
    expr->value = *number;
    if (now.text.find('.') == std::string::npos) {
      expr->value.type =
          expr->value.number > INT32_MAX ? SqlType::bigint : SqlType::integer;
    }
    return expr;
  }
  if (take_sign("(")) {
    if (at_word("select")) refuse("a subquery");
    SqlExprRef inner = expression();
    expect_sign(")");
    return inner;
  }
  if (take_word("null")) return expr;
  if (at_word("true") || at_word("false")) {
    expr->value = Datum::of_boolean(now.text == "true");
    ++at_;
    return expr;
  }
  if (at_word("case") || at_word("exists")) {
    refuse(now.text == "case" ? "CASE" : "EXISTS");
    return expr;
  }
  if (take_word("cast")) {
    expect_sign("(");
    const SqlExprRef of = expression();
    expect_word("as");
    SqlColumn column;
    column_type(column);
    expect_sign(")");
    expr->kind = ExprKind::cast;
    expr->type = column.type;
    expr->arguments = {of};
    return expr;
  }
  expr->kind = ExprKind::column;
  expr->op = name();
  static constexpr std::array<std::string_view, 5> kBare = {
      "current_timestamp", "current_date", "current_user", "session_user",
      "localtimestamp"};
  for (const std::string_view bare : kBare) {
    if (now.kind == SqlToken::Kind::word && expr->op == bare) {
      expr->kind = ExprKind::call;
      return expr;
    }
  }
  if (at_sign("(")) return call(expr->op, expr->position);
  if (take_sign(".")) {
    expr->table = expr->op;
    expr->op = name();
  }
  return expr;
}

SqlExprRef SqlParser::call(std::string function, std::int64_t position) {
  auto expr = std::make_shared<SqlExpr>();
  expr->kind = ExprKind::call;
  expr->op = std::move(function);
  expr->position = position;
  expect_sign("(");
  expr->star = take_sign("*");
  expr->distinct = take_word("distinct");
  while (!at_sign(")") && !error_) {
    expr->arguments.push_back(expression());
    if (!take_sign(",")) break;
  }
  expect_sign(")");
  if (at_word("over")) refuse("a window function");
  return expr;
}

}  // namespace drydock::userland::postgres
