// ln.cc — make links between files.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::FileType;
using vfs::Last;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... TARGET... LINK_NAME",
    .gnu =
        "f force, i interactive, L logical, n no-dereference, P physical, "
        "r relative, s symbolic, t target-directory=, "
        "T no-target-directory, v verbose",
    .busybox = "s, f, n, T, v"};

struct Wish {
  bool symbolic, force, ask, relative, verbose, logical;
};

// `target` as seen from the directory of `link`; both made absolute first.
std::string relative_target(kernel::Process& self, const std::string& target,
                            const std::string& link) {
  const auto canonical = [&](const std::string& path) {
    const std::string whole = vfs::join_path(self.getcwd(), path);
    const auto real = self.realpath(path);
    if (real) return *real;
    const auto parent = self.realpath(vfs::dir_name(whole));
    if (!parent) return vfs::clean_path(whole);
    return vfs::join_path(*parent, vfs::base_name(whole));
  };
  const List to = split(canonical(target), '/');
  const std::string place = vfs::join_path(self.getcwd(), link);
  const List from = split(canonical(vfs::dir_name(place)), '/');
  std::size_t common = 0;
  while (common < to.size() && common < from.size() &&
         to[common] == from[common]) {
    ++common;
  }
  List words;
  for (std::size_t i = common; i < from.size(); ++i) {
    if (!from[i].empty()) words.push_back("..");
  }
  words.insert(words.end(), to.begin() + common, to.end());
  return words.empty() ? "." : join(words, "/");
}

class Linker {
 public:
  Linker(Output& out, const Wish& wish) : out_(out), wish_(wish) {}

  Task<bool> link(std::string target, std::string name) {
    kernel::Process& self = out_.self();
    if (!wish_.symbolic && !may_link(target)) co_return false;
    const auto there = self.lstat(name);
    if (there) {
      const bool replace = co_await may_replace(target, name, *there);
      if (!replace) co_return declined_;
    }
    if (wish_.relative) target = relative_target(self, target, name);
    const SysOutcome made =
        wish_.symbolic ? self.symlink(target, name) : hard_link(target, name);
    if (!made) co_return fail(target, name, made.error());
    if (wish_.verbose) {
      out_.say(fmt::format("{} {} {}\n", quoted(out_, name),
                           wish_.symbolic ? "->" : "=>", quoted(out_, target)));
    }
    co_return true;
  }

 private:
  SysOutcome hard_link(const std::string& target, const std::string& name) {
    kernel::Process& self = out_.self();
    if (!wish_.logical) return self.link(target, name);
    const auto real = self.realpath(target);
    if (!real) return real.error();
    return self.link(*real, name);
  }

  bool may_link(const std::string& target) {
    kernel::Process& self = out_.self();
    const auto file = wish_.logical ? self.stat(target) : self.lstat(target);
    if (!file) {
      out_.complain(
          out_.busybox() ? target : "failed to access " + quoted(target),
          file.error());
      return false;
    }
    if (file->type != FileType::directory || out_.busybox()) return true;
    out_.complain(quoted_if_needed(target) +
                  ": hard link not allowed for directory");
    return false;
  }

  Task<bool> may_replace(std::string target, std::string name,
                         vfs::Attributes there) {
    declined_ = false;
    if (!wish_.force && !wish_.ask) co_return true;  // link(2) will refuse.
    const bool same =
        !wish_.symbolic && same_file(out_.self(), target, name, Last::keep);
    if (same && !out_.busybox()) {
      out_.complain(fmt::format("{} and {} are the same file", quoted(target),
                                quoted(name)));
      co_return false;
    }
    if (there.type == FileType::directory) {
      if (out_.busybox()) co_return true;
      out_.complain(quoted_if_needed(name) + ": cannot overwrite directory");
      co_return false;
    }
    if (wish_.ask) {
      const std::string question =
          fmt::format("replace {}? ", quoted(out_, name));
      const bool yes = co_await ask(out_, question);
      declined_ = !yes;
      if (!yes) co_return false;
    }
    const SysOutcome removed = out_.self().unlink(name);
    if (!removed) {
      out_.complain(cannot(out_, "remove", name), removed.error());
      co_return false;
    }
    co_return true;
  }

  bool fail(const std::string& target, const std::string& name, Errno error) {
    if (out_.busybox()) {
      out_.complain(name, error);
      return false;
    }
    const bool names_target = !wish_.symbolic && error != Errno::eexist;
    const std::string tail =
        names_target ? " => " + quoted(target) : std::string();
    out_.complain(
        fmt::format("failed to create {} link {}{}",
                    wish_.symbolic ? "symbolic" : "hard", quoted(name), tail),
        error);
    return false;
  }

  Output& out_;
  const Wish& wish_;
  bool declined_ = false;
};

bool leads_to_directory(kernel::Process& self, const Options& options,
                        const std::string& path) {
  if (options.has("T")) return false;
  const auto file = self.lstat(path);
  const bool link = file && file->type == FileType::symlink;
  if (options.has("n") && link) return false;
  return is_directory(self, path);
}

// What is linked, and where; false when the command line is refused.
bool plan(Output& out, const Options& options, List& targets,
          std::string& directory, std::string& name, int& status) {
  targets = options.operands;
  status = 1;
  if (targets.empty()) {
    status = refuse(out, kAbout, "missing file operand");
    return false;
  }
  if (const auto given = options.value("t")) {
    directory = *given;
  } else if (targets.size() == 1) {
    directory = ".";
  } else {
    name = targets.back();
    targets.pop_back();
    const bool into = leads_to_directory(out.self(), options, name);
    if (into || targets.size() > 1) std::swap(directory, name);
  }
  if (directory.empty() || is_directory(out.self(), directory)) return true;
  const auto there = out.self().stat(directory);
  const Errno error = there ? Errno::enotdir : there.error();
  out.complain(out.busybox() ? directory : "target " + quoted(directory),
               error);
  return false;
}

}  // namespace

Task<int> ln_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const Wish wish{
      line.has("s"), line.has("f"), line.last_of(split("i f", ' ')) == "i",
      line.has("r"), line.has("v"), line.has("L")};
  List targets;
  std::string directory, name;
  int status = 0;
  if (!plan(out, line, targets, directory, name, status)) {
    co_return co_await out.finish(status);
  }
  if (wish.relative && !wish.symbolic) {
    out.complain("cannot do --relative without --symbolic");
    co_return co_await out.finish(1);
  }
  Linker linker(out, wish);
  bool well = true;
  for (const std::string& target : targets) {
    const std::string last = vfs::base_name(strip_slashes(target));
    const std::string to = directory.empty() ? name : concat(directory, last);
    const bool linked = co_await linker.link(target, to);
    well = well && linked;
  }
  const int result = well ? 0 : 1;
  co_return co_await out.finish(result);
}

}  // namespace drydock::userland
