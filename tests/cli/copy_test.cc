// copy_test.cc — the table of `docker cp` (behaviour.md §cp), row by row.

#include <catch2/catch.hpp>

#include "sim/cli/copy_rules.h"

namespace drydock::cli {

namespace {

/// "directory + name", or the complaint.
std::string planned(CopySide from, CopySide to) {
  const Result<CopyPlan> plan = plan_copy(from, to);
  if (!plan) return plan.error().text;
  return plan->directory + " + " + plan->rename_to;
}

const CopySide kFile{"/src/f", true, false}, kFolder{"/src/d", true, true},
    kContents{"/src/d/.", true, true};

}  // namespace

TEST_CASE("a file goes to a new name, over a file, or into a folder") {
  CHECK(planned(kFile, {"/dst/new", false, false}) == "/dst + new");
  CHECK(planned(kFile, {"/dst/new/", false, false}) == "no such directory");
  CHECK(planned(kFile, {"/dst/old", true, false}) == "/dst + old");
  CHECK(planned(kFile, {"/dst/dir", true, true}) == "/dst/dir + ");
}

TEST_CASE("a folder becomes a new one, never a file, or goes into another") {
  CHECK(planned(kFolder, {"/dst/new", false, false}) == "/dst + new");
  CHECK(planned(kFolder, {"/dst/new/", false, false}) == "/dst + new");
  CHECK(planned(kFolder, {"/dst/f", true, false}) == "cannot copy directory");
  CHECK(planned(kFolder, {"/dst/dir", true, true}) == "/dst/dir + ");
}

TEST_CASE("a folder's contents fill a new folder or one that is there") {
  CHECK(planned(kContents, {"/dst/new", false, false}) == "/dst + new");
  CHECK(planned(kContents, {"/dst/f", true, false}) == "cannot copy directory");
  CHECK(planned(kContents, {"/dst/dir", true, true}) == "/dst/dir + ");
  CHECK(split_path("/src/d/.").base == ".");
  CHECK(split_path("/src/d/.").directory == "/src/d");
}

TEST_CASE("an argument with a colon is a container's, unless it is a path") {
  CHECK(parse_copy_argument("web:/etc").container == "web");
  CHECK(parse_copy_argument("web:/etc").path == "/etc");
  CHECK(parse_copy_argument("./a:b").container.empty());
  CHECK(parse_copy_argument("/a:b").path == "/a:b");
  CHECK(parse_copy_argument("file").container.empty());
}

TEST_CASE("what can only be a folder ends with a slash or a dot") {
  CHECK(asserts_directory("a/"));
  CHECK(asserts_directory("a/."));
  CHECK(asserts_directory(""));
  CHECK_FALSE(asserts_directory("a"));
  CHECK_FALSE(asserts_directory("a.b"));
}

}  // namespace drydock::cli
