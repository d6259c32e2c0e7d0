// instruction.cc — the table of instructions and what each refuses.

#include "sim/builder/instruction.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace drydock::builder {
namespace {

using Flags = std::vector<std::string_view>;

const std::vector<InstructionRule>& table() {
  static const Flags none;
  static const Flags copy{"from", "chown", "chmod"};
  static const Flags add{"chown", "chmod"};
  static const Flags run{"mount", "network", "security"};
  static const Flags health{"interval", "timeout", "start-period", "retries"};
  static const Flags from{"platform"};
  // clang-format off
  // word               name           form                 count                late   expands onbuild change flags
  static const std::vector<InstructionRule> rows = {
      {Word::add,         "add",         Form::json_or_words, Count::at_least_two, false, true,  true,  false, add},
      {Word::arg,         "arg",         Form::variables,     Count::at_least_one, true,  true,  true,  false, none},
      {Word::cmd,         "cmd",         Form::json_or_text,  Count::any,          false, false, true,  true,  none},
      {Word::copy,        "copy",        Form::json_or_words, Count::at_least_two, false, true,  true,  false, copy},
      {Word::entrypoint,  "entrypoint",  Form::json_or_text,  Count::any,          false, false, true,  true,  none},
      {Word::env,         "env",         Form::pairs,         Count::at_least_one, false, true,  true,  true,  none},
      {Word::expose,      "expose",      Form::words,         Count::at_least_one, false, true,  true,  true,  none},
      {Word::from,        "from",        Form::words,         Count::stage,        false, true,  false, false, from},
      {Word::healthcheck, "healthcheck", Form::health,        Count::at_least_one, true,  false, true,  true,  health},
      {Word::label,       "label",       Form::pairs,         Count::at_least_one, false, true,  true,  true,  none},
      {Word::maintainer,  "maintainer",  Form::text,          Count::one,          false, false, false, false, none},
      {Word::onbuild,     "onbuild",     Form::trigger,       Count::at_least_one, false, false, false, true,  none},
      {Word::run,         "run",         Form::json_or_text,  Count::any,          false, false, true,  false, run},
      {Word::shell,       "shell",       Form::json_or_text,  Count::at_least_one, true,  false, true,  false, none},
      {Word::stopsignal,  "stopsignal",  Form::text,          Count::one,          true,  true,  true,  false, none},
      {Word::user,        "user",        Form::text,          Count::one,          false, true,  true,  true,  none},
      {Word::volume,      "volume",      Form::json_or_words, Count::at_least_one, false, true,  true,  true,  none},
      {Word::workdir,     "workdir",     Form::text,          Count::one,          false, true,  true,  true,  none},
  };
  // clang-format on
  return rows;
}

Outcome check_count(const InstructionRule& rule, const Instruction& that,
                    const BuilderRules& rules) {
  const std::size_t count = that.args.size();
  const std::string name = upper(rule.name);
  switch (rule.count) {
    case Count::any:
      return done();
    case Count::one:
      if (count == 1) return done();
      return Error{name + " requires exactly one argument"};
    case Count::at_least_one:
      if (count >= 1) return done();
      return Error{name + " requires at least one argument"};
    case Count::at_least_two:
      if (count >= 2) return done();
      if (!rules.late_instructions) {
        return Error{name + " requires at least two arguments"};
      }
      return Error{name +
                   " requires at least two arguments, but only one was "
                   "provided. Destination could not be determined"};
    case Count::stage:
      if (!rules.late_instructions) {
        if (count == 1) return done();
        return Error{"FROM requires one argument"};
      }
      if (count == 1 || (count == 3 && lower(that.args[1]) == "as")) {
        return done();
      }
      return Error{"FROM requires either one or three arguments"};
  }
  return done();
}

Outcome check_flags(const InstructionRule& rule, const Instruction& that,
                    const BuilderRules& rules) {
  std::set<std::string> seen;
  for (const std::string& flag : that.flags) {
    const std::size_t equals = flag.find('=');
    const std::string name = flag.substr(2, equals - 2);
    const bool known = rules.late_instructions &&
                       std::ranges::find(rule.flags, name) != rule.flags.end();
    if (!known) return Error{"Unknown flag: " + name};
    const bool repeats = rule.word == Word::run && name == "mount";
    if (!repeats && !seen.insert(name).second) {
      return Error{"Duplicate flag specified: " + name};
    }
    if (equals == std::string::npos) {
      return Error{"Missing a value on flag: " + name};
    }
  }
  return done();
}

Outcome check_trigger(const Instruction& that) {
  const std::string word = upper(trim(that.args[0]));
  if (word == "ONBUILD") {
    return Error{"Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"};
  }
  if (word == "FROM" || word == "MAINTAINER") {
    return Error{word + " isn't allowed as an ONBUILD trigger"};
  }
  return done();
}

Outcome check_names(const Instruction& that, const BuilderRules& rules) {
  for (std::size_t i = 0; i < that.args.size(); i += 2) {
    if (!that.args[i].empty() || !rules.late_instructions) continue;
    return Error{upper(that.word) + " names can not be blank"};
  }
  return done();
}

Outcome check_variables(const Instruction& that) {
  for (const std::string& arg : that.args) {
    if (arg.starts_with('=')) return Error{"ARG names can not be blank"};
  }
  return done();
}

Outcome check_volumes(const Instruction& that, const BuilderRules& rules) {
  for (const std::string& path : that.args) {
    if (!trim(path).empty()) continue;
    return Error{std::string(rules.late_instructions ? "VOLUME" : "Volume") +
                 " specified can not be an empty string"};
  }
  return done();
}

bool is_stage_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
         name.npos;
}

Outcome check_stage(const Instruction& that) {
  if (that.args.size() != 3) return done();
  const std::string name = lower(that.args[2]);
  if (is_stage_name(name)) return done();
  return Error{
      fmt::format("invalid name for build stage: {}, name can't start "
                  "with a number or contain symbols",
                  go_quote(name))};
}

Outcome check_health(const Instruction& that) {
  const std::string type = upper(that.args[0]);
  if (type == "NONE") {
    if (that.args.size() == 1) return done();
    return Error{"HEALTHCHECK NONE takes no arguments"};
  }
  if (type != "CMD") {
    return Error{fmt::format("Unknown type {} in HEALTHCHECK (try CMD)",
                             go_quote(type))};
  }
  if (that.args.size() > 1) return done();
  return Error{"Missing command after HEALTHCHECK CMD"};
}

}  // namespace

const InstructionRule* find_instruction(std::string_view word,
                                        const BuilderRules& rules) {
  const std::string name = lower(word);
  const auto row = std::ranges::find(table(), name, &InstructionRule::name);
  if (row == table().end()) return nullptr;
  return row->late && !rules.late_instructions ? nullptr : &*row;
}

Outcome check_instruction(const Instruction& that, const BuilderRules& rules) {
  const InstructionRule* const rule = find_instruction(that.word, rules);
  if (!rule) {
    const std::string_view unknown =
        rules.checks_first ? "unknown instruction: " : "Unknown instruction: ";
    return Error{std::string(unknown) + upper(that.word)};
  }
  const Outcome count = check_count(*rule, that, rules);
  if (!count) return count;
  const Outcome flags = check_flags(*rule, that, rules);
  if (!flags) return flags;
  switch (rule->word) {
    case Word::onbuild:
      return check_trigger(that);
    case Word::env:
    case Word::label:
      return check_names(that, rules);
    case Word::arg:
      return check_variables(that);
    case Word::volume:
      return check_volumes(that, rules);
    case Word::from:
      return check_stage(that);
    case Word::healthcheck:
      return check_health(that);
    case Word::shell:
      if (that.json) return done();
      return Error{"SHELL requires the arguments to be in JSON form"};
    default:
      return done();
  }
}

std::string flag_value(const Instruction& that, std::string_view name) {
  const std::string prefix = fmt::format("--{}=", name);
  for (const std::string& flag : that.flags) {
    if (flag.starts_with(prefix)) return flag.substr(prefix.size());
  }
  return "";
}

}  // namespace drydock::builder
