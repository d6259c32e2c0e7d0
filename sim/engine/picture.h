// picture.h — the engine's state as things to draw, and three ways to draw it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/backend.h"
#include "sim/engine/lifecycle.h"

namespace drydock::engine {

struct PictureImage {
  std::string id, parent;
  List names;        // "debian:latest"; digests are left out.
  std::string what;  // The instruction that made it.
  bool has_layer = false;
  std::int64_t size = 0, virtual_size = 0;
  std::optional<TreeFacts> facts;
};

struct PictureMount {
  std::string volume;  // Empty: a bind.
  std::string source, target;
  bool writable = true;
};

struct PictureLink {
  std::string alias, child;  // Id of the container that it leads to.
};

struct PictureContainer {
  std::string id, name, image, command;
  State state = State::created;
  int exit_code = 0;
  std::int64_t pid = 0;
  std::string network;  // Bridge, or "none", "host", "container NAME".
  std::string address;
  List ports;  // "0.0.0.0:8080 → 80/tcp"
  int layers_below = 0;
  std::optional<TreeFacts> facts;  // Of its writable layer.
  std::vector<PictureMount> mounts;
  std::vector<PictureLink> links;
};

struct PictureVolume {
  std::string name;
  bool anonymous = false;
  List owners;  // Names.
  std::optional<TreeFacts> facts;
};

/// All of it: images with parents before children, containers and volumes in
/// the order of their making and of their names.
struct Picture {
  std::string profile, gateway, bridge;
  std::vector<PictureImage> images;
  std::vector<PictureContainer> containers;
  std::vector<PictureVolume> volumes;
};

/// A tree to read in a terminal, 100 columns at most.
std::string text_picture(const Picture& picture);

/// A drawing of layers that stand on each other, with containers on top.
std::string svg_picture(const Picture& picture);

/// Graphviz, by Boost.Graph's own writer.
std::string dot_picture(const Picture& picture);

/// "125.1 MB", as docker images has it.
std::string shown_size(std::int64_t bytes);

}  // namespace drydock::engine
