// linking.cc — what a link does: checks, variables, lines of /etc/hosts
// (behaviour.md §3).

#include <algorithm>
#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"

namespace drydock::engine {

Answer<std::vector<Engine::LinkTarget>> Engine::plan_links(
    const Container& container) const {
  std::vector<LinkTarget> targets;
  for (const std::string& typed : container.host->links) {
    const Result<LinkSpec> spec = parse_link(typed);
    if (!spec) return Fault{Fault::Kind::bad_parameter, spec.error().text};
    const Answer<ContainerRef> child = find(spec->child);
    if (!child) {
      return rules_.fault(Fault::Kind::not_found, Object::container,
                          Message::link_to_unknown,
                          fmt::arg("typed", spec->child));
    }
    targets.push_back({spec->alias, (*child)->id});
  }
  return targets;
}

/// "/child:/parent/alias", as inspect shows it.
static std::string link_text(const Container& parent, const Container& child,
                             const std::string& alias) {
  return fmt::format("/{}:/{}/{}", child.name, parent.name, alias);
}

List Engine::links_of(const Container& parent) const {
  List texts;
  for (const auto& [alias, id] : links_.children(parent.id)) {
    const auto child = by_id_.find(id);
    if (child == by_id_.end()) continue;
    texts.push_back(link_text(parent, *child->second, alias));
  }
  return texts;
}

namespace {

/// The child's exposed ports, ascending.
std::vector<Port> exposed_ports(const Container& child) {
  std::vector<Port> ports;
  for (const std::string& text : child.config.exposed_ports) {
    const Result<Port> port = parse_port(text);
    if (port) ports.push_back(*port);
  }
  std::stable_sort(ports.begin(), ports.end(), ascending);
  return ports;
}

/// For each run of three contiguous ports or more: where it begins and ends.
void add_runs(List& env, const std::string& alias, const std::string& ip,
              const std::vector<Port>& ports) {
  for (std::size_t first = 0; first < ports.size();) {
    std::size_t last = first;
    while (last + 1 < ports.size() &&
           ports[last + 1].protocol == ports[first].protocol &&
           ports[last + 1].number == ports[last].number + 1) {
      ++last;
    }
    if (last - first >= 2) {
      const Port &a = ports[first], &b = ports[last];
      const std::string base =
          fmt::format("{}_PORT_{}_{}", alias, a.number, upper(a.protocol));
      env.push_back(
          fmt::format("{}_START={}://{}:{}", base, a.protocol, ip, a.number));
      env.push_back(fmt::format("{}_ADDR={}", base, ip));
      env.push_back(fmt::format("{}_PROTO={}", base, a.protocol));
      env.push_back(fmt::format("{}_PORT_START={}", base, a.number));
      env.push_back(
          fmt::format("{}_END={}://{}:{}", base, b.protocol, ip, b.number));
      env.push_back(fmt::format("{}_PORT_END={}", base, b.number));
    }
    first = last + 1;
  }
}

void add_ports(List& env, const std::string& alias, const std::string& ip,
               const std::vector<Port>& ports) {
  if (ports.empty()) return;
  const auto url = [&](const Port& port) {
    return fmt::format("{}://{}:{}", port.protocol, ip, port.number);
  };
  env.push_back(fmt::format("{}_PORT={}", alias, url(ports.front())));
  add_runs(env, alias, ip, ports);
  for (const Port& port : ports) {
    const std::string base =
        fmt::format("{}_PORT_{}_{}", alias, port.number, upper(port.protocol));
    env.push_back(fmt::format("{}={}", base, url(port)));
    env.push_back(fmt::format("{}_ADDR={}", base, ip));
    env.push_back(fmt::format("{}_PORT={}", base, port.number));
    env.push_back(fmt::format("{}_PROTO={}", base, port.protocol));
  }
}

}  // namespace

List Engine::link_environment(const Container& parent) const {
  List env;
  for (const auto& [alias, id] : links_.children(parent.id)) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) continue;
    const Container& child = *found->second;
    const std::string name = replace_all(upper(alias), "-", "_");
    add_ports(env, name, child.network.spec.address, exposed_ports(child));
    env.push_back(fmt::format("{}_NAME=/{}/{}", name, parent.name, alias));
    if (!child.config.env) continue;
    for (const std::string& entry : *child.config.env) {
      const std::string_view key = image::env_key(entry);
      if (key.size() == entry.size() || key == "HOME" || key == "PATH")
        continue;
      env.push_back(fmt::format("{}_ENV_{}", name, entry));
    }
  }
  return env;
}

std::string Engine::link_hosts(const Container& parent) const {
  std::string lines;
  for (const auto& [alias, id] : links_.children(parent.id)) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) continue;
    const Container& child = *found->second;
    lines += fmt::format("{}\t{} {}", child.network.spec.address, alias,
                         child.config.hostname);
    if (child.name != alias) lines += " " + child.name;
    lines += "\n";
  }
  return lines;
}

/// Why the parent's links forbid its start.
std::optional<Fault> Engine::link_fault(const Container& parent) const {
  for (const auto& [alias, id] : links_.children(parent.id)) {
    const auto child = by_id_.find(id);
    if (child == by_id_.end() || child->second->run.running()) continue;
    return rules_.fault(
        Fault::Kind::internal, Object::container, Message::link_to_stopped,
        fmt::arg("child", "/" + child->second->name),
        fmt::arg("alias", fmt::format("/{}/{}", parent.name, alias)));
  }
  return std::nullopt;
}

/// The child has a new address: running parents learn it in /etc/hosts; their
/// environment keeps the old one.
Task<void> Engine::refresh_links(ContainerId child) {
  const auto parents = links_.parents(child);
  for (const auto& [id, alias] : parents) {
    const auto parent = by_id_.find(id);
    if (parent == by_id_.end()) continue;
    const ContainerRef container = parent->second;
    if (!container->run.has_process()) continue;
    const Outcome written = co_await backend_.rewrite_file(
        container->id, "/etc/hosts", hosts_file(*container));
    if (!written) co_return;  // It has just ended: nobody to tell.
    explain(backend_, StepKind::link_hosts, "container", container->id, "alias",
            alias, "address", by_id_.find(child)->second->network.spec.address);
  }
}

/// `rm -l parent/alias`
Done Engine::remove_link(std::string_view typed) {
  std::string_view path = typed;
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) {
    return Fault{Fault::Kind::conflict,
                 "Conflict, cannot remove the default name of the container",
                 Object::container};
  }
  const Answer<ContainerRef> parent = find(path.substr(0, slash));
  if (!parent) return parent.error();
  const std::string alias(path.substr(slash + 1));
  if (!links_.remove((*parent)->id, alias)) return unknown(typed);
  explain(backend_, StepKind::link_gone, "parent", (*parent)->name, "alias",
          alias);
  return did_it();
}

}  // namespace drydock::engine
