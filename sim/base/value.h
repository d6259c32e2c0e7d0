// value.h — a tree of data as a Go program would hold it, and its JSON.
//
// `docker inspect` shows the same facts in two ways: as JSON text, and to
// `--format` templates as Go values, where a struct prints as {a b}, a map as
// map[k:v], a nil pointer as <nil> and a nil slice as [].  One tree keeps both
// views: names and omissions for JSON, kinds and nils for templates.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock {

struct Field;

class Value {
 public:
  enum class Kind {
    nil,  // An interface that holds nothing, or a nil pointer.
    boolean,
    integer,
    real,
    string,
    time,
    slice,      // is_nil(): JSON null, "[]" in templates.
    map,        // Keys in ascending order; is_nil() likewise.
    structure,  // Fields in order of declaration.
  };

  Value() = default;
  Value(bool truth);
  Value(int number);
  Value(std::int64_t number);
  Value(std::uint64_t number);
  Value(double number);
  Value(std::string text);
  Value(std::string_view text);
  Value(const char* text);
  Value(Time time);

  static Value nil_slice();
  static Value nil_map();
  static Value slice(std::vector<Value> items);
  static Value strings(const List& items);
  static Value map(std::vector<std::pair<std::string, Value>> entries);
  /// `type` is Go's name of it ("types.ContainerState"), for messages.
  static Value structure(std::string_view type, std::vector<Field> fields);

  /// The same slice as the only field of a Go struct that JSON does not show:
  /// templates print {[a b]}.
  Value wrapped(std::string_view type) &&;
  bool is_wrapped() const { return wrapped_; }

  /// The same value behind a Go pointer: at the top of a template's output it
  /// prints as what it points to, deeper down as an address.
  Value pointer() &&;

  Kind kind() const { return kind_; }
  bool is_nil() const { return nil_; }
  bool is_pointer() const { return pointer_; }
  bool truth() const { return number_ != 0; }
  std::int64_t number() const { return number_; }
  double real() const { return real_; }
  const std::string& text() const { return text_; }  // string; struct's type.
  Time time() const { return Time{number_}; }
  const std::vector<Value>& items() const { return items_; }
  const std::vector<Field>& fields() const;  // Of map (name = key), structure.

  /// The entry or field of this JSON name; null if there is none.
  const Value* find(std::string_view name) const;
  /// The field of this Go name.
  const Value* find_go(std::string_view name) const;

  /// What `omitempty` leaves out: false, 0, "", nil and empty slices and maps.
  bool empty() const;

  /// As after a way through JSON into Go's interface{}: structs become maps
  /// with JSON names, times strings, nils nil; omitted fields are gone.
  Value raw() const;

 private:
  Kind kind_ = Kind::nil;
  bool nil_ = true;
  bool pointer_ = false;
  bool wrapped_ = false;
  std::int64_t number_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<Value> items_;
  std::shared_ptr<const std::vector<Field>> fields_;
};

enum class Omit { never, when_empty, always };

/// A member of a structure, or an entry of a map (then only `name` counts).
struct Field {
  std::string name;  // As JSON has it.
  Value value;
  Omit omit = Omit::never;
  std::string go_name = {};  // If it differs: json:"Id" on a field named ID.

  std::string_view go() const { return go_name.empty() ? name : go_name; }
};

struct JsonStyle {
  std::string indent;        // Empty: all on one line, no blanks.
  std::string prefix;        // Put before each line but the first.
  bool escape_html = false;  // < > & as \u003c ...: Go's json.Marshal.
};

std::string to_json(const Value& value, const JsonStyle& style = {});

/// The text as a JSON string, quotes included, as Go writes it.
std::string json_string(std::string_view text, bool escape_html = false);

}  // namespace drydock
