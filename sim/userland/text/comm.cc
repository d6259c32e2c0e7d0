// comm.cc — lines in one, the other or both of two sorted files; shuf: lines in
// an order that nobody foresaw.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kComm{
    .usage = "[OPTION]... FILE1 FILE2",
    .gnu =
        "1, 2, 3, check-order, nocheck-order, output-delimiter=, total, "
        "z zero-terminated",
    .busybox = "1, 2, 3"};
constexpr About kShuf{.usage = "[OPTION]... [FILE]",
                      .gnu =
                          "e echo, i input-range=, n head-count=, o output=, "
                          "r repeat, z zero-terminated, random-source=",
                      .busybox = "e, i=, n=, o=, z"};

constexpr std::int64_t kRangeMax = 10'000'000;

List lines_of(std::string_view text) {
  List lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

/// The columns that are shown, each behind those before it.
std::string merged(const Options& options, const List& a, const List& b) {
  const std::string glue = options.value("output-delimiter").value_or("\t");
  const bool one = !options.has("1"), two = !options.has("2");
  const bool both = !options.has("3");
  const std::string before_two = one ? glue : "";
  const std::string before_both = before_two + (two ? glue : "");
  std::string text;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const int order = i == a.size()   ? 1
                      : j == b.size() ? -1
                                      : a[i].compare(b[j]);
    if (order < 0) {
      if (one) text += a[i] + "\n";
      ++i;
    } else if (order > 0) {
      if (two) text += before_two + b[j] + "\n";
      ++j;
    } else {
      if (both) text += before_both + a[i] + "\n";
      ++i;
      ++j;
    }
  }
  return text;
}

/// -i LO-HI; nullopt when it is none.
std::optional<List> range_of(const std::string& text) {
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto low = parse_int(text.substr(0, dash));
  const auto high = parse_int(text.substr(dash + 1));
  if (!low || !high || *high < *low || *high - *low > kRangeMax) {
    return std::nullopt;
  }
  List lines;
  for (std::int64_t i = *low; i <= *high; ++i) {
    lines.push_back(std::to_string(i));
  }
  return lines;
}

}  // namespace

Task<int> comm_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kComm);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 2) {
    const std::string complaint =
        line.operands.empty() ? std::string("missing operand")
        : line.operands.size() == 1
            ? "missing operand after " + quoted(line.operands[0])
            : "extra operand " + quoted(line.operands[2]);
    const int status = refuse(out, kComm, complaint);
    co_return co_await out.finish(status);
  }
  std::vector<List> sides;
  for (const std::string& name : line.operands) {
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error(), true);
      co_return co_await out.finish(1);
    }
    sides.push_back(lines_of(*content));
  }
  out.say(merged(line, sides[0], sides[1]));
  co_return co_await out.finish(0);
}

Task<int> shuf_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kShuf);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("r") || line.has("o")) {
    out.complain_plain("drydock: shuf -r and -o are not modelled\n");
    co_return co_await out.finish(1);
  }
  List lines = line.operands;
  if (const auto range = line.value("i")) {
    const auto numbers = range_of(*range);
    if (!numbers) {
      out.complain("invalid input range: " + quoted(*range));
      co_return co_await out.finish(1);
    }
    lines = *numbers;
  } else if (!line.has("e")) {
    const std::string name = lines.empty() ? "-" : lines[0];
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error(), true);
      co_return co_await out.finish(1);
    }
    lines = lines_of(*content);
  }
  for (std::size_t i = lines.size(); i > 1; --i) {
    std::swap(lines[i - 1], lines[self.random() % i]);
  }
  const auto most = parse_count(line.value("n").value_or(""));
  if (most && static_cast<std::size_t>(*most) < lines.size()) {
    lines.resize(static_cast<std::size_t>(*most));
  }
  const char end = line.has("z") ? '\0' : '\n';
  for (const std::string& one : lines) say_line(out, one, true, end);
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
