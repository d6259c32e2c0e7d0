// hub_images.cc — a workshop for each image, and a shelf for what comes of it.

#include "sim/machine/hub_images.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/base/scheduler.h"
#include "sim/builder/build.h"
#include "sim/catalog/catalog.h"
#include "sim/engine/rules.h"
#include "sim/machine/hub.h"
#include "sim/machine/sim_backend.h"
#include "sim/userland/programs.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

namespace {

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

class CountingSink final : public ByteSink {
 public:
  Task<Outcome> write(Bytes bytes) override {
    count_ += static_cast<std::int64_t>(bytes.size());
    co_return done();
  }
  std::int64_t count() const { return count_; }

 private:
  std::int64_t count_ = 0;
};

Bytes empty_tar() {
  vfs::TarWriter tar;
  tar.end();
  return tar.take();
}

/// Images have ids of their own, since nobody would tell equal ones apart.
std::uint64_t seed_of(const std::string& folder) {
  return Prng::stream(0, "hub " + folder).next();
}

using Steps = std::map<std::string, HubStep, std::less<>>;

/// All that was built so far, in this program.
struct Shelf {
  std::map<std::string, HubImageRef> images;  // By folder.
  Steps steps;                                // By image id.
  /// Layers that machines share, by what they lie on (null: nothing) and the
  /// digest of their own.  By address, so looked up only, never walked.
  std::map<std::pair<const vfs::Layer*, std::string>, vfs::LayerRef> layers;
  std::set<const vfs::Layer*> shared = {nullptr};  // All that are in `layers`.
};

Shelf& shelf() {
  // Never taken down: machines that outlive main() may still hold layers.
  static Shelf& all = *new Shelf;
  return all;
}

void share(const vfs::LayerRef& layer, const std::string& digest) {
  shelf().layers.try_emplace({layer->parent().get(), digest}, layer);
  shelf().shared.insert(layer.get());
}

Task<void> lay(LayerSource tar, vfs::LayerRef below, const Clock& clock,
               vfs::LayerRef& layer) {
  const Result<vfs::LayerRef> read =
      co_await vfs::read_layer(tar, std::move(below), clock);
  if (read) layer = *read;
}

/// A computer with an engine and a builder, for one image.
class Workshop {
 public:
  Workshop(const std::string& folder, Time hour)
      : folder_(folder),
        scheduler_(hour),
        kernel_(scheduler_, seed_of(folder), userland::programs()),
        disk_(vfs::make_memory_fs(scheduler_)),
        hub_(HubOptions{}) {
    vfs::Mount root;
    root.root = disk_->root();
    root.file_system = disk_;
    kernel_.boot(vfs::MountTable(std::move(root)), "hub");
    backend_ = std::make_unique<SimBackend>(
        kernel_, disk_->root(), hub_, seed_of(folder), engine::HostInfo{},
        nullptr, kernel_.make_net_namespace());
    engine_ = std::make_unique<engine::Engine>(*backend_, engine::rules_1_8(),
                                               seed_of(folder));
  }
  ~Workshop() {
    kernel_.halt();
    backend_->halt();
    scheduler_.drop_all();
  }

  Result<HubImage> build(Bytes context) {
    Result<HubImage> image = Error{folder_ + ": the build never ends"};
    scheduler_.spawn(work(std::move(context), image));
    (void)scheduler_.run();
    return image;
  }

 private:
  Task<void> work(Bytes context, Result<HubImage>& image) {
    builder::BuildRequest request;
    StringSource source(std::move(context));
    Silence output;
    const engine::Answer<builder::BuildResult> built =
        co_await builder::build(*engine_, request, source, output);
    if (!built) {
      image = Error{built.error().text + output.last()};
      co_return;
    }
    const engine::Answer<engine::ImageRef> top =
        engine_->find_image(built->image_id);
    if (!top) {
      image = Error{top.error().text};
      co_return;
    }
    std::vector<engine::ImageRef> chain =
        engine_->image_store().ancestry(**top);
    std::ranges::reverse(chain);
    HubImage steps;
    engine::LayerId below;
    for (const engine::ImageRef& one : chain) {
      HubStep step = step_of(one, below);
      const Outcome measured = co_await measure(step);
      if (!measured) {
        image = measured.error();
        co_return;
      }
      below = one->layer;
      steps.push_back(std::move(step));
    }
    image = std::move(steps);
  }

  HubStep step_of(const engine::ImageRef& image, const engine::LayerId& below) {
    const auto known = shelf().steps.find(image->id);
    if (known != shelf().steps.end()) return known->second;
    HubStep step;
    step.image = image;
    step.folder = folder_;
    step.digest = image::kEmptyDiffId;
    if (image->layer == below) return step;
    step.layer = backend_->layers().find(image->layer);
    step.digest = image->diff_ids.back();
    share(step.layer, step.digest);
    return step;
  }

  static Task<Outcome> measure(HubStep& step) {
    if (step.size != 0) co_return done();
    LayerSource tar(step.layer, step.digest);
    CountingSink sink;
    const Outcome written = co_await copy(tar, sink);
    step.size = sink.count();
    co_return written;
  }

  std::string folder_;
  Scheduler scheduler_;
  kernel::Kernel kernel_;
  vfs::FileSystemRef disk_;
  Hub hub_;
  std::unique_ptr<SimBackend> backend_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace

vfs::LayerRef LayerSource::layer_on(const vfs::LayerRef& below) const {
  if (!shelf().shared.contains(below.get())) return nullptr;
  const auto known = shelf().layers.find({below.get(), digest_});
  if (known != shelf().layers.end()) return known->second;
  // A clock of its own: who happens to be the first leaves no trace in it.
  Scheduler scheduler;
  vfs::LayerRef layer;
  scheduler.spawn(lay(LayerSource(layer_, digest_), below, scheduler, layer));
  (void)scheduler.run();
  if (layer) share(layer, digest_);
  return layer;
}

Task<Result<Bytes>> LayerSource::read(std::size_t max) {
  if (!tar_) {
    StringSink sink;
    if (layer_) {
      const Outcome written = co_await vfs::write_layer(layer_, sink);
      if (!written) co_return written.error();
    }
    tar_ = std::make_unique<StringSource>(layer_ ? sink.take() : empty_tar());
  }
  co_return co_await tar_->read(max);
}

Result<HubImageRef> hub_image(const std::string& folder) {
  const auto known = shelf().images.find(folder);
  if (known != shelf().images.end()) return known->second;
  Result<catalog::ImageSource> source = catalog::image_source(folder);
  if (!source) return source.error();
  Result<HubImage> built =
      Workshop(folder, source->created).build(std::move(source->context_tar));
  if (!built) return built.error();
  for (const HubStep& step : *built) {
    shelf().steps.try_emplace(step.image->id, step);
  }
  auto image = std::make_shared<const HubImage>(std::move(*built));
  shelf().images[folder] = image;
  return HubImageRef(image);
}

engine::Manifest manifest_of(const HubImage& image, bool schema_2) {
  engine::Manifest manifest;
  image::Image top = *image.back().image;
  top.history.clear();
  top.diff_ids.clear();
  for (const HubStep& step : image) {
    image::HistoryEntry entry;
    entry.created = step.image->created;
    entry.created_by =
        join(step.image->container_config.cmd.value_or(List()), " ");
    entry.author = step.image->author;
    entry.comment = step.image->comment;
    entry.empty_layer = step.digest == image::kEmptyDiffId;
    const bool has_files = !entry.empty_layer;
    top.history.push_back(std::move(entry));
    if (has_files) top.diff_ids.push_back(step.digest);
    if (schema_2 && !has_files) continue;
    manifest.layers.push_back(step.digest);
    manifest.sizes.push_back(step.size);
    if (schema_2) continue;
    manifest.v1_images.push_back(
        image::image_json(*step.image, image::Grammar::docker_1_8));
  }
  manifest.config = image::image_json(top, image::Grammar::docker_20_10);
  return manifest;
}

}  // namespace drydock::machine
