// run_options.cc — the flags of run and create, read.

#include "sim/cli/run_options.h"
#include "sim/cli/filters.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "sim/cli/run_limits.h"
#include "sim/cli/run_mounts.h"
#include "sim/cli/run_topics.h"
#include "sim/engine/ports.h"

namespace drydock::cli {

namespace {

using engine::CreateRequest;

constexpr std::size_t kLineMax = 65535;  // What Go's bufio.Scanner takes.

/// Lines of an env-file or label-file: "K=V", "K", "# remark".
Task<Result<List>> read_lines(Call& call, std::string path) {
  const SysResult<Bytes> bytes = co_await call.at().console.read_file(path);
  if (!bytes) co_return Error{path_error("open", path, bytes.error())};
  List lines;
  for (std::string& line : split(*bytes, '\n')) {
    if (line.size() > kLineMax)
      co_return Error{"bufio.Scanner: token too long"};
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string::npos || line[start] == '#') continue;
    line.erase(0, start);
    if (line.ends_with('\r')) line.pop_back();
    const std::string_view key =
        std::string_view(line).substr(0, line.find('='));
    if (key.find_first_of(" \t") != std::string_view::npos) {
      co_return Error{
          call.at().profile.modern
              ? fmt::format("poorly formatted environment: variable '{}' "
                            "contains whitespaces",
                            key)
              : fmt::format("poorly formatted environment: variable '{}' is "
                            "not a valid environment variable",
                            key)};
    }
    lines.push_back(std::move(line));
  }
  co_return lines;
}

/// "K" takes the client's own value.  Where it has none, 1.8 keeps the bare
/// name, which removes the variable; today nothing is said of it.
void add_variable(const Call& call, const std::string& entry, List& into) {
  if (entry.find('=') != std::string::npos) {
    into.push_back(entry);
    return;
  }
  const std::optional<std::string> value = call.at().console.getenv(entry);
  if (value) {
    into.push_back(entry + "=" + *value);
  } else {
    into.push_back(entry);
  }
}

Outcome read_names(const Flags& flags, engine::HostConfig& host) {
  for (const std::string& entry : flags.list("add-host")) {
    const List parts = split(entry, ':');
    if (parts.size() < 2 || parts[0].empty()) {
      return Error{fmt::format("bad format for add-host: {}", go_quote(entry))};
    }
    const std::string address = entry.substr(parts[0].size() + 1);
    if (!is_address(address) && address != "host-gateway") {
      return Error{
          fmt::format("invalid IP address in add-host: {}", go_quote(address))};
    }
    host.extra_hosts.push_back(entry);
  }
  for (const std::string& server : flags.list("dns")) {
    if (!is_address(server)) {
      return Error{fmt::format("{} is not an ip address", server)};
    }
    host.dns.push_back(server);
  }
  host.dns_search = flags.list("dns-search");
  host.dns_options = flags.list("dns-option");
  for (const std::string& link : flags.list("link")) {
    if (link.empty()) return Error{"empty string specified for links"};
    if (split(link, ':').size() > 2) {
      return Error{fmt::format("bad format for links: {}", link)};
    }
    host.links.push_back(link);
  }
  return done();
}

/// --ip and --network-alias, as wishes of a place in that network.
Outcome read_endpoint(const Call& call, const std::string& network,
                      engine::CreateRequest& request) {
  const Flags& flags = call.flags;
  engine::EndpointWish wish;
  wish.address = flags.text("ip");
  wish.aliases = flags.list("network-alias");
  if (!wish.address.empty() && !is_address(wish.address)) {
    return Error{fmt::format("invalid IPv4 address: {}", wish.address)};
  }
  const bool own = network != "default" && network != "bridge" &&
                   network != "none" && network != "host" &&
                   !network.starts_with(engine::kContainerMode);
  const bool given = !wish.address.empty() || !wish.aliases.empty();
  if (!own && !given) return done();
  if (!own) {
    const bool address = !wish.address.empty();
    return Error{fmt::format(
        "Error response from daemon: {} supported {} user defined networks{}",
        address ? "user specified IP address is" : "network-scoped alias is",
        address ? "on" : "only for containers in", address ? " only" : "")};
  }
  if (!request.host->links.empty()) {
    return Error{
        "drydock: --link in a network of one's own is not modelled: its "
        "members find one another by name"};
  }
  request.networks[network] = std::move(wish);
  return done();
}

Outcome read_network(const Call& call, RunOptions& options) {
  engine::HostConfig& host = options.request.host.own();
  const Flags& flags = call.flags;
  const bool modern = call.at().profile.modern;
  const std::string mode = flags.text("network", "default");
  host.network_mode = mode;
  const bool known = mode == "default" || mode == "bridge" || mode == "none" ||
                     mode == "host" || mode.starts_with(engine::kContainerMode);
  if (!modern && !known) {
    return Error{
        fmt::format("--net: invalid net mode: invalid --net: {}", mode)};
  }
  const bool shared = mode.starts_with(engine::kContainerMode);
  if (modern) {
    if ((shared || mode == "host" || mode == "none") && !host.links.empty()) {
      return Error{
          "conflicting options: links are only supported for user-defined "
          "networks"};
    }
    if (shared && flags.given("hostname")) {
      return Error{"conflicting options: hostname and the network mode"};
    }
    return read_endpoint(call, mode, options.request);
  }
  const auto conflict = [](std::string_view what) {
    return Error{fmt::format(
        "Conflicting options: {} and the network mode (--net)", what)};
  };
  if ((shared || mode == "host") && flags.given("hostname")) {
    return conflict("-h");
  }
  if ((shared || mode == "host") && !host.links.empty()) {
    return Error{
        fmt::format("Conflicting options: --net={} can't be used with "
                    "links. This would result in undefined behavior",
                    shared ? "container" : "host")};
  }
  const bool foreign = shared || mode == "host";
  if (foreign && !host.dns.empty()) return conflict("--dns");
  if (foreign && !host.extra_hosts.empty()) return conflict("--add-host");
  if (foreign && flags.given("mac-address")) return conflict("--mac-address");
  const bool publishes = flags.on("publish-all") || flags.given("publish");
  if (shared && publishes) {
    return conflict("-p, -P, --publish-all, --publish");
  }
  return done();
}

Outcome read_host(const Call& call, RunOptions& options) {
  engine::HostConfig& host = options.request.host.own();
  const Flags& flags = call.flags;
  host.privileged = flags.on("privileged");
  host.publish_all_ports = flags.on("publish-all");
  host.read_only_rootfs = flags.on("read-only");
  if (flags.given("init")) host.init = flags.on("init");
  host.container_id_file = flags.text("cidfile");
  host.group_add = flags.list("group-add");
  host.cgroup_parent = flags.text("cgroup-parent");
  host.volume_driver = flags.text("volume-driver");
  host.isolation = flags.text("isolation");
  host.runtime = flags.text("runtime");
  host.volumes_from = flags.list("volumes-from");
  host.log_config.type = flags.text("log-driver", "json-file");
  host.log_config.config = pairs_of(flags.list("log-opt"));
  host.sysctls = pairs_of(flags.list("sysctl"));
  for (const std::string& entry : flags.list("tmpfs")) {
    const std::size_t colon = entry.find(':');
    host.tmpfs[entry.substr(0, colon)] =
        colon == std::string::npos ? "" : entry.substr(colon + 1);
  }
  const Result<engine::RestartPolicy> policy = parse_restart_policy(
      flags.text("restart", "no"), call.at().profile.modern);
  if (!policy) return policy.error();
  host.restart_policy = *policy;
  return done();
}

bool is_mac(std::string_view text) {
  const List parts = split(text, ':');
  if (parts.size() != 6) return false;
  for (const std::string& part : parts) {
    if (part.size() != 2 || !is_hex(lower(part))) return false;
  }
  return true;
}

/// Which streams the client has, and what the config says of them.
void read_streams(const Flags& flags, RunOptions& options) {
  image::ContainerConfig& config = options.request.config;
  const List attached = flags.list("attach");
  const auto asked = [&](std::string_view stream) {
    return std::ranges::find(attached, stream) != attached.end();
  };
  options.attach_in = asked("stdin");
  options.attach_out = asked("stdout");
  options.attach_err = asked("stderr");
  options.tty = config.tty = flags.on("tty");
  config.open_stdin = flags.on("interactive");
  if (attached.empty() && !options.detach) {
    options.attach_out = options.attach_err = true;
    options.attach_in = config.open_stdin;
  }
  config.attach_stdin = options.attach_in;
  config.attach_stdout = options.attach_out;
  config.attach_stderr = options.attach_err;
  config.stdin_once = config.open_stdin && options.attach_in;
}

Outcome read_config(const Call& call, RunOptions& options) {
  const Flags& flags = call.flags;
  const bool modern = call.at().profile.modern;
  image::ContainerConfig& config = options.request.config;
  if (flags.given("entrypoint")) {
    const std::string program = flags.text("entrypoint");
    // An empty one takes the image's away; the engine knows it by [""].
    config.entrypoint = List{program};
    if (program.empty() && !modern) config.entrypoint = std::nullopt;
  }
  config.user = flags.text("user");
  config.working_dir = flags.text("workdir");
  config.hostname = flags.text("hostname");
  config.domainname = flags.text("domainname");
  // They become lines of /etc/hosts.
  for (const std::string& name : {config.hostname, config.domainname}) {
    const bool is_line = std::ranges::all_of(
        name, [](unsigned char c) { return c > 32 && c != 127; });
    if (is_line) continue;
    return Error{"invalid hostname format: " + go_quote(name)};
  }
  if (!modern) {
    const std::size_t dot = config.hostname.find('.');
    if (dot != std::string::npos) {
      config.domainname = config.hostname.substr(dot + 1);
      config.hostname.resize(dot);
    }
  }
  config.mac_address = flags.text("mac-address");
  if (!config.mac_address.empty() && !is_mac(config.mac_address)) {
    return Error{
        fmt::format("{} is not a valid mac address", config.mac_address)};
  }
  config.stop_signal = flags.text("stop-signal", "");
  if (flags.given("stop-timeout")) {
    config.stop_timeout =
        static_cast<int>(flags.number("stop-timeout").value_or(10));
  }
  return done();
}

}  // namespace

Result<engine::RestartPolicy> parse_restart_policy(std::string_view text,
                                                   bool modern) {
  engine::RestartPolicy policy;
  if (text.empty()) return policy;
  const List parts = split(text, ':');
  policy.name = parts[0];
  const bool known = parts[0] == "no" || parts[0] == "always" ||
                     parts[0] == "on-failure" ||
                     (modern && parts[0] == "unless-stopped");
  if (!modern && !known) {
    return Error{fmt::format("invalid restart policy {}", parts[0])};
  }
  if (parts.size() == 1) return policy;
  if (!modern && parts[0] != "on-failure") {
    return Error{
        fmt::format("maximum restart count not valid with restart "
                    "policy of {}",
                    go_quote(parts[0]))};
  }
  const std::optional<std::int64_t> count = parse_int(parts[1]);
  if (parts.size() > 2 || !count) {
    return Error{modern ? "maximum retry count must be an integer"
                        : "restart count format is not valid, usage: "
                          "'on-failure:N' or 'on-failure'"};
  }
  policy.maximum_retry_count = static_cast<int>(*count);
  return policy;
}

Task<Result<List>> read_environment(Call& call) {
  List variables;
  for (const std::string& path : call.flags.list("env-file")) {
    const Result<List> lines = co_await read_lines(call, path);
    if (!lines) co_return lines.error();
    for (const std::string& line : *lines) {
      add_variable(call, line, variables);
    }
  }
  for (const std::string& entry : call.flags.list("env")) {
    add_variable(call, entry, variables);
  }
  // A later one takes the place of an earlier one of the same name.
  List merged;
  for (const std::string& entry : variables) image::set_env(merged, entry);
  co_return merged;
}

namespace {

struct TopicReader {
  Topic topic;
  Outcome (*read)(const Call& call, RunOptions& options);
};

/// In the order in which complaints come.  They read no files.
constexpr TopicReader kReaders[] = {
    {Topic::unmodelled,
     [](const Call& call, RunOptions&) { return refuse_unmodelled(call); }},
    {Topic::config, read_config},
    {Topic::resources,
     [](const Call& call, RunOptions& options) {
       return read_resources(call.flags, options.request.host.own());
     }},
    {Topic::devices,
     [](const Call& call, RunOptions& options) {
       return read_devices(call.flags, options.request.host.own());
     }},
    {Topic::health,
     [](const Call& call, RunOptions& options) {
       return read_health(call.flags, options.request.config);
     }},
    {Topic::capabilities,
     [](const Call& call, RunOptions& options) {
       return read_capabilities(call, options.request.host.own());
     }},
    {Topic::modes,
     [](const Call& call, RunOptions& options) {
       return read_modes(call, options.request);
     }},
    {Topic::mounts,
     [](const Call& call, RunOptions& options) {
       return read_mounts(call, options.request);
     }},
    {Topic::ports,
     [](const Call& call, RunOptions& options) {
       return read_ports(call, options.request);
     }},
    {Topic::names,
     [](const Call& call, RunOptions& options) {
       return read_names(call.flags, options.request.host.own());
     }},
    {Topic::host, read_host},
    {Topic::network, read_network},
};

/// What the client does itself, and what it runs.
void read_call(const Call& call, RunOptions& options) {
  const Flags& flags = call.flags;
  options.detach = flags.on("detach");
  options.remove = flags.on("rm");
  options.sig_proxy = flags.on("sig-proxy", true);
  options.detach_keys = flags.text("detach-keys");
  options.cidfile = flags.text("cidfile");
  options.pull = flags.text("pull", "missing");
  options.request.name = flags.text("name");
  image::ContainerConfig& config = options.request.config;
  config.image = call.operands[0];
  if (call.operands.size() > 1) {
    config.cmd.emplace(call.operands.begin() + 1, call.operands.end());
  }
  config.labels.emplace();
  read_streams(flags, options);
}

/// What may be in files.
Task<Outcome> read_labels(Call& call, image::StringMap& into) {
  List labels;
  for (const std::string& path : call.flags.list("label-file")) {
    const Result<List> lines = co_await read_lines(call, path);
    if (!lines) co_return lines.error();
    labels.insert(labels.end(), lines->begin(), lines->end());
  }
  for (std::string& label : call.flags.list("label")) labels.push_back(label);
  into = pairs_of(labels);
  co_return done();
}

}  // namespace

Outcome read_run_options(const Call& call, const Topics& topics,
                         RunOptions& options) {
  read_call(call, options);
  for (const TopicReader& reader : kReaders) {
    if (!topics.has(reader.topic)) continue;
    Outcome read = reader.read(call, options);
    if (!read) return read;
  }
  options.restarts = options.request.host->restart_policy.name != "no";
  return done();
}

Task<Outcome> read_run_files(Call& call, Topics topics, RunOptions& options) {
  image::ContainerConfig& config = options.request.config;
  if (topics.has(Topic::security)) {
    const Outcome secured =
        co_await read_security(call, options.request.host.own());
    if (!secured) co_return secured;
  }
  if (topics.has(Topic::environment)) {
    Result<List> environment = co_await read_environment(call);
    if (!environment) co_return environment.error();
    if (!environment->empty()) config.env = *std::move(environment);
  }
  if (topics.has(Topic::labels)) {
    const Outcome labelled = co_await read_labels(call, *config.labels);
    if (!labelled) co_return labelled;
  }
  co_return done();
}

}  // namespace drydock::cli
