// unpack_test.cc — bzip2 and xz, against the real programs where they are.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/base/bunzip2.h"
#include "sim/base/prng.h"
#include "sim/base/unpack.h"
#include "sim/base/unxz.h"

namespace drydock::test {

namespace {

constexpr std::size_t kLimit = std::size_t{1} << 26;

Bytes file_content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What a real program makes of these bytes; empty: it is not here.
Bytes packed_by(const std::string& program, const Bytes& plain) {
  const std::string path = std::string(DRYDOCK_BINARY_DIR) + "/unpack_test.in";
  std::ofstream(path, std::ios::binary) << plain;
  const std::string command =
      program + " -c < " + path + " > " + path + ".out 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  return file_content(path + ".out");
}

/// Texts, runs, noise, and all of them mixed.
std::vector<Bytes> samples() {
  Prng random(7);
  Bytes noise, text, mixed;
  for (int i = 0; i < 100'000; ++i) {
    noise += static_cast<char>(random.next() & 0xff);
  }
  for (int i = 0; i < 20'000; ++i) {
    text += "line " + std::to_string(random.next() % 500) + "\n";
  }
  for (int i = 0; i < 300; ++i) {
    mixed += text.substr(random.next() % 50'000, random.next() % 2'000);
    mixed.append(random.next() % 700, static_cast<char>(random.next() & 3));
    mixed += noise.substr(random.next() % 50'000, random.next() % 300);
  }
  return {"",
          "a",
          "hello, world\n",
          Bytes(5, 'x'),
          Bytes(1'000'000, '\0'),
          text,
          noise,
          mixed,
          Bytes(259, 'y') + "z"};
}

}  // namespace

TEST_CASE("what bzip2 packs is unpacked to the byte") {
  for (const Bytes& plain : samples()) {
    for (const std::string level : {"-1", "-9"}) {
      const Bytes packed = packed_by("bzip2 " + level, plain);
      if (packed.empty()) {
        WARN("no bzip2 here");
        return;
      }
      REQUIRE(is_bzip2(packed));
      const Result<Bytes> again = bunzip2(packed, kLimit);
      REQUIRE(again);
      CHECK((*again == plain));
      const Result<Bytes> twice = bunzip2(packed + packed, kLimit);
      REQUIRE(twice);
      CHECK((*twice == plain + plain));
    }
  }
}

TEST_CASE("what xz packs is unpacked to the byte") {
  for (const Bytes& plain : samples()) {
    for (const std::string options :
         {"-0", "-6", "-9e", "--check=crc32", "--check=none",
          "--block-size=10000", "--lzma2=preset=6,lc=0,lp=3,pb=0"}) {
      const Bytes packed = packed_by("xz " + options, plain);
      if (packed.empty()) {
        WARN("no xz here");
        return;
      }
      REQUIRE(is_xz(packed));
      const Result<Bytes> again = unxz(packed, kLimit);
      INFO(options << " " << plain.size());
      REQUIRE(again);
      CHECK((*again == plain));
    }
  }
}

TEST_CASE("a packed file that is cut, changed or too big is refused") {
  // "hello, world" and a newline, as bzip2 -9 and xz -6 --check=crc32 have it.
  const Bytes plain = Bytes(3000, 'q') + "hello, world\n";
  for (const std::string program : {"bzip2", "xz --check=crc32"}) {
    const Bytes packed = packed_by(program, plain);
    if (packed.empty()) {
      WARN("no " + program + " here");
      continue;
    }
    REQUIRE(is_packed(packed));
    CHECK(unpack(packed, kLimit));
    CHECK_FALSE(unpack(packed, 100));
    for (std::size_t size = 6; size + 12 < packed.size(); size += 7) {
      CHECK_FALSE(unpack(packed.substr(0, size), kLimit));
    }
    for (std::size_t at = 0; at < packed.size(); ++at) {
      Bytes changed = packed;
      changed[at] = static_cast<char>(changed[at] ^ 0x55);
      const Result<Bytes> read = unpack(changed, kLimit);
      // Where it is taken at all, nothing that counts was touched.
      if (read && is_packed(changed)) CHECK((*read == plain));
    }
  }
  CHECK_FALSE(unpack("plain", kLimit));
}

}  // namespace drydock::test
