// registry_words.cc — the errors of the distribution protocol, in Go's words.

#include "sim/engine/registry_words.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/text.h"

namespace drydock::engine {

namespace {

using Kind = RegistryFault::Kind;
using Json = nlohmann::ordered_json;

/// http.StatusText, of what registries and those before them answer.
constexpr std::pair<int, std::string_view> kStatuses[] = {
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Request Entity Too Large"},
    {416, "Requested Range Not Satisfiable"},
    {418, "I'm a teapot"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

/// "name unknown: repository name not known to registry"; "" if there is none.
std::string first_error(std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return "";
  const auto errors = json.find("errors");
  if (errors == json.end() || !errors->is_array() || errors->empty()) return "";
  const Json& first = errors->front();
  const auto text = [&first](const char* key) {
    return first.is_object() && first.contains(key) && first[key].is_string()
               ? first[key].get<std::string>()
               : std::string();
  };
  const std::string code = lower(replace_all(text("code"), "_", " "));
  return code.empty() ? "" : printable(code + ": " + text("message"));
}

}  // namespace

std::string printable(std::string words) {
  constexpr std::size_t kWordsMax = 500;
  std::erase_if(words, [](unsigned char c) { return c < 32 || c == 127; });
  return words.substr(0, kWordsMax);
}

std::string status_words(int status) {
  for (const auto& [number, words] : kStatuses) {
    if (number == status) return fmt::format("{} {}", number, words);
  }
  return std::to_string(status);
}

RegistryFault refusal(int status, std::string_view body) {
  if (status == 401) return {Kind::unauthorized, "authentication required", ""};
  std::string words = first_error(body);
  if (words.empty()) {
    words = "received unexpected HTTP status: " + status_words(status);
  }
  const Kind kind = status == 403   ? Kind::denied
                    : status == 404 ? Kind::not_found
                                    : Kind::other;
  return {kind, std::move(words), ""};
}

RegistryFault wrong_layer(std::string_view digest) {
  return {
      Kind::other,
      fmt::format("filesystem layer verification failed for digest {}", digest),
      ""};
}

RegistryFault wrong_manifest(std::string_view digest) {
  return {Kind::other,
          fmt::format("manifest verification failed for digest {}", digest),
          ""};
}

}  // namespace drydock::engine
