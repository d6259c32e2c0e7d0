// publish.cc — the verbs that write: blobs and manifests.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/registry/registry.h"
#include "realmode/registry/upload.h"
#include "sim/engine/registry_manifest.h"

namespace drydock::realmode {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using engine::StoredManifest;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kAnswerMax = 64 * 1024;

std::string digest_of(std::string_view bytes) {
  Sha256Sum sum;
  sum.add(bytes);
  return "sha256:" + sum.hex();
}

Ask ask_of(const std::string& host, const std::string& repository,
           std::string method, std::string path, RegistryAuth auth) {
  Ask ask;
  ask.host = host;
  ask.repository = repository;
  ask.method = std::move(method);
  ask.path = std::move(path);
  ask.scopes = {scope_of(repository, "pull,push")};
  ask.auth = std::move(auth);
  return ask;
}

/// The layers that a config names.
List diff_ids_in(const std::string& config) {
  const auto json = nlohmann::json::parse(config, nullptr, false);
  const auto place = "/rootfs/diff_ids"_json_pointer;
  List ids;
  if (!json.is_object() || !json.contains(place)) return ids;
  for (const auto& id : json[place]) {
    if (id.is_string()) ids.push_back(id.get<std::string>());
  }
  return ids;
}

}  // namespace

Task<RegistryResult<bool>> Registry::has_blob(std::string host,
                                              std::string repository,
                                              std::string digest,
                                              RegistryAuth auth) {
  const KnownBlob* const known = book_.find(digest);
  // Under which digest a stranger would be there, nobody knows.
  if (!known) co_return false;
  KnownBlob blob = *known;
  Ask ask = ask_of(host, repository, "HEAD",
                   fmt::format("/v2/{}/blobs/{}", repository, blob.digest),
                   std::move(auth));
  const RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kAnswerMax);
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status == 404) co_return false;
  if (status != 200) co_return engine::refusal(status, reply->body);
  blob.places.insert(host + " " + repository);
  book_.learn(std::move(blob));
  co_return true;
}

Task<RegistryResult<std::string>> Registry::mount_blob(std::string host,
                                                       std::string repository,
                                                       std::string digest,
                                                       RegistryAuth auth) {
  const std::string from = book_.elsewhere(digest, host, repository);
  if (from.empty()) co_return std::string();
  KnownBlob blob = *book_.find(digest);
  UploadTarget target{host, repository, std::move(auth)};
  const RegistryResult<bool> mounted =
      co_await mount(session_, std::move(target), from, blob.digest);
  if (!mounted) co_return mounted.error();
  if (!*mounted) co_return std::string();
  blob.places.insert(host + " " + repository);
  book_.learn(std::move(blob));
  co_return from;
}

Task<RegistryResult<std::string>> Registry::put_blob(std::string host,
                                                     std::string repository,
                                                     ByteSource& tar,
                                                     RegistryAuth auth) {
  GzipSource packed(tar);
  UploadTarget target{host, repository, std::move(auth)};
  Upload upload(session_, std::move(target), packed, folder_);
  RegistryResult<std::string> digest = co_await upload.run();
  if (!digest) co_return digest;
  book_.learn({packed.plain_digest(),
               *digest,
               packed.packed_size(),
               {host + " " + repository}});
  co_return digest;
}

/// Layers by the digests that the registry has them under.
void Registry::name_blobs(Manifest* manifest) const {
  // docker-1.8 names one layer for each image of the chain, empty ones too, in
  // a schema that registries no longer take: the config tells which there are.
  if (!manifest->v1_images.empty()) {
    manifest->layers = diff_ids_in(manifest->config);
    manifest->v1_images.clear();
  }
  manifest->sizes.assign(manifest->layers.size(), 0);
  for (std::size_t at = 0; at < manifest->layers.size(); ++at) {
    const KnownBlob* const known = book_.find(manifest->layers[at]);
    if (!known) continue;
    manifest->layers[at] = known->digest;
    manifest->sizes[at] = known->size;
  }
}

Task<RegistryResult<StoredManifest>> Registry::put_manifest(
    std::string host, std::string repository, std::string tag,
    Manifest manifest, RegistryAuth auth) {
  name_blobs(&manifest);
  const std::string config = digest_of(manifest.config);
  Ask there = ask_of(host, repository, "HEAD",
                     fmt::format("/v2/{}/blobs/{}", repository, config), auth);
  const RegistryResult<WholeReply> present =
      co_await session_.ask_all(std::move(there), kAnswerMax);
  if (!present) co_return present.error();
  if (present->head.status != 200) {
    UploadTarget target{host, repository, auth};
    const RegistryResult<std::monostate> sent = co_await upload_whole(
        session_, std::move(target), config, manifest.config);
    if (!sent) co_return sent.error();
  }
  const std::string json = engine::manifest_json(manifest, repository, tag);
  Ask ask = ask_of(host, repository, "PUT",
                   fmt::format("/v2/{}/manifests/{}", repository, tag),
                   std::move(auth));
  ask.headers.push_back(
      fmt::format("Content-Type: {}", engine::media_type_of(manifest)));
  ask.body = json;
  const RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kAnswerMax);
  if (!reply) co_return reply.error();
  if (reply->head.status != 201) {
    co_return engine::refusal(reply->head.status, reply->body);
  }
  StoredManifest stored;
  stored.digest = digest_of(json);
  stored.size = static_cast<std::int64_t>(json.size());
  co_return stored;
}

}  // namespace drydock::realmode
