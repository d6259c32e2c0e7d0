// ast.h — a Python program as a tree.
//
// One struct for all expressions and one for all statements; the tables at
// their kinds say which fields each of them uses.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/userland/python/object.h"

namespace drydock::userland::python {

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  matrix,
  divide,
  floor_divide,
  modulo,
  power,
  left_shift,
  right_shift,
  bit_or,
  bit_xor,
  bit_and,
  // Comparisons.
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is,
  is_not,
  in,
  not_in,
  // Unary.
  negate,
  positive,
  invert,
  logical_not,
};

enum class ExprKind : std::uint8_t {
  constant,       // value
  name,           // id, place
  tuple,          // items
  list,           // items
  set,            // items
  dict,           // items: key, value, key, value, ...
  unary,          // op, a
  binary,         // op, a, b
  both,           // items: a and b and ...
  either,         // items: a or b or ...
  compare,        // a, ops, items: a < items[0] < items[1]
  call,           // a, items, keywords; starred items are *x, keywords ""=**x
  attribute,      // a, id
  subscript,      // a, b
  slice,          // a, b, c; each may be null
  conditional,    // a if b else c
  lambda,         // code, items: defaults, keywords: keyword defaults
  comprehension,  // form, code, a: the first iterable
  starred,        // a
  yield,          // a or null
  yield_from,     // a
};

struct Expr;
struct Stmt;
using ExprRef = std::unique_ptr<Expr>;
using StmtRef = std::unique_ptr<Stmt>;
using Block = std::vector<StmtRef>;

/// Where a name leads, found before the program runs.
struct Place {
  enum class Kind : std::uint8_t {
    global,   // The module, then the built-in names.
    local,    // A slot of this call's scope.
    outer,    // A slot `depth` scopes further out.
    by_name,  // The dictionary of a class body or module, then `outer` or
              // global.
  };
  Kind kind = Kind::global;
  std::int32_t depth = -1;  // by_name: -1 when no function has the name.
  std::int32_t slot = 0;
};

struct Keyword {
  Ref<Str> name;  // Null: **value.
  ExprRef value;
};

struct Expr {
  ExprKind kind;
  Operator op = Operator::add;
  std::int32_t line = 0;
  Place place;
  Value value;
  Ref<Str> id;
  ExprRef a, b, c;
  std::vector<ExprRef> items;
  std::vector<Operator> ops;
  std::vector<Keyword> keywords;
  std::shared_ptr<Code> code;
};

enum class StmtKind : std::uint8_t {
  expression,  // a
  assign,      // targets, a
  augmented,   // targets[0], op, a
  remove,      // targets
  pass,
  leave,        // break
  repeat,       // continue
  give,         // return; a or null
  raise,        // a, b: the cause; both may be null
  global,       // names
  nonlocal,     // names
  import,       // imports
  import_from,  // module, level, imports ("*": all)
  when,         // if: a, body, otherwise
  loop_while,   // a, body, otherwise
  loop_for,     // targets[0], a, body, otherwise
  guard,        // try: body, handlers, otherwise, finally
  with,         // a, targets[0] or none, body
  function,     // code, id, decorators, targets: none, defaults
  type,         // class: code, id, decorators, bases, keywords
  check,        // assert: a, b
};

struct Handler {
  ExprRef type;  // Null: everything.
  Ref<Str> name;
  Place place;
  Block body;
  std::int32_t line = 0;
};

struct Import {
  Ref<Str> name;   // "os.path", or the name to take from a module.
  Ref<Str> as;     // Null: none given.
  Ref<Str> bound;  // What it binds: `as`, or the first part of `name`.
  Place place;     // Where it is bound.
};

struct Stmt {
  StmtKind kind;
  Operator op = Operator::add;
  std::int32_t line = 0;
  std::int32_t level = 0;  // Of an import: dots; of a return: 1 in eval().
  Place place;             // Of the function or class.
  Ref<Str> id, module;
  ExprRef a, b;
  std::vector<ExprRef> targets, decorators, defaults;
  std::vector<Keyword> keywords;
  std::vector<Ref<Str>> names;
  std::vector<Import> imports;
  std::vector<Handler> handlers;
  Block body, otherwise, finally;
  std::shared_ptr<Code> code;
};

enum class CodeKind : std::uint8_t {
  module,
  function,
  lambda,
  type,
  list,  // The comprehensions: functions of one iterator.
  set,
  dict,
  generator,
};

/// for TARGET in ITERABLE, and the ifs behind it.
struct ForClause {
  ExprRef target, iterable;  // The first iterable is the argument.
  std::vector<ExprRef> conditions;
};

/// A body: of a module, a function, a class, a comprehension.
struct Code {
  CodeKind kind = CodeKind::module;
  std::string name, qualified_name, file;
  std::int32_t line = 1;

  // Parameters, which take the first slots in this order.
  std::vector<Ref<Str>> parameters;  // Positional or by keyword.
  std::vector<Ref<Str>> keyword_only;
  std::int32_t default_count = 0;      // Of the last `parameters`.
  std::vector<bool> keyword_defaults;  // Which of keyword_only have one.
  Ref<Str> rest, keyword_rest;         // *args, **kwargs

  std::vector<Ref<Str>> slots;  // Names of all local variables.
  bool is_generator = false;
  Value doc;

  Block body;
  // Of comprehensions.
  std::vector<ForClause> clauses;
  ExprRef element, element_value;

  bool is_function() const {
    return kind != CodeKind::module && kind != CodeKind::type;
  }
};

}  // namespace drydock::userland::python
