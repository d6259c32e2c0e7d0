// interpret.cc — what each directive of nginx.conf means, as a table.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/services/nginx/config.h"

namespace drydock::userland::nginx {

namespace {

/// Where a directive may stand.
enum Place : unsigned {
  kMain = 1,
  kEvents = 2,
  kHttp = 4,
  kServer = 8,
  kLocation = 16,
  kUpstream = 32,
  kAnyHttp = kHttp | kServer | kLocation,
};

struct Context {
  Config* config = nullptr;
  HttpServer* server = nullptr;
  Settings* settings = nullptr;
  std::string upstream;
};

struct Row {
  std::string_view name;
  unsigned places;
  int least, most;  // Arguments; most -1: any number.
  bool block;
  /// "" or why not; null: it is known, and changes nothing that can be seen.
  std::string (*apply)(Context& context, const List& arguments);
};

std::string fine() { return ""; }

std::string set_flag(bool& flag, std::string_view name, const List& arguments) {
  if (arguments[0] != "on" && arguments[0] != "off") {
    return fmt::format(
        "invalid value \"{}\" in \"{}\" directive, it must be \"on\" or "
        "\"off\"",
        arguments[0], name);
  }
  flag = arguments[0] == "on";
  return fine();
}

std::string not_modelled(std::string_view name) {
  return fmt::format("drydock: nginx's \"{}\" is not modelled", name);
}

std::optional<std::int64_t> parse_size(std::string text) {
  std::int64_t unit = 1;
  const char last = text.empty() ? '\0' : lower(text).back();
  if (last == 'k') unit = 1 << 10;
  if (last == 'm') unit = 1 << 20;
  if (last == 'g') unit = 1 << 30;
  if (unit > 1) text.pop_back();
  const auto number = parse_int(text);
  if (!number) return std::nullopt;
  return *number * unit;
}

std::string add_listen(Context& context, const List& arguments) {
  ListenAddress listen;
  std::string address = arguments[0];
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "default_server" || word == "default") {
      listen.is_default = true;
    } else if (word == "ssl" || word == "http2" || word == "spdy") {
      return not_modelled("listen ... " + word);
    } else if (!word.starts_with("ipv6only=") && word != "reuseport" &&
               !word.starts_with("backlog=") && word != "deferred") {
      return fmt::format("invalid parameter \"{}\"", word);
    }
  }
  if (address.starts_with("[::]")) return fine();  // No IPv6 here.
  if (address.starts_with("unix:")) return not_modelled("listen unix:");
  const std::size_t colon = address.rfind(':');
  std::string port = address;
  if (colon != std::string::npos) {
    port = address.substr(colon + 1);
    address.resize(colon);
  } else if (kernel::parse_ipv4(address) || address == "localhost") {
    port = "80";
  } else {
    address = "*";
  }
  const auto number = parse_int(port);
  if (!number || *number < 1 || *number > 65535) {
    return fmt::format("invalid port in \"{}\" of the \"listen\" directive",
                       arguments[0]);
  }
  listen.port = static_cast<std::uint16_t>(*number);
  if (address == "localhost") address = "127.0.0.1";
  const auto ip =
      address == "*" ? kernel::kAnyAddress : kernel::parse_ipv4(address);
  if (!ip) {
    return fmt::format("host not found in \"{}\" of the \"listen\" directive",
                       arguments[0]);
  }
  listen.ip = *ip;
  context.server->listens.push_back(listen);
  return fine();
}

std::string add_error_page(Context& context, const List& arguments) {
  ErrorPage page;
  page.target = arguments.back();
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i].starts_with('=')) {
      page.answer =
          static_cast<int>(parse_int(arguments[i].substr(1)).value_or(0));
      continue;
    }
    const auto code = parse_int(arguments[i]);
    if (!code) return fmt::format("invalid value \"{}\"", arguments[i]);
    if (*code < 300 || *code > 599) {
      return fmt::format("value \"{}\" must be between 300 and 599",
                         arguments[i]);
    }
    page.codes.push_back(static_cast<int>(*code));
  }
  context.settings->error_pages.push_back(std::move(page));
  return fine();
}

std::string set_return(Context& context, const List& arguments) {
  Return answer;
  const auto code = parse_int(arguments[0]);
  if (!code && arguments.size() == 1) {
    answer.status = 302;
    answer.text = arguments[0];
  } else if (!code || *code < 0 || *code > 999) {
    return fmt::format("invalid return code \"{}\"", arguments[0]);
  } else {
    answer.status = static_cast<int>(*code);
    if (arguments.size() > 1) answer.text = arguments[1];
  }
  context.settings->returns = answer;
  return fine();
}

std::string set_proxy(Context& context, const List& arguments) {
  const std::string& text = arguments[0];
  if (!text.starts_with("http://")) {
    return text.starts_with("https://") ? not_modelled("proxy_pass https://")
                                        : std::string("invalid URL prefix");
  }
  const std::optional<Url> url = parse_url(text);
  if (!url) return fmt::format("invalid host in upstream \"{}\"", text);
  context.settings->proxy = url;
  context.settings->proxy_has_path =
      text.find('/', std::string_view("http://").size()) != std::string::npos;
  return fine();
}

std::string add_access_log(Context& context, const List& arguments) {
  if (arguments[0] == "off") {
    context.settings->access_logs = {AccessLog{"", ""}};
    return fine();
  }
  AccessLog log;
  log.path = arguments[0];
  if (arguments.size() > 1) log.format = arguments[1];
  if (!context.config->log_formats.contains(log.format)) {
    return fmt::format("unknown log format \"{}\"", log.format);
  }
  context.settings->access_logs.push_back(std::move(log));
  return fine();
}

std::string set_workers(Context& context, const List& arguments) {
  if (arguments[0] == "auto") return fine();
  const auto number = parse_int(arguments[0]);
  if (!number || *number < 1 || *number > 64) return "invalid number";
  context.config->workers = *number;
  return fine();
}

std::string set_keepalive(Context& context, const List& arguments) {
  std::string text = arguments[0];
  if (text.ends_with('s')) text.pop_back();
  const auto number = parse_int(text);
  if (!number || *number < 0) return "invalid value";
  context.settings->keepalive = *number * kSecond;
  return fine();
}

// clang-format off
constexpr std::array kRows = {
    Row{"access_log",           kAnyHttp,          1, 3,  false, add_access_log},
    Row{"add_header",           kAnyHttp,          2, 3,  false, [](Context& c, const List& a) { c.settings->add_headers.emplace_back(a[0], a[1]); return fine(); }},
    Row{"alias",                kLocation,         1, 1,  false, [](Context& c, const List& a) { c.settings->alias = a[0]; return fine(); }},
    Row{"allow",                kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { c.settings->rules.emplace_back("allow", a[0]); return fine(); }},
    Row{"auth_basic",           kAnyHttp,          1, 1,  false, [](Context&, const List&) { return not_modelled("auth_basic"); }},
    Row{"autoindex",            kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { return set_flag(c.settings->autoindex, "autoindex", a); }},
    Row{"charset",              kAnyHttp,          1, 1,  false, [](Context&, const List&) { return not_modelled("charset"); }},
    Row{"client_body_buffer_size", kAnyHttp,       1, 1,  false, nullptr},
    Row{"client_max_body_size", kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { const auto size = parse_size(a[0]); if (!size) return std::string("\"client_max_body_size\" directive invalid value"); c.settings->body_max = *size; return fine(); }},
    Row{"daemon",               kMain,             1, 1,  false, [](Context& c, const List& a) { return set_flag(c.config->daemon, "daemon", a); }},
    Row{"default_type",         kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { c.settings->default_type = a[0]; return fine(); }},
    Row{"deny",                 kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { c.settings->rules.emplace_back("deny", a[0]); return fine(); }},
    Row{"error_log",            kMain | kAnyHttp,  1, 2,  false, [](Context& c, const List& a) { c.config->error_log = a[0]; if (a.size() > 1) c.config->error_level = a[1]; return fine(); }},
    Row{"error_page",           kAnyHttp,          2, -1, false, add_error_page},
    Row{"events",               kMain,             0, 0,  true,  nullptr},
    Row{"expires",              kAnyHttp,          1, 2,  false, [](Context&, const List&) { return not_modelled("expires"); }},
    Row{"fastcgi_pass",         kLocation,         1, 1,  false, [](Context&, const List&) { return not_modelled("fastcgi_pass"); }},
    Row{"gzip",                 kAnyHttp,          1, 1,  false, [](Context&, const List& a) { return a[0] == "on" ? not_modelled("gzip on") : fine(); }},
    Row{"http",                 kMain,             0, 0,  true,  nullptr},
    Row{"if",                   kServer | kLocation, 1, -1, true, [](Context&, const List&) { return not_modelled("if"); }},
    Row{"index",                kAnyHttp,          1, -1, false, [](Context& c, const List& a) { c.settings->index = a; return fine(); }},
    Row{"keepalive_timeout",    kAnyHttp,          1, 2,  false, set_keepalive},
    Row{"large_client_header_buffers", kHttp | kServer, 2, 2, false, nullptr},
    Row{"limit_except",         kLocation,         1, -1, true,  [](Context&, const List&) { return not_modelled("limit_except"); }},
    Row{"limit_req",            kAnyHttp,          1, -1, false, [](Context&, const List&) { return not_modelled("limit_req"); }},
    Row{"listen",               kServer,           1, -1, false, add_listen},
    Row{"location",             kServer | kLocation, 1, 2, true, nullptr},
    Row{"log_format",           kHttp,             2, -1, false, [](Context& c, const List& a) { c.config->log_formats[a[0]] = join(List(a.begin() + 1, a.end()), ""); return fine(); }},
    Row{"map",                  kHttp,             2, 2,  true,  [](Context&, const List&) { return not_modelled("map"); }},
    Row{"multi_accept",         kEvents,           1, 1,  false, nullptr},
    Row{"pid",                  kMain,             1, 1,  false, [](Context& c, const List& a) { c.config->pid_file = a[0]; return fine(); }},
    Row{"proxy_buffering",      kAnyHttp,          1, 1,  false, nullptr},
    Row{"proxy_connect_timeout", kAnyHttp,         1, 1,  false, nullptr},
    Row{"proxy_http_version",   kAnyHttp,          1, 1,  false, nullptr},
    Row{"proxy_pass",           kLocation,         1, 1,  false, set_proxy},
    Row{"proxy_read_timeout",   kAnyHttp,          1, 1,  false, nullptr},
    Row{"proxy_redirect",       kAnyHttp,          1, 2,  false, nullptr},
    Row{"proxy_set_header",     kAnyHttp,          2, 2,  false, [](Context& c, const List& a) { c.settings->proxy_headers.emplace_back(a[0], a[1]); return fine(); }},
    Row{"return",               kServer | kLocation, 1, 2, false, set_return},
    Row{"rewrite",              kServer | kLocation, 2, 3, false, [](Context&, const List&) { return not_modelled("rewrite"); }},
    Row{"root",                 kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { c.settings->root = a[0]; return fine(); }},
    Row{"sendfile",             kAnyHttp,          1, 1,  false, nullptr},
    Row{"server",               kHttp,             0, 0,  true,  nullptr},
    Row{"server_name",          kServer,           1, -1, false, [](Context& c, const List& a) { c.server->names = a; return fine(); }},
    Row{"server_names_hash_bucket_size", kHttp,    1, 1,  false, nullptr},
    Row{"server_tokens",        kAnyHttp,          1, 1,  false, [](Context& c, const List& a) { return set_flag(c.settings->server_tokens, "server_tokens", a); }},
    Row{"set",                  kServer | kLocation, 2, 2, false, [](Context&, const List&) { return not_modelled("set"); }},
    Row{"ssl_certificate",      kHttp | kServer,   1, 1,  false, [](Context&, const List&) { return not_modelled("ssl_certificate"); }},
    Row{"tcp_nodelay",          kAnyHttp,          1, 1,  false, nullptr},
    Row{"tcp_nopush",           kAnyHttp,          1, 1,  false, nullptr},
    Row{"try_files",            kServer | kLocation, 2, -1, false, [](Context& c, const List& a) { c.settings->try_files = a; return fine(); }},
    Row{"types",                kAnyHttp,          0, 0,  true,  nullptr},
    Row{"types_hash_max_size",  kAnyHttp,          1, 1,  false, nullptr},
    Row{"upstream",             kHttp,             1, 1,  true,  nullptr},
    Row{"use",                  kEvents,           1, 1,  false, nullptr},
    Row{"user",                 kMain,             1, 2,  false, [](Context& c, const List& a) { c.config->user = a[0]; return fine(); }},
    Row{"uwsgi_pass",           kLocation,         1, 1,  false, [](Context&, const List&) { return not_modelled("uwsgi_pass"); }},
    Row{"worker_connections",   kEvents,           1, 1,  false, nullptr},
    Row{"worker_processes",     kMain,             1, 1,  false, set_workers},
    Row{"worker_rlimit_nofile", kMain,             1, 1,  false, nullptr},
};
// clang-format on

static_assert(std::ranges::is_sorted(kRows, {}, &Row::name));

const Row* find_row(std::string_view name) {
  const auto found = std::ranges::lower_bound(kRows, name, {}, &Row::name);
  return found != kRows.end() && found->name == name ? &*found : nullptr;
}

Error fault(const Directive& at, std::string_view why) {
  if (at.file == "command line") {
    return Error{fmt::format("{} in command line", why)};
  }
  return Error{fmt::format("{} in {}:{}", why, at.file, at.line)};
}

/// The checks that are the same for all directives.
Result<const Row*> check(const Directive& each, unsigned place) {
  const Row* const row = find_row(each.name);
  // Inside of upstream, "server" is another directive.
  if (!row) {
    return fault(each, fmt::format("unknown directive \"{}\"", each.name));
  }
  if ((row->places & place) == 0) {
    return fault(
        each, fmt::format("\"{}\" directive is not allowed here", each.name));
  }
  if (row->block && !each.has_block) {
    return fault(
        each, fmt::format("directive \"{}\" has no opening \"{{\"", each.name));
  }
  if (!row->block && each.has_block) {
    return fault(each, fmt::format("directive \"{}\" is not terminated by "
                                   "\";\"",
                                   each.name));
  }
  const auto count = static_cast<int>(each.arguments.size());
  if (count < row->least || (row->most >= 0 && count > row->most)) {
    return fault(each, fmt::format("invalid number of arguments in \"{}\" "
                                   "directive",
                                   each.name));
  }
  return row;
}

Outcome read_block(const std::vector<Directive>& directives, unsigned place,
                   Context context);

Outcome read_types(const Directive& types, Settings& settings) {
  settings.types.clear();
  for (const Directive& each : types.block) {
    if (each.arguments.empty()) {
      return fault(each, fmt::format("invalid number of arguments in \"{}\" "
                                     "directive",
                                     each.name));
    }
    for (const std::string& extension : each.arguments) {
      settings.types[lower(extension)] = each.name;
    }
  }
  return done();
}

Outcome read_location(const Directive& each, Context context) {
  Location location;
  location.settings = *context.settings;
  // Not inherited: they say what one location does.
  location.settings.alias.clear();
  location.settings.returns.reset();
  location.settings.proxy.reset();
  location.settings.try_files.clear();
  location.pattern = each.arguments.back();
  if (each.arguments.size() == 2) {
    const std::string& how = each.arguments[0];
    if (how == "=") {
      location.kind = LocationKind::exact;
    } else if (how == "^~") {
      location.kind = LocationKind::strong_prefix;
    } else if (how == "~") {
      location.kind = LocationKind::regex;
    } else if (how == "~*") {
      location.kind = LocationKind::regex_any_case;
    } else {
      return fault(each, fmt::format("invalid location modifier \"{}\"", how));
    }
  }
  const auto twin = std::ranges::find_if(
      context.server->locations, [&](const Location& other) {
        return other.kind == location.kind && other.pattern == location.pattern;
      });
  if (twin != context.server->locations.end()) {
    return fault(each,
                 fmt::format("duplicate location \"{}\"", location.pattern));
  }
  const std::size_t number = context.server->locations.size();
  context.server->locations.push_back(location);
  Context inner = context;
  inner.settings = &location.settings;
  const Outcome read = read_block(each.block, kLocation, inner);
  context.server->locations[number].settings = location.settings;
  return read;
}

Outcome read_server(const Directive& each, Context context) {
  HttpServer server;
  server.settings = *context.settings;
  Context inner = context;
  inner.server = &server;
  inner.settings = &server.settings;
  const Outcome read = read_block(each.block, kServer, inner);
  if (!read) return read;
  if (server.listens.empty()) server.listens.push_back({});
  context.config->servers.push_back(std::move(server));
  return done();
}

Outcome read_upstream(const Directive& each, Context context) {
  List& servers = context.config->upstreams[each.arguments[0]];
  for (const Directive& inner : each.block) {
    if (inner.name != "server" || inner.arguments.empty()) {
      return fault(inner, not_modelled("upstream's " + inner.name));
    }
    servers.push_back(inner.arguments[0]);
  }
  if (servers.empty()) return fault(each, "no servers are inside upstream");
  return done();
}

/// Lists that a lower level sets replace those of a higher one.
void start_own_lists(const std::vector<Directive>& directives,
                     Settings& settings) {
  for (const Directive& each : directives) {
    if (each.name == "access_log") settings.access_logs.clear();
    if (each.name == "error_page") settings.error_pages.clear();
    if (each.name == "add_header") settings.add_headers.clear();
    if (each.name == "proxy_set_header") settings.proxy_headers.clear();
    if (each.name == "allow" || each.name == "deny") settings.rules.clear();
  }
}

Outcome read_inner(const Directive& each, Context context) {
  if (each.name == "types") return read_types(each, *context.settings);
  if (each.name == "events") return read_block(each.block, kEvents, context);
  if (each.name == "http") return read_block(each.block, kHttp, context);
  if (each.name == "upstream") return read_upstream(each, context);
  if (each.name == "server") return read_server(each, context);
  return read_location(each, context);
}

Outcome read_block(const std::vector<Directive>& directives, unsigned place,
                   Context context) {
  start_own_lists(directives, *context.settings);
  // A level's own settings first: its blocks inherit all of them.
  for (const bool blocks : {false, true}) {
    for (const Directive& each : directives) {
      const Result<const Row*> row = check(each, place);
      if (!row) return row.error();
      const bool deep = (*row)->block && each.name != "types";
      if (deep != blocks) continue;
      if ((*row)->apply) {
        const std::string why = (*row)->apply(context, each.arguments);
        if (!why.empty()) return fault(each, why);
      } else if ((*row)->block) {
        const Outcome inner = read_inner(each, context);
        if (!inner) return inner;
      }
    }
  }
  return done();
}

}  // namespace

Result<Config> interpret(const std::vector<Directive>& directives) {
  Config config;
  config.log_formats["combined"] =
      "$remote_addr - $remote_user [$time_local] \"$request\" $status "
      "$body_bytes_sent \"$http_referer\" \"$http_user_agent\"";
  Settings settings;
  settings.access_logs = {AccessLog{"/var/log/nginx/access.log", "combined"}};
  settings.types = {
      {"html", "text/html"}, {"gif", "image/gif"}, {"jpg", "image/jpeg"}};
  Context context;
  context.config = &config;
  context.settings = &settings;
  const Outcome read = read_block(directives, kMain, context);
  if (!read) return read.error();
  const bool has_events = std::ranges::any_of(
      directives, [](const Directive& each) { return each.name == "events"; });
  if (!has_events) {
    return Error{"no \"events\" section in configuration"};
  }
  return config;
}

}  // namespace drydock::userland::nginx
