// registry.cc — registry:2: a server that keeps images for those who push them.
//
// One process and one loop: poll(2) tells which connections have something;
// bytes are gathered until a request is whole, answered, and sent on as the
// peer takes them.  So a client that dawdles holds up nobody but itself.

#include <deque>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/services/registry_api.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::string_view kVersion = "v2.1.1";
constexpr std::string_view kGoVersion = "go1.4.2";
constexpr int kBacklog = 128;

/// One client.
struct Peer {
  Fd fd = -1;
  SocketAddress address;
  Bytes in, out;
  bool ended = false;    // It sends no more.
  bool closing = false;  // We close when `out` has left.
};

/// The bytes that are here now; more come later.
class HeldWire final : public http::Wire {
 public:
  explicit HeldWire(Bytes held) : held_(std::move(held)) {}
  Task<SysResult<Bytes>> read(std::size_t) override {
    co_return std::exchange(held_, {});
  }
  Task<SysOutcome> write(Bytes) override { co_return ok(); }

 private:
  Bytes held_;
};

/// Whether a first line has come that is no request's: one need not wait for
/// the rest.  A TLS client finds out so that this is plain HTTP.
bool begins_badly(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos || bytes.starts_with('\r')) return false;
  return !http::parse_request_head(std::string(bytes.substr(0, end + 1)) +
                                   "\r\n");
}

class RegistryServer {
 public:
  RegistryServer(Process& self, RegistryConfig config)
      : self_(self),
        config_(std::move(config)),
        instance_(random_hex()),
        api_(self, config_, random_hex()) {}

  Task<int> run();

 private:
  std::string random_hex() {
    const std::uint64_t high = self_.random(), low = self_.random();
    return fmt::format("{:016x}{:016x}", high, low);
  }
  Task<void> log(std::string level, std::string message,
                 std::string fields = "");
  Task<void> log_request(const http::Request& request, const Peer& peer,
                         const http::Response& response, std::size_t written);
  SysResult<Fd> listen_now();
  Task<void> take_arrival(Fd listener);
  Task<void> hear(Peer* peer);
  Task<void> answer_whole_requests(Peer* peer);
  Task<void> send(Peer* peer);
  void drop(Peer& peer);

  Process& self_;
  RegistryConfig config_;
  std::string instance_;
  RegistryApi api_;
  std::deque<Peer> peers_;  // Addresses stay while others come.
};

/// logrus' text formatter: time, level, message, then the fields by name.
Task<void> RegistryServer::log(std::string level, std::string message,
                               std::string fields) {
  std::string extra;
  for (const auto& [name, value] : config_.fields) {
    if (name != "version") extra += fmt::format("{}={} ", name, value);
  }
  const std::string line = fmt::format(
      "time=\"{}\" level={} msg={} {}go.version={} {}instance.id={} "
      "version={} \n",
      format_time(self_.now(), "%Y-%m-%dT%H:%M:%SZ"), level, go_quote(message),
      extra, kGoVersion, fields, instance_, kVersion);
  co_await complain(self_, line);
}

/// The line of Apache's combined format, on standard output.
Task<void> RegistryServer::log_request(const http::Request& request,
                                       const Peer& peer,
                                       const http::Response& response,
                                       std::size_t written) {
  if (!config_.logs_requests) co_return;
  const std::string line = fmt::format(
      "{} - - [{}] \"{} {} {}\" {} {} \"{}\" \"{}\"\n",
      format_ipv4(peer.address.ip),
      format_time(self_.now(), "%d/%b/%Y:%H:%M:%S +0000"), request.method,
      request.target, request.version, response.status, written,
      request.headers.get("Referer").value_or(""),
      request.headers.get("User-Agent").value_or(""));
  co_await print(self_, line);
}

SysResult<Fd> RegistryServer::listen_now() {
  SocketAddress address;
  const std::size_t colon = config_.address.rfind(':');
  if (colon == std::string::npos) return Errno::einval;
  const auto port =
      parse_int(std::string_view(config_.address).substr(colon + 1));
  const std::string host = config_.address.substr(0, colon);
  if (!port || *port < 0 || *port > 65535) return Errno::einval;
  address.port = static_cast<std::uint16_t>(*port);
  if (!host.empty() && host != "0.0.0.0") {
    const auto ip = parse_ipv4(host == "localhost" ? "127.0.0.1" : host);
    if (!ip) return Errno::eaddrnotavail;
    address.ip = *ip;
  }
  const SysResult<Fd> fd = self_.socket(SocketFamily::inet, SocketType::stream);
  if (!fd) return fd.error();
  static_cast<void>(self_.set_reuse_address(*fd, true));
  const SysOutcome bound = self_.bind(*fd, address);
  if (!bound) return bound.error();
  const SysOutcome listening = self_.listen(*fd, kBacklog);
  if (!listening) return listening.error();
  return *fd;
}

void RegistryServer::drop(Peer& peer) {
  if (peer.fd >= 0) shut(self_, peer.fd);
  peer.fd = -1;
}

Task<void> RegistryServer::take_arrival(Fd listener) {
  const SysResult<Accepted> accepted = co_await self_.accept(listener);
  if (!accepted) co_return;
  static_cast<void>(self_.set_non_blocking(accepted->fd, true));
  Peer peer;
  peer.fd = accepted->fd;
  peer.address = accepted->peer;
  peers_.push_back(std::move(peer));
}

Task<void> RegistryServer::hear(Peer* peer) {
  const SysResult<Bytes> piece = co_await self_.read(peer->fd, kChunk);
  if (!piece) {
    const bool later =
        piece.error() == Errno::eagain || piece.error() == Errno::eintr;
    if (!later) drop(*peer);
    co_return;
  }
  peer->ended = piece->empty();
  peer->in += *piece;
  co_await answer_whole_requests(peer);
}

Task<void> RegistryServer::answer_whole_requests(Peer* peer) {
  using Why = http::HttpFault::Kind;
  while (!peer->closing && !peer->in.empty()) {
    if (begins_badly(peer->in)) {
      peer->out += "HTTP/1.1 400 Bad Request\r\n\r\n";
      peer->closing = true;
      break;
    }
    HeldWire wire(peer->in);
    http::Connection held(wire);
    auto head = co_await held.read_request();
    if (!head && head.error().kind == Why::cut_short) break;
    if (!head) {
      peer->out += "HTTP/1.1 400 Bad Request\r\n\r\n";
      peer->closing = true;
      break;
    }
    if (!*head) break;
    auto body = co_await held.read_body();
    if (!body && body.error().kind == Why::cut_short) break;
    if (!body) {
      peer->out += "HTTP/1.1 413 Request Entity Too Large\r\n\r\n";
      peer->closing = true;
      break;
    }
    peer->in = held.take_rest();
    http::Request request = std::move(**head);
    request.body = std::move(*body);
    http::Response response = co_await api_.answer(request);
    const bool to_head = request.method == "HEAD";
    const bool stays = http::keeps_alive(request.version, request.headers);
    if (!stays) response.headers.add("Connection", "close");
    const bool bare = response.status == 204 || response.status == 304;
    if (!bare && !response.headers.has("Content-Length")) {
      response.headers.add("Content-Length",
                           std::to_string(response.body.size()));
    }
    const std::size_t written = to_head || bare ? 0 : response.body.size();
    peer->out += http::head_of(response);
    if (written > 0) peer->out += response.body;
    peer->closing = !stays;
    co_await log_request(request, *peer, response, written);
  }
  if (peer->ended) peer->closing = true;
}

Task<void> RegistryServer::send(Peer* peer) {
  while (!peer->out.empty()) {
    const auto taken = co_await self_.write(peer->fd, peer->out);
    if (!taken && taken.error() == Errno::eagain) co_return;
    if (!taken) {
      drop(*peer);
      co_return;
    }
    peer->out.erase(0, static_cast<std::size_t>(*taken));
  }
  if (peer->closing) drop(*peer);
}

Task<int> RegistryServer::run() {
  if (!config_.has_secret) {
    co_await log("warning",
                 "No HTTP secret provided - generated random secret. This may "
                 "cause problems with uploads if multiple registries are "
                 "behind a load-balancer. To provide a shared secret, fill in "
                 "http.secret in the configuration file or set the "
                 "REGISTRY_HTTP_SECRET environment variable.");
  }
  co_await log("info", "redis not configured");
  const SysResult<Fd> listener = listen_now();
  if (!listener) {
    co_await log("fatal",
                 fmt::format("listen tcp {}: bind: {}", config_.address,
                             lower(text_of(listener.error()))));
    co_return 1;
  }
  const std::string host = config_.address.starts_with(':') ? "[::]" : "";
  co_await log("info", "listening on " + host + config_.address);
  static_cast<void>(self_.sigaction(kSigPipe, Disposition::ignore));
  for (;;) {
    std::vector<PollFd> fds{PollFd{*listener, true}};
    for (const Peer& peer : peers_) {
      PollFd one;
      one.fd = peer.fd;
      one.readable = !peer.ended && !peer.closing;
      one.writable = !peer.out.empty();
      fds.push_back(one);
    }
    const SysResult<int> ready = co_await self_.poll(&fds, std::nullopt);
    if (!ready) continue;
    for (std::size_t at = 1; at < fds.size(); ++at) {
      Peer& peer = peers_[at - 1];
      if (fds[at].is_readable || fds[at].hang_up) co_await hear(&peer);
      if (peer.fd >= 0) co_await send(&peer);
    }
    if (fds.front().is_readable) co_await take_arrival(*listener);
    std::erase_if(peers_, [](const Peer& peer) { return peer.fd < 0; });
  }
}

constexpr std::string_view kUsage =
    "`registry` stores and distributes Docker images.\n\n"
    "Usage: \n  registry <config> [flags]\n\n"
    "Flags:\n  -h, --help=false: help for registry\n"
    "  -v, --version=false: show the version and exit\n";

}  // namespace

Task<int> registry_main(Process& self) {
  std::vector<std::string> words = self.argv();
  const std::string name = words.front();
  words.erase(words.begin());
  // Later releases call the server by a verb; both are understood.
  if (!words.empty() && words.front() == "serve") words.erase(words.begin());
  if (!words.empty() && (words[0] == "-v" || words[0] == "--version")) {
    co_await print(self, fmt::format("{} github.com/docker/distribution {}\n",
                                     name, kVersion));
    co_return 0;
  }
  if (!words.empty() && (words[0] == "-h" || words[0] == "--help")) {
    co_await print(self, std::string(kUsage));
    co_return 0;
  }
  if (words.size() != 1) {
    const std::string why =
        words.empty() ? "configuration path unspecified" : "too many arguments";
    co_await complain(self, fmt::format("configuration error: {}\n", why));
    co_await complain(self, std::string(kUsage));
    co_return 1;
  }
  const SysResult<Bytes> yaml = co_await read_file(self, words.front());
  if (!yaml) {
    co_await complain(
        self, fmt::format("configuration error: open {}: {}\n", words.front(),
                          lower(text_of(yaml.error()))));
    co_return 1;
  }
  Result<RegistryConfig> config = read_registry_config(*yaml, self.environ());
  if (!config) {
    co_await complain(
        self, fmt::format("configuration error: {}\n", config.error().text));
    co_return 1;
  }
  RegistryServer server(self, std::move(*config));
  co_return co_await server.run();
}

}  // namespace drydock::userland
