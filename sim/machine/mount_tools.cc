// mount_tools.cc — finding, making and covering mount points.

#include "sim/machine/mount_tools.h"

#include <utility>

#include "sim/base/text.h"

namespace drydock::machine {

vfs::View root_view(const vfs::MountTable& table) {
  const vfs::Location root = table.root();
  return {&table, root, root, vfs::Credentials{}};
}

SysResult<vfs::Location> mount_point(const vfs::MountTable& table,
                                     const std::string& path, bool directory) {
  const vfs::View view = root_view(table);
  if (const auto there = vfs::resolve(view, path)) return *there;
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

void add_mount(vfs::MountTable& table, std::string_view path,
               vfs::Mount mount) {
  const auto place = vfs::resolve(root_view(table), path);
  if (!place) return;
  mount.on = *place;
  table.add(std::move(mount));
}

SysResult<vfs::Parent> mount_parent(const vfs::MountTable& table,
                                    const std::string& path) {
  const auto folder = mount_point(table, vfs::dir_name(path), true);
  if (!folder) return folder.error();
  return vfs::resolve_parent(root_view(table), path, vfs::Last::follow);
}

}  // namespace drydock::machine
