// write_tree.cc — a tree of files, or what a layer has of its own, as tar.

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/vfs/layer.h"
#include "sim/vfs/node.h"
#include "sim/vfs/tar.h"
#include "sim/vfs/tar_format.h"
#include "sim/vfs/walk.h"

namespace drydock::vfs {
namespace {

/// The one name that every Linux has for a number.
std::string name_of_id(std::uint32_t id) { return id == 0 ? "root" : ""; }

TarEntry entry_of(const Attributes& file, std::string name) {
  TarEntry entry;
  entry.name = std::move(name);
  entry.type = file.type;
  entry.mode = file.mode;
  entry.uid = file.uid;
  entry.gid = file.gid;
  entry.user = name_of_id(file.uid);
  entry.group = name_of_id(file.gid);
  entry.mtime = file.mtime;
  entry.rdev = file.rdev;
  return entry;
}

Error too_long(std::string_view path) {
  // As lstat(2) answers a walk that has come this far.
  return Error{
      fmt::format("lstat {}...: file name too long", path.substr(0, 64))};
}

/// Remembers under which name a file was first seen.
template <typename Key>
class HardLinks {
 public:
  /// True when the entry became a link to a member that is there already.
  bool make_link(TarEntry& entry, const Key& key) {
    const auto [first, fresh] = names_.emplace(key, entry.name);
    if (fresh) return false;
    entry.hard_link = true;
    entry.link = first->second;
    return true;
  }

 private:
  std::map<Key, std::string> names_;  // Looked up only.
};

Outcome set_body_from(TarEntry& entry, Inode& file) {
  Content body({}, file.attributes().size);
  for (const Extent& run : file.extents()) {
    const auto bytes =
        file.read(run.offset, static_cast<std::size_t>(run.length));
    if (!bytes) {
      return Error{
          fmt::format("read {}: {}", entry.name, text_of(bytes.error()))};
    }
    body.write(run.offset, *bytes);
  }
  set_body(entry, body);
  return done();
}

/// A walk through a tree, an entry at a time, in order of name.
class TreeWalk {
 public:
  TreeWalk(InodeRef root, const TarOptions& options)
      : skip_(options.skip.begin(), options.skip.end()),
        prefix_(options.prefix),
        users_(options.users),
        groups_(options.groups) {
    (void)open(std::move(root));
  }

  /// The next file's entry; nothing at the end.
  Result<std::optional<TarEntry>> next();

  Result<TarEntry> describe(Inode& file, std::string name);

 private:
  struct Open {
    InodeRef directory;
    std::vector<DirectoryEntry> entries;
    std::size_t next = 0;
    std::size_t path_length = 0;  // Of its parent.
  };

  Outcome open(InodeRef directory) {
    auto entries = directory->entries();
    if (!entries) {
      return Error{fmt::format("open {}: {}", path_, text_of(entries.error()))};
    }
    open_.push_back(
        {std::move(directory), *std::move(entries), 0, path_.size()});
    return done();
  }

  InodeRef enter(Open& here);
  Result<std::optional<TarEntry>> take(const InodeRef& file);

  std::set<std::string, std::less<>> skip_;
  std::string prefix_;
  std::string path_;        // Below the root: "/etc/passwd".
  std::size_t length_ = 0;  // Of the directory's part of it.
  std::vector<Open> open_;
  std::map<UserId, std::string> users_;
  std::map<GroupId, std::string> groups_;
  HardLinks<std::uint64_t> links_;
};

Result<TarEntry> TreeWalk::describe(Inode& file, std::string name) {
  const Attributes all = file.attributes();
  TarEntry entry = entry_of(all, std::move(name));
  const auto user = users_.find(all.uid);
  if (user != users_.end()) entry.user = user->second;
  const auto group = groups_.find(all.gid);
  if (group != groups_.end()) entry.group = group->second;
  entry.xattrs = file.xattrs();
  const bool directory = all.type == FileType::directory;
  if (!directory && all.links > 1 && links_.make_link(entry, all.ino)) {
    return entry;
  }
  if (all.type == FileType::symlink) {
    const auto target = file.readlink();
    if (target) entry.link = *target;
  }
  if (all.type == FileType::regular) {
    const Outcome body = set_body_from(entry, file);
    if (!body) return body.error();
  }
  return entry;
}

Result<std::optional<TarEntry>> TreeWalk::next() {
  while (!open_.empty()) {
    Open& here = open_.back();
    if (here.next == here.entries.size()) {
      path_.resize(here.path_length);
      open_.pop_back();
    } else if (const InodeRef file = enter(here)) {
      const bool directory = file->attributes().type == FileType::directory;
      const bool inside_only = directory && skip_.contains(path_ + "/");
      if (!inside_only) return take(file);
      const Outcome opened = open(file);
      if (!opened) return opened.error();
      open_.back().path_length = length_;
    }
  }
  return std::optional<TarEntry>();
}

/// Goes to the next entry of a directory; null when it is left out.
InodeRef TreeWalk::enter(Open& here) {
  const DirectoryEntry& listed = here.entries[here.next++];
  length_ = path_.size();
  path_.append("/").append(listed.name);
  const auto file = here.directory->lookup(listed.name);
  const bool left_out =
      skip_.contains(path_) || !file || listed.type == FileType::socket;
  if (!left_out) return *file;
  path_.resize(length_);
  return nullptr;
}

/// Describes the file that was entered; a directory is gone through next.
Result<std::optional<TarEntry>> TreeWalk::take(const InodeRef& file) {
  if (path_.size() >= kPathMax) return too_long(path_);
  const bool directory = file->attributes().type == FileType::directory;
  Result<TarEntry> entry =
      describe(*file, prefix_ + path_.substr(1) + (directory ? "/" : ""));
  if (!entry) return entry.error();
  if (directory) {
    const Outcome opened = open(file);
    if (!opened) return opened.error();
    open_.back().path_length = length_;
  } else {
    path_.resize(length_);
  }
  return std::optional(*std::move(entry));
}

/// The own entries of a layer, one after the other.
class LayerWalk {
 public:
  explicit LayerWalk(const FrozenLayer& layer)
      : own_(layer.own()), tells_root_(root_differs(layer)) {}

  bool at_end() const { return next_ == own_.size(); }
  Outcome write_next(TarWriter& tar);

 private:
  /// Whether the root is not as one would find it without being told.
  static bool root_differs(const FrozenLayer& layer);
  void write_whiteout(TarWriter& tar, std::string_view name, Mode mode) const;

  const OwnEntries& own_;
  bool tells_root_;
  std::size_t next_ = 0;
  std::vector<std::pair<const Node*, std::size_t>> open_;  // Path lengths.
  std::string path_;  // Of the directory at hand: "" or "etc/".
  HardLinks<const Node*> links_;
};

bool LayerWalk::root_differs(const FrozenLayer& layer) {
  Attributes usual;
  usual.mode = 0755;
  Xattrs none;
  const Node* const below = root_of(layer.parent());
  const Attributes& before = below != nullptr ? below->attributes : usual;
  const Xattrs& xattrs = below != nullptr ? below->xattrs : none;
  const Attributes& after = layer.root()->attributes;
  return before.mode != after.mode || before.uid != after.uid ||
         before.gid != after.gid || xattrs != layer.root()->xattrs;
}

void LayerWalk::write_whiteout(TarWriter& tar, std::string_view name,
                               Mode mode) const {
  Attributes file;
  file.mode = mode;
  file.mtime = open_.back().first->attributes.mtime;
  tar.add(entry_of(file, path_ + std::string(name)));
}

Outcome LayerWalk::write_next(TarWriter& tar) {
  const OwnEntry& own = own_[next_++];
  const bool root = own.depth == 0;
  while (open_.size() > own.depth) {
    path_.resize(open_.back().second);
    open_.pop_back();
  }
  if (!own.node) {
    write_whiteout(tar, std::string(tar::kWhiteout) + own.name, 0600);
    return done();
  }
  const Node& node = *own.node;
  std::string name = path_ + own.name;
  if (name.size() >= kPathMax) return too_long(name);
  if (!node.is_directory()) {
    if (node.attributes.type == FileType::socket) return done();
    TarEntry entry = entry_of(node.attributes, name);
    entry.xattrs = node.xattrs;
    const bool linked =
        node.attributes.links > 1 && links_.make_link(entry, &node);
    if (!linked) entry.link = node.target;
    if (!linked && node.content) set_body(entry, *node.content);
    tar.add(entry);
    return done();
  }
  open_.emplace_back(&node, path_.size());
  name += root ? "./" : "/";
  TarEntry entry = entry_of(node.attributes, name);
  entry.xattrs = node.xattrs;
  if (!root) path_ = name;
  if (!root || tells_root_) tar.add(entry);
  if (own.opaque) {
    write_whiteout(tar, tar::kOpaqueMarker, node.attributes.mode & 0777);
  }
  return done();
}

}  // namespace

Task<Outcome> write_tree(InodeRef root, TarOptions options, ByteSink& to) {
  TarWriter tar;
  const bool directory = root->attributes().type == FileType::directory;
  TreeWalk walk(root, options);
  if (!directory || options.with_root) {
    std::string name = options.prefix.empty() ? "./" : options.prefix;
    const Result<TarEntry> entry = walk.describe(*root, std::move(name));
    if (!entry) co_return entry.error();
    tar.add(*entry);
  }
  while (directory) {
    const Result<std::optional<TarEntry>> entry = walk.next();
    if (!entry) co_return entry.error();
    if (!*entry) break;
    tar.add(**entry);
    const Outcome written = co_await to.write(tar.take());
    if (!written) co_return written.error();
  }
  tar.end();
  co_return co_await to.write(tar.take());
}

Task<Outcome> write_layer(LayerRef layer, ByteSink& to) {
  TarWriter tar;
  LayerWalk walk(static_cast<const FrozenLayer&>(*layer));
  while (!walk.at_end()) {
    const Outcome added = walk.write_next(tar);
    if (!added) co_return added.error();
    const Outcome written = co_await to.write(tar.take());
    if (!written) co_return written.error();
  }
  tar.end();
  co_return co_await to.write(tar.take());
}

}  // namespace drydock::vfs
