// sim_backend.h — engine/backend.h answered by the simulated kernel.
//
// What Docker keeps under /var/lib/docker is really there on the simulated
// host: volumes, each container's hosts, hostname and resolv.conf, its log.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/base/id.h"
#include "sim/engine/backend.h"
#include "sim/kernel/kernel.h"
#include "sim/machine/accounts.h"
#include "sim/machine/first_look.h"
#include "sim/machine/host_network.h"
#include "sim/machine/layers.h"
#include "sim/machine/standard_mounts.h"
#include "sim/machine/streams.h"

namespace drydock::machine {

/// Where --init puts docker-init.
constexpr std::string_view kInitPath = "/sbin/docker-init";

/// One process that was started in a container: PID 1, or an exec's.
struct ContainerProcess {
  std::shared_ptr<Streams> streams;
  kernel::ProcessHandleRef handle;  // Null before the first start.
  kernel::TtyRef tty;
  std::unique_ptr<Fiber> pump;          // Carries the terminal's output.
  std::shared_ptr<Event> screen_ended;  // When it has carried all.
};

/// What each process of a container begins with.
struct Birthright {
  vfs::CapabilitySet capabilities = 0;
  kernel::SeccompRef seccomp;
  bool no_new_privileges = false;
  int oom_score_adj = 0;
  kernel::ResourceLimitsRef limits;  // Null: the standard ones.
};

/// A container as the kernel sees it.
struct SimContainer {
  vfs::UnionMountRef root;
  std::shared_ptr<FirstLook> first_look;
  vfs::InodeRef folder;  // On the host: /var/lib/docker/containers/ID.
  ContainerProcess main;
  std::map<engine::ExecId, ContainerProcess> execs;
  std::vector<engine::MountSpec> mounts;  // Of the last start.
  bool read_only = false;                 // Its root, likewise.
  /// Whose /etc/hosts and so on it has, if not its own.
  engine::ContainerId files_of;

  // While it runs.
  kernel::NamespacesRef namespaces;
  kernel::CgroupRef cgroup;
  std::shared_ptr<StandardMounts> standard;
  Plugs plugs;
  std::unique_ptr<Birthright> birthright;
};

/// Which client process (by its fibers) types for which container process.
using ClientTable = std::map<const FiberGroup*, ContainerProcess*>;

class SimBackend : public engine::Backend {
 public:
  /// `host` is the root of the host's files, which lie on `disk` as layers do;
  /// `net` its network: the machine's own when it is null.
  SimBackend(kernel::Kernel& kernel, vfs::InodeRef host,
             engine::RegistryClient& registry, std::uint64_t seed,
             engine::HostInfo info, vfs::DiskRef disk = nullptr,
             kernel::NetNamespaceRef net = nullptr);
  ~SimBackend() override;

  Executor& executor() override;
  IdSource& ids() override { return ids_; }
  engine::HostInfo host() override { return info_; }
  engine::RegistryClient& registry() override { return registry_; }
  Task<Outcome> persist(std::vector<engine::Record> records) override;

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

  // plugs.cc
  Task<Outcome> create_bridge(engine::NetworkSpec network) override;
  Task<Outcome> remove_bridge(std::string bridge) override;
  Task<Outcome> join_network(engine::ContainerId id,
                             engine::NetworkSpec network) override;
  Task<Outcome> leave_network(engine::ContainerId id,
                              std::string bridge) override;
  HostNetwork& network() { return network_; }

  // facts.cc
  std::optional<engine::TreeFacts> layer_facts(engine::LayerId id) override;
  std::optional<engine::TreeFacts> rootfs_facts(
      engine::ContainerId id) override;
  std::optional<engine::TreeFacts> volume_facts(
      engine::VolumeName name) override;
  std::string log_digest(engine::ContainerId id) override;

  /// Does whoever reads this terminal now wait for a person?  A docker client
  /// that is attached does if the process behind it does.
  bool awaits_person(const kernel::Tty& tty) const;

  /// Is the program that reads this terminal a docker client that hands on
  /// what is typed?  And which terminal do the keys reach in the end?
  bool is_attached(const kernel::Tty& tty) const;
  const kernel::Tty& person_tty(const kernel::Tty& tty) const;

  /// Drops all that still runs here: the power is cut.
  void halt();

  LayerShelf& layers() { return layers_; }

 private:
  SimContainer& container(const engine::ContainerId& id);
  ContainerProcess& process(const engine::ContainerId& id,
                            const engine::ExecId& exec);
  std::shared_ptr<Streams> streams_of(ContainerProcess& process);

  // rootfs.cc
  engine::LayerInfo info_of(const engine::LayerId& id, std::string diff_id);
  static std::string metadata_path(const engine::ContainerId& id);
  SysResult<vfs::InodeRef> folder_of(SimContainer& own,
                                     const engine::ContainerId& id);

  // mounts.cc: the tree that a container sees.
  static bool looks_at_once(const engine::ContainerSpec& spec);
  static bool files_wait(const SimContainer& own,
                         const engine::ContainerSpec& spec);
  static std::function<void(vfs::MountTable&)> waiting_files(
      const SimContainer& own, const engine::ContainerSpec& spec);
  Result<vfs::MountTable, engine::StartFault> mount_all(
      SimContainer& container, const engine::ContainerSpec& spec);
  void tell_mounts(const SimContainer& container, const vfs::MountTable& table,
                   const engine::ContainerSpec& spec);
  Result<std::monostate, engine::StartFault> mount_one(
      vfs::MountTable& table, const engine::MountSpec& mount);
  std::optional<engine::StartFault> mount_init(vfs::MountTable& table);
  std::optional<engine::StartFault> propagation_fault(
      const engine::MountSpec& mount) const;
  std::optional<engine::StartFault> kind_fault(
      const vfs::MountTable& table, const engine::MountSpec& mount,
      const vfs::InodeRef& source) const;
  vfs::Mount tmpfs_mount(const engine::MountSpec& mount);
  std::map<std::string, std::string> with_files_of_host(
      std::map<std::string, std::string> files);
  Outcome write_engine_files(SimContainer& own,
                             const engine::ContainerSpec& spec);
  Outcome write_engine_file(SimContainer& own, const engine::ContainerId& id,
                            std::string_view path, std::string_view content);
  static Result<std::monostate, engine::StartFault> mount_engine_file(
      vfs::MountTable& table, const vfs::InodeRef& folder,
      std::string_view path);
  Result<std::monostate, engine::StartFault> mount_parts(
      vfs::MountTable& table, const engine::ContainerId& id,
      const SimContainer& own);
  vfs::MountTable table_at_rest(const engine::ContainerId& id);
  Result<vfs::InodeRef, engine::StartFault> source_of(
      const engine::MountSpec& mount, bool* is_new);
  vfs::InodeRef host_path(std::string_view path);

  // container_devices.cc
  Result<std::monostate, engine::StartFault> add_devices(
      const vfs::MountTable& table, engine::ContainerSpec& spec);

  // start.cc
  Result<std::monostate, engine::StartFault> wall_in(
      SimContainer& container, engine::ContainerSpec& spec);
  Result<std::monostate, engine::StartFault> confine(
      SimContainer& container, const engine::ContainerSpec& spec);
  Result<std::monostate, engine::StartFault> set_sysctls(
      SimContainer& container, const engine::ContainerSpec& spec);
  kernel::Namespaces namespaces_for(const engine::ContainerSpec& spec);
  Result<engine::Started, engine::StartFault> start_now(
      engine::ContainerSpec& spec);
  static Result<Account> account_in(const SimContainer& container,
                                    const vfs::Location& root,
                                    const engine::ProcessSpec& process);
  static Result<std::string, engine::StartFault> program_in(
      const SimContainer& container, const vfs::View& view,
      const engine::ProcessSpec& process);
  std::optional<engine::StartFault> prepare(SimContainer& container,
                                            const engine::ProcessSpec& process,
                                            kernel::SpawnSpec& spec);
  Result<engine::Started, engine::StartFault> launch(
      SimContainer& container, ContainerProcess& process,
      kernel::SpawnSpec&& spec, const engine::ProcessSpec& wanted,
      bool open_stdin);
  void tear_down(SimContainer& container);
  void tell_isolation(const SimContainer& container,
                      const engine::ContainerSpec& spec) const;
  LogPlace log_place(SimContainer& own, const engine::ContainerSpec& spec);

  // plugs.cc
  Result<std::monostate, engine::StartFault> plug_in(
      SimContainer& container, const engine::ContainerSpec& spec);

  kernel::Kernel& kernel_;
  HostNetwork network_;
  vfs::InodeRef host_;
  vfs::InodeRef folders_;  // Of all containers: kContainers, once it is made.
  engine::RegistryClient& registry_;
  SeededIds ids_;
  engine::HostInfo info_;
  LayerShelf layers_;
  std::map<engine::LayerId, Bytes> foreign_tars_;  // See import_layer().
  const MountLayers mount_layers_;
  using Containers = std::map<engine::ContainerId, SimContainer, std::less<>>;
  Containers containers_;
  /// Of which was asked last; what comes next mostly asks for it again, and
  /// the way down a tree of many is long.
  Containers::iterator last_ = containers_.end();
  ClientTable clients_;  // Looked up only, never walked.
};

}  // namespace drydock::machine
