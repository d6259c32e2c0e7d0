// metadata.cc — steps that change what an image says, not what it holds.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/builder/session.h"
#include "sim/builder/substitution.h"
#include "sim/builder/words.h"
#include "sim/engine/config_change.h"

namespace drydock::builder {
namespace {

/// Go's %q of a list: ["a" "b"].
std::string quoted(const List& words) {
  List all;
  for (const std::string& word : words) all.push_back(go_quote(word));
  return "[" + join(all, " ") + "]";
}

std::string pairs_text(const List& words) {
  List pairs;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    pairs.push_back(words[i] + "=" + words[i + 1]);
  }
  return join(pairs, " ");
}

/// Go's %q of a time span: "5s", "1m30s".
std::string span_text(Nanoseconds span) {
  if (span % kSecond != 0) return go_quote(fmt::format("{}ms", span / 1000000));
  const std::int64_t seconds = span / kSecond;
  std::string text;
  if (seconds >= 3600) text += fmt::format("{}h", seconds / 3600);
  if (seconds >= 60) text += fmt::format("{}m", seconds / 60 % 60);
  return go_quote(text + fmt::format("{}s", seconds % 60));
}

std::string health_text(const image::Healthcheck& health) {
  return fmt::format("&{{{} {} {} {} '\\x{:02x}'}}", quoted(health.test),
                     span_text(health.interval), span_text(health.timeout),
                     span_text(health.start_period), health.retries);
}

/// The expression of an ONBUILD, as it was written.
std::string trigger_text(const Instruction& step) {
  return std::string(split_head(step.line).rest);
}

/// The ports that this instruction named, by themselves.
std::string ports_text(const Instruction& step, const engine::Rules& rules) {
  ContainerConfig alone;
  engine::ConfigChange change;
  change.instruction = "expose";
  change.words = step.args;
  bool cmd_set = false;
  // What does not parse was refused when the config took it.
  static_cast<void>(engine::apply_change(alone, change, cmd_set, rules));
  return join(List(alone.exposed_ports.begin(), alone.exposed_ports.end()),
              " ");
}

Outcome check_protocols(const List& ports) {
  for (const std::string& port : ports) {
    const std::size_t slash = port.find('/');
    if (slash == std::string::npos) continue;
    const std::string protocol = lower(port.substr(slash + 1));
    if (protocol == "tcp" || protocol == "udp" || protocol == "sctp") continue;
    return Error{"Invalid proto: " + protocol};
  }
  return done();
}

/// behaviour.md §6.6: the text recorded for a step, after it was applied.
std::string recorded_text(const Instruction& step, Word word,
                          const ContainerConfig& config,
                          const engine::Rules& engine_rules,
                          const BuilderRules& rules) {
  const bool late = rules.late_instructions;
  const std::string name = upper(step.word);
  switch (word) {
    case Word::cmd:
      return "CMD " + quoted(config.cmd.value_or(List()));
    case Word::entrypoint: {
      const std::string list = quoted(config.entrypoint.value_or(List()));
      if (late) return "ENTRYPOINT " + list;
      if (!config.entrypoint) {
        return "ENTRYPOINT %!q(*runconfig.Entrypoint=<nil>)";
      }
      return "ENTRYPOINT &{" + list + "}";
    }
    case Word::env:
    case Word::label:
      return name + " " + pairs_text(step.args);
    case Word::expose:
      return "EXPOSE " +
             (late ? join(step.args, " ") : ports_text(step, engine_rules));
    case Word::volume:
      return fmt::format("VOLUME [{}]", join(step.args, " "));
    case Word::workdir:
      return "WORKDIR " + config.working_dir;
    case Word::user:
      return late ? "USER " + step.args[0]
                  : fmt::format("USER [{}]", step.args[0]);
    case Word::onbuild:
      return "ONBUILD " + trigger_text(step);
    case Word::healthcheck:
      return "HEALTHCHECK " +
             health_text(config.healthcheck.value_or(image::Healthcheck()));
    case Word::shell:
      return fmt::format("SHELL [{}]", join(step.args, " "));
    default:
      return name + " " + join(step.args, " ");
  }
}

engine::ConfigChange change_of(const Instruction& step, Word word,
                               const List& shell) {
  engine::ConfigChange change;
  change.instruction = lower(step.word);
  change.json = step.json;
  change.words = step.args;
  if (word == Word::cmd && step.args.empty() && !step.json) {
    // The shell alone, without a word that it would take for a command.
    change.words = shell;
    change.json = true;
  }
  if (word == Word::onbuild) change.words = {trigger_text(step)};
  if (word == Word::healthcheck) {
    change.words = step.flags;
    change.words.insert(change.words.end(), step.args.begin(), step.args.end());
  }
  return change;
}

}  // namespace

List Session::variables() const {
  List all = stage_.config.env.value_or(List());
  const List args = args_.visible();
  all.insert(all.end(), args.begin(), args.end());
  return all;
}

Result<Instruction> Session::expand(Instruction step) const {
  const InstructionRule* const rule = find_instruction(step.word, rules_);
  const bool is_from = rule && rule->word == Word::from;
  if (!rule || !rule->expands || step.literal) return step;
  if (is_from && !rules_.late_instructions) return step;
  const List env = is_from ? args_.for_from() : variables();
  List words;
  for (const std::string& word : step.args) {
    if (rule->word == Word::expose && rules_.late_instructions) {
      const Result<List> several =
          substitute_words(word, env, recipe_.escape, rules_);
      if (!several) return several.error();
      words.insert(words.end(), several->begin(), several->end());
      continue;
    }
    const Result<std::string> text =
        substitute(word, env, recipe_.escape, rules_);
    if (!text) return text.error();
    words.push_back(*text);
  }
  step.args = std::move(words);
  for (std::string& flag : step.flags) {
    if (!flag.starts_with("--chown=")) continue;
    const Result<std::string> text =
        substitute(flag, env, recipe_.escape, rules_);
    if (!text) return text.error();
    flag = *text;
  }
  return step;
}

List Session::shell() const {
  const List own = stage_.config.shell.value_or(List());
  return own.empty() ? List{"/bin/sh", "-c"} : own;
}

/// "/bin/sh -c #(nop) TEXT", as each profile cuts it into words.
List Session::nop_command(std::string text, bool apart) const {
  List command = shell();
  if (apart && rules_.nop_apart) {
    command.emplace_back(rules_.nop);
    command.push_back(std::move(text));
  } else {
    command.push_back(std::string(rules_.nop) + text);
  }
  return command;
}

Task<Done> Session::metadata(Instruction step, Word word) {
  if (word == Word::maintainer) {
    stage_.author = step.args[0];
    const Done done = co_await commit_text("MAINTAINER " + stage_.author, true);
    co_return done;
  }
  if (word == Word::expose) {
    const Outcome known = check_protocols(step.args);
    if (!known) co_return refuse(known.error());
  }
  ContainerConfig config = stage_.config;
  const engine::ConfigChange change = change_of(step, word, shell());
  const Outcome applied =
      engine::apply_change(config, change, stage_.cmd_set, engine_.rules());
  if (!applied) co_return refuse(applied.error());
  stage_.config = std::move(config);
  const std::string text =
      recorded_text(step, word, stage_.config, engine_.rules(), rules_);
  if (word == Word::workdir && rules_.workdir_makes_directory) {
    const Done made = co_await make_working_directory(text);
    co_return made;
  }
  const Done done = co_await commit_text(text, true);
  co_return done;
}

Task<Done> Session::declare_args(Instruction step) {
  for (const std::string& arg : step.args) {
    const std::size_t equals = arg.find('=');
    std::optional<std::string> value;
    if (equals != std::string::npos) value = arg.substr(equals + 1);
    std::string name = arg.substr(0, equals);
    if (stage_.begun) {
      args_.declare(std::move(name), std::move(value));
    } else {
      args_.declare_for_from(std::move(name), std::move(value));
    }
  }
  if (!stage_.begun) co_return engine::did_it();
  const Done done = co_await commit_text("ARG " + join(step.args, " "), true);
  co_return done;
}

Task<Done> Session::commit_text(std::string text, bool apart) {
  ContainerConfig made = stage_.config;
  made.cmd = nop_command(std::move(text), apart);
  const bool hit = co_await use_cache(made);
  if (hit) co_return engine::did_it();
  const Answer<std::string> container = co_await create(made, true);
  if (!container) co_return container.error();
  const Done committed = co_await commit(*container, made, true);
  co_return committed;
}

/// WORKDIR of docker-20.10 is a layer: the directory is there at once.
Task<Done> Session::make_working_directory(std::string text) {
  ContainerConfig made = stage_.config;
  made.cmd = nop_command(std::move(text), false);
  const bool hit = co_await use_cache(made);
  if (hit) co_return engine::did_it();
  const Answer<std::string> container = co_await create(made, true);
  if (!container) co_return container.error();
  const std::string path = stage_.config.working_dir;
  CopySource nothing;
  nothing.directory = true;
  nothing.inode = Context(engine_.backend().executor()).root();
  constexpr bool kExtract = false;
  const Owner root;
  const Done made_it =
      co_await place(*container, nothing, path + "/", root, kExtract);
  if (!made_it) co_return made_it.error();
  const Done committed = co_await commit(*container, made, false);
  co_return committed;
}

}  // namespace drydock::builder
