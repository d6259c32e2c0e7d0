// postgres_test.cc — the image postgres: first start, passwords, shut-downs,
// and what a server finds when it comes back.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

/// A host with a server called pg that is ready.
struct Postgres {
  explicit Postgres(const std::string& options = "") {
    run(machine, "docker run -d --name pg " + options + " postgres; sleep 5");
  }
  Told sh(const std::string& script) { return run(machine, script); }
  std::string out(const std::string& script) { return sh(script).out; }
  /// One statement within the container; rows without any finery.
  std::string sql(const std::string& text) {
    const Told told =
        sh("docker exec pg psql -U postgres -Atc \"" + text + "\"");
    return told.out + told.err;
  }
  /// The last lines of the server's log.
  std::string log(int lines) {
    return sh("docker logs --tail " + std::to_string(lines) + " pg 2>&1").out;
  }

  Machine machine{MachineOptions{}};
};

constexpr std::string_view kReady =
    "LOG:  MultiXact member wraparound protections are now enabled\n"
    "LOG:  database system is ready to accept connections\n"
    "LOG:  autovacuum launcher started\n";

}  // namespace

TEST_CASE("without a password everybody may come, and is warned") {
  Postgres pg;
  CHECK(pg.out("docker logs pg 2>&1").find("WARNING: No password has been") !=
        std::string::npos);
  CHECK(pg.out("docker run --rm --link pg:db postgres psql -h db -U postgres "
               "-Atc 'select 1'") == "1\n");
}

TEST_CASE("with a password only who knows it gets in from outside") {
  Postgres pg("-e POSTGRES_PASSWORD=secret");
  CHECK(pg.sql("select 1") == "1\n");  // Through the socket: trusted.
  const std::string from =
      "docker run --rm --link pg:db -e PGPASSWORD=$P postgres psql -h db -U "
      "postgres -Atc 'select 2'";
  CHECK(pg.out("P=secret; " + from) == "2\n");
  const Told wrong = pg.sh("P=guess; " + from);
  CHECK(wrong.status == 2);
  CHECK(wrong.err ==
        "psql: FATAL:  password authentication failed for user \"postgres\"\n");
  const Told none = pg.sh("P=; " + from);
  CHECK(none.status == 2);
  CHECK(none.err.ends_with("psql: fe_sendauth: no password supplied\n"));
}

TEST_CASE("POSTGRES_USER and POSTGRES_DB name a user and a database") {
  Postgres pg("-e POSTGRES_USER=anna -e POSTGRES_DB=shop");
  CHECK(pg.out("docker exec pg psql -U anna -d shop -Atc 'select "
               "current_user'") == "anna\n");
  const Told other = pg.sh("docker exec pg psql -U berta -d shop -c ''");
  CHECK(other.status == 2);
  CHECK(other.err == "psql: FATAL:  role \"berta\" does not exist\n");
  const Told nowhere = pg.sh("docker exec pg psql -U anna -d bank -c ''");
  CHECK(nowhere.err == "psql: FATAL:  database \"bank\" does not exist\n");
}

TEST_CASE("what lies in docker-entrypoint-initdb.d is run once") {
  Machine machine(MachineOptions{});
  run(machine,
      "mkdir init; echo 'create table t (n int);' > init/1.sql;"
      "echo 'psql -U postgres -c \"insert into t values (7)\"' > init/2.sh;"
      "echo nothing > init/3.txt;"
      "docker run -d --name pg -v $PWD/init:/docker-entrypoint-initdb.d "
      "postgres; sleep 5");
  const std::string ask =
      "docker exec pg psql -U postgres -Atc 'select n from t'";
  CHECK(run(machine, ask).out == "7\n");
  CHECK(run(machine, "docker logs pg 2>&1")
            .out.find("/docker-entrypoint.sh: ignoring "
                      "/docker-entrypoint-initdb.d/3.txt\n") !=
        std::string::npos);
  run(machine, "docker restart pg; sleep 5");
  CHECK(run(machine, ask).out == "7\n");
}

TEST_CASE("SIGTERM ends a server smartly, SIGINT fast: both leave it clean") {
  Postgres pg;
  pg.sql("create table t (n int)");
  pg.sql("insert into t values (1), (2)");
  pg.sh("docker stop pg");
  CHECK(pg.log(4) ==
        "LOG:  received smart shutdown request\n"
        "LOG:  autovacuum launcher shutting down\n"
        "LOG:  shutting down\n"
        "LOG:  database system is shut down\n");
  CHECK(pg.out("docker inspect -f '{{.State.ExitCode}}' pg") == "0\n");
  pg.sh("docker start pg; sleep 2");
  CHECK(pg.log(4).ends_with(kReady));
  CHECK(pg.log(4).starts_with("LOG:  database system was shut down at 2015-"));
  CHECK(pg.sql("select count(*) from t") == "2\n");
  pg.sh("docker kill -s INT pg; sleep 1");
  CHECK(pg.log(4).starts_with("LOG:  received fast shutdown request\n"));
  CHECK(pg.out("docker inspect -f '{{.State.ExitCode}}' pg") == "0\n");
}

TEST_CASE("a smart shutdown waits for who is connected, a fast one does not") {
  Postgres pg;
  const std::string hold =
      "(sleep 60) | docker exec -i pg psql -U postgres > /dev/null 2> why & ";
  const Told smart = pg.sh(hold + "sleep 1; docker stop -t 3 pg; sleep 1");
  CHECK(smart.status == 0);
  // It did not go in time, so it was killed.
  CHECK(pg.out("docker inspect -f '{{.State.ExitCode}}' pg") == "137\n");
  pg.sh("docker start pg; sleep 2");
  CHECK(
      pg.log(6).starts_with("LOG:  database system was interrupted; last "
                            "known up at "));
  pg.sh(hold + "sleep 1; docker kill -s INT pg; sleep 1");
  CHECK(pg.log(6).starts_with(
      "LOG:  received fast shutdown request\n"
      "LOG:  aborting any active transactions\n"
      "FATAL:  terminating connection due to administrator command\n"));
  CHECK(pg.out("docker inspect -f '{{.State.ExitCode}}' pg") == "0\n");
}

TEST_CASE("a second server on the same files is kept away by the first") {
  Postgres pg;
  const Told second = pg.sh("docker exec -u postgres pg postgres");
  CHECK(second.status == 1);
  CHECK(second.err ==
        "FATAL:  lock file \"postmaster.pid\" already exists\n"
        "HINT:  Is another postmaster (PID 1) running in data directory "
        "\"/var/lib/postgresql/data\"?\n");
  CHECK(pg.sql("select 1") == "1\n");
  const Told root = pg.sh("docker exec pg postgres");
  CHECK(root.status == 1);
  CHECK(
      root.err.starts_with("\"root\" execution of the PostgreSQL server is "
                           "not permitted.\n"));
}

TEST_CASE("another server of its own needs a port of its own") {
  Postgres pg;
  pg.sh("docker exec -u postgres pg sh -c 'initdb -D /tmp/two > /dev/null'");
  const Told same = pg.sh("docker exec -u postgres pg postgres -D /tmp/two");
  CHECK(same.status == 1);
  CHECK(
      same.err.starts_with("LOG:  could not bind IPv4 socket: Address already "
                           "in use\n"));
  pg.sh("docker exec -d -u postgres pg postgres -D /tmp/two -p 5433; sleep 1");
  CHECK(pg.out("docker exec pg psql -U postgres -p 5433 -Atc 'show port'") ==
        "5433\n");
}

TEST_CASE(
    "a process of the server that is killed takes all connections along") {
  Postgres pg;
  CHECK(pg.out("docker exec pg ps -e -o args | grep -c ^postgres:") == "5\n");
  pg.sh("docker exec pg sh -c 'kill -9 $(pgrep -f \"wal writer\")'; sleep 1");
  const std::string log = pg.log(9);
  CHECK(log.find("was terminated by signal 9: Killed\n"
                 "LOG:  terminating any other active server processes\n"
                 "LOG:  all server processes terminated; reinitializing\n") !=
        std::string::npos);
  CHECK(log.ends_with(kReady));
  CHECK(pg.out("docker exec pg ps -e -o args | grep -c ^postgres:") == "5\n");
  CHECK(pg.sql("select 1") == "1\n");
}

TEST_CASE("files of strangers, and of another release, are not opened") {
  Postgres pg;
  pg.sh("docker stop pg");
  const std::string in = "docker run --rm --volumes-from pg postgres sh -c ";
  const std::string serve = "gosu postgres postgres";
  const Told open = pg.sh(in + "'chmod 755 $PGDATA; " + serve + "'");
  CHECK(open.err.ends_with("DETAIL:  Permissions should be u=rwx (0700).\n"));
  const Told old = pg.sh(
      in + "'chmod 700 $PGDATA; echo 9.3 > $PGDATA/PG_VERSION; " + serve + "'");
  CHECK(
      old.err.starts_with("FATAL:  database files are incompatible with "
                          "server\nDETAIL:  The data directory was "
                          "initialized by PostgreSQL version 9.3"));
  const Told alien = pg.sh(in + "'chown root $PGDATA; " + serve + "'");
  CHECK(alien.status != 0);
}

TEST_CASE("a script stops at its first error only if it is told to") {
  Postgres pg;
  pg.sh("printf 'select 1;\\nselect nothing;\\nselect 3;\\n' > s.sql");
  const std::string psql = "docker exec -i pg psql -U postgres -At ";
  const Told goes_on = pg.sh(psql + "< s.sql");
  CHECK(goes_on.out == "1\n3\n");
  CHECK(goes_on.status == 0);
  const Told stops = pg.sh(psql + "-v ON_ERROR_STOP=1 < s.sql");
  CHECK(stops.out == "1\n");
  CHECK(stops.status == 3);
  const Told one = pg.sh(psql + "-c 'select nothing'");
  CHECK(one.status == 1);
  CHECK(
      one.err.starts_with("ERROR:  column \"nothing\" does not exist\n"
                          "LINE 1: select nothing\n"));
}

TEST_CASE("a server that is not there is told apart from one that refuses") {
  Machine machine(MachineOptions{});
  run(machine, "docker pull postgres");
  CHECK(run(machine, "docker run --rm postgres psql").err ==
        "psql: could not connect to server: No such file or directory\n"
        "\tIs the server running locally and accepting\n"
        "\tconnections on Unix domain socket "
        "\"/var/run/postgresql/.s.PGSQL.5432\"?\n");
  CHECK(run(machine, "docker run --rm postgres psql -h 127.0.0.1").err ==
        "psql: could not connect to server: Connection refused\n"
        "\tIs the server running on host \"127.0.0.1\" (127.0.0.1) and "
        "accepting\n\tTCP/IP connections on port 5432?\n");
  CHECK(run(machine, "docker run --rm postgres psql -h db").err ==
        "psql: could not translate host name \"db\" to address: Name or "
        "service not known\n");
}

TEST_CASE("a server's setting is shown or refused, never passed over") {
  Machine machine(MachineOptions{});
  run(machine,
      "docker run -d --name pg postgres postgres -c shared_buffers=256MB; "
      "sleep 5");
  const std::string ask = "docker exec pg psql -U postgres -Atc 'SHOW ";
  CHECK(run(machine, ask + "shared_buffers'").out == "256MB\n");
  CHECK(run(machine, ask + "timezone'").out == "UTC\n");
  CHECK(run(machine, ask + "datestyle'").out == "iso, mdy\n");
  for (const std::string setting :
       {"timezone=Europe/Moscow", "datestyle=german", "shared_buffers=much"}) {
    const Told refused =
        run(machine, "docker run --rm postgres postgres -c " + setting);
    CHECK(refused.status == 1);
    CHECK_THAT(refused.err, Catch::EndsWith("drydock: postgres: '" + setting +
                                            "' is not modelled\n"));
  }
}

}  // namespace drydock::machine
