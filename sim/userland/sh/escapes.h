// escapes.h — backslash escapes of $'...', and quoting so that a shell reads
// back the same text.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::userland::sh {

/// What $'...' holds: bash(1), "QUOTING".
std::string decode_dollar_quotes(std::string_view raw);

/// 'it'"'"'s': dash's way, always in quotes.
std::string single_quoted(std::string_view text);

/// 'it'\''s': bash's way of `export -p`, alias and trap.
std::string bash_quoted(std::string_view text);

/// Double quotes, as bash's declare -p has them.
std::string double_quoted(std::string_view text);

/// printf %q and ${v@Q}: as it is when plain, with backslashes or $'' if not.
std::string backslash_quoted(std::string_view text);
/// set -x of bash: quotes only where needed.
std::string trace_quoted(std::string_view text);

/// \uXXXX: the character, or, in the POSIX locale, the escape itself.
void append_character(std::string& text, std::uint32_t code, bool utf8);

}  // namespace drydock::userland::sh
