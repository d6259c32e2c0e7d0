// registry_manifests.cc — manifests by tag and by digest.
//
// Both schemas are taken and given back as they came; a client that accepts
// only the other one is not served a translation.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/digest.h"
#include "sim/base/sha256.h"
#include "sim/userland/services/registry_api.h"

namespace drydock::userland {

using namespace kernel;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view
    kSchema1 = "application/vnd.docker.distribution.manifest.v1+json",
    kSchema1Signed =
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    kSchema2 = "application/vnd.docker.distribution.manifest.v2+json";

/// What a manifest is and what it needs; nullopt: it is none.
struct Contents {
  std::string type;
  List blobs;
  std::string tag;  // Schema 1 names its own.
};

std::optional<Contents> contents_of(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("schemaVersion")) return std::nullopt;
  const auto digest_at = [](const Json& one, const char* key) {
    const bool there =
        one.is_object() && one.contains(key) && one[key].is_string();
    return there ? one[key].get<std::string>() : std::string();
  };
  Contents contents;
  if (json["schemaVersion"] == 1) {
    contents.type = json.contains("signatures") ? kSchema1Signed : kSchema1;
    if (!json.contains("fsLayers") || !json["fsLayers"].is_array()) {
      return std::nullopt;
    }
    contents.tag = digest_at(json, "tag");
    for (const Json& layer : json["fsLayers"]) {
      contents.blobs.push_back(digest_at(layer, "blobSum"));
    }
    return contents;
  }
  contents.type = digest_at(json, "mediaType");
  if (contents.type.empty()) contents.type = kSchema2;
  if (!json.contains("config") || !json.contains("layers") ||
      !json["layers"].is_array()) {
    return std::nullopt;
  }
  contents.blobs.push_back(digest_at(json["config"], "digest"));
  for (const Json& layer : json["layers"]) {
    contents.blobs.push_back(digest_at(layer, "digest"));
  }
  return contents;
}

bool is_digest(const std::string& reference) {
  return reference.find(':') != std::string::npos;
}

http::Response unknown_manifest(const RegistryRoute& route) {
  if (!is_digest(route.reference)) {
    return registry_error(
        "MANIFEST_UNKNOWN",
        fmt::format(R"({{"Tag":{}}})", json_string(route.reference)));
  }
  return registry_error(
      "MANIFEST_UNKNOWN",
      fmt::format(R"({{"Name":{},"Revision":{}}})", json_string(route.name),
                  json_string(route.reference)));
}

http::Response failed(Errno error) {
  return registry_error("UNKNOWN", json_string(text_of(error)));
}

}  // namespace

Task<http::Response> RegistryApi::manifest(Request request, Route route) {
  if (is_digest(route.reference) && !Digest::parse(route.reference)) {
    co_return registry_error("DIGEST_INVALID", json_string(route.reference));
  }
  if (request.method == "PUT") {
    co_return co_await put_manifest(std::move(request), std::move(route));
  }
  if (request.method == "DELETE") {
    co_return co_await delete_manifest(std::move(route));
  }
  co_return co_await get_manifest(std::move(request), std::move(route));
}

Task<http::Response> RegistryApi::get_manifest(Request request, Route route) {
  std::string digest = route.reference;
  if (!is_digest(digest)) {
    const std::optional<std::string> means =
        co_await store_.tag(route.name, digest);
    if (!means) co_return unknown_manifest(route);
    digest = *means;
  }
  const bool there = co_await store_.has_manifest(route.name, digest);
  if (!there) co_return unknown_manifest(route);
  const std::optional<Bytes> json = co_await store_.blob(digest);
  if (!json) co_return unknown_manifest(route);
  http::Response response;
  const std::string etag = fmt::format("\"{}\"", digest);
  if (request.headers.get("If-None-Match") == etag) {
    response.status = 304;
    response.reason = http::reason_of(304);
    co_return response;
  }
  const std::optional<Contents> contents = contents_of(*json);
  response.headers.set("Content-Type",
                       contents ? contents->type : std::string(kSchema2));
  response.headers.set("Content-Length", std::to_string(json->size()));
  response.headers.set("Docker-Content-Digest", digest);
  response.headers.set("Etag", etag);
  response.body = *json;
  co_return response;
}

Task<http::Response> RegistryApi::put_manifest(Request request, Route route) {
  const std::optional<Contents> contents = contents_of(request.body);
  if (!contents) co_return registry_error("MANIFEST_INVALID", "{}");
  const std::string digest = "sha256:" + sha256_hex(request.body);
  const bool by_digest = is_digest(route.reference);
  if (by_digest && route.reference != digest) {
    co_return registry_error("DIGEST_INVALID");
  }
  const bool names_another =
      !by_digest && !contents->tag.empty() && contents->tag != route.reference;
  if (names_another) co_return registry_error("TAG_INVALID");
  for (const std::string& blob : contents->blobs) {
    if (Digest::parse(blob)) {
      const bool there = co_await store_.has_blob(route.name, blob);
      if (there) continue;
    }
    co_return registry_error(
        "MANIFEST_BLOB_UNKNOWN",
        fmt::format(R"({{"Digest":{}}})", json_string(blob)));
  }
  const SysOutcome kept =
      co_await store_.put_manifest(route.name, digest, request.body);
  if (!kept) co_return failed(kept.error());
  if (!by_digest) {
    const SysOutcome tagged =
        co_await store_.put_tag(route.name, route.reference, digest);
    if (!tagged) co_return failed(tagged.error());
  }
  http::Response response;
  response.status = 201;
  response.reason = http::reason_of(201);
  response.headers.set("Docker-Content-Digest", digest);
  response.headers.set(
      "Location",
      url_of(request, fmt::format("/v2/{}/manifests/{}", route.name, digest)));
  response.headers.set("Content-Length", "0");
  co_return response;
}

Task<http::Response> RegistryApi::delete_manifest(Route route) {
  if (!is_digest(route.reference) || !config_.may_delete) {
    co_return registry_error("UNSUPPORTED");
  }
  const bool there = co_await store_.has_manifest(route.name, route.reference);
  if (!there) co_return unknown_manifest(route);
  const SysOutcome gone =
      co_await store_.remove_manifest(route.name, route.reference);
  if (!gone) co_return failed(gone.error());
  http::Response response;
  response.status = 202;
  response.reason = http::reason_of(202);
  co_return response;
}

}  // namespace drydock::userland
