// archive_targets.cc — tar, deflate and gzip.

#include <optional>

#include "sim/base/inflate.h"
#include "sim/base/scheduler.h"
#include "sim/vfs/layer.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"
#include "tests/fuzz/targets.h"

namespace drydock::fuzz {

namespace {

constexpr std::size_t kUnpackedMax = std::size_t{1} << 20;

Task<void> read_members(ByteSource& source) {
  vfs::TarReader reader(source, std::int64_t{1} << 20);
  for (;;) {
    const Result<std::optional<vfs::TarEntry>> entry = co_await reader.next();
    if (!entry || !*entry) co_return;
  }
}

Task<void> unpack(ByteSource& source, vfs::InodeRef root) {
  const vfs::ExtractOptions options;
  const Outcome extracted = co_await vfs::extract(source, root, options);
  if (!extracted) co_return;
  StringSink tar;
  const vfs::TarOptions whole;
  const Outcome written = co_await vfs::write_tree(root, whole, tar);
  demand(bool(written), "what was unpacked can be packed");
}

Task<void> stack(ByteSource& source, const Clock& clock) {
  const Result<vfs::LayerRef> layer =
      co_await vfs::read_layer(source, nullptr, clock);
  if (layer) demand((*layer)->depth() == 1, "a layer on nothing is a base");
}

}  // namespace

void feed_tar(std::string_view bytes) {
  Scheduler scheduler;
  const auto disk = std::make_shared<vfs::Disk>();
  disk->bytes_max = std::int64_t{1} << 22;
  const vfs::FileSystemRef outer =
      vfs::make_memory_fs(scheduler, {.disk = disk});
  const auto inside = vfs::make_directories(*outer->root(), "/inside");
  demand(bool(inside), "a directory can be made");
  StringSource members{Bytes(bytes)}, tree{Bytes(bytes)}, layer{Bytes(bytes)};
  scheduler.spawn(read_members(members));
  scheduler.spawn(unpack(tree, *inside));
  scheduler.spawn(stack(layer, scheduler));
  scheduler.run();
  const auto outside = outer->root()->entries();
  demand(outside && outside->size() == 1, "nothing is written outside");
}

void feed_inflate(std::string_view bytes) {
  const Result<Inflated> raw = inflate(bytes, kUnpackedMax);
  if (raw) {
    demand(raw->bytes.size() <= kUnpackedMax, "the limit holds");
    demand(raw->consumed <= bytes.size(), "no more is read than there is");
  }
  const Result<Bytes> whole = gunzip(bytes, kUnpackedMax);
  if (whole) demand(whole->size() <= kUnpackedMax, "the limit holds");
}

}  // namespace drydock::fuzz
