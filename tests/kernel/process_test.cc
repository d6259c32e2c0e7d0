// process_test.cc — birth, other programs, end and news of it: fork(2),
// execve(2), wait(2).

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

Task<int> greet(Process& self) {
  std::string text = "hello";
  for (const std::string& word : self.argv()) text += " " + word;
  co_await print(self, text + "\n");
  co_return 3;
}

Task<int> cat(Process& self) {
  for (;;) {
    const SysResult<Bytes> piece = co_await self.read(kStdin, 5);
    if (!piece) co_return 1;
    if (piece->empty()) co_return 0;
    co_await print(self, *piece);
  }
}

Task<int> seven(Process&) { co_return 7; }

Task<int> fork_and_wait(Process& self) {
  const SysResult<Pid> child = self.fork(seven);
  const SysResult<WaitStatus> news = co_await self.wait4(-1);
  const bool same = news && child && news->pid == *child;
  co_return same ? news->code : 1;
}

Task<int> execs_itself(Process& self) {
  const std::vector<std::string> words{"greet", "again"};
  const Errno error =
      co_await self.execve(self.argv().at(1), words, self.environ());
  co_await complain(self, fmt::format("{}\n", name_of(error)));
  co_return 126;
}

Task<int> waits_for_nobody(Process& self) {
  const SysResult<WaitStatus> news = co_await self.wait4(-1);
  co_return news ? 0 : static_cast<int>(news.error());
}

}  // namespace

TEST_CASE("a program gets its arguments and gives its status") {
  TestMachine machine;
  machine.install("greet", greet);
  const Ran ran = machine.run({"greet", "you"});
  CHECK(ran.out == "hello greet you\n");
  CHECK(ran.err.empty());
  CHECK(ran.status == 3);
}

TEST_CASE("standard input comes in pieces and ends") {
  TestMachine machine;
  machine.install("cat", cat);
  const Ran ran = machine.run({"cat"}, "one two three");
  CHECK(ran.out == "one two three");
  CHECK(ran.status == 0);
}

TEST_CASE("a parent hears from its child, once") {
  TestMachine machine;
  machine.install("parent", fork_and_wait);
  CHECK(machine.run({"parent"}).status == 7);
  machine.install("lonely", waits_for_nobody);
  CHECK(machine.run({"lonely"}).status == static_cast<int>(Errno::echild));
  CHECK(machine.kernel.process_count() == 1);  // PID 1 only.
}

TEST_CASE("execve puts another program in place of the one that calls it") {
  TestMachine machine;
  machine.install("greet", greet);
  machine.install("exec", execs_itself);
  CHECK(machine.run({"exec", "/bin/greet"}).out == "hello greet again\n");
}

TEST_CASE("execve says why it cannot") {
  TestMachine machine;
  machine.install("exec", execs_itself);
  machine.write("/tmp/plain", "echo hello\n", 0644);
  machine.write("/tmp/script", "echo hello\n", 0755);
  machine.write("/tmp/loop", "#!/tmp/loop\n", 0755);
  machine.write("/tmp/lost", "#!/no/such\n", 0755);
  CHECK(machine.run({"exec", "/bin/none"}).err == "ENOENT\n");
  CHECK(machine.run({"exec", "/tmp/plain"}).err == "EACCES\n");
  CHECK(machine.run({"exec", "/tmp/script"}).err == "ENOEXEC\n");
  CHECK(machine.run({"exec", "/tmp/loop"}).err == "ELOOP\n");
  CHECK(machine.run({"exec", "/tmp/lost"}).err == "ENOENT\n");
  CHECK(machine.run({"exec", "/tmp"}).err == "EACCES\n");
}

TEST_CASE("a script runs its interpreter with one argument and its own path") {
  TestMachine machine;
  machine.install("greet", greet);
  machine.write("/tmp/script", "#! /bin/greet -a b\nrest\n", 0755);
  CHECK(machine.run({"/tmp/script", "x"}).out ==
        "hello /bin/greet -a b /tmp/script x\n");
}

TEST_CASE("one file stands for many programs by the name it is called by") {
  TestMachine machine;
  machine.programs.add("busybox/greet", greet);
  machine.install_id("busybox", "busybox/*");
  machine.install_id("greet", "busybox/*");
  CHECK(machine.run({"greet", "a"}).out == "hello greet a\n");
  CHECK(machine.run({"busybox", "greet", "a"}).out == "hello greet a\n");
}

TEST_CASE("a program that is not modelled says so") {
  TestMachine machine;
  machine.install_id("vim", "debian/vim");
  const Ran ran = machine.run({"vim", "file"});
  CHECK(ran.err == "drydock: 'vim' is in this image but is not modelled\n");
  CHECK(ran.status == 127);
}

}  // namespace drydock::kernel
