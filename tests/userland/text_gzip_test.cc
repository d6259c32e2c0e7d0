// text_gzip_test.cc — what gzip packs, the real gzip unpacks, and back.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "sim/base/deflate.h"
#include "sim/base/inflate.h"
#include "tests/userland/text_cases.h"

namespace drydock::tests {

TEST_CASE("what deflate packs, inflate gives back") {
  rc::prop("any bytes, repeated or not", [] {
    const auto seed = *rc::gen::arbitrary<std::string>();
    const int times = *rc::gen::inRange(1, 400);
    const int level = *rc::gen::inRange(1, 10);
    std::string text;
    for (int i = 0; i < times; ++i) text += seed + std::to_string(i % 7);
    const Bytes packed = deflate(text, level);
    const auto back = inflate(packed, std::size_t{1} << 28);
    RC_ASSERT(static_cast<bool>(back));
    RC_ASSERT(back->bytes == text);
    RC_ASSERT(back->consumed == packed.size());
  });
}

TEST_CASE("the real gzip reads what the model packs") {
  if (!has_real("gzip")) return;
  TextMachine machine;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * i) + " ships\n";
  const test::Ran packed = machine.line("gzip -c", text);
  CHECK(packed.status == 0);
  CHECK(packed.out.size() < text.size() / 2);
  write_real("packed.gz", packed.out);
  CHECK(run_real("gzip -dc packed.gz").out == text);
  CHECK(machine.line("gzip -dc", packed.out).out == text);
}

TEST_CASE("the model reads what the real gzip packs") {
  if (!has_real("gzip")) return;
  TextMachine machine;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "line " + std::to_string(i) + "\n";
  for (const char* const level : {"-1", "-6", "-9"}) {
    write_real("plain", text);
    const RealRun real = run_real("gzip -c " + std::string(level) + " plain");
    machine.write("/work/plain.gz", real.out);
    CHECK(machine.line("zcat plain.gz").out == text);
  }
}

TEST_CASE("gzip replaces a file, keeps it with -k, and lists it") {
  TextMachine machine;
  machine.write("/work/log", std::string(1000, 'x'));
  CHECK(machine.line("gzip log").status == 0);
  CHECK(!machine.read("/work/log"));
  const test::Ran list = machine.line("gzip -l log.gz");
  CHECK(list.out.rfind("         compressed        uncompressed  ratio", 0) ==
        0);
  CHECK(list.out.find("1000") != std::string::npos);
  CHECK(machine.line("gunzip -k log.gz").status == 0);
  CHECK(machine.read("/work/log") == std::string(1000, 'x'));
  const test::Ran twice = machine.line("gunzip log.gz");
  CHECK(twice.err == "gzip: log already exists;\tnot overwritten\n");
  CHECK(twice.status == 2);
}

TEST_CASE("gzip complains in its own words") {
  TextMachine machine;
  machine.write("/work/text", "no gzip\n");
  CHECK(machine.line("gzip nosuch").err ==
        "gzip: nosuch: No such file or directory\n");
  CHECK(machine.line("gzip -d text").err ==
        "gzip: text: unknown suffix -- ignored\n");
  const test::Ran bad = machine.line("gzip -dc text");
  CHECK(bad.err == "\ngzip: text: not in gzip format\n");
  CHECK(bad.status == 1);
  CHECK(machine.line("gzip -d .").err == "gzip: . is a directory -- ignored\n");
}

}  // namespace drydock::tests
