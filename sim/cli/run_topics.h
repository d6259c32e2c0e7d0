// run_topics.h — what each flag of run and create is about, so that only what
// was typed costs: a topic that no flag is about is not read at all.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/cli/flags.h"

namespace drydock::cli {

enum class Topic : std::uint8_t {
  client,  // Read in any case: what the client itself does.
  unmodelled,
  config,
  resources,
  devices,
  health,
  capabilities,
  modes,
  mounts,
  ports,
  names,
  host,
  network,
  security,
  environment,
  labels,
};

/// By the name under which a flag is kept; nullopt: it is none of theirs.
std::optional<Topic> topic_of(std::string_view flag);

/// A set of them.
class Topics {
 public:
  /// Those of the flags that were given.
  explicit Topics(const Flags& flags);
  bool has(Topic topic) const { return (bits_ & bit(topic)) != 0; }
  /// What may be in files of the client's.
  bool ask_files() const {
    return has(Topic::security) || has(Topic::environment) ||
           has(Topic::labels);
  }

 private:
  static std::uint32_t bit(Topic topic) {
    return std::uint32_t{1} << static_cast<unsigned>(topic);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace drydock::cli
