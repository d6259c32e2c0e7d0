// psql.h — psql: statements from a person, a file or the command line, and
// their answers as tables.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/services/postgres/psql_connection.h"
#include "sim/userland/services/postgres/psql_options.h"

namespace drydock::userland::postgres {

class Psql {
 public:
  Psql(kernel::Process& self, PsqlOptions options)
      : self_(self), options_(std::move(options)), connection_(self) {}

  /// The exit status: 0; 1 a statement of -c failed, or a file is not there; 2
  /// no connection; 3 ON_ERROR_STOP stopped a script.
  Task<int> run();

 private:
  using Words = List;
  struct MetaCommand;
  static const MetaCommand kMetaCommands[];

  Task<void> print(std::string text);
  Task<void> complain(std::string text);
  Task<std::string> user_name();

  // --- psql.cc: statements -------------------------------------------------
  Task<bool> query(std::string text);
  Task<void> show(Reply reply);
  Task<int> run_command(std::string text);
  Task<int> run_file(std::string path);
  Task<int> run_script(std::string text, std::string path);
  Task<int> run_statements(std::string text, std::string path);
  Task<int> converse();
  Task<std::string> take_line(std::string held, std::string line);
  std::string prompt(const std::string& held) const;

  // --- psql_meta.cc: what begins with a backslash --------------------------
  Task<void> meta(std::string line);
  Task<std::optional<TableRows>> ask(std::string text);
  Task<void> quit(Words words);
  Task<void> help(Words words);
  Task<void> list_databases(Words words);
  Task<void> list_tables(Words words);
  Task<void> list_relations(Words words);
  Task<void> list_roles(Words words);
  Task<void> describe(Words words);
  Task<void> say_where(Words words);
  Task<void> reconnect(Words words);
  Task<void> include(Words words);
  Task<void> echo(Words words);
  Task<void> toggle_expanded(Words words);
  Task<void> toggle_alignment(Words words);
  Task<void> toggle_tuples(Words words);
  Task<void> table(std::string title, Words names, TableRows rows);

  kernel::Process& self_;
  PsqlOptions options_;
  Connection connection_;
  std::string where_;  // "psql:FILE:LINE: " before a complaint.
  bool quits_ = false, lost_ = false, failed_ = false;
};

}  // namespace drydock::userland::postgres
