// facts.cc — layers, containers and volumes in numbers, and as digests.

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/builder/context.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

using engine::TreeFacts;

namespace {

/// All of one file that somebody could see.
std::string line_of(vfs::Inode& inode, const std::string& path) {
  const vfs::Attributes file = inode.attributes();
  return fmt::format("{} {} {}:{}\n", builder::hash_of_file(inode, path),
                     file.mtime.since_epoch, file.rdev.major, file.rdev.minor);
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

TreeFacts facts_of(const std::vector<vfs::Change>& changes,
                   const vfs::InodeRef& root, std::int64_t bytes) {
  TreeFacts facts;
  facts.bytes = bytes;
  Sha256 sum;
  for (const vfs::Change& change : changes) {
    const bool own = !is_engine_file(change.path);
    const auto count = own ? 1 : 0;
    switch (change.kind) {
      case vfs::ChangeKind::added:
        facts.added += count;
        break;
      case vfs::ChangeKind::changed:
        facts.changed += count;
        break;
      case vfs::ChangeKind::deleted:
        facts.deleted += count;
        break;
    }
    sum.add(
        fmt::format("{} {}\n", static_cast<char>(change.kind), change.path));
    const vfs::InodeRef inode = inode_at(root, change.path);
    if (inode) sum.add(line_of(*inode, change.path));
  }
  facts.digest = sum.hex();
  return facts;
}

}  // namespace

std::optional<TreeFacts> SimBackend::layer_facts(engine::LayerId id) {
  const vfs::LayerRef layer = layers_.find(id);
  if (!layer) return std::nullopt;
  return facts_of(layer->changes(), layer->merged()->root(), layer->size());
}

std::optional<TreeFacts> SimBackend::rootfs_facts(engine::ContainerId id) {
  const auto found = containers_.find(id);
  if (found == containers_.end() || !found->second.root) return std::nullopt;
  const vfs::UnionMountRef& root = found->second.root;
  return facts_of(root->changes(), root->root(), root->size());
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
    sum.add(line_of(*inode, path));
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
