// mv.cc — rename files; between file systems, copy and remove.

#include <fmt/format.h>

#include "sim/userland/copy.h"
#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/rm.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::FileType;
using vfs::Last;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... SOURCE... DEST",
    .gnu =
        "f force, i interactive, n no-clobber, strip-trailing-slashes, "
        "t target-directory=, T no-target-directory, u update, v verbose",
    .busybox = "f, i, n, t target-directory=, T no-target-directory, v"};

struct Wish {
  bool ask = false, no_clobber = false, force = false;
  bool update = false, verbose = false;
};

Wish wish_of(const Options& options) {
  const std::string last = options.last_of(split("i f n", ' '));
  return {last == "i", last == "n", last == "f", options.has("u"),
          options.has("v")};
}

class Mover {
 public:
  Mover(Output& out, const Wish& wish) : out_(out), wish_(wish) {}

  Task<bool> move(std::string from, std::string to) {
    kernel::Process& self = out_.self();
    const auto file = self.lstat(from);
    if (!file) {
      const std::string_view deed = out_.busybox() ? "rename" : "stat";
      out_.complain(cannot(out_, deed, from), file.error());
      co_return false;
    }
    if (const auto there = self.lstat(to)) {
      if (!out_.busybox() && conflict(from, to, *file, *there)) {
        co_return false;
      }
      const bool keep =
          wish_.no_clobber || (wish_.update && file->mtime <= there->mtime);
      if (keep) co_return true;
      const bool yes = co_await agreed(to, *there);
      if (!yes) co_return true;
    }
    const SysOutcome renamed = self.rename(from, to);
    if (renamed) {
      announce(from, to);
      co_return true;
    }
    if (renamed.error() == Errno::exdev) co_return co_await carry(from, to);
    co_return refuse_rename(from, to, renamed.error());
  }

 private:
  void announce(const std::string& from, const std::string& to) {
    if (!wish_.verbose) return;
    out_.say(fmt::format("{}{} -> {}\n", out_.busybox() ? "" : "renamed ",
                         quoted(out_, from), quoted(out_, to)));
  }

  bool refuse_rename(const std::string& from, const std::string& to,
                     Errno error) {
    if (out_.busybox()) {
      out_.complain(cannot(out_, "rename", from), error);
      return false;
    }
    if (error == Errno::einval) {
      out_.complain(
          fmt::format("cannot move {} to a subdirectory of itself, {}",
                      quoted(from), quoted(to)));
      return false;
    }
    if (error == Errno::enotempty || error == Errno::eexist) {
      out_.complain(
          fmt::format("cannot move {} to {}", quoted(from), quoted(to)), error);
      return false;
    }
    out_.complain(fmt::format("cannot move {} to {}", quoted(from), quoted(to)),
                  error);
    return false;
  }

  bool conflict(const std::string& from, const std::string& to,
                const vfs::Attributes& file, const vfs::Attributes& there) {
    const bool from_directory = file.type == FileType::directory;
    const bool to_directory = there.type == FileType::directory;
    if (same_file(out_.self(), from, to, Last::keep)) {
      out_.complain(
          fmt::format("{} and {} are the same file", quoted(from), quoted(to)));
      return true;
    }
    if (from_directory && !to_directory) {
      out_.complain(
          fmt::format("cannot overwrite non-directory {} with directory {}",
                      quoted(to), quoted(from)));
      return true;
    }
    if (!from_directory && to_directory) {
      out_.complain(fmt::format(
          "cannot overwrite directory {} with non-directory", quoted(to)));
      return true;
    }
    return false;
  }

  // -i, and read-only files when a person sits at the terminal.
  Task<bool> agreed(std::string to, vfs::Attributes there) {
    kernel::Process& self = out_.self();
    const auto write = static_cast<unsigned>(vfs::Access::write);
    const bool guarded = !wish_.force && self.isatty(kernel::kStdin) &&
                         there.type != FileType::symlink &&
                         !self.access(to, write);
    if (!wish_.ask && !guarded) co_return true;
    const std::string plain = fmt::format("overwrite {}? ", quoted(out_, to));
    const std::string text =
        guarded ? fmt::format("replace {}, overriding mode {:04o} ({})? ",
                              quoted(out_, to), there.mode,
                              mode_text(there.type, there.mode).substr(1))
                : plain;
    co_return co_await ask(out_, text);
  }

  Task<bool> carry(std::string from, std::string to) {
    CopyOptions options;
    options.recursive = options.moving = options.force = true;
    options.keep_mode = options.keep_owner = options.keep_times = true;
    options.keep_links = options.remove_destination = true;
    options.follow = CopyFollow::never;
    Copier copier(out_, options);
    const bool copied = co_await copier.copy(from, to);
    if (!copied) co_return false;
    if (wish_.verbose) {
      out_.say(fmt::format("copied {} -> {}\n", quoted(out_, from),
                           quoted(out_, to)));
    }
    RemoveOptions removal;
    removal.force = removal.recursive = true;
    removal.verbose = wish_.verbose;
    co_return co_await remove_tree(out_, from, removal);
  }

  Output& out_;
  const Wish& wish_;
};

}  // namespace

Task<int> mv_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const CopyPlan plan = plan_copy(out, line, kAbout, line.has("T"));
  if (plan.status) co_return co_await out.finish(*plan.status);
  const Wish wish = wish_of(line);
  Mover mover(out, wish);
  bool well = true;
  for (std::string source : plan.sources) {
    if (line.has("strip-trailing-slashes")) source = strip_slashes(source);
    const std::string to = destination_of(plan, source);
    const bool moved = co_await mover.move(source, to);
    well = well && moved;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
