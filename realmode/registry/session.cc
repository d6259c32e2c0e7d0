// session.cc — places are tried in turn, and credentials stay where they
// belong.
//
// A registry may send one who asks for a blob elsewhere.  Whoever is there gets
// neither the password nor the token (CVE-2020-15157), is not asked for a
// challenge of his own, and is not reached less safely than the registry was.

#include "realmode/registry/session.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace drydock::realmode {

using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr int kRedirectsMax = 10;  // As net/http has it.
constexpr std::string_view kAgent =
    "User-Agent: docker/20.10.24 (linux) drydock/0.1";

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

RegistryFault unreachable(const HttpFault& fault, std::string url) {
  return {Kind::unreachable, fault.text, std::move(url)};
}

}  // namespace

std::string scope_of(const std::string& repository, std::string_view actions) {
  return fmt::format("repository:{}:{}", repository, actions);
}

/// Where it has answered before comes first.
std::vector<Endpoint> Session::places_for(const Ask& ask) const {
  std::vector<Endpoint> places = endpoints_of(ask.host, settings_);
  if (!ask.may_mirror) {
    std::erase_if(places, [](const Endpoint& place) { return place.mirror; });
  }
  const auto good = good_bases_.find(ask.host + " " + ask.repository);
  if (good == good_bases_.end()) return places;
  std::stable_partition(
      places.begin(), places.end(),
      [&](const Endpoint& place) { return place.base == good->second; });
  return places;
}

Task<RegistryResult<HttpRequest>> Session::request_for(Url url,
                                                       Endpoint endpoint,
                                                       Ask ask) {
  HttpRequest request;
  request.method = ask.method;
  request.url = url;
  request.headers = ask.headers;
  request.headers.emplace_back(kAgent);
  request.verifies = endpoint.verifies;
  request.certificates = endpoint.certificates;
  request.body = std::move(ask.body);
  const auto registry = parse_url(endpoint.base);
  // An upload may be told to go elsewhere: without credentials, then.
  if (!registry || !registry->same_origin(url)) co_return request;
  Access access{*registry, ask.scopes,
                endpoint.mirror ? RegistryAuth() : ask.auth, endpoint.verifies};
  RegistryResult<std::string> header =
      co_await authentication_.header(std::move(access));
  if (!header) co_return header.error();
  if (!header->empty()) request.headers.push_back(*std::move(header));
  co_return request;
}

Task<RegistryResult<Reply>> Session::ask_there(Url url, Endpoint endpoint,
                                               Ask ask) {
  constexpr int kAttempts = 2;
  const auto registry = parse_url(endpoint.base);
  const std::string shown = endpoint.base + "/v2/";
  for (int attempt = 1;; ++attempt) {
    RegistryResult<HttpRequest> request =
        co_await request_for(url, endpoint, ask);
    if (!request) co_return request.error();
    Reply reply;
    reply.exchange =
        std::make_unique<Exchange>(transport_, *std::move(request));
    const HttpResult<HttpHead> head = co_await reply.exchange->head();
    if (!head) co_return unreachable(head.error(), shown);
    reply.head = *head;
    reply.url = url;
    reply.endpoint = endpoint;
    const bool asks = head->status == 401 && attempt < kAttempts && registry &&
                      registry->same_origin(url);
    if (!asks) co_return reply;
    authentication_.challenge(*registry, head->header("www-authenticate"));
    authentication_.forget_token({*registry, ask.scopes,
                                  endpoint.mirror ? RegistryAuth() : ask.auth,
                                  endpoint.verifies});
  }
}

Task<RegistryResult<Reply>> Session::follow(Reply reply, Ask ask) {
  for (int hops = 0; is_redirect(reply.head.status); ++hops) {
    const std::string location = reply.head.header("location");
    const auto next = resolve(reply.url, location);
    if (!next) {
      co_return RegistryFault{
          Kind::other,
          "a redirect that leads nowhere: " + engine::printable(location), ""};
    }
    if (hops == kRedirectsMax) {
      co_return RegistryFault{
          Kind::other, fmt::format("stopped after {} redirects", kRedirectsMax),
          ""};
    }
    if (reply.url.scheme == "https" && next->scheme == "http") {
      co_return RegistryFault{
          Kind::other,
          "a redirect from https to plain http is not followed: " +
              engine::printable(next->text),
          ""};
    }
    const auto registry = parse_url(reply.endpoint.base);
    if (registry && registry->same_origin(*next)) {
      RegistryResult<Reply> there =
          co_await ask_there(*next, reply.endpoint, ask);
      if (!there) co_return there.error();
      reply = *std::move(there);
      continue;
    }
    HttpRequest request;
    request.method = ask.method;
    request.url = *next;
    request.headers = ask.headers;
    request.headers.emplace_back(kAgent);
    request.verifies = reply.endpoint.verifies;
    reply.exchange = std::make_unique<Exchange>(transport_, std::move(request));
    const HttpResult<HttpHead> head = co_await reply.exchange->head();
    if (!head) co_return unreachable(head.error(), next->text);
    reply.head = *head;
    reply.url = *next;
  }
  co_return reply;
}

Task<RegistryResult<Reply>> Session::ask(Ask ask) {
  const std::vector<Endpoint> places = places_for(ask);
  // Whichever is asked first: docker tells of the one that it ends with.
  const std::string told = endpoints_of(ask.host, settings_).back().base;
  RegistryFault last;
  for (std::size_t at = 0; at < places.size(); ++at) {
    const Endpoint place = places[at];
    const bool is_last = at + 1 == places.size();
    const auto url = parse_url(place.base + ask.path);
    if (!url) {
      last = {Kind::other, "no such address: " + place.base + ask.path, ""};
      continue;
    }
    RegistryResult<Reply> reply = co_await ask_there(*url, place, ask);
    if (reply && ask.reads()) {
      reply = co_await follow(*std::move(reply), ask);
    }
    if (reply && (is_last || !place.mirror || reply->head.status < 400)) {
      good_bases_[ask.host + " " + ask.repository] = place.base;
      co_return reply;
    }
    if (reply) continue;  // A mirror that has it not.
    const RegistryFault fault = reply.error();
    const bool answered = fault.kind != Kind::unreachable;
    if (answered || last.text.empty() || place.base == told) last = fault;
    // Somebody did answer: to ask again by plain HTTP would change nothing.
    if (answered && !place.mirror) break;
  }
  co_return last;
}

Task<RegistryResult<WholeReply>> Session::ask_all(Ask asked,
                                                  std::size_t limit) {
  const std::string method = asked.method;
  RegistryResult<Reply> reply = co_await ask(std::move(asked));
  if (!reply) co_return reply.error();
  HttpResult<Bytes> body = co_await reply->exchange->read_all(limit);
  if (!body) {
    co_return RegistryFault{Kind::other, body.error().text, reply->url.text};
  }
  WholeReply whole;
  whole.head = std::move(reply->head);
  whole.url = std::move(reply->url);
  whole.body = *std::move(body);
  co_return whole;
}

Task<RegistryResult<std::unique_ptr<Exchange>>> Session::begin_upload(
    Url url, Endpoint endpoint, Ask ask) {
  RegistryResult<HttpRequest> request =
      co_await request_for(std::move(url), std::move(endpoint), std::move(ask));
  if (!request) co_return request.error();
  request->streams_body = true;
  co_return std::make_unique<Exchange>(transport_, *std::move(request));
}

}  // namespace drydock::realmode
