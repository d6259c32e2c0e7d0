// memory_inode.cc — attributes and content of files in memory.

#include "sim/vfs/memory_inode.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/vfs/undertaker.h"

namespace drydock::vfs {
namespace {

constexpr std::size_t kNameMax = 255;
constexpr std::size_t kXattrNameMax = 255;
constexpr std::size_t kXattrSizeMax = 65'536;
constexpr std::int64_t kFileSizeMax = (std::int64_t{1} << 44) - 4096;  // ext4
constexpr std::int64_t kBlock = 4096;
constexpr std::int64_t kTmpfsEntry = 20;  // What shmem counts for each entry.
constexpr Nanoseconds kDay = 86'400 * kSecond;

constexpr std::array<std::string_view, 4> kXattrNamespaces = {
    "user.", "trusted.", "security.", "system."};

}  // namespace

SysOutcome check_name(std::string_view name) {
  if (name.empty()) return Errno::enoent;
  if (name.size() > kNameMax) return Errno::enametoolong;
  const bool plain = name != "." && name != ".." &&
                     name.find('/') == std::string_view::npos &&
                     name.find('\0') == std::string_view::npos;
  return plain ? ok() : Errno::einval;
}

SysOutcome check_xattr(std::string_view name, std::string_view value,
                       FileType type) {
  if (name.empty() || name.size() > kXattrNameMax) return Errno::erange;
  if (value.size() > kXattrSizeMax) return Errno::e2big;
  const bool known =
      std::ranges::any_of(kXattrNamespaces, [&](std::string_view space) {
        return name.size() > space.size() && name.starts_with(space);
      });
  if (!known) return Errno::eopnotsupp;
  const bool has_user =
      type == FileType::regular || type == FileType::directory;
  if (name.starts_with("user.") && !has_user) return Errno::eperm;
  return ok();
}

Mode mode_after_chown(const Attributes& file) {
  Mode mode = file.mode;
  if (file.type == FileType::directory) return mode;
  mode &= ~Mode{04000};
  if ((mode & 010) != 0) mode &= ~Mode{02000};
  return mode;
}

std::int64_t MemorySuper::bytes_left() const {
  std::int64_t left = disk ? disk->bytes_left() : INT64_MAX;
  if (bytes_max > 0) {
    left = std::min(left, std::max<std::int64_t>(0, bytes_max - bytes_used));
  }
  return left;
}

MemoryInode::MemoryInode(MemorySuperRef super, const NewFile& file)
    : super_(std::move(super)), target_(file.target) {
  meta_.type = file.type;
  meta_.mode = file.type == FileType::symlink ? 0777 : file.mode & 07777;
  meta_.uid = file.uid;
  meta_.gid = file.gid;
  meta_.rdev = file.rdev;
  meta_.ino = super_->next_ino++;
  meta_.links = file.type == FileType::directory ? 2 : 1;
  if (file.type == FileType::directory) folder_ = std::make_unique<Folder>();
  meta_.atime = meta_.mtime = meta_.ctime = now();
  if (super_->disk) ++super_->disk->files_used;
}

MemoryInode::~MemoryInode() {
  if (super_->disk) --super_->disk->files_used;
  if (content_) super_->bytes_used -= content_->stored();
  if (!folder_) return;
  for (auto& [name, child] : folder_->children) {
    Undertaker::take(std::move(child));
  }
  Ref& above = folder_->parent_of_removed;
  if (above) Undertaker::take(std::move(above));
}

Attributes MemoryInode::attributes() const {
  Attributes all = meta_;
  switch (meta_.type) {
    case FileType::regular:
      all.size = content_ ? content_->size() : 0;
      all.stored = content_ ? content_->stored() : 0;
      break;
    case FileType::directory: {
      const auto count = static_cast<std::int64_t>(children().size());
      all.size = super_->tmpfs ? (count + 2) * kTmpfsEntry : kBlock;
      all.stored = super_->tmpfs ? 0 : kBlock;
      break;
    }
    case FileType::symlink:
      all.size = static_cast<std::int64_t>(target_.size());
      break;
    default:
      break;
  }
  return all;
}

SysOutcome MemoryInode::change(const AttributeChange& change) {
  if (change.mode && meta_.type == FileType::symlink) return Errno::eopnotsupp;
  if (change.uid || change.gid) meta_.mode = mode_after_chown(meta_);
  if (change.uid) meta_.uid = *change.uid;
  if (change.gid) meta_.gid = *change.gid;
  if (change.mode) meta_.mode = *change.mode & 07777;
  if (change.atime) meta_.atime = *change.atime;
  if (change.mtime) meta_.mtime = *change.mtime;
  meta_.ctime = now();
  return ok();
}

SysResult<Bytes> MemoryInode::read(std::int64_t offset, std::size_t count) {
  if (meta_.type == FileType::directory) return Errno::eisdir;
  if (meta_.type != FileType::regular || offset < 0) return Errno::einval;
  const Time time = now();
  const bool stale = meta_.atime <= meta_.mtime || meta_.atime <= meta_.ctime ||
                     time - meta_.atime >= kDay;
  if (stale) meta_.atime = time;  // mount(8), "relatime".
  return content_ ? content_->read(offset, count) : Bytes{};
}

Content& MemoryInode::own_content() {
  if (!content_) {
    content_ = std::make_shared<Content>(super_->disk);
  } else if (content_.use_count() > 1) {
    content_ = std::make_shared<Content>(*content_, super_->disk);
  }
  // Made by this class as a plain Content, and nobody else has it.
  return const_cast<Content&>(*content_);
}

SysResult<std::int64_t> MemoryInode::write(std::int64_t offset,
                                           std::string_view bytes) {
  if (meta_.type == FileType::directory) return Errno::eisdir;
  if (meta_.type != FileType::regular || offset < 0) return Errno::einval;
  if (bytes.empty()) return 0;
  if (offset >= kFileSizeMax) return Errno::efbig;
  bytes = bytes.substr(0, static_cast<std::size_t>(kFileSizeMax - offset));
  Content& content = own_content();
  std::int64_t cost = content.cost_of_write(offset, bytes.size());
  const std::int64_t left = super_->bytes_left();
  if (cost > left) {
    // What there is room for is written, as on a disk that fills up.
    bytes.remove_suffix(
        std::min(bytes.size(), static_cast<std::size_t>(cost - left)));
    if (bytes.empty()) return Errno::enospc;
    cost = content.cost_of_write(offset, bytes.size());
  }
  content.write(offset, bytes);
  super_->bytes_used += cost;
  stamp(now());
  return static_cast<std::int64_t>(bytes.size());
}

SysOutcome MemoryInode::truncate(std::int64_t size) {
  if (meta_.type == FileType::directory) return Errno::eisdir;
  if (meta_.type != FileType::regular || size < 0) return Errno::einval;
  if (size > kFileSizeMax) return Errno::efbig;
  if (size == 0) {
    set_content(nullptr);
  } else {
    Content& content = own_content();
    super_->bytes_used -= content.stored();
    content.resize(size);
    super_->bytes_used += content.stored();
  }
  stamp(now());
  return ok();
}

std::vector<Extent> MemoryInode::extents() {
  return content_ ? content_->extents() : std::vector<Extent>{};
}

void MemoryInode::set_content(ContentRef content) {
  if (content_) super_->bytes_used -= content_->stored();
  content_ = std::move(content);
  if (content_) super_->bytes_used += content_->stored();
}

SysResult<std::string> MemoryInode::readlink() {
  if (meta_.type != FileType::symlink) return Errno::einval;
  return target_;
}

void MemoryInode::set_xattrs(Xattrs xattrs) {
  xattrs_.reset();
  if (!xattrs.empty()) xattrs_ = std::make_unique<Xattrs>(std::move(xattrs));
}

SysResult<std::string> MemoryInode::getxattr(std::string_view name) {
  if (!xattrs_) return Errno::enodata;
  const auto found = xattrs_->find(std::string(name));
  if (found == xattrs_->end()) return Errno::enodata;
  return found->second;
}

SysOutcome MemoryInode::setxattr(std::string_view name,
                                 std::string_view value) {
  const SysOutcome sound = check_xattr(name, value, meta_.type);
  if (!sound) return sound;
  if (!xattrs_) xattrs_ = std::make_unique<Xattrs>();
  (*xattrs_)[std::string(name)] = value;
  meta_.ctime = now();
  return ok();
}

SysOutcome MemoryInode::removexattr(std::string_view name) {
  if (!xattrs_ || xattrs_->erase(std::string(name)) == 0) return Errno::enodata;
  meta_.ctime = now();
  return ok();
}

}  // namespace drydock::vfs
