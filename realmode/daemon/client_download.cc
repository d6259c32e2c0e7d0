// client_download.cc — GET of a URL that was given instead of a file: for ADD,
// build and import.

#include <fmt/format.h>

#include "realmode/daemon/client_console.h"
#include "realmode/registry/transport.h"
#include "sim/cli/download.h"

namespace drydock::realmode {

using cli::Downloaded;
using cli::DownloadFault;
using Kind = DownloadFault::Kind;

namespace {

/// What is fetched so is held in memory.
constexpr std::size_t kFileMax = std::size_t{512} << 20;

DownloadFault other(std::string why) {
  return {Kind::other, "", std::move(why)};
}

DownloadFault fault_of(const HttpFault& fault) {
  if (fault.kind == HttpFault::Kind::connect) {
    return {Kind::connect, fault.where, fault.why};
  }
  const bool unknown = fault.kind == HttpFault::Kind::lookup &&
                       fault.text.ends_with("no such host");
  if (unknown) return {Kind::lookup, fault.where, ""};
  return other(fault.text);
}

bool is_redirect(int status) {
  return status >= 300 && status < 400 && status != 304;
}

}  // namespace

/// Nobody's credentials are sent anywhere.
Task<Result<Downloaded, DownloadFault>> ClientConsole::download(
    std::string text) {
  std::optional<Url> url = parse_url(text);
  for (int hops = 0; hops <= cli::kRedirectsMax; ++hops) {
    if (!url) co_return other("no Host in request URL");
    HttpRequest request;
    request.url = *url;
    request.headers.emplace_back("User-Agent: Go-http-client/1.1");
    Exchange exchange(transport_, std::move(request));
    const HttpResult<HttpHead> head = co_await exchange.head();
    if (!head) co_return fault_of(head.error());
    const std::string location = head->header("location");
    if (is_redirect(head->status) && !location.empty()) {
      const std::optional<Url> next = resolve(*url, location);
      if (next && url->scheme == "https" && next->scheme == "http") {
        co_return other("a redirect from https to plain http is not followed");
      }
      url = next;
      continue;
    }
    if (head->status >= 400) {
      co_return DownloadFault{Kind::status, "",
                              fmt::format("{} {}", head->status, head->reason)};
    }
    HttpResult<Bytes> body = co_await exchange.read_all(kFileMax);
    if (!body) co_return fault_of(body.error());
    Downloaded brought;
    brought.content = *std::move(body);
    brought.modified = cli::parse_http_date(head->header("last-modified"));
    co_return brought;
  }
  co_return other(
      fmt::format("stopped after {} redirects", cli::kRedirectsMax));
}

}  // namespace drydock::realmode
