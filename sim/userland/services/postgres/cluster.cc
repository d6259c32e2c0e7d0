// cluster.cc — a cluster as files: lines of fields, with tabs in between.

#include "sim/userland/services/postgres/cluster.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/text/hashes.h"

namespace drydock::userland::postgres {

namespace {

/// COPY's text format: tabs, newlines and backslashes written as escapes.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

std::string column_line(const SqlColumn& column) {
  return fmt::format("column\t{}\t{}\t{}\t{}\t{}{}{}{}\t{}\n",
                     escaped(column.name), static_cast<int>(column.type),
                     escaped(column.shown_type), column.limit,
                     column.not_null ? 'n' : '-', column.unique ? 'u' : '-',
                     column.primary ? 'p' : '-', column.serial ? 's' : '-',
                     column.scale) +
         fmt::format("default\t{}\n", escaped(column.standard_text));
}

std::string row_line(const Row& row) {
  std::string line = "row";
  for (const Datum& datum : row) {
    line += '\t';
    line += datum.null ? std::string("\\N") : escaped(datum.shown());
  }
  return line + "\n";
}

std::int64_t number(const List& fields, std::size_t i) {
  return i < fields.size() ? parse_int(fields[i]).value_or(0) : 0;
}

Outcome read_column(Table& table, const List& fields) {
  if (fields.size() != 7) return Error{"a column line has 7 fields"};
  SqlColumn column;
  column.name = unescaped(fields[1]);
  column.type = static_cast<SqlType>(number(fields, 2));
  column.shown_type = unescaped(fields[3]);
  column.limit = number(fields, 4);
  column.not_null = fields[5].find('n') != std::string::npos;
  column.unique = fields[5].find('u') != std::string::npos;
  column.primary = fields[5].find('p') != std::string::npos;
  column.serial = fields[5].find('s') != std::string::npos;
  column.scale = static_cast<int>(number(fields, 6));
  table.columns.push_back(std::move(column));
  return done();
}

Outcome read_default(Table& table, const List& fields) {
  if (table.columns.empty() || fields.size() < 2 || fields[1].empty()) {
    return done();
  }
  SqlColumn& column = table.columns.back();
  column.standard_text = unescaped(fields[1]);
  const auto parsed = parse_sql("select " + column.standard_text);
  if (!parsed || parsed->empty()) return Error{"a default is no expression"};
  column.standard = parsed->front().items.front().expr;
  return done();
}

Outcome read_row(Table& table, const List& fields) {
  if (fields.size() != table.columns.size() + 1) {
    return Error{"a row has another number of fields than columns"};
  }
  Row row;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Datum datum;
    datum.type = table.columns[i].type;
    if (fields[i + 1] != "\\N") {
      const Result<Datum> read =
          convert(Datum::of_text(unescaped(fields[i + 1]), SqlType::unknown),
                  table.columns[i].type);
      if (!read) return read.error();
      datum = *read;
    }
    row.push_back(std::move(datum));
  }
  table.rows.push_back(std::move(row));
  return done();
}

}  // namespace

int Table::column(std::string_view wanted) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == wanted) return static_cast<int>(i);
  }
  return -1;
}

std::string password_hash(const std::string& password,
                          const std::string& role) {
  return "md5" + md5_hex(password + role);
}

Cluster fresh_cluster(const std::string& superuser) {
  Cluster cluster;
  cluster.roles[superuser] = {superuser, "", true};
  std::int64_t oid = 1;
  for (const auto& [name, number_of] : std::map<std::string, std::int64_t>{
           {"postgres", 12141}, {"template0", 12136}, {"template1", 1}}) {
    cluster.databases[name] = {name, superuser, number_of, {}};
    oid = number_of;
  }
  (void)oid;
  return cluster;
}

std::string roles_text(const Cluster& cluster) {
  std::string out;
  for (const auto& [name, role] : cluster.roles) {
    out += fmt::format("{}\t{}\t{}\n", escaped(name), role.password,
                       role.superuser ? 't' : 'f');
  }
  return out;
}

std::string databases_text(const Cluster& cluster) {
  std::string out = fmt::format("next\t{}\n", cluster.next_oid);
  for (const auto& [name, database] : cluster.databases) {
    out += fmt::format("{}\t{}\t{}\n", escaped(name), escaped(database.owner),
                       database.oid);
  }
  return out;
}

std::string table_text(const Table& table) {
  std::string out =
      fmt::format("table\t{}\t{}\t{}\t{}\n", escaped(table.name),
                  escaped(table.owner), table.oid, table.next_serial);
  for (const SqlColumn& column : table.columns) out += column_line(column);
  for (const Row& row : table.rows) out += row_line(row);
  return out;
}

Result<TableRef> parse_table(std::string_view text) {
  auto table = std::make_shared<Table>();
  for (const std::string& line : split(text, '\n')) {
    const List fields = split(line, '\t');
    Outcome read = done();
    if (fields[0] == "table" && fields.size() == 5) {
      table->name = unescaped(fields[1]);
      table->owner = unescaped(fields[2]);
      table->oid = number(fields, 3);
      table->next_serial = number(fields, 4);
    } else if (fields[0] == "column") {
      read = read_column(*table, fields);
    } else if (fields[0] == "default") {
      read = read_default(*table, fields);
    } else if (fields[0] == "row") {
      read = read_row(*table, fields);
    } else if (!line.empty()) {
      return Error{fmt::format("unknown line: {}", line)};
    }
    if (!read) return read.error();
  }
  if (table->name.empty()) return Error{"no table line"};
  return TableRef(table);
}

Outcome parse_roles(std::string_view text, Cluster* into) {
  for (const std::string& line : split(text, '\n')) {
    const List fields = split(line, '\t');
    if (fields.size() != 3) continue;
    const std::string name = unescaped(fields[0]);
    into->roles[name] = {name, fields[1], fields[2] == "t"};
  }
  if (into->roles.empty()) return Error{"no roles"};
  return done();
}

Outcome parse_databases(std::string_view text, Cluster* into) {
  for (const std::string& line : split(text, '\n')) {
    const List fields = split(line, '\t');
    if (fields.size() == 2) into->next_oid = number(fields, 1);
    if (fields.size() != 3) continue;
    const std::string name = unescaped(fields[0]);
    into->databases[name] = {name, unescaped(fields[1]), number(fields, 2), {}};
  }
  if (into->databases.empty()) return Error{"no databases"};
  return done();
}

Task<SysOutcome> save_tables(kernel::Process& self, std::string data,
                             const Database& database,
                             std::set<std::string> names) {
  const std::string folder = fmt::format("{}/base/{}", data, database.oid);
  (void)self.mkdir(folder, 0700);
  for (const std::string& name : names) {
    const auto found = database.tables.find(name);
    if (found == database.tables.end()) continue;
    const std::string path = fmt::format("{}/{}", folder, found->second->oid);
    const std::string text = table_text(*found->second);
    const SysOutcome written =
        co_await write_file(self, path + ".new", text, 0600);
    if (!written) co_return written.error();
    const SysOutcome put = self.rename(path + ".new", path);
    if (!put) co_return put.error();
  }
  // Files of tables that are gone.
  std::set<std::string> kept;
  for (const auto& [name, table] : database.tables) {
    kept.insert(std::to_string(table->oid));
  }
  const auto entries = self.readdir(folder);
  if (!entries) co_return entries.error();
  for (const vfs::DirectoryEntry& entry : *entries) {
    const bool table_file = parse_int(entry.name).has_value();
    if (table_file && !kept.contains(entry.name)) {
      (void)self.unlink(folder + "/" + entry.name);
    }
  }
  co_return ok();
}

Task<SysOutcome> save_cluster(kernel::Process& self, std::string data,
                              const Cluster& cluster) {
  const std::string roles = roles_text(cluster);
  const SysOutcome put =
      co_await write_file(self, data + "/global/pg_authid", roles, 0600);
  if (!put) co_return put.error();
  const std::string databases = databases_text(cluster);
  const SysOutcome listed =
      co_await write_file(self, data + "/global/pg_database", databases, 0600);
  if (!listed) co_return listed.error();
  for (const auto& [name, database] : cluster.databases) {
    const std::string folder = fmt::format("{}/base/{}", data, database.oid);
    if (self.stat(folder)) continue;
    const SysOutcome made = self.mkdir(folder, 0700);
    if (!made) co_return made.error();
    const SysOutcome marked =
        co_await write_file(self, folder + "/PG_VERSION", "9.4\n", 0600);
    if (!marked) co_return marked.error();
  }
  co_return ok();
}

Task<Result<Cluster>> load_cluster(kernel::Process& self, std::string data) {
  Cluster cluster;
  const auto roles =
      co_await kernel::read_file(self, data + "/global/pg_authid");
  const auto databases =
      co_await kernel::read_file(self, data + "/global/pg_database");
  if (!roles || !databases) {
    co_return Error{"could not open the files in \"global\""};
  }
  const Outcome read = parse_roles(*roles, &cluster);
  if (!read) co_return read.error();
  const Outcome listed = parse_databases(*databases, &cluster);
  if (!listed) co_return listed.error();
  for (auto& [name, database] : cluster.databases) {
    const std::string folder = fmt::format("{}/base/{}", data, database.oid);
    const auto entries = self.readdir(folder);
    if (!entries) continue;
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (!parse_int(entry.name)) continue;
      const auto text =
          co_await kernel::read_file(self, folder + "/" + entry.name);
      if (!text) co_return Error{"could not read a table"};
      const Result<TableRef> table = parse_table(*text);
      if (!table) co_return table.error();
      database.tables[(*table)->name] = *table;
    }
  }
  co_return cluster;
}

}  // namespace drydock::userland::postgres
