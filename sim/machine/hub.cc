// hub.cc — requests of the distribution protocol, answered from the catalogue.

#include "sim/machine/hub.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/builder/build.h"
#include "sim/catalog/catalog.h"
#include "sim/engine/rules.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::string_view kHubHost = "docker.io";
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

std::string digest_of(const Manifest& manifest) {
  Sha256 sum;
  sum.add(manifest.config);
  for (const std::string& layer : manifest.layers) sum.add(layer);
  return "sha256:" + sum.hex();
}

std::string_view without_root(std::string_view repository) {
  if (repository.starts_with(kRoot)) repository.remove_prefix(kRoot.size());
  return repository;
}

RegistryFault not_found(std::string_view repository,
                        std::string_view reference) {
  return {Kind::not_found,
          fmt::format("manifest for {}:{} not found", repository, reference)};
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
    : kernel_(kernel), options_(options) {}

Hub::~Hub() = default;

void Hub::halt() {
  if (workshop_) workshop_->backend_.halt();
}

std::optional<RegistryFault> Hub::unreachable(const std::string& host) const {
  if (!options_.online && host == kHubHost) {
    return RegistryFault{
        Kind::unreachable,
        "dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: dial udp "
        "10.255.255.53:53: connect: network is unreachable"};
  }
  if (host == kHubHost) return std::nullopt;
  if (host.starts_with("localhost:") || host.starts_with("127.")) {
    const std::string port = host.substr(host.rfind(':') + 1);
    return RegistryFault{
        Kind::unreachable,
        fmt::format("dial tcp 127.0.0.1:{}: connect: connection refused",
                    port)};
  }
  const std::string name = host.substr(0, host.find(':'));
  return RegistryFault{Kind::unreachable,
                       fmt::format("dial tcp: lookup {}: no such host", name)};
}

Task<Result<Manifest>> Hub::build(std::string folder) {
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
  Manifest manifest;
  manifest.config = image::image_json(**image, image::Grammar::docker_20_10);
  std::vector<engine::ImageRef> chain =
      shop.engine_.image_store().ancestry(**image);
  std::ranges::reverse(chain);
  for (const engine::ImageRef& step : chain) {
    const std::string digest = "sha256:" + sha256_hex(step->id);
    manifest.layers.push_back(digest);
    manifest.sizes.push_back(step->size);
    manifest.v1_images.push_back(
        image::image_json(*step, image::Grammar::docker_1_8));
    blobs_[digest] = step->layer;
  }
  manifest.digest = digest_of(manifest);
  co_return manifest;
}

Task<RegistryResult<Manifest>> Hub::manifest(std::string host,
                                             std::string repository,
                                             std::string reference,
                                             RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  const auto folder = catalog::folder_of(without_root(repository), reference);
  if (!folder) co_return not_found(repository, reference);
  const auto known = built_.find(*folder);
  if (known != built_.end()) co_return known->second;
  const Result<Manifest> made = co_await build(*folder);
  if (!made) co_return RegistryFault{Kind::other, made.error().text};
  built_[*folder] = *made;
  co_return *made;
}

Task<RegistryResult<List>> Hub::tags(std::string host, std::string repository,
                                     RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  const std::string_view wanted = without_root(repository);
  for (const catalog::Repository& each : catalog::repositories()) {
    if (each.name != wanted) continue;
    List names;
    for (const auto& tag : each.tags) names.push_back(tag.tag);
    co_return names;
  }
  co_return RegistryFault{Kind::not_found, "repository does not exist"};
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> Hub::blob(
    std::string host, std::string repository, std::string digest,
    RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  const auto layer = blobs_.find(digest);
  if (layer == blobs_.end()) co_return not_found(repository, digest);
  if (layer->second.empty()) {
    StringSink nothing;
    vfs::TarWriter empty;
    empty.end();
    std::unique_ptr<ByteSource> none =
        std::make_unique<StringSource>(empty.take());
    co_return none;
  }
  StringSink tar;
  const Outcome written =
      co_await workshop_->backend_.export_layer(layer->second, tar);
  if (!written) co_return RegistryFault{Kind::other, written.error().text};
  std::unique_ptr<ByteSource> source =
      std::make_unique<StringSource>(tar.take());
  co_return source;
}

Task<RegistryResult<bool>> Hub::has_blob(std::string host, std::string,
                                         std::string digest, RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  co_return blobs_.contains(digest);
}

Task<RegistryResult<std::string>> Hub::put_blob(std::string host, std::string,
                                                ByteSource&, RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  co_return RegistryFault{Kind::unauthorized, "authentication required"};
}

Task<RegistryResult<std::string>> Hub::put_manifest(std::string host,
                                                    std::string, std::string,
                                                    Manifest, RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  co_return RegistryFault{Kind::unauthorized, "authentication required"};
}

Task<RegistryResult<std::vector<engine::SearchHit>>> Hub::search(
    std::string term) {
  if (const auto fault = unreachable(std::string(kHubHost))) co_return *fault;
  std::vector<engine::SearchHit> hits;
  for (const catalog::Repository& each : catalog::repositories()) {
    const bool named =
        each.name.find(term) != std::string::npos ||
        lower(each.description).find(lower(term)) != std::string::npos;
    if (!named) continue;
    hits.push_back({each.name, each.description, each.stars, each.official,
                    each.automated});
  }
  std::ranges::stable_sort(hits, std::greater<>{}, &engine::SearchHit::stars);
  if (hits.size() > kSearchMax) hits.resize(kSearchMax);
  co_return hits;
}

Task<RegistryResult<std::string>> Hub::login(std::string host, RegistryAuth) {
  if (const auto fault = unreachable(host)) co_return *fault;
  co_return RegistryFault{Kind::unauthorized,
                          "Wrong login/password, please try again"};
}

}  // namespace drydock::machine
