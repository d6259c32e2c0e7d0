// nohup.cc — nohup and nice: run a program that hangups, or a low priority,
// do not hurt.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kNohup{.usage = "COMMAND [ARG]...",
                       .gnu = "",
                       .order = Order::stop_at_operand,
                       .refusal = 125};
constexpr About kNice{.usage = "[OPTION] [COMMAND [ARG]...]",
                      .gnu = "n adjustment=",
                      .busybox = "n=",
                      .order = Order::stop_at_operand,
                      .refusal = 125};

// Output that would go to the terminal goes to nohup.out.
Task<bool> leave_terminal(Output* out) {
  Process& self = out->self();
  const bool in = self.isatty(kStdin), on = self.isatty(kStdout);
  if (in) {
    const auto null = co_await self.open("/dev/null", kWriteOnly);
    if (null) static_cast<void>(self.dup2(*null, kStdin));
  }
  if (on) {
    std::string name = "nohup.out";
    const unsigned flags = kWriteOnly | kCreate | kAppend;
    SysResult<Fd> file = co_await self.open(name, flags, 0600);
    if (!file) {
      const std::string home = self.getenv("HOME").value_or("");
      name = concat(home, name);
      file = co_await self.open(name, flags, 0600);
    }
    if (!file) {
      out->complain("failed to open " + quoted(name), file.error());
      co_return false;
    }
    static_cast<void>(self.dup2(*file, kStdout));
    shut(self, *file);
    out->complain(fmt::format("{}appending output to {}",
                              in ? "ignoring input and " : "", quoted(name)));
  } else if (in) {
    out->complain("ignoring input");
  }
  co_await out->flush();
  if (self.isatty(kStderr)) static_cast<void>(self.dup2(kStdout, kStderr));
  co_return true;
}

}  // namespace

Task<int> nohup_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kNohup);
  if (line.status) co_return co_await out.finish(*line.status, 125);
  if (line.operands.empty()) {
    const int status = refuse(out, kNohup, "missing operand");
    co_return co_await out.finish(status, 125);
  }
  const bool ready = co_await leave_terminal(&out);
  if (!ready) co_return co_await out.finish(125, 125);
  static_cast<void>(self.sigaction(kSigHup, Disposition::ignore));
  co_return co_await become(out, line.operands, self.environ(),
                            "failed to run command ");
}

Task<int> nice_main(Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  // "-5" and "-n5" mean the same; "--5" is a negative adjustment.
  std::string adjustment = "10";
  if (!words.empty() && words[0].size() > 1 && words[0][0] == '-' &&
      parse_int(words[0].substr(1))) {
    adjustment = words[0].substr(1);
    words.erase(words.begin());
  }
  const CommandLine line = read_words(out, kNice, words);
  if (line.status) co_return co_await out.finish(*line.status, 125);
  adjustment = line.value("n").value_or(adjustment);
  if (!parse_int(adjustment)) {
    out.complain("invalid adjustment " + quoted(out, adjustment));
    co_return co_await out.finish(125, 125);
  }
  if (line.operands.empty()) {
    out.say("0\n");  // There is one scheduler, and it knows no priorities.
    co_return co_await out.finish(0, 125);
  }
  if (*parse_int(adjustment) < 0 && self.credentials().uid != 0) {
    out.complain("cannot set niceness", Errno::eacces);
  }
  co_return co_await become(out, line.operands, self.environ(), "");
}

}  // namespace drydock::userland
