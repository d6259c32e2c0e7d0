// overlay.h — how overlayfs writes down what is gone, and what an upper
// directory changes in those below.

#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "realmode/sys/fd.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// A character device 0:0: this name is deleted.
bool is_whiteout(const struct stat& status);
/// "trusted.overlay.opaque": nothing below shines through.
bool is_opaque(int directory);
Outcome make_whiteout(int directory, const std::string& name);
Outcome make_opaque(int directory);

/// What `upper` changes in the union of `lowers` (top first), in order of
/// path.  Paths that the engine owns (`is_ours`) are left out.
Result<std::vector<engine::PathChange>> changes_in(
    const std::string& upper, const std::vector<std::string>& lowers,
    bool (*is_ours)(std::string_view path));

}  // namespace drydock::realmode
