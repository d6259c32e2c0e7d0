// interpreter.h — one Python interpreter: its types, modules and exception.
//
// The evaluator walks the tree.  What cannot wait is a plain function; what
// may (a call, an import, the next of a generator) is a Task.  Both answer a
// null Value when an exception is set in `raised`.
//
// Where C++ needs an answer at once and Python has to be asked (a comparison
// inside of sort, a __hash__), the method runs to its end on the spot
// (run_now); one that waits there is refused, loudly.

#pragma once

#include <coroutine>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/python/ast.h"
#include "sim/userland/python/object.h"

namespace drydock::userland::python {

struct Generator;

/// One call under way.
struct Frame {
  const Code* code = nullptr;
  Ref<Scope> scope;
  Ref<Dict> globals;
  Ref<Dict> names;  // Of a module or class body.
  std::shared_ptr<ClassCell> class_cell;
  Frame* back = nullptr;
  std::int32_t line = 0;
  Generator* generator = nullptr;
  Ref<Exception> handling;  // What an except clause is busy with.
  Value result;             // Of a return statement.
  Ref<Function> function;
};

/// A function that stops at its yields.
struct Generator final : Object {
  explicit Generator(Type* of) : Object(of) {}
  void clear() override;
  Frame frame;
  std::shared_ptr<const Code> code;
  std::optional<Task<Value>> body;
  std::coroutine_handle<> leaf, consumer;
  Value yielded, sent;
  Ref<Exception> thrown;
  bool running = false, finished = false;
};
template <>
inline constexpr Layout kLayoutOf<Generator> = Layout::generator;

/// How a statement ended.
enum class Flow : std::uint8_t { next, leave, repeat, give, raised };

/// The built-in types that C++ asks for.
struct Types {
  Ref<Type> type, object, none, ellipsis, not_implemented, boolean, integer,
      real, str, bytes, bytearray, list, tuple, dict, set, frozenset, slice,
      range, function, native, method, module, generator, iterator, dict_keys,
      dict_values, dict_items, property, static_method, class_method, super,
      file, scope, exception;
};

class Interpreter {
 public:
  static constexpr int kDepthMax = 1000;
  static constexpr int kNestedMax = 120;  // Of run_now.

  explicit Interpreter(kernel::Process& process);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;

  kernel::Process& process() const { return process_; }

 private:
  kernel::Process& process_;
  std::vector<std::shared_ptr<Code>> codes_;

 public:
  Heap heap;
  Types types;
  Value none, yes, no, ellipsis, not_implemented;
  Ref<Dict> builtins, modules;
  Ref<Exception> raised;
  Frame* frame = nullptr;
  int depth = 0;
  std::optional<int> exit_status;  // Of os._exit.

  // --- Making values -------------------------------------------------------
  Value integer(std::int64_t number);
  Value real(double number);
  Value boolean(bool truth) const { return truth ? yes : no; }
  Value str(std::string_view text);
  Value bytes(std::string text);
  Value tuple(Values items);
  Value list(Values items);
  Ref<Dict> dict();
  Ref<Str> intern(std::string_view text);
  Ref<Module> module(std::string_view name);
  Ref<Type> make_type(std::string_view name, Type* base, Layout layout);
  void add_functions(Object& to, std::span<const NativeRow> rows);
  void set(Object& to, std::string_view name, Value value);

  // --- Exceptions ----------------------------------------------------------
  /// Sets it and answers null.
  std::nullptr_t raise(std::string_view type, std::string_view message);
  std::nullptr_t raise(Ref<Exception> exception);
  std::nullptr_t raise_os(Errno error, std::string_view file = "");
  std::nullptr_t refuse(std::string_view what);  // "... is not modelled"
  std::nullptr_t out_of_memory();
  Ref<Exception> make_exception(Type& type, Values arguments);
  Type* exception_type(std::string_view name) const;
  bool raised_is(std::string_view type) const;
  void define_exception(std::string_view name, Ref<Type> type);
  /// Adds this frame to the traceback of what is raised.
  void note(const Frame& where) const;

  // --- Asking values; answered at once -------------------------------------
  int truth(const Value& value);  // 1, 0; -1: raised.
  int equal(const Value& a, const Value& b);
  int is_instance(const Value& value, const Value& of);
  bool hash(const Value& value, std::int64_t* hash);
  std::optional<std::string> repr(const Value& value);
  std::optional<std::string> str_of(const Value& value);
  std::int64_t length(const Value& value);  // -1: raised.
  Value compare(Operator op, const Value& a, const Value& b);
  int contains(const Value& in, const Value& what);
  /// For index arguments: __index__ and ints; nullopt: raised.
  std::optional<std::int64_t> index(const Value& value);
  /// The operation on built-in types; *known false: not theirs.
  Value binary_now(Operator op, const Value& a, const Value& b, bool* known);
  Value subscript_now(const Value& of, const Value& key, bool* known);
  static std::string type_name(const Value& value);

  // --- Deeds that may wait -------------------------------------------------
  Task<Value> call(Value callee, Arguments arguments);
  Task<Value> call_method(Value on, std::string_view method, Arguments given);
  Task<Value> get_attribute(Value of, Ref<Str> name);
  Task<bool> set_attribute(Value of, Ref<Str> name, Value value);
  Task<bool> delete_attribute(Value of, Ref<Str> name);
  Task<Value> iterate(Value over);
  /// The next one; null with nothing raised: the end.
  Task<Value> next(Value iterator);
  Task<bool> collect(Value over, Values* into);
  Task<Value> binary(Operator op, Value a, Value b, bool in_place);
  Task<Value> compare_any(Operator op, Value a, Value b);
  Task<Value> unary(Operator op, Value a);
  Task<Value> subscript(Value of, Value key);
  Task<bool> set_item(Value of, Value key, Value value);
  Task<bool> delete_item(Value of, Value key);
  Task<Value> import(std::string name);
  Task<Value> run_code(std::shared_ptr<Code> code, Ref<Dict> globals,
                       Ref<Dict> names);
  /// Signals that arrived, given to their handlers; false: raised.
  Task<bool> take_signals();

  /// Runs a task that must not wait to its end; nullopt: raised.
  template <typename T>
  std::optional<T> run_now(Task<T> task);
  Value call_now(const Value& callee, Arguments arguments);
  bool nested() const { return nested_ > 0; }

  // --- Attributes ----------------------------------------------------------
  /// Looks an attribute up without calling anything.
  struct Found {
    enum class Kind {
      nothing,
      value,
      method,      // value is the function
      property,    // value is its getter
      descriptor,  // value has a __get__ written in Python
    } kind = Kind::nothing;
    Value value;
    Value self;
  };
  Found find_attribute(const Value& of, const Str* name);
  /// Attributes that are no entries of a dictionary: __class__, args, ...
  Value built_in_attribute(const Value& of, std::string_view name);
  static bool has_fields(const Object& object);
  /// A method of the type, as special methods are looked up.
  Value special(const Value& of, std::string_view name);
  Value bind(const Value& attribute, const Value& self);

  // --- Modules and files ---------------------------------------------------
  Ref<Module> sys;
  /// Keeps a body for as long as functions may come from it.
  void keep(std::shared_ptr<Code> code) { codes_.push_back(std::move(code)); }
  Value sys_attribute(std::string_view name);
  void define_native_module(std::string_view name,
                            Value (*make)(Interpreter& py));
  const std::map<std::string, Value (*)(Interpreter&), std::less<>>&
  native_modules() const {
    return native_modules_;
  }
  std::map<int, Value> signal_handlers;
  std::uint64_t steps = 0;
  std::set<const Object*> in_repr;

 private:
  void make_types();
  void make_exceptions();
  void make_builtins();
  Value instance_repr(const Value& value);

  std::map<std::string, Ref<Str>, std::less<>> interned_;
  std::map<std::string, Ref<Type>, std::less<>> exceptions_;
  std::map<std::string, Value (*)(Interpreter&), std::less<>> native_modules_;
  std::vector<Value> small_integers_;
  int nested_ = 0;
};

template <typename T>
std::optional<T> Interpreter::run_now(Task<T> task) {
  if (nested_ >= kNestedMax) {
    raise("RuntimeError", "maximum recursion depth exceeded");
    return std::nullopt;
  }
  ++nested_;
  Frame* const where = frame;
  const int level = depth;
  run(task.frame());
  --nested_;
  if (task.finished()) return task.frame().promise().take();
  frame = where;
  depth = level;
  refuse("waiting inside of a comparison, hash, repr or the like");
  return std::nullopt;
}

std::int64_t hash_of(const Str& text);

/// The class of OSError that errno(3) stands for: PEP 3151.
std::string_view os_error_class(Errno error);

/// Runs one function on bound arguments: evaluate.cc's entry.
Task<Value> call_function(Interpreter& py, Ref<Function> function,
                          Arguments arguments);
Task<Value> resume(Interpreter& py, Ref<Generator> generator, Value sent,
                   Ref<Exception> thrown);

}  // namespace drydock::userland::python
