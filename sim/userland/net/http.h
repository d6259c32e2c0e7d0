// http.h — HTTP/1.1 messages, read from and written to a connection.
//
// What clients and servers of the userland share: RFC 7230's grammar of
// requests and responses, bodies by length, by chunks or to the end of the
// connection, and who keeps a connection open.  Nothing here knows a URL's
// meaning or a status's consequences.
//
//     FdWire wire(self, fd);
//     Connection peer(wire);
//     const HttpResult<std::optional<Request>> request =
//         co_await peer.read_request();
//     const HttpResult<Bytes> body = co_await peer.read_body(kBodyMax);
//     const HttpResult<Nothing> sent = co_await peer.write(response);

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/errno.h"
#include "sim/base/stream.h"
#include "sim/kernel/process.h"

namespace drydock::userland::http {

/// Bounds on what a peer may make us keep: nginx's large_client_header_buffers
/// together, and a body that is read as one.
inline constexpr std::size_t kHeadMax = 32 * 1024;
inline constexpr std::size_t kBodyMax = std::size_t{256} << 20;

/// Why a message could not be read or written.
struct HttpFault {
  enum class Kind {
    io,         // A system call failed: `error`.
    closed,     // The peer closed before the first byte of a message.
    cut_short,  // It closed within one.
    malformed,  // Not HTTP: `text` says what.
    too_long,   // More than the bounds above.
  };
  Kind kind = Kind::io;
  Errno error{};
  std::string text;
};
template <typename T>
using HttpResult = Result<T, HttpFault>;
using Nothing = std::monostate;

/// Header fields in the order in which they came; names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;
  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first of that name.
  std::optional<std::string> get(std::string_view name) const;
  /// All of that name, as one list: RFC 7230, 3.2.2.
  std::string joined(std::string_view name) const;
  bool has(std::string_view name) const { return get(name).has_value(); }
  void add(std::string name, std::string value);
  void set(std::string name, std::string value);  // Replaces all of that name.
  void remove(std::string_view name);
  /// Whether a comma-separated field has this member: "Connection: close".
  bool lists(std::string_view name, std::string_view member) const;
  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";  // As it stands on the request line.
  std::string version = "HTTP/1.1";
  Headers headers;
  Bytes body;  // Written with its length; read by read_body().
};

struct Response {
  int status = 200;
  std::string reason = "OK";
  std::string version = "HTTP/1.1";
  Headers headers;
  Bytes body;  // The same.
};

/// The words of RFC 7231, 6.1: "Not Found"; "" for a status without a name.
std::string_view reason_of(int status);

/// Does the connection stay open after this message?
bool keeps_alive(std::string_view version, const Headers& headers);

/// A head as text, up to and with its empty line.
std::string head_of(const Request& request);
std::string head_of(const Response& response);

/// The opposite; `head` ends with its empty line.
HttpResult<Request> parse_request_head(std::string_view head);
HttpResult<Response> parse_response_head(std::string_view head);

/// "/a%20b" -> "/a b"; nullopt when a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// "/path?query" cut at its first '?'.
std::pair<std::string, std::string> split_target(std::string_view target);
/// The value of one key of a query, decoded; nullopt when it is not there.
std::optional<std::string> query_value(std::string_view query,
                                       std::string_view key);

/// RFC 7231, 7.1.1.1: "Mon, 12 Oct 2015 08:00:00 GMT".
std::string http_date(Time time);

/// Bytes both ways.
class Wire {
 public:
  virtual ~Wire() = default;
  /// An empty answer is the end.
  virtual Task<SysResult<Bytes>> read(std::size_t count) = 0;
  /// All of them.
  virtual Task<SysOutcome> write(Bytes bytes) = 0;
};

/// A descriptor of a process; EINTR is tried again.
class FdWire final : public Wire {
 public:
  FdWire(kernel::Process& self, kernel::Fd fd) : self_(self), fd_(fd) {}
  Task<SysResult<Bytes>> read(std::size_t count) override;
  Task<SysOutcome> write(Bytes bytes) override;

 private:
  kernel::Process& self_;
  kernel::Fd fd_;
};

/// One end of a conversation over a wire, which outlives it.
class Connection {
 public:
  explicit Connection(Wire& wire) : wire_(wire) {}

  /// The next request's head; nullopt when the peer has closed in between.
  Task<HttpResult<std::optional<Request>>> read_request();
  /// A response's head; interim 1xx responses are passed over.  `method` is
  /// what was asked: an answer to HEAD has no body.
  Task<HttpResult<Response>> read_response(std::string method);

  /// The next piece of the body of the head read last; empty at its end.
  Task<HttpResult<Bytes>> read_piece();
  /// All that is left of that body.
  Task<HttpResult<Bytes>> read_body(std::size_t limit = kBodyMax);
  /// How long that body is, where the head says so.
  std::optional<std::int64_t> body_length() const;

  /// A head, and a body by its length unless the headers name another framing.
  Task<HttpResult<Nothing>> write(Request request);
  /// The same; `to_head`: only the head of what a GET would get.
  Task<HttpResult<Nothing>> write(Response response, bool to_head = false);
  /// Bytes as they are, for bodies that are sent while they are made.
  Task<HttpResult<Nothing>> write_bytes(Bytes bytes);
  /// One chunk; an empty one is the last.
  Task<HttpResult<Nothing>> write_chunk(Bytes bytes);

  /// What has been read and belongs to no message yet.
  Bytes take_rest() { return std::move(held_); }

 private:
  enum class Framing { none, length, chunks, to_end };

  Task<HttpResult<std::string>> read_head();
  Task<HttpResult<std::string>> read_line();
  Task<HttpResult<Nothing>> fill();
  Task<HttpResult<Bytes>> read_chunked();
  HttpResult<Nothing> frame(const Headers& headers, bool to_end_by_default);
  Bytes take(std::size_t count);

  Wire& wire_;
  Bytes held_;  // Read from the wire and not yet used.
  bool ended_ = false;
  Framing framing_ = Framing::none;
  std::int64_t left_ = 0;  // Of the body, or of the chunk.
  bool first_chunk_ = true;
  std::optional<std::int64_t> length_;
};

}  // namespace drydock::userland::http
