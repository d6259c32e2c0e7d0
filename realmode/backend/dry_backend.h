// dry_backend.h — engine/backend.h answered by plans: what would be done on
// this machine is told to the observer, and nothing is done.
//
// An engine over it takes up the records of the real one, so it knows the same
// containers, and forgets what it has learnt when its command has ended.  What
// only looks is asked of the real backend.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "realmode/backend/real_backend.h"
#include "sim/base/wait.h"

namespace drydock::realmode {

class DryBackend final : public engine::Backend {
 public:
  explicit DryBackend(RealBackend& real);
  ~DryBackend() override;

  Executor& executor() override { return real_.executor(); }
  IdSource& ids() override { return real_.ids(); }
  engine::HostInfo host() override { return real_.host(); }
  engine::RegistryClient& registry() override { return *registry_; }
  Task<Outcome> persist(std::vector<engine::Record> records) override;
  Task<Outcome> adopt(engine::ContainerSpec spec, std::int64_t pid) override;

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

  Task<Result<engine::PathStat, engine::PathError>> stat_path(
      engine::ContainerId id, std::string path) override;
  Task<Result<std::monostate, engine::PathError>> copy_out(
      engine::ContainerId id, std::string path, ByteSink& tar) override;
  Task<Result<std::monostate, engine::PathError>> copy_in(
      engine::ContainerId id, std::string directory, ByteSource& tar) override;

  Task<Result<engine::Started, engine::StartFault>> start(
      engine::ContainerSpec& spec) override;
  Task<Result<engine::Started, engine::StartFault>> exec(
      engine::ContainerId id, engine::ExecId exec, engine::ProcessSpec process,
      bool open_stdin) override;
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

  std::unique_ptr<engine::Attachment> attach(engine::ContainerId id,
                                             engine::ExecId exec,
                                             engine::AttachSpec spec) override;
  Task<Outcome> resize(engine::ContainerId id, engine::ExecId exec, int rows,
                       int columns) override;
  std::unique_ptr<engine::LogReader> logs(engine::ContainerId id,
                                          engine::LogSpec spec) override;

  Task<Result<std::string>> create_volume(engine::VolumeName name) override;
  Task<Outcome> remove_volume(engine::VolumeName name) override;
  Task<Outcome> copy_up(engine::ContainerId id, std::string path,
                        engine::VolumeName into) override;
  Task<Outcome> make_host_directory(std::string path) override;
  Task<bool> has_host_path(std::string path) override;
  Task<Result<std::int64_t>> volume_size(engine::VolumeName name) override;
  Task<Outcome> rewrite_file(engine::ContainerId id, std::string path,
                             std::string content) override;

  Task<Outcome> create_bridge(engine::NetworkSpec network) override;
  Task<Outcome> remove_bridge(std::string bridge) override;
  Task<Outcome> join_network(engine::ContainerId id,
                             engine::NetworkSpec network) override;
  Task<Outcome> leave_network(engine::ContainerId id,
                              std::string bridge) override;

 private:
  /// A container that is there, or would be.
  struct Imagined {
    engine::ContainerSpec spec;
    std::int64_t pid = 0;
    bool runs = false;  // Really; until a signal would end it.
    int status = 0;
    WaitQueue ended;
    List undoing;
  };
  Imagined& imagined(const engine::ContainerId& id);
  Result<engine::LayerId> layer_under(const engine::ContainerId& id) const;
  void tell(std::string_view step) const;
  List outside_of(const engine::ContainerSpec& spec) const;

  RealBackend& real_;
  std::unique_ptr<engine::RegistryClient> registry_;
  std::map<engine::ContainerId, std::unique_ptr<Imagined>> imagined_;
  std::map<engine::ContainerId, engine::LayerId> rootfs_;
  std::map<engine::LayerId, engine::LayerId> made_;  // Over which real one.
};

}  // namespace drydock::realmode
