// archive_verbs.cc — `docker import`, `save` and `load`: images as tar.

#include <algorithm>
#include <utility>

#include "sim/base/id.h"
#include "sim/base/packing.h"
#include "sim/base/sha256.h"
#include "sim/engine/config_change.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/image/archive_check.h"

namespace drydock::engine {

namespace {

constexpr int kDepthMax = 500;

}  // namespace

// --- import
// --------------------------------------------------------------------

Task<Answer<std::string>> Engine::import(ImportRequest request,
                                         ByteSource& tar) {
  return import_now(std::move(request), &tar);
}

Task<Answer<std::string>> Engine::import_now(ImportRequest request,
                                             ByteSource* tar) {
  std::optional<image::Reference> name;
  if (!request.reference.empty()) {
    const auto parsed =
        image::parse_new_reference(request.reference, rules_.grammar);
    if (!parsed) {
      co_return Fault{Fault::Kind::bad_parameter, parsed.error().text};
    }
    name = parsed->with_default_tag();
  }
  Image image;
  for (const std::string& change : request.changes) {
    const Outcome applied = apply_change_text(image.config, change, rules_);
    if (!applied) {
      co_return Fault{Fault::Kind::bad_parameter, applied.error().text};
    }
  }
  const bool remote = request.source.find("://") != std::string::npos;
  image.comment = !request.message.empty() ? request.message
                  : remote                 ? "Imported from " + request.source
                                           : "Imported from -";
  image.created = now();
  image.docker_version = rules_.facts.docker_version;
  UnpackingSource plain(*tar);
  const Answer<std::string> id = co_await add_image(std::move(image), &plain);
  if (!id) co_return tar_fault(id.error().text);
  std::string event_id = shown_id(*id);
  if (name && !rules_.content_ids) event_id += ":" + name->tag;
  note_image(event_id, "import");
  if (name) name_image(*name, *id);
  co_await keep_changes();
  co_return *id;
}

/// A stream that is no tar ends where a header should be.
Fault Engine::tar_fault(const std::string& why) const {
  const auto says = [&why](std::string_view words) {
    return why.find(words) != std::string::npos;
  };
  // What is whole but more than fits is refused in plain words.
  const bool malformed =
      !says("longer than") &&
      (says("tar") || says("archive") || says("header") || says("EOF"));
  return rules_.fault(Fault::Kind::internal, Object::none, Message::tar_broken,
                      fmt::arg("why", malformed ? "unexpected EOF" : why));
}

// --- save
// ----------------------------------------------------------------------

image::SavedImage Engine::saved_chain(const Image& image) const {
  image::SavedImage saved;
  saved.created = image.created;
  for (const ImageRef& at : images_.ancestry(image)) {
    const ImageRef parent = images_.parent_of(*at);
    const bool own_layer = !parent || parent->layer != at->layer;
    saved.layers.push_back({at->id,
                            image::image_json(*at, image::Grammar::docker_1_8),
                            own_layer ? at->layer : "", at->created});
  }
  std::reverse(saved.layers.begin(), saved.layers.end());
  return saved;
}

image::SavedImage Engine::saved_content(const Image& image) const {
  image::SavedImage saved;
  saved.created = image.created;
  saved.config_name = image.id + ".json";
  saved.config = image::image_json(image, image::Grammar::docker_20_10);
  List chain;
  for (std::string at = image.layer; !at.empty();) {
    chain.push_back(at);
    const auto* const entry = layers_.get(at);
    at = entry ? entry->parent : "";
  }
  std::reverse(chain.begin(), chain.end());
  std::string parent;
  for (const std::string& layer : chain) {
    const bool top = layer == image.layer;
    Image old = top ? image : Image{};
    old.parent = parent;
    old.created = top ? image.created : Time{};
    old.size = 0;
    const auto* const entry = layers_.get(layer);
    old.id =
        sha256_hex("v1 " + parent + " " + (entry ? entry->chain_id : layer) +
                   " " + (top ? image.id : ""));
    saved.layers.push_back({old.id,
                            image::image_json(old, image::Grammar::docker_1_8),
                            layer, old.created});
    parent = old.id;
  }
  return saved;
}

Task<Done> Engine::save(List names, ByteSink& tar) {
  std::vector<image::SavedImage> saved;
  std::map<std::string, std::size_t> places;  // Id -> index in saved.
  const auto place_of = [&](const Image& image) -> image::SavedImage& {
    const auto [place, fresh] = places.emplace(image.id, saved.size());
    if (fresh) {
      saved.push_back(rules_.content_ids ? saved_content(image)
                                         : saved_chain(image));
    }
    return saved[place->second];
  };
  for (const std::string& typed : names) {
    const auto name = image::parse_reference(typed, rules_.grammar);
    const bool bare = name && name->tag.empty() && name->digest.empty();
    if (bare && images_.has_repository(name->repository)) {
      for (const auto& [tag, id] : images_.tags(name->repository)) {
        place_of(*images_.get(id)).tags.push_back(tag.str());
      }
      continue;
    }
    const image::Found found = images_.find(typed, rules_.grammar);
    if (!found.image) {
      co_return rules_.fault(Fault::Kind::not_found, Object::image,
                             Message::image_not_found,
                             fmt::arg("typed", typed));
    }
    image::SavedImage& entry = place_of(*found.image);
    if (!found.by_id) entry.tags.push_back(name->with_default_tag().str());
  }
  explain(backend_, StepKind::archive_written, "images", saved.size());
  Backend& backend = backend_;
  image::LayerTar layer_tar = [&backend](std::string layer, ByteSink& to) {
    return backend.export_layer(std::move(layer), to);
  };
  const Outcome written = co_await image::write_archive(
      std::move(saved), rules_.content_ids, std::move(layer_tar), tar);
  if (!written) co_return Fault{Fault::Kind::internal, written.error().text};
  co_return did_it();
}

// --- load
// ----------------------------------------------------------------------

Task<Answer<LayerInfo>> Engine::import_bytes(Bytes tar, LayerId id,
                                             LayerId parent) {
  StringSource source(std::move(tar));
  const Result<LayerInfo> layer =
      co_await backend_.import_layer(source, id, parent);
  if (!layer) co_return tar_fault(layer.error().text);
  explain(backend_, StepKind::layer_imported, "layer", id, "size", layer->size);
  co_return *layer;
}

Fault Engine::lacking(const std::string& name) const {
  // The name of the folder is drawn anew each time.
  return rules_.fault(Fault::Kind::internal, Object::none, Message::tar_lacks,
                      fmt::arg("short", "391879597"), fmt::arg("typed", name));
}

/// One entry of manifest.json.
Task<Answer<std::string>> Engine::load_manifest(image::ReadArchive& archive,
                                                std::size_t at) {
  const image::ReadArchive::ManifestEntry entry = archive.manifest[at];
  const auto config = archive.files.find(entry.config);
  if (config == archive.files.end()) co_return lacking(entry.config);
  Result<Image> image = image::parse_image_json(config->second);
  if (!image) co_return Fault{Fault::Kind::internal, image.error().text};
  image->source = config->second;
  if (image->diff_ids.size() != entry.layers.size()) {
    co_return Fault{Fault::Kind::internal,
                    fmt::format("invalid manifest, layers length mismatch: "
                                "expected {}, got {}",
                                image->diff_ids.size(), entry.layers.size())};
  }
  std::string parent;
  std::size_t history = 0;
  for (std::size_t n = 0; n < entry.layers.size(); ++n) {
    const auto tar = archive.files.find(entry.layers[n]);
    if (tar == archive.files.end()) co_return lacking(entry.layers[n]);
    const LayerId fresh = backend_.ids().next();
    const Answer<LayerInfo> layer =
        co_await import_bytes(tar->second, fresh, parent);
    if (!layer) co_return layer.error();
    const Answer<std::string> adopted = co_await adopt_layer(*layer, parent);
    if (!adopted) co_return adopted.error();
    parent = *adopted;
    while (history < image->history.size() &&
           image->history[history].empty_layer) {
      ++history;
    }
    if (history < image->history.size()) {
      image->history[history++].size = layer->size;
    }
  }
  image->layer = parent;
  const std::string id = finish_image(std::move(*image));
  for (const std::string& tag : entry.tags) {
    const auto name = image::parse_reference(tag, rules_.grammar);
    if (name) name_image(name->with_default_tag(), id);
  }
  co_await keep_changes();
  co_return id;
}

namespace {

/// Of a folder of the v1 layout: the image that it has become.  A profile that
/// names images by their content calls it otherwise than the archive does.  No
/// member of an archive has a name that ends so.
Bytes& became(image::ReadArchive& archive, const std::string& folder) {
  return archive.files[folder + "/"];
}

}  // namespace

/// A layer of the v1 layout, its parents first.
Task<Done> Engine::load_chain(image::ReadArchive& archive, std::string name,
                              int depth) {
  if (images_.get(name)) became(archive, name) = name;
  if (!became(archive, name).empty()) co_return did_it();
  if (depth > kDepthMax) {
    co_return Fault{Fault::Kind::internal, "the images have no end"};
  }
  const auto json = archive.files.find(name + "/json");
  if (json == archive.files.end()) co_return lacking(name + "/json");
  Result<Image> image = image::parse_image_json(json->second);
  if (!image) co_return Fault{Fault::Kind::internal, image.error().text};
  if (!image->parent.empty()) {
    const Done below = co_await load_chain(archive, image->parent, depth + 1);
    if (!below) co_return below;
    image->parent = became(archive, image->parent);
  }
  const auto tar = archive.files.find(name + "/layer.tar");
  if (tar == archive.files.end()) co_return lacking(name + "/layer.tar");
  StringSource source(tar->second);
  image->id = name;
  const Answer<std::string> id = co_await add_image(std::move(*image), &source);
  if (!id) co_return tar_fault(id.error().text);
  became(archive, name) = *id;
  co_return did_it();
}

/// What the check of an archive found, in this profile's words.
Fault Engine::archive_fault(const image::ArchiveFault& fault) const {
  if (!fault.lacks.empty()) return lacking(fault.lacks);
  if (fault.is_tar) return tar_fault(fault.text);
  return Fault{Fault::Kind::internal, fault.text};
}

Task<Answer<Loaded>> Engine::load(ByteSource& tar) {
  UnpackingSource plain(tar);
  Result<image::ReadArchive> archive = co_await image::read_archive(plain);
  if (!archive) co_return tar_fault(archive.error().text);
  explain(backend_, StepKind::archive_read, "files", archive->files.size());
  if (rules_.content_ids && !archive->manifest.empty()) {
    const image::ArchiveCheck whole =
        co_await image::check_manifest(*archive, rules_.grammar);
    if (!whole) co_return archive_fault(whole.error());
    co_return co_await load_all_manifests(*archive);
  }
  image::KnowsImage is_present = [this](const std::string& id) {
    return images_.get(id) != nullptr;
  };
  const image::ArchiveCheck whole = co_await image::check_chains(
      *archive, rules_.grammar, std::move(is_present));
  if (!whole) co_return archive_fault(whole.error());
  co_return co_await load_all_chains(*archive);
}

Task<Answer<Loaded>> Engine::load_all_manifests(image::ReadArchive& archive) {
  Loaded loaded;
  for (std::size_t at = 0; at < archive.manifest.size(); ++at) {
    const Answer<std::string> id = co_await load_manifest(archive, at);
    if (!id) co_return id.error();
    const List& tags = archive.manifest[at].tags;
    loaded.tags.insert(loaded.tags.end(), tags.begin(), tags.end());
    if (tags.empty()) loaded.ids.push_back(shown_id(*id));
  }
  co_return loaded;
}

Task<Answer<Loaded>> Engine::load_all_chains(image::ReadArchive& archive) {
  Loaded loaded;
  for (const std::string& folder : image::image_folders(archive)) {
    const Done added = co_await load_chain(archive, folder, 0);
    if (!added) co_return added.error();
  }
  for (const auto& [repository, tags] : archive.repositories) {
    for (const auto& [tag, folder] : tags) {
      const std::string id = became(archive, folder);
      const image::Reference name{repository, tag, ""};
      const ImageRef present = images_.tagged(name);
      if (present && present->id != id) {
        loaded.notes.push_back(
            fmt::format("The image {} already exists, renaming the old one "
                        "with ID {} to empty string",
                        name.str(), short_id(present->id)));
      }
      if (!images_.get(id)) continue;
      name_image(name, id);
      loaded.tags.push_back(name.str());
    }
  }
  co_return loaded;
}

}  // namespace drydock::engine
