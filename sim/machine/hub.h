// hub.h — the simulated Docker Hub: the catalogue, built when it is asked for.
//
// The Hub has an engine and a builder of its own, the very ones that it serves
// images to; it stands on the same kernel but shares nothing with the host.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/engine/engine.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

struct HubOptions {
  std::uint64_t seed = 1;
  bool online = true;  // Else every request is answered as without a network.
};

class Hub final : public engine::RegistryClient {
 public:
  Hub(kernel::Kernel& kernel, HubOptions options);
  ~Hub() override;

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
  Task<engine::RegistryResult<std::string>> put_blob(
      std::string host, std::string repository, ByteSource& tar,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::string>> put_manifest(
      std::string host, std::string repository, std::string tag,
      engine::Manifest manifest, engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<std::vector<engine::SearchHit>>> search(
      std::string term) override;
  Task<engine::RegistryResult<std::string>> login(
      std::string host, engine::RegistryAuth auth) override;

  /// Drops all that still runs: the power is cut.
  void halt();

 private:
  class Workshop;

  std::optional<engine::RegistryFault> unreachable(
      const std::string& host) const;
  Task<Result<engine::Manifest>> build(std::string folder);

  kernel::Kernel& kernel_;
  HubOptions options_;
  std::unique_ptr<Workshop> workshop_;
  std::map<std::string, engine::Manifest> built_;  // By folder.
  std::map<std::string, engine::LayerId> blobs_;   // By digest.
};

}  // namespace drydock::machine
