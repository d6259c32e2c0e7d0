// upload.cc — the three requests of an upload, and what is done when one of
// them gets no answer.

#include "realmode/registry/upload.h"

#include <fmt/format.h>

namespace drydock::realmode {

using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kAnswerMax = 64 * 1024;

Ask ask_of(const UploadTarget& target, std::string method) {
  Ask ask;
  ask.host = target.host;
  ask.repository = target.repository;
  ask.method = std::move(method);
  ask.scopes = {scope_of(target.repository, "pull,push")};
  ask.auth = target.auth;
  return ask;
}

/// The words of an answer that should have been another one.  A registry that
/// is out of sorts may be asked again.
Task<RegistryFault> refused(Exchange& exchange, int status) {
  const HttpResult<Bytes> words = co_await exchange.read_all(kAnswerMax);
  RegistryFault fault = engine::refusal(status, words ? *words : "");
  if (status >= 500 || status == 429) fault.kind = Kind::unreachable;
  co_return fault;
}

RegistryResult<UploadPlace> place_of(const Reply& reply) {
  const auto next = resolve(reply.url, reply.head.header("location"));
  if (!next) {
    return RegistryFault{Kind::other,
                         "the registry tells no place to upload to", ""};
  }
  return UploadPlace{*next, reply.endpoint};
}

Task<RegistryResult<UploadPlace>> begin(Session& session, UploadTarget target) {
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
Task<RegistryResult<std::monostate>> seal(Session& session, UploadTarget target,
                                          UploadPlace place, std::string digest,
                                          Bytes blob) {
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

/// Of "0-99", 100; of "0-0", which says nothing, and of what is no range, 0.
std::int64_t count_in(const std::string& range) {
  constexpr std::string_view kFromTheFirst = "0-";
  if (!range.starts_with(kFromTheFirst)) return 0;
  const std::int64_t last =
      parse_int(range.substr(kFromTheFirst.size())).value_or(0);
  return last > 0 && last < INT64_MAX ? last + 1 : 0;
}

}  // namespace

/// The answer to a part: the next one may have to go elsewhere.
Upload::Step Upload::go_on_at(const HttpHead& head) {
  const auto next = resolve(place_->url, head.header("location"));
  if (next) place_->url = *next;
  return std::monostate{};
}

/// Sets `there_`, or forgets the place if the registry has.
Task<Upload::Step> Upload::ask_how_far() {
  Ask ask = ask_of(target_, "GET");
  const RegistryResult<Reply> reply = co_await session_.ask_there(
      place_->url, place_->endpoint, std::move(ask));
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status >= 500) {
    const RegistryFault fault = co_await refused(*reply->exchange, status);
    co_return fault;
  }
  there_ = count_in(reply->head.header("range"));
  const bool can_be = there_ > 0 && there_ <= spool_.size();
  if (status == 204 && can_be) co_return go_on_at(reply->head);
  place_.reset();
  co_return std::monostate{};
}

/// What was packed before, in parts that say which they are.
Task<Upload::Step> Upload::send_again() {
  constexpr std::size_t kPart = std::size_t{8} << 20;
  while (there_ < spool_.size()) {
    Result<Bytes> part = co_await spool_.read(there_, kPart);
    if (!part) co_return RegistryFault{Kind::other, part.error().text, ""};
    const std::int64_t end = there_ + static_cast<std::int64_t>(part->size());
    Ask ask = ask_of(target_, "PATCH");
    ask.headers.emplace_back("Content-Type: application/octet-stream");
    ask.headers.push_back(fmt::format("Content-Range: {}-{}", there_, end - 1));
    ask.body = *std::move(part);
    const RegistryResult<Reply> reply = co_await session_.ask_there(
        place_->url, place_->endpoint, std::move(ask));
    if (!reply) co_return reply.error();
    if (reply->head.status != 202) {
      const RegistryFault fault =
          co_await refused(*reply->exchange, reply->head.status);
      co_return fault;
    }
    (void)go_on_at(reply->head);
    there_ = end;
  }
  co_return std::monostate{};
}

/// What is packed now: one request, however long it gets.
Task<Upload::Step> Upload::send_fresh() {
  if (spool_.is_whole()) co_return std::monostate{};
  Ask ask = ask_of(target_, "PATCH");
  ask.headers.emplace_back("Content-Type: application/octet-stream");
  const RegistryResult<std::unique_ptr<Exchange>> exchange =
      co_await session_.begin_upload(place_->url, place_->endpoint,
                                     std::move(ask));
  if (!exchange) co_return exchange.error();
  for (bool wanted = true; wanted && !spool_.is_whole();) {
    Result<Bytes> piece = co_await spool_.read(spool_.size(), kChunk);
    if (!piece) co_return RegistryFault{Kind::other, piece.error().text, ""};
    wanted = co_await (*exchange)->send(*std::move(piece));
  }
  const HttpResult<HttpHead> head = co_await (*exchange)->head();
  if (!head) {
    co_return RegistryFault{Kind::unreachable, head.error().text,
                            place_->url.text};
  }
  if (head->status != 202) {
    const RegistryFault fault = co_await refused(**exchange, head->status);
    co_return fault;
  }
  there_ = spool_.size();
  co_return go_on_at(*head);
}

/// Whether all has arrived, and the answer to that was lost.
Task<RegistryResult<bool>> Upload::is_there() {
  if (digest_.empty()) co_return false;
  Ask ask = ask_of(target_, "HEAD");
  ask.path = fmt::format("/v2/{}/blobs/{}", target_.repository, digest_);
  const RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kAnswerMax);
  if (!reply) co_return reply.error();
  co_return reply->head.status == 200;
}

Task<Upload::Step> Upload::attempt() {
  if (place_) {
    const Step asked = co_await ask_how_far();
    if (!asked) co_return asked;
  }
  const bool resumes = place_.has_value();
  if (!resumes) {
    const RegistryResult<bool> arrived = co_await is_there();
    if (!arrived) co_return arrived.error();
    if (*arrived) co_return std::monostate{};
    const RegistryResult<UploadPlace> fresh = co_await begin(session_, target_);
    if (!fresh) co_return fresh.error();
    place_ = *fresh;
    begun_ = true;
    there_ = 0;
  }
  const Step again = co_await send_again();
  if (!again && resumes && again.error().kind != Kind::unreachable) {
    place_.reset();  // It does not take the rest: next time, all of it.
    co_return RegistryFault{Kind::unreachable, again.error().text, ""};
  }
  if (!again) co_return again;
  const Step sent = co_await send_fresh();
  if (!sent) co_return sent;
  if (!spool_.is_whole()) {
    co_return RegistryFault{Kind::other, "the registry took a part for all",
                            ""};
  }
  if (digest_.empty()) digest_ = packed_.packed_digest();
  co_return co_await seal(session_, target_, *place_, digest_, "");
}

Task<RegistryResult<std::string>> Upload::run() {
  constexpr int kAttempts = 5;  // As docker.
  constexpr std::int64_t kPauseSeconds = 5;
  for (int attempts = 1;; ++attempts) {
    const Step sent = co_await attempt();
    if (sent) co_return digest_;
    const bool may_pass = begun_ && sent.error().kind == Kind::unreachable;
    if (!may_pass || attempts == kAttempts) co_return sent.error();
    // Most lines that break are there again at once.
    const std::int64_t pause =
        attempts == 1 ? 1 : (attempts - 1) * kPauseSeconds;
    Loop& loop = session_.transport().loop();
    const Time later = loop.now() + pause * kSecond;
    co_await sleep_until(loop, later);
  }
}

Task<RegistryResult<std::monostate>> upload_whole(Session& session,
                                                  UploadTarget target,
                                                  std::string digest,
                                                  Bytes blob) {
  const RegistryResult<UploadPlace> place = co_await begin(session, target);
  if (!place) co_return place.error();
  co_return co_await seal(session, target, *place, std::move(digest),
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
  const RegistryResult<UploadPlace> place = place_of(*reply);
  if (!place) co_return place.error();
  Ask cancel = ask_of(target, "DELETE");
  const RegistryResult<Reply> cancelled = co_await session.ask_there(
      place->url, place->endpoint, std::move(cancel));
  static_cast<void>(cancelled);  // It would have lapsed by itself.
  co_return false;
}

}  // namespace drydock::realmode
