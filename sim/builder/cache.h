// cache.h — has this step been taken before?  (behaviour.md §6.6)

#pragma once

#include "sim/engine/engine.h"

namespace drydock::builder {

/// Whether a step that wants `wanted` is the one that made an image with this
/// ContainerConfig.  Working directory and triggers do not count: they are in
/// the command's text.
bool is_same_step(const engine::ContainerConfig& made,
                  const engine::ContainerConfig& wanted);

/// The newest child of `parent` (empty: of nothing) that such a step made;
/// null if there is none.
engine::ImageRef find_cached(const engine::Engine& engine,
                             std::string_view parent,
                             const engine::ContainerConfig& wanted);

/// Why a step was not found in the cache.
struct Miss {
  std::string_view cause;  // "first", "files", "field" or "instruction".
  std::string why;         // For people.
};

/// Why find_cached() found nothing: which field of the nearest child differs
/// from what is wanted.  `sums`: the files of a COPY or ADD.
Miss miss_reason(engine::Engine& engine, std::string_view parent,
                 const engine::ContainerConfig& wanted,
                 const engine::StringMap& sums);

}  // namespace drydock::builder
