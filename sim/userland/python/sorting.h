// sorting.h — the order of list.sort() and sorted().

#pragma once

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

/// Stable; `key` may be null.  False: raised, and `items` is as it was.
Task<bool> sort_values(Interpreter& py, Values* items, Value key, bool down);

}  // namespace drydock::userland::python
