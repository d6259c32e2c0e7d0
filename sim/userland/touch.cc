// touch.cc — change the times of files, making those that are not there.

#include <fmt/format.h>

#include "sim/userland/date_parse.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::Last;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILE...",
    .gnu =
        "a, c no-create, d date=, f, h no-dereference, m, r reference=, t=, "
        "time=",
    .busybox = "c no-create, d=, t=, r=, h no-dereference, a, m"};

struct Wish {
  std::optional<Time> atime, mtime;
  bool create = true, access = true, modification = true;
  Last last = Last::follow;
};

// The times to set, or the complaint.
Result<Wish> wish_of(kernel::Process& self, const Options& options,
                     const Output& out) {
  Wish wish;
  const Time now = self.now();
  wish.atime = wish.mtime = now;
  wish.create = !options.has("c") && !options.has("h");
  if (options.has("h")) wish.last = Last::keep;
  const std::string time = options.value("time").value_or("");
  const bool only_access =
      options.has("a") || time == "atime" || time == "access" || time == "use";
  const bool only_modification =
      options.has("m") || time == "mtime" || time == "modify";
  wish.access = only_access || !only_modification;
  wish.modification = only_modification || !only_access;
  if (const auto reference = options.value("r")) {
    const auto file = self.stat(*reference);
    if (!file) {
      const std::string what =
          out.busybox() ? *reference
                        : "failed to get attributes of " + quoted(*reference);
      return Error{fmt::format("{}: {}", what, text_of(file.error()))};
    }
    wish.atime = file->atime;
    wish.mtime = file->mtime;
  }
  const auto date = options.value("d");
  const auto stamp = options.value("t");
  if (date || stamp) {
    const std::string& text = date ? *date : *stamp;
    auto when = date ? parse_date(text, now) : parse_stamp(text, now);
    if (!when && out.busybox()) when = parse_stamp(text, now);
    if (!when) {
      return Error{fmt::format("invalid date {}{}",
                               out.busybox() ? "" : "format ",
                               quoted(out, text))};
    }
    wish.atime = wish.mtime = *when;
  }
  if (!wish.access) wish.atime.reset();
  if (!wish.modification) wish.mtime.reset();
  return wish;
}

Task<bool> touch_one(Output& out, const Wish* wish, std::string path) {
  using namespace kernel;
  Process& self = out.self();
  SysOutcome set = self.utimens(path, wish->atime, wish->mtime, wish->last);
  if (set) co_return true;
  if (set.error() == Errno::enoent) {
    if (!wish->create) co_return true;
    const auto fd = co_await self.open(path, kWriteOnly | kCreate | kNonBlock);
    if (!fd) {
      const std::string what =
          out.busybox() ? path : "cannot touch " + quoted(path);
      out.complain(what, fd.error());
      co_return false;
    }
    shut(self, *fd);
    set = self.utimens(path, wish->atime, wish->mtime, wish->last);
    if (set) co_return true;
  }
  const bool unreachable =
      set.error() == Errno::enotdir || set.error() == Errno::eacces;
  const std::string_view deed =
      unreachable ? "cannot touch " : "setting times of ";
  out.complain(out.busybox() ? path : std::string(deed) + quoted(path),
               set.error());
  co_return false;
}

}  // namespace

Task<int> touch_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const Result<Wish> wish = wish_of(self, line, out);
  if (!wish) {
    out.complain(wish.error().text);
    co_return co_await out.finish(1);
  }
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing file operand");
    co_return co_await out.finish(status);
  }
  bool well = true;
  for (const std::string& path : line.operands) {
    const bool touched = co_await touch_one(out, &*wish, path);
    well = well && touched;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
