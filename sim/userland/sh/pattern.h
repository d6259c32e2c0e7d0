// pattern.h — shell patterns: POSIX.1-2017, XCU 2.13, and bash's extglob.
//
// A pattern is text in which a backslash takes the meaning off the next
// character.  Without groups, matching walks all possibilities side by side, so
// that its time grows with the product of the lengths and never faster.

#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::userland::sh {

class Pattern {
 public:
  struct Options {
    bool extended = false;     // ?(a|b) *() +() @() !()
    bool ignore_case = false;  // nocasematch, nocaseglob
  };

  explicit Pattern(std::string_view text) : Pattern(text, Options()) {}
  Pattern(std::string_view text, Options options);

  /// All of the text.
  bool matches(std::string_view text) const;

  /// The length of the shortest or longest prefix (suffix) that matches.
  std::optional<std::size_t> prefix(std::string_view text, bool longest) const;
  std::optional<std::size_t> suffix(std::string_view text, bool longest) const;

  /// The text that it stands for, when it has no special characters.
  std::optional<std::string> literal() const;

  /// A name beginning with '.' needs a pattern that does, too.
  bool begins_with_period() const;

 private:
  struct Item {
    enum class Kind { literal, any, set, star, group };
    Kind kind = Kind::literal;
    char letter = 0;           // Of a literal; of a group: ? * + @ !
    std::bitset<256> members;  // Of a set.
    std::vector<Pattern> choices;
  };
  using Ends = std::vector<std::size_t>;

  Pattern() = default;
  bool read_set(std::string_view text, std::size_t& at);
  bool read_group(std::string_view text, std::size_t& at);
  bool admits(const Item& item, char c) const;
  /// Every length of a prefix of `text` that matches, ascending.
  Ends ends(std::string_view text) const;
  Ends ends_with_groups(std::string_view text) const;
  Ends group_ends(const Item& item, std::string_view text) const;

  Options options_;
  std::vector<Item> items_;
  bool has_groups_ = false;
};

/// Text whose every character stands for itself in a pattern.
std::string escaped_pattern(std::string_view text);

}  // namespace drydock::userland::sh
