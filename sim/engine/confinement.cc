// confinement.cc — sets of capabilities, security options, lists of CPUs.

#include "sim/engine/confinement.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include <fmt/format.h>

#include "sim/vfs/capability.h"

namespace drydock::engine {

namespace {

constexpr std::string_view kAll = "ALL";

/// What every container has, since 1.0.
constexpr std::array<std::string_view, 14> kStandard = {
    "CHOWN",   "DAC_OVERRIDE", "FSETID",           "FOWNER",
    "MKNOD",   "NET_RAW",      "SETGID",           "SETUID",
    "SETFCAP", "SETPCAP",      "NET_BIND_SERVICE", "SYS_CHROOT",
    "KILL",    "AUDIT_WRITE"};

std::string bare(std::string_view word) {
  std::string name = upper(trim(word));
  if (name.starts_with("CAP_")) name.erase(0, 4);
  return name;
}

bool names_all(const List& words) {
  return std::ranges::any_of(
      words, [](const std::string& word) { return bare(word) == kAll; });
}

constexpr vfs::CapabilitySet set_of(std::span<const std::string_view> names) {
  vfs::CapabilitySet set = 0;
  for (const std::string_view name : names) {
    set |= vfs::bit_of(*vfs::capability_named(name));
  }
  return set;
}

/// Of "ALL" and of names that there are not, none.
vfs::CapabilitySet bit_named(std::string_view word) {
  const auto capability = vfs::capability_named(bare(word));
  return capability ? vfs::bit_of(*capability) : 0;
}

Fault bad(std::string text) {
  return Fault{Fault::Kind::bad_parameter, std::move(text)};
}

}  // namespace

std::string unknown_capability(const List& words) {
  for (const std::string& word : words) {
    const std::string name = bare(word);
    if (name != kAll && !vfs::capability_named(name)) return name;
  }
  return "";
}

vfs::CapabilitySet effective_capabilities(const HostConfig& host) {
  static constexpr vfs::CapabilitySet kUsual = set_of(kStandard);
  vfs::CapabilitySet held = 0;
  if (host.privileged || names_all(host.cap_add)) {
    held = vfs::kAllCapabilities;
  } else if (!names_all(host.cap_drop)) {
    held = kUsual;
  }
  if (!host.privileged) {
    for (const std::string& word : host.cap_drop) held &= ~bit_named(word);
    for (const std::string& word : host.cap_add) held |= bit_named(word);
  }
  return held;
}

Answer<SecurityOptions> read_security_options(const List& words) {
  SecurityOptions options;
  for (const std::string& word : words) {
    if (word == "no-new-privileges") {
      options.no_new_privileges = true;
      continue;
    }
    if (word == "disable") {
      options.labels.push_back(word);
      continue;
    }
    // "label:disable" is how it was written up to 1.10.
    const std::size_t at = word.find_first_of("=:");
    if (at == std::string::npos) {
      return bad(fmt::format("invalid --security-opt 1: {}", go_quote(word)));
    }
    const std::string key = word.substr(0, at);
    const std::string value = word.substr(at + 1);
    if (key == "label") {
      options.labels.push_back(value);
    } else if (key == "apparmor") {
      options.apparmor = value;
    } else if (key == "seccomp") {
      options.seccomp = value;
    } else if (key == "no-new-privileges") {
      if (value != "true" && value != "false") {
        return bad(
            fmt::format("invalid --security-opt value: {}", go_quote(word)));
      }
      options.no_new_privileges = value == "true";
    } else {
      return bad(fmt::format("invalid --security-opt 2: {}", go_quote(word)));
    }
  }
  return options;
}

std::optional<std::vector<int>> parse_cpuset(std::string_view list) {
  constexpr std::int64_t kMax = 8191;
  std::set<int> numbers;
  for (const std::string& part : split(list, ',')) {
    const List ends = split(part, '-');
    const auto first = parse_int(ends.front());
    const auto last = parse_int(ends.back());
    if (ends.size() > 2 || !first || !last || *first < 0 || *last < *first ||
        *last > kMax) {
      return std::nullopt;
    }
    for (auto at = *first; at <= *last; ++at) {
      numbers.insert(static_cast<int>(at));
    }
  }
  return std::vector<int>(numbers.begin(), numbers.end());
}

namespace {

std::optional<Fault> check_list(std::string_view list, std::int64_t available,
                                std::string_view kind, std::string_view shown) {
  if (list.empty()) return std::nullopt;
  const auto numbers = parse_cpuset(list);
  if (!numbers) {
    return bad(
        fmt::format("Invalid value {0} for cpuset {1}: invalid format: "
                    "{0}",
                    list, kind));
  }
  if (numbers->back() < available) return std::nullopt;
  return bad(fmt::format(
      "Requested {} are not available - requested {}, available: {}", shown,
      list, available == 1 ? "0" : fmt::format("0-{}", available - 1)));
}

}  // namespace

std::optional<Fault> check_confinement(const HostConfig& host,
                                       const HostInfo& info) {
  for (const auto& [words, kind] : {std::pair(&host.cap_add, "CapAdd"),
                                    std::pair(&host.cap_drop, "CapDrop")}) {
    const std::string unknown = unknown_capability(*words);
    if (unknown.empty()) continue;
    return bad(fmt::format("invalid {}: unknown capability: \"CAP_{}\"", kind,
                           unknown));
  }
  const auto security = read_security_options(host.security_opt);
  if (!security) return security.error();
  const auto cpus =
      check_list(host.limits.cpuset_cpus, info.cpus, "cpus", "CPUs");
  if (cpus) return cpus;
  return check_list(host.limits.cpuset_mems, 1, "mems", "memory nodes");
}

}  // namespace drydock::engine
