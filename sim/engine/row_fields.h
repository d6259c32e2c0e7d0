// row_fields.h — which fields each record has: one table, for both ways.
//
// fields(at, record) shows each field with its name to `at`, which writes it
// or reads it.  A field that is missing here is lost when a daemon ends:
// tests/engine/rows_test.cc counts them.

#pragma once

#include <concepts>
#include <type_traits>

#include "sim/engine/container.h"
#include "sim/engine/events.h"
#include "sim/engine/networks.h"
#include "sim/engine/volumes.h"
#include "sim/image/store.h"

namespace drydock::engine {

/// T, or a constant T: written from and read into.
template <typename T, typename Record>
concept Of = std::same_as<std::remove_const_t<T>, Record>;

template <typename At, Of<image::Healthcheck> T>
void fields(At& at, T& check) {
  at("test", check.test);
  at("interval", check.interval);
  at("timeout", check.timeout);
  at("start_period", check.start_period);
  at("retries", check.retries);
}

template <typename At, Of<ContainerConfig> T>
void fields(At& at, T& config) {
  at("hostname", config.hostname);
  at("domainname", config.domainname);
  at("user", config.user);
  at("attach_stdin", config.attach_stdin);
  at("attach_stdout", config.attach_stdout);
  at("attach_stderr", config.attach_stderr);
  at("exposed_ports", config.exposed_ports);
  at("tty", config.tty);
  at("open_stdin", config.open_stdin);
  at("stdin_once", config.stdin_once);
  at("env", config.env);
  at("cmd", config.cmd);
  at("healthcheck", config.healthcheck);
  at("image", config.image);
  at("volumes", config.volumes);
  at("volume_driver", config.volume_driver);
  at("working_dir", config.working_dir);
  at("entrypoint", config.entrypoint);
  at("network_disabled", config.network_disabled);
  at("mac_address", config.mac_address);
  at("on_build", config.on_build);
  at("labels", config.labels);
  at("stop_signal", config.stop_signal);
  at("stop_timeout", config.stop_timeout);
  at("shell", config.shell);
}

template <typename At, Of<image::HistoryEntry> T>
void fields(At& at, T& entry) {
  at("created", entry.created);
  at("created_by", entry.created_by);
  at("author", entry.author);
  at("comment", entry.comment);
  at("empty_layer", entry.empty_layer);
  at("size", entry.size);
}

template <typename At, Of<Image> T>
void fields(At& at, T& image) {
  at("id", image.id);
  at("parent", image.parent);
  at("comment", image.comment);
  at("created", image.created);
  at("container", image.container);
  at("container_config", image.container_config);
  at("docker_version", image.docker_version);
  at("author", image.author);
  at("config", image.config);
  at("architecture", image.architecture);
  at("os", image.os);
  at("size", image.size);
  at("virtual_size", image.virtual_size);
  at("layer", image.layer);
  at("diff_ids", image.diff_ids);
  at("history", image.history);
  at("order", image.order);
  at("last_tagged", image.last_tagged);
  at("source", image.source);
}

/// How many use it is counted anew.
template <typename At, Of<image::LayerStore::Entry> T>
void fields(At& at, T& layer) {
  at("id", layer.id);
  at("parent", layer.parent);
  at("chain_id", layer.chain_id);
  at("diff_id", layer.diff_id);
  at("size", layer.size);
  at("virtual_size", layer.virtual_size);
}

template <typename At, Of<DeviceBound> T>
void fields(At& at, T& bound) {
  at("path", bound.path);
  at("rate", bound.rate);
}

template <typename At, Of<Limits> T>
void fields(At& at, T& limits) {
  at("memory", limits.memory);
  at("memory_swap", limits.memory_swap);
  at("memory_reservation", limits.memory_reservation);
  at("kernel_memory", limits.kernel_memory);
  at("memory_swappiness", limits.memory_swappiness);
  at("cpu_shares", limits.cpu_shares);
  at("cpu_period", limits.cpu_period);
  at("cpu_quota", limits.cpu_quota);
  at("nano_cpus", limits.nano_cpus);
  at("cpu_rt_period", limits.cpu_rt_period);
  at("cpu_rt_runtime", limits.cpu_rt_runtime);
  at("cpuset_cpus", limits.cpuset_cpus);
  at("cpuset_mems", limits.cpuset_mems);
  at("pids", limits.pids);
  at("blkio_weight", limits.blkio_weight);
  at("blkio_weight_device", limits.blkio_weight_device);
  at("read_bps", limits.read_bps);
  at("write_bps", limits.write_bps);
  at("read_iops", limits.read_iops);
  at("write_iops", limits.write_iops);
  at("oom_kill_disable", limits.oom_kill_disable);
}

template <typename At, Of<Ulimit> T>
void fields(At& at, T& ulimit) {
  at("name", ulimit.name);
  at("soft", ulimit.soft);
  at("hard", ulimit.hard);
}

template <typename At, Of<RestartPolicy> T>
void fields(At& at, T& policy) {
  at("name", policy.name);
  at("maximum_retry_count", policy.maximum_retry_count);
}

template <typename At, Of<LogConfig> T>
void fields(At& at, T& log) {
  at("type", log.type);
  at("config", log.config);
}

template <typename At, Of<HostPort> T>
void fields(At& at, T& port) {
  at("host_ip", port.host_ip);
  at("host_port", port.host_port);
}

template <typename At, Of<Device> T>
void fields(At& at, T& device) {
  at("on_host", device.on_host);
  at("in_container", device.in_container);
  at("permissions", device.permissions);
}

template <typename At, Of<MountRequest> T>
void fields(At& at, T& mount) {
  at("type", mount.type);
  at("source", mount.source);
  at("target", mount.target);
  at("read_only", mount.read_only);
  at("propagation", mount.propagation);
  at("no_copy", mount.no_copy);
  at("tmpfs_size", mount.tmpfs_size);
  at("tmpfs_mode", mount.tmpfs_mode);
}

template <typename At, Of<HostConfig> T>
void fields(At& at, T& host) {
  at("binds", host.binds);
  at("container_id_file", host.container_id_file);
  at("limits", host.limits);
  at("pids_limit", host.pids_limit);
  at("oom_score_adj", host.oom_score_adj);
  at("privileged", host.privileged);
  at("publish_all_ports", host.publish_all_ports);
  at("read_only_rootfs", host.read_only_rootfs);
  at("auto_remove", host.auto_remove);
  at("init", host.init);
  at("port_bindings", host.port_bindings);
  at("links", host.links);
  at("dns", host.dns);
  at("dns_options", host.dns_options);
  at("dns_search", host.dns_search);
  at("extra_hosts", host.extra_hosts);
  at("volumes_from", host.volumes_from);
  at("devices", host.devices);
  at("network_mode", host.network_mode);
  at("ipc_mode", host.ipc_mode);
  at("pid_mode", host.pid_mode);
  at("uts_mode", host.uts_mode);
  at("userns_mode", host.userns_mode);
  at("cgroupns_mode", host.cgroupns_mode);
  at("cap_add", host.cap_add);
  at("cap_drop", host.cap_drop);
  at("group_add", host.group_add);
  at("security_opt", host.security_opt);
  at("restart_policy", host.restart_policy);
  at("ulimits", host.ulimits);
  at("log_config", host.log_config);
  at("cgroup_parent", host.cgroup_parent);
  at("volume_driver", host.volume_driver);
  at("isolation", host.isolation);
  at("runtime", host.runtime);
  at("mounts", host.mounts);
  at("tmpfs", host.tmpfs);
  at("sysctls", host.sysctls);
  at("storage_opt", host.storage_opt);
  at("device_cgroup_rules", host.device_cgroup_rules);
  at("gpus", host.gpus);
  at("masked_paths", host.masked_paths);
  at("read_only_paths", host.read_only_paths);
  at("shm_size", host.shm_size);
}

template <typename At, Of<MountPoint> T>
void fields(At& at, T& mount) {
  at("kind", mount.kind);
  at("name", mount.name);
  at("source", mount.source);
  at("destination", mount.destination);
  at("driver", mount.driver);
  at("mode", mount.mode);
  at("rw", mount.rw);
  at("propagation", mount.propagation);
  at("anonymous", mount.anonymous);
  at("no_copy", mount.no_copy);
  at("borrowed", mount.borrowed);
}

template <typename At, Of<HealthLog> T>
void fields(At& at, T& log) {
  at("start", log.start);
  at("end", log.end);
  at("exit_code", log.exit_code);
  at("output", log.output);
}

template <typename At, Of<Health> T>
void fields(At& at, T& health) {
  at("status", health.status);
  at("failing_streak", health.failing_streak);
  at("log", health.log);
}

template <typename At, Of<RunState> T>
void fields(At& at, T& run) {
  at("state", run.state);
  at("oom_killed", run.oom_killed);
  at("health", run.health);
  at("pid", run.pid);
  at("exit_code", run.exit_code);
  at("error", run.error);
  at("started_at", run.started_at);
  at("finished_at", run.finished_at);
}

template <typename At, Of<NetworkSpec> T>
void fields(At& at, T& spec) {
  at("mode", spec.mode);
  at("container", spec.container);
  at("bridge", spec.bridge);
  at("address", spec.address);
  at("prefix_length", spec.prefix_length);
  at("gateway", spec.gateway);
  at("mac_address", spec.mac_address);
  at("internal", spec.internal);
  at("names", spec.names);
  at("network_name", spec.network_name);
}

template <typename At, Of<PortBinding> T>
void fields(At& at, T& binding) {
  at("host_ip", binding.host_ip);
  at("host_port", binding.host_port);
  at("container_port", binding.container_port);
  at("protocol", binding.protocol);
}

template <typename At, Of<Endpoint> T>
void fields(At& at, T& endpoint) {
  at("network_id", endpoint.network_id);
  at("id", endpoint.id);
  at("spec", endpoint.spec);
}

template <typename At, Of<EndpointWish> T>
void fields(At& at, T& wish) {
  at("aliases", wish.aliases);
  at("address", wish.address);
  at("mac_address", wish.mac_address);
}

template <typename At, Of<NetworkSettings> T>
void fields(At& at, T& network) {
  at("spec", network.spec);
  at("ports", network.ports);
  at("sandbox", network.sandbox);
  at("endpoint", network.endpoint);
  at("endpoints", network.endpoints);
}

/// Its gateway is kept beside these; who is in it, the containers know.
template <typename At, Of<Network> T>
void fields(At& at, T& network) {
  at("id", network.id);
  at("name", network.name);
  at("driver", network.driver);
  at("scope", network.scope);
  at("created", network.created);
  at("internal", network.internal);
  at("attachable", network.attachable);
  at("ipv6", network.ipv6);
  at("options", network.options);
  at("labels", network.labels);
  at("subnet", network.subnet);
  at("ip_range", network.ip_range);
  at("gateway_given", network.gateway_given);
  at("bridge", network.bridge);
}

/// Its image is kept by id beside these.
template <typename At, Of<Container> T>
void fields(At& at, T& container) {
  at("id", container.id);
  at("name", container.name);
  at("age", container.age);
  at("created", container.created);
  at("path", container.path);
  at("args", container.args);
  at("run", container.run);
  at("config", container.config);
  at("host", container.host);
  at("mounts", container.mounts);
  at("wishes", container.wishes);
  at("network", container.network);
  at("restart_count", container.restart_count);
  at("stop_wanted", container.stop_wanted);
  at("stopped_by_hand", container.stopped_by_hand);
  at("removing", container.removing);
  at("removing_volumes", container.removing_volumes);
  at("failures", container.failures);
  at("back_off", container.back_off);
}

/// Who uses it is told by the containers' mounts.
template <typename At, Of<Volume> T>
void fields(At& at, T& volume) {
  at("name", volume.name);
  at("path", volume.path);
  at("created", volume.created);
  at("anonymous", volume.anonymous);
  at("labels", volume.labels);
  at("options", volume.options);
}

/// An event with what it is about.
struct EventRow {
  Time time;
  std::string type, action, id, from;
  Attributes attributes;
};

template <typename At, Of<EventRow> T>
void fields(At& at, T& event) {
  at("time", event.time);
  at("type", event.type);
  at("action", event.action);
  at("id", event.id);
  at("from", event.from);
  at("attributes", event.attributes);
}

}  // namespace drydock::engine
