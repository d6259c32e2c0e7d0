// ls.h — the parts of ls: what was asked, what is listed, how it is printed.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"

namespace drydock::userland::ls {

enum class Format { one_per_line, columns, across, commas, detailed };
enum class SortBy { name, time, size, extension, version, none };
enum class TimeOf { modified, accessed, changed };
enum class Follow { never, command_line_directories, command_line, always };
enum class Indicate { none, slash, file_type, classify };

struct Style {
  Format format = Format::one_per_line;
  SortBy sort = SortBy::name;
  TimeOf time = TimeOf::modified;
  Follow follow = Follow::command_line_directories;
  Indicate indicate = Indicate::none;
  bool all = false, almost_all = false;  // -a, -A
  bool directory = false, recursive = false, reverse = false;
  bool directories_first = false, ignore_backups = false;
  bool inode = false, blocks = false, numeric = false;
  bool owner = true, group = true, author = false;
  bool color = false, quote = false, question_marks = false;
  std::int64_t size_base = 0;  // 1024 for -h, 1000 for --si, else 0.
  std::string time_format;     // Of --full-time and --time-style=+...
  List ignore;                 // -I
  int width = 80, tab = 8;
  bool busybox = false;
  Time now;
  Accounts accounts;
};

/// One file as it will be shown.
struct Entry {
  std::string name;  // As printed.
  std::string path;
  vfs::Attributes file;
  std::optional<std::string> target;           // Of a symlink, with -l.
  std::optional<vfs::Attributes> target_file;  // What it leads to.
};

/// The lines for these entries, in the order given.
std::string print(const Style& style, const std::vector<Entry>& entries);

/// "total 12\n".
std::string total_line(const Style& style, const std::vector<Entry>& entries);

/// The order that was asked for.
void sort_entries(const Style& style, std::vector<Entry>& entries);

/// -v: digits compare as numbers (filevercmp).
int compare_versions(std::string_view a, std::string_view b);

}  // namespace drydock::userland::ls
