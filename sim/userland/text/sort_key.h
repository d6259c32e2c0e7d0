// sort_key.h — the order of sort: keys, their options, comparisons.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland {

/// The ordering options of a key, or of sort as a whole.
struct SortOrder {
  bool numeric = false, human = false, version = false, month = false;
  bool general = false;
  bool reverse = false, fold = false, skip_start = false, skip_end = false;
  bool dictionary = false, printable = false;

  /// Takes one letter; false when it is none.
  bool set(char letter);
  bool any() const {
    return numeric || human || version || month || general || reverse || fold ||
           skip_start || skip_end || dictionary || printable;
  }
};

struct SortKey {
  std::size_t field = 1, character = 1;
  std::size_t end_field = 0, end_character = 0;  // 0: the end of line / field.
  SortOrder order;
};

/// "2,3nr", "1.2,1.4": POS1[,POS2].
Result<SortKey> parse_sort_key(std::string_view text);

struct SortRules {
  std::vector<SortKey> keys;
  SortOrder order;  // Of keys without own letters, and without any key.
  std::optional<char> separator;
  bool stable = false, unique = false;

  /// Below, equal to or above zero, as strcmp.  `last_resort`: bytes decide
  /// between lines with equal keys.
  int compare(std::string_view a, std::string_view b, bool last_resort) const;
};

}  // namespace drydock::userland
