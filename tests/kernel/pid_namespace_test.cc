// pid_namespace_test.cc — numbers, PID 1 and its end; containers as the
// machine makes them: pid_namespaces(7).

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::TestMachine;

Task<int> sleep_long(Process& self) {
  co_await self.nanosleep(1000 * kSecond);
  co_return 0;
}

Task<int> two_sleepers(Process& self) {
  static_cast<void>(self.fork(sleep_long));
  static_cast<void>(self.fork(sleep_long));
  const SysResult<WaitStatus> news = co_await self.wait4(-1);
  co_return news ? news->shell_status() : 99;
}

Task<int> leave_orphan(Process& self) {
  static_cast<void>(self.fork(sleep_long));
  co_return 0;
}

Task<int> adopts(Process& self) {
  const SysResult<Pid> child = self.fork(leave_orphan);
  const SysResult<WaitStatus> first = co_await self.wait4(*child);
  if (!first) co_return 1;
  std::string rows;
  for (const ProcessInfo& row : self.processes()) {
    rows += fmt::format("{}<{} ", row.pid, row.parent);
  }
  co_await print(self, rows);
  co_return 0;
}

Task<int> waits_for_term(Process& self) {
  static_cast<void>(self.sigaction(kSigTerm, Disposition::caught));
  co_await self.pause();
  co_return self.take_signal();
}

Task<int> kill_pid_one(Process& self) {
  co_await self.kill(1, kSigKill);
  co_await self.kill(1, kSigTerm);
  co_return 4;
}

Task<int> forks_killer(Process& self) {
  const SysResult<Pid> child = self.fork(kill_pid_one);
  const SysResult<WaitStatus> news = co_await self.wait4(*child);
  co_return news->code;
}

/// A container around a program: new pid namespace, everything else shared.
struct Container {
  explicit Container(TestMachine& machine)
      : machine_(machine),
        pid(machine.kernel.make_pid_namespace(machine.kernel.machine().pid)),
        cgroup(machine.kernel.make_cgroup("/docker/c")) {}

  ProcessHandleRef run(Program body) {
    SpawnSpec spec;
    spec.argv = {"body"};
    spec.body = std::move(body);
    Namespaces inside = machine_.kernel.machine();
    inside.pid = pid;
    spec.namespaces = std::make_shared<const Namespaces>(std::move(inside));
    spec.cgroup = cgroup;
    spec.fds = {out, out, out};
    const SysResult<ProcessHandleRef> process =
        machine_.kernel.spawn(std::move(spec));
    return process ? *process : nullptr;
  }

  TestMachine& machine_;
  PidNamespaceRef pid;
  CgroupRef cgroup;
  std::shared_ptr<test::CollectorFile> out =
      std::make_shared<test::CollectorFile>();
};

int ended(TestMachine& machine, const ProcessHandleRef& process) {
  machine.scheduler.run_until([&] { return process->ended.happened(); });
  return process->status.shell_status();
}

}  // namespace

TEST_CASE("a process has a number in its namespace and one outside") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef first = box.run(sleep_long);
  const ProcessHandleRef second = box.run(sleep_long);
  CHECK(first->process->getpid() == 1);
  CHECK(second->process->getpid() == 2);
  CHECK(first->pid == 2);  // PID 1 of the machine was there before.
  CHECK(second->process->getppid() == 0);
  CHECK(machine.kernel.processes(*box.cgroup).size() == 2);
}

TEST_CASE("with its PID 1 a namespace ends") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run(two_sleepers);
  const ProcessHandleRef guest = box.run(sleep_long);
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.process_count() == 5);
  CHECK(machine.kernel.kill(*init, kSigKill));
  CHECK(ended(machine, init) == 137);
  CHECK(ended(machine, guest) == 137);
  CHECK(machine.kernel.process_count() == 1);
  CHECK(box.run(sleep_long) == nullptr);  // Nobody is born here any more.
  CHECK(box.cgroup->pids() == 0);
}

TEST_CASE(
    "a PID 1 without a handler lets SIGTERM pass, so stopping takes KILL") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run(sleep_long);
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*init, kSigTerm));
  machine.scheduler.run_for(10 * kSecond);
  CHECK_FALSE(init->ended.happened());
  CHECK(machine.kernel.kill(*init, kSigKill));
  CHECK(ended(machine, init) == 137);
}

TEST_CASE("a PID 1 with a handler hears SIGTERM") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run(waits_for_term);
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*init, kSigTerm));
  CHECK(ended(machine, init) == 15);
}

TEST_CASE("nobody inside can kill PID 1") {
  TestMachine machine;
  Container box(machine);
  CHECK(ended(machine, box.run(forks_killer)) == 4);
}

TEST_CASE("orphans become children of their namespace's PID 1") {
  TestMachine machine;
  Container box(machine);
  CHECK(ended(machine, box.run(adopts)) == 0);
  CHECK(box.out->bytes() == "1<0 3<1 ");
}

TEST_CASE("a frozen cgroup stands still while time goes on") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run([](Process& self) -> Task<int> {
    for (int i = 0; i < 3; ++i) {
      co_await self.nanosleep(kSecond);
      co_await print(self, "tick ");
    }
    co_return 0;
  });
  machine.scheduler.run_for(kSecond + 1);
  box.cgroup->freeze();
  CHECK(machine.kernel.processes(*box.cgroup).front().state == 'D');
  machine.scheduler.run_for(100 * kSecond);
  CHECK(box.out->bytes() == "tick ");
  box.cgroup->thaw();
  CHECK(ended(machine, init) == 0);
  CHECK(box.out->bytes() == "tick tick tick ");
}

TEST_CASE("a frozen process can be killed") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run(sleep_long);
  machine.scheduler.run_for(kSecond);
  box.cgroup->freeze();
  CHECK(machine.kernel.kill(*init, kSigKill));
  CHECK(ended(machine, init) == 137);
  box.cgroup->thaw();
}

TEST_CASE("destroying a namespace leaves nothing of it") {
  TestMachine machine;
  Container box(machine);
  const ProcessHandleRef init = box.run(two_sleepers);
  machine.scheduler.run_for(kSecond);
  machine.kernel.destroy(*box.pid);
  CHECK(init->ended.happened());
  CHECK(machine.kernel.process_count() == 1);
}

TEST_CASE("a namespace of a namespace has three numbers for one process") {
  TestMachine machine;
  Container outer(machine);
  const ProcessHandleRef first = outer.run(sleep_long);
  Container inner(machine);
  inner.pid = machine.kernel.make_pid_namespace(outer.pid);
  const ProcessHandleRef deep = inner.run(sleep_long);
  CHECK(deep->process->getpid() == 1);
  CHECK(deep->process->pid_in(*outer.pid) == 2);
  CHECK(deep->pid == 3);
  CHECK(machine.kernel.kill(*first, kSigKill));
  CHECK(deep->ended.happened());
}

}  // namespace drydock::kernel
