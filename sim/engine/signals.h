// signals.h — signal(7), as the engine's requests name them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::engine {

inline constexpr int kSigKill = 9, kSigTerm = 15, kSignalMax = 64;

/// "KILL", "SIGKILL", "kill", "RTMIN+3" or a number; nothing: no such name.
/// A number is answered as it is, in range or not.
std::optional<std::int64_t> parse_signal(std::string_view text);

/// "SIGTERM"; of a number without a name, the number.
std::string signal_name(std::int64_t number);

}  // namespace drydock::engine
