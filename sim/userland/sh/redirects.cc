// redirects.cc — redirections: XCU 2.7.

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

using Kind = Redirect::Kind;

constexpr std::size_t kPipeCapacity = 65536;

Fd default_fd(Kind kind) {
  switch (kind) {
    case Kind::in:
    case Kind::in_out:
    case Kind::dup_in:
    case Kind::here_doc:
    case Kind::here_string:
      return kernel::kStdin;
    default:
      return kernel::kStdout;
  }
}

unsigned flags_of(Kind kind) {
  switch (kind) {
    case Kind::in:
      return kernel::kReadOnly;
    case Kind::in_out:
      return kernel::kReadWrite | kernel::kCreate;
    case Kind::append:
    case Kind::append_err:
      return kernel::kWriteOnly | kernel::kCreate | kernel::kAppend;
    default:
      return kernel::kWriteOnly | kernel::kCreate | kernel::kTruncate;
  }
}

/// dash's own words for two errors.
std::string reason(Errno error, bool creates) {
  if (error == Errno::enoent || error == Errno::enotdir) {
    if (creates) {
      return error == Errno::enoent ? "Directory nonexistent"
                                    : "Directory nonexistent";
    }
    return "No such file";
  }
  return std::string(text_of(error));
}

/// Tells why `path` could not be opened.
void complain_open(Shell& shell, const std::string& path, Kind kind,
                   Errno error) {
  if (shell.bash()) {
    shell.complain(fmt::format("{}: {}", path, text_of(error)));
    return;
  }
  const bool creates = kind != Kind::in && kind != Kind::in_out;
  if (shell.dialect() == Dialect::ash) {
    const std::string words =
        error == Errno::enoent && creates ? "nonexistent directory"
        : error == Errno::enoent          ? "no such file"
                                          : std::string(text_of(error));
    shell.complain(fmt::format("can't {} {}: {}", creates ? "create" : "open",
                               path, words));
    return;
  }
  shell.complain(fmt::format("cannot {} {}: {}", creates ? "create" : "open",
                             path, reason(error, creates)));
}

/// Moves `from` onto `to`, keeping what was there.
bool move_fd(Shell& shell, Fd from, Fd to, SavedFds* saved) {
  kernel::Process& process = shell.process();
  if (saved != nullptr) {
    bool known = false;
    for (const auto& entry : *saved) known = known || entry.first == to;
    if (!known) {
      const SysResult<Fd> copy = process.dup(to, 10);
      if (copy) (void)process.set_close_on_exec(*copy, true);
      saved->emplace_back(to, copy ? *copy : -1);
    }
  }
  if (from < 0) {
    (void)process.close(to);
    return true;
  }
  const SysOutcome moved = process.dup2(from, to);
  if (moved) return true;
  shell.complain(fmt::format("{}: {}", to, text_of(moved.error())));
  return false;
}

/// A pipe with the text in it; what does not fit, a child writes.
Task<Fd> open_text(Shell& shell, std::string text) {
  kernel::Process& process = shell.process();
  const auto ends = process.pipe();
  if (!ends) co_return -1;
  if (text.size() <= kPipeCapacity) {
    if (!text.empty()) {
      co_await process.write(ends->second, std::move(text));
    }
  } else {
    co_await shell.flush();
    const auto shared = std::make_shared<const std::string>(std::move(text));
    struct Writer {
      static Task<int> run(kernel::Process& self,
                           std::shared_ptr<const std::string> bytes, Fd to,
                           Fd other) {
        (void)self.close(other);
        co_await self.write(to, *bytes);
        co_return 0;
      }
    };
    const Fd from = ends->first, to = ends->second;
    const auto body = [shared, from, to](kernel::Process& self) {
      return Writer::run(self, shared, to, from);
    };
    (void)process.fork(body);
  }
  (void)process.close(ends->second);
  co_return ends->first;
}

/// noclobber: an existing regular file is not to be overwritten.
bool would_clobber(Shell& shell, const std::string& path, Kind kind) {
  if (!shell.options.noclobber ||
      (kind != Kind::out && kind != Kind::out_err)) {
    return false;
  }
  const auto file = shell.process().stat(path);
  return file && file->type == vfs::FileType::regular;
}

Task<bool> open_file(Shell& shell, const Redirect& item, std::string path,
                     Fd fd, SavedFds* saved) {
  if (would_clobber(shell, path, item.kind)) {
    if (shell.bash()) {
      shell.complain(path + ": cannot overwrite existing file");
    } else {
      complain_open(shell, path, item.kind, Errno::eexist);
    }
    co_return false;
  }
  const SysResult<Fd> file =
      co_await shell.process().open(path, flags_of(item.kind), 0666);
  if (!file) {
    complain_open(shell, path, item.kind, file.error());
    co_return false;
  }
  bool moved = true;
  if (*file == fd) {
    // It was closed, and must be so again afterwards.
    if (saved != nullptr) saved->emplace_back(fd, -1);
  } else {
    moved = move_fd(shell, *file, fd, saved);
    (void)shell.process().close(*file);
  }
  const bool both = item.kind == Kind::out_err || item.kind == Kind::append_err;
  if (moved && both) moved = move_fd(shell, fd, kernel::kStderr, saved);
  co_return moved;
}

/// >&n, <&n, >&-, and bash's >&n-.
bool duplicate(Shell& shell, std::string target, Fd fd, SavedFds* saved) {
  if (target == "-") return move_fd(shell, -1, fd, saved);
  const bool moves = shell.bash() && target.size() > 1 && target.back() == '-';
  if (moves) target.pop_back();
  if (target.empty() || target.find_first_not_of("0123456789") != target.npos ||
      target.size() > 5) {
    if (shell.bash()) {
      shell.complain(target + ": ambiguous redirect");
    } else {
      shell.abort(shell.dash() ? "Syntax error: Bad fd number"
                               : "syntax error: bad fd number",
                  2);
    }
    return false;
  }
  const Fd from = std::stoi(target);
  if (!shell.process().fstat(from)) {
    shell.complain(fmt::format("{}: Bad file descriptor", from));
    return false;
  }
  if (from == fd) return true;
  const bool moved = move_fd(shell, from, fd, saved);
  if (moves && moved) (void)shell.process().close(from);
  return moved;
}

/// The number behind {v}>: a free one from 10 on, put into the variable.
Fd named_fd(Shell& shell, const Redirect& item, const std::string& target) {
  if (target == "-") {
    const std::string value = shell.lookup(item.variable).value_or("");
    return value.empty() ? -1 : std::stoi(value);
  }
  kernel::Process& process = shell.process();
  Fd fd = 10;
  while (process.fstat(fd)) ++fd;
  shell.assign(item.variable, std::to_string(fd));
  return fd;
}

Task<bool> redirect_one(Shell& shell, const Redirect& item, SavedFds* saved) {
  Expander expander(shell);
  const bool document = item.kind == Kind::here_doc;
  std::string target;
  if (shell.bash() && !document && item.kind != Kind::here_string) {
    List fields;
    const bool done = co_await expander.expand_word(*item.target, &fields);
    if (!done) co_return false;
    if (fields.size() != 1) {
      shell.complain("ambiguous redirect");
      co_return false;
    }
    target = fields.front();
  } else {
    const Purpose purpose = document ? Purpose::document : Purpose::text;
    const bool done =
        co_await expander.expand_text(*item.target, purpose, &target);
    if (!done) co_return false;
  }
  Fd fd = item.fd >= 0 ? item.fd : default_fd(item.kind);
  if (!item.variable.empty()) fd = named_fd(shell, item, target);
  SavedFds* keep = item.variable.empty() ? saved : nullptr;
  switch (item.kind) {
    case Kind::here_doc:
    case Kind::here_string: {
      if (item.kind == Kind::here_string) target += '\n';
      const Fd text = co_await open_text(shell, std::move(target));
      if (text < 0) co_return false;
      bool moved = true;
      if (text == fd) {
        if (keep != nullptr) keep->emplace_back(fd, -1);
      } else {
        moved = move_fd(shell, text, fd, keep);
        (void)shell.process().close(text);
      }
      co_return moved;
    }
    case Kind::dup_in:
    case Kind::dup_out: {
      co_return duplicate(shell, target, fd, keep);
    }
    default:
      co_return co_await open_file(shell, item, target, fd, keep);
  }
}

}  // namespace

Task<bool> redirect(Shell& shell, const std::vector<Redirect>& redirects,
                    SavedFds* saved) {
  if (redirects.empty()) co_return true;
  co_await shell.flush();
  for (const Redirect& item : redirects) {
    const bool done = co_await redirect_one(shell, item, saved);
    if (!done) {
      if (saved != nullptr) restore(shell, *saved);
      co_await shell.flush();
      co_return false;
    }
  }
  co_return true;
}

void restore(Shell& shell, SavedFds& saved) {
  kernel::Process& process = shell.process();
  for (auto entry = saved.rbegin(); entry != saved.rend(); ++entry) {
    if (entry->second < 0) {
      (void)process.close(entry->first);
    } else {
      (void)process.dup2(entry->second, entry->first);
      (void)process.close(entry->second);
    }
  }
  saved.clear();
}

}  // namespace drydock::userland::sh
