// picture.cc — gathering what there is to draw.

#include "sim/engine/picture.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/engine/engine.h"

namespace drydock::engine {

namespace {

/// "/bin/sh -c #(nop) CMD [...]" without what is the same everywhere.
std::string instruction_of(const Image& image) {
  std::string text = join(image.container_config.cmd.value_or(List{}), " ");
  constexpr std::string_view kShell = "/bin/sh -c ", kNop = "#(nop)";
  if (!text.starts_with(kShell)) return text.empty() ? image.comment : text;
  text.erase(0, kShell.size());
  if (!text.starts_with(kNop)) return "RUN " + text;
  text.erase(0, kNop.size());
  return std::string(trim(text));
}

std::string network_of(const Engine& engine, const Container& container) {
  const NetworkSpec& spec = container.network.spec;
  switch (spec.mode) {
    case NetworkMode::none:
      return "none";
    case NetworkMode::host:
      return "host";
    case NetworkMode::container: {
      const auto other = engine.find(spec.container);
      return "container " + (other ? (*other)->name : spec.container);
    }
    case NetworkMode::bridge:
      break;
  }
  return spec.address.empty() ? "" : spec.bridge;
}

}  // namespace

std::string shown_size(std::int64_t bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "kB", "MB",
                                                             "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.4g} {}", value, kUnits[unit]);
}

PictureContainer Engine::picture_of(const Container& container) const {
  PictureContainer drawn;
  drawn.id = container.id;
  drawn.name = container.name;
  drawn.image = container.image ? container.image->id : "";
  List argv{container.path};
  argv.insert(argv.end(), container.args.begin(), container.args.end());
  drawn.command = join(argv, " ");
  drawn.state = container.run.state;
  drawn.exit_code = container.run.exit_code;
  drawn.pid = container.run.pid;
  drawn.network = network_of(*this, container);
  drawn.address = container.network.spec.address;
  for (const PortBinding& port : container.network.ports) {
    drawn.ports.push_back(fmt::format("{}:{} → {}/{}", port.host_ip,
                                      port.host_port, port.container_port,
                                      port.protocol));
  }
  drawn.layers_below =
      container.image ? stack_depth(container.image->layer) : 0;
  drawn.facts = backend_.rootfs_facts(container.id);
  for (const MountPoint& mount : container.mounts) {
    const bool volume = mount.kind == MountKind::volume;
    drawn.mounts.push_back(
        {volume ? mount.name : "", mount.source, mount.destination, mount.rw});
  }
  for (const auto& [alias, child] : links_.children(container.id)) {
    drawn.links.push_back({alias, child});
  }
  return drawn;
}

PictureImage Engine::picture_of(const Image& image) const {
  PictureImage drawn;
  drawn.id = image.id;
  drawn.parent = image.parent;
  for (const image::Reference& name : images_.names_of(image.id)) {
    if (name.digest.empty()) drawn.names.push_back(name.str());
  }
  drawn.what = instruction_of(image);
  const ImageRef parent = images_.parent_of(image);
  drawn.has_layer = image.layer != (parent ? parent->layer : "");
  drawn.size = image.size;
  drawn.virtual_size = image.virtual_size;
  if (drawn.has_layer) drawn.facts = backend_.layer_facts(image.layer);
  return drawn;
}

Picture Engine::picture() const {
  Picture picture;
  picture.profile = rules_.profile;
  picture.gateway = addresses_.gateway();
  picture.bridge = rules_.bridge_name;
  // Parents first: the store's order is newest first.
  std::vector<ImageRef> images = images_.all();
  std::stable_sort(images.begin(), images.end(),
                   [this](const ImageRef& a, const ImageRef& b) {
                     return images_.ancestry(*a).size() <
                            images_.ancestry(*b).size();
                   });
  for (const ImageRef& image : images) {
    picture.images.push_back(picture_of(*image));
  }
  for (const auto& [age, container] : by_age_) {
    picture.containers.push_back(picture_of(*container));
  }
  for (const auto& [name, volume] : volumes_.all()) {
    PictureVolume drawn{
        name, volume.anonymous, {}, backend_.volume_facts(name)};
    for (const ContainerId& user : volume.users) {
      const auto owner = by_id_.find(user);
      if (owner != by_id_.end()) drawn.owners.push_back(owner->second->name);
    }
    picture.volumes.push_back(std::move(drawn));
  }
  return picture;
}

}  // namespace drydock::engine
