// ast.h — a parsed command: words, redirections and what holds them together.
//
// Nodes are immutable and shared: a background job keeps the part of the tree
// that it runs, whatever the shell that started it reads next.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drydock::userland::sh {

struct Command;
using CommandRef = std::shared_ptr<const Command>;
struct Part;

/// A word before expansion: pieces side by side.
struct Word {
  std::vector<Part> parts;
};
using WordRef = std::shared_ptr<const Word>;

/// What the operator of a ${} asks for.
enum class ParamOp {
  plain,          // ${v}
  length,         // ${#v}
  use_default,    // ${v-w}
  assign,         // ${v=w}
  error,          // ${v?w}
  alternate,      // ${v+w}
  cut_front,      // ${v#p}
  cut_front_all,  // ${v##p}
  cut_back,       // ${v%p}
  cut_back_all,   // ${v%%p}
  replace,        // ${v/p/r}, bash from here on
  replace_all,    // ${v//p/r}
  replace_front,  // ${v/#p/r}
  replace_back,   // ${v/%p/r}
  slice,          // ${v:o:l}
  upper_first,    // ${v^p}
  upper_all,      // ${v^^p}
  lower_first,    // ${v,p}
  lower_all,      // ${v,,p}
  transform,      // ${v@Q}
  names,          // ${!prefix*}
  keys,           // ${!a[@]}
  bad,            // Not a substitution: an error when it is expanded.
};

/// A $v or ${v...}.
struct Param {
  std::string name;
  WordRef subscript;      // Of an array element, [@] and [*] included.
  bool indirect = false;  // ${!v}
  ParamOp op = ParamOp::plain;
  bool colon = false;   // Empty counts as unset.
  bool joined = false;  // ${!prefix@} is not, ${!prefix*} is.
  WordRef word;         // Operand: default, pattern, offset.
  WordRef second;       // Replacement, length.
  std::string source;   // As written, for error messages.
};

struct Part {
  enum class Kind { text, param, command, arithmetic, process_in, process_out };
  Kind kind = Kind::text;
  bool quoted = false;
  std::string text;
  std::shared_ptr<const Param> param;
  CommandRef command;  // Null: an empty substitution.
  WordRef expression;  // Of arithmetic.
};

/// name=value, name+=value, name[subscript]=value, name=(values).
struct Assignment {
  std::string name;
  WordRef subscript;
  bool append = false;
  bool is_array = false;
  Word value;
  std::vector<Assignment> elements;  // Of an array; names are empty.
};

struct Redirect {
  enum class Kind {
    in,           // <
    out,          // >
    clobber,      // >|
    append,       // >>
    in_out,       // <>
    dup_in,       // <&
    dup_out,      // >&
    here_doc,     // << and <<-
    here_string,  // <<<
    out_err,      // &>
    append_err,   // &>>
  };
  Kind kind = Kind::in;
  int fd = -1;                   // -1: what the operator stands for.
  std::string variable;          // {v}> of bash.
  std::shared_ptr<Word> target;  // Of a here-document, its text.
};

struct SimpleCommand {
  std::vector<Assignment> assignments;
  std::vector<Word> words;
  /// Arguments of declare and its like that are assignments, by index of word.
  std::vector<std::pair<std::size_t, Assignment>> declarations;
};

struct Pipeline {
  std::vector<CommandRef> stages;
  bool negated = false;
  bool timed = false;
};

struct AndOr {
  enum class Link { both, either };  // && and ||
  CommandRef first;
  std::vector<std::pair<Link, CommandRef>> rest;
};

struct Sequence {
  struct Item {
    CommandRef command;
    bool background = false;
    std::string text;  // As written, for the table of jobs.
  };
  std::vector<Item> items;
};

struct Subshell {
  CommandRef body;
};
struct Group {
  CommandRef body;
};
struct If {
  CommandRef condition, then, otherwise;  // `otherwise` may be null.
};
struct Loop {
  bool until = false;
  CommandRef condition, body;
};
struct For {
  std::string name;
  bool over_arguments = false;  // No `in`.
  std::vector<Word> words;
  CommandRef body;
};
struct ArithmeticFor {
  WordRef start, condition, step;
  CommandRef body;
};
struct Case {
  enum class End { stop, fall_through, go_on };  // ;; ;& ;;&
  struct Item {
    std::vector<Word> patterns;
    CommandRef body;  // May be null.
    End end = End::stop;
  };
  Word subject;
  std::vector<Item> items;
};
struct FunctionDefinition {
  std::string name;
  CommandRef body;
  std::string text;  // As written.
};
struct ArithmeticCommand {
  WordRef expression;
};

/// A node of [[ ]].
struct Condition {
  enum class Kind { word, unary, binary, negation, both, either };
  Kind kind = Kind::word;
  std::string op;
  Word left, right;
  std::shared_ptr<const Condition> first, second;
};
struct ConditionalCommand {
  std::shared_ptr<const Condition> condition;
};

struct Command {
  std::variant<SimpleCommand, Pipeline, AndOr, Sequence, Subshell, Group, If,
               Loop, For, ArithmeticFor, Case, FunctionDefinition,
               ArithmeticCommand, ConditionalCommand>
      node;
  std::vector<Redirect> redirects;
  int line = 1;
  std::string text;  // Of a stage that may become a job by itself.
};

template <typename Node>
const Node* as(const Command& command) {
  return std::get_if<Node>(&command.node);
}

}  // namespace drydock::userland::sh
