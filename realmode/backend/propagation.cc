// propagation.cc — mountinfo's optional fields.

#include "realmode/backend/propagation.h"

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "realmode/sys/files.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

/// One line of proc_pid_mountinfo(5).
struct HostMount {
  std::string place = "/";
  bool shared = false, slave = false;
};

bool is_below(const std::string& path, const std::string& place) {
  return place == "/" || path == place || path.starts_with(place + "/");
}

/// The mount that a path is on: the last of the deepest.
HostMount mount_of(const std::string& path) {
  HostMount best;
  const auto table = sys::read_file("/proc/self/mountinfo");
  if (!table) return best;
  for (const std::string& line : split(*table, '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 7 || !is_below(path, words[4])) continue;
    if (words[4].size() < best.place.size()) continue;
    best = {words[4], false, false};
    for (std::size_t i = 6; i < words.size() && words[i] != "-"; ++i) {
      best.shared = best.shared || words[i].starts_with("shared:");
      best.slave = best.slave || words[i].starts_with("master:");
    }
  }
  return best;
}

}  // namespace

std::optional<engine::StartFault> propagation_fault(
    const engine::MountSpec& mount) {
  const std::string& wish = mount.propagation;
  const bool shared = wish.ends_with("shared");
  if (!shared && !wish.ends_with("slave")) return std::nullopt;
  char* const real = ::realpath(mount.source.c_str(), nullptr);
  const HostMount on = mount_of(real ? real : mount.source);
  std::free(real);
  if (on.shared || (on.slave && !shared)) return std::nullopt;
  return engine::StartFault{
      engine::StartFault::Kind::no_device,
      fmt::format("path {} is mounted on {} but it is not a {} mount",
                  mount.source, on.place,
                  shared ? "shared" : "shared or slave")};
}

}  // namespace drydock::realmode
