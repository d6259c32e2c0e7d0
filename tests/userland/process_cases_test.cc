// process_cases_test.cc — programs about processes and copies of blocks.

#include <catch2/catch.hpp>

#include "sim/userland/programs.h"
#include "tests/support/machine.h"
#include "tests/userland/both_worlds.h"

namespace drydock::test {

namespace {

struct House {
  TestMachine machine{&userland::programs()};

  House() {
    for (const std::string_view id : userland::program_ids()) {
      const std::size_t slash = id.find('/');
      const std::string name(id.substr(slash + 1));
      const bool applet = id.substr(0, slash) == "busybox";
      machine.write((applet ? "/bb/" : "/bin/") + name,
                    kernel::executable_content(id), 0755);
    }
  }
};

constexpr std::string_view kTree = "a = hello\nd/\n755 b = x\nd/f = y";

}  // namespace

TEST_CASE("kill, dd, install and which do as the real programs") {
  check_cases({
      {kTree, "kill -l 9"},
      {kTree, "kill -l KILL"},
      {kTree, "kill -l"},
      {kTree, "kill 999999"},
      {kTree, "kill abc"},
      {kTree, "busybox kill -l 9"},
      {kTree, "busybox kill -l"},
      {kTree, "busybox kill 999999"},
      {kTree, "busybox kill abc"},
      {kTree, "dd if=a of=n status=none"},
      {kTree, "dd if=a of=n bs=2 count=1 status=noxfer"},
      {kTree, "dd if=a bs=1 skip=2 count=2 status=noxfer"},
      {kTree, "dd if=a of=b conv=notrunc status=noxfer bs=1 seek=1"},
      {kTree, "dd if=a of=n bs=1 seek=3 status=noxfer"},
      {kTree, "dd conv=ucase status=noxfer", "some words\n"},
      {kTree, "dd conv=swab status=noxfer", "abcdef\n"},
      {kTree, "dd bs=4 conv=sync status=noxfer of=n", "abcdef"},
      {kTree, "dd ibs=3 obs=5 status=noxfer if=a of=n"},
      {kTree, "dd if=nosuch"},
      {kTree, "dd of=nosuch/n if=a"},
      {kTree, "dd foo"},
      {kTree, "dd bs=x"},
      {kTree, "dd conv=foo"},
      {kTree, "dd if=/dev/zero bs=1K count=2 of=n status=none"},
      {kTree, "install a n"},
      {kTree, "install -m 600 a n"},
      {kTree, "install -d x/y/z"},
      {kTree, "install -dv x/y"},
      {kTree, "install -v a d"},
      {kTree, "install -o daemon -g daemon a n"},
      {kTree, "install -D a x/y/n"},
      {kTree, "install nosuch n"},
      {kTree, "install a"},
      {kTree, "install a b c"},
      {kTree, "which"},
      {kTree, "which nosuch"},
      {kTree, "which ./b ./a"},
      {kTree, "chroot"},
      {kTree, "chroot nosuch"},
      {kTree, "chroot / nosuch"},
      {kTree, "getent passwd daemon"},
      {kTree, "getent passwd 1 nosuch"},
      {kTree, "getent group daemon"},
  });
}

TEST_CASE("ps shows the processes of its namespace") {
  House house;
  const Ran ran = house.machine.run({"ps", "-eo", "args"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("COMMAND\n") == 0);
  CHECK(ran.out.find("ps -eo args\n") != std::string::npos);
  const Ran full = house.machine.run({"ps", "-ef"});
  CHECK(full.out.starts_with(
      "UID        PID  PPID  C STIME TTY          TIME CMD\n"));
  const Ran aux = house.machine.run({"ps", "aux"});
  CHECK(
      aux.out.starts_with("USER       PID %CPU %MEM    VSZ   RSS TTY      "
                          "STAT START   TIME COMMAND\n"));
  const Ran none = house.machine.run({"ps", "-p", "4711"});
  CHECK(none.status == 1);
}

TEST_CASE("ps of busybox has its own layout") {
  House house;
  const Ran ran = house.machine.run({"/bb/ps", "-o", "pid,ppid,args"});
  CHECK(ran.out.starts_with("PID   PPID  COMMAND\n"));
  const Ran plain = house.machine.run({"/bb/ps"});
  CHECK(plain.out.starts_with("PID   USER     TIME  COMMAND\n"));
}

TEST_CASE("pkill ends what pgrep finds") {
  House house;
  const auto sleeper = house.machine.start({"sleep", "1000"});
  REQUIRE(sleeper);
  house.machine.scheduler.run_ready();
  const Ran found = house.machine.run({"pgrep", "-l", "sleep"});
  CHECK(found.out.find(" sleep\n") != std::string::npos);
  CHECK(house.machine.run({"pkill", "sleep"}).status == 0);
  CHECK(house.machine.finish(*sleeper).status == 143);
  CHECK(house.machine.run({"pgrep", "sleep"}).status == 1);
}

TEST_CASE("sleep takes virtual time, and time tells how much") {
  House house;
  const Time before = house.machine.scheduler.now();
  const Ran ran = house.machine.run({"time", "-p", "sleep", "2.5"});
  CHECK(ran.err == "real 2.50\nuser 0.00\nsys 0.00\n");
  CHECK(house.machine.scheduler.now() - before >= 2'500 * kMillisecond);
}

TEST_CASE(
    "a PID 1 that is tini passes signals on and gives the child's status") {
  House house;
  CHECK(house.machine.run({"docker-init", "--", "false"}).status == 1);
  const auto init = house.machine.start({"tini", "--", "sleep", "1000"});
  REQUIRE(init);
  house.machine.scheduler.run_for(kSecond);
  REQUIRE(house.machine.kernel.kill(*init->process, kernel::kSigTerm));
  CHECK(house.machine.finish(*init).status == 143);
}

TEST_CASE("busybox runs its applets by name and knows which it has") {
  House house;
  house.machine.install_id("busybox", "busybox/*");
  CHECK(house.machine.run({"busybox", "echo", "hi"}).out == "hi\n");
  const Ran list = house.machine.run({"busybox", "--list"});
  CHECK(list.out.find("\nls\n") != std::string::npos);
  CHECK(house.machine.run({"busybox", "nosuch"}).status == 127);
}

TEST_CASE("hello tells what the daemon did") {
  House house;
  const Ran ran = house.machine.run({"hello"});
  CHECK(ran.out.starts_with("\nHello from Docker.\n"));
  CHECK(ran.status == 0);
}

}  // namespace drydock::test
