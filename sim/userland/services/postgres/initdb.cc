// initdb.cc — initdb: a data directory, and what is said while it is made.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/accounts.h"
#include "sim/userland/files.h"
#include "sim/userland/services/postgres/cluster.h"
#include "sim/userland/services/postgres/programs.h"

namespace drydock::userland::postgres {

using kernel::Process;

namespace {

constexpr std::string_view kHba =
    "# PostgreSQL Client Authentication Configuration File\n"
    "# ===================================================\n"
    "#\n"
    "# TYPE  DATABASE        USER            ADDRESS                 METHOD\n"
    "\n"
    "# \"local\" is for Unix domain socket connections only\n"
    "local   all             all                                     trust\n"
    "# IPv4 local connections:\n"
    "host    all             all             127.0.0.1/32            trust\n"
    "# IPv6 local connections:\n"
    "host    all             all             ::1/128                 trust\n";

constexpr std::string_view kConf =
    "# -----------------------------\n"
    "# PostgreSQL configuration file\n"
    "# -----------------------------\n"
    "#listen_addresses = 'localhost'\n"
    "#port = 5432\n"
    "max_connections = 100\n"
    "shared_buffers = 128MB\n"
    "log_timezone = 'UTC'\n"
    "datestyle = 'iso, mdy'\n"
    "timezone = 'UTC'\n"
    "default_text_search_config = 'pg_catalog.english'\n";

struct Settings {
  std::string data, user;
  std::string refused;
};

Settings read_settings(Process& self) {
  Settings out;
  out.data = self.getenv("PGDATA").value_or("");
  const List& argv = self.argv();
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    const bool more = i + 1 < argv.size();
    if ((word == "-D" || word == "--pgdata") && more) {
      out.data = argv[++i];
    } else if ((word == "-U" || word == "--username") && more) {
      out.user = argv[++i];
    } else if (word.starts_with("--username=")) {
      out.user = word.substr(11);
    } else if (word.starts_with("--pgdata=")) {
      out.data = word.substr(9);
    } else if (!word.starts_with('-')) {
      out.data = word;
    } else {
      out.refused = word;
    }
  }
  return out;
}

class Initdb {
 public:
  Initdb(Process& self, Settings settings)
      : self_(self), settings_(std::move(settings)) {}

  Task<int> run() {
    if (self_.credentials().uid == 0) {
      co_await kernel::complain(
          self_,
          "initdb: cannot be run as root\nPlease log in (using, e.g., \"su\") "
          "as the (unprivileged) user that will\nown the server process.\n");
      co_return 1;
    }
    const std::string owner = co_await user_name();
    if (settings_.user.empty()) settings_.user = owner;
    co_await say(fmt::format(
        "The files belonging to this database system will be owned by user "
        "\"{}\".\nThis user must also own the server process.\n\n"
        "The database cluster will be initialized with locale \"{}\".\n"
        "The default database encoding has accordingly been set to \"UTF8\".\n"
        "The default text search configuration will be set to \"english\".\n\n"
        "Data page checksums are disabled.\n\n",
        owner, self_.getenv("LANG").value_or("C")));
    const int placed = co_await place();
    if (placed) co_return placed;
    const SysOutcome filled = co_await fill();
    if (!filled) {
      co_await kernel::complain(
          self_, fmt::format("initdb: could not write to \"{}\": {}\n",
                             settings_.data, text_of(filled.error())));
      co_return 1;
    }
    co_await say(fmt::format(
        "\nWARNING: enabling \"trust\" authentication for local "
        "connections\nYou can change this by editing pg_hba.conf or using "
        "the option -A, or\n--auth-local and --auth-host, the next time you "
        "run initdb.\n\nSuccess. You can now start the database server "
        "using:\n\n    postgres -D {0}\nor\n    pg_ctl -D {0} -l logfile "
        "start\n\n",
        settings_.data));
    co_return 0;
  }

 private:
  Task<void> say(std::string text) {
    (void)co_await kernel::print(self_, std::move(text));
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
    co_return std::to_string(self_.credentials().uid);
  }

  /// The directory itself: made, or there and empty.
  Task<int> place() {
    const std::string& data = settings_.data;
    const auto entries = self_.readdir(data);
    if (entries && !entries->empty()) {
      co_await kernel::complain(
          self_,
          fmt::format("initdb: directory \"{0}\" exists but is not empty\nIf "
                      "you want to create a new database system, either "
                      "remove or empty\nthe directory \"{0}\" or run "
                      "initdb\nwith an argument other than \"{0}\".\n",
                      data));
      co_return 1;
    }
    const SysOutcome made =
        entries ? self_.chmod(data, 0700) : self_.mkdir(data, 0700);
    if (!made) {
      const std::string deed = entries ? "change permissions of" : "create";
      co_await kernel::complain(
          self_, fmt::format("initdb: could not {} directory \"{}\": {}\n",
                             deed, data, text_of(made.error())));
      co_return 1;
    }
    const std::string verb =
        entries ? "fixing permissions on existing" : "creating";
    co_await say(fmt::format("{} directory {} ... ok\n", verb, data));
    co_return 0;
  }

  Task<SysOutcome> fill() {
    const std::string& data = settings_.data;
    for (const char* const folder :
         {"base", "global", "pg_clog", "pg_dynshmem", "pg_logical",
          "pg_multixact", "pg_notify", "pg_replslot", "pg_serial",
          "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc",
          "pg_twophase", "pg_xlog"}) {
      const SysOutcome made =
          self_.mkdir(fmt::format("{}/{}", data, folder), 0700);
      if (!made) co_return made.error();
    }
    co_await say("creating subdirectories ... ok\n");
    co_await say(
        "selecting default max_connections ... 100\n"
        "selecting default shared_buffers ... 128MB\n"
        "selecting dynamic shared memory implementation ... posix\n");
    const List names = {"PG_VERSION", "postgresql.conf", "pg_hba.conf",
                        "pg_ident.conf", "postgresql.auto.conf"};
    const List texts = {"9.4\n", std::string(kConf), std::string(kHba), "",
                        "# Do not edit this file manually!\n"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string path = data + "/" + names[i];
      const SysOutcome put = co_await write_file(self_, path, texts[i], 0600);
      if (!put) co_return put.error();
    }
    co_await say("creating configuration files ... ok\n");
    const Cluster cluster = fresh_cluster(settings_.user);
    const std::string control = fmt::format(
        "shut down\n{}\n", format_time(self_.now(), "%Y-%m-%d %H:%M:%S UTC"));
    const SysOutcome marked =
        co_await write_file(self_, data + "/global/pg_control", control, 0600);
    if (!marked) co_return marked.error();
    const SysOutcome saved = co_await save_cluster(self_, data, cluster);
    if (!saved) co_return saved.error();
    co_await say(fmt::format(
        "creating template1 database in {}/base/1 ... ok\n"
        "initializing pg_authid ... ok\ninitializing dependencies ... ok\n"
        "creating system views ... ok\nloading system objects' descriptions "
        "... ok\ncreating collations ... ok\ncreating conversions ... ok\n"
        "creating dictionaries ... ok\nsetting privileges on built-in objects "
        "... ok\ncreating information schema ... ok\nloading PL/pgSQL "
        "server-side language ... ok\nvacuuming database template1 ... ok\n"
        "copying template1 to template0 ... ok\ncopying template1 to postgres "
        "... ok\nsyncing data to disk ... ok\n",
        data));
    co_return ok();
  }

  Process& self_;
  Settings settings_;
};

}  // namespace

Task<int> initdb_main(Process& self) {
  Settings settings = read_settings(self);
  if (!settings.refused.empty()) {
    (void)co_await kernel::complain(
        self, fmt::format("drydock: initdb: '{}' is not modelled\n",
                          settings.refused));
    co_return 1;
  }
  if (settings.data.empty()) {
    (void)co_await kernel::complain(
        self,
        "initdb: no data directory specified\nYou must identify the directory "
        "where the data for this database system\nwill reside.  Do this with "
        "either the invocation option -D or the\nenvironment variable "
        "PGDATA.\n");
    co_return 1;
  }
  Initdb initdb(self, std::move(settings));
  co_return co_await initdb.run();
}

}  // namespace drydock::userland::postgres
