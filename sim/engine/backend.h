// backend.h — the one door to the world.
//
// The engine decides; a backend does.  The simulated machine answers this
// interface with its own kernel, realmode with Linux, a test with a recording.
// It speaks ids, paths, argument lists and byte streams, never inodes or fds,
// and knows no Docker rule: no names, tags, restart policies or reference
// counts, only containers by id, layers by id, volumes by name.
//
// Nothing here half happens: a call that fails leaves the world as it was.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/fiber.h"
#include "sim/base/id.h"
#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/engine/step.h"
#include "sim/vfs/capability.h"

namespace drydock::engine {

using ContainerId = std::string;  // 64 hex digits.
using ExecId = std::string;
using LayerId = std::string;
using VolumeName = std::string;

// --- What is to run --------------------------------------------------------

struct ProcessSpec {
  List argv;  // At least one word.
  List env;   // "K=V", complete: HOME excepted, see start().
  std::string cwd = "/";
  std::string user;  // "", "name", "uid", "name:group", ... as in USER.
  List groups;       // --group-add
  bool tty = false;
  bool privileged = false;
  bool make_cwd = true;          // When it is not there; an exec does not.
  bool lists_own_group = false;  // Its gid is one of its groups, too.
};

enum class MountKind { bind, volume, tmpfs };

struct MountSpec {
  MountKind kind = MountKind::bind;
  std::string source;  // Host path, or the volume's name; of a tmpfs, options.
  std::string target;  // Path in the container.
  bool read_only = false;
  std::string propagation;
};

struct Ulimit {
  std::string name;
  std::int64_t soft = 0, hard = 0;
};

/// A bound on one device of the host: bytes or operations a second, a weight.
struct DeviceBound {
  std::string path;
  std::int64_t rate = 0;
  friend bool operator==(const DeviceBound&, const DeviceBound&) = default;
};

/// What cgroups bound; 0 is no bound.  Bytes, shares, microseconds.
struct Limits {
  std::int64_t memory = 0, memory_swap = 0, memory_reservation = 0;
  std::int64_t kernel_memory = 0;
  int memory_swappiness = -1;  // -1: the host's.
  std::int64_t cpu_shares = 0, cpu_period = 0, cpu_quota = 0, nano_cpus = 0;
  std::int64_t cpu_rt_period = 0, cpu_rt_runtime = 0;
  std::string cpuset_cpus, cpuset_mems;
  std::int64_t pids = 0;
  std::int64_t blkio_weight = 0;
  std::vector<DeviceBound> blkio_weight_device, read_bps, write_bps, read_iops,
      write_iops;
  bool oom_kill_disable = false;
};

enum class NetworkMode { bridge, none, host, container };

/// One container's place in the network, as the engine has decided it.
struct NetworkSpec {
  NetworkMode mode = NetworkMode::bridge;
  ContainerId container;  // Of NetworkMode::container: whose stack to share.
  std::string bridge = "docker0";
  std::string address;  // "172.17.0.2"
  int prefix_length = 16;
  std::string gateway, mac_address;
  bool internal = false;  // No way out of this network.
  /// User-defined networks: how others on it find this container (the first is
  /// its own name), by the server at 127.0.0.11.  Empty on the default bridge.
  List names;
  std::string network_name;  // "mynet": names end in it too.
};

/// A port of the host that leads into a container.
struct PortBinding {
  std::string host_ip = "0.0.0.0";
  std::uint16_t host_port = 0;
  std::uint16_t container_port = 0;
  std::string protocol = "tcp";
  friend bool operator==(const PortBinding&, const PortBinding&) = default;
};

/// json-file's max-size (bytes; 0 is no bound) and max-file.
struct LogBounds {
  std::int64_t max_size = 0, max_file = 1;
};

/// Paths that many containers have in common; null: none.
using PathsRef = std::shared_ptr<const List>;

struct ContainerSpec {
  ContainerId id;
  ProcessSpec process;
  bool open_stdin = false;
  bool stdin_once = false;  // stdin closes with the first client to leave.
  std::string hostname, domainname;
  std::vector<MountSpec> mounts;
  std::map<std::string, std::string> files;  // "/etc/hosts" -> its content.
  NetworkSpec network;
  std::vector<NetworkSpec> more_networks;  // eth1, eth2, ...
  std::vector<PortBinding> ports;
  Limits limits;
  std::vector<Ulimit> ulimits;
  List cap_add, cap_drop, security_opt, devices;
  vfs::CapabilitySet capabilities = 0;  // What comes of it.
  List device_cgroup_rules;             // "c 1:3 rwm"
  std::string seccomp;  // "": the default filter; "unconfined"; else its JSON.
  bool no_new_privileges = false;
  PathsRef masked_paths, read_only_paths;
  bool private_cgroups = false;  // Its cgroup looks like the root.
  std::int64_t shm_size = 0;     // 0: 64 MiB.
  int oom_score_adj = 0;
  std::map<std::string, std::string> sysctls;
  bool privileged = false, read_only = false, init = false;
  std::string pid_mode, ipc_mode, uts_mode, cgroup_parent;
  bool keep_log = true;  // False for --log-driver none.
  LogBounds log;
};

// --- What came of it -------------------------------------------------------

/// Why a process did not start.  The profile's words are the engine's; `text`
/// is the runtime's own: `exec: "foo": executable file not found in $PATH`.
struct StartFault {
  enum class Kind {
    not_found,       // No such program: 127.
    not_executable,  // A directory, or no x bit: 126.
    no_user,         // `text`: "unable to find user x: ..."
    bad_workdir,
    bad_mount,
    port_taken,  // By a process that is none of ours: `text` "tcp 0.0.0.0:80".
    no_device,   // `text` is all that is said.
    other,
  };
  Kind kind = Kind::other;
  std::string text;
};

struct Started {
  std::int64_t pid = 0;  // As the host sees it.
};

struct ExitStatus {
  int code = 0;  // 128 + n when signal n ended it.
  bool oom_killed = false;
};

enum class Stream { in, out, err };

struct Chunk {
  Stream stream = Stream::out;  // With a tty, all is `out`.
  Bytes bytes;                  // Empty: no more will come.
};

/// One client at a container's streams.  Forgetting it detaches.
class Attachment {
 public:
  virtual ~Attachment() = default;
  virtual ByteSink& in() = 0;  // close() is the end of its standard input.
  virtual Task<Result<Chunk>> next() = 0;
};

struct AttachSpec {
  bool in = false, out = true, err = true;
  bool stdin_once = false;  // in().close() is the end of the process's input.
};

/// One piece of output as it was logged: at most one line with its newline.
struct LogEntry {
  Time time;
  Stream stream = Stream::out;
  Bytes bytes;
};

struct LogSpec {
  bool follow = false;
  std::optional<Time> since, until;
  std::optional<std::int64_t> tail;  // Lines; all if absent.
};

class LogReader {
 public:
  virtual ~LogReader() = default;
  /// The next entry; nullopt at the end (when following: of the container).
  virtual Task<Result<std::optional<LogEntry>>> next() = 0;
};

struct LayerInfo {
  LayerId id;
  std::int64_t size = 0;  // behaviour.md §7: "Layer size".
  std::string diff_id;    // "sha256:...": of its uncompressed tar.
};

struct PathChange {
  char kind;  // 'A', 'C', 'D'
  std::string path;
};

/// What `docker cp` must know of a path before it copies.
struct PathStat {
  std::string name;  // Base name.
  std::int64_t size = 0;
  std::uint32_t mode = 0;  // Permission bits.
  bool directory = false, symlink = false, regular = false;
  Time mtime;
  std::string link_target;
};

enum class PathFault { not_found, not_directory, read_only, is_special, other };
struct PathError {
  PathFault kind = PathFault::other;
  std::string text;
};

/// One sample of what a container uses; totals since its start.
struct Usage {
  std::int64_t cpu_nanoseconds = 0, system_nanoseconds = 0;
  int cpus = 1;
  std::int64_t memory = 0, memory_limit = 0;
  std::int64_t received = 0, sent = 0, read = 0, written = 0;
  std::int64_t pids = 0;
};

struct HostInfo {
  std::string name, kernel_version, operating_system, architecture;
  std::int64_t cpus = 1, memory = 0;
  std::string storage_driver, backing_file_system, root_dir, docker_root_dir;
  std::string cgroup_driver, cgroup_version;
  bool weighs_block_io = true;  // The kernel has blkio.weight.
  List security_options;
  List name_servers;  // Of its /etc/resolv.conf.
  std::uint16_t port_first = 32768, port_last = 61000;  // ip_local_port_range
};

/// What there is of a layer, a container's own or a volume, for pictures and
/// for state hashes.
struct TreeFacts {
  std::int64_t added = 0, changed = 0, deleted = 0;  // Paths; whiteouts last.
  std::int64_t bytes = 0;
  std::string digest;  // Of all names, attributes and content.
};

/// One row of the engine's state, for stores that outlive the process.
struct Record {
  std::string table, key;
  std::optional<std::string> json;  // Nothing: the row is gone.
};

// --- Registries ------------------------------------------------------------

struct RegistryAuth {
  std::string user, password;
  std::string email = {};  // Whoever gives one may be made an account.
};

/// Why a registry did not give what was asked.
struct RegistryFault {
  enum class Kind { unreachable, unauthorized, not_found, denied, other };
  Kind kind = Kind::other;
  std::string text;
  std::string url;  // Of an unreachable one: what was asked last.
};
template <typename T>
using RegistryResult = Result<T, RegistryFault>;

struct Manifest {
  std::string digest;               // "sha256:..." of the manifest itself.
  std::string config;               // The image's config JSON.
  std::vector<std::string> layers;  // Blob digests, base first.
  std::vector<std::int64_t> sizes;  // Of each blob, in bytes as transferred.
  /// Schema 1 (before 2016): the v1 JSON of each image of the chain, base
  /// first; then `layers` goes with it one to one.  Empty in schema 2.
  List v1_images;
};

/// A manifest that a registry has taken: its digest, and how long its JSON is.
struct StoredManifest {
  std::string digest;
  std::int64_t size = 0;
};

struct SearchHit {
  std::string name, description;
  int stars = 0;
  bool official = false, automated = false;
};

/// What becomes of a blob on its way here, for whoever shows it.
struct BlobStep {
  enum class Kind {
    waiting,
    downloading,
    retrying,  // In `current` seconds.
    verifying,
    complete,
    extracting,
  };
  std::string digest;
  Kind kind = Kind::waiting;
  std::int64_t current = 0, total = 0;  // Bytes; total 0: nobody knows.
};
/// Called at once; must not wait.
using BlobSink = std::function<void(const BlobStep&)>;

/// Blobs that are under way.  Forgetting it gives up those that are not here.
class BlobTransfers {
 public:
  virtual ~BlobTransfers() = default;
};

/// The OCI distribution protocol, in the verbs that an engine needs.  `host`
/// is "docker.io", "localhost:5000", ...; `repository` "library/redis".
class RegistryClient {
 public:
  virtual ~RegistryClient();
  /// Whether bytes take a time on their way that is worth a progress bar.
  virtual bool takes_time() const { return false; }
  /// Begins to bring blobs here, several at a time; blob() of each then waits
  /// for its own.  Null: each comes when it is asked for.
  virtual std::unique_ptr<BlobTransfers> fetch_ahead(std::string /*host*/,
                                                     std::string /*repository*/,
                                                     List /*digests*/,
                                                     RegistryAuth /*auth*/,
                                                     BlobSink /*told*/) {
    return nullptr;
  }
  virtual Task<RegistryResult<Manifest>> manifest(std::string host,
                                                  std::string repository,
                                                  std::string reference,
                                                  RegistryAuth auth) = 0;
  virtual Task<RegistryResult<List>> tags(std::string host,
                                          std::string repository,
                                          RegistryAuth auth) = 0;
  /// Uncompressed tar of a layer.
  virtual Task<RegistryResult<std::unique_ptr<ByteSource>>> blob(
      std::string host, std::string repository, std::string digest,
      RegistryAuth auth) = 0;
  virtual Task<RegistryResult<bool>> has_blob(std::string host,
                                              std::string repository,
                                              std::string digest,
                                              RegistryAuth auth) = 0;
  /// Links a layer that another repository of this registry has into this one:
  /// the other's name, or "" when none has it.
  virtual Task<RegistryResult<std::string>> mount_blob(std::string host,
                                                       std::string repository,
                                                       std::string digest,
                                                       RegistryAuth auth);
  virtual Task<RegistryResult<std::string>> put_blob(std::string host,
                                                     std::string repository,
                                                     ByteSource& tar,
                                                     RegistryAuth auth) = 0;
  virtual Task<RegistryResult<StoredManifest>> put_manifest(
      std::string host, std::string repository, std::string tag,
      Manifest manifest, RegistryAuth auth) = 0;
  virtual Task<RegistryResult<std::vector<SearchHit>>> search(
      std::string term) = 0;
  virtual Task<RegistryResult<std::string>> login(std::string host,
                                                  RegistryAuth auth) = 0;
};

// --- The door --------------------------------------------------------------

class Backend {
 public:
  virtual ~Backend();

  virtual Executor& executor() = 0;
  virtual IdSource& ids() = 0;
  virtual HostInfo host() = 0;
  virtual RegistryClient& registry() = 0;

  /// Whether persist() wants rows at all; if not, none are made.
  virtual bool keeps_records() const { return false; }

  /// Keeps rows of state, all or none.  The simulator forgets them.
  virtual Task<Outcome> persist(std::vector<Record> records) = 0;
  /// A container that an earlier engine has started: wait() then tells its
  /// end, also when that was meanwhile.
  virtual Task<Outcome> adopt(ContainerSpec spec, std::int64_t pid);

  // Layers.  A rootfs is a writable layer over an image's topmost layer.
  virtual Task<Result<LayerInfo>> import_layer(ByteSource& tar, LayerId id,
                                               LayerId parent) = 0;
  virtual Task<Outcome> export_layer(LayerId id, ByteSink& tar) = 0;
  virtual Task<Outcome> remove_layer(LayerId id) = 0;
  virtual Task<Outcome> create_rootfs(ContainerId id, LayerId image) = 0;
  virtual Task<Outcome> remove_rootfs(ContainerId id) = 0;
  virtual Task<Result<LayerInfo>> commit_rootfs(ContainerId id,
                                                LayerId into) = 0;
  virtual Task<Outcome> export_rootfs(ContainerId id, ByteSink& tar) = 0;
  virtual Task<Result<std::vector<PathChange>>> changes(ContainerId id) = 0;
  virtual Task<Result<std::int64_t>> rootfs_size(ContainerId id) = 0;

  // Paths in a container, whatever its state; mounts are seen, symlinks are
  // resolved inside, ".." does not leave.
  virtual Task<Result<PathStat, PathError>> stat_path(ContainerId id,
                                                      std::string path) = 0;
  virtual Task<Result<std::monostate, PathError>> copy_out(ContainerId id,
                                                           std::string path,
                                                           ByteSink& tar) = 0;
  virtual Task<Result<std::monostate, PathError>> copy_in(ContainerId id,
                                                          std::string directory,
                                                          ByteSource& tar) = 0;

  // Life.  HOME is added to the environment from the container's passwd.
  /// The caller's `spec` is there until the answer is, and may be changed.
  virtual Task<Result<Started, StartFault>> start(ContainerSpec& spec) = 0;
  /// Waits for PID 1 to end and all its output to be logged and delivered.
  virtual Task<ExitStatus> wait(ContainerId id) = 0;
  virtual Task<Outcome> signal(ContainerId id, int number) = 0;
  virtual Task<Outcome> freeze(ContainerId id) = 0;
  virtual Task<Outcome> thaw(ContainerId id) = 0;
  virtual Task<Outcome> update_limits(ContainerId id, Limits limits) = 0;
  virtual Task<Result<Started, StartFault>> exec(ContainerId id, ExecId exec,
                                                 ProcessSpec process,
                                                 bool open_stdin) = 0;
  virtual Task<ExitStatus> wait_exec(ContainerId id, ExecId exec) = 0;

  // Streams.  May be attached to before start().  `exec` empty: PID 1's.
  virtual std::unique_ptr<Attachment> attach(ContainerId id, ExecId exec,
                                             AttachSpec spec) = 0;
  virtual Task<Outcome> resize(ContainerId id, ExecId exec, int rows,
                               int columns) = 0;
  virtual std::unique_ptr<LogReader> logs(ContainerId id, LogSpec spec) = 0;

  // Looking in.
  /// ps(1) of the host, with these options, header first, the container's
  /// processes only; each row one line of text.
  virtual Task<Result<List>> top(ContainerId id, List ps_options) = 0;
  virtual Task<Result<Usage>> usage(ContainerId id) = 0;

  // Volumes and the host's own paths.
  virtual Task<Result<std::string>> create_volume(
      VolumeName name) = 0;  // Path.
  virtual Task<Outcome> remove_volume(VolumeName name) = 0;
  /// Copies what the image has at `path` into a volume, if that is empty, with
  /// the directory's owner and mode; an image without it is no error.
  virtual Task<Outcome> copy_up(ContainerId id, std::string path,
                                VolumeName into) = 0;
  virtual Task<Outcome> make_host_directory(
      std::string path) = 0;  // If absent.
  virtual Task<bool> has_host_path(std::string path) = 0;
  virtual Task<Result<std::int64_t>> volume_size(VolumeName name) = 0;

  // Network.
  virtual Task<Outcome> rewrite_file(ContainerId id, std::string path,
                                     std::string content) = 0;  // /etc/hosts
  /// A bridge of the host that has this gateway for its own address; one that
  /// is missing is made when the first container joins it.
  virtual Task<Outcome> create_bridge(NetworkSpec network);
  virtual Task<Outcome> remove_bridge(std::string bridge);
  /// Plugs a running container into one more network, and out of one.
  virtual Task<Outcome> join_network(ContainerId id, NetworkSpec network);
  virtual Task<Outcome> leave_network(ContainerId id, std::string bridge);

  // For pictures and state hashes; a backend that does not tell, tells nothing.
  virtual std::optional<TreeFacts> layer_facts(LayerId) { return {}; }
  virtual std::optional<TreeFacts> rootfs_facts(ContainerId) { return {}; }
  virtual std::optional<TreeFacts> volume_facts(VolumeName) { return {}; }
  /// Of what a container has logged.
  virtual std::string log_digest(ContainerId) { return ""; }

  /// Told whenever a container's cgroup had to kill for want of memory; the
  /// engine sets it.
  std::function<void(const ContainerId&)> on_oom;

  /// Each step that the engine or the backend takes, for --explain; may be
  /// null.  See engine/explain.h.
  Observer observer;
};

}  // namespace drydock::engine
