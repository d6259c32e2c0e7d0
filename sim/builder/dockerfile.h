// dockerfile.h — from the text of a Dockerfile to a list of instructions.
//
// Line-based, as Docker's own reader (behaviour.md §6.3): first lines are
// joined, then the word is cut off, then flags, then arguments by the form
// that the table of instructions has for the word.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/builder/instruction.h"
#include "sim/builder/rules.h"

namespace drydock::builder {

struct Dockerfile {
  std::vector<Instruction> instructions;
  List warnings;       // Lines to show before the first step.
  char escape = '\\';  // See "# escape=`".
};

/// Reads all of it.  Errors are those of the profile's reader, without the
/// prefix that the build puts before them; unknown words are no error here.
Result<Dockerfile> parse_dockerfile(std::string_view text,
                                    const BuilderRules& rules);

/// Text that reads back as the same instructions.
std::string print(const Dockerfile& file);

/// Reads one line: a trigger of ONBUILD, a change of `docker commit`.
Result<Instruction> parse_instruction(std::string_view line, char escape,
                                      const BuilderRules& rules);

/// A JSON array of strings at the front of `text`; what follows it is left
/// alone, as Go's decoder does.
enum class Array { yes, no, of_other_things };
Array read_json_array(std::string_view text, List& strings);

}  // namespace drydock::builder
