// classes.cc — class statements, and the order in which bases are asked.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

/// The C3 linearisation of "The Python 2.3 method resolution order"; false
/// when there is none.
bool merge(std::vector<std::vector<Ref<Type>>> lists,
           std::vector<Ref<Type>>* order) {
  for (;;) {
    std::erase_if(lists, [](const auto& list) { return list.empty(); });
    if (lists.empty()) return true;
    Ref<Type> next;
    for (const auto& list : lists) {
      const Ref<Type>& candidate = list.front();
      const bool waits = std::ranges::any_of(lists, [&](const auto& other) {
        return std::find(other.begin() + 1, other.end(), candidate) !=
               other.end();
      });
      if (waits) continue;
      next = candidate;
      break;
    }
    if (!next) return false;
    order->push_back(next);
    for (auto& list : lists) {
      if (list.front() == next) list.erase(list.begin());
    }
  }
}

bool resolve_order(Interpreter& py, Type& type) {
  std::vector<std::vector<Ref<Type>>> lists;
  for (const Ref<Type>& base : type.bases) lists.push_back(base->mro);
  lists.push_back(type.bases);
  type.mro = {Ref<Type>(&type)};
  if (merge(std::move(lists), &type.mro)) return true;
  Strings names;
  for (const Ref<Type>& base : type.bases) names.push_back(base->name);
  py.raise("TypeError",
           fmt::format("Cannot create a consistent method resolution\norder "
                       "(MRO) for bases {}",
                       join(names, ", ")));
  return false;
}

/// The layout that all bases agree on.
bool common_layout(Interpreter& py, const std::vector<Ref<Type>>& bases,
                   Layout* layout) {
  *layout = Layout::plain;
  for (const Ref<Type>& base : bases) {
    if (!base->may_be_base) {
      py.raise(
          "TypeError",
          fmt::format("type '{}' is not an acceptable base type", base->name));
      return false;
    }
    if (base->layout == Layout::plain) continue;
    if (*layout != Layout::plain && *layout != base->layout) {
      py.raise("TypeError", "multiple bases have instance lay-out conflict");
      return false;
    }
    *layout = base->layout;
  }
  return true;
}

}  // namespace

Value new_class(Interpreter& py, Type& meta, std::string name, Values bases,
                Ref<Dict> names) {
  std::vector<Ref<Type>> types;
  for (const Value& base : bases) {
    Type* const type = as<Type>(base);
    if (!type) {
      return py.raise("TypeError", "metaclass conflict: bases must be types");
    }
    types.emplace_back(type);
  }
  if (types.empty()) types.push_back(py.types.object);
  Layout layout = Layout::plain;
  if (!common_layout(py, types, &layout)) return nullptr;
  if (names->table.find(py.intern("__getattribute__").get())) {
    return py.refuse("a __getattribute__ of one's own");
  }
  const Ref<Type> type =
      py.heap.make<Type>(&meta, py.heap, std::move(name), layout);
  type->built_in = false;
  type->bases = std::move(types);
  if (!resolve_order(py, *type)) return nullptr;
  type->fields = py.dict();
  for (const Table::Entry& entry : names->table.entries()) {
    if (!entry.key || !as<Str>(entry.key)) continue;
    type->fields->table.set(Ref<Str>(as<Str>(entry.key)), entry.value);
  }
  // __new__ is a static method even when nobody says so.
  const Ref<Str> maker = py.intern("__new__");
  const Value* const own = type->fields->table.find(maker.get());
  if (own && (*own)->type->layout == Layout::function) {
    const Ref<Wrapper> wrapper = py.heap.make<Wrapper>(
        py.types.static_method.get(), WrapperKind::static_method);
    wrapper->get = *own;
    type->fields->table.set(maker, wrapper);
  }
  // A class that compares by value is not hashable by identity.
  const Ref<Str> hash = py.intern("__hash__");
  if (type->fields->table.find(py.intern("__eq__").get()) &&
      !type->fields->table.find(hash.get())) {
    type->fields->table.set(hash, py.none);
  }
  return type;
}

Task<Value> make_class(Interpreter& py, Frame& frame, const Stmt& stmt) {
  Values bases;
  for (const ExprRef& expr : stmt.targets) {
    const bool starred = expr->kind == ExprKind::starred;
    const Expr& from = starred ? *expr->a : *expr;
    const Value base = co_await eval(py, frame, from);
    if (!base) co_return nullptr;
    if (!starred) {
      bases.push_back(base);
      continue;
    }
    const bool taken = co_await py.collect(base, &bases);
    if (!taken) co_return nullptr;
  }
  Value meta = py.types.type;
  for (const Value& base : bases) {
    const Type* const type = as<Type>(base);
    if (type && type->type->is_subtype_of(as<Type>(meta))) meta = type->type;
  }
  Arguments arguments;
  for (const Keyword& keyword : stmt.keywords) {
    const Value value = co_await eval(py, frame, *keyword.value);
    if (!value) co_return nullptr;
    if (keyword.name && keyword.name->text == "metaclass") {
      meta = value;
    } else {
      arguments.keywords.emplace_back(keyword.name, value);
    }
  }
  Frame body;
  body.code = stmt.code.get();
  body.scope = frame.scope;
  body.globals = frame.globals;
  body.names = py.dict();
  body.class_cell = std::make_shared<ClassCell>();
  const Value* const module =
      frame.globals->table.find(py.intern("__name__").get());
  body.names->table.set(py.intern("__module__"), module ? *module : py.none);
  body.names->table.set(py.intern("__qualname__"),
                        py.str(stmt.code->qualified_name));
  if (stmt.code->doc) {
    body.names->table.set(py.intern("__doc__"), stmt.code->doc);
  }
  body.back = std::exchange(py.frame, &body);
  const Flow flow = co_await execute_block(py, body, stmt.code->body);
  py.frame = body.back;
  if (flow == Flow::raised) {
    py.note(body);
    co_return nullptr;
  }
  arguments.positional = {py.str(stmt.id->text), py.tuple(std::move(bases)),
                          body.names};
  Value made = co_await py.call(meta, std::move(arguments));
  if (Type* const type = as<Type>(made)) body.class_cell->type = type;
  co_return made;
}

Value allocate(Interpreter& py, Type& type) {
  switch (type.layout) {
    case Layout::plain:
      return py.heap.make<Object>(&type);
    case Layout::list:
      return py.heap.make<List>(&type, Values());
    case Layout::dict:
      return py.heap.make<Dict>(&type);
    case Layout::set:
      return py.heap.make<Set>(&type);
    case Layout::exception:
      return py.heap.make<Exception>(&type);
    default:
      return py.raise("TypeError",
                      fmt::format("object.__new__({0}) is not safe, use "
                                  "{0}.__new__()",
                                  type.name));
  }
}

}  // namespace drydock::userland::python
