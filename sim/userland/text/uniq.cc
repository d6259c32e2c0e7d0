// uniq.cc — lines that are like the one before.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [INPUT [OUTPUT]]",
    .gnu =
        "c count, d repeated, D, f skip-fields=, i ignore-case, "
        "s skip-chars=, u unique, z zero-terminated, w check-chars=",
    .busybox = "c, d, u, f=, s=, w=, i, z"};

struct UniqStyle {
  bool count = false, repeated = false, all_repeated = false, unique = false;
  bool fold = false;
  std::size_t skip_fields = 0, skip_chars = 0;
  std::size_t width = std::string::npos;
  char end = '\n';
};

class UniqFilter final : public LineFilter {
 public:
  explicit UniqFilter(UniqStyle style) : style_(style) {}

  bool line(std::string_view line, bool, Output& out) override {
    std::string key = key_of(line);
    if (count_ > 0 && key == key_) {
      if (style_.all_repeated) {
        if (count_ == 1) say_line(out, first_, true, style_.end);
        say_line(out, line, true, style_.end);
      }
      ++count_;
      return true;
    }
    flush(out);
    first_ = line;
    key_ = std::move(key);
    count_ = 1;
    return true;
  }

  void end_file(Output& out) override { flush(out); }

 private:
  std::string key_of(std::string_view line) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < style_.skip_fields; ++i) {
      while (at < line.size() && is_blank(line[at])) ++at;
      while (at < line.size() && !is_blank(line[at])) ++at;
    }
    at = std::min(at + style_.skip_chars, line.size());
    const std::string_view key = line.substr(at, style_.width);
    return style_.fold ? lower(key) : std::string(key);
  }

  static bool is_blank(char c) { return c == ' ' || c == '\t'; }

  void flush(Output& out) {
    const std::int64_t count = std::exchange(count_, 0);
    if (count == 0 || style_.all_repeated) return;
    if (count == 1 && style_.repeated) return;
    if (count > 1 && style_.unique) return;
    if (style_.count) out.say(fmt::format("{:7} ", count));
    say_line(out, first_, true, style_.end);
  }

  UniqStyle style_;
  std::string first_, key_;
  std::int64_t count_ = 0;
};

}  // namespace

Task<int> uniq_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 2) {
    const std::string extra =
        fmt::format("extra operand {}", quoted(line.operands[2]));
    const int status = refuse(out, kAbout, extra);
    co_return co_await out.finish(status);
  }
  UniqStyle style;
  style.count = line.has("c");
  style.repeated = line.has("d");
  style.all_repeated = line.has("D");
  style.unique = line.has("u");
  style.fold = line.has("i");
  const auto number = [&line](std::string_view key, std::size_t otherwise) {
    const auto value = line.value(key);
    if (!value) return otherwise;
    return static_cast<std::size_t>(
        std::max<std::int64_t>(parse_int(*value).value_or(0), 0));
  };
  style.skip_fields = number("f", 0);
  style.skip_chars = number("s", 0);
  style.width = number("w", style.width);
  if (line.has("z")) style.end = '\0';
  if (line.operands.size() == 2 && line.operands[1] != "-") {
    const unsigned flags = kWriteOnly | kCreate | kTruncate;
    const SysResult<Fd> fd = co_await self.open(line.operands[1], flags);
    if (!fd) {
      out.complain(line.operands[1], fd.error());
      co_return co_await out.finish(1);
    }
    static_cast<void>(self.dup2(*fd, kStdout));
  }
  List input(line.operands.begin(),
             line.operands.begin() + (line.operands.empty() ? 0 : 1));
  FilterOptions options;
  options.separator = style.end;
  UniqFilter filter(style);
  const int status = co_await run_filter(out, input, &filter, options);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
