// mounts.cc — what -v, --mount, --volumes-from and VOLUME come to.

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "sim/base/id.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/names.h"
#include "sim/vfs/walk.h"

namespace drydock::engine {

namespace {

/// Mounts by destination: each path has one.
using Plan = std::map<std::string, MountPoint>;

const std::array<std::string_view, 2> kAccess = {"ro", "rw"};
const std::array<std::string_view, 2> kRelabel = {"z", "Z"};
const std::array<std::string_view, 6> kPropagation = {
    "shared", "rshared", "slave", "rslave", "private", "rprivate"};

bool is_one_of(auto const& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// The words of a mode ("ro,z"), each kind at most once.
bool parse_mode(const std::string& mode, bool recent, MountPoint& mount) {
  int accesses = 0, labels = 0, propagations = 0, copies = 0;
  for (const std::string& word : split(mode, ',')) {
    if (is_one_of(kAccess, word)) {
      ++accesses;
      if (word == "ro") mount.rw = false;
    } else if (is_one_of(kRelabel, word)) {
      ++labels;
    } else if (recent && is_one_of(kPropagation, word)) {
      ++propagations;
      mount.propagation = word;
    } else if (recent && word == "nocopy") {
      ++copies;
      mount.no_copy = true;
    } else {
      return false;
    }
  }
  return accesses <= 1 && labels <= 1 && propagations <= 1 && copies <= 1;
}

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, '/'));
}

}  // namespace

/// Reads one -v that names two paths: "src:dst[:mode]".
static Answer<MountPoint> read_bind(const std::string& typed,
                                    const Rules& rules) {
  const auto bad = [&](Message message, std::string_view what,
                       std::string_view path) {
    return rules.fault(Fault::Kind::bad_parameter, Object::none, message,
                       fmt::arg("typed", what), fmt::arg("path", path));
  };
  List parts = split(typed, ':');
  if (parts.size() == 3 && parts[0].empty()) parts.erase(parts.begin());
  if (parts.size() > 3 || parts.size() < 2 || parts[1].empty()) {
    return bad(Message::bad_mount_spec, typed, "");
  }
  MountPoint mount;
  mount.source = parts[0];
  mount.destination = vfs::clean_path(parts[1]);
  if (!parts[1].starts_with('/')) {
    return bad(Message::mount_path_relative, typed, parts[1]);
  }
  if (mount.destination == "/") return bad(Message::mount_on_root, typed, "/");
  if (parts.size() == 3) {
    mount.mode = parts[2];
    if (!parse_mode(mount.mode, rules.copy_up_into_named, mount)) {
      return bad(Message::bad_mount_mode, mount.mode, "");
    }
  }
  if (mount.source.empty()) {
    mount.anonymous = true;
  } else if (mount.source.starts_with('/')) {
    mount.kind = MountKind::bind;
    if (mount.no_copy) return bad(Message::bind_no_copy, typed, "");
    mount.source = vfs::clean_path(mount.source);
    if (rules.copy_up_into_named && mount.propagation.empty()) {
      mount.propagation = "rprivate";
    }
    return mount;
  } else {
    mount.name = mount.source;
    if (!is_good_volume_name(mount.name)) {
      return bad(Message::volume_name_invalid, mount.name, "");
    }
    if (rules.copy_up_into_named && mount.mode.empty()) mount.mode = "z";
  }
  mount.kind = MountKind::volume;
  mount.driver = "local";
  mount.source.clear();
  return mount;
}

/// "container[:ro|rw]": its effective mounts, with the same paths.
static Answer<std::vector<MountPoint>> read_volumes_from(
    const Engine& engine, const std::string& typed) {
  const Rules& rules = engine.rules();
  if (typed.empty()) {
    return rules.fault(Fault::Kind::bad_parameter, Object::none,
                       Message::empty_volumes_from, fmt::arg("typed", typed));
  }
  const std::size_t colon = typed.find(':');
  const std::string who = typed.substr(0, colon);
  const std::string mode =
      colon == std::string::npos ? "" : typed.substr(colon + 1);
  if (colon != std::string::npos && !is_one_of(kAccess, mode)) {
    return rules.fault(Fault::Kind::bad_parameter, Object::none,
                       Message::bad_volumes_from_mode, fmt::arg("typed", mode));
  }
  const Answer<ContainerRef> source = engine.find(who);
  if (!source) return source.error();
  std::vector<MountPoint> mounts;
  for (MountPoint mount : (*source)->mounts) {
    if (mode == "ro") mount.rw = false;
    mount.borrowed = true;
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

static Answer<MountPoint> read_mount(const MountRequest& request,
                                     const Rules& rules) {
  MountPoint mount;
  mount.destination = vfs::clean_path(request.target);
  mount.rw = !request.read_only;
  mount.no_copy = request.no_copy;
  if (request.type == "bind") {
    mount.kind = MountKind::bind;
    mount.source = request.source;
    mount.propagation =
        request.propagation.empty() ? "rprivate" : request.propagation;
    if (!request.source.starts_with('/')) {
      return Fault{Fault::Kind::bad_parameter,
                   "invalid mount config for type \"bind\": invalid mount "
                   "path: '" +
                       request.source + "' mount path must be absolute"};
    }
    return mount;
  }
  if (request.type == "tmpfs") {
    mount.kind = MountKind::tmpfs;
    if (request.tmpfs_size > 0) {
      mount.mode = fmt::format("size={}", request.tmpfs_size);
    }
    if (request.tmpfs_mode != 0) {
      mount.mode += fmt::format("{}mode={:o}", mount.mode.empty() ? "" : ",",
                                request.tmpfs_mode);
    }
    return mount;
  }
  if (request.type != "volume") {
    return Fault{Fault::Kind::bad_parameter,
                 "invalid mount config for type \"" + request.type +
                     "\": mount type unknown"};
  }
  mount.name = request.source;
  mount.anonymous = request.source.empty();
  mount.driver = "local";
  mount.mode = "z";
  if (!mount.anonymous && !is_good_volume_name(mount.name)) {
    return rules.fault(Fault::Kind::bad_parameter, Object::volume,
                       Message::volume_name_invalid,
                       fmt::arg("typed", mount.name));
  }
  return mount;
}

Answer<std::vector<MountPoint>> Engine::plan_mounts(
    const Container& container) {
  Plan plan;
  for (const std::string& typed : container.host->volumes_from) {
    const auto borrowed = read_volumes_from(*this, typed);
    if (!borrowed) return borrowed.error();
    for (const MountPoint& mount : *borrowed) plan[mount.destination] = mount;
  }
  StringSet own;  // Paths that -v and --mount have named.
  const auto claim = [&](MountPoint mount) -> std::optional<Fault> {
    if (!own.insert(mount.destination).second) {
      return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                          Message::duplicate_mount,
                          fmt::arg("typed", mount.destination));
    }
    plan[mount.destination] = std::move(mount);
    return std::nullopt;
  };
  for (const std::string& typed : container.host->binds) {
    const Answer<MountPoint> mount = read_bind(typed, rules_);
    if (!mount) return mount.error();
    const std::optional<Fault> fault = claim(*mount);
    if (fault) return *fault;
  }
  for (const MountRequest& request : container.host->mounts) {
    const Answer<MountPoint> mount = read_mount(request, rules_);
    if (!mount) return mount.error();
    const std::optional<Fault> fault = claim(*mount);
    if (fault) return *fault;
  }
  for (const std::string& path :
       container.config.volumes.value_or(StringSet{})) {
    MountPoint mount;
    // "rel" and "n:/c" are paths below the root to later engines.
    mount.destination =
        vfs::clean_path(path.starts_with('/') ? path : "/" + path);
    mount.driver = "local";
    mount.anonymous = true;
    plan.emplace(mount.destination, mount);  // What is there already wins.
  }
  const std::string& driver = container.host->volume_driver;
  for (const auto& [path, mount] : plan) {
    const bool ours = mount.kind != MountKind::volume || mount.borrowed ||
                      driver.empty() || driver == "local";
    if (ours) continue;
    return rules_.fault(Fault::Kind::bad_parameter, Object::volume,
                        Message::volume_driver, fmt::arg("typed", mount.name),
                        fmt::arg("why", driver));
  }
  std::vector<MountPoint> mounts;
  for (auto& [path, mount] : plan) mounts.push_back(std::move(mount));
  std::stable_sort(mounts.begin(), mounts.end(),
                   [](const MountPoint& a, const MountPoint& b) {
                     return depth_of(a.destination) < depth_of(b.destination);
                   });
  return mounts;
}

Task<Answer<std::string>> Engine::need_volume(VolumeName name, bool anonymous) {
  if (const Volume* const there = volumes_.find(name)) co_return there->path;
  const Result<std::string> path = co_await backend_.create_volume(name);
  if (!path) co_return Fault{Fault::Kind::internal, path.error().text};
  Volume volume;
  volume.name = name;
  volume.path = *path;
  volume.created = now();
  volume.anonymous = anonymous;
  volumes_.add(std::move(volume));
  explain(backend_, StepKind::volume_made, "volume", name, "path", *path);
  note_volume(name, "create", nullptr, nullptr);
  co_return *path;
}

Task<Done> Engine::make_mounts(ContainerRef container) {
  for (MountPoint& mount : container->mounts) {
    if (mount.kind == MountKind::bind) {
      const Outcome made = co_await backend_.make_host_directory(mount.source);
      if (!made) co_return Fault{Fault::Kind::internal, made.error().text};
      explain(backend_, StepKind::bind, "container", container->id, "source",
              mount.source, "target", mount.destination, "mode",
              mount.rw ? "read and write" : "read only");
      continue;
    }
    if (mount.kind != MountKind::volume) continue;
    if (mount.name.empty()) mount.name = backend_.ids().next();
    const bool fresh = volumes_.find(mount.name) == nullptr;
    Answer<std::string> path =
        co_await need_volume(mount.name, mount.anonymous);
    if (!path) co_return path.error();
    mount.source = *path;
    std::set<ContainerId>& users = volumes_.find(mount.name)->users;
    const std::size_t owners = users.size();
    users.insert(container->id);
    explain(
        backend_,
        mount.borrowed ? StepKind::volume_borrowed : StepKind::volume_mounted,
        "container", container->id, "volume", mount.name, "target",
        mount.destination);
    explain(backend_, StepKind::volume_owners, "volume", mount.name, "from",
            owners, "to", users.size());
    const bool copies = !mount.borrowed && !mount.no_copy &&
                        (mount.anonymous || rules_.copy_up_into_named);
    // Later engines copy into whatever is still empty.
    if (!copies || (!fresh && !rules_.copy_up_into_named)) continue;
    const Outcome copied =
        co_await backend_.copy_up(container->id, mount.destination, mount.name);
    if (!copied) {
      co_return Fault{Fault::Kind::internal, copied.error().text};
    }
    explain(backend_, StepKind::volume_filled, "container", container->id,
            "volume", mount.name, "target", mount.destination);
  }
  co_return did_it();
}

Task<void> Engine::drop_volumes(ContainerRef container, bool asked) {
  for (const MountPoint& mount : container->mounts) {
    Volume* const volume = volumes_.find(mount.name);
    if (!volume) continue;
    const bool is_bind = mount.kind == MountKind::bind;
    const bool goes =
        goes_with_container(*volume, asked, is_bind, container->id,
                            rules_.named_volumes_go_with_rm);
    const std::size_t owners = volume->users.size();
    volume->users.erase(container->id);
    const std::size_t left = volume->users.size();
    explain(backend_, StepKind::volume_owners, "volume", mount.name, "from",
            owners, "to", left);
    if (!goes) {
      explain(backend_, StepKind::volume_kept, "container", container->id,
              "volume", mount.name, "owners", left, "asked", asked, "why",
              left > 0  ? "others own it"
              : !asked  ? "nobody asked for its end (rm -v)"
              : is_bind ? "it is the host's own directory"
                        : "it has a name that somebody chose");
      continue;
    }
    const Outcome removed = co_await backend_.remove_volume(mount.name);
    if (!removed) continue;
    explain(backend_, StepKind::volume_deleted, "volume", mount.name);
    note_volume(mount.name, "destroy", nullptr, nullptr);
    volumes_.erase(mount.name);
  }
}

}  // namespace drydock::engine
