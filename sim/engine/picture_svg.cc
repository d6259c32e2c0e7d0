// picture_svg.cc — the state as blocks that stand on each other.
//
// An image's block lies under all that was made of it: images and, on top,
// containers.  So what is shared is wide, and what is nobody else's narrow.
// Widths come from the top (each thing on top takes one slot), heights from
// the longest chain.  Above the containers run the bridge, links and volumes.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/base/id.h"
#include "sim/base/text.h"
#include "sim/engine/picture.h"

namespace drydock::engine {

namespace {

constexpr int kSlot = 190, kGap = 14, kMargin = 28, kTitle = 54;
constexpr int kContainerHeight = 92, kLayerHeight = 40, kBareHeight = 20;
constexpr int kVolumeWidth = 170, kVolumeHeight = 54;
constexpr int kBusHeight = 22, kLinkRoom = 46, kVolumeRoom = 56;
constexpr double kDigitWidth = 6.7;  // Of a character at 11 px, on average.

struct Look {
  State state;
  std::string_view fill, line;
};
constexpr std::array kLooks = {
    Look{State::created, "#eef2f7", "#7a8aa0"},
    Look{State::running, "#e3f5e9", "#2f9e5b"},
    Look{State::paused, "#fff4d9", "#d99a1c"},
    Look{State::restarting, "#efe8fb", "#8258c9"},
    Look{State::exited, "#f3f3f3", "#9a9a9a"},
    Look{State::removed, "#ffffff", "#cccccc"},
    Look{State::dead, "#fbe6e4", "#c0392b"},
};

const Look& look_of(State state) {
  const auto row = std::ranges::find(kLooks, state, &Look::state);
  return row == kLooks.end() ? kLooks.front() : *row;
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else {
      safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return safe;
}

/// As much of a text as `width` pixels hold.
std::string fitted(std::string_view text, double width, double scale = 1) {
  const auto room =
      static_cast<std::size_t>(std::max(2.0, width / (kDigitWidth * scale)));
  if (text.size() <= room) return escaped(text);
  std::size_t end = room - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;  // Not in the middle of a character.
  }
  return escaped(text.substr(0, end)) + "…";
}

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double middle() const { return x + width / 2; }
  double bottom() const { return y + height; }
};

class Drawing {
 public:
  explicit Drawing(const Picture& picture) : picture_(picture) {}

  std::string svg() {
    arrange();
    draw_images();
    draw_bridge();
    draw_containers();
    draw_links();
    draw_volumes();
    return header() + body_ + "</svg>\n";
  }

 private:
  // --- Arranging -----------------------------------------------------------

  void arrange() {
    for (const PictureImage& image : picture_.images) ids_.insert(image.id);
    for (const PictureImage& image : picture_.images) {
      above_[ids_.contains(image.parent) ? image.parent : ""].images.push_back(
          &image);
    }
    for (const PictureContainer& container : picture_.containers) {
      above_[ids_.contains(container.image) ? container.image : ""]
          .containers.push_back(&container);
    }
    const bool volumes = !picture_.volumes.empty();
    const bool links = std::ranges::any_of(
        picture_.containers,
        [](const PictureContainer& one) { return !one.links.empty(); });
    const bool bridge = std::ranges::any_of(
        picture_.containers,
        [](const PictureContainer& one) { return !one.address.empty(); });
    volumes_top_ = kTitle;
    bus_top_ = volumes_top_ + (volumes ? kVolumeHeight + kVolumeRoom : 0) +
               (links ? kLinkRoom : 0);
    const double containers_top = bus_top_ + (bridge ? kBusHeight + 22 : 0);
    images_top_ = containers_top;
    if (!picture_.containers.empty()) images_top_ += kContainerHeight;
    place("", kMargin, containers_top);
    width_ = std::max<double>(
        static_cast<double>(next_slot_) * kSlot + 2 * kMargin,
        static_cast<double>(picture_.volumes.size()) * (kVolumeWidth + kGap) +
            2 * kMargin);
    width_ = std::max(width_, 420.0);
    height_ += kMargin;
  }

  /// Gives a slot to each thing on top, from left to right, and puts what
  /// they stand on under all of them; the bottom of it all.
  double place(const std::string& id, double left, double containers_top) {
    double lowest = images_top_;
    const std::size_t first = next_slot_;
    const auto found = above_.find(id);
    if (found != above_.end()) {
      for (const PictureContainer* container : found->second.containers) {
        boxes_[container->id] = {left + static_cast<double>(next_slot_) * kSlot,
                                 containers_top, kSlot - kGap,
                                 kContainerHeight};
        ++next_slot_;
      }
      for (const PictureImage* image : found->second.images) {
        const std::size_t from = next_slot_;
        const double top = place(image->id, left, containers_top);
        if (next_slot_ == from) ++next_slot_;
        Box& box = boxes_[image->id];
        box.x = left + static_cast<double>(from) * kSlot;
        box.width = static_cast<double>(next_slot_ - from) * kSlot - kGap;
        box.y = top;
        box.height = image->has_layer ? kLayerHeight : kBareHeight;
        lowest = std::max(lowest, box.bottom());
      }
      // Short chains reach down to what they stand on.
      for (const PictureImage* image : found->second.images) {
        if (!id.empty())
          boxes_[image->id].height = lowest - boxes_[image->id].y;
      }
    }
    if (id.empty() && next_slot_ == first) ++next_slot_;
    height_ = std::max(height_, lowest);
    return lowest;
  }

  // --- Drawing -------------------------------------------------------------

  std::string header() const {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"11\">\n"
        "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
        "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
        "<path d=\"M0 0L8 4L0 8z\" fill=\"#b4552d\"/></marker></defs>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        "<text x=\"{2}\" y=\"30\" font-size=\"15\" font-weight=\"bold\" "
        "fill=\"#24324a\">{3}</text>\n",
        width_, height_, kMargin, escaped(picture_.profile));
  }

  void rect(const Box& box, std::string_view fill, std::string_view line,
            std::string_view more = "") {
    body_ += fmt::format(
        "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
        "rx=\"4\" fill=\"{}\" stroke=\"{}\"{}/>\n",
        box.x, box.y, box.width, box.height, fill, line, more);
  }

  void text(double x, double y, const std::string& safe,
            std::string_view fill = "#24324a", std::string_view more = "") {
    body_ +=
        fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" fill=\"{}\"{}>{}</text>\n",
                    x, y, fill, more, safe);
  }

  void draw_images() {
    for (const PictureImage& image : picture_.images) {
      const Box& box = boxes_.at(image.id);
      const bool named = !image.names.empty();
      rect(box, image.has_layer ? named ? "#cfe2fb" : "#e2edfb" : "#f6f9fd",
           named ? "#2f6fd0" : "#9db9e0", named ? " stroke-width=\"1.6\"" : "");
      const std::string size =
          image.has_layer ? shown_size(image.size) : "settings";
      const std::string id(short_id(image.id));
      const double size_width = kDigitWidth * static_cast<double>(size.size());
      if (!image.has_layer) {
        const std::string label =
            named ? join(image.names, ", ") + "  " + image.what : image.what;
        text(box.x + 8, box.y + 14, fitted(label, box.width - 16),
             named ? "#1c4f9c" : "#60718c");
        continue;
      }
      const std::string head = named ? join(image.names, ", ") : id;
      text(box.x + 8, box.y + 16,
           fitted(head, box.width - size_width - 26, 1.08), "#1c4f9c",
           " font-weight=\"bold\"");
      text(box.x + box.width - 8, box.y + 16, size, "#24324a",
           " text-anchor=\"end\"");
      std::string what = image.what;
      if (image.facts && image.facts->deleted > 0) {
        what = fmt::format("whiteouts {} · {}", image.facts->deleted, what);
      }
      text(box.x + 8, box.y + 32, fitted(what, box.width - 16), "#60718c");
    }
  }

  void draw_containers() {
    for (const PictureContainer& container : picture_.containers) {
      const Box& box = boxes_.at(container.id);
      const Look& look = look_of(container.state);
      const Box inner{box.x, box.y, box.width, box.height - 6};
      draw_pillar(container, box);
      rect(inner, look.fill, look.line, " stroke-width=\"1.8\"");
      const double room = inner.width - 16;
      text(box.x + 8, box.y + 18, fitted(container.name, room - 60, 1.15),
           "#1f2a3d", " font-size=\"12\" font-weight=\"bold\"");
      std::string state(name_of(container.state));
      if (container.state == State::exited) {
        state += fmt::format(" {}", container.exit_code);
      }
      text(box.x + inner.width - 8, box.y + 18, state, look.line,
           " text-anchor=\"end\"");
      text(box.x + 8, box.y + 35, fitted(container.command, room), "#44546b");
      std::string where = container.address;
      if (where.empty() && container.state == State::running) {
        where = "network " + container.network;
      }
      text(box.x + 8, box.y + 50, fitted(where, room), "#44546b");
      draw_writable(container, inner);
      draw_ports(container, inner);
    }
  }

  /// Where its image is far below, what it stands on.
  void draw_pillar(const PictureContainer& container, const Box& box) {
    const auto image = boxes_.find(container.image);
    if (image == boxes_.end() || image->second.y <= box.bottom()) return;
    for (const double x : {box.x + 12, box.x + box.width - 12}) {
      body_ += fmt::format(
          "<path d=\"M{:.0f} {:.0f}V{:.0f}\" stroke=\"#9db9e0\" "
          "stroke-dasharray=\"2 4\"/>\n",
          x, box.bottom() - 6, image->second.y);
    }
  }

  /// The writable layer, dashed, at the foot of its container.
  void draw_writable(const PictureContainer& container, const Box& inner) {
    const Box foot{inner.x + 5, inner.bottom() - 29, inner.width - 10, 24};
    rect(foot, "#fffdf2", "#c9a227", " stroke-dasharray=\"4 3\"");
    std::string label = "writable";
    if (container.facts) {
      label += fmt::format(": A {} C {} D {}", container.facts->added,
                           container.facts->changed, container.facts->deleted);
    }
    text(foot.x + 6, foot.y + 16, fitted(label, foot.width - 12), "#7a6410");
  }

  /// Published ports as tabs on the container's head.
  void draw_ports(const PictureContainer& container, const Box& inner) {
    double x = inner.x + inner.width;
    for (const std::string& port : container.ports) {
      const std::size_t colon = port.find(':');
      const std::string label = port.substr(colon);
      const double width = 12 + 5.6 * static_cast<double>(label.size());
      x -= width + 4;
      if (x < inner.x) return;  // More than there is room for.
      rect({x, inner.y - 17, width, 17}, "#24324a", "#24324a");
      text(x + 6, inner.y - 5, escaped(label), "#ffffff", " font-size=\"10\"");
    }
  }

  void draw_bridge() {
    double first = width_, last = 0;
    for (const PictureContainer& container : picture_.containers) {
      if (container.address.empty()) continue;
      const Box& box = boxes_.at(container.id);
      first = std::min(first, box.x);
      last = std::max(last, box.x + box.width);
      body_ += fmt::format(
          "<path d=\"M{0:.0f} {1:.0f}V{2:.0f}\" stroke=\"#4a9aa8\" "
          "stroke-width=\"2\"/>\n",
          box.x + 22, bus_top_ + kBusHeight, box.y);
    }
    if (last == 0) return;
    rect({first, bus_top_, last - first, kBusHeight}, "#dff1f3", "#4a9aa8");
    text(first + 8, bus_top_ + 15,
         fitted(picture_.bridge + "  " + picture_.gateway, last - first - 16),
         "#2c6b76");
  }

  void draw_links() {
    for (const PictureContainer& container : picture_.containers) {
      for (const PictureLink& link : container.links) {
        const auto child = boxes_.find(link.child);
        if (child == boxes_.end()) continue;
        const double from = boxes_.at(container.id).middle() + 12;
        const double to = child->second.middle() - 12;
        const double foot = bus_top_ - 2;
        body_ += fmt::format(
            "<path d=\"M{0:.0f} {2:.0f}C{0:.0f} {3:.0f} {1:.0f} {3:.0f} "
            "{1:.0f} {2:.0f}\" fill=\"none\" stroke=\"#b4552d\" "
            "stroke-width=\"1.5\" marker-end=\"url(#arrow)\"/>\n",
            from, to, foot, foot - kLinkRoom);
        text((from + to) / 2, foot - kLinkRoom * 0.75 - 3, escaped(link.alias),
             "#b4552d", " text-anchor=\"middle\"");
      }
    }
  }

  void draw_volumes() {
    double x = kMargin;
    for (const PictureVolume& volume : picture_.volumes) {
      const Box box{x, volumes_top_, kVolumeWidth, kVolumeHeight};
      draw_owners(volume, box);
      body_ += fmt::format(
          "<path d=\"M{0:.0f} {2:.0f}v{4}a{5} 7 0 0 0 {3} 0v-{4}\" "
          "fill=\"#f3e7f7\" stroke=\"#8d4fa3\"/>"
          "<ellipse cx=\"{1:.0f}\" cy=\"{2:.0f}\" rx=\"{5}\" ry=\"7\" "
          "fill=\"#faf3fc\" stroke=\"#8d4fa3\"/>\n",
          box.x, box.middle(), box.y + 7, kVolumeWidth, kVolumeHeight - 14,
          kVolumeWidth / 2);
      const std::string name(volume.anonymous ? short_id(volume.name)
                                              : volume.name);
      text(box.x + 10, box.y + 28, fitted(name, kVolumeWidth - 20, 1.1),
           "#5e2f70", " font-weight=\"bold\"");
      std::string inside = fmt::format("owners {}", volume.owners.size());
      if (volume.facts) inside += " · " + shown_size(volume.facts->bytes);
      text(box.x + 10, box.y + 43, inside, "#7b5a87");
      x += kVolumeWidth + kGap;
    }
  }

  /// From the volume to each place where it is mounted.
  void draw_owners(const PictureVolume& volume, const Box& box) {
    for (const PictureContainer& container : picture_.containers) {
      for (const PictureMount& mount : container.mounts) {
        if (mount.volume != volume.name) continue;
        const Box& owner = boxes_.at(container.id);
        const double to = owner.middle() + 30, from = box.middle();
        const double middle = (box.bottom() + owner.y) / 2;
        body_ += fmt::format(
            "<path d=\"M{0:.0f} {1:.0f}C{0:.0f} {4:.0f} {2:.0f} {4:.0f} "
            "{2:.0f} {3:.0f}\" fill=\"none\" stroke=\"#8d4fa3\" "
            "stroke-width=\"1.3\"{5}/>\n",
            from, box.bottom(), to, owner.y, middle,
            mount.writable ? "" : " stroke-dasharray=\"3 3\"");
        text(to + 5, owner.y - 22, fitted(mount.target, 90), "#8d4fa3",
             " font-size=\"10\"");
      }
    }
  }

  struct Above {
    std::vector<const PictureImage*> images;
    std::vector<const PictureContainer*> containers;
  };

  const Picture& picture_;
  std::set<std::string> ids_;
  std::map<std::string, Above> above_;  // By what they stand on.
  std::map<std::string, Box> boxes_;
  std::size_t next_slot_ = 0;
  double volumes_top_ = 0, bus_top_ = 0, images_top_ = 0;
  double width_ = 0, height_ = 0;
  std::string body_;
};

}  // namespace

std::string svg_picture(const Picture& picture) {
  return Drawing(picture).svg();
}

}  // namespace drydock::engine
