// builtins.h — the table of built-in utilities.

#pragma once

#include <span>
#include <string_view>

#include "sim/userland/sh/interpreter.h"
#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

/// In which shells a builtin exists.
enum In : unsigned { kDashOnly = 1, kBashOnly = 2, kAshOnly = 4 };

struct Builtin {
  std::string_view name;
  unsigned in;
  /// XCU 2.14: errors end scripts, assignments stay.  dash and ash count
  /// local among them.
  bool special;
  /// One of the two: plain ones never wait.
  int (*plain)(Shell& shell, const drydock::List& arguments);
  Task<int> (*waiting)(Shell& shell, drydock::List arguments);
};

const Builtin* find_builtin(const Shell& shell, std::string_view name);
std::span<const Builtin> builtins();

/// Runs it and writes what it said; its errors end what they should.
Task<int> run_builtin(Shell& shell, const Builtin& builtin, List arguments,
                      bool special);

/// What `command -v` and `type` tell of a name.
struct CommandKind {
  enum class Kind { none, alias, keyword, function, builtin, program };
  Kind kind = Kind::none;
  std::string path;  // Of a program; the text of an alias.
  bool hashed = false;
};
CommandKind kind_of(Shell& shell, const std::string& name);

/// Short options of a builtin as getopt reads them; -1 when one is unknown
/// (told already), else the index of the first operand.
struct Letters {
  std::string seen;
  std::map<char, std::string> values;
  int first = 1;
  bool bad = false;
  bool has(char letter) const { return seen.find(letter) != seen.npos; }
};
Letters read_letters(Shell& shell, const drydock::List& arguments,
                     std::string_view known);

/// Arguments of declare, local, export that are assignments: kept while they
/// run (see SimpleCommand::declarations).
Task<int> run_declaration(Shell& shell, CommandRef command);

}  // namespace drydock::userland::sh
