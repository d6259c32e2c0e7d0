// regex.h — regular expressions as Python's re has them, over UTF-8.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland::python::regex {

enum Flag : int {
  kIgnoreCase = 2,
  kMultiline = 8,
  kDotAll = 16,
  kVerbose = 64
};

enum class Kind : std::uint8_t {
  literal,     // text
  any,         // .
  set,         // ranges, negated
  begin,       // ^
  end,         // $
  text_begin,  // \A
  text_end,    // \Z
  boundary,    // \b, negated: \B
  group,       // number (-1: none), alternatives
  look,        // (?= (?! (?<= (?<!: alternatives, negated, behind
  back,        // \1: number
};

struct Node;
using Sequence = std::vector<Node>;

struct Node {
  Kind kind = Kind::literal;
  bool negated = false, behind = false;
  bool lazy = false;
  std::int64_t least = 1, most = 1;  // How often; most -1: without end.
  int number = -1;
  std::string text;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
  std::vector<Sequence> alternatives;
};

struct Program {
  Sequence root;
  int groups = 0;
  int flags = 0;
  std::map<std::string, int> names;
};

/// Errors are sre's texts, nearly: "unbalanced parenthesis".
Result<std::shared_ptr<const Program>> compile(std::string_view pattern,
                                               int flags);

enum class Outcome { no, yes, exhausted };

/// The leftmost match that begins at `from` or later (at `from` exactly, if
/// anchored); spans: begin and end, in bytes, of each group from 0 on.
Outcome run(const Program& program, std::string_view text, std::size_t from,
            bool anchored, std::vector<std::int64_t>* spans);

}  // namespace drydock::userland::python::regex
