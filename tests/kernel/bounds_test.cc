// bounds_test.cc — what keeps a runaway from eating the host: each bound ends
// in an error.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

Task<int> sleep_long(Process& self) {
  co_await self.nanosleep(1000 * kSecond);
  co_return 0;
}

/// Forks until it may not; answers why.
Task<int> bomb(Process& self) {
  for (int count = 0;; ++count) {
    const SysResult<Pid> child = self.fork(sleep_long);
    if (child) continue;
    co_await print(self, fmt::format("{} {}", count, name_of(child.error())));
    co_return 0;
  }
}

/// :(){ :|:& };: — every child does the same.
Task<int> real_bomb(Process& self) {
  static_cast<void>(self.fork(real_bomb));
  static_cast<void>(self.fork(real_bomb));
  co_await self.nanosleep(1000 * kSecond);
  co_return 0;
}

/// Each waits for a child that does the same.
Task<int> descend(Process& self) {
  const SysResult<Pid> child = self.fork(descend);
  if (!child) {
    co_await print(self, std::string(name_of(child.error())));
    co_return 1;
  }
  const SysResult<WaitStatus> news = co_await self.wait4(*child);
  co_return news->code + 1 > 200 ? 200 : news->code + 1;
}

Task<int> long_arguments(Process& self) {
  std::vector<std::string> argv{"x", std::string(200'000, 'a')};
  const Errno one = co_await self.execve("/bin/x", argv, self.environ());
  argv.assign(40, std::string(100'000, 'a'));
  const Errno all = co_await self.execve("/bin/x", argv, self.environ());
  co_return one == Errno::e2big&& all == Errno::e2big ? 0 : 1;
}

Task<int> open_many_pipes(Process& self) {
  static_cast<void>(self.setrlimit(Resource::nofile, {60000, 60000}));
  for (;;) {
    const SysResult<std::pair<Fd, Fd>> ends = self.pipe();
    if (!ends) co_return static_cast<int>(ends.error());
  }
}

Task<int> fills_tmpfs(Process& self) {
  MountCall call;
  call.source = call.type = "tmpfs";
  call.target = "/tmp";
  static_cast<void>(self.mount(call));
  const SysResult<Fd> fd = co_await self.open("/tmp/f", kWriteOnly | kCreate);
  for (;;) {
    const SysResult<std::int64_t> taken =
        co_await self.write(*fd, Bytes(1 << 24, 'y'));
    if (!taken) co_return static_cast<int>(taken.error());
  }
}

}  // namespace

TEST_CASE("a user may have so many processes and no more") {
  MachineLimits limits;
  limits.processes_per_user = 50;
  TestMachine machine(nullptr, limits);
  machine.install("bomb", bomb);
  CHECK(machine.run({"bomb"}).out == "48 EAGAIN");  // init and itself.
}

TEST_CASE("RLIMIT_NPROC binds users, not root") {
  TestMachine machine;
  machine.install("bomb", [](Process& self) -> Task<int> {
    static_cast<void>(self.setrlimit(Resource::nproc, {10, 10}));
    static_cast<void>(self.setuid(1000));
    const int status = co_await bomb(self);
    co_return status;
  });
  CHECK(machine.run({"bomb"}).out == "9 EAGAIN");
}

TEST_CASE("a pids cgroup bounds its processes") {
  TestMachine machine;
  CgroupLimits limits;
  limits.pids = 5;
  SpawnSpec spec;
  spec.body = bomb;
  spec.argv = {"bomb"};
  spec.cgroup = machine.kernel.make_cgroup("/docker/x", std::move(limits));
  const auto out = std::make_shared<test::CollectorFile>();
  spec.fds = {out, out, out};
  CHECK(machine.kernel.spawn(std::move(spec)));
  machine.scheduler.run_for(kSecond);
  CHECK(out->bytes() == "4 EAGAIN");
}

TEST_CASE("a fork bomb ends in a bounded number of processes") {
  TestMachine machine;
  machine.install("bomb", real_bomb);
  const SysResult<test::Running> running = machine.start({"bomb"});
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.process_count() == 4096);
  CHECK(machine.kernel.kill(*running->process, kSigKill));
}

TEST_CASE("processes nest 500 deep") {
  TestMachine machine;
  machine.install("descend", descend);
  CHECK(machine.run({"descend"}).out == "EAGAIN");
}

TEST_CASE("arguments have a size") {
  TestMachine machine;
  machine.install("x", long_arguments);
  CHECK(machine.run({"x"}).status == 0);
}

TEST_CASE("the machine has so many open files") {
  MachineLimits limits;
  limits.open_files = 1000;
  TestMachine machine(nullptr, limits);
  machine.install("pipes", open_many_pipes);
  CHECK(machine.run({"pipes"}).status == static_cast<int>(Errno::enfile));
}

TEST_CASE("a memory file system is full some day") {
  TestMachine machine;
  machine.install("fill", fills_tmpfs);
  CHECK(machine.run({"fill"}).status == static_cast<int>(Errno::enospc));
}

}  // namespace drydock::kernel
