// url.h — addresses of HTTP, taken apart by libcurl's own parser, so that what
// is checked here is what is connected to there.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock::realmode {

struct Url {
  std::string scheme;  // "http" or "https"; nothing else is one.
  std::string host;    // Without brackets, lower case.
  int port = 0;
  std::string text;  // All of it, normalised.

  /// Whoever answers there is the same: scheme, host and port.
  bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

/// Nothing: no URL of HTTP, or one that carries a user's name.
std::optional<Url> parse_url(const std::string& text);

/// What a Location: of an answer from `base` leads to.
std::optional<Url> resolve(const Url& base, const std::string& location);

/// For a place in a query.
std::string percent_encoded(std::string_view text);

/// 127.0.0.0/8, ::1 and "localhost".
bool is_loopback(const std::string& host);

}  // namespace drydock::realmode
