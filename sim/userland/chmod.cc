// chmod.cc — change file modes.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/mode.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::FileType;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... MODE[,MODE]... FILE...",
    .gnu =
        "c changes, f silent, f quiet, v verbose, R recursive, reference=, "
        "no-preserve-root, preserve-root",
    .busybox = "R, v, c, f"};

constexpr int kDepthMax = 500;

// "-w" and "-rwx,g-s" are modes though they look like options.
bool looks_like_mode(std::string_view word) {
  return word.size() > 1 && word[0] == '-' &&
         word.find_first_not_of("rwxXst,+-=ugoa01234567", 1) == word.npos &&
         word != "--";
}

std::string take_mode(List& words) {
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "--") break;
    if (!looks_like_mode(*word)) continue;
    const std::string mode = *word;
    words.erase(word);
    return mode;
  }
  return "";
}

class Changer {
 public:
  Changer(Output& out, const Options& options, const ModeChange& change)
      : out_(out),
        change_(change),
        recursive_(options.has("R")),
        quiet_(options.has("f")),
        verbose_(options.has("v")),
        changes_(options.has("c")) {}

  bool change(const std::string& path, int depth) {
    kernel::Process& self = out_.self();
    const auto named = self.lstat(path);
    if (!named) return fail("cannot access ", path, named.error());
    const bool link = named->type == FileType::symlink;
    if (link && depth > 0) return true;
    const auto file = link ? self.stat(path) : named;
    if (!file) {
      if (out_.busybox()) return fail("", path, file.error());
      if (!quiet_) {
        out_.complain("cannot operate on dangling symlink " + quoted(path));
      }
      return false;
    }
    const bool directory = file->type == FileType::directory;
    const vfs::Mode mode = change_.apply(file->mode, directory, self.umask());
    const SysOutcome changed = self.chmod(path, mode);
    bool well = true;
    if (!changed) {
      well = fail("changing permissions of ", path, changed.error());
    } else {
      announce(path, *file, mode);
    }
    if (recursive_ && directory && !link) {
      well = descend(path, depth) && well;
    }
    return well;
  }

 private:
  bool fail(std::string_view deed, const std::string& path, Errno error) {
    if (quiet_) return false;
    out_.complain(out_.busybox() ? path : std::string(deed) + quoted(path),
                  error);
    return false;
  }

  void announce(const std::string& path, const vfs::Attributes& file,
                vfs::Mode mode) {
    const bool same = file.mode == mode;
    if (!verbose_ && !(changes_ && !same)) return;
    const auto words = [&](vfs::Mode of) {
      return fmt::format("{:04o} ({})", of, mode_text(file.type, of).substr(1));
    };
    if (same) {
      out_.say(fmt::format("mode of {} retained as {}\n", quoted(out_, path),
                           words(mode)));
    } else {
      out_.say(fmt::format("mode of {} changed from {} to {}\n",
                           quoted(out_, path), words(file.mode), words(mode)));
    }
  }

  bool descend(const std::string& path, int depth) {
    const auto entries = out_.self().readdir(path);
    if (!entries) {
      return fail("cannot read directory ", path, entries.error());
    }
    bool well = depth < kDepthMax;
    for (std::size_t i = 0; depth < kDepthMax && i < entries->size(); ++i) {
      well = change(concat(path, (*entries)[i].name), depth + 1) && well;
    }
    return well;
  }

  Output& out_;
  const ModeChange& change_;
  const bool recursive_, quiet_, verbose_, changes_;
};

// The mode and the files; nullopt with a status when the line is refused.
std::optional<ModeChange> read_mode(Output& out, const Options& options,
                                    std::string mode, List& files,
                                    int& status) {
  files = options.operands;
  status = 1;
  if (const auto reference = options.value("reference")) {
    const auto file = out.self().stat(*reference);
    if (file) return ModeChange::parse(fmt::format("{:05o}", file->mode));
    out.complain("failed to get attributes of " + quoted(*reference),
                 file.error());
    return std::nullopt;
  }
  if (mode.empty() && !files.empty()) {
    mode = files.front();
    files.erase(files.begin());
  }
  if (mode.empty()) {
    status = refuse(out, kAbout, "missing operand");
    return std::nullopt;
  }
  if (files.empty()) {
    status = refuse(out, kAbout, "missing operand after " + quoted(out, mode));
    return std::nullopt;
  }
  const auto change = ModeChange::parse(mode);
  if (change) return change;
  if (out.busybox()) {
    out.complain("invalid mode " + quoted(out, mode));
  } else {
    refuse(out, kAbout, "invalid mode: " + quoted(mode));
  }
  return std::nullopt;
}

}  // namespace

Task<int> chmod_main(kernel::Process& self) {
  Output out(self);
  List words = self.argv();
  if (!words.empty()) words.erase(words.begin());
  const std::string dashed = take_mode(words);
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  List files;
  int status = 0;
  const auto change = read_mode(out, line, dashed, files, status);
  if (!change) co_return co_await out.finish(status);
  Changer changer(out, line, *change);
  bool well = true;
  for (const std::string& path : files) {
    well = changer.change(path, 0) && well;
  }
  const int result = well ? 0 : 1;
  co_return co_await out.finish(result);
}

}  // namespace drydock::userland
