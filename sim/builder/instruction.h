// instruction.h — the words of a Dockerfile, as a table.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/builder/rules.h"

namespace drydock::builder {

/// How the text behind the word is cut into arguments.
enum class Form {
  text,           // All of it is one argument.
  words,          // At blanks.
  json_or_text,   // A JSON array of strings, or else all of it.
  json_or_words,  // A JSON array of strings, or else words.
  pairs,          // K=V K="a b" ..., or K rest of the line: K, V, K, V ...
  variables,      // K or K=V, quotes kept: ARG.
  trigger,        // An instruction.
  health,         // A word, and what follows it as json_or_text.
};

/// How many arguments there must be.
enum class Count { any, one, at_least_one, at_least_two, stage };

enum class Word {
  add,
  arg,
  cmd,
  copy,
  entrypoint,
  env,
  expose,
  from,
  healthcheck,
  label,
  maintainer,
  onbuild,
  run,
  shell,
  stopsignal,
  user,
  volume,
  workdir,
};

struct InstructionRule {
  Word word;
  std::string_view name;  // Lower case.
  Form form;
  Count count;
  bool late;     // Not in docker-1.8.
  bool expands;  // Its arguments know $variables.
  bool in_onbuild;
  bool in_change;  // `docker commit --change` and `import --change`.
  std::vector<std::string_view> flags;  // Since docker-20.10.
};

/// Null for a word that is none, in this profile.
const InstructionRule* find_instruction(std::string_view word,
                                        const BuilderRules& rules);

/// One instruction of a Dockerfile.
struct Instruction {
  std::string word;      // As typed: "run".
  List flags;            // "--from=x", unquoted.
  List args;             // After the table's form.
  bool json = false;     // They came as a JSON array.
  std::string line;      // All of it, continuations joined, trimmed.
  int number = 0;        // Of its first line, from 1.
  bool literal = false;  // Its words hold no variables: --label.
  friend bool operator==(const Instruction&, const Instruction&) = default;
};

/// The words of the profile for a wrong number of arguments, and the other
/// refusals that need no image: blank names, triggers that may not be, flags.
Outcome check_instruction(const Instruction& instruction,
                          const BuilderRules& rules);

/// The value of `--name=value`; empty if the flag is not there.
std::string flag_value(const Instruction& instruction, std::string_view name);

}  // namespace drydock::builder
