// conditions.cc — running [[ ]].

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/interpreter.h"
#include "sim/userland/sh/pattern.h"
#include "sim/userland/test_expression.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland::sh {

namespace {

bool compares_numbers(std::string_view op) {
  return op.size() == 3 && op[0] == '-' && op != "-nt" && op != "-ot" &&
         op != "-ef";
}

/// left =~ right, and BASH_REMATCH.
int match_regex(Shell& shell, const std::string& text,
                const std::string& expression) {
  RegexSyntax syntax;
  syntax.extended = true;
  syntax.ignore_case = shell.options.is_set("nocasematch");
  const Result<Regex> regex = Regex::compile(expression, syntax);
  if (!regex) return 2;
  RegexMatch match;
  const int groups = regex->groups();
  const RegexFound found = regex->search(text, 0, groups, &match);
  Variable& array = shell.variables.touch("BASH_REMATCH");
  array.kind = Variable::Kind::indexed;
  array.indexed.clear();
  if (found != RegexFound::yes) return 1;
  for (std::size_t i = 0; i < match.size(); ++i) {
    array.indexed[static_cast<std::int64_t>(i)] =
        match[i].matched()
            ? text.substr(
                  static_cast<std::size_t>(match[i].begin),
                  static_cast<std::size_t>(match[i].end - match[i].begin))
            : "";
  }
  return 0;
}

Task<int> compare_numbers(Shell& shell, const Condition& node) {
  Expander expander(shell);
  std::int64_t left = 0, right = 0;
  const bool first = co_await expander.expand_number(node.left, &left);
  bool second = false;
  if (first) second = co_await expander.expand_number(node.right, &right);
  if (!second) {
    if (shell.flow == Flow::abort) shell.flow = Flow::none;
    co_return 1;
  }
  bool holds = false;
  if (node.op == "-eq") holds = left == right;
  if (node.op == "-ne") holds = left != right;
  if (node.op == "-lt") holds = left < right;
  if (node.op == "-le") holds = left <= right;
  if (node.op == "-gt") holds = left > right;
  if (node.op == "-ge") holds = left >= right;
  co_return holds ? 0 : 1;
}

Task<int> run_binary(Shell& shell, const Condition& node) {
  if (compares_numbers(node.op))
    co_return co_await compare_numbers(shell, node);
  Expander expander(shell);
  std::string left, right;
  const bool matches = node.op == "=" || node.op == "==" || node.op == "!=";
  const Purpose purpose = matches           ? Purpose::pattern
                          : node.op == "=~" ? Purpose::regex
                                            : Purpose::text;
  const bool first =
      co_await expander.expand_text(node.left, Purpose::text, &left);
  if (!first) co_return 2;
  const bool second =
      co_await expander.expand_text(node.right, purpose, &right);
  if (!second) co_return 2;
  if (node.op == "=~") co_return match_regex(shell, left, right);
  if (matches) {
    Pattern::Options options;
    options.extended = true;
    options.ignore_case = shell.options.is_set("nocasematch");
    const bool hit = Pattern(right, options).matches(left);
    co_return hit == (node.op != "!=") ? 0 : 1;
  }
  if (node.op == "<") co_return left < right ? 0 : 1;
  if (node.op == ">") co_return left > right ? 0 : 1;
  const List words = {left, node.op, right};
  const TestAnswer answer = test_expression(shell.process(), words, {});
  co_return answer.holds ? 0 : 1;
}

}  // namespace

Task<int> run_condition(Shell& shell, const Condition& node) {
  switch (node.kind) {
    case Condition::Kind::negation: {
      const int status = co_await run_condition(shell, *node.first);
      co_return status == 2 ? 2 : (status == 0 ? 1 : 0);
    }
    case Condition::Kind::both:
    case Condition::Kind::either: {
      const int status = co_await run_condition(shell, *node.first);
      const bool goes_on =
          (node.kind == Condition::Kind::both) == (status == 0);
      if (!goes_on || shell.leaving()) co_return status;
      co_return co_await run_condition(shell, *node.second);
    }
    case Condition::Kind::binary:
      co_return co_await run_binary(shell, node);
    default:
      break;
  }
  Expander expander(shell);
  std::string text;
  const bool done =
      co_await expander.expand_text(node.left, Purpose::text, &text);
  if (!done) co_return 2;
  if (node.kind == Condition::Kind::word) co_return text.empty() ? 1 : 0;
  if (node.op == "-v") {
    co_return shell.variables.find(text) != nullptr ? 0 : 1;
  }
  if (node.op == "-o") {
    for (const OptionRow& row : option_rows(shell.dialect())) {
      if (row.name == text && row.field != nullptr) {
        co_return shell.options.*row.field ? 0 : 1;
      }
    }
    co_return 1;
  }
  const List words = {node.op, text};
  const TestAnswer answer = test_expression(shell.process(), words, {});
  co_return answer.holds ? 0 : 1;
}

}  // namespace drydock::userland::sh
