// operators.cc — arithmetic: on built-in numbers and sequences at once, on all
// else by asking its methods.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"

namespace drydock::userland::python {

namespace {

struct OperatorRow {
  Operator op;
  std::string_view text, method, reflected, in_place;
};
// clang-format off
constexpr std::array kOperators = {
    OperatorRow{Operator::add,          "+",  "__add__",      "__radd__",      "__iadd__"},
    OperatorRow{Operator::subtract,     "-",  "__sub__",      "__rsub__",      "__isub__"},
    OperatorRow{Operator::multiply,     "*",  "__mul__",      "__rmul__",      "__imul__"},
    OperatorRow{Operator::divide,       "/",  "__truediv__",  "__rtruediv__",  "__itruediv__"},
    OperatorRow{Operator::floor_divide, "//", "__floordiv__", "__rfloordiv__", "__ifloordiv__"},
    OperatorRow{Operator::modulo,       "%",  "__mod__",      "__rmod__",      "__imod__"},
    OperatorRow{Operator::power,        "** or pow()", "__pow__", "__rpow__",  "__ipow__"},
    OperatorRow{Operator::left_shift,   "<<", "__lshift__",   "__rlshift__",   "__ilshift__"},
    OperatorRow{Operator::right_shift,  ">>", "__rshift__",   "__rrshift__",   "__irshift__"},
    OperatorRow{Operator::bit_or,       "|",  "__or__",       "__ror__",       "__ior__"},
    OperatorRow{Operator::bit_xor,      "^",  "__xor__",      "__rxor__",      "__ixor__"},
    OperatorRow{Operator::bit_and,      "&",  "__and__",      "__rand__",      "__iand__"},
};
// clang-format on

const OperatorRow& row_of(Operator op) {
  for (const OperatorRow& row : kOperators) {
    if (row.op == op) return row;
  }
  return kOperators.front();
}

Value too_large(Interpreter& py) {
  return py.raise("OverflowError",
                  "drydock: python: integers beyond 64 bits are not modelled");
}

Value int_power(Interpreter& py, std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) {
      return py.raise("ZeroDivisionError",
                      "0.0 cannot be raised to a negative power");
    }
    return py.real(
        std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  std::int64_t result = 1;
  if (base == 0 || base == 1) return py.integer(exponent == 0 ? 1 : base);
  if (base == -1) return py.integer(exponent % 2 ? -1 : 1);
  for (std::int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) return too_large(py);
  }
  return py.integer(result);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

Value shift(Interpreter& py, Operator op, std::int64_t a, std::int64_t b) {
  if (b < 0) return py.raise("ValueError", "negative shift count");
  if (op == Operator::right_shift) {
    return py.integer(b > 62 ? (a < 0 ? -1 : 0) : a >> b);
  }
  std::int64_t out = 0;
  if (a == 0) return py.integer(0);
  if (b > 62) return too_large(py);
  if (__builtin_mul_overflow(a, std::int64_t{1} << b, &out)) {
    return too_large(py);
  }
  return py.integer(out);
}

Value int_operation(Interpreter& py, Operator op, std::int64_t a,
                    std::int64_t b) {
  std::int64_t out = 0;
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  switch (op) {
    case Operator::add:
      return __builtin_add_overflow(a, b, &out) ? too_large(py)
                                                : py.integer(out);
    case Operator::subtract:
      return __builtin_sub_overflow(a, b, &out) ? too_large(py)
                                                : py.integer(out);
    case Operator::multiply:
      return __builtin_mul_overflow(a, b, &out) ? too_large(py)
                                                : py.integer(out);
    case Operator::divide:
      if (b == 0) return py.raise("ZeroDivisionError", "division by zero");
      return py.real(static_cast<double>(a) / static_cast<double>(b));
    case Operator::floor_divide:
    case Operator::modulo:
      if (b == 0) {
        return py.raise("ZeroDivisionError",
                        "integer division or modulo by zero");
      }
      if (a == kLeast && b == -1) return too_large(py);
      out = floor_divide(a, b);
      return py.integer(op == Operator::modulo ? a - out * b : out);
    case Operator::power:
      return int_power(py, a, b);
    case Operator::left_shift:
    case Operator::right_shift:
      return shift(py, op, a, b);
    case Operator::bit_or:
      return py.integer(a | b);
    case Operator::bit_xor:
      return py.integer(a ^ b);
    default:
      return py.integer(a & b);
  }
}

Value real_operation(Interpreter& py, Operator op, double a, double b,
                     bool* known) {
  switch (op) {
    case Operator::add:
      return py.real(a + b);
    case Operator::subtract:
      return py.real(a - b);
    case Operator::multiply:
      return py.real(a * b);
    case Operator::divide:
      if (b == 0) {
        return py.raise("ZeroDivisionError", "float division by zero");
      }
      return py.real(a / b);
    case Operator::floor_divide:
    case Operator::modulo: {
      if (b == 0) {
        return py.raise("ZeroDivisionError", op == Operator::modulo
                                                 ? "float modulo"
                                                 : "float divmod()");
      }
      double rest = std::fmod(a, b);
      if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
      if (rest == 0) rest = std::copysign(0.0, b);
      if (op == Operator::modulo) return py.real(rest);
      const double quotient = (a - rest) / b;
      return py.real(quotient == 0 ? std::copysign(0.0, a / b)
                                   : std::floor(quotient + 0.5));
    }
    case Operator::power:
      if (a == 0 && b < 0) {
        return py.raise("ZeroDivisionError",
                        "0.0 cannot be raised to a negative power");
      }
      if (a < 0 && std::floor(b) != b) {
        return py.refuse("a complex result of **");
      }
      if (std::isfinite(a) && std::isfinite(b) && std::isinf(std::pow(a, b))) {
        return py.raise("OverflowError",
                        "(34, 'Numerical result out of range')");
      }
      return py.real(std::pow(a, b));
    default:
      *known = false;
      return nullptr;
  }
}

/// What the heap counts for the contents of a sequence; 0 for other things.
std::int64_t bytes_in(const Value& of) {
  if (const Str* const text = as<Str>(of)) {
    return static_cast<std::int64_t>(text->text.size());
  }
  if (const ByteString* const bytes = as<ByteString>(of)) {
    return static_cast<std::int64_t>(bytes->text.size());
  }
  const Values* const items = sequence_items(of);
  return items ? static_cast<std::int64_t>(items->size()) * 16 : 0;
}

/// A list, tuple, str or bytes so many times.
Value repeated(Interpreter& py, const Value& of, std::int64_t times) {
  if (times < 0) times = 0;
  const std::int64_t size = bytes_in(of);
  const Values* const items = sequence_items(of);
  const Str* const text = as<Str>(of);
  const ByteString* const bytes = as<ByteString>(of);
  std::int64_t total = 0;
  if (__builtin_mul_overflow(size, times, &total) || py.heap.full(total)) {
    return py.out_of_memory();
  }
  if (items) {
    Values all;
    all.reserve(items->size() * static_cast<std::size_t>(times));
    for (std::int64_t i = 0; i < times; ++i) {
      all.insert(all.end(), items->begin(), items->end());
    }
    return as<List>(of) ? py.list(std::move(all)) : py.tuple(std::move(all));
  }
  std::string all;
  all.reserve(static_cast<std::size_t>(total));
  for (std::int64_t i = 0; i < times; ++i) {
    all += text ? text->text : bytes->text;
  }
  return text ? py.str(all) : py.bytes(std::move(all));
}

bool repeats(const Value& value) {
  return sequence_items(value) || as<Str>(value) || as<ByteString>(value);
}

Value joined(Interpreter& py, const Value& a, const Value& b, bool* known) {
  *known = true;
  if (py.heap.full(bytes_in(a) + bytes_in(b))) return py.out_of_memory();
  const Str* const s = as<Str>(a);
  const Str* const t = as<Str>(b);
  if (s && t) return py.str(s->text + t->text);
  const ByteString* const p = as<ByteString>(a);
  const ByteString* const q = as<ByteString>(b);
  if (p && q && a->type == py.types.bytearray) {
    return py.heap.make<ByteString>(a->type.get(), p->text + q->text);
  }
  if (p && q) return py.bytes(p->text + q->text);
  const List* const l = as<List>(a);
  const List* const m = as<List>(b);
  const Tuple* const u = as<Tuple>(a);
  const Tuple* const v = as<Tuple>(b);
  if ((l && m) || (u && v)) {
    Values all = l ? l->items : u->items;
    const Values& more = l ? m->items : v->items;
    all.insert(all.end(), more.begin(), more.end());
    return l ? py.list(std::move(all)) : py.tuple(std::move(all));
  }
  const std::string other = Interpreter::type_name(b);
  if (s) {
    return py.raise(
        "TypeError",
        fmt::format("Can't convert '{}' object to str implicitly", other));
  }
  if (l || u) {
    return py.raise("TypeError",
                    fmt::format("can only concatenate {0} (not \"{1}\") to {0}",
                                l ? "list" : "tuple", other));
  }
  if (p) {
    return py.raise("TypeError",
                    fmt::format("can't concat bytes to {}", other));
  }
  *known = false;
  return nullptr;
}

Value set_operation(Interpreter& py, Operator op, const Set& a, const Set& b) {
  const Ref<Set> out = py.heap.make<Set>(a.type.get());
  const auto add = [&](const Set& from, const Set* in, bool wanted) {
    for (const Table::Entry& entry : from.table.entries()) {
      if (!entry.key) continue;
      bool ok = true;
      const bool has =
          in && in->table.find(py, entry.key, entry.hash, &ok) >= 0;
      if (!ok) return false;
      if (in && has != wanted) continue;
      if (out->table.find(py, entry.key, entry.hash, &ok) < 0 && ok) {
        out->table.insert(entry.key, entry.hash, py.none);
      }
      if (!ok) return false;
    }
    return true;
  };
  bool ok = true;
  switch (op) {
    case Operator::bit_or:
      ok = add(a, nullptr, true) && add(b, nullptr, true);
      break;
    case Operator::bit_and:
      ok = add(a, &b, true);
      break;
    case Operator::subtract:
      ok = add(a, &b, false);
      break;
    default:
      ok = add(a, &b, false) && add(b, &a, false);
      break;
  }
  return ok ? Value(out) : Value();
}

}  // namespace

Value Interpreter::binary_now(Operator op, const Value& a, const Value& b,
                              bool* known) {
  *known = true;
  const Int* const i = as<Int>(a);
  const Int* const j = as<Int>(b);
  if (i && j) {
    const bool logic = op == Operator::bit_or || op == Operator::bit_xor ||
                       op == Operator::bit_and;
    Value result = int_operation(*this, op, i->number, j->number);
    if (logic && a->type == types.boolean && b->type == types.boolean) {
      return boolean(as<Int>(result)->number != 0);
    }
    return result;
  }
  const Real* const x = as<Real>(a);
  const Real* const y = as<Real>(b);
  if ((x || i) && (y || j)) {
    return real_operation(
        *this, op, x ? x->number : static_cast<double>(i->number),
        y ? y->number : static_cast<double>(j->number), known);
  }
  if (op == Operator::add) return joined(*this, a, b, known);
  if (op == Operator::multiply) {
    if (j && repeats(a)) return repeated(*this, a, j->number);
    if (i && repeats(b)) return repeated(*this, b, i->number);
  }
  if (op == Operator::modulo) {
    if (const Str* const text = as<Str>(a)) {
      return percent_format(*this, text->text, b, false);
    }
  }
  const Set* const s = as<Set>(a);
  const Set* const t = as<Set>(b);
  if (s && t &&
      (op == Operator::bit_or || op == Operator::bit_and ||
       op == Operator::subtract || op == Operator::bit_xor)) {
    return set_operation(*this, op, *s, *t);
  }
  *known = false;
  return nullptr;
}

namespace {

/// a += b of the types that change themselves; null with nothing raised: not
/// one of them.
Task<Value> change_in_place(Interpreter& py, Operator op, Value a, Value b) {
  List* const list = as<List>(a);
  if (list && op == Operator::add) {
    Values more;
    const bool taken = co_await py.collect(b, &more);
    if (!taken) co_return nullptr;
    if (py.heap.full()) co_return py.out_of_memory();
    py.heap.charge(*list, static_cast<std::int64_t>(more.size()) * 16);
    list->items.insert(list->items.end(), more.begin(), more.end());
    co_return a;
  }
  Set* const set = as<Set>(a);
  const Set* const other = as<Set>(b);
  if (set && other && a->type == py.types.set) {
    bool known = false;
    const Value result = py.binary_now(op, a, b, &known);
    if (!known || !result) co_return nullptr;
    set->table = as<Set>(result)->table;
    co_return a;
  }
  co_return nullptr;
}

bool is_written_in_python(const Value& method) {
  return method && method->type->layout != Layout::native;
}

/// Calls a method on two values; NotImplemented when there is none.
Task<Value> ask(Interpreter& py, Value on, std::string_view method,
                Value other) {
  const Value found = py.special(on, method);
  if (!found || found == py.none) co_return py.not_implemented;
  Arguments given;
  given.positional = {on, other};
  co_return co_await py.call(found, std::move(given));
}

}  // namespace

Task<Value> Interpreter::binary(Operator op, Value a, Value b, bool in_place) {
  const OperatorRow& row = row_of(op);
  if (in_place) {
    const Value changed = co_await change_in_place(*this, op, a, b);
    if (changed || raised) co_return changed;
    if (!a->type->built_in) {
      const Value result = co_await ask(*this, a, row.in_place, b);
      if (!result || !(result == not_implemented)) co_return result;
    }
  }
  const bool plain = a->type->built_in && b->type->built_in;
  if (!plain) {
    // A subclass knows better than its base.
    const bool right_first = !(a->type == b->type) &&
                             b->type->is_subtype_of(a->type.get()) &&
                             is_written_in_python(special(b, row.reflected));
    if (right_first) {
      const Value result = co_await ask(*this, b, row.reflected, a);
      if (!result || !(result == not_implemented)) co_return result;
    }
    const Value left = co_await ask(*this, a, row.method, b);
    if (!left || !(left == not_implemented)) co_return left;
    if (!right_first) {
      const Value right = co_await ask(*this, b, row.reflected, a);
      if (!right || !(right == not_implemented)) co_return right;
    }
  }
  bool known = false;
  const Value result = binary_now(op, a, b, &known);
  if (known) co_return result;
  const std::string sign = !in_place ? std::string(row.text)
                           : op == Operator::power
                               ? "**="
                               : std::string(row.text) + "=";
  co_return raise("TypeError",
                  fmt::format("unsupported operand type(s) for {}: '{}' and "
                              "'{}'",
                              sign, type_name(a), type_name(b)));
}

Task<Value> Interpreter::unary(Operator op, Value a) {
  const Int* const number = as<Int>(a);
  const Real* const real_number = as<Real>(a);
  if (a->type->built_in && number) {
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    if (op == Operator::invert) co_return integer(~number->number);
    if (op == Operator::positive) co_return integer(number->number);
    if (number->number == kLeast) co_return too_large(*this);
    co_return integer(-number->number);
  }
  if (a->type->built_in && real_number && op != Operator::invert) {
    co_return real(op == Operator::negate ? -real_number->number
                                          : real_number->number);
  }
  const std::string_view method = op == Operator::negate     ? "__neg__"
                                  : op == Operator::positive ? "__pos__"
                                                             : "__invert__";
  if (const Value found = special(a, method)) {
    Arguments self;
    self.positional.push_back(a);
    co_return co_await call(found, std::move(self));
  }
  const std::string_view sign = op == Operator::negate     ? "-"
                                : op == Operator::positive ? "+"
                                                           : "~";
  co_return raise("TypeError", fmt::format("bad operand type for unary {}: "
                                           "'{}'",
                                           sign, type_name(a)));
}

std::optional<std::int64_t> Interpreter::index(const Value& value) {
  if (const Int* const number = as<Int>(value)) return number->number;
  if (const Value method = special(value, "__index__")) {
    Arguments self;
    self.positional.push_back(value);
    const Value result = call_now(method, std::move(self));
    if (!result) return std::nullopt;
    if (const Int* const number = as<Int>(result)) return number->number;
  }
  raise("TypeError",
        fmt::format("'{}' object cannot be interpreted as an integer",
                    type_name(value)));
  return std::nullopt;
}

}  // namespace drydock::userland::python
