// regex_automaton.h — the fast question: does it match, and from where on?
//
// The sets of instructions that a simulation can be in are numbered as they
// are met, and their transitions remembered, so that a long text costs one
// table look-up a character.  The table is bounded: when it is full it is
// forgotten and begun again.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/userland/text/regex_program.h"

namespace drydock::userland {

class RegexAutomaton {
 public:
  explicit RegexAutomaton(const RegexProgram& program);

  /// Nullopt when nothing matches at `from` or later; otherwise a place from
  /// which the leftmost match can be looked for: none begins before it.
  std::optional<std::size_t> first(std::string_view text, std::size_t from);

 private:
  static constexpr int kEnd = 256;  // The symbol for the end of the text.
  static constexpr int kUnknown = -1, kAccept = -2;
  using Row = std::array<std::int32_t, 257>;
  /// Instructions reached, before their empty steps, and what was before.
  using Key = std::pair<RegexSide, std::vector<int>>;

  int state_for(Key key);
  int step(int state, int symbol);
  /// All character-taking instructions that `from` reaches without taking
  /// one; true when `match` is among what it reaches.
  bool close(const std::vector<int>& from, RegexSide before, RegexSide after,
             std::vector<int>* reached);

  const RegexProgram& program_;
  std::map<Key, int> numbers_;
  std::vector<const Key*> keys_;
  std::vector<Row> rows_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
};

}  // namespace drydock::userland
