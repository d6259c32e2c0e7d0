// explain.h — the steps that the engine takes, for `--explain`.

#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "sim/engine/backend.h"

namespace drydock::engine {

/// Tells the observer, if there is one; else it costs one comparison.
template <typename... Args>
void explain(Backend& backend, fmt::format_string<const Args&...> form,
             const Args&... args) {
  if (!backend.observer) return;
  backend.observer(fmt::format(form, args...));
}

}  // namespace drydock::engine
