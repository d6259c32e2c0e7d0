// registries.cc — each verb, handed to the registry that it is for.

#include "sim/machine/registries.h"

#include <utility>

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryResult;
using engine::StoredManifest;

engine::RegistryClient& Registries::of(const std::string& host) {
  if (host == "docker.io") return hub_;
  return network_;
}

Task<RegistryResult<Manifest>> Registries::manifest(std::string host,
                                                    std::string repository,
                                                    std::string reference,
                                                    RegistryAuth auth) {
  return of(host).manifest(host, std::move(repository), std::move(reference),
                           std::move(auth));
}

Task<RegistryResult<List>> Registries::tags(std::string host,
                                            std::string repository,
                                            RegistryAuth auth) {
  return of(host).tags(host, std::move(repository), std::move(auth));
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> Registries::blob(
    std::string host, std::string repository, std::string digest,
    RegistryAuth auth) {
  return of(host).blob(host, std::move(repository), std::move(digest),
                       std::move(auth));
}

Task<RegistryResult<bool>> Registries::has_blob(std::string host,
                                                std::string repository,
                                                std::string digest,
                                                RegistryAuth auth) {
  return of(host).has_blob(host, std::move(repository), std::move(digest),
                           std::move(auth));
}

Task<RegistryResult<std::string>> Registries::mount_blob(std::string host,
                                                         std::string repository,
                                                         std::string digest,
                                                         RegistryAuth auth) {
  return of(host).mount_blob(host, std::move(repository), std::move(digest),
                             std::move(auth));
}

Task<RegistryResult<std::string>> Registries::put_blob(std::string host,
                                                       std::string repository,
                                                       ByteSource& tar,
                                                       RegistryAuth auth) {
  return of(host).put_blob(host, std::move(repository), tar, std::move(auth));
}

Task<RegistryResult<StoredManifest>> Registries::put_manifest(
    std::string host, std::string repository, std::string tag,
    Manifest manifest, RegistryAuth auth) {
  return of(host).put_manifest(host, std::move(repository), std::move(tag),
                               std::move(manifest), std::move(auth));
}

Task<RegistryResult<std::vector<engine::SearchHit>>> Registries::search(
    std::string term) {
  return hub_.search(std::move(term));
}

Task<RegistryResult<std::string>> Registries::login(std::string host,
                                                    RegistryAuth auth) {
  return of(host).login(host, std::move(auth));
}

}  // namespace drydock::machine
