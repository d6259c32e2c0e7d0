// regex.h — POSIX regular expressions, basic and extended, with GNU's
// additions.
//
// A match is the leftmost, and of those the longest: regex(7).  The time of a
// search grows with text × pattern and no faster, because nothing is tried
// twice: a lazily built automaton says whether and roughly where, and only
// there a simulation with group positions runs.  Back-references alone need
// backtracking; it is counted, and a search that passes the count fails.
//
// Characters are bytes, as in the POSIX locale that containers start in.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland {

/// What a `*` with nothing before it means in an extended expression.
enum class LeadingStar { error, literal, skip };

/// The dialect.  Defaults are those of `sed`.
struct RegexSyntax {
  bool extended = false;
  bool literal = false;  // grep -F: no character is special.
  bool ignore_case = false;
  bool multiline = false;         // ^ and $ match at newlines too.
  bool whole_line = false;        // grep -x
  bool whole_word = false;        // grep -w
  bool awk = false;               // \n \t \/ \" \ddd, in brackets as well.
  bool intervals = true;          // False in mawk 1.3.3: { is a character.
  bool classes = true;            // False in mawk 1.3.3: no [:alpha:].
  bool stray_parenthesis = true;  // An unmatched ) is a character (extended).
  LeadingStar leading_star = LeadingStar::error;
};

/// Where something matched: bytes [begin, end); -1 when the group took no part.
struct RegexSpan {
  std::int64_t begin = -1, end = -1;

  bool matched() const { return begin >= 0 && end >= 0; }
  friend bool operator==(const RegexSpan&, const RegexSpan&) = default;
};

/// Span 0 is the whole match, then one for each group asked for.
using RegexMatch = std::vector<RegexSpan>;

enum class RegexFound {
  no,
  yes,
  exhausted,  // Back-references took too many steps: glibc's REG_ESPACE.
};

struct RegexProgram;
class RegexAutomaton;

/// A compiled expression.  Cheap to copy; copies share their automaton.
class Regex {
 public:
  /// Errors are regerror(3)'s texts: "Unmatched ( or \\(".
  static Result<Regex> compile(std::string_view pattern,
                               const RegexSyntax& syntax = {});

  /// What matches any of the patterns, as `grep -e A -e B`.
  static Result<Regex> compile_any(const std::vector<std::string>& patterns,
                                   const RegexSyntax& syntax);

  /// How many groups the expression has.
  int groups() const;

  /// Does it match anywhere in `text`?
  RegexFound matches(std::string_view text) const;

  /// The leftmost-longest match that begins at `from` or later, with the spans
  /// of the first `groups` groups.  What is before `from` still counts as
  /// context for ^ and \<.  `match` is left alone when there is none.
  RegexFound search(std::string_view text, std::size_t from, int groups,
                    RegexMatch* match) const;

 private:
  std::shared_ptr<const RegexProgram> program_;
  std::shared_ptr<RegexAutomaton> automaton_;
};

}  // namespace drydock::userland
