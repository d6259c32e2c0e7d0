// columns.cc — expand, unexpand and fold: tools that count columns.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kExpand{.usage = "[OPTION]... [FILE]...",
                        .gnu = "i initial, t tabs=",
                        .busybox = "i, t="};
constexpr About kUnexpand{.usage = "[OPTION]... [FILE]...",
                          .gnu = "a all, first-only, t tabs=",
                          .busybox = "a, f, t="};
constexpr About kFold{.usage = "[OPTION]... [FILE]...",
                      .gnu = "b bytes, s spaces, w width=",
                      .busybox = "b, s, w="};

/// Tab stops: every N columns, or at listed ones.
class Stops {
 public:
  explicit Stops(std::string_view text) {
    for (const std::string& piece : split(replace_all(text, " ", ","), ',')) {
      const auto stop = parse_int(piece);
      if (stop && *stop > 0) list_.push_back(static_cast<std::size_t>(*stop));
    }
    if (list_.empty()) list_.push_back(8);
  }

  std::size_t next(std::size_t column) const {
    if (list_.size() == 1) return column + list_[0] - column % list_[0];
    for (const std::size_t stop : list_) {
      if (stop > column) return stop;
    }
    return column + 1;
  }

 private:
  std::vector<std::size_t> list_;
};

class ExpandFilter final : public LineFilter {
 public:
  ExpandFilter(Stops stops, bool initial)
      : stops_(std::move(stops)), initial_(initial) {}

  bool line(std::string_view line, bool terminated, Output& out) override {
    std::string text;
    std::size_t column = 0;
    bool blank = true;
    for (const char c : line) {
      if (c == '\t' && (blank || !initial_)) {
        const std::size_t next = stops_.next(column);
        text.append(next - column, ' ');
        column = next;
        continue;
      }
      text += c;
      blank = blank && (c == ' ' || c == '\t');
      if (c == '\b') {
        column -= column > 0;
      } else {
        ++column;
      }
    }
    say_line(out, text, terminated);
    return true;
  }

 private:
  Stops stops_;
  bool initial_;
};

class UnexpandFilter final : public LineFilter {
 public:
  UnexpandFilter(Stops stops, bool all) : stops_(std::move(stops)), all_(all) {}

  bool line(std::string_view line, bool terminated, Output& out) override {
    std::string text, blanks;
    std::size_t column = 0;
    bool convert = true;
    for (const char c : line) {
      if (convert && (c == ' ' || c == '\t')) {
        const std::size_t stop = stops_.next(column);
        column = c == '\t' ? stop : column + 1;
        blanks += c;
        // One blank in front of a stop stays one, unless more surround it.
        if (column == stop && (blanks.size() > 1 || c == '\t')) {
          text += '\t';
          blanks.clear();
        }
        continue;
      }
      text += blanks;
      blanks.clear();
      convert = all_;
      text += c;
      ++column;
    }
    say_line(out, text + blanks, terminated);
    return true;
  }

 private:
  Stops stops_;
  bool all_;
};

class FoldFilter final : public LineFilter {
 public:
  FoldFilter(std::size_t width, bool bytes, bool spaces)
      : width_(width), bytes_(bytes), spaces_(spaces) {}

  bool line(std::string_view line, bool terminated, Output& out) override {
    std::string piece;
    std::size_t column = 0;
    for (const char c : line) {
      std::size_t next = advance(column, c);
      if (next > width_ && !piece.empty()) {
        cut(&piece, out);
        column = 0;
        for (const char kept : piece) column = advance(column, kept);
        next = advance(column, c);
      }
      piece += c;
      column = next;
    }
    say_line(out, piece, terminated);
    return true;
  }

 private:
  std::size_t advance(std::size_t column, char c) const {
    if (bytes_) return column + 1;
    if (c == '\t') return column + 8 - column % 8;
    if (c == '\b') return column - (column > 0);
    if (c == '\r') return 0;
    return column + 1;
  }

  void cut(std::string* piece, Output& out) const {
    const std::size_t blank = piece->find_last_of(" \t");
    const std::size_t at =
        spaces_ && blank != piece->npos ? blank + 1 : piece->size();
    out.say(std::string_view(*piece).substr(0, at));
    out.say("\n");
    piece->erase(0, at);
  }

  std::size_t width_;
  bool bytes_, spaces_;
};

/// "fold -20" of old is "fold -w 20"; "expand -4" is "expand -t 4".
List modern_words(List words, const std::string& option) {
  if (!words.empty()) words.erase(words.begin());
  for (std::string& word : words) {
    const bool digits = word.size() > 1 && word[0] == '-' &&
                        word.find_first_not_of("0123456789,", 1) == word.npos;
    if (digits) word = option + word.substr(1);
  }
  return words;
}

}  // namespace

Task<int> expand_main(kernel::Process& self) {
  Output out(self);
  const List words = modern_words(self.argv(), "-t");
  const CommandLine line = read_words(out, kExpand, words);
  if (line.status) co_return co_await out.finish(*line.status);
  ExpandFilter filter(Stops(line.value("t").value_or("8")), line.has("i"));
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

Task<int> unexpand_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUnexpand);
  if (line.status) co_return co_await out.finish(*line.status);
  const bool all = (line.has("a") || line.has("t")) && !line.has("first-only");
  UnexpandFilter filter(Stops(line.value("t").value_or("8")), all);
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

Task<int> fold_main(kernel::Process& self) {
  Output out(self);
  const List words = modern_words(self.argv(), "-w");
  const CommandLine line = read_words(out, kFold, words);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string text = line.value("w").value_or("80");
  const auto width = parse_int(text);
  if (!width || *width < 1) {
    out.complain(fmt::format("invalid number of columns: {}", quoted(text)));
    co_return co_await out.finish(1);
  }
  FoldFilter filter(static_cast<std::size_t>(*width), line.has("b"),
                    line.has("s"));
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
