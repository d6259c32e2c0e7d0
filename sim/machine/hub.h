// hub.h — the simulated Docker Hub: the catalogue's images, made when they are
// asked for, and what people push to it.
//
// Who may do what: everybody reads what is public; an owner reads and writes
// USER/...; the root name space is Docker's.  Accounts are the catalogue's,
// and those that are made by logging in with an address (docker-1.8).
//
// The images are built by an engine and a builder like those that they are
// served to, on computers of their own: see hub_images.h.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/engine/backend.h"
#include "sim/machine/hub_images.h"

namespace drydock::machine {

struct HubOptions {
  bool online = true;  // Else every request is answered as without a network.
  bool schema_2 = false;  // What its clients read: since Docker 1.10.
};

class Hub final : public engine::RegistryClient {
 public:
  explicit Hub(HubOptions options);

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

 private:
  /// A layer of the catalogue's.
  struct Shelved {
    vfs::LayerRef layer;     // Null: of a step that changed settings only.
    std::string repository;  // Where it is at home.
  };
  /// A repository that somebody has pushed to.
  struct Pushed {
    std::map<std::string, engine::Manifest> tags;
    std::map<std::string, Bytes> blobs;      // Tars, by digest.
    std::map<std::string, Shelved> mounted;  // From elsewhere, the same.
  };
  enum class Standing { stranger, wrong_password, owner, other };

  std::optional<engine::RegistryFault> unreachable() const;
  static std::string home_of(std::string_view folder);
  Result<engine::Manifest> put_up(const std::string& folder);
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

  HubOptions options_;
  std::map<std::string, engine::Manifest> put_up_;  // By folder.
  std::map<std::string, Shelved> blobs_;            // By digest.
  std::map<std::string, Pushed> pushed_;            // By repository.
  std::map<std::string, std::string> accounts_;     // Passwords, by user.
};

}  // namespace drydock::machine
