// choose.cc — which server, which location, and what variables say.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/nginx/serve.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland::nginx {

namespace {

bool listens_at(const HttpServer& server, const kernel::SocketAddress& local,
                bool exactly) {
  return std::ranges::any_of(server.listens, [&](const ListenAddress& each) {
    const bool here = exactly ? each.ip == local.ip : each.ip.is_any();
    return here && each.port == local.port;
  });
}

bool is_default_at(const HttpServer& server, std::uint16_t port) {
  return std::ranges::any_of(server.listens, [&](const ListenAddress& each) {
    return each.is_default && each.port == port;
  });
}

bool name_fits(std::string_view name, std::string_view host) {
  if (name == host) return true;
  if (name.starts_with("*.")) return host.ends_with(name.substr(1));
  if (name.starts_with('.')) {
    return host.ends_with(name) || host == name.substr(1);
  }
  return name.ends_with(".*") &&
         host.starts_with(name.substr(0, name.size() - 1));
}

bool regex_fits(const Location& location, const std::string& uri) {
  RegexSyntax syntax;
  syntax.extended = true;
  syntax.ignore_case = location.kind == LocationKind::regex_any_case;
  const Result<Regex> regex = Regex::compile(location.pattern, syntax);
  return regex && regex->matches(uri) == RegexFound::yes;
}

std::string header_variable(const Exchange& exchange, std::string_view name) {
  std::string field(name);
  std::ranges::replace(field, '_', '-');
  return exchange.request.headers.get(field).value_or("");
}

std::string host_of(const Exchange& exchange) {
  const std::string host = exchange.request.headers.get("Host").value_or("");
  if (host.empty())
    return exchange.server->names.empty() ? "" : exchange.server->names.front();
  return lower(host.substr(0, host.rfind(':')));
}

std::string variable(const Exchange& exchange, std::string_view name,
                     Time now) {
  const http::Response& response = exchange.response;
  if (name == "remote_addr") {
    return kernel::format_ipv4(exchange.peer.remote.ip);
  }
  if (name == "remote_port") return std::to_string(exchange.peer.remote.port);
  if (name == "server_port") return std::to_string(exchange.peer.local.port);
  if (name == "server_addr") {
    return kernel::format_ipv4(exchange.peer.local.ip);
  }
  if (name == "time_local") return format_time(now, "%d/%b/%Y:%H:%M:%S +0000");
  if (name == "time_iso8601")
    return format_time(now, "%Y-%m-%dT%H:%M:%S+00:00");
  if (name == "msec") return fmt::format("{}.{:03}", now.seconds(), 0);
  if (name == "request") return exchange.request_line;
  if (name == "request_method") return exchange.request.method;
  if (name == "request_uri") return exchange.request.target;
  if (name == "server_protocol") return exchange.request.version;
  if (name == "uri" || name == "document_uri") return exchange.uri;
  if (name == "args" || name == "query_string") return exchange.args;
  if (name == "is_args") return exchange.args.empty() ? "" : "?";
  if (name == "status") return fmt::format("{:03}", response.status);
  if (name == "body_bytes_sent") return std::to_string(exchange.sent);
  if (name == "host") return host_of(exchange);
  if (name == "hostname" || name == "server_name") {
    return exchange.server->names.empty() ? "" : exchange.server->names[0];
  }
  if (name == "scheme") return "http";
  if (name == "document_root") return exchange.settings->root;
  if (name == "request_time") return "0.000";
  if (name == "nginx_version") return std::string(kVersion.substr(6));
  if (name == "proxy_host" && exchange.settings->proxy) {
    return exchange.settings->proxy->authority();
  }
  if (name == "proxy_add_x_forwarded_for") {
    const std::string before = header_variable(exchange, "x_forwarded_for");
    const std::string own = kernel::format_ipv4(exchange.peer.remote.ip);
    return before.empty() ? own : before + ", " + own;
  }
  if (name.starts_with("http_")) {
    return header_variable(exchange, name.substr(5));
  }
  if (name.starts_with("arg_")) {
    return http::query_value(exchange.args, name.substr(4)).value_or("");
  }
  return "";
}

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::string expand_variables(const Exchange& exchange, std::string_view text,
                             Time now) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      expanded += text[at++];
      continue;
    }
    const bool braced = text.substr(at + 1).starts_with('{');
    const std::size_t begin = at + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && is_name(text[end])) ++end;
    expanded += variable(exchange, text.substr(begin, end - begin), now);
    at = braced ? end + 1 : end;
  }
  return expanded;
}

const HttpServer* choose_server(const Config& config, const Peer& peer,
                                std::string_view host) {
  const std::string name = lower(host.substr(0, host.find(':')));
  for (const bool exactly : {true, false}) {
    const HttpServer* first = nullptr;
    for (const HttpServer& server : config.servers) {
      if (!listens_at(server, peer.local, exactly)) continue;
      for (const std::string& each : server.names) {
        if (name_fits(lower(each), name)) return &server;
      }
      const bool better = !first || (is_default_at(server, peer.local.port) &&
                                     !is_default_at(*first, peer.local.port));
      if (better) first = &server;
    }
    if (first) return first;
  }
  return nullptr;
}

const Location* choose_location(const HttpServer& server,
                                const std::string& uri) {
  const Location* best = nullptr;
  for (const Location& each : server.locations) {
    if (each.kind == LocationKind::exact && each.pattern == uri) return &each;
    const bool prefix = each.kind == LocationKind::prefix ||
                        each.kind == LocationKind::strong_prefix;
    if (!prefix || !uri.starts_with(each.pattern)) continue;
    if (!best || each.pattern.size() > best->pattern.size()) best = &each;
  }
  if (best && best->kind == LocationKind::strong_prefix) return best;
  for (const Location& each : server.locations) {
    const bool regex = each.kind == LocationKind::regex ||
                       each.kind == LocationKind::regex_any_case;
    if (regex && regex_fits(each, uri)) return &each;
  }
  return best;
}

}  // namespace drydock::userland::nginx
