// canonical.cc — walks a path component by component and resolves symlinks.

#include "sim/userland/canonical.h"

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

constexpr int kLinksMax = 40;

// Pushes the components of `text` so that its first one is on top.
void push_components(List& pending, std::string_view text) {
  const List words = split(text, '/');
  pending.insert(pending.end(), words.rbegin(), words.rend());
}

bool nothing_left(const List& pending) {
  for (const std::string& word : pending) {
    if (!word.empty() && word != ".") return false;
  }
  return true;
}

}  // namespace

SysResult<std::string> canonical_path(kernel::Process& self,
                                      const std::string& path,
                                      MustExist must_exist) {
  if (path.empty()) return Errno::enoent;
  std::string done = path.front() == '/' ? "" : self.getcwd();
  if (done == "/") done.clear();
  List pending;  // The next component is at the back.
  push_components(pending, path);
  int links = 0;
  while (!pending.empty()) {
    const std::string word = pending.back();
    pending.pop_back();
    if (word.empty() || word == ".") continue;
    if (word == "..") {
      const std::size_t slash = done.rfind('/');
      done.resize(slash == done.npos ? 0 : slash);
      continue;
    }
    done += "/" + word;
    const auto file = self.lstat(done);
    if (!file) {
      const bool missing = file.error() == Errno::enoent;
      const bool last = nothing_left(pending);
      const bool allowed =
          must_exist == MustExist::nothing ||
          (must_exist == MustExist::all_but_last && missing && last);
      if (!allowed) return file.error();
      continue;
    }
    if (file->type == vfs::FileType::symlink) {
      if (++links > kLinksMax) return Errno::eloop;
      const auto target = self.readlink(done);
      if (!target) return target.error();
      done.resize(target->starts_with('/') ? 0 : done.rfind('/'));
      push_components(pending, *target);
      continue;
    }
    const bool more = !pending.empty() && must_exist != MustExist::nothing;
    if (more && file->type != vfs::FileType::directory) return Errno::enotdir;
  }
  return done.empty() ? "/" : done;
}

}  // namespace drydock::userland
