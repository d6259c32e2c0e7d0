// replay.cc — one page, step by step.

#include "sim/scenario/replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/key.h"
#include "sim/scenario/pipes.h"
#include "sim/scenario/screen.h"

namespace drydock::scenario {

namespace {

constexpr std::string_view kPipePrompt = "$ ";

/// Where each terminal stands: what it shows after its last newline.
struct TerminalState {
  std::string prompt;
  std::string answered;  // The prompt behind which the last line was typed.
  Settled settled = Settled::waits;
  bool opened = false;
};

class Replayer {
 public:
  Replayer(const Page& page, World& world, const ReplayOptions& options)
      : page_(page), world_(world), options_(options) {
    replay_.path = page.path;
  }

  Result<Replay> run() {
    for (const Block& block : page_.blocks) {
      if (!applies(block, options_.conditions)) continue;
      if (block.kind == Block::Kind::file) {
        const Outcome written = write(block);
        if (!written) return written.error();
      } else {
        tell(block);
        block.options.contains("pipes") ? play_pipes(block) : play(block);
      }
    }
    replay_.state_hash = world_.state_hash();
    replay_.prompt = terminals_[1].prompt;
    return std::move(replay_);
  }

 private:
  Outcome write(const Block& block) {
    const std::string content = file_content(block);
    const auto mode = block.options.find("mode");
    std::uint32_t bits = 0644;
    if (mode != block.options.end()) {
      bits = 0;
      for (const char c : mode->second) bits = bits * 8 + (c - '0');
    }
    const std::string& path = block.options.at("file");
    const Outcome written = world_.write_file(path, content, bits);
    if (written) return done();
    return Error{fmt::format("{}:{}: {}", page_.path, block.first_line,
                             written.error().text)};
  }

  /// What docker tells in this block beside its output.
  void tell(const Block& block) {
    const bool explain = options_.explain || block.options.contains("explain");
    const bool hints = options_.hints || block.options.contains("hints");
    if (explain == explains_ && hints == hints_) return;
    explains_ = explain;
    hints_ = hints;
    world_.set_telling(explain, hints);
  }

  void finish(Step step) {
    compare(step);
    if (options_.hashes) step.state_hash = world_.state_hash();
    if (options_.watch) options_.watch(step);
    replay_.steps.push_back(std::move(step));
  }

  /// Commands without a terminal: `$ WORDS`, `< INPUT`, output.
  void play_pipes(const Block& block) {
    const auto begins = [&](std::size_t at) {
      return block.lines[at].starts_with(kPipePrompt);
    };
    for (std::size_t at = 0; at < block.lines.size();) {
      Step step;
      step.line = block.first_line + at;
      step.pipes = true;
      if (begins(at)) step.typed = block.lines[at++].substr(kPipePrompt.size());
      while (at < block.lines.size() && is_input(block.lines[at])) {
        step.input.push_back(block.lines[at++]);
      }
      step.output_line = block.first_line + at;
      for (; at < block.lines.size() && !begins(at); ++at) {
        step.expected.push_back(block.lines[at]);
      }
      const std::string line = renaming_.translate(step.typed);
      step.prompt = kPipePrompt;
      step.entered = line;
      replay_.golden += std::string(kPipePrompt) + line + "\n";
      world_.pass(options_.per_line);
      const std::string output =
          world_.run(split_words(line), input_of(step.input));
      step.actual = screen_lines(output);
      if (step.actual.back().empty()) step.actual.pop_back();
      for (const std::string& shown : step.actual) {
        replay_.golden += shown + "\n";
      }
      finish(std::move(step));
    }
  }

  void play(const Block& block) {
    const auto number = block.options.find("terminal");
    const int which =
        number == block.options.end()
            ? 1
            : static_cast<int>(parse_int(number->second).value_or(1));
    Terminal& terminal = world_.terminal(which);
    TerminalState& state = terminals_[which];
    if (!state.opened) {
      state.opened = true;
      state.settled = terminal.settle(options_.limit);
      absorb(terminal, state);
    }
    const auto size = block.options.find("size");
    if (size != block.options.end()) resize(terminal, size->second);
    if (which != 1 || !replay_.golden.empty()) {
      replay_.golden += fmt::format("--- terminal {}, page line {}\n", which,
                                    block.first_line + 1);
    }
    for (std::size_t at = 0; at < block.lines.size();) {
      at = step(block, at, terminal, state);
    }
  }

  /// "30x100": rows and columns.
  static void resize(Terminal& terminal, const std::string& size) {
    const std::size_t cross = size.find('x');
    const auto rows = parse_int(size.substr(0, cross));
    const auto columns = parse_int(size.substr(cross + 1));
    if (!rows || !columns) return;  // parse_page has told.
    terminal.resize(static_cast<int>(*rows), static_cast<int>(*columns));
  }

  /// One step from line `at` of the block; the line after it.
  std::size_t step(const Block& block, std::size_t at, Terminal& terminal,
                   TerminalState& state) {
    Step step;
    step.line = block.first_line + at;
    const std::string& line = block.lines[at];
    const std::optional<Key> key = parse_key(line);
    std::vector<std::string> shown;
    if (key) {
      step.typed = line;
      ++at;
      shown = press(*key, upcoming_key(block, at), terminal, state, step);
    } else if (reads_unasked(state)) {
      step.typed = line;
      ++at;
      shown = enter(step, upcoming_key(block, at), terminal, state);
    } else if (const auto front = typed_front(line, state)) {
      const Pattern typed = parse_pattern(line, options_.conditions);
      if (!typed.applies) return skip(block, at + 1, state);
      step.typed = typed.text.substr(std::min(*front, typed.text.size()));
      ++at;
      shown = enter(step, upcoming_key(block, at), terminal, state);
    } else {
      shown = absorb(terminal, state);
    }
    step.output_line = block.first_line + at;
    step.remark = remark(state.settled);
    std::size_t end = end_of_output(block, at, state);
    if (reads_unasked(state)) end = end_of_match(block, at, end, shown);
    for (; at < end; ++at) step.expected.push_back(block.lines[at]);
    step.actual = std::move(shown);
    finish(std::move(step));
    return std::max(at, end);
  }

  /// A program reads and shows no prompt: `cat`, say.  Its next line on the
  /// page is typed.
  static bool reads_unasked(const TerminalState& state) {
    return state.opened && state.prompt.empty() &&
           state.settled == Settled::waits;
  }

  /// Where what `shown` matches ends: what follows is typed.
  std::size_t end_of_match(const Block& block, std::size_t at, std::size_t end,
                           const std::vector<std::string>& shown) const {
    for (std::size_t last = at; last <= end; ++last) {
      std::vector<Pattern> patterns;
      for (std::size_t i = at; i < last; ++i) {
        const Pattern pattern =
            parse_pattern(block.lines[i], options_.conditions);
        if (pattern.applies) patterns.push_back(pattern);
      }
      Renaming trial = renaming_;
      if (matches_lines(patterns, shown, trial)) return last;
    }
    return end;
  }

  std::optional<std::size_t> typed_front(const std::string& line,
                                         const TerminalState& state) {
    if (state.prompt.empty()) return std::nullopt;
    if (const auto front = match_front(line, state.prompt, renaming_)) {
      return front;
    }
    // A page need not show the blank after the prompt of an empty line.
    const std::string_view bare = trim(state.prompt);
    return match_front(line + " ", std::string(bare) + " ", renaming_);
  }

  /// Lines of another world: up to the next that is typed at this prompt.
  std::size_t skip(const Block& block, std::size_t at,
                   const TerminalState& state) {
    while (at < block.lines.size() && !parse_key(block.lines[at]) &&
           !typed_front(block.lines[at], state)) {
      ++at;
    }
    return at;
  }

  /// The key that ends the output of what is typed now, if one does.
  std::optional<Key> upcoming_key(const Block& block, std::size_t at) {
    for (; at < block.lines.size(); ++at) {
      if (const auto key = parse_key(block.lines[at])) return key;
      const std::string& line = block.lines[at];
      if (line.starts_with("$ ") || line.starts_with("# ")) break;
    }
    return std::nullopt;
  }

  std::vector<std::string> enter(Step& step, const std::optional<Key>& key,
                                 Terminal& terminal, TerminalState& state) {
    const std::string line = renaming_.translate(step.typed);
    step.prompt = state.prompt;
    step.entered = line;
    step.bytes = line + "\n";
    world_.pass(options_.per_line);
    replay_.golden += state.prompt + line + "\n";
    state.answered = std::exchange(state.prompt, {});
    terminal.type(line + "\n");
    settle_until(key, terminal, state);
    return absorb(terminal, state, line);
  }

  std::vector<std::string> press(const Key& key, const std::optional<Key>& next,
                                 Terminal& terminal, TerminalState& state,
                                 Step& step) {
    step.prompt = state.prompt;
    step.entered = key.shown;
    step.bytes = key.bytes;
    if (key.waits) step.after = key.after;
    if (!key.waits) world_.pass(options_.per_line);
    replay_.golden += state.prompt + key.shown + "\n";
    state.answered = std::exchange(state.prompt, {});
    terminal.type(key.bytes);
    settle_until(next, terminal, state);
    return absorb(terminal, state, key.shown);
  }

  /// To the next prompt, or for as long as the next key waits.
  void settle_until(const std::optional<Key>& next, Terminal& terminal,
                    TerminalState& state) {
    const bool timed = next && next->waits;
    if (timed) world_.pass(next->after);
    state.settled = terminal.settle(timed ? 0 : options_.limit);
  }

  /// Takes what is on the screen: whole lines; the rest is the new prompt.
  std::vector<std::string> absorb(Terminal& terminal, TerminalState& state,
                                  std::string_view echo = {}) {
    std::vector<std::string> lines =
        screen_lines(state.prompt + terminal.take_output());
    state.prompt = lines.back();
    lines.pop_back();
    if (!echo.empty()) {
      // A line editor draws its prompt anew.
      const std::string drawn = state.answered + std::string(echo);
      if (!lines.empty() && (lines.front() == echo || lines.front() == drawn)) {
        lines.erase(lines.begin());
      } else if (state.prompt.starts_with(echo) && lines.empty()) {
        state.prompt.erase(0, echo.size());
      } else if (!lines.empty() && lines.front().starts_with(echo)) {
        lines.front().erase(0, echo.size());
      }
    }
    for (const std::string& line : lines) replay_.golden += line + "\n";
    return lines;
  }

  /// Output ends before the next key or the next line at the new prompt.
  std::size_t end_of_output(const Block& block, std::size_t at,
                            const TerminalState& state) {
    for (; at < block.lines.size(); ++at) {
      if (parse_key(block.lines[at])) return at;
      Renaming trial = renaming_;
      std::swap(trial, renaming_);
      const auto front = typed_front(block.lines[at], state);
      std::swap(trial, renaming_);
      if (front) return at;
    }
    return at;
  }

  void compare(Step& step) {
    std::vector<Pattern> patterns;
    for (const std::string& line : step.expected) {
      const Pattern pattern = parse_pattern(line, options_.conditions);
      if (pattern.applies) patterns.push_back(pattern);
    }
    step.matched = matches_lines(patterns, step.actual, renaming_);
    if (!step.matched) learn(patterns, step.actual);
    for (const std::string& line : step.actual) {
      step.in_page_words.push_back(renaming_.to_page(line));
    }
  }

  /// Of a step that differs: the ids of what is alike in it, so that one
  /// difference does not bring others, and blessing keeps the page's ids.
  void learn(const std::vector<Pattern>& patterns,
             const std::vector<std::string>& lines) {
    const auto where = align(patterns, lines);
    std::size_t next = 0;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (where[i]) {
        static_cast<void>(matches(patterns[i], lines[*where[i]], renaming_));
        next = *where[i] + 1;
        continue;
      }
      const bool taken =
          std::ranges::find(where, std::optional(next)) != where.end();
      if (next >= lines.size() || taken) continue;
      renaming_.unify_ids(patterns[i].text, lines[next++]);
    }
  }

  std::string remark(Settled settled) const {
    switch (settled) {
      case Settled::busy:
        return fmt::format("still running after {} s of virtual time",
                           options_.limit / kSecond);
      case Settled::spins:
        return "ran without end and was given up";
      case Settled::gone:
        return "the terminal's shell has ended";
      case Settled::waits:
      case Settled::idle:
        break;
    }
    return "";
  }

  const Page& page_;
  World& world_;
  const ReplayOptions& options_;
  Renaming renaming_;
  std::map<int, TerminalState> terminals_;
  bool explains_ = false, hints_ = false;
  Replay replay_;
};

}  // namespace

bool Replay::matched() const {
  return std::ranges::all_of(steps, &Step::matched);
}

Result<Replay> replay(const Page& page, World& world,
                      const ReplayOptions& options) {
  return Replayer(page, world, options).run();
}

}  // namespace drydock::scenario
