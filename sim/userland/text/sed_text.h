// sed_text.h — the escapes of sed in patterns, replacements and y's strings.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/text/sed_script.h"

namespace drydock::userland {

/// A pattern with \t \f \v \a \xHH \oNNN \dNNN \cX turned into characters.
std::string sed_regex_text(std::string_view pattern);

/// The right side of an s command.
std::vector<SedPiece> sed_replacement(std::string_view text);

/// One string of y: \\ \n \DELIMITER; nullopt for an unknown escape.
std::optional<std::string> sed_y_text(std::string_view text);

/// l's picture of a line: \t \\ \033 and, at `width` columns, folded with \.
std::string sed_unambiguous(std::string_view line, int width);

/// Puts one match together from the pieces.
std::string sed_expand(const std::vector<SedPiece>& pieces,
                       std::string_view text, const RegexMatch& match);

}  // namespace drydock::userland
