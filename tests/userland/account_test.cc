// account_test.cc — users and groups are made, changed, removed and become.

#include <catch2/catch.hpp>

#include "sim/userland/programs.h"
#include "tests/support/machine.h"

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
    machine.write("/etc/shadow", "root:*:16710:0:99999:7:::\n", 0640);
    machine.write("/etc/gshadow", "root:*::\n", 0640);
    machine.write("/home/.keep", "");
  }
  std::string last_line(const std::string& path) {
    const List lines = split(machine.read(path).value_or(""), '\n');
    return lines.size() < 2 ? "" : lines[lines.size() - 2];
  }
};

}  // namespace

TEST_CASE("groupadd -r and useradd -r give the ids that redis's image has") {
  House house;
  CHECK(house.machine.run({"groupadd", "-r", "redis"}).status == 0);
  CHECK(house.machine.run({"useradd", "-r", "-g", "redis", "redis"}).status ==
        0);
  CHECK(house.last_line("/etc/passwd") ==
        "redis:x:999:999::/home/redis:/bin/sh");
  CHECK(house.last_line("/etc/group") == "redis:x:999:");
  CHECK(house.last_line("/etc/shadow") == "redis:!:16720::::::");
  CHECK(house.last_line("/etc/gshadow") == "redis:!::");
}

TEST_CASE("useradd makes a group of the same name and, with -m, a home") {
  House house;
  CHECK(
      house.machine.run({"useradd", "-m", "-s", "/bin/bash", "ship"}).status ==
      0);
  CHECK(house.last_line("/etc/passwd") ==
        "ship:x:1000:1000::/home/ship:/bin/bash");
  CHECK(house.last_line("/etc/group") == "ship:x:1000:");
}

TEST_CASE("useradd refuses who is there already and groups that are not") {
  House house;
  const Ran twice = house.machine.run({"useradd", "daemon"});
  CHECK(twice.err == "useradd: user 'daemon' already exists\n");
  CHECK(twice.status == 9);
  const Ran group = house.machine.run({"useradd", "-g", "nosuch", "ship"});
  CHECK(group.err == "useradd: group 'nosuch' does not exist\n");
  CHECK(group.status == 6);
}

TEST_CASE("usermod -aG adds to a group what userdel takes away again") {
  House house;
  house.machine.run({"useradd", "ship"});
  CHECK(house.machine.run({"usermod", "-aG", "daemon", "ship"}).status == 0);
  CHECK(house.machine.run({"id", "-Gn", "ship"}).out == "ship daemon\n");
  CHECK(house.machine.run({"userdel", "ship"}).status == 0);
  CHECK(house.machine.run({"id", "ship"}).status == 1);
  CHECK(house.machine.run({"getent", "group", "daemon"}).out ==
        "daemon:x:1:\n");
}

TEST_CASE("gosu runs a program as another user, in place") {
  House house;
  CHECK(house.machine.run({"gosu", "daemon", "id", "-un"}).out == "daemon\n");
  CHECK(house.machine.run({"gosu", "5:7", "id"}).out ==
        "uid=5 gid=7 groups=7\n");
  const Ran unknown = house.machine.run({"gosu", "nosuch", "id"});
  CHECK(unknown.err ==
        "error: failed switching to \"nosuch\": unable to find user nosuch\n");
  CHECK(unknown.status == 1);
}

TEST_CASE("getent answers with the line, or with status 2") {
  House house;
  house.machine.write("/etc/hosts", "127.0.0.1 localhost\n10.0.0.2 db web\n");
  CHECK(house.machine.run({"getent", "passwd", "daemon"}).out ==
        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n");
  CHECK(house.machine.run({"getent", "hosts", "web"}).out ==
        "10.0.0.2        db web\n");
  CHECK(house.machine.run({"getent", "passwd", "nosuch"}).status == 2);
}

TEST_CASE("a program of another user may not change accounts or owners") {
  House house;
  house.machine.who = {1, 1, {}};
  const Ran add = house.machine.run({"useradd", "ship"});
  CHECK(add.err ==
        "useradd: Permission denied.\n"
        "useradd: cannot lock /etc/passwd; try again later.\n");
  const Ran own = house.machine.run({"chown", "root", "/tmp"});
  CHECK(own.status == 1);
  const Ran make = house.machine.run({"mkdir", "/etc/x"});
  CHECK(make.err ==
        "mkdir: cannot create directory '/etc/x': Permission denied\n");
}

TEST_CASE("every table of programs is sorted, so that each id is found") {
  for (const std::string_view id : userland::program_ids()) {
    INFO(id);
    CHECK(userland::programs().find(id));
  }
  CHECK_FALSE(userland::programs().find("gnu/nosuch"));
}

}  // namespace drydock::test
