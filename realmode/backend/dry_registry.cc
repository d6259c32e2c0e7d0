// dry_registry.cc — one refusal for each verb.

#include "realmode/backend/dry_registry.h"

namespace drydock::realmode {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;

namespace {

RegistryFault refusal() {
  return {RegistryFault::Kind::other, "a dry run asks no registry", ""};
}

class DryRegistry final : public engine::RegistryClient {
 public:
  Task<RegistryResult<Manifest>> manifest(std::string, std::string, std::string,
                                          RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<List>> tags(std::string, std::string,
                                  RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<std::unique_ptr<ByteSource>>> blob(
      std::string, std::string, std::string, RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<bool>> has_blob(std::string, std::string, std::string,
                                      RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<std::string>> put_blob(std::string, std::string,
                                             ByteSource&,
                                             RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<engine::StoredManifest>> put_manifest(
      std::string, std::string, std::string, Manifest, RegistryAuth) override {
    co_return refusal();
  }
  Task<RegistryResult<std::vector<engine::SearchHit>>> search(
      std::string) override {
    co_return refusal();
  }
  Task<RegistryResult<std::string>> login(std::string, RegistryAuth) override {
    co_return refusal();
  }
};

}  // namespace

std::unique_ptr<engine::RegistryClient> make_dry_registry() {
  return std::make_unique<DryRegistry>();
}

}  // namespace drydock::realmode
