// wget.cc — fetch a file over HTTP, as GNU's and as busybox's.

#include <fmt/format.h>

#include "sim/userland/net/dial.h"
#include "sim/userland/net/http.h"
#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/net/url.h"
#include "sim/userland/options.h"

namespace drydock::userland {

namespace {

using kernel::Fd;
using kernel::Process;

constexpr int kNetworkFailure = 4, kServerError = 8, kUsageError = 2;
constexpr int kRedirectsMax = 20;

constexpr About kAbout{
    .usage = "[-qS] [-O FILE] [-T SECONDS] [--spider] [--header LINE] URL...",
    .gnu =
        "q quiet, O output-document=, S server-response, T timeout=, "
        "spider, t tries=, header=, post-data=, nv, c continue, "
        "no-check-certificate, U user-agent=",
    .busybox =
        "q quiet, O output-document=, S server-response, T timeout=, s "
        "spider, header=, c continue, U user-agent=, P=, Y=",
    .refusal = kUsageError};

/// The status to end with.
struct Failure {
  explicit Failure(int number) : status(number) {}
  int status;
};

class Wget {
 public:
  Wget(Output& out, CommandLine line)
      : out_(out), self_(out.self()), line_(std::move(line)) {}

  Task<int> fetch(std::string text);

 private:
  Task<int> fetch_from(Url url, bool* again);
  Task<Result<Fd, Failure>> connect_to(Url url);
  Task<int> obey(http::Connection& peer, http::Response response, Url url,
                 bool* again);
  void tell_head(const http::Response& response);
  http::Request request_for(const Url& url) const;
  Task<int> save(http::Connection& peer, const http::Response& response,
                 const std::string& name);
  void tell(std::string_view text) {
    if (!line_.has("q")) out_.complain_plain(text);
  }
  int lose(const Url& url, const std::string& address, std::string_view why);
  bool spider() const { return line_.has("spider") || line_.has("s"); }
  std::string now() const {
    return format_time(self_.now(), "%Y-%m-%d %H:%M:%S");
  }

  Output& out_;
  Process& self_;
  CommandLine line_;
  Url url_;
};

int Wget::lose(const Url& url, const std::string& address,
               std::string_view why) {
  if (out_.busybox()) {
    out_.complain(
        fmt::format("can't connect to remote host ({}): {}", address, why));
    return 1;
  }
  tell(fmt::format("Connecting to {0} ({0})|{1}|:{2}... failed: {3}.\n",
                   url.host, address, url.port, why));
  return kNetworkFailure;
}

Task<int> Wget::save(http::Connection& peer, const http::Response& response,
                     const std::string& name) {
  const bool to_stdout = name == "-";
  Fd fd = kernel::kStdout;
  if (!to_stdout) {
    const SysResult<Fd> file = co_await self_.open(
        name, kernel::kWriteOnly | kernel::kCreate | kernel::kTruncate);
    if (!file) {
      if (out_.busybox()) {
        out_.complain(fmt::format("can't open '{}'", name), file.error());
        co_return 1;
      }
      out_.complain_plain(fmt::format("{}: {}\n", name, text_of(file.error())));
      co_return 3;
    }
    fd = *file;
  }
  const http::HttpResult<Bytes> body = co_await peer.read_body();
  const bool whole = static_cast<bool>(body);
  if (whole) co_await self_.write(fd, *body);
  if (!to_stdout) static_cast<void>(self_.close(fd));
  if (!whole) {
    if (out_.busybox()) {
      out_.complain("connection closed prematurely");
      co_return 1;
    }
    tell(fmt::format("{} ERROR: connection closed.\n", now()));
    co_return kNetworkFailure;
  }
  const std::size_t size = body->size();
  if (out_.busybox()) {
    tell(fmt::format("{:<20.20} 100% |{}| {:>5}   0:00:00 ETA\n\n", name,
                     std::string(31, '*'), size));
    co_return 0;
  }
  tell(fmt::format("\n     0K{:>60}% 1.00M=0s\n\n", 100));
  const std::string total = response.headers.has("Content-Length")
                                ? fmt::format("{0}/{0}", size)
                                : std::to_string(size);
  tell(to_stdout ? fmt::format("{} (1.00 MB/s) - written to stdout [{}]\n\n",
                               now(), total)
                 : fmt::format("{} (1.00 MB/s) - '{}' saved [{}]\n\n", now(),
                               name, total));
  co_return 0;
}

http::Request Wget::request_for(const Url& url) const {
  http::Request request;
  const bool posts = line_.value("post-data").has_value();
  const bool looks = spider() && !out_.busybox();
  request.method = posts ? "POST" : looks ? "HEAD" : "GET";
  request.target = url.target;
  const std::string agent = out_.busybox() ? "Wget" : "Wget/1.15 (linux-gnu)";
  request.headers.add("User-Agent", line_.value("U").value_or(agent));
  request.headers.add("Accept", "*/*");
  request.headers.add("Host", url.authority());
  request.headers.add("Connection", out_.busybox() ? "close" : "Keep-Alive");
  for (const Option& option : line_.given) {
    const std::size_t colon = option.value.find(':');
    if (option.key != "header" || colon == std::string::npos) continue;
    request.headers.set(option.value.substr(0, colon),
                        std::string(trim(option.value.substr(colon + 1))));
  }
  if (posts) {
    request.body = *line_.value("post-data");
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  }
  return request;
}

/// A connection to the URL's host; else the status to end with.
Task<Result<Fd, Failure>> Wget::connect_to(Url url) {
  const Result<kernel::Ipv4, LookupFault> ip =
      co_await resolve_address(self_, url.host);
  if (!ip) {
    if (out_.busybox()) {
      out_.complain(fmt::format("bad address '{}'", url.host));
      co_return Failure(1);
    }
    tell(fmt::format("Resolving {0} ({0})... failed: {1}.\n", url.host,
                     text_of(ip.error())));
    out_.complain(fmt::format("unable to resolve host address '{}'", url.host));
    co_return Failure(kNetworkFailure);
  }
  const std::string address = kernel::format_ipv4(*ip);
  std::optional<Nanoseconds> patience;
  if (const auto typed = line_.value("T")) {
    const auto seconds = parse_int(*typed);
    if (seconds && *seconds > 0) patience = *seconds * kSecond;
  }
  if (out_.busybox()) {
    tell(fmt::format("Connecting to {} ({}:{})\n", url.authority(), address,
                     url.port));
  } else if (url.host != address) {
    tell(fmt::format("Resolving {0} ({0})... {1}\n", url.host, address));
  }
  kernel::SocketAddress to;
  to.ip = *ip;
  to.port = url.port;
  const Dialled dialled = co_await dial(self_, to, patience);
  if (dialled.fd) {
    const std::string name =
        url.host == address
            ? fmt::format("{}:{}", address, url.port)
            : fmt::format("{0} ({0})|{1}|:{2}", url.host, address, url.port);
    if (!out_.busybox()) {
      tell(
          fmt::format("Connecting to {}... connected.\nHTTP request sent, "
                      "awaiting response... ",
                      name));
    }
    co_return *dialled.fd;
  }
  if (dialled.timed_out && out_.busybox()) {
    out_.complain("download timed out");
    co_return Failure(1);
  }
  const int status =
      lose(url, address,
           dialled.timed_out ? std::string_view("Connection timed out")
                             : text_of(dialled.error));
  co_return Failure(status);
}

void Wget::tell_head(const http::Response& response) {
  if (line_.has("S")) {
    const std::string head = replace_all(http::head_of(response), "\r\n", "\n");
    std::string shown = out_.busybox() ? "" : "\n";
    for (const std::string& each : split(head, '\n')) {
      if (!each.empty()) shown += "  " + each + "\n";
    }
    out_.complain_plain(shown);
  } else if (!out_.busybox()) {
    tell(fmt::format("{} {}\n", response.status, response.reason));
  }
}

/// What the response means: elsewhere, an error, or a file.
Task<int> Wget::obey(http::Connection& peer, http::Response response, Url url,
                     bool* again) {
  const std::string words =
      fmt::format("{} {}", response.status, response.reason);
  const std::optional<std::string> location = response.headers.get("Location");
  if (response.status / 100 == 3 && location) {
    const std::optional<Url> next = resolve_url(url, *location);
    if (!out_.busybox()) {
      tell(fmt::format("Location: {} [following]\n", *location));
    }
    *again = next.has_value();
    if (next) url_ = *next;
    co_return 0;
  }
  if (response.status >= 400) {
    if (out_.busybox()) {
      out_.complain(
          fmt::format("server returned error: {} {}", response.version, words));
      co_return 1;
    }
    tell(fmt::format("{} ERROR {}: {}.\n\n", now(), response.status,
                     response.reason));
    co_return kServerError;
  }
  if (spider()) {
    if (!out_.busybox()) tell("Remote file exists.\n\n");
    co_return 0;
  }
  std::string name = line_.value("O").value_or("");
  if (name.empty()) name = url.file_name();
  if (name.empty()) name = "index.html";
  if (!out_.busybox()) {
    const std::string type = response.headers.get("Content-Type").value_or("");
    tell(fmt::format(
        "Length: {}{}\nSaving to: '{}'\n",
        response.headers.get("Content-Length").value_or("unspecified"),
        type.empty() ? "" : fmt::format(" [{}]", type),
        name == "-" ? "STDOUT" : name));
  }
  const int status = co_await save(peer, response, name);
  co_return status;
}

Task<int> Wget::fetch_from(Url url, bool* again) {
  const Result<Fd, Failure> fd = co_await connect_to(url);
  if (!fd) co_return fd.error().status;
  http::FdWire wire(self_, *fd);
  http::Connection peer(wire);
  const http::Request request = request_for(url);
  const std::string method = request.method;
  const http::HttpResult<http::Nothing> sent = co_await peer.write(request);
  const http::HttpResult<http::Response> response =
      co_await peer.read_response(method);
  int status = kNetworkFailure;
  if (sent && response) {
    tell_head(*response);
    const http::Response head = *response;
    status = co_await obey(peer, head, url, again);
  } else if (out_.busybox()) {
    out_.complain("error getting response");
    status = 1;
  } else {
    tell("No data received.\n");
  }
  static_cast<void>(self_.close(*fd));
  co_return status;
}

Task<int> Wget::fetch(std::string text) {
  const std::optional<Url> url = parse_url(text);
  if (!url || url->scheme != "http") {
    const bool other = url && url->scheme != "http";
    out_.complain(other
                      ? fmt::format("drydock: {} is not modelled", url->scheme)
                      : fmt::format("{}: invalid url", text));
    co_return 1;
  }
  url_ = *url;
  int status = 0;
  for (int hops = 0; hops < kRedirectsMax; ++hops) {
    if (!out_.busybox()) {
      tell(fmt::format("--{}--  {}\n", now(), text_of(url_)));
    }
    bool again = false;
    const Url here = url_;
    status = co_await fetch_from(here, &again);
    co_await out_.flush();
    if (!again) co_return status;
  }
  out_.complain(fmt::format("{} redirections exceeded.", kRedirectsMax));
  co_return out_.busybox() ? 1 : kServerError;
}

}  // namespace

Task<int> wget_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("c")) {
    out.complain("drydock: -c is not modelled");
    co_return co_await out.finish(1);
  }
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing URL");
    co_return co_await out.finish(status);
  }
  int status = 0;
  for (const std::string& url : line.operands) {
    Wget wget(out, line);
    const int one = co_await wget.fetch(url);
    if (one != 0) status = one;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
