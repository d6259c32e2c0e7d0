// date.cc — print or set the date.

#include "sim/userland/date_parse.h"

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [+FORMAT]",
    .gnu =
        "d date=, f file=, I iso-8601?, R rfc-email, rfc-822, rfc-3339=, "
        "r reference=, s set=, u utc, universal",
    .busybox = "d=, D=, I?, R, r=, s=, u"};

constexpr std::string_view kUsual = "%a %b %e %H:%M:%S %Z %Y";

// The week of the year, where the first Sunday (or Monday) begins week 1.
int week_of(Time time, bool from_monday) {
  const CivilTime parts = civil(time);
  const int since = from_monday ? (parts.weekday + 6) % 7 : parts.weekday;
  return (parts.day_of_year - 1 + 7 - since) / 7;
}

// %-d, %_d and %0d change the padding; %:z is +00:00.
std::string format_date(Time time, std::string_view format) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      text += format[i];
      continue;
    }
    char flag = 0;
    ++i;
    while (i + 1 < format.size() && std::string_view("-_0^#").find(format[i]) !=
                                        std::string_view::npos) {
      flag = format[i++];
    }
    if (format[i] == ':' && i + 1 < format.size() && format[i + 1] == 'z') {
      ++i;
      text += "+00:00";
      continue;
    }
    if (format[i] == 's') {
      text += std::to_string(time.seconds());
      continue;
    }
    if (format[i] == 'U' || format[i] == 'W') {
      text += fmt::format("{:02}", week_of(time, format[i] == 'W'));
      continue;
    }
    if (format[i] == 'z') {
      text += "+0000";
      continue;
    }
    std::string piece = format_time(time, std::string("%") + format[i]);
    const bool number = !piece.empty() && piece.size() <= 4 &&
                        piece.find_first_not_of("0123456789 ") == piece.npos;
    if (flag == '-' && number) {
      const std::size_t first = piece.find_first_not_of("0 ");
      piece = first == piece.npos ? "0" : piece.substr(first);
    }
    if (flag == '^') piece = upper(piece);
    if ((flag == '_' || flag == '0') && number) {
      const char from = flag == '_' ? '0' : ' ';
      for (std::size_t k = 0; k + 1 < piece.size() && piece[k] == from; ++k) {
        piece[k] = flag == '_' ? ' ' : '0';
      }
    }
    text += piece;
  }
  return text;
}

std::string_view iso_format(std::string_view precision) {
  if (precision == "hours") return "%Y-%m-%dT%H%:z";
  if (precision == "minutes") return "%Y-%m-%dT%H:%M%:z";
  if (precision == "seconds") return "%Y-%m-%dT%H:%M:%S%:z";
  if (precision == "ns") return "%Y-%m-%dT%H:%M:%S,%N%:z";
  return "%Y-%m-%d";
}

std::string format_of(const Options& options) {
  for (const std::string& word : options.operands) {
    if (word.starts_with('+')) return word.substr(1);
  }
  if (options.has("R") || options.has("rfc-822")) {
    return "%a, %d %b %Y %H:%M:%S %z";
  }
  if (options.has("I")) {
    return std::string(iso_format(options.value("I").value_or("")));
  }
  if (const auto precision = options.value("rfc-3339")) {
    if (*precision == "date") return "%Y-%m-%d";
    return *precision == "ns" ? "%Y-%m-%d %H:%M:%S.%N%:z"
                              : "%Y-%m-%d %H:%M:%S%:z";
  }
  return std::string(kUsual);
}

// The moment to show, or the complaint.
Result<Time> moment(Output& out, const Options& options) {
  kernel::Process& self = out.self();
  if (const auto file = options.value("r")) {
    const auto found = self.stat(*file);
    if (found) return found->mtime;
    return Error{fmt::format("{}: {}",
                             out.busybox() ? *file : quoted_if_needed(*file),
                             text_of(found.error()))};
  }
  const auto text = options.value("d");
  if (!text) return self.now();
  auto time = parse_date(*text, self.now());
  if (!time && out.busybox()) time = parse_date_operand(*text, self.now());
  if (time) return *time;
  return Error{"invalid date " + quoted(out, *text)};
}

// Setting the clock: the kernel lets nobody in a container.
bool asks_to_set(const Output& out, const Options& options, Time now,
                 std::string& complaint) {
  std::string text = options.value("s").value_or("");
  for (const std::string& word : options.operands) {
    if (!word.starts_with('+')) text = word;
  }
  if (text.empty()) return false;
  const bool valid = options.has("s")
                         ? parse_date(text, now).has_value()
                         : parse_date_operand(text, now).has_value();
  complaint = valid
                  ? (out.busybox() ? "can't set date: " : "cannot set date: ") +
                        std::string(text_of(Errno::eperm))
                  : "invalid date " + quoted(out, text);
  return true;
}

}  // namespace

Task<int> date_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 1) {
    const int status =
        refuse(out, kAbout, "extra operand " + quoted(out, line.operands[1]));
    co_return co_await out.finish(status);
  }
  std::string complaint;
  if (asks_to_set(out, line, self.now(), complaint)) {
    out.complain(complaint);
    co_return co_await out.finish(1);
  }
  const Result<Time> time = moment(out, line);
  if (!time) {
    out.complain(time.error().text);
    co_return co_await out.finish(1);
  }
  out.say(format_date(*time, format_of(line)) + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
