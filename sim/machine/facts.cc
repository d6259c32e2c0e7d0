// facts.cc — layers, containers and volumes in numbers, and as digests.

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/builder/context.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

using engine::TreeFacts;

namespace {

/// All of one file that somebody could see.  Holes are told, not read: they
/// cost nobody anything.
void add_file(Sha256& sum, vfs::Inode& inode, const std::string& path) {
  const vfs::Attributes file = inode.attributes();
  const bool regular = file.type == vfs::FileType::regular;
  sum.add(fmt::format("{}\n{}{:o} {}:{} {} {} {}:{}\n", path,
                      vfs::letter_of(file.type), file.mode, file.uid, file.gid,
                      regular ? file.size : 0, file.mtime.since_epoch,
                      file.rdev.major, file.rdev.minor));
  for (const auto& [key, value] : inode.xattrs()) {
    sum.add(fmt::format("{}={}\n", key, value));
  }
  if (file.type == vfs::FileType::symlink) {
    const auto target = inode.readlink();
    if (target) sum.add(*target);
  }
  if (!regular) return;
  const auto content = builder::content_of(inode);
  if (!content) return;
  for (const auto& [offset, run] : content->runs()) {
    sum.add(fmt::format("{}+{}\n", offset, run.size()));
    sum.add(run);
  }
}

vfs::InodeRef inode_at(vfs::InodeRef inode, std::string_view path) {
  for (const std::string& part : split(path, '/')) {
    if (part.empty()) continue;
    const auto found = inode->lookup(part);
    if (!found) return nullptr;
    inode = *found;
  }
  return inode;
}

TreeFacts counts_of(const std::vector<vfs::Change>& changes,
                    std::int64_t bytes) {
  TreeFacts facts;
  facts.bytes = bytes;
  for (const vfs::Change& change : changes) {
    if (is_engine_file(change.path)) continue;
    switch (change.kind) {
      case vfs::ChangeKind::added:
        ++facts.added;
        break;
      case vfs::ChangeKind::changed:
        ++facts.changed;
        break;
      case vfs::ChangeKind::deleted:
        ++facts.deleted;
        break;
    }
  }
  return facts;
}

std::string digest_of(const std::vector<vfs::Change>& changes,
                      const vfs::InodeRef& root) {
  Sha256 sum;
  for (const vfs::Change& change : changes) {
    sum.add(
        fmt::format("{} {}\n", static_cast<char>(change.kind), change.path));
    const vfs::InodeRef inode = inode_at(root, change.path);
    if (inode) add_file(sum, *inode, change.path);
  }
  return sum.hex();
}

}  // namespace

/// Without a digest: a layer never changes, and its tar's names it.
std::optional<TreeFacts> SimBackend::layer_facts(engine::LayerId id) {
  const vfs::LayerRef layer = layers_.find(id);
  if (!layer) return std::nullopt;
  return counts_of(layer->changes(), layer->size());
}

std::optional<TreeFacts> SimBackend::rootfs_facts(engine::ContainerId id) {
  const auto found = containers_.find(id);
  if (found == containers_.end() || !found->second.root) return std::nullopt;
  const vfs::UnionMountRef& root = found->second.root;
  const std::vector<vfs::Change> changes = root->changes();
  TreeFacts facts = counts_of(changes, root->size());
  facts.digest = digest_of(changes, root->root());
  return facts;
}

std::optional<TreeFacts> SimBackend::volume_facts(engine::VolumeName name) {
  const vfs::InodeRef top =
      host_path("/var/lib/docker/volumes/" + name + "/_data");
  if (!top) return std::nullopt;
  TreeFacts facts;
  Sha256 sum;
  std::vector<std::pair<std::string, vfs::InodeRef>> rest = {{"/", top}};
  while (!rest.empty()) {
    const auto [path, inode] = rest.back();
    rest.pop_back();
    add_file(sum, *inode, path);
    const vfs::Attributes file = inode->attributes();
    if (file.type == vfs::FileType::regular) facts.bytes += file.size;
    if (file.type != vfs::FileType::directory) continue;
    const auto entries = inode->entries();
    if (!entries) continue;
    for (const vfs::DirectoryEntry& entry : *entries) {
      const auto below = inode->lookup(entry.name);
      if (!below) continue;
      ++facts.added;
      rest.emplace_back(vfs::join_path(path, entry.name), *below);
    }
  }
  facts.digest = sum.hex();
  return facts;
}

std::string SimBackend::log_digest(engine::ContainerId id) {
  const auto found = containers_.find(id);
  if (found == containers_.end() || !found->second.main.streams) return "";
  const Log* const log = found->second.main.streams->log();
  if (!log) return "";
  Sha256 sum;
  std::int64_t at = log->begin();
  while (const auto entry = log->read(at)) {
    sum.add(fmt::format("{} {} ", entry->time.since_epoch,
                        static_cast<int>(entry->stream)));
    sum.add(entry->bytes);
  }
  return sum.hex();
}

}  // namespace drydock::machine
