// prune_condition.cc — reading and asking the conditions of a prune.

#include "sim/cli/prune_condition.h"

#include <algorithm>

#include "sim/cli/moment.h"

namespace drydock::cli {

namespace {

bool bears(const engine::StringMap& own, const std::string& label) {
  const std::size_t equals = label.find('=');
  const auto found = own.find(label.substr(0, equals));
  if (found == own.end()) return false;
  return equals == std::string::npos ||
         found->second == label.substr(equals + 1);
}

engine::Fault bad(std::string text) {
  return {engine::Fault::Kind::bad_parameter, std::move(text)};
}

}  // namespace

bool PruneCondition::takes(Time created, const engine::StringMap& own) const {
  const auto borne = [&](const std::string& label) {
    return bears(own, label);
  };
  return created < before && std::ranges::all_of(labels, borne) &&
         std::ranges::none_of(other_labels, borne);
}

engine::Answer<PruneCondition> prune_condition(const engine::Filters& filters,
                                               Time now) {
  PruneCondition condition;
  for (const auto& [key, values] : filters) {
    if (key == "label") {
      condition.labels = values;
    } else if (key == "label!") {
      condition.other_labels = values;
    } else if (key != "until") {
      return bad("Invalid filter '" + key + "'");
    } else if (values.size() > 1) {
      return bad("more than one until filter specified");
    } else {
      const auto moment = parse_moment(values.front(), "until", now);
      if (!moment) return bad(moment.error().text);
      condition.before = moment->value_or(condition.before);
    }
  }
  return condition;
}

}  // namespace drydock::cli
