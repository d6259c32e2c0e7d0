// lab.cc — furnishing the host that the recording was made on.

#include "tests/conformance/lab.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/catalog/catalog.h"
#include "sim/catalog/manifest.h"
#include "sim/kernel/program.h"
#include "sim/machine/container_files.h"
#include "sim/machine/script.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"
#include "tests/conformance/session.h"

namespace drydock::conformance {

namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void require(const Outcome& outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().text);
}

Bytes busybox_rootfs() {
  const std::string text = content_of(std::string(DRYDOCK_SOURCE_DIR) +
                                      "/tests/conformance/host/busybox.rootfs");
  const auto none = [](std::string_view) {
    return std::optional<std::string_view>();
  };
  const Result<catalog::Manifest> manifest =
      catalog::parse_manifest(text, none);
  if (!manifest) throw std::runtime_error(manifest.error().text);
  return catalog::tar_of(*manifest);
}

/// The recording's debian was made by debootstrap; ours is the catalogue's.
Bytes debian_rootfs() {
  const Result<catalog::ImageSource> source =
      catalog::image_source("debian/jessie");
  if (!source) throw std::runtime_error(source.error().text);
  return source->context_tar;
}

Task<void> extract(Bytes tar, vfs::InodeRef into) {
  StringSource source(std::move(tar));
  const vfs::ExtractOptions options;
  const Outcome extracted = co_await vfs::extract(source, into, options);
  if (!extracted) throw std::runtime_error(extracted.error().text);
}

void unpack(machine::Machine& machine, Bytes tar, const std::string& folder) {
  const auto into = vfs::make_directories(*machine.host_root(), folder, 0755);
  if (!into) throw std::runtime_error(folder);
  machine.scheduler().spawn(extract(std::move(tar), *into));
  (void)machine.scheduler().run_ready();
}

}  // namespace

Lab::Lab() {
  machine::MachineOptions options;
  options.profile = cli::find_profile("docker-20.10");
  options.online = false;
  machine_ = std::make_unique<machine::Machine>(options);
  const Bytes busybox = busybox_rootfs();
  require(machine_->write_file("/images/busybox-rootfs.tar", busybox, 0644));
  require(machine_->write_file("/lab/.keep", "", 0644));
  require(machine_->write_file("/images/bb/.keep", "", 0644));
  unpack(*machine_, busybox, "/images/bb");
  unpack(*machine_, debian_rootfs(), "/images");
  run("rm /lab/.keep /images/bb/.keep; cd /images && "
      "mv rootfs.tar debian-rootfs.tar && rm -f Dockerfile");
}

Outputs Lab::run(const std::string& command) {
  (void)machine_->scheduler().run_for(kSecond);  // Nobody types faster.
  Outputs outputs;
  machine::ScriptStreams streams;
  streams.out = [&outputs](std::string_view bytes) { outputs.out += bytes; };
  streams.err = [&outputs](std::string_view bytes) { outputs.err += bytes; };
  List environment = {"TZ=UTC", "LC_ALL=C.UTF-8", "COLUMNS=200",
                      "DOCKER_BUILDKIT=0"};
  const machine::ScriptResult result = machine::run_script(
      *machine_, {"bash", "-c", command}, "/lab", streams, environment);
  outputs.status = result.status;
  if (!result.trouble.empty()) outputs.err += result.trouble + "\n";
  return outputs;
}

void Lab::open_registry() {
  constexpr std::string_view kConfig =
      "version: 0.1\n"
      "log:\n  fields:\n    service: registry\n"
      "storage:\n  cache:\n    blobdescriptor: inmemory\n"
      "  filesystem:\n    rootdirectory: /var/lib/docker-registry\n"
      "  delete:\n    enabled: true\n"
      "http:\n  addr: :5000\n";
  require(
      machine_->write_file("/etc/docker/registry/config.yml", kConfig, 0644));
  require(machine_->write_file(
      "/usr/bin/docker-registry",
      kernel::executable_content("distribution/registry"), 0755));
  machine::HostCommand server;
  server.argv = {"/usr/bin/docker-registry", "serve",
                 "/etc/docker/registry/config.yml"};
  server.fds = {machine::null_file(), machine::null_file(),
                machine::null_file()};
  if (!machine_->spawn(std::move(server))) throw std::runtime_error("registry");
  run(kPushedBefore);
}

}  // namespace drydock::conformance
