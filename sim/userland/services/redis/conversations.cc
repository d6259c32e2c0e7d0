// conversations.cc — transactions, and publishing to those who subscribe.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

void forget_transaction(Client& client) {
  client.queues = client.queue_is_bad = client.watch_broken = false;
  client.queue.clear();
  client.watched.clear();
}

std::int64_t subscriptions(const Client& client) {
  return static_cast<std::int64_t>(client.channels.size() +
                                   client.patterns.size());
}

void put_change(Call& call, std::string_view what, const Bytes& name) {
  put_array(call.out, 3);
  put_bulk(call.out, what);
  put_bulk(call.out, name);
  put_integer(call.out, subscriptions(call.client));
}

void add_all(Call& call, std::set<Bytes>& to, std::string_view what) {
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    to.insert(call.arg(i));
    put_change(call, what, call.arg(i));
  }
}

/// Those named, or all of them.
void remove_some(Call& call, std::set<Bytes>& from, std::string_view what) {
  List names(call.argv.begin() + 1, call.argv.end());
  if (names.empty()) names.assign(from.begin(), from.end());
  for (const Bytes& name : names) {
    from.erase(name);
    put_change(call, what, name);
  }
  if (!names.empty()) return;
  put_array(call.out, 3);
  put_bulk(call.out, what);
  put_nil(call.out);
  put_integer(call.out, subscriptions(call.client));
}

}  // namespace

void multi_command(Call& call) {
  if (call.client.queues) {
    return put_error(call.out, "ERR MULTI calls can not be nested");
  }
  call.client.queues = true;
  put_status(call.out, "OK");
}

void discard_command(Call& call) {
  if (!call.client.queues) {
    return put_error(call.out, "ERR DISCARD without MULTI");
  }
  forget_transaction(call.client);
  put_status(call.out, "OK");
}

void exec_command(Call& call) {
  if (!call.client.queues) {
    return put_error(call.out, "ERR EXEC without MULTI");
  }
  const std::vector<List> queue = std::move(call.client.queue);
  const bool bad = call.client.queue_is_bad;
  const bool broken = call.client.watch_broken;
  forget_transaction(call.client);
  if (bad) {
    return put_error(call.out,
                     "EXECABORT Transaction discarded because of previous "
                     "errors.");
  }
  if (broken) return put_nil_array(call.out);
  put_array(call.out, queue.size());
  for (const List& argv : queue) call.server.execute(call.client, argv);
}

void watch_command(Call& call) {
  if (call.client.queues) {
    return put_error(call.out, "ERR WATCH inside MULTI is not allowed");
  }
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    call.client.watched.insert({call.client.database, call.arg(i)});
  }
  put_status(call.out, "OK");
}

void unwatch_command(Call& call) {
  call.client.watched.clear();
  call.client.watch_broken = false;
  put_status(call.out, "OK");
}

void subscribe_command(Call& call) {
  add_all(call, call.client.channels, "subscribe");
}
void psubscribe_command(Call& call) {
  add_all(call, call.client.patterns, "psubscribe");
}
void unsubscribe_command(Call& call) {
  remove_some(call, call.client.channels, "unsubscribe");
}
void punsubscribe_command(Call& call) {
  remove_some(call, call.client.patterns, "punsubscribe");
}

int Server::publish(const Bytes& channel, const Bytes& message) {
  int receivers = 0;
  for (const auto& [fd, client] : clients) {
    if (client->channels.contains(channel)) {
      put_array(client->out, 3);
      put_bulk(client->out, "message");
      put_bulk(client->out, channel);
      put_bulk(client->out, message);
      ++receivers;
    }
    for (const Bytes& pattern : client->patterns) {
      if (!glob_match(pattern, channel)) continue;
      put_array(client->out, 4);
      put_bulk(client->out, "pmessage");
      put_bulk(client->out, pattern);
      put_bulk(client->out, channel);
      put_bulk(client->out, message);
      ++receivers;
    }
  }
  return receivers;
}

void publish_command(Call& call) {
  put_integer(call.out, call.server.publish(call.arg(1), call.arg(2)));
}

void pubsub_command(Call& call) {
  std::map<Bytes, std::int64_t> listeners;
  std::int64_t patterns = 0;
  for (const auto& [fd, client] : call.server.clients) {
    for (const Bytes& channel : client->channels) ++listeners[channel];
    patterns += static_cast<std::int64_t>(client->patterns.size());
  }
  if (call.is(1, "channels") && call.argv.size() <= 3) {
    List found;
    for (const auto& [channel, count] : listeners) {
      if (call.argv.size() == 3 && !glob_match(call.arg(2), channel)) continue;
      found.push_back(channel);
    }
    put_array(call.out, found.size());
    for (const Bytes& channel : found) put_bulk(call.out, channel);
  } else if (call.is(1, "numsub")) {
    put_array(call.out, (call.argv.size() - 2) * 2);
    for (std::size_t i = 2; i < call.argv.size(); ++i) {
      const auto found = listeners.find(call.arg(i));
      put_bulk(call.out, call.arg(i));
      put_integer(call.out, found == listeners.end() ? 0 : found->second);
    }
  } else if (call.is(1, "numpat") && call.argv.size() == 2) {
    put_integer(call.out, patterns);
  } else {
    put_error(call.out,
              fmt::format("ERR Unknown PUBSUB subcommand or wrong number of "
                          "arguments for '{}'",
                          call.arg(1)));
  }
}

}  // namespace drydock::userland::redis
