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

}  // namespace drydock::builder
