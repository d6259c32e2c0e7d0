// serve.cc — return, try_files, files, directories, and what goes wrong.

#include "sim/userland/services/nginx/serve.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock::userland::nginx {

namespace {

constexpr int kRedirectsMax = 10;
constexpr std::size_t kNameWidth = 50;

std::string entity(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else if (c == '&')
      html += "&amp;";
    else if (c == '"')
      html += "&quot;";
    else
      html += c;
  }
  return html;
}

std::string type_of(const Settings& settings, const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return settings.default_type;
  const auto found = settings.types.find(lower(name.substr(dot + 1)));
  return found == settings.types.end() ? settings.default_type : found->second;
}

/// "bytes=A-B", "A-", "-N" of a body of this size; nullopt: not satisfiable.
/// Several ranges are answered with the whole, as a server may.
struct Range {
  std::int64_t first = 0, last = 0;
};
enum class RangeFault { none, ignored, unsatisfiable };
RangeFault parse_range(std::string_view text, std::int64_t size, Range* range) {
  if (!text.starts_with("bytes=") || text.find(',') != text.npos) {
    return RangeFault::ignored;
  }
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return RangeFault::ignored;
  const auto first = parse_int(text.substr(0, dash));
  const auto last = parse_int(text.substr(dash + 1));
  if (!first && !last) return RangeFault::ignored;
  if (dash == 0) {
    range->first = std::max<std::int64_t>(size - *last, 0);
    range->last = size - 1;
  } else {
    if (!first) return RangeFault::ignored;
    range->first = *first;
    range->last = last ? std::min(*last, size - 1) : size - 1;
  }
  const bool good = range->first <= range->last && range->first < size;
  return good ? RangeFault::none : RangeFault::unsatisfiable;
}

/// The statuses that nginx has a page of its own for.
bool has_page(int status) {
  const bool moved =
      (status >= 301 && status <= 303) || status == 307 || status == 308;
  const bool mistaken = (status >= 400 && status <= 406) ||
                        (status >= 408 && status <= 416) || status == 421;
  return moved || mistaken || (status >= 500 && status <= 504) || status == 507;
}

std::string errno_words(Errno error) {
  return fmt::format("({}: {})", static_cast<int>(error), text_of(error));
}

}  // namespace

std::string status_words(int status) {
  struct Words {
    int status;
    std::string_view words;
  };
  // Where nginx has words of its own.
  static constexpr Words kWords[] = {
      {302, "Moved Temporarily"},
      {405, "Not Allowed"},
      {408, "Request Time-out"},
      {413, "Request Entity Too Large"},
      {414, "Request-URI Too Large"},
      {416, "Requested Range Not Satisfiable"},
      {503, "Service Temporarily Unavailable"},
      {504, "Gateway Time-out"},
  };
  for (const Words& each : kWords) {
    if (each.status == status) {
      return fmt::format("{} {}", status, each.words);
    }
  }
  return fmt::format("{} {}", status, http::reason_of(status));
}

std::string status_page(int status, bool tokens) {
  const std::string words = status_words(status);
  return fmt::format(
      "<html>\r\n<head><title>{0}</title></head>\r\n<body "
      "bgcolor=\"white\">\r\n<center><h1>{0}</h1></center>\r\n<hr><center>{1}"
      "</center>\r\n</body>\r\n</html>\r\n",
      words, tokens ? kVersion : "nginx");
}

void Handler::complain(const Exchange& exchange, std::string_view what) {
  static const List kLevels = {"debug", "info", "notice", "warn",
                               "error", "crit", "alert",  "emerg"};
  const auto level =
      std::find(kLevels.begin(), kLevels.end(), config_.error_level);
  const auto error = std::find(kLevels.begin(), kLevels.end(), "error");
  if (level > error) return;
  const std::string referer =
      exchange.request.headers.get("Referer").value_or("");
  complaints_ += fmt::format(
      "{} [error] {}#{}: *{} {}, client: {}, server: {}, request: \"{}\"{}, "
      "host: \"{}\"{}\n",
      format_time(self_.now(), "%Y/%m/%d %H:%M:%S"), self_.getpid(),
      self_.getpid(), connection, what,
      kernel::format_ipv4(exchange.peer.remote.ip),
      exchange.server->names.empty() ? "" : exchange.server->names[0],
      exchange.request_line,
      exchange.settings->proxy ? fmt::format(", upstream: \"{}\"",
                                             text_of(*exchange.settings->proxy))
                               : "",
      exchange.request.headers.get("Host").value_or(""),
      referer.empty() ? "" : fmt::format(", referrer: \"{}\"", referer));
}

void Handler::fail(Exchange& exchange, int status) {
  http::Response& response = exchange.response;
  response = {};
  response.status = status;
  if (!has_page(status)) return;
  response.body = status_page(status, exchange.settings->server_tokens);
  response.headers.set("Content-Type", "text/html");
}

void Handler::redirect(Exchange& exchange, int status, std::string target) {
  fail(exchange, status);
  if (target.starts_with('/')) {
    const std::string host = exchange.request.headers.get("Host").value_or(
        kernel::format_ipv4(exchange.peer.local.ip));
    target = "http://" + host + target;
  }
  exchange.response.headers.add("Location", target);
}

bool Handler::allowed(const Exchange& exchange) const {
  for (const auto& [verb, who] : exchange.settings->rules) {
    const std::size_t slash = who.find('/');
    const auto network = kernel::parse_ipv4(who.substr(0, slash));
    const std::int64_t bits =
        slash == std::string::npos
            ? 32
            : parse_int(who.substr(slash + 1)).value_or(32);
    const std::int64_t rest = 32 - bits;
    const bool fits =
        who == "all" ||
        (network && (rest >= 32 || network->value >> rest ==
                                       exchange.peer.remote.ip.value >> rest));
    if (fits) return verb == "allow";
  }
  return true;
}

std::string Handler::path_of(const Exchange& exchange) const {
  const Settings& settings = *exchange.settings;
  if (!settings.alias.empty() && exchange.location) {
    return settings.alias +
           exchange.uri.substr(std::min(exchange.location->pattern.size(),
                                        exchange.uri.size()));
  }
  const std::string root = settings.root.starts_with('/')
                               ? settings.root
                               : std::string(kPrefix) + "/" + settings.root;
  return root + exchange.uri;
}

Task<void> Handler::file(Exchange& exchange, std::string path,
                         vfs::Attributes attributes) {
  const std::string& method = exchange.request.method;
  if (method != "GET" && method != "HEAD") {
    fail(exchange, method == "POST" ? 405 : 405);
    co_return;
  }
  SysResult<Bytes> content = co_await kernel::read_file(self_, path);
  if (!content) {
    complain(exchange, fmt::format("open() \"{}\" failed {}", path,
                                   errno_words(content.error())));
    fail(exchange, content.error() == Errno::eacces ? 403 : 404);
    co_return;
  }
  http::Response& response = exchange.response;
  response = {};
  const std::string date = http::http_date(attributes.mtime);
  const std::string tag =
      fmt::format("\"{:x}-{:x}\"", attributes.mtime.seconds(), content->size());
  const auto since = exchange.request.headers.get("If-Modified-Since");
  const auto none = exchange.request.headers.get("If-None-Match");
  const bool same = none ? *none == tag || *none == "*" : since == date;
  if (same) {
    response.status = 304;
    response.reason = "Not Modified";
    response.headers.add("Last-Modified", date);
    response.headers.add("ETag", tag);
    co_return;
  }
  const auto size = static_cast<std::int64_t>(content->size());
  const auto wanted = exchange.request.headers.get("Range");
  Range range;
  const RangeFault fault =
      wanted ? parse_range(*wanted, size, &range) : RangeFault::ignored;
  if (fault == RangeFault::unsatisfiable) {
    fail(exchange, 416);
    response.headers.add("Content-Range", fmt::format("bytes */{}", size));
    co_return;
  }
  response.headers.add("Content-Type", type_of(*exchange.settings, path));
  if (fault == RangeFault::none) {
    response.status = 206;
    response.body =
        content->substr(static_cast<std::size_t>(range.first),
                        static_cast<std::size_t>(range.last - range.first + 1));
  } else {
    response.body = std::move(*content);
  }
  response.headers.add("Last-Modified", date);
  response.headers.add("ETag", tag);
  if (fault == RangeFault::none) {
    response.headers.add(
        "Content-Range",
        fmt::format("bytes {}-{}/{}", range.first, range.last, size));
  } else {
    response.headers.add("Accept-Ranges", "bytes");
  }
}

Task<void> Handler::listing(Exchange& exchange, std::string path) {
  const auto entries = self_.readdir(path);
  if (!entries) {
    fail(exchange, 403);
    co_return;
  }
  std::string rows;
  for (const bool folders : {true, false}) {
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with('.')) continue;
      const auto about = self_.stat(path + "/" + entry.name);
      if (!about) continue;
      const bool folder = about->type == vfs::FileType::directory;
      if (folder != folders) continue;
      std::string name = entry.name + (folder ? "/" : "");
      const std::string link = entity(name);
      if (name.size() > kNameWidth) {
        name = name.substr(0, kNameWidth - 3) + "..>";
      }
      const std::string pad(kNameWidth + 1 - name.size(), ' ');
      rows += fmt::format("<a href=\"{}\">{}</a>{}{} {:>19}\r\n", link,
                          entity(name), pad,
                          format_time(about->mtime, "%d-%b-%Y %H:%M"),
                          folder ? "-" : std::to_string(about->size));
    }
  }
  http::Response& response = exchange.response;
  response = {};
  response.headers.add("Content-Type", "text/html");
  response.body = fmt::format(
      "<html>\r\n<head><title>Index of {0}</title></head>\r\n<body "
      "bgcolor=\"white\">\r\n<h1>Index of {0}</h1><hr><pre><a "
      "href=\"../\">../</a>\r\n{1}</pre><hr></body>\r\n</html>\r\n",
      entity(exchange.uri), rows);
}

Task<void> Handler::directory(Exchange& exchange, std::string path) {
  for (const std::string& name : exchange.settings->index) {
    if (name.starts_with('/')) {
      co_return co_await answer_at(exchange, name);
    }
    const auto about = self_.stat(path + name);
    if (!about || about->type == vfs::FileType::directory) continue;
    const std::string uri = exchange.uri + name;
    co_return co_await answer_at(exchange, uri);
  }
  const auto folder = self_.stat(path);
  if (!folder) {
    complain(exchange, fmt::format("\"{}{}\" is not found {}", path,
                                   exchange.settings->index.front(),
                                   errno_words(folder.error())));
    fail(exchange, 404);
    co_return;
  }
  if (exchange.settings->autoindex) {
    co_return co_await listing(exchange, path);
  }
  complain(exchange,
           fmt::format("directory index of \"{}\" is forbidden", path));
  fail(exchange, 403);
}

Task<bool> Handler::try_files(Exchange& exchange) {
  const List tries = exchange.settings->try_files;
  if (tries.empty()) co_return false;
  const std::string before = exchange.uri;
  for (std::size_t i = 0; i + 1 < tries.size(); ++i) {
    const std::string uri = expand_variables(exchange, tries[i], self_.now());
    exchange.uri = uri;
    const std::string path = path_of(exchange);
    const auto about = self_.stat(path);
    const bool folder = about && about->type == vfs::FileType::directory;
    if (about && folder == uri.ends_with('/')) {
      if (folder) {
        co_await directory(exchange, path);
      } else {
        co_await file(exchange, path, *about);
      }
      co_return true;
    }
    exchange.uri = before;
  }
  const std::string last =
      expand_variables(exchange, tries.back(), self_.now());
  if (last.starts_with('=')) {
    fail(exchange, static_cast<int>(parse_int(last.substr(1)).value_or(404)));
  } else {
    co_await answer_at(exchange, last);
  }
  co_return true;
}

Task<void> Handler::content(Exchange& exchange) {
  const Settings& settings = *exchange.settings;
  if (settings.returns) {
    const int status = settings.returns->status;
    const std::string text =
        expand_variables(exchange, settings.returns->text, self_.now());
    const bool moves = status == 301 || status == 302 || status == 303 ||
                       status == 307 || status == 308;
    if (moves) {
      redirect(exchange, status, text);
    } else if (text.empty() && status >= 300) {
      fail(exchange, status);
    } else {
      exchange.response = {};
      exchange.response.status = status;
      exchange.response.body = text;
      exchange.response.headers.add("Content-Type", settings.default_type);
    }
    co_return;
  }
  if (!allowed(exchange)) {
    complain(exchange, "access forbidden by rule");
    fail(exchange, 403);
    co_return;
  }
  const bool tried = co_await try_files(exchange);
  if (tried) co_return;
  if (settings.proxy) co_return co_await pass(exchange);
  const std::string path = path_of(exchange);
  if (exchange.uri.ends_with('/')) {
    co_return co_await directory(exchange, path);
  }
  const auto about = self_.stat(path);
  if (!about) {
    const bool denied = about.error() == Errno::eacces;
    complain(exchange, fmt::format("open() \"{}\" failed {}", path,
                                   errno_words(about.error())));
    fail(exchange, denied ? 403 : 404);
    co_return;
  }
  if (about->type == vfs::FileType::directory) {
    const std::string query = exchange.args.empty() ? "" : "?" + exchange.args;
    redirect(exchange, 301, exchange.uri + "/" + query);
    co_return;
  }
  co_await file(exchange, path, *about);
}

/// An internal redirect, or the first look at a request.
Task<void> Handler::answer_at(Exchange& exchange, std::string uri) {
  if (++exchange.redirects > kRedirectsMax) {
    complain(exchange, fmt::format("rewrite or internal redirection cycle "
                                   "while internally redirecting to \"{}\"",
                                   uri));
    fail(exchange, 500);
    co_return;
  }
  const std::size_t question = uri.find('?');
  if (question != std::string::npos) {
    exchange.args = uri.substr(question + 1);
    uri.resize(question);
  }
  exchange.uri = uri;
  exchange.location = choose_location(*exchange.server, uri);
  exchange.settings = exchange.location ? &exchange.location->settings
                                        : &exchange.server->settings;
  co_await content(exchange);
}

/// error_page.
Task<void> Handler::mend(Exchange& exchange) {
  const int status = exchange.response.status;
  if (status < 300 || exchange.mended) co_return;
  for (const ErrorPage& page : exchange.settings->error_pages) {
    const bool meant = std::find(page.codes.begin(), page.codes.end(),
                                 status) != page.codes.end();
    if (!meant) continue;
    exchange.mended = true;
    if (!page.target.starts_with('/')) {
      redirect(exchange, 302, page.target);
      co_return;
    }
    const ErrorPage chosen = page;
    const std::string method = exchange.request.method;
    if (method != "HEAD") exchange.request.method = "GET";
    co_await answer_at(exchange, chosen.target);
    exchange.request.method = method;
    const bool found = exchange.response.status < 300;
    const int answer = chosen.answer.value_or(status);
    // "=" alone: the status is the page's own.
    if (found && answer != 0) exchange.response.status = answer;
    co_return;
  }
}

Task<void> Handler::answer(Exchange& exchange) {
  exchange.settings = &exchange.server->settings;
  const auto [path, query] = http::split_target(exchange.request.target);
  exchange.args = query;
  const std::optional<std::string> decoded = http::percent_decoded(path);
  const bool whole = decoded && decoded->starts_with('/') &&
                     decoded->find('\0') == std::string::npos;
  if (!whole) {
    fail(exchange, 400);
    co_return;
  }
  // ".." never leads out: what is above the root is the root.
  std::string clean = vfs::clean_path(*decoded);
  if (decoded->ends_with('/') && clean != "/") clean += '/';
  const auto size = static_cast<std::int64_t>(exchange.body.size());
  const Location* const there = choose_location(*exchange.server, clean);
  const std::int64_t most =
      there ? there->settings.body_max : exchange.server->settings.body_max;
  if (most > 0 && size > most) {
    fail(exchange, 413);
    co_return;
  }
  co_await answer_at(exchange, clean);
  co_await mend(exchange);
}

}  // namespace drydock::userland::nginx
