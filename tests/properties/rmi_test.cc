// rmi_test.cc — `rmi` frees exactly what nothing reaches any more.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <set>

#include "tests/engine/dock.h"

namespace drydock::engine {

namespace {

/// A forest of images with names and containers, drawn from numbers.
struct Forest {
  struct Tree {
    int parent = 0;  // Of the images before it; 0: the base.
    bool named = false, used = false;
  };
  std::vector<Tree> images;
  int removed = 0;
  bool force = false;
};

std::ostream& operator<<(std::ostream& out, const Forest& forest) {
  for (const Forest::Tree& tree : forest.images) {
    out << "parent " << tree.parent << (tree.named ? " named" : "")
        << (tree.used ? " used" : "") << "; ";
  }
  return out << "rmi " << forest.removed << (forest.force ? " -f" : "");
}

rc::Gen<Forest> any_forest() {
  const auto tree = rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 6), rc::gen::inRange(0, 2),
                     rc::gen::inRange(0, 3)),
      [](const std::tuple<int, int, int>& parts) {
        return Forest::Tree{std::get<0>(parts), std::get<1>(parts) > 0,
                            std::get<2>(parts) == 0};
      });
  return rc::gen::map(
      rc::gen::tuple(rc::gen::container<std::vector<Forest::Tree>>(tree),
                     rc::gen::inRange(0, 8), rc::gen::arbitrary<bool>()),
      [](const std::tuple<std::vector<Forest::Tree>, int, bool>& parts) {
        return Forest{std::get<0>(parts), std::get<1>(parts),
                      std::get<2>(parts)};
      });
}

/// Builds it; answers the ids, the base first.
List plant(Dock& dock, const Forest& forest) {
  List ids = {dock.base};
  for (std::size_t at = 0; at < forest.images.size(); ++at) {
    const Forest::Tree& tree = forest.images[at];
    const std::string parent =
        ids[static_cast<std::size_t>(tree.parent) % ids.size()];
    const std::string name =
        tree.named ? "i" + std::to_string(at) + ":latest" : "";
    ids.push_back(dock.image(name, "content " + std::to_string(at), parent));
    if (!tree.used) continue;
    CreateRequest request = dock.request("user" + std::to_string(at), {"true"});
    request.config.image = dock.shown(ids.back());
    static_cast<void>(dock.run(dock.engine.create(request)));
  }
  return ids;
}

std::set<std::string> image_ids(const Dock& dock) {
  std::set<std::string> ids;
  for (const ImageRef& image : dock.engine.image_store().all()) {
    ids.insert(image->id);
  }
  return ids;
}

/// Those from which something leads here: names, containers, and images that
/// nobody names but that were there before and not meant.
std::set<std::string> reachable(const Dock& dock,
                                const std::set<std::string>& heads) {
  std::set<std::string> reached;
  for (const std::string& head : heads) {
    std::string id = head;
    while (!id.empty() && reached.insert(id).second) {
      const ImageRef image = dock.engine.image_store().get(id);
      id = image ? image->parent : "";
    }
  }
  return reached;
}

/// What holds images.  A stopped container does not hold those that go by
/// force.
std::set<std::string> heads_of(const Dock& dock,
                               const std::set<std::string>& forced) {
  std::set<std::string> heads;
  for (const ImageRef& image : dock.engine.image_store().all()) {
    if (!dock.engine.image_store().names_of(image->id).empty()) {
      heads.insert(image->id);
    }
  }
  for (const auto& [age, container] : dock.engine.containers()) {
    const ImageRef& image = container->image;
    if (image && !forced.contains(image->id)) heads.insert(image->id);
  }
  return heads;
}

/// Its name, where it has one.
std::string typed_of(const Dock& dock, const std::string& id) {
  const auto names = dock.engine.image_store().names_of(id);
  return names.empty() ? id : names.front().str();
}

void check(const Rules& rules, const Forest& forest) {
  Dock dock(rules);
  const List planted = plant(dock, forest);
  const std::size_t target =
      static_cast<std::size_t>(forest.removed) % planted.size();
  std::set<std::string> forced;
  if (forest.force) forced = {planted[target]};
  // The force of 1.8 goes on to the parents.
  if (!rules.content_ids) forced = reachable(dock, forced);
  const std::set<std::string> before = image_ids(dock);
  const std::set<std::string> idle_before = [&] {
    std::set<std::string> idle = before;
    for (const std::string& id : reachable(dock, heads_of(dock, forced))) {
      idle.erase(id);
    }
    return idle;
  }();
  RmiRequest request;
  request.force = forest.force;
  const auto removed =
      dock.run(dock.engine.rmi(typed_of(dock, planted[target]), request));
  const std::set<std::string> after = image_ids(dock);
  // All that a name or a container leads to is there.
  for (const std::string& id : reachable(dock, heads_of(dock, forced))) {
    RC_ASSERT(after.contains(id));
  }
  if (!removed) return;
  // What went was reached by nothing else; what was idle before may stay.
  std::set<std::string> expected = reachable(dock, heads_of(dock, forced));
  expected.insert(idle_before.begin(), idle_before.end());
  for (const std::string& id : reachable(dock, idle_before)) {
    expected.insert(id);
  }
  for (const std::string& id : after) RC_ASSERT(expected.contains(id));
  // Each layer that is left belongs to an image that is left, or lies below a
  // container.
  std::set<LayerId> layers;
  for (const ImageRef& image : dock.engine.image_store().all()) {
    layers.insert(image->layer);
  }
  for (const auto& [age, container] : dock.engine.containers()) {
    if (container->image) layers.insert(container->image->layer);
  }
  for (const auto& [layer, content] : dock.backend.layers) {
    if (!layer.empty()) RC_ASSERT(layers.contains(layer));
  }
}

}  // namespace

TEST_CASE("rmi frees exactly what nothing reaches", "[property]") {
  rc::prop("in docker-1.8", [] { check(rules_1_8(), *any_forest()); });
  rc::prop("in docker-20.10", [] { check(rules_20_10(), *any_forest()); });
}

}  // namespace drydock::engine
