// fake_backend.h — a world for the engine that remembers what it was asked.
//
// Its containers' processes are scripted by argv[0]: how long they run, what
// they end with, which signals they hear.  Its files are one text per layer.
// Time is the scheduler's: ten seconds of `docker stop` cost nothing.

#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/scheduler.h"
#include "sim/base/sha256.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"

namespace drydock::engine {

/// What a program of the fake world does.
struct Script {
  std::optional<Nanoseconds> runs_for;  // Nothing: until it is killed.
  int exit_code = 0;
  std::map<int, int> exits_on;  // Signal -> exit code; others are ignored.
  std::optional<StartFault> fault;
  bool oom_killed = false;
  std::string output;
};

/// A registry of manifests and blobs, by "repository:reference" and digest.
class FakeRegistry final : public RegistryClient {
 public:
  std::map<std::string, Manifest> manifests;
  std::map<std::string, Bytes> blobs;
  std::vector<SearchHit> hits;
  std::optional<RegistryFault> broken;
  /// How long a blob takes on its way here; 0: no time.
  Nanoseconds slowness = 0;
  int under_way = 0, under_way_max = 0;  // Blobs, at one time.
  Executor* executor = nullptr;          // Of its backend.

  bool takes_time() const override { return slowness > 0; }

  Task<RegistryResult<Manifest>> manifest(std::string, std::string repository,
                                          std::string reference,
                                          RegistryAuth) override {
    if (broken) co_return *broken;
    const auto found = manifests.find(repository + ":" + reference);
    if (found == manifests.end()) co_return missing("manifest unknown");
    co_return found->second;
  }

  Task<RegistryResult<List>> tags(std::string, std::string repository,
                                  RegistryAuth) override {
    if (broken) co_return *broken;
    List tags;
    for (const auto& [name, manifest] : manifests) {
      const std::size_t colon = name.find(':');
      if (name.substr(0, colon) != repository) continue;
      tags.push_back(name.substr(colon + 1));
    }
    if (tags.empty()) co_return missing("repository not known");
    co_return tags;
  }

  Task<RegistryResult<std::unique_ptr<ByteSource>>> blob(
      std::string, std::string, std::string digest, RegistryAuth) override {
    if (broken) co_return *broken;
    const auto found = blobs.find(digest);
    if (found == blobs.end()) co_return missing("blob unknown");
    std::unique_ptr<ByteSource> source =
        std::make_unique<StringSource>(found->second);
    co_return source;
  }

  Task<RegistryResult<bool>> has_blob(std::string, std::string,
                                      std::string digest,
                                      RegistryAuth) override {
    co_return blobs.contains(digest);
  }

  Task<RegistryResult<std::string>> put_blob(std::string, std::string,
                                             ByteSource& tar,
                                             RegistryAuth) override {
    if (broken) co_return *broken;
    under_way_max = std::max(under_way_max, ++under_way);
    const Result<Bytes> bytes = co_await read_all(tar, 1 << 20);
    const std::string digest = "sha256:" + sha256_hex(*bytes);
    if (slowness > 0) {
      const Time later = executor->now() + slowness;
      co_await sleep_until(*executor, later);
    }
    --under_way;
    blobs[digest] = *bytes;
    co_return digest;
  }

  Task<RegistryResult<StoredManifest>> put_manifest(std::string,
                                                    std::string repository,
                                                    std::string tag,
                                                    Manifest manifest,
                                                    RegistryAuth) override {
    manifest.digest = "sha256:" + sha256_hex(manifest.config);
    manifests[repository + ":" + tag] = manifest;
    StoredManifest stored;
    stored.digest = manifest.digest;
    stored.size = static_cast<std::int64_t>(manifest.config.size());
    co_return stored;
  }

  Task<RegistryResult<std::vector<SearchHit>>> search(std::string) override {
    co_return hits;
  }

  Task<RegistryResult<std::string>> login(std::string, RegistryAuth) override {
    co_return std::string("Login Succeeded");
  }

 private:
  static RegistryFault missing(std::string text) {
    return {RegistryFault::Kind::not_found, std::move(text), ""};
  }
};

class FakeBackend : public Backend {
 public:
  /// `port_last` ends the range of ports that nobody asked for by number.
  explicit FakeBackend(std::uint64_t seed = 1, std::uint16_t port_last = 61000)
      : ids_(seed), port_last_(port_last) {
    scripts["true"] = {0, 0, {}, {}, false, ""};
    scripts["false"] = {0, 1, {}, {}, false, ""};
    scripts["sleep"] = {std::nullopt, 0, {}, {}, false, ""};
    scripts["polite"] = {std::nullopt, 0, {{15, 0}, {2, 130}}, {}, false, ""};
    scripts["hog"] = {0, 137, {}, {}, true, ""};
    scripts["nosuchcmd"] = failing_script(
        StartFault::Kind::not_found,
        "exec: \"nosuchcmd\": executable file not found in $PATH");
    scripts["/no/such"] = failing_script(
        StartFault::Kind::not_found,
        "exec: \"/no/such\": stat /no/such: no such file or directory");
    scripts["/etc"] = failing_script(StartFault::Kind::not_executable,
                                     "exec: \"/etc\": permission denied");
    layers[""] = {};
  }

  // --- The script of the world
  // -------------------------------------------------
  std::map<std::string, Script> scripts;
  std::map<std::string, std::string> broken;  // Verb -> why it fails.
  std::vector<std::string> calls;             // "start", "signal 15", ...
  List usernames{"root", "app"};
  bool wants_records = false;
  std::vector<Record> records;
  FakeRegistry hub;

  struct Layer {
    LayerId parent;
    Bytes content;
  };
  std::map<LayerId, Layer> layers;
  struct Root {
    LayerId layer;
    Bytes written;  // What the container has written.
  };
  std::map<ContainerId, Root> roots;
  std::map<VolumeName, std::string> volumes;
  std::map<ContainerId, ContainerSpec> started;  // The last spec of each.

  struct Process {
    std::int64_t pid = 0;
    Script script;
    std::optional<Time> due;
    bool frozen = false, ended = false;
    int frozen_signal = 0;
    ExitStatus status;
    WaitQueue changed;
  };
  std::map<ContainerId, std::unique_ptr<Process>> processes;
  std::map<ExecId, std::unique_ptr<Process>> execs;

  Scheduler& scheduler() { return scheduler_; }

  // --- Backend
  // -----------------------------------------------------------------
  Executor& executor() override { return scheduler_; }
  IdSource& ids() override { return ids_; }
  RegistryClient& registry() override { return hub; }
  HostInfo host() override {
    HostInfo info;
    info.name = "dock";
    info.port_last = port_last_;
    info.storage_driver = "overlay";
    info.docker_root_dir = "/var/lib/docker";
    info.name_servers = {"127.0.0.1", "10.0.0.2"};
    return info;
  }

  bool keeps_records() const override { return wants_records; }
  Task<Outcome> persist(std::vector<Record> rows) override {
    for (Record& row : rows) records.push_back(std::move(row));
    co_return done();
  }

  Task<Result<LayerInfo>> import_layer(ByteSource& tar, LayerId id,
                                       LayerId parent) override {
    const Outcome fine = asked("import_layer");
    if (!fine) co_return fine.error();
    const Result<Bytes> bytes = co_await read_all(tar, 1 << 20);
    if (!bytes) co_return bytes.error();
    if (bytes->starts_with("garbage")) co_return Error{"no tar header"};
    layers[id] = {parent, *bytes};
    co_return info_of(id);
  }
  Task<Outcome> export_layer(LayerId id, ByteSink& tar) override {
    const Outcome written = co_await tar.write(layers.at(id).content);
    co_return written;
  }
  Task<Outcome> remove_layer(LayerId id) override {
    layers.erase(id);
    co_return asked("remove_layer");
  }
  Task<Outcome> create_rootfs(ContainerId id, LayerId image) override {
    const Outcome fine = asked("create_rootfs");
    if (fine) roots[id] = {image, {}};
    co_return fine;
  }
  Task<Outcome> remove_rootfs(ContainerId id) override {
    const Outcome fine = asked("remove_rootfs");
    if (fine) roots.erase(id);
    if (fine) processes.erase(id);
    co_return fine;
  }
  Task<Result<LayerInfo>> commit_rootfs(ContainerId id, LayerId into) override {
    const Outcome fine = asked("commit_rootfs");
    if (!fine) co_return fine.error();
    const Root& root = roots.at(id);
    layers[into] = {root.layer, root.written};
    co_return info_of(into);
  }
  Task<Outcome> export_rootfs(ContainerId id, ByteSink& tar) override {
    const Outcome written = co_await tar.write(roots.at(id).written);
    co_return written;
  }
  Task<Result<std::vector<PathChange>>> changes(ContainerId id) override {
    std::vector<PathChange> all;
    if (!roots.at(id).written.empty()) all.push_back({'A', "/written"});
    co_return all;
  }
  Task<Result<std::int64_t>> rootfs_size(ContainerId id) override {
    co_return static_cast<std::int64_t>(roots.at(id).written.size());
  }

  Task<Result<PathStat, PathError>> stat_path(ContainerId,
                                              std::string path) override {
    co_return PathError{PathFault::not_found, path};
  }
  Task<Result<std::monostate, PathError>> copy_out(ContainerId, std::string,
                                                   ByteSink&) override {
    co_return std::monostate{};
  }
  Task<Result<std::monostate, PathError>> copy_in(ContainerId, std::string,
                                                  ByteSource&) override {
    co_return std::monostate{};
  }

  Task<Result<Started, StartFault>> start(ContainerSpec& spec) override {
    const Outcome fine = asked("start");
    if (!fine) {
      co_return StartFault{StartFault::Kind::other, fine.error().text};
    }
    if (const auto fault = fault_of(spec.process)) co_return *fault;
    auto process = make_process(spec.process);
    const Started answer{process->pid};
    processes[spec.id] = std::move(process);
    const ContainerId id = spec.id;
    started[id] = std::move(spec);
    co_return answer;
  }
  Task<ExitStatus> wait(ContainerId id) override {
    Process& process = *processes.at(id);
    const ExitStatus status = co_await end_of(process);
    co_return status;
  }
  Task<Outcome> signal(ContainerId id, int number) override {
    const Outcome fine = asked("signal " + std::to_string(number));
    if (fine) hear(*processes.at(id), number);
    co_return fine;
  }
  Task<Outcome> freeze(ContainerId id) override {
    const Outcome fine = asked("freeze");
    if (fine) processes.at(id)->frozen = true;
    co_return fine;
  }
  Task<Outcome> thaw(ContainerId id) override {
    Process& process = *processes.at(id);
    process.frozen = false;
    hear(process, std::exchange(process.frozen_signal, 0));
    co_return asked("thaw");
  }
  Task<Outcome> update_limits(ContainerId, Limits) override {
    co_return asked("update_limits");
  }
  Task<Result<Started, StartFault>> exec(ContainerId, ExecId exec,
                                         ProcessSpec process, bool) override {
    if (const auto fault = fault_of(process)) co_return *fault;
    auto made = make_process(process);
    const Started answer{made->pid};
    execs[exec] = std::move(made);
    co_return answer;
  }
  Task<ExitStatus> wait_exec(ContainerId, ExecId exec) override {
    Process& process = *execs.at(exec);
    const ExitStatus status = co_await end_of(process);
    co_return status;
  }

  std::unique_ptr<Attachment> attach(ContainerId, ExecId, AttachSpec) override {
    return std::make_unique<NoStreams>();
  }
  Task<Outcome> resize(ContainerId, ExecId, int, int) override {
    co_return done();
  }
  std::unique_ptr<LogReader> logs(ContainerId id, LogSpec) override {
    const auto process = processes.find(id);
    return std::make_unique<OneLog>(
        process == processes.end() ? "" : process->second->script.output);
  }
  Task<Result<List>> top(ContainerId, List) override {
    co_return List{"UID PID CMD", "root 7 sleep 1 2"};
  }
  Task<Result<Usage>> usage(ContainerId) override { co_return Usage{}; }

  Task<Result<std::string>> create_volume(VolumeName name) override {
    volumes[name] = "";
    co_return "/var/lib/docker/volumes/" + name + "/_data";
  }
  Task<Outcome> remove_volume(VolumeName name) override {
    volumes.erase(name);
    co_return asked("remove_volume");
  }
  Task<Outcome> copy_up(ContainerId, std::string path,
                        VolumeName into) override {
    volumes[into] = "image's " + path;
    co_return done();
  }
  Task<Outcome> make_host_directory(std::string path) override {
    host_paths.insert(path);
    co_return done();
  }
  Task<bool> has_host_path(std::string path) override {
    co_return host_paths.contains(path);
  }
  Task<Result<std::int64_t>> volume_size(VolumeName) override {
    co_return std::int64_t{8};
  }
  Task<Outcome> create_bridge(NetworkSpec bridge) override {
    bridges.insert(bridge.bridge);
    co_return done();
  }
  Task<Outcome> remove_bridge(std::string name) override {
    bridges.erase(name);
    co_return done();
  }
  Task<Outcome> join_network(ContainerId, NetworkSpec) override {
    co_return done();
  }
  Task<Outcome> leave_network(ContainerId, std::string) override {
    co_return done();
  }

  std::set<std::string> host_paths, bridges;
  Task<Outcome> rewrite_file(ContainerId id, std::string path,
                             std::string content) override {
    started.at(id).files[path] = content;
    co_return done();
  }

 private:
  class NoStreams final : public Attachment {
   public:
    ByteSink& in() override { return sink_; }
    Task<Result<Chunk>> next() override { co_return Chunk{}; }

   private:
    StringSink sink_;
  };
  class OneLog final : public LogReader {
   public:
    explicit OneLog(std::string text) : text_(std::move(text)) {}
    Task<Result<std::optional<LogEntry>>> next() override {
      std::optional<LogEntry> entry;
      if (!text_.empty()) {
        entry = LogEntry{{}, Stream::out, std::exchange(text_, "")};
      }
      co_return entry;
    }

   private:
    std::string text_;
  };

  static Script failing_script(StartFault::Kind kind, std::string text) {
    Script script;
    script.fault = StartFault{kind, std::move(text)};
    return script;
  }

  Outcome asked(const std::string& verb) {
    calls.push_back(verb);
    const auto fault = broken.find(verb);
    if (fault == broken.end()) return done();
    return Error{fault->second};
  }

  LayerInfo info_of(const LayerId& id) const {
    const Bytes& content = layers.at(id).content;
    return {
        id, static_cast<std::int64_t>(content.size()),
        "sha256:" + sha256_hex(content.empty() ? Bytes(1024, '\0') : content)};
  }

  std::optional<StartFault> fault_of(const ProcessSpec& process) {
    if (process.user == "nobodyhere") {
      return StartFault{StartFault::Kind::no_user,
                        "unable to find user nobodyhere: no matching entries "
                        "in passwd file"};
    }
    return scripts[process.argv.front()].fault;
  }

  std::unique_ptr<Process> make_process(const ProcessSpec& spec) {
    auto process = std::make_unique<Process>();
    process->pid = next_pid_++;
    process->script = scripts[spec.argv.front()];
    if (process->script.runs_for) {
      process->due = scheduler_.now() + *process->script.runs_for;
    }
    return process;
  }

  Task<ExitStatus> end_of(Process& process) {
    while (!process.ended) {
      const bool counts = process.due && !process.frozen;
      if (counts && scheduler_.now() >= *process.due) {
        process.ended = true;
        process.status = {process.script.exit_code, process.script.oom_killed};
      } else if (counts) {
        co_await process.changed.wait_until(*process.due);
      } else {
        co_await process.changed.wait();
      }
    }
    const ExitStatus status = process.status;
    co_return status;
  }

  static void hear(Process& process, int number) {
    constexpr int kKill = 9;
    if (process.ended || number == 0) {
      process.changed.notify_all();
      return;
    }
    if (process.frozen && number != kKill) {
      process.frozen_signal = number;
      return;
    }
    const auto end = process.script.exits_on.find(number);
    const bool dies = number == kKill || end != process.script.exits_on.end();
    if (!dies) return;
    process.ended = true;
    process.status = {number == kKill ? 128 + kKill : end->second, false};
    process.changed.notify_all();
  }

  Scheduler scheduler_;
  SeededIds ids_;
  std::uint16_t port_last_;
  std::int64_t next_pid_ = 100;
};

}  // namespace drydock::engine
