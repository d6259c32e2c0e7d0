// engine.h — the container engine: rules and records; a backend does the deeds.
//
// Invariants: 1. container names are unique, and one container has one name.
// 2. a container with a process has a pid; no other has.  3. no address and no
// host port has two owners.  4. each container's image and layers are there.
// 5. a refused request changes nothing.  Nothing here costs O(all containers)
// but the lists that show them all.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/prng.h"
#include "sim/base/value.h"
#include "sim/engine/backend.h"
#include "sim/engine/container.h"
#include "sim/engine/events.h"
#include "sim/engine/fault.h"
#include "sim/engine/links.h"
#include "sim/engine/names.h"
#include "sim/engine/networks.h"
#include "sim/engine/picture.h"
#include "sim/engine/ports.h"
#include "sim/engine/requests.h"
#include "sim/engine/rules.h"
#include "sim/engine/volumes.h"
#include "sim/image/archives.h"
#include "sim/image/store.h"

namespace drydock::engine {

class Engine {
 public:
  /// `seed` is for names; ids come from the backend.
  Engine(Backend& backend, Rules rules, std::uint64_t seed);
  Engine(const Engine&) = delete;
  ~Engine();

  const Rules& rules() const { return rules_; }
  Backend& backend() { return backend_; }
  Time now() const { return backend_.executor().now(); }

  // --- Life.  `who`: a name, an id or a prefix of one, as typed. -----------
  Task<Answer<Created>> create(CreateRequest&& request);
  Task<Answer<Created>> create(const CreateRequest& request) {
    return create(CreateRequest(request));
  }
  Task<Done> start(std::string who);
  Task<Done> stop(std::string who, std::optional<int> seconds);
  Task<Done> restart(std::string who, std::optional<int> seconds);
  Task<Done> kill(std::string who, std::string signal);  // "" is KILL.
  Task<Done> pause(std::string who);
  Task<Done> unpause(std::string who);
  Task<Done> remove(std::string who, RemoveRequest request);
  Task<Done> rename(std::string who, std::string name);
  Task<Done> update(std::string who, UpdateRequest request);

  /// `docker wait`: the exit code, at once if it does not run.
  Task<Answer<int>> wait(std::string who);
  /// What tells of the container's next exit, and of its removal; taken
  /// before start() it misses neither.
  Answer<std::shared_ptr<ExitSignal>> watch(std::string_view who);

  // --- Streams.
  // ----------------------------------------------------------------
  /// Checks the state unless `before_start` (run and start -a attach first).
  Answer<std::unique_ptr<Attachment>> attach(std::string_view who,
                                             AttachRequest request,
                                             bool before_start);
  Task<Done> resize(std::string who, int rows, int columns);
  Answer<std::unique_ptr<LogReader>> logs(std::string_view who,
                                          LogsRequest request);

  // --- Exec. -----------------------------------------------------------------
  Answer<ExecId> exec_create(std::string_view who, ExecRequest request);
  /// Starts it; `attachment` comes first, so that nothing is missed.
  /// `detach`: nobody will ask for its exit code.
  Task<Done> exec_start(ExecId exec, bool detach = false);
  Answer<std::unique_ptr<Attachment>> exec_attach(const ExecId& exec);
  Task<Done> exec_resize(ExecId exec, int rows, int columns);
  Task<Answer<int>> exec_wait(ExecId exec);  // Its exit code.

  // --- Looking in. -----------------------------------------------------------
  /// By name, id or prefix; for what the other verbs do not cover.
  Answer<ContainerRef> find(std::string_view who) const;
  Task<Answer<std::vector<ContainerSummary>>> ps(PsRequest request);
  Task<Answer<Value>> inspect_container(std::string who, bool size);
  Task<Answer<TopTable>> top(std::string who, List ps_options);
  Task<Answer<std::vector<PathChange>>> diff(std::string who);
  Task<Answer<StatsSample>> stats(std::string who);
  Answer<std::vector<std::pair<Port, PortBinding>>> ports(
      std::string_view who) const;  // Published ones, ascending.
  std::unique_ptr<EventStream> events(EventFilter filter,
                                      std::optional<Time> since,
                                      std::optional<Time> until);
  InfoReport info() const;

  // --- Files. ----------------------------------------------------------------
  Task<Answer<Result<PathStat, PathError>>> stat_path(std::string who,
                                                      std::string path);
  Task<Answer<Result<std::monostate, PathError>>> copy_out(std::string who,
                                                           std::string path,
                                                           ByteSink& tar);
  Task<Answer<Result<std::monostate, PathError>>> copy_in(std::string who,
                                                          std::string directory,
                                                          ByteSource& tar);
  Task<Done> export_container(std::string who, ByteSink& tar);

  // --- Images. ---------------------------------------------------------------
  Answer<ImageRef> find_image(std::string_view typed) const;
  Task<Answer<std::string>> commit(std::string who, CommitRequest request);
  Answer<std::vector<ImageSummary>> images(ImagesRequest request) const;
  Answer<std::vector<HistoryRow>> history(std::string_view typed) const;
  Answer<Value> inspect_image(std::string_view typed);
  Task<Done> tag(std::string source, std::string target, bool force);
  Task<Answer<std::vector<Deletion>>> rmi(std::string typed,
                                          RmiRequest request);
  Task<Answer<std::string>> import(ImportRequest request, ByteSource& tar);
  Task<Done> save(List names, ByteSink& tar);
  Task<Answer<Loaded>> load(ByteSource& tar);
  /// Children of an image, newest first: the builder's cache looks here.
  std::vector<ImageRef> children_of(std::string_view id) const;
  /// As it is printed: with "sha256:" where ids are digests.
  std::string shown_id(std::string_view id) const;
  /// Puts an image in by hand: a layer's tar and all that is said of it.
  /// `parent` empty: a base.  `tar` null: no layer of its own.
  Task<Answer<std::string>> add_image(Image image, ByteSource* tar);

  // --- Registries. -----------------------------------------------------------
  Task<Done> pull(PullRequest request, ProgressSink progress);
  Task<Done> push(PushRequest request, ProgressSink progress);
  Task<Answer<std::vector<SearchHit>>> search(SearchRequest request);
  Task<Answer<std::string>> login(std::string host, RegistryAuth auth);

  // --- Volumes. --------------------------------------------------------------
  Task<Answer<VolumeSummary>> create_volume(VolumeRequest request);
  Answer<std::vector<VolumeSummary>> volumes(Filters filters) const;
  Answer<Value> inspect_volume(std::string_view name) const;
  Task<Done> remove_volume(std::string name, bool force);
  Task<Answer<std::int64_t>> volume_size(std::string name);

  // --- Networks.  `typed`: a name, an id or a prefix of one. -----------------
  Task<Answer<std::string>> create_network(NetworkRequest request);  // Its id.
  Answer<std::vector<NetworkSummary>> networks(Filters filters) const;
  Answer<Value> inspect_network(std::string_view typed) const;
  Task<Done> remove_network(std::string typed);
  Task<Done> connect_network(std::string typed, std::string who,
                             EndpointWish wish);
  Task<Done> disconnect_network(std::string typed, std::string who, bool force);

  // --- The whole.
  // --------------------------------------------------------------
  /// Keeps all rows that have changed, in one transaction, where the backend
  /// keeps records.  An error: they are still to be kept.
  Task<Outcome> save();
  /// Takes up what an earlier engine has kept; before anything else is asked.
  /// Rows of half-done operations are finished or dropped.
  Outcome restore(const std::vector<Record>& records);
  /// After restore(): adopts what still runs, and takes up what was under way.
  Task<void> resume();

  /// Everything, in order, as one JSON text; the same state, the same bytes.
  std::string state_json() const;
  std::string state_hash() const;
  /// The same as things to draw: see picture.h.
  Picture picture() const;

  const image::Store& image_store() const { return images_; }
  /// How many layers there are from this one down.
  int stack_depth(std::string_view layer) const;
  bool is_linked_to(const ContainerId& id) const {
    return !links_.parents(id).empty();
  }
  /// The files that each COPY was made of, by its hash: kept while somebody
  /// listens, so that a miss of the cache can name the file.
  std::map<std::string, StringMap>& copy_notes() { return copy_notes_; }
  const EventLog& event_log() const { return events_; }
  const LinkTable& links() const { return links_; }
  std::size_t ports_taken() const { return ports_.taken(); }
  std::size_t container_count() const { return by_id_.size(); }
  std::size_t running_count() const { return running_.size(); }
  /// Oldest first.
  const std::map<std::uint64_t, Container*>& containers() const {
    return by_age_;
  }

 private:
  // Look-up, and the refusals of the table.
  Fault unknown(std::string_view typed) const;
  Fault refusal(Message message, const Container& container,
                std::string_view typed) const;
  std::optional<Fault> refuse(const Container& container, Verb verb,
                              std::string_view typed) const;
  Answer<image::Found> image_named(std::string_view typed) const;

  // create.cc
  Task<Answer<Created>> create_now(ContainerRef container, std::string name);
  std::optional<Fault> find_base(Container& wished) const;
  std::optional<Fault> check_wishes(const Container& wished,
                                    const Image* image) const;
  Answer<std::string> choose_name(const std::string& wanted,
                                  const ContainerId& id);
  void take_name(Container& container);
  void release_name(const std::string& name);
  std::optional<Fault> name_fault(const std::string& name,
                                  std::string_view typed) const;
  List adapt(Seldom<HostConfig>& host) const;  // The warnings that it gives.
  Task<std::optional<Fault>> missing_source(ContainerRef container);
  Task<Done> furnish(ContainerRef container);  // Root, mounts, links.
  void admit(ContainerRef container);
  void tell_creation(const Container& container) const;
  void merge_config(Container& container) const;

  // network_verbs.cc
  void furnish_networks();
  Done assign_pool(Network& network, const NetworkRequest& request);
  Fault unknown_network(std::string_view typed) const;
  Answer<Endpoint> take_endpoint(Network& network, const Container& container,
                                 const EndpointWish& wish);
  void leave_network(std::string_view name, Container& container);
  std::string name_of_mode(const Container& container) const;
  void note_network(const Network& network, std::string_view action,
                    const ContainerId& container);
  void note_volume(const std::string& name, std::string_view action,
                   const Container* container, const MountPoint* mount);

  // connect.cc
  Done join_bridge(Container& container);
  Done join_networks(Container& container);
  void name_modes(ContainerSpec& spec, const Container& container) const;
  Done check_modes(const Container& container) const;
  Done join_target(const std::string& mode, std::string_view kind) const;

  // health.cc
  Task<void> watch_health(ContainerRef container);
  Task<bool> probe_health(ContainerRef container);
  void start_health(ContainerRef container);
  void stop_health(Container& container);
  void record_health(Container& container, HealthLog entry);
  void note_oom(const ContainerId& id);

  // links.cc and plan: what --link leads to.
  struct LinkTarget {
    std::string alias;
    ContainerId child;
  };
  Answer<std::vector<LinkTarget>> plan_links(const Container& container) const;
  List links_of(const Container& parent) const;
  List link_environment(const Container& parent) const;
  std::string link_hosts(const Container& parent) const;
  std::optional<Fault> link_fault(const Container& parent) const;

  // mounts.cc
  Answer<std::vector<MountPoint>> plan_mounts(const Container& container);
  Task<Done> make_mounts(ContainerRef container);
  Task<void> drop_volumes(ContainerRef container, bool asked);
  Task<Answer<std::string>> need_volume(VolumeName name, bool anonymous);

  // start.cc
  Task<Done> start_now(std::string who);
  Task<Done> start_locked(ContainerRef container, std::string typed);
  Task<Done> launch(ContainerRef container);
  Done connect(Container& container);
  Done join_network(Container& container);
  Fault port_fault(const Container& container,
                   const PortConflict& conflict) const;
  void disconnect(Container& container);
  ContainerSpec spec_of(const Container& container) const;
  void tell_network(const Container& container) const;
  List environment_of(const Container& container) const;
  std::string hosts_file(const Container& container) const;
  std::string resolv_conf(const Container& container) const;
  Task<void> refresh_links(ContainerId child);
  Fault start_fault(Container& container, const StartFault& fault);

  // monitor.cc
  Task<void> watch_over(ContainerRef container);
  static Task<void> settled(ContainerRef container);
  Task<bool> await_restart(ContainerRef container);
  Task<void> go_on_restarting(ContainerRef container);
  Task<void> end_watch(ContainerRef container);
  void set_monitor(ContainerRef container, Task<void> body);
  bool wants_restart(Container& container, int exit_code) const;
  void record_exit(Container& container, const ExitStatus& status);
  void set_state(Container& container, State state);
  void tell_exit(Container& container);

  // stop.cc, kill.cc, pause.cc, remove.cc
  Task<Done> stop_now(std::string who, std::optional<int> seconds);
  Task<Done> restart_now(std::string who, std::optional<int> seconds);
  Task<Done> halt(ContainerRef container, std::optional<int> seconds);
  Task<Done> thaw(ContainerRef container);
  Answer<int> signal_of(std::string_view who, const std::string& typed) const;
  Task<Done> kill_now(std::string who, std::string signal);
  Task<Done> kill_hard(ContainerRef container);
  Task<bool> await_exit(ContainerRef container, std::optional<Time> deadline);
  Task<Done> pause_now(std::string who);
  Task<Done> unpause_now(std::string who);
  Task<Done> remove_now(std::string who, RemoveRequest request);
  Task<Done> discard(ContainerRef container, bool volumes, std::string typed);
  Done remove_link(std::string_view typed);
  void forget(Container& container);

  // exec.cc
  std::pair<ContainerRef, ExecRecord*> exec_of(const ExecId& id) const;
  Fault unknown_exec(const ExecId& id) const;
  Fault exec_fault(const StartFault& fault) const;
  Task<Done> exec_now(ExecId id, bool detach);
  Task<void> watch_exec(ContainerRef container, ExecId id, bool forget);

  // ps.cc
  ContainerSummary summary_of(const Container& container) const;
  std::optional<Fault> ps_filter_fault(const Filters& filters) const;
  Answer<std::pair<std::uint64_t, std::uint64_t>> ages_of(
      const PsRequest& request) const;
  bool descends(const Container& container, const Filters& filters) const;

  // commit.cc, images.cc, pull.cc ...
  Task<Answer<std::string>> commit_now(std::string who, CommitRequest request);
  Task<Answer<std::string>> commit_locked(ContainerRef container,
                                          CommitRequest request);
  Task<Answer<std::string>> import_now(ImportRequest request, ByteSource* tar);
  Answer<ContainerConfig> config_for(const Container& container,
                                     const CommitRequest& request) const;
  Image image_of(const Container& container, const CommitRequest& request,
                 ContainerConfig config) const;
  Answer<ImageRef> graph_image(std::string_view typed) const;
  std::optional<Fault> images_filter_fault(const Filters& filters) const;
  std::optional<ImageSummary> summary_of(const Image& image,
                                         const List& patterns,
                                         std::optional<bool> dangling,
                                         bool all) const;
  Task<Answer<std::string>> adopt_layer(LayerInfo layer, std::string parent);
  std::string finish_image(Image image);  // Names it, stores it.
  Task<void> drop_layers(std::vector<std::string> layers);
  Task<Answer<std::vector<Deletion>>> rmi_now(std::string typed,
                                              RmiRequest request);
  struct Rmi;
  Done rmi_chain(Rmi& rmi, ImageRef image, bool first);
  std::optional<Fault> chain_conflict(const Rmi& rmi, const Image& image) const;
  Done rmi_content(Rmi& rmi);
  Done rmi_helper(Rmi& rmi, ImageRef image, bool force, bool quiet);
  struct ImageConflict;
  std::optional<ImageConflict> conflict_of(const Image& image,
                                           bool soft_too) const;
  void untag(Rmi& rmi, const image::Reference& name, const Image& image);
  void forget_image(Rmi& rmi, const Image& image);
  const Container* user_of(const std::string& image, bool running,
                           bool descendants) const;
  void name_image(const image::Reference& name, const std::string& id);
  void tell_layer(const Container& container, const LayerInfo& layer) const;
  void tell_name(const image::Reference& name, std::string_view before,
                 std::string_view id) const;
  Task<Done> pull_now(PullRequest request, ProgressSink progress);
  Task<Done> pull_tag(image::Reference name, bool of_many, RegistryAuth auth,
                      ProgressSink progress);
  Task<Answer<std::string>> pull_chain(image::Reference name, Manifest manifest,
                                       RegistryAuth auth,
                                       ProgressSink progress);
  Task<Answer<std::string>> pull_content(image::Reference name,
                                         Manifest manifest, RegistryAuth auth,
                                         ProgressSink progress);
  Task<Answer<LayerInfo>> fetch_layer(image::Reference name, std::string digest,
                                      LayerId id, LayerId parent,
                                      RegistryAuth auth);
  Task<Done> pull_fault(image::Reference name, RegistryFault fault,
                        RegistryAuth auth, ProgressSink progress);
  struct Pushed {
    std::string id;  // As it is shown.
    LayerId layer;   // The backend's; empty: no files.
    std::string diff_id, json;
  };
  std::vector<Pushed> pushed_layers(const Image& image) const;
  Task<Done> push_now(PushRequest request, ProgressSink progress);
  Fault push_fault(const image::Reference& name,
                   const RegistryFault& fault) const;
  /// Answers the digest under which the registry has it.
  Task<Answer<std::string>> push_layer(image::Reference name, Pushed layer,
                                       RegistryAuth auth,
                                       ProgressSink progress);
  Task<Done> push_tag(image::Reference name, ImageRef image, RegistryAuth auth,
                      ProgressSink progress);
  Fault tar_fault(const std::string& why) const;
  Fault lacking(const std::string& name) const;
  Fault archive_fault(const image::ArchiveFault& fault) const;
  Task<Answer<Loaded>> load_all_manifests(image::ReadArchive& archive);
  Task<Answer<Loaded>> load_all_chains(image::ReadArchive& archive);
  image::SavedImage saved_chain(const Image& image) const;
  image::SavedImage saved_content(const Image& image) const;
  Task<Answer<std::string>> load_manifest(image::ReadArchive& archive,
                                          std::size_t at);
  Task<Done> load_chain(image::ReadArchive& archive, std::string name,
                        int depth);
  Task<Answer<LayerInfo>> import_bytes(Bytes tar, LayerId id, LayerId parent);

  PictureContainer picture_of(const Container& container) const;
  PictureImage picture_of(const Image& image) const;

  // Records and news.
  void note(Container& container, std::string_view action);
  void note_image(std::string id, std::string_view action);
  Task<void> keep(const Container& container);  // keep_changes(), its row too.
  Task<void> keep_changes();  // save(); the store tells its own troubles.
  std::optional<std::string> row_of(const std::string& table,
                                    const std::string& key) const;
  void collect_events(std::vector<Record>* records);
  void restore_images(const std::vector<Record>& records);
  Outcome restore_containers(const std::vector<Record>& records);
  void restore_network(Container& container);
  Task<void> resume_one(ContainerRef container);

  Backend& backend_;
  Rules rules_;
  HostInfo host_;
  std::string name_servers_;  // Lines of /etc/resolv.conf where none is asked.
  Prng name_draws_;
  NameLot name_lot_;  // What by_name_ has.
  std::uint64_t next_age_ = 1;

  std::map<ContainerId, ContainerRef, std::less<>> by_id_;
  std::map<std::string, Container*, std::less<>> by_name_;
  std::map<std::uint64_t, Container*> by_age_;
  std::map<std::uint64_t, Container*> running_;  // As Docker counts it.
  std::map<std::string, std::set<std::uint64_t>, std::less<>> users_;
  std::map<ExecId, ContainerId> execs_;

  image::Store images_;
  image::LayerStore layers_;
  VolumeTable volumes_;
  LinkTable links_;
  PortTable ports_;
  AddressPool addresses_;
  NetworkTable networks_;
  EventLog events_;
  Journal journal_;
  std::uint64_t events_saved_ = 0, events_dropped_ = 0;
  std::map<std::string, StringMap> copy_notes_;
};

}  // namespace drydock::engine
