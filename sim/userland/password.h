// password.h — new passwords: asking for them and what /etc/shadow keeps.

#pragma once

#include <optional>
#include <string>

#include "sim/userland/output.h"

namespace drydock::userland {

/// What /etc/shadow keeps of a password.  Nobody logs in by it, so it is no
/// crypt(3) hash but a plain SHA-256 under a name of its own: "$drydock$...".
std::string modelled_hash(std::string_view user, std::string_view password);

/// Asks twice for `user`'s password on standard input, echo off on terminals.
/// Nothing when the two differ or input ends: the program then says so.
Task<std::optional<std::string>> ask_password(Output* out);

}  // namespace drydock::userland
