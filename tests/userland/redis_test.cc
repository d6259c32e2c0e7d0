// redis_test.cc — the Redis server and its client, alone and beside the real
// ones.

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "sim/userland/services/redis/rdb.h"
#include "sim/userland/services/redis/resp.h"
#include "sim/userland/services/services.h"
#include "tests/support/machine.h"

namespace drydock::userland {
namespace {

using test::Ran;
using test::Running;
using test::TestMachine;

/// A machine with a server on it; it is given time to start.
struct Redis {
  explicit Redis(List options = {}) {
    machine.install("redis-server", redis_server_main);
    machine.install("redis-cli", redis_cli_main);
    start(std::move(options));
  }
  void start(List options = {}) {
    options.insert(options.begin(), "redis-server");
    server = *machine.start(options);
    machine.scheduler.run_ready();
  }
  Ran cli(List words, std::string input = "") {
    words.insert(words.begin(), "redis-cli");
    return machine.run(words, std::move(input));
  }
  /// Lines of a conversation, with the replies as a terminal shows them.
  std::string talk(const std::string& lines) {
    return cli({"--no-raw"}, lines).out;
  }
  int stop(int signal = kernel::kSigTerm) {
    static_cast<void>(machine.kernel.kill(*server.process, signal));
    return machine.finish(server).status;
  }

  TestMachine machine;
  Running server;
};

/// Each line of a conversation beside what is answered.
struct Turn {
  const char* typed;
  const char* answered;
};

// clang-format off
constexpr Turn kTurns[] = {
    {"ping", "PONG\n"},
    {"echo hello", "\"hello\"\n"},
    {"set abc 123", "OK\n"},
    {"get abc", "\"123\"\n"},
    {"get nothing", "(nil)\n"},
    {"incr abc", "(integer) 124\n"},
    {"incrby abc 10", "(integer) 134\n"},
    {"decr abc", "(integer) 133\n"},
    {"decrby abc 3", "(integer) 130\n"},
    {"incrbyfloat abc 0.5", "\"130.5\"\n"},
    {"set word hello", "OK\n"},
    {"incr word", "(error) ERR value is not an integer or out of range\n"},
    {"append word \" world\"", "(integer) 11\n"},
    {"strlen word", "(integer) 11\n"},
    {"getrange word 0 4", "\"hello\"\n"},
    {"getrange word -5 -1", "\"world\"\n"},
    {"getrange word 5 2", "\"\"\n"},
    {"setrange word 6 redis", "(integer) 11\n"},
    {"get word", "\"hello redis\"\n"},
    {"getset word new", "\"hello redis\"\n"},
    {"setnx word other", "(integer) 0\n"},
    {"set word x nx", "(nil)\n"},
    {"set word x xx", "OK\n"},
    {"set word x foo", "(error) ERR syntax error\n"},
    {"mset a 1 b 2 c 3", "OK\n"},
    {"mget a nothing c", "1) \"1\"\n2) (nil)\n3) \"3\"\n"},
    {"exists a", "(integer) 1\n"},
    {"type a", "string\n"},
    {"type nothing", "none\n"},
    {"del a b nothing", "(integer) 2\n"},
    {"setbit bits 7 1", "(integer) 0\n"},
    {"getbit bits 7", "(integer) 1\n"},
    {"bitcount bits", "(integer) 1\n"},
    {"get bits", "\"\\x01\"\n"},
    {"rpush list a b c", "(integer) 3\n"},
    {"lpush list z", "(integer) 4\n"},
    {"lrange list 0 -1", "1) \"z\"\n2) \"a\"\n3) \"b\"\n4) \"c\"\n"},
    {"lrange list 5 9", "(empty list or set)\n"},
    {"linsert list before a y", "(integer) 5\n"},
    {"lindex list -1", "\"c\"\n"},
    {"lset list 0 first", "OK\n"},
    {"lset list 9 x", "(error) ERR index out of range\n"},
    {"lrem list 0 y", "(integer) 1\n"},
    {"ltrim list 0 1", "OK\n"},
    {"lpop list", "\"first\"\n"},
    {"rpoplpush list other", "\"a\"\n"},
    {"llen list", "(integer) 0\n"},
    {"exists list", "(integer) 0\n"},
    {"incr other", "(error) WRONGTYPE Operation against a key holding the wrong kind of value\n"},
    {"hset h f 1", "(integer) 1\n"},
    {"hset h f 2", "(integer) 0\n"},
    {"hmset h g 3 a 4", "OK\n"},
    {"hgetall h", "1) \"f\"\n2) \"2\"\n3) \"g\"\n4) \"3\"\n5) \"a\"\n6) \"4\"\n"},
    {"hmget h f nothing", "1) \"2\"\n2) (nil)\n"},
    {"hincrby h f 5", "(integer) 7\n"},
    {"hdel h f g", "(integer) 2\n"},
    {"hlen h", "(integer) 1\n"},
    {"hexists h a", "(integer) 1\n"},
    {"sadd s 3 1 2 1", "(integer) 3\n"},
    {"smembers s", "1) \"1\"\n2) \"2\"\n3) \"3\"\n"},
    {"sismember s 2", "(integer) 1\n"},
    {"sadd t 2 3 4", "(integer) 3\n"},
    {"sinter s t", "1) \"2\"\n2) \"3\"\n"},
    {"sdiff s t", "1) \"1\"\n"},
    {"sunionstore u s t", "(integer) 4\n"},
    {"scard u", "(integer) 4\n"},
    {"srem u 1 9", "(integer) 1\n"},
    {"smove s t 1", "(integer) 1\n"},
    {"zadd z 2 b 1 a 3 c", "(integer) 3\n"},
    {"zrange z 0 -1 withscores", "1) \"a\"\n2) \"1\"\n3) \"b\"\n4) \"2\"\n5) \"c\"\n6) \"3\"\n"},
    {"zrevrange z 0 0", "1) \"c\"\n"},
    {"zrangebyscore z (1 +inf", "1) \"b\"\n2) \"c\"\n"},
    {"zrangebyscore z -inf +inf limit 1 1", "1) \"b\"\n"},
    {"zrank z c", "(integer) 2\n"},
    {"zscore z b", "\"2\"\n"},
    {"zincrby z 1.5 b", "\"3.5\"\n"},
    {"zcount z 3 4", "(integer) 2\n"},
    {"zrem z a", "(integer) 1\n"},
    {"zadd z x y", "(error) ERR value is not a valid float\n"},
    {"set temp x ex 100", "OK\n"},
    {"ttl temp", "(integer) 100\n"},
    {"persist temp", "(integer) 1\n"},
    {"ttl temp", "(integer) -1\n"},
    {"ttl nothing", "(integer) -2\n"},
    {"rename temp gone", "OK\n"},
    {"rename nothing x", "(error) ERR no such key\n"},
    {"keys g*", "1) \"gone\"\n"},
    {"select 1", "OK\n"},
    {"dbsize", "(integer) 0\n"},
    {"select 16", "(error) ERR invalid DB index\n"},
    {"select 0", "OK\n"},
    {"get", "(error) ERR wrong number of arguments for 'get' command\n"},
    {"multi", "OK\n"},
    {"set in tx", "QUEUED\n"},
    {"get in", "QUEUED\n"},
    {"exec", "1) OK\n2) \"tx\"\n"},
    {"exec", "(error) ERR EXEC without MULTI\n"},
    {"multi", "OK\n"},
    {"get", "(error) ERR wrong number of arguments for 'get' command\n"},
    {"exec", "(error) EXECABORT Transaction discarded because of previous errors.\n"},
    {"scan 0 match in count 100", "1) \"0\"\n2) 1) \"in\"\n"},
    {"object encoding abc", "\"embstr\"\n"},
    {"config get dbfilename", "1) \"dbfilename\"\n2) \"dump.rdb\"\n"},
    {"publish nobody hears", "(integer) 0\n"},
    {"flushdb", "OK\n"},
    {"keys *", "(empty list or set)\n"},
};
// clang-format on

bool has(const char* program) {
  const std::string command =
      std::string("command -v ") + program + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    text += static_cast<char>(c);
  }
  pclose(pipe);
  return text;
}

}  // namespace

TEST_CASE("redis answers each command as its manual says") {
  Redis redis;
  std::string lines, expected;
  for (const Turn& turn : kTurns) {
    lines += std::string(turn.typed) + "\n";
    expected += turn.answered;
  }
  CHECK(redis.talk(lines) == expected);
}

TEST_CASE("redis answers each command as a real server does") {
  if (!has("redis-server") || !has("redis-cli")) {
    WARN("skipped: redis-server is not installed here");
    return;
  }
  std::string lines, expected;
  for (const Turn& turn : kTurns) {
    lines += std::string(turn.typed) + "\n";
    expected += turn.answered;
  }
  const std::string folder = "/tmp/drydock-redis-turns";
  output_of("mkdir -p " + folder);
  std::ofstream(folder + "/turns") << lines;
  std::string real = output_of(
      "cd " + folder +
      " && redis-server --unixsocket $PWD/s --port 0 --save '' --daemonize "
      "yes --pidfile $PWD/pid >/dev/null && for i in 1 2 3 4 5 6 7 8 9; do "
      "redis-cli -s $PWD/s ping >/dev/null 2>&1 && break; sleep 0.2; done; "
      "redis-cli -s $PWD/s --no-raw < turns; redis-cli -s $PWD/s shutdown "
      "nosave >/dev/null 2>&1; rm -r " +
      folder);
  // What later versions say in other words.
  real = replace_all(real, "(empty array)", "(empty list or set)");
  real = replace_all(real, "(error) ERR DB index is out of range",
                     "(error) ERR invalid DB index");
  CHECK(real == expected);
}

TEST_CASE("redis-cli quotes for a person and not for a pipe") {
  Redis redis;
  CHECK(redis.cli({"set", "k", "a b"}).out == "OK\n");
  CHECK(redis.cli({"get", "k"}).out == "a b\n");
  CHECK(redis.cli({"--no-raw", "get", "k"}).out == "\"a b\"\n");
  CHECK(redis.cli({"get", "nothing"}).out == "\n");
  CHECK(redis.cli({"-x", "set", "k"}, "from stdin").out == "OK\n");
  CHECK(redis.cli({"get", "k"}).out == "from stdin\n");
  CHECK(redis.cli({"nonsense"}).out == "ERR unknown command 'nonsense'\n\n");
  CHECK(redis.cli({"bitop", "and", "a", "b"}).out ==
        "ERR drydock: 'bitop' is not modelled\n\n");
  CHECK(redis.cli({"-n", "2", "set", "k", "other"}).out == "OK\n");
  CHECK(redis.cli({"get", "k"}).out == "from stdin\n");
}

TEST_CASE("redis-cli says why it cannot connect, and ends in 1") {
  Redis redis;
  const Ran refused = redis.cli({"-p", "6380", "ping"});
  CHECK(refused.err ==
        "Could not connect to Redis at 127.0.0.1:6380: Connection refused\n");
  CHECK(refused.status == 1);
}

TEST_CASE("a redis key goes when its time has come, and no time is spent") {
  Redis redis;
  redis.cli({"set", "k", "v", "px", "1500"});
  CHECK(redis.cli({"pttl", "k"}).out == "1500\n");
  redis.cli({"debug", "sleep", "1.5"});
  CHECK(redis.cli({"get", "k"}).out == "\n");
  CHECK(redis.cli({"dbsize"}).out == "0\n");
}

TEST_CASE("redis keeps its data over a stop, and says goodbye") {
  Redis redis;
  redis.cli({"set", "persistence", "test"});
  redis.cli({"rpush", "list", "a", "b"});
  CHECK(redis.stop() == 0);
  const std::string log = redis.server.out->bytes();
  CHECK(log.find(":signal-handler (1444636800) Received SIGTERM scheduling "
                 "shutdown...\n") != log.npos);
  CHECK(log.find("* DB saved on disk\n") != log.npos);
  CHECK(log.ends_with("# Redis is now ready to exit, bye bye...\n"));
  redis.start();
  CHECK(redis.cli({"get", "persistence"}).out == "test\n");
  CHECK(redis.cli({"lrange", "list", "0", "-1"}).out == "a\nb\n");
}

TEST_CASE("redis saves by itself when enough has changed for long enough") {
  Redis redis({"--save", "60", "2"});
  redis.cli({"mset", "a", "1", "b", "2"});
  CHECK_FALSE(redis.machine.read("/dump.rdb"));
  redis.machine.install("wait", [](kernel::Process& self) -> Task<int> {
    co_await self.nanosleep(100 * kSecond);
    co_return 0;
  });
  redis.machine.run({"wait"});
  CHECK(redis.machine.read("/dump.rdb"));
  const std::string log = redis.server.out->bytes();
  CHECK(log.find("* 2 changes in 60 seconds. Saving...\n") != log.npos);
  CHECK(log.find("* Background saving terminated with success\n") != log.npos);
}

TEST_CASE("redis with an append only file remembers without a save") {
  Redis redis({"--appendonly", "yes", "--save", ""});
  redis.cli({"set", "k", "v", "ex", "100"});
  redis.cli({"-n", "3", "sadd", "s", "x"});
  redis.stop(kernel::kSigKill);
  CHECK_FALSE(redis.machine.read("/dump.rdb"));
  redis.start({"--appendonly", "yes", "--save", ""});
  CHECK(redis.cli({"get", "k"}).out == "v\n");
  CHECK(redis.cli({"ttl", "k"}).out == "100\n");
  CHECK(redis.cli({"-n", "3", "smembers", "s"}).out == "x\n");
}

TEST_CASE("redis asks for its password") {
  Redis redis({"--requirepass", "secret"});
  CHECK(redis.cli({"get", "k"}).out == "NOAUTH Authentication required.\n\n");
  CHECK(redis.cli({"-a", "secret", "get", "k"}).out == "\n");
  CHECK(redis.cli({"-a", "wrong", "ping"})
            .out.starts_with("(error) ERR invalid password\n"));
}

TEST_CASE("a watched key that changes makes EXEC do nothing") {
  Redis redis;
  redis.machine.install("other", [](kernel::Process& self) -> Task<int> {
    co_await self.nanosleep(kSecond);
    co_await kernel::print(self, "set k theirs\n");
    co_return 0;
  });
  // DEBUG SLEEP of a second client's would block all; a pause of this one's
  // input lets the other come in between.
  const Running mine = *redis.machine.start({"redis-cli", "--no-raw"},
                                            "watch k\nmulti\nset k mine\n");
  redis.machine.finish(mine);
  redis.cli({"set", "k", "theirs"});
  CHECK(redis.cli({"get", "k"}).out == "theirs\n");
}

TEST_CASE("what is published reaches those who subscribed") {
  Redis redis;
  const Running ear = *redis.machine.start({"redis-cli", "subscribe", "news"});
  redis.machine.scheduler.run_ready();
  CHECK(redis.cli({"publish", "news", "hello"}).out == "1\n");
  redis.machine.scheduler.run_ready();
  CHECK(ear.out->bytes() == "subscribe\nnews\n1\nmessage\nnews\nhello\n");
}

TEST_CASE("a redis.conf with an unknown word stops the server") {
  Redis redis;
  redis.machine.write("/etc/redis.conf", "port 7000\nnonsense yes\n");
  const Ran ran = redis.machine.run({"redis-server", "/etc/redis.conf"});
  CHECK(ran.status == 1);
  CHECK(ran.err ==
        "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, "
        "at line 2\n>>> 'nonsense yes'\nBad directive or wrong number of "
        "arguments\n");
  CHECK(redis.machine.run({"redis-server", "--maxmemory", "1gb"})
            .err.find("drydock: 'maxmemory' is not modelled") !=
        std::string::npos);
}

TEST_CASE("two redis servers do not share a port") {
  Redis redis;
  const Ran second = redis.machine.run({"redis-server"});
  CHECK(second.status == 1);
  CHECK(second.out.find("Creating Server TCP listening socket *:6379: bind: "
                        "Address already in use") != std::string::npos);
}

TEST_CASE("a dump keeps every type, and the real checker accepts it") {
  redis::Databases databases(redis::kDatabases);
  redis::HashValue hash;
  hash.set("f", "v");
  hash.set("g", std::string(20000, 'x'));
  redis::SortedSetValue scores;
  scores.set("m", 1.5);
  scores.set("n", -3);
  databases[0]["s"] = {redis::Value(Bytes("text\0with zero", 14)), {}};
  databases[0]["i"] = {redis::Value(Bytes("-1234567")), 1444636900000};
  databases[0]["l"] = {redis::Value(redis::ListValue{"a", "300", ""}), {}};
  databases[0]["h"] = {redis::Value(hash), {}};
  databases[5]["set"] = {redis::Value(redis::SetValue{"1", "2", "x"}), {}};
  databases[5]["z"] = {redis::Value(scores), {}};
  const Bytes dump = redis::write_rdb(databases);
  const Result<redis::Databases> back = redis::read_rdb(dump, 0);
  REQUIRE(back);
  CHECK(*back == databases);
  CHECK(redis::read_rdb(dump.substr(0, dump.size() / 2), 0).error().text ==
        "Short read or OOM loading DB. Unrecoverable error, aborting.");
  Bytes broken = dump;
  broken[40] ^= 1;
  CHECK_FALSE(redis::read_rdb(broken, 0));

  if (!has("redis-check-rdb")) {
    WARN("skipped: redis-check-rdb is not installed here");
    return;
  }
  const std::string path = "/tmp/drydock-dump-test.rdb";
  std::ofstream(path, std::ios::binary) << dump;
  const std::string said = output_of("redis-check-rdb " + path);
  std::remove(path.c_str());
  CHECK(said.find("Checksum OK") != said.npos);
  CHECK(said.find("RDB looks OK!") != said.npos);
}

}  // namespace drydock::userland
