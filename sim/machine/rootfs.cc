// rootfs.cc — layers in and out, and each container's own on top.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/engine/explain.h"
#include "sim/machine/hub_images.h"
#include "sim/machine/sim_backend.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::LayerId;
using engine::LayerInfo;
using engine::StepKind;

namespace {

/// Hashes what passes, and keeps it.
class RecordingSource final : public ByteSource {
 public:
  explicit RecordingSource(ByteSource& from) : from_(from) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    Result<Bytes> piece = co_await from_.read(max);
    if (!piece) co_return piece;
    sum_.add(*piece);
    bytes_ += *piece;
    co_return piece;
  }
  std::string digest() { return "sha256:" + sum_.hex(); }
  Bytes take() { return std::move(bytes_); }

 private:
  ByteSource& from_;
  Sha256 sum_;
  Bytes bytes_;
};

/// Hashes and keeps nothing.
class HashingSink final : public ByteSink {
 public:
  Task<Outcome> write(Bytes bytes) override {
    sum_.add(bytes);
    co_return done();
  }
  std::string digest() { return "sha256:" + sum_.hex(); }

 private:
  Sha256 sum_;
};

constexpr std::string_view kContainers = "/var/lib/docker/containers";

/// Has it been made, and not been removed?
bool is_there(const vfs::InodeRef& folder) {
  return folder && folder->attributes().links != 0;
}

/// What `docker diff` shows: all but the engine's own files.
std::vector<engine::PathChange> shown_changes(const vfs::UnionMount& root) {
  std::vector<engine::PathChange> changes;
  for (const vfs::Change& change : root.changes()) {
    if (is_engine_file(change.path)) continue;
    changes.push_back({static_cast<char>(change.kind), change.path});
  }
  return changes;
}

/// How many of them are more than places where something was mounted.
std::int64_t written_count(const std::vector<engine::PathChange>& changes,
                           const std::vector<engine::MountSpec>& mounts) {
  return std::ranges::count_if(changes, [&](const engine::PathChange& change) {
    return std::ranges::none_of(mounts, [&](const engine::MountSpec& mount) {
      return mount.target == change.path ||
             mount.target.starts_with(change.path + "/");
    });
  });
}

}  // namespace

std::string SimBackend::metadata_path(const ContainerId& id) {
  return fmt::format("{}/{}", kContainers, id);
}

/// Made when it is not there, or no more.
SysResult<vfs::InodeRef> SimBackend::folder_of(SimContainer& own,
                                               const ContainerId& id) {
  vfs::InodeRef& folder = own.folder;
  if (is_there(folder)) return folder;
  if (!is_there(folders_)) {
    auto above = vfs::make_directories(*host_, kContainers);
    if (!above) return above;
    folders_ = *std::move(above);
  }
  vfs::NewFile directory;
  directory.type = vfs::FileType::directory;
  directory.mode = 0755;
  auto made = folders_->create(id, directory);
  if (!made) made = vfs::make_directories(*folders_, id);
  if (!made) return made;
  folder = *std::move(made);
  return folder;
}

LayerInfo SimBackend::info_of(const LayerId& id, std::string diff_id) {
  const vfs::LayerRef layer = layers_.find(id);
  return {id, layer ? layer->size() : 0, std::move(diff_id)};
}

Task<Result<LayerInfo>> SimBackend::import_layer(ByteSource& tar, LayerId id,
                                                 LayerId parent) {
  vfs::LayerRef below;
  if (!parent.empty()) {
    below = layers_.find(parent);
    if (!below) co_return Error{"layer " + parent + " does not exist"};
  }
  if (const auto* const shared = dynamic_cast<const LayerSource*>(&tar)) {
    if (const vfs::LayerRef layer = shared->layer_on(below)) {
      layers_.put(id, layer);
      co_return info_of(id, shared->digest());
    }
  }
  RecordingSource recording(tar);
  const Result<vfs::LayerRef> layer = co_await vfs::read_layer(
      recording, below, kernel_.scheduler(), layers_.disk());
  if (!layer) co_return layer.error();
  const Result<Bytes> rest = co_await read_all(recording, kChunk * 1024);
  if (!rest) co_return rest.error();
  layers_.put(id, *layer);
  // Another program's tar of the same files may differ from ours, and its
  // digest is in configs and manifests: it is kept to be given back as it was.
  StringSink ours;
  const Outcome written = co_await vfs::write_layer(*layer, ours);
  if (!written) co_return written.error();
  Bytes theirs = recording.take();
  if (theirs != ours.bytes()) foreign_tars_[id] = std::move(theirs);
  co_return info_of(id, recording.digest());
}

Task<Outcome> SimBackend::export_layer(LayerId id, ByteSink& tar) {
  const vfs::LayerRef layer = layers_.find(id);
  if (!layer) co_return Error{"layer " + id + " does not exist"};
  const auto foreign = foreign_tars_.find(id);
  if (foreign != foreign_tars_.end()) {
    co_return co_await tar.write(foreign->second);
  }
  co_return co_await vfs::write_layer(layer, tar);
}

Task<Outcome> SimBackend::remove_layer(LayerId id) {
  layers_.drop(id);
  foreign_tars_.erase(id);
  co_return done();
}

Task<Outcome> SimBackend::create_rootfs(ContainerId id, LayerId image) {
  SimContainer& made = container(id);
  made.root = layers_.make_root(image);
  made.first_look = layers_.first_look(image);
  co_return done();
}

Task<Outcome> SimBackend::remove_rootfs(ContainerId id) {
  const bool is_last = last_ != containers_.end() && last_->first == id;
  const auto found = is_last ? last_ : containers_.find(id);
  if (found == containers_.end()) co_return done();
  if (observer) {
    const auto changes = shown_changes(*found->second.root);
    engine::explain(*this, StepKind::layer_gone, "container", id, "changes",
                    changes.size(), "written",
                    written_count(changes, found->second.mounts));
  }
  const vfs::InodeRef folder = found->second.folder;
  if (is_last) last_ = containers_.end();
  containers_.erase(found);
  if (!folder) co_return done();
  const auto entries = folder->entries();
  if (entries) {
    for (const vfs::DirectoryEntry& entry : *entries) {
      (void)folder->unlink(entry.name);
    }
  }
  (void)folder->parent()->rmdir(id);
  co_return done();
}

Task<Result<LayerInfo>> SimBackend::commit_rootfs(ContainerId id,
                                                  LayerId into) {
  SimContainer& from = container(id);
  // The layer of mount points is Docker's, not the image's: step over it.
  const vfs::LayerRef image = from.root->lower()->parent();
  const vfs::LayerRef layer = from.root->commit(engine_files(), image);
  if (!layer) co_return Error{"cannot create a layer on more than 126 others"};
  layers_.put(into, layer);
  HashingSink sum;
  const Outcome written = co_await vfs::write_layer(layer, sum);
  if (!written) co_return written.error();
  co_return info_of(into, sum.digest());
}

Task<Outcome> SimBackend::export_rootfs(ContainerId id, ByteSink& tar) {
  const vfs::TarOptions options;
  co_return co_await vfs::write_tree(container(id).root->root(), options, tar);
}

Task<Result<std::vector<engine::PathChange>>> SimBackend::changes(
    ContainerId id) {
  co_return shown_changes(*container(id).root);
}

Task<Result<std::int64_t>> SimBackend::rootfs_size(ContainerId id) {
  co_return container(id).root->size();
}

}  // namespace drydock::machine
