// url.cc — curl_url(3), wrapped.

#include "realmode/registry/url.h"

#include <arpa/inet.h>

#include <memory>

#include <fmt/format.h>

#include "realmode/late/curl.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

struct Release {
  void operator()(CURLU* url) const { late::curl().url_cleanup(url); }
  void operator()(char* text) const { late::curl().free(text); }
};
using Handle = std::unique_ptr<CURLU, Release>;

std::optional<std::string> part(CURLU* url, CURLUPart what,
                                unsigned flags = 0) {
  char* text = nullptr;
  if (late::curl().url_get(url, what, &text, flags) != CURLUE_OK)
    return std::nullopt;
  const std::unique_ptr<char, Release> owned(text);
  return std::string(text);
}

std::optional<Url> read(CURLU* url) {
  if (part(url, CURLUPART_USER) || part(url, CURLUPART_PASSWORD)) {
    return std::nullopt;
  }
  const auto scheme = part(url, CURLUPART_SCHEME);
  auto host = part(url, CURLUPART_HOST);
  const auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto text = part(url, CURLUPART_URL);
  if (!scheme || !host || !port || !text) return std::nullopt;
  if (*scheme != "http" && *scheme != "https") return std::nullopt;
  if (host->starts_with('[')) *host = host->substr(1, host->size() - 2);
  return Url{*scheme, lower(*host),
             static_cast<int>(parse_int(*port).value_or(0)), *text};
}

}  // namespace

std::optional<Url> parse_url(const std::string& text) {
  const Handle url(late::curl().url());
  if (late::curl().url_set(url.get(), CURLUPART_URL, text.c_str(), 0) !=
      CURLUE_OK) {
    return std::nullopt;
  }
  return read(url.get());
}

std::optional<Url> resolve(const Url& base, const std::string& location) {
  const Handle url(late::curl().url());
  const bool led = late::curl().url_set(url.get(), CURLUPART_URL,
                                        base.text.c_str(), 0) == CURLUE_OK &&
                   late::curl().url_set(url.get(), CURLUPART_URL,
                                        location.c_str(), 0) == CURLUE_OK;
  return led ? read(url.get()) : std::nullopt;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

bool is_loopback(const std::string& host) {
  in_addr four = {};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == 127;
  }
  return host == "localhost" || host == "::1";
}

}  // namespace drydock::realmode
