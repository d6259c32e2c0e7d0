// text.h — small deeds on text that the standard library leaves out.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

using List = std::vector<std::string>;

List split(std::string_view text, char separator);  // Keeps empty pieces.
List split_blanks(std::string_view text);           // Words, as Go's Fields.
std::string join(const List& pieces, std::string_view glue);

std::string_view trim(
    std::string_view text);  // Blanks of isspace(3), C locale.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string replace_all(std::string_view text, std::string_view from,
                        std::string_view to);

/// All of `text`, in base 10; an optional sign.
std::optional<std::int64_t> parse_int(std::string_view text);

/// strconv.Quote: "a\tb\u00e9" between double quotes, printable kept as it is.
std::string go_quote(std::string_view text);

/// fnmatch(3) as Go's filepath.Match has it: * ? [a-z] \x; * and ? stop at '/'.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace drydock
