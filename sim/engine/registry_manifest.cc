// registry_manifest.cc — writing and reading manifests of both schemas.

#include "sim/engine/registry_manifest.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/base/sha256.h"

namespace drydock::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 3;

std::string schema_1(const Manifest& manifest, std::string_view repository,
                     std::string_view tag) {
  Json json = Json::object();
  json["schemaVersion"] = 1;
  json["name"] = repository;
  json["tag"] = tag;
  json["architecture"] = "amd64";
  json["fsLayers"] = Json::array();
  json["history"] = Json::array();
  for (std::size_t at = manifest.v1_images.size(); at-- > 0;) {
    Json layer = Json::object();
    layer["blobSum"] = at < manifest.layers.size() ? manifest.layers[at] : "";
    json["fsLayers"].push_back(std::move(layer));
    Json entry = Json::object();
    entry["v1Compatibility"] = manifest.v1_images[at];
    json["history"].push_back(std::move(entry));
  }
  return json.dump(kIndent);
}

Json descriptor(std::string_view type, std::int64_t size,
                const std::string& digest) {
  Json json = Json::object();
  json["mediaType"] = type;
  json["size"] = size;
  json["digest"] = digest;
  return json;
}

std::string schema_2(const Manifest& manifest) {
  Json json = Json::object();
  json["schemaVersion"] = 2;
  json["mediaType"] = kSchema2Type;
  json["config"] =
      descriptor(kConfigType, static_cast<std::int64_t>(manifest.config.size()),
                 "sha256:" + sha256_hex(manifest.config));
  json["layers"] = Json::array();
  for (std::size_t at = 0; at < manifest.layers.size(); ++at) {
    const std::int64_t size =
        at < manifest.sizes.size() ? manifest.sizes[at] : 0;
    json["layers"].push_back(descriptor(kLayerType, size, manifest.layers[at]));
  }
  return json.dump(kIndent);
}

std::optional<std::string> text_at(const Json& json, const char* key) {
  if (!json.is_object()) return std::nullopt;
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

const Json* array_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || !found->is_array() ? nullptr : &*found;
}

Result<ParsedManifest> parse_schema_1(const Json& json) {
  const Json* const layers = array_at(json, "fsLayers");
  const Json* const history = array_at(json, "history");
  if (!layers || !history || layers->size() != history->size() ||
      layers->empty()) {
    return Error{"invalid manifest: layers and history do not match"};
  }
  ParsedManifest parsed;
  for (std::size_t at = layers->size(); at-- > 0;) {
    const auto digest = text_at((*layers)[at], "blobSum");
    const auto image = text_at((*history)[at], "v1Compatibility");
    if (!digest || !image) return Error{"invalid manifest: a layer lacks text"};
    parsed.manifest.layers.push_back(*digest);
    parsed.manifest.sizes.push_back(0);
    parsed.manifest.v1_images.push_back(*image);
  }
  return parsed;
}

Result<ParsedManifest> parse_schema_2(const Json& json) {
  const auto config = json.find("config");
  const Json* const layers = array_at(json, "layers");
  if (config == json.end() || !layers) {
    return Error{"invalid manifest: no config or no layers"};
  }
  ParsedManifest parsed;
  const auto digest = text_at(*config, "digest");
  if (!digest) return Error{"invalid manifest: the config has no digest"};
  parsed.config_digest = *digest;
  for (const Json& layer : *layers) {
    const auto blob = text_at(layer, "digest");
    if (!blob) return Error{"invalid manifest: a layer has no digest"};
    const auto size = layer.find("size");
    const bool sized = size != layer.end() && size->is_number_integer();
    parsed.manifest.layers.push_back(*blob);
    parsed.manifest.sizes.push_back(sized ? size->get<std::int64_t>() : 0);
  }
  return parsed;
}

}  // namespace

std::string_view media_type_of(const Manifest& manifest) {
  return manifest.v1_images.empty() ? kSchema2Type : kSchema1Type;
}

std::string manifest_json(const Manifest& manifest, std::string_view repository,
                          std::string_view tag) {
  return manifest.v1_images.empty() ? schema_2(manifest)
                                    : schema_1(manifest, repository, tag);
}

Result<ParsedManifest> parse_manifest(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return Error{"invalid manifest: not a JSON object"};
  const auto version = parsed.find("schemaVersion");
  const bool numbered = version != parsed.end() && version->is_number_integer();
  Result<ParsedManifest> manifest =
      !numbered ? Error{"invalid manifest: no version"}
      : version->get<std::int64_t>() == 1 ? parse_schema_1(parsed)
                                          : parse_schema_2(parsed);
  if (manifest) manifest->manifest.digest = "sha256:" + sha256_hex(json);
  return manifest;
}

}  // namespace drydock::engine
