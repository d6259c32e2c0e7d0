// nl.cc — numbered lines.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/regex.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "b body-numbering=, d section-delimiter=, f footer-numbering=, "
        "h header-numbering=, i line-increment=, l join-blank-lines=, "
        "n number-format=, p no-renumber, s number-separator=, "
        "v starting-line-number=, w number-width=",
    .busybox = "b=, i=, n=, s=, v=, w=, p, l="};

struct NlStyle {
  std::string body = "t", header = "n", footer = "n";
  std::string format = "rn", separator = "\t";
  std::int64_t start = 1, increment = 1, width = 6, join = 1;
  bool renumber = true;
};

class NlFilter final : public LineFilter {
 public:
  explicit NlFilter(NlStyle style)
      : style_(std::move(style)), next_(style_.start), kind_(style_.body) {}

  bool line(std::string_view line, bool, Output& out) override {
    if (section(line)) {
      out.say("\n");
      return true;
    }
    if (numbered(line)) {
      out.say(number() + style_.separator);
      next_ += style_.increment;
    } else {
      out.say(std::string(
          static_cast<std::size_t>(style_.width) + style_.separator.size(),
          ' '));
    }
    say_line(out, line);
    return true;
  }

 private:
  bool section(std::string_view line) {
    const bool header = line == "\\:\\:\\:", body = line == "\\:\\:";
    const bool footer = line == "\\:";
    if (!header && !body && !footer) return false;
    kind_ = header ? style_.header : body ? style_.body : style_.footer;
    if (style_.renumber) next_ = style_.start;
    return true;
  }

  bool numbered(std::string_view line) {
    if (kind_ == "a") {
      if (style_.join <= 1 || !line.empty()) {
        blanks_ = 0;
        return true;
      }
      if (++blanks_ < style_.join) return false;
      blanks_ = 0;
      return true;
    }
    if (kind_ == "t") return !line.empty();
    if (!kind_.starts_with('p')) return false;
    const Result<Regex> regex = Regex::compile(kind_.substr(1));
    return regex && regex->matches(line) == RegexFound::yes;
  }

  std::string number() const {
    if (style_.format == "ln")
      return fmt::format("{:<{}}", next_, style_.width);
    if (style_.format == "rz")
      return fmt::format("{:0{}}", next_, style_.width);
    return fmt::format("{:>{}}", next_, style_.width);
  }

  NlStyle style_;
  std::int64_t next_, blanks_ = 0;
  std::string kind_;
};

}  // namespace

Task<int> nl_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  NlStyle style;
  style.body = line.value("b").value_or(style.body);
  style.header = line.value("h").value_or(style.header);
  style.footer = line.value("f").value_or(style.footer);
  style.format = line.value("n").value_or(style.format);
  style.separator = line.value("s").value_or(style.separator);
  const auto number = [&line](std::string_view key, std::int64_t otherwise) {
    return parse_int(line.value(key).value_or("")).value_or(otherwise);
  };
  style.start = number("v", 1);
  style.increment = number("i", 1);
  style.width = std::clamp<std::int64_t>(number("w", 6), 1, 1000);
  style.join = number("l", 1);
  style.renumber = !line.has("p");
  NlFilter filter(style);
  const int status = co_await run_filter(out, line.operands, &filter);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
