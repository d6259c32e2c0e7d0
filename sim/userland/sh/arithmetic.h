// arithmetic.h — $(( )): C's operators over 64-bit integers that wrap.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/userland/sh/dialect.h"

namespace drydock::userland::sh {

/// How an expression reads and writes variables.
class ArithmeticVariables {
 public:
  virtual ~ArithmeticVariables() = default;
  /// The text of a variable or element; nullopt when it is unset, an error
  /// when that is forbidden (set -u).
  virtual Result<std::optional<std::string>> get(
      std::string_view name, std::optional<std::string_view> subscript) = 0;
  virtual Outcome set(std::string_view name,
                      std::optional<std::string_view> subscript,
                      std::int64_t value) = 0;
};

/// The value of `expression`, in which $ and `...` are expanded already.  The
/// error's text is the shell's, without the prefix.  dash takes numbers as
/// values of variables; the others take expressions, to a depth of 1024.
Result<std::int64_t> evaluate(std::string_view expression,
                              ArithmeticVariables& variables, Dialect dialect,
                              int depth = 0);

/// strtoimax(text, base 0), all of it, blanks around allowed; nullopt if not.
std::optional<std::int64_t> parse_shell_integer(std::string_view text);

}  // namespace drydock::userland::sh
