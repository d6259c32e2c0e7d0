// devpts.cc — terminals by number.

#include "sim/kernel/devpts.h"

#include "sim/kernel/device.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/ptmx.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::kernel {

SysOutcome TtyNode::change(const vfs::AttributeChange& change) {
  if (change.mode) attributes_.mode = *change.mode;
  if (change.uid) attributes_.uid = *change.uid;
  if (change.gid) attributes_.gid = *change.gid;
  if (change.atime) attributes_.atime = *change.atime;
  if (change.mtime) attributes_.mtime = *change.mtime;
  return ok();
}

/// The directory of those terminals that somebody still holds.
class Devpts::Root final : public SyntheticDirectory {
 public:
  explicit Root(Time born)
      : SyntheticDirectory(synthetic(vfs::FileType::directory, 0755, 1, born),
                           nullptr, "") {}

  SysResult<vfs::InodeRef> lookup(std::string_view name) override {
    if (name == kMaster) return ptmx;
    const std::optional<std::int64_t> number = parse_int(name);
    if (!number || std::to_string(*number) != name) return Errno::enoent;
    const auto found = nodes.find(static_cast<std::uint32_t>(*number));
    if (found == nodes.end() || !found->second->tty()) return Errno::enoent;
    return vfs::InodeRef(found->second);
  }
  SysResult<std::vector<vfs::DirectoryEntry>> entries() override {
    std::map<std::string, std::uint64_t> names = {{std::string(kMaster), 2}};
    for (const auto& [number, node] : nodes) {
      if (node->tty()) names[std::to_string(number)] = number + 3;
    }
    std::vector<vfs::DirectoryEntry> rows;
    for (const auto& [name, ino] : names) {
      rows.push_back({name, vfs::FileType::char_device, ino});
    }
    return rows;
  }

  static constexpr std::string_view kMaster = "ptmx";
  std::map<std::uint32_t, std::shared_ptr<TtyNode>> nodes;
  vfs::InodeRef ptmx;
};

Devpts::Devpts(Kernel& kernel)
    : kernel_(kernel), root_(std::make_shared<Root>(kernel.now())) {
  vfs::Attributes node =
      synthetic(vfs::FileType::char_device, 0666, 2, kernel.now());
  node.rdev = kPtmxDevice;
  root_->ptmx = std::make_shared<PtmxNode>(*this, node);
}

vfs::InodeRef Devpts::root() { return root_; }

TtyRef Devpts::make_tty() {
  std::uint32_t number = 0;
  while (find(number)) ++number;
  const auto tty = std::make_shared<Tty>(number);
  vfs::Attributes node =
      synthetic(vfs::FileType::char_device, 0620, number + 3, kernel_.now());
  node.gid = 5;
  node.rdev = {kPtsMajor, number};
  root_->nodes[number] = std::make_shared<TtyNode>(tty, node);
  return tty;
}

TtyRef Devpts::find(std::uint32_t number) const {
  const auto found = root_->nodes.find(number);
  return found == root_->nodes.end() ? nullptr : found->second->tty();
}

void populate_dev(vfs::Inode& dev) {
  struct Node {
    std::string_view name;
    vfs::Device device;
  };
  static constexpr Node kNodes[] = {
      {"full", kFullDevice},       {"null", kNullDevice},
      {"random", kRandomDevice},   {"tty", kTtyDevice},
      {"urandom", kUrandomDevice}, {"zero", kZeroDevice}};
  static constexpr std::pair<std::string_view, std::string_view> kLinks[] = {
      {"fd", "/proc/self/fd"},
      {"ptmx", "pts/ptmx"},
      {"stderr", "/proc/self/fd/2"},
      {"stdin", "/proc/self/fd/0"},
      {"stdout", "/proc/self/fd/1"}};
  for (const Node& row : kNodes) {
    vfs::NewFile node;
    node.type = vfs::FileType::char_device;
    node.mode = 0666;
    node.rdev = row.device;
    static_cast<void>(dev.create(row.name, node));
  }
  for (const auto& [name, target] : kLinks) {
    vfs::NewFile link;
    link.type = vfs::FileType::symlink;
    link.mode = 0777;
    link.target = target;
    static_cast<void>(dev.create(name, link));
  }
  for (const std::string_view name : {"mqueue", "pts", "shm"}) {
    vfs::NewFile directory;
    directory.type = vfs::FileType::directory;
    directory.mode = name == "pts" ? 0755 : 01777;
    static_cast<void>(dev.create(name, directory));
  }
}

}  // namespace drydock::kernel
