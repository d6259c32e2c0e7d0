// create.cc — `docker create`: from flags and an image to a container.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/engine/confinement.h"
#include "sim/engine/depth.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/names.h"
#include "sim/engine/signals.h"

namespace drydock::engine {

namespace {

void inherit(std::string& own, const std::string& images) {
  if (own.empty()) own = images;
}

bool is_given(const std::optional<List>& words) {
  return words && !words->empty();
}

/// The image's config fills what the flags left open (behaviour.md, run).
void merge_command(ContainerConfig& own, const ContainerConfig& images) {
  if (is_given(own.entrypoint)) return;
  if (!is_given(own.cmd)) own.cmd = images.cmd;
  if (!own.entrypoint) own.entrypoint = images.entrypoint;
}

/// Whether there will be something to run once that is merged.
bool has_command(const ContainerConfig& own, const Image* image) {
  if (is_given(own.cmd)) return true;
  const auto* entrypoint = &own.entrypoint;
  if (image && !is_given(own.entrypoint)) {
    if (is_given(image->config.cmd)) return true;
    if (!own.entrypoint) entrypoint = &image->config.entrypoint;
  }
  // [""] is --entrypoint "", which takes the image's away.
  return is_given(*entrypoint) &&
         ((*entrypoint)->size() > 1 || !(*entrypoint)->front().empty());
}

/// What --health-* leaves open comes from the image.
void merge_healthcheck(ContainerConfig& own, const ContainerConfig& images) {
  if (!images.healthcheck) return;
  if (!own.healthcheck) {
    own.healthcheck = images.healthcheck;
    return;
  }
  image::Healthcheck& check = *own.healthcheck;
  const image::Healthcheck& base = *images.healthcheck;
  if (check.test.empty()) check.test = base.test;
  if (check.interval == 0) check.interval = base.interval;
  if (check.timeout == 0) check.timeout = base.timeout;
  if (check.start_period == 0) check.start_period = base.start_period;
  if (check.retries == 0) check.retries = base.retries;
}

void merge_sets(ContainerConfig& own, const ContainerConfig& images) {
  own.exposed_ports.insert(images.exposed_ports.begin(),
                           images.exposed_ports.end());
  if (images.volumes) {
    if (!own.volumes) own.volumes.emplace();
    own.volumes->insert(images.volumes->begin(), images.volumes->end());
  }
  if (images.env) {
    own.env = image::merge_env(own.env.value_or(List{}), *images.env);
  }
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

Fault bad(std::string text) {
  return Fault{Fault::Kind::bad_parameter, std::move(text)};
}

constexpr std::array<std::string_view, 9> kLogDrivers = {
    "json-file", "none",    "local",   "journald", "syslog",
    "gelf",      "fluentd", "awslogs", "splunk"};
constexpr std::array<std::string_view, 9> kJsonFileOptions = {
    "max-size",  "max-file", "labels",   "labels-regex", "env",
    "env-regex", "tag",      "compress", "mode"};

bool is_one_of(auto const& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// What later engines check of the host's part (recorded from 20.10).
std::optional<Fault> check_host(const Container& wished, const HostInfo& info) {
  const HostConfig& host = *wished.host;
  const std::int64_t cpus = info.cpus;
  if (host.uts_mode == "host" && !wished.config.hostname.empty()) {
    return bad("conflicting options: hostname and the UTS mode");
  }
  const std::string& signal = wished.config.stop_signal;
  if (!signal.empty() && !parse_signal(signal)) {
    return bad("Invalid signal: " + signal);
  }
  if (!host.isolation.empty() && host.isolation != "default") {
    return bad("Invalid isolation: \"" + host.isolation +
               "\" - linux only supports 'default'");
  }
  if (!host.runtime.empty() && host.runtime != "runc" &&
      !host.runtime.starts_with("io.containerd.")) {
    return bad("Unknown runtime specified " + host.runtime);
  }
  for (const auto& [option, value] : host.log_config.config) {
    if (host.log_config.type != "json-file") break;
    if (is_one_of(kJsonFileOptions, option)) continue;
    return bad("unknown log opt '" + option + "' for json-file log driver");
  }
  for (const auto& [path, options] : host.tmpfs) {
    if (is_absolute(path)) continue;
    return bad("invalid mount path: '" + path +
               "' mount path must be absolute");
  }
  if (host.oom_score_adj < -1000 || host.oom_score_adj > 1000) {
    return bad(
        fmt::format("Invalid value {}, range for oom score adj is "
                    "[-1000, 1000]",
                    host.oom_score_adj));
  }
  constexpr std::int64_t kWhole = 1'000'000'000;
  const std::int64_t nano = host.limits.nano_cpus;
  if (nano != 0 && host.limits.cpu_quota != 0) {
    return bad(
        "Conflicting options: Nano CPUs and CPU Quota cannot both be "
        "set.");
  }
  if (nano < 0 || nano > cpus * kWhole) {
    return bad(
        fmt::format("Range of CPUs is from 0.01 to {}.00, as there are "
                    "only {} CPUs available",
                    cpus, cpus));
  }
  if (!host.storage_opt.empty()) {
    return bad(
        "--storage-opt is supported only for overlay over xfs with 'pquota' "
        "mount option");
  }
  return check_confinement(host, info);
}

}  // namespace

Task<Answer<Created>> Engine::create(CreateRequest&& request) {
  auto container = std::make_shared<Container>(std::move(request.config),
                                               std::move(request.host));
  container->wishes = std::move(request.networks);
  return detached(backend_.executor(),
                  create_now(std::move(container), std::move(request.name)));
}

void Engine::merge_config(Container& container) const {
  ContainerConfig& own = container.config;
  if (container.image) {
    const ContainerConfig& images = container.image->config;
    inherit(own.user, images.user);
    inherit(own.working_dir, images.working_dir);
    inherit(own.stop_signal, images.stop_signal);
    if (!own.stop_timeout) own.stop_timeout = images.stop_timeout;
    merge_healthcheck(own, images);
    if (!own.shell) own.shell = images.shell;
    merge_sets(own, images);
    merge_command(own, images);
    if (rules_.labels_inherited && images.labels) {
      if (!own.labels) own.labels.emplace();
      own.labels->insert(images.labels->begin(), images.labels->end());
    }
  }
  // --entrypoint "" takes the image's away.
  if (own.entrypoint && own.entrypoint->size() == 1 &&
      own.entrypoint->front().empty()) {
    own.entrypoint.reset();
  }
  if (own.hostname.empty()) {
    own.hostname = container.host->network_mode == "host"
                       ? host_.name
                       : short_id(container.id);
  }
}

std::optional<Fault> Engine::check_wishes(const Container& wished,
                                          const Image* image) const {
  const std::string& directory = wished.config.working_dir;
  const auto refused = [&](Message message) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::none, message,
                        fmt::arg("typed", directory));
  };
  if (!directory.empty() && !is_absolute(directory)) {
    return refused(Message::working_dir_relative);
  }
  const Limits& limits = wished.host->limits;
  if (limits.memory > 0 && limits.memory < rules_.memory_min) {
    return refused(Message::memory_too_small);
  }
  if (limits.memory > 0 && limits.memory_swap > 0 &&
      limits.memory_swap < limits.memory) {
    return refused(Message::swap_too_small);
  }
  if (limits.memory == 0 && limits.memory_swap > 0) {
    return refused(Message::swap_without_memory);
  }
  if (limits.memory > 0 && limits.memory_reservation > limits.memory) {
    return refused(Message::reservation_too_big);
  }
  if (host_.weighs_block_io && limits.blkio_weight != 0 &&
      (limits.blkio_weight < 10 || limits.blkio_weight > 1000)) {
    return refused(Message::blkio_range);
  }
  const LogConfig& log = wished.host->log_config;
  if (!is_one_of(kLogDrivers, log.type)) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                        Message::no_logging_plugin,
                        fmt::arg("typed", log.type));
  }
  if (rules_.content_ids) {
    const std::optional<Fault> fault = check_host(wished, host_);
    if (fault) return fault;
  }
  if (!has_command(wished.config, image)) return refused(Message::no_command);
  return std::nullopt;
}

std::optional<Fault> Engine::name_fault(const std::string& name,
                                        std::string_view typed) const {
  if (!is_good_name(name)) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::container,
                        Message::invalid_name, fmt::arg("typed", typed));
  }
  const auto owner = by_name_.find(name);
  if (owner == by_name_.end()) return std::nullopt;
  const ContainerId& id = owner->second->id;
  return rules_.fault(Fault::Kind::conflict, Object::container,
                      Message::name_taken, fmt::arg("name", name),
                      fmt::arg("id", id), fmt::arg("short", short_id(id)));
}

void Engine::take_name(Container& container) {
  by_name_[container.name] = &container;
  name_lot_.take(container.name);
}

void Engine::release_name(const std::string& name) {
  by_name_.erase(name);
  name_lot_.release(name);
}

Answer<std::string> Engine::choose_name(const std::string& wanted,
                                        const ContainerId& id) {
  if (wanted.empty()) {
    std::string drawn = name_lot_.draw(name_draws_);
    return drawn.empty() ? std::string(short_id(id)) : drawn;
  }
  const std::string name = wanted.starts_with('/') ? wanted.substr(1) : wanted;
  const std::optional<Fault> fault = name_fault(name, wanted);
  if (fault) return *fault;
  return name;
}

Answer<image::Found> Engine::image_named(std::string_view typed) const {
  image::Found found = images_.find(typed, rules_.grammar);
  if (found.outcome == image::Lookup::found) return found;
  const auto name = image::parse_reference(typed, rules_.grammar);
  if (!name) {
    return Fault{Fault::Kind::bad_parameter, name.error().text, Object::image};
  }
  const std::string full = name->with_default_tag().str();
  return rules_.fault(Fault::Kind::not_found, Object::image,
                      Message::no_such_image, fmt::arg("typed", full));
}

void Engine::admit(ContainerRef container) {
  container->age = next_age_++;
  container->created = now();
  take_name(*container);
  by_age_[container->age] = container.get();
  if (container->image) {
    users_[container->image->id].insert(container->age);
    layers_.use(container->image->layer);
  }
  const ContainerId id = container->id;
  by_id_.emplace(id, std::move(container));
}

/// What this host cannot do is left out, and said.
List Engine::adapt(Seldom<HostConfig>& host) const {
  List warnings;
  // Docker's daemon tells so when "private" is its default.
  const bool has_own_group =
      std::ranges::find(host_.security_options, "name=cgroupns") !=
      host_.security_options.end();
  if (host->cgroupns_mode.empty() && has_own_group) {
    host.own().cgroupns_mode = "private";
  }
  const Limits& limits = host->limits;
  if (!host_.weighs_block_io && limits.blkio_weight != 0) {
    warnings.push_back(
        "Your kernel does not support Block I/O weight or the cgroup is not "
        "mounted. Weight discarded.");
    host.own().limits.blkio_weight = 0;
  }
  if (!host_.weighs_block_io && !limits.blkio_weight_device.empty()) {
    warnings.push_back(
        "Your kernel does not support Block I/O weight_device or the cgroup "
        "is not mounted. Weight-device discarded.");
    host.own().limits.blkio_weight_device.clear();
  }
  if (limits.kernel_memory > 0) {
    warnings.push_back(
        "Specifying a kernel memory limit is deprecated and will be removed "
        "in a future release.");
  }
  if (limits.oom_kill_disable && limits.memory <= 0) {
    warnings.push_back(
        "OOM killer is disabled for the container, but no memory limit is "
        "set, this can result in the system running out of resources.");
  }
  return warnings;
}

/// --mount type=bind wants its source to be there; -v makes it.
Task<std::optional<Fault>> Engine::missing_source(ContainerRef container) {
  for (const MountRequest& mount : container->host->mounts) {
    if (mount.type != "bind") continue;
    const bool there = co_await backend_.has_host_path(mount.source);
    if (there) continue;
    co_return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                           Message::bind_missing,
                           fmt::arg("typed", mount.source));
  }
  co_return std::nullopt;
}

/// The image of a container that is to be, and whether one may stand on it.
std::optional<Fault> Engine::find_base(Container& wished) const {
  if (wished.config.image.empty()) return std::nullopt;
  Answer<image::Found> found = image_named(wished.config.image);
  if (!found) return found.error();
  wished.image = std::move(found->image);
  return too_deep_for_container(rules_, *wished.image);
}

namespace {

/// What its process is called with: ENTRYPOINT, then CMD.
void set_command(Container& container) {
  const ContainerConfig& config = container.config;
  List& args = container.args;
  if (config.entrypoint) args = *config.entrypoint;
  if (config.cmd)
    args.insert(args.end(), config.cmd->begin(), config.cmd->end());
  container.path = std::move(args.front());
  args.erase(args.begin());
}

}  // namespace

Task<Answer<Created>> Engine::create_now(ContainerRef container,
                                         std::string wanted) {
  const std::optional<Fault> baseless = find_base(*container);
  if (baseless) co_return *baseless;
  const ImageRef& image = container->image;
  const std::optional<Fault> bad = check_wishes(*container, image.get());
  if (bad) co_return *bad;
  if (image && !rules_.content_ids) {
    // The container's own layer and the one of its mount points come on top.
    constexpr std::size_t kDepthMax = 127;
    if (images_.depth(*image) + 2 >= kDepthMax) {
      co_return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                             Message::too_many_layers,
                             fmt::arg("typed", kDepthMax));
    }
  }

  // Who asks for a name that is taken, draws no id.
  if (!wanted.empty()) {
    const Answer<std::string> name = choose_name(wanted, "");
    if (!name) co_return name.error();
  }
  container->id = backend_.ids().next();
  Answer<std::string> name = choose_name(wanted, container->id);
  if (!name) co_return name.error();
  container->name = *std::move(name);
  merge_config(*container);
  set_command(*container);
  const Limits& limits = container->host->limits;
  if (rules_.swap_defaults_to_double && limits.memory > 0 &&
      limits.memory_swap == 0) {
    container->host.own().limits.memory_swap = 2 * limits.memory;
  }

  Created created{container->id, adapt(container->host)};
  const Done furnished = co_await furnish(container);
  if (!furnished) co_return furnished.error();
  co_return created;
}

/// Which of its words come from where, and what it stands on.
void Engine::tell_creation(const Container& container) const {
  const std::string& id = container.id;
  explain(backend_, StepKind::container_made, "container", id, "name",
          container.name);
  const int below = container.image ? stack_depth(container.image->layer) : 0;
  explain(backend_, StepKind::layer_writable, "container", id, "depth",
          below + 1, "below", below);
  List argv{container.path};
  argv.insert(argv.end(), container.args.begin(), container.args.end());
  const auto shown = [](const std::optional<List>& words) {
    return words && !words->empty() ? join(*words, " ") : std::string("none");
  };
  explain(backend_, StepKind::command, "container", id, "argv", join(argv, " "),
          "entrypoint", shown(container.config.entrypoint), "cmd",
          shown(container.config.cmd));
}

/// Gives the container its root, mounts and links, and lets it in.  In 1.8
/// the name is registered first: a create that fails on --link or
/// --volumes-from leaves the container behind (behaviour.md).
Task<Done> Engine::furnish(ContainerRef container) {
  Answer<std::vector<MountPoint>> mounts = plan_mounts(*container);
  const Answer<std::vector<LinkTarget>> links = plan_links(*container);
  std::optional<Fault> late;
  if (!mounts) late = mounts.error();
  if (!links) late = links.error();
  if (!late && !container->host->mounts.empty()) {
    late = co_await missing_source(container);
  }
  if (late && !rules_.name_registered_before_checks) co_return *late;

  const LayerId layer = container->image ? container->image->layer : "";
  const Outcome rooted = co_await backend_.create_rootfs(container->id, layer);
  if (!rooted) {
    co_return Fault{Fault::Kind::internal, rooted.error().text};
  }
  const std::optional<Fault> taken =
      name_fault(container->name, container->name);
  if (taken) {  // Somebody was faster while the backend worked.
    const Outcome undone = co_await backend_.remove_rootfs(container->id);
    if (!undone) co_return Fault{Fault::Kind::internal, undone.error().text};
    co_return *taken;
  }
  admit(container);
  if (backend_.observer) tell_creation(*container);
  if (mounts && !late) {
    container->mounts = std::move(*mounts);
    if (!container->mounts.empty()) {
      const Done made = co_await make_mounts(container);
      if (!made) late = made.error();
    }
    for (const LinkTarget& link : *links) {
      links_.add(container->id, link.alias, link.child);
      explain(backend_, StepKind::link_made, "parent", container->name, "child",
              by_id_.find(link.child)->second->name, "alias", link.alias);
    }
  }
  if (late && !rules_.name_registered_before_checks) {
    const Done gone = co_await discard(container, true, container->id);
    co_return gone ? Done(*late) : gone;
  }
  note(*container, "create");
  if (backend_.keeps_records()) co_await keep(*container);
  if (late) co_return *late;
  co_return did_it();
}

}  // namespace drydock::engine
