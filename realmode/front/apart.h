// apart.h — a host of one's own, for pages and recordings that are typed at a
// real shell: whatever they do there, this machine keeps its files, its
// network and its name.

#pragma once

#include <string>
#include <vector>

#include "sim/base/result.h"

namespace drydock::realmode {

/// Moves this process, and all that it starts from now on, apart: a network
/// without a way out; the machine's programs and settings, but read-only;
/// /root, /home, /lab, /images, /tmp and /var/lib/docker, empty and in memory.
/// `kept`: folders that must be found at their old paths all the same.  Needs
/// root.  The working directory is /root then; nothing needs to be undone.
Outcome move_apart(const std::string& host_name,
                   const std::vector<std::string>& kept);

}  // namespace drydock::realmode
