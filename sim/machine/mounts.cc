// mounts.cc — the tree that a container sees: its root and all that covers it.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/engine/explain.h"
#include "sim/machine/mount_tools.h"
#include "sim/machine/sim_backend.h"
#include "sim/machine/tmpfs_options.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::MountKind;
using engine::MountSpec;
using engine::StartFault;
using engine::StepKind;

namespace {

StartFault mount_fault(std::string text) {
  return {StartFault::Kind::bad_mount, std::move(text)};
}

Outcome cover(vfs::MountTable& table, const std::string& path,
              vfs::Mount mount) {
  const bool directory =
      mount.root->attributes().type == vfs::FileType::directory;
  const auto place = mount_point(table, path, directory);
  if (!place) {
    return Error{
        fmt::format("mkdir {}: {}", path, lower(text_of(place.error())))};
  }
  mount.on = *place;
  mount.path = vfs::clean_path(path);
  table.add(std::move(mount));
  return done();
}

vfs::Mount bind_of(vfs::InodeRef inode, bool read_only) {
  vfs::Mount mount;
  mount.source = "/dev/sda1";
  mount.type = "ext4";
  mount.options = "relatime,data=ordered";
  mount.read_only = read_only;
  mount.root = std::move(inode);
  return mount;
}

constexpr std::size_t kNamesShown = 5;

/// The container's own files on the host that are mounted into it.
constexpr std::array<std::string_view, 3> kEngineFiles = {
    "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"};

/// A mount that was asked for, or (null) a file of the engine's.
struct Part {
  std::string target;
  const MountSpec* mount;
};

/// Shallow ones first: /a is there before /a/b is mounted in it, and
/// /etc/hosts lies over -v DIR:/etc.
std::vector<Part> parts_of(const SimContainer& own) {
  std::vector<Part> parts;
  for (const MountSpec& mount : own.mounts) {
    parts.push_back({vfs::clean_path(mount.target), &mount});
  }
  for (const std::string_view path : kEngineFiles) {
    const bool is_theirs =
        std::ranges::find(parts, path, &Part::target) != parts.end();
    if (!is_theirs) parts.push_back({std::string(path), nullptr});
  }
  std::ranges::stable_sort(parts, {}, [](const Part& part) {
    return std::ranges::count(part.target, '/');
  });
  return parts;
}

}  // namespace

/// Is something of /dev, /proc and /sys wanted before the first process is?
bool SimBackend::looks_at_once(const engine::ContainerSpec& spec) {
  return spec.process.tty || spec.privileged || !spec.devices.empty() ||
         std::ranges::any_of(spec.mounts, StandardMounts::holds,
                             &MountSpec::target);
}

/// May the engine's own files wait, too?  Not under mounts that were asked for,
/// nor when they are another container's, which may be gone by then.
bool SimBackend::files_wait(const SimContainer& own,
                            const engine::ContainerSpec& spec) {
  return !looks_at_once(spec) && !spec.init && own.mounts.empty() &&
         own.files_of.empty();
}

/// Mounts those that wait.
std::function<void(vfs::MountTable&)> SimBackend::waiting_files(
    const SimContainer& own, const engine::ContainerSpec& spec) {
  if (!files_wait(own, spec)) return nullptr;
  return [folder = own.folder](vfs::MountTable& table) {
    for (const std::string_view path : kEngineFiles) {
      (void)mount_engine_file(table, folder, path);
    }
  };
}

vfs::InodeRef SimBackend::host_path(std::string_view path) {
  vfs::InodeRef inode = host_;
  const std::string clean = vfs::clean_path(path);
  for (std::string_view rest = clean; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty()) continue;
    auto found = inode->lookup(part);
    if (!found) return nullptr;
    inode = *std::move(found);
  }
  return inode;
}

/// --init: docker-init of the host.
std::optional<StartFault> SimBackend::mount_init(vfs::MountTable& table) {
  const vfs::InodeRef inode = host_path("/usr/bin/docker-init");
  if (!inode) return mount_fault("exec: \"docker-init\": not found");
  const Outcome covered =
      cover(table, std::string(kInitPath), bind_of(inode, true));
  if (!covered) return mount_fault(covered.error().text);
  return std::nullopt;
}

Result<vfs::InodeRef, StartFault> SimBackend::source_of(const MountSpec& mount,
                                                        bool* is_new) {
  *is_new = false;
  const std::string path =
      mount.kind == MountKind::volume
          ? "/var/lib/docker/volumes/" + mount.source + "/_data"
          : mount.source;
  if (const vfs::InodeRef inode = host_path(path)) return inode;
  return mount_fault(fmt::format("stat {}: no such file or directory", path));
}

/// -v HOST:PATH:shared needs a host directory on a shared mount; the
/// simulated host has none: its root is private.
std::optional<StartFault> SimBackend::propagation_fault(
    const MountSpec& mount) const {
  const std::string& wish = mount.propagation;
  const bool shared = wish == "shared" || wish == "rshared";
  if (!shared && wish != "slave" && wish != "rslave") return std::nullopt;
  return StartFault{
      StartFault::Kind::no_device,
      fmt::format("path {} is mounted on / but it is not a {} mount",
                  mount.source, shared ? "shared" : "shared or slave")};
}

/// A file cannot cover a directory, nor the other way round.
std::optional<StartFault> SimBackend::kind_fault(
    const vfs::MountTable& table, const MountSpec& mount,
    const vfs::InodeRef& source) const {
  const auto place = vfs::resolve(root_view(table), mount.target);
  if (!place) return std::nullopt;
  const auto is_directory = [](const vfs::InodeRef& inode) {
    return inode->attributes().type == vfs::FileType::directory;
  };
  if (is_directory(source) == is_directory(place->inode)) return std::nullopt;
  return mount_fault(fmt::format(
      "error during container init: error mounting {} to rootfs at {}: mount "
      "{}:{} (via /proc/self/fd/6), flags: 0x5000: not a directory",
      go_quote(mount.source), go_quote(mount.target), mount.source,
      mount.target));
}

vfs::Mount SimBackend::tmpfs_mount(const MountSpec& mount) {
  const TmpfsOptions wanted = read_tmpfs_options(mount.source);
  vfs::MemoryFsOptions options;
  options.type = "tmpfs";
  options.bytes_max = wanted.size > 0 ? wanted.size : info_.memory / 2;
  options.root_mode = wanted.mode;
  const vfs::FileSystemRef files =
      vfs::make_memory_fs(kernel_.scheduler(), options);
  vfs::AttributeChange owner;
  owner.uid = wanted.uid;
  owner.gid = wanted.gid;
  (void)files->root()->change(owner);
  vfs::Mount made = mount_of("tmpfs", "tmpfs", wanted.shown, files);
  made.read_only = wanted.read_only || mount.read_only;
  return made;
}

Result<std::monostate, StartFault> SimBackend::mount_one(
    vfs::MountTable& table, const MountSpec& mount) {
  Outcome covered = done();
  if (mount.kind == MountKind::tmpfs) {
    covered = cover(table, mount.target, tmpfs_mount(mount));
  } else {
    bool is_new = false;
    const auto source = source_of(mount, &is_new);
    if (!source) return source.error();
    const auto unshared = propagation_fault(mount);
    if (unshared) return *unshared;
    const auto mixed = kind_fault(table, mount, *source);
    if (mixed) return *mixed;
    covered = cover(table, mount.target, bind_of(*source, mount.read_only));
  }
  if (!covered) return mount_fault(covered.error().text);
  return std::monostate{};
}

/// How deep the union is, what is mounted in it, and what that hides.
void SimBackend::tell_mounts(const SimContainer& own,
                             const vfs::MountTable& table,
                             const engine::ContainerSpec& spec) {
  int layers = 1;
  for (vfs::LayerRef at = own.root->lower(); at; at = at->parent()) ++layers;
  List targets = {"/proc", "/dev", "/sys"};
  for (const auto& [path, content] : spec.files) targets.push_back(path);
  for (const MountSpec& mount : spec.mounts) targets.push_back(mount.target);
  engine::explain(*this, StepKind::mounts, "container", spec.id, "layers",
                  layers - 1, "targets", join(targets, " "));
  const vfs::View view = root_view(table);
  for (const MountSpec& mount : spec.mounts) {
    if (mount.kind != MountKind::bind) continue;
    const auto place = vfs::resolve(view, mount.target);
    if (!place) continue;
    const auto entries = place->inode->entries();
    if (!entries || entries->empty()) continue;
    List names;
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (names.size() == kNamesShown) break;
      names.push_back(entry.name);
    }
    if (entries->size() > kNamesShown) names.emplace_back("...");
    engine::explain(*this, StepKind::bind_masks, "container", spec.id, "target",
                    mount.target, "count", entries->size(), "names",
                    join(names, " "));
  }
}

/// These, and those of the host that are not among them.
std::map<std::string, std::string> SimBackend::with_files_of_host(
    std::map<std::string, std::string> files) {
  for (const std::string_view path : kEngineFiles) {
    const vfs::InodeRef theirs = host_path(path);
    if (!theirs) continue;
    const auto content = theirs->read(0, theirs->attributes().size);
    if (content) files.emplace(path, *content);
  }
  return files;
}

/// Those of a container that shares the host's network are the host's.
Outcome SimBackend::write_engine_files(SimContainer& own,
                                       const engine::ContainerSpec& spec) {
  own.files_of = spec.network.mode == engine::NetworkMode::container
                     ? spec.network.container
                     : engine::ContainerId();
  std::map<std::string, std::string> of_host;
  const bool shares = spec.network.mode == engine::NetworkMode::host;
  if (shares) of_host = with_files_of_host(spec.files);
  for (const auto& [path, content] : shares ? of_host : spec.files) {
    const Outcome written = write_engine_file(own, spec.id, path, content);
    if (!written) return written;
  }
  return done();
}

Result<std::monostate, StartFault> SimBackend::mount_engine_file(
    vfs::MountTable& table, const vfs::InodeRef& folder,
    std::string_view path) {
  if (!folder) return std::monostate{};
  const auto inode = folder->lookup(vfs::base_name(path));
  if (!inode) return std::monostate{};
  const Outcome covered =
      cover(table, std::string(path), bind_of(*inode, false));
  if (!covered) return mount_fault(covered.error().text);
  return std::monostate{};
}

Result<std::monostate, StartFault> SimBackend::mount_parts(
    vfs::MountTable& table, const ContainerId& id, const SimContainer& own) {
  const ContainerId& owner = own.files_of.empty() ? id : own.files_of;
  const vfs::InodeRef folder = container(owner).folder;
  for (const Part& part : parts_of(own)) {
    const auto mounted = part.mount
                             ? mount_one(table, *part.mount)
                             : mount_engine_file(table, folder, part.target);
    if (!mounted) return mounted.error();
  }
  return std::monostate{};
}

/// Its root, and what lies on it; the standard mounts too, unless they may wait
/// for a look: mount_at_a_look() is the caller's then.
Result<vfs::MountTable, StartFault> SimBackend::mount_all(
    SimContainer& own, const engine::ContainerSpec& spec) {
  own.mounts = spec.mounts;
  own.read_only = spec.read_only;
  vfs::Mount root = mount_of("overlay", "overlay", "relatime", own.root);
  root.read_only = spec.read_only;
  vfs::MountTable table(std::move(root));
  if (looks_at_once(spec)) own.standard->mount_devices(table);
  if (spec.init) {
    const auto refused = mount_init(table);
    if (refused) return *refused;
  }
  if (spec.process.tty) {
    own.main.tty = own.standard->terminals().make_tty();
    const auto place = vfs::resolve(root_view(table), "/dev/pts/0");
    if (place) (void)cover(table, "/dev/console", bind_of(place->inode, false));
  }
  if (observer) tell_mounts(own, table, spec);
  if (files_wait(own, spec)) return table;
  const auto mounted = mount_parts(table, spec.id, own);
  if (!mounted) return mounted.error();
  return table;
}

/// What `docker cp` sees of a container: its root and volumes, and the files
/// that the engine writes.  /dev, /proc and /sys are of processes alone.
vfs::MountTable SimBackend::table_at_rest(const ContainerId& id) {
  SimContainer& own = container(id);
  vfs::MountTable table(mount_of("overlay", "overlay", "relatime", own.root));
  table.root().mount->read_only = own.read_only;
  const vfs::InodeRef folder =
      container(own.files_of.empty() ? id : own.files_of).folder;
  for (const Part& part : parts_of(own)) {
    if (!part.mount) {
      (void)mount_engine_file(table, folder, part.target);
    } else if (part.mount->kind != MountKind::tmpfs) {
      (void)mount_one(table, *part.mount);
    }
  }
  return table;
}

}  // namespace drydock::machine
