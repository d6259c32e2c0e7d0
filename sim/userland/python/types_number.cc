// types_number.cc — int, bool and float: their constructors and methods.

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Value bad_literal(Interpreter& py, std::int64_t base, const Value& text) {
  const auto shown = py.repr(text);
  if (!shown) return nullptr;
  return py.raise(
      "ValueError",
      fmt::format("invalid literal for int() with base {}: {}", base, *shown));
}

Value int_of_text(Interpreter& py, const std::string& given, std::int64_t base,
                  const Value& shown) {
  std::string text(trim(given));
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.erase(0, 1);
  }
  if (text.size() > 1 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    const std::int64_t named = kind == 'x'   ? 16
                               : kind == 'o' ? 8
                               : kind == 'b' ? 2
                                             : 0;
    if (named && (base == named || base == 0)) {
      base = named;
      text.erase(0, 2);
    }
  }
  if (base == 0) base = 10;
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(),
                                    number, static_cast<int>(base));
  if (text.empty() || read.ptr != text.data() + text.size()) {
    return bad_literal(py, base, shown);
  }
  if (read.ec == std::errc::result_out_of_range || number > INT64_MAX) {
    return py.raise("OverflowError",
                    "drydock: python: integers beyond 64 bits are not "
                    "modelled");
  }
  const auto value = static_cast<std::int64_t>(number);
  return py.integer(negative ? -value : value);
}

Value int_of_real(Interpreter& py, double number) {
  if (std::isnan(number)) {
    return py.raise("ValueError", "cannot convert float NaN to integer");
  }
  if (std::isinf(number)) {
    return py.raise("OverflowError",
                    "cannot convert float infinity to integer");
  }
  if (std::abs(number) >= 9.2e18) {
    return py.raise("OverflowError",
                    "drydock: python: integers beyond 64 bits are not "
                    "modelled");
  }
  return py.integer(static_cast<std::int64_t>(number));
}

Value made_int(NativeCall& call, Value number) {
  Type* const type = as<Type>(call.args[0]);
  if (!number || type == call.py.types.integer.get()) return number;
  return call.py.heap.make<Int>(type, as<Int>(number)->number);
}

Value int_new(NativeCall& call) {
  Interpreter& py = call.py;
  if (call.count() == 1) return made_int(call, py.integer(0));
  const Value from = call.args[1];
  const Value base_value = call.take(2, "base");
  if (!call.no_more_keywords()) return nullptr;
  const Str* const text = as<Str>(from);
  const ByteString* const bytes = as<ByteString>(from);
  if (base_value) {
    const auto base = py.index(base_value);
    if (!base) return nullptr;
    if (!text && !bytes) {
      return py.raise("TypeError",
                      "int() can't convert non-string with explicit base");
    }
    if (*base != 0 && (*base < 2 || *base > 36)) {
      return py.raise("ValueError", "int() base must be >= 2 and <= 36");
    }
    return made_int(
        call, int_of_text(py, text ? text->text : bytes->text, *base, from));
  }
  if (text) return made_int(call, int_of_text(py, text->text, 10, from));
  if (bytes) return made_int(call, int_of_text(py, bytes->text, 10, from));
  if (const Int* const number = as<Int>(from)) {
    return made_int(call, py.integer(number->number));
  }
  if (const Real* const real = as<Real>(from)) {
    return made_int(call, int_of_real(py, real->number));
  }
  if (const Value method = py.special(from, "__int__")) {
    Arguments self;
    self.positional.push_back(from);
    return made_int(call, py.call_now(method, std::move(self)));
  }
  return py.raise("TypeError",
                  fmt::format("int() argument must be a string, a bytes-like "
                              "object or a number, not '{}'",
                              Interpreter::type_name(from)));
}

Value int_bit_length(NativeCall& call) {
  const std::int64_t n = as<Int>(call.args[0])->number;
  std::uint64_t rest =
      n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  std::int64_t bits = 0;
  for (; rest; rest >>= 1) ++bits;
  return call.py.integer(bits);
}

Value int_to_bytes(NativeCall& call) {
  const auto length = call.py.index(call.args[1]);
  const Str* const order = as<Str>(call.args[2]);
  if (!length || !order) return nullptr;
  std::int64_t n = as<Int>(call.args[0])->number;
  if (n < 0) {
    return call.py.raise("OverflowError",
                         "can't convert negative int to unsigned");
  }
  std::string out;
  for (std::int64_t i = 0; i < *length; ++i, n >>= 8) {
    out += static_cast<char>(n & 0xff);
  }
  if (n) return call.py.raise("OverflowError", "int too big to convert");
  if (order->text == "big") out = std::string(out.rbegin(), out.rend());
  return call.py.bytes(std::move(out));
}

Value int_from_bytes(NativeCall& call) {
  const ByteString* const bytes = as<ByteString>(call.args[1]);
  const Str* const order = as<Str>(call.args[2]);
  if (!bytes || !order) {
    return call.py.raise("TypeError", "from_bytes() takes bytes and an order");
  }
  std::string all = bytes->text;
  if (order->text == "little") all = std::string(all.rbegin(), all.rend());
  std::uint64_t n = 0;
  for (const char c : all) {
    if (n > INT64_MAX >> 8) {
      return call.py.raise("OverflowError",
                           "drydock: python: integers beyond 64 bits are not "
                           "modelled");
    }
    n = n << 8 | static_cast<unsigned char>(c);
  }
  return call.py.integer(static_cast<std::int64_t>(n));
}

Value number_self(NativeCall& call) {
  return call.py.integer(as<Int>(call.args[0])->number);
}

constexpr NativeRow kInt[] = {
    {"__new__", 1, 3, int_new, nullptr, true},
    {"bit_length", 1, 1, int_bit_length},
    {"to_bytes", 3, 3, int_to_bytes},
    {"conjugate", 1, 1, number_self},
};
constexpr NativeRow kFromBytes[] = {{"from_bytes", 3, 3, int_from_bytes}};

Value bool_new(NativeCall& call) {
  if (call.count() == 1) return call.py.no;
  const int truth = call.py.truth(call.args[1]);
  return truth < 0 ? Value() : call.py.boolean(truth == 1);
}
constexpr NativeRow kBool[] = {{"__new__", 1, 2, bool_new}};

Value real_of_text(Interpreter& py, const Value& from,
                   const std::string& given) {
  std::string text = lower(trim(given));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.erase(0, 1);
  double number = 0;
  if (text == "inf" || text == "infinity") {
    number = HUGE_VAL;
  } else if (text == "nan") {
    number = std::nan("");
  } else {
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number);
    const bool digit = text.find_first_of("0123456789") != text.npos;
    if (!digit || text[0] == '-' || read.ptr != text.data() + text.size()) {
      const auto shown = py.repr(from);
      if (!shown) return nullptr;
      return py.raise(
          "ValueError",
          fmt::format("could not convert string to float: {}", *shown));
    }
    if (read.ec == std::errc::result_out_of_range) number = HUGE_VAL;
  }
  return py.real(negative ? -number : number);
}

Value real_new(NativeCall& call) {
  Interpreter& py = call.py;
  Value made = py.real(0);
  if (call.count() > 1) {
    const Value& from = call.args[1];
    if (const Str* const text = as<Str>(from)) {
      made = real_of_text(py, from, text->text);
    } else if (const Real* const real = as<Real>(from)) {
      made = py.real(real->number);
    } else if (const Int* const number = as<Int>(from)) {
      made = py.real(static_cast<double>(number->number));
    } else if (const Value method = py.special(from, "__float__")) {
      Arguments self;
      self.positional.push_back(from);
      made = py.call_now(method, std::move(self));
    } else {
      return py.raise("TypeError",
                      fmt::format("float() argument must be a string or a "
                                  "number, not '{}'",
                                  Interpreter::type_name(from)));
    }
  }
  Type* const type = as<Type>(call.args[0]);
  if (!made || type == py.types.real.get()) return made;
  return py.heap.make<Real>(type, as<Real>(made)->number);
}

Value real_is_integer(NativeCall& call) {
  const double x = as<Real>(call.args[0])->number;
  return call.py.boolean(std::isfinite(x) && std::floor(x) == x);
}
constexpr NativeRow kReal[] = {
    {"__new__", 1, 2, real_new},
    {"is_integer", 1, 1, real_is_integer},
};

}  // namespace

void add_number_methods(Interpreter& py) {
  py.add_functions(*py.types.integer, kInt);
  py.add_functions(*py.types.boolean, kBool);
  py.add_functions(*py.types.real, kReal);
  const Ref<Wrapper> from_bytes = py.heap.make<Wrapper>(
      py.types.class_method.get(), WrapperKind::class_method);
  from_bytes->get =
      py.heap.make<NativeFunction>(py.types.native.get(), kFromBytes[0]);
  py.set(*py.types.integer, "from_bytes", from_bytes);
}

}  // namespace drydock::userland::python
