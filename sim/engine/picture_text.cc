// picture_text.cc — the state as a tree for a terminal.

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "sim/base/id.h"
#include "sim/engine/picture.h"

namespace drydock::engine {

namespace {

constexpr std::size_t kWidth = 100;

/// Columns that a text takes: our own texts have one a character.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string cut(std::string text, std::size_t width) {
  if (columns_of(text) <= width) return text;
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    const bool begins =
        (static_cast<unsigned char>(text[bytes]) & 0xc0) != 0x80;
    if (begins && ++seen == width) break;
  }
  return text.substr(0, bytes) + "…";
}

std::string line_of(std::string text) {
  const std::size_t end = text.find_last_not_of(' ');
  return cut(text.substr(0, end == std::string::npos ? 0 : end + 1), kWidth) +
         "\n";
}

/// "3 added, 1 changed, 2 whiteouts"
std::string counts_of(const std::optional<TreeFacts>& facts) {
  if (!facts) return "";
  List parts;
  const auto add = [&parts](std::int64_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(facts->added, "added");
  add(facts->changed, "changed");
  add(facts->deleted, facts->deleted == 1 ? "whiteout" : "whiteouts");
  return parts.empty() ? "nothing changed" : join(parts, ", ");
}

class Tree {
 public:
  explicit Tree(const Picture& picture) {
    for (const PictureImage& image : picture.images) {
      images_.emplace(image.id, &image);
    }
    for (const PictureImage& image : picture.images) {
      const bool known = images_.contains(image.parent);
      children_[known ? image.parent : ""].push_back(image.id);
    }
  }

  std::string text() {
    std::string all;
    for (const std::string& root : children_[""]) all += below(root, "  ");
    return all;
  }

 private:
  /// A chain runs straight down; where it branches, branches are indented.
  std::string below(std::string id, std::string lead) {
    std::string all;
    for (;;) {
      all += row(*images_.at(id), lead);
      const List& next = children_[id];
      if (next.empty()) return all;
      if (next.size() == 1) {
        id = next.front();
        continue;
      }
      for (std::size_t at = 0; at < next.size(); ++at) {
        const bool last = at + 1 == next.size();
        all += lead + (last ? "└─┐" : "├─┐") + "\n";
        all += below(next[at], lead + (last ? "  " : "│ "));
      }
      return all;
    }
  }

  static std::string row(const PictureImage& image, const std::string& lead) {
    const std::string size =
        image.has_layer ? shown_size(image.size) : "no layer";
    std::string text =
        fmt::format("{}{} {} {:>9}  {}", lead, image.has_layer ? "█" : "│",
                    short_id(image.id), size, image.what);
    const std::string names =
        image.names.empty() ? "" : "  ◂ " + join(image.names, ", ");
    const std::size_t room = kWidth - std::min(kWidth, columns_of(names));
    return line_of(cut(text, room) + names);
  }

  std::map<std::string, const PictureImage*, std::less<>> images_;
  std::map<std::string, List> children_;
};

std::string state_of(const PictureContainer& container) {
  if (container.state != State::exited) {
    return std::string(name_of(container.state));
  }
  return fmt::format("exited {}", container.exit_code);
}

std::string image_name(const Picture& picture, const std::string& id) {
  for (const PictureImage& image : picture.images) {
    if (image.id != id) continue;
    return image.names.empty() ? std::string(short_id(id))
                               : image.names.front();
  }
  return "nothing";
}

std::string name_of_container(const Picture& picture, const std::string& id) {
  for (const PictureContainer& container : picture.containers) {
    if (container.id == id) return container.name;
  }
  return std::string(short_id(id));
}

/// The container, and below it what belongs to it.
std::string container_rows(const Picture& picture,
                           const PictureContainer& container) {
  List rows;
  rows.push_back(fmt::format("layer {} (writable) on {} of {}: {}",
                             container.layers_below + 1, container.layers_below,
                             image_name(picture, container.image),
                             counts_of(container.facts)));
  if (!container.network.empty()) {
    rows.push_back(
        fmt::format("network {} {}", container.network, container.address));
  }
  for (const std::string& port : container.ports) {
    rows.push_back("port " + port);
  }
  for (const PictureMount& mount : container.mounts) {
    const std::string what =
        mount.volume.empty() ? "host directory " + mount.source
                             : "volume " + std::string(short_id(mount.volume));
    rows.push_back(fmt::format("{} at {}{}", what, mount.target,
                               mount.writable ? "" : ", read only"));
  }
  for (const PictureLink& link : container.links) {
    rows.push_back(fmt::format("link {} → {}", link.alias,
                               name_of_container(picture, link.child)));
  }
  std::string text = line_of(
      fmt::format("  {:<20} {:<11} {}  {}", container.name, state_of(container),
                  short_id(container.id), container.command));
  for (std::size_t at = 0; at < rows.size(); ++at) {
    text += line_of((at + 1 == rows.size() ? "  └ " : "  ├ ") + rows[at]);
  }
  return text;
}

std::string containers_text(const Picture& picture) {
  constexpr std::array kOrder = {State::running,    State::paused,
                                 State::restarting, State::created,
                                 State::exited,     State::dead};
  std::string text;
  for (const State state : kOrder) {
    for (const PictureContainer& container : picture.containers) {
      if (container.state == state) text += container_rows(picture, container);
    }
  }
  return text;
}

std::string volumes_text(const Picture& picture) {
  std::string text;
  for (const PictureVolume& volume : picture.volumes) {
    const std::string owners =
        volume.owners.empty() ? "nobody" : join(volume.owners, ", ");
    const std::string inside =
        volume.facts ? fmt::format("{} names, {}", volume.facts->added,
                                   shown_size(volume.facts->bytes))
                     : "";
    text += line_of(
        fmt::format("  {:<20} {} owned by {}: {}",
                    volume.anonymous ? short_id(volume.name) : volume.name,
                    inside, volume.owners.size(), owners));
  }
  return text;
}

/// Who is on the bridge.
std::string network_text(const Picture& picture) {
  List there;
  for (const PictureContainer& container : picture.containers) {
    if (container.address.empty()) continue;
    there.push_back(container.name + " " + container.address);
  }
  if (there.empty()) return "";
  return line_of(fmt::format("  {} {}: {}", picture.bridge, picture.gateway,
                             join(there, ", ")));
}

std::string section(std::string_view title, const std::string& body) {
  return fmt::format("{}\n{}", title, body.empty() ? "  none\n" : body);
}

}  // namespace

std::string text_picture(const Picture& picture) {
  return section("images, base first", Tree(picture).text()) +
         section("containers", containers_text(picture)) +
         section("volumes", volumes_text(picture)) +
         section("network", network_text(picture));
}

}  // namespace drydock::engine
