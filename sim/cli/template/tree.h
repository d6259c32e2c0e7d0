// tree.h — a parsed template, and its parser.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

namespace drydock::cli::tmpl {

enum class NodeKind : std::uint8_t {
  list,       // children
  text,       // word
  action,     // pipe
  branch_if,  // pipe, children[0] then, children[1] else (may be null)
  branch_range,
  branch_with,
  loop_break,
  loop_continue,
  call_template,  // word: its name; pipe may be null.
  pipeline,       // variables, is_assign, children: commands
  command,        // children: operands
  boolean,        // value
  character,
  dot,
  nil,
  number,
  string,
  field,       // path: .A.B
  chain,       // children[0], then path
  variable,    // path[0] is "$x"
  identifier,  // word: a function
};

struct Node;
using NodeRef = std::shared_ptr<const Node>;

struct Node {
  NodeKind kind = NodeKind::list;
  std::int32_t position = 0;
  std::string word;  // As written: numbers, strings; a name.
  List path;
  List variables;
  bool is_assign = false;  // = rather than :=
  Value value;             // Of constants.
  NodeRef pipe;
  std::vector<NodeRef> children;

  /// As Go prints it in its messages.
  std::string told() const;
};

struct Tree {
  std::string source;
  NodeRef root;
  std::map<std::string, NodeRef> named;  // {{define "X"}}
};

/// The error is Go's whole line: `template: :1: function "x" not defined`.
Result<Tree> parse(std::string source);

}  // namespace drydock::cli::tmpl
