// module_signal.cc — signal: handlers written in Python.

#include <fmt/format.h>

#include "sim/kernel/signal.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

constexpr std::int64_t kDefault = 0, kIgnore = 1;

Value handler_of(Interpreter& py, int signal) {
  const auto found = py.signal_handlers.find(signal);
  if (found != py.signal_handlers.end()) return found->second;
  const auto now = py.process().disposition(signal);
  return py.integer(now == kernel::Disposition::ignore ? kIgnore : kDefault);
}

Value signal_signal(NativeCall& call) {
  Interpreter& py = call.py;
  const auto number = py.index(call.args[0]);
  if (!number) return nullptr;
  const int signal = static_cast<int>(*number);
  const Value before = handler_of(py, signal);
  const Int* const standard = as<Int>(call.args[1]);
  kernel::Disposition disposition = kernel::Disposition::caught;
  if (standard && standard->number == kDefault) {
    disposition = kernel::Disposition::standard;
  } else if (standard && standard->number == kIgnore) {
    disposition = kernel::Disposition::ignore;
  }
  const SysOutcome set = py.process().sigaction(signal, disposition);
  if (!set && set.error() == Errno::einval && *number > 0 && *number < 65) {
    return py.raise_os(Errno::einval);
  }
  if (!set) return py.raise("ValueError", "signal number out of range");
  py.signal_handlers[signal] = call.args[1];
  return before;
}

Value signal_getsignal(NativeCall& call) {
  const auto number = call.py.index(call.args[0]);
  return number ? handler_of(call.py, static_cast<int>(*number)) : nullptr;
}

Task<Value> signal_pause(NativeCall call) {
  (void)co_await call.py.process().pause();
  const bool taken = co_await call.py.take_signals();
  co_return taken ? call.py.none : nullptr;
}

Value default_int_handler(NativeCall& call) {
  return call.py.raise("KeyboardInterrupt", "");
}

constexpr NativeRow kSignal[] = {
    {"signal", 2, 2, signal_signal},
    {"getsignal", 1, 1, signal_getsignal},
    {"pause", 0, 0, nullptr, signal_pause},
    {"default_int_handler", 0, 2, default_int_handler},
};

}  // namespace

Value make_signal_module(Interpreter& py) {
  const Ref<Module> module = module_of(py, "signal", kSignal);
  py.set(*module, "SIG_DFL", py.integer(kDefault));
  py.set(*module, "SIG_IGN", py.integer(kIgnore));
  for (int number = 1; number < 32; ++number) {
    const kernel::SignalRow* const row = kernel::signal_row(number);
    if (!row) continue;
    py.set(*module, fmt::format("SIG{}", row->name), py.integer(number));
  }
  if (!py.signal_handlers.contains(kernel::kSigInt)) {
    py.signal_handlers[kernel::kSigInt] =
        *module->fields->table.find(py.intern("default_int_handler").get());
  }
  return module;
}

Task<bool> Interpreter::take_signals() {
  if (nested()) co_return true;
  for (;;) {
    const int signal = process_.take_signal();
    if (signal == 0) co_return true;
    const auto handler = signal_handlers.find(signal);
    if (handler == signal_handlers.end() || as<Int>(handler->second)) {
      if (signal != kernel::kSigInt) continue;
      raise("KeyboardInterrupt", "");
      co_return false;
    }
    Arguments given;
    given.positional = {integer(signal), none};
    const Value callee = handler->second;
    const Value done = co_await call(callee, std::move(given));
    if (!done) co_return false;
  }
}

}  // namespace drydock::userland::python
