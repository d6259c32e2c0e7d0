// who.cc — who is logged in, by utmp; what the kernel said; and its variables.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kWho{.usage = "[OPTION]... [ FILE | ARG1 ARG2 ]",
                     .gnu =
                         "a all, b boot, H heading, m, q count, r runlevel, "
                         "s short, T, u users, w mesg",
                     .busybox = "a, H"};
constexpr About kDmesg{.usage = "[options]",
                       .gnu =
                           "C clear, c read-clear, H human, T ctime, "
                           "n console-level=, r raw, s buffer-size=, t notime, "
                           "w follow, x decode",
                       .busybox = "c, r, n=, s="};
constexpr About kSysctl{.usage = "[options] [variable[=value] ...]",
                        .gnu =
                            "a all, A, b binary, e ignore, n values, "
                            "N names, q quiet, w write, p load?",
                        .busybox = "a, A, e, n, q, w, p"};

/// net.ipv4.ip_forward is /proc/sys/net/ipv4/ip_forward.
std::string path_of(const std::string& variable) {
  return "/proc/sys/" + replace_all(variable, ".", "/");
}

std::string dotted(const std::string& variable) {
  return replace_all(variable, "/", ".");
}

struct Manner {
  bool values = false, names = false, ignore = false, quiet = false;
};

void say_value(Output& out, const std::string& name, std::string_view content,
               Manner manner) {
  const std::string_view value = trim(content);
  if (manner.names) return out.say(name + "\n");
  if (manner.values) return out.say(std::string(value) + "\n");
  out.say(fmt::format("{} = {}\n", name, value));
}

void complain_of(Output& out, const std::string& name, Errno error,
                 bool writing) {
  if (error == Errno::enoent) {
    out.complain(fmt::format("cannot stat {}", path_of(name)), error);
    return;
  }
  out.complain(fmt::format("{} key '{}'",
                           error == Errno::eacces || error == Errno::eperm
                               ? "permission denied on"
                           : writing ? "setting"
                                     : "reading",
                           name),
               error);
}

Task<bool> write_variable(Output* out, std::string word, Manner manner) {
  const std::size_t at = word.find('=');
  const std::string name = dotted(std::string(trim(word.substr(0, at))));
  const std::string value(trim(word.substr(at + 1)));
  Process& self = out->self();
  const SysResult<Fd> file = co_await self.open(path_of(name), kWriteOnly);
  Errno error = Errno::eio;
  if (file) {
    const auto written = co_await self.write(*file, value + "\n");
    static_cast<void>(self.close(*file));
    if (written) {
      if (!manner.quiet) say_value(*out, name, value, manner);
      co_return true;
    }
    error = written.error();
  } else {
    error = file.error();
  }
  if (!manner.ignore) complain_of(*out, name, error, true);
  co_return manner.ignore;
}

Task<bool> read_variable(Output* out, std::string word, Manner manner) {
  const std::string name = dotted(word);
  const SysResult<Bytes> content =
      co_await read_file(out->self(), path_of(name));
  if (!content) {
    if (!manner.ignore) complain_of(*out, name, content.error(), false);
    co_return manner.ignore;
  }
  say_value(*out, name, *content, manner);
  co_return true;
}

/// Every variable below /proc/sys, in order of name.
void list_variables(Process& self, const std::string& under, List* names) {
  const std::string path = "/proc/sys" + under;
  const auto entries = self.readdir(path);
  if (!entries) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const std::string below = under + "/" + entry.name;
    if (entry.type == vfs::FileType::directory) {
      list_variables(self, below, names);
    } else {
      names->push_back(dotted(below.substr(1)));
    }
  }
}

}  // namespace

Task<int> who_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kWho);
  if (line.status) co_return co_await out.finish(*line.status);
  // Nobody logs in to a container: no utmp is written there, so none is read.
  if (out.busybox()) {
    out.say("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n");
  } else if (line.has("q")) {
    out.say("# users=0\n");
  } else if (line.has("H")) {
    out.say("NAME     LINE         TIME             COMMENT\n");
  }
  co_return co_await out.finish(0);
}

Task<int> dmesg_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kDmesg);
  if (line.status) co_return co_await out.finish(*line.status);
  const SysResult<Bytes> log = co_await read_file(self, "/dev/kmsg");
  if (log) {
    out.say(*log);
    co_return co_await out.finish(0);
  }
  // klogctl(3) asks for CAP_SYSLOG, which containers are not given.
  out.complain(out.busybox() ? "klogctl" : "read kernel buffer failed",
               Errno::eperm);
  co_return co_await out.finish(1);
}

Task<int> sysctl_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kSysctl);
  if (line.status) co_return co_await out.finish(*line.status);
  const Manner manner{line.has("n"), line.has("N"), line.has("e"),
                      line.has("q")};
  List words = line.operands;
  if (line.has("a") || line.has("A")) list_variables(self, "", &words);
  if (words.empty()) {
    const int status = refuse(out, kSysctl, "no variables specified");
    co_return co_await out.finish(status);
  }
  int status = 0;
  for (const std::string& word : words) {
    bool done = false;
    if (word.find('=') != word.npos) {
      done = co_await write_variable(&out, word, manner);
    } else {
      done = co_await read_variable(&out, word, manner);
    }
    if (!done) status = out.busybox() ? 1 : 255;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
