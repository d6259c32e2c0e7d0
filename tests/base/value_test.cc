// value_test.cc — values that the whole house leans on.

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "sim/base/digest.h"
#include "sim/base/id.h"
#include "sim/base/sha256.h"
#include "sim/base/table.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock {

TEST_CASE("sha256 gives the vectors of FIPS 180-4") {
  CHECK(sha256_hex("") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(
      sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 of zeros that are counted is that of zeros that are there") {
  for (const std::size_t before : {0, 1, 55, 63, 64, 65, 130}) {
    for (const std::size_t zeros : {0, 1, 63, 64, 65, 127, 128, 1000}) {
      Sha256 counted;
      counted.add(std::string(before, 'a'));
      counted.add_zeros(zeros);
      counted.add("end");
      CHECK(counted.hex() == sha256_hex(std::string(before, 'a') +
                                        std::string(zeros, '\0') + "end"));
    }
  }
}

TEST_CASE("sha256 does not care how its input is cut") {
  Sha256 sum;
  for (int i = 0; i < 1000; ++i)
    sum.add(std::string(static_cast<std::size_t>(i % 97), 'x'));
  Sha256 other;
  std::uint64_t length = 0;
  for (int i = 0; i < 1000; ++i) length += static_cast<std::uint64_t>(i % 97);
  other.add(std::string(length, 'x'));
  CHECK(sum.hex() == other.hex());

  Sha256 zeros;
  zeros.add_zeros(10'000);
  CHECK(zeros.hex() == sha256_hex(std::string(10'000, '\0')));
}

TEST_CASE("the clock starts at eight on 12 October 2015, a Monday") {
  CHECK(rfc3339(kEpochOfDrydock) == "2015-10-12T08:00:00Z");
  CHECK(format_time(kEpochOfDrydock, "%a %b %e %H:%M:%S %Z %Y") ==
        "Mon Oct 12 08:00:00 UTC 2015");
  CHECK(format_time(kEpochOfDrydock, "%j %u %s %-d") == "285 1 1444636800 12");
}

TEST_CASE("civil time and instants are each other's inverse") {
  for (std::int64_t day = -100'000; day < 100'000; day += 97) {
    const Time time{(day * 86'400 + 3'723) * kSecond + 5};
    CHECK(instant(civil(time)) == time);
  }
}

TEST_CASE("RFC 3339 is read with zone, fraction, and without either") {
  const Time eight = kEpochOfDrydock;
  CHECK(parse_rfc3339("2015-10-12T08:00:00Z") == eight);
  CHECK(parse_rfc3339("2015-10-12T10:00:00+02:00") == eight);
  CHECK(parse_rfc3339("2015-10-12T08:00:00") == eight);
  CHECK(parse_rfc3339("2015-10-12T08:00:00.25Z") == eight + kSecond / 4);
  CHECK(parse_rfc3339("2015-10-12") == eight - 8 * 3600 * kSecond);
  CHECK_FALSE(parse_rfc3339("2015-13-12"));
  CHECK_FALSE(parse_rfc3339("10m"));
}

TEST_CASE("a stream of chance depends on its seed and its purpose alone") {
  Prng a = Prng::stream(1, "ids"), b = Prng::stream(1, "ids");
  Prng names = Prng::stream(1, "names");
  CHECK(a.next() == b.next());
  CHECK(a.next() != names.next());
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(a.below(6));
  CHECK(seen == std::set<std::uint64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("an id's short form is never a decimal number") {
  SeededIds ids(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = ids.next();
    REQUIRE(id.size() == kIdDigits);
    REQUIRE(is_hex(id));
    REQUIRE(std::ranges::any_of(short_id(id), [](char c) { return c > '9'; }));
  }
}

TEST_CASE("columns are at least twenty wide and three apart") {
  const Table table{
      .rows = {{"NAME", "ID"}, {"a", "b"}, {std::string(30, 'x'), "c"}}};
  CHECK(table.text() == "NAME" + std::string(29, ' ') + "ID\n" + "a" +
                            std::string(32, ' ') + "b\n" +
                            std::string(30, 'x') + "   c\n");
}

TEST_CASE("go_quote escapes what Go escapes") {
  CHECK(go_quote("a\"b\\c\n\x01é") == "\"a\\\"b\\\\c\\n\\x01é\"");
}

TEST_CASE("patterns match as in Go's filepath.Match") {
  CHECK(matches("*.txt", "a.txt"));
  CHECK_FALSE(matches("*.txt", "d/a.txt"));
  CHECK(matches("d/?.t[a-z]t", "d/a.txt"));
  CHECK_FALSE(matches("[^a]", "a"));
  CHECK(matches("\\*", "*"));
}

TEST_CASE("a digest is well formed or is not") {
  const std::string good = "sha256:" + std::string(64, 'a');
  CHECK(Digest::parse(good)->short_id() == "aaaaaaaaaaaa");
  CHECK_FALSE(Digest::parse("md5:abc"));
  CHECK_FALSE(Digest::parse("sha256:" + std::string(64, 'A')));
}

}  // namespace drydock
