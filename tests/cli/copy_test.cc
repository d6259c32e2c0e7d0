// copy_test.cc — the table of `docker cp` (behaviour.md §cp), row by row, and
// the archive that passes under another name.

#include <optional>

#include <catch2/catch.hpp>

#include "sim/base/scheduler.h"
#include "sim/cli/copy_rules.h"
#include "sim/cli/renamed_archive.h"

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

namespace {

Task<void> read_to_end(ByteSource& from, std::size_t at_a_time,
                       std::optional<Result<Bytes>>& all) {
  Bytes bytes;
  for (;;) {
    const Result<Bytes> piece = co_await from.read(at_a_time);
    if (!piece) all = piece.error();
    if (!piece) co_return;
    if (piece->empty()) break;
    bytes += *piece;
  }
  all = bytes;
}

Result<Bytes> renamed(Bytes archive, const std::string& from,
                      const std::string& to, std::size_t at_a_time) {
  Scheduler scheduler;
  StringSource source(std::move(archive));
  RenamedArchive again(source, from, to);
  std::optional<Result<Bytes>> all;
  scheduler.spawn(read_to_end(again, at_a_time, all));
  (void)scheduler.run_ready();
  return *all;
}

vfs::TarEntry member(const std::string& name, Bytes content) {
  vfs::TarEntry entry;
  entry.name = name;
  if (name.ends_with('/')) entry.type = vfs::FileType::directory;
  entry.size = static_cast<std::int64_t>(content.size());
  entry.content = std::move(content);
  return entry;
}

Bytes archive_of(const std::string& top) {
  constexpr std::size_t kLong = (std::size_t{1} << 20) + 77;
  vfs::TarWriter writer;
  writer.add(member(top + "/", ""));
  writer.add(member(top + "/long", Bytes(kLong, 'l')));
  writer.add(member(top + "/short", "s"));
  vfs::TarEntry link = member(top + "/same", "");
  link.hard_link = true;
  link.link = top + "/long";
  writer.add(link);
  writer.end();
  return writer.take();
}

}  // namespace

TEST_CASE("an archive passes under another name, links and long files too") {
  const std::size_t at_a_time = GENERATE(std::size_t{1000}, kChunk);
  const Result<Bytes> again =
      renamed(archive_of("old"), "old", "new", at_a_time);
  REQUIRE(again);
  CHECK((*again == archive_of("new")));
}

TEST_CASE("an archive that breaks off under another name is told") {
  Bytes archive = archive_of("old");
  archive.resize(archive.size() / 2);
  const Result<Bytes> again = renamed(archive, "old", "new", kChunk);
  REQUIRE_FALSE(again);
  CHECK(again.error().text.starts_with("unexpected EOF"));
}

}  // namespace drydock::cli
