// requests.h — what each verb of the engine is asked, and what it answers.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/container.h"

namespace drydock::engine {

// --- Containers --------------------------------------------------------------

struct CreateRequest {
  ContainerConfig config;  // config.image: as typed.
  Seldom<HostConfig> host;
  std::map<std::string, EndpointWish> networks;  // By name.
  std::string name;                              // Empty: a random one.
};
struct Created {
  ContainerId id;
  List warnings;
};

struct RemoveRequest {
  bool force = false;
  bool volumes = false;  // -v
  bool link = false;     // -l: `who` is "parent/alias".
};

struct AttachRequest {
  bool in = false, out = true, err = true;
  bool logs = false;  // What was logged so far comes first.
};

struct ExecRequest {
  List cmd;
  List env;  // Added to the container's.
  std::string user, working_dir, detach_keys;
  bool tty = false, privileged = false;
  bool in = false, out = false, err = false;
};

/// One row of `docker ps`.
struct ContainerSummary {
  ContainerId id;
  List names;         // Own first, without slash; then "parent/alias".
  std::string image;  // As typed, or what it has become.
  std::string image_id;
  std::string command;  // Path and args.
  Time created;
  std::vector<PortBinding> ports;  // host_port 0: exposed only.
  std::string status;              // "Up 3 minutes (Paused)"
  std::string state;               // "paused"
  StringMap labels;
  std::string network;  // "bridge"
  std::vector<MountPoint> mounts;
  std::int64_t size_rw = 0, size_root_fs = 0;  // If asked for.
};

/// Filters as typed, key -> values; the engine checks them.
using Filters = std::map<std::string, List>;

struct PsRequest {
  bool all = false, size = false;
  int limit = -1;  // The newest so many; -1 is all.
  std::string since, before;
  Filters filters;
};

struct TopTable {
  List titles;
  std::vector<List> rows;
};

struct LogsRequest {
  bool out = true, err = true, follow = false;
  std::optional<Time> since, until;
  std::optional<std::int64_t> tail;
};

struct CommitRequest {
  std::string reference;  // "repo:tag", or empty.
  std::string author, comment;
  List changes;  // --change, as typed.
  bool pause = true;
  // The builder's: the config to give, instead of the container's.
  std::optional<ContainerConfig> config;
  std::optional<ContainerConfig> container_config;
  bool metadata_only = false;  // The writable layer is left out.
  std::string parent;          // Instead of the container's image.
};

struct UpdateRequest {
  Limits limits;  // 0 and "": as it was.
  std::optional<RestartPolicy> restart_policy;
  std::optional<std::int64_t> pids_limit;
};

/// What `docker stats` shows of one container.
struct StatsSample {
  ContainerId id;
  std::string name;
  Usage usage, before;  // Of now, and of the sample before it.
};

// --- Images ------------------------------------------------------------------

struct ImagesRequest {
  bool all = false;     // Intermediate ones too.
  std::string pattern;  // REPOSITORY[:TAG], a glob; or empty.
  Filters filters;
};

/// One image; the client makes a row for each name.
struct ImageSummary {
  std::string id, parent;  // 64 digits.
  List tags;               // "repo:tag", sorted.
  List digests;            // "repo@sha256:..."
  Time created;
  std::int64_t size = 0, virtual_size = 0;
  StringMap labels;
  std::int64_t containers = 0;
};

struct HistoryRow {
  std::string id;  // 64 digits, or "<missing>".
  Time created;
  std::string created_by, comment;
  std::int64_t size = 0;
  List tags;
};

/// One line of `docker rmi`.
struct Deletion {
  std::string untagged;    // A name, or
  std::string deleted;     // an id, as it is printed.
  std::int64_t freed = 0;  // Bytes, when it was a layer.
};

struct RmiRequest {
  bool force = false, no_prune = false;
};

/// Either `tar` has the bytes, or it is null and `url` was to be fetched.
struct ImportRequest {
  std::string source;  // "-", a path or a URL, for the comment.
  std::string reference;
  std::string message;
  List changes;
};

struct Loaded {
  List tags;   // "repo:tag"
  List ids;    // Of images that came without a name.
  List notes;  // "The image repo:tag already exists, renaming ..."
};

// --- Registries --------------------------------------------------------------

/// A step of pull or push, in the order in which it is shown.
struct Progress {
  enum class Kind {
    pulling_from,  // `text`: repository, `id`: tag.
    layer,         // `id`: twelve digits, `text`: "Pull complete".
    digest,        // `text`: "sha256:..."
    status,        // `text`: "Downloaded newer image for redis:latest"
    repository,    // 1.8: "Pulling repository ..."; push: "The push refers".
    pushed,        // `text`: "latest: digest: sha256:... size: 527"
  };
  Kind kind = Kind::status;
  std::string id, text;
  std::int64_t current = 0, total = 0;  // Bytes, of a layer.
};
/// Called at once; must not wait.
using ProgressSink = std::function<void(const Progress&)>;

struct PullRequest {
  std::string reference;
  bool all_tags = false;
  RegistryAuth auth;
};

struct PushRequest {
  std::string reference;
  bool all_tags = false;
  RegistryAuth auth;
};

struct SearchRequest {
  std::string term;
  bool automated = false, official = false;
  int stars = 0, limit = 25;
};

// --- The engine itself -------------------------------------------------------

struct InfoReport {
  std::int64_t containers = 0, running = 0, paused = 0, stopped = 0;
  std::int64_t images = 0;
  HostInfo host;
  std::string id;  // Twelve groups of four letters.
  std::string logging_driver = "json-file", execution_driver = "native-0.2";
  Time now;
};

struct NetworkRequest {
  std::string name, driver = "bridge";
  struct Pool {
    std::string subnet, gateway, ip_range;
  };
  std::vector<Pool> pools;
  bool internal = false, attachable = false, ipv6 = false;
  StringMap options, labels;
};

struct NetworkSummary {
  std::string id, name, driver, scope = "local";
  Time created;
  bool internal = false, ipv6 = false;
  StringMap labels;
};

struct VolumeRequest {
  std::string name, driver = "local";
  StringMap options, labels;
};

struct VolumeSummary {
  VolumeName name;
  std::string driver = "local", mountpoint, scope = "local";
  Time created;
  std::optional<StringMap> labels, options;
  std::int64_t users = 0;
};

}  // namespace drydock::engine
