// commit.cc — `docker commit`, and how a layer and a config become an image.

#include <utility>

#include "sim/base/id.h"
#include "sim/base/wait.h"
#include "sim/engine/config_change.h"
#include "sim/engine/depth.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"

namespace drydock::engine {

std::string Engine::shown_id(std::string_view id) const {
  return rules_.content_ids ? "sha256:" + std::string(id) : std::string(id);
}

void Engine::tell_layer(const Container& container,
                        const LayerInfo& layer) const {
  const TreeFacts facts = backend_.layer_facts(layer.id).value_or(TreeFacts{});
  explain(backend_, StepKind::layer_committed, "container", container.id,
          "layer", layer.id, "size", layer.size, "added", facts.added,
          "changed", facts.changed, "deleted", facts.deleted);
}

void Engine::tell_name(const image::Reference& name, std::string_view before,
                       std::string_view id) const {
  if (!backend_.observer) return;
  const bool moves = !before.empty() && before != id;
  explain(backend_, moves ? StepKind::tag_moved : StepKind::tagged, "name",
          name.str(), "from", before, "image", id);
}

int Engine::stack_depth(std::string_view layer) const {
  int depth = 0;
  while (const auto* const entry = layers_.get(layer)) {
    ++depth;
    layer = entry->parent;
  }
  return depth;
}

Task<Answer<std::string>> Engine::commit(std::string who,
                                         CommitRequest request) {
  return detached(backend_.executor(),
                  commit_now(std::move(who), std::move(request)));
}

void Engine::name_image(const image::Reference& name, const std::string& id) {
  const ImageRef before = images_.tagged(name);
  images_.tag(name, id, now());
  tell_name(name, before ? before->id : "", id);
  note_image(rules_.content_ids ? shown_id(id) : name.str(), "tag");
}

/// The layer that the fresh one stands for: itself, an equal one that is there
/// already, or, if it changes nothing, its parent.
Task<Answer<std::string>> Engine::adopt_layer(LayerInfo layer,
                                              std::string parent) {
  const image::LayerStore::Entry* const below = layers_.get(parent);
  image::LayerStore::Entry entry;
  entry.id = layer.id;
  entry.parent = parent;
  entry.diff_id = layer.diff_id;
  entry.size = layer.size;
  entry.virtual_size = layer.size + (below ? below->virtual_size : 0);
  if (rules_.content_ids) {
    const bool changes_nothing = layer.diff_id == image::kEmptyDiffId;
    List chain{layer.diff_id};
    if (below) chain.insert(chain.begin(), below->chain_id);
    entry.chain_id = image::chain_id(chain);
    const image::LayerStore::Entry* const equal =
        layers_.by_chain(entry.chain_id);
    if (changes_nothing || equal) {
      const std::string stand_in = equal ? equal->id : parent;
      explain(backend_, equal ? StepKind::layer_shared : StepKind::layer_empty,
              "layer", stand_in);
      const Outcome removed = co_await backend_.remove_layer(layer.id);
      if (!removed)
        co_return Fault{Fault::Kind::internal, removed.error().text};
      co_return stand_in;
    }
  }
  layers_.add(std::move(entry));
  co_return layer.id;
}

/// Gives an image its id and a place in the store.
std::string Engine::finish_image(Image image) {
  if (const auto* const layer = layers_.get(image.layer)) {
    image.virtual_size = layer->virtual_size;
  }
  if (rules_.content_ids) {
    image.id = image::image_digest(image);
  } else if (image.id.empty()) {
    image.id = backend_.ids().next();
  }
  const std::string id = image.id;
  if (images_.get(id)) return id;
  layers_.use(image.layer);
  images_.add(std::move(image));
  if (!backend_.observer) return id;
  const ImageRef added = images_.get(id);
  explain(backend_, StepKind::image_added, "image", id, "parent", added->parent,
          "layers", stack_depth(added->layer), "size", added->virtual_size);
  return id;
}

Task<Answer<std::string>> Engine::commit_now(std::string who,
                                             CommitRequest request) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  if (!request.reference.empty()) {
    const auto name =
        image::parse_new_reference(request.reference, rules_.grammar);
    if (!name) {
      co_return Fault{Fault::Kind::bad_parameter, name.error().text};
    }
  }
  co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  const GateHold hold(container);
  Answer<std::string> id =
      co_await commit_locked(container, std::move(request));
  co_return id;
}

/// The config of the new image: the container's, changed by --change.  1.8
/// reads the changes into an empty config and merges the container's under it.
Answer<ContainerConfig> Engine::config_for(const Container& container,
                                           const CommitRequest& request) const {
  if (request.config) return *request.config;
  const bool over = !rules_.content_ids && !request.changes.empty();
  ContainerConfig config = over ? ContainerConfig{} : container.config;
  for (const std::string& change : request.changes) {
    const Outcome applied = apply_change_text(config, change, rules_);
    if (!applied) {
      return Fault{Fault::Kind::bad_parameter, applied.error().text};
    }
  }
  if (!over) return config;
  ContainerConfig merged = container.config;
  merged.env = image::merge_env(config.env.value_or(List{}),
                                container.config.env.value_or(List{}));
  if (merged.env->empty() && !container.config.env) merged.env.reset();
  if (config.cmd) merged.cmd = config.cmd;
  if (config.entrypoint) merged.entrypoint = config.entrypoint;
  if (!config.user.empty()) merged.user = config.user;
  if (!config.working_dir.empty()) {
    merged.working_dir = config.working_dir;
  }
  if (config.on_build) merged.on_build = config.on_build;
  merged.exposed_ports.insert(config.exposed_ports.begin(),
                              config.exposed_ports.end());
  if (config.volumes) {
    if (!merged.volumes) merged.volumes.emplace();
    merged.volumes->insert(config.volumes->begin(), config.volumes->end());
  }
  if (config.labels) {
    if (!merged.labels) merged.labels.emplace();
    for (const auto& [key, value] : *config.labels) {
      (*merged.labels)[key] = value;
    }
  }
  return merged;
}

Image Engine::image_of(const Container& container, const CommitRequest& request,
                       ContainerConfig config) const {
  Image image;
  image.parent = !request.parent.empty() ? request.parent
                 : container.image       ? container.image->id
                                         : "";
  image.comment = request.comment;
  image.created = now();
  image.container = container.id;
  image.container_config = request.container_config.value_or(container.config);
  image.docker_version = rules_.facts.docker_version;
  image.author = request.author;
  image.config = std::move(config);
  if (const ImageRef parent = images_.get(image.parent)) {
    image.history = parent->history;
    image.diff_ids = parent->diff_ids;
    image.layer = parent->layer;
    if (image.author.empty()) image.author = parent->author;
  }
  return image;
}

Task<Answer<std::string>> Engine::commit_locked(ContainerRef container,
                                                CommitRequest request) {
  const Answer<ContainerConfig> config = config_for(*container, request);
  if (!config) co_return config.error();
  if (container->image && !request.metadata_only) {
    const std::optional<Fault> deep =
        too_deep_for_layer(rules_, *container->image);
    if (deep) co_return *deep;
  }
  const bool freezes = request.pause && container->run.state == State::running;
  if (freezes) {
    const Outcome frozen = co_await backend_.freeze(container->id);
    if (!frozen) co_return Fault{Fault::Kind::internal, frozen.error().text};
    if (container->run.state == State::running) {
      set_state(*container, State::paused);
    }
    note(*container, "pause");
  }
  Image image = image_of(*container, request, *config);
  image::HistoryEntry entry;
  entry.created = image.created;
  entry.created_by = join(image.container_config.cmd.value_or(List{}), " ");
  entry.author = request.author;
  entry.comment = request.comment;
  entry.empty_layer = true;
  std::optional<Fault> fault;
  if (!request.metadata_only) {
    const LayerId fresh = backend_.ids().next();
    const Result<LayerInfo> layer =
        co_await backend_.commit_rootfs(container->id, fresh);
    // Work on a disk takes a moment: no two images have one date, and an id.
    const Time done_at = now() + (rules_.content_ids ? kMillisecond : 0);
    co_await sleep_until(backend_.executor(), done_at);
    if (!layer) {
      fault = Fault{Fault::Kind::internal, layer.error().text};
    } else {
      if (backend_.observer) tell_layer(*container, *layer);
      const Answer<std::string> adopted =
          co_await adopt_layer(*layer, image.layer);
      if (!adopted) fault = adopted.error();
      if (adopted && *adopted != image.layer) {
        image.layer = *adopted;
        image.size = entry.size = layer->size;
        image.diff_ids.push_back(layer->diff_id);
        entry.empty_layer = false;
      }
    }
  }
  if (freezes) {
    const Done awake = co_await thaw(container);
    if (!awake && !fault) fault = awake.error();
  }
  if (fault) co_return *fault;
  image.history.push_back(std::move(entry));
  const std::string id = finish_image(std::move(image));
  note(*container, "commit");
  if (!request.reference.empty()) {
    const auto name =
        image::parse_new_reference(request.reference, rules_.grammar);
    name_image(name->with_default_tag(), id);
  }
  co_await keep_changes();
  co_return id;
}

}  // namespace drydock::engine
