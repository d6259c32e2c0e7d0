// upload.cc — the three requests of an upload.

#include "realmode/registry/upload.h"

#include <fmt/format.h>

namespace drydock::realmode {

using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kAnswerMax = 64 * 1024;

/// Where an upload goes on.
struct Place {
  Url url;
  Endpoint endpoint;
};

Ask ask_of(const UploadTarget& target, std::string method) {
  Ask ask;
  ask.host = target.host;
  ask.repository = target.repository;
  ask.method = std::move(method);
  ask.scopes = {scope_of(target.repository, "pull,push")};
  ask.auth = target.auth;
  return ask;
}

/// The words of an answer that should have been another one.
Task<RegistryFault> refused(Exchange& exchange, int status) {
  const HttpResult<Bytes> words = co_await exchange.read_all(kAnswerMax);
  co_return engine::refusal(status, words ? *words : "");
}

RegistryResult<Place> place_of(const Reply& reply) {
  const auto next = resolve(reply.url, reply.head.header("location"));
  if (!next) {
    return RegistryFault{Kind::other,
                         "the registry tells no place to upload to", ""};
  }
  return Place{*next, reply.endpoint};
}

Task<RegistryResult<Place>> begin(Session& session, UploadTarget target) {
  Ask ask = ask_of(target, "POST");
  ask.path = fmt::format("/v2/{}/blobs/uploads/", target.repository);
  RegistryResult<Reply> reply = co_await session.ask(std::move(ask));
  if (!reply) co_return reply.error();
  if (reply->head.status != 202) {
    const RegistryFault fault =
        co_await refused(*reply->exchange, reply->head.status);
    co_return fault;
  }
  co_return place_of(*reply);
}

/// PUT with the digest: the upload is a blob from now on.
Task<RegistryResult<std::monostate>> close(Session& session,
                                           UploadTarget target, Place place,
                                           std::string digest, Bytes blob) {
  const bool has_query = place.url.text.find('?') != std::string::npos;
  const auto url =
      parse_url(fmt::format("{}{}digest={}", place.url.text,
                            has_query ? '&' : '?', percent_encoded(digest)));
  if (!url) co_return RegistryFault{Kind::other, "no place to upload to", ""};
  Ask ask = ask_of(target, "PUT");
  ask.headers.emplace_back("Content-Type: application/octet-stream");
  ask.body = std::move(blob);
  RegistryResult<Reply> reply =
      co_await session.ask_there(*url, place.endpoint, std::move(ask));
  if (!reply) co_return reply.error();
  if (reply->head.status == 201) co_return std::monostate{};
  const RegistryFault fault =
      co_await refused(*reply->exchange, reply->head.status);
  co_return fault;
}

/// The body of the PATCH.
Task<Outcome> send_all(Exchange& exchange, GzipSource& packed) {
  for (;;) {
    Result<Bytes> piece = co_await packed.read(kChunk);
    if (!piece) co_return piece.error();
    const bool last = piece->empty();
    const bool wanted = co_await exchange.send(*std::move(piece));
    if (last || !wanted) co_return done();
  }
}

}  // namespace

Task<RegistryResult<std::monostate>> upload_stream(Session& session,
                                                   UploadTarget target,
                                                   GzipSource& packed,
                                                   std::string* digest) {
  const RegistryResult<Place> place = co_await begin(session, target);
  if (!place) co_return place.error();
  Ask ask = ask_of(target, "PATCH");
  ask.headers.emplace_back("Content-Type: application/octet-stream");
  const RegistryResult<std::unique_ptr<Exchange>> exchange =
      co_await session.begin_upload(place->url, place->endpoint,
                                    std::move(ask));
  if (!exchange) co_return exchange.error();
  const Outcome sent = co_await send_all(**exchange, packed);
  if (!sent) co_return RegistryFault{Kind::other, sent.error().text, ""};
  const HttpResult<HttpHead> head = co_await (*exchange)->head();
  if (!head) {
    co_return RegistryFault{Kind::unreachable, head.error().text,
                            place->url.text};
  }
  if (head->status != 202) {
    const RegistryFault fault = co_await refused(**exchange, head->status);
    co_return fault;
  }
  const auto next = resolve(place->url, head->header("location"));
  *digest = packed.packed_digest();
  const Place last{next ? *next : place->url, place->endpoint};
  co_return co_await close(session, target, last, *digest, "");
}

Task<RegistryResult<std::monostate>> upload_whole(Session& session,
                                                  UploadTarget target,
                                                  std::string digest,
                                                  Bytes blob) {
  const RegistryResult<Place> place = co_await begin(session, target);
  if (!place) co_return place.error();
  co_return co_await close(session, target, *place, std::move(digest),
                           std::move(blob));
}

Task<RegistryResult<bool>> mount(Session& session, UploadTarget target,
                                 std::string from, std::string digest) {
  Ask ask = ask_of(target, "POST");
  ask.path =
      fmt::format("/v2/{}/blobs/uploads/?from={}&mount={}", target.repository,
                  percent_encoded(from), percent_encoded(digest));
  ask.scopes.push_back(scope_of(from, "pull"));
  RegistryResult<Reply> reply = co_await session.ask(std::move(ask));
  if (!reply) co_return reply.error();
  if (reply->head.status == 201) co_return true;
  if (reply->head.status != 202) co_return false;
  const RegistryResult<Place> place = place_of(*reply);
  if (!place) co_return place.error();
  Ask cancel = ask_of(target, "DELETE");
  const RegistryResult<Reply> cancelled = co_await session.ask_there(
      place->url, place->endpoint, std::move(cancel));
  static_cast<void>(cancelled);  // It would have lapsed by itself.
  co_return false;
}

}  // namespace drydock::realmode
