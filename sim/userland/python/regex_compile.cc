// regex_compile.cc — a pattern's text as a tree.

#include <fmt/format.h>

#include <optional>

#include "sim/userland/python/lexer.h"
#include "sim/userland/python/regex.h"

namespace drydock::userland::python::regex {

namespace {

using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
constexpr std::uint32_t kLast = 0x10ffff;
constexpr int kDepthMax = 100;

Ranges inverted(const Ranges& ranges) {
  Ranges out;
  std::uint32_t from = 0;
  for (const auto& [low, high] : ranges) {  // Sorted, apart.
    if (low > from) out.emplace_back(from, low - 1);
    from = high + 1;
  }
  out.emplace_back(from, kLast);
  return out;
}

/// \d \w \s and their opposites; nullopt: none of them.
std::optional<Ranges> class_of(char letter) {
  const Ranges digits = {{'0', '9'}};
  const Ranges word = {{'0', '9'},   {'A', 'Z'},   {'_', '_'},   {'a', 'z'},
                       {0xaa, 0xaa}, {0xb5, 0xb5}, {0xba, 0xba}, {0xc0, 0xd6},
                       {0xd8, 0xf6}, {0xf8, kLast}};
  const Ranges blank = {{'\t', '\r'}, {0x1c, ' '}, {0x85, 0x85}, {0xa0, 0xa0}};
  switch (letter) {
    case 'd':
      return digits;
    case 'D':
      return inverted(digits);
    case 'w':
      return word;
    case 'W':
      return inverted(word);
    case 's':
      return blank;
    case 'S':
      return inverted(blank);
    default:
      return std::nullopt;
  }
}

class Compiler {
 public:
  Compiler(std::string_view text, int flags) : text_(text) {
    program_.flags = flags;
  }

  Result<std::shared_ptr<const Program>> run() {
    Node whole;
    whole.kind = Kind::group;
    alternatives(whole, 0);
    if (error_.empty() && at_ < text_.size()) fail("unbalanced parenthesis");
    if (!error_.empty()) return Error{error_};
    program_.root.push_back(std::move(whole));
    return std::make_shared<const Program>(std::move(program_));
  }

 private:
  bool done() const { return at_ >= text_.size() || !error_.empty(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  void fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }
  std::uint32_t character() {
    const std::size_t length = utf8_length(peek());
    std::uint32_t code = static_cast<unsigned char>(peek());
    if (length > 1) code &= 0x7fU >> length;
    for (std::size_t i = 1; i < length; ++i) {
      code = code << 6 | (static_cast<unsigned char>(peek(i)) & 0x3fU);
    }
    at_ += length;
    return code;
  }

  void alternatives(Node& into, int depth) {
    if (depth > kDepthMax) return fail("too many nested groups");
    do {
      into.alternatives.emplace_back();
      Sequence& sequence = into.alternatives.back();
      while (!done() && peek() != '|' && peek() != ')') item(sequence, depth);
    } while (take('|'));
  }

  void item(Sequence& into, int depth) {
    if (program_.flags & kVerbose) {
      if (peek() == ' ' || (peek() >= '\t' && peek() <= '\r')) {
        ++at_;
        return;
      }
      if (peek() == '#') {
        while (!done() && peek() != '\n') ++at_;
        return;
      }
    }
    Node node;
    const char c = peek();
    if (c == '*' || c == '+' || c == '?') return fail("nothing to repeat");
    if (c == '(') {
      if (!group(node, depth)) return;
    } else if (c == '[') {
      set(node);
    } else if (c == '\\') {
      escape(node);
    } else if (c == '.') {
      ++at_;
      node.kind = Kind::any;
    } else if (c == '^' || c == '$') {
      ++at_;
      node.kind = c == '^' ? Kind::begin : Kind::end;
    } else {
      node.text = utf8_of(character());
    }
    repeat(node);
    into.push_back(std::move(node));
  }

  void repeat(Node& node) {
    std::int64_t least = 1, most = 1;
    if (take('*')) {
      least = 0, most = -1;
    } else if (take('+')) {
      most = -1;
    } else if (take('?')) {
      least = 0;
    } else if (peek() == '{' && !bounds(&least, &most)) {
      return;
    }
    node.least = least;
    node.most = most;
    if (least == 1 && most == 1) return;
    node.lazy = take('?');
    if (peek() == '*' || peek() == '+') fail("multiple repeat");
  }

  /// {m}, {m,}, {,n}, {m,n}; anything else is text.
  bool bounds(std::int64_t* least, std::int64_t* most) {
    std::size_t at = at_ + 1;
    const auto number = [&](std::int64_t* out) {
      const std::size_t start = at;
      *out = 0;
      while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9' &&
             at - start < 6) {
        *out = *out * 10 + (text_[at++] - '0');
      }
      return at > start;
    };
    const bool low = number(least);
    if (!low) *least = 0;
    if (at < text_.size() && text_[at] == ',') {
      ++at;
      if (!number(most)) *most = -1;
    } else {
      if (!low) return false;
      *most = *least;
    }
    if (at >= text_.size() || text_[at] != '}') return false;
    at_ = at + 1;
    if (*most >= 0 && *most < *least) fail("bad repeat interval");
    return true;
  }

  /// False when it is no node: a comment or flags.
  bool group(Node& node, int depth) {
    ++at_;
    node.kind = Kind::group;
    if (take('?')) {
      if (take('#')) {
        while (!done() && peek() != ')') ++at_;
        take(')');
        return false;
      }
      if (take(':')) {
      } else if (peek() == '=' || peek() == '!' ||
                 (peek() == '<' && (peek(1) == '=' || peek(1) == '!'))) {
        node.kind = Kind::look;
        node.behind = take('<');
        node.negated = peek() == '!';
        ++at_;
      } else if (take('P')) {
        if (!named(node)) return true;
      } else {
        return flags();
      }
    } else {
      node.number = ++program_.groups;
    }
    if (node.kind == Kind::back) return true;
    alternatives(node, depth + 1);
    if (!take(')')) fail("unbalanced parenthesis");
    return true;
  }

  /// (?P<name>...) or (?P=name); false: a back-reference, complete.
  bool named(Node& node) {
    const bool back = peek() == '=';
    if (!take('<') && !take('=')) {
      fail("unknown extension: ?P");
      return false;
    }
    std::string name;
    while (!done() && peek() != '>' && peek() != ')') name += text_[at_++];
    if (!take(back ? ')' : '>')) fail("missing group name");
    if (back) {
      const auto found = program_.names.find(name);
      if (found == program_.names.end()) {
        fail(fmt::format("unknown group name: '{}'", name));
      } else {
        node.kind = Kind::back;
        node.number = found->second;
      }
      return false;
    }
    node.number = ++program_.groups;
    if (program_.names.contains(name)) {
      fail(fmt::format("redefinition of group name '{}'", name));
    }
    program_.names[name] = node.number;
    return true;
  }

  bool flags() {
    for (; !done() && peek() != ')'; ++at_) {
      switch (peek()) {
        case 'i':
          program_.flags |= kIgnoreCase;
          break;
        case 'm':
          program_.flags |= kMultiline;
          break;
        case 's':
          program_.flags |= kDotAll;
          break;
        case 'x':
          program_.flags |= kVerbose;
          break;
        case 'u':
        case 'a':
          break;
        default:
          fail("unknown extension");
          return false;
      }
    }
    take(')');
    return false;
  }

  void escape(Node& node) {
    ++at_;
    if (done()) return fail("bogus escape (end of line)");
    const char c = peek();
    if (const auto ranges = class_of(c)) {
      ++at_;
      node.kind = Kind::set;
      node.ranges = *ranges;
      return;
    }
    if (c == 'b' || c == 'B') {
      ++at_;
      node.kind = Kind::boundary;
      node.negated = c == 'B';
    } else if (c == 'A' || c == 'Z') {
      ++at_;
      node.kind = c == 'A' ? Kind::text_begin : Kind::text_end;
    } else if (c >= '1' && c <= '9') {
      node.kind = Kind::back;
      node.number = 0;
      while (peek() >= '0' && peek() <= '9' && node.number < 100) {
        node.number = node.number * 10 + (text_[at_++] - '0');
      }
      if (node.number > program_.groups) fail("invalid group reference");
    } else {
      node.text = utf8_of(escaped());
    }
  }

  /// The character behind a backslash.
  std::uint32_t escaped() {
    constexpr std::string_view kNames = "afnrtv0";
    constexpr std::string_view kStand{"\a\f\n\r\t\v\0", 7};
    const char c = peek();
    if (const std::size_t i = kNames.find(c); i != kNames.npos) {
      ++at_;
      return static_cast<std::uint32_t>(kStand[i]);
    }
    if (c == 'x' || c == 'u') {
      const int digits = c == 'x' ? 2 : 4;
      ++at_;
      std::uint32_t code = 0;
      for (int i = 0; i < digits; ++i) {
        const std::string_view hex = "0123456789abcdef";
        const std::size_t value =
            hex.find(static_cast<char>(peek() | (peek() >= 'A' ? 0x20 : 0)));
        if (value == hex.npos) {
          fail("bogus escape");
          return 0;
        }
        code = code * 16 + static_cast<std::uint32_t>(value);
        ++at_;
      }
      return code;
    }
    return character();
  }

  void set(Node& node) {
    ++at_;
    node.kind = Kind::set;
    node.negated = take('^');
    bool first = true;
    while (!done() && (peek() != ']' || first)) {
      first = false;
      std::uint32_t low = 0;
      if (peek() == '\\') {
        ++at_;
        if (const auto ranges = class_of(peek())) {
          ++at_;
          node.ranges.insert(node.ranges.end(), ranges->begin(), ranges->end());
          continue;
        }
        low = peek() == 'b' ? (++at_, '\b') : escaped();
      } else {
        low = character();
      }
      std::uint32_t high = low;
      if (peek() == '-' && peek(1) != ']' && peek(1) != '\0') {
        ++at_;
        high = take('\\') ? escaped() : character();
        if (high < low) fail("bad character range");
      }
      node.ranges.emplace_back(low, high);
    }
    if (!take(']')) fail("unexpected end of regular expression");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Program program_;
  std::string error_;
};

}  // namespace

Result<std::shared_ptr<const Program>> compile(std::string_view pattern,
                                               int flags) {
  return Compiler(pattern, flags).run();
}

}  // namespace drydock::userland::python::regex
