// log_test.cc — json-file's log is a file: written, rotated, truncated, read.

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "sim/base/scheduler.h"
#include "sim/machine/log.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {
namespace {

using engine::LogEntry;
using engine::Stream;

/// A log in a folder of its own.
struct Desk {
  explicit Desk(engine::LogBounds bounds = {})
      : disk(vfs::make_memory_fs(clock)),
        log(clock, {disk->root(), "id-json.log", bounds}) {}

  std::string file(const std::string& name) const {
    const auto found = disk->root()->lookup(name);
    if (!found) return "";
    const auto bytes = (*found)->read(0, 1 << 20);
    return bytes ? *bytes : "";
  }
  std::vector<std::string> lines(std::int64_t from) const {
    std::vector<std::string> all;
    while (const auto entry = log.read(from)) all.push_back(entry->bytes);
    return all;
  }

  Scheduler clock;
  vfs::FileSystemRef disk;
  Log log;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("each line that a container prints is a line of JSON in its log") {
  Desk desk;
  desk.log.add(Stream::out, "one\ntwo <&>\t");
  desk.log.add(Stream::err, "oops\n");
  desk.log.add(Stream::out, "three\n");
  CHECK(desk.file("id-json.log") ==
        "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":"
        "\"2015-10-12T08:00:00Z\"}\n"
        "{\"log\":\"oops\\n\",\"stream\":\"stderr\",\"time\":"
        "\"2015-10-12T08:00:00Z\"}\n"
        "{\"log\":\"two \\u003c\\u0026\\u003e\\u0009three\\n\",\"stream\":"
        "\"stdout\",\"time\":\"2015-10-12T08:00:00Z\"}\n");
  CHECK(desk.lines(0) == Lines{"one\n", "oops\n", "two <&>\tthree\n"});
}

TEST_CASE("what has no newline becomes an entry when the container has ended") {
  Desk desk;
  desk.log.add(Stream::out, "half");
  CHECK(desk.lines(0).empty());
  desk.log.flush();
  CHECK(desk.lines(0) == Lines{"half"});
}

TEST_CASE("bytes that are no UTF-8 come back as replacement characters") {
  Desk desk;
  desk.log.add(Stream::out, std::string("\xff\xfe\0bin\n", 7));
  CHECK(desk.lines(0) ==
        Lines{std::string("\xef\xbf\xbd\xef\xbf\xbd\0bin\n", 11)});
}

TEST_CASE("a log of bounded size keeps the files that it was asked to keep") {
  Desk desk({1000, 2});
  for (int i = 1; i <= 100; ++i) {
    desk.log.add(Stream::out, "line " + std::to_string(i) + "\n");
  }
  const Lines kept = desk.lines(0);
  CHECK(kept.back() == "line 100\n");
  CHECK(kept.size() < 40);
  CHECK(desk.file("id-json.log").size() <= 1080);
  CHECK(desk.file("id-json.log.1").size() >= 1000);
  CHECK(desk.file("id-json.log.2").empty());
}

TEST_CASE("whoever truncates a log has emptied it") {
  Desk desk;
  desk.log.add(Stream::out, "old\n");
  const auto file = desk.disk->root()->lookup("id-json.log");
  REQUIRE(file);
  REQUIRE((*file)->truncate(0));
  CHECK(desk.lines(0).empty());
  desk.log.add(Stream::out, "new\n");
  CHECK(desk.lines(0) == Lines{"new\n"});
}

TEST_CASE("the last lines of a log are found from its end") {
  Desk desk;
  for (int i = 1; i <= 5; ++i) {
    desk.log.add(Stream::out, std::to_string(i) + "\n");
  }
  CHECK(desk.lines(desk.log.tail(2)) == Lines{"4\n", "5\n"});
  CHECK(desk.lines(desk.log.tail(9)).size() == 5);
  CHECK(desk.lines(desk.log.tail(0)).empty());
}

}  // namespace drydock::machine
