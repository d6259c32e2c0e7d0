// sys_fs.cc — a small /sys.

#include "sim/kernel/sys_fs.h"

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/synthetic_inode.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

/// The tree is shared by all who mount it: what differs is who asks.
const Cgroup& asked(Kernel& kernel) {
  KernelProcess* const caller = kernel.caller();
  return caller ? *caller->cgroup() : *kernel.root_cgroup();
}

std::string bound(std::int64_t limit, std::string_view none) {
  return limit > 0 ? fmt::format("{}\n", limit) : fmt::format("{}\n", none);
}

struct CgroupFile {
  std::string_view path;
  std::string (*content)(const Cgroup&);
};

// clang-format off
constexpr CgroupFile kCgroupFiles[] = {
    {"cpu/cpu.cfs_period_us", [](const Cgroup& c) { return fmt::format("{}\n", c.limits.cpu_period); }},
    {"cpu/cpu.cfs_quota_us", [](const Cgroup& c) { return bound(c.limits.cpu_quota, "-1"); }},
    {"cpu/cpu.shares", [](const Cgroup& c) { return fmt::format("{}\n", c.limits.cpu_shares); }},
    {"freezer/freezer.state", [](const Cgroup& c) { return std::string(c.frozen() ? "FROZEN\n" : "THAWED\n"); }},
    {"memory/memory.limit_in_bytes", [](const Cgroup& c) { return bound(c.limits.memory, "9223372036854771712"); }},
    {"memory/memory.usage_in_bytes", [](const Cgroup& c) { return fmt::format("{}\n", c.memory()); }},
    {"pids/pids.current", [](const Cgroup& c) { return fmt::format("{}\n", c.pids()); }},
    {"pids/pids.max", [](const Cgroup& c) { return bound(c.limits.pids, "max"); }},
};
// clang-format on

constexpr std::string_view kDirectories[] = {"block",  "bus",     "class/net",
                                             "dev",    "devices", "fs/cgroup",
                                             "kernel", "module"};

std::shared_ptr<SyntheticTree> directory_at(
    const std::shared_ptr<SyntheticTree>& root, std::string_view path) {
  std::shared_ptr<SyntheticTree> at = root;
  for (const std::string& name : split(path, '/')) at = at->directory(name);
  return at;
}

void add_cgroup_files(Kernel& kernel,
                      const std::shared_ptr<SyntheticTree>& root) {
  for (const CgroupFile& row : kCgroupFiles) {
    const std::size_t slash = row.path.find('/');
    directory_at(root, row.path.substr(0, slash))
        ->add(std::string(row.path.substr(slash + 1)),
              std::make_shared<SyntheticFile>(
                  synthetic(FileType::regular, 0444, kernel.next_ino(),
                            kernel.now()),
                  [&kernel, content = row.content] {
                    return content(asked(kernel));
                  },
                  nullptr));
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

vfs::FileSystemRef make_sys_fs(Kernel& kernel) {
  auto sys = std::make_shared<SyntheticFs>(kernel, "sysfs");
  for (const std::string_view path : kDirectories) {
    directory_at(sys->tree(), path);
  }
  add_cgroup_files(kernel, directory_at(sys->tree(), "fs/cgroup"));
  return sys;
}

vfs::FileSystemRef make_cgroup_fs(Kernel& kernel) {
  auto files = std::make_shared<SyntheticFs>(kernel, "cgroup");
  add_cgroup_files(kernel, files->tree());
  return files;
}

vfs::FileSystemRef Kernel::sys() {
  if (!sys_) sys_ = make_sys_fs(*this);
  return sys_;
}

}  // namespace drydock::kernel
