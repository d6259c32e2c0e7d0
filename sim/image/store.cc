// store.cc — the indexes over an engine's images and layers.

#include "sim/image/store.h"

#include <algorithm>

#include "sim/base/id.h"

namespace drydock::image {

namespace {

constexpr std::string_view kDigestPrefix = "sha256:";

/// The key under which a name is kept in its repository: a digest says more
/// than the tag beside it.
std::string key_of(const Reference& name) {
  if (!name.digest.empty()) return "@" + name.digest;
  return name.tag;
}

std::string text_of(const Reference& name) {
  return name.repository + (name.digest.empty() ? ":" : "") + key_of(name);
}

Reference reference_of(const std::string& repository, const std::string& key) {
  if (key.starts_with('@')) return {repository, "", key.substr(1)};
  return {repository, key, ""};
}

}  // namespace

void Store::add(Image image) {
  if (by_id_.contains(image.id)) return;
  if (!image.parent.empty()) children_[image.parent].insert(image.id);
  const std::string id = image.id;
  image.order = ++added_;
  touch(journal_, "images", id);
  by_id_.emplace(id, std::make_shared<const Image>(std::move(image)));
}

void Store::remove(std::string_view id) {
  const auto entry = by_id_.find(id);
  if (entry == by_id_.end()) return;
  const std::string& parent = entry->second->parent;
  if (const auto siblings = children_.find(parent);
      siblings != children_.end()) {
    siblings->second.erase(entry->first);
    if (siblings->second.empty()) children_.erase(siblings);
  }
  touch(journal_, "images", id);
  by_id_.erase(entry);
}

ImageRef Store::get(std::string_view id) const {
  const auto entry = by_id_.find(id);
  return entry == by_id_.end() ? nullptr : entry->second;
}

ImageRef Store::tagged(const Reference& name) const {
  const auto repository = names_.find(name.repository);
  if (repository == names_.end()) return nullptr;
  const auto entry = repository->second.find(key_of(name));
  return entry == repository->second.end() ? nullptr : get(entry->second);
}

Found Store::find(std::string_view text, Grammar grammar) const {
  if (auto name = parse_reference(text, grammar); name) {
    if (name->tag.empty() && name->digest.empty()) name->tag = kDefaultTag;
    ImageRef image = tagged(*name);
    if (image) return {Lookup::found, std::move(image), false};
  }
  std::string_view prefix = text;
  if (prefix.starts_with(kDigestPrefix)) {
    prefix.remove_prefix(kDigestPrefix.size());
  }
  if (!is_hex(prefix) || prefix.size() > kIdDigits) return {};
  const auto first = by_id_.lower_bound(prefix);
  if (first == by_id_.end() || !first->first.starts_with(prefix)) return {};
  const auto second = std::next(first);
  if (second != by_id_.end() && second->first.starts_with(prefix)) {
    return {Lookup::ambiguous, nullptr, true};
  }
  return {Lookup::found, first->second, true};
}

void Store::tag(const Reference& name, std::string_view id, Time when) {
  untag(name);
  const std::string key(id);
  names_[name.repository][key_of(name)] = key;
  names_of_[key].insert(text_of(name));
  touch(journal_, "names", text_of(name));
  const auto entry = by_id_.find(id);
  if (entry == by_id_.end()) return;
  Image image = *entry->second;
  image.last_tagged = when;
  touch(journal_, "images", id);
  entry->second = std::make_shared<const Image>(std::move(image));
}

bool Store::untag(const Reference& name) {
  const auto repository = names_.find(name.repository);
  if (repository == names_.end()) return false;
  const auto entry = repository->second.find(key_of(name));
  if (entry == repository->second.end()) return false;
  touch(journal_, "names", text_of(name));
  const auto names = names_of_.find(entry->second);
  names->second.erase(text_of(name));
  if (names->second.empty()) names_of_.erase(names);
  repository->second.erase(entry);
  if (repository->second.empty()) names_.erase(repository);
  return true;
}

bool Store::has_repository(std::string_view repository) const {
  return names_.find(repository) != names_.end();
}

std::vector<Reference> Store::names_of(std::string_view id) const {
  std::vector<Reference> names;
  const auto entry = names_of_.find(id);
  if (entry == names_of_.end()) return names;
  for (const std::string& text : entry->second) {
    const std::size_t at = text.find('@');
    if (at != std::string::npos) {
      names.push_back({text.substr(0, at), "", text.substr(at + 1)});
      continue;
    }
    const std::size_t colon = text.rfind(':');
    names.push_back({text.substr(0, colon), text.substr(colon + 1), ""});
  }
  return names;
}

std::vector<std::pair<Reference, std::string>> Store::tags(
    std::string_view repository) const {
  std::vector<std::pair<Reference, std::string>> all;
  const auto names = names_.find(repository);
  if (names == names_.end()) return all;
  for (const auto& [key, id] : names->second) {
    if (key.starts_with('@')) continue;
    all.emplace_back(reference_of(names->first, key), id);
  }
  return all;
}

ImageRef Store::parent_of(const Image& image) const {
  return image.parent.empty() ? nullptr : get(image.parent);
}

const std::set<std::string>& Store::children(std::string_view id) const {
  static const std::set<std::string> none;
  const auto entry = children_.find(id);
  return entry == children_.end() ? none : entry->second;
}

std::vector<ImageRef> Store::ancestry(const Image& image) const {
  std::vector<ImageRef> chain;
  for (ImageRef at = get(image.id); at; at = parent_of(*at)) {
    chain.push_back(at);
  }
  return chain;
}

std::size_t Store::depth(const Image& image) const {
  std::size_t count = 0;
  for (auto at = by_id_.find(image.id); at != by_id_.end();
       at = by_id_.find(at->second->parent)) {
    ++count;
  }
  return count;
}

std::vector<ImageRef> Store::all() const {
  std::vector<ImageRef> images;
  images.reserve(by_id_.size());
  for (const auto& [id, image] : by_id_) images.push_back(image);
  std::stable_sort(
      images.begin(), images.end(),
      [](const ImageRef& a, const ImageRef& b) { return is_newer(*a, *b); });
  return images;
}

bool is_newer(const Image& a, const Image& b) {
  return a.created != b.created ? a.created > b.created : a.order > b.order;
}

const LayerStore::Entry& LayerStore::add(Entry layer) {
  use(layer.parent);
  if (!layer.chain_id.empty()) by_chain_[layer.chain_id] = layer.id;
  const std::string id = layer.id;
  touch(journal_, "layers", id);
  return layers_.emplace(id, std::move(layer)).first->second;
}

const LayerStore::Entry* LayerStore::get(std::string_view id) const {
  const auto entry = layers_.find(id);
  return entry == layers_.end() ? nullptr : &entry->second;
}

const LayerStore::Entry* LayerStore::by_chain(std::string_view chain) const {
  const auto entry = by_chain_.find(chain);
  return entry == by_chain_.end() ? nullptr : get(entry->second);
}

void LayerStore::use(std::string_view id) {
  if (const auto entry = layers_.find(id); entry != layers_.end()) {
    ++entry->second.uses;
  }
}

std::vector<LayerStore::Entry> LayerStore::release(std::string_view id) {
  std::vector<Entry> gone;
  std::string at(id);
  for (;;) {
    const auto entry = layers_.find(at);
    if (entry == layers_.end()) return gone;
    if (entry->second.uses > 0) --entry->second.uses;
    if (entry->second.uses > 0) return gone;
    at = entry->second.parent;
    touch(journal_, "layers", at);
    by_chain_.erase(entry->second.chain_id);
    gone.push_back(std::move(entry->second));
    layers_.erase(entry);
  }
}

}  // namespace drydock::image
