// builtins.cc — the table, and how its rows are run.

#include "sim/userland/sh/builtins.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

constexpr unsigned kAll = kDashOnly | kBashOnly | kAshOnly;
constexpr unsigned kNotDash = kBashOnly | kAshOnly;
constexpr unsigned kNotBash = kDashOnly | kAshOnly;

// clang-format off
constexpr std::array kBuiltins = {
    Builtin{".",         kAll,      true,  nullptr,           dot_builtin},
    Builtin{":",         kAll,      true,  true_builtin,      nullptr},
    Builtin{"[",         kAll,      false, test_builtin,      nullptr},
    Builtin{"alias",     kAll,      false, alias_builtin,     nullptr},
    Builtin{"bg",        kAll,      false, nullptr,           fg_builtin},
    Builtin{"break",     kAll,      true,  break_builtin,     nullptr},
    Builtin{"builtin",   kBashOnly, false, nullptr,           builtin_builtin},
    Builtin{"cd",        kAll,      false, cd_builtin,        nullptr},
    Builtin{"chdir",     kDashOnly | kAshOnly, false, cd_builtin, nullptr},
    Builtin{"command",   kAll,      false, nullptr,           command_builtin},
    Builtin{"continue",  kAll,      true,  continue_builtin,  nullptr},
    Builtin{"declare",   kBashOnly, false, declare_builtin,   nullptr},
    Builtin{"dirs",      kBashOnly, false, dirs_builtin,      nullptr},
    Builtin{"disown",    kBashOnly, false, disown_builtin,    nullptr},
    Builtin{"echo",      kAll,      false, echo_builtin,      nullptr},
    Builtin{"eval",      kAll,      true,  nullptr,           eval_builtin},
    Builtin{"exec",      kAll,      true,  nullptr,           exec_builtin},
    Builtin{"exit",      kAll,      true,  exit_builtin,      nullptr},
    Builtin{"export",    kAll,      true,  export_builtin,    nullptr},
    Builtin{"false",     kAll,      false, false_builtin,     nullptr},
    Builtin{"fg",        kAll,      false, nullptr,           fg_builtin},
    Builtin{"getopts",   kAll,      false, getopts_builtin,   nullptr},
    Builtin{"hash",      kAll,      false, hash_builtin,      nullptr},
    Builtin{"help",      kNotDash,  false, help_builtin,      nullptr},
    Builtin{"history",   kNotDash,  false, history_builtin,   nullptr},
    Builtin{"jobs",      kAll,      false, nullptr,           jobs_builtin},
    Builtin{"kill",      kAll,      false, nullptr,           kill_builtin},
    Builtin{"let",       kNotDash,  false, let_builtin,       nullptr},
    Builtin{"local",     kBashOnly, false, local_builtin,     nullptr},
    Builtin{"local",     kNotBash,  true,  local_builtin,     nullptr},
    Builtin{"logout",    kBashOnly, false, exit_builtin,      nullptr},
    Builtin{"mapfile",   kBashOnly, false, nullptr,           mapfile_builtin},
    Builtin{"popd",      kBashOnly, false, popd_builtin,      nullptr},
    Builtin{"printf",    kAll,      false, printf_builtin,    nullptr},
    Builtin{"pushd",     kBashOnly, false, pushd_builtin,     nullptr},
    Builtin{"pwd",       kAll,      false, pwd_builtin,       nullptr},
    Builtin{"read",      kAll,      false, nullptr,           read_builtin},
    Builtin{"readarray", kBashOnly, false, nullptr,           mapfile_builtin},
    Builtin{"readonly",  kAll,      true,  readonly_builtin,  nullptr},
    Builtin{"return",    kAll,      true,  return_builtin,    nullptr},
    Builtin{"set",       kAll,      true,  set_builtin,       nullptr},
    Builtin{"shift",     kAll,      true,  shift_builtin,     nullptr},
    Builtin{"shopt",     kBashOnly, false, shopt_builtin,     nullptr},
    Builtin{"source",    kNotDash,  true,  nullptr,           dot_builtin},
    Builtin{"test",      kAll,      false, test_builtin,      nullptr},
    Builtin{"times",     kAll,      true,  times_builtin,     nullptr},
    Builtin{"trap",      kAll,      true,  trap_builtin,      nullptr},
    Builtin{"true",      kAll,      false, true_builtin,      nullptr},
    Builtin{"type",      kAll,      false, type_builtin,      nullptr},
    Builtin{"typeset",   kBashOnly, false, declare_builtin,   nullptr},
    Builtin{"ulimit",    kAll,      false, ulimit_builtin,    nullptr},
    Builtin{"umask",     kAll,      false, umask_builtin,     nullptr},
    Builtin{"unalias",   kAll,      false, unalias_builtin,   nullptr},
    Builtin{"unset",     kAll,      true,  unset_builtin,     nullptr},
    Builtin{"wait",      kAll,      false, nullptr,           wait_builtin},
};
// clang-format on

unsigned bit_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::bash:
      return kBashOnly;
    case Dialect::ash:
      return kAshOnly;
    case Dialect::dash:
      break;
  }
  return kDashOnly;
}

/// eval, . and their like pass on the errors of what they run.
bool runs_commands(std::string_view name) {
  return name == "eval" || name == "." || name == "source" ||
         name == "command" || name == "builtin";
}

}  // namespace

std::span<const Builtin> builtins() { return kBuiltins; }

const Builtin* find_builtin(const Shell& shell, std::string_view name) {
  const auto found = std::lower_bound(
      kBuiltins.begin(), kBuiltins.end(), name,
      [](const Builtin& row, std::string_view key) { return row.name < key; });
  for (auto row = found; row != kBuiltins.end() && row->name == name; ++row) {
    if ((row->in & bit_of(shell.dialect())) != 0) return &*row;
  }
  return nullptr;
}

Task<int> run_builtin(Shell& shell, const Builtin& builtin, List arguments,
                      bool special) {
  const bool nests = runs_commands(builtin.name);
  std::string outer = shell.running_builtin;
  const std::string name = arguments.front();
  // What eval runs speaks for itself, and exec's program too.
  if (!nests) shell.running_builtin = name;
  int status = 0;
  if (builtin.plain != nullptr) {
    status = builtin.plain(shell, arguments);
  } else {
    status = co_await builtin.waiting(shell, std::move(arguments));
  }
  const int failure = co_await shell.flush();
  if (failure != 0) {
    const auto why = static_cast<Errno>(failure);
    if (why != Errno::eintr) {
      shell.complain(shell.bash() ? fmt::format("write error: {}", text_of(why))
                                  : "I/O error");
      if (shell.dialect() == Dialect::ash) status = 1;
      if (status == 0) status = 1;
      co_await shell.flush();
    }
  }
  shell.running_builtin = std::move(outer);
  // So that `while kill -0 $!; do :; done` sees the end of its child.
  if (shell.dash() && !shell.jobs.all().empty()) co_await reap(shell);
  if (shell.flow == Flow::abort && !special && !nests) {
    // An error in a regular builtin is a failure of the command alone.
    shell.flow = Flow::none;
    co_return shell.status;
  }
  co_return status;
}

Letters read_letters(Shell& shell, const drydock::List& words,
                     std::string_view known) {
  Letters letters;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      letters.first = static_cast<int>(at) + 1;
      return letters;
    }
    if (word.size() < 2 || word[0] != '-') break;
    letters.first = static_cast<int>(at) + 1;
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::size_t place = known.find(word[i]);
      if (place == known.npos || word[i] == ':') {
        shell.complain(
            shell.bash()   ? fmt::format("-{}: invalid option", word[i])
            : shell.dash() ? fmt::format("Illegal option -{}", word[i])
                           : fmt::format("illegal option -{}", word[i]));
        letters.bad = true;
        return letters;
      }
      letters.seen += word[i];
      if (place + 1 >= known.size() || known[place + 1] != ':') continue;
      if (i + 1 < word.size()) {
        letters.values[word[i]] = word.substr(i + 1);
      } else if (at + 1 < words.size()) {
        letters.values[word[i]] = words[++at];
        letters.first = static_cast<int>(at) + 1;
      } else {
        shell.complain(
            shell.bash()
                ? fmt::format("-{}: option requires an argument", word[i])
                : fmt::format("No arg for -{} option", word[i]));
        letters.bad = true;
        return letters;
      }
      break;
    }
  }
  return letters;
}

CommandKind kind_of(Shell& shell, const std::string& name) {
  using Kind = CommandKind::Kind;
  if (is_reserved(name, shell.dialect())) return {Kind::keyword, "", false};
  const auto alias = shell.aliases.find(name);
  if (alias != shell.aliases.end()) return {Kind::alias, alias->second, false};
  if (shell.functions.contains(name)) return {Kind::function, "", false};
  if (find_builtin(shell, name) != nullptr) return {Kind::builtin, "", false};
  const bool hashed = shell.hashed.contains(name);
  const std::optional<std::string> path = find_program(shell, name);
  if (path) return {Kind::program, *path, hashed};
  return {};
}

Task<int> run_declaration(Shell& shell, CommandRef command) {
  const auto& node = *as<SimpleCommand>(*command);
  // Plain words first: they carry the options; then the assignments.
  List words;
  for (std::size_t i = 0; i < node.words.size(); ++i) {
    bool assigns = false;
    for (const auto& entry : node.declarations) {
      assigns = assigns || entry.first == i;
    }
    if (assigns) continue;
    Expander expander(shell);
    const bool done = co_await expander.expand_word(node.words[i], &words);
    if (!done) co_return shell.status;
  }
  List names = words;
  for (const auto& entry : node.declarations) {
    const Assignment& assignment = entry.second;
    names.push_back(assignment.name);
  }
  const std::string name = words.front();
  const Builtin* builtin = find_builtin(
      shell,
      name == "command" || name == "builtin" ? words[words.size() > 1] : name);
  if (name == "command" || name == "builtin") {
    names.erase(names.begin());
    words.erase(words.begin());
  }
  if (builtin == nullptr || words.empty()) co_return 1;
  const bool locks = builtin->name == "readonly" ||
                     (words.size() > 1 && words[1].starts_with("-") &&
                      words[1].find('r') != std::string::npos);
  List first = names;
  if (locks) {
    // Assign before the lock falls.
    first = {"declare"};
    if (builtin->name == "local" ||
        (builtin->name != "readonly" && shell.variables.in_scope())) {
      first = {"local"};
    }
    for (const std::string& word : names) {
      if (&word == &names.front()) continue;
      std::string kept = word;
      if (word.starts_with("-")) std::erase(kept, 'r');
      if (kept != "-") first.push_back(kept);
    }
    if (builtin->name == "readonly") first.insert(first.begin() + 1, "-g");
    const Builtin* declare = find_builtin(shell, first.front());
    const int made = co_await run_builtin(shell, *declare, first, false);
    if (made != 0) co_return made;
  } else {
    const int made = co_await run_builtin(shell, *builtin, first, false);
    if (made != 0) co_return made;
  }
  List shown;
  for (const auto& entry : node.declarations) {
    const bool done = co_await assign_one(shell, entry.second);
    if (!done) co_return shell.leaving() ? shell.status : 1;
  }
  if (locks) co_return co_await run_builtin(shell, *builtin, names, false);
  co_return 0;
}

}  // namespace drydock::userland::sh
