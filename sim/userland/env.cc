// env.cc — run a program in a changed environment, or print it.

#include <fmt/format.h>

#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
    .gnu = "0 null, C chdir=, i ignore-environment, u unset=",
    .busybox = "i, 0, u=",
    .order = Order::stop_at_operand,
    .refusal = 125};

// The changes that options ask for; a complaint when one cannot be.
std::optional<std::string> change(const Options& options, List& environ) {
  if (options.has("i")) environ.clear();
  for (const Option& option : options.given) {
    if (option.key != "u") continue;
    const std::string& name = option.value;
    if (name.empty() || name.find('=') != name.npos) {
      return fmt::format("cannot unset {}: {}", quoted(name),
                         text_of(Errno::einval));
    }
    unset_variable(environ, name);
  }
  return std::nullopt;
}

}  // namespace

Task<int> env_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 125);
  List environ = self.environ();
  if (const auto complaint = change(line, environ)) {
    out.complain(*complaint);
    co_return co_await out.finish(125, 125);
  }
  List command = line.operands;
  if (!command.empty() && command.front() == "-") {
    environ.clear();
    command.erase(command.begin());
  }
  while (!command.empty()) {
    const std::size_t equals = command.front().find('=');
    if (equals == std::string::npos) break;
    const std::string& entry = command.front();
    set_variable(environ, entry.substr(0, equals), entry.substr(equals + 1));
    command.erase(command.begin());
  }
  if (const auto directory = line.value("C")) {
    const SysOutcome moved = self.chdir(*directory);
    if (!moved) {
      out.complain("cannot change directory to " + quoted(*directory),
                   moved.error());
      co_return co_await out.finish(125, 125);
    }
  }
  if (command.empty()) {
    const std::string_view end(line.has("0") ? "\0" : "\n", 1);
    for (const std::string& entry : environ) {
      out.say(entry);
      out.say(end);
    }
    co_return co_await out.finish(0, 125);
  }
  co_return co_await become(out, command, environ, "");
}

}  // namespace drydock::userland
