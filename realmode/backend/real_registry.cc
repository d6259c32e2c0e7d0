// real_registry.cc — says that images come by import, load and build.

#include "realmode/backend/real_registry.h"

#include <fmt/format.h>

namespace drydock::realmode {

namespace {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;

RegistryFault absent(const std::string& host) {
  return {RegistryFault::Kind::unreachable,
          fmt::format("drydock's realmode has no registry client yet, so {} "
                      "cannot be asked; make images with import, load or build",
                      host),
          ""};
}

class NoRegistry final : public engine::RegistryClient {
 public:
  Task<RegistryResult<Manifest>> manifest(std::string host, std::string,
                                          std::string, RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<List>> tags(std::string host, std::string,
                                  RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<std::unique_ptr<ByteSource>>> blob(
      std::string host, std::string, std::string, RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<bool>> has_blob(std::string host, std::string,
                                      std::string, RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<std::string>> put_blob(std::string host, std::string,
                                             ByteSource&,
                                             RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<engine::StoredManifest>> put_manifest(
      std::string host, std::string, std::string, Manifest,
      RegistryAuth) override {
    co_return absent(host);
  }
  Task<RegistryResult<std::vector<engine::SearchHit>>> search(
      std::string) override {
    co_return absent("the hub");
  }
  Task<RegistryResult<std::string>> login(std::string host,
                                          RegistryAuth) override {
    co_return absent(host);
  }
};

}  // namespace

std::unique_ptr<engine::RegistryClient> make_registry() {
  return std::make_unique<NoRegistry>();
}

}  // namespace drydock::realmode
