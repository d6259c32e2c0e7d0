// repr.cc — repr() and str().

#include <fmt/format.h>

#include <cmath>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

namespace {

/// "[" + items + "]", "..." where it contains itself.
class Guard {
 public:
  Guard(Interpreter& py, const Object* object) : py_(py), object_(object) {
    first_ = py.in_repr.insert(object).second;
  }
  ~Guard() {
    if (first_) py_.in_repr.erase(object_);
  }
  bool first() const { return first_; }

 private:
  Interpreter& py_;
  const Object* object_;
  bool first_;
};

std::optional<std::string> items_repr(Interpreter& py, const Values& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto text = py.repr(items[i]);
    if (!text) return std::nullopt;
    if (i > 0) out += ", ";
    out += *text;
  }
  return out;
}

std::optional<std::string> dict_repr(Interpreter& py, const Table& table) {
  std::string out;
  for (std::size_t i = 0; i < table.entries().size(); ++i) {
    const Table::Entry entry = table.entries()[i];
    if (!entry.key) continue;
    const auto key = py.repr(entry.key);
    if (!key) return std::nullopt;
    const auto value = py.repr(entry.value);
    if (!value) return std::nullopt;
    if (!out.empty()) out += ", ";
    out += *key + ": " + *value;
  }
  return out;
}

Values keys_of(const Table& table) {
  Values keys;
  for (const Table::Entry& entry : table.entries()) {
    if (entry.key) keys.push_back(entry.key);
  }
  return keys;
}

std::string qualified(Interpreter& py, const Type& type) {
  if (type.built_in || !type.fields) return type.name;
  const Value* const module =
      type.fields->table.find(py.intern("__module__").get());
  const Value* const name =
      type.fields->table.find(py.intern("__qualname__").get());
  const Str* const where = module ? as<Str>(*module) : nullptr;
  const Str* const what = name ? as<Str>(*name) : nullptr;
  const std::string called = what ? what->text : type.name;
  return where ? where->text + "." + called : called;
}

std::string address(const Object& object) {
  return fmt::format("0x{:x}", identity_of(object));
}

std::optional<std::string> container_repr(Interpreter& py, const Value& value) {
  const Guard guard(py, value.get());
  if (py.in_repr.size() > 300) {
    py.raise("RuntimeError",
             "maximum recursion depth exceeded while getting "
             "the repr of an object");
    return std::nullopt;
  }
  if (const List* const list = as<List>(value)) {
    if (!guard.first()) return "[...]";
    const auto items = items_repr(py, list->items);
    return items ? std::optional("[" + *items + "]") : std::nullopt;
  }
  if (const Tuple* const tuple = as<Tuple>(value)) {
    if (!guard.first()) return "(...)";
    const auto items = items_repr(py, tuple->items);
    if (!items) return std::nullopt;
    return "(" + *items + (tuple->items.size() == 1 ? ",)" : ")");
  }
  if (const Dict* const dict = as<Dict>(value)) {
    if (!guard.first()) return "{...}";
    const auto items = dict_repr(py, dict->table);
    return items ? std::optional("{" + *items + "}") : std::nullopt;
  }
  const Set& set = *as<Set>(value);
  const std::string& name = value->type->name;
  if (set.table.size() == 0) return name + "()";
  const auto items = items_repr(py, keys_of(set.table));
  if (!items) return std::nullopt;
  if (value->type == py.types.set) return "{" + *items + "}";
  return fmt::format("{}({{{}}})", name, *items);
}

std::optional<std::string> view_repr(Interpreter& py, const View& view) {
  Values items;
  for (const Table::Entry& entry : view.dict->table.entries()) {
    if (!entry.key) continue;
    items.push_back(view.kind == Iterator::Kind::keys     ? entry.key
                    : view.kind == Iterator::Kind::values ? entry.value
                                                          : py.tuple({
                                                                entry.key,
                                                                entry.value,
                                                            }));
  }
  const auto text = items_repr(py, items);
  if (!text) return std::nullopt;
  return fmt::format("{}([{}])", view.type->name, *text);
}

std::optional<std::string> exception_repr(Interpreter& py,
                                          const Exception& exception) {
  const auto items = items_repr(py, exception.arguments);
  if (!items) return std::nullopt;
  const bool one = exception.arguments.size() == 1;
  return fmt::format("{}({}{})", exception.type->name, *items, one ? "," : "");
}

std::optional<std::string> module_repr(Interpreter& py, const Module& module) {
  const Value* const file =
      module.fields ? module.fields->table.find(py.intern("__file__").get())
                    : nullptr;
  const Str* const path = file ? as<Str>(*file) : nullptr;
  if (!path) return fmt::format("<module '{}' (built-in)>", module.name);
  return fmt::format("<module '{}' from '{}'>", module.name, path->text);
}

std::optional<std::string> other_repr(Interpreter& py, const Value& value) {
  if (value == py.none) return "None";
  if (value == py.ellipsis) return "Ellipsis";
  if (value == py.not_implemented) return "NotImplemented";
  if (const Function* const function = as<Function>(value)) {
    return fmt::format("<function {} at {}>", function->qualified_name,
                       address(*value));
  }
  if (const NativeFunction* const native = as<NativeFunction>(value)) {
    if (native->owner.empty()) {
      return fmt::format("<built-in function {}>", native->row.name);
    }
    return fmt::format("<method '{}' of '{}' objects>", native->row.name,
                       native->owner);
  }
  if (const Method* const method = as<Method>(value)) {
    const Function* const function = as<Function>(method->function);
    const auto self = py.repr(method->self);
    if (!self) return std::nullopt;
    if (function) {
      return fmt::format("<bound method {} of {}>", function->qualified_name,
                         *self);
    }
    const NativeFunction* const native = as<NativeFunction>(method->function);
    return fmt::format("<built-in method {} of {} object at {}>",
                       native ? native->row.name : "?",
                       Interpreter::type_name(method->self),
                       address(*method->self));
  }
  if (const Type* const type = as<Type>(value)) {
    return fmt::format("<class '{}'>", qualified(py, *type));
  }
  if (const Module* const module = as<Module>(value)) {
    return module_repr(py, *module);
  }
  if (const Generator* const generator = as<Generator>(value)) {
    const std::string name =
        generator->code ? generator->code->qualified_name : "?";
    return fmt::format("<generator object {} at {}>", name, address(*value));
  }
  if (const Slice* const slice = as<Slice>(value)) {
    const auto items = items_repr(py, {slice->start, slice->stop, slice->step});
    return items ? std::optional("slice(" + *items + ")") : std::nullopt;
  }
  if (const Range* const range = as<Range>(value)) {
    return range->step == 1
               ? fmt::format("range({}, {})", range->start, range->stop)
               : fmt::format("range({}, {}, {})", range->start, range->stop,
                             range->step);
  }
  if (const View* const view = as<View>(value)) return view_repr(py, *view);
  if (const Exception* const exception = as<Exception>(value)) {
    return exception_repr(py, *exception);
  }
  return fmt::format("<{} object at {}>", qualified(py, *value->type),
                     address(*value));
}

/// __repr__ or __str__ written in Python; nullopt: there is none (or, with
/// `raised` set, it raised).
std::optional<std::string> ask(Interpreter& py, const Value& value,
                               std::string_view method) {
  if (value->type->built_in) return std::nullopt;
  const Value found = py.special(value, method);
  if (!found || found->type->layout == Layout::native) return std::nullopt;
  Arguments self;
  self.positional.push_back(value);
  const Value result = py.call_now(found, std::move(self));
  if (!result) return std::nullopt;
  if (const Str* const text = as<Str>(result)) return text->text;
  py.raise("TypeError", fmt::format("{} returned non-string (type {})", method,
                                    Interpreter::type_name(result)));
  return std::nullopt;
}

}  // namespace

std::string Interpreter::type_name(const Value& value) {
  return value->type->name;
}

std::optional<std::string> Interpreter::repr(const Value& value) {
  const auto own = ask(*this, value, "__repr__");
  if (own || raised) return own;
  switch (value->type->layout) {
    case Layout::integer:
      if (value->type->is_subtype_of(types.boolean.get())) {
        return as<Int>(value)->number ? "True" : "False";
      }
      return fmt::format("{}", as<Int>(value)->number);
    case Layout::real:
      return real_repr(as<Real>(value)->number);
    case Layout::str:
      return text_repr(as<Str>(value)->text);
    case Layout::bytes:
      if (value->type->is_subtype_of(types.bytearray.get())) {
        return "bytearray(" + bytes_repr(as<ByteString>(value)->text) + ")";
      }
      return bytes_repr(as<ByteString>(value)->text);
    case Layout::list:
    case Layout::tuple:
    case Layout::dict:
    case Layout::set:
      return container_repr(*this, value);
    case Layout::foreign:
    case Layout::file:
    case Layout::plain:
      if (const Value native = special(value, "__repr__")) {
        const NativeFunction* const own_way = as<NativeFunction>(native);
        if (own_way && own_way->owner != "object") {
          Arguments self;
          self.positional.push_back(value);
          const Value text = call_now(native, std::move(self));
          if (!text) return std::nullopt;
          return as<Str>(text)->text;
        }
      }
      return other_repr(*this, value);
    default:
      return other_repr(*this, value);
  }
}

namespace {

/// str() of an exception: its argument, or all of them.
std::optional<std::string> exception_text(Interpreter& py,
                                          const Exception& exception) {
  const Values& given = exception.arguments;
  if (exception.type->is_subtype_of(py.exception_type("OSError")) &&
      given.size() == 2 && as<Int>(given[0])) {
    const auto what = py.str_of(given[1]);
    if (!what) return std::nullopt;
    std::string text =
        fmt::format("[Errno {}] {}", as<Int>(given[0])->number, *what);
    const Value* const file =
        exception.fields
            ? exception.fields->table.find(py.intern("filename").get())
            : nullptr;
    if (file && !(*file == py.none)) {
      const auto name = py.repr(*file);
      if (!name) return std::nullopt;
      text += ": " + *name;
    }
    return text;
  }
  if (given.empty()) return "";
  if (given.size() == 1) {
    return exception.type->is_subtype_of(py.exception_type("KeyError"))
               ? py.repr(given[0])
               : py.str_of(given[0]);
  }
  return py.repr(py.tuple(given));
}

}  // namespace

std::optional<std::string> Interpreter::str_of(const Value& value) {
  if (value->type->built_in) {
    if (const Str* const text = as<Str>(value)) return text->text;
  }
  const auto own = ask(*this, value, "__str__");
  if (own || raised) return own;
  if (const Str* const text = as<Str>(value)) return text->text;
  if (const Exception* const exception = as<Exception>(value)) {
    return exception_text(*this, *exception);
  }
  const Value native = special(value, "__str__");
  if (native && native->type->layout == Layout::native) {
    Arguments self;
    self.positional.push_back(value);
    const Value text = call_now(native, std::move(self));
    if (!text) return std::nullopt;
    return as<Str>(text)->text;
  }
  return repr(value);
}

}  // namespace drydock::userland::python
