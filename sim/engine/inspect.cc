// inspect.cc — a container as Go's types hold it: field order, nils and names
// of Docker 1.8 (behaviour.md §inspect) and of 20.10 (recorded).

#include "sim/engine/inspect.h"

#include <utility>

#include "sim/base/sha256.h"
#include "sim/engine/inspect_parts.h"
#include "sim/engine/ports.h"

namespace drydock::engine {

namespace {

using Fields = std::vector<Field>;

bool recent(const InspectContext& context) {
  return context.rules.grammar == image::Grammar::docker_20_10;
}

// --- State -------------------------------------------------------------------

Value health_value(const Health& health) {
  std::vector<Value> log;
  for (const HealthLog& entry : health.log) {
    log.push_back(Value::structure("types.HealthcheckResult",
                                   {{"Start", Value(entry.start)},
                                    {"End", Value(entry.end)},
                                    {"ExitCode", entry.exit_code},
                                    {"Output", entry.output}})
                      .pointer());
  }
  return Value::structure("types.Health",
                          {{"Status", health.status},
                           {"FailingStreak", health.failing_streak},
                           {"Log", Value::slice(std::move(log))}})
      .pointer();
}

Value state_value(const RunState& run, bool with_status) {
  Fields fields;
  if (with_status) fields.push_back({"Status", name_of(run.state)});
  fields.push_back({"Running", run.running()});
  fields.push_back({"Paused", run.state == State::paused});
  fields.push_back({"Restarting", run.state == State::restarting});
  fields.push_back({"OOMKilled", run.oom_killed});
  fields.push_back({"Dead", run.state == State::dead});
  fields.push_back({"Pid", run.pid});
  fields.push_back({"ExitCode", run.exit_code});
  fields.push_back({"Error", run.error});
  if (with_status) {
    fields.push_back({"StartedAt", image::go_time(run.started_at)});
    fields.push_back({"FinishedAt", image::go_time(run.finished_at)});
    if (!run.health.status.empty()) {
      fields.push_back({"Health", health_value(run.health)});
    }
  } else {
    fields.push_back({"StartedAt", Value(run.started_at)});
    fields.push_back({"FinishedAt", Value(run.finished_at)});
  }
  return Value::structure("types.ContainerState", std::move(fields)).pointer();
}

// --- Network -----------------------------------------------------------------

Value ports_value(const Container& container, const InspectContext& context) {
  if (!container.run.has_process()) {
    return recent(context) ? Value::map({}) : Value::nil_map();
  }
  std::map<std::string, std::vector<Value>> bound;
  for (const std::string& port : container.config.exposed_ports) bound[port];
  for (const PortBinding& binding : container.network.ports) {
    const Port port{binding.container_port, binding.protocol};
    const std::string number = std::to_string(binding.host_port);
    bound[port.str()].push_back(host_port(binding.host_ip, number));
    if (context.rules.publish_on_ipv6 && binding.host_ip == "0.0.0.0") {
      bound[port.str()].push_back(host_port("::", number));
    }
  }
  std::vector<std::pair<std::string, Value>> entries;
  for (auto& [port, bindings] : bound) {
    Value value = bindings.empty() ? Value::nil_slice()
                                   : Value::slice(std::move(bindings));
    entries.emplace_back(port, std::move(value));
  }
  return Value::map(std::move(entries));
}

/// What identifies one run's place in the network.
struct Place {
  std::string sandbox, endpoint, network;
  bool connected = false;
};

Place place_of(const Container& container) {
  Place place;
  if (container.run.started_at == image::kZeroTime) return place;
  const std::string run =
      container.id + image::go_time(container.run.started_at);
  place.sandbox = sha256_hex("sandbox " + run);
  place.connected =
      container.run.has_process() && !container.network.spec.address.empty();
  if (place.connected) place.endpoint = sha256_hex("endpoint " + run);
  return place;
}

/// The default bridge is not among the endpoints: its place is the primary.
Endpoint bridge_endpoint(const Container& container, const Place& place,
                         const std::string& name) {
  Endpoint endpoint;
  const bool known = place.connected || !place.sandbox.empty();
  endpoint.network_id = known ? network_id(name) : "";
  endpoint.id = place.endpoint;
  endpoint.spec = container.network.spec;
  return endpoint;
}

Value networks_value(const Container& container, const Place& place) {
  const std::string& mode = container.host->network_mode;
  const std::string name = mode == "default" ? "bridge" : mode;
  if (name.starts_with(kContainerMode)) return Value::map({});
  std::map<std::string, Value> values;
  const bool own = container.wishes.contains(name) ||
                   container.network.endpoints.contains(name);
  if (!own) {
    values.emplace(
        name, endpoint_value(bridge_endpoint(container, place, name), nullptr));
  }
  for (const auto& [network, wish] : container.wishes) {
    const auto endpoint = container.network.endpoints.find(network);
    values.emplace(network,
                   endpoint_value(endpoint == container.network.endpoints.end()
                                      ? Endpoint{}
                                      : endpoint->second,
                                  &wish));
  }
  return Value::map({values.begin(), values.end()});
}

/// What stands beside "Networks" is the place on the default bridge, for those
/// who knew no other.
Endpoint top_endpoint(const Container& container, const Place& place) {
  const std::string& mode = container.host->network_mode;
  if (mode == "default" || mode == "bridge") {
    return bridge_endpoint(container, place, "bridge");
  }
  const auto later = container.network.endpoints.find("bridge");
  return later == container.network.endpoints.end() ? Endpoint{}
                                                    : later->second;
}

Value network_value_recent(const Container& container,
                           const InspectContext& context) {
  const Place place = place_of(container);
  const Endpoint top = top_endpoint(container, place);
  const NetworkSpec& spec = top.spec;
  const bool on = !spec.address.empty() && place.connected;
  const std::string key =
      place.sandbox.empty()
          ? ""
          : "/run/docker/netns/" + place.sandbox.substr(0, kShortIdDigits);
  return Value::structure("types.NetworkSettings",
                          {{"Bridge", ""},
                           {"SandboxID", place.sandbox},
                           {"HairpinMode", false},
                           {"LinkLocalIPv6Address", ""},
                           {"LinkLocalIPv6PrefixLen", 0},
                           {"Ports", ports_value(container, context)},
                           {"SandboxKey", key},
                           {"SecondaryIPAddresses", Value::nil_slice()},
                           {"SecondaryIPv6Addresses", Value::nil_slice()},
                           {"EndpointID", top.id},
                           {"Gateway", on ? spec.gateway : ""},
                           {"GlobalIPv6Address", ""},
                           {"GlobalIPv6PrefixLen", 0},
                           {"IPAddress", spec.address},
                           {"IPPrefixLen", on ? spec.prefix_length : 0},
                           {"IPv6Gateway", ""},
                           {"MacAddress", on ? spec.mac_address : ""},
                           {"Networks", networks_value(container, place)}})
      .pointer();
}

Value network_value_old(const Container& container,
                        const InspectContext& context) {
  const NetworkSpec& spec = container.network.spec;
  const Place place = place_of(container);
  const bool on = place.connected;
  const std::string key =
      on ? "/var/run/docker/netns/" + place.sandbox.substr(0, kShortIdDigits)
         : "";
  return Value::structure("network.Settings",
                          {{"Bridge", ""},
                           {"EndpointID", place.endpoint},
                           {"Gateway", on ? spec.gateway : ""},
                           {"GlobalIPv6Address", ""},
                           {"GlobalIPv6PrefixLen", 0},
                           {"HairpinMode", false},
                           {"IPAddress", spec.address},
                           {"IPPrefixLen", on ? spec.prefix_length : 0},
                           {"IPv6Gateway", ""},
                           {"LinkLocalIPv6Address", ""},
                           {"LinkLocalIPv6PrefixLen", 0},
                           {"MacAddress", on ? spec.mac_address : ""},
                           {"NetworkID", on ? network_id("bridge") : ""},
                           {"PortMapping", Value::nil_map()},
                           {"Ports", ports_value(container, context)},
                           {"SandboxKey", key},
                           {"SecondaryIPAddresses", Value::nil_slice()},
                           {"SecondaryIPv6Addresses", Value::nil_slice()}})
      .pointer();
}

// --- Mounts, paths, drivers
// ----------------------------------------------------

std::string_view kind_name(MountKind kind) {
  return kind == MountKind::bind     ? "bind"
         : kind == MountKind::volume ? "volume"
                                     : "tmpfs";
}

Value mounts_value(const Container& container, bool with_type) {
  std::vector<Value> items;
  for (const MountPoint& mount : container.mounts) {
    Fields fields;
    if (with_type) fields.push_back({"Type", kind_name(mount.kind)});
    fields.push_back({"Name", mount.name, Omit::when_empty});
    fields.push_back({"Source", mount.source});
    fields.push_back({"Destination", mount.destination});
    fields.push_back({"Driver", mount.driver, Omit::when_empty});
    fields.push_back({"Mode", mount.mode});
    fields.push_back({"RW", mount.rw});
    if (with_type) fields.push_back({"Propagation", mount.propagation});
    items.push_back(Value::structure("types.MountPoint", std::move(fields)));
  }
  return Value::slice(std::move(items));
}

}  // namespace

std::string layer_folder(std::string_view id) {
  return sha256_hex(std::string("layer ").append(id));
}

namespace {

/// Where the storage driver keeps a layer.
Value graph_driver(std::string_view id, std::string_view lower,
                   const InspectContext& context) {
  const std::string& driver = context.host.storage_driver;
  Value data = Value::nil_map();
  if (recent(context)) {
    const std::string base =
        fmt::format("{}/{}/{}", context.host.docker_root_dir, driver,
                    sha256_hex(std::string("layer ").append(id)));
    std::vector<std::pair<std::string, Value>> entries;
    if (!lower.empty()) {
      entries.emplace_back("LowerDir", std::string(lower));
    }
    entries.emplace_back("MergedDir", base + "/merged");
    entries.emplace_back("UpperDir", base + "/diff");
    entries.emplace_back("WorkDir", base + "/work");
    data = Value::map(std::move(entries));
    return Value::structure("types.GraphDriverData",
                            {{"Data", std::move(data)}, {"Name", driver}});
  }
  return Value::structure("types.GraphDriverData",
                          {{"Name", driver}, {"Data", std::move(data)}});
}

std::string diff_dir(std::string_view id, const InspectContext& context,
                     std::string_view suffix) {
  return fmt::format("{}/{}/{}{}/diff", context.host.docker_root_dir,
                     context.host.storage_driver, layer_folder(id), suffix);
}

Value exec_ids(const Container& container) {
  List ids;
  for (const auto& [id, exec] : container.execs) {
    if (exec.running) ids.push_back(id);
  }
  return list_or_nil(ids);
}

struct Paths {
  std::string resolv_conf, hostname, hosts, log;
};

Paths paths_of(const Container& container, const InspectContext& context) {
  Paths paths;
  // The files are written at the first start.
  if (container.run.started_at == image::kZeroTime) return paths;
  const std::string base =
      context.host.docker_root_dir + "/containers/" + container.id + "/";
  paths.resolv_conf = base + "resolv.conf";
  paths.hostname = base + "hostname";
  paths.hosts = base + "hosts";
  if (container.host->log_config.type == "json-file") {
    paths.log = base + container.id + "-json.log";
  }
  return paths;
}

void add_front(Fields& fields, const Container& container,
               const InspectContext& context) {
  const bool new_form = recent(context);
  fields.push_back({"Id", container.id, Omit::never, "ID"});
  fields.push_back({"Created", new_form
                                   ? Value(image::go_time(container.created))
                                   : Value(container.created)});
  fields.push_back({"Path", container.path});
  fields.push_back({"Args", Value::strings(container.args)});
  fields.push_back({"State", state_value(container.run, new_form)});
  const std::string image = !container.image ? ""
                            : new_form       ? "sha256:" + container.image->id
                                             : container.image->id;
  fields.push_back({"Image", image});
}

void add_paths(Fields& fields, const Container& container,
               const InspectContext& context) {
  const Paths paths = paths_of(container, context);
  fields.push_back({"ResolvConfPath", paths.resolv_conf});
  fields.push_back({"HostnamePath", paths.hostname});
  fields.push_back({"HostsPath", paths.hosts});
  fields.push_back({"LogPath", paths.log});
  fields.push_back({"Name", "/" + container.name});
  fields.push_back({"RestartCount", container.restart_count});
  fields.push_back({"Driver", context.host.storage_driver});
}

}  // namespace

Value container_value(const Container& container,
                      const InspectContext& context) {
  const bool new_form = recent(context);
  Fields fields;
  add_front(fields, container, context);
  if (!new_form) {
    fields.push_back(
        {"NetworkSettings", network_value_old(container, context)});
  }
  add_paths(fields, container, context);
  fields.push_back(new_form ? Field{"Platform", "linux"}
                            : Field{"ExecDriver", "native-0.2"});
  fields.push_back({"MountLabel", ""});
  fields.push_back({"ProcessLabel", ""});
  fields.push_back({"AppArmorProfile", ""});
  fields.push_back({"ExecIDs", exec_ids(container)});
  fields.push_back(
      {"HostConfig",
       new_form
           ? host_config_recent(*container.host, context.links, context.rules)
           : host_config_old(*container.host, context.links)});
  const std::string layer = container.image ? container.image->layer : "";
  const std::string lower = diff_dir(container.id, context, "-init") + ":" +
                            diff_dir(layer, context, "");
  fields.push_back({"GraphDriver", graph_driver(container.id, lower, context)});
  if (context.size_rw) {
    fields.push_back({"SizeRw", *context.size_rw, Omit::when_empty});
    if (new_form && *context.size_rw == 0) fields.back().omit = Omit::never;
    fields.push_back({"SizeRootFs", context.size_root_fs.value_or(0)});
  }
  fields.push_back({"Mounts", mounts_value(container, new_form)});
  fields.push_back(
      {"Config",
       image::config_value(container.config, context.rules.grammar).pointer()});
  if (new_form) {
    fields.push_back(
        {"NetworkSettings", network_value_recent(container, context)});
  }
  return Value::structure("types.ContainerJSON", std::move(fields)).pointer();
}

Value image_value(const Image& image, const ImageNames& names,
                  const InspectContext& context) {
  const bool new_form = recent(context);
  const auto id_text = [&](const std::string& id) {
    return id.empty() || !new_form ? id : "sha256:" + id;
  };
  const image::Grammar profile = context.rules.grammar;
  Fields fields;
  fields.push_back({"Id", id_text(image.id), Omit::never, "ID"});
  if (new_form) {
    fields.push_back({"RepoTags", Value::strings(names.tags)});
    fields.push_back({"RepoDigests", Value::strings(names.digests)});
  }
  fields.push_back({"Parent", id_text(image.parent)});
  fields.push_back({"Comment", image.comment});
  fields.push_back({"Created", new_form ? Value(image::go_time(image.created))
                                        : Value(image.created)});
  fields.push_back({"Container", image.container});
  fields.push_back(
      {"ContainerConfig",
       image::config_value(image.container_config, profile).pointer()});
  fields.push_back({"DockerVersion", image.docker_version});
  fields.push_back({"Author", image.author});
  fields.push_back(
      {"Config", image::config_value(image.config, profile).pointer()});
  fields.push_back({"Architecture", image.architecture});
  fields.push_back({"Os", image.os});
  fields.push_back({"Size", new_form ? image.virtual_size : image.size});
  fields.push_back({"VirtualSize", image.virtual_size});
  fields.push_back({"GraphDriver", graph_driver(image.layer, "", context)});
  if (new_form) {
    fields.push_back(
        {"RootFS", Value::structure("types.RootFS",
                                    {{"Type", "layers"},
                                     {"Layers", Value::strings(image.diff_ids),
                                      Omit::when_empty}})});
    fields.push_back(
        {"Metadata",
         Value::structure("types.ImageMetadata",
                          {{"LastTagTime", Value(image.last_tagged)}})});
  }
  return Value::structure("types.ImageInspect", std::move(fields)).pointer();
}

Value volume_value(const Volume& volume) {
  const auto map_or_nil = [](const std::optional<StringMap>& map) {
    return map ? map_of(*map) : Value::nil_map();
  };
  const Time whole{volume.created.seconds() * kSecond};
  return Value::structure("types.Volume",
                          {{"CreatedAt", rfc3339(whole)},
                           {"Driver", "local"},
                           {"Labels", map_or_nil(volume.labels)},
                           {"Mountpoint", volume.path},
                           {"Name", volume.name},
                           {"Options", map_or_nil(volume.options)},
                           {"Scope", "local"}})
      .pointer();
}

}  // namespace drydock::engine
