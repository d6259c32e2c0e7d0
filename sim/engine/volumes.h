// volumes.h — volumes and who refers to them.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/journal.h"
#include "sim/base/time.h"
#include "sim/engine/backend.h"
#include "sim/image/config.h"

namespace drydock::engine {

struct Volume {
  VolumeName name;
  std::string path;
  Time created;
  bool anonymous = false;
  std::optional<image::StringMap> labels, options;
  std::set<ContainerId> users;
};

/// All volumes, by name.
class VolumeTable {
 public:
  /// From here on changes are told: rows "volumes" by name.
  void tell(Journal* journal) { journal_ = journal; }

  /// To change it: its row is taken for changed.
  Volume* find(std::string_view name);
  const Volume* find(std::string_view name) const;
  Volume& add(Volume volume);
  void erase(std::string_view name);
  const std::map<std::string, Volume, std::less<>>& all() const {
    return volumes_;
  }

 private:
  Journal* journal_ = nullptr;
  std::map<std::string, Volume, std::less<>> volumes_;
};

/// The four conditions under which removing a container deletes a volume
/// (textbook 4.5): it was asked for (rm -v, --rm), the volume is the engine's
/// own and no bind, nobody else refers to it, and its kind goes with rm.
bool goes_with_container(const Volume& volume, bool asked, bool is_bind,
                         std::string_view container, bool named_ones_go);

}  // namespace drydock::engine
