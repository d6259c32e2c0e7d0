// start_options.cc — max-size=10m, size=64m,mode=1777,noexec.

#include "sim/engine/start_options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::engine {

namespace {

// What units.FromHumanSize takes: "10", "10k", "10kB", "10 kb".
std::optional<std::int64_t> human_size(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && '0' <= text[digits] && text[digits] <= '9') {
    ++digits;
  }
  const auto number = parse_int(text.substr(0, digits));
  std::string unit = lower(trim(text.substr(digits)));
  if (unit.ends_with('b')) unit.pop_back();
  constexpr std::string_view kUnits = "kmgtp";
  const std::size_t power = unit.empty() ? 0 : kUnits.find(unit) + 1;
  if (!number || unit.size() > 1 || (!unit.empty() && power == 0)) {
    return std::nullopt;
  }
  std::int64_t size = *number;
  for (std::size_t i = 0; i < power; ++i) {
    if (size > INT64_MAX / 1000) return std::nullopt;
    size *= 1000;
  }
  return size;
}

constexpr std::array<std::string_view, 26> kMountFlags = {
    "defaults", "ro",       "rw",         "suid",        "nosuid",
    "dev",      "nodev",    "exec",       "noexec",      "sync",
    "async",    "dirsync",  "remount",    "mand",        "nomand",
    "atime",    "noatime",  "diratime",   "nodiratime",  "bind",
    "rbind",    "relatime", "norelatime", "strictatime", "nostrictatime",
    "private"};
constexpr std::array<std::string_view, 7> kMoreFlags = {
    "unbindable", "runbindable", "rprivate", "shared",
    "rshared",    "slave",       "rslave"};
constexpr std::array<std::string_view, 7> kTmpfsValues = {
    "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"};

bool is_among(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

Result<LogBounds> log_bounds(const LogConfig& log) {
  LogBounds bounds;
  if (log.type != "json-file" || log.config.empty()) return bounds;
  const auto text = [&log](const std::string& option) {
    const auto found = log.config.find(option);
    return found == log.config.end() ? std::string() : found->second;
  };
  if (const std::string size = text("max-size"); !size.empty()) {
    const auto bytes = human_size(size);
    if (!bytes) return Error{fmt::format("invalid size: '{}'", size)};
    if (*bytes <= 0) {
      return Error{"max-size must be a positive number"};
    }
    bounds.max_size = *bytes;
  }
  if (const std::string files = text("max-file"); !files.empty()) {
    const auto count = parse_int(files);
    if (!count) {
      return Error{
          fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", files)};
    }
    if (*count < 1) return Error{"max-file cannot be less than 1"};
    bounds.max_file = *count;
  }
  return bounds;
}

Outcome check_tmpfs_options(std::string_view options) {
  for (const std::string& option : split(options, ',')) {
    const std::size_t equals = option.find('=');
    const std::string key = option.substr(0, equals);
    const bool flag = equals == std::string::npos;
    const bool known = flag ? option.empty() || is_among(kMountFlags, key) ||
                                  is_among(kMoreFlags, key)
                            : is_among(kTmpfsValues, key);
    if (known) continue;
    const std::string words =
        flag ? go_quote(key)
             : go_quote(key) + " " + go_quote(option.substr(equals + 1));
    return Error{fmt::format("invalid tmpfs option [{}]", words)};
  }
  return done();
}

std::string server_lines(const List& servers) {
  std::string lines;
  for (const std::string& server : servers) {
    lines.append("nameserver ").append(server) += '\n';
  }
  return lines;
}

List reachable_servers(const List& of_host) {
  List servers;
  for (const std::string& server : of_host) {
    const bool loop_back = server.starts_with("127.") || server == "::1";
    if (!loop_back) servers.push_back(server);
  }
  if (servers.empty()) servers = {"8.8.8.8", "8.8.4.4"};
  return servers;
}

}  // namespace drydock::engine
