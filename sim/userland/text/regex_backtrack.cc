// regex_backtrack.cc — trying one way after the other, for back-references.
//
// What a back-reference matches depends on how one came there, so ways cannot
// be merged.  The steps are counted: beyond kStepsMax the search gives up, and
// its caller says so, rather than stand still.

#include <algorithm>
#include <utility>

#include "sim/userland/text/regex_program.h"

namespace drydock::userland {

namespace {

using Op = RegexInstruction::Op;

constexpr std::int64_t kStepsMax = 4'000'000;

class Backtracker {
 public:
  Backtracker(const RegexProgram& program, std::string_view text)
      : program_(program),
        text_(text),
        slots_(static_cast<std::size_t>(program.groups + 1) * 2, -1),
        marks_(static_cast<std::size_t>(program.marks), -1) {}

  RegexFound run(std::size_t from, int groups, RegexMatch* match) {
    for (std::size_t start = from; start <= text_.size(); ++start) {
      try_from(start);
      if (steps_ > kStepsMax) return RegexFound::exhausted;
      if (best_.empty()) continue;
      match->clear();
      for (int group = 0; group <= groups; ++group) {
        const auto slot = static_cast<std::size_t>(group) * 2;
        match->push_back({best_[slot], best_[slot + 1]});
      }
      return RegexFound::yes;
    }
    return RegexFound::no;
  }

 private:
  /// A place to go back to, or (place < 0) a register to restore on the way.
  struct Choice {
    int place;
    std::size_t at;
    std::int64_t* slot = nullptr;
    std::int64_t value = 0;
  };

  void try_from(std::size_t start) {
    std::ranges::fill(slots_, -1);
    std::ranges::fill(marks_, -1);
    slots_[0] = static_cast<std::int64_t>(start);
    choices_.clear();
    choices_.push_back({0, start});
    while (!choices_.empty()) {
      const Choice choice = choices_.back();
      choices_.pop_back();
      if (choice.place < 0) {
        *choice.slot = choice.value;
        continue;
      }
      walk(choice.place, choice.at);
      if (steps_ > kStepsMax) return;
      const auto end = static_cast<std::int64_t>(text_.size());
      if (!best_.empty() && best_[1] == end) return;  // None is longer.
    }
  }

  /// Goes on until it matches or cannot.
  void walk(int place, std::size_t at) {
    for (;;) {
      if (++steps_ > kStepsMax) return;
      const RegexInstruction& instruction =
          program_.code[static_cast<std::size_t>(place)];
      const auto a = static_cast<std::size_t>(instruction.a);
      ++place;
      switch (instruction.op) {
        case Op::set:
          if (at >= text_.size()) return;
          if (!program_.sets[a][static_cast<unsigned char>(text_[at])]) return;
          ++at;
          break;
        case Op::jump:
          place = instruction.a;
          break;
        case Op::split:
          choices_.push_back({instruction.b, at});
          place = instruction.a;
          break;
        case Op::save:
          set(&slots_[a], at);
          break;
        case Op::mark:
          set(&marks_[a], at);
          break;
        case Op::progress:
          if (marks_[a] == static_cast<std::int64_t>(at)) return;
          break;
        case Op::assertion:
          if (!assertion_holds(static_cast<RegexAssertion>(instruction.a),
                               side_before(text_, at), side_after(text_, at),
                               program_.multiline)) {
            return;
          }
          break;
        case Op::reference:
          if (!take_reference(a, &at)) return;
          break;
        case Op::match:
          note(at);
          return;
      }
    }
  }

  void set(std::int64_t* slot, std::size_t at) {
    choices_.push_back({-1, 0, slot, *slot});
    *slot = static_cast<std::int64_t>(at);
  }

  bool take_reference(std::size_t group, std::size_t* at) const {
    const std::int64_t begin = slots_[group * 2];
    const std::int64_t end = slots_[group * 2 + 1];
    if (begin < 0 || end < begin) return false;
    const std::string_view said = text_.substr(
        static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    const std::string_view here = text_.substr(*at, said.size());
    const auto same = [this](char x, char y) {
      if (!program_.ignore_case) return x == y;
      const auto fold = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      };
      return fold(x) == fold(y);
    };
    if (!std::ranges::equal(said, here, same)) return false;
    *at += said.size();
    return true;
  }

  void note(std::size_t at) {
    const auto end = static_cast<std::int64_t>(at);
    if (!best_.empty() && best_[1] >= end) return;
    best_ = slots_;
    best_[1] = end;
  }

  const RegexProgram& program_;
  std::string_view text_;
  std::vector<std::int64_t> slots_, marks_;
  std::vector<Choice> choices_;
  std::vector<std::int64_t> best_;
  std::int64_t steps_ = 0;
};

}  // namespace

RegexFound backtrack(const RegexProgram& program, std::string_view text,
                     std::size_t from, int groups, RegexMatch* match) {
  return Backtracker(program, text).run(from, groups, match);
}

}  // namespace drydock::userland
