// registry_api.h — the HTTP API of registry:2, one request at a time.
//
// Docker Registry HTTP API V2, which became the OCI distribution spec: the
// routes, methods, headers and error codes of that document.

#pragma once

#include <string>

#include "sim/userland/net/http.h"
#include "sim/userland/services/registry_config.h"
#include "sim/userland/services/registry_store.h"

namespace drydock::userland {

/// A request, cut up: /v2/NAME/manifests/REFERENCE?query.
struct RegistryRoute {
  enum class Kind {
    none,  // 404 page not found
    base,
    catalog,
    tags,
    manifest,
    blob,
    uploads,
    upload
  };
  Kind kind = Kind::none;
  std::string name, reference;  // A tag, a digest or an upload's uuid.
  std::string query;
};
/// [a-z0-9]+(?:[._-][a-z0-9]+)* between slashes, 255 characters at most.
bool is_repository_name(std::string_view name);

RegistryRoute route_of(std::string_view target, std::string_view prefix);

class RegistryApi {
 public:
  RegistryApi(kernel::Process& self, const RegistryConfig& config,
              std::string secret);

  Task<http::Response> answer(http::Request request);

 private:
  using Request = http::Request;
  using Response = http::Response;
  using Route = RegistryRoute;

  Task<Response> dispatch(Request request, Route route);
  Response base() const;
  Response catalog(const Route& route) const;
  Response tags(const Route& route) const;

  // registry_manifests.cc
  Task<Response> manifest(Request request, Route route);
  Task<Response> get_manifest(Request request, Route route);
  Task<Response> put_manifest(Request request, Route route);
  Task<Response> delete_manifest(Route route);

  // registry_blobs.cc
  Task<Response> blob(Request request, Route route);
  Task<Response> get_blob(Request request, Route route);
  Task<Response> begin_upload(Request request, Route route);
  Task<Response> upload(Request request, Route route);
  Task<Response> fill_upload(Request request, Route route);
  Task<Response> close_upload(Request request, Route route);
  Response upload_status(const Request& request, const Route& route,
                         int status);
  std::string state_of(const Route& route, std::int64_t offset) const;

  std::string url_of(const Request& request, std::string_view path) const;
  std::string new_uuid() const;

  kernel::Process& self_;
  const RegistryConfig& config_;
  RegistryStore store_;
  std::string secret_;  // Signs what an upload is allowed to go on with.
};

/// {"errors":[{"code":...,"message":...,"detail":...}]} with the status that
/// the code has; `detail` is JSON, or empty for none.
http::Response registry_error(std::string_view code, std::string detail = "");

/// "x" with JSON's quotes.
std::string json_string(std::string_view text);

}  // namespace drydock::userland
