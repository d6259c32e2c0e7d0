// server_settings.cc — NAME = VALUE, from three places.

#include "sim/userland/services/postgres/server_settings.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

/// "128MB", "16384": memory, of which there is enough here.
bool is_size(std::string_view value) {
  for (const std::string_view unit : {"kB", "MB", "GB", "TB"}) {
    if (!value.ends_with(unit)) continue;
    value.remove_suffix(unit.size());
    break;
  }
  const auto number = parse_int(trim(value));
  return number && *number > 0;
}

/// What initdb writes besides: dates, times and words are those of the model,
/// and whoever asks for others is not given these.
bool is_as_modelled(std::string_view name, std::string_view value) {
  if (name == "shared_buffers") return is_size(value);
  if (name == "timezone" || name == "log_timezone") {
    return value == "UTC" || value == "GMT" || value == "Etc/UTC";
  }
  if (name == "datestyle") return value == "iso, mdy";
  return name == "default_text_search_config" && value == "pg_catalog.english";
}

/// False: it is not modelled.
bool assign(ServerSettings& settings, const std::string& name,
            const std::string& value) {
  const auto number = parse_int(value);
  if (name == "listen_addresses") {
    settings.addresses = value;
    return value.empty() || value == "*" || value == "localhost";
  }
  if (name == "port") {
    settings.port = static_cast<std::uint16_t>(number.value_or(0));
    return number && *number > 0 && *number < 65536;
  }
  if (name == "max_connections") {
    settings.max_connections = static_cast<std::size_t>(number.value_or(0));
    return number && *number > 0;
  }
  if (!is_as_modelled(name, value)) return false;
  settings.shown[name] = value;
  return true;
}

/// "NAME=VALUE" of the command line.
void assign_word(ServerSettings& settings, const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const std::string value =
      equals == word.npos ? "" : replace_all(word.substr(equals + 1), "'", "");
  if (!assign(settings, replace_all(name, "-", "_"), value)) {
    settings.refused = word;
  }
}

void apply_words(ServerSettings& settings, const List& argv) {
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const bool more = i + 1 < argv.size();
    if (argv[i] == "-D" && more) {
      settings.data = argv[++i];
    } else if (argv[i] == "-p" && more) {
      assign_word(settings, "port=" + argv[++i]);
    } else if (argv[i] == "-c" && more) {
      assign_word(settings, argv[++i]);
    } else if (argv[i].starts_with("--")) {
      assign_word(settings, argv[i].substr(2));
    } else {
      settings.refused = argv[i];
    }
  }
}

}  // namespace

ServerSettings read_server_settings(kernel::Process& self) {
  ServerSettings settings;
  settings.data = self.getenv("PGDATA").value_or("");
  if (const auto port = self.getenv("PGPORT")) {
    assign_word(settings, "port=" + *port);
  }
  apply_words(settings, self.argv());
  return settings;
}

void apply_conf(ServerSettings& settings, std::string_view conf,
                kernel::Process& self) {
  for (const std::string& line : split(conf, '\n')) {
    const std::string plain(trim(line.substr(0, line.find('#'))));
    if (plain.empty()) continue;
    const std::size_t end = plain.find_first_of("= \t");
    const std::string name(plain.substr(0, end));
    std::string value(end == plain.npos ? "" : trim(plain.substr(end)));
    if (value.starts_with('=')) value = std::string(trim(value.substr(1)));
    value = replace_all(value, "'", "");
    if (!assign(settings, name, value)) settings.refused = plain;
  }
  apply_words(settings, self.argv());  // The command line wins.
}

}  // namespace drydock::userland::postgres
