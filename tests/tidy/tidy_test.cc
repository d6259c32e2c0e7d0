// tidy_test.cc — the house rules, checked on every tracked source file.
//
// First each rule is shown what it must catch and what it must let pass; then
// all of them read the tree.

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/base/text.h"
#include "tests/tidy/rules.h"

namespace drydock::tidy {
namespace {

const std::filesystem::path kRoot = DRYDOCK_SOURCE_DIR;

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<SourceFile> sources() {
  std::vector<SourceFile> files;
  for (const char* top : {"sim", "realmode", "tests", "book"}) {
    if (!std::filesystem::exists(kRoot / top)) continue;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(kRoot / top)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".cc") && !name.ends_with(".h")) continue;
      files.push_back(
          source(std::filesystem::relative(entry.path(), kRoot).string(),
                 content(entry.path())));
    }
  }
  return files;
}

void check_all(Complaints (*rule)(const SourceFile&)) {
  for (const SourceFile& file : sources()) {
    for (const std::string& complaint : rule(file)) {
      FAIL_CHECK(complaint);
    }
  }
}

SourceFile snippet(const std::string& line) {
  return source("sim/vfs/x.cc", line + "\n");
}

}  // namespace

TEST_CASE("rooms include only downwards") {
  CHECK(include_law(snippet("#include \"sim/base/result.h\"")).empty());
  CHECK_FALSE(
      include_law(snippet("#include \"sim/kernel/process.h\"")).empty());
  CHECK_FALSE(include_law(source("realmode/net/a.cc",
                                 "#include \"sim/machine/machine.h\"\n"))
                  .empty());
  CHECK_FALSE(
      include_law(source("sim/vfs/x.h", "#include <boost/graph/x.hpp>\n"))
          .empty());
  check_all(include_law);
}

TEST_CASE("each co_await stands alone and names its result") {
  CHECK(coroutine_law(snippet("  const auto r = co_await f(x);")).empty());
  CHECK(coroutine_law(snippet("  while (a) co_await q.wait();")).empty());
  CHECK(coroutine_law(snippet("  co_return co_await f(x);")).empty());
  CHECK_FALSE(coroutine_law(snippet("  if (co_await f()) {")).empty());
  CHECK_FALSE(coroutine_law(snippet("  x = b ? co_await f() : y;")).empty());
  CHECK_FALSE(coroutine_law(snippet("  co_await f(Opts{a, 3});")).empty());
  CHECK_FALSE(coroutine_law(snippet("  co_await f([x] { g(); });")).empty());
  CHECK_FALSE(coroutine_law(snippet("  if (a && co_await f()) {")).empty());
  check_all(coroutine_law);
}

TEST_CASE("a switch has each co_return in braces of its own") {
  const auto in_switch = [](const std::string& rows) {
    return snippet("Task<int> f() {\n  switch (x) {\n" + rows + "  }\n}");
  };
  CHECK_FALSE(
      switch_law(in_switch("    case 1:\n      co_return f(x);\n")).empty());
  CHECK_FALSE(switch_law(in_switch("    default:\n      g();\n"
                                   "      co_return\n          f(x);\n"))
                  .empty());
  CHECK(switch_law(in_switch("    case 1: {\n      co_return f(x);\n    }\n"))
            .empty());
  CHECK(switch_law(in_switch("    case 1:\n      co_return co_await f(x);\n"))
            .empty());
  CHECK(switch_law(in_switch("    case 1:\n      if (y) co_return f(x);\n"))
            .empty());
  CHECK(switch_law(snippet("Task<int> f() {\n  co_return g();\n}")).empty());
  check_all(switch_law);
}

TEST_CASE("nothing in the simulator depends on the machine it runs on") {
  CHECK(determinism_bans(snippet("std::int64_t x; // a long story")).empty());
  for (const char* line :
       {"#include <random>", "std::unordered_map<int, int> m;", "long x;",
        "std::sort(a, b);", "#include <thread>", "#include <unistd.h>",
        "std::hash<int>{}(1);", "throw 1;", "#include <filesystem>"}) {
    INFO(line);
    CHECK_FALSE(determinism_bans(snippet(line)).empty());
  }
  check_all(determinism_bans);
}

TEST_CASE("both compilers can read which algorithms are called") {
  CHECK_FALSE(subrange_law(snippet("  std::ranges::unique(a);")).empty());
  CHECK_FALSE(
      subrange_law(snippet("  (void)std::ranges::stable_partition(a, f);"))
          .empty());
  CHECK(subrange_law(snippet("  std::unique(a.begin(), a.end());")).empty());
  CHECK(subrange_law(snippet("  std::ranges::find(a, 1);")).empty());
  check_all(subrange_law);
}

TEST_CASE("no call draws twice for its arguments") {
  CHECK_FALSE(draw_law(snippet("  f(p.random(), p.random());")).empty());
  CHECK_FALSE(draw_law(snippet("  f(p.below(3),\n    p.below(4));")).empty());
  CHECK(draw_law(snippet("  auto a = p.random(), b = p.random();")).empty());
  CHECK(draw_law(snippet("  f(p.random());\n  f(p.random());")).empty());
  check_all(draw_law);
}

TEST_CASE("a file is one sitting") {
  std::string text;
  for (int i = 0; i < 601; ++i) text += "int x;\n";
  CHECK_FALSE(file_size(snippet(text)).empty());
  check_all(file_size);
}

TEST_CASE("a function fits a screen") {
  std::string body = "int f(int x) {\n";
  for (int i = 0; i < 71; ++i) body += "  ++x;\n";
  CHECK_FALSE(function_size(snippet(body + "}")).empty());
  CHECK(function_size(snippet("int f() {\n  return 1;\n}")).empty());
  check_all(function_size);
}

TEST_CASE("each file begins by saying what it is") {
  CHECK(heading(source("sim/a/b.h", "// b.h — what it is.\n")).empty());
  CHECK_FALSE(heading(source("sim/a/b.h", "#pragma once\n")).empty());
  check_all(heading);
}

TEST_CASE("nothing is left for later") {
  CHECK_FALSE(leftovers(snippet(std::string("// TO") + "DO: this")).empty());
  for (const SourceFile& file : sources()) {
    if (file.path.starts_with("tests/tidy/")) continue;
    for (const std::string& complaint : leftovers(file)) FAIL_CHECK(complaint);
  }
}

TEST_CASE("the reading order of the README names files that exist") {
  CHECK(
      reading_order("## Reading order\n1. `a.h` x\n2. `b.h`\n## C\n1. `d`\n") ==
      std::vector<std::string>{"a.h", "b.h"});
  const auto order = reading_order(content(kRoot / "README.md"));
  CHECK(order.size() >= 10);
  for (const std::string& path : order) {
    INFO(path);
    CHECK(std::filesystem::exists(kRoot / path));
  }
}

TEST_CASE("each page has one title") {
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(kRoot / "book")) {
    if (entry.path().extension() != ".md") continue;
    int titles = 0;
    bool fenced = false;
    for (const std::string& line : split(content(entry.path()), '\n')) {
      if (line.starts_with("```")) fenced = !fenced;
      if (!fenced && line.starts_with("# ")) ++titles;
    }
    INFO(entry.path());
    CHECK(titles == 1);
  }
}

}  // namespace drydock::tidy
