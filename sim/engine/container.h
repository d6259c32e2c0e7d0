// container.h — what the engine knows of one container.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/seldom.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"
#include "sim/engine/events.h"
#include "sim/engine/lifecycle.h"
#include "sim/image/config.h"

namespace drydock::engine {

using image::ContainerConfig;
using image::Image;
using image::ImageRef;
using image::StringMap;
using image::StringSet;

struct RestartPolicy {
  std::string name = "no";  // no, always, on-failure, unless-stopped
  int maximum_retry_count = 0;
};

struct LogConfig {
  std::string type = "json-file";
  StringMap config;
};

/// A wish of -p: an empty port is any.
struct HostPort {
  std::string host_ip, host_port;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};
using PortWishes = std::map<std::string, std::vector<HostPort>>;  // "80/tcp"

struct Device {
  std::string on_host, in_container, permissions = "rwm";
};

/// --mount (since 17.06).
struct MountRequest {
  std::string type = "volume";  // bind, volume, tmpfs
  std::string source, target;
  bool read_only = false;
  std::string propagation;      // Of a bind.
  bool no_copy = false;         // Of a volume.
  std::int64_t tmpfs_size = 0;  // Of a tmpfs; 0 is no limit.
  std::uint32_t tmpfs_mode = 0;
};

/// Before the name of the container whose network, IPC or UTS is shared.
inline constexpr std::string_view kContainerMode = "container:";

/// Docker's HostConfig: the part of `run`'s flags that is about this host.
struct HostConfig {
  List binds;  // "src:dst:mode" as typed.
  std::string container_id_file;
  Limits limits;
  std::optional<std::int64_t> pids_limit;
  int oom_score_adj = 0;
  bool privileged = false, publish_all_ports = false, read_only_rootfs = false;
  bool auto_remove = false;  // --rm, where the engine does it.
  std::optional<bool> init;
  PortWishes port_bindings;
  List links;  // "child:alias" as typed; kept as "/child:/parent/alias".
  List dns, dns_options, dns_search, extra_hosts, volumes_from;
  std::vector<Device> devices;
  std::string network_mode = "default";
  std::string ipc_mode, pid_mode, uts_mode, userns_mode, cgroupns_mode;
  List cap_add, cap_drop, group_add, security_opt;
  RestartPolicy restart_policy;
  std::vector<Ulimit> ulimits;
  LogConfig log_config;
  std::string cgroup_parent, volume_driver, isolation, runtime;
  std::vector<MountRequest> mounts;
  StringMap tmpfs;  // Path -> options.
  StringMap sysctls, storage_opt;
  List device_cgroup_rules;
  std::string gpus;                                   // --gpus, as typed.
  std::optional<List> masked_paths, read_only_paths;  // Absent: the standard.
  std::int64_t shm_size = 0;                          // 0: the default, 64 MiB.
};

/// A mount as it came out.
struct MountPoint {
  MountKind kind = MountKind::volume;
  std::string name;    // Of a volume.
  std::string source;  // Path on the host.
  std::string destination;
  std::string driver;  // "local"
  std::string mode;    // As typed: "ro", "z".
  bool rw = true;
  std::string propagation;
  bool anonymous = false;
  bool no_copy = false;
  bool borrowed = false;  // By --volumes-from: no copy-up.
};

/// One run of a health check.
struct HealthLog {
  Time start, end;
  int exit_code = 0;
  std::string output;
};

/// State.Health; its status is empty where there is no check.
struct Health {
  std::string status;  // starting, healthy, unhealthy
  int failing_streak = 0;
  std::vector<HealthLog> log;  // The last five.
};

/// How it goes with the process.
struct RunState {
  State state = State::created;
  bool oom_killed = false;
  Health health;
  std::int64_t pid = 0;  // 0: none.
  int exit_code = 0;
  std::string error;
  Time started_at = image::kZeroTime, finished_at = image::kZeroTime;

  bool has_process() const {
    return state == State::running || state == State::paused;
  }
  /// As Docker counts it: paused and restarting ones run too.
  bool running() const { return has_process() || state == State::restarting; }
};

/// What is wished of a place in one network: --ip, --network-alias.
struct EndpointWish {
  List aliases;
  std::string address, mac_address;
};

/// The place itself, while the container runs.
struct Endpoint {
  std::string network_id, id;  // 64 digits each.
  NetworkSpec spec;
};

/// Its place in the network while it runs.
struct NetworkSettings {
  NetworkSpec spec;
  std::vector<PortBinding> ports;  // The facts, not the wishes.
  std::string sandbox;             // 64 digits; empty before the first start.
  std::string endpoint;            // 64 digits; empty when it does not run.
  std::map<std::string, Endpoint> endpoints;  // Of networks by their names.
};

/// What those wait for who wait for a container: its next exit, its removal.
struct ExitSignal {
  Event exited, removed;
  int exit_code = 0;
  std::string error;
};

struct ExecRecord {
  ExecId id;
  ContainerId container;
  ProcessSpec process;
  bool open_stdin = false, open_stdout = false, open_stderr = false;
  std::string detach_keys;
  bool started = false, running = false;
  int exit_code = 0;
  std::int64_t pid = 0;
};

/// One at a time: operations on one container wait for each other.
class Gate {
 public:
  bool closed() const { return closed_; }
  void close() { closed_ = true; }
  void open() {
    closed_ = false;
    queue_.notify_one();
  }
  WaitQueue& queue() { return queue_; }

 private:
  bool closed_ = false;
  WaitQueue queue_;
};

struct Container {
  Container() = default;
  /// One that is asked for and has no name yet.
  Container(ContainerConfig&& wished, Seldom<HostConfig>&& of_host)
      : config(std::move(wished)), host(std::move(of_host)) {}

  /// --rm, where the engine does it.
  void set_auto_remove(bool is) {
    if (host->auto_remove != is) host.own().auto_remove = is;
  }

  ContainerId id;
  std::string name;       // Without slash.
  std::uint64_t age = 0;  // Counts creations: newest has the highest.
  Time created;
  std::string path;  // argv[0] and the rest.
  List args;
  RunState run;
  ImageRef image;          // Null: from scratch.
  ContainerConfig config;  // Merged with the image's.
  Seldom<HostConfig> host;
  std::vector<MountPoint> mounts;
  /// Networks by name; what `network connect` adds, and the one of --network.
  std::map<std::string, EndpointWish> wishes;
  NetworkSettings network;
  int restart_count = 0;
  std::map<ExecId, ExecRecord> execs;  // Not yet forgotten.

  // Whose business it is: the monitor's and the verbs'.
  EventSubjectRef described;     // For events; null: as yet, or changed.
  bool stop_wanted = false;      // By stop or kill: do not restart this run.
  bool stopped_by_hand = false;  // unless-stopped minds it.
  bool gone = false;             // Removed while somebody waited for the gate.
  bool removing = false;
  bool removing_volumes = false;  // And its volumes with it.
  bool watched = false;           // The monitor has not yet recorded the end.
  int failures = 0;               // In a row, for on-failure:N.
  Nanoseconds back_off = 0;
  Gate gate;
  WaitQueue changed;                   // Notified when `run` has changed.
  std::shared_ptr<ExitSignal> signal;  // Null while nobody waits.
  std::unique_ptr<Fiber> monitor;      // Of the present run.
  std::unique_ptr<Fiber> health;       // Checks it, where it wants that.
};
using ContainerRef = std::shared_ptr<Container>;

}  // namespace drydock::engine
