// variable_builtins.cc — export, readonly, unset, local, shift, let.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/expansion.h"

namespace drydock::userland::sh {

namespace {

/// export -p and readonly -p of dash and ash.
void list_marked(Shell& shell, std::string_view word, bool exported) {
  for (const auto& [name, variable] : shell.variables.all()) {
    if (!(exported ? variable.exported : variable.read_only)) continue;
    if (variable.value) {
      shell.say(fmt::format("{} {}={}\n", word, name,
                            single_quoted(*variable.value)));
    } else {
      shell.say(fmt::format("{} {}\n", word, name));
    }
  }
}

bool bad_name(Shell& shell, const std::string& word, const std::string& name) {
  if (is_name(name)) return false;
  if (shell.bash()) {
    shell.complain(fmt::format("`{}': not a valid identifier", word));
  } else {
    shell.abort(fmt::format("{}: bad variable name", name), 2);
  }
  return true;
}

/// The common part of export and readonly; `mark` sets the attribute.
int mark_variables(Shell& shell, const Words& words, bool exports) {
  if (shell.bash()) {
    Words declare = words;
    declare.front() = "declare";
    declare.insert(declare.begin() + 1, exports ? "-gx" : "-gr");
    bool removes = false;
    for (std::size_t i = 2; i < declare.size(); ++i) {
      if (declare[i] == "-n" && exports) removes = true;
    }
    if (removes) {
      std::erase(declare, "-n");
      declare[1] = "+x";
    }
    return declare_builtin(shell, declare);
  }
  const Letters letters =
      read_letters(shell, words, exports && !shell.dash() ? "pn" : "p");
  if (letters.bad) {
    shell.abort_silently(2);
    return 2;
  }
  const auto first = static_cast<std::size_t>(letters.first);
  if (letters.has('p') || words.size() <= first) {
    list_marked(shell, words.front(), exports);
    return 0;
  }
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    if (bad_name(shell, words[i], name)) return 2;
    if (equals != std::string::npos &&
        !shell.assign(name, words[i].substr(equals + 1))) {
      return shell.status;
    }
    Variable& variable = shell.variables.touch(name);
    if (exports) {
      variable.exported = !letters.has('n');
    } else {
      variable.read_only = true;
    }
  }
  return 0;
}

/// a[3] or m[key] of unset.
bool unset_element(Shell& shell, const std::string& word) {
  const std::size_t open = word.find('[');
  if (!shell.bash() || open == std::string::npos || word.back() != ']') {
    return false;
  }
  const std::string name = word.substr(0, open);
  const std::string key = word.substr(open + 1, word.size() - open - 2);
  const Variable* array = shell.variables.find(name);
  if (array == nullptr) return true;
  if (array->kind == Variable::Kind::associative) {
    shell.variables.unset_element(name, key, 0);
  } else if (key == "@" || key == "*") {
    shell.variables.unset(name);
  } else {
    const std::optional<std::int64_t> index = index_in(shell, name, key);
    if (index) shell.variables.unset_element(name, key, *index);
  }
  return true;
}

}  // namespace

int export_builtin(Shell& shell, const Words& words) {
  if (shell.bash() && words.size() > 1 && words[1] == "-f") {
    for (std::size_t i = 2; i < words.size(); ++i) {
      const auto function = shell.functions.find(words[i]);
      if (function == shell.functions.end()) {
        shell.complain(fmt::format("{}: not a function", words[i]));
        return 1;
      }
      function->second.exported = true;
    }
    return 0;
  }
  return mark_variables(shell, words, true);
}

int readonly_builtin(Shell& shell, const Words& words) {
  if (shell.bash() && words.size() > 1 && words[1] == "-f") {
    for (std::size_t i = 2; i < words.size(); ++i) {
      const auto function = shell.functions.find(words[i]);
      if (function != shell.functions.end()) function->second.read_only = true;
    }
    return 0;
  }
  return mark_variables(shell, words, false);
}

int unset_builtin(Shell& shell, const Words& words) {
  const Letters letters =
      read_letters(shell, words, shell.bash() ? "fvn" : "fv");
  if (letters.bad) {
    if (!shell.bash()) shell.abort_silently(2);
    return 2;
  }
  int status = 0;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    const std::string& name = words[i];
    if (letters.has('f')) {
      const auto function = shell.functions.find(name);
      if (function == shell.functions.end()) continue;
      if (function->second.read_only) {
        shell.complain(
            fmt::format("{}: cannot unset: readonly function", name));
        status = 1;
      } else {
        shell.functions.erase(function);
      }
      continue;
    }
    if (unset_element(shell, name)) continue;
    if (name == "OPTIND" && shell.dash()) {
      shell.abort("Illegal number: ", 2);
      return 2;
    }
    if (bad_name(shell, name, name)) {
      if (!shell.bash()) return 2;
      status = 1;
      continue;
    }
    const bool known = shell.variables.find(name) != nullptr;
    if (!known && shell.bash() && !letters.has('v')) {
      shell.functions.erase(name);
      continue;
    }
    if (letters.has('n')) shell.variables.touch(name).reference = false;
    if (shell.variables.unset(name) == SetError::none) {
      if (name == "PATH") shell.hashed.clear();
      continue;
    }
    if (!shell.bash()) {
      shell.abort(fmt::format("{}: is read only", name), 2);
      return 2;
    }
    shell.complain(fmt::format("{}: cannot unset: readonly variable", name));
    status = 1;
  }
  return status;
}

int local_builtin(Shell& shell, const Words& words) {
  if (!shell.variables.in_scope()) {
    if (shell.bash()) {
      shell.complain("can only be used in a function");
      return 1;
    }
    shell.abort("not in a function", 2);
    return 2;
  }
  if (shell.bash()) return declare_builtin(shell, words);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    if (name == "-") continue;
    if (bad_name(shell, words[i], name)) return 2;
    // dash keeps the value that a local hides, until it is assigned.
    shell.variables.make_local(name, true);
    if (equals != std::string::npos &&
        !shell.assign(name, words[i].substr(equals + 1))) {
      return shell.status;
    }
  }
  return 0;
}

int shift_builtin(Shell& shell, const Words& words) {
  std::int64_t count = 1;
  if (words.size() > 1) {
    const std::optional<std::int64_t> given = parse_int(words[1]);
    if (!given || (*given < 0 && !shell.bash())) {
      if (shell.bash()) {
        shell.complain(fmt::format("{}: numeric argument required", words[1]));
        return 1;
      }
      shell.abort(fmt::format("Illegal number: {}", words[1]), 2);
      return 2;
    }
    if (*given < 0) {
      shell.complain(fmt::format("{}: shift count out of range", words[1]));
      return 1;
    }
    count = *given;
  }
  if (count > static_cast<std::int64_t>(shell.positional.size())) {
    if (shell.dash()) shell.abort("can't shift that many", 2);
    return shell.dash() ? 2 : 1;
  }
  shell.positional.erase(shell.positional.begin(),
                         shell.positional.begin() + count);
  if (!shell.bash()) shell.getopts_index = 1;
  shell.getopts_offset = 0;
  return 0;
}

int let_builtin(Shell& shell, const Words& words) {
  std::int64_t value = 0;
  if (words.size() < 2) {
    shell.complain("expression expected");
    return 1;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::optional<std::int64_t> result = evaluate_in(shell, words[i]);
    if (!result) {
      if (shell.flow == Flow::abort) shell.flow = Flow::none;
      return 1;
    }
    value = *result;
  }
  return value != 0 ? 0 : 1;
}

}  // namespace drydock::userland::sh
