// object.h — what a Python program works with: values, and the heap they are
// on.
//
// Everything is an Object with a type; a Value is a counted reference to one.
// A null Value as the answer of a function means that an exception is set in
// the interpreter, as in CPython.  References are counted; cycles stay until
// the interpreter ends, and the heap's bound turns too many into MemoryError.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/task.h"

namespace drydock::userland::python {

class Heap;
class Interpreter;
struct Type;
struct Dict;
struct Str;
struct Code;
struct Object;

/// A counted reference; null: nothing, or "an exception is set".
template <typename T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  Ref(T* object) : object_(object) { keep(); }
  Ref(const Ref& other) : object_(other.object_) { keep(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <typename Derived>
  Ref(const Ref<Derived>& other) : object_(other.get()) {
    keep();
  }
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref();

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const Ref& a, const Ref& b) {
    return a.object_ == b.object_;
  }

 private:
  void keep();
  T* object_ = nullptr;
};

using Value = Ref<Object>;
using Values = std::vector<Value>;
using Strings = std::vector<std::string>;

/// How an object is laid out in memory: which struct below it is.
enum class Layout : std::uint8_t {
  plain,
  integer,
  real,
  str,
  bytes,
  list,
  tuple,
  dict,
  set,
  slice,
  range,
  function,
  native,
  method,
  type,
  module,
  exception,
  generator,
  iterator,
  view,
  wrapper,  // property, staticmethod, classmethod
  super,
  file,
  scope,
  foreign,  // Of a module written in C++.
};

struct Object {
  explicit Object(Type* of);
  virtual ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  /// Drops all references to others: how the heap ends cycles.
  virtual void clear();

  Ref<Type> type;
  Ref<Dict> fields;          // Attributes of this very object; null: none yet.
  std::int64_t charged = 0;  // Bytes that the heap counts for it.
  std::int64_t serial = 0;   // Which one of its heap: the order of making.
  std::int32_t refs = 0;
  Object* next = this;  // The heap's ring of all objects.
  Object* previous = this;
};

/// All objects of one interpreter.
class Heap {
 public:
  static constexpr std::int64_t kBytesMax = std::int64_t{384} << 20;
  static constexpr std::int64_t kObjectBytes = 96;

  Heap() = default;
  Heap(const Heap&) = delete;
  ~Heap();

  template <typename T, typename... Arguments>
  Ref<T> make(Arguments&&... arguments) {
    auto* const object = new T(std::forward<Arguments>(arguments)...);
    adopt(*object);
    return Ref<T>(object);
  }
  void adopt(Object& object);
  void leave(Object& object);

  /// Counts what an object holds beside itself.
  void charge(Object& object, std::int64_t bytes) {
    object.charged += bytes;
    bytes_ += bytes;
  }
  bool full(std::int64_t more = 0) const { return bytes_ + more > kBytesMax; }

 private:
  Object* ring_ = nullptr;
  std::int64_t bytes_ = 0, serial_ = 0;
};

/// id(): looks like an address, and is the same in every run.
inline std::int64_t identity_of(const Object& object) {
  return 0x7f4b2c000000 + object.serial * 56;
}

/// The last reference has gone.  Never recurses: chains of any length are
/// taken down one by one.
void release(Object* object);

template <typename T>
void Ref<T>::keep() {
  if (object_) ++object_->refs;
}
template <typename T>
Ref<T>::~Ref() {
  if (object_ && --object_->refs == 0) release(object_);
}

struct Type final : Object {
  Type(Type* of, Heap& home, std::string called, Layout how)
      : Object(of), heap(home), name(std::move(called)), layout(how) {}
  void clear() override;
  bool is_subtype_of(const Type* other) const;
  /// Along the method resolution order; null: nowhere.
  Value find(const Str* attribute) const;

  Heap& heap;
  std::string name;
  Layout layout;
  bool built_in = true;
  bool may_be_base = true;
  std::vector<Ref<Type>> bases, mro;
};

struct Int final : Object {
  Int(Type* of, std::int64_t n) : Object(of), number(n) {}
  std::int64_t number;
};

struct Real final : Object {
  Real(Type* of, double x) : Object(of), number(x) {}
  double number;
};

/// UTF-8; positions are in characters.
struct Str final : Object {
  Str(Type* of, std::string bytes);
  std::int64_t length() const { return length_; }
  bool ascii() const { return length_ == std::int64_t(text.size()); }
  const std::string text;
  mutable std::int64_t hash = -1;
  bool interned = false;

 private:
  std::int64_t length_;
};

struct ByteString final : Object {
  ByteString(Type* of, std::string all) : Object(of), text(std::move(all)) {}
  std::string text;  // Of a bytearray it may change.
};

struct List final : Object {
  List(Type* of, Values all) : Object(of), items(std::move(all)) {}
  void clear() override;
  Values items;
};

struct Tuple final : Object {
  Tuple(Type* of, Values all) : Object(of), items(std::move(all)) {}
  void clear() override;
  Values items;
};

/// Keys in the order of their arrival, found by hash.
class Table {
 public:
  struct Entry {
    std::int64_t hash = 0;
    Value key, value;  // A null key: deleted.
  };

  std::int64_t size() const { return live_; }
  /// Position of the entry, or -1.  `equal` may call Python; false in *ok
  /// means that it raised.
  std::int64_t find(Interpreter& py, const Value& key, std::int64_t hash,
                    bool* ok) const;
  const Value* find(const Str* name) const;  // Interned or not; never raises.
  void insert(Value key, std::int64_t hash, Value value);  // Known to be new.
  void set(const Ref<Str>& name, Value value);
  void erase(std::int64_t position);
  bool erase(const Str* name);
  void clear();
  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<Entry>& entries() { return entries_; }
  std::uint64_t version() const { return version_; }

 private:
  void rebuild();
  std::int64_t slot_of(std::int64_t hash) const {
    return static_cast<std::int64_t>(
               static_cast<std::uint64_t>(hash) * 0x9e3779b97f4a7c15U >> 32) &
           (static_cast<std::int64_t>(index_.size()) - 1);
  }

  std::vector<Entry> entries_;
  std::vector<std::int32_t> index_;  // Positions + 1; 0: free.
  std::int64_t live_ = 0;
  std::uint64_t version_ = 0;  // Of the set of keys.
};

struct Dict final : Object {
  explicit Dict(Type* of) : Object(of) {}
  void clear() override;
  Table table;
};

/// set and frozenset.
struct Set final : Object {
  explicit Set(Type* of) : Object(of) {}
  void clear() override;
  Table table;
};

struct Slice final : Object {
  Slice(Type* of, Value a, Value b, Value c)
      : Object(of),
        start(std::move(a)),
        stop(std::move(b)),
        step(std::move(c)) {}
  void clear() override;
  Value start, stop, step;
};

struct Range final : Object {
  Range(Type* of, std::int64_t a, std::int64_t b, std::int64_t c)
      : Object(of), start(a), stop(b), step(c) {}
  std::int64_t count() const {
    if (step > 0) return stop > start ? (stop - start - 1) / step + 1 : 0;
    return start > stop ? (start - stop - 1) / -step + 1 : 0;
  }
  std::int64_t start, stop, step;
};

/// The variables of one call of a function, shared with its closures.
struct Scope final : Object {
  Scope(Type* of, Ref<Scope> outer, std::size_t count)
      : Object(of), up(std::move(outer)), slots(count) {}
  void clear() override;
  Ref<Scope> up;
  Values slots;
};

/// Where the functions of a class body find the class, for super().
struct ClassCell {
  Type* type = nullptr;
};

struct Function final : Object {
  Function(Type* of, std::shared_ptr<const Code> what)
      : Object(of), code(std::move(what)) {}
  void clear() override;
  std::shared_ptr<const Code> code;
  Ref<Dict> globals;
  Ref<Scope> scope;
  std::string name, qualified_name;
  Values defaults;  // Of the last parameters.
  std::vector<std::pair<Ref<Str>, Value>> keyword_defaults;
  std::shared_ptr<ClassCell> class_cell;
};

/// The arguments of a call.
struct Arguments {
  Values positional;
  std::vector<std::pair<Ref<Str>, Value>> keywords;
};

/// A call of a function written in C++.
struct NativeCall {
  Interpreter& py;
  std::string_view name;
  Arguments& given;
  Values& args;  // given.positional

  std::size_t count() const { return args.size(); }
  /// The i-th argument; null when there are fewer.
  Value arg(std::size_t i) const { return i < args.size() ? args[i] : Value(); }
  /// The i-th argument or the keyword of that name; taken off.
  Value take(std::size_t i, std::string_view keyword);
  /// After all take()s: false, with a TypeError, if a keyword is left over.
  bool no_more_keywords();
};

using Native = Value (*)(NativeCall& call);
using NativeTask = Task<Value> (*)(NativeCall call);

/// A row of a table of functions: those of the first kind answer at once,
/// those of the second may wait.
struct NativeRow {
  std::string_view name;
  int least, most;  // Positional arguments, self included; most -1: any.
  Native now;
  NativeTask task = nullptr;
  bool keywords = false;
};

struct NativeFunction final : Object {
  NativeFunction(Type* of, const NativeRow& table_row)
      : Object(of), row(table_row) {}
  const NativeRow& row;
  std::string owner;  // The type's name, for methods.
};

struct Method final : Object {
  Method(Type* of, Value on, Value what)
      : Object(of), self(std::move(on)), function(std::move(what)) {}
  void clear() override;
  Value self, function;
};

struct Module final : Object {
  Module(Type* of, std::string called) : Object(of), name(std::move(called)) {}
  std::string name;
};

struct TraceEntry {
  std::string file, function;
  int line;
};

struct Exception final : Object {
  explicit Exception(Type* of) : Object(of) {}
  void clear() override;
  Values arguments;
  std::vector<TraceEntry> trace;   // From the innermost frame outwards.
  const void* noted_in = nullptr;  // The frame that has its entry already.
  Value cause, context;
  bool suppress_context = false;
};

enum class WrapperKind { property, static_method, class_method };

struct Wrapper final : Object {
  Wrapper(Type* of, WrapperKind what) : Object(of), kind(what) {}
  void clear() override;
  WrapperKind kind;
  Value get, set, remove, doc;
};

struct Super final : Object {
  Super(Type* of, Ref<Type> from, Value on, Ref<Type> whose)
      : Object(of),
        after(std::move(from)),
        self(std::move(on)),
        start(std::move(whose)) {}
  void clear() override;
  Ref<Type> after;
  Value self;
  Ref<Type> start;
};

/// What iter() gives of the built-in types: one struct, several ways to go on.
struct Iterator final : Object {
  enum class Kind {
    sequence,  // list, tuple, str, bytes, range, and __getitem__
    reversed,
    keys,
    values,
    items,
    enumerate,
    zip,
    map,
    filter,
    call,  // iter(function, sentinel)
    lines,
  };
  Iterator(Type* of, Kind what, Value over)
      : Object(of), kind(what), source(std::move(over)) {}
  void clear() override;
  Kind kind;
  Value source;    // What is walked through, or the function.
  Values sources;  // Inner iterators.
  std::int64_t at = 0;
  std::uint64_t version = 0;
  bool finished = false;
};

/// What keys(), values() and items() of a dict give.
struct View final : Object {
  View(Type* of, Iterator::Kind what, Ref<Dict> over)
      : Object(of), kind(what), dict(std::move(over)) {}
  void clear() override;
  Iterator::Kind kind;
  Ref<Dict> dict;
};

template <typename T>
inline constexpr Layout kLayoutOf = Layout::foreign;
template <>
inline constexpr Layout kLayoutOf<Int> = Layout::integer;
template <>
inline constexpr Layout kLayoutOf<Real> = Layout::real;
template <>
inline constexpr Layout kLayoutOf<Str> = Layout::str;
template <>
inline constexpr Layout kLayoutOf<ByteString> = Layout::bytes;
template <>
inline constexpr Layout kLayoutOf<List> = Layout::list;
template <>
inline constexpr Layout kLayoutOf<Tuple> = Layout::tuple;
template <>
inline constexpr Layout kLayoutOf<Dict> = Layout::dict;
template <>
inline constexpr Layout kLayoutOf<Set> = Layout::set;
template <>
inline constexpr Layout kLayoutOf<Slice> = Layout::slice;
template <>
inline constexpr Layout kLayoutOf<Range> = Layout::range;
template <>
inline constexpr Layout kLayoutOf<Function> = Layout::function;
template <>
inline constexpr Layout kLayoutOf<NativeFunction> = Layout::native;
template <>
inline constexpr Layout kLayoutOf<Method> = Layout::method;
template <>
inline constexpr Layout kLayoutOf<Type> = Layout::type;
template <>
inline constexpr Layout kLayoutOf<Module> = Layout::module;
template <>
inline constexpr Layout kLayoutOf<Exception> = Layout::exception;
template <>
inline constexpr Layout kLayoutOf<Iterator> = Layout::iterator;
template <>
inline constexpr Layout kLayoutOf<View> = Layout::view;
template <>
inline constexpr Layout kLayoutOf<Wrapper> = Layout::wrapper;
template <>
inline constexpr Layout kLayoutOf<Super> = Layout::super;

/// The object as a T, or null when it is laid out otherwise.
template <typename T>
T* as(const Value& value) {
  if (!value || value->type->layout != kLayoutOf<T>) return nullptr;
  return static_cast<T*>(value.get());
}

/// The elements of a list or tuple; null for all else.
const Values* sequence_items(const Value& value);

}  // namespace drydock::userland::python
