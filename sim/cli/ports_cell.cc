// ports_cell.cc — the PORTS column, grouped into ranges.

#include "sim/cli/ports_cell.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::cli {

namespace {

/// Ports that follow one another, of one address and protocol.
struct Group {
  std::string ip, protocol;
  int first = 0, last = 0;

  std::string str() const {
    const std::string range = first == last ? std::to_string(first)
                                            : fmt::format("{}-{}", first, last);
    const std::string ports =
        ip.empty() ? range : fmt::format("{}:{}->{}", ip, range, range);
    return ports + "/" + protocol;
  }
};

}  // namespace

std::string ports_cell(std::vector<engine::PortBinding> ports) {
  std::ranges::stable_sort(ports, [](const auto& a, const auto& b) {
    return std::tie(a.container_port, a.host_ip, a.host_port, a.protocol) <
           std::tie(b.container_port, b.host_ip, b.host_port, b.protocol);
  });
  List cells, mapped;
  std::vector<Group> groups;
  for (const engine::PortBinding& port : ports) {
    const bool published = port.host_port != 0;
    if (published && port.host_port != port.container_port) {
      mapped.push_back(fmt::format("{}:{}->{}/{}", port.host_ip, port.host_port,
                                   port.container_port, port.protocol));
      continue;
    }
    const std::string ip = published ? port.host_ip : "";
    const auto group = std::ranges::find_if(groups, [&](const Group& g) {
      return g.ip == ip && g.protocol == port.protocol;
    });
    const int number = port.container_port;
    if (group == groups.end()) {
      groups.push_back({ip, port.protocol, number, number});
    } else if (group->last + 1 == number) {
      group->last = number;
    } else {
      cells.push_back(group->str());
      group->first = group->last = number;
    }
  }
  for (const Group& group : groups) cells.push_back(group.str());
  cells.insert(cells.end(), mapped.begin(), mapped.end());
  return join(cells, ", ");
}

}  // namespace drydock::cli
