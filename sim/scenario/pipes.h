// pipes.h — commands of a page that run without a terminal: words and input.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/text.h"

namespace drydock::scenario {

/// Words of a command line with '...', "..." and \ as sh has them; nothing
/// is expanded.
List split_words(std::string_view line);

/// A word as split_words and sh read it back.
std::string quoted_word(std::string_view word);

/// Bytes as lines `< TEXT`, for a page; input_of() is the way back.
List input_lines(std::string_view bytes);
std::string input_of(const List& lines);

/// Whether a line of a page is input: it begins with "< ".
bool is_input(std::string_view line);

}  // namespace drydock::scenario
