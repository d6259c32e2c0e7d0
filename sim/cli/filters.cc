// filters.cc — --filter, grouped by key.

#include "sim/cli/filters.h"

namespace drydock::cli {

engine::Filters filters_of(const Flags& flags) {
  engine::Filters filters;
  for (const std::string& filter : flags.list("filter")) {
    const std::size_t equals = filter.find('=');
    if (equals == std::string::npos) continue;
    filters[filter.substr(0, equals)].push_back(filter.substr(equals + 1));
  }
  return filters;
}

}  // namespace drydock::cli
