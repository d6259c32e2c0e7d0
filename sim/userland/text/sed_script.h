// sed_script.h — a sed script, read once into commands.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

struct SedAddress {
  enum class Kind {
    none,
    line,      // N
    step,      // first~step
    last,      // $
    regex,     // /re/
    plus,      // addr1,+N
    multiple,  // addr1,~N
  };
  Kind kind = Kind::none;
  std::int64_t first = 0, step = 0;
  std::optional<Regex> regex;  // Nullopt with Kind::regex: the last one used.
};

/// A piece of an s command's right side.
struct SedPiece {
  enum class Case { keep, upper, lower, upper_next, lower_next, end };
  std::string text;
  int group = -1;            // 0 is &; -1: no group follows the text.
  Case change = Case::keep;  // \U \L \u \l \E in front of it.
};

struct SedCommand {
  char name = 0;
  SedAddress from, to;
  bool negated = false;

  std::string text;  // Of a, i, c; a label; a file name; y's map of 256.
  int target = -1;   // Of b, t, T and {: where to go on.
  int number = -1;   // Of l, L, q, Q.

  // Of s:
  std::optional<Regex> regex;
  std::vector<SedPiece> replacement;
  bool global = false, print = false;
  int occurrence = 1;
  std::string write_to;
};

struct SedScript {
  std::vector<SedCommand> commands;
  bool silent = false;     // Begins with "#n\n".
  bool asks_last = false;  // Some address is $.
};

/// One -e or -f.
struct SedSource {
  std::string text;
  std::string name;  // "-e expression #1" or "file line": before ", char".
  bool file = false;
};

/// Errors are sed's, whole: "-e expression #1, char 3: unknown command: `k'".
Result<SedScript> parse_sed(const std::vector<SedSource>& sources,
                            bool extended);

}  // namespace drydock::userland
