// session_value.cc — expressions: their value for a row, or for a group.

#include <fmt/format.h>

#include <array>

#include "sim/base/text.h"
#include "sim/userland/services/postgres/session.h"

namespace drydock::userland::postgres {

namespace {

constexpr std::string_view kVersion =
    "PostgreSQL 9.4.5 on x86_64-unknown-linux-gnu, compiled by gcc (Debian "
    "4.9.2-10) 4.9.2, 64-bit";

SqlError error_of(std::string code, std::string message,
                  std::int64_t position = 0) {
  return SqlError{std::move(code), std::move(message), position};
}

SqlError refused(std::string_view what) {
  return error_of("0A000",
                  fmt::format("drydock: this SQL is not modelled: {}", what));
}

/// % and _ of LIKE.
bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (like(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] == '\\' && pattern.size() > 1) {
    return text[0] == pattern[1] && like(text.substr(1), pattern.substr(2));
  }
  return (pattern[0] == '_' || pattern[0] == text[0]) &&
         like(text.substr(1), pattern.substr(1));
}

Datum null_of(SqlType type) {
  Datum out;
  out.type = type;
  return out;
}

/// Numbers with one scale.
void align(Datum& a, Datum& b) {
  while (a.scale < b.scale) a.number *= 10, ++a.scale;
  while (b.scale < a.scale) b.number *= 10, ++b.scale;
}

SqlResult<Datum> arithmetic(const std::string& op, Datum a, Datum b) {
  const bool whole = is_integer(a.type) && is_integer(b.type);
  const SqlType type = whole ? std::max(a.type, b.type) : SqlType::numeric;
  const auto out_of_range = [&] {
    return error_of("22003", fmt::format("{} out of range", name_of(type)));
  };
  if ((op == "/" || op == "%") && b.number == 0) {
    return error_of("22012", "division by zero");
  }
  Datum out = Datum::of(0, type);
  if (op == "*") {
    if (__builtin_mul_overflow(a.number, b.number, &out.number)) {
      return out_of_range();
    }
    out.scale = a.scale + b.scale;
  } else if (op == "/" && !whole) {
    // Sixteen places behind the point, as far as they fit.
    align(a, b);
    __int128 scaled = a.number;
    for (out.scale = 0; out.scale < 16; ++out.scale) scaled *= 10;
    scaled /= b.number;
    while (scaled > INT64_MAX || scaled < -INT64_MAX) scaled /= 10, --out.scale;
    out.number = static_cast<std::int64_t>(scaled);
  } else {
    align(a, b);
    out.scale = a.scale;
    const bool overflow =
        op == "+"   ? __builtin_add_overflow(a.number, b.number, &out.number)
        : op == "-" ? __builtin_sub_overflow(a.number, b.number, &out.number)
                    : false;
    if (op == "/") out.number = a.number / b.number;
    if (op == "%") out.number = a.number % b.number;
    if (overflow) return out_of_range();
  }
  if (type == SqlType::integer &&
      (out.number > INT32_MAX || out.number < INT32_MIN)) {
    return out_of_range();
  }
  return out;
}

}  // namespace

bool is_aggregate(const SqlExpr& expr) {
  static constexpr std::array<std::string_view, 5> kAggregates = {
      "count", "sum", "avg", "min", "max"};
  if (expr.kind == ExprKind::call) {
    for (const std::string_view name : kAggregates) {
      if (expr.op == name) return true;
    }
  }
  for (const SqlExprRef& argument : expr.arguments) {
    if (argument && is_aggregate(*argument)) return true;
  }
  return false;
}

SqlResult<Datum> Session::column_value(const SqlExpr& expr,
                                       const Bindings& row) {
  const Binding* found = nullptr;
  int at = -1;
  bool table_known = false;
  for (const Binding& each : row) {
    if (!expr.table.empty() && each.alias != expr.table) continue;
    table_known = true;
    const int column = each.table->column(expr.op);
    if (column < 0) continue;
    if (found) {
      return error_of(
          "42702", fmt::format("column reference \"{}\" is ambiguous", expr.op),
          expr.position);
    }
    found = &each;
    at = column;
  }
  if (!found && !expr.table.empty() && !table_known) {
    return error_of(
        "42P01",
        fmt::format("missing FROM-clause entry for table \"{}\"", expr.table),
        expr.position);
  }
  if (!found) {
    const std::string name = expr.table.empty() ? fmt::format("\"{}\"", expr.op)
                                                : expr.table + "." + expr.op;
    return error_of("42703", fmt::format("column {} does not exist", name),
                    expr.position);
  }
  if (!found->row) {
    return null_of(found->table->columns[static_cast<std::size_t>(at)].type);
  }
  return (*found->row)[static_cast<std::size_t>(at)];
}

SqlResult<Datum> Session::value(const SqlExpr& expr, const Bindings& row,
                                const std::vector<Bindings>* group) {
  switch (expr.kind) {
    case ExprKind::literal:
      return expr.value;
    case ExprKind::column:
      return column_value(expr, row);
    case ExprKind::call:
      return call(expr, row, group);
    case ExprKind::cast: {
      const SqlResult<Datum> of = value(*expr.arguments[0], row, group);
      if (!of) return of.error();
      const Result<Datum> made = convert(*of, expr.type);
      if (!made) return error_of("22P02", made.error().text);
      return *made;
    }
    case ExprKind::is_null: {
      const SqlResult<Datum> of = value(*expr.arguments[0], row, group);
      if (!of) return of.error();
      return Datum::of_boolean(of->null != expr.negated);
    }
    case ExprKind::in: {
      const SqlResult<Datum> of = value(*expr.arguments[0], row, group);
      if (!of) return of.error();
      if (of->null) return null_of(SqlType::boolean);
      for (std::size_t i = 1; i < expr.arguments.size(); ++i) {
        SqlResult<Datum> item = value(*expr.arguments[i], row, group);
        if (!item) return item.error();
        const Result<Datum> same = convert(*item, of->type);
        if (!same) return error_of("22P02", same.error().text);
        if (!same->null && compare(*of, *same) == 0) {
          return Datum::of_boolean(!expr.negated);
        }
      }
      return Datum::of_boolean(expr.negated);
    }
    case ExprKind::unary: {
      const SqlResult<Datum> of = value(*expr.arguments[0], row, group);
      if (!of || of->null) return of;
      if (expr.op == "not") return Datum::of_boolean(of->number == 0);
      return arithmetic("-", Datum::of(0), *of);
    }
    case ExprKind::binary:
      break;
  }
  const SqlResult<Datum> a = value(*expr.arguments[0], row, group);
  if (!a) return a;
  // Three-valued: FALSE AND NULL is FALSE.
  const bool logic = expr.op == "and" || expr.op == "or";
  const bool decides = expr.op == "or";
  if (logic && !a->null && (a->number != 0) == decides) return a;
  const SqlResult<Datum> b = value(*expr.arguments[1], row, group);
  if (!b) return b;
  if (logic) {
    if (!b->null && (b->number != 0) == decides) return b;
    return a->null || b->null ? null_of(SqlType::boolean) : *b;
  }
  return binary(expr, *a, *b);
}

SqlResult<Datum> Session::binary(const SqlExpr& expr, const Datum& a,
                                 const Datum& b) {
  const std::string& op = expr.op;
  if (op == "||") {
    if (a.null || b.null) return null_of(SqlType::text);
    return Datum::of_text(a.shown() + b.shown());
  }
  Datum x = a, y = b;
  // A quoted literal takes the type of the other side.
  const SqlType target = x.type == SqlType::unknown ? y.type : x.type;
  if (x.type == SqlType::unknown || y.type == SqlType::unknown) {
    const Result<Datum> left = convert(x, target);
    const Result<Datum> right = convert(y, target);
    if (!left) return error_of("22P02", left.error().text);
    if (!right) return error_of("22P02", right.error().text);
    x = *left;
    y = *right;
  }
  const bool sign =
      op == "+" || op == "-" || op == "*" || op == "/" || op == "%";
  const auto textual = [](SqlType type) {
    return type == SqlType::text || type == SqlType::varchar ||
           type == SqlType::unknown;
  };
  const bool fits = sign ? is_number(x.type) && is_number(y.type)
                         : x.type == y.type ||
                               (is_number(x.type) && is_number(y.type)) ||
                               (textual(x.type) && textual(y.type));
  if (!fits && !x.null && !y.null) {
    return error_of("42883",
                    fmt::format("operator does not exist: {} {} {}",
                                name_of(x.type), op, name_of(y.type)),
                    expr.position);
  }
  if (x.null || y.null) return null_of(sign ? x.type : SqlType::boolean);
  if (sign) return arithmetic(op, x, y);
  if (op == "like" || op == "ilike") {
    const bool fold = op == "ilike";
    const bool found = like(fold ? lower(x.shown()) : x.shown(),
                            fold ? lower(y.shown()) : y.shown());
    return Datum::of_boolean(found != expr.negated);
  }
  const int order = compare(x, y);
  return Datum::of_boolean(op == "="    ? order == 0
                           : op == "<>" ? order != 0
                           : op == "<"  ? order < 0
                           : op == "<=" ? order <= 0
                           : op == ">"  ? order > 0
                                        : order >= 0);
}

SqlResult<Datum> Session::aggregate(const SqlExpr& expr,
                                    const std::vector<Bindings>& group) {
  std::vector<Datum> values;
  SqlType type = SqlType::unknown;
  for (const Bindings& row : group) {
    if (expr.star || expr.arguments.empty()) continue;
    const SqlResult<Datum> one = value(*expr.arguments[0], row);
    if (!one) return one;
    type = one->type;
    if (one->null) continue;
    bool known = false;
    for (const Datum& other : values) {
      known = known || (expr.distinct && compare(other, *one) == 0);
    }
    if (!known) values.push_back(*one);
  }
  if (expr.op == "count") {
    return Datum::of(
        static_cast<std::int64_t>(expr.star ? group.size() : values.size()),
        SqlType::bigint);
  }
  const bool sums = expr.op == "sum" || expr.op == "avg";
  if (sums && type != SqlType::unknown && !is_number(type)) {
    return error_of(
        "42883",
        fmt::format("function {}({}) does not exist", expr.op, name_of(type)),
        expr.position);
  }
  if (values.empty()) return null_of(sums ? SqlType::bigint : type);
  Datum result = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (sums) {
      Datum wide = result;
      if (is_integer(wide.type)) wide.type = SqlType::bigint;
      const SqlResult<Datum> next = arithmetic("+", wide, values[i]);
      if (!next) return next;
      result = *next;
    } else {
      const int order = compare(values[i], result);
      if (expr.op == "min" ? order < 0 : order > 0) result = values[i];
    }
  }
  if (expr.op == "sum" && is_integer(result.type)) {
    result.type = SqlType::bigint;
  }
  if (expr.op != "avg") return result;
  result.type = SqlType::numeric;
  return arithmetic(
      "/", result,
      Datum::of(static_cast<std::int64_t>(values.size()), SqlType::numeric));
}

SqlResult<Datum> Session::call(const SqlExpr& expr, const Bindings& row,
                               const std::vector<Bindings>* group) {
  const std::string& name = expr.op;
  const bool aggregates = name == "count" || name == "sum" || name == "avg" ||
                          name == "min" || name == "max";
  if (aggregates) {
    if (!group) {
      return error_of("42803", "aggregate functions are not allowed in WHERE",
                      expr.position);
    }
    return aggregate(expr, *group);
  }
  std::vector<Datum> arguments;
  for (const SqlExprRef& argument : expr.arguments) {
    const SqlResult<Datum> one = value(*argument, row, group);
    if (!one) return one;
    arguments.push_back(*one);
  }
  if (name == "now" || name == "current_timestamp" ||
      name == "localtimestamp") {
    return Datum::of(now_.since_epoch, SqlType::timestamp);
  }
  if (name == "current_date") {
    return *convert(Datum::of(now_.since_epoch, SqlType::timestamp),
                    SqlType::date);
  }
  if (name == "version") return Datum::of_text(std::string(kVersion));
  if (name == "current_database") return Datum::of_text(database_);
  if (name == "current_user" || name == "session_user") {
    return Datum::of_text(user_);
  }
  if (name == "coalesce") {
    for (const Datum& one : arguments) {
      if (!one.null) return one;
    }
    return arguments.empty() ? null_of(SqlType::text) : arguments[0];
  }
  if (arguments.size() == 1) {
    const Datum& of = arguments[0];
    const std::string text = of.shown();
    if (name == "lower" || name == "upper" || name == "trim" ||
        name == "length" || name == "char_length" || name == "md5") {
      if (of.null) return null_of(SqlType::text);
    }
    if (name == "lower") return Datum::of_text(lower(text));
    if (name == "upper") return Datum::of_text(upper(text));
    if (name == "trim") return Datum::of_text(std::string(trim(text)));
    if (name == "length" || name == "char_length") {
      std::int64_t count = 0;
      for (const char c : text) {
        count += (static_cast<unsigned char>(c) >> 6) != 2;
      }
      return Datum::of(count);
    }
    if (name == "abs" && is_number(of.type)) {
      Datum out = of;
      out.number = of.number < 0 ? -of.number : of.number;
      return out;
    }
  }
  List types;
  for (const Datum& one : arguments) types.emplace_back(name_of(one.type));
  static constexpr std::array<std::string_view, 6> kKnown = {
      "random", "round", "substring", "to_char", "nextval", "generate_series"};
  for (const std::string_view known : kKnown) {
    if (name == known) return refused(fmt::format("the function {}()", name));
  }
  return error_of("42883",
                  fmt::format("function {}({}) does not exist", name,
                              drydock::join(types, ", ")),
                  expr.position);
}

SqlResult<bool> Session::holds(const SqlExpr& expr, const Bindings& row,
                               const std::vector<Bindings>* group) {
  const SqlResult<Datum> truth = value(expr, row, group);
  if (!truth) return truth.error();
  if (!truth->null && truth->type != SqlType::boolean) {
    return error_of("42804",
                    fmt::format("argument of WHERE must be type boolean, not "
                                "type {}",
                                name_of(truth->type)),
                    expr.position);
  }
  return !truth->null && truth->number != 0;
}

/// The type of a result column even when there is no row.
SqlType Session::type_of(const SqlExpr& expr, const Bindings& row) {
  std::vector<Bindings> none;
  Bindings empty = row;
  for (Binding& each : empty) each.row = nullptr;
  const SqlResult<Datum> one = value(expr, empty, &none);
  if (!one) return SqlType::text;
  return one->type == SqlType::unknown ? SqlType::text : one->type;
}

}  // namespace drydock::userland::postgres
