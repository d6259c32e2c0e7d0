// more_tools_test.cc — the smaller system programs, in sentences.

#include <catch2/catch.hpp>

#include "sim/userland/programs.h"
#include "tests/support/machine.h"

namespace drydock::test {

namespace {

/// Debian's programs in /bin, busybox's applets in /bb.
struct Shed {
  TestMachine machine{&userland::programs()};

  Shed() {
    for (const std::string_view id : userland::program_ids()) {
      const std::size_t slash = id.find('/');
      const std::string name(id.substr(slash + 1));
      const bool applet = id.substr(0, slash) == "busybox";
      machine.write((applet ? "/bb/" : "/bin/") + name,
                    kernel::executable_content(id), 0755);
    }
    machine.write("/bb/busybox", kernel::executable_content("busybox/*"), 0755);
    machine.write("/etc/shadow", "root:*:16710:0:99999:7:::\n", 0640);
    machine.write("/home/.keep", "");
  }
  Ran run(const List& words, const std::string& input = "") {
    return machine.run(words, input);
  }
  std::string last_line(const std::string& path) {
    const List lines = split(machine.read(path).value_or(""), '\n');
    return lines.size() < 2 ? "" : lines[lines.size() - 2];
  }
};

}  // namespace

TEST_CASE("printf stands alone and uses its format again") {
  Shed shed;
  CHECK(shed.run({"printf", "%s-%03d\\n", "a", "7", "b"}).out ==
        "a-007\nb-000\n");
  const Ran bad = shed.run({"printf", "%d\\n", "x"});
  CHECK(bad.status == 1);
  CHECK(bad.out == "0\n");
  CHECK(shed.run({"printf"}).err ==
        "printf: missing operand\nTry 'printf --help' for more information.\n");
}

TEST_CASE("test stands alone, by its bracket too, which wants its end") {
  Shed shed;
  CHECK(shed.run({"test", "-d", "/etc"}).status == 0);
  CHECK(shed.run({"[", "a", "=", "b", "]"}).status == 1);
  const Ran open = shed.run({"[", "a"});
  CHECK(open.status == 2);
  CHECK(open.err == "[: missing ']'\n");
}

TEST_CASE("busybox says of an applet it lacks that it was not found") {
  Shed shed;
  const Ran ran = shed.run({"/bb/busybox", "nosuch"});
  CHECK(ran.status == 127);
  CHECK(ran.err == "nosuch: applet not found\n");
}

TEST_CASE("stty needs a terminal") {
  Shed shed;
  const Ran ran = shed.run({"stty", "size"});
  CHECK(ran.status == 1);
  CHECK(ran.err == "stty: 'standard input': Inappropriate ioctl for device\n");
}

TEST_CASE("mountpoint knows /proc from /etc") {
  Shed shed;
  CHECK(shed.run({"mountpoint", "/proc"}).out == "/proc is a mountpoint\n");
  const Ran ran = shed.run({"mountpoint", "/etc"});
  CHECK(ran.out == "/etc is not a mountpoint\n");
  CHECK(ran.status == 1);
}

TEST_CASE("setsid runs a program in a session of its own") {
  Shed shed;
  CHECK(shed.run({"setsid", "-w", "echo", "hi"}).out == "hi\n");
}

TEST_CASE("top -b -n 1 shows one page of both kinds") {
  Shed shed;
  const Ran procps = shed.run({"top", "-b", "-n", "1"});
  CHECK(procps.status == 0);
  CHECK(procps.out.rfind("top - 08:00:00 up", 0) == 0);
  CHECK(procps.out.find("COMMAND\n") != std::string::npos);
  const Ran busybox = shed.run({"/bb/top", "-b", "-n1"});
  CHECK(busybox.out.rfind("Mem: ", 0) == 0);
  CHECK(busybox.out.find("top -b -n1") != std::string::npos);
}

TEST_CASE("adduser of Debian makes a user, its group and its home") {
  Shed shed;
  const Ran ran =
      shed.run({"adduser", "--disabled-password", "--gecos", "", "sailor"});
  CHECK(ran.status == 0);
  CHECK(ran.out ==
        "Adding user `sailor' ...\n"
        "Adding new group `sailor' (1000) ...\n"
        "Adding new user `sailor' (1000) with group `sailor' ...\n"
        "Creating home directory `/home/sailor' ...\n"
        "Copying files from `/etc/skel' ...\n");
  CHECK(shed.last_line("/etc/passwd") ==
        "sailor:x:1000:1000::/home/sailor:/bin/bash");
  CHECK(shed.run({"deluser", "sailor"}).out ==
        "Removing user `sailor' ...\n"
        "Warning: group `sailor' has no more members.\nDone.\n");
}

TEST_CASE("adduser -S -D and addgroup -S of busybox work in silence") {
  Shed shed;
  CHECK(shed.run({"/bb/addgroup", "-S", "crew"}).status == 0);
  const Ran ran = shed.run({"/bb/adduser", "-S", "-D", "-G", "crew", "mate"});
  CHECK(ran.status == 0);
  CHECK(ran.out + ran.err == "");
  CHECK(shed.last_line("/etc/passwd") ==
        "mate:x:100:100:Linux User,,,:/home/mate:/bin/false");
  const Ran twice = shed.run({"/bb/adduser", "-D", "mate"});
  CHECK(twice.err == "adduser: user 'mate' in use\n");
  CHECK(twice.status == 1);
}

TEST_CASE("chpasswd and passwd leave a modelled hash in /etc/shadow") {
  Shed shed;
  CHECK(shed.run({"chpasswd"}, "root:secret\n").status == 0);
  CHECK(shed.last_line("/etc/shadow").rfind("root:$drydock$", 0) == 0);
  const Ran ran = shed.run({"passwd"}, "new\nother\n");
  CHECK(ran.status == 10);
  CHECK(ran.err.find("Sorry, passwords do not match\n") != std::string::npos);
}

TEST_CASE("sysctl -n reads below /proc/sys and complains of what is not") {
  Shed shed;
  CHECK(shed.run({"sysctl", "-n", "kernel.hostname"}).out == "testbox\n");
  const Ran ran = shed.run({"sysctl", "no.such"});
  CHECK(ran.err ==
        "sysctl: cannot stat /proc/sys/no/such: No such file or directory\n");
  CHECK(ran.status == 255);
}

}  // namespace drydock::test
