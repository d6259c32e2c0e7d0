// psql.cc — psql's main part: where the statements come from, how answers look.

#include "sim/userland/services/postgres/psql.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/accounts.h"
#include "sim/userland/files.h"
#include "sim/userland/services/postgres/programs.h"

namespace drydock::userland::postgres {

namespace {

/// "LINE 2: select colour" and a caret below the mistake.
std::string excerpt(const std::string& text, std::int64_t position) {
  const auto at = std::min(static_cast<std::size_t>(position - 1), text.size());
  const std::size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const std::size_t start = before == text.npos ? 0 : before + 1;
  const std::string line = text.substr(start, text.find('\n', at) - start);
  const auto number = std::count(
      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const std::string head = fmt::format("LINE {}: ", number + 1);
  return head + line + "\n" + std::string(head.size() + at - start, ' ') +
         "^\n";
}

std::string problem_text(std::map<char, std::string> fields,
                         const std::string& text) {
  std::string out = fields['S'] + ":  " + fields['M'] + "\n";
  const auto position = parse_int(fields['P']);
  if (position && *position > 0) out += excerpt(text, *position);
  if (!fields['D'].empty()) out += "DETAIL:  " + fields['D'] + "\n";
  return out;
}

}  // namespace

Task<int> Psql::run() {
  if (options_.version) {
    co_await print("psql (PostgreSQL) 9.4.5\n");
    co_return 0;
  }
  if (options_.user.empty()) options_.user = co_await user_name();
  if (options_.list && options_.database.empty()) {
    options_.database = "postgres";
  }
  if (options_.database.empty()) options_.database = options_.user;
  const Outcome connected = co_await connection_.open(options_);
  if (!connected) {
    co_await complain("psql: " + connected.error().text + "\n");
    co_return 2;
  }
  if (options_.list) {
    co_await meta("\\l");
    co_return 0;
  }
  if (options_.command) co_return co_await run_command(*options_.command);
  if (options_.file) co_return co_await run_file(*options_.file);
  if (self_.isatty(kernel::kStdin)) co_return co_await converse();
  co_return co_await run_file("-");
}

Task<void> Psql::print(std::string text) {
  (void)co_await kernel::print(self_, std::move(text));
}

Task<void> Psql::complain(std::string text) {
  (void)co_await kernel::complain(self_, std::move(text));
}

Task<std::string> Psql::user_name() {
  const Accounts accounts = co_await read_accounts(self_);
  co_return accounts.user_name(self_.credentials().uid);
}

// --- Statements --------------------------------------------------------------

/// Sends one text and shows what comes; whether it went well.
Task<bool> Psql::query(std::string text) {
  const auto replies = co_await connection_.query(text);
  if (!replies) {
    co_await complain(
        "server closed the connection unexpectedly\n\tThis probably means "
        "the server terminated abnormally\n\tbefore or while processing "
        "the request.\nconnection to server was lost\n");
    lost_ = true;
    co_return false;
  }
  for (const Reply& reply : *replies) {
    for (const auto& notice : reply.notices) {
      co_await complain(where_ + problem_text(notice, text));
    }
  }
  if (replies->empty()) co_return true;
  const Reply last = replies->back();  // PQexec forgets those before.
  if (!last.problem.empty()) {
    co_await complain(where_ + problem_text(last.problem, text));
    co_return false;
  }
  co_await show(last);
  co_return true;
}

Task<void> Psql::show(Reply reply) {
  const bool rows = !reply.columns.empty();
  if (rows) {
    co_await print(format_table(options_.style, "", reply.columns, reply.rows));
  }
  const bool told =
      rows && (reply.tag.starts_with("SELECT") || reply.tag == "SHOW");
  if (!told && !options_.quiet && !reply.tag.empty()) {
    co_await print(reply.tag + "\n");
  }
}

Task<int> Psql::run_command(std::string text) {
  if (text.starts_with('\\')) {
    co_await meta(text);
    co_return lost_ ? 2 : failed_ ? 1 : 0;
  }
  const bool good = co_await query(text);
  co_return lost_ ? 2 : good ? 0 : 1;
}

Task<int> Psql::run_file(std::string path) {
  const bool from_stdin = path == "-";
  SysResult<Bytes> text = Errno::enoent;
  if (from_stdin) {
    text = co_await kernel::read_to_end(self_, kernel::kStdin);
  } else {
    text = co_await kernel::read_file(self_, path);
  }
  if (!text) {
    co_await complain(fmt::format("{}: {}\n", path, text_of(text.error())));
    failed_ = true;
    co_return 1;
  }
  const std::string shown = from_stdin ? "" : path;
  co_return co_await run_script(*text, shown);
}

/// All of it, with -1 in one transaction.
Task<int> Psql::run_script(std::string text, std::string path) {
  if (!options_.single_transaction) {
    co_return co_await run_statements(std::move(text), std::move(path));
  }
  (void)co_await connection_.query("BEGIN");
  const int status = co_await run_statements(std::move(text), std::move(path));
  if (!lost_) (void)co_await connection_.query("COMMIT");
  co_return status;
}

/// Statement by statement; a line that begins with '\' is psql's own.
Task<int> Psql::run_statements(std::string text, std::string path) {
  std::int64_t line = 1;
  while (!text.empty() && !quits_) {
    const std::size_t blank = text.find_first_not_of(" \t\r\n");
    if (blank == text.npos) break;
    line += std::count(text.begin(),
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
    const bool good = co_await query(one);
    where_.clear();
    if (lost_) co_return 2;
    if (!good && options_.stop_on_error) co_return 3;
    text.erase(0, end);
  }
  co_return 0;
}

// --- A person ----------------------------------------------------------------

Task<int> Psql::converse() {
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

/// "%/%R%# ": psql(1), "Prompting".
std::string Psql::prompt(const std::string& held) const {
  std::string out = options_.database + (held.empty() ? '=' : '-');
  if (connection_.state() == 'T') out += '*';
  if (connection_.state() == 'E') out += '!';
  return out + (connection_.is_superuser() ? "# " : "> ");
}

/// Runs the statements that are complete; answers what is not.
Task<std::string> Psql::take_line(std::string held, std::string line) {
  const std::string word(trim(line));
  if (held.empty() && word.empty()) co_return "";
  if (held.empty() && (word.starts_with('\\') || word == "help")) {
    co_await meta(word);
    co_return "";
  }
  held += line;
  for (;;) {
    const std::size_t end = end_of_statement(held);
    if (end == held.npos) co_return held;
    const std::string one = held.substr(0, end);
    (void)co_await query(one);
    held.erase(0, end);
    if (trim(held).empty()) co_return "";
  }
}

Task<int> psql_main(kernel::Process& self) {
  PsqlOptions options = read_psql_options(self);
  if (!options.refused.empty()) {
    (void)co_await kernel::complain(self, options.refused + "\n");
    co_return 1;
  }
  Psql psql(self, std::move(options));
  co_return co_await psql.run();
}

}  // namespace drydock::userland::postgres
