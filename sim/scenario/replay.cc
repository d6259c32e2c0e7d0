// replay.cc — one page, step by step.

#include "sim/scenario/replay.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/screen.h"

namespace drydock::scenario {

namespace {

// --- Keys -------------------------------------------------------------------

/// "^C", "^P^Q", "^C after 4s": what to press, and after how long.
struct Key {
  std::string bytes;
  std::string shown;  // "^C"
  Nanoseconds after = 0;
  bool waits = false;
};

std::optional<Nanoseconds> parse_span(std::string_view text) {
  const bool milliseconds = text.ends_with("ms");
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(milliseconds ? 2 : 1);
  const std::optional<std::int64_t> count = parse_int(text);
  if (!count || *count < 0) return std::nullopt;
  return *count * (milliseconds ? kMillisecond : kSecond);
}

std::optional<Key> parse_key(std::string_view line) {
  const List words = split_blanks(line);
  if (words.empty() || !words[0].starts_with('^')) return std::nullopt;
  Key key;
  key.shown = words[0];
  for (std::size_t i = 0; i < words[0].size(); i += 2) {
    if (words[0][i] != '^' || i + 1 == words[0].size()) return std::nullopt;
    const char letter = words[0][i + 1];
    if (letter < '@' || letter > '_') return std::nullopt;
    key.bytes += static_cast<char>(letter - '@');
  }
  if (words.size() == 1) return key;
  if (words.size() != 3 || words[1] != "after") return std::nullopt;
  const std::optional<Nanoseconds> span = parse_span(words[2]);
  if (!span) return std::nullopt;
  key.after = *span;
  key.waits = true;
  return key;
}

// --- One page ---------------------------------------------------------------

/// Where each terminal stands: what it shows after its last newline.
struct TerminalState {
  std::string prompt;
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
        play(block);
      }
    }
    replay_.state_hash = world_.state_hash();
    return std::move(replay_);
  }

 private:
  Outcome write(const Block& block) {
    std::string content;
    for (const std::string& line : block.lines) content += line + "\n";
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
    if (which != 1 || !replay_.golden.empty()) {
      replay_.golden += fmt::format("--- terminal {}, page line {}\n", which,
                                    block.first_line + 1);
    }
    for (std::size_t at = 0; at < block.lines.size();) {
      at = step(block, at, terminal, state);
    }
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
      shown = press(*key, terminal, state);
      ++at;
    } else if (const auto front = typed_front(line, state)) {
      const Pattern typed = parse_pattern(line, options_.conditions);
      if (!typed.applies) return skip(block, at + 1, state);
      step.typed = typed.text.substr(std::min(*front, typed.text.size()));
      ++at;
      shown = enter(step.typed, upcoming_key(block, at), terminal, state);
    } else {
      shown = absorb(terminal, state);
    }
    step.output_line = block.first_line + at;
    step.remark = remark(state.settled);
    const std::size_t end = end_of_output(block, at, state);
    for (; at < end; ++at) step.expected.push_back(block.lines[at]);
    step.actual = std::move(shown);
    compare(step);
    if (options_.hashes) step.state_hash = world_.state_hash();
    replay_.steps.push_back(std::move(step));
    return std::max(at, end);
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

  std::vector<std::string> enter(const std::string& typed,
                                 const std::optional<Key>& key,
                                 Terminal& terminal, TerminalState& state) {
    const std::string line = renaming_.translate(typed);
    world_.pass(options_.per_line);
    replay_.golden += state.prompt + line + "\n";
    state.prompt.clear();
    terminal.type(line + "\n");
    const bool timed = key && key->waits;
    if (timed) world_.pass(key->after);
    state.settled = terminal.settle(timed ? 0 : options_.limit);
    return absorb(terminal, state, line);
  }

  std::vector<std::string> press(const Key& key, Terminal& terminal,
                                 TerminalState& state) {
    if (!key.waits) world_.pass(options_.per_line);
    replay_.golden += state.prompt + key.shown + "\n";
    state.prompt.clear();
    terminal.type(key.bytes);
    state.settled = terminal.settle(options_.limit);
    return absorb(terminal, state, key.shown);
  }

  /// Takes what is on the screen: whole lines; the rest is the new prompt.
  std::vector<std::string> absorb(Terminal& terminal, TerminalState& state,
                                  std::string_view echo = {}) {
    std::vector<std::string> lines =
        screen_lines(state.prompt + terminal.take_output());
    state.prompt = lines.back();
    lines.pop_back();
    if (!echo.empty()) {
      if (!lines.empty() && lines.front() == echo) {
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
