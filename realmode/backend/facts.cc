// facts.cc — how much a container or a volume has of its own, for those who
// want hints: nobody else asks.

#include <fcntl.h>
#include <sys/stat.h>

#include "realmode/backend/container_plan.h"
#include "realmode/backend/real_backend.h"
#include "realmode/layers/overlay.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

/// Names below a directory that is open; what cannot be read has none.
std::int64_t names_below(int directory) {
  const auto names = sys::list(directory);
  if (!names) return 0;
  auto count = static_cast<std::int64_t>(names->size());
  for (const std::string& name : *names) {
    // Never through a symlink: a container may have put it there.
    const sys::Fd below(
        ::openat(directory, name.c_str(),
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below) count += names_below(below.get());
  }
  return count;
}

}  // namespace

std::optional<engine::TreeFacts> RealBackend::rootfs_facts(
    engine::ContainerId id) {
  const auto image = shelf_.image_of(id);
  if (!image) return std::nullopt;
  const auto below = shelf_.stack(*image);
  if (!below) return std::nullopt;
  const auto changes =
      changes_in(shelf_.container(id) + "/upper", *below, is_engine_file);
  if (!changes) return std::nullopt;
  engine::TreeFacts facts;
  for (const engine::PathChange& change : *changes) {
    if (change.kind == 'A') ++facts.added;
    if (change.kind == 'C') ++facts.changed;
    if (change.kind == 'D') ++facts.deleted;
  }
  return facts;
}

std::optional<engine::TreeFacts> RealBackend::volume_facts(
    engine::VolumeName name) {
  const auto volume = shelf_.open_volume(name);
  if (!volume) return std::nullopt;
  engine::TreeFacts facts;
  facts.added = names_below(volume->get());
  return facts;
}

}  // namespace drydock::realmode
