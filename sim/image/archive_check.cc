// archive_check.cc — walking all that a load would read.

#include "sim/image/archive_check.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/image/reference.h"
#include "sim/vfs/tar.h"

namespace drydock::image {

namespace {

ArchiveFault lacks(std::string name) { return {std::move(name), "", false}; }
ArchiveFault fault(std::string text) { return {"", std::move(text), false}; }

/// A name that climbs out of the tree it is unpacked into.
bool leaves(std::string_view name) {
  int depth = 0;
  for (const std::string& part : split(name, '/')) {
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

/// Reads a layer's tar to its end.
Task<ArchiveCheck> check_layer(Bytes tar) {
  StringSource source(std::move(tar));
  vfs::TarReader reader(source);
  for (;;) {
    const Result<std::optional<vfs::TarEntry>> next = co_await reader.next();
    if (!next) co_return ArchiveFault{"", next.error().text, true};
    if (!*next) co_return std::monostate{};
    const vfs::TarEntry& entry = **next;
    const bool climbs =
        leaves(entry.name) || (entry.hard_link && leaves(entry.link));
    if (climbs) {
      co_return fault(fmt::format("invalid tar: {} leaves the image",
                                  go_quote(entry.name)));
    }
  }
}

Task<ArchiveCheck> check_entry(const ReadArchive& archive,
                               const ReadArchive::ManifestEntry& entry,
                               Grammar grammar) {
  const auto config = archive.files.find(entry.config);
  if (config == archive.files.end()) co_return lacks(entry.config);
  const Result<Image> image = parse_image_json(config->second);
  if (!image) co_return fault(image.error().text);
  if (image->diff_ids.size() != entry.layers.size()) {
    co_return fault(
        fmt::format("invalid manifest, layers length mismatch: "
                    "expected {}, got {}",
                    image->diff_ids.size(), entry.layers.size()));
  }
  for (std::size_t at = 0; at < entry.layers.size(); ++at) {
    const auto tar = archive.files.find(entry.layers[at]);
    if (tar == archive.files.end()) co_return lacks(entry.layers[at]);
    const ArchiveCheck whole = co_await check_layer(tar->second);
    if (!whole) co_return whole.error();
    const std::string digest = "sha256:" + sha256_hex(tar->second);
    if (digest != image->diff_ids[at]) {
      co_return fault(
          fmt::format("invalid diffID for layer {}: expected {}, "
                      "got {}",
                      at, go_quote(image->diff_ids[at]), go_quote(digest)));
    }
  }
  for (const std::string& tag : entry.tags) {
    const Result<Reference> name = parse_reference(tag, grammar);
    if (!name) co_return fault(name.error().text);
  }
  co_return std::monostate{};
}

bool is_id(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// One image and those below it.
Task<ArchiveCheck> check_chain(const ReadArchive& archive, std::string name,
                               const KnowsImage& is_present,
                               std::set<std::string>* checked) {
  std::set<std::string> walked;  // Since the start: a second visit is a ring.
  while (!name.empty() && !is_present(name)) {
    if (walked.contains(name)) co_return fault("the images have no end");
    if (checked->contains(name)) break;
    const auto json = archive.files.find(name + "/json");
    if (json == archive.files.end()) co_return lacks(name + "/json");
    if (!is_id(name)) {
      co_return fault(fmt::format("image ID '{}' is invalid", name));
    }
    const Result<Image> image = parse_image_json(json->second);
    if (!image) co_return fault(image.error().text);
    if (!image->id.empty() && image->id != name) {
      co_return fault(
          fmt::format("image ID '{}' is that of another", image->id));
    }
    const auto tar = archive.files.find(name + "/layer.tar");
    if (tar == archive.files.end()) co_return lacks(name + "/layer.tar");
    const ArchiveCheck whole = co_await check_layer(tar->second);
    if (!whole) co_return whole.error();
    walked.insert(name);
    name = image->parent;
  }
  checked->merge(walked);
  co_return std::monostate{};
}

}  // namespace

List image_folders(const ReadArchive& archive) {
  std::set<std::string> folders;
  for (const auto& [name, content] : archive.files) {
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos) folders.insert(name.substr(0, slash));
  }
  return List(folders.begin(), folders.end());
}

Task<ArchiveCheck> check_manifest(const ReadArchive& archive, Grammar grammar) {
  for (const ReadArchive::ManifestEntry& entry : archive.manifest) {
    const ArchiveCheck whole = co_await check_entry(archive, entry, grammar);
    if (!whole) co_return whole.error();
  }
  co_return std::monostate{};
}

Task<ArchiveCheck> check_chains(const ReadArchive& archive, Grammar grammar,
                                KnowsImage is_present) {
  std::set<std::string> checked;
  for (const std::string& folder : image_folders(archive)) {
    const ArchiveCheck whole =
        co_await check_chain(archive, folder, is_present, &checked);
    if (!whole) co_return whole.error();
  }
  for (const auto& [repository, tags] : archive.repositories) {
    for (const auto& [tag, id] : tags) {
      const Result<Reference> name =
          parse_reference(repository + ":" + tag, grammar);
      if (!name) co_return fault(name.error().text);
      if (checked.contains(id) || is_present(id)) continue;
      co_return fault(fmt::format("could not find image: no such id: {}", id));
    }
  }
  co_return std::monostate{};
}

}  // namespace drydock::image
