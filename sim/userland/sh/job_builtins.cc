// job_builtins.cc — jobs, fg, bg, wait, kill, trap.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/signals.h"
#include "sim/userland/system.h"

namespace drydock::userland::sh {

namespace {

Job* job_named(Shell& shell, const std::string& text) {
  Job* job = shell.jobs.named(text);
  if (job != nullptr) return job;
  if (shell.bash()) {
    const bool current = text == "%" || text == "%+" || text == "%%";
    shell.complain(fmt::format("{}: no such job", current ? "current" : text));
  } else {
    shell.abort(fmt::format("No such job: {}", text), 2);
  }
  return nullptr;
}

/// Waits until a child ends; the signal number when a trapped signal came.
Task<int> wait_for_change(Shell& shell, Pid pid) {
  const auto status = co_await shell.process().wait4(pid);
  if (status) {
    shell.jobs.note(*status);
    co_return 0;
  }
  if (status.error() == Errno::echild) co_return -1;
  const bool came = shell.process().signal_pending();
  if (!came) co_return 0;
  // run_traps takes it; which one it was, $? must tell.
  for (const auto& [signal, action] : shell.traps) {
    if (signal > 0 && signal < kTrapDebug && !action.empty()) {
      co_await run_traps(shell);
      co_return 128 + signal;
    }
  }
  co_await run_traps(shell);
  co_return 128 + kernel::kSigInt;
}

Task<int> wait_for_all(Shell& shell) {
  for (;;) {
    bool running = false;
    for (const auto& entry : shell.jobs.all()) {
      running = running || entry.second.state() == Job::State::running;
    }
    if (!running) break;
    const int signal = co_await wait_for_change(shell, -1);
    if (signal > 0) co_return signal;
    if (signal < 0) break;
  }
  if (!shell.options.interactive) shell.jobs.clear();
  co_return 0;
}

/// wait -n: the next job that ends.
Task<int> wait_for_any(Shell& shell) {
  for (;;) {
    bool running = false;
    for (auto& [number, job] : shell.jobs.all()) {
      if (job.state() == Job::State::done) {
        const int status = job.last()->shell_status();
        shell.jobs.remove(number);
        co_return status;
      }
      running = true;
    }
    if (!running) co_return 127;
    const int signal = co_await wait_for_change(shell, -1);
    if (signal > 0) co_return signal;
    if (signal < 0) co_return 127;
  }
}

Task<int> wait_for_one(Shell& shell, std::string word) {
  Job* job = shell.jobs.named(word);
  const std::optional<std::int64_t> pid = parse_int(word);
  if (job == nullptr && word.starts_with('%')) {
    if (shell.bash()) {
      shell.complain(fmt::format("{}: no such job", word));
      co_return 127;
    }
    shell.abort(fmt::format("No such job: {}", word), 2);
    co_return 2;
  }
  if (job == nullptr && !pid) {
    if (shell.bash()) {
      shell.complain(fmt::format("`{}': not a pid or valid job spec", word));
      co_return 1;
    }
    shell.abort(fmt::format("Illegal number: {}", word), 2);
    co_return 2;
  }
  if (job == nullptr) {
    const auto known = shell.jobs.statuses.find(static_cast<Pid>(*pid));
    if (known != shell.jobs.statuses.end()) co_return known->second;
    if (shell.bash()) {
      shell.complain(fmt::format("pid {} is not a child of this shell", word));
    }
    co_return 127;
  }
  const int number = job->number;
  while (job != nullptr && job->state() == Job::State::running) {
    const int signal = co_await wait_for_change(shell, -1);
    if (signal > 0) co_return signal;
    job = shell.jobs.find(number);
    if (signal < 0) co_return 127;
  }
  if (job == nullptr) co_return 127;
  const kernel::WaitStatus last = *job->last();
  const bool killed = last.kind == kernel::WaitStatus::Kind::signaled;
  if (killed && !shell.options.interactive && !shell.bash() &&
      last.code != kernel::kSigInt && last.code != kernel::kSigPipe) {
    shell.complain_plain(state_text(*job, shell.dialect()) + "\n");
  }
  for (const Job::Stage& stage : job->stages) {
    if (stage.ended) {
      shell.jobs.statuses[stage.pid] = stage.ended->shell_status();
    }
  }
  if (job->state() == Job::State::done) shell.jobs.remove(number);
  co_return last.shell_status();
}

}  // namespace

Task<int> jobs_builtin(Shell& shell, Words words) {
  const Letters letters =
      read_letters(shell, words, shell.bash() ? "lpnrs" : "lp");
  if (letters.bad) co_return 2;
  co_await reap(shell);
  std::vector<int> numbers;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    Job* job = job_named(shell, words[i]);
    if (job == nullptr) co_return shell.bash() ? 1 : 2;
    numbers.push_back(job->number);
  }
  if (numbers.empty()) {
    for (const auto& entry : shell.jobs.all()) numbers.push_back(entry.first);
  }
  for (const int number : numbers) {
    Job& job = *shell.jobs.find(number);
    const Job::State state = job.state();
    if (letters.has('r') && state != Job::State::running) continue;
    if (letters.has('s') && state != Job::State::stopped) continue;
    if (letters.has('p')) {
      shell.say(fmt::format("{}\n", job.stages.front().pid));
      continue;
    }
    shell.say(describe(shell.jobs, job, shell.dialect(), letters.has('l')) +
              "\n");
    job.told = true;
    if (state == Job::State::done) shell.jobs.remove(number);
  }
  co_return 0;
}

/// fg and bg.
Task<int> fg_builtin(Shell& shell, Words words) {
  const bool foreground = words.front() == "fg";
  if (shell.bash() && !shell.options.monitor) {
    shell.complain("no job control");
    co_return 1;
  }
  const std::string which = words.size() > 1 ? words[1] : "%+";
  Job* job = shell.jobs.named(which);
  if (job == nullptr) {
    if (words.size() > 1 || shell.bash()) {
      job_named(shell, words.size() > 1 ? which : "%+");
    } else {
      shell.abort("No current job", 2);
    }
    co_return shell.bash() ? 1 : 2;
  }
  if (!job->own_group) {
    if (shell.bash()) {
      shell.complain(
          fmt::format("job {} started without job control", job->number));
    } else {
      shell.abort("job not created under job control", 2);
    }
    co_return shell.bash() ? 1 : 2;
  }
  const int number = job->number;
  shell.jobs.make_current(number);
  shell.say(foreground ? job->text() + "\n"
                       : fmt::format("[{}]{} {} &\n", number,
                                     shell.bash() ? "+" : "", job->text()));
  co_await shell.flush();
  kernel::Process& process = shell.process();
  if (foreground && shell.terminal_owner) {
    (void)process.tcsetpgrp(
        process.isatty(2) ? kernel::kStderr : kernel::kStdin, job->group);
  }
  for (Job::Stage& stage : job->stages) {
    const bool stopped =
        stage.ended && stage.ended->kind == kernel::WaitStatus::Kind::stopped;
    if (stopped) stage.ended.reset();
  }
  const Pid group = job->group;
  co_await process.kill(-group, kernel::kSigCont);
  if (!foreground) co_return 0;
  co_return co_await wait_for_job(shell, number);
}

Task<int> wait_builtin(Shell& shell, Words words) {
  const Letters letters =
      read_letters(shell, words, shell.bash() ? "nfp:" : "");
  if (letters.bad) co_return 2;
  if (letters.has('n')) co_return co_await wait_for_any(shell);
  if (words.size() <= static_cast<std::size_t>(letters.first)) {
    co_return co_await wait_for_all(shell);
  }
  int status = 0;
  for (auto i = static_cast<std::size_t>(letters.first); i < words.size();
       ++i) {
    status = co_await wait_for_one(shell, words[i]);
    if (shell.leaving()) break;
  }
  co_return status;
}

namespace {

void list_signals(Shell& shell) {
  if (!shell.bash()) {
    for (int number = 1; number < 32; ++number) {
      const kernel::SignalRow* row = kernel::signal_row(number);
      if (row != nullptr) shell.say(fmt::format("{}\n", row->name));
    }
    return;
  }
  int column = 0;
  for (const kernel::SignalRow& row : kernel::kSignals) {
    shell.say(fmt::format("{:2}) SIG{}", row.number, row.name));
    shell.say(++column % 5 == 0 ? "\n" : "\t");
  }
  shell.say("\n");
}

int list_named(Shell& shell, const Words& words, std::size_t first) {
  if (first >= words.size()) {
    list_signals(shell);
    return 0;
  }
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::optional<std::int64_t> number = parse_int(words[i]);
    const std::int64_t signal = number.value_or(-1);
    const kernel::SignalRow* row = kernel::signal_row(
        static_cast<int>(signal > 128 ? signal - 128 : signal));
    if (number && row != nullptr) {
      shell.say(fmt::format("{}\n", row->name));
    } else if (!number && shell.bash() && kernel::parse_signal(words[i])) {
      shell.say(fmt::format("{}\n", *kernel::parse_signal(words[i])));
    } else if (shell.bash()) {
      shell.complain(fmt::format("{}: invalid signal specification", words[i]));
      return 1;
    } else {
      shell.abort(fmt::format("Illegal number: {}", words[i]), 2);
      return 2;
    }
  }
  return 0;
}

int kill_usage(Shell& shell) {
  if (shell.bash()) {
    shell.complain_plain(
        "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec "
        "... or kill -l [sigspec]\n");
    return 2;
  }
  shell.abort(
      "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\n"
      "kill -l [exitstatus]",
      2);
  return 2;
}

Task<int> kill_one(Shell& shell, std::string word, int signal) {
  Pid target = 0;
  if (word.starts_with('%')) {
    const Job* job = job_named(shell, word);
    if (job == nullptr) co_return shell.bash() ? 1 : 2;
    target = job->own_group ? -job->group : job->stages.front().pid;
  } else {
    const std::optional<std::int64_t> pid = parse_int(word);
    if (!pid) {
      if (shell.bash()) {
        shell.complain(
            fmt::format("{}: arguments must be process or job IDs", word));
        co_return 1;
      }
      shell.abort(fmt::format("Illegal number: {}", word), 2);
      co_return 2;
    }
    target = static_cast<Pid>(*pid);
  }
  const SysOutcome sent = co_await shell.process().kill(target, signal);
  if (sent) co_return 0;
  shell.complain(shell.bash()
                     ? fmt::format("({}) - {}", word, text_of(sent.error()))
                     : std::string(text_of(sent.error())));
  if (shell.dash()) shell.complain_plain("\n");  // So it does.
  co_return 1;
}

/// ash runs busybox's applet, with the pids of its jobs in place of their
/// names.
Task<int> kill_applet(Shell& shell, Words words) {
  words.erase(words.begin());
  const bool lists = !words.empty() && words.front() == "-l";
  for (std::string& word : words) {
    if (lists || !word.starts_with('%')) continue;
    const Job* const job = job_named(shell, word);
    if (job == nullptr) co_return 2;
    word =
        std::to_string(job->own_group ? -job->group : job->stages.front().pid);
  }
  co_return co_await kill_words(shell.process(), std::move(words));
}

}  // namespace

Task<int> kill_builtin(Shell& shell, Words words) {
  if (shell.ash()) co_return co_await kill_applet(shell, std::move(words));
  int signal = kernel::kSigTerm;
  std::size_t at = 1;
  if (words.size() > 1 && words[1].size() > 1 && words[1][0] == '-' &&
      words[1] != "--") {
    std::string name = words[1].substr(1);
    if (name == "l" || name == "L") co_return list_named(shell, words, 2);
    at = 2;
    if ((name == "s" || (name == "n" && shell.bash())) && words.size() > 2) {
      name = words[2];
      at = 3;
    } else if (name.size() > 1 && name[0] == 's' && name[1] != 'i') {
      name.erase(0, 1);
    }
    const std::optional<int> parsed = kernel::parse_signal(name);
    const bool zero = name == "0" || name == "EXIT";
    if (!parsed && !zero) {
      if (shell.bash()) {
        shell.complain(fmt::format("{}: invalid signal specification", name));
        co_return 1;
      }
      if (at == 3) {
        shell.abort(fmt::format("invalid signal number or name: {}", name), 2);
      } else {
        shell.abort(fmt::format("Illegal option -{}", name[0]), 2);
      }
      co_return 2;
    }
    signal = zero ? 0 : *parsed;
  }
  if (at < words.size() && words[at] == "--") ++at;
  if (at >= words.size()) co_return kill_usage(shell);
  int status = 0;
  for (; at < words.size(); ++at) {
    const int one = co_await kill_one(shell, words[at], signal);
    if (one != 0) status = one;
    if (shell.leaving()) break;
  }
  // Signals to this very process are taken before the next command.
  co_return status;
}

int disown_builtin(Shell& shell, const Words& words) {
  if (words.size() < 2) {
    if (shell.jobs.current() != 0) shell.jobs.remove(shell.jobs.current());
    return 0;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "-a") {
      shell.jobs.clear();
      continue;
    }
    Job* job = job_named(shell, words[i]);
    if (job == nullptr) return 1;
    shell.jobs.remove(job->number);
  }
  return 0;
}

namespace {

void print_trap(Shell& shell, int condition, const std::string& action) {
  shell.say(
      fmt::format("trap -- {} {}\n",
                  shell.bash() ? bash_quoted(action) : single_quoted(action),
                  condition_name(shell, condition)));
}

}  // namespace

int trap_builtin(Shell& shell, const Words& words) {
  Letters letters;
  const bool option = words.size() > 1 && words[1].size() > 1 &&
                      words[1][0] == '-' && !parse_int(words[1]);
  if (option) letters = read_letters(shell, words, shell.bash() ? "lp" : "");
  if (letters.bad) {
    if (!shell.bash()) shell.abort_silently(2);
    return 2;
  }
  if (letters.has('l')) {
    list_signals(shell);
    return 0;
  }
  auto at = static_cast<std::size_t>(letters.first);
  const Traps& shown =
      shell.inherited_traps ? *shell.inherited_traps : shell.traps;
  if (at >= words.size() || letters.has('p')) {
    for (const auto& [condition, action] : shown) {
      bool wanted = at >= words.size();
      for (std::size_t i = at; i < words.size(); ++i) {
        wanted = wanted || parse_condition(shell, words[i]) == condition;
      }
      if (wanted) print_trap(shell, condition, action);
    }
    return 0;
  }
  shell.inherited_traps.reset();
  std::string action = words[at];
  const bool number =
      action.find_first_not_of("0123456789") == action.npos && !action.empty();
  const bool alone = at + 1 >= words.size();
  const bool resets =
      action == "-" || number || (alone && parse_condition(shell, action));
  if (!number && !(alone && resets && action != "-")) ++at;
  if (alone && !resets && shell.bash()) {
    shell.complain_plain("trap: usage: trap [-lp] [[arg] signal_spec ...]\n");
    return 2;
  }
  if (alone && !resets && shell.dash()) {
    shell.complain_plain(fmt::format("trap: {}: bad trap\n", action));
    return 1;
  }
  int status = 0;
  for (; at < words.size(); ++at) {
    const std::optional<int> condition = parse_condition(shell, words[at]);
    if (!condition) {
      if (shell.bash()) {
        shell.complain(
            fmt::format("{}: invalid signal specification", words[at]));
      } else if (shell.dash()) {
        shell.complain_plain(fmt::format("trap: {}: bad trap\n", words[at]));
        return 1;
      } else {
        shell.complain(
            fmt::format("{}: invalid signal specification", words[at]));
      }
      status = 1;
      continue;
    }
    if (resets) {
      shell.traps.erase(*condition);
    } else {
      shell.traps[*condition] = action;
    }
    apply_trap(shell, *condition);
  }
  return status;
}

}  // namespace drydock::userland::sh
