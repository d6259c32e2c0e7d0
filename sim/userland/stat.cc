// stat.cc — show what stat(2) tells of a file.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/accounts.h"
#include "sim/userland/escapes.h"
#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

using vfs::FileType;

constexpr About kAbout{.usage = "[OPTION]... FILE...",
                       .gnu = "L dereference, c format=, printf=, t terse",
                       .busybox = "L, c=, t"};

constexpr std::string_view kTerse =
    "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";

struct Subject {
  std::string path;
  vfs::Attributes file;
  std::uint64_t device = 0;
  std::string mount_point;
  std::optional<std::string> target;
};

unsigned type_bits(FileType type) {
  switch (type) {
    case FileType::regular:
      return 0100000;
    case FileType::directory:
      return 0040000;
    case FileType::symlink:
      return 0120000;
    case FileType::char_device:
      return 0020000;
    case FileType::block_device:
      return 0060000;
    case FileType::fifo:
      return 0010000;
    case FileType::socket:
      return 0140000;
  }
  return 0;
}

// The place of the file's mount among all gives it a device number.
void place(kernel::Process& self, Subject& subject) {
  const auto where = self.resolve(subject.path, vfs::Last::keep);
  if (!where) return;
  const vfs::View view = self.view();
  std::uint64_t minor = 0x10;
  for (const vfs::MountRef& mount : view.mounts->mounts()) {
    ++minor;
    if (mount != where->mount) continue;
    subject.device = minor;
    const vfs::Location root{mount, mount->root};
    subject.mount_point = vfs::path_of(view, root);
  }
}

std::string name_with_target(const Output& out, const Subject& subject) {
  if (out.busybox()) {
    if (!subject.target) return subject.path;
    return fmt::format("'{}' -> '{}'", subject.path, *subject.target);
  }
  if (!subject.target) return quoted(subject.path);
  return quoted(subject.path) + " -> " + quoted(*subject.target);
}

std::string time_text(Time time) {
  return format_time(time, "%Y-%m-%d %H:%M:%S.%N +0000");
}

std::string numbers(const Subject& subject, char letter) {
  const vfs::Attributes& file = subject.file;
  switch (letter) {
    case 'a':
      return fmt::format("{:o}", file.mode);
    case 'b':
      return std::to_string(disk_usage(file) / 512);
    case 'B':
      return "512";
    case 'd':
      return std::to_string(subject.device);
    case 'D':
      return fmt::format("{:x}", subject.device);
    case 'f':
      return fmt::format("{:x}", type_bits(file.type) | file.mode);
    case 'g':
      return std::to_string(file.gid);
    case 'h':
      return std::to_string(file.links);
    case 'i':
      return std::to_string(file.ino);
    case 'o':
      return "4096";
    case 's':
      return std::to_string(file.size);
    case 't':
      return fmt::format("{:x}", file.rdev.major);
    case 'T':
      return fmt::format("{:x}", file.rdev.minor);
    case 'u':
      return std::to_string(file.uid);
    case 'W':
      return "0";
    case 'X':
      return std::to_string(file.atime.seconds());
    case 'Y':
      return std::to_string(file.mtime.seconds());
    case 'Z':
      return std::to_string(file.ctime.seconds());
    default:
      return "?";
  }
}

std::string directive(const Output& out, const Accounts& accounts,
                      const Subject& subject, char letter) {
  const vfs::Attributes& file = subject.file;
  switch (letter) {
    case 'A':
      return mode_text(file.type, file.mode);
    case 'F':
      return std::string(type_text(file));
    case 'G':
      return accounts.group(file.gid) ? accounts.group_name(file.gid)
                                      : "UNKNOWN";
    case 'U':
      return accounts.user(file.uid) ? accounts.user_name(file.uid) : "UNKNOWN";
    case 'm':
      return subject.mount_point;
    case 'n':
      return subject.path;
    case 'N':
      return name_with_target(out, subject);
    case 'w':
      return "-";
    case 'x':
      return time_text(file.atime);
    case 'y':
      return time_text(file.mtime);
    case 'z':
      return time_text(file.ctime);
    default:
      return numbers(subject, letter);
  }
}

std::string padded(std::string text, std::string_view flags, char letter) {
  const bool left = flags.find('-') != flags.npos;
  const bool alternate = flags.find('#') != flags.npos;
  const std::size_t digits = flags.find_first_of("123456789");
  const bool zero = flags.find('0') < digits;
  if (alternate && letter == 'a') text = "0" + text;
  if (alternate && (letter == 'f' || letter == 'D')) text = "0x" + text;
  if (digits == flags.npos) return text;
  const std::string_view wide = flags.substr(digits);
  const auto width = static_cast<std::size_t>(std::min<std::int64_t>(
      parse_int(wide.substr(0, wide.find('.'))).value_or(0), 1000));
  if (text.size() >= width) return text;
  const std::string fill(width - text.size(), zero && !left ? '0' : ' ');
  return left ? text + fill : fill + text;
}

std::string formatted(const Output& out, const Accounts& accounts,
                      const Subject& subject, std::string_view format) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const std::size_t end = format.find_first_not_of("-+ #0123456789.", i + 1);
    if (end == format.npos) return text + std::string(format.substr(i));
    const std::string_view flags = format.substr(i + 1, end - i - 1);
    const char letter = format[end];
    text += letter == '%' ? "%"
                          : padded(directive(out, accounts, subject, letter),
                                   flags, letter);
    i = end;
  }
  return text;
}

std::string usual(const Output& out, const Accounts& accounts,
                  const Subject& subject) {
  const vfs::Attributes& file = subject.file;
  const bool device =
      file.type == FileType::char_device || file.type == FileType::block_device;
  std::string name = subject.path;
  if (subject.target) name = name_with_target(out, subject);
  if (subject.target && !out.busybox()) {
    name = subject.path + " -> " + *subject.target;
  }
  std::string text =
      formatted(out, accounts, subject,
                "  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
                "Device: %Dh/%dd\tInode: %-10i  Links: ");
  text = "  File: " + name + "\n" + text;
  text += formatted(out, accounts, subject,
                    device ? "%-5h Device type: %t,%T\n" : "%h\n");
  text += formatted(out, accounts, subject,
                    "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   "
                    "Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n");
  return out.busybox() ? text : text + " Birth: -\n";
}

std::optional<Subject> look(Output& out, const std::string& path, bool follow) {
  kernel::Process& self = out.self();
  const auto file = follow ? self.stat(path) : self.lstat(path);
  if (!file) {
    const std::string_view deed = out.busybox() ? "stat" : "statx";
    out.complain(cannot(out, deed, path), file.error());
    return std::nullopt;
  }
  Subject subject{path, *file, 0, "/", {}};
  place(self, subject);
  if (file->type == FileType::symlink) {
    const auto target = self.readlink(path);
    if (target) subject.target = *target;
  }
  return subject;
}

}  // namespace

Task<int> stat_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  const Accounts accounts = co_await read_accounts(self);
  const auto format = line.value("c");
  const auto escaped = line.value("printf");
  for (const std::string& path : line.operands) {
    const auto subject = look(out, path, line.has("L"));
    if (!subject) continue;
    if (escaped) {
      const std::string plain = unescape(*escaped).text;
      out.say(formatted(out, accounts, *subject, plain));
    } else if (format) {
      out.say(formatted(out, accounts, *subject, *format) + "\n");
    } else if (line.has("t")) {
      out.say(formatted(out, accounts, *subject, kTerse));
    } else {
      out.say(usual(out, accounts, *subject));
    }
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
