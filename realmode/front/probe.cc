// probe.cc — `drydock probe`.

#include <fmt/format.h>

#include "realmode/front/front.h"
#include "realmode/probe/probe.h"

namespace drydock::realmode {

int run_probe() {
  const std::vector<Finding> findings = probe();
  fmt::print("{}", report(findings));
  return obstacle(findings).empty() ? 0 : 1;
}

}  // namespace drydock::realmode
