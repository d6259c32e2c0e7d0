// rm.cc — remove files and directories.

#include "sim/userland/rm.h"

#include <algorithm>

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

enum class Removal { removed, declined, failed };

/// The decision to ask, and the deed.
class Remover {
 public:
  Remover(Output& out, const RemoveOptions& options)
      : out_(out), options_(options) {}

  Task<Removal> remove(std::string path, int depth) {
    const auto file = out_.self().lstat(path);
    if (!file) {
      const bool gone =
          file.error() == Errno::enoent || file.error() == Errno::enotdir;
      if (options_.force && gone) co_return Removal::removed;
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
  Removal fail(const std::string& path, Errno error) {
    out_.complain(cannot(out_, "remove", path), error);
    return Removal::failed;
  }

  bool write_protected(const std::string& path) {
    if (options_.force || out_.self().credentials().uid == 0) return false;
    if (!out_.self().isatty(kernel::kStdin)) return false;
    const auto write = static_cast<unsigned>(vfs::Access::write);
    return !out_.self().access(path, write);
  }

  std::string question(std::string_view deed, const std::string& path,
                       const vfs::Attributes& file, bool guarded) const {
    const bool directory = file.type == FileType::directory;
    if (out_.busybox()) {
      return fmt::format("{} {}'{}'? ", deed, directory ? "directory " : "",
                         path);
    }
    return fmt::format("{} {}{} {}? ", deed, guarded ? "write-protected " : "",
                       type_text(file), quoted(path));
  }

  // Asks when -i or a write-protected file asks for it.
  Task<bool> agreed(std::string_view deed, std::string path,
                    vfs::Attributes file) {
    const bool link = file.type == FileType::symlink;
    const bool guarded = !link && write_protected(path);
    if (!options_.ask && !guarded) co_return true;
    const std::string text = question(deed, path, file, guarded);
    co_return co_await ask(out_, text);
  }

  Task<Removal> remove_file(std::string path, vfs::Attributes file) {
    const bool yes = co_await agreed("remove", path, file);
    if (!yes) co_return Removal::declined;
    const SysOutcome removed = out_.self().unlink(path);
    if (!removed) co_return fail(path, removed.error());
    if (options_.verbose) {
      out_.say(fmt::format("removed {}\n", quoted(out_, path)));
    }
    co_return Removal::removed;
  }

  Task<Removal> remove_directory(std::string path, vfs::Attributes file,
                                 int depth) {
    if (!options_.recursive && !options_.empty_directories) {
      if (!out_.busybox()) co_return fail(path, Errno::eisdir);
      out_.complain(fmt::format("'{}' is a directory", path));
      co_return Removal::failed;
    }
    if (depth > kDepthMax) co_return fail(path, Errno::enametoolong);
    if (options_.recursive) {
      const Removal emptied = co_await empty_directory(path, file, depth);
      if (emptied != Removal::removed) co_return emptied;
    }
    const bool yes = co_await agreed("remove", path, file);
    if (!yes) co_return Removal::declined;
    const SysOutcome removed = out_.self().rmdir(path);
    if (!removed) co_return fail(path, removed.error());
    if (options_.verbose) {
      out_.say(fmt::format("removed directory {}\n", quoted(out_, path)));
    }
    co_return Removal::removed;
  }

  // A directory keeps its place when anything in it was to stay.
  Task<Removal> empty_directory(std::string path, vfs::Attributes file,
                                int depth) {
    const auto entries = out_.self().readdir(path);
    if (!entries) co_return fail(path, entries.error());
    if (!entries->empty() || out_.busybox()) {
      const bool yes = co_await agreed("descend into", path, file);
      if (!yes) co_return Removal::declined;
    }
    Removal all = Removal::removed;
    for (const vfs::DirectoryEntry& entry : *entries) {
      const std::string inner = concat(path, entry.name);
      const Removal one = co_await remove(inner, depth + 1);
      all = std::max(all, one);
    }
    co_return all;
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
  const Removal removal = co_await remover.remove(path, 0);
  co_return removal != Removal::failed;
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
