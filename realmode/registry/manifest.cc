// manifest.cc — everything in here was written by a stranger.
//
// Sizes are bounded before anything is parsed; what calls itself one kind and
// has the fields of another is refused (CVE-2021-41190); digests are digests
// before they become a part of a URL; a layer's own `urls` are not asked for
// anything (CVE-2020-15157).

#include "realmode/registry/manifest.h"

#include <array>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/layers/digest.h"
#include "realmode/registry/download.h"
#include "sim/engine/registry_manifest.h"

namespace drydock::realmode {

using engine::Manifest;
using engine::RegistryFault;
using engine::RegistryResult;
using Json = nlohmann::json;
using Kind = RegistryFault::Kind;

namespace {

/// What docker takes for a manifest, and for a config.
constexpr std::size_t kManifestMax = std::size_t{4} << 20;
constexpr std::size_t kConfigMax = std::size_t{8} << 20;
constexpr std::size_t kLayersMax = 127;
/// A nest that is deeper is no manifest.
constexpr int kDepthMax = 64;

constexpr std::string_view kOciManifest =
    "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kOciIndex =
    "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kOciConfig =
    "application/vnd.oci.image.config.v1+json";
constexpr std::string_view kList =
    "application/vnd.docker.distribution.manifest.list.v2+json";
constexpr std::array kAccepted = {
    engine::kSchema2Type,       kOciManifest,        kList, kOciIndex,
    engine::kSchema1SignedType, engine::kSchema1Type};

RegistryFault other(std::string text) {
  return {Kind::other, std::move(text), ""};
}

/// No deeper than that, told without recursion.
bool is_shallow(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '\\' && quoted) ++at;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kDepthMax) return false;
  }
  return true;
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : "";
}

std::string digest_of(std::string_view bytes) {
  Sha256Sum sum;
  sum.add(bytes);
  return "sha256:" + sum.hex();
}

Ask ask_for(const ManifestName& name, std::string path) {
  Ask ask;
  ask.host = name.host;
  ask.repository = name.repository;
  ask.path = std::move(path);
  ask.scopes = {scope_of(name.repository, "pull")};
  ask.auth = name.auth;
  ask.may_mirror = true;
  return ask;
}

/// A document, checked against the digest that it was asked for by, if so.
struct Document {
  std::string type, digest;
  Bytes bytes;
};

Task<RegistryResult<Document>> fetch_document(Session& session,
                                              ManifestName name) {
  Ask ask = ask_for(name, fmt::format("/v2/{}/manifests/{}", name.repository,
                                      name.reference));
  for (const std::string_view type : kAccepted) {
    ask.headers.push_back(fmt::format("Accept: {}", type));
  }
  RegistryResult<WholeReply> reply =
      co_await session.ask_all(std::move(ask), kManifestMax);
  if (!reply) co_return reply.error();
  if (reply->head.status != 200) {
    co_return engine::refusal(reply->head.status, reply->body);
  }
  Document document;
  document.type = reply->head.header("content-type");
  document.type = document.type.substr(0, document.type.find(';'));
  document.digest = digest_of(reply->body);
  document.bytes = std::move(reply->body);
  const bool by_digest = name.reference.starts_with("sha256:");
  if (by_digest && document.digest != name.reference) {
    co_return engine::wrong_manifest(name.reference);
  }
  co_return document;
}

Result<Json> parse(const Document& document) {
  if (!is_shallow(document.bytes)) return Error{"the manifest nests too deep"};
  Json json = Json::parse(document.bytes, nullptr, false);
  if (!json.is_object()) return Error{"invalid manifest: not a JSON object"};
  return json;
}

/// What kind it is: as the registry says, as it says itself, as its fields are.
Result<std::string> kind_of(const Document& document, const Json& json) {
  const std::string own = text_at(json, "mediaType");
  const bool has_list = json.contains("manifests");
  const bool has_layers = json.contains("layers") || json.contains("config") ||
                          json.contains("fsLayers");
  if (has_list && has_layers) {
    return Error{
        "invalid manifest: it has the fields of a list and of an image"};
  }
  const bool generic = document.type.empty() ||
                       document.type == "application/json" ||
                       document.type == "text/plain" ||
                       document.type == "application/octet-stream";
  const std::string told = generic ? own : document.type;
  if (!own.empty() && !told.empty() && own != told) {
    return Error{fmt::format("mediaType in manifest should be '{}' not '{}'",
                             told, own)};
  }
  const bool is_list = told == kList || told == kOciIndex;
  const bool is_image = told == engine::kSchema2Type || told == kOciManifest ||
                        told == engine::kSchema1SignedType ||
                        told == engine::kSchema1Type;
  if (!told.empty() && !is_list && !is_image) {
    return Error{fmt::format("unsupported manifest format: {}", told)};
  }
  if ((is_list && has_layers) || (is_image && has_list)) {
    return Error{"invalid manifest: its fields are not those of " + told};
  }
  return std::string(is_list || (told.empty() && has_list) ? kList : "image");
}

/// The digest of the image for this machine.
Result<std::string> chosen_from(const Json& list) {
  const auto entries = list.find("manifests");
  if (entries == list.end() || !entries->is_array()) {
    return Error{"invalid manifest list"};
  }
#if defined(__aarch64__)
  constexpr std::string_view kArchitecture = "arm64";
#else
  constexpr std::string_view kArchitecture = "amd64";
#endif
  for (const Json& entry : *entries) {
    if (!entry.is_object() || !entry.contains("platform")) continue;
    const Json& platform = entry["platform"];
    if (!platform.is_object() || text_at(platform, "os") != "linux" ||
        text_at(platform, "architecture") != kArchitecture) {
      continue;
    }
    const std::string digest = text_at(entry, "digest");
    if (!is_digest(digest)) return Error{"invalid checksum digest format"};
    return digest;
  }
  return Error{
      fmt::format("no matching manifest for linux/{} in the manifest "
                  "list entries",
                  kArchitecture)};
}

/// Layers that cannot be unpacked here, said of before they are brought.
Outcome check_layers(const Json& json) {
  const auto layers = json.find("layers");
  if (layers == json.end() || !layers->is_array()) return done();
  if (layers->size() > kLayersMax) return Error{"max depth exceeded"};
  for (const Json& layer : *layers) {
    if (!layer.is_object()) return Error{"invalid manifest: a layer is none"};
    const std::string type = text_at(layer, "mediaType");
    if (type.ends_with("zstd")) {
      return Error{"layers packed by zstd cannot be read: " + type};
    }
    if (type.find("tar") == std::string::npos && !type.empty()) {
      return Error{"invalid manifest: no layer has the type " + type};
    }
  }
  const auto config = json.find("config");
  const std::string type = config != json.end() && config->is_object()
                               ? text_at(*config, "mediaType")
                               : "";
  if (type.empty() || type == engine::kConfigType || type == kOciConfig ||
      type == "application/octet-stream") {
    return done();
  }
  return Error{
      fmt::format("encountered remote \"{}\"(unknown) when fetching", type)};
}

Task<RegistryResult<Bytes>> fetch_config(Session& session, ManifestName name,
                                         std::string digest) {
  Ask ask =
      ask_for(name, fmt::format("/v2/{}/blobs/{}", name.repository, digest));
  RegistryResult<WholeReply> reply =
      co_await session.ask_all(std::move(ask), kConfigMax);
  if (!reply) co_return reply.error();
  if (reply->head.status != 200) {
    co_return engine::refusal(reply->head.status, reply->body);
  }
  if (digest_of(reply->body) != digest) {
    co_return other("image config verification failed for digest " + digest);
  }
  if (!is_shallow(reply->body)) co_return other("the config nests too deep");
  co_return std::move(reply->body);
}

}  // namespace

Task<RegistryResult<Manifest>> fetch_manifest(
    Session& session, ManifestName name,
    std::map<std::string, std::int64_t>* sizes) {
  RegistryResult<Document> document = co_await fetch_document(session, name);
  if (!document) co_return document.error();
  Result<Json> json = parse(*document);
  if (!json) co_return other(json.error().text);
  Result<std::string> kind = kind_of(*document, *json);
  if (!kind) co_return other(kind.error().text);
  const std::string digest = document->digest;
  if (*kind == kList) {
    const Result<std::string> chosen = chosen_from(*json);
    if (!chosen) co_return other(chosen.error().text);
    name.reference = *chosen;
    document = co_await fetch_document(session, name);
    if (!document) co_return document.error();
    json = parse(*document);
    if (!json) co_return other(json.error().text);
    kind = kind_of(*document, *json);
    if (!kind) co_return other(kind.error().text);
    if (*kind == kList) co_return other("a manifest list in a manifest list");
  }
  const Outcome sound = check_layers(*json);
  if (!sound) co_return other(sound.error().text);
  Result<engine::ParsedManifest> parsed =
      engine::parse_manifest(document->bytes);
  if (!parsed) co_return other(parsed.error().text);
  Manifest manifest = std::move(parsed->manifest);
  // A list's own digest is the one that a name has.
  manifest.digest = digest;
  for (std::size_t at = 0; at < manifest.layers.size(); ++at) {
    if (!is_digest(manifest.layers[at])) {
      co_return other("invalid checksum digest format");
    }
    if (manifest.sizes[at] < 0) co_return other("a layer of negative length");
    (*sizes)[manifest.layers[at]] = manifest.sizes[at];
  }
  if (parsed->config_digest.empty()) co_return manifest;
  if (!is_digest(parsed->config_digest)) {
    co_return other("invalid checksum digest format");
  }
  RegistryResult<Bytes> config =
      co_await fetch_config(session, name, parsed->config_digest);
  if (!config) co_return config.error();
  manifest.config = *std::move(config);
  co_return manifest;
}

}  // namespace drydock::realmode
