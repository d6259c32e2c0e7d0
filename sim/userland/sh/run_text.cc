// run_text.cc — programs that are text at hand: -c, eval, traps.

#include <fmt/format.h>

#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

constexpr int kMostEvals = 1000;

bool is_blank_from(const std::string& text, std::size_t at) {
  return text.find_first_not_of(" \t\n", at) == std::string::npos;
}

/// The line of `source` with this number, for bash's second message.
std::string line_of(const std::string& source, int number) {
  std::size_t begin = 0;
  for (int line = 1; line < number && begin != std::string::npos; ++line) {
    begin = source.find('\n', begin);
    if (begin != std::string::npos) ++begin;
  }
  if (begin == std::string::npos) return {};
  return source.substr(begin, source.find('\n', begin) - begin);
}

}  // namespace

void complain_syntax(Shell& shell, const SyntaxError& error,
                     const std::string& source) {
  const std::string text = describe(error, shell.dialect());
  if (!shell.bash()) {
    shell.error_line = error.line;
    const std::string outer =
        std::exchange(shell.running_builtin, shell.command_string_label);
    if (outer.empty() && shell.command_string_label == "-c") {
      shell.running_builtin.clear();
    }
    shell.complain(text);
    shell.running_builtin = outer;
    shell.error_line = 0;
    return;
  }
  std::string head = shell.label + ": ";
  if (!shell.command_string_label.empty()) {
    head += shell.command_string_label + ": ";
  }
  if (!shell.options.interactive) head += fmt::format("line {}: ", error.line);
  for (const std::string& line : split(text, '\n')) {
    shell.complain_plain(head + line + "\n");
  }
  if (error.kind == SyntaxError::Kind::unexpected && !error.near.empty()) {
    shell.complain_plain(
        fmt::format("{}`{}'\n", head, line_of(source, error.line)));
  }
}

Task<int> run_text(Shell& shell, std::string text, int line, RunFlags flags) {
  if (shell.eval_depth >= kMostEvals) {
    shell.abort("eval: maximum eval nesting level exceeded (1000)", 2);
    co_return shell.status;
  }
  const auto source = std::make_shared<const std::string>(std::move(text));
  std::size_t at = 0;
  int status = 0;
  ++shell.eval_depth;
  while (!shell.leaving()) {
    ParserOptions options;
    options.dialect = shell.dialect();
    options.extended_patterns = shell.options.is_set("extglob");
    const bool expands =
        !shell.bash() || shell.options.is_set("expand_aliases");
    if (expands) options.aliases = &shell.aliases;
    Parser parser(options, source, at, line);
    const CommandRef command = parser.next();
    if (parser.error()) {
      complain_syntax(shell, *parser.error(), *source);
      status = 2;
      if (!shell.bash()) shell.abort_silently(2);
      break;
    }
    for (const auto& [where, wanted] : parser.unended()) {
      if (!shell.bash()) continue;
      shell.complain_plain(fmt::format(
          "{}: line {}: warning: here-document at line {} delimited by "
          "end-of-file (wanted `{}')\n",
          shell.label, parser.line(), std::max(where - 1, 1), wanted));
    }
    if (!command) break;
    at = parser.offset();
    line = parser.line();
    RunFlags inner = flags;
    inner.last = flags.last && is_blank_from(*source, at);
    if (shell.options.noexec && !shell.options.interactive) continue;
    status = co_await run(shell, command, inner);
  }
  --shell.eval_depth;
  co_await shell.flush();
  const bool ends = shell.flow == Flow::exit || shell.flow == Flow::abort;
  co_return ends ? shell.status : status;
}

}  // namespace drydock::userland::sh
