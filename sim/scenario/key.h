// key.h — keys as a page writes them: "^C", "^P^Q", "^'q'", "^C after 4s".

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.h"

namespace drydock::scenario {

/// What to press, and after how long.
struct Key {
  std::string bytes;
  std::string shown;  // "^C"
  Nanoseconds after = 0;
  bool waits = false;  // It says after how long.
};

/// Nothing if the line is no key: control keys by their letters, others
/// between ^' and '.
std::optional<Key> parse_key(std::string_view line);

/// The keys that make these bytes, as parse_key reads them; empty for none.
std::string key_text(std::string_view bytes);

}  // namespace drydock::scenario
