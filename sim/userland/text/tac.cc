// tac.cc — tac: lines in reverse; rev: characters in reverse.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kTac{.usage = "[OPTION]... [FILE]...",
                     .gnu = "b before, r regex, s separator="};
constexpr About kRev{.usage = "[options] [file ...]", .gnu = "", .busybox = ""};

class RevFilter final : public LineFilter {
 public:
  bool line(std::string_view line, bool terminated, Output& out) override {
    say_line(out, std::string(line.rbegin(), line.rend()), terminated);
    return true;
  }
};

/// Pieces end with the separator, or begin with it when `before`.
std::string reversed(std::string_view text, std::string_view separator,
                     bool before) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t from =
        begin + (before && begin > 0 ? separator.size() : 0);
    std::size_t at = text.find(separator, from);
    if (before && begin == 0 && at == 0) at = 0;
    std::size_t end = at == text.npos ? text.size() : at;
    if (at != text.npos && !before) end += separator.size();
    if (end > begin) pieces.push_back(text.substr(begin, end - begin));
    if (at == text.npos) break;
    begin = end;
    if (before && end == 0) {
      const std::size_t next = text.find(separator, separator.size());
      end = next == text.npos ? text.size() : next;
      pieces.push_back(text.substr(0, end));
      begin = end;
    }
  }
  std::string out;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    out += *piece;
  }
  return out;
}

}  // namespace

Task<int> tac_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kTac);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("r")) {
    out.complain("drydock: tac -r is not modelled");
    co_return co_await out.finish(1);
  }
  std::string separator = line.value("s").value_or("\n");
  if (separator.empty()) separator = std::string(1, '\0');
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  int status = 0;
  for (const std::string& name : names) {
    const SysResult<Bytes> text = co_await read_operand(self, name);
    if (!text) {
      const std::string busy = fmt::format("can't open '{}'", name);
      const std::string gnu =
          text.error() == Errno::eisdir
              ? fmt::format("{}: read error", name)
              : fmt::format("failed to open {} for reading", quoted(name));
      out.complain(out.busybox() ? busy : gnu, text.error());
      status = 1;
      continue;
    }
    out.say(reversed(*text, separator, line.has("b")));
    const bool written = co_await drain(out);
    if (!written) break;
  }
  co_return co_await out.finish(status);
}

Task<int> rev_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kRev);
  if (line.status) co_return co_await out.finish(*line.status);
  RevFilter filter;
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
