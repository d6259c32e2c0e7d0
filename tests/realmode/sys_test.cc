// sys_test.cc — the kernel's doors: what they answer and how they refuse.

#include <catch2/catch.hpp>

#include "realmode/sys/capabilities.h"
#include "realmode/sys/files.h"
#include "realmode/sys/flags.h"
#include "realmode/sys/sockets.h"
#include "tests/realmode/bench.h"

using namespace drydock;

TEST_CASE("a refusal says what was asked as strace prints it", "[sys]") {
  const auto file = sys::open("/no/such/file", O_RDONLY);
  REQUIRE(!file);
  CHECK(file.error().text ==
        "open(\"/no/such/file\", O_RDONLY): No such file or directory");
}

TEST_CASE("flags are printed by name, and what has none in hexadecimal") {
  CHECK(sys::mount_flags(0x5000) == "MS_BIND|MS_REC");
  CHECK(sys::mount_flags(0) == "0");
  CHECK(sys::clone_flags(0x20000000 | 0x1) == "CLONE_NEWPID|0x1");
}

TEST_CASE("capabilities are known by both of their names") {
  CHECK(sys::capability_named("net_admin") == 12);
  CHECK(sys::capability_named("CAP_NET_ADMIN") == 12);
  CHECK(!sys::capability_named("CAP_FLY"));
  CHECK(sys::capabilities_text(0b100001) == "CAP_CHOWN,CAP_KILL");
}

TEST_CASE("a path of a container does not lead out of its root") {
  const realmode::Scratch scratch;
  REQUIRE(sys::make_directories(scratch.path() + "/root/etc"));
  REQUIRE(sys::write_file(scratch.path() + "/root/etc/passwd", "inside"));
  REQUIRE(::symlink("/etc/passwd", (scratch.path() + "/root/link").c_str()) ==
          0);
  const auto root = sys::open(scratch.path() + "/root", O_DIRECTORY | O_PATH);
  REQUIRE(root);
  for (const char* const path : {"link", "../../etc/passwd", "/etc/passwd"}) {
    const auto file = sys::open_in(root->get(), path, O_RDONLY);
    REQUIRE(file);
    const auto text = sys::read_all(file->get());
    REQUIRE(text);
    CHECK(*text == "inside");
  }
  CHECK(!sys::open_beneath(root->get(), "../root/etc/passwd", O_RDONLY));
  CHECK(!sys::open_beneath(root->get(), "link", O_RDONLY));
}

TEST_CASE("a tree is removed without following its symlinks") {
  const realmode::Scratch scratch;
  const std::string kept = scratch.path() + "/kept";
  REQUIRE(sys::make_directories(scratch.path() + "/tree/deep/er"));
  REQUIRE(sys::write_file(kept, "precious"));
  REQUIRE(::symlink("../kept", (scratch.path() + "/tree/link").c_str()) == 0);
  REQUIRE(sys::remove_tree(scratch.path() + "/tree"));
  CHECK(!sys::open(scratch.path() + "/tree", O_PATH));
  CHECK(sys::read_file(kept));
  CHECK(sys::remove_tree(scratch.path() + "/tree"));
}

TEST_CASE("a program in sealed memory cannot be written to") {
  const auto memory = sys::sealed_memory("program", "#!/bin/sh\n");
  REQUIRE(memory);
  CHECK(!sys::write_all(memory->get(), "x"));
  const auto again =
      sys::open(fmt::format("/proc/self/fd/{}", memory->get()), O_RDWR);
  if (again) CHECK(!sys::write_all(again->get(), "x"));
}

TEST_CASE("messages stay whole and carry descriptors") {
  auto pair = sys::socket_pair();
  REQUIRE(pair);
  auto ends = sys::pipe();
  REQUIRE(ends);
  REQUIRE(sys::send(pair->ours.get(), "one", 0, {ends->write.get()}));
  REQUIRE(sys::send(pair->ours.get(), "two"));
  auto first = sys::receive(pair->theirs.get(), 100);
  REQUIRE(first);
  CHECK(first->bytes == "one");
  REQUIRE(first->fds.size() == 1);
  const auto second = sys::receive(pair->theirs.get(), 100);
  REQUIRE(second);
  CHECK(second->bytes == "two");
  ends->write.close();
  REQUIRE(sys::write_all(first->fds[0].get(), "through"));
  first->fds.clear();
  const auto text = sys::read_all(ends->read.get());
  REQUIRE(text);
  CHECK(*text == "through");
}
