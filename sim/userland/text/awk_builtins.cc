// awk_builtins.cc — awk's functions that do not wait.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/userland/text/awk_machine.h"

namespace drydock::userland {

namespace {

double round_half_up(double x) { return std::floor(x + 0.5); }

/// A replacement with & and \& (and \1 .. \9 for gensub) filled in.
std::string expand(const std::string& by, const std::string& subject,
                   const RegexMatch& match, bool groups) {
  std::string out;
  const auto add = [&](std::size_t group) {
    if (group >= match.size() || !match[group].matched()) return;
    const auto begin = static_cast<std::size_t>(match[group].begin);
    const auto end = static_cast<std::size_t>(match[group].end);
    out.append(subject, begin, end - begin);
  };
  for (std::size_t at = 0; at < by.size(); ++at) {
    if (by[at] == '&') {
      add(0);
    } else if (by[at] == '\\' && at + 1 < by.size()) {
      const char next = by[at + 1];
      if (next == '&' || next == '\\') {
        out += next;
        ++at;
      } else if (groups && next >= '0' && next <= '9') {
        add(static_cast<std::size_t>(next - '0'));
        ++at;
      } else {
        out += '\\';
      }
    } else {
      out += by[at];
    }
  }
  return out;
}

}  // namespace

void AwkMachine::builtin(const AwkInstruction& instruction) {
  const std::string_view name =
      kAwkBuiltins[static_cast<std::size_t>(instruction.a)];
  if (name == "sub" || name == "gsub") {
    return substitute(name == "gsub", instruction.c != 0);
  }
  std::vector<AwkValue> arguments(static_cast<std::size_t>(instruction.b));
  for (auto at = arguments.rbegin(); at != arguments.rend(); ++at) *at = pop();
  const bool numeric = name == "sin" || name == "cos" || name == "atan2" ||
                       name == "exp" || name == "log" || name == "sqrt" ||
                       name == "int" || name == "rand" || name == "srand" ||
                       name == "systime";
  if (numeric) return builtin_number(name, arguments);
  builtin_text(name, std::move(arguments));
}

void AwkMachine::builtin_number(std::string_view name,
                                const std::vector<AwkValue>& arguments) {
  const auto number = [&arguments](std::size_t at) {
    return at < arguments.size() ? arguments[at].to_number() : 0;
  };
  if (name == "sin") return push(std::sin(number(0)));
  if (name == "cos") return push(std::cos(number(0)));
  if (name == "atan2") return push(std::atan2(number(0), number(1)));
  if (name == "exp") return push(std::exp(number(0)));
  if (name == "log") return push(std::log(number(0)));
  if (name == "sqrt") return push(std::sqrt(number(0)));
  if (name == "int") return push(std::trunc(number(0)));
  if (name == "systime") {
    return push(static_cast<double>(self_.now().seconds()));
  }
  if (name == "rand") {
    constexpr double kScale = 9007199254740992.0;  // 2 to the 53rd.
    return push(static_cast<double>(chance_.next() >> 11) / kScale);
  }
  const double before = seed_;  // srand
  seed_ = arguments.empty() ? static_cast<double>(self_.now().seconds())
                            : number(0);
  chance_ = Prng(static_cast<std::uint64_t>(static_cast<std::int64_t>(seed_)));
  push(before);
}

void AwkMachine::builtin_text(std::string_view name,
                              std::vector<AwkValue> arguments) {
  const auto argument = [&](std::size_t at) {
    return at < arguments.size() ? text(arguments[at]) : std::string();
  };
  if (name == "length") {
    return push(static_cast<double>(argument(0).size()));
  }
  if (name == "substr") return substr(arguments);
  if (name == "index") {
    const std::size_t at = argument(0).find(argument(1));
    return push(at == std::string::npos ? 0.0 : static_cast<double>(at) + 1);
  }
  if (name == "tolower") return push(lower(argument(0)));
  if (name == "toupper") return push(upper(argument(0)));
  if (name == "sprintf") {
    const std::string format = argument(0);
    if (!arguments.empty()) arguments.erase(arguments.begin());
    return push(awk_format(format, arguments, convfmt()));
  }
  if (name == "split") return split(std::move(arguments));
  if (name == "match") return match(std::move(arguments));
  if (name == "gensub") return gensub(arguments);
  if (name == "strftime") {
    const std::string format =
        arguments.empty() ? "%a %b %e %H:%M:%S UTC %Y" : argument(0);
    Time time = self_.now();
    if (arguments.size() > 1) {
      time.since_epoch =
          static_cast<std::int64_t>(arguments[1].to_number()) * kSecond;
    }
    return push(format_time(time, format));
  }
  fail(fmt::format("drydock: the function {} is not modelled", name));
}

void AwkMachine::substr(const std::vector<AwkValue>& arguments) {
  const std::string subject = arguments.empty() ? "" : text(arguments[0]);
  const auto size = static_cast<double>(subject.size());
  double begin = 1;
  if (arguments.size() > 1) begin = round_half_up(arguments[1].to_number());
  double end = size + 1;
  if (arguments.size() > 2) {
    end = round_half_up(arguments[1].to_number() + arguments[2].to_number());
  }
  if (std::isnan(begin) || std::isnan(end)) return push(std::string());
  begin = std::max(begin, 1.0);
  end = std::min(end, size + 1);
  if (end <= begin) return push(std::string());
  push(subject.substr(static_cast<std::size_t>(begin - 1),
                      static_cast<std::size_t>(end - begin)));
}

void AwkMachine::split(std::vector<AwkValue> arguments) {
  const std::string subject = text(arguments[0]);
  const std::string separator =
      arguments.size() > 2 ? text(arguments[2]) : text_of_special(kFs);
  AwkArray& into = *arguments[1].array;
  into.clear();
  int count = 0;
  for (std::string& piece : split_text(subject, separator)) {
    into[fmt::format("{}", ++count)] = AwkValue::input(std::move(piece));
  }
  push(static_cast<double>(count));
}

void AwkMachine::match(std::vector<AwkValue> arguments) {
  const std::string subject = text(arguments[0]);
  const std::optional<Regex> pattern = regex(text(arguments[1]));
  double start = 0, length = -1;
  RegexMatch found;
  const bool spans = arguments.size() > 2;
  if (spans) arguments[2].array->clear();
  if (pattern && pattern->search(subject, 0, spans ? pattern->groups() : 0,
                                 &found) == RegexFound::yes) {
    start = static_cast<double>(found[0].begin) + 1;
    length = static_cast<double>(found[0].end - found[0].begin);
    for (std::size_t i = 0; spans && i < found.size(); ++i) {
      if (!found[i].matched()) continue;
      (*arguments[2].array)[fmt::format("{}", i)] =
          AwkValue::input(expand("&", subject, {found[i]}, false));
    }
  }
  globals_[kRstart] = AwkValue::of(start);
  globals_[kRlength] = AwkValue::of(length);
  push(start);
}

/// Replaces match number `which` (0: all); counts in count_.
std::string AwkMachine::replace(const std::string& subject,
                                const Regex& pattern, const std::string& by,
                                int which, bool groups) {
  count_ = 0;
  std::string out;
  std::size_t copied = 0, at = 0;
  std::int64_t last_end = -1;
  int number = 0;
  RegexMatch match;
  const int wanted = groups ? pattern.groups() : 0;
  while (at <= subject.size() &&
         pattern.search(subject, at, wanted, &match) == RegexFound::yes) {
    const auto begin = static_cast<std::size_t>(match[0].begin);
    const auto end = static_cast<std::size_t>(match[0].end);
    const bool touches = begin == end && match[0].begin == last_end;
    last_end = match[0].end;
    at = end == begin ? end + 1 : end;
    if (touches) continue;
    if (which > 0 && ++number != which) continue;
    out.append(subject, copied, begin - copied);
    out += expand(by, subject, match, groups);
    copied = end;
    ++count_;
    if (which > 0) break;
  }
  if (copied <= subject.size()) out.append(subject, copied, subject.npos);
  return out;
}

/// On the stack: the pattern, the text, perhaps a subscript, the subject.
void AwkMachine::substitute(bool all, bool subscripted) {
  const std::string subject = text(pop());
  AwkValue subscript;
  if (subscripted) subscript = pop();
  const std::string by = text(pop());
  const std::optional<Regex> pattern = regex(text(pop()));
  count_ = 0;
  std::string result = subject;
  if (pattern) result = replace(subject, *pattern, by, all ? 0 : 1, false);
  if (subscripted) push(std::move(subscript));
  push(std::move(result));
}

void AwkMachine::gensub(const std::vector<AwkValue>& arguments) {
  if (arguments.size() < 3) return fail("gensub: too few arguments");
  const std::optional<Regex> pattern = regex(text(arguments[0]));
  const std::string how = text(arguments[2]);
  const bool all = how.starts_with('g') || how.starts_with('G');
  const int which = all ? 0 : std::max(1, static_cast<int>(awk_number(how)));
  const std::string subject =
      arguments.size() > 3 ? text(arguments[3]) : text(field(0));
  const double kept = count_;
  std::string result = subject;
  if (pattern) {
    result = replace(subject, *pattern, text(arguments[1]), which, true);
  }
  count_ = kept;
  push(std::move(result));
}

}  // namespace drydock::userland
