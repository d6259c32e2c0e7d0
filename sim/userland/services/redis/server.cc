// server.cc — what happens to one request.

#include "sim/userland/services/redis/server.h"

#include <fmt/format.h>

namespace drydock::userland::redis {

Server::Server(kernel::Process& process, Config wanted)
    : self(process), config(std::move(wanted)), started(process.now()) {
  last_save = started;
  for (int i = 0; i < 3; ++i) run_id += fmt::format("{:016x}", self.random());
  run_id.resize(40);
}

Entry* Server::find(int database, const Bytes& key) {
  Database& keys = databases[static_cast<std::size_t>(database)];
  const auto found = keys.find(key);
  if (found == keys.end()) return nullptr;
  if (found->second.expires && *found->second.expires <= now_ms() && !loading) {
    keys.erase(found);
    ++expired;
    return nullptr;
  }
  return &found->second;
}

bool Server::erase(int database, const Bytes& key) {
  return databases[static_cast<std::size_t>(database)].erase(key) > 0;
}

void Server::touch(int database, const Bytes& key) {
  ++dirty;
  for (const auto& [fd, client] : clients) {
    if (client->watched.contains({database, key})) client->watch_broken = true;
  }
}

void Server::expire_all(int database) {
  const std::int64_t now = now_ms();
  expired += static_cast<std::int64_t>(std::erase_if(
      databases[static_cast<std::size_t>(database)], [now](const auto& each) {
        return each.second.expires && *each.second.expires <= now;
      }));
}

void Server::execute(Client& client, const List& argv) {
  client.active = self.now();
  const std::string name = lower(argv.front());
  if (name == "quit") {
    put_status(client.out, "OK");
    client.closing = true;
    return;
  }
  const CommandRow* const row = find_command(name);
  const auto refuse = [&client](std::string_view why) {
    client.queue_is_bad = client.queue_is_bad || client.queues;
    put_error(client.out, why);
  };
  if (!row) {
    return refuse(fmt::format("ERR unknown command '{}'", argv.front()));
  }
  const auto words = static_cast<int>(argv.size());
  const bool fits = row->arity >= 0 ? words == row->arity || row->arity == 0
                                    : words >= -row->arity;
  if (!fits) {
    return refuse(fmt::format("ERR wrong number of arguments for '{}' command",
                              row->name));
  }
  const bool allowed = client.authenticated || config.password.empty();
  if (!allowed && (row->flags & kAlways) == 0) {
    return refuse("NOAUTH Authentication required.");
  }
  if (!row->run) {
    return refuse(fmt::format("ERR drydock: '{}' is not modelled", row->name));
  }
  const bool listens = !client.channels.empty() || !client.patterns.empty();
  if (listens && (row->flags & kSubscribed) == 0) {
    return refuse(
        "ERR only (P)SUBSCRIBE / (P)UNSUBSCRIBE / QUIT allowed in this "
        "context");
  }
  if (last_save_failed && !config.save.empty() && (row->flags & kWrites) != 0) {
    return refuse(
        "MISCONF Redis is configured to save RDB snapshots, but is currently "
        "not able to persist on disk. Commands that may modify the data set "
        "are disabled. Please check Redis logs for details about the error.");
  }
  if (client.queues && (row->flags & kImmediate) == 0) {
    client.queue.push_back(argv);
    return put_status(client.out, "QUEUED");
  }
  perform(client, *row, argv);
}

void Server::perform(Client& client, const CommandRow& row, const List& argv) {
  if (!loading && row.name != "exec") feed_monitors(client, argv);
  client.last_command = row.name;
  const std::int64_t before = dirty;
  const int database = client.database;
  const std::int64_t asked_at = now_ms();
  ++commands_done;
  Call call{*this, client, argv, client.out};
  row.run(call);
  const bool changed = dirty != before && (row.flags & kWrites) != 0;
  if (changed) append(database, argv, asked_at);
}

namespace {

/// A relative span becomes the moment that it means, so that a log read later
/// means the same.
List as_logged(const List& argv, std::int64_t asked_at) {
  const std::string name = lower(argv.front());
  const auto moment = [&](const Bytes& span, std::int64_t unit,
                          std::int64_t base) {
    return std::to_string(base + parse_strict_int(span).value_or(0) * unit);
  };
  if (name == "expire") {
    return {"PEXPIREAT", argv[1], moment(argv[2], 1000, asked_at)};
  }
  if (name == "pexpire") {
    return {"PEXPIREAT", argv[1], moment(argv[2], 1, asked_at)};
  }
  if (name == "expireat") {
    return {"PEXPIREAT", argv[1], moment(argv[2], 1000, 0)};
  }
  return argv;
}

}  // namespace

void Server::append(int database, const List& argv, std::int64_t asked_at) {
  if (!config.append_only || loading) return;
  if (database != append_database) {
    append_lines += request_of({"SELECT", std::to_string(database)});
    append_database = database;
  }
  const std::string name = lower(argv.front());
  if (name == "setex" || name == "psetex" ||
      (name == "set" && argv.size() > 3)) {
    const bool is_set = name == "set";
    append_lines += request_of({"SET", argv[1], argv[is_set ? 2 : 3]});
    const Entry* const entry = find(database, argv[1]);
    if (entry && entry->expires) {
      append_lines +=
          request_of({"PEXPIREAT", argv[1], std::to_string(*entry->expires)});
    }
    return;
  }
  if (name == "spop") {
    // Chance is not repeated: what is left is told anew.
    append_lines += request_of({"DEL", argv[1]});
    const Entry* const entry = find(database, argv[1]);
    if (!entry) return;
    List left = {"SADD", argv[1]};
    for (const Bytes& member : std::get<SetValue>(entry->value)) {
      left.push_back(member);
    }
    append_lines += request_of(left);
    return;
  }
  append_lines += request_of(as_logged(argv, asked_at));
}

void Server::feed_monitors(const Client& client, const List& argv) {
  std::string line;
  for (const auto& [fd, other] : clients) {
    if (!other->monitors) continue;
    if (line.empty()) {
      const Time now = self.now();
      line = fmt::format("+{}.{:06} [{} {}]", now.seconds(),
                         now.since_epoch % kSecond / kMicrosecond,
                         client.database, client.address);
      for (const std::string& word : argv) line += " " + quoted_bytes(word);
      line += "\r\n";
    }
    other->out += line;
  }
}

void Server::log(LogLevel level, std::string_view text) {
  static constexpr std::string_view kMarks = ".-*#";
  static constexpr std::string_view kNames[] = {"debug", "verbose", "notice",
                                                "warning"};
  const auto number = static_cast<std::size_t>(level);
  std::size_t lowest = 0;
  while (lowest < 3 && kNames[lowest] != config.log_level) ++lowest;
  if (number < lowest) return;
  const Time now = self.now();
  log_lines +=
      fmt::format("{}:{} {}.{:03} {} {}\n", self.getpid(), role,
                  format_time(now, "%d %b %H:%M:%S"),
                  now.since_epoch / kMillisecond % 1000, kMarks[number], text);
}

}  // namespace drydock::userland::redis
