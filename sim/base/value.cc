// value.cc — building trees of Go data and writing them as Go's JSON.

#include "sim/base/value.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock {

Value::Value(bool truth)
    : kind_(Kind::boolean), nil_(false), number_(truth ? 1 : 0) {}
Value::Value(int number) : Value(std::int64_t{number}) {}
Value::Value(std::int64_t number)
    : kind_(Kind::integer), nil_(false), number_(number) {}
Value::Value(std::uint64_t number) : Value(static_cast<std::int64_t>(number)) {}
Value::Value(double number) : kind_(Kind::real), nil_(false), real_(number) {}
Value::Value(std::string text)
    : kind_(Kind::string), nil_(false), text_(std::move(text)) {}
Value::Value(std::string_view text) : Value(std::string(text)) {}
Value::Value(const char* text) : Value(std::string(text)) {}
Value::Value(Time time)
    : kind_(Kind::time), nil_(false), number_(time.since_epoch) {}

Value Value::nil_slice() {
  Value value;
  value.kind_ = Kind::slice;
  return value;
}

Value Value::nil_map() {
  Value value;
  value.kind_ = Kind::map;
  return value;
}

Value Value::slice(std::vector<Value> items) {
  Value value = nil_slice();
  value.nil_ = false;
  value.items_ = std::move(items);
  return value;
}

Value Value::strings(const List& items) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const std::string& item : items) values.emplace_back(item);
  return slice(std::move(values));
}

Value Value::map(std::vector<std::pair<std::string, Value>> entries) {
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  auto fields = std::make_shared<std::vector<Field>>();
  for (auto& [key, entry] : entries) {
    fields->push_back(Field{key, std::move(entry), Omit::never, {}});
  }
  Value value = nil_map();
  value.nil_ = false;
  value.fields_ = std::move(fields);
  return value;
}

Value Value::structure(std::string_view type, std::vector<Field> fields) {
  Value value;
  value.kind_ = Kind::structure;
  value.nil_ = false;
  value.text_ = type;
  value.fields_ = std::make_shared<std::vector<Field>>(std::move(fields));
  return value;
}

Value Value::wrapped(std::string_view type) && {
  wrapped_ = true;
  text_ = type;
  return std::move(*this);
}

Value Value::pointer() && {
  pointer_ = true;
  return std::move(*this);
}

const std::vector<Field>& Value::fields() const {
  static const std::vector<Field> none;
  return fields_ ? *fields_ : none;
}

const Value* Value::find(std::string_view name) const {
  for (const Field& field : fields()) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

const Value* Value::find_go(std::string_view name) const {
  for (const Field& field : fields()) {
    if (field.go() == name) return &field.value;
  }
  return nullptr;
}

bool Value::empty() const {
  switch (kind_) {
    case Kind::nil:
      return true;
    case Kind::boolean:
    case Kind::integer:
      return number_ == 0;
    case Kind::real:
      return real_ == 0;
    case Kind::string:
      return text_.empty();
    case Kind::time:
      return false;
    case Kind::slice:
      return items_.empty();
    case Kind::map:
      return fields().empty();
    case Kind::structure:
      return false;
  }
  return false;
}

namespace {

bool omitted(const Field& field) {
  return field.omit == Omit::always ||
         (field.omit == Omit::when_empty && field.value.empty());
}

/// Go's zero time.Time, which has no place in 64 bits of nanoseconds.
std::string time_text(Time time) {
  return time.since_epoch == INT64_MIN ? "0001-01-01T00:00:00Z" : rfc3339(time);
}

}  // namespace

Value Value::raw() const {
  switch (kind_) {
    case Kind::time:
      return Value(time_text(time()));
    case Kind::slice: {
      if (nil_) return Value();
      std::vector<Value> items;
      for (const Value& item : items_) items.push_back(item.raw());
      return slice(std::move(items));
    }
    case Kind::map:
    case Kind::structure: {
      if (nil_) return Value();
      std::vector<std::pair<std::string, Value>> entries;
      for (const Field& field : fields()) {
        if (!omitted(field))
          entries.emplace_back(field.name, field.value.raw());
      }
      return map(std::move(entries));
    }
    case Kind::nil:
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
    case Kind::string:
      break;
  }
  Value same = *this;
  same.pointer_ = false;
  return same;
}

namespace {

/// The length of a well-formed UTF-8 sequence at the front; 0: none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<unsigned char>(text[at]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return 0;
  }
  const bool overlong =
      (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

void append_ascii(std::string& out, char c, bool escape_html) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const bool html = escape_html && (c == '<' || c == '>' || c == '&');
  if (static_cast<unsigned char>(c) < 0x20 || html) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                   static_cast<unsigned>(c));
  } else {
    out += c;
  }
}

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : style_(style) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::nil:
        out_ += "null";
        return;
      case Value::Kind::boolean:
        out_ += value.truth() ? "true" : "false";
        return;
      case Value::Kind::integer:
        fmt::format_to(std::back_inserter(out_), "{}", value.number());
        return;
      case Value::Kind::real:
        fmt::format_to(std::back_inserter(out_), "{}", value.real());
        return;
      case Value::Kind::string:
        out_ += json_string(value.text(), style_.escape_html);
        return;
      case Value::Kind::time:
        out_ += json_string(time_text(value.time()));
        return;
      case Value::Kind::slice:
        write_slice(value);
        return;
      case Value::Kind::map:
      case Value::Kind::structure:
        write_fields(value);
        return;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void line() {
    if (style_.indent.empty()) return;
    out_ += '\n';
    out_ += style_.prefix;
    for (int level = 0; level < depth_; ++level) out_ += style_.indent;
  }

  void write_slice(const Value& value) {
    if (value.is_nil()) {
      out_ += "null";
      return;
    }
    out_ += '[';
    ++depth_;
    bool first = true;
    for (const Value& item : value.items()) {
      if (!std::exchange(first, false)) out_ += ',';
      line();
      write(item);
    }
    --depth_;
    if (!first) line();
    out_ += ']';
  }

  void write_fields(const Value& value) {
    if (value.is_nil()) {
      out_ += "null";
      return;
    }
    out_ += '{';
    ++depth_;
    bool first = true;
    for (const Field& field : value.fields()) {
      if (omitted(field)) continue;
      if (!std::exchange(first, false)) out_ += ',';
      line();
      out_ += json_string(field.name, style_.escape_html);
      out_ += style_.indent.empty() ? ":" : ": ";
      write(field.value);
    }
    --depth_;
    if (!first) line();
    out_ += '}';
  }

  const JsonStyle& style_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string json_string(std::string_view text, bool escape_html) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\\ufffd";  // Go writes one for each byte that is no UTF-8.
      text.remove_prefix(1);
      continue;
    }
    const std::string_view piece = text.substr(0, length);
    if (length == 1) {
      append_ascii(out, piece.front(), escape_html);
    } else if (piece == "\u2028" || piece == "\u2029") {
      out += piece == "\u2028" ? "\\u2028" : "\\u2029";
    } else {
      out += piece;
    }
    text.remove_prefix(length);
  }
  return out + "\"";
}

std::string to_json(const Value& value, const JsonStyle& style) {
  Writer writer(style);
  writer.write(value);
  return writer.take();
}

}  // namespace drydock
