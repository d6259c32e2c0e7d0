// layer_graph.h — how images stand on each other: a graph of ids.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/text.h"

namespace drydock::image {

/// An arrow from a thing to what it stands on (or, for links, points at).
struct Edge {
  std::string from, to, label;
};

/// A small directed graph of named nodes, for questions that are asked
/// seldom: pictures, cycles, orders.  Commands use the store's own indexes.
class LayerGraph {
 public:
  struct Node {
    std::string name, label, shape;
  };

  void add_node(Node node);
  void add_edge(Edge edge);  // Both ends must be nodes.

  /// All that can be reached from here, itself first, in order of discovery.
  List reachable(std::string_view from) const;

  /// The nodes of one cycle, in order; empty if there is none.
  List cycle() const;

  /// Each node after all that it points to; empty if there is a cycle.
  List order() const;

  /// Graphviz, for pictures: `dot -Tsvg`.
  std::string dot(std::string_view title) const;

 private:
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
};

}  // namespace drydock::image
