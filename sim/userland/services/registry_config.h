// registry_config.h — the settings of registry:2: config.yml, and REGISTRY_...
// variables over it.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland {

/// A YAML mapping flattened: "storage.filesystem.rootdirectory" -> value.  A
/// sequence of scalars is joined with ", ".
using FlatYaml = std::map<std::string, std::string>;

/// The part of YAML that configurations use: nested block mappings, scalars,
/// and sequences of scalars.  Errors name the line.
Result<FlatYaml> parse_flat_yaml(std::string_view text);

struct RegistryConfig {
  std::string address = ":5000";  // http.addr
  std::string root = "/var/lib/registry";
  bool may_delete = false;
  bool logs_requests = true;  // log.accesslog.disabled turns it off.
  std::string log_level = "info";
  FlatYaml fields;                             // log.fields.X
  std::map<std::string, std::string> headers;  // http.headers.X
  bool has_secret = false;
  std::string prefix;  // http.prefix, without its last slash.
};

/// Errors are fit to print; what is not modelled (other storage drivers, TLS,
/// access control, mirrors) is one of them.
Result<RegistryConfig> read_registry_config(
    std::string_view yaml, const std::vector<std::string>& environ);

}  // namespace drydock::userland
