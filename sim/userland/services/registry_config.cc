// registry_config.cc — reading the settings of registry:2.

#include "sim/userland/services/registry_config.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

struct YamlLine {
  std::size_t indent = 0;
  std::string text;
};

std::string unquoted(std::string_view text) {
  text = trim(text);
  const bool quoted = text.size() >= 2 &&
                      (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

/// Without its comment and trailing blanks.
YamlLine read_line(std::string_view line) {
  const std::size_t comment = line.find(" #");
  if (comment != std::string_view::npos) line = line.substr(0, comment);
  YamlLine read;
  read.indent = line.find_first_not_of(' ');
  if (read.indent == std::string_view::npos) read.indent = line.size();
  read.text = trim(line);
  return read;
}

/// What this build does not do, by the key that asks for it.
struct NotModelled {
  std::string_view prefix, what;
};
constexpr NotModelled kNotModelled[] = {
    {"storage.s3", "the S3 storage driver"},
    {"storage.gcs", "the Google Cloud storage driver"},
    {"storage.azure", "the Azure storage driver"},
    {"storage.swift", "the Swift storage driver"},
    {"storage.oss", "the OSS storage driver"},
    {"storage.rados", "the Ceph storage driver"},
    {"storage.inmemory", "the in-memory storage driver"},
    {"http.tls", "TLS"},
    {"auth", "access control"},
    {"proxy", "a pull-through cache"},
    {"notifications", "notifications"},
    {"redis", "a Redis cache"},
};

/// REGISTRY_STORAGE_DELETE_ENABLED -> storage.delete.enabled
std::string key_of_variable(std::string_view name) {
  constexpr std::string_view kHead = "REGISTRY_";
  return replace_all(lower(name.substr(kHead.size())), "_", ".");
}

}  // namespace

Result<FlatYaml> parse_flat_yaml(std::string_view text) {
  FlatYaml flat;
  struct Level {
    std::size_t indent;
    std::string path;
  };
  std::vector<Level> levels;
  std::size_t number = 0;
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const YamlLine line = read_line(raw);
    if (line.text.empty() || line.text.starts_with('#')) continue;
    if (line.text == "---") continue;
    const bool item = line.text == "-" || line.text.starts_with("- ");
    while (!levels.empty() && (item ? levels.back().indent > line.indent
                                    : levels.back().indent >= line.indent)) {
      levels.pop_back();
    }
    const std::string above = levels.empty() ? "" : levels.back().path;
    if (item) {
      if (above.empty()) {
        return Error{
            fmt::format("yaml: line {}: a sequence of nothing", number)};
      }
      std::string& value = flat[above];
      if (!value.empty()) value += ", ";
      value += unquoted(std::string_view(line.text).substr(1));
      continue;
    }
    const std::size_t colon = line.text.find(':');
    if (colon == std::string::npos) {
      return Error{
          fmt::format("yaml: line {}: could not find expected ':'", number)};
    }
    const std::string key =
        unquoted(std::string_view(line.text).substr(0, colon));
    const std::string path = above.empty() ? key : above + "." + key;
    std::string value = unquoted(std::string_view(line.text).substr(colon + 1));
    if (value.size() >= 2 && value.front() == '[' && value.back() == ']') {
      value = value.substr(1, value.size() - 2);
    }
    flat[path] = value;
    levels.push_back({line.indent, path});
  }
  return flat;
}

Result<RegistryConfig> read_registry_config(
    std::string_view yaml, const std::vector<std::string>& environ) {
  Result<FlatYaml> flat = parse_flat_yaml(yaml);
  if (!flat) return Error{"error parsing: " + flat.error().text};
  if (!flat->contains("version")) {
    return Error{"error parsing: no version in the configuration"};
  }
  FlatYaml& settings = *flat;
  for (const std::string& variable : environ) {
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with("REGISTRY_") || equals == std::string::npos) {
      continue;
    }
    settings[key_of_variable(variable.substr(0, equals))] =
        variable.substr(equals + 1);
  }
  for (const auto& [key, value] : settings) {
    for (const NotModelled& one : kNotModelled) {
      const std::string below = std::string(one.prefix) + ".";
      if (key != one.prefix && !key.starts_with(below)) continue;
      return Error{fmt::format("drydock: {} of registry:2 is not modelled ({})",
                               one.what, key)};
    }
  }
  RegistryConfig config;
  const auto take = [&](const char* key, std::string& into) {
    const auto found = settings.find(key);
    if (found != settings.end() && !found->second.empty()) {
      into = found->second;
    }
  };
  take("http.addr", config.address);
  take("storage.filesystem.rootdirectory", config.root);
  take("log.level", config.log_level);
  take("http.prefix", config.prefix);
  config.has_secret = !settings["http.secret"].empty();
  config.may_delete = settings["storage.delete.enabled"] == "true";
  config.logs_requests = settings["log.accesslog.disabled"] != "true";
  for (const auto& [key, value] : settings) {
    constexpr std::string_view kFields = "log.fields.",
                               kHeaders = "http.headers.";
    if (key.starts_with(kFields)) {
      config.fields[key.substr(kFields.size())] = value;
    } else if (key.starts_with(kHeaders)) {
      config.headers[key.substr(kHeaders.size())] = value;
    }
  }
  while (config.prefix.ends_with('/')) config.prefix.pop_back();
  return config;
}

}  // namespace drydock::userland
