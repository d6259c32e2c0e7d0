// ledger.cc — what an engine leaves to its successor: rows kept as they change,
// and taken up again.
//
// Deeds and rows cannot happen at one instant, so their order decides what a
// crash between them leaves.  What is made is made first and written down
// afterwards: unwritten things are swept away by the backend.  What is removed
// is first written off (images, layers) or marked (containers): what is still
// there is removed once more.

#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"
#include "sim/engine/pools.h"
#include "sim/engine/rows.h"

namespace drydock::engine {

namespace {

constexpr char kRemovedImage[] = "removed_images";
constexpr std::size_t kNumberDigits = 20;

/// So that the order of keys is that of numbers.
std::string event_key(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(kNumberDigits - digits.size(), '0') + digits;
}

/// "repository:tag" or "repository@sha256:...", as the store names its rows.
image::Reference reference_in(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at != std::string::npos) {
    return {text.substr(0, at), "", text.substr(at + 1)};
  }
  const std::size_t colon = text.rfind(':');
  return {text.substr(0, colon), text.substr(colon + 1), ""};
}

/// Rows of one table, by key.
std::map<std::string, std::string> rows_in(const std::vector<Record>& records,
                                           std::string_view table) {
  std::map<std::string, std::string> rows;
  for (const Record& record : records) {
    if (record.table == table && record.json) rows[record.key] = *record.json;
  }
  return rows;
}

/// Each layer after the one that it stands on.
void add_layers(const std::vector<Record>& records, image::LayerStore* store) {
  std::map<std::string, image::LayerStore::Entry> waiting;
  for (const auto& [id, json] : rows_in(records, "layers")) {
    image::LayerStore::Entry layer;
    if (from_row(json, &layer)) waiting.emplace(id, std::move(layer));
  }
  bool moved = true;
  while (moved) {
    moved = false;
    for (auto at = waiting.begin(); at != waiting.end();) {
      const std::string& below = at->second.parent;
      if (!below.empty() && !store->get(below)) {
        ++at;
        continue;
      }
      store->add(std::move(at->second));
      at = waiting.erase(at);
      moved = true;
    }
  }
}

/// A network with all of its addresses free.
std::optional<Network> network_in(const std::string& json, bool in_sequence) {
  Network network;
  std::string gateway;
  if (!from_row(json, &network, &gateway)) return std::nullopt;
  const auto subnet = parse_subnet(network.subnet);
  if (!subnet) return std::nullopt;
  network.pool = std::make_unique<AddressPool>(gateway, subnet->prefix_length,
                                               in_sequence);
  return network;
}

}  // namespace

// --- Keeping
// -------------------------------------------------------------------

std::optional<std::string> Engine::row_of(const std::string& table,
                                          const std::string& key) const {
  if (table == "containers") {
    const auto found = by_id_.find(key);
    if (found == by_id_.end()) return std::nullopt;
    return to_row(*found->second);
  }
  if (table == "images") {
    const ImageRef image = images_.get(key);
    return image ? std::optional(to_row(*image)) : std::nullopt;
  }
  if (table == kRemovedImage) {
    // A container may stand on an image that is no more in the store.
    const auto users = users_.find(key);
    if (images_.get(key) || users == users_.end()) return std::nullopt;
    return to_row(*by_age_.at(*users->second.begin())->image);
  }
  if (table == "names") {
    const ImageRef image = images_.tagged(reference_in(key));
    if (!image) return std::nullopt;
    return to_row(StringMap{{"id", image->id}});
  }
  if (table == "layers") {
    const auto* const layer = layers_.get(key);
    return layer ? std::optional(to_row(*layer)) : std::nullopt;
  }
  if (table == "volumes") {
    const Volume* const volume = volumes_.find(key);
    return volume ? std::optional(to_row(*volume)) : std::nullopt;
  }
  if (table == "networks") {
    const Network* const network = networks_.find(key);
    return network ? std::optional(to_row(*network)) : std::nullopt;
  }
  const auto& links = links_.children(key);
  return links.empty() ? std::nullopt : std::optional(to_row(links));
}

/// What has happened since the last time, and what the ring has forgotten.
void Engine::collect_events(std::vector<Record>* records) {
  const std::uint64_t total = events_.total();
  const std::uint64_t first = total - events_.kept().size();
  for (std::uint64_t at = std::max(events_saved_, first); at < total; ++at) {
    records->push_back(
        {"events", event_key(at + 1), to_row(events_.kept()[at - first])});
  }
  for (std::uint64_t at = events_dropped_; at < first; ++at) {
    records->push_back({"events", event_key(at + 1), std::nullopt});
  }
  events_saved_ = total;
  events_dropped_ = first;
}

Task<Outcome> Engine::save() {
  if (!backend_.keeps_records()) co_return done();
  const std::set<Journal::Row> rows = journal_.take();
  std::vector<Record> records;
  for (const auto& [table, key] : rows) {
    records.push_back({table, key, row_of(table, key)});
    if (table == "images") {
      records.push_back({kRemovedImage, key, row_of(kRemovedImage, key)});
    }
  }
  const std::uint64_t saved = events_saved_, dropped = events_dropped_;
  collect_events(&records);
  if (records.empty()) co_return done();
  const Outcome kept = co_await backend_.persist(std::move(records));
  if (kept) co_return done();
  for (const auto& [table, key] : rows) journal_.touch(table, key);
  events_saved_ = saved;
  events_dropped_ = dropped;
  co_return kept;
}

Task<void> Engine::keep_changes() {
  const Outcome kept = co_await save();
  if (kept) co_return;
  explain(backend_, StepKind::trouble, "what", "records", "why",
          kept.error().text);
}

Task<void> Engine::keep(const Container& container) {
  if (!backend_.keeps_records()) co_return;
  journal_.touch("containers", container.id);
  co_await keep_changes();
}

// --- Taking up
// -----------------------------------------------------------------

void Engine::restore_images(const std::vector<Record>& records) {
  add_layers(records, &layers_);
  std::map<std::uint64_t, Image> by_order;
  for (const auto& [id, json] : rows_in(records, "images")) {
    Image image;
    if (!from_row(json, &image)) continue;
    if (!image.layer.empty() && !layers_.get(image.layer)) continue;
    by_order.emplace(image.order, std::move(image));
  }
  for (auto& [order, image] : by_order) {
    layers_.use(image.layer);
    images_.add(std::move(image));
  }
  for (const auto& [name, json] : rows_in(records, "names")) {
    StringMap row;
    if (!from_row(json, &row)) continue;
    const ImageRef image = images_.get(row["id"]);
    if (!image) continue;
    images_.tag(reference_in(name), image->id, image->last_tagged);
  }
}

/// What it holds of the host's network while it runs.
void Engine::restore_network(Container& container) {
  if (!container.run.has_process()) return;
  const NetworkSpec& spec = container.network.spec;
  if (!spec.address.empty() && spec.bridge == rules_.bridge_name) {
    (void)addresses_.take(spec.address);
    if (Network* const bridge = networks_.find("bridge")) {
      bridge->members[container.id] = {
          {bridge->id, container.network.endpoint, spec}, std::nullopt};
    }
  }
  for (const auto& [name, endpoint] : container.network.endpoints) {
    Network* const network = networks_.find(name);
    AddressPool* const pool = network ? pool_of(*network, addresses_) : nullptr;
    if (!pool) continue;
    (void)pool->take(endpoint.spec.address);
    network->members[container.id] = {endpoint, std::nullopt};
  }
  for (const PortBinding& port : container.network.ports) {
    (void)ports_.take(port.host_ip, port.protocol, port.host_port);
  }
}

Outcome Engine::restore_containers(const std::vector<Record>& records) {
  std::map<std::string, ImageRef> removed;
  for (const auto& [id, json] : rows_in(records, kRemovedImage)) {
    Image image;
    if (from_row(json, &image)) {
      removed[id] = std::make_shared<const Image>(std::move(image));
    }
  }
  for (const auto& [id, json] : rows_in(records, "containers")) {
    auto container = std::make_shared<Container>();
    std::string image;
    if (!from_row(json, container.get(), &image)) {
      return Error{"the record of container " + id + " cannot be read"};
    }
    container->image = images_.get(image);
    if (!container->image && removed.contains(image)) {
      container->image = removed.at(image);
    }
    if (container->image) {
      users_[container->image->id].insert(container->age);
      layers_.use(container->image->layer);
    }
    take_name(*container);
    by_age_[container->age] = container.get();
    next_age_ = std::max(next_age_, container->age + 1);
    if (container->run.running()) running_[container->age] = container.get();
    for (const MountPoint& mount : container->mounts) {
      Volume* const volume = volumes_.find(mount.name);
      if (volume) volume->users.insert(id);
    }
    restore_network(*container);
    by_id_.emplace(id, std::move(container));
  }
  return done();
}

Outcome Engine::restore(const std::vector<Record>& records) {
  restore_images(records);
  for (const auto& [name, json] : rows_in(records, "volumes")) {
    Volume volume;
    if (from_row(json, &volume)) volumes_.add(std::move(volume));
  }
  for (const auto& [id, json] : rows_in(records, "networks")) {
    auto network = network_in(json, rules_.addresses_in_sequence);
    if (network) networks_.add(std::move(*network));
  }
  const Outcome restored = restore_containers(records);
  if (!restored) return restored;
  for (const auto& [parent, json] : rows_in(records, "links")) {
    std::map<std::string, ContainerId> links;
    if (!by_id_.contains(parent) || !from_row(json, &links)) continue;
    for (const auto& [alias, child] : links) {
      if (by_id_.contains(child)) links_.add(parent, alias, child);
    }
  }
  for (const auto& [key, json] : rows_in(records, "events")) {
    EventRecord event;
    const auto number = parse_int(key);
    if (!number || !from_row(json, &event)) continue;
    events_.restore(std::move(event), static_cast<std::uint64_t>(*number));
  }
  events_saved_ = events_.total();
  events_dropped_ = events_saved_ - events_.kept().size();
  // Layers of an image that was never written down.
  List unused;
  for (const auto& [id, layer] : layers_.all()) {
    if (layer.uses == 0) unused.push_back(id);
  }
  for (const std::string& id : unused) layers_.release(id);
  // All that was dropped on the way is to be dropped from the store, too.
  journal_.take();
  for (const Record& record : records) {
    const bool derived = record.table == "events";
    if (derived || row_of(record.table, record.key)) continue;
    journal_.touch(record.table, record.key);
  }
  return done();
}

Task<void> Engine::resume_one(ContainerRef container) {
  const bool ended_for_good =
      container->host->auto_remove && container->run.state == State::exited;
  if (container->removing || ended_for_good) {
    const bool volumes = !container->removing || container->removing_volumes;
    const Done gone = co_await discard(container, volumes, container->name);
    if (!gone) {
      explain(backend_, StepKind::trouble, "what", "removal", "why",
              gone.error().text);
    }
    co_return;
  }
  if (!container->run.running()) co_return;
  if (container->run.state == State::restarting) {
    set_monitor(container, go_on_restarting(container));
    co_return;
  }
  ContainerSpec spec = spec_of(*container);
  const std::int64_t pid = container->run.pid;
  const Outcome adopted = co_await backend_.adopt(std::move(spec), pid);
  if (!adopted) {
    explain(backend_, StepKind::trouble, "what", "container " + container->id,
            "why", adopted.error().text);
  }
  set_monitor(container, watch_over(container));
  start_health(container);
}

Task<void> Engine::resume() {
  std::vector<ContainerRef> all;
  for (const auto& [age, container] : by_age_) {
    all.push_back(by_id_.find(container->id)->second);
  }
  for (const ContainerRef& container : all) co_await resume_one(container);
  co_await keep_changes();
}

}  // namespace drydock::engine
