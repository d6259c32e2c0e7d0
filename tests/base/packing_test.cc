// packing_test.cc — what gzip(1), bzip2(1) and xz(1) made is read, and what we
// make is read again.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "sim/base/packing.h"
#include "sim/base/scheduler.h"

using namespace drydock;

namespace {

constexpr std::size_t kLimit = 1 << 22;
constexpr std::string_view kText = "hello hello hello\n";

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

/// What the programs themselves made of kText.
struct Sample {
  Packing packing;
  std::string_view hex;
};
const Sample kSamples[] = {
    {Packing::gzip,
     "1f8b0800000000000003cb48cdc9c957c840905c003b7c8adf1200000"
     "0"},
    {Packing::bzip2,
     "425a6839314159265359e5b5f3090000045100001040000244a00021"
     "b5180c029069c2a30bb9229c284872daf98480"},
    {Packing::xz,
     "fd377a585a000004e6d6b4460200210116000000742fe5a3e00011000c5"
     "d00341949ee8de94f7e2121b000001f01d9c887c143c800012812c96a62"
     "8e1fb6f37d010000000004595a"},
};

Task<void> read_into(ByteSource& source, std::string& all, std::string& fault) {
  const Result<Bytes> bytes = co_await read_all(source, kLimit);
  if (bytes) all = *bytes;
  if (!bytes) fault = bytes.error().text;
}

}  // namespace

TEST_CASE("what gzip, bzip2 and xz packed is known and unpacked") {
  for (const Sample& sample : kSamples) {
    const std::string bytes = from_hex(sample.hex);
    CHECK(packing_of(bytes) == sample.packing);
    const Result<Bytes> plain = unpacked(bytes, kLimit);
    REQUIRE(plain);
    CHECK(*plain == kText);
  }
  CHECK(packing_of("hello") == Packing::none);
}

TEST_CASE("several packed files in a row are unpacked one after the other") {
  for (const Sample& sample : kSamples) {
    const std::string twice = from_hex(sample.hex) + from_hex(sample.hex);
    const Result<Bytes> plain = unpacked(twice, kLimit);
    REQUIRE(plain);
    CHECK(*plain == std::string(kText) + std::string(kText));
  }
}

TEST_CASE("a packed file that is cut short or changed is refused") {
  for (const Sample& sample : kSamples) {
    const std::string whole = from_hex(sample.hex);
    for (std::size_t length = 6; length < whole.size(); length += 3) {
      INFO(length << " of " << whole.size());
      CHECK_FALSE(unpacked(whole.substr(0, length), sample.packing, kLimit));
    }
    std::string changed = whole;
    changed[whole.size() / 2] ^= 0x11;
    CHECK_FALSE(unpacked(changed, sample.packing, kLimit));
  }
}

TEST_CASE("packing asks for no more room than it is given") {
  const std::string zeros(1 << 20, '\0');
  for (const Packing how : {Packing::gzip, Packing::bzip2, Packing::xz}) {
    const Bytes small = packed(zeros, how);
    CHECK(small.size() < zeros.size() / 100);
    CHECK_FALSE(unpacked(small, how, 1000));
  }
}

TEST_CASE("a source is read as if it had never been packed") {
  for (const Sample& sample : kSamples) {
    StringSource bytes(from_hex(sample.hex));
    UnpackingSource plain(bytes);
    std::string all, fault;
    Scheduler scheduler;
    scheduler.spawn(read_into(plain, all, fault));
    (void)scheduler.run_ready();
    CHECK(fault.empty());
    CHECK(all == kText);
  }
}

namespace {

/// Gives bytes a few at a time.
class Drip final : public ByteSource {
 public:
  Drip(Bytes bytes, std::size_t size) : bytes_(std::move(bytes)), size_(size) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    Bytes piece = bytes_.substr(at_, std::min(max, size_));
    at_ += piece.size();
    co_return piece;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0, size_;
};

struct Read {
  std::string all, fault;
};
Read read_dripping(const Bytes& packed, std::size_t size) {
  Drip drip(packed, size);
  UnpackingSource plain(drip);
  Read read;
  Scheduler scheduler;
  scheduler.spawn(read_into(plain, read.all, read.fault));
  (void)scheduler.run_ready();
  return read;
}

}  // namespace

TEST_CASE("gzip is unpacked from pieces of any size as from one",
          "[property]") {
  rc::prop("pieces and whole agree", [](std::string text, std::uint8_t times) {
    std::string all;
    for (int i = 0; i < 1 + times; ++i) all += text;
    const Bytes twice =
        packed(all, Packing::gzip) + packed(text, Packing::gzip);
    const std::size_t size = *rc::gen::inRange(1, 3000);
    const Read read = read_dripping(twice, size);
    RC_ASSERT(read.fault.empty());
    RC_ASSERT(read.all == all + text);
  });
  const Bytes whole = packed(std::string(100'000, 'x') + "end", Packing::gzip);
  CHECK(read_dripping(whole + "what follows", 7).all.ends_with("end"));
  CHECK(read_dripping(whole.substr(0, whole.size() - 1), 7).fault ==
        "unexpected end of file");
  Bytes wrong = whole;
  wrong[whole.size() - 8] ^= 1;
  CHECK(read_dripping(wrong, 7).fault == "invalid compressed data--crc error");
}

TEST_CASE("whatever is packed comes back", "[property]") {
  rc::prop("for each way of packing", [](std::string text, std::uint8_t times) {
    std::string all;
    for (int i = 0; i < times % 8; ++i) all += text;
    all += text;
    for (const Packing how : {Packing::gzip, Packing::bzip2, Packing::xz}) {
      const Result<Bytes> plain = unpacked(packed(all, how), how, kLimit);
      RC_ASSERT(plain && *plain == all);
    }
  });
}
