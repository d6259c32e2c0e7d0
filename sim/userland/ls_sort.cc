// ls_sort.cc — the orders in which ls lists.

#include <algorithm>

#include "sim/userland/ls.h"

namespace drydock::userland::ls {

namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

// The rank of a character between numbers: '~' first, letters, the rest.
int rank_of(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  const char c = text[at];
  const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
  if (letter) return c;
  return c == '~' ? -1 : static_cast<unsigned char>(c) + 256;
}

std::string_view take_number(std::string_view text, std::size_t& at) {
  while (at < text.size() && text[at] == '0') ++at;
  const std::size_t start = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(start, at - start);
}

Time time_of(const Style& style, const Entry& entry) {
  if (style.time == TimeOf::accessed) return entry.file.atime;
  if (style.time == TimeOf::changed) return entry.file.ctime;
  return entry.file.mtime;
}

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == name.npos ? "" : name.substr(dot);
}

int sign(auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

int compare(const Style& style, const Entry& a, const Entry& b) {
  int order = 0;
  switch (style.sort) {
    case SortBy::time:
      order = sign(time_of(style, b) <=> time_of(style, a));
      break;
    case SortBy::size:
      order = sign(b.file.size <=> a.file.size);
      break;
    case SortBy::extension:
      order = sign(extension_of(a.name) <=> extension_of(b.name));
      break;
    case SortBy::version:
      order = compare_versions(a.name, b.name);
      break;
    case SortBy::name:
    case SortBy::none:
      break;
  }
  return order != 0 ? order : sign(a.name <=> b.name);
}

bool is_directory(const Entry& entry) {
  const vfs::Attributes& file =
      entry.target_file ? *entry.target_file : entry.file;
  return file.type == vfs::FileType::directory;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) ||
           (j < b.size() && !is_digit(b[j]))) {
      const int difference = rank_of(a, i) - rank_of(b, j);
      if (difference != 0) return sign(difference);
      ++i;
      ++j;
    }
    const std::string_view first = take_number(a, i);
    const std::string_view second = take_number(b, j);
    if (first.size() != second.size()) {
      return first.size() < second.size() ? -1 : 1;
    }
    if (first != second) return sign(first <=> second);
  }
  return 0;
}

void sort_entries(const Style& style, std::vector<Entry>& entries) {
  if (style.sort == SortBy::none) return;
  std::ranges::stable_sort(entries, [&](const Entry& a, const Entry& b) {
    if (style.directories_first && is_directory(a) != is_directory(b)) {
      return is_directory(a);
    }
    const int order = compare(style, a, b);
    return style.reverse ? order > 0 : order < 0;
  });
}

}  // namespace drydock::userland::ls
