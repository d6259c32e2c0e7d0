// process_download.cc — the docker client fetches a URL, from its own host.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/cli/download.h"
#include "sim/machine/process_console.h"
#include "sim/userland/files.h"
#include "sim/userland/net/dial.h"
#include "sim/userland/net/http.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/net/url.h"

namespace drydock::machine {

namespace {

using cli::DownloadFault;
namespace http = userland::http;

struct Answer {
  http::Response head;
  Bytes body;
};

DownloadFault fault_of(DownloadFault::Kind kind, std::string where,
                       std::string why) {
  return DownloadFault{kind, std::move(where), std::move(why)};
}

/// One request and its answer over a connection that is there.
Task<Result<Answer, DownloadFault>> exchange(kernel::Process& self,
                                             kernel::Fd fd, userland::Url url) {
  http::FdWire wire(self, fd);
  http::Connection peer(wire);
  http::Request request;
  request.target = url.target;
  request.headers.add("Host", url.authority());
  request.headers.add("User-Agent", "Go 1.1 package http");
  request.headers.add("Connection", "close");
  const auto sent = co_await peer.write(request);
  const DownloadFault cut =
      fault_of(DownloadFault::Kind::other, "", "unexpected EOF");
  if (!sent) co_return cut;
  auto head = co_await peer.read_response("GET");
  if (!head) co_return cut;
  auto body = co_await peer.read_body();
  if (!body) co_return cut;
  Answer answer;
  answer.head = *std::move(head);
  answer.body = *std::move(body);
  co_return answer;
}

Task<Result<Answer, DownloadFault>> get(kernel::Process& self,
                                        userland::Url url) {
  const auto ip = co_await userland::resolve_address(self, url.host);
  if (!ip) co_return fault_of(DownloadFault::Kind::lookup, url.host, "");
  kernel::SocketAddress address;
  address.ip = *ip;
  address.port = url.port;
  const userland::Dialled dialled = co_await userland::dial(self, address);
  if (!dialled.fd) {
    co_return fault_of(DownloadFault::Kind::connect,
                       fmt::format("{}:{}", kernel::format_ipv4(*ip), url.port),
                       lower(text_of(dialled.error)));
  }
  Result<Answer, DownloadFault> answer =
      co_await exchange(self, *dialled.fd, url);
  userland::shut(self, *dialled.fd);
  co_return answer;
}

}  // namespace

Task<Result<cli::Downloaded, cli::DownloadFault>> ProcessConsole::download(
    std::string text) {
  auto url = userland::parse_url(text);
  if (!url) {
    co_return fault_of(DownloadFault::Kind::other, "",
                       "no Host in request URL");
  }
  for (int hops = 0; hops <= cli::kRedirectsMax; ++hops) {
    if (url->scheme != "http") {
      co_return fault_of(
          DownloadFault::Kind::other, "",
          fmt::format("drydock: {}:// is not modelled here", url->scheme));
    }
    auto answer = co_await get(self_, *url);
    if (!answer) co_return answer.error();
    const int status = answer->head.status;
    const auto location = answer->head.headers.get("Location");
    if (status >= 300 && status < 400 && location) {
      url = userland::resolve_url(*url, *location);
      if (!url) break;
      continue;
    }
    if (status >= 400) {
      co_return fault_of(DownloadFault::Kind::status, "",
                         fmt::format("{} {}", status, answer->head.reason));
    }
    cli::Downloaded brought;
    brought.content = std::move(answer->body);
    const auto when = answer->head.headers.get("Last-Modified");
    if (when) brought.modified = cli::parse_http_date(*when);
    co_return brought;
  }
  co_return fault_of(
      DownloadFault::Kind::other, "",
      fmt::format("stopped after {} redirects", cli::kRedirectsMax));
}

}  // namespace drydock::machine
