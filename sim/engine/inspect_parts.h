// inspect_parts.h — what the files of `inspect` share.

#pragma once

#include <string_view>
#include <vector>

#include "sim/base/value.h"
#include "sim/engine/container.h"
#include "sim/engine/rules.h"

namespace drydock::engine {

Value list_or_nil(const List& list);  // Empty: Go's nil.
Value map_of(const StringMap& map);
Value host_port(std::string_view ip, std::string_view port);

Value host_config_old(const HostConfig& host, const List& links);
Value host_config_recent(const HostConfig& host, const List& links,
                         const Rules& rules);

}  // namespace drydock::engine
