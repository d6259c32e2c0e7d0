// shell_arithmetic.cc — arithmetic over this shell's variables.

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"

namespace drydock::userland::sh {

namespace {

/// "i+1" of a[i+1], or the key of an associative array without its quotes.
std::string unquoted(std::string_view text) {
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    return std::string(text.substr(1, text.size() - 2));
  }
  return std::string(text);
}

class ShellVariables final : public ArithmeticVariables {
 public:
  explicit ShellVariables(Shell& shell) : shell_(shell) {}

  Result<std::optional<std::string>> get(
      std::string_view name,
      std::optional<std::string_view> subscript) override {
    if (!subscript) {
      std::optional<std::string> value = shell_.lookup(name);
      if (!value && shell_.options.nounset && shell_.bash()) {
        return Error{fmt::format("{}: unbound variable", name)};
      }
      return value;
    }
    const Variable* variable = shell_.variables.find(name);
    if (variable == nullptr) return std::optional<std::string>();
    if (variable->kind == Variable::Kind::associative) {
      const auto found = variable->keyed.find(unquoted(*subscript));
      if (found == variable->keyed.end()) return std::optional<std::string>();
      return std::optional<std::string>(found->second);
    }
    const std::optional<std::int64_t> index =
        index_in(shell_, name, *subscript);
    if (!index) return Error{""};
    if (variable->kind == Variable::Kind::scalar) {
      return *index == 0 ? variable->value : std::nullopt;
    }
    const auto found = variable->indexed.find(*index);
    if (found == variable->indexed.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

  Outcome set(std::string_view name, std::optional<std::string_view> subscript,
              std::int64_t value) override {
    const std::string text = std::to_string(value);
    if (!subscript) {
      if (!shell_.assign(name, text)) return Error{""};
      return done();
    }
    const Variable* variable = shell_.variables.find(name);
    SetError error = SetError::none;
    if (variable != nullptr && variable->kind == Variable::Kind::associative) {
      error = shell_.variables.set_keyed(name, unquoted(*subscript), text);
    } else {
      const std::optional<std::int64_t> index =
          index_in(shell_, name, *subscript);
      if (!index) return Error{""};
      error = shell_.variables.set_element(name, *index, text);
    }
    if (!shell_.set_error(name, error)) return Error{""};
    return done();
  }

 private:
  Shell& shell_;
};

}  // namespace

std::optional<std::int64_t> evaluate_in(Shell& shell,
                                        std::string_view expression) {
  ShellVariables variables(shell);
  const Result<std::int64_t> value =
      evaluate(expression, variables, shell.dialect());
  if (value) return *value;
  // An empty error was told already.
  if (value.error().text.empty()) {
    if (!shell.leaving()) shell.abort_silently(1);
  } else {
    shell.discard(value.error().text, shell.bash() ? 1 : 2);
  }
  return std::nullopt;
}

std::optional<std::int64_t> index_in(Shell& shell, std::string_view name,
                                     std::string_view subscript) {
  const std::optional<std::int64_t> index = evaluate_in(shell, subscript);
  if (!index || *index >= 0) return index;
  const Variable* variable = shell.variables.find(name);
  std::int64_t size = 0;
  if (variable != nullptr && variable->kind == Variable::Kind::indexed &&
      !variable->indexed.empty()) {
    size = variable->indexed.rbegin()->first + 1;
  }
  if (*index + size < 0) {
    shell.abort(fmt::format("{}[{}]: bad array subscript", name, subscript), 1);
    return std::nullopt;
  }
  return *index + size;
}

}  // namespace drydock::userland::sh
