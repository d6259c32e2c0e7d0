// names.h — names of containers: which are good, and random ones.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/prng.h"

namespace drydock::engine {

/// [a-zA-Z0-9][a-zA-Z0-9_.-]+: so at least two characters.
bool is_good_name(std::string_view name);

/// One letter is enough where a volume is named in -v.
bool is_good_volume_name(std::string_view name);

/// The names that can be drawn, and which of them are taken: a bit each, since
/// among many containers most draws meet a name that is.
class NameLot {
 public:
  /// Draws "adjective_surname" (behaviour.md §0.3): up to six tries, from the
  /// second on with a digit; empty when all were taken.
  std::string draw(Prng& prng) const;

  /// A container has this name, or has it no more.  Any name may be given.
  void take(std::string_view name) { mark(name, true); }
  void release(std::string_view name) { mark(name, false); }

 private:
  void mark(std::string_view name, bool taken);

  std::vector<bool> taken_;  // Empty: none was so far.
};

}  // namespace drydock::engine
