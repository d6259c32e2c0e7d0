// store.h — the images of one engine: by id, by prefix, by tag, by parent.
//
// Invariants: 1. a tag or digest leads to an image of the store.  2. parents
// are in the store, or the image has none.  3. `layers` counts for each layer
// how many images and containers stand on it directly, and layers above it.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/journal.h"
#include "sim/image/config.h"

namespace drydock::image {

/// What an image name leads to.
enum class Lookup { found, none, ambiguous };
struct Found {
  Lookup outcome = Lookup::none;
  ImageRef image;
  bool by_id = false;  // Of an id or its prefix, not of a name.
};

class Store {
 public:
  /// From here on changes are told: rows "images" by id, "names" by name.
  void tell(Journal* journal) { journal_ = journal; }

  void add(Image image);  // An id that is there already: nothing happens.
  void remove(std::string_view id);  // Its tags must be gone.

  ImageRef get(std::string_view id) const;  // Whole id; null if unknown.

  /// A name or an id in any form that docker accepts: "redis", "redis:3",
  /// "redis@sha256:...", "sha256:be76", "be76".  Names win over ids.
  Found find(std::string_view text, Grammar grammar) const;

  // Names.
  ImageRef tagged(const Reference& name) const;  // With tag or digest.
  void tag(const Reference& name, std::string_view id, Time when);
  bool untag(const Reference& name);  // False: there was none.
  bool has_repository(std::string_view repository) const;
  std::vector<Reference> names_of(std::string_view id) const;  // Sorted.
  /// All names there are, with what they lead to.
  std::vector<std::pair<Reference, std::string>> names() const;
  /// Tags of one repository with their images, sorted by tag.
  std::vector<std::pair<Reference, std::string>> tags(
      std::string_view repository) const;

  // The chain.
  ImageRef parent_of(const Image& image) const;
  const std::set<std::string>& children(std::string_view id) const;
  std::vector<ImageRef> ancestry(const Image& image) const;  // Itself first.
  std::size_t depth(const Image& image) const;  // How many these are.

  /// All of them, newest first; of the same instant, the latest added first.
  std::vector<ImageRef> all() const;
  std::size_t count() const { return by_id_.size(); }

 private:
  Journal* journal_ = nullptr;
  std::uint64_t added_ = 0;
  std::map<std::string, ImageRef, std::less<>> by_id_;
  std::map<std::string, std::set<std::string>, std::less<>> children_;
  // repository -> tag or digest -> id
  using Names = std::map<std::string, std::string, std::less<>>;
  std::map<std::string, Names, std::less<>> names_;
  std::map<std::string, std::set<std::string>, std::less<>> names_of_;
};

/// By creation; of the same instant, in order of adding.
bool is_newer(const Image& a, const Image& b);

/// The layers that images and containers stand on, and how many do.
class LayerStore {
 public:
  struct Entry {
    std::string id;        // The backend's name of it.
    std::string parent;    // Likewise; empty for a base layer.
    std::string chain_id;  // "sha256:..." (docker-20.10).
    std::string diff_id;
    std::int64_t size = 0, virtual_size = 0;
    std::uint64_t uses = 0;
  };

  /// From here on changes are told: rows "layers" by id.
  void tell(Journal* journal) { journal_ = journal; }

  /// Adds a layer with no uses; its parent gets one more.
  const Entry& add(Entry layer);
  const Entry* get(std::string_view id) const;
  const std::map<std::string, Entry, std::less<>>& all() const {
    return layers_;
  }
  const Entry* by_chain(std::string_view chain_id) const;
  void use(std::string_view id);  // The empty id is nobody's.
  /// One use less.  Layers that nobody uses any more leave the store; they are
  /// the answer, topmost first, and the backend's to remove.
  std::vector<Entry> release(std::string_view id);

 private:
  Journal* journal_ = nullptr;
  std::map<std::string, Entry, std::less<>> layers_;
  std::map<std::string, std::string, std::less<>> by_chain_;
};

}  // namespace drydock::image
