// regex_program.h — a regular expression as a program for small machines.
//
// The instructions are those of Thompson's construction: each machine state is
// the number of an instruction.

#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/userland/text/regex.h"
#include "sim/userland/text/regex_tree.h"

namespace drydock::userland {

struct RegexInstruction {
  enum class Op : std::uint8_t {
    set,        // Takes one character of sets[a].
    split,      // Goes on at a, or else at b.
    jump,       // Goes on at a.
    save,       // Notes the position in slot a (2 × group, + 1 at its end).
    assertion,  // Goes on if assertion a holds here.
    mark,       // Notes the position in loop register a.
    progress,   // Goes on unless the position is that of mark a.
    reference,  // Takes what group a matched.
    match,
  };
  Op op;
  int a = 0, b = 0;
};

struct RegexProgram {
  std::vector<RegexInstruction> code;
  std::vector<ByteSet> sets;
  int groups = 0;
  int marks = 0;
  bool has_references = false;
  bool has_assertions = false;
  bool multiline = false;
  bool ignore_case = false;
};

/// A program for the tree; nullopt when it would be too big.
std::optional<RegexProgram> compile_tree(const RegexTree& tree,
                                         const RegexSyntax& syntax);

/// What is on one side of a place in the text.
enum class RegexSide : std::uint8_t { edge, newline, word, other };

inline RegexSide side_of(unsigned char c) {
  if (c == '\n') return RegexSide::newline;
  return is_word_byte(c) ? RegexSide::word : RegexSide::other;
}
inline RegexSide side_before(std::string_view text, std::size_t at) {
  if (at == 0) return RegexSide::edge;
  return side_of(static_cast<unsigned char>(text[at - 1]));
}
inline RegexSide side_after(std::string_view text, std::size_t at) {
  if (at >= text.size()) return RegexSide::edge;
  return side_of(static_cast<unsigned char>(text[at]));
}

/// Does the assertion hold between the two sides?
bool assertion_holds(RegexAssertion assertion, RegexSide before,
                     RegexSide after, bool multiline);

/// The simulation with positions (regex_simulate.cc).  No back-references.
bool simulate(const RegexProgram& program, std::string_view text,
              std::size_t from, int groups, RegexMatch* match);

/// Backtracking, for programs with back-references (regex_backtrack.cc).
RegexFound backtrack(const RegexProgram& program, std::string_view text,
                     std::size_t from, int groups, RegexMatch* match);

}  // namespace drydock::userland
