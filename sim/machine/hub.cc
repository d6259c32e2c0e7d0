// hub.cc — requests of the distribution protocol, answered from the catalogue.

#include "sim/machine/hub.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/catalog/catalog.h"
#include "sim/engine/registry_manifest.h"

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::string_view kRoot = "library/";
constexpr std::size_t kSearchMax = 25;

std::string_view without_root(std::string_view repository) {
  if (repository.starts_with(kRoot)) repository.remove_prefix(kRoot.size());
  return repository;
}

RegistryFault not_found(std::string_view repository,
                        std::string_view reference) {
  return {Kind::not_found,
          fmt::format("manifest for {}:{} not found", repository, reference),
          ""};
}

}  // namespace

Hub::Hub(HubOptions options)
    : options_(options), accounts_(catalog::accounts()) {}

std::optional<RegistryFault> Hub::unreachable() const {
  if (options_.online) return std::nullopt;
  return RegistryFault{
      Kind::unreachable,
      "dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: dial udp "
      "10.255.255.53:53: connect: network is unreachable",
      "https://registry-1.docker.io/v2/"};
}

/// Whose image it is; equal folders are one image, of the first that has it.
std::string Hub::home_of(std::string_view folder) {
  for (const catalog::Repository& each : catalog::repositories()) {
    const bool has = std::ranges::any_of(
        each.tags, [&](const auto& tag) { return tag.folder == folder; });
    if (!has) continue;
    const bool of_user = each.name.find('/') != std::string::npos;
    return of_user ? each.name : std::string(kRoot) + each.name;
  }
  return std::string(folder);
}

/// Describes an image to whoever asked for it first, and keeps its blobs at
/// hand.
Result<Manifest> Hub::put_up(const std::string& folder) {
  const Result<HubImageRef> image = hub_image(folder);
  if (!image) return image.error();
  for (const HubStep& step : **image) {
    blobs_.try_emplace(step.digest, Shelved{step.layer, home_of(step.folder)});
  }
  Manifest manifest = manifest_of(**image, options_.schema_2);
  put_up_[folder] = manifest;
  return manifest;
}

/// With the digest of its JSON, in which schema 1 has name and tag.
Manifest Hub::named(Manifest manifest, const std::string& repository,
                    const std::string& tag) {
  manifest.digest =
      "sha256:" + sha256_hex(engine::manifest_json(manifest, repository, tag));
  return manifest;
}

Task<RegistryResult<Manifest>> Hub::manifest(std::string,
                                             std::string repository,
                                             std::string reference,
                                             RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    for (const auto& [tag, manifest] : own->second.tags) {
      if (tag == reference || manifest.digest == reference) co_return manifest;
    }
  }
  const std::string name(without_root(repository));
  if (reference.starts_with("sha256:")) {
    for (const catalog::Repository& each : catalog::repositories()) {
      if (each.name != name) continue;
      for (const auto& [tag, folder] : each.tags) {
        const auto known = put_up_.find(folder);
        if (known == put_up_.end()) continue;
        Manifest manifest = named(known->second, repository, tag);
        if (manifest.digest == reference) co_return manifest;
      }
    }
    co_return not_found(repository, reference);
  }
  const auto folder = catalog::folder_of(name, reference);
  if (!folder) {
    const catalog::Repository* const listed = catalog::find_repository(name);
    if (listed && listed->tags.empty()) {
      co_return RegistryFault{
          Kind::other,
          fmt::format("drydock: '{}' is on the Hub, but its image is not "
                      "modelled",
                      name),
          ""};
    }
    co_return not_found(repository, reference);
  }
  const auto known = put_up_.find(*folder);
  if (known != put_up_.end()) {
    co_return named(known->second, repository, reference);
  }
  const Result<Manifest> manifest = put_up(*folder);
  if (!manifest)
    co_return RegistryFault{Kind::other, manifest.error().text, ""};
  co_return named(*manifest, repository, reference);
}

Task<RegistryResult<List>> Hub::tags(std::string, std::string repository,
                                     RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  std::set<std::string> names;
  const catalog::Repository* const listed =
      catalog::find_repository(without_root(repository));
  if (listed) {
    for (const auto& tag : listed->tags) names.insert(tag.tag);
  }
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    for (const auto& [tag, manifest] : own->second.tags) names.insert(tag);
  }
  if (!listed && names.empty()) {
    co_return RegistryFault{Kind::not_found, "repository does not exist", ""};
  }
  co_return List(names.begin(), names.end());
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> Hub::blob(
    std::string, std::string repository, std::string digest,
    RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  const Shelved* shelved = nullptr;
  if (const auto of = blobs_.find(digest); of != blobs_.end()) {
    shelved = &of->second;
  }
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    const auto tar = own->second.blobs.find(digest);
    if (tar != own->second.blobs.end()) {
      std::unique_ptr<ByteSource> bytes =
          std::make_unique<StringSource>(tar->second);
      co_return bytes;
    }
    const auto mounted = own->second.mounted.find(digest);
    if (mounted != own->second.mounted.end()) shelved = &mounted->second;
  }
  if (!shelved) co_return not_found(repository, digest);
  std::unique_ptr<ByteSource> layer =
      std::make_unique<LayerSource>(shelved->layer, digest);
  co_return layer;
}

Task<RegistryResult<std::vector<engine::SearchHit>>> Hub::search(
    std::string term) {
  if (!options_.online) {
    co_return RegistryFault{
        Kind::unreachable,
        "dial tcp: lookup index.docker.io on 10.255.255.53:53: dial udp "
        "10.255.255.53:53: connect: network is unreachable",
        "https://index.docker.io/v1/search?q=" + term};
  }
  std::vector<engine::SearchHit> hits;
  for (const catalog::Repository& each : catalog::repositories()) {
    const bool named =
        each.name.find(term) != std::string::npos ||
        lower(each.description).find(lower(term)) != std::string::npos;
    if (!named || each.is_private) continue;
    hits.push_back({each.name, each.description, each.stars, each.official,
                    each.automated});
  }
  for (const auto& [name, pushed] : pushed_) {
    const bool listed = catalog::find_repository(name) != nullptr;
    if (listed || name.find(term) == std::string::npos) continue;
    hits.push_back({name, "", 0, false, false});
  }
  std::ranges::stable_sort(hits, std::greater<>{}, &engine::SearchHit::stars);
  if (hits.size() > kSearchMax) hits.resize(kSearchMax);
  co_return hits;
}

}  // namespace drydock::machine
