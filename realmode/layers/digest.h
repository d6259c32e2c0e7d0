// digest.h — SHA-256 as fast as this machine can.

#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace drydock::realmode {

/// Hashes bytes as they come: add() any number of times, then hex() once.
class Sha256Sum {
 public:
  Sha256Sum();
  void add(std::string_view bytes);
  /// 64 lower-case hex digits.
  std::string hex();

 private:
  struct Release {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Release> context_;
};

}  // namespace drydock::realmode
