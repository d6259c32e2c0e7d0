// config_change.cc — CMD, ENV, EXPOSE and the others, applied to a config.

#include "sim/engine/config_change.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/engine/ports.h"
#include "sim/engine/signals.h"
#include "sim/vfs/walk.h"

namespace drydock::engine {

namespace {

using image::ContainerConfig;

/// Shell form goes through the config's shell: /bin/sh -c.
List command_of(const ContainerConfig& config, const ConfigChange& change) {
  if (change.json) return change.words;
  List words = config.shell.value_or(List{"/bin/sh", "-c"});
  words.push_back(join(change.words, " "));
  return words;
}

Outcome change_cmd(ContainerConfig& config, const ConfigChange& change,
                   bool& cmd_set, const Rules&) {
  config.cmd = command_of(config, change);
  cmd_set = true;
  return done();
}

Outcome change_entrypoint(ContainerConfig& config, const ConfigChange& change,
                          bool& cmd_set, const Rules&) {
  if (change.words.empty()) {
    config.entrypoint.reset();
  } else {
    config.entrypoint = command_of(config, change);
  }
  if (!cmd_set) config.cmd.reset();  // An inherited one does not fit any more.
  return done();
}

Outcome change_env(ContainerConfig& config, const ConfigChange& change, bool&,
                   const Rules&) {
  if (!config.env) config.env.emplace();
  for (std::size_t at = 0; at + 1 < change.words.size(); at += 2) {
    image::set_env(*config.env, change.words[at] + "=" + change.words[at + 1]);
  }
  return done();
}

Outcome change_label(ContainerConfig& config, const ConfigChange& change, bool&,
                     const Rules&) {
  if (!config.labels) config.labels.emplace();
  for (std::size_t at = 0; at + 1 < change.words.size(); at += 2) {
    (*config.labels)[change.words[at]] = change.words[at + 1];
  }
  return done();
}

Outcome expose(ContainerConfig& config, const std::string& word) {
  const std::size_t slash = word.find('/');
  const std::string numbers = word.substr(0, slash);
  const std::string suffix =
      slash == std::string::npos ? "/tcp" : lower(word.substr(slash));
  const std::size_t dash = numbers.find('-');
  const Result<Port> first = parse_port(numbers.substr(0, dash) + suffix);
  if (!first) return Error{"Invalid containerPort: " + word};
  if (dash == std::string::npos) {
    config.exposed_ports.insert(first->str());
    return done();
  }
  const Result<Port> last = parse_port(numbers.substr(dash + 1) + suffix);
  if (!last || last->number < first->number) {
    return Error{"Invalid containerPort: " + word};
  }
  for (int port = first->number; port <= last->number; ++port) {
    config.exposed_ports.insert(fmt::format("{}{}", port, suffix));
  }
  return done();
}

Outcome change_expose(ContainerConfig& config, const ConfigChange& change,
                      bool&, const Rules&) {
  ContainerConfig changed = config;
  for (const std::string& word : change.words) {
    const Outcome exposed = expose(changed, word);
    if (!exposed) return exposed;
  }
  config = std::move(changed);
  return done();
}

Outcome change_onbuild(ContainerConfig& config, const ConfigChange& change,
                       bool&, const Rules&) {
  const std::string text = join(change.words, " ");
  const std::string first = upper(text.substr(0, text.find(' ')));
  if (first == "ONBUILD") {
    return Error{"Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"};
  }
  if (first == "FROM" || first == "MAINTAINER") {
    return Error{first + " isn't allowed as an ONBUILD trigger"};
  }
  if (!config.on_build) config.on_build.emplace();
  config.on_build->push_back(text);
  return done();
}

Outcome change_user(ContainerConfig& config, const ConfigChange& change, bool&,
                    const Rules&) {
  config.user = join(change.words, " ");
  return done();
}

Outcome change_volume(ContainerConfig& config, const ConfigChange& change,
                      bool&, const Rules& rules) {
  image::StringSet volumes = config.volumes.value_or(image::StringSet{});
  for (const std::string& word : change.words) {
    const std::string_view path = trim(word);
    if (path.empty()) {
      return Error{rules.content_ids
                       ? "VOLUME specified can not be an empty string"
                       : "Volume specified can not be an empty string"};
    }
    volumes.emplace(path);
  }
  config.volumes = std::move(volumes);
  return done();
}

Outcome change_workdir(ContainerConfig& config, const ConfigChange& change,
                       bool&, const Rules&) {
  const std::string path = join(change.words, " ");
  const std::string base =
      config.working_dir.empty() ? "/" : config.working_dir;
  config.working_dir = vfs::clean_path(
      path.starts_with('/') ? path : vfs::join_path(base, path));
  return done();
}

Outcome change_stop_signal(ContainerConfig& config, const ConfigChange& change,
                           bool&, const Rules& rules) {
  const std::string signal = join(change.words, " ");
  const auto number = parse_signal(signal);
  if (!number || *number <= 0 || *number > kSignalMax) {
    return Error{
        rules.text(Message::signal_unknown, fmt::arg("typed", signal))};
  }
  config.stop_signal = signal;
  return done();
}

Outcome change_shell(ContainerConfig& config, const ConfigChange& change, bool&,
                     const Rules&) {
  if (!change.json) {
    return Error{"SHELL requires the arguments to be in JSON form"};
  }
  config.shell = change.words;
  return done();
}

/// Go's durations: "1m30s", "500ms".
std::optional<Nanoseconds> parse_span(std::string_view text) {
  struct Unit {
    std::string_view name;
    Nanoseconds span;
  };
  static constexpr std::array kUnits = {
      Unit{"ms", kMillisecond},  Unit{"us", kMicrosecond}, Unit{"ns", 1},
      Unit{"h", 3600 * kSecond}, Unit{"m", 60 * kSecond},  Unit{"s", kSecond}};
  Nanoseconds total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits =
        std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_int(text.substr(0, digits));
    text.remove_prefix(digits);
    const auto unit = std::ranges::find_if(kUnits, [&](const Unit& candidate) {
      return text.starts_with(candidate.name);
    });
    if (!number || unit == kUnits.end()) return std::nullopt;
    total += *number * unit->span;
    text.remove_prefix(unit->name.size());
  }
  return total;
}

Outcome read_health_flag(image::Healthcheck& check, const std::string& flag) {
  const std::size_t equals = flag.find('=');
  const std::string key = flag.substr(2, equals - 2);
  const std::string value =
      equals == std::string::npos ? "" : flag.substr(equals + 1);
  if (key == "retries") {
    check.retries = static_cast<int>(parse_int(value).value_or(0));
    return done();
  }
  const std::optional<Nanoseconds> span = parse_span(value);
  if (!span) return Error{"time: invalid duration \"" + value + "\""};
  if (key == "interval") {
    check.interval = *span;
  } else if (key == "timeout") {
    check.timeout = *span;
  } else if (key == "start-period") {
    check.start_period = *span;
  } else {
    return Error{"Unknown flag: " + key};
  }
  return done();
}

Outcome change_healthcheck(ContainerConfig& config, const ConfigChange& change,
                           bool&, const Rules&) {
  image::Healthcheck check;
  std::size_t at = 0;
  for (; at < change.words.size() && change.words[at].starts_with("--"); ++at) {
    const Outcome read = read_health_flag(check, change.words[at]);
    if (!read) return read;
  }
  if (at >= change.words.size()) {
    return Error{"HEALTHCHECK requires at least one argument"};
  }
  const std::string type = upper(change.words[at]);
  const List rest(change.words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                  change.words.end());
  if (type == "NONE") {
    if (!rest.empty()) return Error{"HEALTHCHECK NONE takes no arguments"};
    check.test = {"NONE"};
  } else if (type == "CMD") {
    if (rest.empty()) return Error{"Missing command after HEALTHCHECK CMD"};
    const std::string text = join(rest, " ");
    const auto words = nlohmann::ordered_json::parse(text, nullptr, false);
    check.test = {words.is_array() ? "CMD" : "CMD-SHELL"};
    if (words.is_array()) {
      for (const auto& word : words) {
        if (word.is_string()) check.test.push_back(word.get<std::string>());
      }
    } else {
      check.test.push_back(text);
    }
  } else {
    return Error{"Unknown type \"" + type + "\" in HEALTHCHECK (try CMD)"};
  }
  config.healthcheck = std::move(check);
  return done();
}

using Apply = Outcome (*)(ContainerConfig&, const ConfigChange&, bool&,
                          const Rules&);
enum class Since { always, recent };

struct Instruction {
  std::string_view word;
  Apply apply;
  bool for_commit;  // Allowed in --change.
  Since since;
};

// clang-format off
constexpr std::array kInstructions = {
    Instruction{"cmd",         change_cmd,         true,  Since::always},
    Instruction{"entrypoint",  change_entrypoint,  true,  Since::always},
    Instruction{"env",         change_env,         true,  Since::always},
    Instruction{"expose",      change_expose,      true,  Since::always},
    Instruction{"label",       change_label,       true,  Since::always},
    Instruction{"onbuild",     change_onbuild,     true,  Since::always},
    Instruction{"user",        change_user,        true,  Since::always},
    Instruction{"volume",      change_volume,      true,  Since::always},
    Instruction{"workdir",     change_workdir,     true,  Since::always},
    Instruction{"healthcheck", change_healthcheck, true,  Since::recent},
    Instruction{"stopsignal",  change_stop_signal, false, Since::recent},
    Instruction{"shell",       change_shell,       false, Since::recent},
};
// clang-format on

const Instruction* instruction_named(std::string_view word,
                                     const Rules& rules) {
  for (const Instruction& instruction : kInstructions) {
    if (instruction.word != word) continue;
    const bool known = instruction.since == Since::always || rules.content_ids;
    return known ? &instruction : nullptr;
  }
  return nullptr;
}

/// Words with quotes taken off, as the Dockerfile parser would.
List unquoted_words(std::string_view text) {
  List words;
  std::string word;
  char quote = '\0';
  bool any = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'' && at + 1 < text.size()) {
      word += text[++at];
      any = true;
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\t') {
      if (any) words.push_back(std::exchange(word, {}));
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

/// "K v w" or "K=v K2=v2": key, value, key, value ...
Result<List> read_pairs(std::string_view rest, const std::string& instruction) {
  const std::string name = upper(instruction);
  const std::size_t blank = rest.find_first_of(" \t");
  const std::string_view first = rest.substr(0, blank);
  if (first.find('=') == std::string_view::npos) {
    if (blank == std::string_view::npos) {
      return Error{name + " must have two arguments"};
    }
    return List{std::string(first),
                join(unquoted_words(trim(rest.substr(blank))), " ")};
  }
  List pairs;
  for (const std::string& word : unquoted_words(rest)) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return Error{"Syntax error - can't find = in \"" + word +
                   "\". Must be of the form: name=value"};
    }
    pairs.push_back(word.substr(0, equals));
    pairs.push_back(word.substr(equals + 1));
  }
  return pairs;
}

/// A JSON array of strings, if that is what the text is.
std::optional<List> read_json(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!json.is_array()) return std::nullopt;
  List words;
  for (const auto& word : json) {
    if (!word.is_string()) return std::nullopt;
    words.push_back(word.get<std::string>());
  }
  return words;
}

Result<ConfigChange> read_change(std::string_view text) {
  ConfigChange change;
  const std::size_t blank = text.find_first_of(" \t");
  change.instruction = lower(text.substr(0, blank));
  const std::string_view rest =
      blank == std::string_view::npos ? "" : trim(text.substr(blank));
  const std::string& word = change.instruction;
  if (word == "env" || word == "label") {
    const Result<List> pairs = read_pairs(rest, word);
    if (!pairs) return pairs.error();
    change.words = *pairs;
    return change;
  }
  const bool takes_json = word == "cmd" || word == "entrypoint" ||
                          word == "volume" || word == "shell";
  if (takes_json) {
    if (std::optional<List> words = read_json(rest)) {
      change.words = std::move(*words);
      change.json = true;
      return change;
    }
  }
  const bool whole = word == "cmd" || word == "entrypoint" || word == "onbuild";
  change.words = whole ? List{std::string(rest)} : unquoted_words(rest);
  return change;
}

}  // namespace

Outcome apply_change(ContainerConfig& config, const ConfigChange& change,
                     bool& cmd_set, const Rules& rules) {
  const Instruction* const instruction =
      instruction_named(change.instruction, rules);
  if (!instruction) {
    return Error{"Unknown instruction: " + upper(change.instruction)};
  }
  return instruction->apply(config, change, cmd_set, rules);
}

Outcome apply_change_text(ContainerConfig& config, std::string_view text,
                          const Rules& rules) {
  const std::string_view line = trim(text);
  if (line.empty()) return Error{rules.text(Message::no_instructions)};
  const std::string word = lower(line.substr(0, line.find_first_of(" \t")));
  const Instruction* const instruction = instruction_named(word, rules);
  if (!instruction || !instruction->for_commit) {
    return Error{rules.text(Message::bad_change, fmt::arg("typed", word))};
  }
  const Result<ConfigChange> change = read_change(line);
  if (!change) return change.error();
  bool cmd_set = true;  // --change ENTRYPOINT keeps the container's Cmd.
  return instruction->apply(config, *change, cmd_set, rules);
}

}  // namespace drydock::engine
