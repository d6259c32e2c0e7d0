// pipe_test.cc — pipe(7), fifo(7), and the descriptors over them.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

Task<int> fill(Process& self) {
  const SysResult<std::pair<Fd, Fd>> ends = self.pipe();
  static_cast<void>(self.set_non_blocking(ends->second, true));
  std::int64_t taken = 0;
  for (;;) {
    const SysResult<std::int64_t> some =
        co_await self.write(ends->second, Bytes(1000, 'x'));
    if (!some) break;
    taken += *some;
  }
  co_await print(self, std::to_string(taken));
  // A long write takes what fits.
  const SysResult<std::int64_t> rest =
      co_await self.write(ends->second, Bytes(5000, 'x'));
  const std::int64_t left = rest ? *rest : -1;
  co_await print(self, fmt::format(" {}", left));
  co_return 0;
}

Task<int> write_much(Process& self) {
  static_cast<void>(self.close(3));
  const SysResult<std::int64_t> taken =
      co_await self.write(4, Bytes(300'000, 'y'));
  co_return taken&&* taken == 300'000 ? 0 : 1;
}

Task<int> pump(Process& self) {
  static_cast<void>(self.pipe());
  static_cast<void>(self.fork(write_much));
  static_cast<void>(self.close(4));
  const SysResult<Bytes> all = co_await read_to_end(self, 3);
  const SysResult<WaitStatus> news = co_await self.wait4(-1);
  co_return all->size() == 300'000 && news->code == 0 ? 0 : 1;
}

Task<int> write_fifo(Process& self) {
  const SysResult<Fd> fd = co_await self.open("/tmp/fifo", kWriteOnly);
  co_await self.nanosleep(kSecond);
  co_await self.write(*fd, "through");
  co_return 0;
}

Task<int> read_fifo(Process& self) {
  vfs::NewFile fifo;
  fifo.type = vfs::FileType::fifo;
  static_cast<void>(self.mknod("/tmp/fifo", fifo));
  const SysResult<Fd> nobody =
      co_await self.open("/tmp/fifo", kWriteOnly | kNonBlock);
  if (nobody || nobody.error() != Errno::enxio) co_return 1;
  static_cast<void>(self.fork(write_fifo));
  const SysResult<Bytes> all = co_await read_file(self, "/tmp/fifo");
  if (!all) co_return 2;
  co_await print(self, *all);
  co_return 0;
}

Task<int> share_offset(Process& self) {
  const SysResult<Fd> fd =
      co_await self.open("/tmp/f", kReadWrite | kCreate, 0600);
  const SysResult<Fd> twin = self.dup(*fd);
  co_await self.write(*fd, "abc");
  co_await self.write(*twin, "def");
  static_cast<void>(self.lseek(*twin, 1, Whence::set));
  const SysResult<Bytes> some = co_await self.read(*fd, 2);
  const SysResult<Fd> other = co_await self.open("/tmp/f", kReadOnly);
  const SysResult<Bytes> first = co_await self.read(*other, 1);
  co_await print(self, *some + *first);
  co_return 0;
}

Task<int> read_unlinked(Process& self) {
  const SysResult<Fd> fd =
      co_await self.open("/tmp/gone", kReadWrite | kCreate);
  co_await self.write(*fd, "still here");
  static_cast<void>(self.unlink("/tmp/gone"));
  static_cast<void>(self.lseek(*fd, 0, Whence::set));
  const SysResult<Bytes> all = co_await read_to_end(self, *fd);
  const SysResult<std::string> link =
      self.readlink(fmt::format("/proc/self/fd/{}", *fd));
  co_await print(self, fmt::format("{}, {}", *all, *link));
  co_return 0;
}

Task<int> lowest_number(Process& self) {
  static_cast<void>(self.close(kStdin));
  const SysResult<Fd> first = co_await self.open("/etc/passwd", kReadOnly);
  const SysResult<Fd> second = self.dup(*first, 10);
  static_cast<void>(self.dup2(*first, 7));
  static_cast<void>(self.set_close_on_exec(7, true));
  std::string list;
  for (const Fd fd : self.open_fds()) list += fmt::format("{} ", fd);
  co_await print(self, list);
  co_return *second;
}

Task<int> far_descriptor(Process& self) {
  static_cast<void>(self.setrlimit(Resource::nofile, {65536, 65536}));
  if (!self.dup2(kStdout, 60000)) co_return 1;
  if (self.dup2(kStdout, 65536)) co_return 2;
  std::string list;
  for (const Fd fd : self.open_fds()) list += fmt::format("{} ", fd);
  co_await self.write(60000, list);
  if (!self.close(60000) || self.close(60000)) co_return 3;
  co_return 0;
}

Task<int> too_many(Process& self) {
  static_cast<void>(self.setrlimit(Resource::nofile, {8, 8}));
  for (int i = 0;; ++i) {
    const SysResult<Fd> fd = co_await self.open("/etc/passwd", kReadOnly);
    if (!fd) co_return fd.error() == Errno::emfile ? i : 99;
  }
}

Task<int> poll_pipe(Process& self) {
  const SysResult<std::pair<Fd, Fd>> ends = self.pipe();
  std::vector<PollFd> wanted(1);
  wanted[0].fd = ends->first;
  wanted[0].readable = true;
  const SysResult<int> none = co_await self.poll(&wanted, 3 * kSecond);
  if (!none || *none != 0) co_return 1;
  if (self.now() != kEpochOfDrydock + 3 * kSecond) co_return 2;
  co_await self.write(ends->second, "x");
  const SysResult<int> one = co_await self.poll(&wanted, std::nullopt);
  if (!one || *one != 1 || !wanted[0].is_readable) co_return 3;
  static_cast<void>(self.close(ends->second));
  co_await self.read(ends->first, 10);
  const SysResult<int> end = co_await self.poll(&wanted, std::nullopt);
  co_return end&& wanted[0].hang_up ? 0 : 4;
}

Task<int> spin_on_null(Process& self) {
  const SysResult<Fd> null = co_await self.open("/dev/null", kReadWrite);
  for (;;) co_await self.write(*null, "x");
}

Task<int> nap(Process& self) {
  co_await self.nanosleep(10 * kMillisecond);
  co_return 0;
}

}  // namespace

TEST_CASE("a pipe holds 64 KiB, and short writes are whole or not at all") {
  TestMachine machine;
  machine.install("fill", fill);
  CHECK(machine.run({"fill"}).out == "65000 536");
}

TEST_CASE("a write longer than the pipe waits for its reader") {
  TestMachine machine;
  machine.install("pump", pump);
  CHECK(machine.run({"pump"}).status == 0);
}

TEST_CASE("opening a FIFO waits for the other end") {
  TestMachine machine;
  machine.install("fifo", read_fifo);
  const Ran ran = machine.run({"fifo"});
  CHECK(ran.out == "through");
  CHECK(ran.status == 0);
}

TEST_CASE("descriptors made by dup share one offset, other opens do not") {
  TestMachine machine;
  machine.install("share", share_offset);
  CHECK(machine.run({"share"}).out == "bca");
}

TEST_CASE("an unlinked file can be read while it is open") {
  TestMachine machine;
  machine.install("gone", read_unlinked);
  CHECK(machine.run({"gone"}).out == "still here, /tmp/gone (deleted)");
}

TEST_CASE("the lowest free descriptor is given out") {
  TestMachine machine;
  machine.install("low", lowest_number);
  const Ran ran = machine.run({"low"});
  CHECK(ran.out == "0 1 2 7 10 ");
  CHECK(ran.status == 10);
}

TEST_CASE("a descriptor far up works and costs nothing below") {
  TestMachine machine;
  machine.install("far", far_descriptor);
  CHECK(machine.run({"far"}).out == "0 1 2 60000 ");
}

TEST_CASE("more files than RLIMIT_NOFILE is EMFILE") {
  TestMachine machine;
  machine.install("many", too_many);
  CHECK(machine.run({"many"}).status == 5);
}

TEST_CASE("poll waits for bytes, for time and for the end") {
  TestMachine machine;
  machine.install("poll", poll_pipe);
  CHECK(machine.run({"poll"}).status == 0);
}

TEST_CASE("who calls for ever without waiting does not stop the others") {
  TestMachine machine;
  machine.install("spin", spin_on_null);
  machine.install("nap", nap);
  const SysResult<test::Running> spinner = machine.start({"spin"});
  CHECK(machine.run({"nap"}).stop == Scheduler::Stop::condition);
  CHECK(machine.kernel.kill(*spinner->process, kSigKill));
  CHECK(machine.finish(*spinner).status == 137);
}

}  // namespace drydock::kernel
