// server.cc — one connection after another, one request each.

#include "tests/realmode/server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

/// Until `end` has come, or so many bytes; what was read.
std::string read_until(int fd, std::string text, std::string_view end,
                       std::size_t size) {
  std::array<char, 65536> piece;
  const auto is_there = [&] {
    return end.empty() ? text.size() >= size
                       : text.find(end) != std::string::npos;
  };
  while (!is_there()) {
    const ssize_t count = ::recv(fd, piece.data(), piece.size(), 0);
    if (count <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text[0] == '\x16') break;  // A TLS hello.
  }
  return text;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Server::Server(int number, Answer answer) : answer_(std::move(answer)) {
  listener_ = sys::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0x7f000000U + static_cast<unsigned>(number));
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_.get(), name, size) == 0);
  REQUIRE(::listen(listener_.get(), 16) == 0);
  REQUIRE(::getsockname(listener_.get(), name, &size) == 0);
  host_ = fmt::format("127.0.0.{}:{}", number, ntohs(address.sin_port));
  thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
  ending_ = true;
  thread_.join();
}

std::vector<Asked> Server::asked() {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void Server::serve() {
  while (!ending_) {
    pollfd ready = {listener_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 50) <= 0) continue;
    const sys::Fd connection(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) serve_one(connection.get());
  }
}

/// A body in chunks (RFC 7230, 4.1), put together, or as much of it as is read.
std::string Server::chunks_from(int connection, std::string text) {
  std::string body;
  const std::size_t most = cut_.exchange(SIZE_MAX);
  for (;;) {
    text = read_until(connection, std::move(text), "\r\n", 0);
    const std::size_t line = text.find("\r\n");
    if (line == std::string::npos) return body;
    const std::size_t size = std::stoul(text.substr(0, line), nullptr, 16);
    text = read_until(connection, text.substr(line + 2), "", size + 2);
    if (text.size() < size + 2 || size == 0) return body;
    body += text.substr(0, size);
    text.erase(0, size + 2);
    if (body.size() >= most) return body;
  }
}

void Server::serve_one(int connection) {
  std::string text = read_until(connection, "", "\r\n\r\n", 0);
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return;
  Asked asked;
  const List lines = split(text.substr(0, end), '\n');
  const List words = split_blanks(lines.at(0));
  if (words.size() < 2) return;
  asked.method = words[0];
  asked.target = words[1];
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    asked.headers[lower(line.substr(0, colon))] =
        std::string(trim(line.substr(colon + 2)));
  }
  const auto length = parse_int(asked.header("content-length"));
  asked.body = asked.header("transfer-encoding") == "chunked"
                   ? chunks_from(connection, text.substr(end + 4))
                   : read_until(connection, text.substr(end + 4), "",
                                static_cast<std::size_t>(length.value_or(0)));
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
  }
  const Answered answer = answer_(asked);
  if (answer.silent) return;
  const auto size = static_cast<std::int64_t>(answer.body.size());
  std::string head = fmt::format("HTTP/1.1 {} Word\r\n", answer.status);
  for (const std::string& header : answer.headers) head += header + "\r\n";
  if (!answer.endless) {
    head += fmt::format("Content-Length: {}\r\n",
                        answer.length < 0 ? size : answer.length);
  }
  head += "Connection: close\r\n\r\n";
  if (!send_all(connection, head) || asked.method == "HEAD") return;
  do {
    if (!send_all(connection, answer.body)) return;
  } while (answer.endless && !ending_);
  ::shutdown(connection, SHUT_WR);
}

}  // namespace drydock::realmode
