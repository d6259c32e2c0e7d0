// inspect_host.cc — HostConfig as each profile shows it.

#include <utility>

#include "sim/engine/inspect_parts.h"

namespace drydock::engine {

Value list_or_nil(const List& list) {
  return list.empty() ? Value::nil_slice() : Value::strings(list);
}

Value map_of(const StringMap& map) {
  std::vector<std::pair<std::string, Value>> entries;
  for (const auto& [key, value] : map) entries.emplace_back(key, value);
  return Value::map(std::move(entries));
}

Value host_port(std::string_view ip, std::string_view port) {
  return Value::structure(
      "nat.PortBinding",
      {{"HostIp", ip, Omit::never, "HostIP"}, {"HostPort", port}});
}

namespace {

using Fields = std::vector<Field>;

Value port_wishes(const HostConfig& host) {
  std::vector<std::pair<std::string, Value>> entries;
  for (const auto& [port, wishes] : host.port_bindings) {
    std::vector<Value> bindings;
    for (const HostPort& wish : wishes) {
      bindings.push_back(host_port(wish.host_ip, wish.host_port));
    }
    entries.emplace_back(port, Value::slice(std::move(bindings)));
  }
  return Value::map(std::move(entries));
}

Value restart_policy(const HostConfig& host) {
  return Value::structure(
      "container.RestartPolicy",
      {{"Name", host.restart_policy.name},
       {"MaximumRetryCount", host.restart_policy.maximum_retry_count}});
}

Value log_config(const HostConfig& host) {
  return Value::structure("container.LogConfig",
                          {{"Type", host.log_config.type},
                           {"Config", map_of(host.log_config.config)}});
}

Value devices(const HostConfig& host) {
  std::vector<Value> items;
  for (const Device& device : host.devices) {
    items.push_back(
        Value::structure("container.DeviceMapping",
                         {{"PathOnHost", device.on_host},
                          {"PathInContainer", device.in_container},
                          {"CgroupPermissions", device.permissions}}));
  }
  return Value::slice(std::move(items));
}

Value ulimits(const HostConfig& host) {
  if (host.ulimits.empty()) return Value::nil_slice();
  std::vector<Value> items;
  for (const Ulimit& limit : host.ulimits) {
    items.push_back(Value::structure("units.Ulimit", {{"Name", limit.name},
                                                      {"Hard", limit.hard},
                                                      {"Soft", limit.soft}})
                        .pointer());
  }
  return Value::slice(std::move(items));
}

Value console_size() { return Value::slice({Value(0), Value(0)}); }

}  // namespace

Value host_config_old(const HostConfig& host, const List& links) {
  const Limits& limits = host.limits;
  return Value::structure(
             "runconfig.HostConfig",
             {{"Binds", list_or_nil(host.binds)},
              {"ContainerIDFile", host.container_id_file},
              {"LxcConf", Value::slice({})},
              {"Memory", limits.memory},
              {"MemorySwap", limits.memory_swap},
              {"CpuShares", limits.cpu_shares},
              {"CpuPeriod", limits.cpu_period},
              {"CpusetCpus", limits.cpuset_cpus},
              {"CpusetMems", limits.cpuset_mems},
              {"CpuQuota", limits.cpu_quota},
              {"BlkioWeight", limits.blkio_weight},
              {"OomKillDisable", limits.oom_kill_disable},
              {"MemorySwappiness", Value(limits.memory_swappiness).pointer()},
              {"Privileged", host.privileged},
              {"PortBindings", port_wishes(host)},
              {"Links", list_or_nil(links)},
              {"PublishAllPorts", host.publish_all_ports},
              {"Dns", list_or_nil(host.dns), Omit::never, "DNS"},
              {"DnsSearch", list_or_nil(host.dns_search), Omit::never,
               "DNSSearch"},
              {"ExtraHosts", list_or_nil(host.extra_hosts)},
              {"VolumesFrom", list_or_nil(host.volumes_from)},
              {"Devices", devices(host)},
              {"NetworkMode", host.network_mode},
              {"IpcMode", host.ipc_mode},
              {"PidMode", host.pid_mode},
              {"UTSMode", host.uts_mode},
              {"CapAdd", list_or_nil(host.cap_add)},
              {"CapDrop", list_or_nil(host.cap_drop)},
              {"GroupAdd", list_or_nil(host.group_add)},
              {"RestartPolicy", restart_policy(host)},
              {"SecurityOpt", list_or_nil(host.security_opt)},
              {"ReadonlyRootfs", host.read_only_rootfs},
              {"Ulimits", ulimits(host)},
              {"LogConfig", log_config(host)},
              {"CgroupParent", host.cgroup_parent},
              {"ConsoleSize", console_size()}})
      .pointer();
}

namespace {

Value device_requests(const HostConfig& host) {
  if (host.gpus.empty()) return Value::nil_slice();
  const auto count = parse_int(host.gpus);
  const Value capabilities = Value::slice({Value::strings({"gpu"})});
  return Value::slice({Value::structure("container.DeviceRequest",
                                        {{"Driver", ""},
                                         {"Count", count.value_or(-1)},
                                         {"DeviceIDs", Value::nil_slice()},
                                         {"Capabilities", capabilities},
                                         {"Options", Value::map({})}})});
}

Value throttles(const std::vector<DeviceBound>& bounds) {
  if (bounds.empty()) return Value::nil_slice();
  std::vector<Value> items;
  for (const DeviceBound& bound : bounds) {
    items.push_back(
        Value::structure("blkiodev.ThrottleDevice",
                         {{"Path", bound.path}, {"Rate", bound.rate}})
            .pointer());
  }
  return Value::slice(std::move(items));
}

Value weights(const std::vector<DeviceBound>& bounds) {
  std::vector<Value> items;
  for (const DeviceBound& bound : bounds) {
    items.push_back(
        Value::structure("blkiodev.WeightDevice",
                         {{"Path", bound.path}, {"Weight", bound.rate}})
            .pointer());
  }
  return Value::slice(std::move(items));
}

Value requested_mounts(const HostConfig& host) {
  std::vector<Value> items;
  for (const MountRequest& mount : host.mounts) {
    items.push_back(Value::structure(
        "mount.Mount", {{"Type", mount.type},
                        {"Source", mount.source, Omit::when_empty},
                        {"Target", mount.target},
                        {"ReadOnly", mount.read_only, Omit::when_empty}}));
  }
  return Value::slice(std::move(items));
}

void add_front_recent(Fields& fields, const HostConfig& host) {
  fields.push_back({"Binds", list_or_nil(host.binds)});
  fields.push_back({"ContainerIDFile", host.container_id_file});
  fields.push_back({"LogConfig", log_config(host)});
  fields.push_back({"NetworkMode", host.network_mode});
  fields.push_back({"PortBindings", port_wishes(host)});
  fields.push_back({"RestartPolicy", restart_policy(host)});
  fields.push_back({"AutoRemove", host.auto_remove});
  fields.push_back({"VolumeDriver", host.volume_driver});
  fields.push_back({"VolumesFrom", list_or_nil(host.volumes_from)});
  fields.push_back({"CapAdd", list_or_nil(host.cap_add)});
  fields.push_back({"CapDrop", list_or_nil(host.cap_drop)});
  fields.push_back({"CgroupnsMode", host.cgroupns_mode.empty()
                                        ? std::string("host")
                                        : host.cgroupns_mode});
  fields.push_back({"Dns", Value::strings(host.dns), Omit::never, "DNS"});
  fields.push_back({"DnsOptions", Value::strings(host.dns_options), Omit::never,
                    "DNSOptions"});
  fields.push_back(
      {"DnsSearch", Value::strings(host.dns_search), Omit::never, "DNSSearch"});
  fields.push_back({"ExtraHosts", list_or_nil(host.extra_hosts)});
}

void add_middle_recent(Fields& fields, const HostConfig& host,
                       const List& links) {
  fields.push_back({"GroupAdd", list_or_nil(host.group_add)});
  fields.push_back({"IpcMode", host.ipc_mode.empty() ? std::string("private")
                                                     : host.ipc_mode});
  fields.push_back({"Cgroup", ""});
  fields.push_back({"Links", list_or_nil(links)});
  fields.push_back({"OomScoreAdj", host.oom_score_adj});
  fields.push_back({"PidMode", host.pid_mode});
  fields.push_back({"Privileged", host.privileged});
  fields.push_back({"PublishAllPorts", host.publish_all_ports});
  fields.push_back({"ReadonlyRootfs", host.read_only_rootfs});
  fields.push_back({"SecurityOpt", list_or_nil(host.security_opt)});
  fields.push_back(
      {"StorageOpt",
       host.storage_opt.empty() ? Value::nil_map() : map_of(host.storage_opt),
       Omit::when_empty});
  fields.push_back({"Tmpfs",
                    host.tmpfs.empty() ? Value::nil_map() : map_of(host.tmpfs),
                    Omit::when_empty});
  fields.push_back({"UTSMode", host.uts_mode});
  fields.push_back({"UsernsMode", host.userns_mode});
  const std::int64_t kShm = 64 * 1024 * 1024;
  fields.push_back({"ShmSize", host.shm_size == 0 ? kShm : host.shm_size});
  fields.push_back(
      {"Sysctls",
       host.sysctls.empty() ? Value::nil_map() : map_of(host.sysctls),
       Omit::when_empty});
  fields.push_back(
      {"Runtime", host.runtime.empty() ? std::string("runc") : host.runtime});
  fields.push_back({"ConsoleSize", console_size()});
  fields.push_back({"Isolation", host.isolation});
}

void add_resources_recent(Fields& fields, const HostConfig& host) {
  const Limits& limits = host.limits;
  const Value nil = Value::nil_slice();
  const auto pointer = [](auto value) { return Value(value).pointer(); };
  fields.push_back({"CpuShares", limits.cpu_shares, Omit::never, "CPUShares"});
  fields.push_back({"Memory", limits.memory});
  fields.push_back({"NanoCpus", limits.nano_cpus, Omit::never, "NanoCPUs"});
  fields.push_back({"CgroupParent", host.cgroup_parent});
  fields.push_back({"BlkioWeight", limits.blkio_weight});
  fields.push_back({"BlkioWeightDevice", weights(limits.blkio_weight_device)});
  fields.push_back({"BlkioDeviceReadBps", throttles(limits.read_bps)});
  fields.push_back({"BlkioDeviceWriteBps", throttles(limits.write_bps)});
  fields.push_back({"BlkioDeviceReadIOps", throttles(limits.read_iops)});
  fields.push_back({"BlkioDeviceWriteIOps", throttles(limits.write_iops)});
  fields.push_back({"CpuPeriod", limits.cpu_period, Omit::never, "CPUPeriod"});
  fields.push_back({"CpuQuota", limits.cpu_quota, Omit::never, "CPUQuota"});
  fields.push_back({"CpuRealtimePeriod", limits.cpu_rt_period, Omit::never,
                    "CPURealtimePeriod"});
  fields.push_back({"CpuRealtimeRuntime", limits.cpu_rt_runtime, Omit::never,
                    "CPURealtimeRuntime"});
  fields.push_back({"CpusetCpus", limits.cpuset_cpus});
  fields.push_back({"CpusetMems", limits.cpuset_mems});
  fields.push_back({"Devices", devices(host)});
  fields.push_back(
      {"DeviceCgroupRules", list_or_nil(host.device_cgroup_rules)});
  fields.push_back({"DeviceRequests", device_requests(host)});
  fields.push_back({"KernelMemory", limits.kernel_memory});
  fields.push_back({"KernelMemoryTCP", 0});
  fields.push_back({"MemoryReservation", limits.memory_reservation});
  fields.push_back({"MemorySwap", limits.memory_swap});
  fields.push_back(
      {"MemorySwappiness", limits.memory_swappiness < 0
                               ? Value()
                               : pointer(limits.memory_swappiness)});
  fields.push_back({"OomKillDisable", pointer(limits.oom_kill_disable)});
  fields.push_back(
      {"PidsLimit", host.pids_limit ? pointer(*host.pids_limit) : Value()});
  fields.push_back({"Ulimits", ulimits(host)});
  fields.push_back({"CpuCount", 0, Omit::never, "CPUCount"});
  fields.push_back({"CpuPercent", 0, Omit::never, "CPUPercent"});
  fields.push_back({"IOMaximumIOps", 0});
  fields.push_back({"IOMaximumBandwidth", 0});
}

}  // namespace

Value host_config_recent(const HostConfig& host, const List& links,
                         const Rules& rules) {
  Fields fields;
  add_front_recent(fields, host);
  add_middle_recent(fields, host, links);
  add_resources_recent(fields, host);
  fields.push_back({"Mounts", requested_mounts(host), Omit::when_empty});
  const auto paths = [&](const std::optional<List>& own, const List& standard) {
    if (host.privileged) return Value::nil_slice();
    return Value::strings(own.value_or(standard));
  };
  fields.push_back(
      {"MaskedPaths", paths(host.masked_paths, *rules.masked_paths)});
  fields.push_back(
      {"ReadonlyPaths", paths(host.read_only_paths, *rules.read_only_paths)});
  if (host.init) {
    fields.push_back({"Init", Value(*host.init).pointer()});
  }
  return Value::structure("container.HostConfig", std::move(fields)).pointer();
}

}  // namespace drydock::engine
