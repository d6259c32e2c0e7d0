// interpreter.cc — lists, compound commands, loops and functions.

#include "sim/userland/sh/interpreter.h"

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/pattern.h"

namespace drydock::userland::sh {

namespace {

/// After a loop's body or condition: whether the loop ends.
bool ends_loop(Shell& shell) {
  if (shell.flow == Flow::none) return false;
  if (shell.flow == Flow::continue_loop && shell.flow_levels <= 1) {
    shell.flow = Flow::none;
    return false;
  }
  if (shell.flow == Flow::break_loop || shell.flow == Flow::continue_loop) {
    if (--shell.flow_levels == 0) shell.flow = Flow::none;
  }
  return true;
}

Task<int> run_sequence(Shell& shell, CommandRef command, RunFlags flags) {
  const Sequence& node = *as<Sequence>(*command);
  int status = 0;
  for (const Sequence::Item& item : node.items) {
    if (item.background) {
      status = co_await run_background(shell, item.command, item.text);
    } else {
      RunFlags inner = flags;
      inner.last = flags.last && &item == &node.items.back();
      status = co_await run(shell, item.command, inner);
    }
    if (shell.leaving()) break;
  }
  co_return status;
}

Task<int> run_and_or(Shell& shell, CommandRef command, RunFlags flags) {
  const AndOr& node = *as<AndOr>(*command);
  RunFlags inner = flags;
  inner.last = false;
  inner.tested = true;
  int status = co_await run(shell, node.first, inner);
  for (const auto& [link, next] : node.rest) {
    if (shell.leaving()) break;
    if ((link == AndOr::Link::both) != (status == 0)) continue;
    const bool last = &next == &node.rest.back().second;
    inner.last = last && flags.last;
    inner.tested = !last || flags.tested;
    status = co_await run(shell, next, inner);
  }
  co_return status;
}

Task<int> run_if(Shell& shell, CommandRef command, RunFlags flags) {
  const If& node = *as<If>(*command);
  RunFlags test;
  test.tested = true;
  const int asked = co_await run(shell, node.condition, test);
  if (shell.leaving()) co_return asked;
  if (asked == 0) co_return co_await run(shell, node.then, flags);
  if (node.otherwise) co_return co_await run(shell, node.otherwise, flags);
  co_return 0;
}

Task<int> run_loop(Shell& shell, CommandRef command, RunFlags flags) {
  const Loop& node = *as<Loop>(*command);
  RunFlags test, body;
  test.tested = true;
  body.tested = flags.tested;
  int status = 0;
  ++shell.loop_depth;
  for (;;) {
    co_await shell.process().sched_yield();
    const int asked = co_await run(shell, node.condition, test);
    if (shell.leaving()) {
      const bool returns = shell.flow == Flow::return_function ||
                           shell.flow == Flow::exit ||
                           shell.flow == Flow::abort;
      if (returns) status = shell.status;
      if (ends_loop(shell)) break;
      continue;
    }
    if ((asked == 0) == node.until) break;
    status = co_await run(shell, node.body, body);
    if (ends_loop(shell)) break;
  }
  --shell.loop_depth;
  co_return status;
}

Task<int> run_for(Shell& shell, CommandRef command, RunFlags flags) {
  const For& node = *as<For>(*command);
  List words;
  if (node.over_arguments) {
    words = shell.positional;
  } else {
    Expander expander(shell);
    const bool done = co_await expander.expand_all(node.words, &words);
    if (!done) co_return shell.status;
  }
  RunFlags body;
  body.tested = flags.tested;
  int status = 0;
  ++shell.loop_depth;
  for (const std::string& word : words) {
    co_await shell.process().sched_yield();
    if (!shell.assign(node.name, word)) {
      status = shell.status;
      break;
    }
    status = co_await run(shell, node.body, body);
    if (ends_loop(shell)) break;
  }
  --shell.loop_depth;
  co_return status;
}

Task<bool> number_of(Shell& shell, WordRef word, std::int64_t otherwise,
                     std::int64_t* value) {
  Expander expander(shell);
  *value = otherwise;
  bool blank = true;
  for (const Part& part : word->parts) {
    blank = blank && part.kind == Part::Kind::text &&
            part.text.find_first_not_of(" \t\n") == std::string::npos;
  }
  if (blank) co_return true;
  co_return co_await expander.expand_number(*word, value);
}

Task<int> run_arithmetic_for(Shell& shell, CommandRef command, RunFlags flags) {
  const ArithmeticFor& node = *as<ArithmeticFor>(*command);
  RunFlags body;
  body.tested = flags.tested;
  std::int64_t value = 0;
  int status = 0;
  bool fine = co_await number_of(shell, node.start, 0, &value);
  ++shell.loop_depth;
  while (fine) {
    co_await shell.process().sched_yield();
    fine = co_await number_of(shell, node.condition, 1, &value);
    if (!fine || value == 0) break;
    status = co_await run(shell, node.body, body);
    if (ends_loop(shell)) break;
    fine = co_await number_of(shell, node.step, 0, &value);
  }
  --shell.loop_depth;
  co_return fine ? status : 1;
}

Task<int> run_case(Shell& shell, CommandRef command, RunFlags flags) {
  const Case& node = *as<Case>(*command);
  Expander expander(shell);
  std::string subject;
  const bool read =
      co_await expander.expand_text(node.subject, Purpose::text, &subject);
  if (!read) co_return shell.status;
  Pattern::Options options;
  options.extended = shell.options.is_set("extglob");
  options.ignore_case = shell.options.is_set("nocasematch");
  int status = 0;
  bool falls = false;
  for (const Case::Item& item : node.items) {
    bool hit = falls;
    for (const Word& word : item.patterns) {
      if (hit) break;
      std::string pattern;
      const bool done =
          co_await expander.expand_text(word, Purpose::pattern, &pattern);
      if (!done) co_return shell.status;
      hit = Pattern(pattern, options).matches(subject);
    }
    if (!hit) continue;
    RunFlags inner = flags;
    inner.last = flags.last && item.end == Case::End::stop;
    status = 0;
    if (item.body) status = co_await run(shell, item.body, inner);
    if (shell.leaving() || item.end == Case::End::stop) break;
    falls = item.end == Case::End::fall_through;
  }
  co_return status;
}

int define_function(Shell& shell, const Command& command) {
  const FunctionDefinition& node = *as<FunctionDefinition>(command);
  const auto former = shell.functions.find(node.name);
  if (former != shell.functions.end() && former->second.read_only) {
    shell.complain(fmt::format("{}: readonly function", node.name));
    return 1;
  }
  Function function;
  function.body = node.body;
  function.text = node.text;
  function.line = command.line;
  shell.functions[node.name] = std::move(function);
  return 0;
}

Task<int> run_arithmetic(Shell& shell, const ArithmeticCommand& node) {
  Expander expander(shell);
  std::int64_t value = 0;
  const bool done = co_await expander.expand_number(*node.expression, &value);
  if (!done) {
    // In (( )), an error is a failure of the command alone.
    if (shell.flow == Flow::abort) shell.flow = Flow::none;
    co_return 1;
  }
  co_return value != 0 ? 0 : 1;
}

Task<int> run_bare(Shell& shell, CommandRef command, RunFlags flags) {
  const Command& node = *command;
  if (as<Sequence>(node))
    co_return co_await run_sequence(shell, command, flags);
  if (as<AndOr>(node)) co_return co_await run_and_or(shell, command, flags);
  if (as<If>(node)) co_return co_await run_if(shell, command, flags);
  if (as<Loop>(node)) co_return co_await run_loop(shell, command, flags);
  if (as<For>(node)) co_return co_await run_for(shell, command, flags);
  if (as<Case>(node)) co_return co_await run_case(shell, command, flags);
  if (as<ArithmeticFor>(node)) {
    co_return co_await run_arithmetic_for(shell, command, flags);
  }
  if (const Group* group = as<Group>(node)) {
    co_return co_await run(shell, group->body, flags);
  }
  if (as<FunctionDefinition>(node)) co_return define_function(shell, node);
  int status = 0;
  if (const auto* arithmetic = as<ArithmeticCommand>(node)) {
    status = co_await run_arithmetic(shell, *arithmetic);
  } else if (const auto* condition = as<ConditionalCommand>(node)) {
    status = co_await run_condition(shell, *condition->condition);
  }
  if (!shell.leaving()) co_await check_errexit(shell, status, flags);
  co_return status;
}

}  // namespace

Task<int> run(Shell& shell, CommandRef command, RunFlags flags) {
  int status = 0;
  if (shell.options.noexec && !shell.options.interactive) co_return 0;
  if (as<SimpleCommand>(*command)) {
    status = co_await run_simple(shell, command, flags);
  } else if (as<Pipeline>(*command)) {
    status = co_await run_pipeline(shell, command, flags);
  } else if (as<Subshell>(*command)) {
    status = co_await run_subshell(shell, command, flags);
  } else if (command->redirects.empty()) {
    status = co_await run_bare(shell, command, flags);
  } else {
    shell.line = command->line;
    SavedFds saved;
    const bool done = co_await redirect(shell, command->redirects, &saved);
    if (done) {
      RunFlags inner = flags;
      inner.last = false;
      status = co_await run_bare(shell, command, inner);
      co_await shell.flush();
    } else {
      status = shell.bash() || shell.dialect() == Dialect::ash ? 1 : 2;
    }
    restore(shell, saved);
    if (!done) co_await check_errexit(shell, status, flags);
  }
  if (shell.flow == Flow::exit || shell.flow == Flow::abort) {
    co_return shell.status;
  }
  shell.status = status;
  if (shell.process().signal_pending()) co_await run_traps(shell);
  const bool ends =
      shell.flow == Flow::exit || shell.flow == Flow::return_function;
  co_return ends ? shell.status : status;
}

Task<void> check_errexit(Shell& shell, int status, RunFlags flags) {
  if (status == 0 || flags.tested) co_return;
  shell.status = status;
  if (shell.bash() && shell.traps.contains(kTrapErr)) {
    const bool inherits =
        shell.options.errtrace || (shell.call_depth == 0 && !shell.subshell);
    if (inherits) co_await run_trap(shell, kTrapErr);
  }
  if (shell.options.errexit && !shell.leaving()) shell.flow = Flow::exit;
}

Task<int> call_function(Shell& shell, std::string name, List arguments,
                        RunFlags flags) {
  const Function function = shell.functions.find(name)->second;
  if (shell.call_depth >= kCallDepth) {
    shell.abort(fmt::format("{}: maximum function nesting level exceeded ({})",
                            name, kCallDepth),
                shell.bash() ? 1 : 2);
    co_return shell.status;
  }
  co_await shell.process().sched_yield();
  ++shell.call_depth;
  List outer = std::exchange(shell.positional, std::move(arguments));
  const int outer_loops = std::exchange(shell.loop_depth, 0);
  const int outer_line = shell.line;
  const int outer_base = std::exchange(shell.function_line, function.line);
  const int outer_offset = std::exchange(shell.getopts_offset, 0);
  const std::size_t outer_index =
      shell.bash() ? shell.getopts_index
                   : std::exchange(shell.getopts_index, std::size_t{1});
  shell.call_names.push_back(name);
  shell.call_lines.push_back(outer_line);
  shell.variables.push_scope();
  RunFlags inner;
  inner.tested = flags.tested;
  int status = co_await run(shell, function.body, inner);
  if (shell.flow == Flow::return_function) {
    shell.flow = Flow::none;
    status = shell.status;
  } else if (shell.flow == Flow::break_loop ||
             shell.flow == Flow::continue_loop) {
    shell.flow = Flow::none;
  }
  if (shell.bash() && shell.traps.contains(kTrapReturn) && !shell.leaving()) {
    co_await run_trap(shell, kTrapReturn);
  }
  shell.variables.pop_scope();
  shell.call_names.pop_back();
  shell.call_lines.pop_back();
  shell.positional = std::move(outer);
  shell.loop_depth = outer_loops;
  shell.line = outer_line;
  shell.function_line = outer_base;
  shell.getopts_offset = outer_offset;
  shell.getopts_index = outer_index;
  --shell.call_depth;
  co_return status;
}

}  // namespace drydock::userland::sh
