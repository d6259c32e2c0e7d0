// worker.cc — accepting, reading, answering, logging.

#include "sim/userland/services/nginx/worker.h"

#include <cctype>

#include <fmt/format.h>

#include "sim/kernel/kernel.h"

namespace drydock::userland::nginx {

Task<void> Worker::write_log(std::string path, std::string line) {
  const auto file = instance_->logs.find(path);
  if (file != instance_->logs.end()) co_await self_.write(file->second, line);
}

Task<void> Worker::log(const Exchange& exchange, std::string complaints) {
  if (!complaints.empty()) {
    co_await write_log(instance_->config.error_log, complaints);
  }
  for (const AccessLog& each : exchange.settings->access_logs) {
    if (each.path.empty()) continue;
    const auto format = instance_->config.log_formats.find(each.format);
    if (format == instance_->config.log_formats.end()) continue;
    // What a format asks for and is not there is told as "-".
    std::string line;
    const std::string& text = format->second;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      const bool named = text[at] == '$';
      while (named && end < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
              text[end] == '_')) {
        ++end;
      }
      std::string value = text.substr(at, end - at);
      if (named) {
        value = expand_variables(exchange, value, self_.now());
        if (value.empty()) value = "-";
      }
      line += value;
      at = end;
    }
    co_await write_log(each.path, line + "\n");
  }
}

/// One request; false when the connection is to be closed.
Task<bool> Worker::answer(http::Connection& connection, Handler& handler,
                          Peer peer, http::Request request) {
  Exchange exchange;
  exchange.config = &instance_->config;
  exchange.peer = peer;
  exchange.server = choose_server(instance_->config, peer,
                                  request.headers.get("Host").value_or(""));
  if (!exchange.server) co_return false;
  exchange.request_line =
      fmt::format("{} {} {}", request.method, request.target, request.version);
  exchange.request = std::move(request);
  http::HttpResult<Bytes> body = co_await connection.read_body();
  if (!body) co_return false;
  exchange.body = std::move(*body);
  co_await handler.answer(exchange);
  http::Response& response = exchange.response;
  const bool no_host = exchange.request.version == "HTTP/1.1" &&
                       !exchange.request.headers.has("Host");
  if (no_host) {
    response = {};
    response.status = 400;
    response.headers.add("Content-Type", "text/html");
    response.body = status_page(400, exchange.settings->server_tokens);
  }
  const bool stays =
      http::keeps_alive(exchange.request.version, exchange.request.headers) &&
      exchange.settings->keepalive > 0 && response.status != 400 && !leaving_;
  response.version = "HTTP/1.1";
  response.reason = status_words(response.status).substr(4);
  http::Headers headers;
  headers.add("Server", exchange.settings->server_tokens
                            ? std::string(kVersion)
                            : std::string("nginx"));
  headers.add("Date", http::http_date(self_.now()));
  const bool bare = response.status == 304 || response.status == 204;
  const std::optional<std::string> type = response.headers.get("Content-Type");
  if (type && !bare) headers.add("Content-Type", *type);
  if (!bare) {
    headers.add("Content-Length", std::to_string(response.body.size()));
  }
  for (const auto& [name, value] : response.headers.fields()) {
    if (name == "Last-Modified") headers.add(name, value);
  }
  headers.add("Connection", stays ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers.fields()) {
    if (name != "Content-Type" && name != "Last-Modified") {
      headers.add(name, value);
    }
  }
  if (response.status < 400) {
    for (const auto& [name, value] : exchange.settings->add_headers) {
      headers.add(name, expand_variables(exchange, value, self_.now()));
    }
  }
  response.headers = headers;
  const bool to_head = exchange.request.method == "HEAD";
  if (!to_head && !bare) {
    exchange.sent = static_cast<std::int64_t>(response.body.size());
  }
  const http::HttpResult<http::Nothing> sent =
      co_await connection.write(response, to_head);
  const std::string complaints = handler.take_complaints();
  co_await log(exchange, complaints);
  co_return stays&& sent;
}

Task<void> Worker::converse(Fd fd, SocketAddress remote, std::int64_t number) {
  ++open_;
  Peer peer;
  peer.remote = remote;
  const SysResult<SocketAddress> local = self_.getsockname(fd);
  if (local) peer.local = *local;
  http::FdWire wire(self_, fd);
  http::Connection connection(wire);
  Handler handler(self_, instance_->config);
  handler.connection = number;
  for (;;) {
    std::vector<kernel::PollFd> wait{{fd, true}};
    const SysResult<int> ready = co_await self_.poll(
        &wait, instance_->config.servers.front().settings.keepalive);
    if (ready && *ready == 0) break;
    if (!ready && !leaving_) continue;
    if (!ready) break;
    http::HttpResult<std::optional<http::Request>> request =
        co_await connection.read_request();
    if (request && !*request) break;
    if (!request) {
      if (request.error().kind != http::HttpFault::Kind::malformed) break;
      Exchange bad;
      bad.config = &instance_->config;
      bad.server = &instance_->config.servers.front();
      bad.settings = &bad.server->settings;
      bad.peer = peer;
      bad.response.status = 400;
      bad.response.reason = "Bad Request";
      bad.response.body = status_page(400, bad.settings->server_tokens);
      bad.response.headers.add("Server", std::string(kVersion));
      bad.response.headers.add("Date", http::http_date(self_.now()));
      bad.response.headers.add("Content-Type", "text/html");
      bad.response.headers.add("Connection", "close");
      bad.sent = static_cast<std::int64_t>(bad.response.body.size());
      co_await connection.write(bad.response);
      co_await log(bad, "");
      break;
    }
    http::Request head = std::move(**request);
    const bool stays =
        co_await answer(connection, handler, peer, std::move(head));
    if (!stays) break;
  }
  static_cast<void>(self_.close(fd));
  if (--open_ == 0) idle_.notify_all();
}

Task<void> Worker::accept_at(Fd door) {
  for (;;) {
    const SysResult<kernel::Accepted> client = co_await self_.accept(door);
    if (!client && client.error() == Errno::eintr) {
      if (leaving_) co_return;
      co_await self_.sched_yield();
      continue;
    }
    if (!client) co_return;
    ++connections_;
    scope_->spawn(converse(client->fd, client->peer, connections_));
  }
}

Task<int> Worker::run() {
  for (const int signal : {kernel::kSigTerm, kernel::kSigQuit}) {
    static_cast<void>(self_.sigaction(signal, kernel::Disposition::caught));
  }
  for (const int signal :
       {kernel::kSigPipe, kernel::kSigInt, kernel::kSigHup}) {
    static_cast<void>(self_.sigaction(signal, kernel::Disposition::ignore));
  }
  constexpr int kSigUsr1 = 10;
  static_cast<void>(self_.sigaction(kSigUsr1, kernel::Disposition::ignore));
  scope_ = std::make_unique<FiberScope>(self_.kernel().scheduler());
  for (const Door& door : instance_->doors) {
    scope_->spawn(accept_at(door.fd));
  }
  for (;;) {
    co_await self_.pause();
    const int signal = self_.take_signal();
    if (signal == kernel::kSigTerm) break;
    if (signal != kernel::kSigQuit) continue;
    // Gracefully: what has been asked for is still answered.
    leaving_ = true;
    break;
  }
  scope_.reset();
  co_return 0;
}

}  // namespace drydock::userland::nginx
