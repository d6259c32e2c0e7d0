// simple.cc — simple commands: XCU 2.9.1.

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

/// The variables that a command's assignments hide while it runs.
struct Hidden {
  std::vector<std::pair<std::string, std::optional<Variable>>> saved;
};

/// set -x.
Task<void> trace(Shell& shell, const List& words, const List& assigned) {
  if (!shell.options.xtrace) co_return;
  std::string prompt = shell.variables.get_or("PS4", "+ ");
  if (prompt.find_first_of("$`") != std::string::npos) {
    ParserOptions options;
    options.dialect = shell.dialect();
    Parser parser(options, std::make_shared<const std::string>(prompt));
    const WordRef word = parser.parse_quoted_text();
    if (word) {
      const bool outer = std::exchange(shell.options.xtrace, false);
      Expander expander(shell);
      co_await expander.expand_text(*word, Purpose::document, &prompt);
      shell.options.xtrace = outer;
    }
  }
  if (shell.bash() && !prompt.empty()) {
    prompt.insert(0, static_cast<std::size_t>(shell.trace_level),
                  prompt.front());
  }
  std::string line;
  if (shell.bash()) {
    // bash gives each assignment a line of its own.
    for (const std::string& text : assigned) {
      shell.complain_plain(prompt + text + "\n");
    }
    if (words.empty()) co_return;
  }
  const List together = shell.bash() ? List() : assigned;
  for (const std::string& text : together) {
    line += (line.empty() ? "" : " ") + text;
  }
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += shell.dash() ? word : trace_quoted(word);
  }
  shell.complain_plain(prompt + line + "\n");
  co_await shell.flush();
}

std::string traced(Shell& shell, const Assignment& assignment,
                   const std::string& value) {
  const std::string quoted =
      shell.dash() || value.empty() ? value : trace_quoted(value);
  return fmt::format("{}{}={}", assignment.name, assignment.append ? "+" : "",
                     quoted);
}

/// Assigns for the command alone; `hidden` gets the former values.
Task<bool> assign_for_command(Shell& shell, const SimpleCommand& node,
                              Hidden* hidden, List* assigned) {
  Expander expander(shell);
  for (const Assignment& assignment : node.assignments) {
    if (assignment.is_array || assignment.subscript) continue;
    std::string value;
    const bool done = co_await expander.expand_text(
        assignment.value, Purpose::assignment, &value);
    if (!done) co_return false;
    if (assignment.append) {
      value = shell.variables.get_or(assignment.name, "") + value;
    }
    if (hidden != nullptr) {
      const Variable* former = shell.variables.find(assignment.name);
      std::optional<Variable> copy;
      if (former != nullptr) copy = *former;
      if (former != nullptr && former->read_only) {
        shell.set_error(assignment.name, SetError::read_only);
        co_return false;
      }
      hidden->saved.emplace_back(assignment.name, std::move(copy));
    }
    if (shell.options.xtrace) {
      assigned->push_back(traced(shell, assignment, value));
    }
    if (!shell.assign(assignment.name, std::move(value))) co_return false;
    if (hidden != nullptr)
      shell.variables.touch(assignment.name).exported = true;
  }
  co_return true;
}

void bring_back(Shell& shell, Hidden& hidden) {
  for (auto entry = hidden.saved.rbegin(); entry != hidden.saved.rend();
       ++entry) {
    if (!entry->second) {
      Variable& variable = shell.variables.touch(entry->first);
      variable.read_only = false;
      shell.variables.unset(entry->first);
    } else {
      shell.variables.touch(entry->first) = *std::move(entry->second);
    }
  }
  if (!hidden.saved.empty()) shell.variables.recount();
}

/// What is said when a command is not to be found; its status.
int complain_not_found(Shell& shell, const std::string& name, bool found) {
  if (name.empty() && shell.dash()) {
    shell.complain(": Permission denied");
    return 127;
  }
  if (found) {
    const auto file = shell.process().stat(name);
    const bool directory =
        file && file->type == vfs::FileType::directory && shell.bash();
    shell.complain(fmt::format(
        "{}: {}", name, directory ? "Is a directory" : "Permission denied"));
    return 126;
  }
  const bool path = name.find('/') != std::string::npos;
  shell.complain(fmt::format("{}: {}", name,
                             !shell.bash() ? "not found"
                             : path        ? "No such file or directory"
                                           : "command not found"));
  return 127;
}

/// Whether something is there that cannot be run.
bool exists(Shell& shell, const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return static_cast<bool>(shell.process().stat(name));
  }
  if (name.empty()) return false;
  for (const std::string& directory :
       split(shell.variables.get_or("PATH", ""), ':')) {
    const auto file = shell.process().stat(directory + "/" + name);
    if (file && file->type == vfs::FileType::regular) return true;
  }
  return false;
}

Task<int> run_program(Shell& shell, std::string text, List words,
                      RunFlags flags) {
  std::optional<std::string> path = find_program(shell, words.front());
  if (!path) {
    co_return complain_not_found(shell, words.front(),
                                 exists(shell, words.front()));
  }
  const bool replaces = flags.last && shell.traps.empty() &&
                        !shell.options.monitor && shell.process_fds.empty();
  if (replaces) {
    co_await shell.flush();
    const List environment = shell.variables.environment();
    const int status = co_await exec_program(shell, *path, words, environment);
    shell.flow = Flow::exit;
    shell.status = status;
    co_return status;
  }
  ChildPlan plan;
  plan.exec.emplace(*path, words);
  plan.environment = shell.variables.environment();
  plan.job_control = shell.options.monitor;
  plan.foreground = true;
  if (shell.options.monitor) plan.group = 0;
  co_await shell.flush();
  const SysResult<Pid> child = fork_child(shell, std::move(plan));
  if (!child) {
    shell.abort(cannot_fork(shell), shell.bash() ? 254 : 2);
    co_return shell.status;
  }
  Job& job = shell.jobs.add(*child, shell.options.monitor);
  job.stages.push_back({*child, std::nullopt, std::move(text)});
  co_return co_await wait_for_job(shell, job.number);
}

/// Runs what the words name, redirections and assignments being done.
Task<int> dispatch(Shell& shell, CommandRef command, List words,
                   RunFlags flags) {
  const auto& node = *as<SimpleCommand>(*command);
  if (shell.functions.contains(words.front())) {
    const std::string name = words.front();
    words.erase(words.begin());
    co_return co_await call_function(shell, name, std::move(words), flags);
  }
  const Builtin* builtin = find_builtin(shell, words.front());
  if (builtin == nullptr) {
    const std::string text = join(words, " ");
    shell.last_argument = words.back();
    co_return co_await run_program(shell, text, std::move(words), flags);
  }
  if (!node.declarations.empty() && shell.bash()) {
    co_return co_await run_declaration(shell, command);
  }
  const bool outer = std::exchange(shell.tested, flags.tested);
  const int status =
      co_await run_builtin(shell, *builtin, std::move(words), builtin->special);
  shell.tested = outer;
  co_return status;
}

/// Assignments, or redirections, without a command.
Task<int> run_assignments(Shell& shell, const Command& command) {
  const auto& node = *as<SimpleCommand>(command);
  SavedFds saved;
  const bool redirected = co_await redirect(shell, command.redirects, &saved);
  if (!redirected) co_return shell.bash() || !shell.dash() ? 1 : 2;
  Expander expander(shell);
  for (const Assignment& assignment : node.assignments) {
    const bool done = co_await assign_one(shell, assignment);
    if (!done) break;
    if (shell.options.xtrace) {
      const std::string value = shell.variables.get_or(assignment.name, "");
      const List one = {traced(shell, assignment, value)};
      const List none;
      co_await trace(shell, none, one);
    }
  }
  restore(shell, saved);
  if (shell.leaving()) co_return shell.status;
  co_return shell.substitution_status >= 0 ? shell.substitution_status : 0;
}

/// Redirections, assignments, and the command between them.
Task<int> run_words(Shell& shell, CommandRef command, List words,
                    RunFlags flags) {
  const auto& node = *as<SimpleCommand>(*command);
  const Builtin* builtin = shell.functions.contains(words.front())
                               ? nullptr
                               : find_builtin(shell, words.front());
  const bool special = builtin != nullptr && builtin->special;
  const bool posix = !shell.bash() || shell.options.posix;
  Hidden hidden;
  const bool keeps = special && posix;  // Assignments stay.
  List assigned;
  SavedFds saved;
  auto* const hides = keeps ? nullptr : &hidden;
  bool fine = true;
  const bool traces = shell.options.xtrace;
  if (traces) {
    fine = co_await assign_for_command(shell, node, hides, &assigned);
    co_await trace(shell, words, assigned);
  }
  const bool commanded = builtin != nullptr && builtin->name == "command" &&
                         words.size() == 2 && words[1] == "exec";
  const bool execs =
      commanded ||
      (builtin != nullptr && builtin->name == "exec" && words.size() == 1);
  SavedFds* const keeper = execs ? nullptr : &saved;
  if (fine) {
    const bool redirected =
        co_await redirect(shell, command->redirects, keeper);
    if (!redirected) {
      bring_back(shell, hidden);
      const int status = shell.dash() ? 2 : 1;
      // dash redirects a program in its child, which alone dies of errors.
      const bool program =
          builtin == nullptr && !shell.functions.contains(words.front());
      if (shell.dash() && program && shell.flow == Flow::abort) {
        shell.flow = Flow::none;
      }
      if (special && posix && !shell.leaving()) shell.abort_silently(status);
      co_return shell.leaving() ? shell.status : status;
    }
  }
  if (!traces && fine) {
    fine = co_await assign_for_command(shell, node, hides, &assigned);
  }
  int status = shell.status;
  if (fine) {
    RunFlags inner = flags;
    if (builtin != nullptr && !saved.empty()) inner.last = false;
    status = co_await dispatch(shell, command, std::move(words), inner);
  }
  co_await shell.flush();
  bring_back(shell, hidden);
  restore(shell, saved);
  co_return status;
}

/// The words of export, readonly and local: assignments among them do not
/// split (POSIX.1-2024, "declaration utilities").
Task<bool> expand_declaration(Shell& shell, const SimpleCommand& node,
                              List* words) {
  Expander expander(shell);
  std::size_t next = 0;
  for (std::size_t i = 0; i < node.words.size(); ++i) {
    const bool assigns =
        next < node.declarations.size() && node.declarations[next].first == i;
    if (!assigns) {
      const bool done = co_await expander.expand_word(node.words[i], words);
      if (!done) co_return false;
      continue;
    }
    ++next;
    std::string text;
    const Assignment& assignment = node.declarations[next - 1].second;
    const bool done = co_await expander.expand_text(assignment.value,
                                                    Purpose::assignment, &text);
    if (!done) co_return false;
    words->push_back(assignment.name + "=" + text);
  }
  co_return true;
}

}  // namespace

Task<int> run_simple(Shell& shell, CommandRef command, RunFlags flags) {
  const auto& node = *as<SimpleCommand>(*command);
  shell.line = command->line;
  shell.substitution_status = -1;
  if (shell.bash() && shell.traps.contains(kTrapDebug) &&
      shell.trap_depth == 0) {
    co_await run_trap(shell, kTrapDebug);
  }
  List words;
  Expander expander(shell);
  bool expanded = true;
  if (node.declarations.empty() || shell.bash()) {
    expanded = co_await expander.expand_all(node.words, &words);
  } else {
    expanded = co_await expand_declaration(shell, node, &words);
  }
  int status = 0;
  if (!expanded) {
    co_await shell.flush();
    co_return shell.status;
  }
  const bool empty = words.empty();
  if (empty) {
    status = co_await run_assignments(shell, *command);
  } else {
    std::string last = words.back();
    status = co_await run_words(shell, command, std::move(words), flags);
    shell.last_argument = std::move(last);
  }
  for (const Fd fd : shell.process_fds) (void)shell.process().close(fd);
  shell.process_fds.clear();
  co_await shell.flush();
  if (shell.leaving()) {
    co_return shell.flow == Flow::exit || shell.flow == Flow::abort
        ? shell.status
        : status;
  }
  shell.pipe_status.assign(1, status);
  co_await check_errexit(shell, status, flags);
  co_return status;
}

Task<int> exec_program(Shell& shell, std::string path, List argv,
                       List environment) {
  kernel::Process& process = shell.process();
  const std::string name = argv.front();
  const Errno error = co_await process.execve(path, argv, environment);
  if (error == Errno::enoexec) {
    const SysResult<Bytes> text = co_await kernel::read_file(process, path);
    if (text && text->substr(0, 80).find('\0') == std::string::npos) {
      shell.positional.assign(argv.begin() + 1, argv.end());
      shell.name = shell.label = path;
      shell.script_file = true;
      shell.from_command = false;
      shell.functions.clear();
      shell.traps.clear();
      shell.line = 0;
      RunFlags none;
      const int status = co_await run_text(shell, *text, 1, none);
      co_return co_await finish_shell(shell, status);
    }
  }
  int status = 126;
  if (error == Errno::enoent && !shell.bash()) {
    shell.complain(fmt::format("{}: not found", name));
    status = 127;
  } else if (error == Errno::enoent) {
    shell.complain(fmt::format("{}: No such file or directory", name));
    status = 127;
  } else if (error == Errno::enoexec && shell.bash()) {
    shell.complain(
        fmt::format("{}: cannot execute binary file: Exec format error", path));
  } else {
    shell.complain(fmt::format("{}: {}", name, text_of(error)));
  }
  co_await shell.flush();
  co_return status;
}

std::optional<std::string> find_program(Shell& shell, const std::string& name,
                                        std::optional<std::string> path) {
  kernel::Process& process = shell.process();
  const auto runs = [&process](const std::string& file) {
    const auto found = process.stat(file);
    return found && found->type == vfs::FileType::regular &&
           process.access(file, 1);
  };
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string::npos) {
    if (!runs(name)) return std::nullopt;
    return name;
  }
  const bool ours = !path.has_value();
  if (ours) {
    const auto known = shell.hashed.find(name);
    if (known != shell.hashed.end() && runs(known->second.first)) {
      ++known->second.second;
      return known->second.first;
    }
    path = shell.variables.get_or("PATH", "");
  }
  for (const std::string& directory : split(*path, ':')) {
    const std::string file = directory.empty() ? name : directory + "/" + name;
    if (!runs(file)) continue;
    if (ours) shell.hashed[name] = {file, 1};
    return file;
  }
  return std::nullopt;
}

}  // namespace drydock::userland::sh
