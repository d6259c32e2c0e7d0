// cmp.cc — the first byte in which two files differ.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]",
    .gnu =
        "b print-bytes, i ignore-initial=, l verbose, n bytes=, s quiet, "
        "silent",
    .busybox = "l, s, n=",
    .refusal = 2};

/// -l: every difference, with its offset and both bytes in octal.
std::string differences(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const std::size_t width = std::to_string(std::max(a.size(), b.size())).size();
  std::string text;
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    text += fmt::format("{:>{}} {:3o} {:3o}\n", i + 1, width,
                        static_cast<unsigned char>(a[i]),
                        static_cast<unsigned char>(b[i]));
  }
  return text;
}

struct Place {
  std::size_t byte = 0;
  std::int64_t line = 1;
};

Place first_difference(std::string_view a, std::string_view b) {
  Place place;
  const std::size_t common = std::min(a.size(), b.size());
  while (place.byte < common && a[place.byte] == b[place.byte]) {
    if (a[place.byte++] == '\n') ++place.line;
  }
  return place;
}

// "cmp: EOF on x after byte 4, line 1".
std::string end_of(const Output& out, const std::string& name,
                   std::string_view text, bool verbose) {
  if (out.busybox()) return "EOF on " + name;
  if (text.empty()) return fmt::format("EOF on {} which is empty", name);
  std::string words = fmt::format("EOF on {} after byte {}", name, text.size());
  if (verbose) return words;
  std::int64_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  return words + fmt::format(", {}line {}", text.back() == '\n' ? "" : "in ",
                             text.back() == '\n' ? lines : lines + 1);
}

}  // namespace

Task<int> cmp_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const std::string after = fmt::format("missing operand after 'cmp'");
    const int status = refuse(out, kAbout, after);
    co_return co_await out.finish(status);
  }
  const std::string one = line.operands[0];
  const std::string other = line.operands.size() > 1 ? line.operands[1] : "-";
  Bytes texts[2];
  int which = 0;
  for (const std::string& name : {one, other}) {
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      if (!line.has("s")) complain_about(out, name, content.error(), true);
      co_return co_await out.finish(2);
    }
    texts[which++] = *content;
  }
  if (const auto count = parse_count(line.value("n").value_or(""))) {
    for (Bytes& text : texts) {
      text.resize(std::min(text.size(), static_cast<std::size_t>(*count)));
    }
  }
  const Bytes &a = texts[0], &b = texts[1];
  if (a == b) co_return 0;
  if (line.has("s") || line.has("silent")) co_return 1;
  const Place place = first_difference(a, b);
  const bool ends = place.byte == std::min(a.size(), b.size());
  if (line.has("l")) out.say(differences(a, b));
  if (!line.has("l") && !ends) {
    out.say(fmt::format("{} {} differ: char {}, line {}\n", one, other,
                        place.byte + 1, place.line));
  } else if (a.size() != b.size() && (ends || line.has("l"))) {
    const bool first = a.size() < b.size();
    out.complain(
        end_of(out, first ? one : other, first ? a : b, line.has("l")));
  }
  co_return co_await out.finish(1, 2);
}

}  // namespace drydock::userland
