// psql.cc — psql: statements from a person, a file or the command line, and
// their answers as tables.

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/services/postgres/programs.h"
#include "sim/userland/services/postgres/psql_table.h"
#include "sim/userland/services/postgres/wire.h"

namespace drydock::userland::postgres {

using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

namespace {

struct Settings {
  std::string host, port = "5432", user, database, refused;
  std::vector<std::pair<char, std::string>> work;  // 'c' command, 'f' file.
  bool list = false, version = false, stop_on_error = false, quiet = false;
  TableStyle style;
};

Settings read_settings(Process& self) {
  Settings out;
  const auto variable = [&](std::string_view name, std::string* into) {
    if (const auto value = self.getenv(name)) *into = *value;
  };
  variable("PGHOST", &out.host);
  variable("PGPORT", &out.port);
  variable("PGUSER", &out.user);
  variable("PGDATABASE", &out.database);
  const List& argv = self.argv();
  List plain;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    std::string word = argv[i];
    static const std::map<std::string, char> kLong = {
        {"--host", 'h'},     {"--port", 'p'},    {"--username", 'U'},
        {"--dbname", 'd'},   {"--command", 'c'}, {"--file", 'f'},
        {"--list", 'l'},     {"--version", 'V'}, {"--tuples-only", 't'},
        {"--no-align", 'A'}, {"--quiet", 'q'},   {"--set", 'v'}};
    std::optional<std::string> value;
    if (word.starts_with("--")) {
      const std::size_t equals = word.find('=');
      if (equals != word.npos) value = word.substr(equals + 1);
      const auto found = kLong.find(word.substr(0, equals));
      if (found == kLong.end()) {
        out.refused = word;
        return out;
      }
      word = std::string("-") + found->second;
    }
    if (word.size() < 2 || word[0] != '-') {
      plain.push_back(word);
      continue;
    }
    for (std::size_t k = 1; k < word.size(); ++k) {
      const char letter = word[k];
      if (letter == 'l') out.list = true;
      if (letter == 'V') out.version = true;
      if (letter == 't') out.style.tuples_only = true;
      if (letter == 'A') out.style.aligned = false;
      if (letter == 'q') out.quiet = true;
      if (std::string_view("lVtAqw").find(letter) != std::string_view::npos) {
        continue;
      }
      if (std::string_view("hpUdcfv").find(letter) == std::string_view::npos) {
        out.refused = argv[i];
        return out;
      }
      std::string text = value.value_or(word.substr(k + 1));
      if (text.empty() && i + 1 < argv.size()) text = argv[++i];
      if (letter == 'h') out.host = text;
      if (letter == 'p') out.port = text;
      if (letter == 'U') out.user = text;
      if (letter == 'd') out.database = text;
      if (letter == 'c' || letter == 'f') out.work.emplace_back(letter, text);
      if (letter == 'v') {
        if (text == "ON_ERROR_STOP=1" || text == "ON_ERROR_STOP=on") {
          out.stop_on_error = true;
        } else {
          out.refused = "-v " + text;
        }
      }
      break;
    }
  }
  if (!plain.empty()) out.database = plain[0];
  if (plain.size() > 1) out.user = plain[1];
  return out;
}

class Psql {
 public:
  Psql(Process& self, Settings settings)
      : self_(self), settings_(std::move(settings)) {}

  Task<int> run() {
    if (settings_.version) {
      co_await print("psql (PostgreSQL) 9.4.5\n");
      co_return 0;
    }
    if (settings_.user.empty()) settings_.user = co_await user_name();
    if (settings_.list && settings_.database.empty()) {
      settings_.database = "postgres";
    }
    if (settings_.database.empty()) settings_.database = settings_.user;
    const int connected = co_await connect();
    if (connected) co_return connected;
    if (settings_.list) {
      co_await meta("\\l");
      co_return 0;
    }
    for (const auto& [kind, text] : settings_.work) {
      int status = 0;
      if (kind == 'c') {
        status = co_await command(text);
      } else {
        status = co_await run_file(text);
      }
      if (status) co_return status;
    }
    if (settings_.work.empty()) co_return co_await read_all_input();
    co_return failed_ ? 1 : 0;
  }

 private:
  Task<void> print(std::string text) {
    (void)co_await kernel::print(self_, std::move(text));
  }
  Task<void> complain(std::string text) {
    (void)co_await kernel::complain(self_, std::move(text));
  }

  Task<std::string> user_name() {
    const auto passwd = co_await kernel::read_file(self_, "/etc/passwd");
    for (const std::string& line : split(passwd ? *passwd : "", '\n')) {
      const List fields = split(line, ':');
      if (fields.size() > 2 &&
          parse_int(fields[2]) == std::int64_t{self_.credentials().uid}) {
        co_return fields[0];
      }
    }
    co_return "root";
  }

  // --- The connection ------------------------------------------------------
  Task<int> connect() {
    SocketAddress address;
    const bool local = settings_.host.empty() || settings_.host[0] == '/';
    if (local) {
      const std::string folder =
          settings_.host.empty() ? "/var/run/postgresql" : settings_.host;
      address.path = fmt::format("{}/.s.PGSQL.{}", folder, settings_.port);
    } else {
      const auto ip = co_await resolve_address(self_, settings_.host);
      if (!ip) {
        co_await complain(fmt::format(
            "psql: could not translate host name \"{}\" to address: {}\n",
            settings_.host, text_of(ip.error())));
        co_return 2;
      }
      address.ip = *ip;
      address.port =
          static_cast<std::uint16_t>(parse_int(settings_.port).value_or(0));
    }
    const SysResult<Fd> fd = self_.socket(
        local ? kernel::SocketFamily::unix_domain : kernel::SocketFamily::inet,
        kernel::SocketType::stream);
    SysOutcome done = fd ? ok() : SysOutcome(fd.error());
    if (fd) done = co_await self_.connect(*fd, address);
    if (!done) {
      const std::string why =
          local ? fmt::format(
                      "psql: could not connect to server: {}\n\tIs "
                      "the server running locally and accepting\n"
                      "\tconnections on Unix domain socket \"{}\"?\n",
                      text_of(done.error()), address.path)
                : fmt::format(
                      "psql: could not connect to server: {}\n\tIs "
                      "the server running on host \"{}\" ({}) and "
                      "accepting\n\tTCP/IP connections on port {}?\n",
                      text_of(done.error()), settings_.host,
                      kernel::format_ipv4(address.ip), settings_.port);
      co_await complain(why);
      co_return 2;
    }
    fd_ = *fd;
    const std::map<std::string, std::string> who = {
        {"user", settings_.user}, {"database", settings_.database}};
    const std::string body = startup_body(who);
    const WireMessage hello{'\0', body};
    co_await send(hello);
    co_return co_await log_in();
  }

  Task<int> log_in() {
    for (;;) {
      const std::optional<WireMessage> message = co_await receive();
      if (!message) {
        co_await complain("psql: server closed the connection unexpectedly\n");
        co_return 2;
      }
      if (message->type == 'Z') co_return 0;
      if (message->type == 'E') {
        auto fields = parse_fields(message->body);
        co_await complain(
            fmt::format("psql: {}:  {}\n", fields['S'], fields['M']));
        co_return 2;
      }
      if (message->type != 'R' || read_int32(message->body) != 5) continue;
      const std::string password = co_await ask_password();
      const std::string stored = password_hash(password, settings_.user);
      const std::string answer =
          md5_answer(stored, std::string_view(message->body).substr(4, 4));
      const WireMessage reply{'p', answer + std::string(1, '\0')};
      co_await send(reply);
    }
  }

  Task<std::string> ask_password() {
    if (const auto given = self_.getenv("PGPASSWORD")) co_return *given;
    co_await complain(fmt::format("Password for user {}: ", settings_.user));
    const SysResult<kernel::Termios> before = self_.tcgetattr(kernel::kStdin);
    if (before) {
      kernel::Termios silent = *before;
      silent.echo = false;
      (void)self_.tcsetattr(kernel::kStdin, silent);
    }
    const std::optional<std::string> line =
        co_await read_line(self_, kernel::kStdin);
    if (before) (void)self_.tcsetattr(kernel::kStdin, *before);
    co_await complain("\n");
    co_return line.value_or("");
  }

  Task<void> send(WireMessage message) {
    (void)co_await self_.write(fd_, encode(message));
  }

  Task<std::optional<WireMessage>> receive() {
    for (;;) {
      std::optional<WireMessage> message = decode(&in_, false);
      if (message) co_return message;
      const SysResult<Bytes> piece = co_await self_.read(fd_, kChunk);
      if (!piece && piece.error() == Errno::eintr) continue;
      if (!piece || piece->empty()) co_return std::nullopt;
      in_ += *piece;
    }
  }

  // --- Statements ----------------------------------------------------------
  struct Reply {
    std::vector<WireColumn> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
  };

  /// Sends one text and shows what comes; `keep`: keeps the rows instead.
  Task<bool> query(std::string text, Reply* keep) {
    const WireMessage asked{'Q', text + std::string(1, '\0')};
    co_await send(asked);
    Reply reply;
    bool good = true;
    for (;;) {
      const std::optional<WireMessage> message = co_await receive();
      if (!message) {
        co_await complain(
            "server closed the connection unexpectedly\n\tThis probably means "
            "the server terminated abnormally\n\tbefore or while processing "
            "the request.\nconnection to server was lost\n");
        lost_ = true;
        co_return false;
      }
      if (message->type == 'Z') {
        state_ = message->body.empty() ? 'I' : message->body[0];
        co_return good;
      }
      if (message->type == 'T') {
        reply = Reply();
        reply.columns = parse_row_description(message->body);
      } else if (message->type == 'D') {
        reply.rows.push_back(parse_data_row(message->body));
      } else if (message->type == 'E' || message->type == 'N') {
        good = good && message->type == 'N';
        co_await show_problem(text, message->body);
      } else if (message->type == 'C') {
        const std::string tag =
            message->body.substr(0, message->body.find('\0'));
        if (keep) {
          *keep = reply;
        } else if (!reply.columns.empty()) {
          co_await print(
              format_table(settings_.style, "", reply.columns, reply.rows));
          if (!tag.starts_with("SELECT") && !tag.starts_with("SHOW") &&
              !settings_.quiet) {
            co_await print(tag + "\n");
          }
        } else if (!settings_.quiet) {
          co_await print(tag + "\n");
        }
        reply = Reply();
      }
    }
  }

  /// "ERROR:  ...", and the line with a caret where the mistake is.
  Task<void> show_problem(std::string text, std::string body) {
    auto fields = parse_fields(body);
    std::string out = where_ + fields['S'] + ":  " + fields['M'] + "\n";
    const auto position = parse_int(fields['P']);
    if (position && *position > 0) {
      const auto at =
          std::min(static_cast<std::size_t>(*position - 1), text.size());
      const std::size_t before = text.rfind('\n', at == 0 ? 0 : at - 1);
      const std::size_t start = at == 0 || before == text.npos ? 0 : before + 1;
      const std::string line = text.substr(start, text.find('\n', at) - start);
      const auto number = std::count(
          text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      const std::string head = fmt::format("LINE {}: ", number + 1);
      out += head + line + "\n" + std::string(head.size() + at - start, ' ') +
             "^\n";
    }
    if (!fields['D'].empty()) out += "DETAIL:  " + fields['D'] + "\n";
    co_await complain(out);
  }

  Task<int> command(std::string text) {
    if (text.starts_with('\\')) {
      co_await meta(text);
      co_return 0;
    }
    const bool good = co_await query(text, nullptr);
    if (!good) failed_ = true;
    co_return lost_ ? 2 : 0;
  }

  Task<int> run_file(std::string path) {
    SysResult<Bytes> text = Errno::enoent;
    if (path == "-") {
      text = co_await kernel::read_to_end(self_, kernel::kStdin);
    } else {
      text = co_await kernel::read_file(self_, path);
    }
    if (!text) {
      co_await complain(fmt::format("{}: {}\n", path, text_of(text.error())));
      co_return 1;
    }
    const std::string shown = path == "-" ? "" : path;
    co_return co_await run_script(*text, shown);
  }

  /// Statement by statement; a line that begins with '\' is psql's own.
  Task<int> run_script(std::string text, std::string path) {
    std::int64_t line = 1;
    while (!text.empty() && !quits_) {
      const std::size_t blank = text.find_first_not_of(" \t\r\n");
      if (blank == text.npos) break;
      line +=
          std::count(text.begin(),
                     text.begin() + static_cast<std::ptrdiff_t>(blank), '\n');
      text.erase(0, blank);
      if (text[0] == '\\') {
        const std::size_t end = std::min(text.find('\n'), text.size());
        co_await meta(text.substr(0, end));
        text.erase(0, end);
        continue;
      }
      const std::size_t end = std::min(end_of_statement(text), text.size());
      const std::string one = text.substr(0, end);
      line += std::count(one.begin(), one.end(), '\n');
      where_ = path.empty() ? "" : fmt::format("psql:{}:{}: ", path, line);
      const bool good = co_await query(one, nullptr);
      where_.clear();
      if (lost_) co_return 2;
      if (!good && settings_.stop_on_error) co_return 3;
      text.erase(0, end);
    }
    co_return 0;
  }

  // --- A person, or a pipe -------------------------------------------------
  Task<int> read_all_input() {
    if (!self_.isatty(kernel::kStdin)) {
      const SysResult<Bytes> text =
          co_await kernel::read_to_end(self_, kernel::kStdin);
      const std::string script = text ? *text : "";
      co_return co_await run_script(script, "");
    }
    co_await print("psql (9.4.5)\nType \"help\" for help.\n\n");
    (void)self_.sigaction(kernel::kSigInt, kernel::Disposition::caught);
    std::string held;
    while (!quits_ && !lost_) {
      co_await print(prompt(held));
      const SysResult<Bytes> line = co_await self_.read(kernel::kStdin, kChunk);
      if (!line) {
        (void)self_.take_signal();
        held.clear();
        co_await print("\n");
        continue;
      }
      if (line->empty()) {
        co_await print("\\q\n");
        break;
      }
      held = co_await take_line(held, *line);
    }
    co_return lost_ ? 2 : 0;
  }

  std::string prompt(const std::string& held) const {
    const char mark = held.empty() ? '=' : '-';
    const char stage = state_ == 'T' ? '*' : state_ == 'E' ? '!' : '\0';
    std::string out = settings_.database;
    out += mark;
    if (stage) out += stage;
    return out + "# ";
  }

  /// Runs the statements that are complete; answers what is not.
  Task<std::string> take_line(std::string held, std::string line) {
    const std::string word(trim(line));
    if (held.empty() && word.starts_with('\\')) {
      co_await meta(word);
      co_return "";
    }
    if (held.empty() && word == "help") {
      co_await print(
          "You are using psql, the command-line interface to PostgreSQL.\n"
          "Type:  \\copyright for distribution terms\n"
          "       \\h for help with SQL commands\n"
          "       \\? for help with psql commands\n"
          "       \\g or terminate with semicolon to execute query\n"
          "       \\q to quit\n");
      co_return "";
    }
    if (held.empty() && word.empty()) co_return "";
    held += line;
    for (;;) {
      const std::size_t end = end_of_statement(held);
      if (end == held.npos) break;
      const std::string one = held.substr(0, end);
      (void)co_await query(one, nullptr);
      held.erase(0, end);
      if (trim(held).empty()) co_return "";
    }
    co_return held;
  }

  Task<void> meta(std::string line) {
    const List words = split_blanks(line);
    if (words[0] == "\\q") {
      quits_ = true;
    } else if (words[0] == "\\l" || words[0] == "\\list") {
      co_await list_databases();
    } else if (words[0] == "\\dt" || (words[0] == "\\d" && words.size() == 1)) {
      co_await list_tables();
    } else if (words[0] == "\\d") {
      co_await describe(words[1]);
    } else if (words[0] == "\\du") {
      co_await list_roles();
    } else if (words[0] == "\\conninfo") {
      const std::string via = settings_.host.empty()
                                  ? "socket in \"/var/run/postgresql\""
                                  : fmt::format("host \"{}\"", settings_.host);
      co_await print(
          fmt::format("You are connected to database \"{}\" as user \"{}\" "
                      "via {} at port \"{}\".\n",
                      settings_.database, settings_.user, via, settings_.port));
    } else if ((words[0] == "\\c" || words[0] == "\\connect") &&
               words.size() > 1) {
      co_await reconnect(words[1]);
    } else {
      co_await complain(fmt::format(
          "drydock: psql: {} is not modelled (or no command of psql)\n",
          words[0]));
    }
  }

  Task<void> reconnect(std::string database) {
    const std::string before = std::exchange(settings_.database, database);
    const Fd old = fd_;
    const std::string rest = std::exchange(in_, "");
    const int status = co_await connect();
    if (status) {
      settings_.database = before;
      fd_ = old;
      in_ = rest;
      co_await complain("Previous connection kept\n");
      co_return;
    }
    shut(self_, old);
    co_await print(
        fmt::format("You are now connected to database \"{}\" as user "
                    "\"{}\".\n",
                    settings_.database, settings_.user));
  }

  Task<void> list_databases() {
    Reply reply;
    const bool good = co_await query(
        "select datname, owner from pg_database order by datname", &reply);
    if (!good) co_return;
    std::vector<WireColumn> columns;
    for (const char* const name : {"Name", "Owner", "Encoding", "Collate",
                                   "Ctype", "Access privileges"}) {
      columns.push_back({name, false});
    }
    std::vector<std::vector<std::optional<std::string>>> rows;
    for (const auto& row : reply.rows) {
      const bool frozen = row[0]->starts_with("template");
      const std::string owner = row[1].value_or("");
      rows.push_back(
          {row[0], row[1], "UTF8", "en_US.utf8", "en_US.utf8",
           frozen ? fmt::format("=c/{0}\n{0}=CTc/{0}", owner) : std::string()});
    }
    co_await print(
        format_table(settings_.style, "List of databases", columns, rows));
  }

  Task<void> list_tables() {
    Reply reply;
    const bool good = co_await query(
        "select schemaname, tablename, tableowner from pg_tables order by "
        "tablename",
        &reply);
    if (!good) co_return;
    if (reply.rows.empty()) {
      co_await print("No relations found.\n");
      co_return;
    }
    std::vector<std::vector<std::optional<std::string>>> rows;
    for (const auto& row : reply.rows) {
      rows.push_back({row[0], row[1], "table", row[2]});
    }
    const std::vector<WireColumn> columns = {
        {"Schema", false}, {"Name", false}, {"Type", false}, {"Owner", false}};
    const std::string shown =
        format_table(settings_.style, "List of relations", columns, rows);
    co_await print(shown);
  }

  Task<void> list_roles() {
    Reply reply;
    const bool good = co_await query(
        "select rolname, rolsuper from pg_roles order by rolname", &reply);
    if (!good) co_return;
    std::vector<std::vector<std::optional<std::string>>> rows;
    for (const auto& row : reply.rows) {
      const bool super = row[1] == "t";
      rows.push_back(
          {row[0],
           super ? "Superuser, Create role, Create DB, Replication" : "",
           "{}"});
    }
    const std::vector<WireColumn> columns = {
        {"Role name", false}, {"Attributes", false}, {"Member of", false}};
    const std::string shown =
        format_table(settings_.style, "List of roles", columns, rows);
    co_await print(shown);
  }

  Task<void> describe(std::string table) {
    Reply reply;
    const std::string text = fmt::format(
        "select column_name, data_type, modifiers, key from "
        "information_schema.columns where table_name = '{}'",
        replace_all(table, "'", "''"));
    const bool good = co_await query(text, &reply);
    if (!good) co_return;
    if (reply.rows.empty()) {
      co_await print(
          fmt::format("Did not find any relation named \"{}\".\n", table));
      co_return;
    }
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::string indexes;
    for (const auto& row : reply.rows) {
      rows.push_back({row[0], row[1], row[2]});
      const std::string key = row[3].value_or("");
      if (key == "primary") {
        indexes += fmt::format("    \"{}_pkey\" PRIMARY KEY, btree ({})\n",
                               table, *row[0]);
      } else if (key == "unique") {
        indexes +=
            fmt::format("    \"{0}_{1}_key\" UNIQUE CONSTRAINT, btree ({1})\n",
                        table, *row[0]);
      }
    }
    TableStyle style = settings_.style;
    style.footer = false;
    const std::vector<WireColumn> columns = {
        {"Column", false}, {"Type", false}, {"Modifiers", false}};
    const std::string shown = format_table(
        style, fmt::format("Table \"public.{}\"", table), columns, rows);
    co_await print(shown);
    if (!indexes.empty()) co_await print("Indexes:\n" + indexes);
    co_await print("\n");
  }

  Process& self_;
  Settings settings_;
  Fd fd_ = -1;
  std::string in_, where_;
  char state_ = 'I';
  bool quits_ = false, lost_ = false, failed_ = false;
};

}  // namespace

Task<int> psql_main(Process& self) {
  Settings settings = read_settings(self);
  if (!settings.refused.empty()) {
    (void)co_await kernel::complain(
        self,
        fmt::format("drydock: psql: '{}' is not modelled\n", settings.refused));
    co_return 1;
  }
  Psql psql(self, std::move(settings));
  co_return co_await psql.run();
}

}  // namespace drydock::userland::postgres
