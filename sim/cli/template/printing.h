// printing.h — package fmt: how Go prints a value.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/value.h"

namespace drydock::cli::tmpl {

/// Go's name of the value's type: "string", "[]string", "*types.X".
std::string type_name(const Value* value);

/// %v
std::string printed(const Value* value);

/// fmt.Sprint: a blank between two operands when neither is a string.
std::string sprint(const std::vector<const Value*>& arguments);
std::string sprintln(const std::vector<const Value*>& arguments);
std::string sprintf(std::string_view format,
                    const std::vector<const Value*>& arguments);

}  // namespace drydock::cli::tmpl
