// state.cc — `drydock state`: one table of formats.

#include "sim/front/state.h"

#include <array>

namespace drydock::front {

namespace {

struct Format {
  std::string_view name;
  std::string (*write)(const engine::Engine&);
};

std::string as_dot(const engine::Engine& engine) {
  return engine::dot_picture(engine.picture());
}
std::string as_svg(const engine::Engine& engine) {
  return engine::svg_picture(engine.picture());
}
std::string as_text(const engine::Engine& engine) {
  return engine::text_picture(engine.picture());
}
std::string as_json(const engine::Engine& engine) {
  return engine.state_json();
}

constexpr std::array kFormats = {
    Format{"text", as_text},
    Format{"dot", as_dot},
    Format{"svg", as_svg},
    Format{"json", as_json},
};

}  // namespace

Result<std::string> state_text(const engine::Engine& engine,
                               const std::string& format) {
  for (const Format& row : kFormats) {
    if (row.name == format) return row.write(engine);
  }
  return Error{"state: " + format + " is none of text, dot, svg, json"};
}

}  // namespace drydock::front
