// apt_lists.h — /etc/apt/sources.list and /var/lib/apt/lists.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/packages/package.h"

namespace drydock::userland {

/// A line "deb URI SUITE COMPONENT..." of sources.list.
struct AptSource {
  std::string uri, suite;
  List components;

  /// "http://httpredir.debian.org wheezy": as update names it.
  std::string host() const;
  /// The path below the host, in front of "dists".
  std::string list_stem() const;
  /// Of wheezy, jessie or trusty; "" when the mirror has no such suite.
  std::string release() const;
  /// Only the suite itself holds packages: updates and security are empty.
  bool holds_packages() const;
};

std::vector<AptSource> parse_sources(std::string_view text);

/// sources.list and sources.list.d/*.list, in order.
Task<std::vector<AptSource>> load_sources(kernel::Process& self);

/// Where the Packages of one component are kept.
std::string list_file(const AptSource& source, std::string_view component);

/// All packages that the lists on disk tell of, by name.
Task<std::vector<Package>> load_lists(kernel::Process& self);

/// Why a mirror does not give what is asked of it, in apt's words.
struct MirrorRefusal {
  std::string text;  // "404  Not Found"
  /// Of the network: apt tries another time, and counts it no error.
  bool transient = false;
};

/// Without a way out no name server answers, and nobody knows the host of
/// "http://HOST/...".  With one the mirror is there: it is not asked for.
std::optional<MirrorRefusal> way_refusal(kernel::Process& self,
                                         std::string_view uri);
/// The same, and whether the mirror has such a suite.
std::optional<MirrorRefusal> mirror_refusal(kernel::Process& self,
                                            const AptSource& source);

/// A size in apt's way: "1554 B", "20.1 kB", "9384 kB".
std::string apt_size(std::int64_t bytes);

}  // namespace drydock::userland
