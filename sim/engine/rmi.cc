// rmi.cc — what `docker rmi` may take away, by the rules of each profile
// (behaviour.md §rmi; recorded: tests/conformance, section images).

#include <algorithm>
#include <set>
#include <utility>

#include "sim/base/id.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"

namespace drydock::engine {

/// One command's work so far.
struct Engine::Rmi {
  std::string typed;
  bool force = false, no_prune = false;
  image::Found found;
  std::vector<Deletion> deletions;
  List layers;  // The backend's, to be removed at the end.
};

struct Engine::ImageConflict {
  bool hard = false;  // Force does not help.
  bool used = false;  // By a container.
  std::string why;
};

Task<Answer<std::vector<Deletion>>> Engine::rmi(std::string typed,
                                                RmiRequest request) {
  return detached(backend_.executor(), rmi_now(std::move(typed), request));
}

/// Somebody who uses this image (or, if asked, one that stands on it).
const Container* Engine::user_of(const std::string& image, bool running,
                                 bool descendants) const {
  std::vector<std::string> todo{image};
  while (!todo.empty()) {
    const std::string id = std::move(todo.back());
    todo.pop_back();
    if (const auto users = users_.find(id); users != users_.end()) {
      for (const std::uint64_t age : users->second) {
        const Container* const user = by_age_.at(age);
        if (user->run.running() == running) return user;
      }
    }
    if (!descendants) continue;
    const auto& children = images_.children(id);
    todo.insert(todo.end(), children.begin(), children.end());
  }
  return nullptr;
}

void Engine::untag(Rmi& rmi, const image::Reference& name, const Image& image) {
  if (!images_.untag(name)) return;
  rmi.deletions.push_back({name.str(), ""});
  explain(backend_, StepKind::untagged, "name", name.str(), "image", image.id);
  note_image(shown_id(image.id), "untag");
}

void Engine::forget_image(Rmi& rmi, const Image& image) {
  images_.remove(image.id);
  rmi.deletions.push_back({"", shown_id(image.id)});
  note_image(shown_id(image.id), "delete");
  for (const auto& layer : layers_.release(image.layer)) {
    rmi.layers.push_back(layer.id);
    if (rules_.content_ids)
      rmi.deletions.push_back({"", layer.chain_id, layer.size});
  }
  explain(backend_, StepKind::image_gone, "image", image.id);
}

Task<void> Engine::drop_layers(std::vector<std::string> layers) {
  co_await keep_changes();  // No image may be left without its layers.
  for (const std::string& layer : layers) {
    const Outcome removed = co_await backend_.remove_layer(layer);
    if (removed) {
      explain(backend_, StepKind::layer_dropped, "layer", layer);
    } else {
      explain(backend_, StepKind::trouble, "what", "layer " + layer, "why",
              removed.error().text);
    }
  }
}

Task<Answer<std::vector<Deletion>>> Engine::rmi_now(std::string typed,
                                                    RmiRequest request) {
  if (typed.empty()) {
    co_return rules_.fault(Fault::Kind::bad_parameter, Object::image,
                           Message::image_blank);
  }
  Rmi rmi;
  rmi.typed = typed;
  rmi.force = request.force;
  rmi.no_prune = request.no_prune;
  rmi.found = images_.find(typed, rules_.grammar);
  if (!rmi.found.image) {
    const auto name = image::parse_reference(typed, rules_.grammar);
    const bool known =
        name && !rules_.content_ids && images_.has_repository(name->repository);
    co_return rules_.fault(
        Fault::Kind::not_found, Object::image, Message::no_such_image,
        fmt::arg("typed", known ? name->with_default_tag().str() : typed));
  }
  const Done done = rules_.content_ids ? rmi_content(rmi)
                                       : rmi_chain(rmi, rmi.found.image, true);
  if (!rmi.layers.empty()) co_await drop_layers(std::move(rmi.layers));
  co_await keep_changes();
  if (!done) co_return done.error();
  if (rmi.deletions.empty()) {
    co_return rules_.fault(Fault::Kind::conflict, Object::image,
                           Message::image_kept, fmt::arg("typed", typed));
  }
  co_return std::move(rmi.deletions);
}

// --- docker-1.8: images are a chain
// --------------------------------------------

std::optional<Fault> Engine::chain_conflict(const Rmi& rmi,
                                            const Image& image) const {
  const auto conflict = [&](Message message, const Container& user) {
    return rules_.fault(Fault::Kind::conflict, Object::image, message,
                        fmt::arg("image", short_id(image.id)),
                        fmt::arg("short", short_id(user.id)));
  };
  if (const Container* const user = user_of(image.id, true, true)) {
    return conflict(rmi.force ? Message::image_used_running_forced
                              : Message::image_used_running,
                    *user);
  }
  const Container* const user = user_of(image.id, false, true);
  if (user && !rmi.force) return conflict(Message::image_used, *user);
  return std::nullopt;
}

/// `first`: the image that was named; else one of its parents, which goes
/// only if it has no name.  What a parent's parents refuse is not told.
Done Engine::rmi_chain(Rmi& rmi, ImageRef image, bool first) {
  std::vector<image::Reference> names = images_.names_of(image->id);
  const bool by_id = !first || rmi.found.by_id;
  if (!first && !names.empty()) return did_it();
  std::set<std::string> repositories;
  for (const image::Reference& name : names) {
    repositories.insert(name.repository);
  }
  if (by_id && repositories.size() > 1 && !rmi.force) {
    return rules_.fault(Fault::Kind::conflict, Object::image,
                        Message::image_tagged_twice,
                        fmt::arg("typed", rmi.typed));
  }
  if (names.size() <= 1 || (by_id && repositories.size() <= 1)) {
    const std::optional<Fault> conflict = chain_conflict(rmi, *image);
    if (conflict) return *conflict;
  }
  if (!by_id) {
    const auto typed = image::parse_reference(rmi.typed, rules_.grammar);
    names = {typed->with_default_tag()};
  }
  for (const image::Reference& name : names) untag(rmi, name, *image);
  const bool still_named = !images_.names_of(image->id).empty();
  if (still_named || !images_.children(image->id).empty()) {
    explain(backend_, StepKind::image_kept, "image", image->id, "why",
            still_named ? "it has another name" : "others stand on it");
    return did_it();
  }
  const ImageRef parent = images_.parent_of(*image);
  forget_image(rmi, *image);
  if (!parent || rmi.no_prune) return did_it();
  const Done above = rmi_chain(rmi, parent, false);
  return first ? above : did_it();
}

// --- docker-20.10: images share layers by content
// --------------------------------

namespace {

/// All of one repository, with one tag at most.
bool is_single(const std::vector<image::Reference>& names) {
  if (names.empty()) return false;
  std::size_t tags = 0;
  for (const image::Reference& name : names) {
    if (name.repository != names.front().repository) return false;
    if (name.digest.empty()) ++tags;
  }
  return tags <= 1;
}

}  // namespace

std::optional<Engine::ImageConflict> Engine::conflict_of(const Image& image,
                                                         bool soft_too) const {
  if (!images_.children(image.id).empty()) {
    return ImageConflict{true, false, "image has dependent child images"};
  }
  if (const Container* const user = user_of(image.id, true, false)) {
    return ImageConflict{true, true,
                         rules_.text(Message::image_used_running,
                                     fmt::arg("short", short_id(user->id)))};
  }
  if (!soft_too) return std::nullopt;
  if (!images_.names_of(image.id).empty()) {
    return ImageConflict{false, false,
                         "image is referenced in multiple repositories"};
  }
  if (const Container* const user = user_of(image.id, false, false)) {
    return ImageConflict{false, true,
                         rules_.text(Message::image_used,
                                     fmt::arg("short", short_id(user->id)))};
  }
  return std::nullopt;
}

static Fault conflict_fault(const Rules& rules, const std::string& id,
                            bool hard, const std::string& why) {
  return rules.fault(Fault::Kind::conflict, Object::image,
                     hard ? Message::image_cannot : Message::image_must,
                     fmt::arg("image", short_id(id)), fmt::arg("why", why));
}

Done Engine::rmi_content(Rmi& rmi) {
  const ImageRef image = rmi.found.image;
  std::vector<image::Reference> names = images_.names_of(image->id);
  if (rmi.found.by_id) {
    if (is_single(names)) {
      // The one name is no obstacle; containers are.
      std::optional<ImageConflict> conflict = conflict_of(*image, false);
      const Container* const user = user_of(image->id, false, false);
      if (!conflict && user && !rmi.force) {
        conflict =
            ImageConflict{false, true,
                          rules_.text(Message::image_used,
                                      fmt::arg("short", short_id(user->id)))};
      }
      if (conflict) {
        return conflict_fault(rules_, image->id, conflict->hard, conflict->why);
      }
      for (const image::Reference& name : names) untag(rmi, name, *image);
    }
    return rmi_helper(rmi, image, rmi.force, false);
  }
  const Container* user = user_of(image->id, true, false);
  if (!user) user = user_of(image->id, false, false);
  if (!rmi.force && is_single(names) && user) {
    return rules_.fault(Fault::Kind::conflict, Object::image,
                        Message::reference_used, fmt::arg("typed", rmi.typed),
                        fmt::arg("short", short_id(user->id)),
                        fmt::arg("image", short_id(image->id)));
  }
  const auto typed = image::parse_reference(rmi.typed, rules_.grammar);
  const image::Reference name = typed->with_default_tag();
  untag(rmi, name, *image);
  names = images_.names_of(image->id);
  const bool tags_left =
      std::ranges::any_of(names, [&](const image::Reference& other) {
        return other.repository == name.repository && other.digest.empty();
      });
  if (name.digest.empty() && !tags_left) {
    for (const image::Reference& other : names) {
      if (other.repository == name.repository) untag(rmi, other, *image);
    }
  }
  if (!images_.names_of(image->id).empty()) {
    explain(backend_, StepKind::image_kept, "image", image->id, "why",
            "it has another name");
    return did_it();
  }
  return rmi_helper(rmi, image, rmi.force, true);
}

/// Removes an image and then, as long as nobody minds, its nameless parents.
/// `quiet`: something was done already, so only a dangling image that nobody
/// uses is worth a complaint.
Done Engine::rmi_helper(Rmi& rmi, ImageRef image, bool force, bool quiet) {
  const std::optional<ImageConflict> conflict = conflict_of(*image, !force);
  if (conflict) {
    const bool dangling = images_.names_of(image->id).empty() &&
                          images_.children(image->id).empty();
    if (quiet && (!dangling || conflict->used)) {
      explain(backend_, StepKind::image_kept, "image", image->id, "why",
              conflict->why);
      return did_it();
    }
    return conflict_fault(rules_, image->id, conflict->hard, conflict->why);
  }
  for (const image::Reference& name : images_.names_of(image->id)) {
    untag(rmi, name, *image);
  }
  const ImageRef parent = images_.parent_of(*image);
  forget_image(rmi, *image);
  if (!parent || rmi.no_prune) return did_it();
  return rmi_helper(rmi, parent, false, true);
}

}  // namespace drydock::engine
