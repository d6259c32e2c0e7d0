// volumes.cc — directories of the host that outlive containers.

#include <algorithm>

#include <fmt/format.h>

#include "sim/engine/explain.h"
#include "sim/machine/sim_backend.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::VolumeName;

namespace {

constexpr std::string_view kVolumes = "/var/lib/docker/volumes";

/// rm -r, by a stack of its own: a tree may be deeper than ours.
void remove_tree(vfs::InodeRef parent, const std::string& name) {
  struct Level {
    vfs::InodeRef directory;
    std::string name;  // In the level above.
  };
  std::vector<Level> levels = {{parent, ""}};
  std::string next = name;
  for (;;) {
    const auto inode = levels.back().directory->lookup(next);
    if (inode && (*inode)->attributes().type == vfs::FileType::directory) {
      levels.push_back({*inode, next});
    } else {
      (void)levels.back().directory->unlink(next);
    }
    for (;;) {
      if (levels.size() == 1) return;
      const auto entries = levels.back().directory->entries();
      if (entries && !entries->empty()) {
        next = entries->front().name;
        break;
      }
      const std::string done_with = levels.back().name;
      levels.pop_back();
      (void)levels.back().directory->rmdir(done_with);
      if (levels.size() == 1) return;
    }
  }
}

/// Bytes of the files and symbolic links in a tree, by a stack of its own.
std::int64_t size_below(const vfs::InodeRef& top) {
  std::int64_t size = 0;
  std::vector<vfs::InodeRef> waiting = {top};
  while (!waiting.empty()) {
    const vfs::InodeRef directory = std::move(waiting.back());
    waiting.pop_back();
    const auto entries = directory->entries();
    if (!entries) continue;
    for (const vfs::DirectoryEntry& entry : *entries) {
      const auto inode = directory->lookup(entry.name);
      if (!inode) continue;
      const vfs::Attributes file = (*inode)->attributes();
      if (file.type == vfs::FileType::directory) {
        waiting.push_back(*inode);
      } else {
        size += file.size;
      }
    }
  }
  return size;
}

Error failed(std::string_view what, std::string_view path, Errno error) {
  return Error{fmt::format("{} {}: {}", what, path, text_of(error))};
}

}  // namespace

Task<Result<std::string>> SimBackend::create_volume(VolumeName name) {
  const std::string path = fmt::format("{}/{}/_data", kVolumes, name);
  const auto made = vfs::make_directories(*host_, path);
  if (!made) co_return failed("mkdir", path, made.error());
  co_return path;
}

Task<Outcome> SimBackend::remove_volume(VolumeName name) {
  const vfs::InodeRef volumes = host_path(kVolumes);
  if (volumes && volumes->lookup(name)) remove_tree(volumes, name);
  co_return done();
}

Task<Outcome> SimBackend::copy_up(ContainerId id, std::string path,
                                  VolumeName into) {
  const vfs::InodeRef volume =
      host_path(fmt::format("{}/{}/_data", kVolumes, into));
  if (!volume) co_return Error{"no such volume: " + into};
  vfs::MountTable table;
  vfs::Mount root;
  root.file_system = container(id).root;
  root.root = root.file_system->root();
  table = vfs::MountTable(root);
  const vfs::View view{&table, table.root(), table.root(), {}};
  const auto place = vfs::resolve(view, path);
  if (!place) co_return done();  // Nothing there to copy.
  const auto present = volume->entries();
  const bool empty = present && present->empty();
  const vfs::Attributes from = place->inode->attributes();
  if (from.type != vfs::FileType::directory) {
    co_return Error{"cannot mount volume over existing file, file exists " +
                    path};
  }
  if (!empty) co_return done();
  StringSink archive;
  const vfs::TarOptions all;
  const Outcome written = co_await vfs::write_tree(place->inode, all, archive);
  if (!written) co_return written.error();
  StringSource source(archive.take());
  const vfs::ExtractOptions options;
  const Outcome copied = co_await vfs::extract(source, volume, options);
  if (!copied) co_return copied.error();
  vfs::AttributeChange change;
  change.mode = from.mode;
  change.uid = from.uid;
  change.gid = from.gid;
  (void)volume->change(change);
  co_return done();
}

Task<Outcome> SimBackend::make_host_directory(std::string path) {
  if (host_path(path)) co_return done();
  const auto made = vfs::make_directories(*host_, vfs::clean_path(path));
  if (!made) co_return failed("mkdir", path, made.error());
  engine::explain(*this, engine::StepKind::host_directory, "path", path);
  co_return done();
}

Task<bool> SimBackend::has_host_path(std::string path) {
  co_return host_path(path) != nullptr;
}

Task<Result<std::int64_t>> SimBackend::volume_size(VolumeName name) {
  const vfs::InodeRef volume =
      host_path(fmt::format("{}/{}/_data", kVolumes, name));
  if (!volume) co_return Error{"no such volume: " + name};
  co_return size_below(volume);
}

Outcome SimBackend::write_engine_file(SimContainer& own, const ContainerId& id,
                                      std::string_view path,
                                      std::string_view content) {
  const auto folder = folder_of(own, id);
  if (!folder) return failed("mkdir", metadata_path(id), folder.error());
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto written = vfs::write_file(**folder, name, content);
  if (!written) return failed("write", path, written.error());
  if (observer) {
    engine::explain(*this, engine::StepKind::file_written, "container", id,
                    "path", path, "lines",
                    std::count(content.begin(), content.end(), '\n'));
  }
  return done();
}

Task<Outcome> SimBackend::rewrite_file(ContainerId id, std::string path,
                                       std::string content) {
  co_return write_engine_file(container(id), id, path, content);
}

}  // namespace drydock::machine
