// prompt.h — PS1, PS2 and their escapes.

#pragma once

#include <string>
#include <string_view>

#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

/// The prompt of PS1 or PS2 as it is shown now.
Task<std::string> prompt_text(Shell& shell, std::string variable);

}  // namespace drydock::userland::sh
