// real_backend.h — engine/backend.h answered by this machine's kernel.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "realmode/backend/shim_process.h"
#include "realmode/daemon/loop.h"
#include "realmode/layers/shelf.h"
#include "realmode/registry/settings.h"
#include "realmode/store/store.h"
#include "realmode/sys/cgroup.h"
#include "realmode/sys/trace.h"
#include "sim/base/id.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// Ids from the kernel's own chance.
class RandomIds final : public IdSource {
 public:
  std::string next() override;
};

/// A container as this machine sees it.
struct RealContainer {
  explicit RealContainer(Loop& loop) : main(loop) {}

  engine::ContainerSpec spec;  // Of the last start.
  ShimProcess main;
  std::map<engine::ExecId, std::unique_ptr<ShimProcess>> execs;
  std::unique_ptr<sys::Cgroup> cgroup;  // While it runs.
  bool has_link = false;                // To a bridge.
  List undoing;  // What its end undoes by itself; only if somebody listens.
};

class Network;
class Registry;
class Transport;

class RealBackend : public engine::Backend {
 public:
  RealBackend(Loop& loop, Shelf shelf, sys::CgroupMounts cgroups,
              std::unique_ptr<Store> store, RegistrySettings registries);
  ~RealBackend() override;

  Executor& executor() override { return loop_; }
  IdSource& ids() override { return ids_; }
  engine::HostInfo host() override;
  engine::RegistryClient& registry() override;
  bool keeps_records() const override { return true; }
  Task<Outcome> persist(std::vector<engine::Record> records) override;
  Task<Outcome> adopt(engine::ContainerSpec spec, std::int64_t pid) override;

  Store& store() { return *store_; }
  Transport& transport();  // HTTP, for whoever fetches something.
  const Shelf& shelf() const { return shelf_; }
  const sys::CgroupMounts& cgroups() const { return cgroups_; }
  /// A container's group, below each tree.
  std::string cgroup_path(const engine::ContainerSpec& spec) const;

  // rootfs.cc
  Task<Result<engine::LayerInfo>> import_layer(ByteSource& tar,
                                               engine::LayerId id,
                                               engine::LayerId parent) override;
  Task<Outcome> export_layer(engine::LayerId id, ByteSink& tar) override;
  Task<Outcome> remove_layer(engine::LayerId id) override;
  Task<Outcome> create_rootfs(engine::ContainerId id,
                              engine::LayerId image) override;
  Task<Outcome> remove_rootfs(engine::ContainerId id) override;
  Task<Result<engine::LayerInfo>> commit_rootfs(engine::ContainerId id,
                                                engine::LayerId into) override;
  Task<Outcome> export_rootfs(engine::ContainerId id, ByteSink& tar) override;
  Task<Result<std::vector<engine::PathChange>>> changes(
      engine::ContainerId id) override;
  Task<Result<std::int64_t>> rootfs_size(engine::ContainerId id) override;

  // paths.cc
  Task<Result<engine::PathStat, engine::PathError>> stat_path(
      engine::ContainerId id, std::string path) override;
  Task<Result<std::monostate, engine::PathError>> copy_out(
      engine::ContainerId id, std::string path, ByteSink& tar) override;
  Task<Result<std::monostate, engine::PathError>> copy_in(
      engine::ContainerId id, std::string directory, ByteSource& tar) override;

  // start.cc
  Task<Result<engine::Started, engine::StartFault>> start(
      engine::ContainerSpec& spec) override;
  Task<Result<engine::Started, engine::StartFault>> exec(
      engine::ContainerId id, engine::ExecId exec, engine::ProcessSpec process,
      bool open_stdin) override;

  // life.cc
  Task<engine::ExitStatus> wait(engine::ContainerId id) override;
  Task<engine::ExitStatus> wait_exec(engine::ContainerId id,
                                     engine::ExecId exec) override;
  Task<Outcome> signal(engine::ContainerId id, int number) override;
  Task<Outcome> freeze(engine::ContainerId id) override;
  Task<Outcome> thaw(engine::ContainerId id) override;
  Task<Outcome> update_limits(engine::ContainerId id,
                              engine::Limits limits) override;
  Task<Result<List>> top(engine::ContainerId id, List ps_options) override;
  Task<Result<engine::Usage>> usage(engine::ContainerId id) override;

  // attach.cc
  std::unique_ptr<engine::Attachment> attach(engine::ContainerId id,
                                             engine::ExecId exec,
                                             engine::AttachSpec spec) override;
  Task<Outcome> resize(engine::ContainerId id, engine::ExecId exec, int rows,
                       int columns) override;
  // logs.cc
  std::unique_ptr<engine::LogReader> logs(engine::ContainerId id,
                                          engine::LogSpec spec) override;

  // volumes.cc
  Task<Result<std::string>> create_volume(engine::VolumeName name) override;
  Task<Outcome> remove_volume(engine::VolumeName name) override;
  Task<Outcome> copy_up(engine::ContainerId id, std::string path,
                        engine::VolumeName into) override;
  Task<Outcome> make_host_directory(std::string path) override;
  Task<bool> has_host_path(std::string path) override;
  Task<Result<std::int64_t>> volume_size(engine::VolumeName name) override;
  Task<Outcome> rewrite_file(engine::ContainerId id, std::string path,
                             std::string content) override;

  // networks.cc
  Task<Outcome> create_bridge(engine::NetworkSpec network) override;
  Task<Outcome> remove_bridge(std::string bridge) override;
  Task<Outcome> join_network(engine::ContainerId id,
                             engine::NetworkSpec network) override;
  Task<Outcome> leave_network(engine::ContainerId id,
                              std::string bridge) override;

  // facts.cc
  std::optional<engine::TreeFacts> rootfs_facts(
      engine::ContainerId id) override;
  std::optional<engine::TreeFacts> volume_facts(
      engine::VolumeName name) override;

 private:
  friend class Listening;
  RealContainer& container(const engine::ContainerId& id);
  ShimProcess& process(const engine::ContainerId& id,
                       const engine::ExecId& exec);

  // start.cc
  Task<Result<engine::Started, engine::StartFault>> await_start(
      ShimProcess& process, RealContainer& container);
  Outcome make_cgroup(RealContainer& container);
  Outcome share(Plan& plan, const engine::ContainerSpec& spec);
  Outcome spawn(ShimProcess& process, const Plan& plan, int group);
  void tear_down(RealContainer& container);
  /// What a shim has written of its container's end.
  std::optional<int> status_kept(const engine::ContainerId& id) const;
  void tell(std::string_view step) const;

  // networks.cc
  Result<std::monostate, engine::StartFault> place_in_network(
      RealContainer& container, std::int64_t pid);
  Outcome adopt_network(RealContainer& container, std::int64_t pid);

  // paths.cc: the root of a container as it sees it, volumes and all.
  Result<sys::Fd> view(const engine::ContainerId& id);
  Result<sys::Fd> union_of(const engine::ContainerId& id) const;

  Loop& loop_;
  Shelf shelf_;
  sys::CgroupMounts cgroups_;
  std::unique_ptr<Store> store_;
  RandomIds ids_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Network> network_;
  std::map<engine::ContainerId, std::unique_ptr<RealContainer>, std::less<>>
      containers_;
};

/// For the length of a scope without a wait: the calls that this process makes
/// are told to whoever wants to know.
class Listening {
 public:
  explicit Listening(const RealBackend& backend) : backend_(backend) {
    if (!backend.observer || sys::listener) return;
    sys::listener = &calls_;
  }
  Listening(const Listening&) = delete;
  ~Listening() {
    if (sys::listener != &calls_) return;
    sys::listener = nullptr;
    for (const std::string& call : calls_) backend_.tell(call);
  }

 private:
  const RealBackend& backend_;
  List calls_;
};

}  // namespace drydock::realmode
