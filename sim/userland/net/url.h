// url.h — a URL in its parts, as curl and wget read what people type.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::userland {

struct Url {
  std::string scheme = "http";
  std::string user, password;
  std::string host;
  std::uint16_t port = 80;
  bool port_given = false;
  std::string target = "/";  // Path and query, without the fragment.

  /// "host:8000", without the port where it is the scheme's own.
  std::string authority() const;
  /// The part of the path behind its last slash, without a query.
  std::string file_name() const;
};

/// nullopt when there is no host, or the port is no number.  A missing scheme
/// is http.
std::optional<Url> parse_url(std::string_view text);

/// Where a Location field leads, seen from `base`.
std::optional<Url> resolve_url(const Url& base, std::string_view location);

std::string text_of(const Url& url);

/// RFC 4648, with padding: for "Authorization: Basic".
std::string base64(std::string_view bytes);

}  // namespace drydock::userland
