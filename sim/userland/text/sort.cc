// sort.cc — lines in order.

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/sort_key.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "b ignore-leading-blanks, d dictionary-order, f ignore-case, "
        "g general-numeric-sort, i ignore-nonprinting, M month-sort, "
        "h human-numeric-sort, n numeric-sort, R random-sort, r reverse, "
        "V version-sort, c check?, C, k key=, m merge, o output=, s stable, "
        "S buffer-size=, t field-separator=, T temporary-directory=, u unique, "
        "z zero-terminated, parallel=, batch-size=, compress-program=",
    .busybox =
        "n, r, u, k=, t=, b, d, f, g, i, M, h, V, c, o=, s, z, m, S=, T=",
    .refusal = 2};

std::optional<std::string> read_rules(const CommandLine& line,
                                      SortRules* rules) {
  for (const Option& option : line.given) {
    if (option.key == "k") {
      const Result<SortKey> key = parse_sort_key(option.value);
      if (!key) return key.error().text;
      rules->keys.push_back(*key);
    } else if (option.key == "t") {
      if (option.value.empty()) return "empty tab";
      const bool zero = option.value == "\\0";
      if (option.value.size() > 1 && !zero) {
        return fmt::format("multi-character tab '{}'", option.value);
      }
      rules->separator = zero ? '\0' : option.value[0];
    } else if (option.key.size() == 1) {
      rules->order.set(option.key[0]);
    }
  }
  rules->stable = line.has("s");
  rules->unique = line.has("u");
  return std::nullopt;
}

/// The number of the first line out of order, from one; 0 when none is.
std::size_t first_disorder(const List& lines, const SortRules& rules) {
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const int order = rules.compare(lines[i - 1], lines[i], true);
    if (order > 0 || (rules.unique && order == 0)) return i + 1;
  }
  return 0;
}

void keep_unique(List* lines, const SortRules& rules);

void sort_lines(List* lines, const SortRules& rules) {
  std::ranges::stable_sort(
      *lines, [&rules](const std::string& a, const std::string& b) {
        return rules.compare(a, b, true) < 0;
      });
  keep_unique(lines, rules);
}

void keep_unique(List* lines, const SortRules& rules) {
  if (!rules.unique) return;
  const auto equal = [&rules](const auto& a, const auto& b) {
    return rules.compare(a, b, false) == 0;
  };
  lines->erase(std::unique(lines->begin(), lines->end(), equal), lines->end());
}

/// -m: the least of the heads again and again; what is unsorted stays so.
List merge_files(const std::vector<List>& files, const SortRules& rules) {
  std::vector<std::size_t> next(files.size(), 0);
  List merged;
  for (;;) {
    std::optional<std::size_t> least;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (next[i] == files[i].size()) continue;
      const bool first =
          !least || rules.compare(files[i][next[i]],
                                  files[*least][next[*least]], true) < 0;
      if (first) least = i;
    }
    if (!least) break;
    merged.push_back(files[*least][next[*least]++]);
  }
  keep_unique(&merged, rules);
  return merged;
}

void add_lines(std::string_view text, char end, List* lines) {
  while (!text.empty()) {
    const std::size_t at = text.find(end);
    lines->emplace_back(text.substr(0, at));
    text.remove_prefix(at == text.npos ? text.size() : at + 1);
  }
}

}  // namespace

Task<int> sort_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  SortRules rules;
  if (const auto complaint = read_rules(line, &rules)) {
    out.complain(*complaint);
    co_return co_await out.finish(2);
  }
  const char end = line.has("z") ? '\0' : '\n';
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  List lines;
  std::vector<List> files;
  for (const std::string& name : names) {
    const SysResult<Bytes> text = co_await read_operand(self, name);
    if (!text) {
      const std::string_view form = out.busybox() ? "can't open '{}'"
                                    : text.error() == Errno::eisdir
                                        ? "read failed: {}"
                                        : "cannot read: {}";
      out.complain(fmt::format(fmt::runtime(form), name), text.error());
      const int status = out.busybox() ? 1 : 2;
      co_return co_await out.finish(status);
    }
    add_lines(*text, end, &lines);
    files.emplace_back();
    if (line.has("m")) add_lines(*text, end, &files.back());
  }
  if (line.has("c") || line.has("C")) {
    const std::size_t at = first_disorder(lines, rules);
    if (at == 0) co_return 0;
    if (!line.has("C")) {
      out.complain(
          fmt::format("{}:{}: disorder: {}", names[0], at, lines[at - 1]));
    }
    co_return co_await out.finish(1);
  }
  if (line.has("m")) {
    lines = merge_files(files, rules);
  } else {
    sort_lines(&lines, rules);
  }
  std::string text;
  for (const std::string& one : lines) {
    text += one;
    text += end;
  }
  if (const auto path = line.value("o")) {
    const SysOutcome written = co_await write_file(self, *path, text);
    if (written) co_return 0;
    out.complain("open failed: " + *path, written.error());
    co_return co_await out.finish(2);
  }
  out.say(text);
  co_return co_await out.finish(0, 2);
}

}  // namespace drydock::userland
