// overlay.cc — whiteouts, and the difference that an upper directory makes.

#include "realmode/layers/overlay.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <algorithm>
#include <map>
#include <optional>

#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

constexpr char kOpaqueXattr[] = "trusted.overlay.opaque";

/// Directories of one path in the layers that still shine through, top first.
using Stack = std::vector<sys::Fd>;

/// The status of a name in the union of a stack; nothing if it is not there.
std::optional<struct stat> find_in(const Stack& stack,
                                   const std::string& name) {
  for (const sys::Fd& directory : stack) {
    const auto status = sys::fstatat(directory.get(), name);
    if (!status) continue;
    if (is_whiteout(*status)) return std::nullopt;
    return *status;
  }
  return std::nullopt;
}

/// The stack one level deeper.
Stack enter(const Stack& stack, const std::string& name) {
  Stack inner;
  for (const sys::Fd& directory : stack) {
    const auto status = sys::fstatat(directory.get(), name);
    if (!status) continue;
    if (!S_ISDIR(status->st_mode)) break;
    auto deeper = sys::openat(directory.get(), name, O_DIRECTORY | O_NOFOLLOW);
    if (!deeper) break;
    const bool opaque = is_opaque(deeper->get());
    inner.push_back(std::move(*deeper));
    if (opaque) break;
  }
  return inner;
}

/// Names in the union of a stack.
std::map<std::string, bool> names_in(const Stack& stack) {
  std::map<std::string, bool> there;  // Name -> not deleted.
  for (const sys::Fd& directory : stack) {
    const auto names = sys::list(directory.get());
    if (!names) continue;
    for (const std::string& name : *names) {
      const auto status = sys::fstatat(directory.get(), name);
      if (status) there.emplace(name, !is_whiteout(*status));
    }
  }
  return there;
}

/// As Docker looks at it: of directories the time does not count.
bool is_same(const struct stat& one, const struct stat& other) {
  const bool alike = one.st_mode == other.st_mode &&
                     one.st_uid == other.st_uid && one.st_gid == other.st_gid &&
                     one.st_rdev == other.st_rdev;
  if (!alike || S_ISDIR(one.st_mode)) return alike;
  return one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec &&
         one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

class Difference {
 public:
  explicit Difference(bool (*is_ours)(std::string_view)) : is_ours_(is_ours) {}

  Outcome walk(int upper, const Stack& lowers, const std::string& path);
  std::vector<engine::PathChange> take();

 private:
  void add(char kind, const std::string& path) {
    if (!is_ours_(path)) changes_.push_back({kind, path});
  }

  bool (*is_ours_)(std::string_view);
  std::vector<engine::PathChange> changes_;
};

Outcome Difference::walk(int upper, const Stack& lowers,
                         const std::string& path) {
  const auto names = sys::list(upper);
  if (!names) return names.error();
  const bool opaque = is_opaque(upper);
  if (opaque) {
    // A directory that took another's place: what was in that one is gone.
    for (const auto& [name, there] : names_in(lowers)) {
      const bool kept = std::ranges::binary_search(*names, name);
      if (there && !kept) add('D', path + "/" + name);
    }
  }
  for (const std::string& name : *names) {
    const std::string inner_path = path + "/" + name;
    const auto status = sys::fstatat(upper, name);
    if (!status) return status.error();
    const auto below = find_in(lowers, name);
    if (is_whiteout(*status)) {
      if (below) add('D', inner_path);
      continue;
    }
    const bool same = below && is_same(*status, *below);
    const std::size_t before = changes_.size();
    if (!same || S_ISDIR(status->st_mode)) add(below ? 'C' : 'A', inner_path);
    if (!S_ISDIR(status->st_mode)) continue;
    const std::size_t after = changes_.size();
    const auto inner = sys::openat(upper, name, O_DIRECTORY | O_NOFOLLOW);
    if (!inner) return inner.error();
    const Outcome walked = walk(inner->get(), enter(lowers, name), inner_path);
    if (!walked) return walked;
    // One that was only copied up, or looked into, has not changed.
    if (same && changes_.size() == after) changes_.resize(before);
  }
  return done();
}

std::vector<engine::PathChange> Difference::take() {
  std::ranges::stable_sort(changes_, {}, &engine::PathChange::path);
  return std::move(changes_);
}

}  // namespace

bool is_whiteout(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

bool is_opaque(int directory) {
  char value = 0;
  return ::fgetxattr(directory, kOpaqueXattr, &value, 1) == 1 && value == 'y';
}

Outcome make_whiteout(int directory, const std::string& name) {
  const auto there = sys::fstatat(directory, name);
  if (there) {
    const Outcome removed =
        sys::remove_tree(fmt::format("/proc/self/fd/{}/{}", directory, name));
    if (!removed) return removed;
  }
  if (::mknodat(directory, name.c_str(), S_IFCHR, 0) == 0) return done();
  return sys::refused("mknodat({}, \"{}\", S_IFCHR, 0)", directory, name);
}

Outcome make_opaque(int directory) {
  // O_PATH descriptors know no attributes.
  const std::string path = fmt::format("/proc/self/fd/{}", directory);
  if (::setxattr(path.c_str(), kOpaqueXattr, "y", 1, 0) == 0) return done();
  return sys::refused("setxattr(\"{}\", \"{}\")", path, kOpaqueXattr);
}

Result<std::vector<engine::PathChange>> changes_in(
    const std::string& upper, const std::vector<std::string>& lowers,
    bool (*is_ours)(std::string_view path)) {
  const auto top = sys::open(upper, O_DIRECTORY);
  if (!top) return top.error();
  Stack stack;
  for (const std::string& lower : lowers) {
    auto directory = sys::open(lower, O_DIRECTORY);
    if (!directory) return directory.error();
    stack.push_back(std::move(*directory));
  }
  Difference difference(is_ours);
  const Outcome walked = difference.walk(top->get(), stack, "");
  if (!walked) return walked.error();
  return difference.take();
}

}  // namespace drydock::realmode
