// registry_exchange.cc — one request to a registry and its reply: the name is
// looked up, the connection made, and what goes wrong told in Go's words.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/kernel/kernel_socket.h"
#include "sim/machine/registry_client.h"
#include "sim/machine/world.h"

namespace drydock::machine {

using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using kernel::SocketAddress;
using userland::http::HttpFault;
using userland::http::HttpResult;
using userland::http::Response;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kFileMax = std::size_t{1} << 20;

/// How a TLS client begins: a handshake record with a ClientHello.  Among the
/// ciphers on offer is number 10, which a plain server takes for a newline.
constexpr std::string_view kClientHello(
    "\x16\x03\x01\x00\x08\x01\x00\x00\x04\x00\x02\x00\x0a", 13);

class SocketWire final : public userland::http::Wire {
 public:
  explicit SocketWire(kernel::KernelSocket& socket) : socket_(socket) {}
  Task<SysResult<Bytes>> read(std::size_t count) override {
    return socket_.read(count);
  }
  Task<SysOutcome> write(Bytes bytes) override {
    return socket_.write(std::move(bytes));
  }

 private:
  kernel::KernelSocket& socket_;
};

RegistryFault unreachable(std::string url, std::string why) {
  return {Kind::unreachable, std::move(why), std::move(url)};
}

std::string shown(const SocketAddress& address) {
  return fmt::format("{}:{}", kernel::format_ipv4(address.ip), address.port);
}

std::string words_of(const HttpFault& fault, const SocketAddress& address) {
  switch (fault.kind) {
    case HttpFault::Kind::io:
      return fmt::format("read tcp {}: {}", shown(address),
                         lower(text_of(fault.error)));
    case HttpFault::Kind::closed:
      return "EOF";
    case HttpFault::Kind::cut_short:
      return "unexpected EOF";
    case HttpFault::Kind::malformed:
      return "malformed HTTP response: " + fault.text;
    case HttpFault::Kind::too_long:
      break;
  }
  return "http: response is too long";
}

/// What a TLS client makes of the peer's first bytes; nothing here speaks TLS.
Task<std::string> shake_hands(kernel::KernelSocket& socket) {
  const SysOutcome hello = co_await socket.write(Bytes(kClientHello));
  if (!hello) co_return std::string("EOF");
  const SysResult<Bytes> answer = co_await socket.read(kChunk);
  if (!answer || answer->empty()) co_return std::string("EOF");
  if (answer->starts_with("HTTP/")) {
    co_return std::string("http: server gave HTTP response to HTTPS client");
  }
  co_return std::string("tls: first record does not look like a TLS handshake");
}

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const bool there = i + j < bytes.size();
      const unsigned byte =
          there ? static_cast<unsigned char>(bytes[i + j]) : 0U;
      group = group << 8 | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool padding = i + j > bytes.size();
      text += padding ? '=' : kAlphabet[group >> (18 - 6 * j) & 63];
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> HttpRegistry::host_file(
    std::string_view path) const {
  const vfs::MountTable& table = kernel_.machine().mnt->table;
  const vfs::Location root = table.root();
  const vfs::View view{&table, root, root, {}};
  const auto place = vfs::resolve(view, path);
  if (!place) return std::nullopt;
  const SysResult<Bytes> bytes = place->inode->read(0, kFileMax);
  return bytes ? std::optional<std::string>(*bytes) : std::nullopt;
}

/// /etc/hosts first, then what the world's name servers know.
Result<SocketAddress> HttpRegistry::address_of(const std::string& host) const {
  SocketAddress address;
  const std::size_t colon = host.rfind(':');
  const std::string name = host.substr(0, colon);
  address.port = kHttpsPort;
  if (colon != std::string::npos) {
    const auto port = parse_int(std::string_view(host).substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) {
      return Error{fmt::format("dial tcp: address {}: invalid port",
                               host.substr(colon + 1))};
    }
    address.port = static_cast<std::uint16_t>(*port);
  }
  if (const auto ip = kernel::parse_ipv4(name)) {
    address.ip = *ip;
    return address;
  }
  for (const std::string& line :
       split(host_file("/etc/hosts").value_or(""), '\n')) {
    const List words = split_blanks(line.substr(0, line.find('#')));
    if (words.size() < 2) continue;
    const auto ip = kernel::parse_ipv4(words.front());
    if (!ip) continue;
    for (std::size_t at = 1; at < words.size(); ++at) {
      if (lower(words[at]) != lower(name)) continue;
      address.ip = *ip;
      return address;
    }
  }
  if (const auto ip = World::address_of(name)) {
    address.ip = *ip;
    return address;
  }
  std::string server;
  for (const std::string& line :
       split(host_file("/etc/resolv.conf").value_or(""), '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 2 || words.front() != "nameserver") continue;
    server = fmt::format(" on {}:53", words[1]);
    break;
  }
  return Error{
      fmt::format("dial tcp: lookup {}{}: no such host", name, server)};
}

Task<RegistryResult<HttpRegistry::Reply>> HttpRegistry::ask(std::string host,
                                                            Request request,
                                                            RegistryAuth auth) {
  const Result<SocketAddress> address = address_of(host);
  const bool plain = address && address->ip.is_loopback();
  const std::string url =
      fmt::format("{}://{}/v2/", plain ? "http" : "https", host);
  if (!address) co_return unreachable(url, address.error().text);

  kernel::KernelSocket socket(kernel_.scheduler(), kernel_.machine().net->stack,
                              kernel_.next_ino());
  const SysOutcome connected = co_await socket.connect(*address);
  if (!connected) {
    co_return unreachable(
        url, fmt::format("dial tcp {}: connect: {}", shown(*address),
                         lower(text_of(connected.error()))));
  }
  if (!plain) {
    const std::string refusal = co_await shake_hands(socket);
    co_return unreachable(url, refusal);
  }
  using userland::http::Headers;
  Headers headers{{"Host", host}, {"User-Agent", user_agent_}};
  for (const auto& [name, value] : request.headers.fields()) {
    headers.add(name, value);
  }
  if (!auth.user.empty()) {
    headers.add("Authorization",
                "Basic " + base64(auth.user + ":" + auth.password));
  }
  headers.add("Connection", "close");
  const std::string method = request.method;
  request.headers = std::move(headers);
  SocketWire wire(socket);
  userland::http::Connection peer(wire);
  const auto sent = co_await peer.write(std::move(request));
  if (!sent) co_return unreachable(url, words_of(sent.error(), *address));
  HttpResult<Response> head = co_await peer.read_response(method);
  if (!head) co_return unreachable(url, words_of(head.error(), *address));
  HttpResult<Bytes> body = co_await peer.read_body();
  if (!body) co_return unreachable(url, words_of(body.error(), *address));
  Reply reply;
  reply.head = std::move(*head);
  reply.body = std::move(*body);
  co_return reply;
}

}  // namespace drydock::machine
