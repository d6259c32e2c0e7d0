// archives.h — `docker save` and `docker load`: images as one tar.
//
// docker-1.8 writes the v1 layout: a directory for each layer id with VERSION,
// json and layer.tar, and `repositories`.  docker-20.10 adds <config>.json and
// manifest.json.  The same images give the same bytes.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/image/config.h"

namespace drydock::image {

/// A layer as the archive names it.
struct SavedLayer {
  std::string name;   // Directory: 64 hex digits.
  std::string json;   // Its v1 JSON.
  std::string layer;  // The backend's id, to ask for its tar.
  Time created;
};

struct SavedImage {
  std::string config_name;  // "<id>.json"; docker-20.10 only.
  std::string config;
  std::vector<std::string> tags;   // "repo:tag"
  std::vector<SavedLayer> layers;  // Base first.
  Time created;
};

/// Writes a layer's tar; twice the same bytes when asked twice.
using LayerTar = std::function<Task<Outcome>(std::string layer, ByteSink& to)>;

/// Writes the archive.  `manifest`: docker-20.10's additions.  No layer is held
/// in memory: its tar is made once to learn how long it is, and once more.
Task<Outcome> write_archive(std::vector<SavedImage> images, bool manifest,
                            LayerTar layer_tar, ByteSink& to);

/// An archive that was read: everything in it by name, and what it says.
struct ReadArchive {
  struct ManifestEntry {
    std::string config;
    std::vector<std::string> tags, layers;  // "<id>/layer.tar"
  };
  std::map<std::string, Bytes> files;
  std::vector<ManifestEntry> manifest;  // Empty: v1 layout.
  std::map<std::string, StringMap> repositories;
};

struct ArchiveFault;  // archive_check.h

/// Reads the plain tar.  A member that is a link to another, as newer dockers
/// write layers that several images share, has the other's content.
Task<Result<ReadArchive>> read_archive(ByteSource& from);

}  // namespace drydock::image
