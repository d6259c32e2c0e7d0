// tar_create.cc — tar's first half: from files to members.

#include <map>

#include <fmt/format.h>

#include "sim/userland/accounts.h"
#include "sim/userland/files.h"
#include "sim/userland/tar_job.h"

namespace drydock::userland {

using namespace kernel;
using vfs::FileType;
using vfs::TarEntry;

namespace {

constexpr int kDepthMax = 200;

class Packer {
 public:
  Packer(TarRun& run, vfs::TarWriter& writer, Accounts accounts)
      : run_(run), writer_(writer), accounts_(std::move(accounts)) {}

  Task<void> add(std::string path, int depth);

 private:
  TarEntry entry_of(const vfs::Attributes& file, const std::string& name);
  Task<bool> read_body(std::string path, vfs::Attributes file, TarEntry* entry);
  void say(const TarEntry& entry);

  TarRun& run_;
  vfs::TarWriter& writer_;
  Accounts accounts_;
  std::map<std::uint64_t, std::string> links_;  // By inode, looked up only.
};

TarEntry Packer::entry_of(const vfs::Attributes& file,
                          const std::string& name) {
  TarEntry entry;
  entry.name = name;
  entry.type = file.type;
  entry.mode = file.mode;
  entry.uid = file.uid;
  entry.gid = file.gid;
  entry.mtime = file.mtime;
  entry.rdev = file.rdev;
  const TarJob& job = run_.job;
  if (job.owner) {
    const auto uid = accounts_.find_uid(*job.owner);
    entry.uid = uid.value_or(file.uid);
    entry.user = uid ? accounts_.user_name(*uid) : *job.owner;
  } else if (const User* const user = accounts_.user(file.uid)) {
    entry.user = user->name;
  }
  if (job.group) {
    const auto gid = accounts_.find_gid(*job.group);
    entry.gid = gid.value_or(file.gid);
    entry.group = gid ? accounts_.group_name(*gid) : *job.group;
  } else if (const Group* const group = accounts_.group(file.gid)) {
    entry.group = group->name;
  }
  if (job.numeric) entry.user = entry.group = "";
  return entry;
}

// The bytes behind a hollow file's front are zeros, and stay a hole.
Task<bool> Packer::read_body(std::string path, vfs::Attributes file,
                             TarEntry* entry) {
  Process& self = run_.out->self();
  const SysResult<Fd> in = co_await self.open(path, kReadOnly);
  if (!in) {
    run_.fail(path, "open", in.error());
    co_return false;
  }
  Bytes front;
  const bool hollow = file.stored < file.size;
  const std::int64_t wanted = hollow ? file.stored : file.size;
  while (static_cast<std::int64_t>(front.size()) < wanted) {
    const SysResult<Bytes> piece = co_await self.read(*in, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece) run_.fail(path, "read", piece.error());
    if (!piece || piece->empty()) break;
    front += *piece;
  }
  shut(self, *in);
  front.resize(std::min(front.size(), static_cast<std::size_t>(wanted)));
  vfs::set_body(*entry, vfs::Content(std::move(front), file.size));
  co_return true;
}

void Packer::say(const TarEntry& entry) {
  if (run_.job.verbose == 0) return;
  const std::string text = member_line(run_, entry, run_.job.verbose > 1);
  if (run_.job.archive == "-") return run_.out->complain_plain(text);
  run_.out->say(text);
}

Task<void> Packer::add(std::string path, int depth) {
  Process& self = run_.out->self();
  if (is_excluded(run_.job, path)) co_return;
  const auto file = run_.job.dereference ? self.stat(path) : self.lstat(path);
  if (!file) {
    // GNU tar has made the name safe, and told of it, before it looks.
    if (!run_.job.busybox) (void)safe_name(run_, path, "member names");
    run_.fail(path, "stat", file.error());
    co_return;
  }
  if (file->type == FileType::socket) {
    run_.out->complain(path + ": socket ignored");
    co_return;
  }
  if (run_.job.archive != "-" && same_file(self, path, run_.job.archive)) {
    run_.out->complain(path + ": file is the archive; not dumped");
    co_return;
  }
  const bool directory = file->type == FileType::directory;
  std::string name = safe_name(run_, path, "member names");
  if (directory && !name.ends_with('/')) name += '/';
  TarEntry entry = entry_of(*file, name);
  if (file->type == FileType::symlink) {
    entry.link = self.readlink(path) ? *self.readlink(path) : "";
  }
  const bool many = !directory && file->links > 1;
  const auto known = many ? links_.find(file->ino) : links_.end();
  if (known != links_.end()) {
    entry.hard_link = true;
    entry.link = known->second;
  } else if (file->type == FileType::regular) {
    const bool read = co_await read_body(path, *file, &entry);
    if (!read) co_return;
  }
  if (many) links_.emplace(file->ino, name);
  writer_.add(entry);
  say(entry);
  if (!directory || !run_.job.recurse || depth >= kDepthMax) co_return;
  const auto entries = self.readdir(path);
  if (!entries) {
    run_.fail(path, "open", entries.error());
    co_return;
  }
  for (const vfs::DirectoryEntry& below : *entries) {
    co_await add(concat(path, below.name), depth + 1);
  }
}

}  // namespace

Task<void> add_members(TarRun* run, vfs::TarWriter* writer) {
  Accounts accounts = co_await read_accounts(run->out->self());
  Packer packer(*run, *writer, std::move(accounts));
  for (const std::string& item : run->job.items) {
    if (item.starts_with('\1')) {
      if (!change_directory(*run, item)) co_return;
      continue;
    }
    co_await packer.add(item, 0);
  }
}

}  // namespace drydock::userland
