// directories.cc — cd, pwd and the stack of pushd.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"

namespace drydock::userland::sh {

namespace {

/// Goes to `path`, which may begin with "..", by name (-L) or by inode (-P).
bool change_to(Shell& shell, const std::string& path, bool physical) {
  kernel::Process& process = shell.process();
  const std::string old = shell.variables.get_or("PWD", process.getcwd());
  std::string logical;
  if (!physical) {
    logical = vfs::clean_path(
        path.starts_with('/') ? path : vfs::join_path(old, path));
  }
  const SysOutcome moved = process.chdir(physical ? path : logical);
  if (!moved) {
    const std::string shown = path;
    if (shell.bash()) {
      shell.complain(fmt::format("{}: {}", shown, text_of(moved.error())));
    } else if (shell.dash()) {
      shell.abort(fmt::format("can't cd to {}", shown), 2);
    } else {
      shell.abort(
          fmt::format("can't cd to {}: {}", shown, text_of(moved.error())), 2);
    }
    return false;
  }
  shell.assign("OLDPWD", old);
  shell.assign("PWD", physical ? process.getcwd() : logical);
  if (shell.dialect() != Dialect::ash) {
    shell.variables.touch("OLDPWD").exported = true;
    shell.variables.touch("PWD").exported = true;
  }
  return true;
}

/// Where CDPATH leads; whether the way is to be printed.
std::pair<std::string, bool> by_cdpath(Shell& shell, const std::string& path) {
  if (path.starts_with('/') || path == "." || path == ".." ||
      path.starts_with("./") || path.starts_with("../")) {
    return {path, false};
  }
  const std::optional<std::string> places = shell.variables.get("CDPATH");
  if (!places) return {path, false};
  for (const std::string& place : split(*places, ':')) {
    const std::string candidate = place.empty() ? path : place + "/" + path;
    const auto file = shell.process().stat(candidate);
    if (file && file->type == vfs::FileType::directory) {
      return {candidate, !place.empty()};
    }
  }
  return {path, false};
}

}  // namespace

int cd_builtin(Shell& shell, const Words& words) {
  const Letters letters =
      read_letters(shell, words, shell.bash() ? "LPe@" : "LP");
  if (letters.bad) {
    if (!shell.bash()) shell.abort_silently(2);
    return 2;
  }
  const bool physical = letters.seen.empty() ? shell.options.physical
                                             : letters.seen.back() == 'P';
  const auto first = static_cast<std::size_t>(letters.first);
  if (shell.bash() && words.size() > first + 1) {
    shell.complain("too many arguments");
    return 1;
  }
  std::string path = words.size() > first ? words[first] : "";
  bool prints = false;
  if (words.size() <= first) {
    const std::optional<std::string> home = shell.variables.get("HOME");
    if (!home && shell.bash()) {
      shell.complain("HOME not set");
      return 1;
    }
    if (!home) return 0;
    path = *home;
  } else if (path == "-") {
    const std::optional<std::string> old = shell.variables.get("OLDPWD");
    if (!old && shell.bash()) {
      shell.complain("OLDPWD not set");
      return 1;
    }
    path = old.value_or("");
    prints = true;
  } else {
    std::tie(path, prints) = by_cdpath(shell, path);
  }
  if (path.empty()) {
    if (!prints) return 0;
    path = ".";
  }
  if (!change_to(shell, path, physical)) return shell.bash() ? 1 : 2;
  if (prints) shell.say(shell.variables.get_or("PWD", "") + "\n");
  return 0;
}

int pwd_builtin(Shell& shell, const Words& words) {
  const Letters letters = read_letters(shell, words, "LP");
  if (letters.bad) {
    if (!shell.bash()) shell.abort_silently(2);
    return 2;
  }
  const bool physical = !letters.seen.empty() && letters.seen.back() == 'P';
  const std::string known = shell.variables.get_or("PWD", "");
  std::string path = shell.process().getcwd();
  // The name by which we came, while it still leads here.
  if (!physical && known.starts_with('/')) {
    const auto here = shell.process().resolve(".", vfs::Last::follow);
    const auto there = shell.process().resolve(known, vfs::Last::follow);
    if (here && there && here->inode == there->inode) path = known;
    if (!there && shell.dash()) path = known;  // It does not look.
  }
  shell.say(path + "\n");
  return 0;
}

int dirs_builtin(Shell& shell, const Words& words) {
  const Letters letters = read_letters(shell, words, "clpv");
  if (letters.bad) return 2;
  if (letters.has('c')) {
    shell.directories.clear();
    return 0;
  }
  List all = shell.directories;
  all.insert(all.begin(), shell.variables.get_or("PWD", "/"));
  const std::string home = shell.variables.get_or("HOME", "");
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string& path = all[i];
    const bool inside = !home.empty() && home != "/" &&
                        (path == home || path.starts_with(home + "/"));
    if (inside && !letters.has('l')) path = "~" + path.substr(home.size());
    if (letters.has('v')) shell.say(fmt::format("{:2}  {}\n", i, path));
    if (letters.has('p') && !letters.has('v')) shell.say(path + "\n");
  }
  if (!letters.has('v') && !letters.has('p')) shell.say(join(all, " ") + "\n");
  return 0;
}

int pushd_builtin(Shell& shell, const Words& words) {
  const std::string here = shell.variables.get_or("PWD", "/");
  if (words.size() < 2) {
    if (shell.directories.empty()) {
      shell.complain("no other directory");
      return 1;
    }
    const std::string target = shell.directories.front();
    if (!change_to(shell, target, false)) return 1;
    shell.directories.front() = here;
  } else {
    if (!change_to(shell, words[1], false)) return 1;
    shell.directories.insert(shell.directories.begin(), here);
  }
  const Words plain = {"dirs"};
  return dirs_builtin(shell, plain);
}

int popd_builtin(Shell& shell, const Words& words) {
  (void)words;
  if (shell.directories.empty()) {
    shell.complain("directory stack empty");
    return 1;
  }
  const std::string target = shell.directories.front();
  if (!change_to(shell, target, false)) return 1;
  shell.directories.erase(shell.directories.begin());
  const Words plain = {"dirs"};
  return dirs_builtin(shell, plain);
}

}  // namespace drydock::userland::sh
