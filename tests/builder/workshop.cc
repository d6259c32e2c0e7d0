// workshop.cc — files in, files out, and a few words in between.

#include "tests/builder/workshop.h"

#include "sim/base/text.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::test {
namespace {

engine::RegistryFault unreachable() {
  return {engine::RegistryFault::Kind::not_found, "image not found", ""};
}

vfs::MountTable mounts_of(vfs::FileSystemRef files) {
  vfs::Mount mount;
  mount.root = files->root();
  mount.file_system = std::move(files);
  return vfs::MountTable(std::move(mount));
}

SysResult<vfs::InodeRef> walk(vfs::FileSystemRef files, std::string path,
                              vfs::Last last = vfs::Last::follow) {
  const vfs::MountTable mounts = mounts_of(std::move(files));
  const vfs::View view{&mounts, mounts.root(), mounts.root(), {}};
  const auto place = vfs::resolve(view, path, last);
  if (!place) return place.error();
  return place->inode;
}

PathError path_error(Errno error) {
  const auto kind = error == Errno::enotdir ? engine::PathFault::not_directory
                                            : engine::PathFault::not_found;
  return {kind, std::string(text_of(error))};
}

Outcome not_here() { return Error{"the workshop does not do that"}; }

class Screen final : public engine::Attachment {
 public:
  Screen(Workshop::Container& container, Executor& executor)
      : container_(container), executor_(executor) {}
  ByteSink& in() override { return sink_; }
  Task<Result<engine::Chunk>> next() override {
    if (container_.shown == container_.output.size()) {
      co_return engine::Chunk();
    }
    co_return container_.output[container_.shown++];
  }

 private:
  Workshop::Container& container_;
  [[maybe_unused]] Executor& executor_;
  StringSink sink_;
};

class NoLogs final : public engine::LogReader {
 public:
  Task<Result<std::optional<engine::LogEntry>>> next() override {
    co_return std::optional<engine::LogEntry>();
  }
};

}  // namespace

// --- The Hub that is not there ---------------------------------------------

NoHub::Answer<engine::Manifest> NoHub::manifest(Text, Text, Text,
                                                engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<List> NoHub::tags(Text, Text, engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<std::unique_ptr<ByteSource>> NoHub::blob(Text, Text, Text,
                                                       engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<bool> NoHub::has_blob(Text, Text, Text, engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<NoHub::Text> NoHub::put_blob(Text, Text, ByteSource&,
                                           engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<engine::StoredManifest> NoHub::put_manifest(
    Text, Text, Text, engine::Manifest, engine::RegistryAuth) {
  co_return unreachable();
}
NoHub::Answer<std::vector<engine::SearchHit>> NoHub::search(Text) {
  co_return unreachable();
}
NoHub::Answer<NoHub::Text> NoHub::login(Text, engine::RegistryAuth) {
  co_return unreachable();
}

// --- Layers and files -------------------------------------------------------

engine::HostInfo Workshop::host() {
  engine::HostInfo host;
  host.storage_driver = "overlay2";
  host.root_dir = host.docker_root_dir = "/var/lib/docker";
  return host;
}

Task<Outcome> Workshop::persist(std::vector<engine::Record>) {
  co_return done();
}

engine::LayerInfo Workshop::add_layer(const LayerId& id, vfs::LayerRef layer) {
  engine::LayerInfo info;
  info.id = id;
  info.size = layer->size();
  info.diff_id = "sha256:" + id;
  layers_[id] = std::move(layer);
  return info;
}

Task<Result<engine::LayerInfo>> Workshop::import_layer(ByteSource& tar,
                                                       LayerId id,
                                                       LayerId parent) {
  const vfs::LayerRef below = parent.empty() ? nullptr : layers_.at(parent);
  const Result<vfs::LayerRef> layer =
      co_await vfs::read_layer(tar, below, scheduler_);
  if (!layer) co_return layer.error();
  co_return add_layer(id, *layer);
}

Task<Outcome> Workshop::export_layer(LayerId id, ByteSink& tar) {
  const Outcome written = co_await vfs::write_layer(layers_.at(id), tar);
  co_return written;
}

Task<Outcome> Workshop::remove_layer(LayerId id) {
  layers_.erase(id);
  co_return done();
}

Task<Outcome> Workshop::create_rootfs(ContainerId id, LayerId image) {
  const vfs::LayerRef below = image.empty() ? nullptr : layers_.at(image);
  containers_[id].files = vfs::make_union_mount(below, scheduler_);
  co_return done();
}

Task<Outcome> Workshop::remove_rootfs(ContainerId id) {
  containers_.erase(id);
  co_return done();
}

Task<Result<engine::LayerInfo>> Workshop::commit_rootfs(ContainerId id,
                                                        LayerId into) {
  co_return add_layer(into, containers_.at(id).files->commit({}));
}

Task<Outcome> Workshop::export_rootfs(ContainerId, ByteSink&) {
  co_return not_here();
}

Task<Result<std::vector<engine::PathChange>>> Workshop::changes(
    ContainerId id) {
  std::vector<engine::PathChange> all;
  for (const vfs::Change& change : containers_.at(id).files->changes()) {
    all.push_back({static_cast<char>(change.kind), change.path});
  }
  co_return all;
}

Task<Result<std::int64_t>> Workshop::rootfs_size(ContainerId id) {
  co_return containers_.at(id).files->size();
}

Task<Result<engine::PathStat, PathError>> Workshop::stat_path(
    ContainerId id, std::string path) {
  const auto inode = walk(containers_.at(id).files, path, vfs::Last::keep);
  if (!inode) co_return path_error(inode.error());
  const vfs::Attributes about = (*inode)->attributes();
  engine::PathStat stat;
  stat.name = vfs::base_name(path);
  stat.size = about.size;
  stat.mode = about.mode;
  stat.directory = about.type == vfs::FileType::directory;
  stat.symlink = about.type == vfs::FileType::symlink;
  stat.regular = about.type == vfs::FileType::regular;
  if (stat.symlink) stat.link_target = *(*inode)->readlink();
  co_return stat;
}

Task<Result<std::monostate, PathError>> Workshop::copy_out(ContainerId id,
                                                           std::string path,
                                                           ByteSink& tar) {
  const auto inode = walk(containers_.at(id).files, path, vfs::Last::keep);
  if (!inode) co_return path_error(inode.error());
  vfs::TarOptions options;
  options.prefix = path == "/" ? "" : vfs::base_name(path);
  if ((*inode)->attributes().type == vfs::FileType::directory) {
    if (path != "/") options.prefix += "/";
    options.with_root = path != "/";
  }
  const Outcome written =
      co_await vfs::write_tree(*inode, std::move(options), tar);
  if (!written) {
    co_return PathError{engine::PathFault::other, written.error().text};
  }
  co_return std::monostate();
}

Task<Result<std::monostate, PathError>> Workshop::copy_in(ContainerId id,
                                                          std::string directory,
                                                          ByteSource& tar) {
  const auto inode = walk(containers_.at(id).files, directory);
  if (!inode) co_return path_error(inode.error());
  const vfs::ExtractOptions options;
  const Outcome extracted = co_await vfs::extract(tar, *inode, options);
  if (!extracted) {
    co_return PathError{engine::PathFault::other, extracted.error().text};
  }
  co_return std::monostate();
}

SysResult<vfs::InodeRef> Workshop::in_layer(const LayerId& id,
                                            std::string path) {
  return walk(layers_.at(id)->merged(), std::move(path), vfs::Last::keep);
}

// --- Running
// ------------------------------------------------------------------

namespace {

/// One container's words, one statement after the other.
class Words {
 public:
  Words(Workshop::Container& container, const engine::ContainerSpec& spec)
      : container_(container), spec_(spec) {}

  int run(const std::string& script) {
    for (const std::string& part : split(replace_all(script, "&&", ";"), ';')) {
      const int code = statement(std::string(trim(part)));
      if (code != 0) return code;
    }
    return 0;
  }

  void say(engine::Stream stream, std::string text) {
    container_.output.push_back({stream, std::move(text)});
  }

 private:
  int statement(std::string text) {
    const std::size_t arrow = text.find(" > ");
    std::string file;
    if (arrow != std::string::npos) {
      file = text.substr(arrow + 3);
      text.resize(arrow);
    }
    const std::size_t blank = text.find(' ');
    const std::string word = text.substr(0, blank);
    const std::string rest =
        blank == std::string::npos ? "" : text.substr(blank + 1);
    vfs::Inode& root = *container_.files->root();
    if (word == "echo" && !file.empty()) {
      return vfs::write_file(root, file, rest + "\n") ? 0 : 1;
    }
    if (word == "echo") say(engine::Stream::out, rest + "\n");
    if (word == "err") say(engine::Stream::err, rest + "\n");
    if (word == "pwd") say(engine::Stream::out, spec_.process.cwd + "\n");
    if (word == "id") say(engine::Stream::out, spec_.process.user + "\n");
    if (word == "env") {
      say(engine::Stream::out, join(spec_.process.env, "\n") + "\n");
    }
    if (word == "mkdir") return vfs::make_directories(root, rest) ? 0 : 1;
    if (word == "cat") return cat(rest);
    if (word == "ls") return list(rest);
    if (word == "false") return 1;
    if (word == "exit") return static_cast<int>(parse_int(rest).value_or(1));
    return 0;
  }

  int cat(const std::string& path) {
    const auto inode = walk(container_.files, path);
    if (!inode) return 1;
    const auto bytes = (*inode)->read(0, 1 << 20);
    if (!bytes) return 1;
    say(engine::Stream::out, *bytes);
    return 0;
  }

  int list(const std::string& path) {
    const auto inode = walk(container_.files, path);
    if (!inode) return 1;
    const auto entries = (*inode)->entries();
    if (!entries) return 1;
    for (const vfs::DirectoryEntry& entry : *entries) {
      say(engine::Stream::out, entry.name + "\n");
    }
    return 0;
  }

  Workshop::Container& container_;
  const engine::ContainerSpec& spec_;
};

}  // namespace

Task<Result<engine::Started, engine::StartFault>> Workshop::start(
    engine::ContainerSpec& spec) {
  Container& container = containers_.at(spec.id);
  const List& argv = spec.process.argv;
  if (argv[0] == "nosuchcmd") {
    co_return engine::StartFault{
        engine::StartFault::Kind::not_found,
        "exec: \"nosuchcmd\": executable file not found in $PATH"};
  }
  container.output.clear();
  container.shown = 0;
  Words words(container, spec);
  const bool shell = argv.size() > 2 && argv[1].ends_with("c");
  container.code = words.run(shell ? argv[2] : join(argv, " "));
  co_return engine::Started{100};
}

Task<engine::ExitStatus> Workshop::wait(ContainerId id) {
  co_return engine::ExitStatus{containers_.at(id).code, false};
}

std::unique_ptr<engine::Attachment> Workshop::attach(ContainerId id, ExecId,
                                                     engine::AttachSpec) {
  return std::make_unique<Screen>(containers_.at(id), scheduler_);
}

std::unique_ptr<engine::LogReader> Workshop::logs(ContainerId,
                                                  engine::LogSpec) {
  return std::make_unique<NoLogs>();
}

// --- What building does not need
// ----------------------------------------------

Task<Outcome> Workshop::signal(ContainerId, int) { co_return done(); }
Task<Outcome> Workshop::freeze(ContainerId) { co_return not_here(); }
Task<Outcome> Workshop::thaw(ContainerId) { co_return not_here(); }
Task<Outcome> Workshop::update_limits(ContainerId, engine::Limits) {
  co_return not_here();
}
Task<Result<engine::Started, engine::StartFault>> Workshop::exec(
    ContainerId, ExecId, engine::ProcessSpec, bool) {
  co_return engine::StartFault{};
}
Task<engine::ExitStatus> Workshop::wait_exec(ContainerId, ExecId) {
  co_return engine::ExitStatus{};
}
Task<Outcome> Workshop::resize(ContainerId, ExecId, int, int) {
  co_return not_here();
}
Task<Result<List>> Workshop::top(ContainerId, List) { co_return List{}; }
Task<Result<engine::Usage>> Workshop::usage(ContainerId) {
  co_return engine::Usage{};
}
Task<Result<std::string>> Workshop::create_volume(VolumeName name) {
  co_return "/var/lib/docker/volumes/" + name + "/_data";
}
Task<Outcome> Workshop::remove_volume(VolumeName) { co_return done(); }
Task<Outcome> Workshop::copy_up(ContainerId, std::string, VolumeName) {
  co_return done();
}
Task<Outcome> Workshop::make_host_directory(std::string) { co_return done(); }
Task<Outcome> Workshop::rewrite_file(ContainerId, std::string, std::string) {
  co_return done();
}

}  // namespace drydock::test
