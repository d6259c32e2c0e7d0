// regex_parse.cc — from the text of a regular expression to its tree.

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/userland/text/regex_tree.h"

namespace drydock::userland {

namespace {

using Kind = RegexNode::Kind;

constexpr int kDepthMax = 400;
constexpr int kRepeatMax = 32767;  // RE_DUP_MAX of glibc.

ByteSet word_set() {
  ByteSet set;
  for (std::size_t c = 0; c < 256; ++c) {
    set.set(c, is_word_byte(static_cast<unsigned char>(c)));
  }
  return set;
}

ByteSet space_set() {
  ByteSet set;
  named_class("space", &set);
  return set;
}

struct Interval {
  int min, max;
};

class Parser {
 public:
  Parser(std::string_view pattern, const RegexSyntax& syntax, RegexTree* tree)
      : pattern_(pattern), syntax_(syntax), tree_(*tree), base_(tree->groups) {}

  Result<int> parse() {
    const Result<int> all = choice(0);
    if (!all) return all;
    if (at_ < pattern_.size()) return Error{"Unmatched ) or \\)"};
    return all;
  }

 private:
  Result<int> choice(int depth) {
    if (depth > kDepthMax) return Error{"Regular expression too big"};
    RegexNode node{.kind = Kind::choice};
    for (;;) {
      const Result<int> branch = sequence(depth);
      if (!branch) return branch;
      node.children.push_back(*branch);
      if (!take_special('|')) break;
    }
    if (node.children.size() == 1) return node.children[0];
    return tree_.add(std::move(node));
  }

  Result<int> sequence(int depth) {
    RegexNode node{.kind = Kind::sequence};
    while (at_ < pattern_.size() && !is_special('|') && !closes(depth)) {
      const Result<int> atom =
          repeated(depth, node.children.empty() || after_anchor_);
      if (!atom) return atom;
      node.children.push_back(*atom);
    }
    after_anchor_ = false;
    if (node.children.size() == 1) return node.children[0];
    return tree_.add(std::move(node));
  }

  bool closes(int depth) const {
    if (!is_special(')')) return false;
    return depth > 0 || !syntax_.extended || !syntax_.stray_parenthesis;
  }

  /// One atom and the repetitions behind it.
  Result<int> repeated(int depth, bool first) {
    const Result<int> atom = this->atom(depth, first);
    if (!atom) return atom;
    int node = *atom;
    while (!after_anchor_ && at_ < pattern_.size()) {
      const Result<std::optional<Interval>> times = repetition();
      if (!times) return times.error();
      if (!*times) break;
      node = repeat(node, **times);
      if (tree_.nodes[static_cast<std::size_t>(node)].depth > kDepthMax * 2) {
        return Error{"Regular expression too big"};
      }
    }
    return node;
  }

  int repeat(int child, Interval times) {
    constexpr int kMany = RegexNode::kUnbounded;
    RegexNode& inner = tree_.nodes[static_cast<std::size_t>(child)];
    if (inner.kind == Kind::repeat && inner.max == kMany && inner.min <= 1 &&
        times.max == kMany && times.min <= 1) {
      inner.min *= times.min;  // a+* is a*.
      return child;
    }
    return tree_.add({.kind = Kind::repeat,
                      .children = {child},
                      .set = {},
                      .min = times.min,
                      .max = times.max});
  }

  /// * + ? {m,n}, in the spelling of the dialect; nullopt when there is none.
  Result<std::optional<Interval>> repetition() {
    constexpr int kMany = RegexNode::kUnbounded;
    if (pattern_[at_] == '*') {
      ++at_;
      return std::optional(Interval{0, kMany});
    }
    if (take_special('+')) return std::optional(Interval{1, kMany});
    if (take_special('?')) return std::optional(Interval{0, 1});
    if (!syntax_.intervals || !is_special('{')) {
      return std::optional<Interval>();
    }
    return interval();
  }

  Result<std::optional<Interval>> interval() {
    const std::size_t begin = at_;
    at_ += syntax_.extended ? 1 : 2;
    const std::optional<int> low = number();
    int min = low.value_or(0);
    int max = min;
    const bool comma = at_ < pattern_.size() && pattern_[at_] == ',';
    if (comma) {
      ++at_;
      max = number().value_or(RegexNode::kUnbounded);
    }
    if ((!low && !comma) || !take_special('}')) {
      if (syntax_.extended) {  // Not an interval: the brace is a character.
        at_ = begin;
        return std::optional<Interval>();
      }
      return Error{at_ < pattern_.size() ? "Invalid content of \\{\\}"
                                         : "Unmatched \\{"};
    }
    if (max != RegexNode::kUnbounded && max < min) {
      return Error{"Invalid content of \\{\\}"};
    }
    if (std::max(min, max) > kRepeatMax) {
      return Error{"Regular expression too big"};
    }
    return std::optional(Interval{min, max});
  }

  std::optional<int> number() {
    std::optional<int> value;
    while (at_ < pattern_.size() && pattern_[at_] >= '0' &&
           pattern_[at_] <= '9') {
      value = std::min(value.value_or(0) * 10 + (pattern_[at_++] - '0'),
                       kRepeatMax + 1);
    }
    return value;
  }

  Result<int> atom(int depth, bool first) {
    const bool anchored = std::exchange(after_anchor_, false);
    const char c = pattern_[at_];
    if (is_special('(')) return group(depth);
    if (first && leads_with_operator()) return leading_operator(depth);
    if (c == '\\') return escape();
    if (c == '[') {
      const Result<ByteSet> set = parse_bracket(pattern_, &at_, syntax_);
      if (!set) return set.error();
      return add_set(*set);
    }
    if (c == '.') {
      ++at_;
      ByteSet any;
      any.set();
      return add_set(any);
    }
    if (c == '^' && (syntax_.extended || (first && !anchored))) {
      ++at_;
      after_anchor_ = true;
      return tree_.add_assertion(RegexAssertion::line_begin);
    }
    if (c == '$' && (syntax_.extended || ends_branch(at_ + 1, depth))) {
      ++at_;
      return tree_.add_assertion(RegexAssertion::line_end);
    }
    ++at_;
    return add_byte(c);
  }

  bool leads_with_operator() const {
    const char c = pattern_[at_];
    if (c == '*') return true;
    return syntax_.extended && (c == '+' || c == '?');
  }

  Result<int> leading_operator(int depth) {
    if (!syntax_.extended || syntax_.leading_star == LeadingStar::literal) {
      return add_byte(pattern_[at_++]);
    }
    if (syntax_.leading_star == LeadingStar::error) {
      return Error{"Invalid preceding regular expression"};
    }
    ++at_;
    if (at_ >= pattern_.size() || is_special('|') || closes(depth)) {
      return tree_.add({});
    }
    return atom(depth, true);
  }

  Result<int> group(int depth) {
    at_ += syntax_.extended ? 1 : 2;
    const int number = ++tree_.groups;
    const Result<int> inside = choice(depth + 1);
    if (!inside) return inside;
    if (!take_special(')')) return Error{"Unmatched ( or \\("};
    after_anchor_ = false;
    closed_.push_back(number);
    return tree_.add({.kind = Kind::group,
                      .children = {*inside},
                      .set = {},
                      .number = number});
  }

  Result<int> escape() {
    if (at_ + 1 >= pattern_.size()) return Error{"Trailing backslash"};
    const char c = pattern_[at_ + 1];
    if (syntax_.awk) {
      const std::optional<char> plain = awk_escape();
      if (plain) return add_byte(*plain);
    }
    at_ += 2;
    if (c >= '1' && c <= '9' && !syntax_.awk) return reference(c - '0');
    switch (c) {
      case 'w':
        return add_set(word_set());
      case 'W':
        return add_set(~word_set());
      case 's':
        return add_set(space_set());
      case 'S':
        return add_set(~space_set());
      case '<':
        return tree_.add_assertion(RegexAssertion::word_begin);
      case '>':
        return tree_.add_assertion(RegexAssertion::word_end);
      case 'b':
        return tree_.add_assertion(RegexAssertion::word_edge);
      case 'y':
        if (!syntax_.awk) break;
        return tree_.add_assertion(RegexAssertion::word_edge);
      case 'B':
        return tree_.add_assertion(RegexAssertion::no_word_edge);
      case '`':
        return tree_.add_assertion(RegexAssertion::text_begin);
      case '\'':
        return tree_.add_assertion(RegexAssertion::text_end);
      default:
        break;
    }
    return add_byte(c);
  }

  /// \n \t \052 of awk; takes them, or nothing.
  std::optional<char> awk_escape() {
    const char c = pattern_[at_ + 1];
    constexpr std::string_view kNames = "ntrfvab";
    constexpr std::string_view kValues = "\n\t\r\f\v\a\b";
    const std::size_t named = kNames.find(c);
    if (named != std::string_view::npos) {
      at_ += 2;
      return kValues[named];
    }
    if (c < '0' || c > '7') return std::nullopt;
    int value = 0;
    ++at_;
    for (int digits = 0; digits < 3 && at_ < pattern_.size(); ++digits) {
      if (pattern_[at_] < '0' || pattern_[at_] > '7') break;
      value = value * 8 + (pattern_[at_++] - '0');
    }
    return static_cast<char>(value & 255);
  }

  Result<int> reference(int number) {
    const int group = base_ + number;
    if (std::ranges::find(closed_, group) == closed_.end()) {
      return Error{"Invalid back reference"};
    }
    tree_.has_references = true;
    return tree_.add(
        {.kind = Kind::reference, .children = {}, .set = {}, .number = group});
  }

  Result<int> add_set(const ByteSet& set) {
    return tree_.add({.kind = Kind::set, .children = {}, .set = set});
  }

  Result<int> add_byte(char c) {
    ByteSet set;
    set.set(static_cast<unsigned char>(c));
    if (syntax_.ignore_case) {
      if (c >= 'a' && c <= 'z') set.set(static_cast<unsigned char>(c - 32));
      if (c >= 'A' && c <= 'Z') set.set(static_cast<unsigned char>(c + 32));
    }
    return add_set(set);
  }

  bool ends_branch(std::size_t at, int depth) const {
    if (at >= pattern_.size()) return true;
    const std::string_view rest = pattern_.substr(at);
    return (depth > 0 && rest.starts_with("\\)")) || rest.starts_with("\\|");
  }

  /// Is `c` here, spelled as an operator: c in ERE, \c in BRE?
  bool is_special(char c) const {
    if (at_ >= pattern_.size()) return false;
    if (syntax_.extended) return pattern_[at_] == c;
    return pattern_[at_] == '\\' && at_ + 1 < pattern_.size() &&
           pattern_[at_ + 1] == c;
  }

  bool take_special(char c) {
    if (!is_special(c)) return false;
    at_ += syntax_.extended ? 1 : 2;
    return true;
  }

  std::string_view pattern_;
  const RegexSyntax& syntax_;
  RegexTree& tree_;
  int base_;  // Groups of the patterns before this one.
  std::size_t at_ = 0;
  bool after_anchor_ = false;  // Directly behind a ^ that anchors.
  std::vector<int> closed_;
};

}  // namespace

int RegexTree::add(RegexNode node) {
  for (const int child : node.children) {
    const int depth = nodes[static_cast<std::size_t>(child)].depth + 1;
    node.depth = std::max(node.depth, depth);
  }
  nodes.push_back(std::move(node));
  return static_cast<int>(nodes.size()) - 1;
}

int RegexTree::add_assertion(RegexAssertion assertion) {
  RegexNode node{.kind = Kind::assertion};
  node.assertion = assertion;
  return add(std::move(node));
}

Result<int> parse_regex(std::string_view pattern, const RegexSyntax& syntax,
                        RegexTree* tree) {
  if (!syntax.literal) return Parser(pattern, syntax, tree).parse();
  RegexNode all{.kind = Kind::sequence};
  for (const char c : pattern) {
    RegexNode one{.kind = Kind::set};
    one.set.set(static_cast<unsigned char>(c));
    if (syntax.ignore_case && c >= 'a' && c <= 'z') {
      one.set.set(static_cast<unsigned char>(c - 32));
    }
    if (syntax.ignore_case && c >= 'A' && c <= 'Z') {
      one.set.set(static_cast<unsigned char>(c + 32));
    }
    all.children.push_back(tree->add(std::move(one)));
  }
  return tree->add(std::move(all));
}

}  // namespace drydock::userland
