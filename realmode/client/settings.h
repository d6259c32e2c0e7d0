// settings.h — what a root's own docker command must be told.

#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "realmode/front/front.h"

namespace drydock::realmode {

/// A file of two lines: the path of drydock, and the profile of the root.
inline std::string settings_path(const std::string& root) {
  return root + "/bin/.drydock";
}

/// In the environment of `drydock sh`: "explain", "hints" or both.
inline constexpr char kTell[] = "DRYDOCK_TELL";

/// Takes over what the environment says there.
inline void heed_telling(Options& options) {
  const char* const text = std::getenv(kTell);
  const std::string_view tell = text ? text : "";
  if (tell.find("explain") != tell.npos) options.explain = true;
  if (tell.find("hints") != tell.npos) options.hints = true;
}

}  // namespace drydock::realmode
