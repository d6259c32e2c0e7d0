// volumes.cc — the table of volumes and the rule of their end.

#include "sim/engine/volumes.h"

#include <utility>

namespace drydock::engine {

Volume* VolumeTable::find(std::string_view name) {
  const auto entry = volumes_.find(name);
  if (entry != volumes_.end()) touch(journal_, "volumes", name);
  return entry == volumes_.end() ? nullptr : &entry->second;
}

const Volume* VolumeTable::find(std::string_view name) const {
  const auto entry = volumes_.find(name);
  return entry == volumes_.end() ? nullptr : &entry->second;
}

Volume& VolumeTable::add(Volume volume) {
  const VolumeName name = volume.name;
  touch(journal_, "volumes", name);
  return volumes_.emplace(name, std::move(volume)).first->second;
}

void VolumeTable::erase(std::string_view name) {
  const auto entry = volumes_.find(name);
  if (entry == volumes_.end()) return;
  touch(journal_, "volumes", name);
  volumes_.erase(entry);
}

bool goes_with_container(const Volume& volume, bool asked, bool is_bind,
                         std::string_view container, bool named_ones_go) {
  const bool last_user =
      volume.users.empty() ||
      (volume.users.size() == 1 && *volume.users.begin() == container);
  const bool right_kind = volume.anonymous || named_ones_go;
  return asked && !is_bind && last_user && right_kind;
}

}  // namespace drydock::engine
