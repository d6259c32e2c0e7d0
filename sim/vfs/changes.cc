// changes.cc — what a layer did, in the letters of docker diff.
//
// The rules are those of a comparison of two trees (behaviour.md §diff): a
// file is changed when stat(2) tells so, a directory when its mode or owner
// is, or when something in it is; a removed directory is one line.

#include <algorithm>
#include <set>
#include <utility>

#include "sim/vfs/node.h"
#include "sim/vfs/walk.h"

namespace drydock::vfs {
namespace {

/// Archives keep whole seconds, so a time without a fraction is taken for the
/// same as any within its second.
bool same_time(Time a, Time b) {
  if (a.seconds() != b.seconds()) return false;
  const Nanoseconds of_a = a.since_epoch - a.seconds() * kSecond;
  const Nanoseconds of_b = b.since_epoch - b.seconds() * kSecond;
  return of_a == of_b || of_a == 0 || of_b == 0;
}

bool differs(const Node& before, const Node& after) {
  static const std::string kCapability = "security.capability";
  const Attributes& a = before.attributes;
  const Attributes& b = after.attributes;
  if (a.type != b.type || a.mode != b.mode || a.uid != b.uid ||
      a.gid != b.gid || a.rdev != b.rdev) {
    return true;
  }
  const auto capability = [](const Node& node) {
    const auto found = node.xattrs.find(kCapability);
    return found == node.xattrs.end() ? std::string() : found->second;
  };
  if (capability(before) != capability(after)) return true;
  if (a.type == FileType::directory) return false;
  return a.size != b.size || !same_time(a.mtime, b.mtime);
}

class Comparison {
 public:
  std::vector<Change> run(const OwnEntries& own, const Node* lower) {
    for (const OwnEntry& entry : own) {
      while (open_.size() > entry.depth) close();
      if (entry.depth == 0) {
        open_.push_back({lower, false, true, 0, {}});
      } else {
        visit(entry);
      }
    }
    while (!open_.empty()) close();
    std::ranges::stable_sort(changes_, {}, &Change::path);
    return std::move(changes_);
  }

 private:
  struct Open {
    const Node* lower;  // The directory that was there; null: none.
    bool opaque;
    bool told;  // It is among the changes, or is the root, which never is.
    std::size_t path_length;                  // Of its parent.
    std::set<std::string, std::less<>> seen;  // Of an opaque one.
  };

  void visit(const OwnEntry& entry) {
    Open& here = open_.back();
    if (here.opaque) here.seen.insert(entry.name);
    const NodeRef* const found =
        here.lower == nullptr ? nullptr : here.lower->find(entry.name);
    const Node* const before = found == nullptr ? nullptr : found->get();
    const std::size_t length = path_.size();
    path_.append("/").append(entry.name);
    if (!entry.node) {
      if (before != nullptr) tell(ChangeKind::deleted);
      path_.resize(length);
      return;
    }
    const bool added = before == nullptr;
    const bool told = added || differs(*before, *entry.node);
    if (told) tell(added ? ChangeKind::added : ChangeKind::changed);
    if (!entry.node->is_directory()) {
      path_.resize(length);
      return;
    }
    const bool onto_directory = before != nullptr && before->is_directory();
    open_.push_back(
        {onto_directory ? before : nullptr, entry.opaque, told, length, {}});
  }

  /// The path at hand, and the directories that lead to it.
  void tell(ChangeKind kind) {
    if (path_.size() >= kPathMax) return;  // No call can name it.
    changes_.push_back({kind, path_});
    std::string above = path_;
    for (std::size_t i = open_.size(); i-- > 0 && !open_[i].told;) {
      above.resize(above.rfind('/'));
      open_[i].told = true;
      changes_.push_back({ChangeKind::changed, above});
    }
  }

  void close() {
    if (open_.back().opaque && open_.back().lower != nullptr) tell_hidden();
    path_.resize(open_.back().path_length);
    open_.pop_back();
  }

  void tell_hidden() {
    const Open& here = open_.back();
    std::vector<std::string> gone;
    PersistentMap<NodeRef>::Cursor entry(here.lower->children);
    for (; !entry.at_end(); entry.next()) {
      if (!here.seen.contains(entry.key())) gone.push_back(entry.key());
    }
    const std::size_t length = path_.size();
    for (const std::string& name : gone) {
      path_.append("/").append(name);
      tell(ChangeKind::deleted);
      path_.resize(length);
    }
  }

  std::vector<Change> changes_;
  std::vector<Open> open_;
  std::string path_;
};

}  // namespace

std::vector<Change> changes_of(const OwnEntries& own, const Node* lower) {
  return Comparison().run(own, lower);
}

}  // namespace drydock::vfs
