// grep.cc — print the lines that match a pattern.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/grep_filter.h"
#include "sim/userland/text/text_tools.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... PATTERN [FILE]...",
    .gnu =
        "E extended-regexp, F fixed-strings, G basic-regexp, P perl-regexp, "
        "e regexp=, f file=, i ignore-case, y, w word-regexp, x line-regexp, "
        "z null-data, s no-messages, v invert-match, m max-count=, "
        "b byte-offset, n line-number, line-buffered, H with-filename, "
        "h no-filename, o only-matching, q quiet, q silent, "
        "binary-files=, a text, I, d directories=, D devices=, r recursive, "
        "R dereference-recursive, include=, exclude=, exclude-dir=, "
        "L files-without-match, l files-with-matches, c count, "
        "T initial-tab, Z null, B before-context=, A after-context=, "
        "C context=, color?, colour?, U binary",
    .busybox =
        "E, F, e=, f=, i, w, x, z, s, v, m=, n, H, h, o, q, r, R, L, l, c, "
        "B=, A=, C=, a, color?",
    .refusal = 2};

/// "-3" means "-C 3"; grep knows it wherever an option may stand.
List with_context_numbers(List words) {
  if (!words.empty()) words.erase(words.begin());
  for (std::string& word : words) {
    if (word == "--") break;
    const bool digits = word.size() > 1 && word[0] == '-' &&
                        word.find_first_not_of("0123456789", 1) == word.npos;
    if (digits) word = "-C" + word.substr(1);
  }
  return words;
}

struct Grep {
  List patterns;
  RegexSyntax syntax;
  GrepStyle style;
  List files;
  bool recursive = false, skip_directories = false, no_messages = false;
  List include, exclude, exclude_dir;
};

GrepStyle style_of(const CommandLine& line) {
  GrepStyle style;
  style.invert = line.has("v");
  style.count = line.has("c");
  style.quiet = line.has("q");
  style.only_matching = line.has("o");
  style.files_with = line.has("l");
  style.files_without = line.has("L");
  style.line_numbers = line.has("n");
  style.byte_offsets = line.has("b");
  style.null_after_name = line.has("Z");
  style.initial_tab = line.has("T");
  style.null_data = line.has("z");
  style.text = line.has("a") || line.value("binary-files") == "text";
  return style;
}

/// Numbers of -A -B -C -m; the complaint when one is none.
std::optional<std::string> read_numbers(const CommandLine& line,
                                        GrepStyle* style) {
  for (const Option& option : line.given) {
    const bool context =
        option.key == "A" || option.key == "B" || option.key == "C";
    if (!context && option.key != "m") continue;
    const auto number = parse_int(option.value);
    if (!number || (context && *number < 0)) {
      return context ? option.value + ": invalid context length argument"
                     : std::string("invalid max count");
    }
    if (option.key == "m") style->max_count = *number;
    if (context) style->context = true;
    if (option.key == "A" || option.key == "C") style->after = *number;
    if (option.key == "B" || option.key == "C") style->before = *number;
  }
  return std::nullopt;
}

void read_syntax(const CommandLine& line, std::string_view name, Grep* grep) {
  std::string dialect = line.last_of({"E", "F", "G"});
  if (dialect.empty() && name == "egrep") dialect = "E";
  if (dialect.empty() && name == "fgrep") dialect = "F";
  grep->syntax.extended = dialect == "E";
  grep->syntax.literal = dialect == "F";
  grep->syntax.leading_star = LeadingStar::skip;
  grep->syntax.ignore_case = line.has("i") || line.has("y");
  grep->syntax.whole_word = line.has("w");
  grep->syntax.whole_line = line.has("x");
}

/// Patterns are lines; the newline at the end of a file of them is none.
void add_patterns(std::string_view text, List* patterns) {
  for (std::string& pattern : split(text, '\n')) {
    patterns->push_back(std::move(pattern));
  }
}

Task<bool> read_patterns(Output& out, const CommandLine& line, Grep* grep) {
  List operands = line.operands;
  bool given = false;
  for (const Option& option : line.given) {
    if (option.key == "e") add_patterns(option.value, &grep->patterns);
    given = given || option.key == "e" || option.key == "f";
    if (option.key != "f") continue;
    const SysResult<Bytes> text =
        co_await read_operand(out.self(), option.value);
    if (!text) {
      out.complain(option.value, text.error());
      co_return false;
    }
    std::string_view lines = *text;
    if (lines.empty()) continue;
    if (lines.ends_with('\n')) lines.remove_suffix(1);
    add_patterns(lines, &grep->patterns);
  }
  if (!given) {
    if (operands.empty()) {
      out.complain_plain(
          fmt::format("Usage: {} [OPTION]... PATTERN [FILE]...\n", out.name()));
      advise(out, kAbout);
      co_return false;
    }
    add_patterns(operands.front(), &grep->patterns);
    operands.erase(operands.begin());
  }
  grep->files = std::move(operands);
  co_return true;
}

bool wanted(const Grep& grep, std::string_view path, bool directory) {
  const std::string name = vfs::base_name(path);
  const auto any = [&name](const List& globs) {
    for (const std::string& glob : globs) {
      if (matches(glob, name)) return true;
    }
    return false;
  };
  if (directory) return !any(grep.exclude_dir);
  if (any(grep.exclude)) return false;
  return grep.include.empty() || any(grep.include);
}

/// Replaces directories by the files below them (-r); in order of name.
List expand_directories(Output& out, const Grep& grep, List names,
                        int* status) {
  List files;
  List stack(names.rbegin(), names.rend());
  while (!stack.empty()) {
    const std::string name = stack.back();
    stack.pop_back();
    const auto file = out.self().stat(name);
    if (name == "-" || !file || file->type != vfs::FileType::directory) {
      if (name == "-" || wanted(grep, name, false)) files.push_back(name);
      continue;
    }
    if (!wanted(grep, name, true)) continue;
    const auto entries = out.self().readdir(name);
    if (!entries) {
      if (!grep.no_messages) out.complain(name, entries.error());
      *status = 2;
      continue;
    }
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      if (entry->type == vfs::FileType::symlink) continue;
      stack.push_back(concat(name, entry->name));
    }
  }
  return files;
}

struct FileResult {
  bool failed = false;
  bool selected = false;
};

Task<FileResult> grep_file(Output& out, const Grep& grep, GrepFilter* filter,
                           std::string name) {
  FileResult result;
  const SysResult<Fd> fd = co_await open_operand(out.self(), name);
  if (!fd) {
    if (!grep.no_messages) complain_about(out, name, fd.error());
    result.failed = true;
    co_return result;
  }
  Lines lines(out.self(), *fd, grep.style.null_data ? '\0' : '\n');
  filter->begin_file(name);
  std::string line;
  for (;;) {
    if (!lines.ready()) co_await drain(out);
    const bool more = co_await lines.next(&line);
    if (!more) break;
    if (!filter->line(line, lines.terminated(), out)) break;
    const bool written = co_await drain(out);
    if (!written) break;
  }
  if (lines.error() && !grep.no_messages && !grep.skip_directories) {
    const bool memory = *lines.error() == Errno::enomem;
    if (memory) out.complain("memory exhausted");
    if (!memory) out.complain(name, *lines.error());
  }
  result.failed = lines.error().has_value() && !grep.skip_directories;
  filter->end_file(out);
  close_operand(out.self(), *fd);
  co_return result;
}

Task<int> grep_files(Output& out, Grep grep, GrepFilter* filter, int status) {
  for (const std::string& name : grep.files) {
    const FileResult file = co_await grep_file(out, grep, filter, name);
    if (filter->exhausted()) {
      out.complain("Memory exhausted");
      co_return co_await out.finish(2, 2);
    }
    if (file.failed) status = 2;
    if (grep.style.quiet && filter->any_selected()) co_return 0;
  }
  const bool found = filter->any_selected();
  if (status == 0) status = found ? 0 : 1;
  co_return co_await out.finish(status, 2);
}

List values_of(const CommandLine& line, std::string_view key) {
  List values;
  for (const Option& option : line.given) {
    if (option.key == key) values.push_back(option.value);
  }
  return values;
}

}  // namespace

Task<int> grep_main(Process& self) {
  Output out(self);
  const List words = with_context_numbers(self.argv());
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("P")) {
    out.complain("drydock: Perl's regular expressions (-P) are not modelled");
    co_return co_await out.finish(2);
  }
  Grep grep;
  grep.style = style_of(line);
  grep.style.busybox = out.busybox();
  if (const auto complaint = read_numbers(line, &grep.style)) {
    out.complain(*complaint);
    co_return co_await out.finish(2);
  }
  read_syntax(line, vfs::base_name(out.name()), &grep);
  const bool patterns = co_await read_patterns(out, line, &grep);
  if (!patterns) co_return co_await out.finish(2);
  grep.no_messages = line.has("s");
  grep.recursive =
      line.has("r") || line.has("R") || line.value("d") == "recurse";
  grep.skip_directories = line.value("d") == "skip";
  grep.include = values_of(line, "include");
  grep.exclude = values_of(line, "exclude");
  grep.exclude_dir = values_of(line, "exclude-dir");
  if (grep.patterns.empty()) {  // grep -f /dev/null: nothing matches.
    grep.patterns.push_back("");
    grep.style.invert = !grep.style.invert;
  }
  const Result<Regex> regex = Regex::compile_any(grep.patterns, grep.syntax);
  if (!regex) {
    out.complain(regex.error().text);
    co_return co_await out.finish(2);
  }
  int status = 0;
  const bool several = grep.files.size() > 1 || grep.recursive;
  if (grep.files.empty()) grep.files.push_back(grep.recursive ? "." : "-");
  if (grep.recursive) {
    grep.files = expand_directories(out, grep, grep.files, &status);
  }
  const std::string names = line.last_of({"H", "h"});
  grep.style.with_names = names == "H" || (names.empty() && several);
  GrepFilter filter(*regex, grep.style);
  co_return co_await grep_files(out, grep, &filter, status);
}

}  // namespace drydock::userland
