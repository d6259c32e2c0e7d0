// workshop.h — a backend with real files and no kernel, for building images.
//
// Layers are vfs layers and copies are real tars.  What runs in a container is
// not a process but a handful of words, enough to leave traces in files:
//
//     echo TEXT            echo TEXT > FILE      err TEXT (standard error)
//     cat FILE             ls DIRECTORY          pwd, id, env, true
//     mkdir DIRECTORY      exit N, false         ...joined by && or ;

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/scheduler.h"
#include "sim/engine/backend.h"
#include "sim/vfs/layer.h"
#include "sim/vfs/walk.h"

namespace drydock::test {

using engine::ContainerId;
using engine::ExecId;
using engine::LayerId;
using engine::PathError;
using engine::VolumeName;

/// A Hub that cannot be reached.
class NoHub final : public engine::RegistryClient {
 public:
  template <typename T>
  using Answer = Task<engine::RegistryResult<T>>;
  using Text = std::string;

  Answer<engine::Manifest> manifest(Text, Text, Text,
                                    engine::RegistryAuth) override;
  Answer<List> tags(Text, Text, engine::RegistryAuth) override;
  Answer<std::unique_ptr<ByteSource>> blob(Text, Text, Text,
                                           engine::RegistryAuth) override;
  Answer<bool> has_blob(Text, Text, Text, engine::RegistryAuth) override;
  Answer<Text> put_blob(Text, Text, ByteSource&, engine::RegistryAuth) override;
  Answer<engine::StoredManifest> put_manifest(Text, Text, Text,
                                              engine::Manifest,
                                              engine::RegistryAuth) override;
  Answer<std::vector<engine::SearchHit>> search(Text) override;
  Answer<Text> login(Text, engine::RegistryAuth) override;
};

class Workshop final : public engine::Backend {
 public:
  Workshop() : ids_(7) {}

  Executor& executor() override { return scheduler_; }
  IdSource& ids() override { return ids_; }
  engine::HostInfo host() override;
  engine::RegistryClient& registry() override { return hub_; }
  Task<Outcome> persist(std::vector<engine::Record>) override;

  Task<Result<engine::LayerInfo>> import_layer(ByteSource& tar, LayerId id,
                                               LayerId parent) override;
  Task<Outcome> export_layer(LayerId id, ByteSink& tar) override;
  Task<Outcome> remove_layer(LayerId id) override;
  Task<Outcome> create_rootfs(ContainerId id, LayerId image) override;
  Task<Outcome> remove_rootfs(ContainerId id) override;
  Task<Result<engine::LayerInfo>> commit_rootfs(ContainerId id,
                                                LayerId into) override;
  Task<Outcome> export_rootfs(ContainerId id, ByteSink& tar) override;
  Task<Result<std::vector<engine::PathChange>>> changes(
      ContainerId id) override;
  Task<Result<std::int64_t>> rootfs_size(ContainerId id) override;

  Task<Result<engine::PathStat, PathError>> stat_path(
      ContainerId id, std::string path) override;
  Task<Result<std::monostate, PathError>> copy_out(ContainerId id,
                                                   std::string path,
                                                   ByteSink& tar) override;
  Task<Result<std::monostate, PathError>> copy_in(ContainerId id,
                                                  std::string directory,
                                                  ByteSource& tar) override;

  Task<Result<engine::Started, engine::StartFault>> start(
      engine::ContainerSpec& spec) override;
  Task<engine::ExitStatus> wait(ContainerId id) override;
  Task<Outcome> signal(ContainerId id, int number) override;
  Task<Outcome> freeze(ContainerId id) override;
  Task<Outcome> thaw(ContainerId id) override;
  Task<Outcome> update_limits(ContainerId id, engine::Limits limits) override;
  Task<Result<engine::Started, engine::StartFault>> exec(
      ContainerId id, ExecId exec, engine::ProcessSpec process,
      bool open_stdin) override;
  Task<engine::ExitStatus> wait_exec(ContainerId id, ExecId exec) override;
  std::unique_ptr<engine::Attachment> attach(ContainerId id, ExecId exec,
                                             engine::AttachSpec spec) override;
  Task<Outcome> resize(ContainerId id, ExecId exec, int rows,
                       int columns) override;
  std::unique_ptr<engine::LogReader> logs(ContainerId id,
                                          engine::LogSpec spec) override;
  Task<Result<List>> top(ContainerId id, List ps_options) override;
  Task<Result<engine::Usage>> usage(ContainerId id) override;
  Task<Result<std::string>> create_volume(VolumeName name) override;
  Task<Outcome> remove_volume(VolumeName name) override;
  Task<Outcome> copy_up(ContainerId id, std::string path,
                        VolumeName into) override;
  Task<Outcome> make_host_directory(std::string path) override;
  Task<bool> has_host_path(std::string) override { co_return true; }
  Task<Result<std::int64_t>> volume_size(VolumeName) override {
    co_return std::int64_t{0};
  }
  Task<Outcome> rewrite_file(ContainerId id, std::string path,
                             std::string content) override;

  Scheduler& scheduler() { return scheduler_; }

  /// A file of an image's merged tree, for tests to look at.
  SysResult<vfs::InodeRef> in_layer(const LayerId& id, std::string path);

  struct Container {
    vfs::UnionMountRef files;
    std::vector<engine::Chunk> output;
    std::size_t shown = 0;
    int code = 0;
  };

 private:
  engine::LayerInfo add_layer(const LayerId& id, vfs::LayerRef layer);
  void run(Container& container, const engine::ContainerSpec& spec);

  Scheduler scheduler_;
  SeededIds ids_;
  NoHub hub_;
  std::map<LayerId, vfs::LayerRef> layers_;
  std::map<ContainerId, Container> containers_;
};

/// Runs a task to its end on the workshop's scheduler.
template <typename T>
T finish(Workshop& workshop, Task<T> task) {
  std::optional<T> result;
  const auto body = [](Task<T> work, std::optional<T>* into) -> Task<void> {
    T value = co_await work;
    into->emplace(std::move(value));
  };
  workshop.scheduler().spawn(body(std::move(task), &result));
  workshop.scheduler().run_until([&result] { return result.has_value(); });
  return std::move(*result);
}

}  // namespace drydock::test
