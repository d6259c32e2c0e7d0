// registry_api.cc — routes, error codes, and what needs neither blob nor
// manifest.

#include "sim/userland/services/registry_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/digest.h"
#include "sim/base/value.h"

namespace drydock::userland {

using namespace kernel;
using Kind = RegistryRoute::Kind;

namespace {

struct ErrorCode {
  std::string_view code, message;
  int status;
};

// clang-format off
constexpr ErrorCode kErrorCodes[] = {
    {"BLOB_UNKNOWN", "blob unknown to registry", 404},
    {"BLOB_UPLOAD_INVALID", "blob upload invalid", 404},
    {"BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", 404},
    {"DIGEST_INVALID", "provided digest did not match uploaded content", 400},
    {"MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", 400},
    {"MANIFEST_INVALID", "manifest invalid", 400},
    {"MANIFEST_UNKNOWN", "manifest unknown", 404},
    {"NAME_INVALID", "invalid repository name", 400},
    {"NAME_UNKNOWN", "repository name not known to registry", 404},
    {"PAGINATION_NUMBER_INVALID", "invalid number of results requested", 400},
    {"RANGE_INVALID", "invalid content range", 416},
    {"TAG_INVALID", "manifest tag did not match URI", 400},
    {"UNKNOWN", "unknown error", 500},
    {"UNSUPPORTED", "The operation is unsupported.", 405},
};
// clang-format on

constexpr std::size_t kCatalogMax = 1000;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// [\w][\w.-]{0,127}
bool is_tag(std::string_view tag) {
  const auto word = [](char c) {
    return is_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !tag.empty() && tag.size() <= 128 && word(tag.front()) &&
         std::ranges::all_of(
             tag, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

bool is_uuid(std::string_view text) {
  return text.size() == 36 && std::ranges::all_of(text, [](char c) {
           return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool allows(Kind kind, std::string_view method) {
  const auto one_of = [&](std::string_view methods) {
    return std::ranges::count(split(methods, ' '), method) > 0;
  };
  switch (kind) {
    case Kind::none:
      return true;
    case Kind::base:
    case Kind::catalog:
    case Kind::tags:
      return one_of("GET");
    case Kind::manifest:
      return one_of("GET HEAD PUT DELETE");
    case Kind::blob:
      return one_of("GET HEAD DELETE");
    case Kind::uploads:
      return one_of("POST");
    case Kind::upload:
      return one_of("GET HEAD PATCH PUT DELETE");
  }
  return false;
}

http::Response json_response(std::string body) {
  http::Response response;
  response.headers.set("Content-Type", "application/json; charset=utf-8");
  response.body = std::move(body) + "\n";
  return response;
}

}  // namespace

bool is_repository_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  for (const std::string& part : split(name, '/')) {
    if (part.empty() || !is_alnum(part.front()) || !is_alnum(part.back())) {
      return false;
    }
    for (const char c : part) {
      if (!is_alnum(c) && c != '.' && c != '_' && c != '-') return false;
    }
    if (part.find("..") != std::string::npos) return false;
  }
  return true;
}

std::string json_string(std::string_view text) {
  return to_json(Value(std::string(text)));
}

http::Response registry_error(std::string_view code, std::string detail) {
  const auto* const row =
      std::ranges::find(kErrorCodes, code, &ErrorCode::code);
  http::Response response = json_response(fmt::format(
      R"({{"errors":[{{"code":"{}","message":"{}"{}}}]}})", code, row->message,
      detail.empty() ? "" : R"(,"detail":)" + detail));
  response.status = row->status;
  response.reason = http::reason_of(row->status);
  return response;
}

RegistryRoute route_of(std::string_view target, std::string_view prefix) {
  auto [path, query] = http::split_target(target);
  RegistryRoute route;
  route.query = query;
  const std::optional<std::string> decoded = http::percent_decoded(path);
  if (!decoded || !decoded->starts_with(prefix)) return route;
  std::string_view rest = std::string_view(*decoded).substr(prefix.size());
  if (rest == "/v2/" || rest == "/v2") {
    route.kind = Kind::base;
    return route;
  }
  if (!rest.starts_with("/v2/")) return route;
  rest.remove_prefix(4);
  if (rest == "_catalog") {
    route.kind = Kind::catalog;
    return route;
  }
  struct Shape {
    std::string_view middle;
    Kind kind;
    bool (*fits)(std::string_view);
  };
  const auto is_reference = [](std::string_view text) {
    return is_tag(text) || text.starts_with("sha256:");
  };
  const auto is_empty = [](std::string_view text) { return text.empty(); };
  const auto is_digest = [](std::string_view text) {
    return text.find(':') != std::string_view::npos &&
           text.find('/') == std::string_view::npos;
  };
  const Shape shapes[] = {{"/tags/list", Kind::tags, is_empty},
                          {"/blobs/uploads/", Kind::uploads, is_empty},
                          {"/blobs/uploads", Kind::uploads, is_empty},
                          {"/blobs/uploads/", Kind::upload, is_uuid},
                          {"/manifests/", Kind::manifest, is_reference},
                          {"/blobs/", Kind::blob, is_digest}};
  for (const Shape& shape : shapes) {
    const std::size_t at = rest.rfind(shape.middle);
    if (at == std::string_view::npos) continue;
    const std::string_view last = rest.substr(at + shape.middle.size());
    if (!is_repository_name(rest.substr(0, at)) || !shape.fits(last)) continue;
    route.kind = shape.kind;
    route.name = rest.substr(0, at);
    route.reference = last;
    return route;
  }
  return route;
}

RegistryApi::RegistryApi(Process& self, const RegistryConfig& config,
                         std::string secret)
    : self_(self),
      config_(config),
      store_(self, config.root),
      secret_(std::move(secret)) {}

std::string RegistryApi::url_of(const Request& request,
                                std::string_view path) const {
  return fmt::format("http://{}{}{}", request.headers.get("Host").value_or(""),
                     config_.prefix, path);
}

/// Version 4, RFC 4122.
std::string RegistryApi::new_uuid() const {
  const std::uint64_t high = self_.random(), low = self_.random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32,
                     high >> 16 & 0xffff, high & 0xfff,
                     (low >> 48 & 0x3fff) | 0x8000, low & 0xffffffffffff);
}

http::Response RegistryApi::base() const {
  http::Response response;
  response.headers.set("Content-Length", "2");
  response.headers.set("Content-Type", "application/json; charset=utf-8");
  response.body = "{}";
  return response;
}

http::Response RegistryApi::catalog(const Route& route) const {
  const List all = store_.repositories();
  std::size_t most = kCatalogMax;
  if (const auto asked = http::query_value(route.query, "n")) {
    const auto number = parse_int(*asked);
    if (!number || *number < 1) {
      return registry_error("PAGINATION_NUMBER_INVALID",
                            fmt::format(R"({{"n":{}}})", json_string(*asked)));
    }
    most = static_cast<std::size_t>(*number);
  }
  const std::string last = http::query_value(route.query, "last").value_or("");
  List names;
  bool more = false;
  for (const std::string& name : all) {
    if (!last.empty() && name <= last) continue;
    more = names.size() == most;
    if (more) break;
    names.push_back(name);
  }
  List quoted;
  for (const std::string& name : names) quoted.push_back(json_string(name));
  http::Response response = json_response(
      fmt::format(R"({{"repositories":[{}]}})", join(quoted, ",")));
  if (more) {
    response.headers.set(
        "Link", fmt::format("</v2/_catalog?last={}&n={}>; rel=\"next\"",
                            replace_all(names.back(), "/", "%2F"), most));
  }
  return response;
}

http::Response RegistryApi::tags(const Route& route) const {
  const std::optional<List> names = store_.tags(route.name);
  if (!names) {
    return registry_error("NAME_UNKNOWN", fmt::format(R"({{"name":{}}})",
                                                      json_string(route.name)));
  }
  List quoted;
  for (const std::string& name : *names) quoted.push_back(json_string(name));
  return json_response(
      fmt::format(R"({{"name":{},"tags":{}}})", json_string(route.name),
                  names->empty() ? "null" : "[" + join(quoted, ",") + "]"));
}

Task<http::Response> RegistryApi::dispatch(Request request, Route route) {
  switch (route.kind) {
    case Kind::base: {
      co_return base();
    }
    case Kind::catalog: {
      co_return catalog(route);
    }
    case Kind::tags: {
      co_return tags(route);
    }
    case Kind::manifest:
      co_return co_await manifest(std::move(request), std::move(route));
    case Kind::blob:
      co_return co_await blob(std::move(request), std::move(route));
    case Kind::uploads:
      co_return co_await begin_upload(std::move(request), std::move(route));
    case Kind::upload:
      co_return co_await upload(std::move(request), std::move(route));
    case Kind::none:
      break;
  }
  http::Response nothing;
  nothing.status = 404;
  nothing.reason = "Not Found";
  nothing.headers.set("Content-Type", "text/plain; charset=utf-8");
  nothing.headers.set("X-Content-Type-Options", "nosniff");
  nothing.body = "404 page not found\n";
  co_return nothing;
}

/// Go's server sends what a handler has set in the order of its name, and then
/// what it adds itself.
Task<http::Response> RegistryApi::answer(Request request) {
  Route route = route_of(request.target, config_.prefix);
  const bool known = route.kind != Kind::none;
  http::Response response;
  if (allows(route.kind, request.method)) {
    response = co_await dispatch(std::move(request), std::move(route));
  } else {
    response = registry_error("UNSUPPORTED");
  }
  if (known) {
    response.headers.set("Docker-Distribution-Api-Version", "registry/2.0");
    for (const auto& [name, value] : config_.headers) {
      response.headers.set(name, value);
    }
  }
  std::vector<http::Headers::Field> fields = response.headers.fields();
  std::ranges::stable_sort(fields, {}, &http::Headers::Field::first);
  http::Headers sorted;
  for (auto& [name, value] : fields) sorted.add(name, value);
  sorted.add("Date", http::http_date(self_.now()));
  response.headers = std::move(sorted);
  co_return response;
}

}  // namespace drydock::userland
