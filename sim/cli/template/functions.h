// functions.h — what templates may call: Go's own functions and docker's.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/value.h"

namespace drydock::cli::tmpl {

/// An argument; null is Go's invalid value, or a nil interface.
using Argument = const Value*;
using Arguments = std::vector<Argument>;

struct FunctionOptions {
  bool raw = false;          // Data came through JSON: interface{} all over.
  bool escape_html = false;  // json writes < > & as \u003c ...
};

/// A function and what it takes: 'a' anything, 's' a string, 'i' an integer,
/// 'L' a list of strings; the last one again and again when variadic.
struct Function {
  std::string_view name;
  std::string_view takes;
  bool variadic;
  Result<Value> (*call)(const Arguments& arguments,
                        const FunctionOptions& options);
};

/// Null for a name that is none.  `and` and `or` are the evaluator's, since
/// they stop at the first argument that decides.
const Function* find_function(std::string_view name);
bool is_function(std::string_view name);

/// Go's truth: nothing, zero and empty are false.
bool truth(Argument value);

/// Constants as Go writes them in source; nullopt: no such constant.
std::optional<std::string> unquote(std::string_view literal);
std::optional<Value> number_value(std::string_view literal);
std::optional<std::int64_t> single_rune(std::string_view text);
std::string utf8(std::int64_t rune);

}  // namespace drydock::cli::tmpl
