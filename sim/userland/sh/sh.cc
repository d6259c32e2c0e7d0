// sh.cc — main(), and the loops that read commands.

#include "sim/userland/sh/sh.h"
#include "sim/userland/sh/signals.h"

#include <fmt/format.h>

#include "sim/userland/sh/input.h"
#include "sim/userland/sh/interpreter.h"
#include "sim/userland/sh/prompt.h"
#include "sim/userland/sh/startup.h"

namespace drydock::userland::sh {

namespace {

ParserOptions parser_options(const Shell& shell) {
  ParserOptions options;
  options.dialect = shell.dialect();
  options.extended_patterns = shell.options.is_set("extglob");
  const bool expands = !shell.bash() || shell.options.is_set("expand_aliases");
  if (expands) options.aliases = &shell.aliases;
  return options;
}

/// After a command line: whether the loop goes on.
bool goes_on(Shell& shell) {
  if (shell.flow == Flow::abort &&
      (shell.options.interactive || shell.line_only)) {
    shell.flow = Flow::none;
    shell.line_only = false;
    return true;
  }
  if (shell.flow == Flow::break_loop || shell.flow == Flow::continue_loop) {
    shell.flow = Flow::none;
  }
  return shell.flow == Flow::none;
}

/// A script that is all there: FILE.
Task<int> run_script(Shell& shell, std::string text) {
  const auto source = std::make_shared<const std::string>(std::move(text));
  std::size_t at = 0;
  int line = 1;
  int status = 0;
  for (;;) {
    const ParserOptions options = parser_options(shell);
    Parser parser(options, source, at, line);
    const CommandRef command = parser.next();
    if (shell.options.verbose) {
      shell.complain_plain(source->substr(at, parser.offset() - at));
    }
    if (parser.error()) {
      complain_syntax(shell, *parser.error(), *source);
      co_await shell.flush();
      shell.status = 2;
      co_return 2;
    }
    for (const auto& [where, wanted] : parser.unended()) {
      if (!shell.bash()) continue;
      shell.complain_plain(fmt::format(
          "{}: line {}: warning: here-document at line {} delimited by "
          "end-of-file (wanted `{}')\n",
          shell.label, parser.line(), where - 1, wanted));
    }
    if (!command) co_return status;
    at = parser.offset();
    line = parser.line();
    if (shell.options.noexec) continue;
    const RunFlags flags;
    status = co_await run(shell, command, flags);
    co_await shell.flush();
    if (shell.flow == Flow::abort) status = shell.status;
    if (!goes_on(shell)) co_return shell.status;
  }
}

struct Chunk {
  CommandRef command;
  bool ended = false;   // No more input.
  bool failed = false;  // A syntax error, told already.
};

/// Reads lines until they make a command.
Task<Chunk> read_command(Shell& shell, int* line) {
  Chunk chunk;
  std::string text;
  const int first = *line;
  for (;;) {
    if (shell.options.interactive) {
      const std::string variable = text.empty() ? "PS1" : "PS2";
      const std::string prompt = co_await prompt_text(shell, variable);
      shell.complain_plain(prompt);
      co_await shell.flush();
    }
    const LineLimits limits;
    const LineRead read = co_await read_line(shell, kernel::kStdin, limits);
    if (read.interrupted) {
      co_await run_traps(shell);
      co_await shell.flush();
      text.clear();
      if (shell.flow == Flow::exit) co_return chunk;
      shell.flow = Flow::none;
      continue;
    }
    text += read.text;
    if (read.ended) text += '\n';
    chunk.ended = !read.ended;
    if (shell.options.verbose) shell.complain_plain(read.text + "\n");
    ParserOptions options = parser_options(shell);
    options.final = chunk.ended;
    Parser parser(options, std::make_shared<const std::string>(text), 0, first);
    chunk.command = parser.next();
    if (!parser.error()) {
      *line = parser.line();
      if (shell.options.interactive && chunk.command) {
        shell.history.push_back(
            text.substr(0, text.find_last_not_of('\n') + 1));
      }
      co_return chunk;
    }
    if (parser.error()->at_end && !chunk.ended) continue;
    complain_syntax(
        shell, *parser.error(),
        std::string(static_cast<std::size_t>(first - 1), '\n') + text);
    co_await shell.flush();
    shell.status = 2;
    *line =
        first + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    chunk.failed = true;
    co_return chunk;
  }
}

/// Commands from standard input, for people and for pipes.
Task<int> run_stdin(Shell& shell) {
  int line = 1;
  int status = 0;
  for (;;) {
    if (shell.options.interactive) co_await tell_jobs(shell);
    const Chunk chunk = co_await read_command(shell, &line);
    if (shell.flow == Flow::exit) co_return shell.status;
    if (chunk.failed) {
      status = 2;
      if (!shell.options.interactive || chunk.ended) co_return 2;
      continue;
    }
    if (chunk.command &&
        !(shell.options.noexec && !shell.options.interactive)) {
      const RunFlags flags;
      status = co_await run(shell, chunk.command, flags);
      co_await shell.flush();
      if (shell.flow == Flow::abort) status = shell.status;
      if (!goes_on(shell)) co_return shell.status;
    }
    if (chunk.ended) break;
  }
  if (shell.options.interactive) {
    shell.complain_plain(!shell.bash()         ? "\n"
                         : shell.options.login ? "logout\n"
                                               : "exit\n");
    status = shell.status;
  }
  co_return status;
}

Task<int> run_file(Shell& shell, std::string path) {
  kernel::Process& process = shell.process();
  SysResult<Bytes> text = co_await kernel::read_file(process, path);
  const bool by_path =
      path.find('/') == std::string::npos && shell.bash() && !text;
  if (by_path) {
    const std::optional<std::string> found = find_program(shell, path);
    if (found) text = co_await kernel::read_file(process, *found);
  }
  if (!text) {
    const bool absent = text.error() == Errno::enoent;
    if (shell.bash()) {
      shell.complain_plain(fmt::format("{}: {}: {}\n", shell.label, path,
                                       text_of(text.error())));
    } else if (shell.dash()) {
      shell.complain_plain(
          fmt::format("{}: 0: cannot open {}: {}\n", shell.label, path,
                      absent ? "No such file" : text_of(text.error())));
    } else {
      shell.complain_plain(fmt::format("{}: can't open '{}': {}\n", shell.label,
                                       path, text_of(text.error())));
    }
    co_await shell.flush();
    co_return shell.bash() ? (absent ? 127 : 126) : 2;
  }
  shell.name = shell.label = path;
  co_return co_await run_script(shell, *std::move(text));
}

}  // namespace

Task<int> shell_main(kernel::Process& process) {
  Shell shell(process, dialect_of(process.flavour()));
  if (shell.bash()) {
    shell.options.hashall = shell.options.braceexpand = true;
  }
  const Invocation invocation = read_invocation(shell);
  if (invocation.status) {
    co_await shell.flush();
    co_return *invocation.status;
  }
  if (shell.bash()) {
    auto chosen = shell.options.shopt;
    shell.options.shopt = default_shopt(shell.options.interactive);
    for (const auto& [name, on] : chosen) shell.options.shopt[name] = on;
    if (shell.options.posix) shell.options.shopt["expand_aliases"] = true;
    shell.options.shopt["login_shell"] = invocation.login;
    if (shell.options.interactive) {
      shell.label = vfs::base_name(shell.name);
      shell.options.emacs = shell.options.histexpand = true;
      shell.options.history = true;
    }
  }
  for (int signal = 1; signal < 32; ++signal) {
    if (process.disposition(signal) == kernel::Disposition::ignore) {
      shell.ignored_at_start.push_back(signal);
    }
  }
  set_variables(shell);
  const bool reads_script = invocation.command || !invocation.script.empty();
  if (shell.dash() && reads_script) catch_interrupts(shell);
  if (shell.options.interactive) become_interactive(shell);
  co_await read_startup_files(shell, invocation);
  int status = shell.status;
  if (shell.leaving()) co_return co_await finish_shell(shell, status);
  if (invocation.command) {
    RunFlags flags;
    flags.last = !invocation.reads_stdin;
    shell.command_string_label = "-c";
    // busybox counts the lines of -c from 0.
    const int first = shell.dialect() == Dialect::ash ? 0 : 1;
    status = co_await run_text(shell, *invocation.command, first, flags);
    shell.command_string_label.clear();
  } else if (!invocation.script.empty()) {
    status = co_await run_file(shell, invocation.script);
  } else {
    status = co_await run_stdin(shell);
  }
  co_return co_await finish_shell(shell, status);
}

}  // namespace drydock::userland::sh

namespace drydock::userland {

Task<int> sh_main(kernel::Process& self) {
  co_return co_await sh::shell_main(self);
}

}  // namespace drydock::userland
