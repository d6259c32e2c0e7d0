// registry_client.cc — the verbs of the distribution protocol, as requests.

#include "sim/machine/registry_client.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/deflate.h"
#include "sim/base/inflate.h"
#include "sim/base/sha256.h"
#include "sim/base/text.h"
#include "sim/engine/registry_words.h"

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using engine::StoredManifest;
using userland::http::Headers;
using Json = nlohmann::ordered_json;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kLayerMax = std::size_t{1} << 30;

std::string digest_of(std::string_view bytes) {
  return "sha256:" + sha256_hex(bytes);
}

userland::http::Request request_of(std::string method, std::string target) {
  userland::http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  return request;
}

std::string path_of(const std::string& repository, std::string_view rest) {
  return fmt::format("/v2/{}/{}", repository, rest);
}

/// The target of a Location: without scheme and host.
std::string target_of(const Headers& headers) {
  const std::string location = headers.get("Location").value_or("");
  const std::size_t scheme = location.find("://");
  if (scheme == std::string::npos) return location;
  const std::size_t slash = location.find('/', scheme + 3);
  return slash == std::string::npos ? "/" : location.substr(slash);
}

}  // namespace

HttpRegistry::HttpRegistry(kernel::Kernel& kernel, std::string user_agent)
    : kernel_(kernel), user_agent_(std::move(user_agent)) {}

void HttpRegistry::learn(const std::string& diff_id, KnownBlob blob) {
  known_[blob.digest] = blob;
  known_[diff_id] = std::move(blob);
}

Task<RegistryResult<Bytes>> HttpRegistry::fetch(std::string host,
                                                std::string repository,
                                                std::string digest,
                                                RegistryAuth auth) {
  Request request = request_of("GET", path_of(repository, "blobs/" + digest));
  RegistryResult<Reply> reply = co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status != 200) co_return engine::refusal(status, reply->body);
  if (digest_of(reply->body) != digest) {
    co_return engine::wrong_layer(digest);
  }
  co_return std::move(reply->body);
}

Task<RegistryResult<Manifest>> HttpRegistry::manifest(std::string host,
                                                      std::string repository,
                                                      std::string reference,
                                                      RegistryAuth auth) {
  Request request =
      request_of("GET", path_of(repository, "manifests/" + reference));
  for (const std::string_view type :
       {engine::kSchema2Type, engine::kSchema1SignedType,
        engine::kSchema1Type}) {
    request.headers.add("Accept", std::string(type));
  }
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status != 200) co_return engine::refusal(status, reply->body);
  Result<engine::ParsedManifest> parsed = engine::parse_manifest(reply->body);
  if (!parsed) co_return RegistryFault{Kind::other, parsed.error().text, ""};
  Manifest manifest = std::move(parsed->manifest);
  if (reference.starts_with("sha256:") && manifest.digest != reference) {
    co_return engine::wrong_manifest(reference);
  }
  if (!parsed->config_digest.empty()) {
    RegistryResult<Bytes> config =
        co_await fetch(host, repository, parsed->config_digest, auth);
    if (!config) co_return config.error();
    manifest.config = std::move(*config);
  }
  co_return manifest;
}

Task<RegistryResult<List>> HttpRegistry::tags(std::string host,
                                              std::string repository,
                                              RegistryAuth auth) {
  Request request = request_of("GET", path_of(repository, "tags/list"));
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status != 200) co_return engine::refusal(status, reply->body);
  const Json json = Json::parse(reply->body, nullptr, false);
  List tags;
  if (json.is_object() && json.contains("tags") && json["tags"].is_array()) {
    for (const Json& tag : json["tags"]) {
      if (tag.is_string()) tags.push_back(tag.get<std::string>());
    }
  }
  co_return tags;
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> HttpRegistry::blob(
    std::string host, std::string repository, std::string digest,
    RegistryAuth auth) {
  const RegistryResult<Bytes> packed =
      co_await fetch(host, repository, digest, auth);
  if (!packed) co_return packed.error();
  Result<Bytes> tar =
      is_gzip(*packed) ? gunzip(*packed, kLayerMax) : Result<Bytes>(*packed);
  if (!tar) co_return RegistryFault{Kind::other, tar.error().text, ""};
  KnownBlob known;
  known.digest = digest;
  known.size = static_cast<std::int64_t>(packed->size());
  known.host = host;
  known.repository = repository;
  learn(digest_of(*tar), std::move(known));
  std::unique_ptr<ByteSource> source =
      std::make_unique<StringSource>(std::move(*tar));
  co_return source;
}

Task<RegistryResult<bool>> HttpRegistry::has_blob(std::string host,
                                                  std::string repository,
                                                  std::string digest,
                                                  RegistryAuth auth) {
  const auto known = known_.find(digest);
  const bool stranger = known == known_.end();
  const std::string wanted = stranger ? digest : known->second.digest;
  Request request = request_of("HEAD", path_of(repository, "blobs/" + wanted));
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status == 200) co_return true;
  if (status == 404) co_return false;
  co_return engine::refusal(status, reply->body);
}

Task<RegistryResult<std::string>> HttpRegistry::mount_blob(
    std::string host, std::string repository, std::string digest,
    RegistryAuth auth) {
  const auto known = known_.find(digest);
  const bool here = known != known_.end() && known->second.host == host &&
                    known->second.repository != repository;
  if (!here) co_return std::string();
  const std::string from = known->second.repository;
  const std::string target = fmt::format(
      "blobs/uploads/?from={}&mount={}", replace_all(from, "/", "%2F"),
      replace_all(known->second.digest, ":", "%3A"));
  Request request = request_of("POST", path_of(repository, target));
  request.headers.add("Content-Length", "0");
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status == 201) co_return from;
  if (status != 202) co_return engine::refusal(status, reply->body);
  // An upload was begun instead: it is not needed.
  Request cancel = request_of("DELETE", target_of(reply->head.headers));
  const RegistryResult<Reply> cancelled =
      co_await ask(host, std::move(cancel), auth);
  if (!cancelled) co_return cancelled.error();
  co_return std::string();
}

/// POST, PATCH, PUT: an upload is begun, filled and closed with its digest.
Task<RegistryResult<std::monostate>> HttpRegistry::upload(
    std::string host, std::string repository, std::string digest, Bytes blob,
    RegistryAuth auth) {
  Request begin = request_of("POST", path_of(repository, "blobs/uploads/"));
  begin.headers.add("Content-Length", "0");
  const RegistryResult<Reply> begun =
      co_await ask(host, std::move(begin), auth);
  if (!begun) co_return begun.error();
  if (begun->head.status != 202) {
    co_return engine::refusal(begun->head.status, begun->body);
  }
  Request fill = request_of("PATCH", target_of(begun->head.headers));
  fill.headers.add("Content-Length", std::to_string(blob.size()));
  fill.headers.add("Content-Type", "application/octet-stream");
  fill.body = std::move(blob);
  const RegistryResult<Reply> filled =
      co_await ask(host, std::move(fill), auth);
  if (!filled) co_return filled.error();
  if (filled->head.status != 202) {
    co_return engine::refusal(filled->head.status, filled->body);
  }
  const std::string place = target_of(filled->head.headers);
  const char joint = place.find('?') == std::string::npos ? '?' : '&';
  Request end = request_of("PUT", fmt::format("{}{}digest={}", place, joint,
                                              replace_all(digest, ":", "%3A")));
  end.headers.add("Content-Length", "0");
  const RegistryResult<Reply> ended = co_await ask(host, std::move(end), auth);
  if (!ended) co_return ended.error();
  if (ended->head.status != 201) {
    co_return engine::refusal(ended->head.status, ended->body);
  }
  co_return std::monostate();
}

Task<RegistryResult<std::string>> HttpRegistry::put_blob(std::string host,
                                                         std::string repository,
                                                         ByteSource& tar,
                                                         RegistryAuth auth) {
  const Result<Bytes> bytes = co_await read_all(tar, kLayerMax);
  if (!bytes) co_return RegistryFault{Kind::other, bytes.error().text, ""};
  Bytes packed = gzip(*bytes, GzipHeader());
  KnownBlob known;
  known.digest = digest_of(packed);
  known.size = static_cast<std::int64_t>(packed.size());
  known.host = host;
  known.repository = repository;
  const std::string digest = known.digest;
  const RegistryResult<std::monostate> sent =
      co_await upload(host, repository, digest, std::move(packed), auth);
  if (!sent) co_return sent.error();
  learn(digest_of(*bytes), std::move(known));
  co_return digest;
}

Task<RegistryResult<StoredManifest>> HttpRegistry::put_manifest(
    std::string host, std::string repository, std::string tag,
    Manifest manifest, RegistryAuth auth) {
  manifest.sizes.resize(manifest.layers.size());
  for (std::size_t at = 0; at < manifest.layers.size(); ++at) {
    const auto known = known_.find(manifest.layers[at]);
    if (known == known_.end()) continue;
    manifest.layers[at] = known->second.digest;
    manifest.sizes[at] = known->second.size;
  }
  if (manifest.v1_images.empty()) {
    const std::string config = digest_of(manifest.config);
    const RegistryResult<bool> there =
        co_await has_blob(host, repository, config, auth);
    if (!there) co_return there.error();
    if (!*there) {
      const RegistryResult<std::monostate> sent =
          co_await upload(host, repository, config, manifest.config, auth);
      if (!sent) co_return sent.error();
    }
  }
  const std::string json = engine::manifest_json(manifest, repository, tag);
  Request request = request_of("PUT", path_of(repository, "manifests/" + tag));
  request.headers.add("Content-Type",
                      std::string(engine::media_type_of(manifest)));
  request.body = json;
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status != 201) co_return engine::refusal(status, reply->body);
  StoredManifest stored;
  stored.digest = digest_of(json);
  stored.size = static_cast<std::int64_t>(json.size());
  co_return stored;
}

Task<RegistryResult<std::vector<engine::SearchHit>>> HttpRegistry::search(
    std::string) {
  co_return RegistryFault{Kind::other, "only the Hub can be searched", ""};
}

Task<RegistryResult<std::string>> HttpRegistry::login(std::string host,
                                                      RegistryAuth auth) {
  Request request = request_of("GET", "/v2/");
  const RegistryResult<Reply> reply =
      co_await ask(host, std::move(request), auth);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status == 200) co_return std::string("Login Succeeded");
  RegistryFault fault = engine::refusal(status, reply->body);
  fault.url = fmt::format("http://{}/v2/", host);
  co_return fault;
}

}  // namespace drydock::machine
