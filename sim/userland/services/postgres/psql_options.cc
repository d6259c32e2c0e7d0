// psql_options.cc — psql's options, and the environment behind them.

#include "sim/userland/services/postgres/psql_options.h"

#include <fmt/format.h>

#include <map>

#include "sim/userland/options.h"

namespace drydock::userland::postgres {

namespace {

constexpr std::string_view kItems =
    "c command=, d dbname=, f file=, l list, v set=, variable=, V version, "
    "X no-psqlrc, 1 single-transaction, h host=, p port=, U username=, "
    "w no-password, W password, A no-align, t tuples-only, q quiet, "
    "F field-separator=, x expanded";

void set_variable(PsqlOptions& out, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  const std::string value =
      equals == assignment.npos ? "" : assignment.substr(equals + 1);
  if (name != "ON_ERROR_STOP") {
    out.refused = fmt::format("drydock: psql: -v {} is not modelled", name);
    return;
  }
  out.stop_on_error = value != "0" && value != "off" && value != "false";
}

}  // namespace

PsqlOptions read_psql_options(kernel::Process& self) {
  PsqlOptions out;
  const auto variable = [&](std::string_view name, std::string* into) {
    if (const auto value = self.getenv(name)) *into = *value;
  };
  variable("PGHOST", &out.host);
  variable("PGPORT", &out.port);
  variable("PGUSER", &out.user);
  variable("PGDATABASE", &out.database);
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options options = parse_options(words, kItems);
  if (options.error) {
    out.refused =
        fmt::format("drydock: psql: {} (or not modelled)", *options.error);
    return out;
  }
  const std::map<std::string, std::string*> texts = {
      {"h", &out.host},
      {"p", &out.port},
      {"U", &out.user},
      {"d", &out.database},
      {"F", &out.style.separator}};
  const std::map<std::string, bool*> switches = {{"l", &out.list},
                                                 {"V", &out.version},
                                                 {"1", &out.single_transaction},
                                                 {"w", &out.never_ask},
                                                 {"W", &out.ask_password},
                                                 {"t", &out.style.tuples_only},
                                                 {"q", &out.quiet},
                                                 {"x", &out.style.expanded}};
  for (const Option& option : options.given) {
    const auto text = texts.find(option.key);
    const auto on = switches.find(option.key);
    if (text != texts.end()) *text->second = option.value;
    if (on != switches.end()) *on->second = true;
    if (option.key == "A") out.style.aligned = false;
    if (option.key == "v" || option.key == "variable") {
      set_variable(out, option.value);
    }
    // One of them it shall be: psql 9.4 forgets all but the last.
    if (option.key != "c" && option.key != "f") continue;
    out.command = out.file = std::nullopt;
    (option.key == "c" ? out.command : out.file) = option.value;
  }
  if (!options.operands.empty()) out.database = options.operands[0];
  if (options.operands.size() > 1) out.user = options.operands[1];
  return out;
}

}  // namespace drydock::userland::postgres
