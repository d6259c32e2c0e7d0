// regex_run.cc — matching by backtracking: each node is tried with all that
// follows it as its continuation.

#include <algorithm>
#include <functional>

#include "sim/userland/python/lexer.h"
#include "sim/userland/python/regex.h"

namespace drydock::userland::python::regex {

namespace {

constexpr std::int64_t kStepsMax = 5'000'000;
constexpr int kDepthMax = 4000;

std::uint32_t fold(std::uint32_t c) {
  return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

class Matcher {
 public:
  Matcher(const Program& program, std::string_view text)
      : program_(program),
        text_(text),
        ignore_case_(program.flags & kIgnoreCase),
        spans_(static_cast<std::size_t>(program.groups + 1) * 2, -1) {}

  bool match_at(std::size_t at) {
    std::ranges::fill(spans_, -1);
    std::size_t end = 0;
    if (!sequence(program_.root, 0, at, [&](std::size_t stop) {
          end = stop;
          return true;
        })) {
      return false;
    }
    spans_[0] = static_cast<std::int64_t>(at);
    spans_[1] = static_cast<std::int64_t>(end);
    return true;
  }
  bool exhausted() const { return exhausted_; }
  const std::vector<std::int64_t>& spans() const { return spans_; }

 private:
  using Next = std::function<bool(std::size_t)>;

  bool step() {
    exhausted_ = exhausted_ || ++steps_ > kStepsMax || depth_ > kDepthMax;
    return !exhausted_;
  }

  bool sequence(const Sequence& nodes, std::size_t which, std::size_t at,
                const Next& next) {
    if (which == nodes.size()) return next(at);
    const Node& node = nodes[which];
    const Next rest = [&](std::size_t stop) {
      return sequence(nodes, which + 1, stop, next);
    };
    ++depth_;
    const bool matched =
        is_single(node) ? run_of(node, at, rest) : repeated(node, at, 0, rest);
    --depth_;
    return matched;
  }

  static bool is_single(const Node& node) {
    return node.kind == Kind::literal || node.kind == Kind::any ||
           node.kind == Kind::set;
  }

  /// How many bytes one character's node takes here; 0: it does not match.
  std::size_t one(const Node& node, std::size_t at) const {
    if (at >= text_.size()) return 0;
    const std::size_t length =
        std::min(utf8_length(text_[at]), text_.size() - at);
    std::uint32_t code = code_at(at, length);
    if (node.kind == Kind::any) {
      return code == '\n' && !(program_.flags & kDotAll) ? 0 : length;
    }
    if (node.kind == Kind::literal) {
      if (text_.substr(at, length) == node.text) return length;
      return ignore_case_ && node.text.size() == 1 && length == 1 &&
                     fold(code) ==
                         fold(static_cast<unsigned char>(node.text[0]))
                 ? length
                 : 0;
    }
    bool in = false;
    for (const auto& [low, high] : node.ranges) {
      in = in || (code >= low && code <= high);
      if (!ignore_case_ || in) continue;
      const std::uint32_t lower = fold(code);
      const std::uint32_t upper =
          lower >= 'a' && lower <= 'z' ? lower - 32 : lower;
      in = (lower >= low && lower <= high) || (upper >= low && upper <= high);
    }
    return in != node.negated ? length : 0;
  }

  std::uint32_t code_at(std::size_t at, std::size_t length) const {
    std::uint32_t code = static_cast<unsigned char>(text_[at]);
    if (length > 1) code &= 0x7fU >> length;
    for (std::size_t i = 1; i < length; ++i) {
      code = code << 6 | (static_cast<unsigned char>(text_[at + i]) & 0x3fU);
    }
    return code;
  }

  /// A run of single characters needs no recursion for each.
  bool run_of(const Node& node, std::size_t at, const Next& next) {
    std::vector<std::size_t> ends = {at};
    const auto more = [&] {
      if (!step()) return false;
      if (node.most >= 0 &&
          static_cast<std::int64_t>(ends.size()) > node.most) {
        return false;
      }
      const std::size_t length = one(node, ends.back());
      if (length > 0) ends.push_back(ends.back() + length);
      return length > 0;
    };
    const auto least = static_cast<std::size_t>(node.least);
    while (ends.size() <= least) {
      if (!more()) return false;
    }
    if (node.lazy) {
      do {
        if (next(ends.back())) return true;
      } while (more());
      return false;
    }
    while (more()) {
    }
    for (std::size_t i = ends.size(); i-- > least;) {
      if (!step()) return false;
      if (next(ends[i])) return true;
    }
    return false;
  }

  bool repeated(const Node& node, std::size_t at, std::int64_t count,
                const Next& next) {
    if (!step()) return false;
    const auto again = [&] {
      if (node.most >= 0 && count >= node.most) return false;
      return once(node, at, [&](std::size_t stop) {
        // An empty turn more would go on for ever.
        if (stop == at && count >= node.least) return false;
        return repeated(node, stop, count + 1, next);
      });
    };
    if (count < node.least) return again();
    if (node.lazy) return next(at) || again();
    return again() || next(at);
  }

  bool once(const Node& node, std::size_t at, const Next& next) {
    switch (node.kind) {
      case Kind::begin:
        return (at == 0 ||
                (program_.flags & kMultiline && text_[at - 1] == '\n')) &&
               next(at);
      case Kind::end:
        return (at == text_.size() ||
                (at + 1 == text_.size() && text_[at] == '\n') ||
                (program_.flags & kMultiline && text_[at] == '\n')) &&
               next(at);
      case Kind::text_begin:
        return at == 0 && next(at);
      case Kind::text_end:
        return at == text_.size() && next(at);
      case Kind::boundary:
        return (is_word(at) != (at > 0 && is_word(at - 1))) != node.negated &&
               next(at);
      case Kind::back:
        return back(node, at, next);
      case Kind::look:
        return look(node, at) != node.negated && next(at);
      default:
        return group(node, at, next);
    }
  }

  bool is_word(std::size_t at) const {
    if (at >= text_.size()) return false;
    const auto c = static_cast<unsigned char>(text_[at]);
    return std::isalnum(c) || c == '_' || c >= 0x80;
  }

  bool back(const Node& node, std::size_t at, const Next& next) {
    const auto i = static_cast<std::size_t>(node.number) * 2;
    if (spans_[i + 1] < 0) return false;
    const auto from = static_cast<std::size_t>(spans_[i]);
    const std::string_view part =
        text_.substr(from, static_cast<std::size_t>(spans_[i + 1]) - from);
    return text_.substr(at).starts_with(part) && next(at + part.size());
  }

  bool look(const Node& node, std::size_t at) {
    if (!node.behind) {
      return any_of(node, at, [](std::size_t) { return true; });
    }
    for (std::size_t from = at + 1; from-- > 0;) {
      if (any_of(node, from, [&](std::size_t stop) { return stop == at; })) {
        return true;
      }
    }
    return false;
  }

  bool any_of(const Node& node, std::size_t at, const Next& next) {
    for (const Sequence& alternative : node.alternatives) {
      if (sequence(alternative, 0, at, next)) return true;
    }
    return false;
  }

  bool group(const Node& node, std::size_t at, const Next& next) {
    if (node.number < 0) return any_of(node, at, next);
    const auto i = static_cast<std::size_t>(node.number) * 2;
    const std::int64_t begin = spans_[i], end = spans_[i + 1];
    const bool matched = any_of(node, at, [&](std::size_t stop) {
      const std::int64_t old_begin = spans_[i], old_end = spans_[i + 1];
      spans_[i] = static_cast<std::int64_t>(at);
      spans_[i + 1] = static_cast<std::int64_t>(stop);
      if (next(stop)) return true;
      spans_[i] = old_begin;
      spans_[i + 1] = old_end;
      return false;
    });
    if (!matched) spans_[i] = begin, spans_[i + 1] = end;
    return matched;
  }

  const Program& program_;
  std::string_view text_;
  bool ignore_case_;
  std::vector<std::int64_t> spans_;
  std::int64_t steps_ = 0;
  int depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace

Outcome run(const Program& program, std::string_view text, std::size_t from,
            bool anchored, std::vector<std::int64_t>* spans) {
  Matcher matcher(program, text);
  for (std::size_t at = from; at <= text.size();) {
    if (matcher.match_at(at)) {
      *spans = matcher.spans();
      return Outcome::yes;
    }
    if (matcher.exhausted()) return Outcome::exhausted;
    if (anchored) break;
    at += at < text.size() ? utf8_length(text[at]) : 1;
  }
  return Outcome::no;
}

}  // namespace drydock::userland::python::regex
