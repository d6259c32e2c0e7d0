// ls.cc — list directories: what to list; ls_print.cc says how.

#include "sim/userland/ls.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/glob.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace ls {
namespace {

using namespace kernel;
using vfs::FileType;

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "1, a all, A almost-all, B ignore-backups, C, F classify?, "
        "G no-group, H dereference-command-line, I ignore=, "
        "L dereference, N literal, Q quote-name, R recursive, S, "
        "T tabsize=, U, X, author, c, color?, d directory, f, file-type, "
        "format=, full-time, g, group-directories-first, "
        "h human-readable, i inode, k kibibytes, l, m, n numeric-uid-gid, "
        "o, p, q hide-control-chars, r reverse, s size, show-control-chars, "
        "si, sort=, t, time=, time-style=, u, v, w width=, x",
    .busybox =
        "1, A, C, F, H, L, R, S, X, a, c, color?, d, full-time, "
        "group-directories-first, h, i, l, n, p, r, s, t, u, v, w=, x",
    .refusal = 2};

void set_format(Style& style, const std::string& word) {
  if (word == "long" || word == "verbose") style.format = Format::detailed;
  if (word == "commas") style.format = Format::commas;
  if (word == "horizontal" || word == "across") style.format = Format::across;
  if (word == "vertical") style.format = Format::columns;
  if (word == "single-column") style.format = Format::one_per_line;
}

void set_sort(Style& style, const std::string& word) {
  if (word == "none") style.sort = SortBy::none;
  if (word == "time") style.sort = SortBy::time;
  if (word == "size") style.sort = SortBy::size;
  if (word == "extension") style.sort = SortBy::extension;
  if (word == "version") style.sort = SortBy::version;
  if (word == "name") style.sort = SortBy::name;
}

void set_time(Style& style, const std::string& word) {
  const bool accessed = word == "atime" || word == "access" || word == "use";
  const bool changed = word == "ctime" || word == "status";
  if (accessed) style.time = TimeOf::accessed;
  if (changed) style.time = TimeOf::changed;
}

void set_time_style(Style& style, const std::string& word) {
  if (word.starts_with('+')) style.time_format = word.substr(1);
  if (word == "full-iso") style.time_format = "%Y-%m-%d %H:%M:%S.%N +0000";
  if (word == "long-iso") style.time_format = "%Y-%m-%d %H:%M";
  if (word == "locale") style.time_format.clear();
}

void apply_format(Style& style, const Option& option, bool tty) {
  const std::string& key = option.key;
  if (key == "1" && style.format != Format::detailed) {
    style.format = Format::one_per_line;
  }
  if (key == "C") style.format = Format::columns;
  if (key == "x") style.format = Format::across;
  if (key == "m") style.format = Format::commas;
  if (key == "format") set_format(style, option.value);
  const bool detailed = key == "l" || key == "g" || key == "o" || key == "n" ||
                        key == "full-time";
  if (detailed) style.format = Format::detailed;
  if (key == "g") style.owner = false;
  if (key == "o" || key == "G") style.group = false;
  if (key == "n") style.numeric = true;
  if (key == "full-time") set_time_style(style, "full-iso");
  if (key == "time-style") set_time_style(style, option.value);
  if (key == "f") {
    style.all = true;
    style.sort = SortBy::none;
    if (style.format == Format::detailed) {
      style.format = tty ? Format::columns : Format::one_per_line;
    }
  }
}

void apply_sort(Style& style, const std::string& key,
                const std::string& value) {
  if (key == "t") style.sort = SortBy::time;
  if (key == "S") style.sort = SortBy::size;
  if (key == "X") style.sort = SortBy::extension;
  if (key == "v") style.sort = SortBy::version;
  if (key == "U") style.sort = SortBy::none;
  if (key == "sort") set_sort(style, value);
  if (key == "u") style.time = TimeOf::accessed;
  if (key == "c") style.time = TimeOf::changed;
  if (key == "time") set_time(style, value);
  if (key == "r") style.reverse = true;
  if (key == "group-directories-first") style.directories_first = true;
}

void apply_look(Style& style, const std::string& key, const std::string& value,
                bool tty) {
  const bool given = value.empty() || value == "always" || value == "yes";
  if (key == "F" && (given || (value == "auto" && tty))) {
    style.indicate = Indicate::classify;
  }
  if (key == "p") style.indicate = Indicate::slash;
  if (key == "file-type") style.indicate = Indicate::file_type;
  if (key == "color") style.color = given || (tty && value == "auto");
  if (key == "h") style.size_base = 1024;
  if (key == "si") style.size_base = 1000;
  if (key == "i") style.inode = true;
  if (key == "s") style.blocks = true;
  if (key == "author") style.author = true;
  if (key == "Q") style.quote = true;
  if (key == "q") style.question_marks = true;
  if (key == "N" || key == "show-control-chars") style.question_marks = false;
  if (key == "w") style.width = static_cast<int>(parse_int(value).value_or(80));
  if (key == "T") style.tab = static_cast<int>(parse_int(value).value_or(8));
}

void apply_choice(Style& style, const std::string& key,
                  const std::string& value) {
  if (key == "a") style.all = true;
  if (key == "A") style.almost_all = true;
  if (key == "d") style.directory = true;
  if (key == "R") style.recursive = true;
  if (key == "B") style.ignore_backups = true;
  if (key == "I") style.ignore.push_back(value);
  if (key == "L") style.follow = Follow::always;
  if (key == "H") style.follow = Follow::command_line;
}

Style style_of(Process& self, const Options& options) {
  Style style;
  const bool tty = self.isatty(kStdout);
  style.busybox = self.flavour() == "busybox";
  style.now = self.now();
  if (tty) {
    style.format = Format::columns;
    style.question_marks = true;
    const auto size = self.window_size(kStdout);
    if (size && size->columns > 0) style.width = size->columns;
  }
  if (const auto columns = parse_int(self.getenv("COLUMNS").value_or(""))) {
    if (*columns > 0) style.width = static_cast<int>(*columns);
  }
  for (const Option& option : options.given) {
    apply_format(style, option, tty);
    apply_sort(style, option.key, option.value);
    apply_look(style, option.key, option.value, tty);
    apply_choice(style, option.key, option.value);
  }
  const bool by_time = style.time != TimeOf::modified;
  if (by_time && style.sort == SortBy::name && !options.has("sort") &&
      style.format != Format::detailed && !style.busybox) {
    style.sort = SortBy::time;
  }
  if (style.follow == Follow::command_line_directories &&
      (style.directory || style.indicate == Indicate::classify ||
       style.format == Format::detailed)) {
    style.follow = Follow::never;
  }
  if (style.width == 0) style.width = INT32_MAX;
  if (style.color) style.tab = 0;
  return style;
}

std::string_view bad_word(const Options& options) {
  for (const Option& option : options.given) {
    const bool numeric = option.key == "w" || option.key == "T";
    if (numeric && !parse_int(option.value)) return option.value;
  }
  return {};
}

/// Walks what is to be listed and says it.
class Lister {
 public:
  Lister(Output& out, const Style& style) : out_(out), style_(style) {}

  int list(const List& names) {
    std::vector<Entry> files, directories;
    for (const std::string& name : names) {
      std::optional<Entry> entry = look(name, name, true);
      if (!entry) continue;
      const bool open =
          entry->file.type == FileType::directory && !style_.directory;
      (open ? directories : files).push_back(std::move(*entry));
    }
    sort_entries(style_, files);
    sort_entries(style_, directories);
    out_.say(print(style_, files));
    said_something_ = !files.empty();
    headers_ = names.size() > 1 || style_.recursive;
    for (const Entry& directory : directories) {
      list_directory(directory.path, true, 0);
    }
    return status_;
  }

 private:
  static constexpr int kDepthMax = 500;

  void fail(std::string_view what, const std::string& path, Errno error,
            bool command_line) {
    status_ = std::max(status_, command_line ? 2 : 1);
    if (style_.busybox) {
      status_ = 1;
      return out_.complain(
          what == "cannot access" ? path : "can't open '" + path + "'", error);
    }
    out_.complain(fmt::format("{} {}", what, quoted(path)), error);
  }

  SysResult<vfs::Attributes> attributes(const std::string& path,
                                        bool command_line) {
    Process& self = out_.self();
    const bool follow = style_.follow == Follow::always ||
                        (command_line && style_.follow == Follow::command_line);
    if (follow) {
      const auto file = self.stat(path);
      if (file || file.error() != Errno::enoent) return file;
      return self.lstat(path);
    }
    if (command_line && style_.follow == Follow::command_line_directories) {
      const auto file = self.stat(path);
      if (file && file->type == FileType::directory) return file;
    }
    return self.lstat(path);
  }

  std::optional<Entry> look(const std::string& name, const std::string& path,
                            bool command_line) {
    const auto file = attributes(path, command_line);
    if (!file) {
      fail("cannot access", path, file.error(), command_line);
      return std::nullopt;
    }
    Entry entry{name, path, *file, {}, {}};
    if (file->type != FileType::symlink) return entry;
    Process& self = out_.self();
    if (style_.format == Format::detailed) {
      const auto target = self.readlink(path);
      if (target) entry.target = *target;
    }
    const auto there = self.stat(path);
    if (there) entry.target_file = *there;
    return entry;
  }

  bool hidden(const std::string& name) const {
    if (name.starts_with('.') && !style_.all && !style_.almost_all) return true;
    if (style_.ignore_backups && name.ends_with('~')) return true;
    return std::ranges::any_of(style_.ignore, [&](const std::string& pattern) {
      return glob_matches(pattern, name, {.leading_dot = true});
    });
  }

  List names_in(const std::vector<vfs::DirectoryEntry>& entries) const {
    List names;
    if (style_.all) names = {".", ".."};
    for (const vfs::DirectoryEntry& entry : entries) {
      if (!hidden(entry.name)) names.push_back(entry.name);
    }
    return names;
  }

  void list_directory(const std::string& path, bool command_line, int depth) {
    const auto raw = out_.self().readdir(path);
    if (!raw) {
      return fail("cannot open directory", path, raw.error(), command_line);
    }
    if (said_something_) out_.say("\n");
    said_something_ = true;
    if (headers_) out_.say(path + ":\n");
    std::vector<Entry> entries;
    for (const std::string& name : names_in(*raw)) {
      auto entry = look(name, concat(path, name), false);
      if (entry) entries.push_back(std::move(*entry));
    }
    sort_entries(style_, entries);
    if (style_.format == Format::detailed || style_.blocks) {
      out_.say(total_line(style_, entries));
    }
    out_.say(print(style_, entries));
    if (!style_.recursive || depth >= kDepthMax) return;
    for (const Entry& entry : entries) {
      const bool dots = entry.name == "." || entry.name == "..";
      if (entry.file.type == FileType::directory && !dots) {
        list_directory(entry.path, false, depth + 1);
      }
    }
  }

  Output& out_;
  const Style& style_;
  int status_ = 0;
  bool headers_ = false;
  bool said_something_ = false;
};

}  // namespace
}  // namespace ls

Task<int> ls_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, ls::kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 2);
  if (const auto word = ls::bad_word(line); !word.empty()) {
    out.complain(fmt::format("invalid line width: {}", quoted(word)));
    co_return co_await out.finish(2, 2);
  }
  ls::Style style = ls::style_of(self, line);
  style.accounts = co_await read_accounts(self);
  List names = line.operands;
  if (names.empty()) names.push_back(".");
  ls::Lister lister(out, style);
  const int status = lister.list(names);
  co_return co_await out.finish(status, 2);
}

}  // namespace drydock::userland
