// tty_test.cc — tty(4), termios(3), and job control over a terminal.

#include <catch2/catch.hpp>

#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/tty.h"
#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::TestMachine;

/// A terminal with a program on it, and the person in front of it.
struct Desk {
  explicit Desk(TestMachine& box, Program body)
      : machine(box), tty(box.kernel.devices().pts()->make_tty()) {
    SpawnSpec spec;
    spec.argv = {"body"};
    spec.body = std::move(body);
    spec.tty = tty;
    const OpenFileRef slave = tty->open_slave();
    spec.fds = {slave, slave, slave};
    process = *machine.kernel.spawn(std::move(spec));
  }
  void type(std::string_view keys) {
    machine.scheduler.run_for(kMillisecond);
    for (const char key : keys) tty->type(key);
    machine.scheduler.run_for(kMillisecond);
  }
  std::string screen() { return tty->take_screen(100'000); }
  int status() {
    machine.scheduler.run_for(kSecond);
    return process->ended.happened() ? process->status.shell_status() : -1;
  }

  TestMachine& machine;
  TtyRef tty;
  ProcessHandleRef process;
};

Task<int> echo_lines(Process& self) {
  for (;;) {
    const SysResult<Bytes> line = co_await self.read(kStdin, 4096);
    if (!line) co_return 1;
    if (line->empty()) co_return 0;
    co_await print(self, "[" + *line + "]");
  }
}

Task<int> raw(Process& self) {
  Termios termios = *self.tcgetattr(kStdin);
  termios.echo = termios.canonical = termios.signals = false;
  termios.input_cr_to_nl = termios.output_crlf = false;
  static_cast<void>(self.tcsetattr(kStdin, termios));
  const int status = co_await echo_lines(self);
  co_return status;
}

Task<int> read_in_background(Process& self) {
  const SysResult<Bytes> line = co_await self.read(kStdin, 100);
  co_return line ? 5 : static_cast<int>(line.error());
}

Task<int> job_control(Process& self) {
  static_cast<void>(self.sigaction(kSigTtou, Disposition::ignore));
  ForkOptions own_group;
  own_group.process_group = 0;
  const SysResult<Pid> job = self.fork(read_in_background, own_group);
  WaitOptions untraced;
  untraced.untraced = true;
  const SysResult<WaitStatus> news = co_await self.wait4(*job, untraced);
  if (!news || news->kind != WaitStatus::Kind::stopped) co_return 1;
  if (news->code != kSigTtin) co_return 2;
  if (!self.tcsetpgrp(kStdin, *job)) co_return 3;
  co_await self.kill(-*job, kSigCont);
  const SysResult<WaitStatus> last = co_await self.wait4(*job);
  if (!self.tcsetpgrp(kStdin, self.getpgrp())) co_return 4;
  co_return last->shell_status();
}

Task<int> reports_size(Process& self) {
  static_cast<void>(self.sigaction(kSigWinch, Disposition::caught));
  co_await self.pause();
  const SysResult<WindowSize> size = self.window_size(kStdin);
  co_return self.take_signal() == kSigWinch ? size->columns : 1;
}

Task<int> tty_name(Process& self) {
  const SysResult<Fd> fd = co_await self.open("/dev/tty", kReadWrite);
  const SysResult<std::string> name = self.ttyname(kStdin);
  co_await self.write(*fd, *name + "\n");
  co_return self.isatty(*fd) ? 0 : 1;
}

Task<int> sleeps(Process& self) {
  co_await self.nanosleep(1000 * kSecond);
  co_return 0;
}

Task<int> leaves_background_job(Process& self) {
  static_cast<void>(self.fork(sleeps));
  co_await self.read(kStdin, 1);
  co_return 0;
}

}  // namespace

TEST_CASE("a line is edited before the program gets it") {
  TestMachine machine;
  Desk desk(machine, echo_lines);
  desk.type("helo\x7flo world\x17you\x15hi\r");
  CHECK(desk.screen() ==
        "helo\b \blo world"
        "\b \b\b \b\b \b\b \b\b \b"
        "you"
        "\b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b"
        "hi\r\n[hi\r\n]");
}

TEST_CASE("^D ends the line, and on an empty line the file") {
  TestMachine machine;
  Desk desk(machine, echo_lines);
  desk.type("ab\x04");
  CHECK(desk.screen() == "ab[ab]");
  desk.type("\x04");
  CHECK(desk.status() == 0);
}

TEST_CASE("^C interrupts what is in the foreground") {
  TestMachine machine;
  Desk desk(machine, echo_lines);
  desk.type("half\x03");
  CHECK(desk.screen() == "half^C");
  CHECK(desk.status() == 130);
}

TEST_CASE("^\\ quits") {
  TestMachine machine;
  Desk desk(machine, echo_lines);
  desk.type("\x1c");
  CHECK(desk.status() == 131);
}

TEST_CASE("a raw terminal passes every key on as it is") {
  TestMachine machine;
  Desk desk(machine, raw);
  desk.type("a\x03\r");
  CHECK(desk.screen() == "[a\x03\r]");
}

TEST_CASE("a job that reads in the background stops until it is brought back") {
  TestMachine machine;
  Desk desk(machine, job_control);
  desk.type("line\r");
  CHECK(desk.status() == 5);
}

TEST_CASE("a new window size is told by SIGWINCH") {
  TestMachine machine;
  Desk desk(machine, reports_size);
  machine.scheduler.run_for(kSecond);
  desk.tty->set_window_size({50, 132});
  CHECK(desk.status() == 132);
}

TEST_CASE("a terminal has a name, and /dev/tty is one's own") {
  TestMachine machine;
  Desk desk(machine, tty_name);
  CHECK(desk.status() == 0);
  CHECK(desk.screen() == "/dev/pts/0\r\n");
}

TEST_CASE("the end of a session's leader hangs up its foreground") {
  TestMachine machine;
  Desk desk(machine, leaves_background_job);
  desk.type("x\r");
  CHECK(desk.status() == 0);
  CHECK(machine.kernel.process_count() == 1);
}

TEST_CASE("when the master goes the session gets SIGHUP") {
  TestMachine machine;
  Desk desk(machine, sleeps);
  machine.scheduler.run_for(kSecond);
  desk.tty->hang_up();
  CHECK(desk.status() == 129);
}

}  // namespace drydock::kernel
