// module_math.cc — math.

#include <fmt/format.h>

#include <cmath>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

Value checked(Interpreter& py, double given, double result) {
  if (std::isnan(result) && !std::isnan(given)) {
    return py.raise("ValueError", "math domain error");
  }
  if (std::isinf(result) && std::isfinite(given)) {
    return py.raise("OverflowError", "math range error");
  }
  return py.real(result);
}

template <double (*Function)(double)>
Value one(NativeCall& call) {
  const auto x = number_of(call, 0);
  return x ? checked(call.py, *x, Function(*x)) : nullptr;
}

template <double (*Function)(double, double)>
Value two(NativeCall& call) {
  const auto x = number_of(call, 0);
  const auto y = x ? number_of(call, 1) : std::nullopt;
  return y ? checked(call.py, *x, Function(*x, *y)) : nullptr;
}

template <double (*Function)(double)>
Value whole(NativeCall& call) {
  if (as<Int>(call.args[0])) return call.args[0];
  const auto x = number_of(call, 0);
  if (!x) return nullptr;
  const double y = Function(*x);
  if (!std::isfinite(y) || std::abs(y) > 9.2e18) {
    return call.py.raise("OverflowError",
                         "cannot convert float infinity to integer");
  }
  return call.py.integer(static_cast<std::int64_t>(y));
}

Value math_log(NativeCall& call) {
  const auto x = number_of(call, 0);
  if (!x) return nullptr;
  if (*x <= 0) return call.py.raise("ValueError", "math domain error");
  if (call.count() == 1) return call.py.real(std::log(*x));
  const auto base = number_of(call, 1);
  if (!base) return nullptr;
  if (*base <= 0 || *base == 1) {
    return *base == 1
               ? call.py.raise("ZeroDivisionError", "float division by zero")
               : call.py.raise("ValueError", "math domain error");
  }
  return call.py.real(std::log(*x) / std::log(*base));
}

Value math_factorial(NativeCall& call) {
  const auto n = call.py.index(call.args[0]);
  if (!n) return nullptr;
  if (*n < 0) {
    return call.py.raise("ValueError",
                         "factorial() not defined for negative values");
  }
  if (*n > 20) return call.py.refuse("an integer beyond 64 bits");
  std::int64_t product = 1;
  for (std::int64_t i = 2; i <= *n; ++i) product *= i;
  return call.py.integer(product);
}

Value math_gcd(NativeCall& call) {
  auto a = call.py.index(call.args[0]);
  auto b = a ? call.py.index(call.args[1]) : std::nullopt;
  if (!b) return nullptr;
  while (*b != 0) *a = std::exchange(*b, *a % *b);
  return call.py.integer(std::abs(*a));
}

template <bool (*Test)(double)>
Value test(NativeCall& call) {
  const auto x = number_of(call, 0);
  return x ? call.py.boolean(Test(*x)) : nullptr;
}
bool is_nan(double x) { return std::isnan(x); }
bool is_inf(double x) { return std::isinf(x); }
bool is_finite(double x) { return std::isfinite(x); }
double degrees(double x) { return x * 180.0 / M_PI; }
double radians(double x) { return x * M_PI / 180.0; }
double hypot_of(double x, double y) { return std::hypot(x, y); }

Value math_modf(NativeCall& call) {
  const auto x = number_of(call, 0);
  if (!x) return nullptr;
  double whole_part = 0;
  const double rest = std::modf(*x, &whole_part);
  return call.py.tuple({call.py.real(rest), call.py.real(whole_part)});
}

Task<Value> math_fsum(NativeCall call) {
  Values items;
  const bool taken = co_await call.py.collect(call.args[0], &items);
  if (!taken) co_return nullptr;
  // Neumaier's sum: what each addition loses is kept beside it.
  double sum = 0, lost = 0;
  Arguments none;
  for (const Value& item : items) {
    NativeCall inner{call.py, call.name, none, none.positional};
    none.positional = {item};
    const auto x = number_of(inner, 0);
    if (!x) co_return nullptr;
    const double next = sum + *x;
    lost +=
        std::abs(sum) >= std::abs(*x) ? (sum - next) + *x : (*x - next) + sum;
    sum = next;
  }
  co_return call.py.real(sum + lost);
}

// clang-format off
constexpr NativeRow kMath[] = {
    {"sqrt", 1, 1, one<std::sqrt>},
    {"exp", 1, 1, one<std::exp>},
    {"log", 1, 2, math_log},
    {"log2", 1, 1, one<std::log2>},
    {"log10", 1, 1, one<std::log10>},
    {"sin", 1, 1, one<std::sin>},
    {"cos", 1, 1, one<std::cos>},
    {"tan", 1, 1, one<std::tan>},
    {"asin", 1, 1, one<std::asin>},
    {"acos", 1, 1, one<std::acos>},
    {"atan", 1, 1, one<std::atan>},
    {"sinh", 1, 1, one<std::sinh>},
    {"cosh", 1, 1, one<std::cosh>},
    {"tanh", 1, 1, one<std::tanh>},
    {"fabs", 1, 1, one<std::fabs>},
    {"degrees", 1, 1, one<degrees>},
    {"radians", 1, 1, one<radians>},
    {"atan2", 2, 2, two<std::atan2>},
    {"pow", 2, 2, two<std::pow>},
    {"fmod", 2, 2, two<std::fmod>},
    {"hypot", 2, 2, two<hypot_of>},
    {"copysign", 2, 2, two<std::copysign>},
    {"floor", 1, 1, whole<std::floor>},
    {"ceil", 1, 1, whole<std::ceil>},
    {"trunc", 1, 1, whole<std::trunc>},
    {"factorial", 1, 1, math_factorial},
    {"gcd", 2, 2, math_gcd},
    {"modf", 1, 1, math_modf},
    {"fsum", 1, 1, nullptr, math_fsum},
    {"isnan", 1, 1, test<is_nan>},
    {"isinf", 1, 1, test<is_inf>},
    {"isfinite", 1, 1, test<is_finite>},
};
// clang-format on

}  // namespace

Value make_math_module(Interpreter& py) {
  const Ref<Module> module = module_of(py, "math", kMath);
  py.set(*module, "pi", py.real(M_PI));
  py.set(*module, "e", py.real(M_E));
  return module;
}

}  // namespace drydock::userland::python
