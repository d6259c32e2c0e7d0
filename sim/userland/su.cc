// su.cc — run a shell as another user.
//
// Passwords are not modelled: root needs none, and nobody else has one that
// would be right, as in images that come without passwords.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/identity.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[options] [LOGIN]",
    .gnu = "c command=, l login, m, p preserve-environment, s shell=",
    .busybox = "c=, l, m, p, s=",
    .order = Order::stop_at_operand};

// "su - user", "su -c x user", "su user -c x": options may follow the user.
CommandLine read_su_line(Output& out, bool& login, List& rest) {
  List words(out.self().argv().begin() + 1, out.self().argv().end());
  std::string user = "root";
  std::vector<Option> given;
  CommandLine line;
  for (bool named = false;;) {
    line = read_words(out, kAbout, words);
    given.insert(given.end(), line.given.begin(), line.given.end());
    words = line.operands;
    if (line.status || words.empty()) break;
    if (words.front() == "-") {
      login = true;
    } else if (!named) {
      user = words.front();
      named = true;
    } else {
      break;
    }
    words.erase(words.begin());
  }
  rest = words;
  line.given = given;
  line.operands = {user};
  if (line.has("l")) login = true;
  return line;
}

List environment_of(const kernel::Process& self, const Identity& who,
                    const std::string& shell, bool login, bool keep) {
  List environ = self.environ();
  if (keep) return environ;
  if (login) {
    const std::string term = self.getenv("TERM").value_or("");
    environ.clear();
    if (!term.empty()) set_variable(environ, "TERM", term);
    set_variable(environ, "PATH",
                 who.uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                                "/usr/bin:/sbin:/bin"
                              : "/usr/local/bin:/usr/bin:/bin:"
                                "/usr/local/games:/usr/games");
  }
  set_variable(environ, "HOME", who.home);
  set_variable(environ, "SHELL", shell);
  if (login || who.uid != 0) {
    set_variable(environ, "USER", who.name);
    set_variable(environ, "LOGNAME", who.name);
  }
  return environ;
}

Task<int> authentication_failure(Output* out) {
  out->complain_plain("Password: ");
  co_await out->flush();
  const auto typed = co_await read_line(out->self(), kernel::kStdin);
  static_cast<void>(typed);
  out->complain_plain("\n");
  if (out->busybox()) {
    out->complain("incorrect password");
  } else {
    out->complain("Authentication failure");
  }
  co_return co_await out->finish(1);
}

}  // namespace

Task<int> su_main(kernel::Process& self) {
  Output out(self);
  bool login = false;
  List rest;
  const CommandLine line = read_su_line(out, login, rest);
  if (line.status) co_return co_await out.finish(*line.status);
  const Accounts accounts = co_await read_accounts(self);
  const std::string& name = line.operands[0];
  const User* const row = accounts.user(name);
  if (!row) {
    if (out.busybox()) {
      out.complain("unknown user " + name);
    } else {
      out.complain_plain(fmt::format("No passwd entry for user '{}'\n", name));
    }
    co_return co_await out.finish(1);
  }
  if (self.getuid() != 0) co_return co_await authentication_failure(&out);
  const Result<Identity> who = find_identity(accounts, name);
  const std::string shell = line.value("s").value_or(who->shell);
  const bool keep = line.has("m") || line.has("p");
  const List environ = environment_of(self, *who, shell, login, keep);
  const SysOutcome changed = become_identity(self, *who);
  if (!changed) {
    out.complain("cannot set user id", changed.error());
    co_return co_await out.finish(1);
  }
  if (login && !self.chdir(who->home)) static_cast<void>(self.chdir("/"));
  List command{login ? "-" + vfs::base_name(shell) : vfs::base_name(shell)};
  if (const auto text = line.value("c")) {
    command.push_back("-c");
    command.push_back(*text);
  }
  command.insert(command.end(), rest.begin(), rest.end());
  const Errno error = co_await self.execve(shell, command, environ);
  if (out.busybox()) {
    out.complain("can't execute '" + shell + "'", error);
  } else {
    out.complain_plain(
        fmt::format("Cannot execute {}: {}\n", shell, text_of(error)));
  }
  const int status = error == Errno::enoent ? 127 : 126;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
