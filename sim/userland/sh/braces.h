// braces.h — {a,b} and {1..5} of bash, before all other expansions.

#pragma once

#include <optional>
#include <vector>

#include "sim/userland/sh/ast.h"

namespace drydock::userland::sh {

/// The words that the braces of `word` make; itself when it has none; nothing
/// when they would be more than the memory holds.
std::optional<std::vector<Word>> expand_braces(const Word& word);

}  // namespace drydock::userland::sh
