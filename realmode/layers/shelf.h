// shelf.h — where layers and containers lie on this machine's disk.
//
//     ROOT/layers/ID/diff      a layer's files, as overlayfs wants them
//     ROOT/layers/ID/parent    the layer below; not there: none
//     ROOT/layers/ID/tar       the archive that it came in, unless we packed
//     it:
//                              its digest is the layer's name
//     ROOT/layers/mounts       Docker's "init layer": below all others, so that
//                              /proc, /dev and /etc/hosts are there in any
//                              image
//     ROOT/containers/ID       upper, work, rootfs; hosts, hostname, ...; its
//                              log, its shim's socket, its exit status
//     ROOT/volumes/NAME/_data
//     ROOT/trash               what was removed, by one rename; emptied later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::realmode {

class Shelf {
 public:
  explicit Shelf(std::string root);

  /// Makes what is not there yet.
  Outcome prepare();

  const std::string& root() const { return root_; }
  /// Four digits that tell what belongs to this root where roots meet: names
  /// of links, groups and processes.  Two roots of one path, in mount
  /// namespaces of their own, are two.
  const std::string& mark() const { return mark_; }
  /// Where its containers' cgroups are, below each tree.
  std::string cgroup_parent() const { return "/drydock-" + mark_; }
  std::string layer(const std::string& id) const {
    return root_ + "/layers/" + id;
  }
  std::string container(const std::string& id) const {
    return root_ + "/containers/" + id;
  }
  std::string volumes() const { return root_ + "/volumes"; }
  std::string volume(const std::string& name) const {
    return volumes() + "/" + name + "/_data";
  }

  /// The folders of a layer and all below it, top first, and the mount points
  /// at the bottom; an empty id is the mount points alone.
  Result<std::vector<std::string>> stack(const std::string& id) const;

  Outcome add_layer(const std::string& id, const std::string& parent) const;
  Outcome remove_layer(const std::string& id) const;
  /// Its directory itself: a symlink in its place is refused.
  Result<sys::Fd> open_volume(const std::string& name) const;
  Outcome remove_volume(const std::string& name) const;
  Outcome empty_trash() const;

  /// A container's own folders over an image's topmost layer.
  Outcome add_container(const std::string& id, const std::string& image) const;
  Outcome remove_container(const std::string& id) const;
  /// The topmost layer that it stands on.
  Result<std::string> image_of(const std::string& container) const;

 private:
  /// Gone at once, whenever the process ends; its space is given back after.
  Outcome discard(const std::string& path) const;

  void set_mark();

  std::string root_, mark_;
};

/// Is it one of the engine's own files in a container: never in diff, commit
/// or the contents of export?
bool is_engine_file(std::string_view path);
std::vector<std::string> engine_files();

}  // namespace drydock::realmode
