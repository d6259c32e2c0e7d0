// dialect.h — which shell we are: dash, bash or busybox's ash.

#pragma once

#include <string_view>

namespace drydock::userland::sh {

enum class Dialect { dash, bash, ash };

/// By flavour of the program id: "bash/bash" is bash, "busybox/sh" is ash, and
/// everything else is dash.
constexpr Dialect dialect_of(std::string_view flavour) {
  if (flavour == "bash") return Dialect::bash;
  return flavour == "busybox" ? Dialect::ash : Dialect::dash;
}

/// How deeply syntax and function calls may nest.
inline constexpr int kSyntaxDepth = 400;
inline constexpr int kCallDepth = 1000;

}  // namespace drydock::userland::sh
