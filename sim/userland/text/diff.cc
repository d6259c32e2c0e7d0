// diff.cc — how two files, or two directories, differ: Myers' shortest edit.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILES",
    .gnu =
        "u, U unified=, q brief, r recursive, N new-file, s "
        "report-identical-files, a text, b ignore-space-change, "
        "w ignore-all-space, i ignore-case, B ignore-blank-lines, "
        "L label=, color?, normal",
    .busybox = "u, U=, q, r, N, s, a, b, w, i, B, L=, d, t, T",
    .refusal = 2};

/// A stretch of lines that differs: [from, to) of either side.
struct Hunk {
  std::size_t a, a_end, b, b_end;
};

/// Beyond it the rest is one hunk: a bound for time and memory.
constexpr std::int64_t kEditsMax = 1000;

/// Which lines are not in both.
struct Marks {
  std::vector<bool> a, b;
};

// Myers, "An O(ND) difference algorithm": furthest points on each diagonal,
// kept for each count of edits; then the way back.
bool shortest_edit(const std::vector<int>& a, const std::vector<int>& b,
                   Marks* marks) {
  const auto n = static_cast<std::int64_t>(a.size());
  const auto m = static_cast<std::int64_t>(b.size());
  const std::int64_t most = std::min(n + m, kEditsMax);
  std::vector<std::vector<std::int64_t>> trace;
  std::vector<std::int64_t> far(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::vector<std::int64_t>& row,
                      std::int64_t k) -> std::int64_t& {
    return row[static_cast<std::size_t>(k + most + 1)];
  };
  std::int64_t edits = -1;
  for (std::int64_t d = 0; d <= most && edits < 0; ++d) {
    trace.push_back(far);
    for (std::int64_t k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(far, k - 1) < at(far, k + 1));
      std::int64_t x = down ? at(far, k + 1) : at(far, k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 &&
             a[static_cast<std::size_t>(x)] ==
                 b[static_cast<std::size_t>(x - k)]) {
        ++x;
      }
      at(far, k) = x;
      if (x >= n && x - k >= m) edits = d;
    }
  }
  if (edits < 0) return false;
  std::int64_t x = n, y = m;
  for (std::int64_t d = edits; d > 0; --d) {
    std::vector<std::int64_t>& row = trace[static_cast<std::size_t>(d)];
    const std::int64_t k = x - y;
    const bool down = k == -d || (k != d && at(row, k - 1) < at(row, k + 1));
    const std::int64_t before = down ? k + 1 : k - 1;
    x = at(row, before);
    y = x - before;
    if (down) {
      marks->b[static_cast<std::size_t>(y)] = true;
    } else {
      marks->a[static_cast<std::size_t>(x)] = true;
    }
  }
  return true;
}

// Slides a run of changes down as far as equal lines let it, as GNU diff does.
void settle(const std::vector<int>& lines, std::vector<bool>* marks) {
  for (std::size_t end = lines.size(); end > 0; --end) {
    const std::size_t last = end - 1;
    if (!(*marks)[last] || (end < lines.size() && (*marks)[end])) continue;
    std::size_t from = last;
    while (from > 0 && (*marks)[from - 1]) --from;
    std::size_t to = end;
    while (to < lines.size() && !(*marks)[to] && lines[from] == lines[to]) {
      (*marks)[from++] = false;
      (*marks)[to++] = true;
    }
  }
}

std::vector<Hunk> hunks_of(const Marks& marks) {
  std::vector<Hunk> hunks;
  std::size_t i = 0, j = 0;
  while (i < marks.a.size() || j < marks.b.size()) {
    Hunk hunk{i, i, j, j};
    while (hunk.a_end < marks.a.size() && marks.a[hunk.a_end]) ++hunk.a_end;
    while (hunk.b_end < marks.b.size() && marks.b[hunk.b_end]) ++hunk.b_end;
    if (hunk.a_end > i || hunk.b_end > j) {
      hunks.push_back(hunk);
      i = hunk.a_end;
      j = hunk.b_end;
    } else {
      ++i;
      ++j;
    }
  }
  return hunks;
}

/// A file as lines; `whole` is false when the last has no newline.
struct Text {
  List lines;
  bool whole = true;
};

Text text_of_bytes(std::string_view bytes) {
  Text text;
  text.whole = bytes.empty() || bytes.back() == '\n';
  text.lines = split(bytes, '\n');
  if (text.whole) text.lines.pop_back();
  return text;
}

std::string key_of(const Options& options, const std::string& line) {
  std::string key;
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && options.has("w")) continue;
    if (blank && options.has("b")) {
      if (!key.ends_with(' ')) key += ' ';
      continue;
    }
    key += c;
  }
  if (options.has("b") && key.ends_with(' ')) key.pop_back();
  return options.has("i") ? lower(key) : key;
}

std::vector<Hunk> compare(const Options& options, const Text& a,
                          const Text& b) {
  std::map<std::string, int> ids;
  const auto numbers = [&](const Text& text) {
    std::vector<int> row;
    for (std::size_t i = 0; i < text.lines.size(); ++i) {
      const bool cut = !text.whole && i + 1 == text.lines.size();
      const std::string key =
          key_of(options, text.lines[i]) + (cut ? "" : "\n");
      row.push_back(
          ids.emplace(key, static_cast<int>(ids.size())).first->second);
    }
    return row;
  };
  const std::vector<int> left = numbers(a), right = numbers(b);
  Marks marks{std::vector<bool>(left.size()), std::vector<bool>(right.size())};
  if (!shortest_edit(left, right, &marks)) {
    marks.a.assign(left.size(), true);
    marks.b.assign(right.size(), true);
    return hunks_of(marks);
  }
  settle(left, &marks.a);
  settle(right, &marks.b);
  return hunks_of(marks);
}

void say_lines(std::string* out, const Text& text, std::size_t from,
               std::size_t to, std::string_view mark) {
  for (std::size_t i = from; i < to; ++i) {
    *out += fmt::format("{}{}\n", mark, text.lines[i]);
    const bool cut = !text.whole && i + 1 == text.lines.size();
    if (cut) *out += "\\ No newline at end of file\n";
  }
}

std::string normal_range(std::size_t from, std::size_t to) {
  if (to <= from + 1) return std::to_string(to);
  return fmt::format("{},{}", from + 1, to);
}

std::string normal(const Text& a, const Text& b,
                   const std::vector<Hunk>& hunks) {
  std::string out;
  for (const Hunk& hunk : hunks) {
    const bool gone = hunk.a_end > hunk.a, come = hunk.b_end > hunk.b;
    out += normal_range(hunk.a, hunk.a_end);
    out += gone && come ? 'c' : gone ? 'd' : 'a';
    out += normal_range(hunk.b, hunk.b_end) + "\n";
    say_lines(&out, a, hunk.a, hunk.a_end, "< ");
    if (gone && come) out += "---\n";
    say_lines(&out, b, hunk.b, hunk.b_end, "> ");
  }
  return out;
}

std::string unified_range(std::size_t from, std::size_t to) {
  if (to == from + 1) return std::to_string(to);
  return fmt::format("{},{}", to == from ? from : from + 1, to - from);
}

std::string unified(const Text& a, const Text& b,
                    const std::vector<Hunk>& hunks, std::size_t context) {
  std::string out;
  for (std::size_t first = 0; first < hunks.size();) {
    std::size_t last = first;
    while (last + 1 < hunks.size() &&
           hunks[last + 1].a - hunks[last].a_end <= 2 * context) {
      ++last;
    }
    const std::size_t lead = std::min(context, hunks[first].a);
    const std::size_t tail =
        std::min(context, a.lines.size() - hunks[last].a_end);
    std::size_t at = hunks[first].a - lead;
    out += fmt::format(
        "@@ -{} +{} @@\n", unified_range(at, hunks[last].a_end + tail),
        unified_range(hunks[first].b - lead, hunks[last].b_end + tail));
    for (std::size_t i = first; i <= last; ++i) {
      say_lines(&out, a, at, hunks[i].a, " ");
      say_lines(&out, a, hunks[i].a, hunks[i].a_end, "-");
      say_lines(&out, b, hunks[i].b, hunks[i].b_end, "+");
      at = hunks[i].a_end;
    }
    say_lines(&out, a, at, at + tail, " ");
    first = last + 1;
  }
  return out;
}

struct Side {
  std::string name;
  Bytes bytes;
  bool there = true;
  Time mtime;
};

std::string heading(const Options& options, const Side& side,
                    std::string_view mark, std::size_t number) {
  List labels;
  for (const Option& option : options.given) {
    if (option.key == "L") labels.push_back(option.value);
  }
  if (number < labels.size()) {
    return fmt::format("{} {}\n", mark, labels[number]);
  }
  return fmt::format("{} {}\t{}\n", mark, side.name,
                     format_time(side.mtime, "%Y-%m-%d %H:%M:%S.%N +0000"));
}

/// One run: its options, its words and its status.
struct Differ {
  Output* out;
  const CommandLine* line;
  int status = 0;
  std::string options;  // As given, for "diff -r a/x b/x".
};

void differ(Differ& run, const Side& a, const Side& b, bool announced) {
  if (a.bytes == b.bytes) {
    if (run.line->has("s")) {
      run.out->say(
          fmt::format("Files {} and {} are identical\n", a.name, b.name));
    }
    return;
  }
  const bool binary =
      a.bytes.find('\0') != a.bytes.npos || b.bytes.find('\0') != b.bytes.npos;
  if (run.line->has("q") || (binary && !run.line->has("a"))) {
    run.status = std::max(run.status, binary && !run.line->has("q") ? 2 : 1);
    run.out->say(fmt::format("{}iles {} and {} differ\n",
                             binary && !run.line->has("q") ? "Binary f" : "F",
                             a.name, b.name));
    return;
  }
  const Text left = text_of_bytes(a.bytes), right = text_of_bytes(b.bytes);
  const std::vector<Hunk> hunks = compare(*run.line, left, right);
  if (hunks.empty()) return;
  run.status = std::max(run.status, 1);
  if (announced && !run.out->busybox()) {
    run.out->say(fmt::format("diff{} {} {}\n", run.options, a.name, b.name));
  }
  const bool uni =
      run.line->has("u") || run.line->has("U") || run.out->busybox();
  if (!uni) return run.out->say(normal(left, right, hunks));
  const auto context = parse_int(run.line->value("U").value_or("3"));
  run.out->say(heading(*run.line, a, "---", 0));
  run.out->say(heading(*run.line, b, "+++", 1));
  run.out->say(unified(left, right, hunks,
                       static_cast<std::size_t>(context.value_or(3))));
}

Task<bool> read_side(Differ* run, Side* side) {
  Process& self = run->out->self();
  const auto file = self.stat(side->name);
  if (side->name != "-" && !file && run->line->has("N")) {
    side->there = false;
    co_return true;
  }
  const SysResult<Bytes> content = co_await read_operand(self, side->name);
  if (!content) {
    complain_about(*run->out, side->name, content.error(), true);
    run->status = 2;
    co_return false;
  }
  side->bytes = *content;
  side->mtime = file ? file->mtime : self.now();
  co_return true;
}

Task<void> differ_files(Differ* run, std::string a, std::string b,
                        bool announced) {
  Side left, right;
  left.name = a;
  right.name = b;
  const bool one = co_await read_side(run, &left);
  const bool two = co_await read_side(run, &right);
  if (one && two) differ(*run, left, right, announced);
}

Task<void> differ_directories(Differ* run, std::string a, std::string b,
                              int depth) {
  Process& self = run->out->self();
  std::set<std::string> names, in_a, in_b;
  const auto left = self.readdir(a), right = self.readdir(b);
  if (left) {
    for (const vfs::DirectoryEntry& entry : *left) in_a.insert(entry.name);
  }
  if (right) {
    for (const vfs::DirectoryEntry& entry : *right) in_b.insert(entry.name);
  }
  names = in_a;
  names.insert(in_b.begin(), in_b.end());
  for (const std::string& name : names) {
    const bool both = in_a.contains(name) && in_b.contains(name);
    const std::string one = concat(a, name), two = concat(b, name);
    if (!both && !run->line->has("N")) {
      run->out->say(
          fmt::format("Only in {}: {}\n", in_a.contains(name) ? a : b, name));
      run->status = std::max(run->status, 1);
      continue;
    }
    const bool down = is_directory(self, one) || is_directory(self, two);
    if (!down) {
      co_await differ_files(run, one, two, true);
    } else if (!run->line->has("r")) {
      run->out->say(
          fmt::format("Common subdirectories: {} and {}\n", one, two));
    } else if (depth < 100) {
      co_await differ_directories(run, one, two, depth + 1);
    }
  }
}

}  // namespace

Task<int> diff_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 2) {
    const std::string complaint =
        line.operands.size() > 2
            ? "extra operand " + quoted(line.operands[2])
            : "missing operand after " +
                  quoted(line.operands.empty() ? "diff" : line.operands[0]);
    const int status = refuse(out, kAbout, complaint);
    co_return co_await out.finish(status);
  }
  Differ run{&out, &line, 0, ""};
  for (const std::string& word : self.argv()) {
    if (word.size() > 1 && word[0] == '-') run.options += " " + word;
  }
  std::string a = line.operands[0], b = line.operands[1];
  const bool a_below = is_directory(self, a), b_below = is_directory(self, b);
  if (a_below && b_below) {
    co_await differ_directories(&run, a, b, 0);
  } else {
    if (a_below) a = concat(a, vfs::base_name(b));
    if (b_below) b = concat(b, vfs::base_name(a));
    co_await differ_files(&run, a, b, false);
  }
  co_return co_await out.finish(run.status, 2);
}

}  // namespace drydock::userland
