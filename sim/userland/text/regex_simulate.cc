// regex_simulate.cc — all ways of matching at once, each with its positions.
//
// Of two ways that are in the same state the one that began earlier lives on;
// then the one whose groups, from the first, begin earlier and reach further:
// the rule of POSIX that each part takes what it can, from left to right.

#include <algorithm>
#include <utility>

#include "sim/userland/text/regex_program.h"

namespace drydock::userland {

namespace {

using Op = RegexInstruction::Op;

/// Positions of one way: begin and end of each group, -1 for none.
using Slots = std::vector<std::int64_t>;

/// Is `a` the better of two ways in the same state?
bool is_better(const Slots& a, const Slots& b) {
  for (std::size_t i = 0; i < a.size(); i += 2) {
    if (a[i] != b[i]) {
      if (a[i] < 0 || b[i] < 0) return b[i] < 0;
      return a[i] < b[i];
    }
    if (a[i + 1] != b[i + 1]) return a[i + 1] > b[i + 1];
  }
  return false;
}

class Simulation {
 public:
  Simulation(const RegexProgram& program, std::string_view text, int groups)
      : program_(program),
        text_(text),
        slots_(static_cast<std::size_t>(groups + 1) * 2),
        now_(program.code.size()),
        next_(program.code.size()) {}

  bool run(std::size_t from, RegexMatch* match) {
    for (std::size_t at = from;; ++at) {
      if (!found_) start(at);
      take(at);
      if (at >= text_.size() || (next_.places.empty() && found_)) break;
      std::swap(now_, next_);
      next_.clear();
    }
    if (!found_) return false;
    match->clear();
    for (std::size_t i = 0; i < best_.size(); i += 2) {
      match->push_back({best_[i], best_[i + 1]});
    }
    return true;
  }

 private:
  /// The ways that live, by instruction; `places` in order of arrival.
  struct Ways {
    explicit Ways(std::size_t count) : slots(count), here(count, false) {}
    void clear() {
      for (const int place : places)
        here[static_cast<std::size_t>(place)] = false;
      places.clear();
    }
    std::vector<Slots> slots;
    std::vector<bool> here;
    std::vector<int> places;
  };

  struct Arrival {
    int place;
    Slots slots;
  };

  void start(std::size_t at) {
    Slots fresh(slots_, -1);
    fresh[0] = static_cast<std::int64_t>(at);
    arrive(&now_, 0, std::move(fresh), at);
  }

  /// Moves each way over the character at `at`; first notes those that match.
  void take(std::size_t at) {
    for (std::size_t i = 0; i < now_.places.size(); ++i) {
      const int place = now_.places[i];
      const RegexInstruction& instruction =
          program_.code[static_cast<std::size_t>(place)];
      Slots& slots = now_.slots[static_cast<std::size_t>(place)];
      if (instruction.op == Op::match) note(slots, at);
    }
    if (at >= text_.size()) return;
    const auto c = static_cast<unsigned char>(text_[at]);
    for (const int place : now_.places) {
      const RegexInstruction& instruction =
          program_.code[static_cast<std::size_t>(place)];
      if (instruction.op != Op::set) continue;
      if (!program_.sets[static_cast<std::size_t>(instruction.a)][c]) continue;
      Slots& slots = now_.slots[static_cast<std::size_t>(place)];
      if (found_ && slots[0] > best_[0]) continue;  // Not the leftmost.
      arrive(&next_, place + 1, std::move(slots), at + 1);
    }
  }

  void note(Slots slots, std::size_t at) {
    slots[1] = static_cast<std::int64_t>(at);
    if (!found_ || is_better(slots, best_)) best_ = std::move(slots);
    found_ = true;
  }

  void arrive(Ways* ways, int place, Slots slots, std::size_t at) {
    const RegexSide before = side_before(text_, at);
    const RegexSide after = side_after(text_, at);
    stack_.push_back({place, std::move(slots)});
    while (!stack_.empty()) {
      Arrival arrival = std::move(stack_.back());
      stack_.pop_back();
      const auto index = static_cast<std::size_t>(arrival.place);
      if (ways->here[index] && !is_better(arrival.slots, ways->slots[index])) {
        continue;
      }
      if (!ways->here[index]) ways->places.push_back(arrival.place);
      ways->here[index] = true;
      ways->slots[index] = arrival.slots;
      follow(std::move(arrival), at, before, after);
    }
  }

  void follow(Arrival arrival, std::size_t at, RegexSide before,
              RegexSide after) {
    const RegexInstruction& instruction =
        program_.code[static_cast<std::size_t>(arrival.place)];
    const int next = arrival.place + 1;
    switch (instruction.op) {
      case Op::set:
      case Op::match:
      case Op::reference:
        return;
      case Op::jump:
        stack_.push_back({instruction.a, std::move(arrival.slots)});
        return;
      case Op::split:
        stack_.push_back({instruction.b, arrival.slots});
        stack_.push_back({instruction.a, std::move(arrival.slots)});
        return;
      case Op::assertion:
        if (!assertion_holds(static_cast<RegexAssertion>(instruction.a), before,
                             after, program_.multiline)) {
          return;
        }
        break;
      case Op::save:
        save(instruction.a, at, &arrival.slots);
        break;
      case Op::mark:
      case Op::progress:
        break;
    }
    stack_.push_back({next, std::move(arrival.slots)});
  }

  void save(int slot, std::size_t at, Slots* slots) const {
    const auto index = static_cast<std::size_t>(slot);
    if (index >= slots->size()) return;
    (*slots)[index] = static_cast<std::int64_t>(at);
    if (index % 2 == 0) (*slots)[index + 1] = -1;
  }

  const RegexProgram& program_;
  std::string_view text_;
  std::size_t slots_;
  Ways now_, next_;
  std::vector<Arrival> stack_;
  Slots best_;
  bool found_ = false;
};

}  // namespace

bool simulate(const RegexProgram& program, std::string_view text,
              std::size_t from, int groups, RegexMatch* match) {
  return Simulation(program, text, groups).run(from, match);
}

}  // namespace drydock::userland
