// postgres_test.cc — a small database: what its SQL answers, and what it keeps.

#include <catch2/catch.hpp>

#include <string>

#include "sim/userland/services/postgres/hba.h"
#include "sim/userland/services/postgres/psql_table.h"
#include "sim/userland/services/postgres/session.h"

using namespace drydock;
using namespace drydock::userland::postgres;

namespace {

/// One connection; answers are written in one line.
class Dialogue {
 public:
  Dialogue() : cluster(fresh_cluster("postgres")) { open(); }

  void open() {
    session = std::make_unique<Session>(cluster, "postgres", "postgres");
  }

  /// "a,b;1,2;3,4" or "CREATE TABLE" or "ERROR 42P01: ...".
  std::string ask(const std::string& text) {
    const auto statements = parse_sql(text);
    if (!statements) {
      return "ERROR " + statements.error().code + ": " +
             statements.error().message;
    }
    std::string out;
    for (const Statement& statement : *statements) {
      const auto answer = session->run(statement, kEpochOfDrydock);
      if (!answer) {
        session->failed();
        return "ERROR " + answer.error().code + ": " + answer.error().message;
      }
      out = answer->tag;
      if (!answer->has_rows) continue;
      List names;
      for (const auto& column : answer->columns) names.push_back(column.name);
      out = join(names, ",");
      for (const Row& row : answer->rows) {
        List cells;
        for (const Datum& datum : row) {
          cells.push_back(datum.null ? "NULL" : datum.shown());
        }
        out += ";" + join(cells, ",");
      }
    }
    return out;
  }

  Cluster cluster;
  std::unique_ptr<Session> session;
};

}  // namespace

TEST_CASE("a table is made, filled, asked and dropped") {
  Dialogue db;
  CHECK(db.ask("CREATE TABLE t (id serial PRIMARY KEY, name varchar(5), n "
               "numeric(6,2) DEFAULT 1.5, ok bool)") == "CREATE TABLE");
  CHECK(db.ask("INSERT INTO t (name, ok) VALUES ('a', true), ('b', 'no')") ==
        "INSERT 0 2");
  CHECK(db.ask("SELECT * FROM t ORDER BY id DESC") ==
        "id,name,n,ok;2,b,1.50,f;1,a,1.50,t");
  CHECK(db.ask("UPDATE t SET n = n * 2 WHERE ok") == "UPDATE 1");
  CHECK(db.ask("SELECT name, n FROM t WHERE n > 2") == "name,n;a,3.00");
  CHECK(db.ask("DELETE FROM t WHERE name LIKE 'b%'") == "DELETE 1");
  CHECK(db.ask("SELECT count(*) FROM t") == "count;1");
  CHECK(db.ask("DROP TABLE t") == "DROP TABLE");
  CHECK(db.ask("SELECT 1 FROM t") ==
        "ERROR 42P01: relation \"t\" does not exist");
}

TEST_CASE("expressions keep SQL's three truths and number types") {
  Dialogue db;
  CHECK(db.ask("SELECT 7 / 2, 7.0 / 2, 7 % 3, -2 + 1, 'a' || 'b'") ==
        "?column?,?column?,?column?,?column?,?column?;"
        "3,3.5000000000000000,1,-1,ab");
  CHECK(db.ask("SELECT NULL AND false, NULL OR true, NULL = 1") ==
        "?column?,?column?,?column?;f,t,NULL");
  CHECK(db.ask("SELECT upper('x'), coalesce(NULL, 3), length('añb')") ==
        "upper,coalesce,length;X,3,3");
  CHECK(db.ask("SELECT 3 IN (1, 3), 2 BETWEEN 1 AND 3, '5'::int + 1") ==
        "?column?,?column?,?column?;t,t,6");
  CHECK(db.ask("SELECT 1 / 0") == "ERROR 22012: division by zero");
  CHECK(db.ask("SELECT 2147483647 + 1") == "ERROR 22003: integer out of range");
}

TEST_CASE("constraints refuse what does not fit, with PostgreSQL's words") {
  Dialogue db;
  db.ask("CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL)");
  db.ask("INSERT INTO t VALUES (1, 'a')");
  CHECK(db.ask("INSERT INTO t VALUES (1, 'b')") ==
        "ERROR 23505: duplicate key value violates unique constraint "
        "\"t_pkey\"\nDETAIL:  Key (id)=(1) already exists.");
  CHECK(db.ask("INSERT INTO t (id) VALUES (2)") ==
        "ERROR 23502: null value in column \"name\" violates not-null "
        "constraint\nDETAIL:  Failing row contains (2, null).");
  CHECK(db.ask("INSERT INTO t VALUES ('x', 'b')") ==
        "ERROR 22P02: invalid input syntax for integer: \"x\"");
  CHECK(db.ask("SELECT nam FROM t") ==
        "ERROR 42703: column \"nam\" does not exist");
  CHECK(db.ask("SELEC 1") == "ERROR 42601: syntax error at or near \"SELEC\"");
}

TEST_CASE("joins, groups and aggregates") {
  Dialogue db;
  db.ask("CREATE TABLE a (id int, name text)");
  db.ask("CREATE TABLE b (a_id int, n int)");
  db.ask("INSERT INTO a VALUES (1, 'x'), (2, 'y'), (3, 'z')");
  db.ask("INSERT INTO b VALUES (1, 10), (1, 20), (2, 5)");
  CHECK(
      db.ask("SELECT a.name, b.n FROM a JOIN b ON a.id = b.a_id ORDER BY n") ==
      "name,n;y,5;x,10;x,20");
  CHECK(db.ask("SELECT name, n FROM a LEFT JOIN b ON id = a_id ORDER BY name, "
               "n DESC LIMIT 2 OFFSET 2") == "name,n;y,5;z,NULL");
  CHECK(
      db.ask("SELECT name, sum(n), avg(n) FROM a JOIN b ON id = a_id GROUP BY "
             "name HAVING count(*) > 1") ==
      "name,sum,avg;x,30,15.0000000000000000");
}

TEST_CASE("a transaction is seen by others only when it is committed") {
  Dialogue db;
  db.ask("CREATE TABLE t (n int)");
  Session other(db.cluster, "postgres", "postgres");
  const auto count = [&] {
    const auto asked = parse_sql("SELECT count(*) FROM t");
    return other.run(asked->front(), kEpochOfDrydock)->rows[0][0].number;
  };
  CHECK(db.ask("BEGIN; INSERT INTO t VALUES (1)") == "INSERT 0 1");
  CHECK(count() == 0);
  CHECK(db.ask("ROLLBACK") == "ROLLBACK");
  CHECK(db.ask("BEGIN; INSERT INTO t VALUES (1); COMMIT") == "COMMIT");
  CHECK(count() == 1);
}

TEST_CASE("an error spoils the rest of a transaction") {
  Dialogue db;
  db.ask("BEGIN");
  db.ask("SELECT 1 / 0");
  CHECK(db.session->state() == 'E');
  CHECK(db.ask("SELECT 1") ==
        "ERROR 25P02: current transaction is aborted, commands ignored until "
        "end of transaction block");
  CHECK(db.ask("COMMIT") == "ROLLBACK");
}

TEST_CASE("SQL that is not modelled says so") {
  Dialogue db;
  for (const char* const text :
       {"GRANT ALL ON t TO x", "SELECT (SELECT 1)", "CREATE INDEX i ON t (a)",
        "SELECT CASE WHEN true THEN 1 END", "SELECT 1 UNION SELECT 2"}) {
    INFO(text);
    CHECK(db.ask(text).starts_with(
        "ERROR 0A000: drydock: this SQL is not modelled: "));
  }
}

TEST_CASE("a table is the same after it has been written and read") {
  Dialogue db;
  db.ask(
      "CREATE TABLE t (id serial PRIMARY KEY, s text DEFAULT 'd', n "
      "numeric(5,1), at timestamp)");
  db.ask("INSERT INTO t (s, n, at) VALUES ('', 1.25, now())");
  db.ask("INSERT INTO t (s, n, at) VALUES ('a\tb\\c\nd', NULL, now())");
  const TableRef before = db.cluster.databases["postgres"].tables["t"];
  REQUIRE(before);
  const auto after = parse_table(table_text(*before));
  REQUIRE(after);
  CHECK(table_text(**after) == table_text(*before));
  CHECK((*after)->rows.size() == before->rows.size());
}

TEST_CASE("the first line of pg_hba.conf that fits decides") {
  const std::string file =
      "# a comment\n"
      "local all all trust\n"
      "host all all 127.0.0.1/32 trust\n"
      "host shop anna,berta 172.17.0.0/16 md5\n"
      "host sameuser all 10.0.0.0/8 reject\n";
  const auto rule = [&](bool local, const std::string& ip,
                        const std::string& user, const std::string& database) {
    Comer comer{local, kernel::parse_ipv4(ip).value(), user, database};
    return match_hba(file, comer);
  };
  CHECK(rule(true, "0.0.0.0", "anna", "shop").method == "trust");
  CHECK(rule(false, "127.0.0.1", "anna", "shop").method == "trust");
  CHECK(rule(false, "172.17.0.9", "berta", "shop").method == "md5");
  CHECK(rule(false, "172.17.0.9", "berta", "shop").line == 4);
  CHECK(rule(false, "172.18.0.9", "berta", "shop").method == "none");
  CHECK(rule(false, "172.17.0.9", "carla", "shop").method == "none");
  CHECK(rule(false, "10.1.2.3", "carla", "carla").method == "reject");
  CHECK(rule(false, "10.1.2.3", "carla", "shop").method == "none");
}

TEST_CASE("several statements of one text are kept together or not at all") {
  Dialogue db;
  db.ask("create table t (n int primary key)");
  Session& session = *db.session;
  const auto one = parse_sql("insert into t values (1)");
  session.begin_together();
  CHECK(session.run(one->front(), kEpochOfDrydock));
  CHECK_FALSE(session.run(one->front(), kEpochOfDrydock));
  CHECK_FALSE(session.end_together(false));
  CHECK(db.ask("select count(*) from t") == "count;0");
  session.begin_together();
  CHECK(session.run(one->front(), kEpochOfDrydock));
  CHECK_FALSE(session.end_together(true));
  CHECK(db.ask("select count(*) from t") == "count;1");
  session.begin_together();
  const auto database = parse_sql("create database d");
  CHECK(session.run(database->front(), kEpochOfDrydock).error().message ==
        "CREATE DATABASE cannot be executed from a function or multi-command "
        "string");
}

TEST_CASE("psql shows rows as tables, records or bare fields") {
  const std::vector<WireColumn> columns = {{"id", true}, {"name", false}};
  const TableRows rows = {{"1", "Rex"}, {"10", std::nullopt}};
  TableStyle style;
  CHECK(format_table(style, "", columns, rows) ==
        " id | name \n----+------\n  1 | Rex\n 10 | \n(2 rows)\n\n");
  style.expanded = true;
  CHECK(format_table(style, "", columns, rows) ==
        "-[ RECORD 1 ]\nid   | 1\nname | Rex\n"
        "-[ RECORD 2 ]\nid   | 10\nname | \n\n");
  style.aligned = false;
  style.separator = ",";
  CHECK(format_table(style, "", columns, rows) ==
        "id,1\nname,Rex\n\nid,10\nname,\n");
  style.expanded = false;
  style.tuples_only = true;
  CHECK(format_table(style, "", columns, rows) == "1,Rex\n10,\n");
}
