// fmt.cc — paragraphs filled anew, so that their lines are alike in length.
//
// The breaks of a paragraph are those that cost least: a line that is shorter
// than the goal costs the square of what it lacks, so does one unlike the next,
// and a break behind a sentence is cheap.  The costs are GNU fmt's.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[-WIDTH] [OPTION]... [FILE]...",
    .gnu =
        "c crown-margin, g goal=, p prefix=, s split-only, t tagged-paragraph, "
        "u uniform-spacing, w width="};

using Cost = std::int64_t;

/// A cost as the length that a line would have to lack for the same.
constexpr Cost equivalent(Cost length) { return length * length; }

constexpr Cost kLine = equivalent(70), kSentenceBonus = equivalent(50),
               kNoBreak = equivalent(600), kParenthesisBonus = equivalent(40),
               kPunctuationBonus = equivalent(40);
constexpr Cost widow(std::int64_t length) {
  return equivalent(200) / (length + 2);
}
constexpr Cost orphan(std::int64_t length) {
  return equivalent(150) / (length + 2);
}
constexpr Cost shortness(std::int64_t lack) { return equivalent(lack * 10); }
constexpr Cost raggedness(std::int64_t unlike) { return shortness(unlike) / 2; }

struct Word {
  std::string text;
  std::int64_t space = 1;  // Blanks behind it.
  bool opens = false;      // Begins with a parenthesis or a quote.
  bool period = false;     // Ends as sentences do, closing quotes aside.
  bool punctuated = false;
  bool final = false;  // Ends a sentence.
};

struct FmtRules {
  std::int64_t width = 75, goal = 70;
  bool split_only = false, uniform = false, crown = false, tagged = false;
};

std::int64_t length_of(const Word& word) {
  return static_cast<std::int64_t>(word.text.size());
}

/// The breaks of one paragraph: for each line the index of its first word.
class Breaks {
 public:
  Breaks(const std::vector<Word>& words, const FmtRules& rules,
         std::int64_t first_indent, std::int64_t indent)
      : words_(words),
        rules_(rules),
        best_(words.size() + 1),
        next_(words.size() + 1, words.size()),
        lengths_(words.size() + 1) {
    for (std::size_t start = words.size(); start-- > 0;) {
      choose(start, start == 0 ? first_indent : indent);
    }
  }

  std::size_t after(std::size_t start) const { return next_[start]; }

 private:
  void choose(std::size_t start, std::int64_t length) {
    std::optional<Cost> best;
    length += length_of(words_[start]);
    for (std::size_t next = start + 1;; ++next) {
      const Cost cost = line_cost(next, length) + best_[next];
      if (!best || cost < *best) {
        best = cost;
        next_[start] = next;
        lengths_[start] = length;
      }
      if (next == words_.size()) break;
      length += words_[next - 1].space + length_of(words_[next]);
      if (length >= rules_.width) break;
    }
    best_[start] = *best + base_cost(start);
  }

  /// Of a line of that length that ends before the word `next`.
  Cost line_cost(std::size_t next, std::int64_t length) const {
    if (next == words_.size()) return 0;
    Cost cost = shortness(rules_.goal - length);
    if (next_[next] != words_.size()) {
      cost += raggedness(length - lengths_[next]);
    }
    return cost;
  }

  /// Of a line that begins with this word.
  Cost base_cost(std::size_t at) const {
    const Word& word = words_[at];
    Cost cost = kLine;
    if (at > 0) {
      const Word& before = words_[at - 1];
      if (before.period) {
        cost += before.final ? -kSentenceBonus : kNoBreak;
      } else if (before.punctuated) {
        cost -= kPunctuationBonus;
      } else if (at > 1 && words_[at - 2].final) {
        cost += widow(length_of(before));
      }
    }
    if (word.opens) {
      cost -= kParenthesisBonus;
    } else if (word.final) {
      cost += orphan(length_of(word));
    }
    return cost;
  }

  const std::vector<Word>& words_;
  const FmtRules& rules_;
  std::vector<Cost> best_;
  std::vector<std::size_t> next_;
  std::vector<std::int64_t> lengths_;
};

/// Behind blanks that begin at `column`; tabs lead to every eighth column.
std::int64_t skip_blanks(std::string_view line, std::size_t* at,
                         std::int64_t column) {
  for (; *at < line.size(); ++*at) {
    if (line[*at] == ' ') {
      ++column;
    } else if (line[*at] == '\t') {
      column = (column / 8 + 1) * 8;
    } else {
      break;
    }
  }
  return column;
}

Word word_of(std::string text) {
  Word word;
  const auto is_one_of = [](char c, std::string_view these) {
    return these.find(c) != these.npos;
  };
  const auto is_punctuation = [](char c) {
    return c > 32 && c < 127 && !(c >= '0' && c <= '9') &&
           !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
  };
  word.opens = is_one_of(text.front(), "(['`\"");
  word.punctuated = is_punctuation(text.back());
  std::size_t end = text.size() - 1;
  while (end > 0 && is_one_of(text[end], ")]'\"")) --end;
  word.period = is_one_of(text[end], ".?!");
  word.text = std::move(text);
  return word;
}

/// Lines in, paragraphs out.
class FmtFilter final : public LineFilter {
 public:
  explicit FmtFilter(FmtRules rules) : rules_(rules) {}

  bool line(std::string_view line, bool, Output& out) override {
    std::size_t at = 0;
    const std::int64_t indent = skip_blanks(line, &at, 0);
    tabs_ = tabs_ || line.find('\t') != line.npos;
    if (at == line.size()) {
      put_paragraph(out);
      out.say("\n");
      return true;
    }
    if (!words_.empty() && !continues(indent)) put_paragraph(out);
    if (words_.empty()) first_indent_ = indent;
    if (lines_ == 1) other_indent_ = indent;
    ++lines_;
    read_words(line, at, indent);
    return true;
  }

  void end_file(Output& out) override { put_paragraph(out); }

 private:
  /// Whether a line with that indent belongs to the paragraph so far.
  bool continues(std::int64_t indent) const {
    if (rules_.split_only) return false;
    if (rules_.crown && lines_ == 1) return true;
    if (rules_.tagged && lines_ == 1) return indent != first_indent_;
    const bool own = (rules_.crown || rules_.tagged) && lines_ > 1;
    return indent == (own ? other_indent_ : first_indent_);
  }

  void read_words(std::string_view line, std::size_t at, std::int64_t column) {
    while (at < line.size()) {
      const std::size_t end =
          std::min(line.find_first_of(" \t", at), line.size());
      Word word = word_of(std::string(line.substr(at, end - at)));
      column += length_of(word);
      at = end;
      const std::int64_t behind = skip_blanks(line, &at, column);
      const bool last = at == line.size();
      word.space = behind - column;
      column = behind;
      word.final = word.period && (last || word.space > 1);
      if (last || rules_.uniform) word.space = word.final ? 2 : 1;
      words_.push_back(std::move(word));
    }
  }

  /// Of the lines behind the first.
  std::int64_t indent_of_rest() {
    if (!rules_.crown && !rules_.tagged) return first_indent_;
    if (lines_ > 1) return other_indent_;
    if (rules_.crown) return first_indent_;
    // A lone line: as in the paragraph before, if that tells them apart.
    if (other_indent_ == first_indent_) other_indent_ = first_indent_ ? 0 : 3;
    return other_indent_;
  }

  void put_paragraph(Output& out) {
    if (words_.empty()) return;
    // The end of the text ends a sentence, whatever it looks like.
    words_.back().final = true;
    const std::int64_t indent = indent_of_rest();
    const Breaks breaks(words_, rules_, first_indent_, indent);
    for (std::size_t at = 0; at < words_.size();) {
      const std::size_t next = breaks.after(at);
      put_line(out, at, next, at == 0 ? first_indent_ : indent);
      at = next;
    }
    words_.clear();
    lines_ = 0;
  }

  void put_line(Output& out, std::size_t begin, std::size_t end,
                std::int64_t indent) {
    std::string text;
    std::int64_t column = 0;
    put_space(&text, &column, indent);
    for (std::size_t i = begin; i < end; ++i) {
      text += words_[i].text;
      column += length_of(words_[i]);
      if (i + 1 < end) put_space(&text, &column, words_[i].space);
    }
    out.say(text + "\n");
  }

  /// With tabs where the input has had some.
  void put_space(std::string* text, std::int64_t* column, std::int64_t space) {
    const std::int64_t target = *column + space;
    const std::int64_t stop = target / 8 * 8;
    while (tabs_ && *column < stop &&
           (*column + 1 < stop || text->ends_with('\t'))) {
      *text += '\t';
      *column = (*column / 8 + 1) * 8;
    }
    text->append(static_cast<std::size_t>(target - *column), ' ');
    *column = target;
  }

  FmtRules rules_;
  std::vector<Word> words_;
  std::int64_t first_indent_ = 0, other_indent_ = 0;
  int lines_ = 0;
  bool tabs_ = false;
};

Result<FmtRules> rules_of(const CommandLine& line) {
  FmtRules rules;
  rules.split_only = line.has("s");
  rules.uniform = line.has("u");
  rules.crown = line.has("c");
  rules.tagged = line.has("t");
  const auto width = line.value("w"), goal = line.value("g");
  if (width) {
    const auto number = parse_int(*width);
    if (!number || *number < 0 || *number > 2500) {
      return Error{fmt::format("invalid width: {}", quoted(*width))};
    }
    rules.width = *number;
  }
  if (goal) {
    const auto number = parse_int(*goal);
    if (!number || *number < 0 || *number > (width ? rules.width : 75)) {
      return Error{fmt::format("invalid width: {}", quoted(*goal))};
    }
    rules.goal = *number;
    if (!width) rules.width = rules.goal + 10;
  } else {
    rules.goal = rules.width * 187 / 200;  // 7 % of leeway.
  }
  if (line.has("p")) return Error{"drydock: fmt -p is not modelled"};
  return rules;
}

}  // namespace

Task<int> fmt_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  // "fmt -40" of old is "fmt -w 40".
  const bool old = !words.empty() && words[0].size() > 1 &&
                   words[0][0] == '-' &&
                   words[0].find_first_not_of("0123456789", 1) == words[0].npos;
  if (old) words[0] = "-w" + words[0].substr(1);
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  const Result<FmtRules> rules = rules_of(line);
  if (!rules) {
    out.complain(rules.error().text);
    co_return co_await out.finish(1);
  }
  FmtFilter filter(*rules);
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
