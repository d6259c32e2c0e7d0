// pattern.h — the regular expressions of `ps -f name=...`.

#pragma once

#include <string_view>

namespace drydock::engine {

/// Whether the pattern is found anywhere in the text.  Knows ^ $ . [] () | * +
/// ? and \; a pattern that is not well formed is found nowhere.  Its work is
/// bounded: a pattern that would take too long is found nowhere either.
bool pattern_found(std::string_view pattern, std::string_view text);

}  // namespace drydock::engine
