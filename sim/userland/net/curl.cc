// curl.cc — transfer a URL.

#include "sim/userland/net/curl.h"

#include <fmt/format.h>

#include "sim/userland/net/dial.h"
#include "sim/userland/net/http.h"
#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/net/url.h"

namespace drydock::userland {

namespace curl {

namespace {

using http::HttpFault;
using http::HttpResult;
using kernel::Fd;
using kernel::Process;

/// What came of one request.
struct Outcome {
  int status = kOk;
  std::string why;
  int http_status = 0;
  std::int64_t size = 0;
  std::string location;  // Where it is redirected to.
  std::string content_type;
};

class Transfer {
 public:
  Transfer(Process& self, Job job) : self_(self), job_(std::move(job)) {}

  Task<int> run(std::string text);

 private:
  Task<Outcome> request(Url url);
  Task<Outcome> exchange(Url url, Fd fd);
  Task<Outcome> receive(http::Connection& peer, const std::string& method);
  Task<void> note(std::string lines, std::string_view mark);
  Task<int> report(Outcome outcome);
  Task<bool> put(Bytes bytes);
  Task<bool> read_data();
  http::Request make_request(const Url& url) const;
  std::string method() const;
  std::string written_out(const Outcome& outcome) const;
  bool quiet() const { return job_.silent; }

  Process& self_;
  Job job_;
  Url url_;
  Fd out_ = -1;  // Opened with the first byte.
  std::int64_t redirects_ = 0;
  bool wrote_data_ = false;
};

std::string Transfer::method() const {
  if (!job_.method.empty()) return job_.method;
  if (job_.head) return "HEAD";
  if (!job_.upload.empty()) return "PUT";
  return job_.data_given && !job_.as_query ? "POST" : "GET";
}

/// "-d @file" and its kin, joined by '&'.
Task<bool> Transfer::read_data() {
  for (const auto& [kind, value] : job_.data_files) {
    std::string piece = value;
    const bool from_file = value.starts_with('@') && kind != "urlencode";
    if (from_file) {
      const std::string path = value.substr(1);
      SysResult<Bytes> content = Errno::enoent;
      if (path == "-") {
        content = co_await kernel::read_to_end(self_, kernel::kStdin);
      } else {
        content = co_await kernel::read_file(self_, path);
      }
      if (!content && !job_.silent) {
        const std::string text = fmt::format(
            "Warning: Couldn't read data from file \"{}\", this makes an empty "
            "POST.\n",
            path);
        co_await kernel::complain(self_, text);
      }
      piece = content ? *content : "";
      if (kind == "ascii") {
        std::erase(piece, '\n');
        std::erase(piece, '\r');
      }
    } else if (kind == "urlencode") {
      const std::size_t equals = value.find('=');
      const std::string name =
          equals == std::string::npos ? "" : value.substr(0, equals + 1);
      piece = name;
      for (const char c : value.substr(name.size())) {
        const bool plain =
            std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            std::string_view("-._~").find(c) != std::string::npos;
        piece += plain ? std::string(1, c)
                       : fmt::format("%{:02X}", static_cast<unsigned char>(c));
      }
    }
    if (!job_.data.empty() || &value != &job_.data_files.front().second) {
      job_.data += "&";
    }
    job_.data += piece;
  }
  if (!job_.upload.empty()) {
    SysResult<Bytes> content = Errno::enoent;
    if (job_.upload == "-") {
      content = co_await kernel::read_to_end(self_, kernel::kStdin);
    } else {
      content = co_await kernel::read_file(self_, job_.upload);
    }
    if (!content) {
      const std::string text = fmt::format(
          "curl: Can't open '{}'!\ncurl: try 'curl --help' or "
          "'curl --manual' for more information\n",
          job_.upload);
      co_await kernel::complain(self_, text);
      co_return false;
    }
    job_.data = *content;
  }
  co_return true;
}

http::Request Transfer::make_request(const Url& url) const {
  http::Request request;
  request.method = method();
  request.target = url.target;
  if (job_.as_query && !job_.data.empty()) {
    const bool has_query = url.target.find('?') != std::string::npos;
    request.target += (has_query ? "&" : "?") + job_.data;
  }
  const std::string user = job_.user.empty() && !url.user.empty()
                               ? url.user + ":" + url.password
                               : job_.user;
  if (!user.empty()) {
    request.headers.add("Authorization", "Basic " + base64(user));
  }
  request.headers.add("User-Agent",
                      job_.agent.empty() ? "curl/7.35.0" : job_.agent);
  request.headers.add("Host", url.authority());
  request.headers.add("Accept", "*/*");
  if (!job_.referer.empty()) request.headers.add("Referer", job_.referer);
  const bool has_body =
      !job_.upload.empty() || (job_.data_given && !job_.as_query);
  if (has_body) {
    request.body = job_.data;
    request.headers.add("Content-Length", std::to_string(job_.data.size()));
    if (job_.upload.empty()) {
      request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    }
  }
  for (const std::string& line : job_.headers) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value(trim(line.substr(colon + 1)));
    if (value.empty()) {
      request.headers.remove(name);
    } else if (request.headers.has(name)) {
      request.headers.set(name, value);
    } else {
      request.headers.add(name, value);
    }
  }
  return request;
}

Task<void> Transfer::note(std::string lines, std::string_view mark) {
  if (!job_.verbose) co_return;
  std::string text;
  for (const std::string& line : split(lines, '\n')) {
    text += fmt::format("{} {}\n", mark, line);
  }
  co_await kernel::complain(self_, text);
}

/// To stdout or to the file of -o or -O.
Task<bool> Transfer::put(Bytes bytes) {
  if (out_ < 0) {
    std::string path = job_.output;
    if (job_.remote_name) path = url_.file_name();
    if (path.empty() || path == "-") {
      out_ = kernel::kStdout;
    } else {
      const SysResult<Fd> fd = co_await self_.open(
          path, kernel::kWriteOnly | kernel::kCreate | kernel::kTruncate);
      if (!fd) co_return false;
      out_ = *fd;
    }
  }
  while (!bytes.empty()) {
    const auto written = co_await self_.write(out_, bytes);
    if (!written) co_return false;
    bytes.erase(0, static_cast<std::size_t>(*written));
    wrote_data_ = true;
  }
  co_return true;
}

Outcome failed(int status, std::string why) {
  Outcome outcome;
  outcome.status = status;
  outcome.why = std::move(why);
  return outcome;
}

Outcome failed(const HttpFault& fault) {
  switch (fault.kind) {
    case HttpFault::Kind::closed:
      return failed(kEmptyReply, "Empty reply from server");
    case HttpFault::Kind::io:
      return failed(kReceiveFailed,
                    fmt::format("Recv failure: {}", text_of(fault.error)));
    case HttpFault::Kind::cut_short:
      return failed(kCutShort,
                    "transfer closed with outstanding read data remaining");
    case HttpFault::Kind::malformed:
    case HttpFault::Kind::too_long:
      return failed(kReceiveFailed, fault.text);
  }
  return {};
}

Task<Outcome> Transfer::receive(http::Connection& peer,
                                const std::string& method) {
  const HttpResult<http::Response> response =
      co_await peer.read_response(method);
  if (!response) co_return failed(response.error());
  Outcome outcome;
  outcome.http_status = response->status;
  outcome.content_type = response->headers.get("Content-Type").value_or("");
  outcome.location = response->headers.get("Location").value_or("");
  const std::string head = http::head_of(*response);
  std::string shown = replace_all(head, "\r\n", "\n");
  shown.pop_back();
  co_await note(shown, "<");
  if (job_.fail && response->status >= 400) {
    outcome.status = kHttpError;
    outcome.why = fmt::format("The requested URL returned error: {} {}",
                              response->status, response->reason);
    co_return outcome;
  }
  if (job_.include || job_.head) {
    const bool written = co_await put(head);
    if (!written) co_return failed(kWriteError, "Failed writing header");
  }
  const bool redirected =
      job_.follow && response->status / 100 == 3 && !outcome.location.empty();
  const std::optional<std::int64_t> length = peer.body_length();
  for (;;) {
    const HttpResult<Bytes> piece = co_await peer.read_piece();
    if (!piece) {
      const bool short_body =
          piece.error().kind == HttpFault::Kind::cut_short && length;
      if (!short_body) co_return failed(piece.error());
      co_return failed(kCutShort,
                       fmt::format("transfer closed with {} bytes remaining to "
                                   "read",
                                   *length - outcome.size));
    }
    if (piece->empty()) co_return outcome;
    outcome.size += static_cast<std::int64_t>(piece->size());
    if (redirected) continue;  // Its body is not what was asked for.
    const bool written = co_await put(*piece);
    if (!written) {
      co_return failed(kWriteError, fmt::format("Failed writing body (0 != {})",
                                                piece->size()));
    }
  }
}

Task<Outcome> Transfer::exchange(Url url, Fd fd) {
  http::FdWire wire(self_, fd);
  http::Connection peer(wire);
  const http::Request request = make_request(url);
  std::string head = replace_all(http::head_of(request), "\r\n", "\n");
  head.pop_back();
  co_await note(head, ">");
  const HttpResult<http::Nothing> sent = co_await peer.write(request);
  if (!sent) {
    co_return failed(kSendFailed, fmt::format("Send failure: {}",
                                              text_of(sent.error().error)));
  }
  const std::string asked = request.method;
  Outcome outcome = co_await receive(peer, asked);
  co_return outcome;
}

Task<Outcome> Transfer::request(Url url) {
  if (url.scheme != "http") {
    const bool known = url.scheme == "https" || url.scheme == "ftp";
    if (known) {
      co_return failed(kUnsupportedProtocol,
                       fmt::format("drydock: {} is not modelled", url.scheme));
    }
    co_return failed(kUnsupportedProtocol,
                     fmt::format("Protocol {} not supported or disabled in "
                                 "libcurl",
                                 url.scheme));
  }
  std::string host = url.host;
  for (const std::string& rule : job_.resolves) {
    const List parts = split(rule, ':');
    const bool fits = parts.size() == 3 && parts[0] == url.host &&
                      parts[1] == std::to_string(url.port);
    if (fits) host = parts[2];
  }
  kernel::SocketAddress address;
  if (!job_.unix_socket.empty()) {
    address.path = job_.unix_socket;
  } else {
    const Result<kernel::Ipv4, LookupFault> found =
        co_await resolve_address(self_, host);
    if (!found) {
      const std::string why =
          fmt::format("Could not resolve host: {}", url.host);
      co_await note(why, "*");
      co_return failed(kCannotResolve, why);
    }
    address.ip = *found;
    address.port = url.port;
    co_await note(
        fmt::format("  Trying {}...", kernel::format_ipv4(address.ip)), "*");
  }
  const Dialled dialled = co_await dial(self_, address, job_.connect_max);
  if (!dialled.fd) {
    if (dialled.timed_out) {
      co_return failed(kTimedOut,
                       fmt::format("Connection timed out after {} milliseconds",
                                   *job_.connect_max / kMillisecond));
    }
    const std::string why =
        fmt::format("Failed to connect to {} port {}: {}", url.host, url.port,
                    text_of(dialled.error));
    co_await note(fmt::format("connect to {} port {} failed: {}",
                              kernel::format_ipv4(address.ip), url.port,
                              text_of(dialled.error)),
                  "*");
    co_return failed(kCannotConnect, why);
  }
  co_await note(fmt::format("Connected to {} ({}) port {} (#0)", url.host,
                            kernel::format_ipv4(address.ip), url.port),
                "*");
  Outcome outcome = co_await exchange(url, *dialled.fd);
  static_cast<void>(self_.close(*dialled.fd));
  if (outcome.status == kOk) {
    co_await note(fmt::format("Connection #0 to host {} left intact", url.host),
                  "*");
  } else {
    co_await note(outcome.why + "\nClosing connection 0", "*");
  }
  co_return outcome;
}

std::string Transfer::written_out(const Outcome& outcome) const {
  std::string text;
  for (std::size_t i = 0; i < job_.write_out.size();) {
    const std::string_view rest = std::string_view(job_.write_out).substr(i);
    if (rest.starts_with("\\n") || rest.starts_with("\\t")) {
      text += rest[1] == 'n' ? '\n' : '\t';
      i += 2;
      continue;
    }
    const std::size_t end = rest.find('}');
    if (!rest.starts_with("%{") || end == std::string_view::npos) {
      text += rest[0];
      i += rest.starts_with("%%") ? 2 : 1;
      continue;
    }
    const std::string_view name = rest.substr(2, end - 2);
    if (name == "http_code" || name == "response_code") {
      text += fmt::format("{:03}", outcome.http_status);
    } else if (name == "size_download") {
      text += std::to_string(outcome.size);
    } else if (name == "content_type") {
      text += outcome.content_type;
    } else if (name == "redirect_url") {
      text += outcome.location;
    } else if (name == "num_redirects") {
      text += std::to_string(redirects_);
    } else if (name == "url_effective") {
      text += text_of(url_);
    } else {
      text += fmt::format("curl: unknown --write-out variable: '{}'\n", name);
    }
    i += end + 1;
  }
  return text;
}

Task<int> Transfer::report(Outcome outcome) {
  if (!job_.write_out.empty()) {
    const std::string text = written_out(outcome);
    co_await kernel::print(self_, text);
  }
  const bool loud = !job_.silent || job_.show_error;
  if (outcome.status != kOk && loud && !outcome.why.empty()) {
    const std::string text =
        fmt::format("curl: ({}) {}\n", outcome.status, outcome.why);
    co_await kernel::complain(self_, text);
  }
  if (out_ > kernel::kStderr) static_cast<void>(self_.close(out_));
  co_return outcome.status;
}

bool is_worth_a_retry(const Outcome& outcome) {
  const int http = outcome.http_status;
  return outcome.status == kTimedOut || outcome.status == kCannotResolve ||
         http == 408 || http == 500 || http == 502 || http == 503 ||
         http == 504;
}

Task<int> Transfer::run(std::string text) {
  const std::optional<Url> url = parse_url(text);
  if (!url) {
    const Outcome malformed = failed(kMalformedUrl, "<url> malformed");
    co_return co_await report(malformed);
  }
  url_ = *url;
  const bool read = co_await read_data();
  if (!read) co_return kReadError;
  Nanoseconds pause = kSecond;
  for (std::int64_t tries = 0;;) {
    const Url now = url_;
    Outcome outcome = co_await request(now);
    const bool again =
        tries < job_.retries && is_worth_a_retry(outcome) && !wrote_data_;
    if (again) {
      ++tries;
      const Nanoseconds wait = job_.retry_delay > 0 ? job_.retry_delay : pause;
      pause *= 2;
      co_await self_.nanosleep(wait);
      continue;
    }
    const bool redirected = outcome.status == kOk && job_.follow &&
                            outcome.http_status / 100 == 3 &&
                            !outcome.location.empty();
    if (!redirected) co_return co_await report(outcome);
    if (redirects_ >= job_.redirects_max) {
      outcome.status = kTooManyRedirects;
      outcome.why =
          fmt::format("Maximum ({}) redirects followed", job_.redirects_max);
      co_return co_await report(outcome);
    }
    ++redirects_;
    const std::optional<Url> next = resolve_url(url_, outcome.location);
    if (!next) {
      const Outcome malformed = failed(kMalformedUrl, "<url> malformed");
      co_return co_await report(malformed);
    }
    url_ = *next;
    const bool becomes_get = outcome.http_status != 307 && job_.method.empty();
    if (becomes_get) {
      job_.data_given = false;
      job_.data.clear();
    }
  }
}

}  // namespace

}  // namespace curl

Task<int> curl_main(kernel::Process& self) {
  const List& argv = self.argv();
  if (argv.size() == 2 && (argv[1] == "--version" || argv[1] == "-V")) {
    co_await kernel::print(self, std::string(curl::kVersionText));
    co_return 0;
  }
  const Result<curl::Job> job = curl::parse_job(argv);
  if (!job) {
    co_await kernel::complain(self, job.error().text);
    co_return curl::kUsage;
  }
  int status = 0;
  for (const std::string& url : job->urls) {
    Bounded bounded(self, job->time_max);
    curl::Transfer transfer(self, *job);
    const std::optional<int> ended = co_await bounded.run(transfer.run(url));
    if (ended) {
      status = *ended;
      continue;
    }
    status = curl::kTimedOut;
    if (job->silent && !job->show_error) continue;
    const std::string text = fmt::format(
        "curl: ({}) Operation timed out after {} milliseconds with 0 bytes "
        "received\n",
        status, *job->time_max / kMillisecond);
    co_await kernel::complain(self, text);
  }
  co_return status;
}

}  // namespace drydock::userland
