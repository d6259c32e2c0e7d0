// tar_format.h — the 512 bytes of a tar header; internal to this room.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.h"

namespace drydock::vfs::tar {

inline constexpr std::size_t kBlock = 512;
inline constexpr std::string_view kWhiteout = ".wh.";
inline constexpr std::string_view kOpaqueMarker = ".wh..wh..opq";
inline constexpr std::string_view kAufsPrefix = ".wh..wh.";
inline constexpr std::string_view kXattr = "SCHILY.xattr.";

/// A field of the header: tar(5), "POSIX ustar Archives".
struct Field {
  std::size_t offset, length;
};
// clang-format off
inline constexpr Field
    kName{0, 100},      kMode{100, 8},      kUid{108, 8},   kGid{116, 8},
    kSize{124, 12},     kMtime{136, 12},    kChecksum{148, 8},
    kType{156, 1},      kLink{157, 100},    kMagic{257, 8},
    kUser{265, 32},     kGroup{297, 32},
    kMajor{329, 8},     kMinor{337, 8},     kPrefix{345, 155};
// clang-format on

/// Old GNU's sparse files: "GNU tar Archives".
struct OldSparse {
  std::size_t first, count, extended;  // Where the pairs are; "more follows".
};
inline constexpr OldSparse kOldSparse{386, 4, 482};
inline constexpr OldSparse kOldSparseMore{0, 21, 504};
inline constexpr Field kOldRealSize{483, 12};

inline std::int64_t padding(std::int64_t size) {
  constexpr auto kBytes = static_cast<std::int64_t>(kBlock);
  return (kBytes - size % kBytes) % kBytes;
}

/// Text up to the first zero byte.
std::string_view text_at(std::string_view header, Field field);

/// Octal, or GNU's base 256; nothing if it is neither.
std::optional<std::int64_t> number_at(std::string_view header, Field field);

void put_text(std::string& header, Field field, std::string_view text);
void put_number(std::string& header, Field field, std::int64_t number);
bool number_fits(Field field, std::int64_t number);

/// The sum of a header's bytes, those of the checksum taken as blanks.
std::int64_t checksum(std::string_view header, bool as_signed);

using Records = std::vector<std::pair<std::string, std::string>>;

/// pax records, "LENGTH KEY=VALUE\n".
std::string pax_record(std::string_view key, std::string_view value);
std::optional<Records> parse_pax(std::string_view text);

/// Seconds with a fraction: "1350244992.023960108".
std::string pax_time(Time time);
std::optional<Time> parse_pax_time(std::string_view text);

}  // namespace drydock::vfs::tar
