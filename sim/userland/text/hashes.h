// hashes.h — MD5 (RFC 1321) and SHA-1 (RFC 3174) of a text.

#pragma once

#include <string>
#include <string_view>

namespace drydock::userland {

std::string md5_hex(std::string_view bytes);
std::string sha1_hex(std::string_view bytes);

}  // namespace drydock::userland
