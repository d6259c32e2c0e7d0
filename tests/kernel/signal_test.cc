// signal_test.cc — signal(7), kill(2), wait(2): who gets what, and what it
// does to him.

#include <catch2/catch.hpp>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::Running;
using test::TestMachine;

Task<int> sleep_long(Process& self) {
  const SysOutcome slept = co_await self.nanosleep(1000 * kSecond);
  co_return slept ? 0 : 1;
}

Task<int> catch_term(Process& self) {
  static_cast<void>(self.sigaction(kSigTerm, Disposition::caught));
  const SysOutcome slept = co_await self.nanosleep(1000 * kSecond);
  if (slept || slept.error() != Errno::eintr) co_return 1;
  co_return self.take_signal();
}

Task<int> ignore_term(Process& self) {
  static_cast<void>(self.sigaction(kSigTerm, Disposition::ignore));
  const SysOutcome slept = co_await self.nanosleep(5 * kSecond);
  co_return slept ? 0 : 1;
}

Task<int> wait_for_child(Process& self) {
  const SysResult<Pid> child = self.fork(sleep_long);
  co_await self.kill(*child, kSigKill);
  const SysResult<WaitStatus> news = co_await self.wait4(*child);
  co_return news ? news->shell_status() : 1;
}

Task<int> write_to_nobody(Process& self) {
  const SysResult<std::pair<Fd, Fd>> ends = self.pipe();
  static_cast<void>(self.close(ends->first));
  const SysResult<std::int64_t> written =
      co_await self.write(ends->second, "x");
  co_return written ? 0 : static_cast<int>(written.error());
}

Task<int> write_to_nobody_ignoring(Process& self) {
  static_cast<void>(self.sigaction(kSigPipe, Disposition::ignore));
  const int status = co_await write_to_nobody(self);
  co_return status;
}

Task<int> stop_and_continue_child(Process& self) {
  const SysResult<Pid> child = self.fork(ignore_term);
  WaitOptions options;
  options.untraced = options.continued = true;
  co_await self.kill(*child, kSigStop);
  const SysResult<WaitStatus> first = co_await self.wait4(*child, options);
  if (!first || first->kind != WaitStatus::Kind::stopped) co_return 10;
  if (first->code != kSigStop) co_return 11;
  co_await self.nanosleep(60 * kSecond);
  options.no_hang = true;
  const SysResult<WaitStatus> quiet = co_await self.wait4(*child, options);
  if (!quiet || quiet->pid != 0) co_return 12;
  options.no_hang = false;
  co_await self.kill(*child, kSigCont);
  const SysResult<WaitStatus> second = co_await self.wait4(*child, options);
  if (!second || second->kind != WaitStatus::Kind::continued) co_return 13;
  const SysResult<WaitStatus> last = co_await self.wait4(*child, options);
  co_return last ? last->shell_status() : 14;
}

Task<int> signals_itself(Process& self) {
  co_await self.kill(self.getpid(), kSigInt);
  co_return 0;
}

Task<int> child_of_other_user(Process& self) {
  const SysResult<Pid> child = self.fork(sleep_long);
  static_cast<void>(self.setuid(65534));
  const SysOutcome sent = co_await self.kill(1, kSigTerm);
  if (sent || sent.error() != Errno::eperm) co_return 1;
  const SysOutcome none = co_await self.kill(*child + 999, kSigTerm);
  co_return none ? 1 : static_cast<int>(none.error());
}

Task<int> wait_is_interrupted(Process& self) {
  static_cast<void>(self.sigaction(kSigTerm, Disposition::caught));
  const SysResult<Pid> child = self.fork(sleep_long);
  const SysResult<WaitStatus> news = co_await self.wait4(-1);
  if (news || news.error() != Errno::eintr) co_return 1;
  co_await self.kill(*child, kSigKill);
  // One signal interrupts one call, taken or not.
  const SysResult<WaitStatus> again = co_await self.wait4(-1);
  co_return again&& self.take_signal() == kSigTerm ? 0 : 2;
}

}  // namespace

TEST_CASE("a signal that nobody expects ends the process where it waits") {
  TestMachine machine;
  machine.install("sleep", sleep_long);
  const SysResult<Running> running = machine.start({"sleep"});
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*running->process, kSigTerm));
  const Ran ran = machine.finish(*running);
  CHECK(ran.how.kind == WaitStatus::Kind::signaled);
  CHECK(ran.status == 128 + kSigTerm);
  CHECK(machine.scheduler.now() == kEpochOfDrydock + kSecond);
}

TEST_CASE("a caught signal makes a waiting call answer EINTR") {
  TestMachine machine;
  machine.install("catch", catch_term);
  const SysResult<Running> running = machine.start({"catch"});
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*running->process, kSigTerm));
  CHECK(machine.finish(*running).status == kSigTerm);
}

TEST_CASE("an ignored signal changes nothing, SIGKILL cannot be ignored") {
  TestMachine machine;
  machine.install("ignore", ignore_term);
  const SysResult<Running> first = machine.start({"ignore"});
  const SysResult<Running> second = machine.start({"ignore"});
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*first->process, kSigTerm));
  CHECK(machine.kernel.kill(*second->process, kSigKill));
  CHECK(machine.finish(*first).status == 0);
  CHECK(machine.finish(*second).status == 137);
}

TEST_CASE("a killed child is 137 to its parent") {
  TestMachine machine;
  machine.install("parent", wait_for_child);
  CHECK(machine.run({"parent"}).status == 137);
}

TEST_CASE("writing to a pipe that nobody reads is SIGPIPE, or EPIPE") {
  TestMachine machine;
  machine.install("broken", write_to_nobody);
  machine.install("careful", write_to_nobody_ignoring);
  CHECK(machine.run({"broken"}).status == 128 + kSigPipe);
  CHECK(machine.run({"careful"}).status == static_cast<int>(Errno::epipe));
}

TEST_CASE("a stopped child stands still and is continued, and both are news") {
  TestMachine machine;
  machine.install("parent", stop_and_continue_child);
  CHECK(machine.run({"parent"}).status == 0);
}

TEST_CASE("a process can end itself with a signal") {
  TestMachine machine;
  machine.install("selfish", signals_itself);
  CHECK(machine.run({"selfish"}).status == 128 + kSigInt);
}

TEST_CASE("only root signals the processes of others") {
  TestMachine machine;
  machine.install("user", child_of_other_user);
  CHECK(machine.run({"user"}).status == static_cast<int>(Errno::esrch));
}

TEST_CASE("wait4 is interrupted once by one signal") {
  TestMachine machine;
  machine.install("waiter", wait_is_interrupted);
  const SysResult<Running> running = machine.start({"waiter"});
  machine.scheduler.run_for(kSecond);
  CHECK(machine.kernel.kill(*running->process, kSigTerm));
  CHECK(machine.finish(*running).status == 0);
}

TEST_CASE("signals go by number and by name, with and without SIG") {
  CHECK(parse_signal("9") == 9);
  CHECK(parse_signal("KILL") == 9);
  CHECK(parse_signal("SIGKILL") == 9);
  CHECK(parse_signal("sigterm") == 15);
  CHECK_FALSE(parse_signal("NOSUCH"));
  CHECK(signal_row(15)->name == "TERM");
  CHECK(signal_row(0) == nullptr);
  CHECK(signal_row(32) == nullptr);
}

}  // namespace drydock::kernel
