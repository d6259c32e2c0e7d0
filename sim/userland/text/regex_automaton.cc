// regex_automaton.cc — transitions made when they are first needed.

#include "sim/userland/text/regex_automaton.h"

#include <algorithm>

namespace drydock::userland {

namespace {

using Op = RegexInstruction::Op;

constexpr std::size_t kStatesMax = 2000;
constexpr std::size_t kKeyInstructionsMax = 1'000'000;

}  // namespace

RegexAutomaton::RegexAutomaton(const RegexProgram& program)
    : program_(program), seen_(program.code.size(), 0) {}

std::optional<std::size_t> RegexAutomaton::first(std::string_view text,
                                                 std::size_t from) {
  const std::size_t budget =
      kKeyInstructionsMax / std::max<std::size_t>(program_.code.size(), 1);
  if (rows_.size() > std::clamp<std::size_t>(budget, 50, kStatesMax)) {
    rows_.clear();
    keys_.clear();
    numbers_.clear();
  }
  const RegexSide before =
      program_.has_assertions ? side_before(text, from) : RegexSide::other;
  int state = state_for({before, {}});
  std::size_t idle = from;  // No match under way begins before it.
  for (std::size_t at = from;; ++at) {
    const int symbol =
        at < text.size() ? static_cast<unsigned char>(text[at]) : kEnd;
    const auto row = static_cast<std::size_t>(state);
    if (keys_[row]->second.empty()) idle = at;
    int next = rows_[row][static_cast<std::size_t>(symbol)];
    if (next == kUnknown) {
      if (rows_.size() >= kStatesMax * 2) return first(text, idle);
      next = step(state, symbol);
    }
    if (next == kAccept) return idle;
    if (symbol == kEnd) return std::nullopt;
    state = next;
  }
}

int RegexAutomaton::state_for(Key key) {
  const auto [place, fresh] =
      numbers_.try_emplace(std::move(key), static_cast<int>(rows_.size()));
  if (fresh) {
    rows_.emplace_back().fill(kUnknown);
    keys_.push_back(&place->first);
  }
  return place->second;
}

int RegexAutomaton::step(int state, int symbol) {
  const auto row = static_cast<std::size_t>(state);
  const Key& key = *keys_[row];
  const RegexSide after = symbol == kEnd
                              ? RegexSide::edge
                              : side_of(static_cast<unsigned char>(symbol));
  std::vector<int> start = key.second;
  start.push_back(0);  // A match may also begin here.
  std::vector<int> reached;
  int next = kAccept;
  if (!close(start, key.first, after, &reached)) {
    Key target{program_.has_assertions ? after : RegexSide::other, {}};
    for (const int place : reached) {
      if (symbol == kEnd) break;
      const RegexInstruction& at =
          program_.code[static_cast<std::size_t>(place)];
      const ByteSet& set = program_.sets[static_cast<std::size_t>(at.a)];
      if (set[static_cast<std::size_t>(symbol)]) {
        target.second.push_back(place + 1);
      }
    }
    std::ranges::stable_sort(target.second);
    next = state_for(std::move(target));
  }
  rows_[row][static_cast<std::size_t>(symbol)] = next;
  return next;
}

bool RegexAutomaton::close(const std::vector<int>& from, RegexSide before,
                           RegexSide after, std::vector<int>* reached) {
  ++round_;
  std::vector<int> stack(from.rbegin(), from.rend());
  bool accepts = false;
  while (!stack.empty()) {
    const int place = stack.back();
    stack.pop_back();
    const auto index = static_cast<std::size_t>(place);
    if (seen_[index] == round_) continue;
    seen_[index] = round_;
    const RegexInstruction& at = program_.code[index];
    switch (at.op) {
      case Op::set:
        reached->push_back(place);
        break;
      case Op::match:
        accepts = true;
        break;
      case Op::jump:
        stack.push_back(at.a);
        break;
      case Op::split:
        stack.push_back(at.b);
        stack.push_back(at.a);
        break;
      case Op::assertion:
        if (assertion_holds(static_cast<RegexAssertion>(at.a), before, after,
                            program_.multiline)) {
          stack.push_back(place + 1);
        }
        break;
      case Op::save:
      case Op::mark:
      case Op::progress:
      case Op::reference:
        stack.push_back(place + 1);
        break;
    }
  }
  return accepts;
}

}  // namespace drydock::userland
