// test_expression.h — the expressions of test, [ and [[.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/base/text.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

/// Whose error messages, and whose reading of odd cases.
enum class TestStyle { dash, bash, gnu, busybox };

struct TestOptions {
  TestStyle style = TestStyle::dash;
  /// -v NAME and -o OPTION, where a shell asks.
  std::function<bool(const std::string&)> is_variable;
  std::function<bool(const std::string&)> is_option;
};

struct TestAnswer {
  bool holds = false;
  std::string error;  // Without the program's name; the status is 2.
  int status() const { return error.empty() ? (holds ? 0 : 1) : 2; }
};

/// `words`: without the name, and without the ] of [.
TestAnswer test_expression(kernel::Process& self, const List& words,
                           const TestOptions& options);

}  // namespace drydock::userland
