// volume_verbs.cc — `docker volume create`, `ls`, `inspect`, `rm`.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/inspect.h"
#include "sim/engine/names.h"

namespace drydock::engine {

namespace {

VolumeSummary volume_summary(const Volume& volume) {
  VolumeSummary summary;
  summary.name = volume.name;
  summary.mountpoint = volume.path;
  summary.created = volume.created;
  summary.labels = volume.labels;
  summary.options = volume.options;
  summary.users = static_cast<std::int64_t>(volume.users.size());
  return summary;
}

bool has_label(const Volume& volume, const std::string& label) {
  if (!volume.labels) return false;
  const std::size_t equals = label.find('=');
  const auto entry = volume.labels->find(label.substr(0, equals));
  return entry != volume.labels->end() &&
         (equals == std::string::npos ||
          entry->second == label.substr(equals + 1));
}

bool passes(const Volume& volume, const std::string& key,
            const std::string& value) {
  if (key == "name") return volume.name.find(value) != std::string::npos;
  if (key == "driver") return value == "local";
  if (key == "label") return has_label(volume, value);
  const bool wants_dangling = value == "true" || value == "1";
  return volume.users.empty() == wants_dangling;
}

}  // namespace

Task<Answer<VolumeSummary>> Engine::create_volume(VolumeRequest request) {
  const auto bad = [&](Message message) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::volume, message,
                        fmt::arg("typed", request.name),
                        fmt::arg("why", request.driver));
  };
  if (request.driver != "local") co_return bad(Message::volume_driver);
  const bool anonymous = request.name.empty();
  if (anonymous) request.name = backend_.ids().next();
  const bool too_short = request.name.size() < 2 &&
                         !rules_.wording(Message::volume_name_short).empty();
  if (too_short) co_return bad(Message::volume_name_short);
  if (!is_good_volume_name(request.name)) {
    co_return bad(Message::volume_name_invalid);
  }
  const bool fresh = volumes_.find(request.name) == nullptr;
  const Answer<std::string> path =
      co_await need_volume(request.name, anonymous);
  if (!path) co_return path.error();
  Volume* const volume = volumes_.find(request.name);
  if (fresh) {
    volume->labels = std::move(request.labels);
    volume->options = std::move(request.options);
  }
  co_await keep_changes();
  co_return volume_summary(*volume);
}

Answer<std::vector<VolumeSummary>> Engine::volumes(Filters filters) const {
  static constexpr std::array<std::string_view, 4> kKeys = {
      "dangling", "driver", "label", "name"};
  for (const auto& [key, values] : filters) {
    if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
    return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                        Message::filter_invalid, fmt::arg("typed", key));
  }
  std::vector<VolumeSummary> rows;
  for (const auto& entry : volumes_.all()) {
    const Volume& volume = entry.second;
    const bool shown = std::ranges::all_of(filters, [&](const auto& filter) {
      return std::ranges::any_of(filter.second, [&](const std::string& value) {
        return passes(volume, filter.first, value);
      });
    });
    if (shown) rows.push_back(volume_summary(volume));
  }
  return rows;
}

Answer<Value> Engine::inspect_volume(std::string_view name) const {
  const Volume* const volume = volumes_.find(name);
  if (!volume) {
    return rules_.fault(Fault::Kind::not_found, Object::volume,
                        Message::no_such_volume, fmt::arg("typed", name));
  }
  return volume_value(*volume);
}

Task<Done> Engine::remove_volume(std::string name, bool force) {
  const Volume* const volume = volumes_.find(name);
  if (!volume) {
    if (force) co_return did_it();
    co_return rules_.fault(Fault::Kind::not_found, Object::volume,
                           Message::no_such_volume, fmt::arg("typed", name));
  }
  if (!volume->users.empty()) {
    List users;  // The oldest first.
    for (const auto& [age, container] : by_age_) {
      if (volume->users.contains(container->id)) users.push_back(container->id);
    }
    co_return rules_.fault(Fault::Kind::conflict, Object::volume,
                           Message::volume_in_use, fmt::arg("typed", name),
                           fmt::arg("why", join(users, ", ")));
  }
  const Outcome removed = co_await backend_.remove_volume(name);
  if (!removed) co_return Fault{Fault::Kind::internal, removed.error().text};
  explain(backend_, StepKind::volume_deleted, "volume", name);
  note_volume(name, "destroy", nullptr, nullptr);
  volumes_.erase(name);
  co_await keep_changes();
  co_return did_it();
}

Task<Answer<std::int64_t>> Engine::volume_size(std::string name) {
  const Result<std::int64_t> size = co_await backend_.volume_size(name);
  if (!size) co_return Fault{Fault::Kind::internal, size.error().text};
  co_return *size;
}

}  // namespace drydock::engine
