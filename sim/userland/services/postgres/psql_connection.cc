// psql_connection.cc — where the server is, who asks, and what it answers.

#include "sim/userland/services/postgres/psql_connection.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/net/resolver.h"

namespace drydock::userland::postgres {

using kernel::Fd;
using kernel::SocketAddress;

namespace {

/// A sentence of libpq's about a server that cannot be reached.
std::string unreachable(const PsqlOptions& options,
                        const SocketAddress& address, Errno why) {
  if (!address.path.empty()) {
    return fmt::format(
        "could not connect to server: {}\n\tIs the server running locally and "
        "accepting\n\tconnections on Unix domain socket \"{}\"?",
        text_of(why), address.path);
  }
  return fmt::format(
      "could not connect to server: {}\n\tIs the server running on host "
      "\"{}\" ({}) and accepting\n\tTCP/IP connections on port {}?",
      text_of(why), options.host, kernel::format_ipv4(address.ip),
      options.port);
}

}  // namespace

void Connection::close() {
  if (fd_ >= 0) shut(self_, std::exchange(fd_, -1));
}

void Connection::take(Connection& other) {
  close();
  fd_ = std::exchange(other.fd_, -1);
  in_ = std::move(other.in_);
  state_ = other.state_;
  superuser_ = other.superuser_;
}

Task<Outcome> Connection::open(PsqlOptions options) {
  const Outcome dialled = co_await dial(options);
  if (!dialled) co_return dialled.error();
  const std::map<std::string, std::string> who = {
      {"user", options.user}, {"database", options.database}};
  const WireMessage hello{'\0', startup_body(who)};
  co_await send(hello);
  const Outcome in = co_await log_in(std::move(options));
  if (!in) close();
  co_return in;
}

Task<Outcome> Connection::dial(PsqlOptions options) {
  SocketAddress address;
  const bool local = options.host.empty() || options.host[0] == '/';
  if (local) {
    const std::string folder =
        options.host.empty() ? "/var/run/postgresql" : options.host;
    address.path = fmt::format("{}/.s.PGSQL.{}", folder, options.port);
  } else {
    const auto ip = co_await resolve_address(self_, options.host);
    if (!ip) {
      co_return Error{
          fmt::format("could not translate host name \"{}\" to address: {}",
                      options.host, text_of(ip.error()))};
    }
    address.ip = *ip;
    const auto port = parse_int(options.port);
    if (!port || *port < 1 || *port > 65535) {
      co_return Error{fmt::format("invalid port number: \"{}\"", options.port)};
    }
    address.port = static_cast<std::uint16_t>(*port);
  }
  const SysResult<Fd> fd = self_.socket(
      local ? kernel::SocketFamily::unix_domain : kernel::SocketFamily::inet,
      kernel::SocketType::stream);
  if (!fd) co_return Error{unreachable(options, address, fd.error())};
  fd_ = *fd;
  in_.clear();
  const SysOutcome connected = co_await self_.connect(fd_, address);
  if (connected) co_return done();
  close();
  co_return Error{unreachable(options, address, connected.error())};
}

Task<Outcome> Connection::log_in(PsqlOptions options) {
  for (;;) {
    const std::optional<WireMessage> message = co_await receive();
    if (!message) {
      co_return Error{
          "server closed the connection unexpectedly\n\tThis probably means "
          "the server terminated abnormally\n\tbefore or while processing the "
          "request."};
    }
    if (message->type == 'Z') co_return done();
    if (message->type == 'E') {
      auto fields = parse_fields(message->body);
      co_return Error{fmt::format("{}:  {}", fields['S'], fields['M'])};
    }
    if (message->type == 'S') {
      superuser_ = superuser_ || message->body.starts_with(
                                     std::string_view("is_superuser\0on", 15));
    }
    if (message->type != 'R' || read_int32(message->body) != 5) continue;
    std::string password = self_.getenv("PGPASSWORD").value_or("");
    if (options.ask_password || (password.empty() && !options.never_ask)) {
      password = co_await ask_password(options.user);
    }
    if (password.empty()) {
      co_return Error{"fe_sendauth: no password supplied"};
    }
    const std::string stored = password_hash(password, options.user);
    const std::string answer =
        md5_answer(stored, std::string_view(message->body).substr(4, 4));
    const WireMessage reply{'p', answer + std::string(1, '\0')};
    co_await send(reply);
  }
}

/// From the terminal where there is one, else from stdin.
Task<std::string> Connection::ask_password(std::string user) {
  (void)co_await kernel::complain(self_,
                                  fmt::format("Password for user {}: ", user));
  const SysResult<kernel::Termios> before = self_.tcgetattr(kernel::kStdin);
  if (before) {
    kernel::Termios silent = *before;
    silent.echo = false;
    (void)self_.tcsetattr(kernel::kStdin, silent);
  }
  const std::optional<std::string> line =
      co_await read_line(self_, kernel::kStdin);
  if (before) (void)self_.tcsetattr(kernel::kStdin, *before);
  (void)co_await kernel::complain(self_, "\n");
  co_return line.value_or("");
}

Task<void> Connection::send(WireMessage message) {
  (void)co_await self_.write(fd_, encode(message));
}

Task<std::optional<WireMessage>> Connection::receive() {
  for (;;) {
    std::optional<WireMessage> message = decode(&in_, false);
    if (message) co_return message;
    const SysResult<Bytes> piece = co_await self_.read(fd_, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece || piece->empty()) co_return std::nullopt;
    in_ += *piece;
  }
}

Task<std::optional<std::vector<Reply>>> Connection::query(std::string text) {
  const WireMessage asked{'Q', text + std::string(1, '\0')};
  co_await send(asked);
  std::vector<Reply> replies;
  Reply reply;
  for (;;) {
    const std::optional<WireMessage> message = co_await receive();
    if (!message) co_return std::nullopt;
    switch (message->type) {
      case 'Z': {
        state_ = message->body.empty() ? 'I' : message->body[0];
        co_return replies;
      }
      case 'T':
        reply.columns = parse_row_description(message->body);
        break;
      case 'D':
        reply.rows.push_back(parse_data_row(message->body));
        break;
      case 'N':
        reply.notices.push_back(parse_fields(message->body));
        break;
      case 'E':
        reply.problem = parse_fields(message->body);
        replies.push_back(std::exchange(reply, Reply()));
        break;
      case 'C':
      case 'I':  // An empty text.
        reply.tag = message->body.substr(0, message->body.find('\0'));
        replies.push_back(std::exchange(reply, Reply()));
        break;
      default:
        break;
    }
  }
}

}  // namespace drydock::userland::postgres
