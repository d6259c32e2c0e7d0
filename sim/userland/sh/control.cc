// control.cc — break, return, exit, eval, ., exec, command.

#include <fmt/format.h>

#include "sim/userland/sh/arithmetic.h"
#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"

namespace drydock::userland::sh {

namespace {

/// A count or status operand; nullopt after an error, which was told.
std::optional<int> number_operand(Shell& shell, const Words& words,
                                  int otherwise) {
  if (words.size() < 2) return otherwise;
  const std::string& word = words[1];
  const std::optional<std::int64_t> value = parse_int(word);
  const bool fits = value && *value >= (shell.bash() ? INT32_MIN : 0);
  if (fits) return static_cast<int>(*value & 0x7fffffff);
  if (shell.bash()) {
    shell.complain(fmt::format("{}: numeric argument required", word));
  } else {
    shell.abort(shell.dash() ? fmt::format("Illegal number: {}", word)
                             : fmt::format("Illegal number: {}", word),
                2);
  }
  return std::nullopt;
}

int leave_loops(Shell& shell, const Words& words, Flow flow) {
  if (shell.loop_depth == 0) {
    if (shell.bash()) {
      shell.complain("only meaningful in a `for', `while', or `until' loop");
    }
    return 0;
  }
  const std::optional<int> levels = number_operand(shell, words, 1);
  if (!levels) return 2;
  if (*levels <= 0) {
    if (shell.bash()) {
      shell.complain(fmt::format("{}: loop count out of range", words[1]));
    } else {
      shell.abort(fmt::format("Illegal number: {}", words[1]), 2);
    }
    return shell.bash() ? 1 : 2;
  }
  shell.flow_levels = std::min(*levels, shell.loop_depth);
  shell.flow = flow;
  return 0;
}

/// The file that `.` reads: by PATH unless it has a slash.
std::optional<std::string> find_script(Shell& shell, const std::string& name) {
  kernel::Process& process = shell.process();
  if (name.find('/') != std::string::npos) return name;
  for (const std::string& directory :
       split(shell.variables.get_or("PATH", ""), ':')) {
    const std::string path = directory.empty() ? name : directory + "/" + name;
    const auto file = process.stat(path);
    if (file && file->type == vfs::FileType::regular) return path;
  }
  if (shell.bash() && !shell.options.posix && process.stat(name)) return name;
  return std::nullopt;
}

void complain_script(Shell& shell, const std::string& name, Errno error,
                     bool searched) {
  if (shell.bash()) {
    shell.complain("", fmt::format("{}: {}", name,
                                   error == Errno::eisdir ? "is a directory"
                                                          : text_of(error)));
    return;
  }
  const bool absent = error == Errno::enoent;
  if (shell.dash()) {
    shell.complain(
        ".", searched ? fmt::format("{}: not found", name)
                      : fmt::format("cannot open {}: {}", name,
                                    absent ? "No such file" : text_of(error)));
  } else {
    shell.complain(".", searched ? fmt::format("{}: not found", name)
                                 : fmt::format("can't open '{}': {}", name,
                                               text_of(error)));
  }
  shell.abort_silently(2);
}

}  // namespace

int break_builtin(Shell& shell, const Words& words) {
  return leave_loops(shell, words, Flow::break_loop);
}

int continue_builtin(Shell& shell, const Words& words) {
  return leave_loops(shell, words, Flow::continue_loop);
}

int return_builtin(Shell& shell, const Words& words) {
  // A trap that just returns leaves $? as it was.
  const bool of_trap =
      shell.trap_status && shell.trap_call_depth == shell.call_depth;
  const std::optional<int> status =
      number_operand(shell, words, of_trap ? *shell.trap_status : shell.status);
  if (!status && !shell.bash()) return 2;
  const bool somewhere = shell.call_depth > 0 || shell.source_depth > 0;
  if (shell.bash() && !somewhere) {
    shell.complain("can only `return' from a function or sourced script");
    return 2;
  }
  shell.status = shell.bash() ? status.value_or(2) & 0xff : status.value_or(2);
  shell.flow = somewhere ? Flow::return_function : Flow::exit;
  return shell.status;
}

int exit_builtin(Shell& shell, const Words& words) {
  if (shell.bash() && shell.options.interactive) {
    shell.complain_plain(shell.options.login && words[0] == "logout"
                             ? "logout\n"
                             : (shell.options.login ? "logout\n" : "exit\n"));
  }
  // In a trap, without an operand: the status with which the trap set in.
  const std::optional<int> status =
      number_operand(shell, words, shell.trap_status.value_or(shell.status));
  if (!status && !shell.bash()) return 2;
  shell.status = status.value_or(2) & 0xff;
  shell.flow = Flow::exit;
  return shell.status;
}

Task<int> eval_builtin(Shell& shell, Words words) {
  words.erase(words.begin());
  const bool ends = !words.empty() && words.front() == "--";
  if (ends && !shell.dash()) words.erase(words.begin());
  RunFlags flags;
  flags.tested = shell.tested;
  const std::string outer = std::exchange(shell.command_string_label, "eval");
  ++shell.trace_level;
  const int line = shell.bash() ? shell.line : 1;
  const int status = co_await run_text(shell, join(words, " "), line, flags);
  shell.command_string_label = outer;
  --shell.trace_level;
  co_return status;
}

Task<int> dot_builtin(Shell& shell, Words words) {
  words.erase(words.begin());
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  if (words.empty()) {
    if (!shell.bash()) co_return shell.dash() ? 0 : 2;
    shell.complain(".", "filename argument required");
    shell.complain_plain(".: usage: . filename [arguments]\n");
    co_return 2;
  }
  const std::string name = words.front();
  const std::optional<std::string> path = find_script(shell, name);
  if (!path) {
    complain_script(shell, name, Errno::enoent, true);
    co_return shell.bash() ? 1 : 2;
  }
  const SysResult<Bytes> text =
      co_await kernel::read_file(shell.process(), *path);
  // dash opens a directory and finds nothing in it.
  if (!text && text.error() == Errno::eisdir && shell.dash()) co_return 0;
  if (!text) {
    complain_script(shell, name, text.error(), false);
    co_return shell.bash() ? 1 : 2;
  }
  List outer = shell.positional;
  const bool shifts = words.size() > 1 && !shell.dash();
  if (shifts) shell.positional.assign(words.begin() + 1, words.end());
  ++shell.source_depth;
  const int base = std::exchange(shell.function_line, 0);
  const int line = shell.line;
  RunFlags flags;
  flags.tested = shell.bash() && shell.tested;
  const std::string label = shell.label;
  const std::string section =
      std::exchange(shell.command_string_label, shell.bash() ? "" : *path);
  if (shell.bash()) shell.label = *path;
  int status = co_await run_text(shell, *text, 1, flags);
  shell.label = label;
  shell.command_string_label = section;
  --shell.source_depth;
  shell.function_line = base;
  shell.line = line;
  if (shifts) shell.positional = std::move(outer);
  if (shell.flow == Flow::return_function) {
    shell.flow = Flow::none;
    status = shell.status;
  }
  co_return status;
}

Task<int> exec_builtin(Shell& shell, Words words) {
  std::string argv0;
  bool empty_environment = false;
  std::size_t first = 1;
  if (shell.bash()) {
    const Letters letters = read_letters(shell, words, "a:cl");
    if (letters.bad) co_return 2;
    first = static_cast<std::size_t>(letters.first);
    const auto given = letters.values.find('a');
    if (given != letters.values.end()) argv0 = given->second;
    empty_environment = letters.has('c');
  } else if (!shell.dash() && words.size() > 1 && words[1] == "--") {
    first = 2;
  }
  words.erase(words.begin(),
              words.begin() + static_cast<std::ptrdiff_t>(first));
  if (words.empty()) co_return 0;
  const std::optional<std::string> path = find_program(shell, words.front());
  const bool slash = words.front().find('/') != std::string::npos;
  int status = 127;
  if (!path) {
    const bool nameless = words.front().empty() && !shell.bash();
    const bool there =
        nameless || (slash && shell.process().stat(words.front()));
    status = there ? 126 : 127;
    shell.complain(fmt::format("{}: {}", words.front(),
                               there ? "Permission denied"
                               : slash && shell.bash()
                                   ? "No such file or directory"
                                   : "not found"));
  } else {
    co_await shell.flush();
    List argv = words;
    if (!argv0.empty()) argv.front() = argv0;
    const List environment =
        empty_environment ? List() : shell.variables.environment();
    const Traps traps = shell.traps;
    status = co_await exec_program(shell, *path, argv, environment);
  }
  co_await shell.flush();
  shell.status = status;
  if (!shell.options.interactive && !shell.options.is_set("execfail")) {
    shell.flow = Flow::exit;
  }
  co_return status;
}

Task<int> command_builtin(Shell& shell, Words words) {
  const Letters letters = read_letters(shell, words, "pvV");
  if (letters.bad) co_return 2;
  words.erase(words.begin(), words.begin() + letters.first);
  if (words.empty()) co_return 0;
  if (letters.has('v') || letters.has('V')) {
    int status = 0;
    if (!shell.bash()) words.resize(1);
    for (const std::string& word : words) {
      const int one = describe_command(shell, word, letters.has('V'));
      if (one != 0) status = one;
    }
    co_return status;
  }
  if (const Builtin* builtin = find_builtin(shell, words.front())) {
    const int status = co_await run_builtin(shell, *builtin, words, false);
    if (shell.flow == Flow::abort && builtin->special) {
      // `command` takes their power to end the shell off special builtins.
      shell.flow = Flow::none;
      co_return shell.status;
    }
    co_return status;
  }
  // A program, past any function of its name.
  Functions hidden = std::exchange(shell.functions, {});
  auto node = std::make_shared<Command>();
  SimpleCommand simple;
  for (const std::string& word : words) {
    Part part;
    part.quoted = true;
    part.text = word;
    simple.words.push_back(Word{{part}});
  }
  node->line = shell.line;
  node->node = std::move(simple);
  std::optional<std::string> path = shell.variables.get("PATH");
  if (letters.has('p')) {
    shell.variables.set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    shell.hashed.clear();
  }
  RunFlags flags;
  flags.tested = true;  // The outer command is looked at, not this one.
  const int status = co_await run_simple(shell, node, flags);
  if (letters.has('p')) {
    shell.hashed.clear();
    if (path) shell.variables.set("PATH", *path);
    if (!path) shell.variables.unset("PATH");
  }
  shell.functions = std::move(hidden);
  co_return status;
}

Task<int> builtin_builtin(Shell& shell, Words words) {
  words.erase(words.begin());
  if (words.empty()) co_return 0;
  const Builtin* builtin = find_builtin(shell, words.front());
  if (builtin == nullptr) {
    shell.complain("builtin",
                   fmt::format("{}: not a shell builtin", words.front()));
    co_return 1;
  }
  co_return co_await run_builtin(shell, *builtin, words, builtin->special);
}

}  // namespace drydock::userland::sh
