// probe.h — what can this machine do, with the reason when it cannot.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::realmode {

/// How much depends on it.
enum class Need { must, limits, network, comfort };

/// One thing that is tried, never guessed from a version.
struct Trial {
  std::string_view name;
  Need need;
  std::string_view use;  // What realmode does with it.
  /// What was found, or why not.
  Result<std::string> (*attempt)();
};

struct Finding {
  const Trial* trial;
  Result<std::string> answer;
};

/// Tries everything; nothing is left behind.
std::vector<Finding> probe();

/// One line each, and at the end whether containers can run.
std::string report(const std::vector<Finding>& findings);

/// Why containers cannot run here; empty when they can.
std::string obstacle(const std::vector<Finding>& findings);

}  // namespace drydock::realmode
