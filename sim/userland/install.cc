// install.cc — copy files and set their modes and owners; make directories.

#include <fmt/format.h>

#include "sim/userland/accounts.h"
#include "sim/userland/copy.h"
#include "sim/userland/files.h"
#include "sim/userland/mode.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION]... SOURCE... DEST",
                       .gnu =
                           "c, D, d directory, g group=, m mode=, o owner=, "
                           "p preserve-timestamps, t target-directory=, "
                           "T no-target-directory, v verbose",
                       .busybox = "c, D, d, g=, m=, o=, p, t=, v"};

struct Wish {
  vfs::Mode mode = 0755;
  std::optional<vfs::UserId> uid;
  std::optional<vfs::GroupId> gid;
};

Result<Wish> wish_of(const Output& out, const Options& options,
                     const Accounts& accounts) {
  Wish wish;
  if (const auto text = options.value("m")) {
    const auto change = ModeChange::parse(*text);
    if (!change) return Error{"invalid mode " + quoted(out, *text)};
    wish.mode = change->apply(0, false, 0);
  }
  if (const auto name = options.value("o")) {
    wish.uid = accounts.find_uid(*name);
    if (!wish.uid) return Error{"invalid user " + quoted(out, *name)};
  }
  if (const auto name = options.value("g")) {
    wish.gid = accounts.find_gid(*name);
    if (!wish.gid) return Error{"invalid group " + quoted(out, *name)};
  }
  return wish;
}

bool finish_file(Output& out, const Wish& wish, const std::string& path) {
  kernel::Process& self = out.self();
  if (wish.uid || wish.gid) {
    const SysOutcome owned = self.chown(path, wish.uid, wish.gid);
    if (!owned) {
      out.complain("cannot change ownership of " + quoted(out, path),
                   owned.error());
      return false;
    }
  }
  const SysOutcome set = self.chmod(path, wish.mode);
  if (set) return true;
  out.complain("cannot change permissions of " + quoted(out, path),
               set.error());
  return false;
}

// All the directories of a path; the new ones are 755.
bool make_path(Output& out, const std::string& path, bool verbose) {
  kernel::Process& self = out.self();
  for (std::size_t slash = path.find('/', 1);;
       slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (!is_directory(self, part)) {
      const SysOutcome made = self.mkdir(part, 0755);
      if (!made) {
        out.complain(cannot(out, "create directory", part), made.error());
        return false;
      }
      if (verbose) {
        out.say(fmt::format("{}: creating directory {}\n", out.name(),
                            quoted(out, part)));
      }
    }
    if (slash == path.npos) return true;
  }
}

}  // namespace

Task<int> install_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const Accounts accounts = co_await read_accounts(self);
  const Result<Wish> wish = wish_of(out, line, accounts);
  if (!wish) {
    out.complain(wish.error().text);
    co_return co_await out.finish(1);
  }
  bool well = true;
  if (line.has("d")) {
    if (line.operands.empty()) {
      const int status = refuse(out, kAbout, "missing file operand");
      co_return co_await out.finish(status);
    }
    for (const std::string& path : line.operands) {
      well = make_path(out, strip_slashes(path), line.has("v")) &&
             finish_file(out, *wish, path) && well;
    }
    const int status = well ? 0 : 1;
    co_return co_await out.finish(status);
  }
  const CopyPlan plan = plan_copy(out, line, kAbout, line.has("T"));
  if (plan.status) co_return co_await out.finish(*plan.status);
  CopyOptions options;
  options.follow = CopyFollow::always;
  options.remove_destination = options.force = true;
  options.verbose = line.has("v");
  options.keep_times = line.has("p");
  Copier copier(out, options);
  for (const std::string& source : plan.sources) {
    const std::string to = destination_of(plan, source);
    if (line.has("D") && !make_path(out, vfs::dir_name(to), line.has("v"))) {
      well = false;
      continue;
    }
    const bool copied = co_await copier.copy(source, to);
    well = copied && finish_file(out, *wish, to) && well;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
