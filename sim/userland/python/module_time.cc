// module_time.cc — time: the machine's virtual clock.

#include <fmt/format.h>

#include <cmath>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

double seconds_now(const Interpreter& py) {
  return static_cast<double>(py.process().now().since_epoch) / 1e9;
}

Value time_time(NativeCall& call) { return call.py.real(seconds_now(call.py)); }
Value time_counter(NativeCall& call) {
  const auto since =
      call.py.process().now().since_epoch - kEpochOfDrydock.since_epoch;
  return call.py.real(static_cast<double>(since) / 1e9);
}

Task<Value> time_sleep(NativeCall call) {
  Interpreter& py = call.py;
  const auto seconds = number_of(call, 0);
  if (!seconds) co_return nullptr;
  if (*seconds < 0) {
    co_return py.raise("ValueError", "sleep length must be non-negative");
  }
  const Time due = py.process().now() +
                   static_cast<Nanoseconds>(std::min(*seconds, 9e9) * 1e9);
  while (py.process().now() < due) {
    const SysOutcome slept =
        co_await py.process().nanosleep(due - py.process().now());
    if (slept) break;
    const bool taken = co_await py.take_signals();
    if (!taken) co_return nullptr;
    break;  // 3.4: a signal ends the sleep.
  }
  co_return py.none;
}

constexpr std::array<std::string_view, 9> kFields = {
    "tm_year", "tm_mon",  "tm_mday", "tm_hour", "tm_min",
    "tm_sec",  "tm_wday", "tm_yday", "tm_isdst"};

Value struct_time(Interpreter& py, Time time) {
  const CivilTime at = civil(time);
  const Values parts = {py.integer(at.year),
                        py.integer(at.month),
                        py.integer(at.day),
                        py.integer(at.hour),
                        py.integer(at.minute),
                        py.integer(at.second),
                        py.integer((at.weekday + 6) % 7),
                        py.integer(at.day_of_year),
                        py.integer(0)};
  const Ref<Type> type =
      py.make_type("time.struct_time", py.types.tuple.get(), Layout::tuple);
  type->built_in = false;
  const Ref<Tuple> made = py.heap.make<Tuple>(type.get(), parts);
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    py.set(*made, kFields[i], parts[i]);
  }
  return made;
}

/// The instant of an optional argument, or now.
std::optional<Time> instant_of(NativeCall& call, std::size_t i) {
  if (!call.arg(i) || call.arg(i) == call.py.none) {
    return call.py.process().now();
  }
  const auto seconds = number_of(call, i);
  if (!seconds) return std::nullopt;
  return Time{static_cast<Nanoseconds>(*seconds * 1e9)};
}

Value time_gmtime(NativeCall& call) {
  const auto at = instant_of(call, 0);
  return at ? struct_time(call.py, *at) : nullptr;
}

/// A struct_time (or any sequence of nine) as an instant, UTC.
std::optional<Time> from_tuple(Interpreter& py, const Value& value) {
  const Values* const items = value ? sequence_items(value) : nullptr;
  if (!items || items->size() < 6) {
    py.raise("TypeError", "Tuple or struct_time argument required");
    return std::nullopt;
  }
  std::int64_t n[6] = {};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto number = py.index((*items)[i]);
    if (!number) return std::nullopt;
    n[i] = *number;
  }
  CivilTime at{};
  at.year = n[0];
  at.month = static_cast<int>(n[1]);
  at.day = static_cast<int>(n[2]);
  at.hour = static_cast<int>(n[3]);
  at.minute = static_cast<int>(n[4]);
  at.second = static_cast<int>(n[5]);
  return instant(at);
}

Value time_strftime(NativeCall& call) {
  const std::string* const format = text_of(call, 0);
  if (!format) return nullptr;
  const auto at = call.count() > 1 ? from_tuple(call.py, call.args[1])
                                   : instant_of(call, 1);
  return at ? call.py.str(format_time(*at, *format)) : nullptr;
}

Value time_mktime(NativeCall& call) {
  const auto at = from_tuple(call.py, call.args[0]);
  return at ? call.py.real(static_cast<double>(at->seconds())) : nullptr;
}

Value time_ctime(NativeCall& call) {
  const auto at = instant_of(call, 0);
  return at ? call.py.str(format_time(*at, "%a %b %e %H:%M:%S %Y")) : nullptr;
}

constexpr NativeRow kTime[] = {
    {"time", 0, 0, time_time},
    {"monotonic", 0, 0, time_counter},
    {"perf_counter", 0, 0, time_counter},
    {"process_time", 0, 0, time_counter},
    {"clock", 0, 0, time_counter},
    {"sleep", 1, 1, nullptr, time_sleep},
    {"gmtime", 0, 1, time_gmtime},
    {"localtime", 0, 1, time_gmtime},
    {"strftime", 1, 2, time_strftime},
    {"mktime", 1, 1, time_mktime},
    {"ctime", 0, 1, time_ctime},
    {"asctime", 0, 0, time_ctime},
};

}  // namespace

Value make_time_module(Interpreter& py) {
  const Ref<Module> module = module_of(py, "time", kTime);
  py.set(*module, "timezone", py.integer(0));
  py.set(*module, "tzname", py.tuple({py.str("UTC"), py.str("UTC")}));
  return module;
}

}  // namespace drydock::userland::python
