// rm.cc — remove files and directories.

#include "sim/userland/rm.h"

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::FileType;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "f force, i, I, interactive?, r recursive, R, d dir, v verbose, "
        "preserve-root?, no-preserve-root, one-file-system",
    .busybox = "f, i, R, r"};

constexpr int kDepthMax = 500;

/// The decision to ask, and the deed.
class Remover {
 public:
  Remover(Output& out, const RemoveOptions& options)
      : out_(out), options_(options) {}

  Task<bool> remove(std::string path, int depth) {
    const auto file = out_.self().lstat(path);
    if (!file) {
      const bool gone =
          file.error() == Errno::enoent || file.error() == Errno::enotdir;
      if (options_.force && gone) co_return true;
      co_return fail(path, file.error());
    }
    const bool linked_directory =
        file->type == FileType::symlink && path.ends_with('/');
    if (linked_directory) co_return fail(path, Errno::enotdir);
    if (file->type != FileType::directory) {
      co_return co_await remove_file(path, *file);
    }
    co_return co_await remove_directory(path, *file, depth);
  }

 private:
  bool fail(const std::string& path, Errno error) {
    out_.complain(cannot(out_, "remove", path), error);
    return false;
  }

  bool write_protected(const std::string& path) {
    if (options_.force || out_.self().credentials().uid == 0) return false;
    if (!out_.self().isatty(kernel::kStdin)) return false;
    const auto write = static_cast<unsigned>(vfs::Access::write);
    return !out_.self().access(path, write);
  }

  std::string question(std::string_view deed, const std::string& path,
                       const vfs::Attributes& file, bool guarded) const {
    if (out_.busybox()) return fmt::format("{} '{}'? ", deed, path);
    return fmt::format("{} {}{} {}? ", deed, guarded ? "write-protected " : "",
                       type_text(file), quoted(path));
  }

  Task<bool> remove_file(std::string path, vfs::Attributes file) {
    const bool guarded =
        file.type != FileType::symlink && write_protected(path);
    if (options_.ask || guarded) {
      const std::string text = question("remove", path, file, guarded);
      const bool yes = co_await ask(out_, text);
      if (!yes) co_return true;
    }
    const SysOutcome removed = out_.self().unlink(path);
    if (!removed) co_return fail(path, removed.error());
    if (options_.verbose) {
      out_.say(fmt::format("removed {}\n", quoted(out_, path)));
    }
    co_return true;
  }

  Task<bool> remove_directory(std::string path, vfs::Attributes file,
                              int depth) {
    if (!options_.recursive && !options_.empty_directories) {
      if (!out_.busybox()) co_return fail(path, Errno::eisdir);
      out_.complain(fmt::format("'{}' is a directory", path));
      co_return false;
    }
    if (depth > kDepthMax) co_return fail(path, Errno::enametoolong);
    const auto entries = out_.self().readdir(path);
    const bool full = entries && !entries->empty();
    const bool guarded = write_protected(path);
    if (options_.recursive && (full || out_.busybox())) {
      if (options_.ask || guarded) {
        const std::string text = question("descend into", path, file, guarded);
        const bool yes = co_await ask(out_, text);
        if (!yes) co_return true;
      }
    }
    if (!entries && entries.error() != Errno::enotdir) {
      co_return fail(path, entries.error());
    }
    bool emptied = true;
    for (std::size_t i = 0; options_.recursive && i < entries->size(); ++i) {
      const std::string inner = concat(path, (*entries)[i].name);
      const bool removed = co_await remove(inner, depth + 1);
      emptied = emptied && removed;
    }
    if (!emptied) co_return false;
    co_return co_await remove_empty(path, file);
  }

  Task<bool> remove_empty(std::string path, vfs::Attributes file) {
    const bool guarded = write_protected(path);
    if (options_.ask || guarded) {
      const std::string text = question("remove", path, file, guarded);
      const bool yes = co_await ask(out_, text);
      if (!yes) co_return true;
    }
    const SysOutcome removed = out_.self().rmdir(path);
    if (!removed) co_return fail(path, removed.error());
    if (options_.verbose) {
      out_.say(fmt::format("removed directory {}\n", quoted(out_, path)));
    }
    co_return true;
  }

  Output& out_;
  const RemoveOptions& options_;
};

bool is_dots(const std::string& path) {
  const std::string bare = strip_slashes(path);
  const std::string last = bare.substr(bare.rfind('/') + 1);
  return last == "." || last == "..";
}

// The guards before any removal: "." and "..", and the root.
bool refused(Output& out, const Options& given, const std::string& path) {
  if (is_dots(path)) {
    if (out.busybox()) {
      out.complain("can't remove '.' or '..'");
    } else {
      out.complain(
          fmt::format("refusing to remove '.' or '..' directory: skipping {}",
                      quoted(path)));
    }
    return true;
  }
  const bool recursive = given.has("r") || given.has("R");
  const bool guard = !given.has("no-preserve-root") && recursive;
  if (!guard || out.busybox()) return false;
  if (strip_slashes(path) != "/" && !same_file(out.self(), path, "/")) {
    return false;
  }
  const bool is_root = path == "/";
  out.complain(
      is_root ? std::string("it is dangerous to operate recursively on '/'")
              : fmt::format("it is dangerous to operate recursively "
                            "on {} (same as '/')",
                            quoted(path)));
  out.complain("use --no-preserve-root to override this failsafe");
  return true;
}

RemoveOptions options_of(const Options& given) {
  RemoveOptions options;
  for (const Option& option : given.given) {
    const std::string& key = option.key;
    if (key == "f") options.force = true;
    if (key == "f" || key == "I") options.ask = false;
    if (key == "i") options.ask = true;
    if (key == "i" || key == "I") options.force = false;
    if (key == "interactive") {
      options.ask = option.value.empty() || option.value == "always";
    }
    if (key == "r" || key == "R") options.recursive = true;
    if (key == "d") options.empty_directories = true;
    if (key == "v") options.verbose = true;
  }
  return options;
}

}  // namespace

Task<bool> remove_tree(Output& out, std::string path, RemoveOptions options) {
  Remover remover(out, options);
  co_return co_await remover.remove(path, 0);
}

Task<int> rm_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const RemoveOptions options = options_of(line);
  if (line.operands.empty()) {
    if (options.force) co_return 0;
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  const bool many = line.operands.size() > 3 || options.recursive;
  if (line.last_of(split("i f I", ' ')) == "I" && many) {
    const std::size_t count = line.operands.size();
    const std::string text =
        fmt::format("remove {} argument{}{}? ", count, count == 1 ? "" : "s",
                    options.recursive ? " recursively" : "");
    const bool yes = co_await ask(out, text);
    if (!yes) co_return 0;
  }
  int status = 0;
  for (const std::string& path : line.operands) {
    if (refused(out, line, path)) {
      status = 1;
      continue;
    }
    const bool removed = co_await remove_tree(out, path, options);
    if (!removed) status = 1;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
