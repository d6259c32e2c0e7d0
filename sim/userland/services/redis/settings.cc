// settings.cc — redis.conf: names, values, and how they are told.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

/// One setting: how it is read and told.  `values` has one word at least.
struct Setting {
  std::string_view name;
  bool (*set)(Config& config, const List& values);
  std::string (*get)(const Config& config);
};

std::optional<bool> yes_or_no(const std::string& word) {
  if (lower(word) == "yes") return true;
  if (lower(word) == "no") return false;
  return std::nullopt;
}

std::string text_of(bool value) { return value ? "yes" : "no"; }

bool set_flag(bool& flag, const List& values) {
  const std::optional<bool> value = yes_or_no(values[0]);
  if (!value || values.size() != 1) return false;
  flag = *value;
  return true;
}

bool set_number(std::int64_t& number, const List& values, std::int64_t most) {
  const std::optional<std::int64_t> value = parse_int(values[0]);
  if (!value || *value < 0 || *value > most || values.size() != 1) return false;
  number = *value;
  return true;
}

bool set_word(std::string& word, const List& values) {
  if (values.size() != 1) return false;
  word = values[0];
  return true;
}

/// "900 1 300 10", or "" for none at all.
bool set_save(Config& config, const List& values) {
  if (values == List{""}) {
    config.save.clear();
    return true;
  }
  if (values.size() % 2 != 0) return false;
  std::vector<Config::SavePoint> points;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const auto seconds = parse_int(values[i]);
    const auto changes = parse_int(values[i + 1]);
    if (!seconds || !changes || *seconds < 1 || *changes < 0) return false;
    points.push_back({*seconds, *changes});
  }
  config.save = std::move(points);
  return true;
}

std::string get_save(const Config& config) {
  List words;
  for (const Config::SavePoint& point : config.save) {
    words.push_back(fmt::format("{} {}", point.seconds, point.changes));
  }
  return join(words, " ");
}

bool set_port(Config& config, const List& values) {
  std::int64_t port = 0;
  if (!set_number(port, values, 65535)) return false;
  config.port = static_cast<std::uint16_t>(port);
  return true;
}

bool set_level(Config& config, const List& values) {
  static const List kLevels = {"debug", "verbose", "notice", "warning"};
  const bool known =
      std::find(kLevels.begin(), kLevels.end(), values[0]) != kLevels.end();
  return known && set_word(config.log_level, values);
}

// clang-format off
constexpr std::array kSettings = {
    Setting{"appendfilename", [](Config& c, const List& v) { return set_word(c.append_filename, v); }, [](const Config& c) { return c.append_filename; }},
    Setting{"appendfsync",    [](Config& c, const List& v) { return set_word(c.append_fsync, v); },    [](const Config& c) { return c.append_fsync; }},
    Setting{"appendonly",     [](Config& c, const List& v) { return set_flag(c.append_only, v); },     [](const Config& c) { return text_of(c.append_only); }},
    Setting{"bind",           [](Config& c, const List& v) { c.bind = v; return true; },               [](const Config& c) { return join(c.bind, " "); }},
    Setting{"daemonize",      [](Config& c, const List& v) { return set_flag(c.daemonize, v); },       [](const Config& c) { return text_of(c.daemonize); }},
    Setting{"databases",      [](Config&, const List& v) { return v == List{"16"}; },                  [](const Config&) { return std::string("16"); }},
    Setting{"dbfilename",     [](Config& c, const List& v) { return set_word(c.db_filename, v); },     [](const Config& c) { return c.db_filename; }},
    Setting{"dir",            [](Config& c, const List& v) { return set_word(c.dir, v); },             [](const Config& c) { return c.dir; }},
    Setting{"logfile",        [](Config& c, const List& v) { return set_word(c.log_file, v); },        [](const Config& c) { return c.log_file; }},
    Setting{"loglevel",       set_level,                                                               [](const Config& c) { return c.log_level; }},
    Setting{"maxclients",     [](Config& c, const List& v) { return set_number(c.max_clients, v, 1'000'000); }, [](const Config& c) { return std::to_string(c.max_clients); }},
    Setting{"pidfile",        [](Config& c, const List& v) { return set_word(c.pid_file, v); },        [](const Config& c) { return c.pid_file; }},
    Setting{"port",           set_port,                                                                [](const Config& c) { return std::to_string(c.port); }},
    Setting{"requirepass",    [](Config& c, const List& v) { return set_word(c.password, v); },        [](const Config& c) { return c.password; }},
    Setting{"save",           set_save,                                                                get_save},
    Setting{"tcp-backlog",    [](Config& c, const List& v) { return set_number(c.tcp_backlog, v, 65535); }, [](const Config& c) { return std::to_string(c.tcp_backlog); }},
    Setting{"timeout",        [](Config& c, const List& v) { return set_number(c.timeout, v, 1'000'000); }, [](const Config& c) { return std::to_string(c.timeout); }},
    Setting{"unixsocket",     [](Config& c, const List& v) { return set_word(c.unix_socket, v); },     [](const Config& c) { return c.unix_socket; }},
};

// Known to Redis 3.0; here they would change nothing that can be seen.
constexpr std::array<std::string_view, 26> kWithoutEffect = {
    "activerehashing", "aof-load-truncated", "aof-rewrite-incremental-fsync",
    "auto-aof-rewrite-min-size", "auto-aof-rewrite-percentage",
    "client-output-buffer-limit", "hash-max-ziplist-entries",
    "hash-max-ziplist-value", "hll-sparse-max-bytes", "hz",
    "latency-monitor-threshold", "list-max-ziplist-entries",
    "list-max-ziplist-value", "lua-time-limit", "no-appendfsync-on-rewrite",
    "notify-keyspace-events", "rdbchecksum", "rdbcompression",
    "set-max-intset-entries", "slowlog-log-slower-than", "slowlog-max-len",
    "stop-writes-on-bgsave-error", "syslog-enabled", "tcp-keepalive",
    "zset-max-ziplist-entries", "zset-max-ziplist-value"};

// Known, and not modelled: silence would be a lie.
constexpr std::array<std::string_view, 12> kNotModelled = {
    "cluster-enabled", "include", "masterauth", "maxmemory",
    "maxmemory-policy", "min-slaves-to-write", "rename-command",
    "repl-diskless-sync", "slaveof", "slave-read-only",
    "slave-serve-stale-data", "unixsocketperm"};
// clang-format on

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : &*found;
}

}  // namespace

Outcome set_setting(Config& config, std::string_view name, const List& values) {
  if (const Setting* const setting = find_setting(name)) {
    if (!values.empty() && setting->set(config, values)) return done();
    return Error{"Bad directive or wrong number of arguments"};
  }
  const auto is = [name](std::string_view each) { return each == name; };
  if (std::ranges::any_of(kWithoutEffect, is)) return done();
  if (std::ranges::any_of(kNotModelled, is)) {
    return Error{fmt::format("drydock: '{}' is not modelled", name)};
  }
  return Error{"Bad directive or wrong number of arguments"};
}

std::optional<std::string> get_setting(const Config& config,
                                       std::string_view name) {
  const Setting* const setting = find_setting(name);
  if (!setting) return std::nullopt;
  return setting->get(config);
}

List setting_names() {
  List names;
  for (const Setting& setting : kSettings) names.emplace_back(setting.name);
  return names;
}

}  // namespace drydock::userland::redis
