// regex_bracket.cc — bracket expressions: [a-z], [^[:space:]], [][.-.]].

#include <array>
#include <optional>

#include "sim/userland/text/regex_tree.h"

namespace drydock::userland {

namespace {

constexpr std::string_view kUnmatched = "Unmatched [, [^, [:, [., or [=";

bool between(unsigned char c, char low, char high) {
  return c >= static_cast<unsigned char>(low) &&
         c <= static_cast<unsigned char>(high);
}
bool is_upper(unsigned char c) { return between(c, 'A', 'Z'); }
bool is_lower(unsigned char c) { return between(c, 'a', 'z'); }
bool is_digit(unsigned char c) { return between(c, '0', '9'); }
bool is_alpha(unsigned char c) { return is_upper(c) || is_lower(c); }
bool is_alnum(unsigned char c) { return is_alpha(c) || is_digit(c); }
bool is_space(unsigned char c) { return c == ' ' || between(c, '\t', '\r'); }
bool is_blank(unsigned char c) { return c == ' ' || c == '\t'; }
bool is_print(unsigned char c) { return between(c, ' ', '~'); }
bool is_graph(unsigned char c) { return between(c, '!', '~'); }
bool is_cntrl(unsigned char c) { return c < 32 || c == 127; }
bool is_punct(unsigned char c) { return is_graph(c) && !is_alnum(c); }
bool is_xdigit(unsigned char c) {
  return is_digit(c) || between(c, 'a', 'f') || between(c, 'A', 'F');
}

struct ClassRow {
  std::string_view name;
  bool (*holds)(unsigned char);
};

// clang-format off
constexpr std::array kClasses = {
    ClassRow{"alpha", is_alpha},   ClassRow{"upper", is_upper},
    ClassRow{"lower", is_lower},   ClassRow{"digit", is_digit},
    ClassRow{"xdigit", is_xdigit}, ClassRow{"alnum", is_alnum},
    ClassRow{"space", is_space},   ClassRow{"blank", is_blank},
    ClassRow{"punct", is_punct},   ClassRow{"print", is_print},
    ClassRow{"graph", is_graph},   ClassRow{"cntrl", is_cntrl},
};
// clang-format on

/// Reads the inside of one bracket expression.
class BracketParser {
 public:
  BracketParser(std::string_view pattern, std::size_t at,
                const RegexSyntax& syntax)
      : pattern_(pattern), at_(at + 1), syntax_(syntax) {}

  Result<ByteSet> parse() {
    const bool negated = at_ < pattern_.size() && pattern_[at_] == '^';
    if (negated) ++at_;
    for (bool first = true;; first = false) {
      if (at_ >= pattern_.size()) return Error{std::string(kUnmatched)};
      if (pattern_[at_] == ']' && !first) break;
      const Outcome added = add_item();
      if (!added) return added.error();
    }
    ++at_;
    if (syntax_.ignore_case) fold();
    return negated ? ~set_ : set_;
  }

  std::size_t at() const { return at_; }

 private:
  /// A class, a range or a character.
  Outcome add_item() {
    if (syntax_.classes && starts_with("[:")) return add_class();
    const Result<unsigned char> low = character();
    if (!low) return low.error();
    const bool range = at_ + 1 < pattern_.size() && pattern_[at_] == '-' &&
                       pattern_[at_ + 1] != ']';
    if (!range) {
      set_.set(*low);
      return done();
    }
    ++at_;
    const Result<unsigned char> high = character();
    if (!high) return high.error();
    if (*high < *low) return Error{"Invalid range end"};
    for (int c = *low; c <= *high; ++c) set_.set(static_cast<std::size_t>(c));
    return done();
  }

  Outcome add_class() {
    const std::size_t end = pattern_.find(":]", at_ + 2);
    if (end == std::string_view::npos) return Error{std::string(kUnmatched)};
    std::string_view name = pattern_.substr(at_ + 2, end - at_ - 2);
    if (syntax_.ignore_case && (name == "upper" || name == "lower")) {
      name = "alpha";
    }
    if (!named_class(name, &set_)) {
      return Error{"Invalid character class name"};
    }
    at_ = end + 2;
    return done();
  }

  /// One character, or [.x.] or [=x=], or an awk escape.
  Result<unsigned char> character() {
    if (at_ >= pattern_.size()) return Error{std::string(kUnmatched)};
    if (syntax_.classes && (starts_with("[.") || starts_with("[="))) {
      const std::string close{pattern_[at_ + 1], ']'};
      const std::size_t end = pattern_.find(close, at_ + 3);
      if (end == std::string_view::npos) return Error{std::string(kUnmatched)};
      if (end != at_ + 3) return Error{"Invalid collation character"};
      const auto c = static_cast<unsigned char>(pattern_[at_ + 2]);
      at_ = end + 2;
      return c;
    }
    if (syntax_.awk && pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) {
      return awk_escape();
    }
    return static_cast<unsigned char>(pattern_[at_++]);
  }

  unsigned char awk_escape() {
    const char c = pattern_[at_ + 1];
    at_ += 2;
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      case 'v':
        return '\v';
      case 'a':
        return '\a';
      case 'b':
        return '\b';
      default:
        return static_cast<unsigned char>(c);
    }
  }

  void fold() {
    for (unsigned char c = 'a'; c <= 'z'; ++c) {
      const std::size_t other = c - 'a' + 'A';
      if (set_[c] || set_[other]) set_.set(c).set(other);
    }
  }

  bool starts_with(std::string_view text) const {
    return pattern_.substr(at_).starts_with(text);
  }

  std::string_view pattern_;
  std::size_t at_;
  const RegexSyntax& syntax_;
  ByteSet set_;
};

}  // namespace

bool named_class(std::string_view name, ByteSet* set) {
  for (const ClassRow& row : kClasses) {
    if (row.name != name) continue;
    for (int c = 0; c < 256; ++c) {
      if (row.holds(static_cast<unsigned char>(c))) {
        set->set(static_cast<std::size_t>(c));
      }
    }
    return true;
  }
  return false;
}

bool is_word_byte(unsigned char c) { return is_alnum(c) || c == '_'; }

Result<ByteSet> parse_bracket(std::string_view pattern, std::size_t* at,
                              const RegexSyntax& syntax) {
  BracketParser parser(pattern, *at, syntax);
  Result<ByteSet> set = parser.parse();
  *at = parser.at();
  return set;
}

}  // namespace drydock::userland
