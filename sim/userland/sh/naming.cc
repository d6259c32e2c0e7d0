// naming.cc — what a name is: type, hash, alias; and the two for people.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/escapes.h"

namespace drydock::userland::sh {

namespace {

using Kind = CommandKind::Kind;

/// type -t of bash.
std::string_view kind_word(Kind kind) {
  switch (kind) {
    case Kind::alias:
      return "alias";
    case Kind::keyword:
      return "keyword";
    case Kind::function:
      return "function";
    case Kind::builtin:
      return "builtin";
    case Kind::program:
      return "file";
    case Kind::none:
      break;
  }
  return "";
}

std::string sentence(Shell& shell, const std::string& name,
                     const CommandKind& kind) {
  switch (kind.kind) {
    case Kind::alias:
      return shell.bash() ? fmt::format("is aliased to `{}'", kind.path)
                          : fmt::format("is an alias for {}", kind.path);
    case Kind::keyword:
      return "is a shell keyword";
    case Kind::function:
      return shell.bash() ? "is a function" : "is a shell function";
    case Kind::builtin: {
      const Builtin* builtin = find_builtin(shell, name);
      const bool special = builtin->special && !shell.bash();
      return special ? "is a special shell builtin" : "is a shell builtin";
    }
    default:
      if (kind.hashed && shell.bash()) {
        return fmt::format("is hashed ({})", kind.path);
      }
      return fmt::format(
          "is {}{}", kind.hashed && !shell.bash() ? "a tracked alias for " : "",
          kind.path);
  }
}

std::string alias_line(Shell& shell, const std::string& name,
                       const std::string& text) {
  if (shell.bash())
    return fmt::format("alias {}={}\n", name, bash_quoted(text));
  return fmt::format("{}={}\n", name, single_quoted(text));
}

}  // namespace

/// command -v, command -V and type.
int describe_command(Shell& shell, const std::string& name, bool verbose) {
  const CommandKind kind = kind_of(shell, name);
  if (kind.kind == Kind::none) {
    if (verbose && shell.bash()) {
      shell.complain(fmt::format("{}: not found", name));
    } else if (verbose) {
      shell.say(fmt::format("{}: not found\n", name));
    }
    return shell.bash() ? 1 : 127;
  }
  if (verbose) {
    shell.say(fmt::format("{} {}\n", name, sentence(shell, name, kind)));
    if (kind.kind == Kind::function && shell.bash()) {
      const Words words = {"declare", "-f", name};
      declare_builtin(shell, words);
    }
    return 0;
  }
  if (kind.kind == Kind::alias) {
    shell.say(fmt::format(
        "alias {}={}\n", name,
        shell.bash() ? bash_quoted(kind.path) : single_quoted(kind.path)));
  } else if (kind.kind == Kind::program) {
    shell.say(kind.path + "\n");
  } else {
    shell.say(name + "\n");
  }
  return 0;
}

int type_builtin(Shell& shell, const Words& words) {
  Letters letters;
  if (shell.bash()) {
    letters = read_letters(shell, words, "afptP");
    if (letters.bad) return 2;
  }
  int status = 0;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    if (!letters.has('t') && !letters.has('p') && !letters.has('P')) {
      const int one = describe_command(shell, words[i], true);
      if (one != 0) status = one;
      continue;
    }
    const CommandKind kind = kind_of(shell, words[i]);
    if (kind.kind == Kind::none) {
      status = 1;
    } else if (letters.has('t')) {
      shell.say(fmt::format("{}\n", kind_word(kind.kind)));
    } else if (kind.kind == Kind::program) {
      shell.say(kind.path + "\n");
    } else if (letters.has('P')) {
      const std::optional<std::string> path = find_program(shell, words[i]);
      if (path) shell.say(*path + "\n");
      if (!path) status = 1;
    }
  }
  return status;
}

int hash_builtin(Shell& shell, const Words& words) {
  const Letters letters =
      read_letters(shell, words, shell.bash() ? "rdlpt" : "rv");
  if (letters.bad) return 2;
  if (letters.has('r')) shell.hashed.clear();
  if (words.size() == 1) {
    if (shell.bash() && shell.hashed.empty()) {
      shell.say("hash: hash table empty\n");
      return 0;
    }
    if (shell.bash()) shell.say("hits\tcommand\n");
    for (const auto& [name, place] : shell.hashed) {
      shell.say(shell.bash()
                    ? fmt::format("{:4}\t{}\n", place.second, place.first)
                    : place.first + "\n");
    }
    return 0;
  }
  int status = 0;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    if (find_builtin(shell, words[i]) || shell.functions.contains(words[i])) {
      continue;
    }
    if (find_program(shell, words[i])) continue;
    shell.complain(fmt::format("{}: not found", words[i]));
    status = 1;
  }
  return status;
}

int alias_builtin(Shell& shell, const Words& words) {
  std::size_t first = 1;
  if (shell.bash() && words.size() > 1 && words[1] == "-p") ++first;
  if (words.size() == first) {
    for (const auto& [name, text] : shell.aliases) {
      shell.say(alias_line(shell, name, text));
    }
    return 0;
  }
  int status = 0;
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=', 1);
    const std::string name = words[i].substr(0, equals);
    if (equals != std::string::npos) {
      shell.aliases[name] = words[i].substr(equals + 1);
      continue;
    }
    const auto alias = shell.aliases.find(name);
    if (alias != shell.aliases.end()) {
      shell.say(alias_line(shell, name, alias->second));
      continue;
    }
    if (shell.bash()) {
      shell.complain(fmt::format("{}: not found", name));
    } else {
      shell.complain_plain(fmt::format("alias: {} not found\n", name));
    }
    status = 1;
  }
  return status;
}

int unalias_builtin(Shell& shell, const Words& words) {
  const Letters letters = read_letters(shell, words, "a");
  if (letters.bad) return 2;
  if (letters.has('a')) shell.aliases.clear();
  int status = 0;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    if (shell.aliases.erase(words[i]) > 0) continue;
    if (shell.bash()) {
      shell.complain(fmt::format("{}: not found", words[i]));
    } else {
      shell.complain_plain(fmt::format("unalias: {} not found\n", words[i]));
    }
    status = 1;
  }
  return status;
}

int history_builtin(Shell& shell, const Words& words) {
  if (words.size() > 1 && words[1] == "-c") {
    shell.history.clear();
    return 0;
  }
  for (std::size_t i = 0; i < shell.history.size(); ++i) {
    shell.say(fmt::format("{:5}  {}\n", i + 1, shell.history[i]));
  }
  return 0;
}

int help_builtin(Shell& shell, const Words& words) {
  if (words.size() > 1) {
    if (find_builtin(shell, words[1]) == nullptr) {
      shell.complain(fmt::format(
          "no help topics match `{}'.  Try `help help' or `man -k {}' or "
          "`info {}'.",
          words[1], words[1], words[1]));
      return 1;
    }
    shell.say(fmt::format("{}: a shell builtin\n", words[1]));
    return 0;
  }
  shell.say(shell.bash() ? "These shell commands are defined internally.\n\n"
                         : "Built-in commands:\n------------------\n");
  std::string line;
  for (const Builtin& builtin : builtins()) {
    if (find_builtin(shell, builtin.name) == nullptr) continue;
    if (line.size() + builtin.name.size() > 70) {
      shell.say("\t" + line + "\n");
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(builtin.name);
  }
  shell.say("\t" + line + "\n");
  return 0;
}

}  // namespace drydock::userland::sh
