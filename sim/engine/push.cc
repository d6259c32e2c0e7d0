// push.cc — `docker push`, `search` and `login`: what goes to a registry.

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/conduit.h"
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

/// Says "Preparing" of all layers as soon as the registry has answered, which
/// is before anything is said of the first.
ProgressSink announcing(List ids, ProgressSink progress) {
  const auto announced = std::make_shared<bool>(false);
  return [ids = std::move(ids), announced,
          progress = std::move(progress)](const Progress& next) {
    for (const std::string& id : ids) {
      if (!*announced) tell(progress, Kind::layer, id, "Preparing");
    }
    *announced = true;
    if (progress) progress(next);
  };
}

/// What fills a conduit with a layer; one without files is an empty archive.
Task<Outcome> export_to(Backend& backend, std::string layer, ByteSink& to) {
  constexpr std::size_t kEnd = 1024;
  if (layer.empty()) co_return co_await to.write(Bytes(kEnd, '\0'));
  co_return co_await backend.export_layer(std::move(layer), to);
}

/// Layers on their way, several at a time; those of one digest one after
/// another, so that the second finds the first.
template <typename Layer>
struct Convoy {
  using Push = std::function<Task<Answer<std::string>>(Layer)>;

  std::vector<Layer> layers;
  Push push;
  std::vector<std::optional<Answer<std::string>>> answers;
  std::size_t next = 0;  // Of the layers: nobody has it yet.
  bool failed = false;
  WaitQueue changed;

  bool is_under_way(std::size_t at) const {
    for (std::size_t before = 0; before < at; ++before) {
      const bool same = layers[before].diff_id == layers[at].diff_id;
      if (same && !answers[before]) return true;
    }
    return false;
  }
  bool is_over() const {
    return failed || std::ranges::all_of(answers, [](const auto& answer) {
             return answer.has_value();
           });
  }
};

/// One of those who push: takes the next layer until there is none.
template <typename Layer>
Task<void> push_in_turn(Convoy<Layer>& convoy) {
  while (convoy.next < convoy.layers.size() && !convoy.failed) {
    const std::size_t at = convoy.next++;
    while (convoy.is_under_way(at)) co_await convoy.changed.wait();
    Answer<std::string> answer = co_await convoy.push(convoy.layers[at]);
    convoy.failed = convoy.failed || !answer;
    convoy.answers[at] = std::move(answer);
    convoy.changed.notify_all();
  }
}

/// The blobs' digests, in the layers' order; the first refusal calls off the
/// rest.
template <typename Layer>
Task<Answer<List>> push_several(Executor& executor, std::vector<Layer> layers,
                                int at_a_time,
                                typename Convoy<Layer>::Push push) {
  Convoy<Layer> convoy;
  convoy.answers.resize(layers.size());
  convoy.layers = std::move(layers);
  convoy.push = std::move(push);
  FiberScope fibers(executor);
  for (int one = 0; one < at_a_time; ++one) {
    fibers.spawn(push_in_turn(convoy));
  }
  while (!convoy.is_over()) co_await convoy.changed.wait();
  List digests;
  for (const auto& answer : convoy.answers) {
    if (answer && !*answer) co_return answer->error();
  }
  for (const auto& answer : convoy.answers) digests.push_back(**answer);
  co_return digests;
}

/// Tells how much of a layer has gone its way.
class Pushing final : public ByteSource {
 public:
  Pushing(ByteSource& from, Progress shown, ProgressSink progress)
      : from_(from), shown_(std::move(shown)), progress_(std::move(progress)) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    Result<Bytes> piece = co_await from_.read(max);
    if (!piece) co_return piece;
    shown_.current += static_cast<std::int64_t>(piece->size());
    const std::int64_t step = std::max<std::int64_t>(shown_.total / 100, 1);
    const bool news = shown_.current / step != told_ / step;
    if (news && progress_) progress_(shown_);
    if (news) told_ = shown_.current;
    co_return piece;
  }

 private:
  ByteSource& from_;
  Progress shown_;
  ProgressSink progress_;
  std::int64_t told_ = 0;
};

}  // namespace

Task<Done> Engine::push(PushRequest request, ProgressSink progress) {
  return push_now(std::move(request), std::move(progress));
}

Task<Done> Engine::push_now(PushRequest request, ProgressSink progress) {
  const auto parsed = image::parse_reference(request.reference, rules_.grammar);
  if (!parsed) {
    co_return Fault{Fault::Kind::bad_parameter, parsed.error().text};
  }
  const image::Reference name = *parsed;
  const std::string full = name.host() + "/" + name.path();
  const auto refused = [&](Message message, const std::string& typed) {
    Fault fault = rules_.fault(Fault::Kind::not_found, Object::image, message,
                               fmt::arg("typed", typed));
    fault.in_stream = rules_.content_ids;
    return fault;
  };
  const bool root = name.repository.find('/') == std::string::npos;
  if (root && !rules_.wording(Message::push_root).empty()) {
    co_return refused(Message::push_root, name.repository);
  }
  // 1.8 pushes all tags unless one is named.
  const bool all =
      request.all_tags || (name.tag.empty() && !rules_.content_ids);
  std::vector<std::pair<image::Reference, std::string>> targets;
  if (all) {
    targets = images_.tags(name.repository);
  } else {
    const image::Reference tagged = name.with_default_tag();
    const ImageRef image = images_.tagged(tagged);
    if (image) targets.emplace_back(tagged, image->id);
  }
  const std::string shown = name.host() == "docker.io" ? full : name.repository;
  if (!rules_.content_ids) {
    if (targets.empty()) {
      co_return refused(Message::push_unknown, name.repository);
    }
    tell(progress, Kind::repository, "",
         fmt::format("The push refers to a repository [{}] (len: {})", shown,
                     targets.size()));
  } else {
    tell(progress, Kind::repository, "",
         fmt::format("The push refers to repository [{}]", shown));
    const bool named_tag = !request.all_tags && !name.tag.empty();
    if (targets.empty() && named_tag &&
        images_.has_repository(name.repository)) {
      co_return Fault{Fault::Kind::not_found,
                      "tag does not exist: " + name.str(), Object::image, 125,
                      true};
    }
    if (targets.empty()) {
      co_return refused(Message::push_unknown, name.repository);
    }
  }
  for (const auto& [target, id] : targets) {
    const ImageRef image = images_.get(id);
    const Done pushed =
        co_await push_tag(target, image, request.auth, progress);
    if (!pushed) co_return pushed;
  }
  note_image(name.str(), "push");
  co_return did_it();
}

std::vector<Engine::Pushed> Engine::pushed_layers(const Image& image) const {
  std::vector<Pushed> layers;
  if (rules_.content_ids) {
    for (std::string at = image.layer; !at.empty();) {
      const auto* const entry = layers_.get(at);
      if (!entry) break;
      const std::string hex = entry->diff_id.substr(7);
      layers.push_back({hex, at, entry->diff_id, ""});
      at = entry->parent;
    }
    return layers;
  }
  for (const ImageRef& at : images_.ancestry(image)) {
    const ImageRef parent = images_.parent_of(*at);
    const bool own_layer = !parent || parent->layer != at->layer;
    const auto* const entry = own_layer ? layers_.get(at->layer) : nullptr;
    layers.push_back({at->id, own_layer ? at->layer : "",
                      entry ? entry->diff_id : std::string(image::kEmptyDiffId),
                      image::image_json(*at, image::Grammar::docker_1_8)});
  }
  return layers;
}

Fault Engine::push_fault(const image::Reference& name,
                         const RegistryFault& fault) const {
  using Why = RegistryFault::Kind;
  Fault answer{Fault::Kind::internal, fault.text};
  if (fault.kind == Why::unreachable) {
    answer = unreachable(rules_, Message::push_unreachable, fault, name.host(),
                         name.path());
  } else if (fault.kind == Why::unauthorized || fault.kind == Why::denied) {
    answer = rules_.fault(fault.kind == Why::denied ? Fault::Kind::forbidden
                                                    : Fault::Kind::unauthorized,
                          Object::none, Message::push_denied);
  }
  answer.in_stream = true;
  return answer;
}

Task<Answer<std::string>> Engine::push_layer(image::Reference name,
                                             Pushed layer, RegistryAuth auth,
                                             ProgressSink progress) {
  RegistryClient& registry = backend_.registry();
  const bool recent = rules_.content_ids;
  const RegistryResult<bool> there =
      co_await registry.has_blob(name.host(), name.path(), layer.diff_id, auth);
  if (!there) co_return push_fault(name, there.error());
  if (*there) {
    explain(backend_, StepKind::blob_there, "digest", layer.diff_id);
    tell(progress, Kind::layer, short_id(layer.id),
         recent ? "Layer already exists" : "Image already exists");
    co_return layer.diff_id;
  }
  if (rules_.layers_are_mounted) {
    const RegistryResult<std::string> from = co_await registry.mount_blob(
        name.host(), name.path(), layer.diff_id, auth);
    if (!from) co_return push_fault(name, from.error());
    if (!from->empty()) {
      tell(progress, Kind::layer, short_id(layer.id), "Mounted from " + *from);
      co_return layer.diff_id;
    }
  }
  Conduit tar;
  FiberScope fibers(backend_.executor());
  fibers.spawn(fill(tar, export_to(backend_, layer.layer, tar)));
  Progress shown{Kind::layer, std::string(short_id(layer.id)), "Pushing", 0, 0};
  const auto* const entry = layers_.get(layer.layer);
  if (entry) shown.total = entry->size;
  Pushing source(tar, std::move(shown),
                 registry.takes_time() ? progress : ProgressSink());
  const RegistryResult<std::string> put =
      co_await registry.put_blob(name.host(), name.path(), source, auth);
  if (!put) co_return push_fault(name, put.error());
  explain(backend_, StepKind::blob_sent, "digest", *put);
  tell(progress, Kind::layer, short_id(layer.id),
       recent ? "Pushed" : "Image successfully pushed");
  co_return *put;
}

Task<Done> Engine::push_tag(image::Reference name, ImageRef image,
                            RegistryAuth auth, ProgressSink progress) {
  std::vector<Pushed> layers = pushed_layers(*image);  // Topmost first.
  if (rules_.content_ids) {
    List ids;
    for (const Pushed& layer : layers) ids.emplace_back(short_id(layer.id));
    progress = announcing(std::move(ids), std::move(progress));
  }
  if (rules_.content_ids) std::reverse(layers.begin(), layers.end());
  Manifest manifest;
  manifest.config = image::image_json(*image, image::Grammar::docker_20_10);
  // Where nothing takes time, who comes first is no matter of chance.
  constexpr int kUploadsMax = 5;  // As docker.
  const int at_a_time = backend_.registry().takes_time() ? kUploadsMax : 1;
  Convoy<Pushed>::Push push = [this, name, auth, progress](Pushed layer) {
    return push_layer(name, std::move(layer), auth, progress);
  };
  Answer<List> digests = co_await push_several(backend_.executor(), layers,
                                               at_a_time, std::move(push));
  if (!digests) co_return digests.error();
  manifest.layers = *std::move(digests);
  for (const Pushed& layer : layers) {
    const auto* const entry = layers_.get(layer.layer);
    manifest.sizes.push_back(entry ? entry->size : 0);
    manifest.v1_images.push_back(layer.json);
  }
  if (!rules_.content_ids) {
    std::reverse(manifest.layers.begin(), manifest.layers.end());
    std::reverse(manifest.sizes.begin(), manifest.sizes.end());
    std::reverse(manifest.v1_images.begin(), manifest.v1_images.end());
  } else {
    manifest.v1_images.clear();
  }
  explain(backend_, StepKind::manifest_sent, "host", name.host(), "path",
          name.path(), "tag", name.tag, "layers", manifest.layers.size());
  RegistryClient& registry = backend_.registry();
  const RegistryResult<StoredManifest> stored = co_await registry.put_manifest(
      name.host(), name.path(), name.tag, std::move(manifest), auth);
  if (!stored) co_return push_fault(name, stored.error());
  if (rules_.content_ids) {
    images_.tag({name.repository, "", stored->digest}, image->id, now());
  }
  tell(progress, Kind::pushed, name.tag,
       fmt::format("{}: digest: {} size: {}", name.tag, stored->digest,
                   stored->size));
  co_return did_it();
}

Task<Answer<std::vector<SearchHit>>> Engine::search(SearchRequest request) {
  RegistryResult<std::vector<SearchHit>> hits =
      co_await backend_.registry().search(request.term);
  if (!hits) {
    const RegistryFault& fault = hits.error();
    if (fault.kind != RegistryFault::Kind::unreachable) {
      co_return Fault{Fault::Kind::internal, fault.text};
    }
    co_return unreachable(rules_, Message::search_unreachable, fault, "", "");
  }
  explain(backend_, StepKind::searched, "term", request.term, "hits",
          hits->size());
  std::vector<SearchHit> rows;
  for (SearchHit& hit : *hits) {
    const bool meant = hit.stars >= request.stars &&
                       (!request.automated || hit.automated) &&
                       (!request.official || hit.official);
    if (meant) rows.push_back(std::move(hit));
  }
  std::stable_sort(
      rows.begin(), rows.end(),
      [](const SearchHit& a, const SearchHit& b) { return a.stars > b.stars; });
  const auto limit = static_cast<std::size_t>(std::max(request.limit, 0));
  if (rows.size() > limit) rows.resize(limit);
  co_return rows;
}

Task<Answer<std::string>> Engine::login(std::string host, RegistryAuth auth) {
  const std::string user = auth.user;
  const RegistryResult<std::string> answer =
      co_await backend_.registry().login(host, std::move(auth));
  if (answer) {
    explain(backend_, StepKind::logged_in, "host", host, "user", user);
    co_return *answer;
  }
  const RegistryFault& fault = answer.error();
  using Why = RegistryFault::Kind;
  if (fault.kind == Why::unreachable) {
    const bool plain = fault.url.starts_with("http://");
    co_return unreachable(
        rules_,
        plain ? Message::login_unreachable_plain : Message::login_unreachable,
        fault, host, "");
  }
  if (fault.kind == Why::unauthorized) {
    co_return rules_.fault(Fault::Kind::unauthorized, Object::none,
                           Message::login_refused, fmt::arg("url", fault.url),
                           fmt::arg("why", fault.text));
  }
  co_return Fault{Fault::Kind::internal, fault.text};
}

}  // namespace drydock::engine
