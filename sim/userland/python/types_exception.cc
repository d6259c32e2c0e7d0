// types_exception.cc — BaseException and what its kinds add.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Value exception_new(NativeCall& call) {
  Interpreter& py = call.py;
  Type* type = as<Type>(call.args[0]);
  // OSError(2, "...") is a FileNotFoundError: PEP 3151.
  const Int* const number = as<Int>(call.arg(1));
  if (type == py.exception_type("OSError") && call.count() >= 3 && number) {
    type =
        py.exception_type(os_error_class(static_cast<Errno>(number->number)));
  }
  const Ref<Exception> made = py.heap.make<Exception>(type);
  made->arguments.assign(call.args.begin() + 1, call.args.end());
  if (type->is_subtype_of(py.exception_type("OSError")) && call.count() >= 3) {
    py.set(*made, "errno", call.args[1]);
    py.set(*made, "strerror", call.args[2]);
    py.set(*made, "filename", call.count() > 3 ? call.args[3] : py.none);
    if (call.count() > 3) made->arguments.resize(2);
  } else if (type->is_subtype_of(py.exception_type("OSError"))) {
    py.set(*made, "errno", py.none);
    py.set(*made, "strerror", py.none);
    py.set(*made, "filename", py.none);
  }
  return made;
}

Value exception_init(NativeCall& call) {
  Exception* const self = as<Exception>(call.args[0]);
  const bool os_error =
      self->type->is_subtype_of(call.py.exception_type("OSError"));
  if (!os_error) {
    self->arguments.assign(call.args.begin() + 1, call.args.end());
  }
  return call.py.none;
}

Value exception_str(NativeCall& call) {
  // Below any __str__ written in Python.
  const Exception& self = *as<Exception>(call.args[0]);
  if (self.arguments.empty()) return call.py.str("");
  const auto text = self.arguments.size() == 1
                        ? call.py.str_of(self.arguments[0])
                        : call.py.repr(call.py.tuple(self.arguments));
  return text ? call.py.str(*text) : nullptr;
}

Value with_traceback(NativeCall& call) { return call.args[0]; }

constexpr NativeRow kException[] = {
    {"__new__", 1, -1, exception_new, nullptr, true},
    {"__init__", 1, -1, exception_init},
    {"__str__", 1, 1, exception_str},
    {"with_traceback", 2, 2, with_traceback},
};

}  // namespace

void add_exception_methods(Interpreter& py) {
  py.add_functions(*py.types.exception, kException);
}

}  // namespace drydock::userland::python
