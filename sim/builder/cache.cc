// cache.cc — the comparison that decides over "Using cache".

#include "sim/builder/cache.h"

namespace drydock::builder {
namespace {

/// Go's nil and empty collections are the same here: only lengths count.
template <typename T>
T filled(const std::optional<T>& maybe) {
  return maybe.value_or(T());
}

}  // namespace

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
