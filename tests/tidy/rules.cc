// rules.cc — what each house rule forbids, and the words for it.

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>

#include "sim/base/text.h"

namespace drydock::tidy {

namespace {

constexpr std::size_t kFileLinesMax = 600;
constexpr std::size_t kFunctionLinesMax = 70;

std::string at(const SourceFile& file, std::size_t index,
               const std::string& what) {
  return file.path + ":" + std::to_string(index + 1) + ": " + what;
}

/// design.md §2: whose headers a room may include, beside its own.
const std::map<std::string, std::set<std::string>>& law() {
  static const std::map<std::string, std::set<std::string>> table = {
      {"sim/base", {}},
      {"sim/vfs", {"sim/base"}},
      {"sim/kernel", {"sim/base", "sim/vfs"}},
      {"sim/userland", {"sim/base", "sim/vfs", "sim/kernel"}},
      {"sim/image", {"sim/base", "sim/vfs"}},
      {"sim/engine", {"sim/base", "sim/vfs", "sim/image"}},
      {"sim/builder", {"sim/base", "sim/vfs", "sim/image", "sim/engine"}},
      {"sim/cli",
       {"sim/base", "sim/vfs", "sim/image", "sim/engine", "sim/builder"}},
      {"sim/catalog",
       {"sim/base", "sim/vfs", "sim/image", "sim/engine", "sim/builder",
        "sim/kernel", "sim/userland"}},
      {"sim/machine",
       {"sim/base", "sim/vfs", "sim/image", "sim/engine", "sim/builder",
        "sim/cli", "sim/kernel", "sim/userland", "sim/catalog"}},
      {"sim/scenario",
       {"sim/base", "sim/vfs", "sim/image", "sim/engine", "sim/builder",
        "sim/cli", "sim/kernel", "sim/userland", "sim/catalog", "sim/machine"}},
      {"realmode",
       {"sim/base", "sim/vfs", "sim/image", "sim/engine", "sim/builder",
        "sim/cli"}},
  };
  return table;
}

/// "sim/vfs/tar.h" lives in "sim/vfs", "realmode/sys/fd.h" in "realmode".
std::string room_of(std::string_view path) {
  const List parts = split(path, '/');
  if (parts.size() < 2) return "";
  if (parts[0] == "sim" && parts.size() > 2) return "sim/" + parts[1];
  if (parts[0] == "realmode") return "realmode";
  return "";
}

struct Ban {
  std::string_view pattern;
  std::string_view instead;
};

// clang-format off
constexpr std::array kBans = {
    Ban{R"(\bstd::random_device\b|\bmt19937|#include <random>)", "chance comes in as a drydock::Prng"},
    Ban{R"(\bstd::chrono\b|#include <chrono>|#include <ctime>|[^_\w](time|gettimeofday|clock_gettime)\(NULL|\btime\(nullptr\))", "time comes in as a drydock::Clock"},
    Ban{R"(#include <(thread|mutex|atomic|future|condition_variable)>)", "fibers wait: sim/base/wait.h"},
    Ban{R"(#include <(unistd|fcntl|signal|dirent|poll|termios|pwd|grp|sched)\.h>|#include <(sys|linux|arpa|netinet)/)", "no operating system here: engine/backend.h is the door"},
    Ban{R"(#include <filesystem>|\bstd::filesystem\b)", "paths are sim/vfs/walk.h"},
    Ban{R"(\bunordered_(multi)?(map|set)\b)", "std::map or std::set: their order is the same everywhere"},
    Ban{R"(\bstd::hash\b)", "sim/base/sha256.h, or no hash at all"},
    Ban{R"(\bstd::shuffle\b|\b(s?rand)\(\))", "drydock::Prng::below"},
    Ban{R"(\bstd::sort\b|\branges::sort\b)", "stable_sort: equal elements keep their order everywhere"},
    Ban{R"(\bstd::locale\b|\bsetlocale\b)", "the C locale, always"},
    Ban{R"(\b(unsigned )?long( long)?( int)?\b(?! double))", "std::int64_t or std::uint64_t: long differs between machines"},
    Ban{R"(\bstd::(cout|cerr|cin)\b|\bprintf\()", "a Console, a Process or a returned text"},
    Ban{R"(\bstd::getenv\b|[^.>\w]getenv\(")", "Process::getenv or Console::getenv"},
    Ban{R"(\bthrow\b)", "a Result: exceptions do not cross a co_await"},
};
// clang-format on

/// The line without its comments and the insides of its string literals.
std::string code_of(const std::string& line) {
  std::string code;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0, code += c;
      continue;
    }
    if (c == '/' && i + 1 < line.size() && line[i + 1] == '/') break;
    const bool digit_separator =
        c == '\'' && i > 0 &&
        std::isalnum(static_cast<unsigned char>(line[i - 1]));
    if (c == '"' || (c == '\'' && !digit_separator)) quote = c;
    code += c;
  }
  return code;
}

bool is_comment(const std::string& line) {
  return trim(line).starts_with("//");
}

bool is_ours(const SourceFile& file) {
  return file.path.starts_with("sim/") && file.path != "sim/main.cc" &&
         !file.path.starts_with("sim/front/");
}

std::string statement_from(const SourceFile& file, std::size_t line,
                           std::size_t column) {
  std::string text = code_of(file.lines[line]).substr(column);
  while (text.find(';') == std::string::npos && ++line < file.lines.size()) {
    text += " " + std::string(trim(code_of(file.lines[line])));
  }
  return text.substr(0, text.find(';'));
}

/// True of the rest of a condition: "f()) return" in `if (co_await f())
/// return`.
bool closes_more_than_it_opens(const std::string& text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0) return true;
  }
  return false;
}

/// What follows the first call in `text`, up to where the `open` calls that
/// it is an argument of are closed.
std::string rest_of_call(const std::string& text, std::ptrdiff_t open) {
  const std::size_t begin = text.find('(');
  std::size_t at = begin;
  for (std::ptrdiff_t depth = open; depth > 0 && at < text.size(); ++at) {
    depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
  }
  return text.substr(begin, at - begin);
}

/// A '[' that begins a lambda, not a subscript.
bool has_lambda(const std::string& text) {
  static const std::regex lambda(R"([(, ]\[)");
  return std::regex_search(text, lambda);
}

/// Rows of tables and labels of switches, which are tables too.
bool is_row(const std::string& line) {
  const std::string_view text = trim(line);
  return text.starts_with("{") || text.starts_with("\"") ||
         text.starts_with("case ") || text == "break;" ||
         text.starts_with("Row{");
}

}  // namespace

SourceFile source(std::string path, std::string_view text) {
  SourceFile file{std::move(path), split(text, '\n')};
  if (!file.lines.empty() && file.lines.back().empty()) file.lines.pop_back();
  return file;
}

Complaints include_law(const SourceFile& file) {
  const std::string room = room_of(file.path);
  const auto allowed = law().find(room);
  if (allowed == law().end()) return {};
  static const std::regex include(R"re(^#include "([^"]+)")re");
  static const std::regex heavy(
      R"re(^#include <(boost/|nlohmann/json\.hpp))re");
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (file.path.ends_with(".h") && std::regex_search(file.lines[i], heavy)) {
      complaints.push_back(at(file, i, "heavy header: include it in a .cc"));
    }
    if (!std::regex_search(file.lines[i], match, include)) continue;
    const std::string other = room_of(match[1].str());
    // Everybody but the engine's own kin knows of it only backend.h.
    if (other == room || allowed->second.contains(other)) continue;
    complaints.push_back(
        at(file, i, room + " may not include " + match[1].str()));
  }
  return complaints;
}

Complaints coroutine_law(const SourceFile& file) {
  static const std::regex good(R"((^|[;{}:)]|= |co_return )\s*$)");
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (is_comment(file.lines[i])) continue;
    const std::string code = code_of(file.lines[i]);
    const std::size_t column = code.find("co_await");
    if (column == std::string::npos) continue;
    std::string before = code.substr(0, column);
    if (trim(before).empty() && i > 0) {
      before = code_of(file.lines[i - 1]) + " ";
    }
    const std::string rest = statement_from(file, i, column);
    const bool twice = rest.find("co_await", 1) != std::string::npos;
    const std::string header = std::string(trim(before));
    const bool opens = header.empty() || std::regex_search(before, good);
    if (!opens || closes_more_than_it_opens(rest) || twice ||
        rest.find_first_of("{?") != std::string::npos || has_lambda(rest)) {
      complaints.push_back(at(
          file, i,
          "one co_await a statement, its result named, no '{', '[' or '?' in "
          "it "
          "(g++ 12 miscompiles the rest)"));
    }
  }
  return complaints;
}

Complaints switch_law(const SourceFile& file) {
  static const std::regex head(R"(\bswitch \(.*\) \{$)");
  static const std::regex bare(R"(^(case .*: |default: )?co_return\b)");
  Complaints complaints;
  std::vector<bool> blocks;  // Of each open one: is it a switch's?
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    // clang-format guarantees that a function ends here; so a brace in a
    // raw string that was taken for one is forgotten at the next.
    if (file.lines[i].starts_with("}")) blocks.clear();
    const std::string code = code_of(file.lines[i]);
    const std::string text(trim(code));
    const std::string above =
        i == 0 ? "" : std::string(trim(code_of(file.lines[i - 1])));
    const bool of_an_if = above.ends_with(")") || above.ends_with("else");
    const bool in_switch = !blocks.empty() && blocks.back();
    if (in_switch && !of_an_if && std::regex_search(text, bare) &&
        statement_from(file, i, 0).find("co_await") == std::string::npos) {
      complaints.push_back(
          at(file, i,
             "in a switch, give a co_return its own braces (clang 14 ends its "
             "temporaries where the switch ends, by whichever label)"));
    }
    for (const char c : code) {
      if (c == '{') blocks.push_back(std::regex_search(code, head));
      if (c == '}' && !blocks.empty()) blocks.pop_back();
    }
  }
  return complaints;
}

Complaints determinism_bans(const SourceFile& file) {
  if (!is_ours(file)) return {};
  static const auto compiled = [] {
    std::vector<std::pair<std::regex, std::string>> all;
    for (const Ban& ban : kBans) {
      all.emplace_back(std::regex(std::string(ban.pattern)),
                       std::string(ban.instead));
    }
    return all;
  }();
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string code = code_of(file.lines[i]);
    for (const auto& [pattern, instead] : compiled) {
      if (std::regex_search(code, pattern)) {
        complaints.push_back(at(file, i, "not here: " + instead));
      }
    }
  }
  return complaints;
}

Complaints subrange_law(const SourceFile& file) {
  static const std::regex answers_subrange(
      R"(\branges::(unique|remove|remove_if|partition|stable_partition|rotate|search|equal_range|find_end)\()");
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (!std::regex_search(code_of(file.lines[i]), answers_subrange)) continue;
    complaints.push_back(
        at(file, i,
           "its namesake in std, or std::erase_if: clang 14 cannot read the "
           "subrange that this one answers in libstdc++ 12"));
  }
  return complaints;
}

Complaints draw_law(const SourceFile& file) {
  static const std::regex draw(R"((\brandom(_\w+)?\(\)|\.below\())");
  if (!is_ours(file)) return {};
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch first;
    const std::string code = code_of(file.lines[i]);
    if (!std::regex_search(code, first, draw)) continue;
    const std::string before = first.prefix();
    const auto open =
        std::ranges::count(before, '(') - std::ranges::count(before, ')');
    // Of no call: `a = random(), b = random()` has an order.
    if (open <= 0) continue;
    const auto column = static_cast<std::size_t>(first.position());
    if (std::regex_search(rest_of_call(statement_from(file, i, column), open),
                          draw)) {
      complaints.push_back(
          at(file, i,
             "one draw a call: the order of arguments is the compiler's own"));
    }
  }
  return complaints;
}

Complaints file_size(const SourceFile& file) {
  const auto rows = static_cast<std::size_t>(
      std::ranges::count_if(file.lines, [](const std::string& line) {
        const std::string_view text = trim(line);
        return text.starts_with("{") || text.starts_with("Row{") ||
               text.starts_with("\"");
      }));
  const std::size_t lines = file.lines.size() - rows;
  if (lines <= kFileLinesMax) return {};
  return {at(file, file.lines.size() - 1,
             "a file is one sitting: split it (" + std::to_string(lines) +
                 " lines besides tables)")};
}

Complaints function_size(const SourceFile& file) {
  // clang-format guarantees the shape: a body is two columns in from its '}'.
  static const std::regex opens(
      R"(^ *[\w~:<>&*,\[\]=( ].*\)[\w &:<>,()*]*\{$)");
  static const std::regex control(
      R"(^ *(if|for|while|switch|\} else|do|namespace|struct|class|enum)\b)");
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (!std::regex_match(file.lines[i], opens)) continue;
    if (std::regex_search(file.lines[i], control)) continue;
    if (trim(file.lines[i]).starts_with('[')) continue;  // A row's lambda.
    if (i + 1 == file.lines.size()) continue;
    const std::size_t body = file.lines[i + 1].find_first_not_of(' ');
    if (body == std::string::npos || body < 2) continue;
    const std::string end = std::string(body - 2, ' ') + "}";
    std::size_t j = i, rows = 0;
    while (++j < file.lines.size() && !file.lines[j].starts_with(end)) {
      rows += is_row(file.lines[j]);
    }
    if (j - i - rows <= kFunctionLinesMax) continue;
    complaints.push_back(at(file, i,
                            "a function fits a screen: split it (" +
                                std::to_string(j - i - rows) + " lines)"));
  }
  return complaints;
}

Complaints heading(const SourceFile& file) {
  const std::string name = split(file.path, '/').back();
  if (!file.lines.empty() && file.lines[0].starts_with("// " + name + " — ")) {
    return {};
  }
  return {at(file, 0, "begin with: // " + name + " — one sentence.")};
}

Complaints leftovers(const SourceFile& file) {
  static const std::regex left(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (std::regex_search(file.lines[i], left)) {
      complaints.push_back(at(file, i, "do it, or file it"));
    }
  }
  return complaints;
}

std::vector<std::string> reading_order(std::string_view readme) {
  std::vector<std::string> paths;
  bool inside = false;
  static const std::regex item(R"(^\d+\. `([^`]+)`)");
  for (const std::string& line : split(readme, '\n')) {
    if (line.starts_with("#")) inside = line.find("Reading order") != line.npos;
    std::smatch match;
    if (inside && std::regex_search(line, match, item)) {
      paths.push_back(match[1].str());
    }
  }
  return paths;
}

}  // namespace drydock::tidy
