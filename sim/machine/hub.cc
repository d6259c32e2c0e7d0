// hub.cc — requests of the distribution protocol, answered from the catalogue.

#include "sim/machine/hub.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/builder/build.h"
#include "sim/catalog/catalog.h"
#include "sim/engine/registry_manifest.h"
#include "sim/engine/rules.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::string_view kRoot = "library/";
constexpr std::size_t kSearchMax = 25;

/// Time as it was when an image was made: what waits for a later hour of it
/// does not wait at all.
class PastExecutor final : public Executor {
 public:
  explicit PastExecutor(Scheduler& scheduler) : scheduler_(scheduler) {}
  void go_to(Time then) { then_ = then; }
  Time now() const override { return then_; }
  void make_ready(Fiber& fiber) override { scheduler_.make_ready(fiber); }
  void add_timer(Timer& timer) override { scheduler_.add_timer(timer); }
  void remove_timer(Timer& timer) override { scheduler_.remove_timer(timer); }
  void spawn(Task<void> body) override { scheduler_.spawn(std::move(body)); }
  void bury(std::unique_ptr<Fiber> fiber) override {
    scheduler_.bury(std::move(fiber));
  }

 private:
  Scheduler& scheduler_;
  Time then_ = kEpochOfDrydock;
};

class PastBackend final : public SimBackend {
 public:
  PastBackend(kernel::Kernel& kernel, vfs::InodeRef host,
              engine::RegistryClient& registry, std::uint64_t seed)
      : SimBackend(kernel, std::move(host), registry, seed, {}, nullptr,
                   kernel.make_net_namespace()),
        past_(kernel.scheduler()) {}
  Executor& executor() override { return past_; }
  void go_to(Time then) { past_.go_to(then); }

 private:
  PastExecutor past_;
};

class Silence final : public builder::BuildOutput {
 public:
  Task<Outcome> write(std::string text) override {
    last_ = std::move(text);
    co_return done();
  }
  const std::string& last() const { return last_; }

 private:
  std::string last_;
};

std::string_view without_root(std::string_view repository) {
  if (repository.starts_with(kRoot)) repository.remove_prefix(kRoot.size());
  return repository;
}

RegistryFault not_found(std::string_view repository,
                        std::string_view reference) {
  return {Kind::not_found,
          fmt::format("manifest for {}:{} not found", repository, reference),
          ""};
}

}  // namespace

/// Where images are built: layers with random ids, as the Hub had them.
class Hub::Workshop {
 public:
  Workshop(kernel::Kernel& kernel, Hub& hub, std::uint64_t seed)
      : disk_(vfs::make_memory_fs(kernel.scheduler())),
        backend_(kernel, disk_->root(), hub, seed ^ 0x4875620000000000U),
        engine_(backend_, engine::rules_1_8(), seed) {}

  vfs::FileSystemRef disk_;
  PastBackend backend_;
  engine::Engine engine_;
};

Hub::Hub(kernel::Kernel& kernel, HubOptions options)
    : kernel_(kernel), options_(options), accounts_(catalog::accounts()) {}

Hub::~Hub() = default;

void Hub::halt() {
  if (workshop_) workshop_->backend_.halt();
}

std::optional<RegistryFault> Hub::unreachable() const {
  if (options_.online) return std::nullopt;
  return RegistryFault{
      Kind::unreachable,
      "dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: dial udp "
      "10.255.255.53:53: connect: network is unreachable",
      "https://registry-1.docker.io/v2/"};
}

Task<Result<Manifest>> Hub::build(std::string folder, std::string repository) {
  if (!workshop_) {
    workshop_ = std::make_unique<Workshop>(kernel_, *this, options_.seed);
  }
  Result<catalog::ImageSource> source = catalog::image_source(folder);
  if (!source) co_return source.error();
  Workshop& shop = *workshop_;
  // A base that is built on the way has an hour of its own.
  const Time outer = shop.backend_.executor().now();
  shop.backend_.go_to(source->created);
  builder::BuildRequest request;
  StringSource context(std::move(source->context_tar));
  Silence output;
  const engine::Answer<builder::BuildResult> result =
      co_await builder::build(shop.engine_, request, context, output);
  shop.backend_.go_to(outer);
  if (!result) co_return Error{result.error().text + output.last()};

  const engine::Answer<engine::ImageRef> image =
      shop.engine_.find_image(result->image_id);
  if (!image) co_return Error{image.error().text};
  std::vector<engine::ImageRef> chain =
      shop.engine_.image_store().ancestry(**image);
  std::ranges::reverse(chain);
  co_return co_await describe(std::move(chain), std::move(repository));
}

/// What is kept under this layer's digest; a step that changed settings only
/// has an archive of nothing.
Task<Result<Hub::Stored>> Hub::shelve(engine::LayerId layer,
                                      std::string repository) {
  StringSink tar;
  if (layer.empty()) {
    vfs::TarWriter nothing;
    nothing.end();
    const Outcome written = co_await tar.write(nothing.take());
    if (!written) co_return written.error();
  } else {
    const Outcome written =
        co_await workshop_->backend_.export_layer(layer, tar);
    if (!written) co_return written.error();
  }
  Stored stored;
  stored.digest = "sha256:" + sha256_hex(tar.bytes());
  stored.size = static_cast<std::int64_t>(tar.bytes().size());
  blobs_.try_emplace(stored.digest, Shelved{layer, repository});
  co_return stored;
}

/// A chain of images, base first, as the manifest that this Hub's clients
/// read: the chain itself (schema 1), or a config and its layers.
Task<Result<Manifest>> Hub::describe(std::vector<engine::ImageRef> chain,
                                     std::string repository) {
  Manifest manifest;
  image::Image top = *chain.back();
  top.history.clear();
  top.diff_ids.clear();
  engine::LayerId below;
  for (const engine::ImageRef& step : chain) {
    const bool changed = step->layer != below;
    const engine::LayerId own = changed ? step->layer : engine::LayerId();
    const Result<Stored> stored = co_await shelve(own, repository);
    if (!stored) co_return stored.error();
    below = step->layer;
    image::HistoryEntry entry;
    entry.created = step->created;
    entry.created_by = join(step->container_config.cmd.value_or(List()), " ");
    entry.author = step->author;
    entry.comment = step->comment;
    entry.empty_layer = stored->digest == image::kEmptyDiffId;
    const bool has_files = !entry.empty_layer;
    top.history.push_back(std::move(entry));
    if (has_files) top.diff_ids.push_back(stored->digest);
    if (options_.schema_2 && !has_files) continue;
    manifest.layers.push_back(stored->digest);
    manifest.sizes.push_back(stored->size);
    if (options_.schema_2) continue;
    manifest.v1_images.push_back(
        image::image_json(*step, image::Grammar::docker_1_8));
  }
  manifest.config = image::image_json(top, image::Grammar::docker_20_10);
  co_return manifest;
}

/// With the digest of its JSON, in which schema 1 has name and tag.
Manifest Hub::named(Manifest manifest, const std::string& repository,
                    const std::string& tag) {
  manifest.digest =
      "sha256:" + sha256_hex(engine::manifest_json(manifest, repository, tag));
  return manifest;
}

Task<RegistryResult<Manifest>> Hub::manifest(std::string,
                                             std::string repository,
                                             std::string reference,
                                             RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    for (const auto& [tag, manifest] : own->second.tags) {
      if (tag == reference || manifest.digest == reference) co_return manifest;
    }
  }
  const std::string name(without_root(repository));
  if (reference.starts_with("sha256:")) {
    for (const catalog::Repository& each : catalog::repositories()) {
      if (each.name != name) continue;
      for (const auto& [tag, folder] : each.tags) {
        const auto known = built_.find(folder);
        if (known == built_.end()) continue;
        Manifest manifest = named(known->second, repository, tag);
        if (manifest.digest == reference) co_return manifest;
      }
    }
    co_return not_found(repository, reference);
  }
  const auto folder = catalog::folder_of(name, reference);
  if (!folder) {
    const catalog::Repository* const listed = catalog::find_repository(name);
    if (listed && listed->tags.empty()) {
      co_return RegistryFault{
          Kind::other,
          fmt::format("drydock: '{}' is on the Hub, but its image is not "
                      "modelled",
                      name),
          ""};
    }
    co_return not_found(repository, reference);
  }
  const auto known = built_.find(*folder);
  if (known != built_.end()) {
    co_return named(known->second, repository, reference);
  }
  const Result<Manifest> made = co_await build(*folder, repository);
  if (!made) co_return RegistryFault{Kind::other, made.error().text, ""};
  built_[*folder] = *made;
  co_return named(*made, repository, reference);
}

Task<RegistryResult<List>> Hub::tags(std::string, std::string repository,
                                     RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  std::set<std::string> names;
  const catalog::Repository* const listed =
      catalog::find_repository(without_root(repository));
  if (listed) {
    for (const auto& tag : listed->tags) names.insert(tag.tag);
  }
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    for (const auto& [tag, manifest] : own->second.tags) names.insert(tag);
  }
  if (!listed && names.empty()) {
    co_return RegistryFault{Kind::not_found, "repository does not exist", ""};
  }
  co_return List(names.begin(), names.end());
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> Hub::blob(
    std::string, std::string repository, std::string digest,
    RegistryAuth auth) {
  if (const auto fault = unreachable()) co_return *fault;
  if (const auto fault = refuse_reading(repository, auth)) co_return *fault;
  const Shelved* shelved = nullptr;
  if (const auto of = blobs_.find(digest); of != blobs_.end()) {
    shelved = &of->second;
  }
  if (const auto own = pushed_.find(repository); own != pushed_.end()) {
    const auto tar = own->second.blobs.find(digest);
    if (tar != own->second.blobs.end()) {
      std::unique_ptr<ByteSource> bytes =
          std::make_unique<StringSource>(tar->second);
      co_return bytes;
    }
    const auto mounted = own->second.mounted.find(digest);
    if (mounted != own->second.mounted.end()) shelved = &mounted->second;
  }
  if (!shelved) co_return not_found(repository, digest);
  const engine::LayerId layer = shelved->layer;
  StringSink tar;
  if (layer.empty()) {
    vfs::TarWriter empty;
    empty.end();
    std::unique_ptr<ByteSource> none =
        std::make_unique<StringSource>(empty.take());
    co_return none;
  }
  const Outcome written = co_await workshop_->backend_.export_layer(layer, tar);
  if (!written) co_return RegistryFault{Kind::other, written.error().text, ""};
  std::unique_ptr<ByteSource> source =
      std::make_unique<StringSource>(tar.take());
  co_return source;
}

Task<RegistryResult<std::vector<engine::SearchHit>>> Hub::search(
    std::string term) {
  if (!options_.online) {
    co_return RegistryFault{
        Kind::unreachable,
        "dial tcp: lookup index.docker.io on 10.255.255.53:53: dial udp "
        "10.255.255.53:53: connect: network is unreachable",
        "https://index.docker.io/v1/search?q=" + term};
  }
  std::vector<engine::SearchHit> hits;
  for (const catalog::Repository& each : catalog::repositories()) {
    const bool named =
        each.name.find(term) != std::string::npos ||
        lower(each.description).find(lower(term)) != std::string::npos;
    if (!named || each.is_private) continue;
    hits.push_back({each.name, each.description, each.stars, each.official,
                    each.automated});
  }
  for (const auto& [name, pushed] : pushed_) {
    const bool listed = catalog::find_repository(name) != nullptr;
    if (listed || name.find(term) == std::string::npos) continue;
    hits.push_back({name, "", 0, false, false});
  }
  std::ranges::stable_sort(hits, std::greater<>{}, &engine::SearchHit::stars);
  if (hits.size() > kSearchMax) hits.resize(kSearchMax);
  co_return hits;
}

}  // namespace drydock::machine
