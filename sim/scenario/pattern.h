// pattern.h — one line of a page against one line of a run, up to renaming.
//
//     ...                 any rest of a line; alone on a line, any lines
//     622ac5689680        an id: the same one everywhere on the page
//     5cad.../_data       an id of which only the first digits are told
//     <id:web> <ip> <port> <time> <name>   one of these; with a name, always
//                         the same one
//     text (re)           an expression for the whole line: grep -Ex
//     text (glob)         * and ? for the line
//     text (?)            a line that may be missing
//     text (world: real)  (profile: docker-20.10)  a line of that world only
//
// In the real world times, sizes, made-up names and the number of blanks
// between columns are the run's own, and match whatever the page has for them.
//
// Ids are unified one to one over the whole page; a 12-digit id is the front
// of its 64-digit one.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::scenario {

/// What has been unified so far.
class Renaming {
 public:
  /// Same thing?  Learns it when neither side is known yet.
  bool unify_id(std::string_view page, std::string_view run);
  bool bind(const std::string& name, std::string_view value);

  /// A typed line of the page in the words of the run.
  std::string translate(std::string_view typed) const;

  /// A line of the run in the words of the page, as far as they are known.
  std::string to_page(std::string_view line) const;

  /// Pairs the ids of two lines that differ otherwise, if they have as many.
  void unify_ids(std::string_view page, std::string_view run);

 private:
  std::map<std::string, std::string, std::less<>> to_run_;  // By 12 digits.
  std::map<std::string, std::string, std::less<>> to_page_;
  std::map<std::string, std::string, std::less<>> full_;       // Run: 12 -> 64.
  std::map<std::string, std::string, std::less<>> page_full_;  // Page's.
  std::map<std::string, std::string, std::less<>> named_;
};

struct Conditions {
  std::string world = "sim";
  std::string profile = "docker-1.8";
};

/// A line of a page without its suffixes.
struct Pattern {
  enum class Kind { text, regex, glob, skip };
  Kind kind = Kind::text;
  std::string text;
  bool optional = false;
  bool loose = false;   // Times, sizes, names and blanks are the run's own.
  bool applies = true;  // False for another world's or profile's line.
};

Pattern parse_pattern(std::string_view line, const Conditions& conditions);

/// Matches one whole line; `renaming` learns only when it matches.
bool matches(const Pattern& pattern, std::string_view line, Renaming& renaming);

/// The length of the front of `line` that is `prompt` up to renaming.
std::optional<std::size_t> match_front(std::string_view line,
                                       std::string_view prompt,
                                       Renaming& renaming);

/// Lines of a page against lines of a run: skips and options included.
bool matches_lines(const std::vector<Pattern>& patterns,
                   const std::vector<std::string>& lines, Renaming& renaming);

}  // namespace drydock::scenario
