// regex_tree.h — a regular expression as a tree, between its text and its
// program.

#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

using ByteSet = std::bitset<256>;

/// What must be true of the place between two characters.
enum class RegexAssertion {
  line_begin,
  line_end,
  word_begin,
  word_end,
  word_edge,
  no_word_edge,
  text_begin,
  text_end,
  no_word_before,
  no_word_after,
};

struct RegexNode {
  enum class Kind {
    empty,
    set,        // One character of `set`.
    sequence,   // The children, one after another.
    choice,     // One of the children.
    repeat,     // The child, `min` to `max` times.
    group,      // The child, remembered as `number`.
    reference,  // What group `number` matched.
    assertion,
  };
  static constexpr int kUnbounded = -1;

  Kind kind = Kind::empty;
  std::vector<int> children{};
  ByteSet set{};
  int min = 0, max = kUnbounded;
  int number = 0;
  RegexAssertion assertion = RegexAssertion::line_begin;
  int depth = 1;  // Of the tree below: bounded by the parser.
};

struct RegexTree {
  std::vector<RegexNode> nodes;
  int root = 0;
  int groups = 0;
  bool has_references = false;

  int add(RegexNode node);
  int add_assertion(RegexAssertion assertion);
};

/// Reads a bracket expression whose '[' is at `*at`; leaves `*at` behind it.
Result<ByteSet> parse_bracket(std::string_view pattern, std::size_t* at,
                              const RegexSyntax& syntax);

/// Adds `pattern` to the tree; answers its node.
Result<int> parse_regex(std::string_view pattern, const RegexSyntax& syntax,
                        RegexTree* tree);

/// The characters of a class name: "alpha"; false when there is none.
bool named_class(std::string_view name, ByteSet* set);

/// Letters, digits and '_': what \w and words are made of.
bool is_word_byte(unsigned char c);

}  // namespace drydock::userland
