// rootfs.cc — layers in and out, and each container's own on top.

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "realmode/backend/real_backend.h"
#include "realmode/layers/archive.h"
#include "realmode/layers/digest.h"
#include "realmode/layers/nap.h"
#include "realmode/layers/overlay.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"
#include "sim/base/conduit.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::LayerId;
using engine::LayerInfo;

namespace {

/// Hashes what passes through, and keeps it in a file if there is one; zeros
/// are holes there.
class HashingSource final : public ByteSource {
 public:
  HashingSource(ByteSource& from, sys::Fd copy)
      : from_(from), copy_(std::move(copy)) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    Result<Bytes> piece = co_await from_.read(max);
    if (!piece) co_return piece;
    sum_.add(*piece);
    if (!copy_) co_return piece;
    const Outcome kept = keep(*piece);
    if (!kept) co_return kept.error();
    co_return piece;
  }
  std::string digest() { return "sha256:" + sum_.hex(); }

 private:
  Outcome keep(std::string_view bytes) {
    const sys::Door door("write");
    if (!door) return sys::refused("write({})", copy_.get());
    const auto size = static_cast<off_t>(bytes.size());
    if (bytes.find_first_not_of('\0') != std::string_view::npos) {
      return sys::write_all(copy_.get(), bytes);
    }
    const off_t end = ::lseek(copy_.get(), size, SEEK_CUR);
    if (end >= 0 && ::ftruncate(copy_.get(), end) == 0) return done();
    return sys::refused("ftruncate({}, {})", copy_.get(), end);
  }

  ByteSource& from_;
  sys::Fd copy_;
  Sha256Sum sum_;
};

/// A layer that is being made: gone again, unless it is kept.
class Unfinished {
 public:
  Unfinished(const Shelf& shelf, LayerId id)
      : shelf_(shelf), id_(std::move(id)) {}
  Unfinished(const Unfinished&) = delete;
  /// Also when whoever wanted it has gone in the middle of it.
  ~Unfinished() {
    if (!kept_) (void)shelf_.remove_layer(id_);
  }
  void keep() { kept_ = true; }

 private:
  const Shelf& shelf_;
  LayerId id_;
  bool kept_ = false;
};

/// The rest of an archive, behind its end: part of its digest.
Task<Outcome> drain(ByteSource& from) {
  for (;;) {
    const Result<Bytes> piece = co_await from.read(kChunk);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return done();
  }
}

/// `keeps`: the archive itself, too, for nobody else packs it just so.
Task<Result<LayerInfo>> unpack_layer(ByteSource& tar, LayerId id,
                                     std::string folder, bool keeps) {
  sys::Fd copy;
  if (keeps) {
    auto file = sys::open(folder + "/tar", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file) co_return file.error();
    copy = std::move(*file);
  }
  const auto directory = sys::open(folder + "/diff", O_DIRECTORY);
  if (!directory) co_return directory.error();
  HashingSource hashing(tar, std::move(copy));
  UnpackOptions options;
  options.whiteouts = Whiteouts::layer;
  const Outcome unpacked =
      co_await unpack_tree(hashing, directory->get(), options);
  if (!unpacked) co_return unpacked.error();
  const Outcome drained = co_await drain(hashing);
  if (!drained) co_return drained.error();
  const auto size = tree_size(directory->get());
  if (!size) co_return size.error();
  co_return LayerInfo{id, *size, hashing.digest()};
}

Task<Outcome> copy_file(int from, ByteSink& to) {
  Nap nap;
  for (;;) {
    Bytes piece(kChunk, '\0');
    const ssize_t count = ::read(from, piece.data(), piece.size());
    if (count < 0) co_return sys::refused("read({})", from);
    if (count == 0) co_return done();
    const auto size = static_cast<std::size_t>(count);
    piece.resize(size);
    const Outcome written = co_await to.write(std::move(piece));
    if (!written) co_return written;
    if (nap.is_due(size)) {
      co_await yield_turn();
    }
  }
}

}  // namespace

Task<Result<LayerInfo>> RealBackend::import_layer(ByteSource& tar, LayerId id,
                                                  LayerId parent) {
  Unfinished layer(shelf_, id);
  const Outcome added = shelf_.add_layer(id, parent);
  if (!added) co_return added.error();
  Result<LayerInfo> info =
      co_await unpack_layer(tar, id, shelf_.layer(id), true);
  if (info) layer.keep();
  co_return info;
}

Task<Outcome> RealBackend::export_layer(LayerId id, ByteSink& tar) {
  const auto archive = sys::open(shelf_.layer(id) + "/tar", O_RDONLY);
  if (archive) {
    co_return co_await copy_file(archive->get(), tar);
  }
  const auto directory = sys::open(shelf_.layer(id) + "/diff", O_DIRECTORY);
  if (!directory) co_return Error{"layer " + id + " does not exist"};
  PackOptions options;
  options.whiteouts = Whiteouts::layer;
  co_return co_await pack_tree(directory->get(), options, tar);
}

Task<Outcome> RealBackend::remove_layer(LayerId id) {
  co_return shelf_.remove_layer(id);
}

Task<Outcome> RealBackend::create_rootfs(ContainerId id, LayerId image) {
  const Outcome added = shelf_.add_container(id, image);
  if (!added) (void)shelf_.remove_container(id);
  co_return added;
}

Task<Outcome> RealBackend::remove_rootfs(ContainerId id) {
  containers_.erase(id);
  co_return shelf_.remove_container(id);
}

Task<Result<LayerInfo>> RealBackend::commit_rootfs(ContainerId id,
                                                   LayerId into) {
  const auto image = shelf_.image_of(id);
  if (!image) co_return image.error();
  const auto upper = sys::open(shelf_.container(id) + "/upper", O_DIRECTORY);
  if (!upper) co_return upper.error();
  PackOptions options;
  options.whiteouts = Whiteouts::layer;
  options.skip = engine_files();
  Unfinished layer(shelf_, into);
  const Outcome added = shelf_.add_layer(into, *image);
  if (!added) co_return added.error();
  Conduit archive;
  FiberScope fibers(loop_);
  fibers.spawn(fill(archive, pack_tree(upper->get(), options, archive)));
  Result<LayerInfo> info =
      co_await unpack_layer(archive, into, shelf_.layer(into), false);
  if (info) layer.keep();
  co_return info;
}

Task<Outcome> RealBackend::export_rootfs(ContainerId id, ByteSink& tar) {
  // The union alone: what is mounted in a container is not its own.  Its upper
  // layer may be in use, so here it is the topmost that is only read.
  const auto image = shelf_.image_of(id);
  if (!image) co_return image.error();
  const auto below = shelf_.stack(*image);
  if (!below) co_return below.error();
  sys::MountOptions layers = {{"lowerdir+", shelf_.container(id) + "/upper"}};
  for (const std::string& lower : *below) {
    layers.emplace_back("lowerdir+", lower);
  }
  const auto mount = sys::make_mount("overlay", layers, 0);
  if (!mount) co_return mount.error();
  const PackOptions options;
  co_return co_await pack_tree(mount->get(), options, tar);
}

Task<Result<std::vector<engine::PathChange>>> RealBackend::changes(
    ContainerId id) {
  const auto image = shelf_.image_of(id);
  if (!image) co_return image.error();
  const auto below = shelf_.stack(*image);
  if (!below) co_return below.error();
  co_return changes_in(shelf_.container(id) + "/upper", *below, is_engine_file);
}

Task<Result<std::int64_t>> RealBackend::rootfs_size(ContainerId id) {
  const auto upper = sys::open(shelf_.container(id) + "/upper", O_DIRECTORY);
  if (!upper) co_return upper.error();
  co_return tree_size(upper->get());
}

}  // namespace drydock::realmode
