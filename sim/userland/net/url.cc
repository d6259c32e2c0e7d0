// url.cc — reading and writing URLs.

#include "sim/userland/net/url.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

std::uint16_t port_of_scheme(std::string_view scheme) {
  if (scheme == "https") return 443;
  if (scheme == "ftp") return 21;
  return 80;
}

}  // namespace

std::string Url::authority() const {
  if (port == port_of_scheme(scheme)) return host;
  return fmt::format("{}:{}", host, port);
}

std::string Url::file_name() const {
  const std::string path = target.substr(0, target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  const std::size_t mark = text.find("://");
  if (mark != std::string_view::npos) {
    url.scheme = lower(text.substr(0, mark));
    text.remove_prefix(mark + 3);
  }
  url.port = port_of_scheme(url.scheme);
  text = text.substr(0, text.find('#'));
  const std::size_t end = text.find_first_of("/?");
  std::string_view authority = text.substr(0, end);
  if (end != std::string_view::npos) {
    url.target = text.substr(end);
    if (url.target[0] == '?') url.target.insert(0, "/");
  }
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    const std::size_t colon = who.find(':');
    url.user = who.substr(0, colon);
    if (colon != std::string_view::npos) url.password = who.substr(colon + 1);
    authority.remove_prefix(at + 1);
  }
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    if (!digits.empty()) {
      const std::optional<std::int64_t> port = parse_int(digits);
      if (!port || *port < 1 || *port > 65535) return std::nullopt;
      url.port = static_cast<std::uint16_t>(*port);
      url.port_given = true;
    }
  }
  url.host = lower(authority);
  if (url.host.empty()) return std::nullopt;
  return url;
}

std::optional<Url> resolve_url(const Url& base, std::string_view location) {
  if (location.find("://") != std::string_view::npos) {
    return parse_url(location);
  }
  if (location.starts_with("//")) {
    return parse_url(base.scheme + ":" + std::string(location));
  }
  Url url = base;
  location = location.substr(0, location.find('#'));
  if (location.starts_with('/')) {
    url.target = location;
  } else {
    const std::string path = base.target.substr(0, base.target.find('?'));
    url.target = path.substr(0, path.rfind('/') + 1) + std::string(location);
  }
  return url;
}

std::string text_of(const Url& url) {
  return fmt::format("{}://{}{}", url.scheme, url.authority(), url.target);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      group <<= 8;
      if (j < count) group |= static_cast<unsigned char>(bytes[i + j]);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

}  // namespace drydock::userland
