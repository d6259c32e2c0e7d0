// digest.cc — OpenSSL's own, which knows the processor's instructions for it.

#include "realmode/layers/digest.h"

#include <openssl/opensslv.h>

#include <array>

#include <fmt/format.h>

#include "realmode/late/library.h"

namespace drydock::realmode {

namespace {

/// What is used of libcrypto, which is loaded with the first sum.
struct Crypto {
  decltype(&::EVP_MD_CTX_new) new_context;
  decltype(&::EVP_MD_CTX_free) free_context;
  decltype(&::EVP_sha256) sha256;
  decltype(&::EVP_DigestInit_ex) init;
  decltype(&::EVP_DigestUpdate) update;
  decltype(&::EVP_DigestFinal_ex) final;
};

Crypto load() {
  const late::Library library(
      fmt::format("libcrypto.so.{}", OPENSSL_SHLIB_VERSION));
  Crypto crypto = {};
  library.find("EVP_MD_CTX_new", &crypto.new_context);
  library.find("EVP_MD_CTX_free", &crypto.free_context);
  library.find("EVP_sha256", &crypto.sha256);
  library.find("EVP_DigestInit_ex", &crypto.init);
  library.find("EVP_DigestUpdate", &crypto.update);
  library.find("EVP_DigestFinal_ex", &crypto.final);
  return crypto;
}

const Crypto& crypto() {
  static const Crypto loaded = load();
  return loaded;
}

}  // namespace

void Sha256Sum::Release::operator()(EVP_MD_CTX* context) const {
  crypto().free_context(context);
}

Sha256Sum::Sha256Sum() : context_(crypto().new_context()) {
  (void)crypto().init(context_.get(), crypto().sha256(), nullptr);
}

void Sha256Sum::add(std::string_view bytes) {
  (void)crypto().update(context_.get(), bytes.data(), bytes.size());
}

std::string Sha256Sum::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  (void)crypto().final(context_.get(), bytes.data(), &size);
  std::string hex;
  for (unsigned at = 0; at < size; ++at)
    hex += fmt::format("{:02x}", bytes[at]);
  return hex;
}

}  // namespace drydock::realmode
