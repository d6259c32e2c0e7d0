// psql_meta.cc — what psql itself understands: \\l, \\dt, \\d, \\c and kin.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/services/postgres/psql.h"

namespace drydock::userland::postgres {

struct Psql::MetaCommand {
  std::string_view name;
  Task<void> (Psql::*act)(Words words);
};

const Psql::MetaCommand Psql::kMetaCommands[] = {
    {"help", &Psql::help},
    {"\\q", &Psql::quit},
    {"\\l", &Psql::list_databases},
    {"\\list", &Psql::list_databases},
    {"\\dt", &Psql::list_tables},
    {"\\d", &Psql::describe},
    {"\\du", &Psql::list_roles},
    {"\\dg", &Psql::list_roles},
    {"\\conninfo", &Psql::say_where},
    {"\\c", &Psql::reconnect},
    {"\\connect", &Psql::reconnect},
    {"\\i", &Psql::include},
    {"\\echo", &Psql::echo},
    {"\\x", &Psql::toggle_expanded},
    {"\\a", &Psql::toggle_alignment},
    {"\\t", &Psql::toggle_tuples},
};

Task<void> Psql::meta(std::string line) {
  while (line.ends_with(';')) line.pop_back();
  const List words = split_blanks(line);
  for (const MetaCommand& command : kMetaCommands) {
    if (command.name != words[0]) continue;
    co_await (this->*command.act)(words);
    co_return;
  }
  failed_ = true;
  co_await complain(fmt::format(
      "drydock: psql: {} is not modelled (or no command of psql)\n", words[0]));
}

/// Rows for psql's own use; what goes wrong is told.
Task<std::optional<TableRows>> Psql::ask(std::string text) {
  const auto replies = co_await connection_.query(text);
  lost_ = !replies;
  if (!replies || replies->empty()) co_return std::nullopt;
  const Reply reply = replies->back();
  if (reply.problem.empty()) co_return reply.rows;
  auto fields = reply.problem;
  co_await complain(fmt::format("{}:  {}\n", fields['S'], fields['M']));
  failed_ = true;
  co_return std::nullopt;
}

Task<void> Psql::table(std::string title, Words names, TableRows rows) {
  std::vector<WireColumn> columns;
  for (const std::string& name : names) columns.push_back({name, false});
  co_await print(format_table(options_.style, title, columns, rows));
}

Task<void> Psql::quit(Words) {
  quits_ = true;
  co_return;
}

Task<void> Psql::help(Words) {
  co_await print(
      "You are using psql, the command-line interface to PostgreSQL.\n"
      "Type:  \\copyright for distribution terms\n"
      "       \\h for help with SQL commands\n"
      "       \\? for help with psql commands\n"
      "       \\g or terminate with semicolon to execute query\n"
      "       \\q to quit\n");
}

Task<void> Psql::list_databases(Words) {
  const auto found =
      co_await ask("select datname, owner from pg_database order by datname");
  if (!found) co_return;
  TableRows rows;
  for (const auto& row : *found) {
    const bool frozen = row[0].value_or("").starts_with("template");
    const std::string owner = row[1].value_or("");
    const std::string access =
        frozen ? fmt::format("=c/{0}\n{0}=CTc/{0}", owner) : "";
    rows.push_back(
        {row[0], row[1], "UTF8", "en_US.utf8", "en_US.utf8", access});
  }
  const Words names = {"Name",    "Owner", "Encoding",
                       "Collate", "Ctype", "Access privileges"};
  co_await table("List of databases", names, rows);
}

/// \\dt: tables alone.
Task<void> Psql::list_tables(Words) {
  const auto found = co_await ask(
      "select schemaname, tablename, tableowner from pg_tables order by "
      "tablename");
  if (!found) co_return;
  if (found->empty()) {
    co_await print("No relations found.\n");
    co_return;
  }
  TableRows rows;
  for (const auto& row : *found) {
    rows.push_back({row[0], row[1], "table", row[2]});
  }
  const Words names = {"Schema", "Name", "Type", "Owner"};
  co_await table("List of relations", names, rows);
}

/// \\d without a name: tables and the sequences behind serial columns.
Task<void> Psql::list_relations(Words) {
  const auto found = co_await ask(
      "select schemaname, tablename, tableowner from pg_tables order by "
      "tablename");
  if (!found) co_return;
  if (found->empty()) {
    co_await print("No relations found.\n");
    co_return;
  }
  TableRows rows;
  for (const auto& row : *found) {
    rows.push_back({row[0], row[1], "table", row[2]});
    const std::string name = row[1].value_or("");
    const auto serial = co_await ask(fmt::format(
        "select column_name from information_schema.columns where table_name = "
        "'{}' and modifiers like '%nextval%'",
        replace_all(name, "'", "''")));
    if (!serial) co_return;
    for (const auto& column : *serial) {
      const std::string sequence =
          fmt::format("{}_{}_seq", name, column[0].value_or(""));
      rows.push_back({row[0], sequence, "sequence", row[2]});
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a[1] < b[1]; });
  const Words names = {"Schema", "Name", "Type", "Owner"};
  co_await table("List of relations", names, rows);
}

Task<void> Psql::list_roles(Words) {
  const auto found =
      co_await ask("select rolname, rolsuper from pg_roles order by rolname");
  if (!found) co_return;
  TableRows rows;
  for (const auto& row : *found) {
    const bool super = row[1] == "t";
    rows.push_back(
        {row[0], super ? "Superuser, Create role, Create DB, Replication" : "",
         "{}"});
  }
  const Words names = {"Role name", "Attributes", "Member of"};
  co_await table("List of roles", names, rows);
}

Task<void> Psql::describe(Words words) {
  if (words.size() < 2) {
    co_await list_relations(words);
    co_return;
  }
  const std::string name = words[1];
  const auto found = co_await ask(
      fmt::format("select column_name, data_type, modifiers, key from "
                  "information_schema.columns where table_name = '{}'",
                  replace_all(name, "'", "''")));
  if (!found) co_return;
  if (found->empty()) {
    failed_ = true;
    co_await complain(
        fmt::format("Did not find any relation named \"{}\".\n", name));
    co_return;
  }
  TableRows rows;
  std::string indexes;
  for (const auto& row : *found) {
    rows.push_back({row[0], row[1], row[2]});
    const std::string key = row[3].value_or(""), column = row[0].value_or("");
    if (key == "primary") {
      indexes += fmt::format("    \"{}_pkey\" PRIMARY KEY, btree ({})\n", name,
                             column);
    } else if (key == "unique") {
      indexes += fmt::format(
          "    \"{0}_{1}_key\" UNIQUE CONSTRAINT, btree ({1})\n", name, column);
    }
  }
  TableStyle style = options_.style;
  style.footer = false;
  const std::vector<WireColumn> columns = {
      {"Column", false}, {"Type", false}, {"Modifiers", false}};
  const std::string shown = format_table(
      style, fmt::format("Table \"public.{}\"", name), columns, rows);
  co_await print(shown);
  if (!indexes.empty()) co_await print("Indexes:\n" + indexes);
  co_await print("\n");
}

Task<void> Psql::say_where(Words) {
  const std::string via = options_.host.empty()
                              ? "via socket in \"/var/run/postgresql\""
                              : fmt::format("on host \"{}\"", options_.host);
  co_await print(fmt::format(
      "You are connected to database \"{}\" as user \"{}\" {} at port "
      "\"{}\".\n",
      options_.database, options_.user, via, options_.port));
}

/// \\c DATABASE [USER]
Task<void> Psql::reconnect(Words words) {
  PsqlOptions wanted = options_;
  if (words.size() > 1) wanted.database = words[1];
  if (words.size() > 2) wanted.user = words[2];
  Connection fresh(self_);
  const Outcome connected = co_await fresh.open(wanted);
  if (!connected) {
    failed_ = true;
    co_await complain(connected.error().text + "\nPrevious connection kept\n");
    co_return;
  }
  connection_.take(fresh);
  options_ = wanted;
  co_await print(
      fmt::format("You are now connected to database \"{}\" as user "
                  "\"{}\".\n",
                  options_.database, options_.user));
}

Task<void> Psql::include(Words words) {
  if (words.size() < 2) {
    failed_ = true;
    co_await complain("\\i: missing required argument\n");
    co_return;
  }
  (void)co_await run_file(words[1]);
}

Task<void> Psql::echo(Words words) {
  words.erase(words.begin());
  co_await print(join(words, " ") + "\n");
}

Task<void> Psql::toggle_expanded(Words) {
  options_.style.expanded = !options_.style.expanded;
  const std::string_view state = options_.style.expanded ? "on" : "off";
  co_await print(fmt::format("Expanded display is {}.\n", state));
}

Task<void> Psql::toggle_alignment(Words) {
  options_.style.aligned = !options_.style.aligned;
  const std::string_view state =
      options_.style.aligned ? "aligned" : "unaligned";
  co_await print(fmt::format("Output format is {}.\n", state));
}

Task<void> Psql::toggle_tuples(Words) {
  options_.style.tuples_only = !options_.style.tuples_only;
  const std::string_view state = options_.style.tuples_only ? "on" : "off";
  co_await print(fmt::format("Tuples only is {}.\n", state));
}

}  // namespace drydock::userland::postgres
