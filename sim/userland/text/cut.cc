// cut.cc — parts of lines.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/ranges.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "OPTION... [FILE]...",
    .gnu =
        "b bytes=, c characters=, d delimiter=, f fields=, n, complement, "
        "s only-delimited, output-delimiter=, z zero-terminated",
    .busybox = "b=, c=, d=, f=, n, s, output-delimiter="};

struct CutStyle {
  std::vector<PositionRange> ranges;
  bool fields = false, complement = false, only_delimited = false;
  char delimiter = '\t', end = '\n';
  std::optional<std::string> glue;
};

class CutFilter final : public LineFilter {
 public:
  explicit CutFilter(CutStyle style) : style_(std::move(style)) {}

  bool line(std::string_view line, bool, Output& out) override {
    if (style_.fields) {
      cut_fields(line, out);
    } else {
      cut_bytes(line, out);
    }
    return true;
  }

 private:
  bool wanted(std::int64_t position) const {
    return contains(style_.ranges, position) != style_.complement;
  }

  void cut_fields(std::string_view line, Output& out) {
    if (line.find(style_.delimiter) == line.npos) {
      if (!style_.only_delimited) say_line(out, line, true, style_.end);
      return;
    }
    const std::string glue =
        style_.glue.value_or(std::string(1, style_.delimiter));
    std::string text;
    bool first = true;
    std::int64_t position = 0;
    for (const std::string& field : split(line, style_.delimiter)) {
      if (!wanted(++position)) continue;
      if (!first) text += glue;
      first = false;
      text += field;
    }
    say_line(out, text, true, style_.end);
  }

  void cut_bytes(std::string_view line, Output& out) {
    std::string text;
    std::int64_t previous = -1;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto position = static_cast<std::int64_t>(i) + 1;
      if (!wanted(position)) continue;
      const bool new_range =
          previous >= 0 && (previous + 1 != position || begins_range(position));
      if (style_.glue && new_range) text += *style_.glue;
      previous = position;
      text += line[i];
    }
    say_line(out, text, true, style_.end);
  }

  bool begins_range(std::int64_t position) const {
    return !style_.complement &&
           std::ranges::any_of(style_.ranges, [position](const auto& range) {
             return range.first == position;
           });
  }

  CutStyle style_;
};

std::optional<std::string> read_style(const CommandLine& line,
                                      CutStyle* style) {
  std::optional<std::string> list;
  int lists = 0;
  for (const Option& option : line.given) {
    const bool names =
        option.key == "b" || option.key == "c" || option.key == "f";
    if (!names) continue;
    ++lists;
    style->fields = option.key == "f";
    list = option.value;
  }
  if (lists > 1) return "only one type of list may be specified";
  if (!list) return "you must specify a list of bytes, characters, or fields";
  if (const auto delimiter = line.value("d")) {
    if (!style->fields) {
      return "an input delimiter may be specified only when operating on "
             "fields";
    }
    if (delimiter->size() > 1)
      return "the delimiter must be a single character";
    style->delimiter = delimiter->empty() ? '\0' : (*delimiter)[0];
  }
  if (line.has("s") && !style->fields) {
    return "suppressing non-delimited lines makes sense\n\tonly when operating "
           "on fields";
  }
  const auto ranges = parse_positions(*list, style->fields);
  if (!ranges) return ranges.error().text;
  style->ranges = *ranges;
  style->complement = line.has("complement");
  style->only_delimited = line.has("s");
  style->glue = line.value("output-delimiter");
  if (line.has("z")) style->end = '\0';
  return std::nullopt;
}

}  // namespace

bool contains(const std::vector<PositionRange>& ranges, std::int64_t position) {
  return std::ranges::any_of(ranges, [position](const PositionRange& range) {
    return range.first <= position && position <= range.last;
  });
}

Result<std::vector<PositionRange>> parse_positions(std::string_view text,
                                                   bool fields) {
  const std::string_view numbered =
      fields ? "fields are numbered from 1"
             : "byte/character positions are numbered from 1";
  const std::string_view what = fields ? "field" : "byte/character position";
  std::vector<PositionRange> ranges;
  for (const std::string& piece : split(replace_all(text, " ", ","), ',')) {
    const std::size_t dash = piece.find('-');
    PositionRange range;
    const std::string low = piece.substr(0, dash);
    if (piece == "-") return Error{"invalid range with no endpoint: -"};
    for (const char c : piece) {
      if ((c >= '0' && c <= '9') || c == '-') continue;
      return Error{fields ? fmt::format("invalid {} value '{}'", what, piece)
                          : fmt::format("invalid {} '{}'", what, piece)};
    }
    if (!low.empty()) range.first = parse_int(low).value_or(1);
    if (dash == piece.npos) range.last = range.first;
    if (low.empty() && dash == piece.npos) return Error{std::string(numbered)};
    if (dash != piece.npos && dash + 1 < piece.size()) {
      range.last = parse_int(piece.substr(dash + 1)).value_or(range.last);
    }
    if (range.first == 0) return Error{std::string(numbered)};
    if (range.last < range.first) return Error{"invalid decreasing range"};
    ranges.push_back(range);
  }
  std::ranges::stable_sort(ranges, {}, &PositionRange::first);
  std::vector<PositionRange> merged;
  for (const PositionRange& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

Task<int> cut_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  CutStyle style;
  if (const auto complaint = read_style(line, &style)) {
    const int status = refuse(out, kAbout, *complaint);
    co_return co_await out.finish(status);
  }
  FilterOptions options;
  options.separator = style.end;
  CutFilter filter(style);
  const int status = co_await run_filter(out, line.operands, &filter, options);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
