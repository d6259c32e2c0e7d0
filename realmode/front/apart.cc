// apart.cc — a tree of files put together from the machine's own, a network
// with nothing but "lo", a name.

#include "realmode/front/apart.h"

#include <linux/mount.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"
#include "realmode/sys/netlink.h"
#include "realmode/sys/process.h"

namespace drydock::realmode {

namespace {

/// Made anew, empty: in memory.
struct Fresh {
  std::string_view path;
  mode_t mode;
};
constexpr std::array kFresh = {
    Fresh{"/home", 0755},     Fresh{"/images", 0755},
    Fresh{"/lab", 0755},      Fresh{"/mnt", 0755},
    Fresh{"/root", 0700},     Fresh{"/run", 0755},
    Fresh{"/tmp", 01777},     Fresh{"/var/lib/docker", 0711},
    Fresh{"/var/tmp", 01777},
};
/// Folders of which only what is in them is taken from the machine.
constexpr std::array<std::string_view, 3> kOpened = {"", "/var", "/var/lib"};
/// What the kernel shows there is for those who look to write on.
constexpr std::array<std::string_view, 3> kWritable = {"/dev", "/proc", "/sys"};
/// Where the new tree is put together; whatever is there is covered.
constexpr std::string_view kSite = "/mnt";

template <typename List>
bool has(const List& list, std::string_view path) {
  return std::ranges::find(list, path) != list.end();
}

bool is_fresh(std::string_view path) {
  return std::ranges::any_of(
      kFresh, [&](const Fresh& fresh) { return fresh.path == path; });
}

/// A piece of the machine's tree, at hand before the new one covers it.
struct Piece {
  std::string path;
  std::string link;  // A symlink's; else empty.
  sys::Fd tree;      // A clone without a place.
};

Result<sys::Fd> clone_of(const std::string& path) {
  auto tree = sys::clone_tree(AT_FDCWD, path, true);
  if (!tree || has(kWritable, path)) return tree;
  const Outcome sealed =
      sys::set_attributes(tree->get(), MOUNT_ATTR_RDONLY, true);
  if (!sealed) return sealed.error();
  return tree;
}

/// What the machine has in one folder.
Outcome gather(const std::string& folder, std::vector<Piece>& pieces) {
  const auto directory =
      sys::open(folder.empty() ? "/" : folder, O_RDONLY | O_DIRECTORY);
  if (!directory) return done();  // Then there is nothing of it.
  const auto names = sys::list(directory->get());
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const std::string path = folder + "/" + name;
    if (is_fresh(path) || has(kOpened, path)) continue;
    const auto stat = sys::fstatat(directory->get(), name);
    if (!stat) continue;  // Gone in the meantime.
    Piece piece{path, "", {}};
    if (S_ISLNK(stat->st_mode)) {
      const auto link = sys::readlinkat(directory->get(), name);
      if (!link) return link.error();
      piece.link = *link;
    } else if (S_ISDIR(stat->st_mode)) {
      auto tree = clone_of(path);
      if (!tree) return tree.error();
      piece.tree = std::move(*tree);
    } else {
      continue;
    }
    pieces.push_back(std::move(piece));
  }
  return done();
}

/// Folders below something that is made anew need a place of their own there.
Outcome gather_kept(const std::vector<std::string>& kept,
                    std::vector<Piece>& pieces) {
  for (const std::string& path : kept) {
    const bool covered = std::ranges::any_of(kFresh, [&](const Fresh& fresh) {
      return path == fresh.path ||
             path.starts_with(std::string(fresh.path) + "/");
    });
    if (!covered) continue;
    auto tree = clone_of(path);
    if (!tree) return tree.error();
    pieces.push_back({path, "", std::move(*tree)});
  }
  return done();
}

Outcome place(const Piece& piece) {
  const std::string target = std::string(kSite) + piece.path;
  if (!piece.link.empty()) {
    if (::symlink(piece.link.c_str(), target.c_str()) == 0) return done();
    return sys::refused("symlink(\"{}\", \"{}\")", piece.link, target);
  }
  const Outcome made = sys::make_directories(target);
  if (!made) return made;
  return sys::move_mount(piece.tree.get(), target);
}

Outcome build_tree(const std::vector<std::string>& kept) {
  std::vector<Piece> pieces;
  for (const std::string_view folder : kOpened) {
    const Outcome gathered = gather(std::string(folder), pieces);
    if (!gathered) return gathered;
  }
  const Outcome gathered = gather_kept(kept, pieces);
  if (!gathered) return gathered;
  const auto memory = sys::make_mount("tmpfs", {{"mode", "0755"}}, 0);
  if (!memory) return memory.error();
  const Outcome placed = sys::move_mount(memory->get(), std::string(kSite));
  if (!placed) return placed;
  for (const Fresh& fresh : kFresh) {
    const std::string path = std::string(kSite) + std::string(fresh.path);
    const Outcome made = sys::make_directories(path);
    if (!made) return made;
    if (::chmod(path.c_str(), fresh.mode) != 0) {
      return sys::refused("chmod(\"{}\", {:o})", path, fresh.mode);
    }
  }
  for (const Piece& piece : pieces) {
    const Outcome there = place(piece);
    if (!there) return there;
  }
  return sys::enter_root(memory->get());
}

Outcome raise_loopback() {
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto link = netlink->link_index("lo");
  if (!link) return link.error();
  return netlink->set_up(*link);
}

}  // namespace

Outcome move_apart(const std::string& host_name,
                   const std::vector<std::string>& kept) {
  const Outcome apart =
      sys::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC);
  if (!apart) return apart;
  const Outcome ours = sys::make_private("/");
  if (!ours) return ours;
  const Outcome built = build_tree(kept);
  if (!built) return built;
  const Outcome named = sys::sethostname(host_name);
  if (!named) return named;
  const Outcome up = raise_loopback();
  if (!up) return up;
  if (::chdir("/root") == 0) return done();
  return sys::refused("chdir(\"/root\")");
}

}  // namespace drydock::realmode
