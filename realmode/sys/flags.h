// flags.h — flags by name: MS_BIND|MS_REC, never 0x5000.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace drydock::sys {

struct Flag {
  std::uint64_t value;
  std::string_view name;
};

/// The names of all flags that are set, joined by '|'; what has no name in
/// the table is left over in hexadecimal; "0" when nothing is set.
std::string flags_text(std::span<const Flag> table, std::uint64_t flags);

std::string open_flags(std::uint64_t flags);        // open(2)
std::string resolve_flags(std::uint64_t flags);     // openat2(2)
std::string clone_flags(std::uint64_t flags);       // clone(2)
std::string mount_flags(std::uint64_t flags);       // mount(2)
std::string mount_attributes(std::uint64_t flags);  // fsmount(2)

}  // namespace drydock::sys
