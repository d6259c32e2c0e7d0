// links.cc — reading --link and keeping the edges.

#include "sim/engine/links.h"

#include "sim/base/text.h"

namespace drydock::engine {

Result<LinkSpec> parse_link(std::string_view text) {
  if (text.empty()) return Error{"empty string specified for links"};
  const List parts = split(text, ':');
  if (parts.size() > 2 || parts[0].empty() || parts.back().empty()) {
    return Error{"bad format for links: " + std::string(text)};
  }
  LinkSpec spec{parts[0], parts.back()};
  if (spec.child.starts_with('/')) spec.child.erase(0, 1);
  // "/child:/parent/alias" is how the engine itself writes a link.
  if (const std::size_t slash = spec.alias.rfind('/');
      slash != std::string::npos) {
    spec.alias.erase(0, slash + 1);
  }
  return spec;
}

bool LinkTable::add(const ContainerId& parent, const std::string& alias,
                    const ContainerId& child) {
  if (!children_[parent].emplace(alias, child).second) return false;
  parents_[child].emplace(parent, alias);
  touch(journal_, "links", parent);
  return true;
}

bool LinkTable::remove(const ContainerId& parent, const std::string& alias) {
  const auto edges = children_.find(parent);
  if (edges == children_.end()) return false;
  const auto edge = edges->second.find(alias);
  if (edge == edges->second.end()) return false;
  touch(journal_, "links", parent);
  const auto back = parents_.find(edge->second);
  back->second.erase({parent, alias});
  if (back->second.empty()) parents_.erase(back);
  edges->second.erase(edge);
  if (edges->second.empty()) children_.erase(edges);
  return true;
}

void LinkTable::forget(const ContainerId& container) {
  const auto down = children(container);
  for (const auto& [alias, child] : down) remove(container, alias);
  const auto up = parents(container);
  for (const auto& [parent, alias] : up) remove(parent, alias);
}

const std::map<std::string, ContainerId>& LinkTable::children(
    const ContainerId& parent) const {
  static const std::map<std::string, ContainerId> none;
  const auto edges = children_.find(parent);
  return edges == children_.end() ? none : edges->second;
}

const std::set<std::pair<ContainerId, std::string>>& LinkTable::parents(
    const ContainerId& child) const {
  static const std::set<std::pair<ContainerId, std::string>> none;
  const auto edges = parents_.find(child);
  return edges == parents_.end() ? none : edges->second;
}

}  // namespace drydock::engine
