// server.h — a Redis server: its data, its clients, and how it is asked.
//
// One process, one fiber, as the real one: poll, read what came, do it, write
// the answers.  Commands are rows of a table (commands.cc); most are plain
// functions over a Call.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/services/redis/database.h"
#include "sim/userland/services/redis/resp.h"

namespace drydock::userland::redis {

inline constexpr std::string_view kVersion = "3.0.4";

/// redis.conf and the command line, as far as they are modelled.
struct Config {
  struct SavePoint {
    std::int64_t seconds = 0, changes = 0;
  };
  std::string file;  // Empty: none was given.
  std::uint16_t port = 6379;
  List bind;  // Empty: every address.
  std::string unix_socket;
  std::vector<SavePoint> save = {{900, 1}, {300, 10}, {60, 10000}};
  std::string dir = "./";
  std::string db_filename = "dump.rdb";
  bool append_only = false;
  std::string append_filename = "appendonly.aof";
  std::string append_fsync = "everysec";
  std::string password;
  std::string log_level = "notice";
  std::string log_file;
  std::int64_t max_clients = 10000;
  std::int64_t timeout = 0;
  std::int64_t tcp_backlog = 511;
  std::string pid_file;
  bool daemonize = false;
};

struct Client {
  std::uint64_t id = 0;
  kernel::Fd fd = -1;
  std::string address;  // "172.17.0.3:41320"
  std::string name;
  Time connected, active;
  int database = 0;
  bool authenticated = false;
  bool closing = false;  // Once `out` has been written.
  bool monitors = false;
  Bytes in, out;
  std::string last_command = "NULL";

  // MULTI.
  bool queues = false, queue_is_bad = false, watch_broken = false;
  std::vector<List> queue;
  std::set<std::pair<int, Bytes>> watched;

  std::set<Bytes> channels, patterns;
};

enum class LogLevel { debug, verbose, notice, warning };

/// What a command wants done that may wait; the loop does it.
enum class Errand { none, save, background_save, shutdown, sleep };

class Server {
 public:
  Server(kernel::Process& self, Config config);

  std::int64_t now_ms() const { return self.now().since_epoch / kMillisecond; }

  /// The value of a key that has not expired; null without one.
  Entry* find(int database, const Bytes& key);
  bool erase(int database, const Bytes& key);
  /// Something changed: for WATCH, save points and the append only file.
  void touch(int database, const Bytes& key);
  /// Drops all keys that have expired.
  void expire_all(int database);
  int publish(const Bytes& channel, const Bytes& message);

  /// One request of a client; answers go to its `out`.
  void execute(Client& client, const List& argv);

  /// "1:M 12 Oct 08:00:00.000 * text"
  void log(LogLevel level, std::string_view text);
  std::string info(std::string_view section);

  kernel::Process& self;
  Config config;
  Databases databases{kDatabases};
  std::map<kernel::Fd, std::unique_ptr<Client>> clients;
  std::int64_t dirty = 0;  // Changes since the last save.
  Time started, last_save, next_try;
  char role = 'C';
  std::string run_id;
  std::int64_t commands_done = 0, connections = 0, hits = 0, misses = 0,
               expired = 0;
  std::uint64_t next_client = 1;
  Errand errand = Errand::none;
  bool save_on_shutdown = true, force_save_on_shutdown = false;
  Nanoseconds sleep_span = 0;
  kernel::Pid saving_child = 0;
  bool last_save_failed = false;
  bool loading = false;

  /// What waits to be written: the log, and the append only file.
  Bytes log_lines, append_lines;
  int append_database = -1;

 private:
  void perform(Client& client, const struct CommandRow& row, const List& argv);
  void append(int database, const List& argv, std::int64_t asked_at);
  void feed_monitors(const Client& client, const List& argv);

  friend struct Call;
};

/// One command under way.
struct Call {
  Server& server;
  Client& client;
  const List& argv;
  Bytes& out;

  Entry* find(const Bytes& key) const {
    return server.find(client.database, key);
  }
  Database& keys() const {
    return server.databases[static_cast<std::size_t>(client.database)];
  }
  void touch(const Bytes& key) const { server.touch(client.database, key); }
  const Bytes& arg(std::size_t at) const { return argv[at]; }
  bool is(std::size_t at, std::string_view word) const {
    return at < argv.size() && lower(argv[at]) == word;
  }
};

/// Bits of CommandRow::flags.
enum CommandFlag : unsigned {
  kWrites = 1,
  kAlways = 2,      // Without AUTH, too.
  kImmediate = 4,   // Not queued by MULTI.
  kSubscribed = 8,  // Allowed while subscribed.
};

struct CommandRow {
  std::string_view name;
  int arity;  // Words with the name; -n: at least n.
  unsigned flags;
  void (*run)(Call& call);  // Null: it exists, but is not modelled.
};

/// Null: unknown even to the real one.
const CommandRow* find_command(std::string_view name);
std::size_t command_count();

// Errors that many commands give.
void refuse_type(Bytes& out);
void refuse_syntax(Bytes& out);
void refuse_integer(Bytes& out);

/// The value of this type under a key; `*wrong` when it has another one, which
/// has been answered then.
template <typename T>
T* typed(Call& call, const Bytes& key, bool* wrong) {
  Entry* const entry = call.find(key);
  *wrong = false;
  if (!entry) return nullptr;
  T* const value = std::get_if<T>(&entry->value);
  if (!value) {
    *wrong = true;
    refuse_type(call.out);
  }
  return value;
}

/// The same, made when there is none; null when it has another type.
template <typename T>
T* made(Call& call, const Bytes& key) {
  bool wrong = false;
  T* const value = typed<T>(call, key, &wrong);
  if (value || wrong) return value;
  Entry entry;
  entry.value = T();
  return &std::get<T>(
      call.keys().insert_or_assign(key, std::move(entry)).first->second.value);
}

/// After something was taken out of a collection: an empty one goes.
void drop_if_empty(Call& call, const Bytes& key);

// clang-format off
// strings.cc
void append_command(Call& call);
void bitcount_command(Call& call);
void decr_command(Call& call);
void decrby_command(Call& call);
void get_command(Call& call);
void getbit_command(Call& call);
void getrange_command(Call& call);
void getset_command(Call& call);
void incr_command(Call& call);
void incrby_command(Call& call);
void incrbyfloat_command(Call& call);
void mget_command(Call& call);
void mset_command(Call& call);
void msetnx_command(Call& call);
void psetex_command(Call& call);
void set_command(Call& call);
void setbit_command(Call& call);
void setex_command(Call& call);
void setnx_command(Call& call);
void setrange_command(Call& call);
void strlen_command(Call& call);
// keys.cc
void dbsize_command(Call& call);
void del_command(Call& call);
void exists_command(Call& call);
void expire_command(Call& call);
void expireat_command(Call& call);
void flushall_command(Call& call);
void flushdb_command(Call& call);
void keys_command(Call& call);
void move_command(Call& call);
void object_command(Call& call);
void persist_command(Call& call);
void pexpire_command(Call& call);
void pexpireat_command(Call& call);
void pttl_command(Call& call);
void randomkey_command(Call& call);
void rename_command(Call& call);
void renamenx_command(Call& call);
void scan_command(Call& call);
void select_command(Call& call);
void ttl_command(Call& call);
void type_command(Call& call);
// lists.cc
void lindex_command(Call& call);
void linsert_command(Call& call);
void llen_command(Call& call);
void lpop_command(Call& call);
void lpush_command(Call& call);
void lpushx_command(Call& call);
void lrange_command(Call& call);
void lrem_command(Call& call);
void lset_command(Call& call);
void ltrim_command(Call& call);
void rpop_command(Call& call);
void rpoplpush_command(Call& call);
void rpush_command(Call& call);
void rpushx_command(Call& call);
// hashes.cc
void hdel_command(Call& call);
void hexists_command(Call& call);
void hget_command(Call& call);
void hgetall_command(Call& call);
void hincrby_command(Call& call);
void hincrbyfloat_command(Call& call);
void hkeys_command(Call& call);
void hlen_command(Call& call);
void hmget_command(Call& call);
void hmset_command(Call& call);
void hscan_command(Call& call);
void hset_command(Call& call);
void hsetnx_command(Call& call);
void hvals_command(Call& call);
// sets.cc
void sadd_command(Call& call);
void scard_command(Call& call);
void sdiff_command(Call& call);
void sdiffstore_command(Call& call);
void sinter_command(Call& call);
void sinterstore_command(Call& call);
void sismember_command(Call& call);
void smembers_command(Call& call);
void smove_command(Call& call);
void spop_command(Call& call);
void srandmember_command(Call& call);
void srem_command(Call& call);
void sscan_command(Call& call);
void sunion_command(Call& call);
void sunionstore_command(Call& call);
// sorted_sets.cc
void zadd_command(Call& call);
void zcard_command(Call& call);
void zcount_command(Call& call);
void zincrby_command(Call& call);
void zrange_command(Call& call);
void zrangebyscore_command(Call& call);
void zrank_command(Call& call);
void zrem_command(Call& call);
void zremrangebyrank_command(Call& call);
void zremrangebyscore_command(Call& call);
void zrevrange_command(Call& call);
void zrevrangebyscore_command(Call& call);
void zrevrank_command(Call& call);
void zscan_command(Call& call);
void zscore_command(Call& call);
// admin.cc
void auth_command(Call& call);
void bgsave_command(Call& call);
void client_command(Call& call);
void command_command(Call& call);
void config_command(Call& call);
void debug_command(Call& call);
void echo_command(Call& call);
void info_command(Call& call);
void lastsave_command(Call& call);
void monitor_command(Call& call);
void ping_command(Call& call);
void role_command(Call& call);
void save_command(Call& call);
void shutdown_command(Call& call);
void time_command(Call& call);
// conversations.cc
void discard_command(Call& call);
void exec_command(Call& call);
void multi_command(Call& call);
void psubscribe_command(Call& call);
void publish_command(Call& call);
void pubsub_command(Call& call);
void punsubscribe_command(Call& call);
void subscribe_command(Call& call);
void unsubscribe_command(Call& call);
void unwatch_command(Call& call);
void watch_command(Call& call);
// clang-format on

/// SCAN and its kin over rows that are already in an order: the rows from
/// cursor on, COUNT of them, filtered by MATCH.  Each row is one key, or a
/// field and its value.
void answer_scan(Call& call, std::size_t first_argument,
                 const std::vector<List>& rows);

/// CONFIG GET's and redis.conf's settings: an error for what is not modelled.
Outcome set_setting(Config& config, std::string_view name, const List& values);
std::optional<std::string> get_setting(const Config& config,
                                       std::string_view name);
List setting_names();

}  // namespace drydock::userland::redis
