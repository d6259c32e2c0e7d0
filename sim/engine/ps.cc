// ps.cc — the rows of `docker ps`, chosen and described.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/human.h"
#include "sim/engine/pattern.h"

namespace drydock::engine {

namespace {

// clang-format off
constexpr std::array<std::string_view, 14> kPsFilters = {
    "ancestor", "before", "exited", "expose", "health", "id", "is-task",
    "label", "name", "network", "publish", "since", "status", "volume",
};
constexpr std::array<std::string_view, 7> kStatusWords = {
    "created", "dead", "exited", "paused", "removing", "restarting", "running",
};
// clang-format on

bool any_of(const Filters& filters, std::string_view key, auto passes) {
  const auto wanted = filters.find(std::string(key));
  return wanted == filters.end() || wanted->second.empty() ||
         std::ranges::any_of(wanted->second, passes);
}

bool has_label(const Container& container, const std::string& label) {
  if (!container.config.labels) return false;
  const std::size_t equals = label.find('=');
  const auto entry = container.config.labels->find(label.substr(0, equals));
  if (entry == container.config.labels->end()) return false;
  return equals == std::string::npos ||
         entry->second == label.substr(equals + 1);
}

/// The filters that look at one container only.
bool passes(const Container& container, const Filters& filters) {
  const RunState& run = container.run;
  const auto is_status = [&](const std::string& word) {
    return word == name_of(run.state);
  };
  const auto is_code = [&](const std::string& word) {
    return !run.running() && run.started_at != image::kZeroTime &&
           std::to_string(run.exit_code) == word;
  };
  const auto is_name = [&](const std::string& pattern) {
    return pattern_found(pattern, "/" + container.name) ||
           pattern_found(pattern, container.name);
  };
  const auto is_id = [&](const std::string& pattern) {
    return pattern_found(pattern, container.id);
  };
  const auto mounts = [&](const std::string& volume) {
    return std::ranges::any_of(container.mounts, [&](const MountPoint& mount) {
      return mount.name == volume || mount.destination == volume ||
             mount.source == volume;
    });
  };
  const auto is_network = [&](const std::string& network) {
    const std::string& mode = container.host->network_mode;
    return network == (mode == "default" ? "bridge" : mode) ||
           container.wishes.contains(network);
  };
  const auto is_health = [&](const std::string& health) {
    const std::string& status = container.run.health.status;
    return health == (status.empty() ? "none" : status);
  };
  const auto labels = filters.find("label");
  if (labels != filters.end() &&
      !std::ranges::all_of(labels->second, [&](const std::string& label) {
        return has_label(container, label);
      })) {
    return false;
  }
  return any_of(filters, "status", is_status) &&
         any_of(filters, "exited", is_code) &&
         any_of(filters, "name", is_name) && any_of(filters, "id", is_id) &&
         any_of(filters, "volume", mounts) &&
         any_of(filters, "health", is_health) &&
         any_of(filters, "network", is_network);
}

/// " (healthy)", " (health: starting)"; nothing where nobody checks.
std::string health_text(const Health& health) {
  if (health.status.empty()) return "";
  if (health.status == "starting") return " (health: starting)";
  return " (" + health.status + ")";
}

std::string status_text(const Container& container, Time now, bool singular) {
  const RunState& run = container.run;
  const auto ago = [&](Time then) {
    return human_duration(now - then, singular);
  };
  switch (run.state) {
    case State::running:
      return "Up " + ago(run.started_at) + health_text(run.health);
    case State::paused:
      return "Up " + ago(run.started_at) + " (Paused)";
    case State::restarting:
      return fmt::format("Restarting ({}) {} ago", run.exit_code,
                         ago(run.finished_at));
    case State::exited:
      return fmt::format("Exited ({}) {} ago", run.exit_code,
                         ago(run.finished_at));
    case State::created:
      return "Created";
    case State::dead:
      return "Dead";
    case State::removed:
      return "Removal In Progress";
  }
  return "";
}

std::vector<PortBinding> shown_ports(const Container& container) {
  std::vector<PortBinding> ports = container.network.ports;
  if (!container.run.running()) return ports;
  for (const std::string& text : container.config.exposed_ports) {
    const Result<Port> port = parse_port(text);
    if (!port) continue;
    const bool published =
        std::ranges::any_of(ports, [&](const PortBinding& binding) {
          return binding.container_port == port->number &&
                 binding.protocol == port->protocol;
        });
    if (!published) ports.push_back({"", 0, port->number, port->protocol});
  }
  return ports;
}

}  // namespace

ContainerSummary Engine::summary_of(const Container& container) const {
  ContainerSummary row;
  row.id = container.id;
  row.names.push_back(container.name);
  for (const auto& [parent, alias] : links_.parents(container.id)) {
    const auto found = by_id_.find(parent);
    if (found == by_id_.end()) continue;
    row.names.push_back(found->second->name + "/" + alias);
  }
  row.image = container.config.image;
  if (container.image) {
    row.image_id = container.image->id;
    const image::Found named = images_.find(row.image, rules_.grammar);
    const bool moved =
        rules_.content_ids && (!named.image || named.image->id != row.image_id);
    if (moved) row.image = short_id(row.image_id);
  }
  row.command = container.path;
  for (const std::string& word : container.args) {
    const bool quoted = word.find(' ') != std::string::npos;
    row.command += quoted ? " '" + word + "'" : " " + word;
  }
  row.created = container.created;
  row.ports = shown_ports(container);
  row.status = status_text(container, now(), rules_.content_ids);
  row.state = name_of(container.run.state);
  row.labels = container.config.labels.value_or(StringMap{});
  const std::string& mode = container.host->network_mode;
  row.network = mode == "default" ? "bridge" : mode;
  row.mounts = container.mounts;
  return row;
}

std::optional<Fault> Engine::ps_filter_fault(const Filters& filters) const {
  for (const auto& [key, values] : filters) {
    const bool known = std::ranges::find(kPsFilters, key) != kPsFilters.end();
    if (!known && rules_.content_ids) {
      return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                          Message::filter_invalid, fmt::arg("typed", key));
    }
    if (key != "status") continue;
    for (const std::string& word : values) {
      if (std::ranges::find(kStatusWords, word) != kStatusWords.end()) continue;
      return Fault{Fault::Kind::bad_parameter,
                   rules_.content_ids ? "Invalid filter 'status=" + word + "'"
                                      : "Unrecognised filter value for status"};
    }
  }
  return std::nullopt;
}

Answer<std::pair<std::uint64_t, std::uint64_t>> Engine::ages_of(
    const PsRequest& request) const {
  std::uint64_t after = 0, before = UINT64_MAX;
  const auto age_of = [&](const std::string& who) -> Answer<std::uint64_t> {
    const Answer<ContainerRef> found = find(who);
    if (!found) return found.error();
    return (*found)->age;
  };
  const auto given = [&](std::string_view key, const std::string& own) {
    const auto values = request.filters.find(std::string(key));
    return own.empty() && values != request.filters.end() &&
                   !values->second.empty()
               ? values->second.front()
               : own;
  };
  if (const std::string who = given("since", request.since); !who.empty()) {
    const auto age = age_of(who);
    if (!age) return age.error();
    after = *age;
  }
  if (const std::string who = given("before", request.before); !who.empty()) {
    const auto age = age_of(who);
    if (!age) return age.error();
    before = *age;
  }
  return std::pair{after, before};
}

Task<Answer<std::vector<ContainerSummary>>> Engine::ps(PsRequest request) {
  const std::optional<Fault> fault = ps_filter_fault(request.filters);
  if (fault) co_return *fault;
  const auto ages = ages_of(request);
  if (!ages) co_return ages.error();
  const bool stopped_too = request.all || request.limit > 0 ||
                           !request.since.empty() || !request.before.empty() ||
                           request.filters.contains("status") ||
                           request.filters.contains("exited");
  const auto& pool = stopped_too ? by_age_ : running_;
  std::vector<ContainerSummary> rows;
  for (auto entry = pool.rbegin(); entry != pool.rend(); ++entry) {
    const Container& container = *entry->second;
    if (request.limit > 0 &&
        rows.size() >= static_cast<std::size_t>(request.limit)) {
      break;
    }
    if (container.age <= ages->first || container.age >= ages->second) continue;
    if (!passes(container, request.filters)) continue;
    if (!descends(container, request.filters)) continue;
    rows.push_back(summary_of(container));
  }
  for (ContainerSummary& row : rows) {
    if (!request.size) break;
    const Result<std::int64_t> size = co_await backend_.rootfs_size(row.id);
    row.size_rw = size ? *size : 0;
    const ImageRef image = images_.get(row.image_id);
    row.size_root_fs = row.size_rw + (image ? image->virtual_size : 0);
  }
  co_return rows;
}

/// ancestor=: the container's image, or one that it stands on.
bool Engine::descends(const Container& container,
                      const Filters& filters) const {
  return any_of(filters, "ancestor", [&](const std::string& typed) {
    if (!container.image) return false;
    const image::Found found = images_.find(typed, rules_.grammar);
    if (!found.image) return false;
    return std::ranges::any_of(
        images_.ancestry(*container.image),
        [&](const ImageRef& image) { return image->id == found.image->id; });
  });
}

}  // namespace drydock::engine
