// cache.cc — the comparison that decides over "Using cache".

#include "sim/builder/cache.h"

#include <array>

#include <fmt/format.h>

namespace drydock::builder {
namespace {

/// Go's nil and empty collections are the same here: only lengths count.
template <typename T>
T filled(const std::optional<T>& maybe) {
  return maybe.value_or(T());
}

/// What the cache compares of a step, by name.
struct Field {
  std::string_view name;
  std::string (*text)(const engine::ContainerConfig&);
};

std::string words(const std::optional<List>& list) {
  return join(filled(list), " ");
}

std::string truth(bool value) { return value ? "true" : "false"; }

std::string keys(const engine::StringSet& set) {
  return join(List(set.begin(), set.end()), " ");
}

std::string pairs(const std::optional<engine::StringMap>& map) {
  List all;
  for (const auto& [key, value] : filled(map)) all.push_back(key + "=" + value);
  return join(all, " ");
}

using Config = engine::ContainerConfig;
constexpr std::array kFields = {
    Field{"instruction",
          [](const Config& config) { return words(config.cmd); }},
    Field{"ENV", [](const Config& config) { return words(config.env); }},
    Field{"LABEL", [](const Config& config) { return pairs(config.labels); }},
    Field{"USER", [](const Config& config) { return config.user; }},
    Field{"EXPOSE",
          [](const Config& config) { return keys(config.exposed_ports); }},
    Field{"ENTRYPOINT",
          [](const Config& config) { return words(config.entrypoint); }},
    Field{"VOLUME",
          [](const Config& config) { return keys(filled(config.volumes)); }},
    Field{"tty", [](const Config& config) { return truth(config.tty); }},
    Field{"attached output",
          [](const Config& config) {
            return truth(config.attach_stdout || config.attach_stderr);
          }},
};

/// Of "COPY file:ab12... in /x" what is between the spaces around the hash;
/// empty: the text has none.
std::string hash_in(const std::string& text) {
  for (const std::string_view kind : {"file:", "dir:", "multi:"}) {
    const std::size_t at = text.find(kind);
    if (at != std::string::npos)
      return text.substr(at, text.find(' ', at) - at);
  }
  return "";
}

std::string without_hash(const std::string& text) {
  const std::string hash = hash_in(text);
  return hash.empty() ? "" : replace_all(text, hash, "");
}

/// "a.txt was changed, b.txt is new, c.txt is gone"
std::string changed_files(const engine::StringMap& before,
                          const engine::StringMap& now) {
  List parts;
  for (const auto& [name, sum] : now) {
    const auto old = before.find(name);
    if (old == before.end()) {
      parts.push_back(name + " is new");
    } else if (old->second != sum) {
      parts.push_back(name + " was changed");
    }
  }
  for (const auto& [name, sum] : before) {
    if (!now.contains(name)) parts.push_back(name + " is gone");
  }
  return parts.empty() ? "a directory's mode or owner differs"
                       : join(parts, ", ");
}

/// The first field in which the two differ; null: in none.
const Field* difference(const Config& made, const Config& wanted) {
  for (const Field& field : kFields) {
    if (field.text(made) != field.text(wanted)) return &field;
  }
  return nullptr;
}

}  // namespace

Miss miss_reason(engine::Engine& engine, std::string_view parent,
                 const engine::ContainerConfig& wanted,
                 const engine::StringMap& sums) {
  const std::vector<engine::ImageRef> children = engine.children_of(parent);
  if (children.empty()) {
    return {"first", "nothing was ever built on this parent"};
  }
  const std::string text = words(wanted.cmd);
  for (const engine::ImageRef& child : children) {
    const Config& made = child->container_config;
    const std::string before = words(made.cmd);
    const std::string bare = without_hash(before);
    if (before != text && !bare.empty() && bare == without_hash(text)) {
      const auto noted = engine.copy_notes().find(hash_in(before));
      if (noted == engine.copy_notes().end()) {
        return {"files", "the files differ"};
      }
      return {"files", changed_files(noted->second, sums)};
    }
    if (before != text) continue;
    const Field* const field = difference(made, wanted);
    if (!field) continue;
    return {"field", fmt::format("{} was \"{}\" and is \"{}\"", field->name,
                                 field->text(made), field->text(wanted))};
  }
  return {"instruction",
          fmt::format("no child of this parent came of this instruction; the "
                      "newest came of: {}",
                      words(children.front()->container_config.cmd))};
}

bool is_same_step(const engine::ContainerConfig& made,
                  const engine::ContainerConfig& wanted) {
  if (made.open_stdin || wanted.open_stdin) return false;
  return made.attach_stdout == wanted.attach_stdout &&
         made.attach_stderr == wanted.attach_stderr &&
         made.user == wanted.user && made.tty == wanted.tty &&
         filled(made.cmd) == filled(wanted.cmd) &&
         filled(made.env) == filled(wanted.env) &&
         filled(made.labels) == filled(wanted.labels) &&
         made.exposed_ports == wanted.exposed_ports &&
         filled(made.entrypoint) == filled(wanted.entrypoint) &&
         filled(made.volumes) == filled(wanted.volumes);
}

engine::ImageRef find_cached(const engine::Engine& engine,
                             std::string_view parent,
                             const engine::ContainerConfig& wanted) {
  for (const engine::ImageRef& child : engine.children_of(parent)) {
    if (is_same_step(child->container_config, wanted)) return child;
  }
  return nullptr;
}

}  // namespace drydock::builder
