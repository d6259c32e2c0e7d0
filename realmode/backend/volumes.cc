// volumes.cc — directories of the host that outlive containers.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "realmode/backend/real_backend.h"
#include "realmode/layers/archive.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::VolumeName;

Task<Result<std::string>> RealBackend::create_volume(VolumeName name) {
  if (name.find('/') != std::string::npos || name.starts_with('.')) {
    co_return Error{"\"" + name + "\" is no name for a volume"};
  }
  const std::string path = shelf_.volume(name);
  const Outcome made = sys::make_directories(path);
  if (!made) co_return made.error();
  co_return path;
}

Task<Outcome> RealBackend::remove_volume(VolumeName name) {
  co_return shelf_.remove_volume(name);
}

Task<Outcome> RealBackend::copy_up(ContainerId id, std::string path,
                                   VolumeName into) {
  const auto volume = shelf_.open_volume(into);
  if (!volume) co_return volume.error();
  // The volumes of its last start are not there yet: this is the image.
  const auto root = view(id);
  if (!root) co_return root.error();
  const auto from = sys::open_in(root->get(), path, O_RDONLY | O_NONBLOCK);
  if (!from) co_return done();  // Nothing there to copy.
  const auto status = sys::fstat(from->get());
  if (!status) co_return status.error();
  if (!S_ISDIR(status->st_mode)) {
    co_return Error{"cannot mount volume over existing file, file exists " +
                    path};
  }
  // What is there already is kept.
  const auto present = sys::list(volume->get());
  if (present && !present->empty()) co_return done();
  StringSink archive;
  const PackOptions all;
  const Outcome packed = co_await pack_tree(from->get(), all, archive);
  if (!packed) co_return packed;
  StringSource source(archive.take());
  const UnpackOptions options;
  const Outcome copied = co_await unpack_tree(source, volume->get(), options);
  if (!copied) co_return copied;
  if (::fchown(volume->get(), status->st_uid, status->st_gid) != 0 ||
      ::fchmod(volume->get(), status->st_mode & 07777) != 0) {
    co_return sys::refused("fchown(\"{}\")", shelf_.volume(into));
  }
  co_return done();
}

Task<Outcome> RealBackend::make_host_directory(std::string path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) co_return done();
  co_return sys::make_directories(path);
}

Task<bool> RealBackend::has_host_path(std::string path) {
  struct stat status = {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  co_return there;
}

Task<Result<std::int64_t>> RealBackend::volume_size(VolumeName name) {
  const auto volume = shelf_.open_volume(name);
  if (!volume) co_return Error{"no such volume: " + name};
  co_return tree_size(volume->get());
}

/// In place: the file is mounted into the container, which must see the new
/// content under the old inode.
Task<Outcome> RealBackend::rewrite_file(ContainerId id, std::string path,
                                        std::string content) {
  const std::string name = path.substr(path.rfind('/') + 1);
  co_return sys::write_file(shelf_.container(id) + "/" + name, content);
}

}  // namespace drydock::realmode
