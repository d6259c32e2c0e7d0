// find_tests.cc — find's primaries: how their arguments are read, what they
// answer.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/find.h"
#include "sim/userland/format.h"
#include "sim/userland/glob.h"
#include "sim/userland/mode.h"

namespace drydock::userland::find {

namespace {

using vfs::FileType;

bool holds(char compare, std::int64_t wanted, std::int64_t found) {
  if (compare == '+') return found > wanted;
  if (compare == '-') return found < wanted;
  return found == wanted;
}

std::string_view name_in(const Visit& visit) {
  std::string_view path = visit.path;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/") return path;
  return path.substr(path.rfind('/') + 1);
}

// --- How arguments are read ------------------------------------------------

std::string bad_argument(const Node& node) {
  return fmt::format("invalid argument `{}' to `{}'", node.text, node.name);
}

std::string read_number(Node& node, Context&) {
  std::string_view text = node.text;
  if (text.starts_with('+') || text.starts_with('-')) {
    node.compare = text[0];
    text.remove_prefix(1);
  }
  const auto number = parse_int(text);
  if (!number) return bad_argument(node);
  node.number = *number;
  return "";
}

std::string read_depth(Node& node, Context& context) {
  const auto number = parse_int(node.text);
  if (number && *number >= 0 && *number < INT32_MAX) {
    node.number = *number;
    return "";
  }
  if (context.out->busybox()) return "invalid number '" + node.text + "'";
  return fmt::format(
      "Expected a positive decimal integer argument to {}, but got {}",
      node.name, quoted(node.text));
}

std::string read_type(Node& node, Context& context) {
  const bool known =
      !node.text.empty() &&
      std::string_view("fdlcbps").find(node.text[0]) != std::string_view::npos;
  if (known) return "";
  if (context.out->busybox()) {
    return fmt::format("invalid argument '{}' to '-type'", node.text);
  }
  return "Unknown argument to -type: " + node.text;
}

std::string read_size(Node& node, Context&) {
  std::string_view text = node.text;
  if (text.starts_with('+') || text.starts_with('-')) {
    node.compare = text[0];
    text.remove_prefix(1);
  }
  node.unit = 512;
  if (!text.empty()) {
    switch (text.back()) {
      case 'c':
        node.unit = 1;
        break;
      case 'w':
        node.unit = 2;
        break;
      case 'b':
        break;
      case 'k':
        node.unit = 1 << 10;
        break;
      case 'M':
        node.unit = 1 << 20;
        break;
      case 'G':
        node.unit = 1 << 30;
        break;
      default:
        if (text.back() < '0' || text.back() > '9') {
          return fmt::format("invalid -size type `{}'", text.back());
        }
        text =
            std::string_view(node.text).substr(node.text.size() - text.size());
        node.unit = -512;  // No suffix to take off.
    }
  }
  if (node.unit < 0) {
    node.unit = 512;
  } else if (!text.empty()) {
    text.remove_suffix(1);
  }
  const auto number = parse_int(text);
  if (!number) return bad_argument(node);
  node.number = *number;
  return "";
}

std::string read_reference(Node& node, Context& context) {
  const auto file = context.out->self().stat(node.text);
  if (!file) {
    return fmt::format("{}: {}",
                       context.out->busybox() ? "can't stat '" + node.text + "'"
                                              : quoted(node.text),
                       text_of(file.error()));
  }
  node.time = file->mtime;
  return "";
}

std::string read_user(Node& node, Context& context) {
  const auto uid = context.accounts.find_uid(node.text);
  if (!uid) {
    return context.out->busybox()
               ? "unknown user " + node.text
               : quoted(node.text) + " is not the name of a known user";
  }
  node.number = *uid;
  return "";
}

std::string read_group(Node& node, Context& context) {
  const auto gid = context.accounts.find_gid(node.text);
  if (!gid) {
    return context.out->busybox()
               ? "unknown group " + node.text
               : quoted(node.text) + " is not the name of an existing group";
  }
  node.number = *gid;
  return "";
}

std::string read_mode(Node& node, Context&) {
  std::string_view text = node.text;
  if (text.starts_with('-') || text.starts_with('/')) {
    node.compare = text[0];
    text.remove_prefix(1);
  }
  const auto change = ModeChange::parse(text);
  if (!change) return "invalid mode " + quoted(node.text);
  node.number = change->apply(0, false, 0);
  return "";
}

// --- What they answer --------------------------------------------------------

bool always(const Node&, const Visit&, Context&) { return true; }
bool never(const Node&, const Visit&, Context&) { return false; }

bool has_name(const Node& node, const Visit& visit, Context&) {
  return glob_matches(node.text, name_in(visit));
}
bool has_iname(const Node& node, const Visit& visit, Context&) {
  return glob_matches(node.text, name_in(visit), {.ignore_case = true});
}
bool has_path(const Node& node, const Visit& visit, Context&) {
  return glob_matches(node.text, visit.path);
}
bool has_ipath(const Node& node, const Visit& visit, Context&) {
  return glob_matches(node.text, visit.path, {.ignore_case = true});
}

bool has_lname(const Node& node, const Visit& visit, Context& context) {
  const auto target = context.out->self().readlink(visit.path);
  return target && glob_matches(node.text, *target);
}

bool has_type(const Node& node, const Visit& visit, Context&) {
  const char letter = vfs::letter_of(visit.file.type);
  const char wanted = letter == '-' ? 'f' : letter;
  return node.text.find(wanted) != node.text.npos;
}

bool has_size(const Node& node, const Visit& visit, Context&) {
  const std::int64_t units = (visit.file.size + node.unit - 1) / node.unit;
  return holds(node.compare, node.number, units);
}

bool is_empty(const Node&, const Visit& visit, Context&) {
  if (visit.file.type == FileType::directory) {
    return visit.entries && visit.entries->empty();
  }
  return visit.file.type == FileType::regular && visit.file.size == 0;
}

bool is_newer(const Node& node, const Visit& visit, Context&) {
  return visit.file.mtime > node.time;
}

// Whole periods of this length since then.
std::int64_t age(Time then, Time now, std::int64_t seconds) {
  const Nanoseconds span = now - then, period = seconds * kSecond;
  return span >= 0 ? span / period : -((-span + period - 1) / period);
}

bool changed_days(const Node& node, const Visit& visit, Context& context) {
  const vfs::Attributes& file = visit.file;
  const Time then = node.name[1] == 'a'   ? file.atime
                    : node.name[1] == 'c' ? file.ctime
                                          : file.mtime;
  const bool minutes = node.name.ends_with("min");
  const std::int64_t found = age(then, context.now, minutes ? 60 : 86400);
  return holds(node.compare, node.number, found);
}

bool has_mode(const Node& node, const Visit& visit, Context&) {
  const auto wanted = static_cast<vfs::Mode>(node.number);
  if (node.compare == '-') return (visit.file.mode & wanted) == wanted;
  if (node.compare == '/') return wanted == 0 || (visit.file.mode & wanted);
  return visit.file.mode == wanted;
}

bool has_user(const Node& node, const Visit& visit, Context&) {
  return visit.file.uid == node.number;
}
bool has_group(const Node& node, const Visit& visit, Context&) {
  return visit.file.gid == node.number;
}
bool has_no_user(const Node&, const Visit& visit, Context& context) {
  return !context.accounts.user(visit.file.uid);
}
bool has_no_group(const Node&, const Visit& visit, Context& context) {
  return !context.accounts.group(visit.file.gid);
}
bool has_uid(const Node& node, const Visit& visit, Context&) {
  return holds(node.compare, node.number, visit.file.uid);
}
bool has_gid(const Node& node, const Visit& visit, Context&) {
  return holds(node.compare, node.number, visit.file.gid);
}
bool has_links(const Node& node, const Visit& visit, Context&) {
  return holds(node.compare, node.number,
               static_cast<std::int64_t>(visit.file.links));
}
bool has_inode(const Node& node, const Visit& visit, Context&) {
  return holds(node.compare, node.number,
               static_cast<std::int64_t>(visit.file.ino));
}

bool may(vfs::Access how, const Visit& visit, Context& context) {
  const auto bits = static_cast<unsigned>(how);
  return static_cast<bool>(context.out->self().access(visit.path, bits));
}
bool is_readable(const Node&, const Visit& visit, Context& context) {
  return may(vfs::Access::read, visit, context);
}
bool is_writable(const Node&, const Visit& visit, Context& context) {
  return may(vfs::Access::write, visit, context);
}
bool is_executable(const Node&, const Visit& visit, Context& context) {
  return may(vfs::Access::execute, visit, context);
}

bool print(const Node&, const Visit& visit, Context& context) {
  context.out->say(visit.path + "\n");
  return true;
}
bool print0(const Node&, const Visit& visit, Context& context) {
  context.out->say(visit.path);
  context.out->say(std::string_view("\0", 1));
  return true;
}
bool print_formatted(const Node& node, const Visit& visit, Context& context) {
  context.out->say(format_visit(node.text, visit, context));
  return true;
}
bool list(const Node&, const Visit& visit, Context& context) {
  context.out->say(format_visit(
      "%9i %6k %M %3n %-8u %-8g %8s %Tb %Te %TH:%TM %p\n", visit, context));
  return true;
}
bool prune(const Node&, const Visit&, Context& context) {
  context.prune = true;
  return true;
}
bool quit(const Node&, const Visit&, Context& context) {
  context.quit = true;
  return true;
}

bool remove(const Node&, const Visit& visit, Context& context) {
  if (visit.path == ".") return true;
  kernel::Process& self = context.out->self();
  const SysOutcome removed = visit.file.type == FileType::directory
                                 ? self.rmdir(visit.path)
                                 : self.unlink(visit.path);
  if (removed) return true;
  context.out->complain(context.out->busybox()
                            ? visit.path
                            : "cannot delete " + quoted(visit.path),
                        removed.error());
  return false;
}

// clang-format off
constexpr Primary kPrimaries[] = {
    {"-amin",       1, false, read_number,    changed_days},
    {"-atime",      1, false, read_number,    changed_days},
    {"-cmin",       1, false, read_number,    changed_days},
    {"-ctime",      1, false, read_number,    changed_days},
    {"-delete",     0, true,  nullptr,        remove},
    {"-depth",      0, false, nullptr,        always},
    {"-empty",      0, false, nullptr,        is_empty},
    {"-executable", 0, false, nullptr,        is_executable},
    {"-false",      0, false, nullptr,        never},
    {"-gid",        1, false, read_number,    has_gid},
    {"-group",      1, false, read_group,     has_group},
    {"-iname",      1, false, nullptr,        has_iname},
    {"-inum",       1, false, read_number,    has_inode},
    {"-ipath",      1, false, nullptr,        has_ipath},
    {"-iwholename", 1, false, nullptr,        has_ipath},
    {"-links",      1, false, read_number,    has_links},
    {"-lname",      1, false, nullptr,        has_lname},
    {"-ls",         0, true,  nullptr,        list},
    {"-maxdepth",   1, false, read_depth,     always},
    {"-mindepth",   1, false, read_depth,     always},
    {"-mmin",       1, false, read_number,    changed_days},
    {"-mount",      0, false, nullptr,        always},
    {"-mtime",      1, false, read_number,    changed_days},
    {"-name",       1, false, nullptr,        has_name},
    {"-newer",      1, false, read_reference, is_newer},
    {"-nogroup",    0, false, nullptr,        has_no_group},
    {"-noleaf",     0, false, nullptr,        always},
    {"-nouser",     0, false, nullptr,        has_no_user},
    {"-path",       1, false, nullptr,        has_path},
    {"-perm",       1, false, read_mode,      has_mode},
    {"-print",      0, true,  nullptr,        print},
    {"-print0",     0, true,  nullptr,        print0},
    {"-printf",     1, true,  nullptr,        print_formatted},
    {"-prune",      0, false, nullptr,        prune},
    {"-quit",       0, true,  nullptr,        quit},
    {"-readable",   0, false, nullptr,        is_readable},
    {"-size",       1, false, read_size,      has_size},
    {"-true",       0, false, nullptr,        always},
    {"-type",       1, false, read_type,      has_type},
    {"-uid",        1, false, read_number,    has_uid},
    {"-user",       1, false, read_user,      has_user},
    {"-wholename",  1, false, nullptr,        has_path},
    {"-writable",   0, false, nullptr,        is_writable},
    {"-xdev",       0, false, nullptr,        always},
};
// clang-format on

}  // namespace

const Primary* find_primary(std::string_view name) {
  const auto* const row =
      std::ranges::lower_bound(kPrimaries, name, {}, &Primary::name);
  return row != std::end(kPrimaries) && row->name == name ? row : nullptr;
}

}  // namespace drydock::userland::find
