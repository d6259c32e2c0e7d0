// http_connection.cc — messages on a wire: heads, and the three framings of a
// body.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/net/http.h"

namespace drydock::userland::http {

namespace {

using Kind = HttpFault::Kind;

HttpFault fault(Kind kind, std::string text = "") {
  return {kind, {}, std::move(text)};
}

/// A chunk's length in hex, up to ';' where an extension begins.
std::optional<std::int64_t> chunk_size(std::string_view line) {
  const std::string_view digits = trim(line.substr(0, line.find(';')));
  constexpr std::size_t kDigitsMax = 15;
  if (digits.empty() || digits.size() > kDigitsMax) return std::nullopt;
  std::int64_t size = 0;
  for (const char c : lower(digits)) {
    const bool letter = c >= 'a' && c <= 'f';
    if (!letter && (c < '0' || c > '9')) return std::nullopt;
    size = size * 16 + (letter ? c - 'a' + 10 : c - '0');
  }
  return size;
}

/// Where a head ends: behind its first empty line.
std::size_t end_of_head(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (bytes.substr(at + 1).starts_with('\n')) return at + 2;
    if (bytes.substr(at + 1).starts_with("\r\n")) return at + 3;
  }
  return std::string_view::npos;
}

}  // namespace

Task<SysResult<Bytes>> FdWire::read(std::size_t count) {
  for (;;) {
    const SysResult<Bytes> piece = co_await self_.read(fd_, count);
    if (!piece && piece.error() == Errno::eintr) continue;
    co_return piece;
  }
}

Task<SysOutcome> FdWire::write(Bytes bytes) {
  while (!bytes.empty()) {
    const auto taken = co_await self_.write(fd_, bytes);
    if (!taken && taken.error() == Errno::eintr) continue;
    if (!taken) co_return taken.error();
    bytes.erase(0, static_cast<std::size_t>(*taken));
  }
  co_return ok();
}

Bytes Connection::take(std::size_t count) {
  Bytes piece = held_.substr(0, count);
  held_.erase(0, piece.size());
  return piece;
}

/// More bytes into held_; at the end, ended_ is set instead.
Task<HttpResult<Nothing>> Connection::fill() {
  const SysResult<Bytes> piece = co_await wire_.read(kChunk);
  if (!piece) co_return HttpFault{Kind::io, piece.error(), ""};
  ended_ = piece->empty();
  held_ += *piece;
  co_return Nothing{};
}

Task<HttpResult<std::string>> Connection::read_head() {
  for (;;) {
    // An empty line before a request is passed over: RFC 7230, 3.5.
    while (held_.starts_with("\r\n")) held_.erase(0, 2);
    const std::size_t end = end_of_head(held_);
    if (end != std::string::npos) co_return take(end);
    if (held_.size() > kHeadMax) co_return fault(Kind::too_long);
    if (ended_) {
      co_return fault(held_.empty() ? Kind::closed : Kind::cut_short);
    }
    const HttpResult<Nothing> more = co_await fill();
    if (!more) co_return more.error();
  }
}

Task<HttpResult<std::string>> Connection::read_line() {
  for (;;) {
    const std::size_t end = held_.find('\n');
    if (end != std::string::npos) {
      std::string line = take(end + 1);
      line.pop_back();
      if (line.ends_with('\r')) line.pop_back();
      co_return line;
    }
    if (held_.size() > kHeadMax) co_return fault(Kind::too_long);
    if (ended_) co_return fault(Kind::cut_short);
    const HttpResult<Nothing> more = co_await fill();
    if (!more) co_return more.error();
  }
}

/// How long the body is that follows: RFC 7230, 3.3.3.
HttpResult<Nothing> Connection::frame(const Headers& headers,
                                      bool to_end_by_default) {
  framing_ = to_end_by_default ? Framing::to_end : Framing::none;
  length_.reset();
  left_ = 0;
  first_chunk_ = true;
  if (headers.lists("Transfer-Encoding", "chunked")) {
    framing_ = Framing::chunks;
    return Nothing{};
  }
  const std::optional<std::string> length = headers.get("Content-Length");
  if (!length) return Nothing{};
  const std::optional<std::int64_t> bytes = parse_int(*length);
  if (!bytes || *bytes < 0) {
    return fault(Kind::malformed,
                 fmt::format("bad Content-Length {}", go_quote(*length)));
  }
  framing_ = Framing::length;
  length_ = left_ = *bytes;
  return Nothing{};
}

Task<HttpResult<std::optional<Request>>> Connection::read_request() {
  const HttpResult<std::string> head = co_await read_head();
  if (!head && head.error().kind == Kind::closed) {
    co_return std::optional<Request>();
  }
  if (!head) co_return head.error();
  HttpResult<Request> request = parse_request_head(*head);
  if (!request) co_return request.error();
  const HttpResult<Nothing> framed = frame(request->headers, false);
  if (!framed) co_return framed.error();
  co_return std::optional<Request>(std::move(*request));
}

Task<HttpResult<Response>> Connection::read_response(std::string method) {
  for (;;) {
    const HttpResult<std::string> head = co_await read_head();
    if (!head) co_return head.error();
    HttpResult<Response> response = parse_response_head(*head);
    if (!response) co_return response.error();
    const int status = response->status;
    if (status < 200 && status != 101) continue;
    const HttpResult<Nothing> framed = frame(response->headers, true);
    if (!framed) co_return framed.error();
    if (method == "HEAD" || status == 101 || status == 204 || status == 304) {
      framing_ = Framing::none;
    }
    co_return std::move(*response);
  }
}

std::optional<std::int64_t> Connection::body_length() const { return length_; }

Task<HttpResult<Bytes>> Connection::read_chunked() {
  if (left_ == 0) {
    if (!first_chunk_) {
      const HttpResult<std::string> end = co_await read_line();
      if (!end) co_return end.error();
      if (!end->empty()) {
        co_return fault(Kind::malformed, "a chunk is longer than it says");
      }
    }
    first_chunk_ = false;
    const HttpResult<std::string> line = co_await read_line();
    if (!line) co_return line.error();
    const std::optional<std::int64_t> size = chunk_size(*line);
    if (!size) {
      co_return fault(Kind::malformed,
                      fmt::format("bad chunk size {}", go_quote(*line)));
    }
    left_ = *size;
    if (left_ == 0) {
      framing_ = Framing::none;
      for (;;) {  // Trailers, which mean nothing to anybody here.
        const HttpResult<std::string> trailer = co_await read_line();
        if (!trailer) co_return trailer.error();
        if (trailer->empty()) co_return Bytes();
      }
    }
  }
  if (held_.empty()) {
    const HttpResult<Nothing> more = co_await fill();
    if (!more) co_return more.error();
    if (held_.empty()) co_return fault(Kind::cut_short);
  }
  Bytes piece = take(static_cast<std::size_t>(left_));
  left_ -= static_cast<std::int64_t>(piece.size());
  co_return piece;
}

Task<HttpResult<Bytes>> Connection::read_piece() {
  if (framing_ == Framing::none) co_return Bytes();
  if (framing_ == Framing::chunks) co_return co_await read_chunked();
  if (framing_ == Framing::length && left_ == 0) co_return Bytes();
  if (held_.empty() && !ended_) {
    const HttpResult<Nothing> more = co_await fill();
    if (!more) co_return more.error();
  }
  if (framing_ == Framing::to_end) co_return take(held_.size());
  if (held_.empty()) co_return fault(Kind::cut_short);
  Bytes piece = take(static_cast<std::size_t>(left_));
  left_ -= static_cast<std::int64_t>(piece.size());
  co_return piece;
}

Task<HttpResult<Bytes>> Connection::read_body(std::size_t limit) {
  Bytes body;
  for (;;) {
    const HttpResult<Bytes> piece = co_await read_piece();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return body;
    body += *piece;
    if (body.size() > limit) co_return fault(Kind::too_long);
  }
}

Task<HttpResult<Nothing>> Connection::write_bytes(Bytes bytes) {
  const SysOutcome written = co_await wire_.write(std::move(bytes));
  if (!written) co_return HttpFault{Kind::io, written.error(), ""};
  co_return Nothing{};
}

Task<HttpResult<Nothing>> Connection::write(Request request) {
  const bool framed = request.headers.has("Content-Length") ||
                      request.headers.has("Transfer-Encoding");
  if (!framed && !request.body.empty()) {
    request.headers.add("Content-Length", std::to_string(request.body.size()));
  }
  co_return co_await write_bytes(head_of(request) + request.body);
}

Task<HttpResult<Nothing>> Connection::write(Response response, bool to_head) {
  const bool framed = response.headers.has("Content-Length") ||
                      response.headers.has("Transfer-Encoding");
  const bool bare =
      response.status == 204 || response.status == 304 || response.status < 200;
  if (!framed && !bare) {
    response.headers.add("Content-Length",
                         std::to_string(response.body.size()));
  }
  Bytes bytes = head_of(response);
  if (!to_head && !bare) bytes += response.body;
  co_return co_await write_bytes(std::move(bytes));
}

Task<HttpResult<Nothing>> Connection::write_chunk(Bytes bytes) {
  Bytes chunk = fmt::format("{:x}\r\n", bytes.size()) + bytes + "\r\n";
  co_return co_await write_bytes(std::move(chunk));
}

}  // namespace drydock::userland::http
