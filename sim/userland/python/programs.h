// programs.h — the Python world's programs, and starting an interpreter inside
// of another program.

#pragma once

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

/// Signals and sys, before any code runs.
void begin(Interpreter& py, const Strings& arguments, const Strings& path,
           bool unbuffered);

Task<int> python_main(kernel::Process& self);
Task<int> pip_main(kernel::Process& self);

}  // namespace drydock::userland::python

namespace drydock::userland {

Task<int> uwsgi_main(kernel::Process& self);  // services/uwsgi.cc

}  // namespace drydock::userland
