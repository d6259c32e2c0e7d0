// hub.h — the simulated Docker Hub: the catalogue, built when it is asked for,
// and what people push to it.
//
// Who may do what: everybody reads what is public; an owner reads and writes
// USER/...; the root name space is Docker's.  Accounts are the catalogue's,
// and those that are made by logging in with an address (docker-1.8).
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
  bool schema_2 = false;  // What its clients read: since Docker 1.10.
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
  Task<engine::RegistryResult<std::string>> mount_blob(
      std::string host, std::string repository, std::string digest,
      engine::RegistryAuth auth) override;
  Task<engine::RegistryResult<engine::StoredManifest>> put_manifest(
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

  /// A layer of the catalogue's.
  struct Shelved {
    engine::LayerId layer;
    std::string repository;  // Where it was first met.
  };
  /// A repository that somebody has pushed to.
  struct Pushed {
    std::map<std::string, engine::Manifest> tags;
    std::map<std::string, Bytes> blobs;      // Tars, by digest.
    std::map<std::string, Shelved> mounted;  // From elsewhere, the same.
  };
  enum class Standing { stranger, wrong_password, owner, other };

  std::optional<engine::RegistryFault> unreachable() const;
  Task<Result<engine::Manifest>> build(std::string folder,
                                       std::string repository);
  struct Stored {
    std::string digest;
    std::int64_t size = 0;
  };
  Task<Result<Stored>> shelve(engine::LayerId layer, std::string repository);
  Task<Result<engine::Manifest>> describe(std::vector<engine::ImageRef> chain,
                                          std::string repository);
  static engine::Manifest named(engine::Manifest manifest,
                                const std::string& repository,
                                const std::string& tag);

  // hub_accounts.cc
  Standing standing(const std::string& repository,
                    const engine::RegistryAuth& auth) const;
  std::optional<engine::RegistryFault> refuse_reading(
      const std::string& repository, const engine::RegistryAuth& auth) const;
  std::optional<engine::RegistryFault> refuse_writing(
      const std::string& repository, const engine::RegistryAuth& auth) const;

  kernel::Kernel& kernel_;
  HubOptions options_;
  std::unique_ptr<Workshop> workshop_;
  std::map<std::string, engine::Manifest> built_;  // By folder.
  std::map<std::string, Shelved> blobs_;           // By digest.
  std::map<std::string, Pushed> pushed_;           // By repository.
  std::map<std::string, std::string> accounts_;    // Passwords, by user.
};

}  // namespace drydock::machine
