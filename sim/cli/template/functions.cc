// functions.cc — the functions of templates, as a table.

#include "sim/cli/template/functions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/cli/format.h"
#include "sim/cli/template/printing.h"

namespace drydock::cli::tmpl {

namespace {

using Kind = Value::Kind;

bool is_nothing(Argument value) {
  return value == nullptr || value->kind() == Kind::nil;
}

std::int64_t size_of(const Value& value) {
  switch (value.kind()) {
    case Kind::string:
      return static_cast<std::int64_t>(value.text().size());
    case Kind::slice:
      return static_cast<std::int64_t>(value.items().size());
    case Kind::map:
      return static_cast<std::int64_t>(value.fields().size());
    default:
      return -1;
  }
}

// --- Comparison -------------------------------------------------------------

enum class Order { less, equal, greater, incomparable };

template <typename T>
Order order_of(const T& a, const T& b) {
  return a < b ? Order::less : b < a ? Order::greater : Order::equal;
}

Order compared(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return Order::incomparable;
  switch (a.kind()) {
    case Kind::boolean:
      return order_of(a.truth(), b.truth());
    case Kind::integer:
      return order_of(a.number(), b.number());
    case Kind::real:
      return order_of(a.real(), b.real());
    case Kind::string:
      return order_of(a.text(), b.text());
    case Kind::time:
      return order_of(a.time(), b.time());
    default:
      return Order::incomparable;
  }
}

bool is_basic(Argument value) {
  switch (value->kind()) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
    case Kind::string:
      return true;
    default:
      return false;
  }
}

Error incompatible() { return Error{"incompatible types for comparison"}; }

Result<Value> equal(const Arguments& arguments, const FunctionOptions&) {
  if (arguments.size() < 2) return Error{"missing argument for comparison"};
  const Argument first = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Argument other = arguments[i];
    if (is_nothing(first) || is_nothing(other)) {
      if (is_nothing(first) && is_nothing(other)) return Value(true);
      continue;
    }
    if (!is_basic(first) || !is_basic(other)) {
      const Argument odd = is_basic(first) ? other : first;
      if (odd->kind() == Kind::slice || odd->kind() == Kind::map) {
        return Error{fmt::format("non-comparable type {}: {}", printed(odd),
                                 type_name(odd))};
      }
      return incompatible();
    }
    const Order order = compared(*first, *other);
    if (order == Order::incomparable) return incompatible();
    if (order == Order::equal) return Value(true);
  }
  return Value(false);
}

Result<Value> not_equal(const Arguments& arguments,
                        const FunctionOptions& options) {
  const Result<Value> same = equal(arguments, options);
  if (!same) return same;
  return Value(!same->truth());
}

Result<Order> ordered(const Arguments& arguments) {
  const Argument a = arguments[0], b = arguments[1];
  if (is_nothing(a) || is_nothing(b) || !is_basic(a) || !is_basic(b)) {
    return Error{"invalid type for comparison"};
  }
  const Order order = compared(*a, *b);
  if (order == Order::incomparable) return incompatible();
  if (a->kind() == Kind::boolean) return Error{"invalid type for comparison"};
  return order;
}

Result<Value> less(const Arguments& arguments, const FunctionOptions&) {
  const Result<Order> order = ordered(arguments);
  if (!order) return order.error();
  return Value(*order == Order::less);
}

Result<Value> less_or_equal(const Arguments& arguments,
                            const FunctionOptions&) {
  const Result<Order> order = ordered(arguments);
  if (!order) return order.error();
  return Value(*order != Order::greater);
}

Result<Value> greater(const Arguments& arguments, const FunctionOptions&) {
  const Result<Order> order = ordered(arguments);
  if (!order) return order.error();
  return Value(*order == Order::greater);
}

Result<Value> greater_or_equal(const Arguments& arguments,
                               const FunctionOptions&) {
  const Result<Order> order = ordered(arguments);
  if (!order) return order.error();
  return Value(*order != Order::less);
}

Result<Value> negation(const Arguments& arguments, const FunctionOptions&) {
  return Value(!truth(arguments[0]));
}

// --- Looking into things ----------------------------------------------------

Result<Value> length(const Arguments& arguments, const FunctionOptions&) {
  if (is_nothing(arguments[0])) return Error{"len of nil pointer"};
  const std::int64_t size = size_of(*arguments[0]);
  if (size >= 0) return Value(size);
  return Error{fmt::format("len of type {}", type_name(arguments[0]))};
}

/// An index into something of `size`, up to and with `last`.
Result<std::size_t> position(Argument index, std::int64_t last,
                             std::string_view what) {
  if (is_nothing(index)) return Error{"cannot index slice/array with nil"};
  if (index->kind() != Kind::integer) {
    return Error{
        fmt::format("cannot index slice/array with type {}", type_name(index))};
  }
  const std::int64_t at = index->number();
  if (at < 0 || at > last) {
    return Error{fmt::format("{}: {}", what, at)};
  }
  return static_cast<std::size_t>(at);
}

Result<Value> indexed(const Arguments& arguments,
                      const FunctionOptions& options) {
  if (is_nothing(arguments[0])) return Error{"index of untyped nil"};
  Value here = *arguments[0];
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Argument index = arguments[i];
    if (here.kind() == Kind::nil) return Error{"index of nil pointer"};
    if (here.kind() == Kind::map) {
      if (is_nothing(index)) return Error{"value is nil; should be string"};
      if (index->kind() != Kind::string) {
        return Error{fmt::format("value has type {}; should be string",
                                 type_name(index))};
      }
      const Value* const found = here.find(index->text());
      if (found == nullptr) {
        // The zero value: of a map of strings "", of interfaces nil.
        const bool strings = !options.raw && !here.fields().empty() &&
                             here.fields().front().value.kind() == Kind::string;
        here = strings ? Value("") : Value();
        continue;
      }
      Value next = *found;
      here = std::move(next);
      continue;
    }
    const std::int64_t size = size_of(here);
    if (size < 0) {
      return Error{
          fmt::format("can't index item of type {}", type_name(&here))};
    }
    const Result<std::size_t> at =
        position(index, size - 1, "index out of range");
    if (!at) return at.error();
    Value next = here.kind() == Kind::string
                     ? Value(static_cast<int>(
                           static_cast<unsigned char>(here.text()[*at])))
                     : here.items()[*at];
    here = std::move(next);
  }
  return here;
}

Result<Value> sliced(const Arguments& arguments, const FunctionOptions&) {
  if (is_nothing(arguments[0])) return Error{"slice of untyped nil"};
  if (arguments.size() > 4) {
    return Error{
        fmt::format("too many slice indexes: {}", arguments.size() - 1)};
  }
  const Value& whole = *arguments[0];
  const bool is_string = whole.kind() == Kind::string;
  if (!is_string && whole.kind() != Kind::slice) {
    return Error{fmt::format("can't slice item of type {}", type_name(&whole))};
  }
  if (is_string && arguments.size() == 4) {
    return Error{"cannot 3-index slice a string"};
  }
  const std::int64_t size = size_of(whole);
  std::array<std::size_t, 3> cut = {0, static_cast<std::size_t>(size),
                                    static_cast<std::size_t>(size)};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Result<std::size_t> at =
        position(arguments[i], size, "index out of range");
    if (!at) return at.error();
    cut[i - 1] = *at;
  }
  if (cut[0] > cut[1]) {
    return Error{fmt::format("invalid slice index: {} > {}", cut[0], cut[1])};
  }
  if (is_string) return Value(whole.text().substr(cut[0], cut[1] - cut[0]));
  return Value::slice({whole.items().begin() + static_cast<int>(cut[0]),
                       whole.items().begin() + static_cast<int>(cut[1])});
}

// --- Printing and escaping --------------------------------------------------

Result<Value> print(const Arguments& arguments, const FunctionOptions&) {
  return Value(sprint(arguments));
}
Result<Value> println(const Arguments& arguments, const FunctionOptions&) {
  return Value(sprintln(arguments));
}
Result<Value> print_format(const Arguments& arguments, const FunctionOptions&) {
  return Value(
      sprintf(arguments[0]->text(), {arguments.begin() + 1, arguments.end()}));
}

Result<Value> html(const Arguments& arguments, const FunctionOptions&) {
  std::string text;
  for (const char c : sprint(arguments)) {
    switch (c) {
      case '"':
        text += "&#34;";
        break;
      case '\'':
        text += "&#39;";
        break;
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '\0':
        text += "\xef\xbf\xbd";
        break;
      default:
        text += c;
    }
  }
  return Value(text);
}

Result<Value> js(const Arguments& arguments, const FunctionOptions&) {
  std::string text;
  for (const char c : sprint(arguments)) {
    switch (c) {
      case '\\':
        text += "\\\\";
        break;
      case '\'':
        text += "\\'";
        break;
      case '"':
        text += "\\\"";
        break;
      case '<':
        text += "\\u003C";
        break;
      case '>':
        text += "\\u003E";
        break;
      case '&':
        text += "\\u0026";
        break;
      case '=':
        text += "\\u003D";
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ') {
          text += fmt::format("\\u{:04X}", static_cast<int>(c));
        } else {
          text += c;
        }
    }
  }
  return Value(text);
}

Result<Value> urlquery(const Arguments& arguments, const FunctionOptions&) {
  std::string text;
  for (const char c : sprint(arguments)) {
    const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                       ('0' <= c && c <= '9') || c == '-' || c == '_' ||
                       c == '.' || c == '~';
    if (plain) {
      text += c;
    } else if (c == ' ') {
      text += '+';
    } else {
      text += fmt::format("%{:02X}",
                          static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return Value(text);
}

Result<Value> call(const Arguments& arguments, const FunctionOptions&) {
  if (is_nothing(arguments[0])) return Error{"call of nil"};
  return Error{fmt::format("non-function {} of type {}", printed(arguments[0]),
                           type_name(arguments[0]))};
}

// --- Docker's own -----------------------------------------------------------

Result<Value> json(const Arguments& arguments, const FunctionOptions& options) {
  if (arguments[0] == nullptr) return Value("null");
  JsonStyle style;
  style.escape_html =
      options.escape_html || arguments[0]->text().starts_with("formatter.");
  return Value(to_json(*arguments[0], style));
}

Result<Value> join_words(const Arguments& arguments, const FunctionOptions&) {
  List words;
  for (const Value& item : arguments[0]->items()) words.push_back(item.text());
  return Value(join(words, arguments[1]->text()));
}

Result<Value> split_words(const Arguments& arguments, const FunctionOptions&) {
  std::string_view text = arguments[0]->text();
  const std::string& separator = arguments[1]->text();
  List words;
  while (!text.empty() || words.empty()) {
    std::size_t at = separator.empty() ? std::min<std::size_t>(1, text.size())
                                       : text.find(separator);
    if (separator.empty() && at == text.size()) at = std::string_view::npos;
    words.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + separator.size());
    if (text.empty() && !separator.empty()) {
      words.emplace_back();
      break;
    }
  }
  return Value::strings(words);
}

Result<Value> to_lower(const Arguments& arguments, const FunctionOptions&) {
  return Value(lower(arguments[0]->text()));
}
Result<Value> to_upper(const Arguments& arguments, const FunctionOptions&) {
  return Value(upper(arguments[0]->text()));
}

Result<Value> title(const Arguments& arguments, const FunctionOptions&) {
  std::string text = arguments[0]->text();
  bool starts = true;
  for (char& c : text) {
    const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
    const bool inner = letter || ('0' <= c && c <= '9') || c == '_' ||
                       (static_cast<unsigned char>(c) & 0x80) != 0;
    if (starts && letter) c = upper(std::string_view(&c, 1)).front();
    starts = !inner && c != '\'';
  }
  return Value(text);
}

Result<Value> pad(const Arguments& arguments, const FunctionOptions&) {
  constexpr std::int64_t kMost = 100'000;
  const std::string& text = arguments[0]->text();
  if (text.empty()) return Value("");
  const auto blanks = [&](Argument count) {
    const std::int64_t n = std::clamp<std::int64_t>(count->number(), 0, kMost);
    return std::string(static_cast<std::size_t>(n), ' ');
  };
  return Value(blanks(arguments[1]) + text + blanks(arguments[2]));
}

Result<Value> truncate(const Arguments& arguments, const FunctionOptions&) {
  const std::string& text = arguments[0]->text();
  const std::int64_t most = std::max<std::int64_t>(arguments[1]->number(), 0);
  if (static_cast<std::int64_t>(text.size()) <= most) return Value(text);
  return Value(text.substr(0, static_cast<std::size_t>(most)));
}

/// Never called: the evaluator does them.
Result<Value> lazy(const Arguments&, const FunctionOptions&) { return Value(); }

// clang-format off
constexpr std::array kFunctions = {
    Function{"and",      "aa",  true,  lazy},
    Function{"call",     "aa",  true,  call},
    Function{"eq",       "aa",  true,  equal},
    Function{"ge",       "aa",  false, greater_or_equal},
    Function{"gt",       "aa",  false, greater},
    Function{"html",     "a",   true,  html},
    Function{"index",    "aa",  true,  indexed},
    Function{"join",     "Ls",  false, join_words},
    Function{"js",       "a",   true,  js},
    Function{"json",     "a",   false, json},
    Function{"le",       "aa",  false, less_or_equal},
    Function{"len",      "a",   false, length},
    Function{"lower",    "s",   false, to_lower},
    Function{"lt",       "aa",  false, less},
    Function{"ne",       "aa",  false, not_equal},
    Function{"not",      "a",   false, negation},
    Function{"or",       "aa",  true,  lazy},
    Function{"pad",      "sii", false, pad},
    Function{"print",    "a",   true,  print},
    Function{"printf",   "sa",  true,  print_format},
    Function{"println",  "a",   true,  println},
    Function{"slice",    "aa",  true,  sliced},
    Function{"split",    "ss",  false, split_words},
    Function{"title",    "s",   false, title},
    Function{"truncate", "si",  false, truncate},
    Function{"upper",    "s",   false, to_upper},
    Function{"urlquery", "a",   true,  urlquery},
};
// clang-format on

}  // namespace

const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

bool is_function(std::string_view name) {
  return find_function(name) != nullptr;
}

bool truth(Argument value) {
  if (value == nullptr) return false;
  switch (value->kind()) {
    case Kind::nil:
      return false;
    case Kind::boolean:
      return value->truth();
    case Kind::integer:
      return value->number() != 0;
    case Kind::real:
      return value->real() != 0;
    case Kind::time:
    case Kind::structure:
      return true;
    case Kind::string:
    case Kind::slice:
    case Kind::map:
      break;
  }
  return size_of(*value) > 0;
}

}  // namespace drydock::cli::tmpl
