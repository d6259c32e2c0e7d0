// find_format.cc — the directives of find -printf.

#include <fmt/format.h>

#include "sim/userland/escapes.h"
#include "sim/userland/find.h"
#include "sim/userland/format.h"

namespace drydock::userland::find {

namespace {

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "" : path.substr(0, slash);
}

std::string below_start(const Visit& visit) {
  std::string_view rest = visit.path;
  rest.remove_prefix(std::min(rest.size(), visit.start.size()));
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return std::string(rest);
}

std::string time_text(Time time, char how) {
  switch (how) {
    case '@':
      return fmt::format("{}.{:09}0", time.seconds(),
                         time.since_epoch - time.seconds() * kSecond);
    case '+':
      return format_time(time, "%Y-%m-%d+%H:%M:%S.%N") + "0";
    case 'S':
      return format_time(time, "%S.%N") + "0";
    case 'T':
      return format_time(time, "%H:%M:%S.%N") + "0";
    default:
      return format_time(time, std::string("%") + how);
  }
}

// One directive letter; nullopt for one that find does not know.
std::optional<std::string> field(char letter, const Visit& visit,
                                 const Context& context) {
  const vfs::Attributes& file = visit.file;
  const char type = vfs::letter_of(file.type);
  const std::size_t slash = visit.path.rfind('/');
  switch (letter) {
    case 'p':
      return visit.path;
    case 'f':
      return slash == visit.path.npos || visit.path.size() == 1
                 ? visit.path
                 : visit.path.substr(slash + 1);
    case 'h':
      return directory_of(visit.path);
    case 'H':
      return visit.start;
    case 'P':
      return below_start(visit);
    case 'd':
      return std::to_string(visit.depth);
    case 's':
      return std::to_string(file.size);
    case 'k':
      return std::to_string(disk_usage(file) / 1024);
    case 'b':
      return std::to_string(disk_usage(file) / 512);
    case 'm':
      return fmt::format("{:o}", file.mode);
    case 'M':
      return mode_text(file.type, file.mode);
    case 'y':
      return std::string(1, type == '-' ? 'f' : type);
    case 'u':
      return context.accounts.user_name(file.uid);
    case 'g':
      return context.accounts.group_name(file.gid);
    case 'U':
      return std::to_string(file.uid);
    case 'G':
      return std::to_string(file.gid);
    case 'n':
      return std::to_string(file.links);
    case 'i':
      return std::to_string(file.ino);
    case 'l': {
      const auto target = context.out->self().readlink(visit.path);
      return file.type == vfs::FileType::symlink && target ? *target : "";
    }
    case 't':
      return format_time(file.mtime, "%a %b %e %H:%M:%S.%N0 %Y");
    case '%':
      return "%";
    default:
      return std::nullopt;
  }
}

// %-10p, %5s: the text in its column.
std::string pad(std::string text, std::string_view width) {
  const bool left = width.starts_with('-');
  const bool zero = width.starts_with('0');
  if (left) width.remove_prefix(1);
  constexpr std::int64_t kWidthMax = 1000;
  const std::int64_t wide = std::min(parse_int(width).value_or(0), kWidthMax);
  const auto size = static_cast<std::size_t>(wide);
  if (text.size() >= size) return text;
  const std::string fill(size - text.size(), zero ? '0' : ' ');
  return left ? text + fill : fill + text;
}

}  // namespace

std::string format_visit(std::string_view format, const Visit& visit,
                         const Context& context) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '\\' && i + 1 < format.size()) {
      const Unescaped piece = unescape(format.substr(i, 2));
      if (piece.stop) return text;
      text += piece.text;
      ++i;
      continue;
    }
    if (format[i] != '%' || i + 1 == format.size()) {
      text += format[i];
      continue;
    }
    const std::size_t start = ++i;
    while (i + 1 < format.size() &&
           std::string_view("-0123456789.").find(format[i]) !=
               std::string_view::npos) {
      ++i;
    }
    const std::string_view width = format.substr(start, i - start);
    const char letter = format[i];
    const bool time = letter == 'T' || letter == 'A' || letter == 'C';
    if (time && i + 1 < format.size()) {
      const vfs::Attributes& file = visit.file;
      const Time when = letter == 'T'   ? file.mtime
                        : letter == 'A' ? file.atime
                                        : file.ctime;
      text += pad(time_text(when, format[++i]), width);
      continue;
    }
    const auto piece = field(letter, visit, context);
    text += piece ? pad(*piece, width) : std::string("%") + letter;
  }
  return text;
}

}  // namespace drydock::userland::find
