// state.h — a session's engine state in the forms that people ask for.

#pragma once

#include <string>

#include "sim/base/result.h"
#include "sim/engine/engine.h"

namespace drydock::front {

/// `format`: text, dot, svg or json; the error names what it is not.
Result<std::string> state_text(const engine::Engine& engine,
                               const std::string& format);

}  // namespace drydock::front
