// file_test.cc — the calls that take a path: who may, and what they answer
// when not.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

std::string word(const SysOutcome& outcome) {
  return outcome ? "ok" : std::string(name_of(outcome.error()));
}
template <typename T>
std::string word(const SysResult<T>& result) {
  return result ? "ok" : std::string(name_of(result.error()));
}

Task<int> as_user(Process& self) {
  static_cast<void>(self.mkdir("/tmp/own", 0755));
  static_cast<void>(self.chown("/tmp/own", 1000, 1000));
  static_cast<void>(self.setgid(1000));
  static_cast<void>(self.setuid(1000));
  std::string log;
  log += word(self.mkdir("/x", 0777)) + " ";
  log += word(self.mkdir("/tmp/own/d", 0777)) + " ";
  log += word(self.unlink("/tmp/secret")) + " ";  // Sticky /tmp.
  log += word(self.chmod("/tmp/secret", 0777)) + " ";
  log += word(self.chown("/tmp/own/d", 0, 0)) + " ";
  const SysResult<Fd> secret = co_await self.open("/tmp/secret", kReadOnly);
  log += word(secret) + " ";
  log += word(self.chroot("/tmp")) + " ";
  log += word(self.setuid(0)) + " ";
  log += word(self.sethostname("mine"));
  co_await print(self, log);
  co_return 0;
}

Task<int> opens(Process& self) {
  std::string log;
  struct Row {
    std::string path;
    unsigned flags;
  };
  const std::vector<Row> rows = {
      {"/etc/none", kReadOnly},
      {"/etc", kWriteOnly},
      {"/etc", kReadOnly | kCreate},
      {"/etc/passwd", kReadOnly | kDirectoryOnly},
      {"/etc/passwd", kWriteOnly | kCreate | kExclusive},
      {"/etc/passwd/x", kReadOnly},
      {"/tmp/link", kReadOnly | kNoFollow},
      {"/tmp/link", kReadOnly},
      {"/tmp/round", kReadOnly},
      {"/tmp/dangling", kReadOnly},
      {"/tmp/dangling", kWriteOnly | kCreate},
      {"/tmp/new/", kWriteOnly | kCreate},
  };
  static_cast<void>(self.symlink("/etc/passwd", "/tmp/link"));
  static_cast<void>(self.symlink("round", "/tmp/round"));
  static_cast<void>(self.symlink("made", "/tmp/dangling"));
  for (const Row& row : rows) {
    const SysResult<Fd> fd = co_await self.open(row.path, row.flags);
    log += word(fd) + " ";
  }
  log += word(self.lstat("/tmp/made"));
  co_await print(self, log);
  co_return 0;
}

Task<int> masks(Process& self) {
  static_cast<void>(self.umask(027));
  const SysResult<Fd> fd =
      co_await self.open("/tmp/f", kWriteOnly | kCreate, 0666);
  static_cast<void>(self.mkdir("/tmp/d", 0777));
  co_await print(self, fmt::format("{:o} {:o}", self.stat("/tmp/f")->mode,
                                   self.stat("/tmp/d")->mode));
  co_return fd ? 0 : 1;
}

Task<int> appends(Process& self) {
  const SysResult<Fd> one =
      co_await self.open("/tmp/log", kWriteOnly | kCreate | kAppend);
  const SysResult<Fd> two =
      co_await self.open("/tmp/log", kWriteOnly | kAppend);
  co_await self.write(*one, "a");
  co_await self.write(*two, "b");
  co_await self.write(*one, "c");
  const SysResult<Bytes> all = co_await read_file(self, "/tmp/log");
  const SysResult<Fd> cut =
      co_await self.open("/tmp/log", kWriteOnly | kTruncate);
  co_await print(self, fmt::format("{} {}", *all, self.fstat(*cut)->size));
  co_return 0;
}

Task<int> who_am_i(Process& self) {
  co_await print(self,
                 fmt::format("{} {}", self.getuid(), self.credentials().uid));
  co_return self.setuid(0) ? 0 : 1;
}

Task<int> mounts(Process& self) {
  MountCall call;
  call.source = call.type = "tmpfs";
  call.target = "/tmp";
  std::string log = word(self.mount(call)) + " ";
  log += word(self.stat("/tmp/secret")) + " ";
  log += word(self.umount("/tmp")) + " ";
  log += word(self.stat("/tmp/secret")) + " ";
  log += word(self.umount("/tmp")) + " ";
  call.type = "nosuch";
  log += word(self.mount(call)) + " ";
  call.type = "";
  call.bind = call.read_only = true;
  call.source = "/etc";
  log += word(self.mount(call)) + " ";
  log += word(self.mkdir("/tmp/x", 0755)) + " ";
  log += word(self.stat("/tmp/passwd")) + " ";
  static_cast<void>(self.setuid(1));
  log += word(self.umount("/tmp"));
  co_await print(self, log);
  co_return 0;
}

}  // namespace

TEST_CASE("a user may do what modes and owners allow him") {
  TestMachine machine;
  machine.write("/tmp/secret", "s", 0600);
  machine.install("user", as_user);
  CHECK(machine.run({"user"}).out ==
        "EACCES ok EPERM EPERM EPERM EACCES EPERM EPERM EPERM");
}

TEST_CASE("open answers as open(2) says") {
  TestMachine machine;
  machine.install("opens", opens);
  CHECK(machine.run({"opens"}).out ==
        "ENOENT EISDIR EISDIR ENOTDIR EEXIST ENOTDIR ELOOP ok ELOOP ENOENT ok "
        "EISDIR ok");
}

TEST_CASE("umask takes bits away") {
  TestMachine machine;
  machine.install("masks", masks);
  CHECK(machine.run({"masks"}).out == "640 750");
}

TEST_CASE("O_APPEND writes at the end, O_TRUNC begins anew") {
  TestMachine machine;
  machine.install("appends", appends);
  CHECK(machine.run({"appends"}).out == "abc 0");
}

TEST_CASE("a set-user-id file runs as its owner") {
  TestMachine machine;
  machine.install("whoami", who_am_i);
  machine.who.uid = 1000;
  CHECK(machine.run({"whoami"}).out == "1000 1000");
  vfs::AttributeChange change;
  change.mode = 04755;
  const SysResult<vfs::InodeRef> bin = machine.files->root()->lookup("bin");
  CHECK((*(*bin)->lookup("whoami"))->change(change));
  const Ran ran = machine.run({"whoami"});
  CHECK(ran.out == "1000 0");
  CHECK(ran.status == 0);
}

TEST_CASE("mounts cover what lies below, and only root makes them") {
  TestMachine machine;
  machine.write("/tmp/secret", "s");
  machine.install("mounts", mounts);
  CHECK(machine.run({"mounts"}).out ==
        "ok ENOENT ok ok EINVAL ENODEV ok EROFS ok EPERM");
}

}  // namespace drydock::kernel
