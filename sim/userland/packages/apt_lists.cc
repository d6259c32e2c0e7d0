// apt_lists.cc — which packages are known, and from where.

#include "sim/userland/packages/apt_lists.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace drydock::userland {

using namespace kernel;

namespace {

const std::string kListDirectory = "/var/lib/apt/lists";

std::string without_scheme(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  std::string_view rest = scheme == uri.npos ? uri : uri.substr(scheme + 3);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  return std::string(rest);
}

}  // namespace

std::string AptSource::host() const {
  const std::string rest = without_scheme(uri);
  const std::string scheme = uri.substr(0, uri.find("://"));
  return fmt::format("{}://{}", scheme, rest.substr(0, rest.find('/')));
}

std::string AptSource::list_stem() const {
  return replace_all(without_scheme(uri) + "/dists/" + suite, "/", "_");
}

std::string AptSource::release() const {
  constexpr std::array kReleases = {"wheezy", "jessie", "trusty"};
  const std::string base = suite.substr(0, suite.find_first_of("-/"));
  if (base == "stable") return "jessie";
  if (base == "oldstable") return "wheezy";
  if (std::ranges::find(kReleases, base) == kReleases.end()) return "";
  return base;
}

bool AptSource::holds_packages() const {
  return suite.find_first_of("-/") == std::string::npos;
}

std::vector<AptSource> parse_sources(std::string_view text) {
  std::vector<AptSource> sources;
  for (const std::string& line : split(text, '\n')) {
    List words = split_blanks(line.substr(0, line.find('#')));
    if (words.size() > 1 && words[1].starts_with('[')) {
      words.erase(words.begin() + 1);
    }
    if (words.size() < 3 || words[0] != "deb") continue;
    AptSource source{words[1], words[2], {}};
    source.components.assign(words.begin() + 3, words.end());
    sources.push_back(std::move(source));
  }
  return sources;
}

Task<std::vector<AptSource>> load_sources(Process& self) {
  List paths = {"/etc/apt/sources.list"};
  const std::string directory = "/etc/apt/sources.list.d";
  const auto entries = self.readdir(directory);
  if (entries) {
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".list")) continue;
      paths.push_back(directory + "/" + entry.name);
    }
  }
  std::vector<AptSource> all;
  for (const std::string& path : paths) {
    const SysResult<Bytes> text = co_await read_file(self, path);
    if (!text) continue;
    for (AptSource& source : parse_sources(*text)) {
      all.push_back(std::move(source));
    }
  }
  co_return all;
}

std::string list_file(const AptSource& source, std::string_view component) {
  return fmt::format("{}/{}_{}_binary-amd64_Packages", kListDirectory,
                     source.list_stem(), component);
}

Task<std::vector<Package>> load_lists(Process& self) {
  std::vector<Package> all;
  const std::vector<AptSource> sources = co_await load_sources(self);
  for (const AptSource& source : sources) {
    for (const std::string& component : source.components) {
      const std::string path = list_file(source, component);
      const SysResult<Bytes> text = co_await read_file(self, path);
      if (!text) continue;
      for (Package& package : parse_stanzas(*text)) {
        package.site =
            fmt::format("{} {}/{}", source.uri, source.suite, component);
        all.push_back(std::move(package));
      }
    }
  }
  std::ranges::stable_sort(all, {}, &Package::name);
  const auto same = [](const Package& a, const Package& b) {
    return a.name == b.name;
  };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  co_return all;
}

std::optional<MirrorRefusal> way_refusal(Process& self, std::string_view uri) {
  const std::vector<Route>& routes = self.network().routes();
  const bool has_way_out = std::ranges::any_of(
      routes, [](const Route& route) { return route.prefix_length == 0; });
  if (has_way_out) return std::nullopt;
  const std::string rest = without_scheme(std::string(uri));
  return MirrorRefusal{fmt::format("Temporary failure resolving '{}'",
                                   rest.substr(0, rest.find('/'))),
                       true};
}

std::optional<MirrorRefusal> mirror_refusal(Process& self,
                                            const AptSource& source) {
  const auto cut_off = way_refusal(self, source.uri);
  if (cut_off) return cut_off;
  if (!source.release().empty()) return std::nullopt;
  return MirrorRefusal{"404  Not Found", false};
}

std::string apt_size(std::int64_t bytes) {
  constexpr std::string_view kUnits = " kMGTPEZY";
  double size = static_cast<double>(bytes < 0 ? -bytes : bytes);
  for (std::size_t unit = 0; unit < kUnits.size(); ++unit) {
    const std::string suffix =
        unit == 0 ? " B" : fmt::format(" {}B", kUnits[unit]);
    if (size < 100 && unit != 0) return fmt::format("{:.1f}{}", size, suffix);
    if (size < 10'000) return fmt::format("{:.0f}{}", size, suffix);
    size /= 1000;
  }
  return "huge";
}

}  // namespace drydock::userland
