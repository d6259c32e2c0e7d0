// proxy.cc — proxy_pass: what another server answers.

#include <fmt/format.h>

#include "sim/userland/net/dial.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/services/nginx/serve.h"

namespace drydock::userland::nginx {

namespace {

/// Fields that are a connection's own and go no further.
constexpr std::string_view kOwnFields[] = {
    "Connection", "Keep-Alive",     "Transfer-Encoding",
    "Server",     "Content-Length", "Date",
};

http::Request upstream_request(const Exchange& exchange, Time now) {
  const Settings& settings = *exchange.settings;
  http::Request request = exchange.request;
  request.version = "HTTP/1.0";
  request.body = exchange.body;
  std::string target = request.target;
  if (settings.proxy_has_path && exchange.location) {
    const std::string rest = exchange.uri.substr(
        std::min(exchange.location->pattern.size(), exchange.uri.size()));
    target = settings.proxy->target + rest;
    if (!exchange.args.empty()) target += "?" + exchange.args;
  }
  request.target = target;
  request.headers.set("Host", settings.proxy->authority());
  request.headers.set("Connection", "close");
  request.headers.remove("Keep-Alive");
  request.headers.remove("Transfer-Encoding");
  if (!exchange.body.empty()) {
    request.headers.set("Content-Length", std::to_string(exchange.body.size()));
  }
  for (const auto& [name, value] : settings.proxy_headers) {
    const std::string text = expand_variables(exchange, value, now);
    if (text.empty()) {
      request.headers.remove(name);
    } else {
      request.headers.set(name, text);
    }
  }
  return request;
}

}  // namespace

Task<void> Handler::pass(Exchange& exchange) {
  Url url = *exchange.settings->proxy;
  const auto group = config_.upstreams.find(url.host);
  if (group != config_.upstreams.end()) {
    const std::optional<Url> member = parse_url(group->second.front());
    if (member) {
      url.host = member->host;
      url.port = member->port;
    }
  }
  const Result<kernel::Ipv4, LookupFault> address =
      co_await resolve_address(self_, url.host);
  if (!address) {
    complain(exchange, fmt::format("{} could not be resolved", url.host));
    fail(exchange, 502);
    co_return;
  }
  kernel::SocketAddress to;
  to.ip = *address;
  to.port = url.port;
  const Dialled dialled = co_await dial(self_, to, 60 * kSecond);
  if (!dialled.fd) {
    const Errno why = dialled.timed_out ? Errno::etimedout : dialled.error;
    complain(exchange,
             fmt::format("connect() failed ({}: {}) while connecting to "
                         "upstream",
                         static_cast<int>(why), text_of(why)));
    fail(exchange, why == Errno::etimedout ? 504 : 502);
    co_return;
  }
  http::FdWire wire(self_, *dialled.fd);
  http::Connection upstream(wire);
  const std::string method = exchange.request.method;
  const http::Request request = upstream_request(exchange, self_.now());
  const http::HttpResult<http::Nothing> sent = co_await upstream.write(request);
  http::HttpResult<http::Response> response =
      co_await upstream.read_response(method);
  http::HttpResult<Bytes> body = co_await upstream.read_body();
  static_cast<void>(self_.close(*dialled.fd));
  if (!sent || !response || !body) {
    complain(exchange,
             "upstream prematurely closed connection while reading response "
             "header from upstream");
    fail(exchange, 502);
    co_return;
  }
  for (const std::string_view name : kOwnFields) {
    response->headers.remove(name);
  }
  exchange.response = std::move(*response);
  exchange.response.body = std::move(*body);
}

}  // namespace drydock::userland::nginx
