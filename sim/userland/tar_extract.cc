// tar_extract.cc — tar's second half: from members to files, or to a list.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/accounts.h"
#include "sim/userland/files.h"
#include "sim/userland/glob.h"
#include "sim/userland/tar_job.h"

namespace drydock::userland {

using namespace kernel;
using vfs::FileType;
using vfs::TarEntry;

namespace {

/// A directory's mode and time come last: what is put into it changes both.
struct Later {
  std::string path;
  TarEntry entry;
};

/// A link that waits until all else is made, so that no member is written
/// through it: a symlink that leads out of where tar unpacks and, of busybox's
/// tar, each hard link.  GNU's tar holds the place with an empty file.
struct DelayedLink {
  List paths;  // The first, and those that are hard links to it.
  TarEntry entry;
  std::uint64_t placeholder = 0;  // Its inode, of GNU's.
};

class Unpacker {
 public:
  Unpacker(TarRun& run, Accounts accounts)
      : run_(run), accounts_(std::move(accounts)) {}

  bool chosen(const std::string& name);
  Task<void> take(TarEntry entry);
  void finish();

 private:
  Task<void> extract(TarEntry entry);
  std::string link_target(const TarEntry& entry);
  bool refuses(const std::string& name);
  bool waits(const TarEntry& entry) const;
  Task<void> delay(TarEntry entry, std::string path);
  void join_delayed(const std::string& to, const std::string& path);
  bool make_delayed(const DelayedLink& link);
  bool fail_to_link(const TarEntry& entry, const std::string& path,
                    const std::string& to, Errno error);
  bool place(const TarEntry& entry, const std::string& path);
  Task<bool> write_body(TarEntry entry, std::string path);
  void keep(const TarEntry& entry, const std::string& path);
  void make_parents(const std::string& path);

  TarRun& run_;
  Accounts accounts_;
  std::vector<Later> later_;
  std::vector<DelayedLink> delayed_;
  std::set<std::string> found_;  // Items that named a member.
};

std::string without_slash(std::string name) {
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

bool Unpacker::chosen(const std::string& name) {
  if (is_excluded(run_.job, without_slash(name))) return false;
  bool any = false, hit = false;
  for (const std::string& item : run_.job.items) {
    if (item.starts_with('\1')) continue;
    any = true;
    const std::string wanted = without_slash(item);
    const bool same = without_slash(name) == wanted ||
                      name.starts_with(wanted + "/") ||
                      (run_.job.wildcards && glob_matches(wanted, name));
    if (!same) continue;
    found_.insert(item);
    hit = true;
  }
  return hit || !any;
}

/// --strip-components; empty when nothing is left.
std::string stripped(std::string name, std::int64_t count) {
  for (; count > 0; --count) {
    const std::size_t slash = name.find('/');
    if (slash == name.npos) return "";
    name = name.substr(name.find_first_not_of('/', slash) == name.npos
                           ? name.size()
                           : name.find_first_not_of('/', slash));
  }
  return name;
}

bool leads_out(const std::string& name) {
  const List parts = split(name, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

void Unpacker::make_parents(const std::string& path) {
  Process& self = run_.out->self();
  for (std::size_t at = path.find('/', 1); at != path.npos;
       at = path.find('/', at + 1)) {
    static_cast<void>(self.mkdir(path.substr(0, at), 0777));
  }
}

std::string Unpacker::link_target(const TarEntry& entry) {
  if (run_.job.busybox) return entry.link;
  return stripped(safe_name(run_, entry.link, "hard link targets"),
                  run_.job.strip);
}

bool Unpacker::fail_to_link(const TarEntry& entry, const std::string& path,
                            const std::string& to, Errno error) {
  if (run_.job.busybox) {
    run_.fail(fmt::format("can't create {} '{}' to '{}'",
                          entry.hard_link ? "hardlink" : "symlink", path, to));
  } else {
    run_.fail(
        path,
        fmt::format("{} '{}'",
                    entry.hard_link ? "hard link to" : "create symlink to", to),
        error);
  }
  return false;
}

bool Unpacker::place(const TarEntry& entry, const std::string& path) {
  Process& self = run_.out->self();
  if (entry.type == FileType::directory && !entry.hard_link) {
    const SysOutcome made = self.mkdir(path, 0700);
    if (made || is_directory(self, path)) return true;
    run_.fail(path, "mkdir", made.error());
    return false;
  }
  if (self.lstat(path)) {
    if (run_.job.keep_old) {
      run_.fail(path, "open", Errno::eexist);
      return false;
    }
    static_cast<void>(self.unlink(path));
  }
  if (entry.hard_link) {
    const std::string to = link_target(entry);
    const SysOutcome linked = self.link(to, path);
    if (!linked) return fail_to_link(entry, path, to, linked.error());
    join_delayed(to, path);
    return true;
  }
  if (entry.type == FileType::symlink) {
    const SysOutcome linked = self.symlink(entry.link, path);
    return linked || fail_to_link(entry, path, entry.link, linked.error());
  }
  vfs::NewFile node;
  node.type = entry.type;
  node.mode = entry.mode & 0777;
  node.rdev = entry.rdev;
  const SysOutcome made = self.mknod(path, node);
  if (!made) run_.fail(path, "mknod", made.error());
  return static_cast<bool>(made);
}

Task<bool> Unpacker::write_body(TarEntry entry, std::string path) {
  Process& self = run_.out->self();
  if (run_.job.keep_old && self.lstat(path)) {
    run_.fail(path, "open", Errno::eexist);
    co_return false;
  }
  if (!is_directory(self, path)) static_cast<void>(self.unlink(path));
  const unsigned flags = kWriteOnly | kCreate | kExclusive;
  const SysResult<Fd> file = co_await self.open(path, flags, 0600);
  if (!file) {
    run_.fail(path, "open", file.error());
    co_return false;
  }
  const vfs::Content body = vfs::body_of(entry);
  for (const auto& [offset, bytes] : body.runs()) {
    static_cast<void>(self.lseek(*file, offset, Whence::set));
    const auto written = co_await self.write(*file, bytes);
    if (written) continue;
    run_.fail(path, "write", written.error());
    shut(self, *file);
    co_return false;
  }
  static_cast<void>(self.ftruncate(*file, body.size()));
  shut(self, *file);
  co_return true;
}

void Unpacker::keep(const TarEntry& entry, const std::string& path) {
  Process& self = run_.out->self();
  const TarJob& job = run_.job;
  if (job.same_owner) {
    vfs::UserId uid = entry.uid;
    vfs::GroupId gid = entry.gid;
    if (!job.numeric && !entry.user.empty()) {
      if (const User* const user = accounts_.user(entry.user)) uid = user->uid;
    }
    if (!job.numeric && !entry.group.empty()) {
      const Group* const group = accounts_.group(entry.group);
      if (group) gid = group->gid;
    }
    const SysOutcome owned = self.chown(path, uid, gid, vfs::Last::keep);
    if (!owned) {
      run_.fail(path,
                fmt::format("change ownership to uid {}, gid {}", uid, gid),
                owned.error());
    }
  }
  if (entry.type != FileType::symlink) {
    const vfs::Mode mask = job.preserve ? 0 : self.umask();
    const vfs::Mode bits = job.preserve ? 07777 : 0777;
    static_cast<void>(self.chmod(path, entry.mode & bits & ~mask));
  }
  if (!job.touch) {
    static_cast<void>(
        self.utimens(path, self.now(), entry.mtime, vfs::Last::keep));
  }
}

bool Unpacker::waits(const TarEntry& entry) const {
  if (entry.hard_link) return run_.job.busybox;
  return entry.type == FileType::symlink && !run_.job.absolute &&
         (entry.link.starts_with('/') || leads_out(entry.link));
}

Task<void> Unpacker::delay(TarEntry entry, std::string path) {
  std::uint64_t inode = 0;
  if (!run_.job.busybox) {
    const TarEntry empty;
    const bool held = co_await write_body(empty, path);
    if (!held) co_return;
    Process& self = run_.out->self();
    static_cast<void>(self.chmod(path, 0));
    inode = self.lstat(path)->ino;
  }
  delayed_.push_back({{path}, std::move(entry), inode});
}

/// A hard link to what only holds a symlink's place will be one to the link.
void Unpacker::join_delayed(const std::string& to, const std::string& path) {
  for (DelayedLink& link : delayed_) {
    if (std::ranges::count(link.paths, to) != 0) link.paths.push_back(path);
  }
}

bool Unpacker::make_delayed(const DelayedLink& link) {
  Process& self = run_.out->self();
  const TarEntry& entry = link.entry;
  std::string made;
  for (const std::string& path : link.paths) {
    if (!run_.job.busybox) {
      const auto there = self.lstat(path);
      if (!there || there->ino != link.placeholder) continue;
      static_cast<void>(self.unlink(path));
    }
    const bool hard = entry.hard_link || !made.empty();
    const std::string to = !made.empty() ? made : entry.link;
    const SysOutcome linked =
        hard ? self.link(to, path) : self.symlink(to, path);
    if (!linked) return fail_to_link(entry, path, to, linked.error());
    if (!hard) keep(entry, path);
    made = path;
  }
  return true;
}

Task<void> Unpacker::extract(TarEntry entry) {
  std::string path =
      stripped(safe_name(run_, entry.name, "member names"), run_.job.strip);
  if (path.empty()) co_return;
  path = without_slash(path);
  make_parents(path);
  if (waits(entry)) {
    co_await delay(std::move(entry), path);
    co_return;
  }
  const bool file = entry.type == FileType::regular && !entry.hard_link;
  bool placed = false;
  if (file) {
    placed = co_await write_body(entry, path);
  } else {
    placed = place(entry, path);
  }
  if (!placed || entry.hard_link) co_return;
  if (entry.type == FileType::directory) {
    entry.content.clear();
    later_.push_back({path, std::move(entry)});
    co_return;
  }
  keep(entry, path);
}

/// A member that would lead out is refused by GNU's tar, and not listed.
bool Unpacker::refuses(const std::string& name) {
  if (!leads_out(name) || run_.job.absolute || run_.job.busybox) return false;
  static_cast<void>(safe_name(run_, name, "member names"));
  run_.fail(name + ": Member name contains '..'");
  return true;
}

Task<void> Unpacker::take(TarEntry entry) {
  if (!chosen(entry.name)) co_return;
  Output& out = *run_.out;
  const bool listing = run_.job.deed == 't';
  if (!listing && refuses(entry.name)) co_return;
  const int verbose = run_.job.verbose + (listing ? 1 : 0);
  if (verbose > 0) {
    const std::string text = member_line(run_, entry, verbose > 1);
    if (run_.job.to_stdout) {
      out.complain_plain(text);
    } else {
      out.say(text);
    }
  }
  if (listing) co_return;
  if (!run_.job.to_stdout) {
    co_await extract(std::move(entry));
  } else if (entry.type == FileType::regular && !entry.hard_link) {
    const vfs::Content body = vfs::body_of(entry);
    out.say(body.read(0, static_cast<std::size_t>(body.size())));
  }
  if (out.pending() > kChunk) co_await out.flush();
}

void Unpacker::finish() {
  for (const DelayedLink& link : delayed_) {
    const bool made = make_delayed(link);
    if (!made && run_.job.busybox) return;  // It dies of that.
  }
  for (auto last = later_.rbegin(); last != later_.rend(); ++last) {
    keep(last->entry, last->path);
  }
  for (const std::string& item : run_.job.items) {
    if (item.starts_with('\1') || found_.contains(item)) continue;
    run_.fail(item + ": Not found in archive");
  }
}

/// Knows whether anything came: nothing at all is no archive, though one
/// without members is.
class WatchedSource : public ByteSource {
 public:
  explicit WatchedSource(ByteSource& from) : from_(from) {}

  Task<Result<Bytes>> read(std::size_t max) override {
    Result<Bytes> bytes = co_await from_.read(max);
    empty_ = empty_ && (!bytes || bytes->empty());
    co_return bytes;
  }
  bool empty() const { return empty_; }

 private:
  ByteSource& from_;
  bool empty_ = true;
};

}  // namespace

Task<void> take_members(TarRun* run, ByteSource* from) {
  Accounts accounts = co_await read_accounts(run->out->self());
  for (const std::string& item : run->job.items) {
    if (item.starts_with('\1') && !change_directory(*run, item)) co_return;
  }
  Unpacker unpacker(*run, std::move(accounts));
  WatchedSource watched(*from);
  vfs::TarReader reader(watched);
  bool any = false;
  for (;;) {
    const Result<std::optional<TarEntry>> entry = co_await reader.next();
    if (!entry) {
      run->fail(any ? "Unexpected EOF in archive"
                    : "This does not look like a tar archive");
      break;
    }
    if (!entry->has_value()) {
      const bool busybox = run->out->busybox();
      if (watched.empty()) {
        run->fail(busybox ? "short read"
                          : "This does not look like a tar archive");
      }
      break;
    }
    any = true;
    co_await unpacker.take(**entry);
  }
  unpacker.finish();
}

}  // namespace drydock::userland
