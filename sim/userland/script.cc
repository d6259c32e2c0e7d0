// script.cc — script: run a program on a terminal of its own and keep what
// the terminal shows.

#include <fmt/format.h>

#include "sim/kernel/ptmx.h"
#include "sim/userland/archivers.h"
#include "sim/userland/files.h"
#include "sim/userland/launch.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kScript{
    .usage = "[options] [file]",
    .gnu = "a append, c command=, e return, f flush, q quiet, O log-out=",
    .order = Order::permute};

/// What the terminal shows goes on to our output and into the typescript.
struct Session {
  Output& out;
  Fd master = -1;
  Fd typescript = -1;
  bool reading = true;  // Our input has not ended.
};

std::string stamp(Process& self) {
  return format_time(self.now(), "%Y-%m-%d %H:%M:%S+00:00");
}

/// The child's side: a session of its own whose terminal is the slave.
Task<int> child_main(Process& self, std::string slave, Fd master) {
  Output out(self);
  static_cast<void>(self.setsid());
  const SysResult<Fd> terminal = co_await self.open(slave, kReadWrite);
  if (!terminal) {
    out.complain("failed to open " + slave, terminal.error());
    co_return co_await out.finish(1);
  }
  for (const Fd fd : {kStdin, kStdout, kStderr}) {
    static_cast<void>(self.dup2(*terminal, fd));
  }
  shut(self, *terminal);
  shut(self, master);
  const CommandLine line = read_command_line(out, kScript);
  const std::string shell = self.getenv("SHELL").value_or("/bin/sh");
  List argv = {shell};
  if (const auto command = line.value("c")) {
    argv.insert(argv.end(), {"-c", *command});
  } else {
    argv.emplace_back("-i");
  }
  co_return co_await become(out, argv, self.environ(), "failed to execute ");
}

Task<bool> show_screen(Session* session) {
  Process& self = session->out.self();
  const SysResult<Bytes> piece = co_await self.read(session->master, kChunk);
  if (!piece) co_return piece.error() == Errno::eintr;
  const auto shown = co_await self.write(kStdout, *piece);
  static_cast<void>(shown);
  if (session->typescript >= 0) {
    const auto kept = co_await self.write(session->typescript, *piece);
    static_cast<void>(kept);
  }
  co_return true;
}

Task<void> pass_keys(Session* session) {
  constexpr char kEndOfFile = '\x04';  // VEOF: ^D
  Process& self = session->out.self();
  SysResult<Bytes> keys = co_await self.read(kStdin, kChunk);
  if (!keys && keys.error() == Errno::eintr) co_return;
  Bytes typed = keys ? *keys : Bytes();
  if (typed.empty()) {
    session->reading = false;
    typed = kEndOfFile;
  }
  const auto written = co_await self.write(session->master, std::move(typed));
  static_cast<void>(written);
}

/// Until no process has the terminal open.
Task<void> carry(Session* session) {
  Process& self = session->out.self();
  for (;;) {
    std::vector<PollFd> fds = {{session->master, true}};
    if (session->reading) fds.push_back({kStdin, true});
    const SysResult<int> ready = co_await self.poll(&fds, std::nullopt);
    if (!ready && ready.error() != Errno::eintr) co_return;
    if (!ready) continue;
    if (fds[0].is_readable || fds[0].hang_up) {
      const bool more = co_await show_screen(session);
      if (!more) co_return;
      continue;
    }
    co_await pass_keys(session);
  }
}

Task<int> status_of(Process& self, Pid child) {
  for (;;) {
    const SysResult<WaitStatus> ended = co_await self.wait4(child);
    if (ended) co_return ended->shell_status();
    if (ended.error() != Errno::eintr) co_return 1;
  }
}

Termios raw(Termios termios) {
  termios.echo = termios.canonical = termios.signals = false;
  termios.output_crlf = termios.input_cr_to_nl = false;
  return termios;
}

Task<bool> open_typescript(Session* session, const CommandLine& line) {
  Output& out = session->out;
  std::string name = line.operands.empty() ? "typescript" : line.operands[0];
  name = line.value("O").value_or(name);
  const unsigned how = line.has("a") ? kAppend : kTruncate;
  const SysResult<Fd> file =
      co_await out.self().open(name, kWriteOnly | kCreate | how, 0644);
  if (!file) {
    out.complain("cannot open " + name, file.error());
    co_return false;
  }
  session->typescript = *file;
  if (!line.has("q")) {
    out.say(fmt::format("Script started, output log file is '{}'.\n", name));
  }
  co_await out.flush();
  const std::string where =
      line.has("c") ? fmt::format("[COMMAND=\"{}\"]\n", *line.value("c"))
                    : std::string("\n");
  const auto written = co_await out.self().write(
      *file, fmt::format("Script started on {} {}", stamp(out.self()), where));
  co_return bool(written);
}

Task<void> close_typescript(Session* session, const CommandLine& line,
                            int status) {
  Output& out = session->out;
  const auto written = co_await out.self().write(
      session->typescript,
      fmt::format("\nScript done on {} [COMMAND_EXIT_CODE=\"{}\"]\n",
                  stamp(out.self()), status));
  static_cast<void>(written);
  if (!line.has("q")) out.say("Script done.\n");
}

}  // namespace

Task<int> script_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kScript);
  if (line.status) co_return co_await out.finish(*line.status);
  Session session{out};
  const SysResult<Fd> master = co_await self.open("/dev/ptmx", kReadWrite);
  if (!master) {
    out.complain("failed to create pseudo-terminal", master.error());
    co_return co_await out.finish(1);
  }
  session.master = *master;
  const bool opened = co_await open_typescript(&session, line);
  const SysResult<std::string> slave = ptsname(self, *master);
  if (!opened || !slave) co_return co_await out.finish(1);
  const SysResult<WindowSize> size = self.window_size(kStdin);
  static_cast<void>(
      self.set_window_size(*master, size ? *size : WindowSize{0, 0}));
  const SysResult<Termios> before = self.tcgetattr(kStdin);
  if (before) static_cast<void>(self.tcsetattr(kStdin, raw(*before)));
  const std::string name = *slave;
  const Fd fd = *master;
  const SysResult<Pid> child =
      self.fork([name, fd](Process& me) { return child_main(me, name, fd); });
  if (!child) {
    out.complain("fork failed", child.error());
    co_return co_await out.finish(1);
  }
  co_await carry(&session);
  const int status = co_await status_of(self, *child);
  if (before) static_cast<void>(self.tcsetattr(kStdin, *before));
  co_await close_typescript(&session, line, status);
  const int answer = line.has("e") ? status : 0;
  co_return co_await out.finish(answer);
}

}  // namespace drydock::userland
