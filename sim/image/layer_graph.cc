// layer_graph.cc — the questions to the graph, answered by Boost.Graph.

#include "sim/image/layer_graph.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>

namespace drydock::image {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                                    std::size_t, std::size_t>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

struct Built {
  Graph graph;
  std::map<std::string, Vertex, std::less<>> vertices;
};

Built build(const std::vector<LayerGraph::Node>& nodes,
            const std::vector<Edge>& edges) {
  Built built;
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    built.vertices[nodes[at].name] = boost::add_vertex(at, built.graph);
  }
  for (std::size_t at = 0; at < edges.size(); ++at) {
    const auto from = built.vertices.find(edges[at].from);
    const auto to = built.vertices.find(edges[at].to);
    if (from == built.vertices.end() || to == built.vertices.end()) continue;
    boost::add_edge(from->second, to->second, at, built.graph);
  }
  return built;
}

struct Discovered : boost::default_bfs_visitor {
  std::vector<Vertex>* order;
  void discover_vertex(Vertex vertex, const Graph&) const {
    order->push_back(vertex);
  }
};

/// Follows edges inside one strong component until a node comes again.
std::vector<Vertex> walk_round(const Graph& graph,
                               const std::vector<int>& component, Vertex at) {
  std::vector<Vertex> way;
  for (;;) {
    const auto seen = std::find(way.begin(), way.end(), at);
    if (seen != way.end()) return {seen, way.end()};
    way.push_back(at);
    const auto [first, last] = boost::adjacent_vertices(at, graph);
    at = *std::find_if(first, last, [&](Vertex next) {
      return component[next] == component[way.back()];
    });
  }
}

}  // namespace

void LayerGraph::add_node(Node node) { nodes_.push_back(std::move(node)); }
void LayerGraph::add_edge(Edge edge) { edges_.push_back(std::move(edge)); }

List LayerGraph::reachable(std::string_view from) const {
  const Built built = build(nodes_, edges_);
  const auto start = built.vertices.find(from);
  if (start == built.vertices.end()) return {};
  std::vector<Vertex> order;
  Discovered visitor;
  visitor.order = &order;
  boost::breadth_first_search(built.graph, start->second,
                              boost::visitor(visitor));
  List names;
  for (const Vertex vertex : order) {
    names.push_back(nodes_[built.graph[vertex]].name);
  }
  return names;
}

List LayerGraph::cycle() const {
  const Built built = build(nodes_, edges_);
  const Graph& graph = built.graph;
  std::vector<int> component(boost::num_vertices(graph));
  boost::strong_components(
      graph, boost::make_iterator_property_map(
                 component.begin(), boost::get(boost::vertex_index, graph)));
  for (Vertex at = 0; at < boost::num_vertices(graph); ++at) {
    const auto [first, last] = boost::adjacent_vertices(at, graph);
    const bool inside = std::any_of(first, last, [&](Vertex next) {
      return component[next] == component[at];
    });
    if (!inside) continue;
    List names;
    for (const Vertex vertex : walk_round(graph, component, at)) {
      names.push_back(nodes_[graph[vertex]].name);
    }
    return names;
  }
  return {};
}

List LayerGraph::order() const {
  if (!cycle().empty()) return {};
  const Built built = build(nodes_, edges_);
  std::vector<Vertex> order;
  boost::topological_sort(built.graph, std::back_inserter(order));
  List names;
  for (const Vertex vertex : order) {
    names.push_back(nodes_[built.graph[vertex]].name);
  }
  return names;
}

std::string LayerGraph::dot(std::string_view title) const {
  const Built built = build(nodes_, edges_);
  const auto write_node = [&](std::ostream& out, Vertex vertex) {
    const Node& node = nodes_[built.graph[vertex]];
    const std::string& label = node.label.empty() ? node.name : node.label;
    out << "[label=" << boost::escape_dot_string(label);
    if (!node.shape.empty()) out << ",shape=" << node.shape;
    out << "]";
  };
  const auto write_edge = [&](std::ostream& out, auto edge) {
    const Edge& arrow = edges_[built.graph[edge]];
    if (arrow.label.empty()) return;
    out << "[label=" << boost::escape_dot_string(arrow.label) << "]";
  };
  const auto write_graph = [&](std::ostream& out) {
    out << "label=" << boost::escape_dot_string(std::string(title)) << ";\n"
        << "rankdir=BT;\n";
  };
  std::ostringstream out;
  boost::write_graphviz(out, built.graph, write_node, write_edge, write_graph);
  return out.str();
}

}  // namespace drydock::image
