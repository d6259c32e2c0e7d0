// synthetic_inode.h — files whose content is made when it is read: /proc, /sys.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/vfs/inode.h"

namespace drydock::kernel {

/// What a synthetic file says, and what it does with what it is told.
using Content = std::function<std::string()>;
using Accept = std::function<SysOutcome(std::string_view text)>;

class SyntheticInode : public vfs::Inode {
 public:
  explicit SyntheticInode(vfs::Attributes attributes)
      : attributes_(attributes) {}
  vfs::Attributes attributes() const override { return attributes_; }
  SysResult<vfs::InodeRef> create(std::string_view,
                                  const vfs::NewFile&) override {
    return Errno::enoent;
  }
  SysOutcome change(const vfs::AttributeChange&) override {
    return Errno::eperm;
  }

 private:
  vfs::Attributes attributes_;
};

/// A file: size 0, made anew by each read.
class SyntheticFile final : public SyntheticInode {
 public:
  SyntheticFile(vfs::Attributes attributes, Content content, Accept accept)
      : SyntheticInode(attributes),
        content_(std::move(content)),
        accept_(std::move(accept)) {}
  SysResult<Bytes> read(std::int64_t offset, std::size_t count) override;
  SysResult<std::int64_t> write(std::int64_t offset,
                                std::string_view bytes) override;
  SysOutcome truncate(std::int64_t) override { return ok(); }

 private:
  Content content_;
  Accept accept_;
};

/// A symlink whose target depends on who asks.
class SyntheticLink final : public SyntheticInode {
 public:
  SyntheticLink(vfs::Attributes attributes, Content target)
      : SyntheticInode(attributes), target_(std::move(target)) {}
  SysResult<std::string> readlink() override;

 private:
  Content target_;
};

/// A directory that knows its place, as long as that exists.
class SyntheticDirectory : public SyntheticInode {
 public:
  SyntheticDirectory(vfs::Attributes attributes, const vfs::InodeRef& parent,
                     std::string name)
      : SyntheticInode(attributes), parent_(parent), name_(std::move(name)) {}
  vfs::InodeRef parent() override;
  std::string name() override { return name_; }

 private:
  std::weak_ptr<vfs::Inode> parent_;  // None: it is a root.
  std::string name_;
};

/// A directory with a fixed set of entries.
class SyntheticTree final : public SyntheticDirectory {
 public:
  using SyntheticDirectory::SyntheticDirectory;
  SysResult<vfs::InodeRef> lookup(std::string_view name) override;
  SysResult<std::vector<vfs::DirectoryEntry>> entries() override;

  /// What fills it when it is first looked into: few are.
  void fill_later(std::function<void(SyntheticTree&)> filler) {
    filler_ = std::move(filler);
  }
  void add(std::string name, vfs::InodeRef inode);
  /// The directory of this name, made when there is none.
  std::shared_ptr<SyntheticTree> directory(const std::string& name);

 private:
  void fill();

  std::function<void(SyntheticTree&)> filler_;
  std::map<std::string, vfs::InodeRef, std::less<>> entries_;
};

/// Attributes of a synthetic file of this type and mode.
vfs::Attributes synthetic(vfs::FileType type, vfs::Mode mode, std::uint64_t ino,
                          Time born);

}  // namespace drydock::kernel
