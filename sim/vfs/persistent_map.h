// persistent_map.h — an ordered map whose old versions stay as they are.
//
// A change copies the path from the root of a balanced tree (AVL: Adelson-
// Velsky and Landis 1962) to the changed entry and shares the rest, so that k
// changes to a map of n entries cost O(k log n) in time and memory, and copying
// the whole map costs one pointer.  Directories of layers are such maps.

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/vfs/name_order.h"

namespace drydock::vfs {

template <typename Value>
class PersistentMap {
  struct Twig;
  using Tree = std::shared_ptr<const Twig>;

 public:
  PersistentMap() = default;

  using Entry = std::pair<std::string, Value>;

  /// A map of entries that come in order of their keys, each once: O(n).
  static PersistentMap of_sorted(std::vector<Entry> entries) {
    return PersistentMap(middle(entries, 0, entries.size()));
  }

  bool empty() const { return root_ == nullptr; }
  std::uint64_t size() const { return count(root_); }

  /// Null when there is no such key.  Lives as long as this version.
  const Value* find(std::string_view key) const {
    const Twig* at = root_.get();
    while (at != nullptr) {
      const int order = compare_names(key, at->key);
      if (order == 0) return &at->value;
      at = order < 0 ? at->left.get() : at->right.get();
    }
    return nullptr;
  }

  /// This map with `key` set to `value`.
  [[nodiscard]] PersistentMap with(std::string_view key, Value value) const {
    return PersistentMap(set(root_, key, std::move(value)));
  }

  /// This map without `key`, which may be absent.
  [[nodiscard]] PersistentMap without(std::string_view key) const {
    return find(key) == nullptr ? *this : PersistentMap(cut(root_, key));
  }

  /// Goes through the entries in order of their keys.
  class Cursor {
   public:
    explicit Cursor(const PersistentMap& map) { descend(map.root_.get()); }
    bool at_end() const { return path_.empty(); }
    const std::string& key() const { return path_.back()->key; }
    const Value& value() const { return path_.back()->value; }
    void next() {
      const Twig* const here = path_.back();
      path_.pop_back();
      descend(here->right.get());
    }

   private:
    void descend(const Twig* at) {
      for (; at != nullptr; at = at->left.get()) path_.push_back(at);
    }
    std::vector<const Twig*> path_;
  };

  /// What it holds, to be handed to an undertaker; the map is empty then.
  std::shared_ptr<const void> release() { return std::move(root_); }

 private:
  struct Twig {
    std::string key;
    Value value;
    Tree left, right;
    int height;
    std::uint64_t count;
  };

  PersistentMap(Tree root) : root_(std::move(root)) {}

  static int height(const Tree& tree) { return tree ? tree->height : 0; }
  static std::uint64_t count(const Tree& tree) {
    return tree ? tree->count : 0;
  }

  static Tree grow(std::string key, Value value, Tree left, Tree right) {
    const int tall = 1 + std::max(height(left), height(right));
    const std::uint64_t all = 1 + count(left) + count(right);
    return std::make_shared<const Twig>(Twig{std::move(key), std::move(value),
                                             std::move(left), std::move(right),
                                             tall, all});
  }

  /// A tree of these parts, whose heights differ by at most two.
  static Tree balance(std::string key, Value value, Tree left, Tree right) {
    if (height(left) > height(right) + 1) {
      return lean_right(std::move(key), std::move(value), *left, right);
    }
    if (height(right) > height(left) + 1) {
      return lean_left(std::move(key), std::move(value), left, *right);
    }
    return grow(std::move(key), std::move(value), std::move(left),
                std::move(right));
  }

  static Tree lean_right(std::string key, Value value, const Twig& left,
                         const Tree& right) {
    if (height(left.left) >= height(left.right)) {
      return grow(left.key, left.value, left.left,
                  grow(std::move(key), std::move(value), left.right, right));
    }
    const Twig& top = *left.right;
    return grow(top.key, top.value,
                grow(left.key, left.value, left.left, top.left),
                grow(std::move(key), std::move(value), top.right, right));
  }

  static Tree lean_left(std::string key, Value value, const Tree& left,
                        const Twig& right) {
    if (height(right.right) >= height(right.left)) {
      return grow(right.key, right.value,
                  grow(std::move(key), std::move(value), left, right.left),
                  right.right);
    }
    const Twig& top = *right.left;
    return grow(top.key, top.value,
                grow(std::move(key), std::move(value), left, top.left),
                grow(right.key, right.value, top.right, right.right));
  }

  static Tree middle(std::vector<Entry>& entries, std::size_t from,
                     std::size_t to) {
    if (from == to) return {};
    const std::size_t half = from + (to - from) / 2;
    Tree left = middle(entries, from, half);
    Tree right = middle(entries, half + 1, to);
    Entry& entry = entries[half];
    return grow(std::move(entry.first), std::move(entry.second),
                std::move(left), std::move(right));
  }

  static Tree set(const Tree& tree, std::string_view key, Value value) {
    if (!tree) return grow(std::string(key), std::move(value), {}, {});
    const int order = key.compare(tree->key);
    if (order == 0) {
      return grow(tree->key, std::move(value), tree->left, tree->right);
    }
    if (order < 0) {
      return balance(tree->key, tree->value,
                     set(tree->left, key, std::move(value)), tree->right);
    }
    return balance(tree->key, tree->value, tree->left,
                   set(tree->right, key, std::move(value)));
  }

  static Tree cut(const Tree& tree, std::string_view key) {
    const int order = key.compare(tree->key);
    if (order < 0) {
      return balance(tree->key, tree->value, cut(tree->left, key), tree->right);
    }
    if (order > 0) {
      return balance(tree->key, tree->value, tree->left, cut(tree->right, key));
    }
    if (!tree->left) return tree->right;
    if (!tree->right) return tree->left;
    const Twig* next = tree->right.get();
    while (next->left) next = next->left.get();
    return balance(next->key, next->value, tree->left,
                   cut(tree->right, next->key));
  }

  Tree root_;
};

}  // namespace drydock::vfs
