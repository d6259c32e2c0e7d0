// registry_blobs.cc — blobs, whole or in part, and uploads: POST begins one,
// PATCH fills it, PUT closes it under its digest.

#include <fmt/format.h>

#include "sim/base/digest.h"
#include "sim/base/sha256.h"
#include "sim/userland/services/registry_api.h"

namespace drydock::userland {

using namespace kernel;

namespace {

http::Response with_status(int status) {
  http::Response response;
  response.status = status;
  response.reason = http::reason_of(status);
  return response;
}

http::Response failed(Errno error) {
  return registry_error("UNKNOWN", json_string(text_of(error)));
}

/// The bytes that "bytes=A-B" of a body asks for: first, and how many.
struct ByteRange {
  std::int64_t first = 0, count = 0;
};

/// nullopt: not satisfiable.  Several ranges are answered as none.
std::optional<ByteRange> range_of(std::string_view text, std::int64_t size) {
  text.remove_prefix(std::string_view("bytes=").size());
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_int(text.substr(0, dash));
  const auto to = parse_int(text.substr(dash + 1));
  if (!from && !to) return std::nullopt;
  if (!from) {
    const std::int64_t count = std::min(*to, size);
    return ByteRange{size - count, count};
  }
  if (*from < 0 || *from >= size) return std::nullopt;
  const std::int64_t last = to ? std::min(*to, size - 1) : size - 1;
  if (last < *from) return std::nullopt;
  return ByteRange{*from, last - *from + 1};
}

/// "0-1023" of Content-Range: where a PATCH goes on; nullopt: not said.
std::optional<std::int64_t> start_of(const http::Headers& headers) {
  const std::optional<std::string> range = headers.get("Content-Range");
  if (!range) return std::nullopt;
  return parse_int(std::string_view(*range).substr(0, range->find('-')))
      .value_or(-1);
}

}  // namespace

Task<http::Response> RegistryApi::blob(Request request, Route route) {
  if (!Digest::parse(route.reference)) {
    co_return registry_error("DIGEST_INVALID", json_string(route.reference));
  }
  if (request.method != "DELETE") {
    co_return co_await get_blob(std::move(request), std::move(route));
  }
  if (!config_.may_delete) co_return registry_error("UNSUPPORTED");
  const bool there = co_await store_.has_blob(route.name, route.reference);
  if (!there) co_return registry_error("BLOB_UNKNOWN");
  const SysOutcome gone = store_.unlink_blob(route.name, route.reference);
  if (!gone) co_return failed(gone.error());
  http::Response response = with_status(202);
  response.headers.set("Content-Length", "0");
  co_return response;
}

Task<http::Response> RegistryApi::get_blob(Request request, Route route) {
  const bool there = co_await store_.has_blob(route.name, route.reference);
  std::optional<Bytes> bytes;
  if (there) bytes = co_await store_.blob(route.reference);
  if (!bytes) {
    co_return registry_error("BLOB_UNKNOWN", json_string(route.reference));
  }
  http::Response response;
  const auto size = static_cast<std::int64_t>(bytes->size());
  const std::string asked = request.headers.get("Range").value_or("");
  if (asked.starts_with("bytes=") && asked.find(',') == std::string::npos) {
    const std::optional<ByteRange> range = range_of(asked, size);
    if (!range) {
      response = with_status(416);
      response.headers.set("Content-Range", fmt::format("bytes */{}", size));
      response.headers.set("Content-Type", "text/plain; charset=utf-8");
      response.body = "invalid range: failed to overlap\n";
      co_return response;
    }
    response = with_status(206);
    response.headers.set("Content-Range",
                         fmt::format("bytes {}-{}/{}", range->first,
                                     range->first + range->count - 1, size));
    bytes = bytes->substr(static_cast<std::size_t>(range->first),
                          static_cast<std::size_t>(range->count));
  }
  response.headers.set("Accept-Ranges", "bytes");
  response.headers.set("Cache-Control", "max-age=31536000");
  response.headers.set("Content-Length", std::to_string(bytes->size()));
  response.headers.set("Content-Type", "application/octet-stream");
  response.headers.set("Docker-Content-Digest", route.reference);
  response.headers.set("Etag", fmt::format("\"{}\"", route.reference));
  response.body = std::move(*bytes);
  co_return response;
}

/// What lets an upload go on: its place, signed, so that another server with
/// the same secret can take it over.
std::string RegistryApi::state_of(const Route& route,
                                  std::int64_t offset) const {
  return sha256_hex(
      fmt::format("{} {} {} {}", secret_, route.name, route.reference, offset));
}

http::Response RegistryApi::upload_status(const Request& request,
                                          const Route& route, int status) {
  const std::int64_t size =
      store_.upload_size(route.name, route.reference).value_or(0);
  http::Response response = with_status(status);
  response.headers.set("Content-Length", "0");
  response.headers.set("Docker-Upload-Uuid", route.reference);
  response.headers.set(
      "Location",
      url_of(request,
             fmt::format("/v2/{}/blobs/uploads/{}?_state={}", route.name,
                         route.reference, state_of(route, size))));
  response.headers.set("Range", fmt::format("0-{}", size > 0 ? size - 1 : 0));
  return response;
}

Task<http::Response> RegistryApi::begin_upload(Request request, Route route) {
  const auto mount = http::query_value(route.query, "mount");
  const auto from = http::query_value(route.query, "from");
  const bool mounts =
      mount && from && Digest::parse(*mount) && is_repository_name(*from);
  if (mounts) {
    const bool there = co_await store_.has_blob(*from, *mount);
    if (there) {
      const SysOutcome linked = co_await store_.link_blob(route.name, *mount);
      if (!linked) co_return failed(linked.error());
      http::Response response = with_status(201);
      response.headers.set("Content-Length", "0");
      response.headers.set("Docker-Content-Digest", *mount);
      response.headers.set(
          "Location",
          url_of(request, fmt::format("/v2/{}/blobs/{}", route.name, *mount)));
      co_return response;
    }
  }
  route.reference = new_uuid();
  const SysOutcome begun =
      co_await store_.begin_upload(route.name, route.reference);
  if (!begun) co_return failed(begun.error());
  co_return upload_status(request, route, 202);
}

Task<http::Response> RegistryApi::upload(Request request, Route route) {
  const std::optional<std::int64_t> size =
      store_.upload_size(route.name, route.reference);
  if (!size) co_return registry_error("BLOB_UPLOAD_UNKNOWN");
  if (request.method == "GET" || request.method == "HEAD") {
    co_return upload_status(request, route, 204);
  }
  if (request.method == "DELETE") {
    const SysOutcome gone = store_.end_upload(route.name, route.reference);
    if (!gone) co_return failed(gone.error());
    http::Response response = with_status(204);
    response.headers.set("Docker-Upload-Uuid", route.reference);
    co_return response;
  }
  const std::string state =
      http::query_value(route.query, "_state").value_or("");
  if (state != state_of(route, *size)) {
    co_return registry_error("BLOB_UPLOAD_INVALID",
                             json_string("invalid secret"));
  }
  if (request.method == "PATCH") {
    co_return co_await fill_upload(std::move(request), std::move(route));
  }
  co_return co_await close_upload(std::move(request), std::move(route));
}

Task<http::Response> RegistryApi::fill_upload(Request request, Route route) {
  const std::int64_t size =
      store_.upload_size(route.name, route.reference).value_or(0);
  const std::optional<std::int64_t> start = start_of(request.headers);
  if (start && *start != size) co_return registry_error("RANGE_INVALID");
  const SysOutcome added = co_await store_.append_upload(
      route.name, route.reference, std::move(request.body));
  if (!added) co_return failed(added.error());
  co_return upload_status(request, route, 202);
}

Task<http::Response> RegistryApi::close_upload(Request request, Route route) {
  const std::string digest =
      http::query_value(route.query, "digest").value_or("");
  if (!Digest::parse(digest)) {
    co_return registry_error("DIGEST_INVALID", json_string("digest missing"));
  }
  std::optional<Bytes> bytes =
      co_await store_.upload(route.name, route.reference);
  if (!bytes) co_return registry_error("BLOB_UPLOAD_UNKNOWN");
  *bytes += request.body;
  if ("sha256:" + sha256_hex(*bytes) != digest) {
    co_return registry_error(
        "DIGEST_INVALID",
        json_string(fmt::format("invalid digest for referenced layer: {}, "
                                "content does not match digest",
                                digest)));
  }
  const SysOutcome kept =
      co_await store_.put_blob(route.name, digest, std::move(*bytes));
  if (!kept) co_return failed(kept.error());
  const SysOutcome ended = store_.end_upload(route.name, route.reference);
  if (!ended) co_return failed(ended.error());
  http::Response response = with_status(201);
  response.headers.set("Content-Length", "0");
  response.headers.set("Docker-Content-Digest", digest);
  response.headers.set(
      "Location",
      url_of(request, fmt::format("/v2/{}/blobs/{}", route.name, digest)));
  co_return response;
}

}  // namespace drydock::userland
