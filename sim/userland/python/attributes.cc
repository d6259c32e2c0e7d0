// attributes.cc — OBJECT.NAME: where attributes are looked for, in what order.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

using Found = Interpreter::Found;
using Kind = Found::Kind;

/// What an attribute of a class is for an instance of it.
Found bound(Interpreter& py, const Value& attribute, const Value& self) {
  switch (attribute->type->layout) {
    case Layout::function:
      return {Kind::method, attribute, self};
    case Layout::native:
      if (static_cast<NativeFunction&>(*attribute).owner.empty()) break;
      return {Kind::method, attribute, self};
    case Layout::wrapper: {
      const auto& wrapper = static_cast<const Wrapper&>(*attribute);
      if (wrapper.kind == WrapperKind::static_method) {
        return {Kind::value, wrapper.get, nullptr};
      }
      if (wrapper.kind == WrapperKind::class_method) {
        const bool is_type = self->type->layout == Layout::type;
        return {Kind::method, wrapper.get, is_type ? self : Value(self->type)};
      }
      return {Kind::property, attribute, self};
    }
    default:
      if (!attribute->type->built_in &&
          attribute->type->find(py.intern("__get__").get())) {
        return {Kind::descriptor, attribute, self};
      }
      break;
  }
  return {Kind::value, attribute, nullptr};
}

Found find_in_type(Interpreter& py, const Value& of, const Str* name) {
  Type& type = static_cast<Type&>(*of);
  if (const Value found = type.find(name)) {
    const auto* const wrapper = as<Wrapper>(found);
    if (!wrapper && !found->type->built_in &&
        found->type->find(py.intern("__get__").get())) {
      return {Kind::descriptor, found, of};
    }
    if (!wrapper) return {Kind::value, found, nullptr};
    if (wrapper->kind == WrapperKind::property) {
      return {Kind::value, found, nullptr};
    }
    return bound(py, found, of);
  }
  if (const Value found = type.type->find(name)) return bound(py, found, of);
  if (Value value = py.built_in_attribute(of, name->text)) {
    return {Kind::value, std::move(value), nullptr};
  }
  return {};
}

Found find_in_super(Interpreter& py, const Super& super, const Str* name) {
  bool behind = false;
  for (const Ref<Type>& each : super.start->mro) {
    if (!behind) {
      behind = each == super.after;
      continue;
    }
    if (!each->fields) continue;
    const Value* const found = each->fields->table.find(name);
    if (!found) continue;
    if ((*found)->type->layout == Layout::wrapper &&
        static_cast<Wrapper&>(**found).kind == WrapperKind::class_method) {
      const bool is_type = super.self->type->layout == Layout::type;
      return {Kind::method, static_cast<Wrapper&>(**found).get,
              is_type ? super.self : Value(super.start)};
    }
    return bound(py, *found, super.self);
  }
  return {};
}

bool is_data_descriptor(Interpreter& py, const Value& attribute) {
  const Wrapper* const wrapper = as<Wrapper>(attribute);
  if (wrapper) return wrapper->kind == WrapperKind::property;
  return !attribute->type->built_in &&
         attribute->type->find(py.intern("__set__").get());
}

Value text_or_none(Interpreter& py, const Object& of, std::string_view name) {
  if (of.fields) {
    const Value* const found = of.fields->table.find(py.intern(name).get());
    if (found) return *found;
  }
  return py.none;
}

Value function_attribute(Interpreter& py, const Function& function,
                         std::string_view name) {
  if (name == "__name__") return py.str(function.name);
  if (name == "__qualname__") return py.str(function.qualified_name);
  if (name == "__doc__") return text_or_none(py, function, "__doc__");
  if (name == "__globals__") return function.globals;
  if (name == "__module__") {
    const Value* const module =
        function.globals->table.find(py.intern("__name__").get());
    return module ? *module : py.none;
  }
  if (name == "__defaults__") {
    return function.defaults.empty() ? py.none : py.tuple(function.defaults);
  }
  return nullptr;
}

Value type_attribute(Interpreter& py, const Type& type, std::string_view name) {
  if (name == "__name__" || name == "__qualname__") return py.str(type.name);
  if (name == "__doc__") return text_or_none(py, type, "__doc__");
  if (name == "__module__") return py.str("builtins");
  if (name == "__mro__" || name == "__bases__") {
    Values all;
    for (const Ref<Type>& each : name == "__mro__" ? type.mro : type.bases) {
      all.push_back(each);
    }
    return py.tuple(std::move(all));
  }
  if (name == "__base__") {
    return type.bases.empty() ? py.none : Value(type.bases[0]);
  }
  return nullptr;
}

Value exception_attribute(Interpreter& py, const Exception& exception,
                          std::string_view name) {
  const auto or_none = [&](const Value& value) {
    return value ? value : py.none;
  };
  if (name == "args") return py.tuple(exception.arguments);
  if (name == "__cause__") return or_none(exception.cause);
  if (name == "__context__") return or_none(exception.context);
  if (name == "__traceback__") return py.none;
  if (name == "value" &&
      exception.type->is_subtype_of(py.exception_type("StopIteration"))) {
    return exception.arguments.empty() ? py.none : exception.arguments[0];
  }
  if (name == "code" &&
      exception.type->is_subtype_of(py.exception_type("SystemExit"))) {
    return exception.arguments.empty() ? py.none : exception.arguments[0];
  }
  return nullptr;
}

Value wrapper_attribute(Interpreter& py, const Wrapper& wrapper,
                        std::string_view name) {
  const auto or_none = [&](const Value& value) {
    return value ? value : py.none;
  };
  if (name == "fget") return or_none(wrapper.get);
  if (name == "fset") return or_none(wrapper.set);
  if (name == "fdel") return or_none(wrapper.remove);
  if (name == "__func__") return or_none(wrapper.get);
  if (name == "__doc__") return or_none(wrapper.doc);
  return nullptr;
}

}  // namespace

Value Interpreter::built_in_attribute(const Value& of, std::string_view name) {
  if (name == "__class__") return Value(of->type);
  if (name == "__dict__" && (has_fields(*of) || of->fields)) {
    if (!of->fields) of->fields = dict();
    return of->fields;
  }
  Value found;
  if (const Function* const function = as<Function>(of)) {
    found = function_attribute(*this, *function, name);
  } else if (const Type* const type = as<Type>(of)) {
    found = type_attribute(*this, *type, name);
  } else if (const Exception* const exception = as<Exception>(of)) {
    found = exception_attribute(*this, *exception, name);
  } else if (const Wrapper* const wrapper = as<Wrapper>(of)) {
    found = wrapper_attribute(*this, *wrapper, name);
  } else if (const NativeFunction* const native = as<NativeFunction>(of)) {
    if (name == "__name__" || name == "__qualname__") {
      found = str(native->row.name);
    }
  } else if (const Method* const method = as<Method>(of)) {
    if (name == "__self__") return method->self;
    if (name == "__func__") return method->function;
    const Found inner = find_attribute(method->function, intern(name).get());
    found = inner.value;
  } else if (const Slice* const slice = as<Slice>(of)) {
    if (name == "start") return slice->start;
    if (name == "stop") return slice->stop;
    if (name == "step") return slice->step;
  } else if (const Range* const range = as<Range>(of)) {
    if (name == "start") return integer(range->start);
    if (name == "stop") return integer(range->stop);
    if (name == "step") return integer(range->step);
  }
  if (!found && name == "__doc__") return none;
  return found;
}

bool Interpreter::has_fields(const Object& object) {
  if (!object.type->built_in) return true;
  switch (object.type->layout) {
    case Layout::function:
    case Layout::module:
    case Layout::exception:
      return true;
    case Layout::type:
      return !static_cast<const Type&>(object).built_in;
    default:
      return false;
  }
}

Found Interpreter::find_attribute(const Value& of, const Str* name) {
  if (of->type->layout == Layout::type) return find_in_type(*this, of, name);
  if (const Super* const super = as<Super>(of)) {
    Found found = find_in_super(*this, *super, name);
    if (found.kind != Kind::nothing) return found;
  }
  const Value of_type = of->type->find(name);
  if (of_type && is_data_descriptor(*this, of_type)) {
    return bound(*this, of_type, of);
  }
  if (of->fields) {
    const Value* const own = of->fields->table.find(name);
    if (own) return {Kind::value, *own, nullptr};
  }
  if (of_type) return bound(*this, of_type, of);
  if (Value value = built_in_attribute(of, name->text)) {
    return {Kind::value, std::move(value), nullptr};
  }
  return {};
}

Value Interpreter::special(const Value& of, std::string_view name) {
  Value found = of->type->find(intern(name).get());
  if (const Wrapper* const wrapper = as<Wrapper>(found)) {
    if (wrapper->kind == WrapperKind::static_method) return wrapper->get;
  }
  return found;
}

Value Interpreter::bind(const Value& attribute, const Value& self) {
  return heap.make<Method>(types.method.get(), self, attribute);
}

Task<Value> Interpreter::get_attribute(Value of, Ref<Str> name) {
  const Found found = find_attribute(of, name.get());
  switch (found.kind) {
    case Kind::value: {
      co_return found.value;
    }
    case Kind::method: {
      co_return bind(found.value, found.self);
    }
    case Kind::property: {
      const Value getter = as<Wrapper>(found.value)->get;
      if (!getter || getter == none) {
        co_return raise("AttributeError", "unreadable attribute");
      }
      Arguments self;
      self.positional.push_back(of);
      co_return co_await call(getter, std::move(self));
    }
    case Kind::descriptor: {
      Arguments given;
      const bool of_class = of->type->layout == Layout::type;
      given.positional = {found.value, of_class ? none : of,
                          of_class ? of : Value(of->type)};
      const Value getter = special(found.value, "__get__");
      co_return co_await call(getter, std::move(given));
    }
    case Kind::nothing:
      break;
  }
  if (const Value fallback = special(of, "__getattr__")) {
    Arguments given;
    given.positional = {of, name};
    co_return co_await call(fallback, std::move(given));
  }
  if (const Type* const type = as<Type>(of)) {
    co_return raise("AttributeError",
                    fmt::format("type object '{}' has no attribute '{}'",
                                type->name, name->text));
  }
  co_return raise("AttributeError",
                  fmt::format("'{}' object has no attribute '{}'",
                              type_name(of), name->text));
}

namespace {

bool set_built_in(Interpreter& py, const Value& of, const Ref<Str>& name,
                  const Value& value) {
  Function* const function = as<Function>(of);
  if (function && (name->text == "__name__" || name->text == "__qualname__")) {
    const Str* const text = as<Str>(value);
    if (!text) {
      py.raise("TypeError",
               fmt::format("{} must be set to a string object", name->text));
      return true;
    }
    (name->text == "__name__" ? function->name : function->qualified_name) =
        text->text;
    return true;
  }
  Exception* const exception = as<Exception>(of);
  if (!exception) return false;
  if (name->text == "args") {
    const Values* const items = sequence_items(value);
    if (items) exception->arguments = *items;
    return items != nullptr;
  }
  if (name->text == "__cause__") exception->cause = value;
  if (name->text == "__context__") exception->context = value;
  return name->text == "__cause__" || name->text == "__context__";
}

std::string no_such_attribute(const Value& of, const Ref<Str>& name) {
  return fmt::format("'{}' object has no attribute '{}'",
                     Interpreter::type_name(of), name->text);
}

}  // namespace

Task<bool> Interpreter::set_attribute(Value of, Ref<Str> name, Value value) {
  Arguments given;
  const bool is_type = of->type->layout == Layout::type;
  const Value hook = special(of, "__setattr__");
  if (hook && hook->type->layout == Layout::function) {
    given.positional = {of, name, value};
    const Value done = co_await call(hook, std::move(given));
    co_return bool(done);
  }
  const Value descriptor = is_type ? Value() : of->type->find(name.get());
  if (const Wrapper* const property = as<Wrapper>(descriptor)) {
    if (property->kind == WrapperKind::property) {
      if (!property->set || property->set == none) {
        raise("AttributeError", "can't set attribute");
        co_return false;
      }
      given.positional = {of, value};
      const Value done = co_await call(property->set, std::move(given));
      co_return bool(done);
    }
  } else if (descriptor && is_data_descriptor(*this, descriptor)) {
    given.positional = {descriptor, of, value};
    const Value setter = special(descriptor, "__set__");
    const Value done = co_await call(setter, std::move(given));
    co_return bool(done);
  }
  if (set_built_in(*this, of, name, value)) co_return !raised;
  if (!has_fields(*of)) {
    if (is_type) {
      raise("TypeError",
            fmt::format("can't set attributes of built-in/extension type '{}'",
                        static_cast<Type&>(*of).name));
    } else if (find_attribute(of, name.get()).kind != Kind::nothing) {
      raise("AttributeError",
            fmt::format("'{}' object attribute '{}' is read-only",
                        type_name(of), name->text));
    } else {
      raise("AttributeError", no_such_attribute(of, name));
    }
    co_return false;
  }
  if (!of->fields) of->fields = dict();
  of->fields->table.set(name, value);
  co_return true;
}

Task<bool> Interpreter::delete_attribute(Value of, Ref<Str> name) {
  Arguments given;
  const Value hook = special(of, "__delattr__");
  if (hook && hook->type->layout == Layout::function) {
    given.positional = {of, name};
    const Value done = co_await call(hook, std::move(given));
    co_return bool(done);
  }
  const bool is_type = of->type->layout == Layout::type;
  const Value descriptor = is_type ? Value() : of->type->find(name.get());
  const Wrapper* const property = as<Wrapper>(descriptor);
  if (property && property->kind == WrapperKind::property) {
    if (!property->remove || property->remove == none) {
      raise("AttributeError", "can't delete attribute");
      co_return false;
    }
    given.positional = {of};
    const Value done = co_await call(property->remove, std::move(given));
    co_return bool(done);
  }
  if (has_fields(*of) && of->fields && of->fields->table.erase(name.get())) {
    co_return true;
  }
  if (is_type) {
    raise("AttributeError", fmt::format("{}", name->text));
  } else if (find_attribute(of, name.get()).kind == Kind::nothing) {
    raise("AttributeError",
          has_fields(*of) ? name->text : no_such_attribute(of, name));
  } else {
    raise("AttributeError", name->text);
  }
  co_return false;
}

}  // namespace drydock::userland::python
