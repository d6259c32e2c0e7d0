// registry_client.h — registries that are programs on the simulated network.
//
// The daemon's side of the distribution protocol, spoken as HTTP over the
// host's own sockets to whoever listens there: a registry:2 container behind
// a published port, or anything else that answers.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/engine/backend.h"
#include "sim/engine/registry_manifest.h"
#include "sim/kernel/kernel.h"
#include "sim/userland/net/http.h"

namespace drydock::machine {

class HttpRegistry final : public engine::RegistryClient {
 public:
  /// Names are looked up in the files of the kernel's machine.
  HttpRegistry(kernel::Kernel& kernel, std::string user_agent);

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
  /// Only the Hub can be searched.
  Task<engine::RegistryResult<std::vector<engine::SearchHit>>> search(
      std::string term) override;
  Task<engine::RegistryResult<std::string>> login(
      std::string host, engine::RegistryAuth auth) override;

 private:
  using Request = userland::http::Request;
  struct Reply {
    userland::http::Response head;
    Bytes body;
  };
  template <typename T>
  using Answer = engine::RegistryResult<T>;

  /// What is known of a layer's blob: /var/lib/docker's
  /// distribution/v2metadata-by-diffid.
  struct KnownBlob {
    std::string digest;
    std::int64_t size = 0;
    std::string host, repository;  // Where it has been seen.
  };

  Task<Answer<Reply>> ask(std::string host, Request request,
                          engine::RegistryAuth auth);
  Task<Answer<Bytes>> fetch(std::string host, std::string repository,
                            std::string digest, engine::RegistryAuth auth);
  Task<Answer<std::monostate>> upload(std::string host, std::string repository,
                                      std::string digest, Bytes blob,
                                      engine::RegistryAuth auth);
  Result<kernel::SocketAddress> address_of(const std::string& host) const;
  std::optional<std::string> host_file(std::string_view path) const;
  void learn(const std::string& diff_id, KnownBlob blob);

  kernel::Kernel& kernel_;
  std::string user_agent_;
  std::map<std::string, KnownBlob> known_;  // By diff id, and by digest.
};

}  // namespace drydock::machine
