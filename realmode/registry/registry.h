// registry.h — the engine's registry client, in the real world.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "realmode/registry/blob_book.h"
#include "realmode/registry/session.h"
#include "realmode/registry/transfers.h"

namespace drydock::realmode {

class Registry final : public engine::RegistryClient {
 public:
  /// `folder`: where blobs lie, without a name, until they are unpacked.
  Registry(Loop& loop, Store& store, std::string folder,
           RegistrySettings settings);

  bool takes_time() const override { return true; }
  std::unique_ptr<engine::BlobTransfers> fetch_ahead(
      std::string host, std::string repository, List digests,
      engine::RegistryAuth auth, engine::BlobSink told) override;
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

  Transport& transport() { return session_.transport(); }

 private:
  WantedBlob wanted(std::string host, std::string repository,
                    std::string digest, engine::RegistryAuth auth) const;
  void name_blobs(engine::Manifest* manifest) const;

  Session session_;
  std::string folder_;
  BlobBook book_;
  std::map<std::string, std::int64_t> sizes_;  // Of blobs, as manifests say.
  PendingBlobs pending_;
};

}  // namespace drydock::realmode
