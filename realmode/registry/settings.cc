// settings.cc — the file, and what follows from it for a host.

#include "realmode/registry/settings.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/registry/url.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

constexpr std::string_view kHub = "docker.io";
constexpr std::string_view kHubBase = "https://registry-1.docker.io";

Outcome add_list(const nlohmann::json& file, const char* key, List* to) {
  const auto found = file.find(key);
  if (found == file.end()) return done();
  if (!found->is_array()) {
    return Error{fmt::format("\"{}\" is not a list of strings", key)};
  }
  for (const auto& entry : *found) {
    if (!entry.is_string()) {
      return Error{fmt::format("\"{}\" is not a list of strings", key)};
    }
    to->push_back(entry.get<std::string>());
  }
  return done();
}

/// "localhost:5000" -> "localhost"; "[::1]:5000" -> "::1".
std::string name_of(const std::string& host) {
  const auto url = parse_url("http://" + host);
  return url ? url->host : host;
}

/// Whether an address is in "10.0.0.0/8".
bool in_network(const std::string& network, const std::string& name) {
  const std::size_t slash = network.find('/');
  if (slash == std::string::npos) return false;
  in_addr of = {}, address = {};
  const auto bits = parse_int(network.substr(slash + 1));
  if (::inet_pton(AF_INET, network.substr(0, slash).c_str(), &of) != 1 ||
      ::inet_pton(AF_INET, name.c_str(), &address) != 1 || !bits || *bits < 0 ||
      *bits > 32) {
    return false;
  }
  const std::uint64_t mask = ~((std::uint64_t{1} << (32 - *bits)) - 1);
  return (ntohl(of.s_addr) & mask) == (ntohl(address.s_addr) & mask);
}

/// "" where there are none.
std::string certificates_for(const std::string& host,
                             const RegistrySettings& settings) {
  for (const std::string& folder : settings.certificates) {
    std::string own = folder + "/" + host;
    if (::access(own.c_str(), F_OK) == 0) return own;
  }
  return "";
}

}  // namespace

Outcome read_settings(const std::string& path, RegistrySettings* settings) {
  const auto text = sys::read_file(path);
  if (!text) return errno == ENOENT ? done() : Outcome(text.error());
  const auto file = nlohmann::json::parse(*text, nullptr, false);
  if (!file.is_object()) return Error{path + ": not a JSON object"};
  for (const auto& [key, to] :
       {std::pair("registry-mirrors", &settings->mirrors),
        std::pair("insecure-registries", &settings->insecure)}) {
    const Outcome added = add_list(file, key, to);
    if (!added) return Error{path + ": " + added.error().text};
  }
  return done();
}

bool is_insecure(const std::string& host, const RegistrySettings& settings) {
  const std::string name = name_of(host);
  if (is_loopback(name)) return true;
  return std::ranges::any_of(settings.insecure, [&](const std::string& entry) {
    return entry == host || in_network(entry, name);
  });
}

std::vector<Endpoint> endpoints_of(const std::string& host,
                                   const RegistrySettings& settings) {
  std::vector<Endpoint> endpoints;
  const std::string certificates = certificates_for(host, settings);
  if (host == kHub) {
    for (const std::string& mirror : settings.mirrors) {
      const auto url = parse_url(mirror);
      if (!url) continue;
      const std::string authority = mirror.substr(mirror.find("://") + 3);
      const std::string name = authority.substr(0, authority.find('/'));
      endpoints.push_back({fmt::format("{}://{}", url->scheme, name),
                           !is_insecure(name, settings), true,
                           certificates_for(name, settings)});
    }
    endpoints.push_back({std::string(kHubBase), true, false, certificates});
    return endpoints;
  }
  const bool secure = !is_insecure(host, settings);
  endpoints.push_back({"https://" + host, secure, false, certificates});
  if (!secure) endpoints.push_back({"http://" + host, false, false, ""});
  return endpoints;
}

}  // namespace drydock::realmode
