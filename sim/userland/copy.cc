// copy.cc — copying of files and trees.

#include "sim/userland/copy.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"

namespace drydock::userland {

using namespace kernel;
using vfs::FileType;
using vfs::Last;

namespace {
constexpr int kDepthMax = 500;
}

Copier::InodeKey Copier::key_of(const std::string& path, Last last) const {
  const auto place = out_.self().resolve(path, last);
  return place ? place->inode : nullptr;
}

bool Copier::fail(std::string_view deed, const std::string& path, Errno error) {
  out_.complain(cannot(out_, deed, path), error);
  return false;
}

void Copier::announce(const std::string& from, const std::string& to) {
  if (!options_.verbose) return;
  out_.say(fmt::format("{} -> {}\n", quoted(out_, from), quoted(out_, to)));
}

Task<bool> Copier::copy(std::string from, std::string to) {
  top_from_ = strip_slashes(from);
  top_to_ = to;
  const InodeKey source = key_of(from, Last::keep);
  const bool again = source && !is_directory(out_.self(), from) &&
                     !sources_.insert(source).second;
  if (again && !out_.busybox() && made_.contains(key_of(to, Last::keep))) {
    out_.complain(fmt::format(
        "warning: source file {} specified more than once", quoted(from)));
    co_return true;
  }
  co_return co_await copy_entry(from, to, 0);
}

Task<bool> Copier::copy_entry(std::string from, std::string to, int depth) {
  Process& self = out_.self();
  const bool follow =
      options_.follow == CopyFollow::always ||
      (options_.follow == CopyFollow::command_line && depth == 0);
  const auto file = follow ? self.stat(from) : self.lstat(from);
  if (!file) co_return fail("stat", from, file.error());
  if (file->type == FileType::directory && !options_.recursive) {
    out_.complain(fmt::format("{}omitting directory {}",
                              out_.busybox() ? "" : "-r not specified; ",
                              quoted(out_, from)));
    co_return false;
  }
  if (depth > kDepthMax) co_return fail("copy", from, Errno::enametoolong);

  const auto there = self.lstat(to);
  if (there) {
    bool stop = false;
    const bool well = co_await may_replace(from, to, *file, *there, &stop);
    if (stop) co_return well;
  }
  if (file->type == FileType::directory) {
    const bool is_there = there && is_directory(self, to);
    co_return co_await copy_directory(from, to, *file, is_there, depth);
  }
  const bool gone = there && !self.lstat(to);
  bool linked = false;
  if (link_again(from, to, *file, &linked)) co_return true;
  if (linked) co_return false;
  bool copied = false;
  if (file->type == FileType::regular || (!options_.recursive && follow)) {
    copied = co_await copy_regular(from, to, *file, there && !gone);
  } else {
    copied = co_await copy_special(from, to, *file);
  }
  if (copied && file->links > 1 && options_.keep_links) {
    first_copies_[key_of(from, Last::keep)] = to;
  }
  if (const InodeKey made = key_of(to, Last::keep)) made_.insert(made);
  co_return copied;
}

bool Copier::conflict(const std::string& from, const std::string& to,
                      const vfs::Attributes& file,
                      const vfs::Attributes& there) {
  Process& self = out_.self();
  const bool from_directory = file.type == FileType::directory;
  const auto through = self.stat(to);
  const bool to_directory =
      (through ? *through : there).type == FileType::directory;
  if (same_file(self, from, to) && !from_directory &&
      !options_.remove_destination) {
    out_.complain(fmt::format("{} and {} are the same file", quoted(out_, from),
                              quoted(out_, to)));
    return true;
  }
  if (from_directory && !to_directory) {
    out_.complain(out_.busybox()
                      ? fmt::format("target '{}' is not a directory", to)
                      : fmt::format("cannot overwrite non-directory {} with "
                                    "directory {}",
                                    quoted(to), quoted(from)));
    return true;
  }
  if (!from_directory && to_directory && there.type == FileType::directory) {
    out_.complain(out_.busybox()
                      ? fmt::format("'{}' is a directory", to)
                      : fmt::format("cannot overwrite directory {} with "
                                    "non-directory",
                                    quoted(to)));
    return true;
  }
  if (!from_directory && made_.contains(key_of(to, Last::keep))) {
    out_.complain(fmt::format("will not overwrite just-created {} with {}",
                              quoted(out_, to), quoted(out_, from)));
    return true;
  }
  return false;
}

// What is there already: leave it, ask, or make room.  `stop` ends the copy
// of this file, well or not.
Task<bool> Copier::may_replace(std::string from, std::string to,
                               vfs::Attributes file, vfs::Attributes there,
                               bool* stop) {
  *stop = true;
  if (conflict(from, to, file, there)) co_return false;
  const bool directory = file.type == FileType::directory;
  if (!directory) {
    if (options_.no_clobber) co_return true;
    if (options_.update && file.mtime <= there.mtime) co_return true;
    if (options_.ask) {
      const std::string question =
          fmt::format("overwrite {}? ", quoted(out_, to));
      const bool yes = co_await ask(out_, question);
      if (!yes) co_return true;
    }
    const bool replaces_link = there.type == FileType::symlink &&
                               (file.type != FileType::regular ||
                                options_.remove_destination || options_.moving);
    const bool odd = file.type != FileType::regular && options_.recursive;
    if (options_.remove_destination || replaces_link || odd ||
        options_.hard_link || options_.symbolic_link) {
      const bool forced =
          options_.force || options_.remove_destination || replaces_link || odd;
      const SysOutcome removed = forced ? out_.self().unlink(to) : ok();
      if (!removed) co_return fail("remove", to, removed.error());
    }
  }
  *stop = false;
  co_return true;
}

// -l, -s, and the second name of a file that was copied under its first.
bool Copier::link_again(const std::string& from, const std::string& to,
                        const vfs::Attributes& file, bool* done) {
  Process& self = out_.self();
  const auto first = options_.keep_links && file.links > 1
                         ? first_copies_.find(key_of(from, Last::keep))
                         : first_copies_.end();
  const bool again = first != first_copies_.end();
  if (!again && !options_.hard_link && !options_.symbolic_link) return false;
  *done = true;
  if (again) static_cast<void>(self.unlink(to));
  const SysOutcome linked = options_.symbolic_link
                                ? self.symlink(from, to)
                                : self.link(again ? first->second : from, to);
  if (!linked) {
    const std::string_view kind = options_.symbolic_link ? "symbolic" : "hard";
    out_.complain(fmt::format("cannot create {} link {} to {}", kind,
                              quoted(out_, to), quoted(out_, from)),
                  linked.error());
    return false;
  }
  announce(from, to);
  return true;
}

// A directory that this copy has made is met again as a source.
bool Copier::copies_into_itself(const std::string& from) {
  if (!made_.contains(key_of(from, Last::keep))) return false;
  out_.complain(
      out_.busybox()
          ? fmt::format("recursion detected, omitting directory '{}'", from)
          : fmt::format("cannot copy a directory, {}, into itself, {}",
                        quoted(top_from_), quoted(top_to_)));
  return true;
}

Task<bool> Copier::copy_directory(std::string from, std::string to,
                                  vfs::Attributes file, bool exists,
                                  int depth) {
  Process& self = out_.self();
  if (!exists) {
    // Writable for now; the last step sets the mode that is wanted.
    const SysOutcome made = self.mkdir(to, file.mode | 0700);
    if (!made) co_return fail("create directory", to, made.error());
    announce(from, to);
    made_.insert(key_of(to, Last::follow));
  }
  const auto entries = self.readdir(from);
  if (!entries) {
    out_.complain(cannot(out_, "access", from), entries.error());
    co_return false;
  }
  bool well = true;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const std::string inner = concat(from, entry.name);
    if (entry.type == FileType::directory && copies_into_itself(inner)) {
      well = false;
      continue;
    }
    const std::string inner_to = concat(to, entry.name);
    const bool copied = co_await copy_entry(inner, inner_to, depth + 1);
    well = well && copied;
  }
  if (options_.keep_mode || options_.keep_owner || options_.keep_times) {
    if (!keep_attributes(to, file)) well = false;
  }
  const vfs::Mode wanted = file.mode & ~self.umask() & 0777;
  if (!exists && !options_.keep_mode && (file.mode & 0700) != 0700) {
    static_cast<void>(self.chmod(to, wanted));
  }
  co_return well;
}

Task<SysResult<Fd>> Copier::open_destination(std::string to, bool exists,
                                             vfs::Mode mode) {
  Process& self = out_.self();
  if (!exists) {
    co_return co_await self.open(to, kWriteOnly | kCreate | kExclusive, mode);
  }
  const auto fd = co_await self.open(to, kWriteOnly | kTruncate, mode);
  if (fd || !options_.force) co_return fd;
  const SysOutcome removed = self.unlink(to);
  if (!removed) co_return removed.error();
  co_return co_await self.open(to, kWriteOnly | kCreate | kExclusive, mode);
}

Task<bool> Copier::copy_regular(std::string from, std::string to,
                                vfs::Attributes file, bool exists) {
  Process& self = out_.self();
  const auto in = co_await self.open(from, kReadOnly);
  if (!in) {
    if (out_.busybox()) co_return fail("open", from, in.error());
    out_.complain(fmt::format("cannot open {} for reading", quoted(from)),
                  in.error());
    co_return false;
  }
  const bool dangling = exists && !self.stat(to);
  if (dangling && !out_.busybox()) {
    shut(self, *in);
    out_.complain("not writing through dangling symlink " + quoted(to));
    co_return false;
  }
  // Others may not read the copy before it has its owner.
  const vfs::Mode mode = file.mode & (options_.keep_owner ? 0700 : 0777);
  const auto out = co_await open_destination(to, exists, mode);
  if (!out) {
    shut(self, *in);
    const std::string_view deed =
        out_.busybox() ? "create" : "create regular file";
    const bool slash = out.error() == Errno::eisdir && to.ends_with('/');
    co_return fail(deed, to, slash ? Errno::enotdir : out.error());
  }
  announce(from, to);
  const bool copied = co_await transfer(from, to, *in, *out, file);
  shut(self, *in);
  shut(self, *out);
  if (!copied) co_return false;
  co_return keep_attributes(to, file);
}

// Zeros after the stored bytes of a hollow file are a hole in the copy too.
Task<bool> Copier::transfer(std::string from, std::string to, Fd in, Fd out,
                            vfs::Attributes file) {
  if (options_.attributes_only) co_return true;
  Process& self = out_.self();
  const bool hollow = file.type == FileType::regular && file.stored < file.size;
  std::int64_t left = hollow ? file.stored : INT64_MAX;
  while (left > 0) {
    const auto count = static_cast<std::size_t>(
        std::min<std::int64_t>(left, std::int64_t{kChunk}));
    const SysResult<Bytes> chunk = co_await self.read(in, count);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) {
      out_.complain("error reading " + quoted(out_, from), chunk.error());
      co_return false;
    }
    if (chunk->empty()) break;
    left -= static_cast<std::int64_t>(chunk->size());
    const auto written = co_await self.write(out, *chunk);
    if (!written) {
      out_.complain("error writing " + quoted(out_, to), written.error());
      co_return false;
    }
  }
  if (hollow) static_cast<void>(self.ftruncate(out, file.size));
  co_return true;
}

Task<bool> Copier::copy_special(std::string from, std::string to,
                                vfs::Attributes file) {
  Process& self = out_.self();
  SysOutcome made = ok();
  std::string_view deed = "create special file";
  if (file.type == FileType::symlink) {
    const auto target = self.readlink(from);
    if (!target) co_return fail("read symbolic link", from, target.error());
    made = self.symlink(*target, to);
    deed = "create symbolic link";
  } else {
    vfs::NewFile node;
    node.type = file.type;
    node.mode = file.mode;
    node.rdev = file.rdev;
    made = self.mknod(to, node);
    if (file.type == FileType::fifo) deed = "create fifo";
  }
  if (!made) co_return fail(deed, to, made.error());
  announce(from, to);
  co_return keep_attributes(to, file);
}

bool Copier::keep_attributes(const std::string& to,
                             const vfs::Attributes& file) {
  Process& self = out_.self();
  const bool link = file.type == FileType::symlink;
  const Last last = link ? Last::keep : Last::follow;
  bool well = true;
  vfs::Mode mode = file.mode;
  if (options_.keep_times) {
    const SysOutcome set = self.utimens(to, file.atime, file.mtime, last);
    if (!set) {
      out_.complain("preserving times for " + quoted(out_, to), set.error());
      well = false;
    }
  }
  if (options_.keep_owner) {
    const SysOutcome set = self.chown(to, file.uid, file.gid, last);
    if (!set) {
      // Only root gives files away; others lose the set-id bits.
      mode &= 01777;
      static_cast<void>(self.chown(to, std::nullopt, file.gid, last));
    }
  }
  if (!link && options_.keep_mode) {
    const SysOutcome set = self.chmod(to, mode);
    if (!set) {
      out_.complain("preserving permissions for " + quoted(out_, to),
                    set.error());
      well = false;
    }
  }
  return well;
}

}  // namespace drydock::userland
