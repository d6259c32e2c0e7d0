// mounts.cc — the tree that a container sees: its root and all that covers it.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/engine/explain.h"
#include "sim/kernel/device.h"
#include "sim/machine/sim_backend.h"
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

vfs::View root_view(const vfs::MountTable& table) {
  const vfs::Location root = table.root();
  return {&table, root, root, vfs::Credentials{}};
}

/// Makes what a mount will cover, if it is not there: a directory with all
/// above it, or a file.
SysResult<vfs::Location> mount_point(const vfs::MountTable& table,
                                     const std::string& path, bool directory) {
  const vfs::View view = root_view(table);
  std::string so_far = "/";
  const List parts = split(vfs::clean_path(path).substr(1), '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    so_far = vfs::join_path(so_far, parts[i]);
    if (vfs::resolve(view, so_far)) continue;
    const auto parent = vfs::resolve_parent(view, so_far, vfs::Last::follow);
    if (!parent) return parent.error();
    vfs::NewFile file;
    const bool last = i + 1 == parts.size();
    file.type =
        !last || directory ? vfs::FileType::directory : vfs::FileType::regular;
    file.mode = 0755;
    const auto made = parent->directory.inode->create(parent->name, file);
    if (!made) return made.error();
  }
  return vfs::resolve(view, path);
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

vfs::Mount mount_of(std::string source, std::string type, std::string options,
                    vfs::FileSystemRef file_system) {
  vfs::Mount mount;
  mount.source = std::move(source);
  mount.type = std::move(type);
  mount.options = std::move(options);
  mount.root = file_system->root();
  mount.file_system = std::move(file_system);
  return mount;
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

}  // namespace

vfs::InodeRef SimBackend::host_path(std::string_view path) {
  vfs::InodeRef inode = host_;
  for (const std::string& part : split(vfs::clean_path(path), '/')) {
    if (part.empty()) continue;
    const auto found = inode->lookup(part);
    if (!found) return nullptr;
    inode = *found;
  }
  return inode;
}

Result<vfs::MountTable, StartFault> SimBackend::base_mounts(
    SimContainer& container, const engine::ContainerSpec& spec) {
  vfs::Mount root = mount_of("overlay", "overlay", "relatime", container.root);
  root.read_only = spec.read_only;
  vfs::MountTable table(std::move(root));
  const auto on = [&table](std::string_view path) {
    return vfs::resolve(root_view(table), path);
  };
  const auto add = [&](std::string_view path, vfs::Mount mount) {
    const auto place = on(path);
    if (!place) return;
    mount.on = *place;
    mount.path = path;
    table.add(std::move(mount));
  };
  add("/dev", mount_of("tmpfs", "tmpfs", "nosuid,mode=755",
                       vfs::make_union_mount(device_layer_, kernel_.scheduler(),
                                             64 << 20)));
  container.pts = std::make_shared<kernel::Devpts>(kernel_);
  add("/dev/pts", mount_of("devpts", "devpts",
                           "nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666",
                           container.pts));
  add("/dev/shm",
      mount_of("shm", "tmpfs", "nosuid,nodev,noexec,size=65536k",
               vfs::make_memory_fs(kernel_.scheduler(), {.type = "tmpfs",
                                                         .bytes_max = 64 << 20,
                                                         .root_mode = 01777})));
  vfs::Mount sys =
      mount_of("sysfs", "sysfs", "nosuid,nodev,noexec,relatime", sys_);
  sys.read_only = true;
  add("/sys", std::move(sys));
  for (const std::string_view path : kEngineFiles) {
    const std::string name = vfs::base_name(path);
    const vfs::InodeRef inode = host_path(metadata_path(spec.id) + "/" + name);
    if (inode) add(path, bind_of(inode, false));
  }
  if (spec.init) {
    const vfs::InodeRef inode = host_path("/usr/bin/docker-init");
    if (!inode) return mount_fault("exec: \"docker-init\": not found");
    const Outcome covered =
        cover(table, std::string(kInitPath), bind_of(inode, true));
    if (!covered) return mount_fault(covered.error().text);
  }
  if (spec.process.tty) {
    container.main.tty = container.pts->make_tty();
    const auto place = on("/dev/pts/0");
    if (place) (void)cover(table, "/dev/console", bind_of(place->inode, false));
  }
  return table;
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

Result<std::monostate, StartFault> SimBackend::mount_one(
    vfs::MountTable& table, const MountSpec& mount) {
  Outcome covered = done();
  if (mount.kind == MountKind::tmpfs) {
    covered = cover(table, mount.target,
                    mount_of("tmpfs", "tmpfs", "nosuid,nodev,noexec,relatime",
                             vfs::make_memory_fs(kernel_.scheduler(),
                                                 {.type = "tmpfs",
                                                  .bytes_max = 64 << 20,
                                                  .root_mode = 01777})));
  } else {
    bool is_new = false;
    const auto source = source_of(mount, &is_new);
    if (!source) return source.error();
    covered = cover(table, mount.target, bind_of(*source, mount.read_only));
  }
  if (!covered) return mount_fault(covered.error().text);
  return std::monostate{};
}

/// How deep the union is, what is mounted in it, and what that hides.
void SimBackend::tell_mounts(SimContainer& own,
                             const engine::ContainerSpec& spec) {
  int layers = 1;
  for (vfs::LayerRef at = own.root->lower(); at; at = at->parent()) ++layers;
  List targets = {"/proc", "/dev", "/sys"};
  for (const auto& [path, content] : spec.files) targets.push_back(path);
  for (const MountSpec& mount : spec.mounts) targets.push_back(mount.target);
  engine::explain(*this, StepKind::mounts, "container", spec.id, "layers",
                  layers - 1, "targets", join(targets, " "));
  const vfs::View view = root_view(own.table);
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

Result<std::monostate, StartFault> SimBackend::mount_all(
    SimContainer& container, const engine::ContainerSpec& spec) {
  auto table = base_mounts(container, spec);
  if (!table) return table.error();
  container.table = std::move(*table);
  container.mounts = spec.mounts;
  if (observer) tell_mounts(container, spec);
  container.read_only = spec.read_only;
  // Shallow ones first, so that /a is there before /a/b is mounted in it.
  std::vector<MountSpec> mounts = spec.mounts;
  std::ranges::stable_sort(mounts, {}, [](const MountSpec& mount) {
    return std::ranges::count(vfs::clean_path(mount.target), '/');
  });
  for (const MountSpec& mount : mounts) {
    const auto mounted = mount_one(container.table, mount);
    if (!mounted) return mounted.error();
  }
  return std::monostate{};
}

/// What `docker cp` sees of a container: its root and volumes, and the files
/// that the engine writes.  /dev, /proc and /sys are of processes alone.
vfs::MountTable SimBackend::table_at_rest(const ContainerId& id) {
  SimContainer& own = container(id);
  vfs::MountTable table(mount_of("overlay", "overlay", "relatime", own.root));
  table.root().mount->read_only = own.read_only;
  for (const MountSpec& mount : own.mounts) {
    if (mount.kind != MountKind::tmpfs) (void)mount_one(table, mount);
  }
  for (const std::string_view path : kEngineFiles) {
    const std::string name = vfs::base_name(path);
    const vfs::InodeRef inode = host_path(metadata_path(id) + "/" + name);
    if (inode) (void)cover(table, std::string(path), bind_of(inode, false));
  }
  return table;
}

}  // namespace drydock::machine
