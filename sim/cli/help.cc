// help.cc — the two layouts of help pages.

#include "sim/cli/help.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/base/table.h"

namespace drydock::cli {

namespace {

std::vector<const Flag*> shown(const Profile& profile, FlagTable flags) {
  std::vector<const Flag*> rows;
  for (const Flag& flag : flags) {
    if ((flag.where & profile.where) && !flag.hidden) rows.push_back(&flag);
  }
  return rows;
}

/// Presets may name a file under the user's home.
std::string preset_of(const Flag& flag, std::string_view home) {
  return replace_all(flag.preset, "~", home);
}

// --- 1.8: two columns by text/tabwriter -------------------------------------

std::string names18(const Flag& flag) {
  if (flag.name.empty()) return fmt::format("-{}", flag.letter);
  return flag.letter == 0 ? fmt::format("--{}", flag.name)
                          : fmt::format("-{}, --{}", flag.letter, flag.name);
}

std::string value18(const Flag& flag) {
  switch (flag.kind) {
    case Kind::toggle:
      return flag.preset.empty() ? "false" : std::string(flag.preset);
    case Kind::number:
    case Kind::uint16:
      return flag.preset.empty() ? "0" : std::string(flag.preset);
    case Kind::list:
    case Kind::strings:
    case Kind::map:
    case Kind::filter:
    case Kind::stream:
    case Kind::environment:
    case Kind::sysctl:
    case Kind::mount:
    case Kind::ulimit:
      return "[]";
    case Kind::text:
    case Kind::bytes:
    case Kind::decimal:
    case Kind::duration:
    case Kind::reference:
      break;
  }
  // A preset that begins with '~' or '=' is shown without quotes.
  if (flag.preset.starts_with('~')) return std::string(flag.preset);
  return go_quote(flag.preset);
}

std::string usages18(std::vector<const Flag*> rows) {
  static constexpr Flag kHelp{0,  "help", "",           Kind::toggle,
                              "", kBoth,  "Print usage"};
  const bool has_help = std::ranges::any_of(
      rows, [](const Flag* flag) { return flag->name == "help"; });
  if (!has_help) rows.push_back(&kHelp);
  const auto key = [](const Flag* flag) {
    return flag->letter == 0 ? lower(flag->name)
                             : lower(std::string(1, flag->letter));
  };
  std::ranges::stable_sort(rows, [&](const Flag* a, const Flag* b) {
    const std::string ka = key(a), kb = key(b);
    if (ka != kb) return ka < kb;
    return a->letter < b->letter;
  });
  Table table;
  for (const Flag* const flag : rows) {
    List lines = split(flag->help, '\n');
    const std::string left =
        fmt::format("  {}={}", names18(*flag), value18(*flag));
    table.rows.push_back({left, " " + lines.front()});
    for (std::size_t i = 1; i < lines.size(); ++i) {
      table.rows.push_back({"", "   " + lines[i]});
    }
  }
  return table.text();
}

// --- 20.10: aligned and wrapped as pflag does -------------------------------

/// The first line's worth of `text`: up to `width` characters, or a bit over
/// when that saves a last line of one short word.
std::string_view take_line(std::string_view& text, std::size_t width) {
  constexpr std::size_t kSlop = 5;
  const std::string_view all = text;
  if (width + kSlop > all.size()) {
    text = {};
    return all;
  }
  const std::string_view head = all.substr(0, width);
  std::size_t blank = head.find_last_of(" \t\n");
  if (blank == std::string_view::npos || blank == 0) {
    text = {};
    return all;
  }
  const std::size_t newline = head.rfind('\n');
  if (newline != std::string_view::npos && newline > 0 && newline < blank) {
    blank = newline;
  }
  text = all.substr(blank + 1);
  return all.substr(0, blank);
}

std::string wrapped(std::string_view text, std::size_t indent,
                    std::size_t columns) {
  constexpr std::size_t kSensible = 24, kSlop = 5;
  std::string result;
  if (columns < indent + kSensible) {
    indent = 16;
    result = "\n" + std::string(indent, ' ');
  }
  const std::string margin = "\n" + std::string(indent, ' ');
  if (columns < indent + kSensible) return replace_all(text, "\n", margin);
  const std::size_t width = columns - indent - kSlop;
  result += replace_all(take_line(text, width), "\n", margin);
  while (!text.empty()) {
    result += margin + replace_all(take_line(text, width), "\n", margin);
  }
  return result;
}

bool preset_is_zero(const Flag& flag) {
  const bool always_told = flag.value == "uint16" || flag.value == "map" ||
                           flag.kind == Kind::duration;
  if (flag.preset.empty()) return true;
  return !always_told && (flag.preset == "false" || flag.preset == "0");
}

std::string told_preset(const Flag& flag, std::string_view home) {
  if (preset_is_zero(flag)) return "";
  const std::string preset = preset_of(flag, home);
  const bool quoted = flag.value == "string";
  return fmt::format(" (default {})", quoted ? go_quote(preset) : preset);
}

std::string usages20(std::vector<const Flag*> rows, std::size_t columns,
                     std::string_view home) {
  std::ranges::stable_sort(
      rows, [](const Flag* a, const Flag* b) { return a->name < b->name; });
  List left;
  std::size_t width = 0;
  for (const Flag* const flag : rows) {
    std::string line =
        flag->letter == 0
            ? fmt::format("      --{}", flag->name)
            : fmt::format("  -{}, --{}", flag->letter, flag->name);
    if (!flag->value.empty()) line += fmt::format(" {}", flag->value);
    width = std::max(width, line.size() + 1);
    left.push_back(std::move(line));
  }
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string told =
        std::string(rows[i]->help) + told_preset(*rows[i], home);
    text += fmt::format("{:<{}}{}\n", left[i], width + 2,
                        wrapped(told, width + 2, columns));
  }
  return text;
}

std::string_view synopsis_of(const Profile& profile, const Command& command) {
  return profile.modern || command.synopsis18.empty() ? command.synopsis
                                                      : command.synopsis18;
}

}  // namespace

std::string flag_usages(const Profile& profile, FlagTable flags, int columns,
                        std::string_view home) {
  const std::vector<const Flag*> rows = shown(profile, flags);
  if (!profile.modern) return usages18(rows);
  const std::size_t width =
      columns > 1 ? static_cast<std::size_t>(columns) : 80;
  return usages20(rows, width - 1, home);
}

std::string short_usage(const Profile& profile, std::string_view path,
                        const Command& command) {
  const std::string_view options =
      shown(profile, command.flags).empty() ? "" : " [OPTIONS]";
  const List lines = split(synopsis_of(profile, command), '\n');
  std::string text;
  for (const std::string& line : lines) {
    std::string_view lead = "\t";
    if (&line == &lines.front())
      lead = profile.modern ? "Usage:  " : "Usage:\t";
    text += fmt::format("\n{}docker {}{}{}{}", lead, path, options,
                        line.empty() ? "" : " ", line);
  }
  return text + fmt::format("\n\n{}\n", command.brief);
}

std::string help_page(const Profile& profile, std::string_view path,
                      const Command& command, int columns,
                      std::string_view home) {
  std::string text = short_usage(profile, path, command);
  if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
  if (profile.modern && !command.aliases.empty()) {
    text += fmt::format("\nAliases:\n  {}\n", command.aliases);
  }
  const std::string usages = flag_usages(profile, command.flags, columns, home);
  if (usages.empty()) return text;
  return text + (profile.modern ? "\nOptions:\n" : "\n") + usages;
}

std::string operand_complaint(const Profile& profile, std::string_view path,
                              const Command& command, std::size_t count) {
  const auto plural = [](int n) { return n == 1 ? "argument" : "arguments"; };
  const int given = static_cast<int>(std::min<std::size_t>(count, 1'000'000));
  const int least = command.operands_min, most = command.operands_max;
  if (given >= least && (most < 0 || given <= most)) return "";
  std::string rule;
  if (profile.modern) {
    if (most == 0) {
      rule = "accepts no arguments";
    } else if (most == least) {
      rule = fmt::format("requires exactly {} {}", least, plural(least));
    } else if (most < 0) {
      rule = fmt::format("requires at least {} {}", least, plural(least));
    } else if (least == 0) {
      rule = fmt::format("requires at most {} {}", most, plural(most));
    } else {
      rule = fmt::format("requires at least {} and at most {} arguments", least,
                         most);
    }
    return fmt::format("\"docker {0}\" {1}.\nSee 'docker {0} --help'.\n{2}",
                       path, rule, short_usage(profile, path, command));
  }
  if (most == least) {
    rule = fmt::format("requires {} {}", least, plural(least));
  } else if (given < least) {
    rule = fmt::format("requires a minimum of {} {}", least, plural(least));
  } else {
    rule = fmt::format("requires a maximum of {} {}", most, plural(most));
  }
  return fmt::format("docker: \"{0}\" {1}.\nSee 'docker {0} --help'.\n{2}",
                     path, rule, short_usage(profile, path, command));
}

}  // namespace drydock::cli
