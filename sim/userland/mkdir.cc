// mkdir.cc — make directories.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/mode.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION]... DIRECTORY...",
                       .gnu = "m mode=, p parents, v verbose",
                       .busybox = "m mode=, p parents"};

struct Wish {
  bool parents = false, verbose = false;
  std::optional<ModeChange> mode;
};

class Maker {
 public:
  Maker(Output& out, const Wish& wish) : out_(out), wish_(wish) {}

  bool make(const std::string& path) {
    if (wish_.parents && !make_parents(path)) return false;
    const SysOutcome made = out_.self().mkdir(path, 0777);
    if (!made) {
      const bool there =
          made.error() == Errno::eexist && is_directory(out_.self(), path);
      if (wish_.parents && there) return true;
      return fail(path, made.error());
    }
    announce(path);
    if (!wish_.mode) return true;
    return set_mode(path, wish_.mode->apply(0777, true, out_.self().umask()));
  }

 private:
  bool fail(const std::string& path, Errno error) {
    out_.complain(cannot(out_, "create directory", path), error);
    return false;
  }

  void announce(const std::string& path) {
    if (!wish_.verbose) return;
    out_.say(fmt::format("{}: created directory {}\n", out_.name(),
                         quoted(out_, path)));
  }

  bool set_mode(const std::string& path, vfs::Mode mode) {
    const SysOutcome set = out_.self().chmod(path, mode);
    if (set) return true;
    out_.complain(fmt::format("cannot set permissions of {}", quoted(path)),
                  set.error());
    return false;
  }

  // Parents can be written and searched by their owner, whatever the umask.
  bool make_parents(const std::string& path) {
    kernel::Process& self = out_.self();
    std::size_t slash = path.find_first_not_of('/');
    for (;;) {
      slash = path.find('/', slash);
      if (slash == path.npos) return true;
      const std::size_t next = path.find_first_not_of('/', slash);
      if (next == path.npos) return true;
      const std::string parent = path.substr(0, slash);
      slash = next;
      const SysOutcome made = self.mkdir(parent, 0777);
      if (made) {
        announce(parent);
        const vfs::Mode mode = 0777 & ~self.umask();
        if ((mode & 0300) != 0300 && !set_mode(parent, mode | 0300)) {
          return false;
        }
      } else if (!is_directory(self, parent)) {
        const bool exists = made.error() == Errno::eexist;
        return fail(parent, exists ? Errno::enotdir : made.error());
      }
    }
  }

  Output& out_;
  const Wish& wish_;
};

}  // namespace

Task<int> mkdir_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  Wish wish{line.has("p"), line.has("v"), {}};
  if (const auto mode = line.value("m")) {
    wish.mode = ModeChange::parse(*mode);
    if (!wish.mode) {
      out.complain("invalid mode " + quoted(out, *mode));
      co_return co_await out.finish(1);
    }
  }
  Maker maker(out, wish);
  int status = 0;
  for (const std::string& path : line.operands) {
    if (!maker.make(path)) status = 1;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
