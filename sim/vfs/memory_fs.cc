// memory_fs.cc — a tree of files in memory, and ways to fill one by hand.

#include "sim/vfs/memory_fs.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/text.h"
#include "sim/vfs/memory_inode.h"

namespace drydock::vfs {
namespace {

class MemoryFs final : public FileSystem {
 public:
  MemoryFs(const Clock& clock, const MemoryFsOptions& options)
      : type_(options.type) {
    const auto super = std::make_shared<MemorySuper>();
    super->clock = &clock;
    super->tmpfs = options.type == "tmpfs";
    super->bytes_max = options.bytes_max;
    super->disk = options.disk;
    NewFile root;
    root.type = FileType::directory;
    root.mode = options.root_mode;
    root_ = std::make_shared<MemoryInode>(super, root);
  }

  InodeRef root() override { return root_; }
  const MemoryInode::Ref& tree() const { return root_; }
  std::string type() const override { return type_; }

 private:
  std::string type_;
  MemoryInode::Ref root_;
};

/// Copies a tree of files; names of one file become names of one copy.
class Copier {
 public:
  explicit Copier(MemorySuperRef super) : super_(std::move(super)) {}

  void run(MemoryInode& from, const MemoryInode::Ref& to) {
    dress(from, *to);
    rest_.emplace_back(&from, to);
    while (!rest_.empty()) {
      const auto [directory, copy] = rest_.back();
      rest_.pop_back();
      for (const auto& [name, child] : directory->children()) {
        copy->attach(name, copy_of(*child));
      }
      copy->set_attributes(directory->attributes());
    }
  }

 private:
  MemoryInode::Ref copy_of(MemoryInode& file) {
    const Attributes about = file.attributes();
    const bool directory = about.type == FileType::directory;
    const bool linked = !directory && about.links > 1;
    if (linked && linked_[about.ino]) return linked_[about.ino];
    NewFile born;
    born.type = about.type;
    born.target = file.target();
    auto copy = std::make_shared<MemoryInode>(super_, born);
    dress(file, *copy);
    if (linked) linked_[about.ino] = copy;
    if (directory) rest_.emplace_back(&file, copy);
    return copy;
  }

  static void dress(MemoryInode& from, MemoryInode& to) {
    to.set_attributes(from.attributes());
    to.set_content(from.content());
    to.set_xattrs(from.xattrs());
  }

  MemorySuperRef super_;
  std::vector<std::pair<MemoryInode*, MemoryInode::Ref>> rest_;
  std::map<std::uint64_t, MemoryInode::Ref> linked_;  // By number.
};

}  // namespace

FileSystemRef make_memory_fs(const Clock& clock, MemoryFsOptions options) {
  return std::make_shared<MemoryFs>(clock, options);
}

FileSystemRef copy_memory_fs(FileSystem& model, const Clock& clock,
                             MemoryFsOptions options) {
  const MemoryInode::Ref& from = static_cast<MemoryFs&>(model).tree();
  auto copy = std::make_shared<MemoryFs>(clock, options);
  const MemorySuperRef& super = copy->tree()->super();
  Copier(super).run(*from, copy->tree());
  super->next_ino = from->super()->next_ino;
  return copy;
}

SysResult<InodeRef> create_hollow(Inode& directory, std::string_view name,
                                  const NewFile& file, std::string_view stored,
                                  std::int64_t size) {
  const SysResult<InodeRef> born = directory.create(name, file);
  if (!born) return born;
  const SysOutcome sized = (*born)->truncate(size);
  if (!sized) return sized.error();
  const auto written = (*born)->write(0, stored);
  if (!written) return written.error();
  return born;
}

SysResult<InodeRef> make_directories(Inode& root, std::string_view path,
                                     Mode mode) {
  InodeRef at = root.shared_from_this();
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty()) continue;
    NewFile directory;
    directory.type = FileType::directory;
    directory.mode = mode;
    SysResult<InodeRef> next = at->lookup(name);
    if (!next && next.error() == Errno::enoent) {
      next = at->create(name, directory);
    }
    if (!next) return next;
    at = *next;
    if (at->attributes().type != FileType::directory) return Errno::enotdir;
  }
  return at;
}

namespace {

/// Most files are new, so that is tried first.
SysResult<InodeRef> write_entry(Inode& folder, std::string_view name,
                                std::string_view content, Mode mode) {
  NewFile born;
  born.mode = mode;
  SysResult<InodeRef> file = folder.create(name, born);
  if (!file) {
    SysResult<InodeRef> old = folder.lookup(name);
    if (!old) return file;
    const SysOutcome emptied = (*old)->truncate(0);
    if (!emptied) return emptied.error();
    file = std::move(old);
  }
  const auto written = (*file)->write(0, content);
  if (!written) return written.error();
  return file;
}

}  // namespace

SysResult<InodeRef> write_file(Inode& root, std::string_view path,
                               std::string_view content, Mode mode) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    return write_entry(root, path, content, mode);
  }
  const SysResult<InodeRef> above =
      make_directories(root, path.substr(0, slash));
  if (!above) return above;
  return write_entry(**above, path.substr(slash + 1), content, mode);
}

}  // namespace drydock::vfs
