// proc_test.cc — proc(5): the kernel's tables as files.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

/// Prints the files and links that it is called with.
Task<int> show(Process& self) {
  int status = 0;
  for (std::size_t at = 1; at < self.argv().size(); ++at) {
    const std::string path = self.argv()[at];
    const SysResult<std::string> link = self.readlink(path);
    if (link) {
      co_await print(self, *link + "\n");
      continue;
    }
    const SysResult<Bytes> content = co_await read_file(self, path);
    if (!content) {
      co_await complain(self, fmt::format("{}\n", name_of(content.error())));
      status = 1;
      continue;
    }
    co_await print(self, *content);
  }
  co_return status;
}

Task<int> list(Process& self) {
  const SysResult<std::vector<vfs::DirectoryEntry>> rows =
      self.readdir(self.argv().at(1));
  if (!rows) co_return 1;
  std::string text;
  for (const vfs::DirectoryEntry& row : *rows) text += row.name + " ";
  co_await print(self, text);
  co_return 0;
}

Task<int> to_dev_stdout(Process& self) {
  const SysResult<Fd> fd = co_await self.open("/dev/stdout", kWriteOnly);
  if (!fd) co_return static_cast<int>(fd.error());
  co_await self.write(*fd, "by its link");
  co_return 0;
}

Task<int> rename_host(Process& self) {
  const SysResult<Fd> fd =
      co_await self.open("/proc/sys/kernel/hostname", kWriteOnly);
  co_await self.write(*fd, "other\n");
  co_await print(self, self.gethostname());
  co_return 0;
}

Task<int> reopen_pipe(Process& self) {
  const SysResult<std::pair<Fd, Fd>> ends = self.pipe();
  const std::string path = fmt::format("/proc/self/fd/{}", ends->second);
  const SysResult<Fd> again = co_await self.open(path, kWriteOnly);
  if (!again) co_return static_cast<int>(again.error());
  co_await self.write(*again, "x");
  const SysResult<Bytes> byte = co_await self.read(ends->first, 1);
  co_return byte&&* byte == "x" ? 0 : 1;
}

}  // namespace

TEST_CASE("/proc/self is whoever looks") {
  TestMachine machine;
  machine.install("show", show);
  CHECK(machine.run({"show", "/proc/self"}).out == "2\n");
  CHECK(machine.run({"show", "/proc/self/comm"}).out == "show\n");
  CHECK(machine.run({"show", "/proc/self/cmdline"}).out ==
        std::string("show\0/proc/self/cmdline\0", 24));
  CHECK(machine.run({"show", "/proc/self/cwd", "/proc/self/root"}).out ==
        "/\n/\n");
  CHECK(machine.run({"show", "/proc/self/exe"}).out == "/bin/show\n");
}

TEST_CASE("/proc/PID tells of each process that there is") {
  TestMachine machine;
  machine.install("show", show);
  machine.install("list", list);
  CHECK(machine.run({"show", "/proc/1/comm"}).out == "init\n");
  CHECK(machine.run({"show", "/proc/99/comm"}).err == "ENOENT\n");
  const Ran root = machine.run({"list", "/proc"});
  CHECK(root.out.starts_with("1 "));
  CHECK(root.out.find(" self ") != std::string::npos);
  CHECK(machine.run({"show", "/proc/1/status"})
            .out.starts_with("Name:\tinit\nState:\tS (sleeping)\nTgid:\t1\n"));
  CHECK(machine.run({"list", "/proc/self/fd"}).out == "0 1 2 ");
}

TEST_CASE("others' descriptors are not for users to see") {
  TestMachine machine;
  machine.install("show", show);
  machine.who.uid = 1000;
  CHECK(machine.run({"show", "/proc/1/environ"}).err == "EACCES\n");
}

TEST_CASE("/proc/mounts lists what is mounted where") {
  TestMachine machine;
  machine.install("show", show);
  CHECK(machine.run({"show", "/proc/self/mounts"}).out ==
        "/dev/sda1 / ext4 rw,relatime 0 0\n"
        "proc /proc proc rw,relatime 0 0\n"
        "devpts /dev/pts devpts rw,relatime 0 0\n");
  CHECK(machine.run({"show", "/proc/mounts"}).out == "self/mounts\n");
}

TEST_CASE("/proc/sys is read and, by root, written") {
  TestMachine machine;
  machine.install("show", show);
  machine.install("rename", rename_host);
  CHECK(machine.run({"show", "/proc/sys/kernel/hostname"}).out == "testbox\n");
  CHECK(machine.run({"show", "/proc/sys/kernel/ostype"}).out == "Linux\n");
  CHECK(machine.run({"rename"}).out == "other");
}

TEST_CASE("/dev/stdout is one's own standard output, whatever that is") {
  TestMachine machine;
  machine.install("out", to_dev_stdout);
  machine.install("again", reopen_pipe);
  CHECK(machine.run({"again"}).status == 0);
  CHECK(machine.run({"out"}).out == "by its link");
}

TEST_CASE("/sys tells what bounds the asker's cgroup") {
  TestMachine machine;
  machine.install("show", [](Process& self) -> Task<int> {
    MountCall call;
    call.source = call.type = "sysfs";
    call.target = "/tmp";
    if (!self.mount(call)) co_return 1;
    const int status = co_await show(self);
    co_return status;
  });
  CHECK(machine.run({"show", "/tmp/fs/cgroup/pids/pids.max"}).out == "max\n");
  CHECK(machine.run({"show", "/tmp/fs/cgroup/freezer/freezer.state"}).out ==
        "THAWED\n");
}

TEST_CASE("uptime is virtual") {
  TestMachine machine;
  machine.install("show", show);
  machine.scheduler.run_for(90 * kSecond);
  CHECK(machine.run({"show", "/proc/uptime"}).out == "90.00 90.00\n");
}

}  // namespace drydock::kernel
