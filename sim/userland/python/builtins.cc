// builtins.cc — built-in functions that answer at once.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/sequence.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Value builtin_len(NativeCall& call) {
  const std::int64_t length = call.py.length(call.args[0]);
  return length < 0 ? Value() : call.py.integer(length);
}

Value builtin_repr(NativeCall& call) {
  const auto text = call.py.repr(call.args[0]);
  return text ? call.py.str(*text) : nullptr;
}

Value builtin_ascii(NativeCall& call) {
  const auto text = call.py.repr(call.args[0]);
  if (!text) return nullptr;
  std::string out;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t length = utf8_length((*text)[at]);
    const std::string one = text->substr(at, length);
    at += length;
    const std::int64_t code = code_of(one);
    out += length == 1      ? one
           : code < 0x100   ? fmt::format("\\x{:02x}", code)
           : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                            : fmt::format("\\U{:08x}", code);
  }
  return call.py.str(out);
}

Value builtin_abs(NativeCall& call) {
  const Value& of = call.args[0];
  if (const Int* const number = as<Int>(of)) {
    if (number->number == INT64_MIN) {
      return call.py.refuse("an integer beyond 64 bits");
    }
    return call.py.integer(std::abs(number->number));
  }
  if (const Real* const real = as<Real>(of)) {
    return call.py.real(std::abs(real->number));
  }
  if (const Value method = call.py.special(of, "__abs__")) {
    Arguments self;
    self.positional.push_back(of);
    return call.py.call_now(method, std::move(self));
  }
  return call.py.raise("TypeError", fmt::format("bad operand type for abs(): "
                                                "'{}'",
                                                Interpreter::type_name(of)));
}

Value builtin_ord(NativeCall& call) {
  const ByteString* const bytes = as<ByteString>(call.args[0]);
  if (bytes && bytes->text.size() == 1) {
    return call.py.integer(static_cast<unsigned char>(bytes->text[0]));
  }
  const Str* const text = as<Str>(call.args[0]);
  if (!text) {
    return call.py.raise("TypeError",
                         fmt::format("ord() expected string of length 1, but "
                                     "{} found",
                                     Interpreter::type_name(call.args[0])));
  }
  if (text->length() != 1) {
    return call.py.raise("TypeError",
                         fmt::format("ord() expected a character, but string "
                                     "of length {} found",
                                     text->length()));
  }
  return call.py.integer(code_of(text->text));
}

Value builtin_chr(NativeCall& call) {
  const auto code = call.py.index(call.args[0]);
  if (!code) return nullptr;
  if (*code < 0 || *code > 0x10ffff) {
    return call.py.raise("ValueError", "chr() arg not in range(0x110000)");
  }
  return call.py.str(utf8_of(static_cast<std::uint32_t>(*code)));
}

Value based(NativeCall& call, std::string_view prefix, int base) {
  const auto number = call.py.index(call.args[0]);
  if (!number) return nullptr;
  const bool negative = *number < 0;
  std::uint64_t n = negative ? 0 - static_cast<std::uint64_t>(*number)
                             : static_cast<std::uint64_t>(*number);
  std::string digits;
  do {
    digits += "0123456789abcdef"[n % static_cast<unsigned>(base)];
    n /= static_cast<unsigned>(base);
  } while (n);
  std::ranges::reverse(digits);
  return call.py.str((negative ? "-" : "") + std::string(prefix) + digits);
}
Value builtin_bin(NativeCall& call) { return based(call, "0b", 2); }
Value builtin_oct(NativeCall& call) { return based(call, "0o", 8); }
Value builtin_hex(NativeCall& call) { return based(call, "0x", 16); }

Value builtin_hash(NativeCall& call) {
  std::int64_t hash = 0;
  if (!call.py.hash(call.args[0], &hash)) return nullptr;
  return call.py.integer(hash);
}
Value builtin_id(NativeCall& call) {
  return call.py.integer(identity_of(*call.args[0]));
}

Value builtin_callable(NativeCall& call) {
  switch (call.args[0]->type->layout) {
    case Layout::function:
    case Layout::native:
    case Layout::method:
    case Layout::type:
      return call.py.yes;
    default:
      return call.py.boolean(bool(call.py.special(call.args[0], "__call__")));
  }
}

Value builtin_isinstance(NativeCall& call) {
  const int is = call.py.is_instance(call.args[0], call.args[1]);
  return is < 0 ? Value() : call.py.boolean(is == 1);
}

Value builtin_issubclass(NativeCall& call) {
  const Type* const type = as<Type>(call.args[0]);
  if (!type) {
    return call.py.raise("TypeError", "issubclass() arg 1 must be a class");
  }
  const Tuple* const several = as<Tuple>(call.args[1]);
  const Values choices = several ? several->items : Values{call.args[1]};
  for (const Value& each : choices) {
    const Type* const other = as<Type>(each);
    if (!other) {
      return call.py.raise("TypeError",
                           "issubclass() arg 2 must be a class or tuple of "
                           "classes");
    }
    if (type->is_subtype_of(other)) return call.py.yes;
  }
  return call.py.no;
}

double half_even(double x) {
  const double low = std::floor(x);
  const double rest = x - low;
  if (rest < 0.5) return low;
  if (rest > 0.5) return low + 1;
  return std::fmod(low, 2) == 0 ? low : low + 1;
}

Value builtin_round(NativeCall& call) {
  Interpreter& py = call.py;
  const Value digits = call.take(1, "ndigits");
  if (const Int* const number = as<Int>(call.args[0])) {
    if (!digits || digits == py.none) return py.integer(number->number);
    const auto places = py.index(digits);
    if (!places) return nullptr;
    if (*places >= 0) return py.integer(number->number);
    const double scale = std::pow(10.0, static_cast<double>(-*places));
    return py.integer(static_cast<std::int64_t>(
        half_even(static_cast<double>(number->number) / scale) * scale));
  }
  const Real* const real = as<Real>(call.args[0]);
  if (!real) {
    if (const Value method = py.special(call.args[0], "__round__")) {
      Arguments self;
      self.positional = call.args;
      return py.call_now(method, std::move(self));
    }
    return py.raise("TypeError",
                    fmt::format("type {} doesn't define __round__ method",
                                Interpreter::type_name(call.args[0])));
  }
  if (!digits || digits == py.none) {
    if (std::isnan(real->number)) {
      return py.raise("ValueError", "cannot convert float NaN to integer");
    }
    if (std::abs(real->number) > 9.2e18) {
      return py.raise("OverflowError",
                      "cannot convert float infinity to integer");
    }
    return py.integer(static_cast<std::int64_t>(half_even(real->number)));
  }
  const auto places = py.index(digits);
  if (!places) return nullptr;
  if (*places > 300 || !std::isfinite(real->number)) return call.args[0];
  if (*places < 0) {
    const double scale = std::pow(10.0, static_cast<double>(-*places));
    return py.real(half_even(real->number / scale) * scale);
  }
  // Correct rounding is what printing so many places does.
  const std::string text = fmt::format("{:.{}f}", real->number, *places);
  return py.real(std::strtod(text.c_str(), nullptr));
}

Value builtin_divmod(NativeCall& call) {
  bool known = false;
  const Value quotient = call.py.binary_now(Operator::floor_divide,
                                            call.args[0], call.args[1], &known);
  if (!known) {
    return call.py.raise("TypeError",
                         fmt::format("unsupported operand type(s) for "
                                     "divmod(): '{}' and '{}'",
                                     Interpreter::type_name(call.args[0]),
                                     Interpreter::type_name(call.args[1])));
  }
  if (!quotient) return nullptr;
  const Value rest =
      call.py.binary_now(Operator::modulo, call.args[0], call.args[1], &known);
  return rest ? call.py.tuple({quotient, rest}) : nullptr;
}

Value power_modulo(Interpreter& py, std::int64_t base, std::int64_t exponent,
                   std::int64_t modulus) {
  if (modulus == 0) {
    return py.raise("ValueError", "pow() 3rd argument cannot be 0");
  }
  if (exponent < 0) {
    return py.raise("TypeError",
                    "pow() 2nd argument cannot be negative when 3rd argument "
                    "specified");
  }
  using Wide = __int128;
  const Wide m = modulus;
  Wide result = 1 % m, square = ((base % m) + m) % m;
  for (std::int64_t rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) result = result * square % m;
    square = square * square % m;
  }
  if (result != 0 && (result < 0) != (m < 0)) result += m;
  return py.integer(static_cast<std::int64_t>(result));
}

Task<Value> builtin_pow(NativeCall call) {
  const Int* const a = as<Int>(call.args[0]);
  const Int* const b = as<Int>(call.args[1]);
  const Int* const m = as<Int>(call.arg(2));
  if (a && b && m) {
    co_return power_modulo(call.py, a->number, b->number, m->number);
  }
  co_return co_await call.py.binary(Operator::power, call.args[0], call.args[1],
                                    false);
}

Value builtin_format(NativeCall& call) {
  const Str* const spec = as<Str>(call.arg(1));
  const auto text = format_value(call.py, call.args[0], spec ? spec->text : "");
  return text ? call.py.str(*text) : nullptr;
}

Value builtin_globals(NativeCall& call) { return call.py.frame->globals; }

Value builtin_locals(NativeCall& call) {
  const Frame& frame = *call.py.frame;
  if (frame.names) return frame.names;
  const Ref<Dict> names = call.py.dict();
  for (std::size_t i = 0; frame.scope && i < frame.code->slots.size(); ++i) {
    if (!frame.scope->slots[i]) continue;
    names->table.set(frame.code->slots[i], frame.scope->slots[i]);
  }
  return names;
}

Value builtin_vars(NativeCall& call) {
  if (call.count() == 0) return builtin_locals(call);
  const Value fields = call.py.built_in_attribute(call.args[0], "__dict__");
  if (fields) return fields;
  return call.py.raise("TypeError",
                       "vars() argument must have __dict__ attribute");
}

Value builtin_dir(NativeCall& call) {
  std::set<std::string> names;
  const auto add = [&](const Object& from) {
    if (!from.fields) return;
    for (const Table::Entry& entry : from.fields->table.entries()) {
      const Str* const name = as<Str>(entry.key);
      if (name) names.insert(name->text);
    }
  };
  if (call.count() == 0) {
    const Value locals = builtin_locals(call);
    for (const Table::Entry& entry : as<Dict>(locals)->table.entries()) {
      if (const Str* const name = as<Str>(entry.key)) names.insert(name->text);
    }
  } else {
    const Value& of = call.args[0];
    add(*of);
    const Type* const type = as<Type>(of) ? as<Type>(of) : of->type.get();
    if (!as<Module>(of)) {
      for (const Ref<Type>& each : type->mro) add(*each);
    }
  }
  Values all;
  for (const std::string& name : names) all.push_back(call.py.str(name));
  return call.py.list(std::move(all));
}

constexpr NativeRow kFunctions[] = {
    {"len", 1, 1, builtin_len},
    {"repr", 1, 1, builtin_repr},
    {"ascii", 1, 1, builtin_ascii},
    {"abs", 1, 1, builtin_abs},
    {"ord", 1, 1, builtin_ord},
    {"chr", 1, 1, builtin_chr},
    {"bin", 1, 1, builtin_bin},
    {"oct", 1, 1, builtin_oct},
    {"hex", 1, 1, builtin_hex},
    {"hash", 1, 1, builtin_hash},
    {"id", 1, 1, builtin_id},
    {"callable", 1, 1, builtin_callable},
    {"isinstance", 2, 2, builtin_isinstance},
    {"issubclass", 2, 2, builtin_issubclass},
    {"round", 1, 2, builtin_round, nullptr, true},
    {"divmod", 2, 2, builtin_divmod},
    {"pow", 2, 3, nullptr, builtin_pow},
    {"format", 1, 2, builtin_format},
    {"globals", 0, 0, builtin_globals},
    {"locals", 0, 0, builtin_locals},
    {"vars", 0, 1, builtin_vars},
    {"dir", 0, 1, builtin_dir},
};

}  // namespace

void add_builtin_functions(Interpreter& py) {
  for (const NativeRow& row : kFunctions) {
    py.builtins->table.set(
        py.intern(row.name),
        py.heap.make<NativeFunction>(py.types.native.get(), row));
  }
}

}  // namespace drydock::userland::python
