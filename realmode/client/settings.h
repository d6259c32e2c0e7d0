// settings.h — what a root's own docker command must be told.

#pragma once

#include <string>

namespace drydock::realmode {

/// A file of two lines: the path of drydock, and the profile of the root.
inline std::string settings_path(const std::string& root) {
  return root + "/bin/.drydock";
}

}  // namespace drydock::realmode
