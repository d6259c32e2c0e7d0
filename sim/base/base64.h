// base64.h — bytes as text: RFC 4648, with padding.

#pragma once

#include <string>
#include <string_view>

namespace drydock {

std::string base64(std::string_view bytes);

/// The way back; it ends at the first character that is none of the alphabet.
std::string from_base64(std::string_view text);

}  // namespace drydock
