// grunt.cc — `grunt serve` of a slide deck: the files below the working
// directory, over HTTP.

#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/net/http.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::uint16_t kPort = 8000;
constexpr int kBacklog = 128;

struct MediaType {
  std::string_view ending, type;
};
constexpr std::array kMediaTypes{
    MediaType{".html", "text/html; charset=UTF-8"},
    MediaType{".css", "text/css; charset=UTF-8"},
    MediaType{".js", "application/javascript"},
    MediaType{".md", "text/x-markdown; charset=UTF-8"},
    MediaType{".json", "application/json"},
    MediaType{".png", "image/png"},
    MediaType{".svg", "image/svg+xml"},
};

std::string_view type_of(std::string_view path) {
  for (const MediaType& row : kMediaTypes) {
    if (path.ends_with(row.ending)) return row.type;
  }
  return "application/octet-stream";
}

/// The file that a target means, below the working directory; nullopt when it
/// would leave it.
std::optional<std::string> path_of(std::string_view target) {
  const auto [path, query] = http::split_target(target);
  const std::optional<std::string> decoded = http::percent_decoded(path);
  if (!decoded || !decoded->starts_with('/')) return std::nullopt;
  const std::string clean = vfs::clean_path(*decoded);
  return "." + clean + (decoded->ends_with('/') ? "/index.html" : "");
}

Task<http::Response> respond(Process& self, http::Request request) {
  http::Response response;
  const bool readable = request.method == "GET" || request.method == "HEAD";
  const std::optional<std::string> path = path_of(request.target);
  if (!readable || !path) {
    response.status = readable ? 400 : 405;
    response.reason = http::reason_of(response.status);
    co_return response;
  }
  const SysResult<Bytes> bytes = co_await read_file(self, *path);
  response.headers.set("Date", http::http_date(self.now()));
  if (!bytes) {
    response.status = 404;
    response.reason = "Not Found";
    response.headers.set("Content-Type", "text/plain");
    response.body =
        fmt::format("Cannot {} {}\n", request.method, request.target);
    co_return response;
  }
  response.headers.set("Content-Type", std::string(type_of(*path)));
  response.body = *bytes;
  co_return response;
}

Task<int> serve(Process& self, Fd client) {
  http::FdWire wire(self, client);
  http::Connection peer(wire);
  for (;;) {
    const auto request = co_await peer.read_request();
    if (!request || !*request) co_return 0;
    const auto body = co_await peer.read_body();
    if (!body) co_return 0;
    http::Response response = co_await respond(self, **request);
    const auto sent =
        co_await peer.write(std::move(response), (*request)->method == "HEAD");
    if (!sent) co_return 0;
    if (!http::keeps_alive((*request)->version, (*request)->headers)) {
      co_return 0;
    }
  }
}

}  // namespace

Task<int> grunt_main(Process& self) {
  if (self.argv().size() != 2 || self.argv()[1] != "serve") {
    co_await complain(self,
                      "drydock: only 'grunt serve' is modelled of grunt\n");
    co_return 3;
  }
  const SysResult<Fd> listener =
      self.socket(SocketFamily::inet, SocketType::stream);
  if (!listener) co_return 1;
  SocketAddress address;
  address.port = kPort;
  static_cast<void>(self.set_reuse_address(*listener, true));
  const SysOutcome bound = self.bind(*listener, address);
  if (!bound || !self.listen(*listener, kBacklog)) {
    co_await complain(
        self, fmt::format("Fatal error: Port {} is already in use by another "
                          "process.\n",
                          kPort));
    co_return 3;
  }
  co_await print(self,
                 fmt::format("Running \"connect:server\" (connect) task\n"
                             "Started connect web server on "
                             "http://0.0.0.0:{}\n\nRunning \"watch\" task\n"
                             "Waiting...\n",
                             kPort));
  // Children that have ended need no burial.
  static_cast<void>(self.sigaction(kSigChld, Disposition::ignore));
  for (;;) {
    const SysResult<Accepted> accepted = co_await self.accept(*listener);
    if (!accepted) continue;
    const Fd client = accepted->fd;
    Program body = [client](Process& child) { return serve(child, client); };
    const SysResult<Pid> child = self.fork(std::move(body));
    static_cast<void>(child);  // Without one, the client is turned away.
    shut(self, client);
  }
}

}  // namespace drydock::userland
