// registry_words.h — what docker's client says of a registry that does not give
// what it was asked for.

#pragma once

#include <string>
#include <string_view>

#include "sim/engine/backend.h"

namespace drydock::engine {

/// "401 Unauthorized", as net/http has it; the number alone if it has no name.
std::string status_words(int status);

/// The fault behind a status that is no success: the first error of the body,
/// code and message, or the status.  Fit for a terminal, whatever was sent.
RegistryFault refusal(int status, std::string_view body);

/// Bytes that are not those of their digest.
RegistryFault wrong_layer(std::string_view digest);
RegistryFault wrong_manifest(std::string_view digest);

/// A registry's own words: at most 500 bytes, and nothing but text.
std::string printable(std::string words);

}  // namespace drydock::engine
