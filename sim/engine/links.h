// links.h — `--link`: edges from a parent to a child, under an alias.

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/journal.h"
#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/image/layer_graph.h"

namespace drydock::engine {

/// "child:alias" in its parts; "/child:/parent/alias" is accepted too.
struct LinkSpec {
  std::string child, alias;
};
Result<LinkSpec> parse_link(std::string_view text);

/// Parent -> alias -> child, both by id; and back.
class LinkTable {
 public:
  /// From here on changes are told: rows "links" by parent.
  void tell(Journal* journal) { journal_ = journal; }

  /// The first definition of an alias wins: then false.
  bool add(const ContainerId& parent, const std::string& alias,
           const ContainerId& child);
  bool remove(const ContainerId& parent, const std::string& alias);
  void forget(const ContainerId& container);  // All its edges, both ways.

  /// Alias -> child, by alias.
  const std::map<std::string, ContainerId>& children(
      const ContainerId& parent) const;
  /// (parent, alias) of each edge that leads here.
  const std::set<std::pair<ContainerId, std::string>>& parents(
      const ContainerId& child) const;

 private:
  Journal* journal_ = nullptr;
  std::map<ContainerId, std::map<std::string, ContainerId>> children_;
  std::map<ContainerId, std::set<std::pair<ContainerId, std::string>>> parents_;
};

}  // namespace drydock::engine
