// types_object.cc — object, type, property and its kin, super, iterators.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

bool overrides(Interpreter& py, const Type& type, std::string_view name) {
  const Value found = type.find(py.intern(name).get());
  const Wrapper* const wrapper = as<Wrapper>(found);
  const Value& inner = wrapper ? wrapper->get : found;
  return inner && inner->type->layout != Layout::native;
}

Value object_new(NativeCall& call) {
  Type* const type = as<Type>(call.args[0]);
  if (!type)
    return call.py.raise("TypeError",
                         "object.__new__(X): X is not a "
                         "type object");
  const bool more = call.count() > 1 || !call.given.keywords.empty();
  if (more && type->layout == Layout::plain &&
      !overrides(call.py, *type, "__init__")) {
    return call.py.raise("TypeError", "object() takes no parameters");
  }
  return allocate(call.py, *type);
}

Value object_init(NativeCall& call) { return call.py.none; }

Value object_repr(NativeCall& call) {
  const auto text = call.py.repr(call.args[0]);
  return text ? call.py.str(*text) : nullptr;
}

Value object_str(NativeCall& call) {
  const auto text = call.py.repr(call.args[0]);
  return text ? call.py.str(*text) : nullptr;
}

Value object_eq(NativeCall& call) {
  if (call.args[0] == call.args[1]) return call.py.yes;
  return call.py.not_implemented;
}

Value object_hash(NativeCall& call) {
  return call.py.integer(identity_of(*call.args[0]) / 16);
}

Value object_format(NativeCall& call) {
  const Str* const spec = as<Str>(call.args[1]);
  const auto text = format_value(call.py, call.args[0], spec ? spec->text : "");
  return text ? call.py.str(*text) : nullptr;
}

Task<Value> object_setattr(NativeCall call) {
  // What object does, below any __setattr__ written in Python.
  const Value of = call.args[0];
  const Str* const name = as<Str>(call.args[1]);
  if (!name)
    co_return call.py.raise("TypeError", "attribute name must be string");
  if (!Interpreter::has_fields(*of)) {
    const Ref<Str> id = call.py.intern(name->text);
    const bool set = co_await call.py.set_attribute(of, id, call.args[2]);
    co_return set ? call.py.none : nullptr;
  }
  const Value descriptor = of->type->find(name);
  const Wrapper* const property = as<Wrapper>(descriptor);
  if (property && property->kind == WrapperKind::property && property->set) {
    Arguments given;
    given.positional = {of, call.args[2]};
    co_return co_await call.py.call(property->set, std::move(given));
  }
  call.py.set(*of, name->text, call.args[2]);
  co_return call.py.none;
}

Value object_delattr(NativeCall& call) {
  const Str* const name = as<Str>(call.args[1]);
  const Value& of = call.args[0];
  if (name && of->fields && of->fields->table.erase(name)) {
    return call.py.none;
  }
  return call.py.raise("AttributeError", name ? name->text : "?");
}

constexpr NativeRow kObject[] = {
    {"__new__", 1, -1, object_new, nullptr, true},
    {"__init__", 1, -1, object_init, nullptr, true},
    {"__repr__", 1, 1, object_repr},
    {"__str__", 1, 1, object_str},
    {"__eq__", 2, 2, object_eq},
    {"__hash__", 1, 1, object_hash},
    {"__format__", 2, 2, object_format},
    {"__setattr__", 3, 3, nullptr, object_setattr},
    {"__delattr__", 2, 2, object_delattr},
};

// --- type ------------------------------------------------------------------

Value type_new(NativeCall& call) {
  Type* const meta = as<Type>(call.args[0]);
  if (call.count() == 2) return Value(call.args[1]->type);
  const Str* const name = as<Str>(call.arg(1));
  const Tuple* const bases = as<Tuple>(call.arg(2));
  Dict* const names = as<Dict>(call.arg(3));
  if (!name || !bases || !names) {
    return call.py.raise("TypeError", "type() takes 1 or 3 arguments");
  }
  return new_class(call.py, *meta, name->text, bases->items, Ref<Dict>(names));
}

Value type_init(NativeCall& call) { return call.py.none; }

Value type_mro(NativeCall& call) {
  Values all;
  for (const Ref<Type>& each : as<Type>(call.args[0])->mro) {
    all.push_back(each);
  }
  return call.py.list(std::move(all));
}

Task<Value> type_call(NativeCall call) {
  // super().__call__ of a metaclass: as if it had no __call__ of its own.
  Type* const type = as<Type>(call.args[0]);
  Arguments rest = call.given;
  rest.positional.erase(rest.positional.begin());
  const Ref<Type> meta = type->type;
  type->type = call.py.types.type;
  const Value made = co_await call.py.call(call.args[0], std::move(rest));
  type->type = meta;
  co_return made;
}

constexpr NativeRow kType[] = {
    {"__new__", 2, 4, type_new, nullptr, true},
    {"__init__", 1, -1, type_init, nullptr, true},
    {"__call__", 1, -1, nullptr, type_call, true},
    {"mro", 1, 1, type_mro},
};

// --- property, staticmethod, classmethod -----------------------------------

Ref<Wrapper> make_wrapper(Interpreter& py, WrapperKind kind) {
  const Ref<Type>& type = kind == WrapperKind::property ? py.types.property
                          : kind == WrapperKind::static_method
                              ? py.types.static_method
                              : py.types.class_method;
  return py.heap.make<Wrapper>(type.get(), kind);
}

Value property_new(NativeCall& call) {
  const Ref<Wrapper> made = make_wrapper(call.py, WrapperKind::property);
  made->get = call.take(1, "fget");
  made->set = call.take(2, "fset");
  made->remove = call.take(3, "fdel");
  made->doc = call.take(4, "doc");
  if (!call.no_more_keywords()) return nullptr;
  const Function* const getter = as<Function>(made->get);
  if (!made->doc && getter && getter->fields) {
    const Value* const doc =
        getter->fields->table.find(call.py.intern("__doc__").get());
    if (doc) made->doc = *doc;
  }
  return made;
}

Value property_copy(NativeCall& call, Value Wrapper::*part) {
  const Wrapper& old = *as<Wrapper>(call.args[0]);
  const Ref<Wrapper> made = make_wrapper(call.py, WrapperKind::property);
  made->get = old.get;
  made->set = old.set;
  made->remove = old.remove;
  made->doc = old.doc;
  (*made).*part = call.args[1];
  return made;
}
Value property_getter(NativeCall& call) {
  return property_copy(call, &Wrapper::get);
}
Value property_setter(NativeCall& call) {
  return property_copy(call, &Wrapper::set);
}
Value property_deleter(NativeCall& call) {
  return property_copy(call, &Wrapper::remove);
}

constexpr NativeRow kProperty[] = {
    {"__new__", 1, 5, property_new, nullptr, true},
    {"getter", 2, 2, property_getter},
    {"setter", 2, 2, property_setter},
    {"deleter", 2, 2, property_deleter},
};

Value static_new(NativeCall& call) {
  const Ref<Wrapper> made = make_wrapper(call.py, WrapperKind::static_method);
  made->get = call.args[1];
  return made;
}
Value class_method_new(NativeCall& call) {
  const Ref<Wrapper> made = make_wrapper(call.py, WrapperKind::class_method);
  made->get = call.args[1];
  return made;
}
constexpr NativeRow kStatic[] = {{"__new__", 2, 2, static_new}};
constexpr NativeRow kClassMethod[] = {{"__new__", 2, 2, class_method_new}};

// --- super -----------------------------------------------------------------

Value super_new(NativeCall& call) {
  Interpreter& py = call.py;
  Type* after = as<Type>(call.arg(1));
  Value self = call.arg(2);
  if (call.count() == 1) {
    const Frame* const frame = py.frame;
    if (!frame || !frame->class_cell || !frame->class_cell->type ||
        !frame->scope || frame->scope->slots.empty()) {
      return py.raise("RuntimeError", "super(): no arguments");
    }
    after = frame->class_cell->type;
    self = frame->scope->slots[0];
  }
  if (!after || !self) {
    return py.raise("TypeError", "super() argument 1 must be type");
  }
  Type* start = self->type.get();
  Type* const as_type = as<Type>(self);
  if (as_type && as_type->is_subtype_of(after)) start = as_type;
  if (!start->is_subtype_of(after)) {
    return py.raise("TypeError",
                    "super(type, obj): obj must be an instance or subtype of "
                    "type");
  }
  return py.heap.make<Super>(py.types.super.get(), Ref<Type>(after), self,
                             Ref<Type>(start));
}
constexpr NativeRow kSuper[] = {{"__new__", 1, 3, super_new}};

// --- Iterators and generators ----------------------------------------------

Task<Value> any_next(NativeCall call) {
  const Value it = call.args[0];
  const Value item = co_await call.py.next(it);
  if (!item && !call.py.raised) {
    call.py.raise("StopIteration", "");
  }
  co_return item;
}

Value any_iter(NativeCall& call) { return call.args[0]; }

Task<Value> generator_send(NativeCall call) {
  Generator* const generator = as<Generator>(call.args[0]);
  const Ref<Generator> held(generator);
  const Value item = co_await resume(call.py, held, call.args[1], nullptr);
  if (!item && !call.py.raised) call.py.raise("StopIteration", "");
  co_return item;
}

Task<Value> generator_throw(NativeCall call) {
  Value thrown = call.count() > 2 ? call.args[2] : call.args[1];
  if (as<Type>(thrown)) {
    Arguments none;
    thrown = co_await call.py.call(thrown, std::move(none));
    if (!thrown) co_return nullptr;
  }
  Exception* const exception = as<Exception>(thrown);
  if (!exception) {
    co_return call.py.raise("TypeError",
                            "exceptions must be classes or instances deriving "
                            "from BaseException");
  }
  const Ref<Generator> held(as<Generator>(call.args[0]));
  const Ref<Exception> what(exception);
  const Value item = co_await resume(call.py, held, nullptr, what);
  if (!item && !call.py.raised) call.py.raise("StopIteration", "");
  co_return item;
}

Task<Value> generator_close(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<Generator> held(as<Generator>(call.args[0]));
  if (held->finished) co_return py.none;
  const Ref<Exception> exit =
      py.make_exception(*py.exception_type("GeneratorExit"), Values());
  const Value item = co_await resume(py, held, nullptr, exit);
  if (item) {
    co_return py.raise("RuntimeError", "generator ignored GeneratorExit");
  }
  if (py.raised_is("GeneratorExit")) py.raised = nullptr;
  co_return py.raised ? nullptr : py.none;
}

constexpr NativeRow kIterator[] = {
    {"__next__", 1, 1, nullptr, any_next},
    {"__iter__", 1, 1, any_iter},
};
constexpr NativeRow kGenerator[] = {
    {"__next__", 1, 1, nullptr, any_next},
    {"__iter__", 1, 1, any_iter},
    {"send", 2, 2, nullptr, generator_send},
    {"throw", 2, 4, nullptr, generator_throw},
    {"close", 1, 1, nullptr, generator_close},
};

Value slice_new(NativeCall& call) {
  Interpreter& py = call.py;
  const bool one = call.count() == 2;
  return py.heap.make<Slice>(py.types.slice.get(), one ? py.none : call.args[1],
                             one ? call.args[1] : call.args[2],
                             call.count() > 3 ? call.args[3] : py.none);
}
constexpr NativeRow kSlice[] = {{"__new__", 2, 4, slice_new}};

}  // namespace

void add_object_methods(Interpreter& py) {
  py.add_functions(*py.types.object, kObject);
  py.add_functions(*py.types.type, kType);
  py.add_functions(*py.types.property, kProperty);
  py.add_functions(*py.types.static_method, kStatic);
  py.add_functions(*py.types.class_method, kClassMethod);
  py.add_functions(*py.types.super, kSuper);
  py.add_functions(*py.types.iterator, kIterator);
  py.add_functions(*py.types.generator, kGenerator);
  py.add_functions(*py.types.slice, kSlice);
}

}  // namespace drydock::userland::python
