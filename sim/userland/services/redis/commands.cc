// commands.cc — every command of Redis 3.0: how many words, and who runs it.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

// clang-format off
constexpr std::array kCommands = {
    CommandRow{"append",           3, kWrites,                     append_command},
    CommandRow{"asking",           1, 0,                           nullptr},
    CommandRow{"auth",             2, kAlways,                     auth_command},
    CommandRow{"bgrewriteaof",     1, 0,                           nullptr},
    CommandRow{"bgsave",           1, 0,                           bgsave_command},
    CommandRow{"bitcount",        -2, 0,                           bitcount_command},
    CommandRow{"bitop",           -4, kWrites,                     nullptr},
    CommandRow{"bitpos",          -3, 0,                           nullptr},
    CommandRow{"blpop",           -3, kWrites,                     nullptr},
    CommandRow{"brpop",           -3, kWrites,                     nullptr},
    CommandRow{"brpoplpush",       4, kWrites,                     nullptr},
    CommandRow{"client",          -2, 0,                           client_command},
    CommandRow{"cluster",         -2, 0,                           nullptr},
    CommandRow{"command",          0, 0,                           command_command},
    CommandRow{"config",          -2, 0,                           config_command},
    CommandRow{"dbsize",           1, 0,                           dbsize_command},
    CommandRow{"debug",           -2, 0,                           debug_command},
    CommandRow{"decr",             2, kWrites,                     decr_command},
    CommandRow{"decrby",           3, kWrites,                     decrby_command},
    CommandRow{"del",             -2, kWrites,                     del_command},
    CommandRow{"discard",          1, kImmediate,                  discard_command},
    CommandRow{"dump",             2, 0,                           nullptr},
    CommandRow{"echo",             2, 0,                           echo_command},
    CommandRow{"eval",            -3, 0,                           nullptr},
    CommandRow{"evalsha",         -3, 0,                           nullptr},
    CommandRow{"exec",             1, kImmediate,                  exec_command},
    CommandRow{"exists",          -2, 0,                           exists_command},
    CommandRow{"expire",           3, kWrites,                     expire_command},
    CommandRow{"expireat",         3, kWrites,                     expireat_command},
    CommandRow{"flushall",         1, kWrites,                     flushall_command},
    CommandRow{"flushdb",          1, kWrites,                     flushdb_command},
    CommandRow{"get",              2, 0,                           get_command},
    CommandRow{"getbit",           3, 0,                           getbit_command},
    CommandRow{"getrange",         4, 0,                           getrange_command},
    CommandRow{"getset",           3, kWrites,                     getset_command},
    CommandRow{"hdel",            -3, kWrites,                     hdel_command},
    CommandRow{"hexists",          3, 0,                           hexists_command},
    CommandRow{"hget",             3, 0,                           hget_command},
    CommandRow{"hgetall",          2, 0,                           hgetall_command},
    CommandRow{"hincrby",          4, kWrites,                     hincrby_command},
    CommandRow{"hincrbyfloat",     4, kWrites,                     hincrbyfloat_command},
    CommandRow{"hkeys",            2, 0,                           hkeys_command},
    CommandRow{"hlen",             2, 0,                           hlen_command},
    CommandRow{"hmget",           -3, 0,                           hmget_command},
    CommandRow{"hmset",           -4, kWrites,                     hmset_command},
    CommandRow{"hscan",           -3, 0,                           hscan_command},
    CommandRow{"hset",             4, kWrites,                     hset_command},
    CommandRow{"hsetnx",           4, kWrites,                     hsetnx_command},
    CommandRow{"hvals",            2, 0,                           hvals_command},
    CommandRow{"incr",             2, kWrites,                     incr_command},
    CommandRow{"incrby",           3, kWrites,                     incrby_command},
    CommandRow{"incrbyfloat",      3, kWrites,                     incrbyfloat_command},
    CommandRow{"info",            -1, 0,                           info_command},
    CommandRow{"keys",             2, 0,                           keys_command},
    CommandRow{"lastsave",         1, 0,                           lastsave_command},
    CommandRow{"latency",         -2, 0,                           nullptr},
    CommandRow{"lindex",           3, 0,                           lindex_command},
    CommandRow{"linsert",          5, kWrites,                     linsert_command},
    CommandRow{"llen",             2, 0,                           llen_command},
    CommandRow{"lpop",             2, kWrites,                     lpop_command},
    CommandRow{"lpush",           -3, kWrites,                     lpush_command},
    CommandRow{"lpushx",           3, kWrites,                     lpushx_command},
    CommandRow{"lrange",           4, 0,                           lrange_command},
    CommandRow{"lrem",             4, kWrites,                     lrem_command},
    CommandRow{"lset",             4, kWrites,                     lset_command},
    CommandRow{"ltrim",            4, kWrites,                     ltrim_command},
    CommandRow{"mget",            -2, 0,                           mget_command},
    CommandRow{"migrate",         -6, kWrites,                     nullptr},
    CommandRow{"monitor",          1, 0,                           monitor_command},
    CommandRow{"move",             3, kWrites,                     move_command},
    CommandRow{"mset",            -3, kWrites,                     mset_command},
    CommandRow{"msetnx",          -3, kWrites,                     msetnx_command},
    CommandRow{"multi",            1, kImmediate,                  multi_command},
    CommandRow{"object",           3, 0,                           object_command},
    CommandRow{"persist",          2, kWrites,                     persist_command},
    CommandRow{"pexpire",          3, kWrites,                     pexpire_command},
    CommandRow{"pexpireat",        3, kWrites,                     pexpireat_command},
    CommandRow{"pfadd",           -2, kWrites,                     nullptr},
    CommandRow{"pfcount",         -2, 0,                           nullptr},
    CommandRow{"pfmerge",         -2, kWrites,                     nullptr},
    CommandRow{"ping",            -1, kSubscribed,                 ping_command},
    CommandRow{"psetex",           4, kWrites,                     psetex_command},
    CommandRow{"psubscribe",      -2, kSubscribed,                 psubscribe_command},
    CommandRow{"pttl",             2, 0,                           pttl_command},
    CommandRow{"publish",          3, 0,                           publish_command},
    CommandRow{"pubsub",          -2, 0,                           pubsub_command},
    CommandRow{"punsubscribe",    -1, kSubscribed,                 punsubscribe_command},
    CommandRow{"randomkey",        1, 0,                           randomkey_command},
    CommandRow{"rename",           3, kWrites,                     rename_command},
    CommandRow{"renamenx",         3, kWrites,                     renamenx_command},
    CommandRow{"restore",         -4, kWrites,                     nullptr},
    CommandRow{"role",             1, 0,                           role_command},
    CommandRow{"rpop",             2, kWrites,                     rpop_command},
    CommandRow{"rpoplpush",        3, kWrites,                     rpoplpush_command},
    CommandRow{"rpush",           -3, kWrites,                     rpush_command},
    CommandRow{"rpushx",           3, kWrites,                     rpushx_command},
    CommandRow{"sadd",            -3, kWrites,                     sadd_command},
    CommandRow{"save",             1, 0,                           save_command},
    CommandRow{"scan",            -2, 0,                           scan_command},
    CommandRow{"scard",            2, 0,                           scard_command},
    CommandRow{"script",          -2, 0,                           nullptr},
    CommandRow{"sdiff",           -2, 0,                           sdiff_command},
    CommandRow{"sdiffstore",      -3, kWrites,                     sdiffstore_command},
    CommandRow{"select",           2, 0,                           select_command},
    CommandRow{"set",             -3, kWrites,                     set_command},
    CommandRow{"setbit",           4, kWrites,                     setbit_command},
    CommandRow{"setex",            4, kWrites,                     setex_command},
    CommandRow{"setnx",            3, kWrites,                     setnx_command},
    CommandRow{"setrange",         4, kWrites,                     setrange_command},
    CommandRow{"shutdown",        -1, 0,                           shutdown_command},
    CommandRow{"sinter",          -2, 0,                           sinter_command},
    CommandRow{"sinterstore",     -3, kWrites,                     sinterstore_command},
    CommandRow{"sismember",        3, 0,                           sismember_command},
    CommandRow{"slaveof",          3, 0,                           nullptr},
    CommandRow{"slowlog",         -2, 0,                           nullptr},
    CommandRow{"smembers",         2, 0,                           smembers_command},
    CommandRow{"smove",            4, kWrites,                     smove_command},
    CommandRow{"sort",            -2, kWrites,                     nullptr},
    CommandRow{"spop",             2, kWrites,                     spop_command},
    CommandRow{"srandmember",     -2, 0,                           srandmember_command},
    CommandRow{"srem",            -3, kWrites,                     srem_command},
    CommandRow{"sscan",           -3, 0,                           sscan_command},
    CommandRow{"strlen",           2, 0,                           strlen_command},
    CommandRow{"subscribe",       -2, kSubscribed,                 subscribe_command},
    CommandRow{"substr",           4, 0,                           getrange_command},
    CommandRow{"sunion",          -2, 0,                           sunion_command},
    CommandRow{"sunionstore",     -3, kWrites,                     sunionstore_command},
    CommandRow{"sync",             1, 0,                           nullptr},
    CommandRow{"time",             1, 0,                           time_command},
    CommandRow{"ttl",              2, 0,                           ttl_command},
    CommandRow{"type",             2, 0,                           type_command},
    CommandRow{"unsubscribe",     -1, kSubscribed,                 unsubscribe_command},
    CommandRow{"unwatch",          1, 0,                           unwatch_command},
    CommandRow{"wait",             3, 0,                           nullptr},
    CommandRow{"watch",           -2, kImmediate,                  watch_command},
    CommandRow{"zadd",            -4, kWrites,                     zadd_command},
    CommandRow{"zcard",            2, 0,                           zcard_command},
    CommandRow{"zcount",           4, 0,                           zcount_command},
    CommandRow{"zincrby",          4, kWrites,                     zincrby_command},
    CommandRow{"zinterstore",     -4, kWrites,                     nullptr},
    CommandRow{"zlexcount",        4, 0,                           nullptr},
    CommandRow{"zrange",          -4, 0,                           zrange_command},
    CommandRow{"zrangebylex",     -4, 0,                           nullptr},
    CommandRow{"zrangebyscore",   -4, 0,                           zrangebyscore_command},
    CommandRow{"zrank",            3, 0,                           zrank_command},
    CommandRow{"zrem",            -3, kWrites,                     zrem_command},
    CommandRow{"zremrangebylex",   4, kWrites,                     nullptr},
    CommandRow{"zremrangebyrank",  4, kWrites,                     zremrangebyrank_command},
    CommandRow{"zremrangebyscore", 4, kWrites,                     zremrangebyscore_command},
    CommandRow{"zrevrange",       -4, 0,                           zrevrange_command},
    CommandRow{"zrevrangebylex",  -4, 0,                           nullptr},
    CommandRow{"zrevrangebyscore",-4, 0,                           zrevrangebyscore_command},
    CommandRow{"zrevrank",         3, 0,                           zrevrank_command},
    CommandRow{"zscan",           -3, 0,                           zscan_command},
    CommandRow{"zscore",           3, 0,                           zscore_command},
    CommandRow{"zunionstore",     -4, kWrites,                     nullptr},
};
// clang-format on

static_assert(std::ranges::is_sorted(kCommands, {}, &CommandRow::name));

}  // namespace

const CommandRow* find_command(std::string_view name) {
  const auto found =
      std::ranges::lower_bound(kCommands, name, {}, &CommandRow::name);
  const bool known = found != kCommands.end() && found->name == name;
  return known ? &*found : nullptr;
}

std::size_t command_count() { return kCommands.size(); }

void refuse_type(Bytes& out) {
  put_error(out,
            "WRONGTYPE Operation against a key holding the wrong kind of "
            "value");
}

void refuse_syntax(Bytes& out) { put_error(out, "ERR syntax error"); }

void refuse_integer(Bytes& out) {
  put_error(out, "ERR value is not an integer or out of range");
}

void drop_if_empty(Call& call, const Bytes& key) {
  const Entry* const entry = call.find(key);
  if (entry && is_empty(entry->value)) {
    call.server.erase(call.client.database, key);
  }
}

}  // namespace drydock::userland::redis
