// startup.cc — INVOCATION and the startup files of dash(1), bash(1), ash.

#include "sim/userland/sh/startup.h"

#include <fmt/format.h>

#include "sim/userland/sh/interpreter.h"
#include "sim/userland/sh/signals.h"

namespace drydock::userland::sh {

namespace {

constexpr std::string_view kBashVersion =
    "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n"
    "Copyright (C) 2022 Free Software Foundation, Inc.\n"
    "License GPLv3+: GNU GPL version 3 or later "
    "<http://gnu.org/licenses/gpl.html>\n\n"
    "This is free software; you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.\n";

/// bash's words with two dashes; false when it is none of them.
bool take_long_option(Shell& shell, Invocation& invocation,
                      const std::string& word, const List& argv,
                      std::size_t& at) {
  if (word == "--norc") {
    invocation.no_rc = true;
  } else if (word == "--noprofile") {
    invocation.no_profile = true;
  } else if (word == "--login") {
    invocation.login = true;
  } else if (word == "--posix") {
    shell.options.posix = true;
  } else if (word == "--verbose") {
    shell.options.verbose = true;
  } else if (word == "--noediting" || word == "--restricted") {
    return true;
  } else if (word == "--rcfile" || word == "--init-file") {
    if (at + 1 < argv.size()) invocation.rc_file = argv[++at];
  } else if (word == "--version") {
    shell.say(kBashVersion);
    invocation.status = 0;
  } else {
    shell.complain_plain(
        fmt::format("{}: {}: invalid option\n", shell.label, word));
    invocation.status = 2;
  }
  return true;
}

/// -exc, -o name, +e; false after a mistake.
bool take_letters(Shell& shell, Invocation& invocation, const std::string& word,
                  const List& argv, std::size_t& at, bool& wants_command) {
  const bool on = word[0] == '-';
  for (const char letter : word.substr(1)) {
    if (letter == 'c' && on) {
      wants_command = true;
    } else if (letter == 's' && on) {
      invocation.reads_stdin = shell.options.from_stdin = true;
    } else if (letter == 'l') {
      invocation.login = true;
    } else if (letter == 'i') {
      shell.options.interactive = on;
    } else if (letter == 'o' || (letter == 'O' && shell.bash())) {
      if (at + 1 >= argv.size()) continue;
      const std::string name = argv[++at];
      if (letter == 'O') {
        shell.options.shopt[name] = on;
      } else if (!set_option(shell, name, ' ', on)) {
        shell.complain_plain(shell.bash()
                                 ? fmt::format("{}: {}: invalid option name\n",
                                               shell.label, name)
                                 : fmt::format("{}: 0: Illegal option {}o {}\n",
                                               shell.label, word[0], name));
        invocation.status = 2;
        return false;
      }
    } else if (!set_option(shell, "", letter, on)) {
      shell.complain_plain(shell.bash()
                               ? fmt::format("{}: {}{}: invalid option\n",
                                             shell.label, word[0], letter)
                               : fmt::format("{}: 0: Illegal option {}{}\n",
                                             shell.label, word[0], letter));
      invocation.status = 2;
      return false;
    }
  }
  return true;
}

}  // namespace

Invocation read_invocation(Shell& shell) {
  Invocation invocation;
  const List& argv = shell.process().argv();
  shell.name = argv.empty() ? "sh" : argv.front();
  shell.label = shell.name;
  invocation.login = shell.name.starts_with('-');
  if (shell.bash() && vfs::base_name(shell.name) == "sh") {
    shell.options.posix = true;
  }
  bool wants_command = false;
  std::size_t at = 1;
  for (; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    if (word == "--" || word == "-") {
      ++at;
      break;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    if (word.starts_with("--") && !shell.dash()) {
      take_long_option(shell, invocation, word, argv, at);
      if (invocation.status) return invocation;
      continue;
    }
    if (!take_letters(shell, invocation, word, argv, at, wants_command)) {
      return invocation;
    }
  }
  if (wants_command) {
    if (at >= argv.size()) {
      shell.complain_plain(
          shell.bash() ? fmt::format("{}: -c: option requires an argument\n",
                                     shell.label)
                       : fmt::format("{}: {}-c requires an argument\n",
                                     shell.label, shell.dash() ? "0: " : ""));
      invocation.status = 2;
      return invocation;
    }
    invocation.command = argv[at++];
    shell.from_command = true;
    if (at < argv.size()) shell.name = shell.label = argv[at++];
  } else if (at < argv.size() && !invocation.reads_stdin) {
    invocation.script = argv[at++];
    shell.script_file = true;
  }
  if (at < argv.size()) {
    shell.positional.assign(argv.begin() + static_cast<std::ptrdiff_t>(at),
                            argv.end());
  }
  const bool stdin_script = !invocation.command && invocation.script.empty();
  if (stdin_script) shell.options.from_stdin = true;
  kernel::Process& process = shell.process();
  if (stdin_script && process.isatty(0) && process.isatty(2)) {
    shell.options.interactive = true;
  }
  shell.options.login = invocation.login;
  return invocation;
}

namespace {

/// bash and busybox count how deep they are.
void count_level(Variables& variables) {
  const std::int64_t level =
      parse_int(variables.get_or("SHLVL", "0")).value_or(0);
  variables.set("SHLVL", std::to_string(level + 1));
  variables.touch("SHLVL").exported = true;
}

void set_bash_variables(Shell& shell) {
  kernel::Process& process = shell.process();
  Variables& variables = shell.variables;
  count_level(variables);
  variables.touch("PWD").exported = true;
  variables.touch("OLDPWD").exported = true;
  variables.set("BASH", "/bin/bash");
  variables.set("BASH_VERSION", "5.2.15(1)-release");
  const List version = {"5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"};
  for (std::size_t i = 0; i < version.size(); ++i) {
    variables.set_element("BASH_VERSINFO", static_cast<std::int64_t>(i),
                          version[i]);
  }
  variables.set("HOSTNAME", process.gethostname());
  variables.set("HOSTTYPE", "x86_64");
  variables.set("MACHTYPE", "x86_64-pc-linux-gnu");
  variables.set("OSTYPE", "linux-gnu");
  const std::string uid = std::to_string(process.credentials().uid);
  for (const std::string_view name : {"UID", "EUID"}) {
    variables.set(name, uid);
    variables.touch(name).read_only = true;
    variables.touch(name).integer = true;
  }
  variables.touch("PPID").read_only = true;
  variables.touch("PPID").integer = true;
  if (!variables.get("TERM")) variables.set("TERM", "dumb");
}

}  // namespace

void set_variables(Shell& shell) {
  kernel::Process& process = shell.process();
  Variables& variables = shell.variables;
  for (const std::string& entry : process.environ()) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = entry.substr(0, equals);
    if (!is_name(name) || name == "UID" || name == "EUID" || name == "PPID") {
      continue;
    }
    variables.set(name, entry.substr(equals + 1));
    variables.touch(name).exported = true;
  }
  variables.set("IFS", " \t\n");
  variables.touch("IFS").exported = false;
  variables.set("OPTIND", "1");
  variables.set("PPID", std::to_string(process.getppid()));
  // The name by which we came here, if it still leads here.
  const std::string known = variables.get_or("PWD", "");
  const auto here = process.resolve(".", vfs::Last::follow);
  const auto there =
      process.resolve(known.empty() ? "/" : known, vfs::Last::follow);
  const bool fits =
      known.starts_with('/') && here && there && here->inode == there->inode;
  if (!fits) variables.set("PWD", process.getcwd());
  variables.touch("PWD").exported = true;
  const bool root = process.credentials().uid == 0;
  if (!variables.get("PATH")) {
    variables.set(
        "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }
  if (shell.bash()) set_bash_variables(shell);
  if (shell.dialect() == Dialect::ash) count_level(variables);
  const bool prompts = !shell.bash() || shell.options.interactive;
  if (prompts && (!shell.bash() || !variables.get("PS1"))) {
    variables.set("PS1", shell.bash()   ? "\\s-\\v\\$ "
                         : shell.dash() ? (root ? "# " : "$ ")
                                        : "\\w \\$ ");
  }
  if (prompts && (!shell.bash() || !variables.get("PS2"))) {
    variables.set("PS2", "> ");
  }
  if (!variables.get("PS4")) variables.set("PS4", "+ ");
}

namespace {

Task<void> source_file(Shell& shell, std::string path) {
  const SysResult<Bytes> text =
      co_await kernel::read_file(shell.process(), path);
  if (!text) co_return;
  ++shell.source_depth;
  RunFlags flags;
  co_await run_text(shell, *text, 1, flags);
  --shell.source_depth;
  if (shell.flow != Flow::exit) shell.flow = Flow::none;
}

}  // namespace

Task<void> read_startup_files(Shell& shell, const Invocation& invocation) {
  const std::string home = shell.variables.get_or("HOME", "");
  if (invocation.login && !invocation.no_profile) {
    co_await source_file(shell, "/etc/profile");
    List names = {"/.profile"};
    if (shell.bash() && !shell.options.posix) {
      names = {"/.bash_profile", "/.bash_login", "/.profile"};
    }
    for (const std::string& name : names) {
      if (!shell.process().stat(home + name)) continue;
      co_await source_file(shell, home + name);
      break;
    }
    co_return;
  }
  if (shell.bash() && !shell.options.posix) {
    if (!shell.options.interactive) {
      const std::string file = shell.variables.get_or("BASH_ENV", "");
      if (!file.empty()) co_await source_file(shell, file);
      co_return;
    }
    if (invocation.no_rc) co_return;
    co_await source_file(shell, "/etc/bash.bashrc");
    std::string own = home + "/.bashrc";
    if (!invocation.rc_file.empty()) own = invocation.rc_file;
    co_await source_file(shell, own);
    co_return;
  }
  const std::string file = shell.variables.get_or("ENV", "");
  if (shell.options.interactive && !file.empty()) {
    co_await source_file(shell, file);
  }
}

void become_interactive(Shell& shell) {
  kernel::Process& process = shell.process();
  const Fd terminal = process.isatty(2) ? kernel::kStderr : kernel::kStdin;
  const bool has_terminal =
      process.isatty(terminal) && process.tcgetpgrp(terminal);
  if (has_terminal) {
    shell.original_group = process.getpgrp();
    (void)process.sigaction(kernel::kSigTtou, kernel::Disposition::ignore);
    if (process.getpgrp() != process.getpid()) (void)process.setpgid(0, 0);
    (void)process.tcsetpgrp(terminal, process.getpgrp());
    shell.options.monitor = true;
    shell.terminal_owner = true;
  } else if (shell.bash()) {
    shell.complain_plain(fmt::format(
        "{}: cannot set terminal process group ({}): Inappropriate ioctl for "
        "device\n{}: no job control in this shell\n",
        shell.label, process.getpgrp(), shell.label));
  } else {
    shell.complain_plain(
        fmt::format("{}: {}can't access tty; job control turned off\n",
                    shell.label, shell.dash() ? "0: " : ""));
  }
  set_interactive_signals(shell);
}

}  // namespace drydock::userland::sh
