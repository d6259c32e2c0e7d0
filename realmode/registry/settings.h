// settings.h — which registries are asked, and how far they are trusted.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"

namespace drydock::realmode {

/// --registry-mirror and --insecure-registry of the daemon, and the keys
/// "registry-mirrors" and "insecure-registries" of ROOT/daemon.json.
struct RegistrySettings {
  List mirrors;   // URLs, of the Hub.
  List insecure;  // "host", "host:port" or "10.0.0.0/8".
  /// Folders of folders by host: ROOT/certs.d before docker's own.
  List certificates = {"/etc/docker/certs.d"};
};

/// Adds what the file says; that there is none is no error.
Outcome read_settings(const std::string& path, RegistrySettings* settings);

/// One place at which a registry may be.
struct Endpoint {
  std::string base;  // "https://registry-1.docker.io"
  bool verifies = true;
  bool mirror = false;  // Gets no credentials, and nothing is pushed there.
  std::string certificates;
};

/// Where `host` ("docker.io", "localhost:5000") is looked for, in order: a
/// mirror before the Hub, HTTPS before the plain HTTP that only insecure
/// registries and this machine's own may speak.
std::vector<Endpoint> endpoints_of(const std::string& host,
                                   const RegistrySettings& settings);

/// Whether plain HTTP and unknown certificates are good enough for it.
bool is_insecure(const std::string& host, const RegistrySettings& settings);

}  // namespace drydock::realmode
