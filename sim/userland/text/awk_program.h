// awk_program.h — an awk program as instructions for a stack machine.

#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/userland/text/awk_value.h"

namespace drydock::userland {

enum class AwkOp {
  constant,    // Pushes constants[a].
  load,        // Pushes the place (a, b); field and element: subscript below.
  load_keep,   // The same, but the subscript stays.
  store,       // Takes a value into the place and pushes it again.
  increment,   // c: +1 before, +2 after (bit 1), -1 (bit 0); pushes.
  subscript,   // Joins a values by SUBSEP.
  in,          // Is the subscript in array (a, b)?
  remove,      // delete element; c: the whole array.
  length_of,   // length(array).
  arithmetic,  // a: one of + - * / % ^
  negate,
  plus,
  invert,
  concatenate,
  compare,     // a: one of < l(<=) = ! > g(>=)
  match,       // Text ~ expression; a: negated.
  match_line,  // $0 ~ constants[a].
  truth,       // To 0 or 1.
  jump,
  jump_false,
  jump_true,
  pop,
  copy,
  call,            // functions[a] with b arguments.
  give_back,       // return; a value is on the stack.
  builtin,         // a: index of the name; b arguments.
  array_argument,  // Pushes array (a, b) itself.
  argument,        // Pushes the name (a, b) with its value or its array.
  getline,         // a: 'm' main, 'f' file, 'c' command; pushes the status.
  store_line,      // Puts the line that was read into (a, b); status stays.
  print,           // a arguments; b: '>' 'a' '|' or 0; c: printf.
  each_begin,      // for (k in a): remembers the subscripts of (a, b).
  each_next,       // Pushes the next one, or goes to a.
  each_end,
  next,
  next_file,
  exit,
  range,      // Is range a begun? Goes to b when it is.
  range_set,  // Range a becomes b.
  end,
};

/// Where a value can be kept.
enum class AwkPlace {
  global,
  local,
  field,
  element_of_global,
  element_of_local,
  none
};

struct AwkInstruction {
  AwkOp op;
  int a = 0, b = 0, c = 0;
};

struct AwkFunction {
  std::string name;
  int parameters = 0;
  int entry = -1;  // -1: called but not defined.
};

/// Variables that the machine itself looks at; the first globals.
enum AwkSpecial : int {
  kNf,
  kNr,
  kFnr,
  kFs,
  kOfs,
  kOrs,
  kRs,
  kFilename,
  kSubsep,
  kRstart,
  kRlength,
  kConvfmt,
  kOfmt,
  kEnviron,
  kArgc,
  kArgv,
  kSpecials,
};
inline constexpr std::array<std::string_view, kSpecials> kAwkSpecialNames = {
    "NF",   "NR",       "FNR",    "FS",     "OFS",     "ORS",
    "RS",   "FILENAME", "SUBSEP", "RSTART", "RLENGTH", "CONVFMT",
    "OFMT", "ENVIRON",  "ARGC",   "ARGV"};

inline constexpr std::array<std::string_view, 25> kAwkBuiltins = {
    "length",  "substr",  "index",    "split",   "sub",     "gsub",   "match",
    "sprintf", "sin",     "cos",      "atan2",   "exp",     "log",    "sqrt",
    "int",     "rand",    "srand",    "tolower", "toupper", "system", "close",
    "fflush",  "systime", "strftime", "gensub"};

struct AwkProgram {
  std::vector<AwkInstruction> code;
  std::vector<AwkValue> constants;
  std::vector<AwkFunction> functions;
  std::map<std::string, int> globals;
  int ranges = 0;
  int begin = -1, main = -1, end = -1;  // Entries; -1: none of these rules.
};

/// Errors: "line 1: syntax error at or near }".
Result<AwkProgram> parse_awk(std::string_view source);

}  // namespace drydock::userland
