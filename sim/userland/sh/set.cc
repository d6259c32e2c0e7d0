// set.cc — set and shopt.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/escapes.h"

namespace drydock::userland::sh {

namespace {

void list_variables(Shell& shell) {
  for (const auto& [name, variable] : shell.variables.all()) {
    if (!variable.value || variable.is_array()) continue;
    const std::string quoted = shell.bash() ? trace_quoted(*variable.value)
                                            : single_quoted(*variable.value);
    const bool bare = shell.bash() && variable.value->empty();
    shell.say(fmt::format("{}={}\n", name, bare ? "" : quoted));
  }
}

void list_options(Shell& shell, bool as_commands) {
  if (!shell.bash() && !as_commands) shell.say("Current option settings\n");
  for (const OptionRow& row : option_rows(shell.dialect())) {
    const bool on = row.field == nullptr || shell.options.*row.field;
    if (as_commands) {
      shell.say(fmt::format("set {}o {}\n", on ? '-' : '+', row.name));
    } else if (shell.bash()) {
      shell.say(fmt::format("{:<15}\t{}\n", row.name, on ? "on" : "off"));
    } else {
      shell.say(fmt::format("{:<16}{}\n", row.name, on ? "on" : "off"));
    }
  }
}

int refuse(Shell& shell, char sign, const std::string& option, bool named) {
  if (shell.bash()) {
    shell.complain(fmt::format("{}{}: invalid option{}",
                               named ? "" : std::string(1, sign), option,
                               named ? " name" : ""));
    if (!named) {
      shell.complain_plain(
          "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] "
          "[arg ...]\n");
    }
    return named ? 1 : 2;
  }
  shell.abort(
      fmt::format("{} option {}{}{}", shell.dash() ? "Illegal" : "illegal",
                  sign, named ? "o " : "", option),
      2);
  return 2;
}

}  // namespace

bool set_option(Shell& shell, std::string_view name, char letter, bool on) {
  for (const OptionRow& row : option_rows(shell.dialect())) {
    const bool wanted = letter != ' ' ? row.letter == letter : row.name == name;
    if (!wanted) continue;
    if (row.field != nullptr) shell.options.*row.field = on;
    return true;
  }
  return false;
}

int set_builtin(Shell& shell, const Words& words) {
  if (words.size() == 1) {
    list_variables(shell);
    return 0;
  }
  std::size_t at = 1;
  bool operands = false;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--" || word == "-") {
      if (word == "-") shell.options.xtrace = shell.options.verbose = false;
      operands = word == "--" || at + 1 < words.size();
      ++at;
      break;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    const bool on = word[0] == '-';
    for (std::size_t i = 1; i < word.size(); ++i) {
      if (word[i] != 'o') {
        if (!set_option(shell, "", word[i], on)) {
          return refuse(shell, word[0], std::string(1, word[i]), false);
        }
        continue;
      }
      if (at + 1 >= words.size()) {
        list_options(shell, !on);
        return 0;
      }
      if (!set_option(shell, words[++at], ' ', on)) {
        return refuse(shell, word[0], words[at], true);
      }
      break;
    }
  }
  if (operands || at < words.size()) {
    shell.positional.assign(
        words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())),
        words.end());
    if (!shell.bash()) {
      shell.getopts_index = 1;
      shell.getopts_offset = 0;
    }
  }
  return 0;
}

int shopt_builtin(Shell& shell, const Words& words) {
  const Letters letters = read_letters(shell, words, "pqsuo");
  if (letters.bad) return 2;
  const bool sets = letters.has('s'), unsets = letters.has('u');
  int status = 0;
  const auto show = [&](const std::string& name, bool on) {
    if (letters.has('q')) return;
    if (letters.has('p')) {
      shell.say(fmt::format("shopt -{} {}\n", on ? 's' : 'u', name));
    } else {
      shell.say(fmt::format("{:<15}\t{}\n", name, on ? "on" : "off"));
    }
  };
  if (words.size() <= static_cast<std::size_t>(letters.first)) {
    for (const auto& [name, on] : shell.options.shopt) {
      if ((sets && !on) || (unsets && on)) continue;
      show(name, on);
    }
    return 0;
  }
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    const std::string& name = words[i];
    if (letters.has('o')) {
      if (sets || unsets) set_option(shell, name, ' ', sets);
      continue;
    }
    const auto found = shell.options.shopt.find(name);
    if (found == shell.options.shopt.end()) {
      shell.complain(fmt::format("{}: invalid shell option name", name));
      status = 1;
    } else if (sets || unsets) {
      found->second = sets;
    } else {
      show(name, found->second);
      if (!found->second) status = 1;
    }
  }
  return status;
}

}  // namespace drydock::userland::sh
