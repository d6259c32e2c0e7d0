// admin.cc — commands about the server and its clients.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

void auth_command(Call& call) {
  const std::string& password = call.server.config.password;
  if (password.empty()) {
    return put_error(call.out, "ERR Client sent AUTH, but no password is set");
  }
  call.client.authenticated = call.arg(1) == password;
  if (!call.client.authenticated) {
    return put_error(call.out, "ERR invalid password");
  }
  put_status(call.out, "OK");
}

void ping_command(Call& call) {
  if (call.argv.size() > 2) {
    return put_error(call.out,
                     "ERR wrong number of arguments for 'ping' command");
  }
  const bool has_word = call.argv.size() == 2;
  if (!call.client.channels.empty() || !call.client.patterns.empty()) {
    put_array(call.out, 2);
    put_bulk(call.out, "pong");
    return put_bulk(call.out, has_word ? call.arg(1) : "");
  }
  if (has_word) return put_bulk(call.out, call.arg(1));
  put_status(call.out, "PONG");
}

void echo_command(Call& call) { put_bulk(call.out, call.arg(1)); }

void time_command(Call& call) {
  const Time now = call.server.self.now();
  put_array(call.out, 2);
  put_bulk(call.out, std::to_string(now.seconds()));
  put_bulk(call.out, std::to_string(now.since_epoch % kSecond / kMicrosecond));
}

void role_command(Call& call) {
  put_array(call.out, 3);
  put_bulk(call.out, "master");
  put_integer(call.out, 0);
  put_array(call.out, 0);
}

void command_command(Call& call) {
  if (call.argv.size() == 2 && call.is(1, "count")) {
    return put_integer(call.out, static_cast<std::int64_t>(command_count()));
  }
  put_error(call.out, "ERR drydock: 'command' is not modelled, only its COUNT");
}

void monitor_command(Call& call) {
  call.client.monitors = true;
  put_status(call.out, "OK");
}

// --- What waits for the disk is done by the loop -----------------------------

void save_command(Call& call) {
  if (call.server.saving_child != 0) {
    return put_error(call.out, "ERR Background save already in progress");
  }
  call.server.errand = Errand::save;
}

void bgsave_command(Call& call) {
  if (call.server.saving_child != 0) {
    return put_error(call.out, "ERR Background save already in progress");
  }
  call.server.errand = Errand::background_save;
}

void lastsave_command(Call& call) {
  put_integer(call.out, call.server.last_save.seconds());
}

void shutdown_command(Call& call) {
  const bool nosave = call.is(1, "nosave"), save = call.is(1, "save");
  if (call.argv.size() > 2 || (call.argv.size() == 2 && !nosave && !save)) {
    return refuse_syntax(call.out);
  }
  call.server.save_on_shutdown = !nosave;
  call.server.force_save_on_shutdown = save;
  call.server.errand = Errand::shutdown;
}

void debug_command(Call& call) {
  if (call.is(1, "sleep") && call.argv.size() == 3) {
    const std::optional<double> seconds = parse_double(call.arg(2));
    if (!seconds || *seconds < 0 || *seconds > 1e6) {
      return put_error(call.out, "ERR value is not a valid float");
    }
    call.server.sleep_span = static_cast<Nanoseconds>(*seconds * kSecond);
    call.server.errand = Errand::sleep;
    return;
  }
  put_error(call.out, fmt::format("ERR drydock: 'debug {}' is not modelled",
                                  lower(call.arg(1))));
}

// --- CONFIG, CLIENT, INFO ----------------------------------------------------

void config_command(Call& call) {
  Config& config = call.server.config;
  if (call.is(1, "get") && call.argv.size() == 3) {
    List found;
    for (const std::string& name : setting_names()) {
      if (!glob_match(lower(call.arg(2)), name)) continue;
      found.push_back(name);
      found.push_back(get_setting(config, name).value_or(""));
    }
    put_array(call.out, found.size());
    for (const Bytes& each : found) put_bulk(call.out, each);
  } else if (call.is(1, "set") && call.argv.size() == 4) {
    const std::string name = lower(call.arg(2));
    static const List kFixed = {"port",       "bind",    "unixsocket",
                                "appendonly", "logfile", "tcp-backlog",
                                "daemonize",  "pidfile", "appendfilename",
                                "databases"};
    const bool fixed =
        std::find(kFixed.begin(), kFixed.end(), name) != kFixed.end();
    if (fixed || !get_setting(config, name)) {
      return put_error(
          call.out,
          fmt::format("ERR Unsupported CONFIG parameter: {}", call.arg(2)));
    }
    List values = split_blanks(call.arg(3));
    if (name == "save" && values.empty()) values = {""};
    if (name == "requirepass" && values.empty()) values = {""};
    const Outcome set = set_setting(config, name, values);
    if (!set) {
      return put_error(call.out,
                       fmt::format("ERR Invalid argument '{}' for CONFIG SET "
                                   "'{}'",
                                   call.arg(3), call.arg(2)));
    }
    put_status(call.out, "OK");
  } else if (call.is(1, "resetstat") && call.argv.size() == 2) {
    Server& server = call.server;
    server.commands_done = server.connections = server.hits = server.misses =
        server.expired = 0;
    put_status(call.out, "OK");
  } else {
    put_error(call.out,
              "ERR CONFIG subcommand must be one of GET, SET, RESETSTAT, "
              "REWRITE");
  }
}

namespace {

std::string client_line(const Client& client, Time now) {
  return fmt::format(
      "id={} addr={} fd={} name={} age={} idle={} flags={} db={} sub={} "
      "psub={} multi={} qbuf=0 qbuf-free=32768 obl=0 oll=0 omem=0 events=r "
      "cmd={}\n",
      client.id, client.address, client.fd, client.name,
      (now - client.connected) / kSecond, (now - client.active) / kSecond,
      client.monitors ? "O"
      : client.queues ? "x"
                      : "N",
      client.database, client.channels.size(), client.patterns.size(),
      client.queues ? static_cast<int>(client.queue.size()) : -1,
      client.last_command);
}

}  // namespace

void client_command(Call& call) {
  if (call.is(1, "list") && call.argv.size() == 2) {
    std::string lines;
    call.client.last_command = "client";
    for (const auto& [fd, client] : call.server.clients) {
      lines += client_line(*client, call.server.self.now());
    }
    put_bulk(call.out, lines);
  } else if (call.is(1, "getname") && call.argv.size() == 2) {
    if (call.client.name.empty()) return put_nil(call.out);
    put_bulk(call.out, call.client.name);
  } else if (call.is(1, "setname") && call.argv.size() == 3) {
    for (const char c : call.arg(2)) {
      if (c >= '!' && c <= '~') continue;
      return put_error(call.out,
                       "ERR Client names cannot contain spaces, newlines or "
                       "special characters.");
    }
    call.client.name = call.arg(2);
    put_status(call.out, "OK");
  } else if (call.is(1, "kill") && call.argv.size() == 3) {
    for (const auto& [fd, client] : call.server.clients) {
      if (client->address != call.arg(2)) continue;
      client->closing = true;
      return put_status(call.out, "OK");
    }
    put_error(call.out, "ERR No such client");
  } else {
    put_error(call.out,
              "ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | "
              "SETNAME connection-name)");
  }
}

namespace {

std::string info_server(Server& server) {
  const std::int64_t uptime = (server.self.now() - server.started) / kSecond;
  return fmt::format(
      "# Server\r\nredis_version:{}\r\nredis_git_sha1:00000000\r\n"
      "redis_git_dirty:0\r\nredis_build_id:0\r\nredis_mode:standalone\r\n"
      "os:Linux 3.16.0-4-amd64 x86_64\r\narch_bits:64\r\n"
      "multiplexing_api:epoll\r\ngcc_version:4.7.2\r\nprocess_id:{}\r\n"
      "run_id:{}\r\ntcp_port:{}\r\nuptime_in_seconds:{}\r\n"
      "uptime_in_days:{}\r\nhz:10\r\nlru_clock:{}\r\nconfig_file:{}\r\n",
      kVersion, server.self.getpid(), server.run_id, server.config.port, uptime,
      uptime / 86400, server.self.now().seconds() & 0xffffff,
      server.config.file);
}

std::string info_persistence(Server& server) {
  return fmt::format(
      "# Persistence\r\nloading:0\r\nrdb_changes_since_last_save:{}\r\n"
      "rdb_bgsave_in_progress:{}\r\nrdb_last_save_time:{}\r\n"
      "rdb_last_bgsave_status:{}\r\naof_enabled:{}\r\n",
      server.dirty, server.saving_child != 0 ? 1 : 0,
      server.last_save.seconds(), server.last_save_failed ? "err" : "ok",
      server.config.append_only ? 1 : 0);
}

std::string info_stats(Server& server) {
  std::set<Bytes> channels;
  for (const auto& [fd, client] : server.clients) {
    channels.insert(client->channels.begin(), client->channels.end());
  }
  return fmt::format(
      "# Stats\r\ntotal_connections_received:{}\r\n"
      "total_commands_processed:{}\r\nrejected_connections:0\r\n"
      "expired_keys:{}\r\nevicted_keys:0\r\nkeyspace_hits:{}\r\n"
      "keyspace_misses:{}\r\npubsub_channels:{}\r\n",
      server.connections, server.commands_done, server.expired, server.hits,
      server.misses, channels.size());
}

std::string info_keyspace(Server& server) {
  std::string text = "# Keyspace\r\n";
  for (int number = 0; number < kDatabases; ++number) {
    server.expire_all(number);
    const Database& keys = server.databases[static_cast<std::size_t>(number)];
    if (keys.empty()) continue;
    std::int64_t expiring = 0, left = 0;
    for (const auto& [key, entry] : keys) {
      if (!entry.expires) continue;
      ++expiring;
      left += *entry.expires - server.now_ms();
    }
    text +=
        fmt::format("db{}:keys={},expires={},avg_ttl={}\r\n", number,
                    keys.size(), expiring, expiring > 0 ? left / expiring : 0);
  }
  return text;
}

}  // namespace

std::string Server::info(std::string_view section) {
  const auto wanted = [section](std::string_view name) {
    return section.empty() || section == "default" || section == "all" ||
           section == name;
  };
  List parts;
  if (wanted("server")) parts.push_back(info_server(*this));
  if (wanted("clients")) {
    parts.push_back(
        fmt::format("# Clients\r\nconnected_clients:{}\r\n"
                    "blocked_clients:0\r\n",
                    clients.size()));
  }
  if (wanted("persistence")) parts.push_back(info_persistence(*this));
  if (wanted("stats")) parts.push_back(info_stats(*this));
  if (wanted("replication")) {
    parts.push_back(
        "# Replication\r\nrole:master\r\nconnected_slaves:0\r\n"
        "master_repl_offset:0\r\n");
  }
  if (wanted("cluster")) {
    parts.push_back("# Cluster\r\ncluster_enabled:0\r\n");
  }
  if (wanted("keyspace")) parts.push_back(info_keyspace(*this));
  return join(parts, "\r\n");
}

void info_command(Call& call) {
  if (call.argv.size() > 2) return refuse_syntax(call.out);
  put_bulk(call.out,
           call.server.info(call.argv.size() == 2 ? lower(call.arg(1)) : ""));
}

}  // namespace drydock::userland::redis
