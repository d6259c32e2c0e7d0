// config.h — nginx.conf: directives, blocks, and what they set.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/kernel/process.h"
#include "sim/userland/net/url.h"

namespace drydock::userland::nginx {

inline constexpr std::string_view kVersion = "nginx/1.9.5";
inline constexpr std::string_view kConfigPath = "/etc/nginx/nginx.conf";
inline constexpr std::string_view kPrefix = "/etc/nginx";

/// One directive as it stands in a file.
struct Directive {
  std::string name;
  List arguments;
  std::vector<Directive> block;
  bool has_block = false;
  std::string file;
  int line = 0;
};

/// "access_log PATH [FORMAT]"; an empty path is "off".
struct AccessLog {
  std::string path, format = "combined";
};

struct ErrorPage {
  std::vector<int> codes;
  std::optional<int> answer;  // "=200"; nothing: the code stays.
  std::string target;
};

struct Return {
  int status = 0;
  std::string text;  // A URL or a body.
};

/// What is inherited from http to server to location.
struct Settings {
  std::string root = "/etc/nginx/html";
  std::string alias;
  List index = {"index.html"};
  bool autoindex = false;
  std::vector<AccessLog> access_logs;
  std::vector<ErrorPage> error_pages;
  std::map<std::string, std::string> types;  // Extension -> type.
  std::string default_type = "text/plain";
  List try_files;
  std::optional<Return> returns;
  std::optional<Url> proxy;
  bool proxy_has_path = false;
  std::vector<std::pair<std::string, std::string>> proxy_headers, add_headers;
  bool server_tokens = true;
  std::int64_t body_max = 1 << 20;
  std::vector<std::pair<std::string, std::string>> rules;  // allow, deny.
  Nanoseconds keepalive = 75 * kSecond;
};

enum class LocationKind { prefix, strong_prefix, exact, regex, regex_any_case };

struct Location {
  LocationKind kind = LocationKind::prefix;
  std::string pattern;
  Settings settings;
};

struct ListenAddress {
  kernel::Ipv4 ip;
  std::uint16_t port = 80;
  bool is_default = false;
};

struct HttpServer {
  std::vector<ListenAddress> listens;
  List names;
  Settings settings;
  std::vector<Location> locations;
};

struct Config {
  std::string user = "nobody";
  std::int64_t workers = 1;
  bool daemon = true;
  std::string pid_file = "/var/run/nginx.pid";
  std::string error_log = "/var/log/nginx/error.log";
  std::string error_level = "error";
  std::map<std::string, std::string> log_formats;
  std::vector<HttpServer> servers;
  std::map<std::string, List> upstreams;
};

/// A configuration, or nginx's words: `unknown directive "x" in F:L`.
Task<Result<Config>> read_config(kernel::Process& self, std::string path,
                                 List globals);

/// The words of one file or of one -g.
Result<std::vector<Directive>> parse(std::string_view text,
                                     const std::string& file);

/// What directives mean, once `include` has been replaced.
Result<Config> interpret(const std::vector<Directive>& directives);

}  // namespace drydock::userland::nginx
