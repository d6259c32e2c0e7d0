// digest.cc — OpenSSL's own, which knows the processor's instructions for it.

#include "realmode/layers/digest.h"

#include <array>

#include <fmt/format.h>

namespace drydock::realmode {

Sha256Sum::Sha256Sum() : context_(EVP_MD_CTX_new()) {
  (void)EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void Sha256Sum::add(std::string_view bytes) {
  (void)EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string Sha256Sum::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  (void)EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
  std::string hex;
  for (unsigned at = 0; at < size; ++at)
    hex += fmt::format("{:02x}", bytes[at]);
  return hex;
}

}  // namespace drydock::realmode
