// pull.cc — `docker pull`: a manifest, then the layers that are not here yet.

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/id.h"
#include "sim/base/sha256.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/registry_faults.h"

namespace drydock::engine {

namespace {

using Kind = Progress::Kind;

void tell(const ProgressSink& progress, Kind kind, std::string_view id,
          std::string text) {
  if (progress) progress({kind, std::string(id), std::move(text), 0, 0});
}

void show_layer(const ProgressSink& progress, std::string_view id,
                std::string_view text) {
  tell(progress, Kind::layer, short_id(id), std::string(text));
}

/// "sha256:4afb..." -> "4afb..."
std::string_view hex_of(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  return colon == std::string_view::npos ? digest : digest.substr(colon + 1);
}

/// Without v1 JSON: the chain that a history tells, with ids that the same
/// content always gets.
std::vector<Image> chain_of_history(const Image& top) {
  std::vector<image::HistoryEntry> history = top.history;
  if (history.empty()) history.resize(top.diff_ids.size());
  std::vector<Image> chain;
  std::size_t layer = 0;
  std::string parent;
  for (std::size_t at = 0; at < history.size(); ++at) {
    const image::HistoryEntry& entry = history[at];
    Image image = at + 1 == history.size() ? top : Image{};
    const bool has_layer = !entry.empty_layer && layer < top.diff_ids.size();
    image.diff_ids.clear();
    if (has_layer) image.diff_ids.push_back(top.diff_ids[layer++]);
    image.history.clear();
    image.parent = parent;
    image.created = entry.created;
    image.comment = entry.comment;
    image.container_config.cmd = List{entry.created_by};
    image.id = sha256_hex(fmt::format(
        "v1 {} {} {} {}", parent, has_layer ? image.diff_ids.front() : "",
        entry.created_by, entry.created.since_epoch));
    parent = image.id;
    chain.push_back(std::move(image));
  }
  return chain;
}

/// How a blob's steps are shown under the id of its layer.
Progress shown(const BlobStep& step, const std::string& id) {
  using Step = BlobStep::Kind;
  Progress progress{Kind::layer, std::string(short_id(id)), "", 0, 0};
  switch (step.kind) {
    case Step::waiting:
      progress.text = "Waiting";
      break;
    case Step::retrying:
      progress.text = fmt::format("Retrying in {} second{}", step.current,
                                  step.current == 1 ? "" : "s");
      return progress;
    case Step::downloading:
      progress.text = "Downloading";
      break;
    case Step::verifying:
      progress.text = "Verifying Checksum";
      break;
    case Step::complete:
      progress.text = "Download complete";
      break;
    case Step::extracting:
      progress.text = "Extracting";
      break;
  }
  progress.current = step.current;
  progress.total = step.total;
  return progress;
}

/// Blobs, and the ids of the layers that they are.
struct Wanted {
  List digests, ids;
};

/// Has all of them fetched at once, if this world does so; else says of each
/// that it is here, for it will be when it is needed.
std::unique_ptr<BlobTransfers> fetch_ahead(Backend& backend,
                                           const image::Reference& name,
                                           const Wanted& wanted,
                                           const RegistryAuth& auth,
                                           const ProgressSink& progress) {
  std::multimap<std::string, std::string> ids;
  for (std::size_t at = 0; at < wanted.digests.size(); ++at) {
    ids.emplace(wanted.digests[at], wanted.ids[at]);
  }
  BlobSink told = [ids = std::move(ids), progress](const BlobStep& step) {
    const auto [first, last] = ids.equal_range(step.digest);
    for (auto at = first; progress && at != last; ++at) {
      progress(shown(step, at->second));
    }
  };
  return backend.registry().fetch_ahead(name.host(), name.path(),
                                        wanted.digests, auth, std::move(told));
}

/// The blobs of those images of a chain that are not here.
Wanted wanted_of(const std::vector<Image>& chain, const Manifest& manifest,
                 const image::Store& images) {
  const bool schema_1 = !manifest.v1_images.empty();
  Wanted wanted;
  std::size_t blob = 0;
  for (std::size_t at = 0; at < chain.size(); ++at) {
    if (!schema_1 && chain[at].diff_ids.empty()) continue;
    const std::size_t place = schema_1 ? at : blob++;
    if (place >= manifest.layers.size() || images.get(chain[at].id)) continue;
    if (manifest.layers[place].empty()) continue;
    wanted.digests.push_back(manifest.layers[place]);
    wanted.ids.push_back(chain[at].id);
  }
  return wanted;
}

}  // namespace

Task<Done> Engine::pull(PullRequest request, ProgressSink progress) {
  // Not detached: a client that dies takes its progress display with it, and
  // a pull cut short has only left layers that the next one finds.
  return pull_now(std::move(request), std::move(progress));
}

Task<Done> Engine::pull_now(PullRequest request, ProgressSink progress) {
  const auto parsed = image::parse_reference(request.reference, rules_.grammar);
  if (!parsed) {
    co_return Fault{Fault::Kind::bad_parameter, parsed.error().text};
  }
  image::Reference name = *parsed;
  if (!request.all_tags) {
    const Done pulled = co_await pull_tag(name.with_default_tag(), false,
                                          request.auth, progress);
    co_return pulled;
  }
  const RegistryResult<List> tags =
      co_await backend_.registry().tags(name.host(), name.path(), request.auth);
  if (!tags) {
    const Done failed = co_await pull_fault(
        name.with_default_tag(), tags.error(), request.auth, progress);
    co_return failed;
  }
  for (const std::string& tag : *tags) {
    name.tag = tag;
    const Done pulled = co_await pull_tag(name, true, request.auth, progress);
    if (!pulled) co_return pulled;
  }
  co_return did_it();
}

/// What the profile says when a registry refuses.
Task<Done> Engine::pull_fault(image::Reference name, RegistryFault fault,
                              RegistryAuth auth, ProgressSink progress) {
  using Why = RegistryFault::Kind;
  const std::string full = name.host() + "/" + name.path();
  if (fault.kind == Why::unreachable) {
    Fault answer = unreachable(rules_, Message::pull_unreachable, fault,
                               name.host(), name.path());
    if (!rules_.content_ids) {
      tell(progress, Kind::repository, "", "Pulling repository " + full);
    }
    answer.in_stream = !rules_.content_ids;
    co_return answer;
  }
  if (fault.kind == Why::other) {
    co_return Fault{Fault::Kind::internal, fault.text, Object::image};
  }
  const auto refused = [&](Message message) {
    Fault answer = rules_.fault(
        Fault::Kind::not_found, Object::image, message,
        fmt::arg("typed", rules_.content_ids && message == Message::pull_denied
                              ? name.repository
                              : name.str()),
        fmt::arg("tag", name.tag),
        fmt::arg("repository",
                 message == Message::pull_denied ? name.path() : full));
    answer.in_stream = !rules_.content_ids;
    return answer;
  };
  const RegistryResult<List> tags =
      co_await backend_.registry().tags(name.host(), name.path(), auth);
  const bool known = bool(tags);
  if (!rules_.content_ids) {
    tell(progress, Kind::repository, "", "Pulling repository " + full);
    co_return refused(known ? Message::manifest_unknown : Message::pull_denied);
  }
  const bool hub = name.host() == "docker.io";
  co_return refused(known || !hub ? Message::manifest_unknown
                                  : Message::pull_denied);
}

Task<Done> Engine::pull_tag(image::Reference name, bool of_many,
                            RegistryAuth auth, ProgressSink progress) {
  const std::string wanted = name.digest.empty() ? name.tag : name.digest;
  RegistryResult<Manifest> manifest = co_await backend_.registry().manifest(
      name.host(), name.path(), wanted, auth);
  if (!manifest) {
    const Done failed =
        co_await pull_fault(name, manifest.error(), auth, progress);
    co_return failed;
  }
  explain(backend_, StepKind::manifest, "host", name.host(), "path",
          name.path(), "reference", wanted, "layers", manifest->layers.size());
  tell(progress, Kind::pulling_from,
       name.digest.empty() ? name.tag : name.str(), name.path());
  const ImageRef before = images_.tagged(name);
  const std::string digest = manifest->digest;
  Answer<std::string> id = std::string();
  if (rules_.content_ids) {
    id = co_await pull_content(name, std::move(*manifest), auth, progress);
  } else {
    id = co_await pull_chain(name, std::move(*manifest), auth, progress);
  }
  if (!id) co_return id.error();
  const bool fresh = !before || before->id != *id;
  if (fresh) {
    images_.tag(name, *id, now());
    tell_name(name, before ? before->id : "", *id);
  }
  if (rules_.content_ids) {
    images_.tag({name.repository, "", digest}, *id, now());
  }
  tell(progress, Kind::digest, "", digest);
  const std::string shown =
      of_many && rules_.content_ids ? name.repository : name.str();
  tell(progress, Kind::status, "",
       (fresh ? "Downloaded newer image for " : "Image is up to date for ") +
           shown);
  note_image(name.str(), "pull");
  co_await keep_changes();
  co_return did_it();
}

Task<Answer<LayerInfo>> Engine::fetch_layer(image::Reference name,
                                            std::string digest, LayerId id,
                                            LayerId parent, RegistryAuth auth) {
  RegistryResult<std::unique_ptr<ByteSource>> blob =
      co_await backend_.registry().blob(name.host(), name.path(), digest, auth);
  if (!blob) co_return Fault{Fault::Kind::internal, blob.error().text};
  const Result<LayerInfo> layer =
      co_await backend_.import_layer(**blob, id, parent);
  if (!layer) co_return Fault{Fault::Kind::internal, layer.error().text};
  co_return *layer;
}

// --- docker-20.10
// --------------------------------------------------------------

Task<Answer<std::string>> Engine::pull_content(image::Reference name,
                                               Manifest manifest,
                                               RegistryAuth auth,
                                               ProgressSink progress) {
  Result<Image> image = image::parse_image_json(manifest.config);
  if (!image) co_return Fault{Fault::Kind::internal, image.error().text};
  if (image->diff_ids.size() != manifest.layers.size()) {
    co_return Fault{Fault::Kind::internal,
                    "the manifest's layers are not those of its config"};
  }
  image->source = manifest.config;
  image->id = image::image_digest(*image);
  const ImageRef present = images_.get(image->id);
  if (present) co_return present->id;
  // Layers from the base on that are here already.
  std::size_t known = 0;
  std::string parent;
  for (List chain; known < manifest.layers.size(); ++known) {
    chain.push_back(image->diff_ids[known]);
    const auto* const layer = layers_.by_chain(image::chain_id(chain));
    if (!layer) break;
    parent = layer->id;
    show_layer(progress, hex_of(manifest.layers[known]), "Already exists");
    explain(backend_, StepKind::blob_present, "digest", manifest.layers[known]);
  }
  Wanted wanted;
  for (std::size_t at = known; at < manifest.layers.size(); ++at) {
    wanted.digests.push_back(manifest.layers[at]);
    wanted.ids.emplace_back(hex_of(manifest.layers[at]));
    show_layer(progress, hex_of(manifest.layers[at]), "Pulling fs layer");
  }
  const std::unique_ptr<BlobTransfers> ahead =
      fetch_ahead(backend_, name, wanted, auth, progress);
  for (std::size_t at = known; !ahead && at < manifest.layers.size(); ++at) {
    show_layer(progress, hex_of(manifest.layers[at]), "Verifying Checksum");
    show_layer(progress, hex_of(manifest.layers[at]), "Download complete");
  }
  std::vector<std::int64_t> sizes;
  for (std::size_t at = 0; at < manifest.layers.size(); ++at) {
    if (at < known) {
      const List below(
          image->diff_ids.begin(),
          image->diff_ids.begin() + static_cast<std::ptrdiff_t>(at) + 1);
      sizes.push_back(layers_.by_chain(image::chain_id(below))->size);
      continue;
    }
    const LayerId fresh = backend_.ids().next();
    const Answer<LayerInfo> layer =
        co_await fetch_layer(name, manifest.layers[at], fresh, parent, auth);
    if (!layer) co_return layer.error();
    if (layer->diff_id != image->diff_ids[at]) {
      const Outcome removed = co_await backend_.remove_layer(fresh);
      static_cast<void>(removed);  // The mismatch is what counts.
      co_return Fault{Fault::Kind::internal,
                      "layers from manifest don't match image configuration"};
    }
    const Answer<std::string> adopted = co_await adopt_layer(*layer, parent);
    if (!adopted) co_return adopted.error();
    parent = *adopted;
    sizes.push_back(layer->size);
    explain(backend_, StepKind::blob_fetched, "digest", manifest.layers[at]);
    show_layer(progress, hex_of(manifest.layers[at]), "Pull complete");
  }
  image->layer = parent;
  std::size_t at = 0;
  for (image::HistoryEntry& entry : image->history) {
    if (!entry.empty_layer && at < sizes.size()) entry.size = sizes[at++];
  }
  co_return finish_image(std::move(*image));
}

// --- docker-1.8
// ----------------------------------------------------------------

Task<Answer<std::string>> Engine::pull_chain(image::Reference name,
                                             Manifest manifest,
                                             RegistryAuth auth,
                                             ProgressSink progress) {
  std::vector<Image> chain;
  const bool schema_1 = !manifest.v1_images.empty();
  for (const std::string& json : manifest.v1_images) {
    Result<Image> image = image::parse_image_json(json);
    if (!image) co_return Fault{Fault::Kind::internal, image.error().text};
    chain.push_back(std::move(*image));
  }
  if (!schema_1) {
    Result<Image> top = image::parse_image_json(manifest.config);
    if (!top) co_return Fault{Fault::Kind::internal, top.error().text};
    chain = chain_of_history(*top);
  }
  for (const Image& image : chain) {
    show_layer(progress, image.id,
               images_.get(image.id) ? "Already exists" : "Pulling fs layer");
  }
  const std::unique_ptr<BlobTransfers> ahead = fetch_ahead(
      backend_, name, wanted_of(chain, manifest, images_), auth, progress);
  for (const Image& image : chain) {
    if (images_.get(image.id)) {
      explain(backend_, StepKind::blob_present, "digest", image.id);
      continue;
    }
    if (!ahead) show_layer(progress, image.id, "Download complete");
  }
  std::size_t blob = 0;
  std::string id;
  for (std::size_t at = 0; at < chain.size(); ++at) {
    Image& image = chain[at];
    const bool has_layer =
        schema_1 ? at < manifest.layers.size() && !manifest.layers[at].empty()
                 : !image.diff_ids.empty();
    const std::size_t place = schema_1 ? at : blob;
    if (has_layer) ++blob;
    id = image.id;
    if (images_.get(id)) continue;
    std::unique_ptr<ByteSource> tar;
    if (has_layer && place < manifest.layers.size()) {
      RegistryResult<std::unique_ptr<ByteSource>> fetched =
          co_await backend_.registry().blob(name.host(), name.path(),
                                            manifest.layers[place], auth);
      if (!fetched) {
        co_return Fault{Fault::Kind::internal, fetched.error().text};
      }
      tar = std::move(*fetched);
      explain(backend_, StepKind::blob_fetched, "digest",
              manifest.layers[place]);
    }
    image.diff_ids.clear();
    const Answer<std::string> added =
        co_await add_image(std::move(image), tar.get());
    if (!added) co_return added.error();
    show_layer(progress, *added, "Pull complete");
  }
  if (id.empty()) {
    co_return Fault{Fault::Kind::internal, "the manifest names no layers"};
  }
  co_return id;
}

}  // namespace drydock::engine
