// parser.h — from a text to a module's Code, names resolved.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/userland/python/ast.h"
#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

class Interpreter;

enum class ParseMode : std::uint8_t {
  file,
  single,      // One statement of a prompt; its value is shown.
  expression,  // eval()
};

/// The text as a module's code; an expression becomes a `return`.
Result<std::shared_ptr<Code>, SyntaxFault> parse(Interpreter& py,
                                                 std::string_view text,
                                                 std::string file,
                                                 ParseMode mode);

/// Finds the place of every name: scope.cc.
Result<bool, SyntaxFault> resolve_names(Code& module);

}  // namespace drydock::userland::python
