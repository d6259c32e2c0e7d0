// layer.cc — a writable layer, frozen: what is its own, and the merged tree.

#include "sim/vfs/layer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/vfs/node.h"

namespace drydock::vfs {
namespace {

bool same_content(const ContentRef& a, const ContentRef& b) {
  static const Content kEmpty;
  return a == b || same_bytes(a ? *a : kEmpty, b ? *b : kEmpty);
}

/// Whether the writable layer says of a file just what is below.
bool unchanged(const Node& lower, const Node& upper) {
  const Attributes& a = lower.attributes;
  const Attributes& b = upper.attributes;
  const bool alike = a.type == b.type && a.mode == b.mode && a.uid == b.uid &&
                     a.gid == b.gid && lower.xattrs == upper.xattrs;
  if (!alike || a.type == FileType::directory) return alike;
  // Who is linked to whom is told only where all the names are.
  const bool alone = a.links == 1 && b.links == 1;
  return alone && a.mtime == b.mtime && a.rdev == b.rdev &&
         lower.target == upper.target &&
         same_content(lower.content, upper.content);
}

/// Walks through a writable layer and writes down what it holds.
class Freezer {
 public:
  explicit Freezer(const std::vector<std::string>& without)
      : without_(without.begin(), without.end()) {}

  OwnEntries run(const MemoryInode& root, const Node* lower) {
    open(root, "", lower, false);
    while (!open_.empty()) step();
    return std::move(own_);
  }

 private:
  /// A directory that the walk is in.
  struct Open {
    const MemoryInode* directory;
    MemoryInode::Children::const_iterator next;
    const Node* lower;        // What shows through it; null: nothing.
    std::size_t entry;        // Its place in own_.
    std::size_t path_length;  // Of its parent.
  };

  void step();
  void open(const MemoryInode& directory, const std::string& name,
            const Node* lower, bool opaque);
  void close();
  void add_file(const std::string& name, const MemoryInode& file,
                const Node* lower);
  std::shared_ptr<Node> node_of(const MemoryInode& file);

  std::set<std::string, std::less<>> without_;
  OwnEntries own_;
  std::vector<Open> open_;
  std::string path_;
  std::map<const MemoryInode*, std::shared_ptr<Node>> linked_;
};

std::shared_ptr<Node> Freezer::node_of(const MemoryInode& file) {
  const bool linked = file.attributes().links > 1 &&
                      file.attributes().type != FileType::directory;
  if (linked && linked_[&file]) return linked_[&file];
  auto node = std::make_shared<Node>();
  node->attributes = file.attributes();
  node->target = file.target();
  node->content = file.content();
  node->xattrs = const_cast<MemoryInode&>(file).xattrs();
  if (linked) linked_[&file] = node;
  return node;
}

void Freezer::open(const MemoryInode& directory, const std::string& name,
                   const Node* lower, bool opaque) {
  OwnEntry entry;
  entry.depth = open_.size();
  entry.name = name;
  entry.node = node_of(directory);
  entry.opaque = opaque && lower != nullptr;
  own_.push_back(std::move(entry));
  open_.push_back({&directory, directory.children().begin(), lower,
                   own_.size() - 1, path_.size()});
  if (open_.size() > 1) path_.append("/").append(name);
}

/// A directory that was copied up for nothing is left out again.
void Freezer::close() {
  const Open& last = open_.back();
  const OwnEntry& entry = own_[last.entry];
  const bool idle = last.entry + 1 == own_.size() && last.entry > 0 &&
                    !entry.opaque && last.lower != nullptr &&
                    unchanged(*last.lower, *entry.node);
  if (idle) own_.pop_back();
  path_.resize(last.path_length);
  open_.pop_back();
}

void Freezer::add_file(const std::string& name, const MemoryInode& file,
                       const Node* lower) {
  OwnEntry entry;
  entry.depth = open_.size();
  entry.name = name;
  if (is_whiteout(file)) {
    if (lower == nullptr) return;
  } else {
    entry.node = node_of(file);
    if (lower != nullptr && unchanged(*lower, *entry.node)) return;
  }
  own_.push_back(std::move(entry));
}

void Freezer::step() {
  Open& here = open_.back();
  if (here.next == here.directory->children().end()) return close();
  const auto& [name, child] = *here.next++;
  if (!without_.empty() && without_.contains(path_ + "/" + name)) return;
  const bool seen = here.lower != nullptr && !own_[here.entry].opaque;
  const NodeRef* const below = seen ? here.lower->find(name) : nullptr;
  const Node* const lower = below == nullptr ? nullptr : below->get();
  if (child->attributes().type == FileType::directory) {
    const bool onto_directory = lower != nullptr && lower->is_directory();
    open(*child, name, onto_directory ? lower : nullptr, child->is_opaque());
  } else {
    add_file(name, *child, lower);
  }
}

/// Fills the directories of a frozen layer with what is seen in them.
class Merger {
 public:
  void run(OwnEntries& own, const Node* lower) {
    for (OwnEntry& entry : own) {
      while (open_.size() > entry.depth) close();
      add(entry, entry.depth == 0 ? lower : lower_of(entry));
    }
    while (!open_.empty()) close();
  }

 private:
  struct Open {
    Node* node;
    const Node* lower;  // What shows through it; null: nothing.
    std::vector<PersistentMap<NodeRef>::Entry> fresh;  // Where nothing does.
  };

  const Node* lower_of(const OwnEntry& entry) const {
    const Node* const above = open_.back().lower;
    const NodeRef* const found =
        above == nullptr ? nullptr : above->find(entry.name);
    return found == nullptr ? nullptr : found->get();
  }

  void add(const OwnEntry& entry, const Node* lower) {
    if (entry.depth > 0) put(open_.back(), entry);
    if (!entry.node || !entry.node->is_directory()) return;
    const bool merges =
        lower != nullptr && lower->is_directory() && !entry.opaque;
    if (merges) entry.node->children = lower->children;
    entry.node->attributes.links = merges ? 1 : 2;
    open_.push_back({entry.node.get(), merges ? lower : nullptr, {}});
  }

  static void put(Open& directory, const OwnEntry& entry) {
    Node& node = *directory.node;
    if (directory.lower == nullptr) {
      if (!entry.node) return;  // Nothing there to hide.
      directory.fresh.emplace_back(entry.name, entry.node);
      if (entry.node->is_directory()) ++node.attributes.links;
    } else if (entry.node) {
      node.children = node.children.with(entry.name, entry.node);
    } else {
      node.children = node.children.without(entry.name);
    }
  }

  void close() {
    Open& last = open_.back();
    if (last.lower == nullptr) {
      last.node->children =
          PersistentMap<NodeRef>::of_sorted(std::move(last.fresh));
    }
    open_.pop_back();
  }

  std::vector<Open> open_;
};

}  // namespace

OwnEntries freeze(const MemoryInode& root, const Node* lower,
                  const std::vector<std::string>& without) {
  return Freezer(without).run(root, lower);
}

void merge(OwnEntries& own, const Node* lower) { Merger().run(own, lower); }

std::int64_t size_of(const OwnEntries& own) {
  std::set<const Node*> linked;
  std::int64_t size = 0;
  for (const OwnEntry& entry : own) {
    if (!entry.node) continue;
    const Attributes& file = entry.node->attributes;
    if (file.type != FileType::regular) continue;
    if (file.links > 1 && !linked.insert(entry.node.get()).second) continue;
    size += file.size;
  }
  return size;
}

FrozenLayer::FrozenLayer(LayerRef parent, OwnEntries own,
                         std::uint64_t ino_last)
    : parent_(std::move(parent)),
      own_(std::move(own)),
      depth_(parent_ ? parent_->depth() + 1 : 1),
      size_(size_of(own_)),
      virtual_size_(size_ + (parent_ ? parent_->virtual_size() : 0)),
      ino_last_(ino_last) {
  merge(own_, root_of(parent_));
  root_ = own_.front().node;
}

std::vector<Change> FrozenLayer::changes() const {
  return changes_of(own_, root_of(parent_));
}

Outcome may_stack(const LayerRef& parent) {
  if (!parent || parent->depth() < kLayersMax) return done();
  return Error{fmt::format("Cannot create container with more than {} parents",
                           kLayersMax)};
}

}  // namespace drydock::vfs
