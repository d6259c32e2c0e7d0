// picture_dot.cc — the state for graphviz.

#include <fmt/format.h>

#include "sim/base/id.h"
#include "sim/engine/picture.h"
#include "sim/image/layer_graph.h"

namespace drydock::engine {

namespace {

std::string image_label(const PictureImage& image) {
  std::string label = image.names.empty() ? "" : join(image.names, "\n") + "\n";
  label += short_id(image.id);
  if (!image.has_layer) return label;
  label += "\n" + shown_size(image.size);
  if (image.facts && image.facts->deleted > 0) {
    label += fmt::format(", {} whiteouts", image.facts->deleted);
  }
  return label;
}

std::string container_label(const PictureContainer& container) {
  std::string label =
      fmt::format("{}\n{}", container.name, name_of(container.state));
  if (!container.address.empty()) label += "\n" + container.address;
  if (container.facts) {
    label += fmt::format("\nA {} C {} D {}", container.facts->added,
                         container.facts->changed, container.facts->deleted);
  }
  return label;
}

}  // namespace

std::string dot_picture(const Picture& picture) {
  image::LayerGraph graph;
  for (const PictureImage& image : picture.images) {
    graph.add_node(
        {image.id, image_label(image), image.names.empty() ? "box" : "folder"});
  }
  for (const PictureVolume& volume : picture.volumes) {
    graph.add_node({"volume " + volume.name,
                    fmt::format("{}\n{} owners", short_id(volume.name),
                                volume.owners.size()),
                    "cylinder"});
  }
  for (const PictureContainer& container : picture.containers) {
    graph.add_node({container.id, container_label(container), "component"});
    for (const std::string& port : container.ports) {
      graph.add_node({"port " + port, port, "cds"});
    }
  }
  for (const PictureImage& image : picture.images) {
    if (!image.parent.empty()) graph.add_edge({image.id, image.parent, ""});
  }
  for (const PictureContainer& container : picture.containers) {
    if (!container.image.empty()) {
      graph.add_edge({container.id, container.image, ""});
    }
    for (const PictureMount& mount : container.mounts) {
      if (mount.volume.empty()) continue;
      graph.add_edge({container.id, "volume " + mount.volume, mount.target});
    }
    for (const PictureLink& link : container.links) {
      graph.add_edge({container.id, link.child, link.alias});
    }
    for (const std::string& port : container.ports) {
      graph.add_edge({"port " + port, container.id, ""});
    }
  }
  return graph.dot("drydock, profile " + picture.profile);
}

}  // namespace drydock::engine
