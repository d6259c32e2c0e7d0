// dry_backend.cc — the steps, and a world in which they have worked.

#include "realmode/backend/dry_backend.h"

#include <algorithm>

#include <fmt/format.h>

#include "realmode/backend/container_plan.h"
#include "realmode/backend/device_plan.h"
#include "realmode/backend/dry_registry.h"
#include "realmode/backend/limits.h"
#include "realmode/net/network.h"
#include "sim/engine/explain.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::ContainerSpec;
using engine::ExitStatus;
using engine::LayerId;
using engine::LayerInfo;
using engine::NetworkMode;
using engine::NetworkSpec;
using engine::Started;
using engine::StartFault;

namespace {

/// What there is no more, or not yet, and nobody reads.
class Silence final : public engine::Attachment {
 public:
  class Sink final : public ByteSink {
   public:
    Task<Outcome> write(Bytes) override { co_return done(); }
    void close() override {}
  };
  ByteSink& in() override { return sink_; }
  Task<Result<engine::Chunk>> next() override { co_return engine::Chunk{}; }

 private:
  Sink sink_;
};

Task<Outcome> drain(ByteSource& from) {
  constexpr std::size_t kPiece = 65536;
  for (;;) {
    const Result<Bytes> piece = co_await from.read(kPiece);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return done();
  }
}

std::string text_of(const sys::DeviceRule& rule) {
  const auto number = [](const std::optional<std::uint32_t>& of) {
    return of ? std::to_string(*of) : std::string("*");
  };
  return fmt::format("{} {}:{} {}{}{}", rule.type, number(rule.major),
                     number(rule.minor), rule.read ? "r" : "",
                     rule.write ? "w" : "", rule.mknod ? "m" : "");
}

std::string text_of(const NetworkSpec& spec) {
  return fmt::format("address={}/{} gateway={} mac={}", spec.address,
                     spec.prefix_length, spec.internal ? "" : spec.gateway,
                     spec.mac_address);
}

LayerInfo empty_layer(const LayerId& id) {
  LayerInfo info;
  info.id = id;
  info.diff_id = "sha256:" + id;
  return info;
}

}  // namespace

DryBackend::DryBackend(RealBackend& real)
    : real_(real), registry_(make_dry_registry()) {}

DryBackend::~DryBackend() = default;

void DryBackend::tell(std::string_view step) const {
  engine::explain(*this, engine::StepKind::system_call, "call", step);
}

DryBackend::Imagined& DryBackend::imagined(const ContainerId& id) {
  std::unique_ptr<Imagined>& one = imagined_[id];
  if (!one) one = std::make_unique<Imagined>();
  return *one;
}

Task<Outcome> DryBackend::persist(std::vector<engine::Record>) {
  co_return done();
}

Task<Outcome> DryBackend::adopt(ContainerSpec spec, std::int64_t pid) {
  Imagined& one = imagined(spec.id);
  one.spec = std::move(spec);
  one.pid = pid;
  one.runs = true;
  co_return done();
}

// --- Layers ------------------------------------------------------------------

/// A layer that there is: the image's, or the one below what would be made.
Result<LayerId> DryBackend::layer_under(const ContainerId& id) const {
  const auto rootfs = rootfs_.find(id);
  if (rootfs == rootfs_.end()) return real_.shelf().image_of(id);
  const auto made = made_.find(rootfs->second);
  return made == made_.end() ? rootfs->second : made->second;
}

Task<Result<LayerInfo>> DryBackend::import_layer(ByteSource& tar, LayerId id,
                                                 LayerId parent) {
  const Outcome drained = co_await drain(tar);
  if (!drained) co_return drained.error();
  tell(fmt::format("unpack layer={} over={}", id, parent));
  const auto below = made_.find(parent);
  made_[id] = below == made_.end() ? parent : below->second;
  co_return empty_layer(id);
}

Task<Outcome> DryBackend::export_layer(LayerId id, ByteSink& tar) {
  co_return co_await real_.export_layer(id, tar);
}

Task<Outcome> DryBackend::remove_layer(LayerId id) {
  tell("remove_tree path=" + real_.shelf().layer(id));
  co_return done();
}

Task<Outcome> DryBackend::create_rootfs(ContainerId id, LayerId image) {
  tell(fmt::format("mkdir path={}/{{upper,work,rootfs}} over={}",
                   real_.shelf().container(id), image));
  rootfs_[id] = image;
  co_return done();
}

Task<Outcome> DryBackend::remove_rootfs(ContainerId id) {
  tell("remove_tree path=" + real_.shelf().container(id));
  co_return done();
}

Task<Result<LayerInfo>> DryBackend::commit_rootfs(ContainerId id,
                                                  LayerId into) {
  const auto below = layer_under(id);
  if (!below) co_return below.error();
  tell(fmt::format("pack changes={}/upper layer={}",
                   real_.shelf().container(id), into));
  made_[into] = *below;
  co_return empty_layer(into);
}

Task<Outcome> DryBackend::export_rootfs(ContainerId id, ByteSink& tar) {
  co_return co_await real_.export_rootfs(id, tar);
}

Task<Result<std::vector<engine::PathChange>>> DryBackend::changes(
    ContainerId id) {
  if (rootfs_.contains(id)) co_return std::vector<engine::PathChange>();
  co_return co_await real_.changes(id);
}

Task<Result<std::int64_t>> DryBackend::rootfs_size(ContainerId id) {
  if (rootfs_.contains(id)) co_return std::int64_t{0};
  co_return co_await real_.rootfs_size(id);
}

// --- Paths -------------------------------------------------------------------

Task<Result<engine::PathStat, engine::PathError>> DryBackend::stat_path(
    ContainerId id, std::string path) {
  if (rootfs_.contains(id)) {
    co_return engine::PathError{engine::PathFault::not_found, path};
  }
  co_return co_await real_.stat_path(id, path);
}

Task<Result<std::monostate, engine::PathError>> DryBackend::copy_out(
    ContainerId id, std::string path, ByteSink& tar) {
  if (rootfs_.contains(id)) {
    co_return engine::PathError{engine::PathFault::not_found, path};
  }
  co_return co_await real_.copy_out(id, path, tar);
}

Task<Result<std::monostate, engine::PathError>> DryBackend::copy_in(
    ContainerId id, std::string directory, ByteSource& tar) {
  const Outcome drained = co_await drain(tar);
  if (!drained) {
    co_return engine::PathError{engine::PathFault::other, drained.error().text};
  }
  tell(fmt::format("unpack container={} path={}", id, directory));
  co_return std::monostate{};
}

// --- Life --------------------------------------------------------------------

/// The daemon's part of a start: each step, in order.
List DryBackend::outside_of(const ContainerSpec& spec) const {
  List steps;
  const std::string home = real_.shelf().container(spec.id);
  for (const auto& [path, content] : spec.files) {
    steps.push_back(fmt::format("write path={}{} bytes={}", home,
                                path.substr(path.rfind('/')), content.size()));
  }
  std::string group = "cgroup path=" + real_.cgroup_path(spec);
  const bool old = !real_.cgroups().v1.empty();
  const auto settings = settings_of(spec.limits);
  if (!settings) group += " refused: " + settings.error().text;
  const auto bounds = settings ? *settings : std::vector<sys::CgroupSetting>();
  for (const sys::CgroupSetting& setting : bounds) {
    group += old ? fmt::format(" {}={}", setting.v1_file, setting.v1_value)
                 : fmt::format(" {}={}", setting.v2_file, setting.v2_value);
  }
  steps.push_back(group);
  List allowed;
  const auto rules = device_rules(spec);
  if (rules) {
    for (const auto& rule : *rules) allowed.push_back(text_of(rule));
  }
  steps.push_back("devices allow=" + join(allowed, ", "));
  if (spec.network.mode != NetworkMode::bridge) return steps;
  std::vector<NetworkSpec> networks = {spec.network};
  networks.insert(networks.end(), spec.more_networks.begin(),
                  spec.more_networks.end());
  int number = 0;
  for (const NetworkSpec& network : networks) {
    steps.push_back(
        fmt::format("link name={} bridge={} peer=eth{} {}",
                    link_name(real_.shelf().mark(), spec.id, number),
                    network.bridge, number, text_of(network)));
    ++number;
  }
  for (const engine::PortBinding& port : spec.ports) {
    steps.push_back(fmt::format("publish {} {}:{} to={}:{}", port.protocol,
                                port.host_ip, port.host_port,
                                spec.network.address, port.container_port));
  }
  return steps;
}

Task<Result<Started, StartFault>> DryBackend::start(ContainerSpec& spec) {
  const auto layer = layer_under(spec.id);
  if (!layer) co_return StartFault{StartFault::Kind::other, layer.error().text};
  const auto plan = plan_container(spec, real_.shelf(), *layer);
  if (!plan) co_return StartFault{StartFault::Kind::other, plan.error().text};
  Imagined& one = imagined(spec.id);
  one.spec = spec;
  one.pid = 0;
  one.status = 0;
  one.undoing.clear();
  for (const std::string& step : outside_of(spec)) {
    tell(step);
    one.undoing.push_back(step);
  }
  for (const std::string& step : split(realmode::text_of(*plan), '\n')) {
    if (!step.empty()) tell(step);
    const bool undone =
        step.starts_with("clone3") || step.starts_with("mount ") ||
        step.starts_with("place ") || step.starts_with("overlay ");
    if (undone) one.undoing.push_back(step);
  }
  std::ranges::reverse(one.undoing);
  co_return Started{1};
}

Task<Result<Started, StartFault>> DryBackend::exec(ContainerId id,
                                                   engine::ExecId,
                                                   engine::ProcessSpec process,
                                                   bool open_stdin) {
  const Imagined& one = imagined(id);
  const auto plan = plan_exec(one.spec, process, open_stdin, one.pid);
  if (!plan) co_return StartFault{StartFault::Kind::other, plan.error().text};
  for (const std::string& step : split(realmode::text_of(*plan), '\n')) {
    if (!step.empty()) tell(step);
  }
  co_return Started{1};
}

/// What would be started has ended at once; what runs goes on.
Task<ExitStatus> DryBackend::wait(ContainerId id) {
  Imagined& one = imagined(id);
  while (one.runs) {
    co_await one.ended.wait();
  }
  for (const std::string& step : one.undoing) {
    tell("undo " + step.substr(0, step.find(" lower=")));
  }
  one.undoing.clear();
  co_return ExitStatus{one.status, false};
}

Task<ExitStatus> DryBackend::wait_exec(ContainerId, engine::ExecId) {
  co_return ExitStatus{};
}

/// Whatever the signal, the program may well end of it.
Task<Outcome> DryBackend::signal(ContainerId id, int number) {
  Imagined& one = imagined(id);
  tell(fmt::format("pidfd_send_signal pid={} signal={}", one.pid, number));
  one.runs = false;
  one.status = 128 + number;
  one.ended.notify_all();
  co_return done();
}

Task<Outcome> DryBackend::freeze(ContainerId id) {
  tell("write path=" + real_.cgroup_path(imagined(id).spec) +
       "/cgroup.freeze text=1");
  co_return done();
}

Task<Outcome> DryBackend::thaw(ContainerId id) {
  tell("write path=" + real_.cgroup_path(imagined(id).spec) +
       "/cgroup.freeze text=0");
  co_return done();
}

Task<Outcome> DryBackend::update_limits(ContainerId id, engine::Limits limits) {
  const auto settings = settings_of(limits);
  if (!settings) co_return settings.error();
  for (const sys::CgroupSetting& setting : *settings) {
    tell(fmt::format("write path={}/{} text={}",
                     real_.cgroup_path(imagined(id).spec), setting.v2_file,
                     setting.v2_value));
  }
  co_return done();
}

Task<Result<List>> DryBackend::top(ContainerId id, List ps_options) {
  co_return co_await real_.top(id, ps_options);
}

Task<Result<engine::Usage>> DryBackend::usage(ContainerId id) {
  co_return co_await real_.usage(id);
}

// --- Streams -----------------------------------------------------------------

std::unique_ptr<engine::Attachment> DryBackend::attach(ContainerId,
                                                       engine::ExecId,
                                                       engine::AttachSpec) {
  return std::make_unique<Silence>();
}

Task<Outcome> DryBackend::resize(ContainerId, engine::ExecId, int, int) {
  co_return done();
}

std::unique_ptr<engine::LogReader> DryBackend::logs(ContainerId id,
                                                    engine::LogSpec spec) {
  spec.follow = false;
  return real_.logs(id, spec);
}

// --- Volumes -----------------------------------------------------------------

Task<Result<std::string>> DryBackend::create_volume(engine::VolumeName name) {
  std::string path = real_.shelf().volume(name);
  tell("mkdir path=" + path);
  co_return path;
}

Task<Outcome> DryBackend::remove_volume(engine::VolumeName name) {
  tell("remove_tree path=" + real_.shelf().volume(name));
  co_return done();
}

Task<Outcome> DryBackend::copy_up(ContainerId, std::string path,
                                  engine::VolumeName into) {
  tell(fmt::format("copy from={} to={}", path, real_.shelf().volume(into)));
  co_return done();
}

Task<Outcome> DryBackend::make_host_directory(std::string path) {
  const bool there = co_await real_.has_host_path(path);
  if (!there) tell("mkdir path=" + path);
  co_return done();
}

Task<bool> DryBackend::has_host_path(std::string path) {
  co_return co_await real_.has_host_path(path);
}

Task<Result<std::int64_t>> DryBackend::volume_size(engine::VolumeName name) {
  co_return co_await real_.volume_size(name);
}

Task<Outcome> DryBackend::rewrite_file(ContainerId id, std::string path,
                                       std::string content) {
  tell(fmt::format("write path={}{} bytes={}", real_.shelf().container(id),
                   path.substr(path.rfind('/')), content.size()));
  co_return done();
}

// --- Network -----------------------------------------------------------------

Task<Outcome> DryBackend::create_bridge(NetworkSpec network) {
  tell(fmt::format("bridge name={} address={}/{} internal={}", network.bridge,
                   network.gateway, network.prefix_length, network.internal));
  co_return done();
}

Task<Outcome> DryBackend::remove_bridge(std::string bridge) {
  tell("undo bridge name=" + bridge);
  co_return done();
}

Task<Outcome> DryBackend::join_network(ContainerId id, NetworkSpec network) {
  tell(fmt::format("link container={} bridge={} {}", id, network.bridge,
                   text_of(network)));
  co_return done();
}

Task<Outcome> DryBackend::leave_network(ContainerId id, std::string bridge) {
  tell(fmt::format("undo link container={} bridge={}", id, bridge));
  co_return done();
}

}  // namespace drydock::realmode
