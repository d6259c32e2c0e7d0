// depth.h — how high images may be stacked.

#pragma once

#include <optional>

#include "sim/engine/fault.h"
#include "sim/engine/rules.h"
#include "sim/image/config.h"

namespace drydock::engine {

/// Whether a container may be made of an image: 1.8 counts all its parents,
/// whether they changed a file or not.
std::optional<Fault> too_deep_for_container(const Rules& rules,
                                            const image::Image& image);

/// Whether an image may get one more layer.
std::optional<Fault> too_deep_for_layer(const Rules& rules,
                                        const image::Image& image);

}  // namespace drydock::engine
