// compare.cc — truth, equality, order, hashes, membership and length.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

struct CompareRow {
  Operator op;
  std::string_view text, method, reflected;
};
constexpr std::array kRows = {
    CompareRow{Operator::equal, "==", "__eq__", "__eq__"},
    CompareRow{Operator::not_equal, "!=", "__ne__", "__ne__"},
    CompareRow{Operator::less, "<", "__lt__", "__gt__"},
    CompareRow{Operator::less_equal, "<=", "__le__", "__ge__"},
    CompareRow{Operator::greater, ">", "__gt__", "__lt__"},
    CompareRow{Operator::greater_equal, ">=", "__ge__", "__le__"},
};

const CompareRow& row_of(Operator op) {
  for (const CompareRow& row : kRows) {
    if (row.op == op) return row;
  }
  return kRows.front();
}

bool holds(Operator op, int order) {
  switch (op) {
    case Operator::less:
      return order < 0;
    case Operator::less_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_equal:
      return order >= 0;
    case Operator::equal:
      return order == 0;
    default:
      return order != 0;
  }
}

std::optional<double> number_of(const Value& value) {
  if (const Int* const i = as<Int>(value)) {
    return static_cast<double>(i->number);
  }
  if (const Real* const x = as<Real>(value)) return x->number;
  return std::nullopt;
}

int order_of(const std::string& a, const std::string& b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool is_python(const Value& method) {
  return method && method->type->layout == Layout::function;
}

/// Whether a set lies in another: subset and superset are its order.
int set_order(Interpreter& py, Operator op, const Set& a, const Set& b) {
  const auto within = [&](const Set& small, const Set& large) {
    for (const Table::Entry& entry : small.table.entries()) {
      bool ok = true;
      if (!entry.key) continue;
      if (large.table.find(py, entry.key, entry.hash, &ok) < 0) {
        return ok ? 0 : -1;
      }
    }
    return 1;
  };
  const bool turned = op == Operator::greater || op == Operator::greater_equal;
  const Set& small = turned ? b : a;
  const Set& large = turned ? a : b;
  const bool strict = op == Operator::less || op == Operator::greater;
  if (small.table.size() > large.table.size()) return 0;
  if (strict && small.table.size() == large.table.size()) return 0;
  return within(small, large);
}

int equal_tables(Interpreter& py, const Table& a, const Table& b, bool values) {
  if (a.size() != b.size()) return 0;
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    const Table::Entry entry = a.entries()[i];
    if (!entry.key) continue;
    bool ok = true;
    const std::int64_t at = b.find(py, entry.key, entry.hash, &ok);
    if (at < 0) return ok ? 0 : -1;
    if (!values) continue;
    const Value other = b.entries()[static_cast<std::size_t>(at)].value;
    const int same = py.equal(entry.value, other);
    if (same != 1) return same;
  }
  return 1;
}

int equal_items(Interpreter& py, const Values& a, const Values& b) {
  if (a.size() != b.size()) return 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const int same = py.equal(a[i], b[i]);
    if (same != 1) return same;
  }
  return 1;
}

/// 1, 0, -1; 2: neither knows the other.
int equal_built_in(Interpreter& py, const Value& a, const Value& b) {
  const Int* const i = as<Int>(a);
  const Int* const j = as<Int>(b);
  if (i && j) return i->number == j->number;
  const auto x = number_of(a), y = number_of(b);
  if (x && y) return *x == *y;
  if (const Str* const s = as<Str>(a)) {
    const Str* const t = as<Str>(b);
    return t ? s->text == t->text : 2;
  }
  if (const ByteString* const s = as<ByteString>(a)) {
    const ByteString* const t = as<ByteString>(b);
    return t ? s->text == t->text : 2;
  }
  if (a->type->layout != b->type->layout) return 2;
  switch (a->type->layout) {
    case Layout::list:
    case Layout::tuple:
      return equal_items(py, *sequence_items(a), *sequence_items(b));
    case Layout::dict:
      return equal_tables(py, as<Dict>(a)->table, as<Dict>(b)->table, true);
    case Layout::set:
      return equal_tables(py, as<Set>(a)->table, as<Set>(b)->table, false);
    case Layout::range: {
      const Range& r = *as<Range>(a);
      const Range& s = *as<Range>(b);
      if (r.count() != s.count()) return 0;
      return r.count() == 0 ||
             (r.start == s.start && (r.count() == 1 || r.step == s.step));
    }
    case Layout::method: {
      const Method& m = *as<Method>(a);
      const Method& n = *as<Method>(b);
      return m.self == n.self && m.function == n.function;
    }
    default:
      return 2;
  }
}

std::int64_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  hash ^= hash >> 29;
  return static_cast<std::int64_t>(hash & 0x7fffffffffffffffU);
}

std::int64_t hash_number(double number) {
  constexpr double kLimit = 9.0e18;
  if (std::floor(number) == number && std::abs(number) < kLimit) {
    return static_cast<std::int64_t>(number);
  }
  int exponent = 0;
  const double part = std::frexp(number, &exponent);
  return static_cast<std::int64_t>(part * 4503599627370496.0) * 31 + exponent;
}

}  // namespace

std::int64_t hash_of(const Str& text) {
  if (text.hash < 0) text.hash = hash_text(text.text);
  return text.hash;
}

int Interpreter::truth(const Value& value) {
  if (value == yes) return 1;
  if (value == no || value == none) return 0;
  if (!value->type->built_in) {
    for (const std::string_view name : {"__bool__", "__len__"}) {
      const Value method = special(value, name);
      if (!method || method->type->layout == Layout::native) continue;
      Arguments self;
      self.positional.push_back(value);
      const Value result = call_now(method, std::move(self));
      if (!result) return -1;
      const Int* const number = as<Int>(result);
      return number ? number->number != 0 : 1;
    }
  }
  if (const Int* const i = as<Int>(value)) return i->number != 0;
  if (const Real* const x = as<Real>(value)) return x->number != 0;
  if (const Str* const s = as<Str>(value)) return !s->text.empty();
  if (const ByteString* const s = as<ByteString>(value)) {
    return !s->text.empty();
  }
  if (const Values* const items = sequence_items(value)) {
    return !items->empty();
  }
  if (const Dict* const dict = as<Dict>(value)) return dict->table.size() > 0;
  if (const Set* const set = as<Set>(value)) return set->table.size() > 0;
  if (const Range* const range = as<Range>(value)) return range->count() > 0;
  return 1;
}

int Interpreter::equal(const Value& a, const Value& b) {
  if (a == b) return 1;  // Even of a NaN, where containers compare.
  if (nested_ >= kNestedMax) {
    raise("RuntimeError", "maximum recursion depth exceeded in comparison");
    return -1;
  }
  const Value result = compare(Operator::equal, a, b);
  return result ? truth(result) : -1;
}

/// The comparison by methods; NotImplemented when nobody knows.
static Value compare_by_method(Interpreter& py, const CompareRow& row,
                               const Value& a, const Value& b) {
  const Value sides[2] = {a, b};
  const bool right_first =
      !(a->type == b->type) && b->type->is_subtype_of(a->type.get());
  for (int turn = 0; turn < 2; ++turn) {
    const bool right = (turn == 1) != right_first;
    const Value& on = sides[right ? 1 : 0];
    const Value method = py.special(on, right ? row.reflected : row.method);
    if (!is_python(method)) continue;
    Arguments given;
    given.positional = {on, sides[right ? 0 : 1]};
    Value result = py.call_now(method, std::move(given));
    if (!result || !(result == py.not_implemented)) return result;
  }
  return py.not_implemented;
}

Value Interpreter::compare(Operator op, const Value& a, const Value& b) {
  const CompareRow& row = row_of(op);
  if (!a->type->built_in || !b->type->built_in) {
    Value result = compare_by_method(*this, row, a, b);
    if (!result || !(result == not_implemented)) return result;
    if (op == Operator::not_equal) {
      result = compare_by_method(*this, kRows[0], a, b);
      if (!result) return nullptr;
      if (!(result == not_implemented)) {
        const int same = truth(result);
        return same < 0 ? Value() : boolean(same == 0);
      }
    }
  }
  if (op == Operator::equal || op == Operator::not_equal) {
    ++nested_;
    const int same = nested_ > kNestedMax ? (raise("RuntimeError",
                                                   "maximum recursion depth "
                                                   "exceeded in comparison"),
                                             -1)
                                          : equal_built_in(*this, a, b);
    --nested_;
    if (same < 0) return nullptr;
    const bool is_equal = same == 2 ? a == b : same == 1;
    return boolean(is_equal == (op == Operator::equal));
  }
  const Int* const i = as<Int>(a);
  const Int* const j = as<Int>(b);
  if (i && j) {
    return boolean(holds(op, i->number < j->number   ? -1
                             : i->number > j->number ? 1
                                                     : 0));
  }
  const auto x = number_of(a), y = number_of(b);
  if (x && y) {
    if (std::isnan(*x) || std::isnan(*y)) return no;
    return boolean(holds(op, *x < *y ? -1 : *x > *y ? 1 : 0));
  }
  const Str* const s = as<Str>(a);
  const Str* const t = as<Str>(b);
  if (s && t) return boolean(holds(op, order_of(s->text, t->text)));
  const ByteString* const p = as<ByteString>(a);
  const ByteString* const q = as<ByteString>(b);
  if (p && q) return boolean(holds(op, order_of(p->text, q->text)));
  if (as<Set>(a) && as<Set>(b)) {
    const int result = set_order(*this, op, *as<Set>(a), *as<Set>(b));
    return result < 0 ? Value() : boolean(result == 1);
  }
  const Values* const items = sequence_items(a);
  const Values* const others = sequence_items(b);
  if (items && others && a->type->layout == b->type->layout) {
    for (std::size_t k = 0; k < items->size() && k < others->size(); ++k) {
      const int same = equal((*items)[k], (*others)[k]);
      if (same < 0) return nullptr;
      if (!same) return compare(op, (*items)[k], (*others)[k]);
    }
    return boolean(holds(op, items->size() < others->size()   ? -1
                             : items->size() > others->size() ? 1
                                                              : 0));
  }
  return raise("TypeError", fmt::format("unorderable types: {}() {} {}()",
                                        type_name(a), row.text, type_name(b)));
}

Task<Value> Interpreter::compare_any(Operator op, Value a, Value b) {
  if (op == Operator::is || op == Operator::is_not) {
    co_return boolean((a == b) == (op == Operator::is));
  }
  if (op == Operator::in || op == Operator::not_in) {
    int found = -1;
    const Value method = special(b, "__contains__");
    const bool walks = !method && !b->type->built_in;
    if (is_python(method)) {
      Arguments given;
      given.positional = {b, a};
      const Value result = co_await call(method, std::move(given));
      found = result ? truth(result) : -1;
    } else if (walks || b->type->layout == Layout::generator ||
               b->type->layout == Layout::iterator ||
               b->type->layout == Layout::view ||
               b->type->layout == Layout::file) {
      const Value iterator = co_await iterate(b);
      if (!iterator) co_return nullptr;
      for (;;) {
        const Value item = co_await next(iterator);
        if (!item && raised) co_return nullptr;
        found = item ? equal(item, a) : 0;
        if (!item || found != 0) break;
      }
    } else {
      found = contains(b, a);
    }
    if (found < 0) co_return nullptr;
    co_return boolean((found == 1) == (op == Operator::in));
  }
  if (!a->type->built_in || !b->type->built_in) {
    // Asked here, so that the method may wait.
    const CompareRow& row = row_of(op);
    const Value method = special(a, row.method);
    if (is_python(method)) {
      Arguments given;
      given.positional = {a, b};
      const Value result = co_await call(method, std::move(given));
      if (!result || !(result == not_implemented)) co_return result;
    }
  }
  co_return compare(op, a, b);
}

int Interpreter::contains(const Value& in, const Value& what) {
  if (const Values* const items = sequence_items(in)) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      const int same = equal((*items)[i], what);
      if (same != 0) return same;
    }
    return 0;
  }
  const Dict* const dict = as<Dict>(in);
  const Set* const set = as<Set>(in);
  if (dict || set) {
    std::int64_t hash_value = 0;
    if (!hash(what, &hash_value)) return -1;
    bool ok = true;
    const Table& table = dict ? dict->table : set->table;
    const bool found = table.find(*this, what, hash_value, &ok) >= 0;
    return ok ? found : -1;
  }
  if (const Str* const text = as<Str>(in)) {
    const Str* const part = as<Str>(what);
    if (part) return text->text.find(part->text) != std::string::npos;
    raise("TypeError",
          fmt::format("'in <string>' requires string as left operand, not {}",
                      type_name(what)));
    return -1;
  }
  if (const ByteString* const text = as<ByteString>(in)) {
    const Int* const byte = as<Int>(what);
    const ByteString* const part = as<ByteString>(what);
    if (byte) {
      return text->text.find(static_cast<char>(byte->number)) !=
             std::string::npos;
    }
    if (part) return text->text.find(part->text) != std::string::npos;
  }
  if (const Range* const range = as<Range>(in)) {
    const Int* const number = as<Int>(what);
    if (!number) return 0;
    const std::int64_t n = number->number;
    const bool inside = range->step > 0 ? n >= range->start && n < range->stop
                                        : n <= range->start && n > range->stop;
    return inside && (n - range->start) % range->step == 0;
  }
  raise("TypeError",
        fmt::format("argument of type '{}' is not iterable", type_name(in)));
  return -1;
}

bool Interpreter::hash(const Value& value, std::int64_t* hash_value) {
  if (const Str* const text = as<Str>(value)) {
    *hash_value = hash_of(*text);
    return true;
  }
  if (!value->type->built_in) {
    const Value method = special(value, "__hash__");
    if (method == none) {
      raise("TypeError",
            fmt::format("unhashable type: '{}'", type_name(value)));
      return false;
    }
    if (is_python(method)) {
      Arguments self;
      self.positional.push_back(value);
      const Value result = call_now(method, std::move(self));
      if (!result) return false;
      const auto number = index(result);
      if (number) *hash_value = *number;
      return number.has_value();
    }
  }
  switch (value->type->layout) {
    case Layout::integer:
      *hash_value = as<Int>(value)->number;
      return true;
    case Layout::real:
      *hash_value = hash_number(as<Real>(value)->number);
      return true;
    case Layout::bytes:
      *hash_value = hash_text(as<ByteString>(value)->text);
      return true;
    case Layout::tuple: {
      std::uint64_t all = 0x345678;
      for (const Value& item : as<Tuple>(value)->items) {
        std::int64_t one = 0;
        if (!hash(item, &one)) return false;
        all = (all ^ static_cast<std::uint64_t>(one)) * 1000003 + 82520;
      }
      *hash_value = static_cast<std::int64_t>(all >> 1);
      return true;
    }
    case Layout::set:
      if (!value->type->is_subtype_of(types.frozenset.get())) break;
      *hash_value = 1927868237;
      for (const Table::Entry& entry : as<Set>(value)->table.entries()) {
        if (entry.key) *hash_value ^= entry.hash * 31;
      }
      return true;
    case Layout::list:
    case Layout::dict:
    case Layout::slice:
      break;
    default:
      *hash_value = identity_of(*value) / 16;
      return true;
  }
  raise("TypeError", fmt::format("unhashable type: '{}'", type_name(value)));
  return false;
}

std::int64_t Interpreter::length(const Value& value) {
  if (value->type->built_in) {
    if (const Str* const s = as<Str>(value)) return s->length();
    if (const ByteString* const s = as<ByteString>(value)) {
      return static_cast<std::int64_t>(s->text.size());
    }
    if (const Values* const items = sequence_items(value)) {
      return static_cast<std::int64_t>(items->size());
    }
  }
  const Value method = special(value, "__len__");
  if (is_python(method)) {
    Arguments self;
    self.positional.push_back(value);
    const Value result = call_now(method, std::move(self));
    if (!result) return -1;
    const auto number = index(result);
    if (!number) return -1;
    if (*number < 0) {
      raise("ValueError", "__len__() should return >= 0");
      return -1;
    }
    return *number;
  }
  if (const Str* const s = as<Str>(value)) return s->length();
  if (const Values* const items = sequence_items(value)) {
    return static_cast<std::int64_t>(items->size());
  }
  if (const Dict* const dict = as<Dict>(value)) return dict->table.size();
  if (const Set* const set = as<Set>(value)) return set->table.size();
  if (const Range* const range = as<Range>(value)) return range->count();
  if (const View* const view = as<View>(value)) return view->dict->table.size();
  if (const ByteString* const s = as<ByteString>(value)) {
    return static_cast<std::int64_t>(s->text.size());
  }
  raise("TypeError",
        fmt::format("object of type '{}' has no len()", type_name(value)));
  return -1;
}

}  // namespace drydock::userland::python
