// depth.cc — 127 parents in Docker 1.8, 125 layers in 20.10.

#include "sim/engine/depth.h"

#include <array>

namespace drydock::engine {

namespace {

struct DepthRow {
  std::size_t steps_max;  // Of an image that containers are made of.
  std::string_view steps_refusal;
  std::size_t layers_max;
  std::string_view layers_refusal;
};

// By Rules::column.  The first is graph.CheckDepth of 1.8.3, which leaves room
// for the container's own two; the second layer.maxLayerDepth of 20.10, whose
// steps without a layer nobody counts but our memory.
constexpr std::array<DepthRow, 2> kDepths = {{
    {124, "Cannot create container with more than 127 parents", 127,
     "Cannot create container with more than 127 parents"},
    {1000, "drydock: images of more than 1000 steps are not modelled", 125,
     "max depth exceeded"},
}};

const DepthRow& row_of(const Rules& rules) {
  return kDepths[static_cast<std::size_t>(rules.column)];
}

}  // namespace

std::optional<Fault> too_deep_for_container(const Rules& rules,
                                            const image::Image& image) {
  const DepthRow& row = row_of(rules);
  if (image.history.size() <= row.steps_max) return std::nullopt;
  return Fault{Fault::Kind::internal, std::string(row.steps_refusal)};
}

std::optional<Fault> too_deep_for_layer(const Rules& rules,
                                        const image::Image& image) {
  const DepthRow& row = row_of(rules);
  if (image.diff_ids.size() < row.layers_max) return std::nullopt;
  return Fault{Fault::Kind::internal, std::string(row.layers_refusal)};
}

}  // namespace drydock::engine
