// filters.cc — flags of KEY=VALUE.

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

engine::StringMap pairs_of(const List& entries) {
  engine::StringMap pairs;
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    pairs[entry.substr(0, equals)] =
        equals == std::string::npos ? "" : entry.substr(equals + 1);
  }
  return pairs;
}

}  // namespace drydock::cli
