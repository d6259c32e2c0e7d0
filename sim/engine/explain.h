// explain.h — telling the observer of a step, if there is one.

#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "sim/engine/backend.h"

namespace drydock::engine {

namespace detail {

inline void add_fields(Step&) {}

template <typename Value, typename... Rest>
void add_fields(Step& step, std::string_view name, const Value& value,
                const Rest&... rest) {
  step.fields.emplace_back(name, fmt::format("{}", value));
  add_fields(step, rest...);
}

}  // namespace detail

/// Tells of one step: names and values in turn.  Names must be literals.
/// Costs one comparison when nobody listens; a value that is dear to find out
/// belongs behind `if (backend.observer)`.
template <typename... Fields>
void explain(const Backend& backend, StepKind kind, const Fields&... fields) {
  if (!backend.observer) return;
  Step step{kind, {}};
  detail::add_fields(step, fields...);
  backend.observer(step);
}

}  // namespace drydock::engine
