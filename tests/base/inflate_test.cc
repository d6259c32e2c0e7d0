// inflate_test.cc — gzip files made by gzip(1) unpack to what went in.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <cstddef>
#include <string>

#include "sim/base/inflate.h"

using namespace drydock;

namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

constexpr std::string_view kFixed =
    "1f8b0800000000000003cb48cdc9c9d751c840a2b800e7426e5214000000";
constexpr std::string_view kDynamic =
    "1f8b08000000000000031591c90100210803ff5423821cfd37e6e4a52b214cd8636e"
    "696b5e769f4559ae55dab8f939e69733932a8a4582e63ece598b9be8e94697c93969"
    "efaebd2e2b74c5d97c37ef437dd16dc997463f38b863e5f2f48bb987a6a4c63dcd2d"
    "0194481a229f140384f788c2457ccfda8d9376f3386474dcd2adf536aa2eba5047e0"
    "2f68c803bf489c4333a29916c3dc5808f2c092a2ca802f13d22c98b3955631de21cf"
    "73050e25a6624f995febb6bcd5a14a97b34d3aead15b8d4b0d7e7d9e96434733d3fa"
    "31b71b825e5846ab9f0bdfa4fe45c13c03fd2a070a6e50b24d52ee90f703d459ad01"
    "c6010000";
constexpr std::string_view kStoredTwice =
    "1f8b0808000000000003666972737400010300fcff6f6e65f1866c7a030000001f8b"
    "0800000000000003010300fcff74776f668aca1103000000";

}  // namespace

TEST_CASE("crc32 of the digits is the check value of its catalogue") {
  CHECK(crc32("123456789") == 0xcbf43926u);
  CHECK(crc32("6789", crc32("12345")) == 0xcbf43926u);
}

TEST_CASE("gunzip reads a block of fixed codes") {
  const Result<Bytes> text = gunzip(from_hex(kFixed), kLimit);
  REQUIRE(text);
  CHECK(*text == "hello, hello, hello\n");
}

TEST_CASE("gunzip reads a block that brings its own codes") {
  const Result<Bytes> text = gunzip(from_hex(kDynamic), kLimit);
  REQUIRE(text);
  std::string numbers;
  for (int i = 0; i < 100; ++i) numbers += std::to_string(i * i) + "\n";
  CHECK(*text == numbers);
}

TEST_CASE("gunzip reads stored blocks, file names and several members") {
  const Result<Bytes> text = gunzip(from_hex(kStoredTwice), kLimit);
  REQUIRE(text);
  CHECK(*text == "onetwo");
}

TEST_CASE("gunzip names what is wrong with a file") {
  const std::string whole = from_hex(kFixed);
  CHECK(gunzip("plain text", kLimit).error().text == "not in gzip format");
  CHECK(gunzip(whole.substr(0, whole.size() - 9), kLimit).error().text ==
        "unexpected end of file");
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 5] =
      static_cast<char>(wrong_sum[whole.size() - 5] ^ 1);
  CHECK(gunzip(wrong_sum, kLimit).error().text ==
        "invalid compressed data--crc error");
  CHECK(gunzip(whole, 10).error().text == "unpacks to too many bytes");
}

TEST_CASE("gunzip survives any bytes behind a header") {
  rc::prop("it answers, whatever it is given", [](const std::string& noise) {
    const std::string packed = from_hex("1f8b0800000000000003") + noise;
    const Result<Bytes> answer = gunzip(packed, kLimit);
    const std::size_t size = answer ? answer->size() : 0;
    RC_ASSERT(size <= kLimit);
  });
}
