// info.cc — `docker info`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/credentials.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kInfoFlags[] = {
    {'f', "format", "string", Kind::text, "", k20, "Print by this Go template"},
};
// clang-format on

std::string text18(const engine::InfoReport& info, const Profile& profile,
                   const std::string& user) {
  const engine::HostInfo& host = info.host;
  std::string text =
      fmt::format("Containers: {}\nImages: {}\nStorage Driver: {}\n",
                  info.containers, info.images, host.storage_driver);
  // Only one of the drivers has directories to speak of.
  const bool aufs = host.storage_driver == "aufs";
  if (aufs) text += fmt::format(" Root Dir: {}\n", host.root_dir);
  text += fmt::format(" Backing Filesystem: {}\n", host.backing_file_system);
  if (aufs) {
    text += fmt::format(" Dirs: {}\n Dirperm1 Supported: true\n",
                        info.images + 2 * info.containers);
  }
  text += fmt::format(
      "Execution Driver: {}\nLogging Driver: {}\nKernel Version: {}\n"
      "Operating System: {}\nCPUs: {}\nTotal Memory: {}\nName: {}\nID: {}\n",
      info.execution_driver, info.logging_driver, host.kernel_version,
      host.operating_system, host.cpus,
      binary_size(static_cast<double>(host.memory),
                  profile.formats.memory_blank),
      host.name, info.id);
  if (!user.empty()) {
    text += fmt::format("Username: {}\nRegistry: {}\n", user, kIndexServer);
  }
  return text;
}

std::string text20(const engine::InfoReport& info, const Profile& profile,
                   const std::string& user) {
  const engine::HostInfo& host = info.host;
  std::string text =
      "Client:\n Context:    default\n Debug Mode: false\n\nServer:\n";
  text += fmt::format(
      " Containers: {}\n  Running: {}\n  Paused: {}\n  Stopped: {}\n"
      " Images: {}\n Server Version: {}\n Storage Driver: {}\n"
      "  Backing Filesystem: {}\n  Supports d_type: true\n"
      "  Native Overlay Diff: true\n  userxattr: false\n"
      " Logging Driver: {}\n Cgroup Driver: {}\n Cgroup Version: {}\n",
      info.containers, info.running, info.paused, info.stopped, info.images,
      profile.rules->facts.version, host.storage_driver,
      host.backing_file_system, info.logging_driver, host.cgroup_driver,
      host.cgroup_version);
  text +=
      " Plugins:\n  Volume: local\n"
      "  Network: bridge host ipvlan macvlan null overlay\n"
      "  Log: awslogs fluentd gcplogs gelf journald json-file local "
      "logentries splunk syslog\n"
      " Swarm: inactive\n"
      " Runtimes: runc io.containerd.runc.v2 "
      "io.containerd.runtime.v1.linux\n"
      " Default Runtime: runc\n Init Binary: docker-init\n"
      " containerd version: 1.6.20~ds1-1+deb12u3\n"
      " runc version: 1.1.5+ds1-1+deb12u1\n init version: \n"
      " Security Options:\n";
  for (const std::string& option : host.security_options) {
    text += fmt::format("  {}\n", option);
  }
  text += fmt::format(
      " Kernel Version: {}\n Operating System: {}\n OSType: linux\n"
      " Architecture: {}\n CPUs: {}\n Total Memory: {}\n Name: {}\n ID: {}\n"
      " Docker Root Dir: {}\n Debug Mode: false\n{}"
      " Registry: https://index.docker.io/v1/\n Labels:\n"
      " Experimental: false\n Insecure Registries:\n  localhost:5000\n"
      "  127.0.0.0/8\n Live Restore Enabled: false\n\n",
      host.kernel_version, host.operating_system, host.architecture, host.cpus,
      binary_size(static_cast<double>(host.memory),
                  profile.formats.memory_blank),
      host.name, info.id, host.docker_root_dir,
      user.empty() ? "" : fmt::format(" Username: {}\n", user));
  return text;
}

Value info_value(const engine::InfoReport& info, const Profile& profile) {
  const engine::HostInfo& host = info.host;
  std::vector<Field> fields;
  const auto add = [&](std::string_view name, Value value) {
    Field field;
    field.name = name;
    field.value = std::move(value);
    fields.push_back(std::move(field));
  };
  add("ID", Value(info.id));
  add("Containers", Value(info.containers));
  add("ContainersRunning", Value(info.running));
  add("ContainersPaused", Value(info.paused));
  add("ContainersStopped", Value(info.stopped));
  add("Images", Value(info.images));
  add("Driver", Value(host.storage_driver));
  add("LoggingDriver", Value(info.logging_driver));
  add("CgroupDriver", Value(host.cgroup_driver));
  add("CgroupVersion", Value(host.cgroup_version));
  add("KernelVersion", Value(host.kernel_version));
  add("OperatingSystem", Value(host.operating_system));
  add("OSType", Value("linux"));
  add("Architecture", Value(host.architecture));
  add("NCPU", Value(host.cpus));
  add("MemTotal", Value(host.memory));
  add("Name", Value(host.name));
  add("DockerRootDir", Value(host.docker_root_dir));
  add("ServerVersion", Value(profile.rules->facts.version));
  return Value::structure("types.Info", std::move(fields));
}

Task<int> info(Call call) {
  Client& client = call.at();
  const Profile& profile = client.profile;
  const engine::InfoReport report = client.engine.info();
  const std::string format = call.flags.text("format");
  if (format.empty()) {
    const Credentials credentials = co_await load_credentials(client);
    const std::string user = credentials.of(std::string(kIndexServer)).user;
    const std::string text = profile.modern ? text20(report, profile, user)
                                            : text18(report, profile, user);
    co_return co_await end_saying(client, text);
  }
  const Result<Template> parsed = Template::parse(format);
  if (!parsed) {
    co_return co_await end_complaining(
        client,
        std::string(profile.formats.template_error) + parsed.error().text, 64);
  }
  const Value value = info_value(report, profile);
  const Result<std::string> text = parsed->execute(value, {});
  if (!text) {
    co_return co_await end_complaining(client, text.error().text);
  }
  co_return co_await end_saying(client, *text + "\n");
}

}  // namespace

const Command kInfo = {.synopsis = "",
                       .synopsis18 = {},
                       .brief = "Display system-wide information",
                       .operands_min = 0,
                       .operands_max = 0,
                       .flags = kInfoFlags,
                       .run = info};

}  // namespace drydock::cli
