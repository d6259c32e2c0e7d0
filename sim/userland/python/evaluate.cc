// evaluate.cc — expressions.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

Value outer_slot(const Frame& frame, const Place& place) {
  const Scope* scope = frame.scope.get();
  for (std::int32_t i = 0; i < place.depth; ++i) scope = scope->up.get();
  return scope->slots[static_cast<std::size_t>(place.slot)];
}

Value global_name(Interpreter& py, const Frame& frame, const Str* id) {
  if (const Value* const found = frame.globals->table.find(id)) return *found;
  if (const Value* const found = py.builtins->table.find(id)) return *found;
  return nullptr;
}

Value quick_name(Interpreter& py, const Frame& frame, const Expr& expr) {
  const Place& place = expr.place;
  switch (place.kind) {
    case Place::Kind::local:
      return frame.scope->slots[static_cast<std::size_t>(place.slot)];
    case Place::Kind::outer:
      return outer_slot(frame, place);
    case Place::Kind::by_name:
      if (frame.names) {
        const Value* const found = frame.names->table.find(expr.id.get());
        if (found) return *found;
      }
      if (place.depth >= 0) return outer_slot(frame, place);
      break;
    case Place::Kind::global:
      break;
  }
  return global_name(py, frame, expr.id.get());
}

bool is_number(const Value& value) {
  return value->type->built_in && (value->type->layout == Layout::integer ||
                                   value->type->layout == Layout::real);
}

Value no_such_name(Interpreter& py, const Expr& expr) {
  const std::string& id = expr.id->text;
  if (expr.place.kind == Place::Kind::local) {
    return py.raise("UnboundLocalError",
                    fmt::format("local variable '{}' referenced before "
                                "assignment",
                                id));
  }
  if (expr.place.kind == Place::Kind::outer) {
    return py.raise("NameError",
                    fmt::format("free variable '{}' referenced before "
                                "assignment in enclosing scope",
                                id));
  }
  return py.raise("NameError", fmt::format("name '{}' is not defined", id));
}

/// A binary operation is quick when both sides are plain numbers: nothing can
/// be raised but by dividing, shifting or growing too large, which is left to
/// the slow way.
Value quick_binary(Interpreter& py, Frame& frame, const Expr& expr) {
  if (expr.op != Operator::add && expr.op != Operator::subtract &&
      expr.op != Operator::multiply) {
    return nullptr;
  }
  const Value a = quick(py, frame, *expr.a);
  if (!a || !is_number(a)) return nullptr;
  const Value b = quick(py, frame, *expr.b);
  if (!b || !is_number(b)) return nullptr;
  const Int* const x = as<Int>(a);
  const Int* const y = as<Int>(b);
  if (!x || !y) return nullptr;
  std::int64_t out = 0;
  const bool overflow =
      expr.op == Operator::add
          ? __builtin_add_overflow(x->number, y->number, &out)
      : expr.op == Operator::subtract
          ? __builtin_sub_overflow(x->number, y->number, &out)
          : __builtin_mul_overflow(x->number, y->number, &out);
  return overflow ? Value() : py.integer(out);
}

Value quick_compare(Interpreter& py, Frame& frame, const Expr& expr) {
  if (expr.ops.size() != 1) return nullptr;
  const Value a = quick(py, frame, *expr.a);
  if (!a) return nullptr;
  const Value b = quick(py, frame, *expr.items[0]);
  if (!b) return nullptr;
  if (expr.ops[0] == Operator::is) return py.boolean(a == b);
  if (expr.ops[0] == Operator::is_not) return py.boolean(!(a == b));
  const Int* const x = as<Int>(a);
  const Int* const y = as<Int>(b);
  if (!x || !y || !a->type->built_in || !b->type->built_in) return nullptr;
  switch (expr.ops[0]) {
    case Operator::equal:
      return py.boolean(x->number == y->number);
    case Operator::not_equal:
      return py.boolean(x->number != y->number);
    case Operator::less:
      return py.boolean(x->number < y->number);
    case Operator::less_equal:
      return py.boolean(x->number <= y->number);
    case Operator::greater:
      return py.boolean(x->number > y->number);
    case Operator::greater_equal:
      return py.boolean(x->number >= y->number);
    default:
      return nullptr;
  }
}

Value quick_subscript(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value of = quick(py, frame, *expr.a);
  if (!of || !of->type->built_in) return nullptr;
  const Values* const items = sequence_items(of);
  if (!items) return nullptr;
  const Value key = quick(py, frame, *expr.b);
  const Int* const index = as<Int>(key);
  if (!index) return nullptr;
  const auto count = static_cast<std::int64_t>(items->size());
  const std::int64_t at = index->number + (index->number < 0 ? count : 0);
  if (at < 0 || at >= count) return nullptr;
  return (*items)[static_cast<std::size_t>(at)];
}

Value quick_attribute(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value of = quick(py, frame, *expr.a);
  if (!of) return nullptr;
  const Interpreter::Found found = py.find_attribute(of, expr.id.get());
  return found.kind == Interpreter::Found::Kind::value ? found.value : Value();
}

// --- The slow ways ---------------------------------------------------------

/// Evaluates items, unpacking *starred ones, behind what is in `into`.
Task<bool> eval_items(Interpreter& py, Frame& frame,
                      const std::vector<ExprRef>& items, Values* into) {
  for (const ExprRef& item : items) {
    const bool starred = item->kind == ExprKind::starred;
    const Expr& expr = starred ? *item->a : *item;
    const Value value = co_await eval(py, frame, expr);
    if (!value) co_return false;
    if (!starred) {
      into->push_back(value);
      continue;
    }
    const bool taken = co_await py.collect(value, into);
    if (!taken) co_return false;
  }
  co_return true;
}

Task<Value> eval_sequence(Interpreter& py, Frame& frame, const Expr& expr) {
  Values items;
  items.reserve(expr.items.size());
  const bool taken = co_await eval_items(py, frame, expr.items, &items);
  if (!taken) co_return nullptr;
  if (expr.kind == ExprKind::tuple) co_return py.tuple(std::move(items));
  if (expr.kind == ExprKind::list) co_return py.list(std::move(items));
  const Ref<Set> set = py.heap.make<Set>(py.types.set.get());
  for (const Value& item : items) {
    std::int64_t hash = 0;
    if (!py.hash(item, &hash)) co_return nullptr;
    bool ok = true;
    if (set->table.find(py, item, hash, &ok) < 0 && ok) {
      set->table.insert(item, hash, py.none);
    }
    if (!ok) co_return nullptr;
  }
  co_return set;
}

Task<Value> eval_dict(Interpreter& py, Frame& frame, const Expr& expr) {
  const Ref<Dict> dict = py.dict();
  for (std::size_t i = 0; i < expr.items.size(); i += 2) {
    // 3.4 evaluates the value before its key.
    const Value value = co_await eval(py, frame, *expr.items[i + 1]);
    if (!value) co_return nullptr;
    const Value key = co_await eval(py, frame, *expr.items[i]);
    if (!key) co_return nullptr;
    const bool set = co_await py.set_item(dict, key, value);
    if (!set) co_return nullptr;
  }
  co_return dict;
}

Task<Value> eval_unary(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value a = co_await eval(py, frame, *expr.a);
  if (!a) co_return nullptr;
  if (expr.op == Operator::logical_not) {
    const int truth = py.truth(a);
    if (truth < 0) co_return nullptr;
    co_return py.boolean(truth == 0);
  }
  co_return co_await py.unary(expr.op, a);
}

Task<Value> eval_binary(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value a = co_await eval(py, frame, *expr.a);
  if (!a) co_return nullptr;
  const Value b = co_await eval(py, frame, *expr.b);
  if (!b) co_return nullptr;
  if (a->type->built_in && b->type->built_in) {
    bool known = false;
    Value result = py.binary_now(expr.op, a, b, &known);
    if (known) co_return result;
  }
  co_return co_await py.binary(expr.op, a, b, false);
}

Task<Value> eval_boolean(Interpreter& py, Frame& frame, const Expr& expr) {
  Value value;
  for (std::size_t i = 0; i < expr.items.size(); ++i) {
    value = co_await eval(py, frame, *expr.items[i]);
    if (!value) co_return nullptr;
    if (i + 1 == expr.items.size()) break;
    const int truth = py.truth(value);
    if (truth < 0) co_return nullptr;
    if ((truth == 1) == (expr.kind == ExprKind::either)) break;
  }
  co_return value;
}

Task<Value> eval_compare(Interpreter& py, Frame& frame, const Expr& expr) {
  Value left = co_await eval(py, frame, *expr.a);
  if (!left) co_return nullptr;
  Value result;
  for (std::size_t i = 0; i < expr.ops.size(); ++i) {
    const Value right = co_await eval(py, frame, *expr.items[i]);
    if (!right) co_return nullptr;
    result = co_await py.compare_any(expr.ops[i], left, right);
    if (!result || i + 1 == expr.ops.size()) break;
    const int truth = py.truth(result);
    if (truth < 0) co_return nullptr;
    if (truth == 0) break;
    left = right;
  }
  co_return result;
}

/// f(**mapping).
Task<bool> add_mapping(Interpreter& py, Value mapping, Arguments* arguments) {
  const Dict* const dict = as<Dict>(mapping);
  if (!dict) {
    py.raise("TypeError",
             fmt::format("argument after ** must be a mapping, not {}",
                         Interpreter::type_name(mapping)));
    co_return false;
  }
  for (const Table::Entry& entry : dict->table.entries()) {
    if (!entry.key) continue;
    if (!as<Str>(entry.key)) {
      py.raise("TypeError", "keywords must be strings");
      co_return false;
    }
    Ref<Str> name(as<Str>(entry.key));
    if (!name->interned) name = py.intern(name->text);
    for (const auto& [other, value] : arguments->keywords) {
      if (other == name) {
        py.raise("TypeError",
                 fmt::format("got multiple values for keyword argument '{}'",
                             name->text));
        co_return false;
      }
    }
    arguments->keywords.emplace_back(name, entry.value);
  }
  co_return true;
}

Task<bool> eval_arguments(Interpreter& py, Frame& frame, const Expr& expr,
                          Arguments* arguments) {
  const bool taken =
      co_await eval_items(py, frame, expr.items, &arguments->positional);
  if (!taken) co_return false;
  for (const Keyword& keyword : expr.keywords) {
    const Value value = co_await eval(py, frame, *keyword.value);
    if (!value) co_return false;
    if (keyword.name) {
      arguments->keywords.emplace_back(keyword.name, value);
      continue;
    }
    const bool added = co_await add_mapping(py, value, arguments);
    if (!added) co_return false;
  }
  co_return true;
}

Task<Value> eval_call(Interpreter& py, Frame& frame, const Expr& expr) {
  Value callee;
  Arguments arguments;
  if (expr.a->kind == ExprKind::attribute) {
    // obj.method(...) needs no bound method in between.
    const Value of = co_await eval(py, frame, *expr.a->a);
    if (!of) co_return nullptr;
    const auto found = py.find_attribute(of, expr.a->id.get());
    if (found.kind == Interpreter::Found::Kind::method) {
      callee = found.value;
      arguments.positional.push_back(found.self);
    } else if (found.kind == Interpreter::Found::Kind::value) {
      callee = found.value;
    } else {
      callee = co_await py.get_attribute(of, expr.a->id);
    }
  } else {
    callee = co_await eval(py, frame, *expr.a);
  }
  if (!callee) co_return nullptr;
  const bool taken = co_await eval_arguments(py, frame, expr, &arguments);
  if (!taken) co_return nullptr;
  frame.line = expr.line;
  co_return co_await invoke(py, callee, arguments);
}

Task<Value> eval_attribute(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value of = co_await eval(py, frame, *expr.a);
  if (!of) co_return nullptr;
  co_return co_await py.get_attribute(of, expr.id);
}

Task<Value> eval_subscript(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value of = co_await eval(py, frame, *expr.a);
  if (!of) co_return nullptr;
  const Value key = co_await eval(py, frame, *expr.b);
  if (!key) co_return nullptr;
  co_return co_await py.subscript(of, key);
}

Task<Value> eval_slice(Interpreter& py, Frame& frame, const Expr& expr) {
  Value parts[3] = {py.none, py.none, py.none};
  const Expr* const from[3] = {expr.a.get(), expr.b.get(), expr.c.get()};
  for (int i = 0; i < 3; ++i) {
    if (!from[i]) continue;
    const Value part = co_await eval(py, frame, *from[i]);
    if (!part) co_return nullptr;
    parts[i] = part;
  }
  co_return py.heap.make<Slice>(py.types.slice.get(), parts[0], parts[1],
                                parts[2]);
}

Task<Value> eval_conditional(Interpreter& py, Frame& frame, const Expr& expr) {
  const Value test = co_await eval(py, frame, *expr.b);
  if (!test) co_return nullptr;
  const int truth = py.truth(test);
  if (truth < 0) co_return nullptr;
  const Expr& chosen = truth ? *expr.a : *expr.c;
  co_return co_await eval(py, frame, chosen);
}

Task<Value> eval_lambda(Interpreter& py, Frame& frame, const Expr& expr) {
  const Ref<Function> function = make_function(py, frame, expr.code);
  const bool taken =
      co_await eval_items(py, frame, expr.items, &function->defaults);
  if (!taken) co_return nullptr;
  for (const Keyword& keyword : expr.keywords) {
    const Value value = co_await eval(py, frame, *keyword.value);
    if (!value) co_return nullptr;
    function->keyword_defaults.emplace_back(keyword.name, value);
  }
  co_return function;
}

Task<Value> eval_comprehension(Interpreter& py, Frame& frame,
                               const Expr& expr) {
  const Value over = co_await eval(py, frame, *expr.a);
  if (!over) co_return nullptr;
  const Value iterator = co_await py.iterate(over);
  if (!iterator) co_return nullptr;
  const Ref<Function> function = make_function(py, frame, expr.code);
  Arguments arguments;
  arguments.positional.push_back(iterator);
  co_return co_await call_function(py, function, std::move(arguments));
}

Task<Value> eval_name(Interpreter& py, Frame& frame, const Expr& expr) {
  Value value = quick_name(py, frame, expr);
  co_return value ? value : no_such_name(py, expr);
}

Task<Value> eval_starred(Interpreter& py) {
  co_return py.raise("SyntaxError",
                     "can use starred expression only as assignment target");
}

}  // namespace

Value quick(Interpreter& py, Frame& frame, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::constant:
      return expr.value;
    case ExprKind::name:
      return quick_name(py, frame, expr);
    case ExprKind::binary:
      return quick_binary(py, frame, expr);
    case ExprKind::compare:
      return quick_compare(py, frame, expr);
    case ExprKind::subscript:
      return quick_subscript(py, frame, expr);
    case ExprKind::attribute:
      return quick_attribute(py, frame, expr);
    default:
      return nullptr;
  }
}

Task<Value> evaluate(Interpreter& py, Frame& frame, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::constant:
    case ExprKind::name:
      return eval_name(py, frame, expr);
    case ExprKind::tuple:
    case ExprKind::list:
    case ExprKind::set:
      return eval_sequence(py, frame, expr);
    case ExprKind::dict:
      return eval_dict(py, frame, expr);
    case ExprKind::unary:
      return eval_unary(py, frame, expr);
    case ExprKind::binary:
      return eval_binary(py, frame, expr);
    case ExprKind::both:
    case ExprKind::either:
      return eval_boolean(py, frame, expr);
    case ExprKind::compare:
      return eval_compare(py, frame, expr);
    case ExprKind::call:
      return eval_call(py, frame, expr);
    case ExprKind::attribute:
      return eval_attribute(py, frame, expr);
    case ExprKind::subscript:
      return eval_subscript(py, frame, expr);
    case ExprKind::slice:
      return eval_slice(py, frame, expr);
    case ExprKind::conditional:
      return eval_conditional(py, frame, expr);
    case ExprKind::lambda:
      return eval_lambda(py, frame, expr);
    case ExprKind::comprehension:
      return eval_comprehension(py, frame, expr);
    case ExprKind::starred:
      return eval_starred(py);
    case ExprKind::yield:
    case ExprKind::yield_from:
      return eval_yield(py, frame, expr);
  }
  return eval_starred(py);
}

}  // namespace drydock::userland::python
