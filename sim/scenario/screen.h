// screen.h — what a person sees of a terminal's output, as lines.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::scenario {

/// Carriage returns overwrite, backspaces step back, lines that are gone back
/// to are drawn anew, colours are not seen.
/// The last line is what follows the last newline: a prompt, or nothing.
std::vector<std::string> screen_lines(std::string_view output);

}  // namespace drydock::scenario
