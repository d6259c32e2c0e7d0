// name_order.h — names of a directory, in the order of their bytes.

#pragma once

#include <string_view>

namespace drydock::vfs {

/// As std::string_view::compare().  Most names that meet in a directory differ
/// in their first byte, so that is looked at before anything is called.
inline int compare_names(std::string_view one, std::string_view other) {
  if (!one.empty() && !other.empty() && one.front() != other.front()) {
    const auto byte = [](char c) { return static_cast<unsigned char>(c); };
    return byte(one.front()) < byte(other.front()) ? -1 : 1;
  }
  return one.compare(other);
}

struct NameOrder {
  using is_transparent = void;
  bool operator()(std::string_view one, std::string_view other) const {
    return compare_names(one, other) < 0;
  }
};

}  // namespace drydock::vfs
