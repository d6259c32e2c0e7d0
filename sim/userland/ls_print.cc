// ls_print.cc — how ls prints what it found: lines, columns and colours.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/table.h"
#include "sim/userland/format.h"
#include "sim/userland/ls.h"

namespace drydock::userland::ls {

namespace {

using vfs::FileType;

bool is_device(const vfs::Attributes& file) {
  return file.type == FileType::char_device ||
         file.type == FileType::block_device;
}

std::string indicator(const Style& style, const vfs::Attributes& file) {
  if (style.indicate == Indicate::none) return "";
  if (file.type == FileType::directory) return "/";
  if (style.indicate == Indicate::slash) return "";
  switch (file.type) {
    case FileType::symlink:
      return "@";
    case FileType::fifo:
      return "|";
    case FileType::socket:
      return "=";
    case FileType::regular:
      return style.indicate == Indicate::classify && (file.mode & 0111) ? "*"
                                                                        : "";
    default:
      return "";
  }
}

// The defaults of ls.c when LS_COLORS is not set.
std::string_view color_of(const vfs::Attributes& file) {
  switch (file.type) {
    case FileType::directory:
      if ((file.mode & 01002) == 01002) return "30;42";
      if (file.mode & 02) return "34;42";
      return file.mode & 01000 ? "37;44" : "01;34";
    case FileType::symlink:
      return "01;36";
    case FileType::fifo:
      return "33";
    case FileType::socket:
      return "01;35";
    case FileType::block_device:
    case FileType::char_device:
      return "01;33";
    case FileType::regular:
      break;
  }
  if (file.mode & 04000) return "37;41";
  if (file.mode & 02000) return "30;43";
  return file.mode & 0111 ? "01;32" : "";
}

std::string_view busybox_color_of(const vfs::Attributes& file) {
  switch (file.type) {
    case FileType::directory:
      return "1;34";
    case FileType::symlink:
      return "1;36";
    case FileType::fifo:
      return "0;35";
    case FileType::socket:
    case FileType::block_device:
    case FileType::char_device:
      return "1;35";
    case FileType::regular:
      break;
  }
  return file.mode & 0111 ? "1;32" : "0;0";
}

std::string c_quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string shown_name(const Style& style, const std::string& name) {
  if (style.quote) return c_quoted(name);
  if (!style.question_marks) return name;
  std::string text = name;
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text;
}

std::string size_text(const Style& style, std::int64_t bytes) {
  if (style.size_base == 0) return std::to_string(bytes);
  if (style.busybox) return busybox_human_size(bytes);
  return human_size(bytes, style.size_base);
}

std::string blocks_text(const Style& style, std::int64_t bytes) {
  if (style.size_base == 0) return std::to_string(bytes / 1024);
  return size_text(style, bytes);
}

/// Prints entries of one listing; `colored_` is whether a colour came before.
class Printer {
 public:
  Printer(const Style& style, const std::vector<Entry>& entries)
      : style_(style), entries_(entries) {
    measure();
  }

  std::string print() {
    switch (style_.format) {
      case Format::detailed:
        return detailed_lines();
      case Format::one_per_line:
        return single_lines();
      case Format::commas:
        return comma_lines();
      case Format::columns:
      case Format::across:
        return style_.busybox ? busybox_columns() : columns();
    }
    return "";
  }

 private:
  struct Widths {
    std::size_t inode = 0, blocks = 0, links = 0, user = 0, group = 0;
    std::size_t size = 0, major = 0, minor = 0;
  };

  static void widen(std::size_t& width, const std::string& text) {
    width = std::max(width, text.size());
  }

  std::string user(const Entry& entry) const {
    return style_.numeric ? std::to_string(entry.file.uid)
                          : style_.accounts.user_name(entry.file.uid);
  }
  std::string group(const Entry& entry) const {
    return style_.numeric ? std::to_string(entry.file.gid)
                          : style_.accounts.group_name(entry.file.gid);
  }

  void measure() {
    for (const Entry& entry : entries_) {
      const vfs::Attributes& file = entry.file;
      widen(wide_.inode, std::to_string(file.ino));
      widen(wide_.blocks, blocks_text(style_, disk_usage(file)));
      widen(wide_.links, std::to_string(file.links));
      widen(wide_.user, user(entry));
      widen(wide_.group, group(entry));
      if (is_device(file)) {
        widen(wide_.major, std::to_string(file.rdev.major));
        widen(wide_.minor, std::to_string(file.rdev.minor));
      } else {
        widen(wide_.size, size_text(style_, file.size));
      }
    }
    const bool devices = wide_.major > 0;
    const std::size_t both = devices ? wide_.major + 2 + wide_.minor : 0;
    if (devices && wide_.size > both) wide_.major += wide_.size - both;
    wide_.size = std::max(wide_.size, both);
  }

  // -i and -s, before the name.
  std::string prefix(const Entry& entry, bool aligned) const {
    std::string text;
    if (style_.inode) {
      const std::size_t width =
          style_.busybox ? 7 : (aligned ? wide_.inode : 0);
      text += fmt::format("{:>{}} ", entry.file.ino, width);
    }
    if (style_.blocks) {
      const std::size_t width =
          style_.busybox ? 6 : (aligned ? wide_.blocks : 0);
      text += fmt::format("{:>{}} ",
                          blocks_text(style_, disk_usage(entry.file)), width);
    }
    return text;
  }

  std::string paint(std::string_view color, std::string_view name) {
    if (color.empty()) return std::string(name);
    std::string text = colored_ ? "" : "\x1b[0m";
    colored_ = true;
    return text + fmt::format("\x1b[{}m{}\x1b[0m", color, name);
  }

  std::string name_of(const Entry& entry) {
    const std::string name = shown_name(style_, entry.name);
    if (!style_.color) return name;
    if (style_.busybox) {
      return fmt::format("\x1b[{}m{}\x1b[m", busybox_color_of(entry.file),
                         name);
    }
    return paint(color_of(entry.file), name);
  }

  std::string time_of(const vfs::Attributes& file) const {
    Time time = file.mtime;
    if (style_.time == TimeOf::accessed) time = file.atime;
    if (style_.time == TimeOf::changed) time = file.ctime;
    if (style_.busybox && !style_.time_format.empty()) {
      return format_time(time, "%Y-%m-%d %H:%M:%S +0000");
    }
    if (!style_.time_format.empty()) {
      return format_time(time, style_.time_format);
    }
    return list_time(time, style_.now);
  }

  std::string size_column(const vfs::Attributes& file) const {
    if (!is_device(file)) {
      return fmt::format("{:>{}}", size_text(style_, file.size), wide_.size);
    }
    return fmt::format("{:>{}}, {:>{}}", file.rdev.major, wide_.major,
                       file.rdev.minor, wide_.minor);
  }

  std::string detail(const Entry& entry) const {
    const vfs::Attributes& file = entry.file;
    std::string text = mode_text(file.type, file.mode);
    text += fmt::format(" {:>{}} ", file.links, wide_.links);
    const auto column = [&](const std::string& word, std::size_t width) {
      text += style_.numeric ? fmt::format("{:>{}} ", word, width)
                             : fmt::format("{:<{}} ", word, width);
    };
    if (style_.owner) column(user(entry), wide_.user);
    if (style_.group) column(group(entry), wide_.group);
    if (style_.author) column(user(entry), wide_.user);
    return text + size_column(file) + " " + time_of(file) + " ";
  }

  std::string busybox_detail(const Entry& entry) const {
    const vfs::Attributes& file = entry.file;
    std::string text = fmt::format("{:<10} {:>4} {:<8.8} {:<8.8} ",
                                   mode_text(file.type, file.mode), file.links,
                                   user(entry), group(entry));
    if (is_device(file)) {
      text += fmt::format("{:>4}, {:>3} ", file.rdev.major, file.rdev.minor);
    } else {
      text += fmt::format("{:>{}} ", size_text(style_, file.size),
                          style_.size_base ? 7 : 9);
    }
    return text + time_of(file) + " ";
  }

  std::string arrow(const Entry& entry) {
    std::string text = " -> ";
    const std::string name = shown_name(style_, *entry.target);
    if (style_.color && !style_.busybox && entry.target_file) {
      text += paint(color_of(*entry.target_file), name);
    } else {
      text += name;
    }
    const bool marked = style_.indicate == Indicate::classify ||
                        style_.indicate == Indicate::file_type;
    if (marked && entry.target_file && !style_.busybox) {
      text += indicator(style_, *entry.target_file);
    }
    return text;
  }

  std::string detailed_lines() {
    std::string text;
    for (const Entry& entry : entries_) {
      text += prefix(entry, true);
      text += style_.busybox ? busybox_detail(entry) : detail(entry);
      text += name_of(entry);
      text += entry.target ? arrow(entry) : indicator(style_, entry.file);
      text += '\n';
    }
    return text;
  }

  std::string cell(const Entry& entry, bool aligned) {
    return prefix(entry, aligned) + name_of(entry) +
           indicator(style_, entry.file);
  }

  std::size_t cell_width(const Entry& entry) const {
    return prefix(entry, true).size() +
           character_count(shown_name(style_, entry.name)) +
           indicator(style_, entry.file).size();
  }

  std::string single_lines() {
    std::string text;
    for (const Entry& entry : entries_) text += cell(entry, true) + "\n";
    return text;
  }

  std::string comma_lines() {
    std::string text;
    std::size_t column = 0;
    for (const Entry& entry : entries_) {
      const std::string one = cell(entry, false);
      if (column > 0) {
        const bool fits =
            column + one.size() + 2 < static_cast<std::size_t>(style_.width);
        text += fits ? ", " : ",\n";
        column = fits ? column + 2 : 0;
      }
      text += one;
      column += one.size();
    }
    return entries_.empty() ? "" : text + "\n";
  }

  // Where entry `i` stands when there are `count` columns.
  std::size_t column_of(std::size_t i, std::size_t count) const {
    if (style_.format == Format::across) return i % count;
    const std::size_t rows = (entries_.size() + count - 1) / count;
    return i / rows;
  }

  // The widths of the most columns that fit the line.
  std::vector<std::size_t> fit() const {
    const auto line = static_cast<std::size_t>(style_.width);
    std::vector<std::size_t> cells;
    for (const Entry& entry : entries_) cells.push_back(cell_width(entry));
    for (std::size_t count = std::min(entries_.size(), line / 3 + 1); count > 1;
         --count) {
      std::vector<std::size_t> widths(count, 3);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t column = column_of(i, count);
        const std::size_t gap = column + 1 == count ? 0 : 2;
        widths[column] = std::max(widths[column], cells[i] + gap);
      }
      std::size_t total = 0;
      for (const std::size_t width : widths) total += width;
      if (total < line) return widths;
    }
    return {3};
  }

  // Spaces and tabs from one column to another, as ls.c's indent().
  void indent(std::string& text, std::size_t from, std::size_t to) const {
    const auto tab = static_cast<std::size_t>(style_.tab);
    while (from < to) {
      if (tab != 0 && to / tab > (from + 1) / tab) {
        text += '\t';
        from += tab - from % tab;
      } else {
        text += ' ';
        ++from;
      }
    }
  }

  std::string columns() {
    if (entries_.empty()) return "";
    const std::vector<std::size_t> widths = fit();
    const std::size_t count = widths.size();
    const std::size_t rows = (entries_.size() + count - 1) / count;
    std::string text;
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t at = 0, end = 0;
      for (std::size_t column = 0; column < count; ++column) {
        const std::size_t i = style_.format == Format::across
                                  ? row * count + column
                                  : column * rows + row;
        if (i >= entries_.size()) break;
        if (column > 0) indent(text, end, at);
        text += cell(entries_[i], true);
        end = at + cell_width(entries_[i]);
        at += widths[column];
      }
      text += '\n';
    }
    return text;
  }

  std::string busybox_columns() {
    std::size_t widest = 0;
    for (const Entry& entry : entries_) {
      widest = std::max(widest, cell_width(entry));
    }
    const std::size_t width = widest + 2;
    const std::size_t fits = static_cast<std::size_t>(style_.width) / width;
    const std::size_t count = std::max<std::size_t>(fits, 1);
    const std::size_t rows = (entries_.size() + count - 1) / count;
    std::string text;
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t spaces = 0;
      for (std::size_t column = 0; column < count; ++column) {
        const std::size_t i = style_.format == Format::across
                                  ? row * count + column
                                  : column * rows + row;
        if (i >= entries_.size()) break;
        text += std::string(spaces, ' ') + cell(entries_[i], true);
        spaces = width - cell_width(entries_[i]);
      }
      text += '\n';
    }
    return text;
  }

  const Style& style_;
  const std::vector<Entry>& entries_;
  Widths wide_;
  bool colored_ = false;
};

}  // namespace

std::string print(const Style& style, const std::vector<Entry>& entries) {
  return Printer(style, entries).print();
}

std::string total_line(const Style& style, const std::vector<Entry>& entries) {
  std::int64_t bytes = 0;
  for (const Entry& entry : entries) bytes += disk_usage(entry.file);
  return fmt::format("total {}\n", blocks_text(style, bytes));
}

}  // namespace drydock::userland::ls
