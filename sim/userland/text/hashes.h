// hashes.h — MD5 (RFC 1321), SHA-1 (RFC 3174), SHA-384 and SHA-512 of a text.

#pragma once

#include <string>
#include <string_view>

namespace drydock::userland {

std::string md5_hex(std::string_view bytes);
std::string sha1_hex(std::string_view bytes);
std::string sha384_hex(std::string_view bytes);  // sha512.cc
std::string sha512_hex(std::string_view bytes);

}  // namespace drydock::userland
