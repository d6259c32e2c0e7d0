// config_change.h — the Dockerfile instructions that only change a config:
// for `commit --change`, `import --change` and the builder.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/engine/rules.h"
#include "sim/image/config.h"

namespace drydock::engine {

/// An instruction in its parts, as the builder's parser leaves it: words
/// without quotes, variables replaced.
struct ConfigChange {
  std::string instruction;  // Lower case: "cmd", "env", ...
  List words;  // ENV, LABEL: key, value, key, value; HEALTHCHECK as typed.
  bool json = false;  // It was written as a JSON array.
};

/// Applies CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER VOLUME WORKDIR
/// STOPSIGNAL SHELL HEALTHCHECK.  `cmd_set`: this file had its own CMD, which
/// ENTRYPOINT then keeps; CMD sets it.  Errors are the builder's words.
Outcome apply_change(image::ContainerConfig& config, const ConfigChange& change,
                     bool& cmd_set, const Rules& rules);

/// One `--change` as typed: parses and applies it.
Outcome apply_change_text(image::ContainerConfig& config, std::string_view text,
                          const Rules& rules);

}  // namespace drydock::engine
