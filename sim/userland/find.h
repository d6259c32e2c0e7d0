// find.h — the parts of find: its expression, its tests, its walk.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"

namespace drydock::userland::find {

/// The file at which the walk stands.
struct Visit {
  std::string path;   // As it is printed.
  std::string start;  // The operand below which it was found.
  int depth = 0;
  vfs::Attributes file;
  SysResult<std::vector<vfs::DirectoryEntry>> entries =
      std::vector<vfs::DirectoryEntry>();  // Of directories.
};

struct Context {
  Output* out = nullptr;
  Accounts accounts;
  Time now;
  bool prune = false, quit = false;  // Set by actions.
};

struct Node;
using Check = bool (*)(const Node& node, const Visit& visit, Context& context);

/// One primary or operator of the expression.
struct Node {
  enum class Kind { check, exec, both, either, list, negation };
  Kind kind = Kind::check;
  std::unique_ptr<Node> left, right;
  std::string name;
  std::string text;         // The argument.
  char compare = '=';       // Of "+5", "-5".
  std::int64_t number = 0;  // 5
  std::int64_t unit = 1;    // Of -size.
  Time time;                // Of -newer.
  Check check = nullptr;
  List command;  // Of -exec.
  bool gather = false, in_directory = false;
  mutable List gathered;  // "{} +": what has come together.
};

struct Expression {
  std::unique_ptr<Node> root;  // Null: always true.
  int depth_min = 0, depth_max = INT32_MAX;
  bool depth_first = false, same_device = false, has_action = false;
};

/// Parses what follows the paths; the error is find's, without its name.
Result<Expression> parse_expression(Context& context, const List& words);

/// What a primary is: how many arguments, how they are read, what it answers.
struct Primary {
  std::string_view name;
  int arguments;
  bool action;
  /// Reads `node.text`; an error text when it is no good.  May be null.
  std::string (*read)(Node& node, Context& context);
  Check check;
};
const Primary* find_primary(std::string_view name);

/// -printf's directives.
std::string format_visit(std::string_view format, const Visit& visit,
                         const Context& context);

}  // namespace drydock::userland::find
