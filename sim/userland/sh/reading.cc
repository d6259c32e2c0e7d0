// reading.cc — read and mapfile.

#include <fmt/format.h>
#include <optional>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"
#include "sim/userland/sh/fields.h"
#include "sim/userland/sh/input.h"

namespace drydock::userland::sh {

namespace {

/// Gives out the fields of the line; the last variable takes all that is left.
List distribute(const Marked& line, std::string_view ifs, std::size_t count) {
  const auto splits = [&](std::size_t i) {
    return line.origin[i] == kExpanded && ifs.find(line.text[i]) != ifs.npos;
  };
  const auto blank = [&](std::size_t i) {
    const char c = line.text[i];
    return splits(i) && (c == ' ' || c == '\t' || c == '\n');
  };
  const std::size_t size = line.text.size();
  List result;
  std::size_t i = 0;
  while (i < size && blank(i)) ++i;
  while (result.size() + 1 < count && i < size) {
    std::string field;
    while (i < size && !splits(i)) field += line.text[i++];
    while (i < size && blank(i)) ++i;
    if (i < size && splits(i) && !blank(i)) {
      ++i;
      while (i < size && blank(i)) ++i;
    }
    result.push_back(std::move(field));
  }
  if (result.size() < count && i < size) {
    // The rest, without blanks at its end, and without the one separator that
    // ends a single last field.
    std::size_t end = size;
    while (end > i && blank(end - 1)) --end;
    if (end > i && splits(end - 1)) {
      bool single = true;
      for (std::size_t j = i; j + 1 < end; ++j) {
        if (splits(j) && !(blank(j) && j + 1 == end - 1)) single = false;
      }
      if (single) {
        --end;
        while (end > i && blank(end - 1)) --end;
      }
    }
    result.push_back(line.text.substr(i, end - i));
  }
  return result;
}

struct ReadPlan {
  bool raw = false, silent = false;
  std::string prompt, array;
  Fd fd = kernel::kStdin;
  LineLimits limits;
  Words names;
  bool bad = false;
};

ReadPlan plan_of(Shell& shell, const Words& words) {
  ReadPlan plan;
  const Letters letters = read_letters(shell, words,
                                       shell.bash()   ? "a:d:ei:n:N:p:rst:u:"
                                       : shell.dash() ? "p:r"
                                                      : "p:rst:n:u:d:");
  if (letters.bad) {
    if (shell.bash()) {
      shell.complain_plain(
          "read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n "
          "nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n");
    }
    plan.bad = true;
    return plan;
  }
  plan.names.assign(words.begin() + letters.first, words.end());
  plan.raw = letters.has('r');
  plan.silent = letters.has('s');
  for (const auto& [letter, value] : letters.values) {
    switch (letter) {
      case 'p':
        plan.prompt = value;
        break;
      case 'a':
        plan.array = value;
        break;
      case 'd':
        plan.limits.delimiter = value.empty() ? '\0' : value[0];
        break;
      case 'u':
        plan.fd = static_cast<Fd>(parse_int(value).value_or(-1));
        break;
      case 'N':
      case 'n': {
        const std::optional<std::int64_t> count = parse_int(value);
        if (!count || *count < 0) {
          shell.complain(fmt::format("{}: invalid number", value));
          plan.bad = true;
        }
        plan.limits.count = static_cast<std::size_t>(count.value_or(0));
        plan.limits.ignores_delimiter = letter == 'N';
        break;
      }
      case 't': {
        const std::size_t dot = value.find('.');
        const std::optional<std::int64_t> seconds =
            dot == 0 ? 0 : parse_int(value.substr(0, dot));
        if (!seconds || *seconds < 0) {
          shell.complain(
              fmt::format("{}: invalid timeout specification", value));
          plan.bad = true;
          break;
        }
        Nanoseconds span = *seconds * kSecond;
        Nanoseconds unit = kSecond / 10;
        for (std::size_t i = dot; dot != value.npos && ++i < value.size();
             unit /= 10) {
          span += (value[i] - '0') * unit;
        }
        plan.limits.deadline = shell.process().now() + span;
        break;
      }
      default:
        break;
    }
  }
  return plan;
}

/// Reads one line in which backslashes quote, unless raw.
Task<LineRead> read_logical_line(Shell& shell, const ReadPlan& plan,
                                 Marked* line) {
  for (;;) {
    const LineRead piece = co_await read_line(shell, plan.fd, plan.limits);
    bool joins = false;
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
      const char c = piece.text[i];
      if (c == '\0') continue;
      if (c != '\\' || plan.raw) {
        line->text += c;
        line->origin += static_cast<char>(kExpanded);
        continue;
      }
      if (i + 1 == piece.text.size()) {
        joins = piece.ended;
        break;
      }
      line->text += piece.text[++i];
      line->origin += static_cast<char>(kQuoted);
    }
    if (!joins || plan.limits.count) co_return piece;
  }
}

}  // namespace

/// Complains of the first name that is none; the status then.
std::optional<int> bad_name(Shell& shell, const ReadPlan& plan) {
  for (const std::string& name : plan.names) {
    if (is_name(name) || (shell.bash() && name.find('[') != name.npos)) {
      continue;
    }
    if (shell.bash()) {
      shell.complain(fmt::format("`{}': not a valid identifier", name));
      return 1;
    }
    shell.abort(fmt::format("{}: bad variable name", name), 2);
    return 2;
  }
  return std::nullopt;
}

/// -a: each field becomes an element.
void fill_array(Shell& shell, const std::string& array, const Marked& line,
                const std::string& ifs) {
  shell.variables.unset(array);
  shell.variables.touch(array).kind = Variable::Kind::indexed;
  std::int64_t index = 0;
  const auto fields = split_fields(line, ifs);
  for (const Marked& field : fields) {
    shell.variables.set_element(array, index++, field.plain());
  }
}

Task<int> read_builtin(Shell& shell, Words words) {
  ReadPlan plan = plan_of(shell, words);
  if (plan.bad) co_return shell.bash() ? 2 : 2;
  if (plan.names.empty() && plan.array.empty()) {
    if (shell.dash()) {
      shell.abort("arg count", 2);
      co_return 2;
    }
    plan.names.push_back("REPLY");
  }
  const bool whole = words.size() == 1 ||
                     (plan.names.size() == 1 && plan.names.front() == "REPLY" &&
                      words.back() != "REPLY");
  const std::optional<int> refused = bad_name(shell, plan);
  if (refused) co_return *refused;
  kernel::Process& process = shell.process();
  const bool terminal = process.isatty(plan.fd);
  if (!plan.prompt.empty() && terminal) shell.complain_plain(plan.prompt);
  co_await shell.flush();
  kernel::Termios before;
  const bool hides = plan.silent && terminal;
  if (hides) {
    const SysResult<kernel::Termios> now = process.tcgetattr(plan.fd);
    if (now) before = *now;
    kernel::Termios quiet = before;
    quiet.echo = false;
    (void)process.tcsetattr(plan.fd, quiet);
  }
  Marked line;
  const LineRead read = co_await read_logical_line(shell, plan, &line);
  if (hides) (void)process.tcsetattr(plan.fd, before);
  if (read.error) {
    shell.complain(fmt::format("{}: {}",
                               shell.bash() ? "read error: 0" : "read error",
                               text_of(*read.error)));
    co_return shell.bash() ? 1 : 2;
  }
  const std::string ifs = shell.variables.get_or("IFS", " \t\n");
  int status = read.ended ? 0 : 1;
  if (read.timed_out) status = 142;
  if (read.interrupted) {
    co_await run_traps(shell);
    status = 130;
  }
  if (!plan.array.empty()) {
    fill_array(shell, plan.array, line, ifs);
    co_return status;
  }
  if (whole || plan.limits.ignores_delimiter) {
    const bool assigned = shell.assign(plan.names.front(), line.text);
    co_return assigned ? status : 1;
  }
  const List fields = distribute(line, ifs, plan.names.size());
  for (std::size_t i = 0; i < plan.names.size(); ++i) {
    if (!shell.assign(plan.names[i], i < fields.size() ? fields[i] : "")) {
      co_return shell.bash() ? 1 : 2;
    }
  }
  co_return status;
}

Task<int> mapfile_builtin(Shell& shell, Words words) {
  const Letters letters = read_letters(shell, words, "d:n:O:s:tu:C:c:");
  if (letters.bad) co_return 2;
  const auto first = static_cast<std::size_t>(letters.first);
  const std::string name = words.size() > first ? words[first] : "MAPFILE";
  const auto number = [&letters](char letter, std::int64_t otherwise) {
    const auto found = letters.values.find(letter);
    if (found == letters.values.end()) return otherwise;
    return parse_int(found->second).value_or(otherwise);
  };
  const auto fd = static_cast<Fd>(number('u', 0));
  const std::int64_t most = number('n', 0);
  std::int64_t skip = number('s', 0);
  std::int64_t index = number('O', 0);
  LineLimits limits;
  const auto delimiter = letters.values.find('d');
  if (delimiter != letters.values.end()) {
    limits.delimiter = delimiter->second.empty() ? '\0' : delimiter->second[0];
  }
  if (!letters.has('O')) {
    shell.variables.unset(name);
    shell.variables.touch(name).kind = Variable::Kind::indexed;
  }
  std::int64_t taken = 0;
  while (most == 0 || taken < most) {
    const LineRead line = co_await read_line(shell, fd, limits);
    if (!line.ended && line.text.empty()) break;
    if (skip-- > 0) continue;
    std::string text = line.text;
    if (line.ended && !letters.has('t')) text += limits.delimiter;
    const SetError error = shell.variables.set_element(name, index++, text);
    if (!shell.set_error(name, error)) co_return 1;
    ++taken;
    if (!line.ended) break;
  }
  co_return 0;
}

}  // namespace drydock::userland::sh
