// expr.cc — arithmetic, comparison and matching of words.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/regex.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr int kDepthMax = 500;

/// Evaluates the words; the first mistake ends it.
class Evaluator {
 public:
  explicit Evaluator(const List& words) : words_(words) {}

  Result<std::string> run() {
    const std::string value = disjunction();
    if (!error_ && at_ < words_.size()) {
      error_ =
          fmt::format("syntax error: unexpected argument '{}'", words_[at_]);
    }
    if (error_) return Error{*error_};
    return value;
  }

 private:
  static bool is_null(const std::string& value) {
    if (value.empty()) return true;
    const std::size_t begin = value[0] == '-' && value.size() > 1 ? 1 : 0;
    return value.find_first_not_of('0', begin) == value.npos;
  }

  bool take(std::string_view word) {
    if (error_ || at_ >= words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

  std::string disjunction() {
    std::string left = conjunction();
    while (take("|")) {
      const std::string right = conjunction();
      if (is_null(left)) left = is_null(right) ? "0" : right;
    }
    return left;
  }

  std::string conjunction() {
    std::string left = comparison();
    while (take("&")) {
      const std::string right = comparison();
      if (is_null(left) || is_null(right)) left = "0";
    }
    return left;
  }

  std::string comparison() {
    std::string left = sum();
    for (;;) {
      std::string op;
      for (const char* const each : {"<=", "<", "=", "==", "!=", ">=", ">"}) {
        if (take(each)) op = each;
        if (!op.empty()) break;
      }
      if (op.empty()) return left;
      const std::string right = sum();
      const auto x = parse_int(left), y = parse_int(right);
      int order = left.compare(right);
      if (x && y) order = *x < *y ? -1 : *x > *y;
      bool holds = order == 0;
      if (op == "<") holds = order < 0;
      if (op == "<=") holds = order <= 0;
      if (op == "!=") holds = order != 0;
      if (op == ">") holds = order > 0;
      if (op == ">=") holds = order >= 0;
      left = holds ? "1" : "0";
    }
  }

  std::string calculate(const std::string& left, char op,
                        const std::string& right) {
    const auto x = parse_int(left), y = parse_int(right);
    if (!x || !y) {
      if (!error_) error_ = "non-integer argument";
      return "";
    }
    if ((op == '/' || op == '%') && *y == 0) {
      error_ = "division by zero";
      return "";
    }
    const auto a = static_cast<std::uint64_t>(*x);
    const auto b = static_cast<std::uint64_t>(*y);
    std::uint64_t value = 0;
    switch (op) {
      case '+':
        value = a + b;
        break;
      case '-':
        value = a - b;
        break;
      case '*':
        value = a * b;
        break;
      case '/':
        value = *y == -1 ? 0 - a : static_cast<std::uint64_t>(*x / *y);
        break;
      default:
        value = *y == -1 ? 0 : static_cast<std::uint64_t>(*x % *y);
    }
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }

  std::string sum() {
    std::string left = product();
    for (;;) {
      char op = 0;
      if (take("+")) op = '+';
      if (op == 0 && take("-")) op = '-';
      if (op == 0) return left;
      const std::string right = product();
      left = calculate(left, op, right);
    }
  }

  std::string product() {
    std::string left = matching();
    for (;;) {
      char op = 0;
      for (const char each : {'*', '/', '%'}) {
        if (op == 0 && take(std::string_view(&each, 1))) op = each;
      }
      if (op == 0) return left;
      const std::string right = matching();
      left = calculate(left, op, right);
    }
  }

  std::string matching() {
    std::string left = operand();
    while (take(":")) left = match(left, operand());
    return left;
  }

  /// The text of the first group, or how much matched from the beginning.
  std::string match(const std::string& text, const std::string& pattern) {
    const Result<Regex> regex = Regex::compile("\\`\\(" + pattern + "\\)");
    if (!regex) {
      if (!error_) error_ = regex.error().text;
      return "";
    }
    RegexMatch spans;
    const bool grouped = regex->groups() > 1;
    const bool found = regex->search(text, 0, 2, &spans) == RegexFound::yes;
    if (!grouped) return fmt::format("{}", found ? spans[0].end : 0);
    if (!found || !spans[2].matched()) return "";
    return text.substr(static_cast<std::size_t>(spans[2].begin),
                       static_cast<std::size_t>(spans[2].end - spans[2].begin));
  }

  std::string operand() {
    if (error_) return "";
    if (at_ >= words_.size()) {
      error_ = at_ == 0 ? "syntax error: missing argument"
                        : fmt::format(
                              "syntax error: missing argument after "
                              "'{}'",
                              words_[at_ - 1]);
      return "";
    }
    if (++depth_ > kDepthMax) {
      error_ = "expression is nested too deeply";
      return "";
    }
    std::string value = primary();
    --depth_;
    return value;
  }

  std::string primary() {
    if (take("(")) {
      std::string value = disjunction();
      if (!take(")") && !error_) {
        error_ = at_ < words_.size()
                     ? fmt::format(
                           "syntax error: expecting ')' instead of "
                           "'{}'",
                           words_[at_])
                     : fmt::format("syntax error: expecting ')' after '{}'",
                                   words_[at_ - 1]);
      }
      return value;
    }
    if (at_ + 1 >= words_.size()) return words_[at_++];
    if (take("+")) return words_[at_++];
    if (take("length")) return fmt::format("{}", operand().size());
    if (take("match")) {
      const std::string text = operand();
      return match(text, operand());
    }
    if (take("index")) {
      const std::string text = operand();
      const std::size_t at = text.find_first_of(operand());
      return fmt::format("{}", at == text.npos ? 0 : at + 1);
    }
    if (take("substr")) return substr();
    return words_[at_++];
  }

  std::string substr() {
    const std::string text = operand();
    const auto position = parse_int(operand()), length = parse_int(operand());
    if (!position || !length || *position < 1 || *length < 1) return "";
    const auto begin = static_cast<std::size_t>(*position - 1);
    if (begin >= text.size()) return "";
    return text.substr(begin, static_cast<std::size_t>(*length));
  }

  const List& words_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<std::string> error_;
};

}  // namespace

Task<int> expr_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (!words.empty() && words[0] == "--") words.erase(words.begin());
  if (words.empty()) {
    out.complain("missing operand");
    if (!out.busybox()) {
      out.complain_plain(
          fmt::format("Try '{} --help' for more information.\n", out.name()));
    }
    co_return co_await out.finish(2);
  }
  Evaluator evaluator(words);
  const Result<std::string> value = evaluator.run();
  if (!value) {
    out.complain(out.busybox() ? std::string("syntax error")
                               : value.error().text);
    co_return co_await out.finish(2, 3);
  }
  out.say(*value + "\n");
  const bool zero = value->empty() ||
                    (value->find_first_not_of('0') == value->npos) ||
                    *value == "-0";
  const int status = zero ? 1 : 0;
  co_return co_await out.finish(status, 3);
}

}  // namespace drydock::userland
