// mount.cc — mount and umount: show and change what is mounted.

#include <fmt/format.h>

#include "sim/userland/canonical.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kMount{
    .usage = "[-t TYPE] [-o OPTIONS] SOURCE DIRECTORY",
    .gnu =
        "a all, B bind, r read-only, w rw, o options=, t types=, n no-mtab, "
        "v verbose",
    .busybox = "a, r, w, o=, t=, n, v"};
constexpr About kUmount{.usage = "[-lf] DIRECTORY...",
                        .gnu = "a all, f force, l lazy, n, r, v verbose",
                        .busybox = "a, f, l, n, r, d"};

// /proc/mounts as "SOURCE on PLACE type TYPE (OPTIONS)".
std::string listing(std::string_view table, const std::string& type) {
  std::string text;
  for (const std::string& row : split(table, '\n')) {
    const List fields = split(row, ' ');
    if (fields.size() < 4) continue;
    if (!type.empty() && fields[2] != type) continue;
    text += fmt::format("{} on {} type {} ({})\n", fields[0], fields[1],
                        fields[2], fields[3]);
  }
  return text;
}

kernel::MountCall call_of(const Options& options, const std::string& source,
                          const std::string& target) {
  kernel::MountCall call;
  call.source = source;
  call.target = target;
  call.type = options.value("t").value_or("");
  call.bind = options.has("B");
  call.read_only = options.has("r");
  List rest;
  for (const Option& option : options.given) {
    if (option.key != "o") continue;
    for (const std::string& word : split(option.value, ',')) {
      if (word == "bind" || word == "rbind") {
        call.bind = true;
      } else if (word == "remount") {
        call.remount = true;
      } else if (word == "ro") {
        call.read_only = true;
      } else if (word != "rw" && word != "defaults") {
        rest.push_back(word);
      }
    }
  }
  if (!rest.empty()) call.options += "," + join(rest, ",");
  return call;
}

std::string why_not(const Output& out, const kernel::MountCall& call,
                    Errno error) {
  if (out.busybox()) {
    if (error == Errno::eperm) return "permission denied (are you root?)";
    return fmt::format("mounting {} on {} failed: {}", call.source, call.target,
                       text_of(error));
  }
  switch (error) {
    case Errno::eperm:
    case Errno::eacces:
      return "permission denied";
    case Errno::enoent:
      return fmt::format("mount point {} does not exist", call.target);
    case Errno::enotdir:
      return fmt::format("mount point {} is not a directory", call.target);
    case Errno::enodev:
      return fmt::format("unknown filesystem type '{}'", call.type);
    case Errno::enotblk:
      return fmt::format("{} is not a block device", call.source);
    default:
      return fmt::format("{}: {}", call.target, text_of(error));
  }
}

}  // namespace

Task<int> mount_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kMount);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    if (line.has("a")) co_return 0;  // Images come with an empty fstab.
    const SysResult<Bytes> table = co_await read_file(self, "/proc/mounts");
    if (!table) {
      out.complain(out.busybox() ? "no /proc/mounts"
                                 : "failed to read mtab: " +
                                       std::string(text_of(table.error())));
      co_return co_await out.finish(1);
    }
    out.say(listing(*table, line.value("t").value_or("")));
    co_return co_await out.finish(0);
  }
  if (self.getuid() != 0 && !out.busybox()) {
    out.complain("only root can do that");
    co_return co_await out.finish(1);
  }
  const bool remount =
      line.value("o").value_or("").find("remount") != std::string::npos;
  if (line.operands.size() == 1 && !remount) {
    out.complain(fmt::format("can't find {} in /etc/fstab", line.operands[0]));
    co_return co_await out.finish(1);
  }
  const std::string& target = line.operands.back();
  const kernel::MountCall call = call_of(line, line.operands.front(), target);
  const SysOutcome mounted = self.mount(call);
  if (mounted) co_return 0;
  out.complain(why_not(out, call, mounted.error()));
  const int failed = mounted.error() == Errno::eperm ? 1 : 255;
  const int status = out.busybox() ? failed : 32;
  co_return co_await out.finish(status);
}

Task<int> umount_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUmount);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    advise(out, kUmount);
    co_return co_await out.finish(1);
  }
  for (const std::string& path : line.operands) {
    const SysOutcome gone = self.umount(path);
    if (gone) continue;
    const Errno error = gone.error();
    if (out.busybox()) {
      out.complain("can't unmount " + path, error);
    } else if (error == Errno::eperm) {
      out.complain(path + ": must be superuser to umount");
    } else if (error == Errno::ebusy) {
      out.complain(path + ": target is busy");
    } else if (error == Errno::enoent) {
      out.complain(path + ": mountpoint not found");
    } else {
      out.complain(path + ": not mounted");
    }
  }
  const int status = !out.complained() ? 0 : out.busybox() ? 1 : 32;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
