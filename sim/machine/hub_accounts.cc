// hub_accounts.cc — who may read and write what on the Hub, and pushing to it.

#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/catalog/catalog.h"
#include "sim/engine/registry_manifest.h"
#include "sim/machine/hub.h"

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using engine::StoredManifest;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kLayerMax = std::size_t{1} << 30;
constexpr std::string_view kRegistryUrl = "https://registry-1.docker.io/v2/";
constexpr std::string_view kAccountCreated =
    "Account created. Please use the confirmation link we sent to your e-mail "
    "to activate it.";

std::string owner_of(const std::string& repository) {
  return repository.substr(0, repository.find('/'));
}

}  // namespace

Hub::Standing Hub::standing(const std::string& repository,
                            const RegistryAuth& auth) const {
  if (auth.user.empty()) return Standing::stranger;
  const auto account = accounts_.find(auth.user);
  if (account == accounts_.end() || account->second != auth.password) {
    return Standing::wrong_password;
  }
  return owner_of(repository) == auth.user ? Standing::owner : Standing::other;
}

/// A private repository is not told from one that does not exist.
std::optional<RegistryFault> Hub::refuse_reading(
    const std::string& repository, const RegistryAuth& auth) const {
  const catalog::Repository* const listed =
      catalog::find_repository(repository);
  if (!listed || !listed->is_private) return std::nullopt;
  if (standing(repository, auth) == Standing::owner) return std::nullopt;
  return RegistryFault{Kind::not_found, "repository does not exist", ""};
}

std::optional<RegistryFault> Hub::refuse_writing(
    const std::string& repository, const RegistryAuth& auth) const {
  if (const auto fault = unreachable()) return fault;
  switch (standing(repository, auth)) {
    case Standing::stranger:
      return RegistryFault{Kind::unauthorized, "authentication required", ""};
    case Standing::wrong_password:
    case Standing::other:
      break;
    case Standing::owner:
      return std::nullopt;
  }
  return RegistryFault{Kind::denied,
                       "requested access to the resource is denied", ""};
}

Task<RegistryResult<bool>> Hub::has_blob(std::string, std::string repository,
                                         std::string digest,
                                         RegistryAuth auth) {
  if (const auto fault = refuse_writing(repository, auth)) co_return *fault;
  const auto own = pushed_.find(repository);
  co_return own != pushed_.end() && (own->second.blobs.contains(digest) ||
                                     own->second.mounted.contains(digest));
}

Task<RegistryResult<std::string>> Hub::mount_blob(std::string,
                                                  std::string repository,
                                                  std::string digest,
                                                  RegistryAuth auth) {
  if (const auto fault = refuse_writing(repository, auth)) co_return *fault;
  if (const auto known = blobs_.find(digest); known != blobs_.end()) {
    pushed_[repository].mounted[digest] = known->second;
    co_return known->second.repository;
  }
  for (const auto& [name, other] : pushed_) {
    const auto tar = other.blobs.find(digest);
    if (tar == other.blobs.end() || refuse_reading(name, auth)) continue;
    pushed_[repository].blobs[digest] = tar->second;
    co_return name;
  }
  co_return std::string();
}

Task<RegistryResult<std::string>> Hub::put_blob(std::string,
                                                std::string repository,
                                                ByteSource& tar,
                                                RegistryAuth auth) {
  if (const auto fault = refuse_writing(repository, auth)) co_return *fault;
  Result<Bytes> bytes = co_await read_all(tar, kLayerMax);
  if (!bytes) co_return RegistryFault{Kind::other, bytes.error().text, ""};
  std::string digest = "sha256:" + sha256_hex(*bytes);
  pushed_[repository].blobs[digest] = std::move(*bytes);
  co_return digest;
}

Task<RegistryResult<StoredManifest>> Hub::put_manifest(std::string,
                                                       std::string repository,
                                                       std::string tag,
                                                       Manifest manifest,
                                                       RegistryAuth auth) {
  if (const auto fault = refuse_writing(repository, auth)) co_return *fault;
  Pushed& own = pushed_[repository];
  for (const std::string& layer : manifest.layers) {
    if (own.blobs.contains(layer) || own.mounted.contains(layer)) continue;
    co_return RegistryFault{
        Kind::other, "manifest blob unknown: blob unknown to registry", ""};
  }
  const std::string json = engine::manifest_json(manifest, repository, tag);
  manifest.digest = "sha256:" + sha256_hex(json);
  StoredManifest stored;
  stored.digest = manifest.digest;
  stored.size = static_cast<std::int64_t>(json.size());
  own.tags[tag] = std::move(manifest);
  co_return stored;
}

Task<RegistryResult<std::string>> Hub::login(std::string, RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  const auto account = accounts_.find(auth.user);
  if (account == accounts_.end() && !auth.email.empty()) {
    accounts_[auth.user] = auth.password;
    co_return std::string(kAccountCreated);
  }
  if (account == accounts_.end() || account->second != auth.password) {
    co_return RegistryFault{Kind::unauthorized,
                            "incorrect username or password",
                            std::string(kRegistryUrl)};
  }
  co_return std::string("Login Succeeded");
}

}  // namespace drydock::machine
