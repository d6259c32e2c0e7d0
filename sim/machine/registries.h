// registries.h — which registry answers for which host: the Hub for docker.io,
// and for all others whoever listens there.

#pragma once

#include "sim/machine/hub.h"
#include "sim/machine/registry_client.h"

namespace drydock::machine {

class Registries final : public engine::RegistryClient {
 public:
  /// Both outlive it.
  Registries(Hub& hub, HttpRegistry& network) : hub_(hub), network_(network) {}

  Task<engine::RegistryResult<engine::Manifest>> manifest(
      std::string host, std::string repository, std::string reference,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<List>> tags(std::string host,
                                          std::string repository,
                                          engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::unique_ptr<ByteSource>>> blob(
      std::string host, std::string repository, std::string digest,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<bool>> has_blob(
      std::string host, std::string repository, std::string digest,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::string>> mount_blob(
      std::string host, std::string repository, std::string digest,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::string>> put_blob(
      std::string host, std::string repository, ByteSource& tar,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<engine::StoredManifest>> put_manifest(
      std::string host, std::string repository, std::string tag,
      engine::Manifest manifest, engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::vector<engine::SearchHit>>> search(
      std::string term) override;
  Task<engine::RegistryResult<std::string>> login(
      std::string host, engine::RegistryAuth auth) override;

 private:
  engine::RegistryClient& of(const std::string& host);

  Hub& hub_;
  HttpRegistry& network_;
};

}  // namespace drydock::machine
