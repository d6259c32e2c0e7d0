// state.cc — the whole engine as one JSON text.

#include <utility>

#include "sim/base/sha256.h"
#include "sim/engine/engine.h"
#include "sim/engine/inspect.h"
#include "sim/engine/inspect_parts.h"

namespace drydock::engine {

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

Value run_value(const RunState& run) {
  return Value::structure("", {{"state", name_of(run.state)},
                               {"oom_killed", run.oom_killed},
                               {"pid", run.pid},
                               {"exit_code", run.exit_code},
                               {"error", run.error},
                               {"started_at", run.started_at},
                               {"finished_at", run.finished_at}});
}

Value bindings_value(const std::vector<PortBinding>& bindings) {
  std::vector<Value> items;
  for (const PortBinding& binding : bindings) {
    items.push_back(
        Value::structure("", {{"host_ip", binding.host_ip},
                              {"host_port", int{binding.host_port}},
                              {"container_port", int{binding.container_port}},
                              {"protocol", binding.protocol}}));
  }
  return Value::slice(std::move(items));
}

Value mounts_value(const std::vector<MountPoint>& mounts) {
  std::vector<Value> items;
  for (const MountPoint& mount : mounts) {
    items.push_back(
        Value::structure("", {{"kind", static_cast<int>(mount.kind)},
                              {"name", mount.name},
                              {"source", mount.source},
                              {"destination", mount.destination},
                              {"driver", mount.driver},
                              {"mode", mount.mode},
                              {"rw", mount.rw},
                              {"propagation", mount.propagation},
                              {"anonymous", mount.anonymous},
                              {"no_copy", mount.no_copy},
                              {"borrowed", mount.borrowed}}));
  }
  return Value::slice(std::move(items));
}

Value network_value(const NetworkSettings& network) {
  const NetworkSpec& spec = network.spec;
  return Value::structure("", {{"mode", static_cast<int>(spec.mode)},
                               {"joined", spec.container},
                               {"bridge", spec.bridge},
                               {"address", spec.address},
                               {"prefix_length", spec.prefix_length},
                               {"gateway", spec.gateway},
                               {"mac_address", spec.mac_address},
                               {"ports", bindings_value(network.ports)},
                               {"sandbox", network.sandbox},
                               {"endpoint", network.endpoint}});
}

Value execs_value(const Container& container) {
  std::vector<Value> items;
  for (const auto& [id, exec] : container.execs) {
    items.push_back(
        Value::structure("", {{"id", id},
                              {"argv", Value::strings(exec.process.argv)},
                              {"env", Value::strings(exec.process.env)},
                              {"groups", Value::strings(exec.process.groups)},
                              {"privileged", exec.process.privileged},
                              {"open_stdin", exec.open_stdin},
                              {"open_stdout", exec.open_stdout},
                              {"open_stderr", exec.open_stderr},
                              {"detach_keys", exec.detach_keys},
                              {"user", exec.process.user},
                              {"cwd", exec.process.cwd},
                              {"tty", exec.process.tty},
                              {"started", exec.started},
                              {"running", exec.running},
                              {"pid", exec.pid},
                              {"exit_code", exec.exit_code}}));
  }
  return Value::slice(std::move(items));
}

/// The record is the same in all profiles: its defaults are one of them's.
const Rules& record_rules() {
  static const Rules rules = rules_20_10();
  return rules;
}

Value networks_record(const Container& container) {
  std::vector<Value> items;
  for (const auto& [name, wish] : container.wishes) {
    const auto place = container.network.endpoints.find(name);
    const bool joined = place != container.network.endpoints.end();
    items.push_back(Value::structure(
        "", {{"name", name},
             {"aliases", Value::strings(wish.aliases)},
             {"wished_address", wish.address},
             {"address", joined ? place->second.spec.address : ""},
             {"endpoint", joined ? place->second.id : ""}}));
  }
  return Value::slice(std::move(items));
}

Value network_record(const Network& network) {
  List members;
  for (const auto& [id, endpoint] : network.members) members.push_back(id);
  return Value::structure(
      "", {{"name", network.name},
           {"id", network.id},
           {"subnet", network.subnet},
           {"internal", network.internal},
           {"gateway", network.pool ? network.pool->gateway() : ""},
           {"members", Value::strings(members)}});
}

Value record_of(const Container& container) {
  return Value::structure(
      "", {{"id", container.id},
           {"name", container.name},
           {"age", container.age},
           {"created", container.created},
           {"path", container.path},
           {"args", Value::strings(container.args)},
           {"image", container.image ? container.image->id : ""},
           {"run", run_value(container.run)},
           {"config", image::config_value(container.config,
                                          image::Grammar::docker_20_10)},
           {"host_config",
            host_config_recent(*container.host, container.host->links,
                               record_rules())},
           {"networks", networks_record(container)},
           {"health", container.run.health.status},
           {"health_streak", container.run.health.failing_streak},
           {"memory_swappiness", container.host->limits.memory_swappiness},
           {"mounts", mounts_value(container.mounts)},
           {"network", network_value(container.network)},
           {"restart_count", container.restart_count},
           {"failures", container.failures},
           {"back_off", container.back_off},
           {"stop_wanted", container.stop_wanted},
           {"stopped_by_hand", container.stopped_by_hand},
           {"removing", container.removing},
           {"execs", execs_value(container)}});
}

Value names_value(const std::vector<image::Reference>& names) {
  List texts;
  for (const image::Reference& name : names) texts.push_back(name.str());
  return Value::strings(texts);
}

Value image_record(const Image& image,
                   const std::vector<image::Reference>& names) {
  return Value::structure(
      "", {{"id", image.id},
           {"parent", image.parent},
           {"names", names_value(names)},
           {"layer", image.layer},
           {"size", image.size},
           {"virtual_size", image.virtual_size},
           {"diff_ids", Value::strings(image.diff_ids)},
           {"json", image::image_json(image, image::Grammar::docker_20_10)}});
}

/// Labels and options, which may be absent altogether.
Value map_value(const std::optional<StringMap>& map) {
  if (!map) return Value::nil_map();
  Entries entries;
  for (const auto& [key, value] : *map) entries.emplace_back(key, value);
  return Value::map(std::move(entries));
}

Value layer_record(const image::LayerStore::Entry& layer) {
  return Value::structure("", {{"id", layer.id},
                               {"parent", layer.parent},
                               {"chain_id", layer.chain_id},
                               {"diff_id", layer.diff_id},
                               {"size", layer.size},
                               {"virtual_size", layer.virtual_size},
                               {"uses", layer.uses}});
}

/// What only the backend knows of the trees, as one digest each.
Value content_value(Backend& backend, const Container& container) {
  const auto files = backend.rootfs_facts(container.id);
  return Value::structure("", {{"id", container.id},
                               {"files", files ? files->digest : ""},
                               {"log", backend.log_digest(container.id)}});
}

Value content_value(Backend& backend, const Volume& volume) {
  const auto files = backend.volume_facts(volume.name);
  return Value::structure(
      "", {{"volume", volume.name}, {"files", files ? files->digest : ""}});
}

Value volume_record(const Volume& volume) {
  const List users(volume.users.begin(), volume.users.end());
  return Value::structure("", {{"name", volume.name},
                               {"path", volume.path},
                               {"created", volume.created},
                               {"anonymous", volume.anonymous},
                               {"labels", map_value(volume.labels)},
                               {"options", map_value(volume.options)},
                               {"users", Value::strings(users)}});
}

Value event_record(const EventRecord& event) {
  Entries attributes;
  for (const auto& [key, value] : event.about->attributes) {
    attributes.emplace_back(key, value);
  }
  return Value::structure("", {{"time", event.time},
                               {"type", event.about->type},
                               {"action", event.action},
                               {"id", event.about->id},
                               {"attributes", Value::map(attributes)}});
}

}  // namespace

std::string Engine::state_json() const {
  std::vector<Value> containers, layers, images, volumes, networks, links;
  std::vector<Value> contents, events;
  for (const auto& [age, container] : by_age_) {
    containers.push_back(record_of(*container));
    contents.push_back(content_value(backend_, *container));
    for (const auto& [alias, child] : links_.children(container->id)) {
      links.push_back(Value::structure(
          "", {{"parent", container->id}, {"alias", alias}, {"child", child}}));
    }
  }
  for (const ImageRef& image : images_.all()) {
    images.push_back(image_record(*image, images_.names_of(image->id)));
  }
  for (const auto& [name, volume] : volumes_.all()) {
    volumes.push_back(volume_record(volume));
    contents.push_back(content_value(backend_, volume));
  }
  for (const auto& [id, layer] : layers_.all()) {
    layers.push_back(layer_record(layer));
  }
  for (const auto& [name, network] : networks_.all()) {
    networks.push_back(network_record(network));
  }
  // What will come is part of the state too.
  Prng names = name_draws_;
  for (const EventRecord& event : events_.kept()) {
    events.push_back(event_record(event));
  }
  const Value state =
      Value::structure("", {{"profile", rules_.profile},
                            {"next_age", next_age_},
                            {"next_name", names.next()},
                            {"events_seen", events_.total()},
                            {"layers", Value::slice(std::move(layers))},
                            {"containers", Value::slice(std::move(containers))},
                            {"images", Value::slice(std::move(images))},
                            {"volumes", Value::slice(std::move(volumes))},
                            {"networks", Value::slice(std::move(networks))},
                            {"links", Value::slice(std::move(links))},
                            {"contents", Value::slice(std::move(contents))},
                            {"events", Value::slice(std::move(events))}});
  JsonStyle style;
  style.indent = "  ";
  return to_json(state, style) + "\n";
}

std::string Engine::state_hash() const { return sha256_hex(state_json()); }

// --- Inspect
// -------------------------------------------------------------------

Task<Answer<Value>> Engine::inspect_container(std::string who, bool size) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  InspectContext context{rules_, host_, {}, {}, links_of(*container)};
  if (size) {
    const Result<std::int64_t> rw =
        co_await backend_.rootfs_size(container->id);
    context.size_rw = rw ? *rw : 0;
    context.size_root_fs =
        *context.size_rw +
        (container->image ? container->image->virtual_size : 0);
  }
  co_return container_value(*container, context);
}

InfoReport Engine::info() const {
  InfoReport report;
  report.containers = static_cast<std::int64_t>(by_id_.size());
  for (const auto& [age, container] : running_) {
    const bool paused = container->run.state == State::paused;
    ++(paused ? report.paused : report.running);
  }
  report.stopped = report.containers - report.running - report.paused;
  report.images = static_cast<std::int64_t>(images_.count());
  report.host = host_;
  report.now = now();
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  Prng draws = Prng::stream(0, "engine id of " + host_.name);
  for (int group = 0; group < 12; ++group) {
    if (group > 0) report.id += ':';
    for (int at = 0; at < 4; ++at) report.id += kLetters[draws.below(32)];
  }
  return report;
}

}  // namespace drydock::engine
