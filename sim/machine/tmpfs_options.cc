// tmpfs_options.cc — reading them, and showing them as the kernel does.

#include "sim/machine/tmpfs_options.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::machine {

namespace {

/// "64m": 1024-based; a bare number is bytes.
std::int64_t bytes_of(std::string_view text) {
  std::int64_t unit = 1;
  constexpr std::string_view kUnits = "kmg";
  const std::string word = lower(text);
  const std::size_t power =
      word.empty() ? std::string::npos : kUnits.find(word.back());
  if (power != std::string::npos) unit = std::int64_t{1} << (10 * (power + 1));
  const std::size_t digits = word.size() - (unit > 1 ? 1 : 0);
  return parse_int(std::string_view(word).substr(0, digits)).value_or(0) * unit;
}

vfs::Mode octal(std::string_view text) {
  vfs::Mode mode = 0;
  for (const char digit : text) {
    if ('0' <= digit && digit <= '7') {
      mode = mode * 8 + static_cast<vfs::Mode>(digit - '0');
    }
  }
  return mode & 07777;
}

}  // namespace

TmpfsOptions read_tmpfs_options(std::string_view text) {
  TmpfsOptions options;
  bool nosuid = true, nodev = true, noexec = true;
  std::string values;
  for (const std::string& word : split(text, ',')) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::string value =
        equals == std::string::npos ? "" : word.substr(equals + 1);
    if (key == "ro") options.read_only = true;
    if (key == "rw") options.read_only = false;
    if (key == "suid" || key == "nosuid") nosuid = key == "nosuid";
    if (key == "dev" || key == "nodev") nodev = key == "nodev";
    if (key == "exec" || key == "noexec") noexec = key == "noexec";
    if (key == "uid" || key == "gid") {
      const auto id = static_cast<std::uint32_t>(parse_int(value).value_or(0));
      (key == "uid" ? options.uid : options.gid) = id;
      if (id != 0) values += fmt::format(",{}={}", key, id);
    }
    if (key == "size") {
      options.size = bytes_of(value);
      values += fmt::format(",size={}k", options.size / 1024);
    }
    if (key == "mode") {
      options.mode = octal(value);
      if (options.mode != 01777)
        values += fmt::format(",mode={:o}", options.mode);
    }
  }
  if (nosuid) options.shown += "nosuid,";
  if (nodev) options.shown += "nodev,";
  if (noexec) options.shown += "noexec,";
  options.shown += "relatime" + values;
  return options;
}

}  // namespace drydock::machine
