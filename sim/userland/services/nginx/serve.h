// serve.h — one request of an nginx worker, from its head to its answer.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/net/http.h"
#include "sim/userland/services/nginx/config.h"

namespace drydock::userland::nginx {

/// Where an open connection stands.
struct Peer {
  kernel::SocketAddress local, remote;
};

/// A request under way, and what has become of it.
struct Exchange {
  const Config* config = nullptr;
  const HttpServer* server = nullptr;
  const Settings* settings = nullptr;
  const Location* location = nullptr;
  Peer peer;
  http::Request request;
  Bytes body;
  std::string request_line;
  std::string uri, args;  // Decoded path; the query as it came.
  int redirects = 0;
  http::Response response;
  std::int64_t sent = 0;  // Bytes of the body.
  bool mended = false;    // By error_page.
};

/// $name and ${name} in a text.
std::string expand_variables(const Exchange& exchange, std::string_view text,
                             Time now);

/// Which server answers: by port, address and Host.
const HttpServer* choose_server(const Config& config, const Peer& peer,
                                std::string_view host);
/// Its location for a path; null: none, the server's own settings hold.
const Location* choose_location(const HttpServer& server,
                                const std::string& uri);

/// A worker's part of a connection: answers one request, writes nothing.
class Handler {
 public:
  Handler(kernel::Process& self, const Config& config)
      : self_(self), config_(config) {}

  Task<void> answer(Exchange& exchange);

  /// "2015/10/12 08:00:00 [error] 6#6: *1 ..." lines, to be written.
  std::string take_complaints() { return std::move(complaints_); }
  std::int64_t connection = 0;  // Its number, for complaints.

 private:
  Task<void> answer_at(Exchange& exchange, std::string uri);
  Task<void> content(Exchange& exchange);
  Task<bool> try_files(Exchange& exchange);
  Task<void> file(Exchange& exchange, std::string path,
                  vfs::Attributes attributes);
  Task<void> directory(Exchange& exchange, std::string path);
  Task<void> listing(Exchange& exchange, std::string path);
  Task<void> pass(Exchange& exchange);
  Task<void> mend(Exchange& exchange);
  void fail(Exchange& exchange, int status);
  void redirect(Exchange& exchange, int status, std::string target);
  void complain(const Exchange& exchange, std::string_view what);
  std::string path_of(const Exchange& exchange) const;
  bool allowed(const Exchange& exchange) const;

  kernel::Process& self_;
  const Config& config_;
  std::string complaints_;
};

/// The body that nginx itself gives with a status.
std::string status_page(int status, bool tokens);
/// "404 Not Found", as nginx puts it.
std::string status_words(int status);

}  // namespace drydock::userland::nginx
