// format.h — values as text: repr of numbers and strings, %, format().

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

std::string real_repr(double number);
std::string text_repr(std::string_view utf8);
std::string bytes_repr(std::string_view bytes);

/// format % values, as printf has it.
Value percent_format(Interpreter& py, const std::string& format,
                     const Value& values, bool bytes);

/// format(value, spec) of built-in types: [[fill]align][sign][#][0][width][,]
/// [.precision][type].  Nullopt: raised.
std::optional<std::string> format_value(Interpreter& py, const Value& value,
                                        const std::string& spec);

/// format.format(*arguments).
Task<Value> brace_format(Interpreter& py, std::string format,
                         Arguments arguments);

}  // namespace drydock::userland::python
