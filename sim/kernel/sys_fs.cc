// sys_fs.cc — a small /sys, and cgroups as directories.

#include "sim/kernel/sys_fs.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/kernel/cgroup_files.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/synthetic_inode.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

constexpr std::string_view kDirectories[] = {"block",  "bus",     "class/net",
                                             "dev",    "devices", "firmware",
                                             "kernel", "module"};

std::shared_ptr<SyntheticTree> directory_at(
    const std::shared_ptr<SyntheticTree>& root, std::string_view path) {
  std::shared_ptr<SyntheticTree> at = root;
  for (const std::string& name : split(path, '/')) at = at->directory(name);
  return at;
}

/// A cgroup in one hierarchy.
class CgroupDirectory final : public SyntheticDirectory {
 public:
  CgroupDirectory(Kernel& kernel, std::string hierarchy, CgroupRef cgroup,
                  vfs::InodeRef parent)
      : SyntheticDirectory(synthetic(FileType::directory, 0755,
                                     kernel.next_ino(), kernel.now()),
                           parent, vfs::base_name(cgroup->path())),
        keep_(std::move(parent)),
        kernel_(kernel),
        hierarchy_(std::move(hierarchy)),
        cgroup_(std::move(cgroup)) {}

  SysResult<vfs::InodeRef> lookup(std::string_view name) override {
    const CgroupFile* const row = find_cgroup_file(hierarchy_, name);
    if (row) return file(*row);
    const auto child = cgroup_->children().find(name);
    if (child == cgroup_->children().end()) return Errno::enoent;
    return vfs::InodeRef(std::make_shared<CgroupDirectory>(
        kernel_, hierarchy_, child->second->shared_from_this(),
        shared_from_this()));
  }

  SysResult<std::vector<vfs::DirectoryEntry>> entries() override {
    std::map<std::string, FileType> names;
    for (const std::string_view name : cgroup_file_names(hierarchy_)) {
      names[std::string(name)] = FileType::regular;
    }
    for (const auto& [name, child] : cgroup_->children()) {
      names[std::string(name)] = FileType::directory;
    }
    std::vector<vfs::DirectoryEntry> rows;
    for (const auto& [name, type] : names) rows.push_back({name, type, 1});
    return rows;
  }

 private:
  vfs::InodeRef file(const CgroupFile& row) {
    Accept accept;
    if (row.write) {
      accept = [cgroup = cgroup_, write = row.write](std::string_view text) {
        return write(*cgroup, trim(text));
      };
    }
    const vfs::Mode mode = row.write ? 0644 : 0444;
    return std::make_shared<SyntheticFile>(
        synthetic(FileType::regular, mode, kernel_.next_ino(), kernel_.now()),
        [kernel = &kernel_, cgroup = cgroup_, read = row.read] {
          return read(*kernel, *cgroup);
        },
        std::move(accept));
  }

  vfs::InodeRef keep_;
  Kernel& kernel_;
  std::string hierarchy_;
  CgroupRef cgroup_;
};

void add_hierarchies(Kernel& kernel, SyntheticTree& into,
                     const CgroupRef& root) {
  for (const std::string& hierarchy : kernel.identity.hierarchies) {
    const std::string folder = cgroup_folder(hierarchy);
    into.add(folder, make_cgroup_directory(kernel, hierarchy, root));
    const List parts = split(hierarchy, ',');
    if (parts.size() == 1) continue;
    for (const std::string& part : parts) {
      into.add(part, std::make_shared<SyntheticLink>(
                         synthetic(FileType::symlink, 0777, kernel.next_ino(),
                                   kernel.now()),
                         [folder] { return folder; }));
    }
  }
}

class SyntheticFs final : public vfs::FileSystem {
 public:
  SyntheticFs(Kernel& kernel, std::string type)
      : type_(std::move(type)),
        tree_(std::make_shared<SyntheticTree>(
            synthetic(FileType::directory, 0555, kernel.next_ino(),
                      kernel.now()),
            nullptr, "")) {}
  vfs::InodeRef root() override { return tree_; }
  std::string type() const override { return type_; }
  const std::shared_ptr<SyntheticTree>& tree() const { return tree_; }

 private:
  std::string type_;
  std::shared_ptr<SyntheticTree> tree_;
};

}  // namespace

std::string cgroup_folder(std::string_view hierarchy) {
  if (hierarchy.empty()) return "unified";
  const std::size_t equals = hierarchy.find('=');
  return std::string(equals == std::string_view::npos
                         ? hierarchy
                         : hierarchy.substr(equals + 1));
}

vfs::InodeRef make_cgroup_directory(Kernel& kernel, std::string_view hierarchy,
                                    const CgroupRef& root) {
  return std::make_shared<CgroupDirectory>(kernel, std::string(hierarchy), root,
                                           nullptr);
}

vfs::FileSystemRef make_sys_fs(Kernel& kernel) {
  auto sys = std::make_shared<SyntheticFs>(kernel, "sysfs");
  for (const std::string_view path : kDirectories) {
    directory_at(sys->tree(), path);
  }
  add_hierarchies(kernel, *directory_at(sys->tree(), "fs/cgroup"),
                  kernel.root_cgroup());
  // A setting that Redis warns of.
  directory_at(sys->tree(), "kernel/mm/transparent_hugepage")
      ->add(
          "enabled",
          std::make_shared<SyntheticFile>(
              synthetic(FileType::regular, 0644, kernel.next_ino(),
                        kernel.now()),
              [] { return std::string("[always] madvise never\n"); }, nullptr));
  return sys;
}

vfs::FileSystemRef make_cgroup_fs(Kernel& kernel, const CgroupRef& root) {
  auto files = std::make_shared<SyntheticFs>(kernel, "cgroup");
  add_hierarchies(kernel, *files->tree(), root);
  return files;
}

vfs::FileSystemRef Kernel::sys() {
  if (!sys_) sys_ = make_sys_fs(*this);
  return sys_;
}

}  // namespace drydock::kernel
