// config.h — what an image says about itself, and about containers made of it.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/base/value.h"
#include "sim/image/reference.h"

namespace drydock::image {

using StringMap = std::map<std::string, std::string>;
using StringSet = std::set<std::string>;

/// HEALTHCHECK (since 1.12); spans of 0 are inherited.
struct Healthcheck {
  List test;  // {"NONE"}, {"CMD", ...}, {"CMD-SHELL", text}.
  Nanoseconds interval = 0, timeout = 0, start_period = 0;
  int retries = 0;
  friend bool operator==(const Healthcheck&, const Healthcheck&) = default;
};

/// Docker's Config: how to run a container.  Where Go tells nil from empty,
/// and JSON null from [], an absent optional is nil.
struct ContainerConfig {
  std::string hostname, domainname, user;
  bool attach_stdin = false, attach_stdout = false, attach_stderr = false;
  StringSet exposed_ports;  // "80/tcp"
  bool tty = false, open_stdin = false, stdin_once = false;
  std::optional<List> env;  // "K=V"; "K" alone takes K away.
  std::optional<List> cmd;
  std::optional<Healthcheck> healthcheck;
  std::string image;  // As typed at creation.
  std::optional<StringSet> volumes;
  std::string volume_driver;
  std::string working_dir;
  std::optional<List> entrypoint;
  bool network_disabled = false;
  std::string mac_address;
  std::optional<List> on_build;
  std::optional<StringMap> labels;
  std::string stop_signal;
  std::optional<int> stop_timeout;  // Seconds.
  std::optional<List> shell;

  friend bool operator==(const ContainerConfig&,
                         const ContainerConfig&) = default;
};

/// One line of `docker history` (OCI image-spec, config.md).
struct HistoryEntry {
  Time created;
  std::string created_by, author, comment;
  bool empty_layer = false;
  std::int64_t size = 0;  // Ours: of the layer; not part of the JSON.
  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

/// An image.  In docker-1.8 it is one layer with a random id over a parent;
/// in docker-20.10 a config, named by its sha256, over a list of layers.
struct Image {
  std::string id;      // 64 hex digits; "sha256:" is added where it is shown.
  std::string parent;  // Id, or empty.
  std::string comment;
  Time created;
  std::string container;  // Of which it was committed; 64 digits or empty.
  ContainerConfig container_config;
  std::string docker_version;
  std::string author;
  ContainerConfig config;
  std::string architecture = "amd64", os = "linux";
  std::int64_t size = 0;          // Of its topmost layer.
  std::int64_t virtual_size = 0;  // Of all of them.
  std::string layer;  // Topmost backend layer; empty: no layer at all.
  List diff_ids;      // "sha256:...", base first.
  std::vector<HistoryEntry> history;  // Base first.
  std::uint64_t order = 0;  // The store's count: later ones have higher.
  Time last_tagged;  // Zero time: never.  Not part of the JSON.
  /// The JSON that it came in from elsewhere, byte for byte, for its digest is
  /// the id; empty: made here.
  std::string source;
};
using ImageRef = std::shared_ptr<const Image>;

/// Go's zero time: 0001-01-01T00:00:00Z does not fit in 64 bits of
/// nanoseconds, so one value stands for it.
inline constexpr Time kZeroTime{INT64_MIN};
std::string go_time(Time time);  // rfc3339, or "0001-01-01T00:00:00Z".

/// Config as each profile's JSON has it: order, omissions, nils.
Value config_value(const ContainerConfig& config, Grammar profile);

/// The JSON that is hashed, saved and pushed: docker-20.10's config blob
/// (keys in ascending order) or docker-1.8's `json` file of a layer.
std::string image_json(const Image& image, Grammar profile);

/// Reads either form; unknown keys are left alone.
Result<Image> parse_image_json(std::string_view json);

/// sha256 of `image_json`.
std::string image_digest(const Image& image);

/// chainID of the OCI image-spec: of these layers, base first.
std::string chain_id(const List& diff_ids);

/// The diffID of a layer that changes nothing: a tar of two zero blocks.
inline constexpr std::string_view kEmptyDiffId =
    "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

/// The environment as Docker merges it: entries of `over` first, then those
/// of `under` whose key it has not (behaviour.md, "Merge with image config").
List merge_env(const List& over, const List& under);

/// Puts "K=V" in place of K's entry, or at the end.
void set_env(List& env, std::string_view entry);

std::string_view env_key(std::string_view entry);

}  // namespace drydock::image
