// interpreter.cc — an interpreter's beginning: types, exceptions, built-ins.

#include "sim/userland/python/interpreter.h"

#include <array>

#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

constexpr std::int64_t kSmallLeast = -5, kSmallMost = 256;

struct TypeRow {
  Ref<Type> Types::*slot;
  std::string_view name;
  Layout layout;
  bool may_be_base;
  bool built_in_name;  // Found under its name by every program.
};
// clang-format off
constexpr std::array kTypes = {
    TypeRow{&Types::none,            "NoneType",                   Layout::plain,     false, false},
    TypeRow{&Types::ellipsis,        "ellipsis",                   Layout::plain,     false, false},
    TypeRow{&Types::not_implemented, "NotImplementedType",         Layout::plain,     false, false},
    TypeRow{&Types::integer,         "int",                        Layout::integer,   true,  true},
    TypeRow{&Types::real,            "float",                      Layout::real,      true,  true},
    TypeRow{&Types::str,             "str",                        Layout::str,       true,  true},
    TypeRow{&Types::bytes,           "bytes",                      Layout::bytes,     true,  true},
    TypeRow{&Types::bytearray,       "bytearray",                  Layout::bytes,     false, true},
    TypeRow{&Types::list,            "list",                       Layout::list,      true,  true},
    TypeRow{&Types::tuple,           "tuple",                      Layout::tuple,     true,  true},
    TypeRow{&Types::dict,            "dict",                       Layout::dict,      true,  true},
    TypeRow{&Types::set,             "set",                        Layout::set,       true,  true},
    TypeRow{&Types::frozenset,       "frozenset",                  Layout::set,       true,  true},
    TypeRow{&Types::slice,           "slice",                      Layout::slice,     false, true},
    TypeRow{&Types::range,           "range",                      Layout::range,     false, true},
    TypeRow{&Types::function,        "function",                   Layout::function,  false, false},
    TypeRow{&Types::native,          "builtin_function_or_method", Layout::native,    false, false},
    TypeRow{&Types::method,          "method",                     Layout::method,    false, false},
    TypeRow{&Types::module,          "module",                     Layout::module,    false, false},
    TypeRow{&Types::generator,       "generator",                  Layout::generator, false, false},
    TypeRow{&Types::iterator,        "iterator",                   Layout::iterator,  false, false},
    TypeRow{&Types::dict_keys,       "dict_keys",                  Layout::view,      false, false},
    TypeRow{&Types::dict_values,     "dict_values",                Layout::view,      false, false},
    TypeRow{&Types::dict_items,      "dict_items",                 Layout::view,      false, false},
    TypeRow{&Types::property,        "property",                   Layout::wrapper,   false, true},
    TypeRow{&Types::static_method,   "staticmethod",               Layout::wrapper,   false, true},
    TypeRow{&Types::class_method,    "classmethod",                Layout::wrapper,   false, true},
    TypeRow{&Types::super,           "super",                      Layout::super,     false, true},
    TypeRow{&Types::file,            "_io.TextIOWrapper",          Layout::file,      false, false},
    TypeRow{&Types::scope,           "cell",                       Layout::scope,     false, false},
    TypeRow{&Types::exception,       "BaseException",              Layout::exception, true,  true},
};

struct ExceptionRow {
  std::string_view name, base;
};
constexpr std::array kExceptions = {
    ExceptionRow{"Exception",              "BaseException"},
    ExceptionRow{"SystemExit",             "BaseException"},
    ExceptionRow{"KeyboardInterrupt",      "BaseException"},
    ExceptionRow{"GeneratorExit",          "BaseException"},
    ExceptionRow{"StopIteration",          "Exception"},
    ExceptionRow{"ArithmeticError",        "Exception"},
    ExceptionRow{"OverflowError",          "ArithmeticError"},
    ExceptionRow{"ZeroDivisionError",      "ArithmeticError"},
    ExceptionRow{"FloatingPointError",     "ArithmeticError"},
    ExceptionRow{"AssertionError",         "Exception"},
    ExceptionRow{"AttributeError",         "Exception"},
    ExceptionRow{"BufferError",            "Exception"},
    ExceptionRow{"EOFError",               "Exception"},
    ExceptionRow{"ImportError",            "Exception"},
    ExceptionRow{"LookupError",            "Exception"},
    ExceptionRow{"IndexError",             "LookupError"},
    ExceptionRow{"KeyError",               "LookupError"},
    ExceptionRow{"MemoryError",            "Exception"},
    ExceptionRow{"NameError",              "Exception"},
    ExceptionRow{"UnboundLocalError",      "NameError"},
    ExceptionRow{"OSError",                "Exception"},
    ExceptionRow{"BlockingIOError",        "OSError"},
    ExceptionRow{"ChildProcessError",      "OSError"},
    ExceptionRow{"ConnectionError",        "OSError"},
    ExceptionRow{"BrokenPipeError",        "ConnectionError"},
    ExceptionRow{"ConnectionAbortedError", "ConnectionError"},
    ExceptionRow{"ConnectionRefusedError", "ConnectionError"},
    ExceptionRow{"ConnectionResetError",   "ConnectionError"},
    ExceptionRow{"FileExistsError",        "OSError"},
    ExceptionRow{"FileNotFoundError",      "OSError"},
    ExceptionRow{"InterruptedError",       "OSError"},
    ExceptionRow{"IsADirectoryError",      "OSError"},
    ExceptionRow{"NotADirectoryError",     "OSError"},
    ExceptionRow{"PermissionError",        "OSError"},
    ExceptionRow{"ProcessLookupError",     "OSError"},
    ExceptionRow{"TimeoutError",           "OSError"},
    ExceptionRow{"ReferenceError",         "Exception"},
    ExceptionRow{"RuntimeError",           "Exception"},
    ExceptionRow{"NotImplementedError",    "RuntimeError"},
    ExceptionRow{"SyntaxError",            "Exception"},
    ExceptionRow{"IndentationError",       "SyntaxError"},
    ExceptionRow{"TabError",               "IndentationError"},
    ExceptionRow{"SystemError",            "Exception"},
    ExceptionRow{"TypeError",              "Exception"},
    ExceptionRow{"ValueError",             "Exception"},
    ExceptionRow{"UnicodeError",           "ValueError"},
    ExceptionRow{"UnicodeDecodeError",     "UnicodeError"},
    ExceptionRow{"UnicodeEncodeError",     "UnicodeError"},
    ExceptionRow{"Warning",                "Exception"},
    ExceptionRow{"UserWarning",            "Warning"},
    ExceptionRow{"DeprecationWarning",     "Warning"},
    ExceptionRow{"RuntimeWarning",         "Warning"},
};
// clang-format on

}  // namespace

Interpreter::Interpreter(kernel::Process& process) : process_(process) {
  make_types();
  make_exceptions();
  make_builtins();
}

Interpreter::~Interpreter() {
  // Whoever holds values outside of the heap lets go first.
  codes_.clear();
  signal_handlers.clear();
}

Ref<Type> Interpreter::make_type(std::string_view name, Type* base,
                                 Layout layout) {
  Ref<Type> type =
      heap.make<Type>(types.type.get(), heap, std::string(name), layout);
  type->bases = {Ref<Type>(base)};
  type->mro = {type};
  for (const Ref<Type>& each : base->mro) type->mro.push_back(each);
  type->fields = dict();
  return type;
}

void Interpreter::make_types() {
  types.type = heap.make<Type>(nullptr, heap, "type", Layout::type);
  types.type->type = types.type;
  types.object =
      heap.make<Type>(types.type.get(), heap, "object", Layout::plain);
  // A dictionary needs its type, and types need dictionaries.
  types.dict = heap.make<Type>(types.type.get(), heap, "dict", Layout::dict);
  for (const Ref<Type>& each : {types.object, types.type}) {
    each->fields = dict();
    each->mro = {each};
  }
  types.type->mro.push_back(types.object);
  types.type->bases = {types.object};
  for (const TypeRow& row : kTypes) {
    if (types.*row.slot) {
      Type& early = *(types.*row.slot);
      early.fields = dict();
      early.bases = {types.object};
      early.mro = {types.*row.slot, types.object};
      continue;
    }
    types.*row.slot = make_type(row.name, types.object.get(), row.layout);
    (types.*row.slot)->may_be_base = row.may_be_base;
  }
  types.boolean = make_type("bool", types.integer.get(), Layout::integer);
  types.boolean->may_be_base = false;
  none = heap.make<Object>(types.none.get());
  ellipsis = heap.make<Object>(types.ellipsis.get());
  not_implemented = heap.make<Object>(types.not_implemented.get());
  yes = heap.make<Int>(types.boolean.get(), 1);
  no = heap.make<Int>(types.boolean.get(), 0);
  for (std::int64_t n = kSmallLeast; n <= kSmallMost; ++n) {
    small_integers_.push_back(heap.make<Int>(types.integer.get(), n));
  }
  builtins = dict();
  modules = dict();
  for (const TypeRow& row : kTypes) {
    if (row.built_in_name) {
      builtins->table.set(intern(row.name), types.*row.slot);
    }
  }
  builtins->table.set(intern("object"), types.object);
  builtins->table.set(intern("type"), types.type);
  builtins->table.set(intern("bool"), types.boolean);
}

void Interpreter::make_exceptions() {
  exceptions_["BaseException"] = types.exception;
  for (const ExceptionRow& row : kExceptions) {
    const Ref<Type> type = make_type(
        row.name, exceptions_[std::string(row.base)].get(), Layout::exception);
    exceptions_[std::string(row.name)] = type;
    builtins->table.set(intern(row.name), type);
  }
  builtins->table.set(intern("IOError"), exceptions_["OSError"]);
  builtins->table.set(intern("EnvironmentError"), exceptions_["OSError"]);
}

void Interpreter::make_builtins() {
  builtins->table.set(intern("NotImplemented"), not_implemented);
  builtins->table.set(intern("Ellipsis"), ellipsis);
  builtins->table.set(intern("__debug__"), yes);
  builtins->table.set(intern("__name__"), str("builtins"));
  add_object_methods(*this);
  add_exception_methods(*this);
  add_number_methods(*this);
  add_str_methods(*this);
  add_str_tests(*this);
  add_bytes_methods(*this);
  add_list_methods(*this);
  add_dict_methods(*this);
  add_set_methods(*this);
  add_builtin_functions(*this);
  add_more_functions(*this);
  add_iteration_functions(*this);
  add_file_methods(*this);
  add_native_modules(*this);
}

// --- Making values ---------------------------------------------------------

Value Interpreter::integer(std::int64_t number) {
  if (number >= kSmallLeast && number <= kSmallMost) {
    return small_integers_[static_cast<std::size_t>(number - kSmallLeast)];
  }
  return heap.make<Int>(types.integer.get(), number);
}

Value Interpreter::real(double number) {
  return heap.make<Real>(types.real.get(), number);
}

Value Interpreter::str(std::string_view text) {
  const Ref<Str> made = heap.make<Str>(types.str.get(), std::string(text));
  heap.charge(*made, static_cast<std::int64_t>(text.size()));
  return made;
}

Value Interpreter::bytes(std::string text) {
  const auto size = static_cast<std::int64_t>(text.size());
  const Ref<ByteString> made =
      heap.make<ByteString>(types.bytes.get(), std::move(text));
  heap.charge(*made, size);
  return made;
}

Value Interpreter::tuple(Values items) {
  const auto size = static_cast<std::int64_t>(items.size()) * 8;
  const Ref<Tuple> made = heap.make<Tuple>(types.tuple.get(), std::move(items));
  heap.charge(*made, size);
  return made;
}

Value Interpreter::list(Values items) {
  const auto size = static_cast<std::int64_t>(items.size()) * 16;
  const Ref<List> made = heap.make<List>(types.list.get(), std::move(items));
  heap.charge(*made, size);
  return made;
}

Ref<Dict> Interpreter::dict() { return heap.make<Dict>(types.dict.get()); }

Ref<Str> Interpreter::intern(std::string_view text) {
  const auto found = interned_.find(text);
  if (found != interned_.end()) return found->second;
  Ref<Str> made = heap.make<Str>(types.str.get(), std::string(text));
  made->interned = true;
  interned_.emplace(std::string(text), made);
  return made;
}

Ref<Module> Interpreter::module(std::string_view name) {
  Ref<Module> made = heap.make<Module>(types.module.get(), std::string(name));
  set(*made, "__name__", str(name));
  set(*made, "__doc__", none);
  return made;
}

void Interpreter::add_functions(Object& to, std::span<const NativeRow> rows) {
  const bool methods = to.type == types.type;
  if (!to.fields) to.fields = dict();
  for (const NativeRow& row : rows) {
    const Ref<NativeFunction> function =
        heap.make<NativeFunction>(types.native.get(), row);
    Value value = function;
    if (methods && row.name == "__new__") {
      const Ref<Wrapper> wrapper = heap.make<Wrapper>(
          types.static_method.get(), WrapperKind::static_method);
      wrapper->get = function;
      value = wrapper;
    } else if (methods) {
      function->owner = static_cast<Type&>(to).name;
    }
    to.fields->table.set(intern(row.name), value);
  }
}

void Interpreter::set(Object& to, std::string_view name, Value value) {
  if (!to.fields) to.fields = dict();
  to.fields->table.set(intern(name), std::move(value));
}

void Interpreter::define_native_module(std::string_view name,
                                       Value (*make)(Interpreter& py)) {
  native_modules_[std::string(name)] = make;
}

Value Interpreter::sys_attribute(std::string_view name) {
  if (!sys || !sys->fields) return nullptr;
  const Value* const found = sys->fields->table.find(intern(name).get());
  return found ? *found : Value();
}

int Interpreter::is_instance(const Value& value, const Value& of) {
  if (const Type* const type = as<Type>(of)) {
    return value->type->is_subtype_of(type);
  }
  if (const Tuple* const tuple = as<Tuple>(of)) {
    for (const Value& each : tuple->items) {
      const int is = is_instance(value, each);
      if (is != 0) return is;
    }
    return 0;
  }
  raise("TypeError", "isinstance() arg 2 must be a type or tuple of types");
  return -1;
}

}  // namespace drydock::userland::python
