// arithmetic.cc — precedence climbing; evaluated while it is read.

#include "sim/userland/sh/arithmetic.h"

#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland::sh {

namespace {

using Value = std::int64_t;

struct Operator {
  std::string_view text;
  int level;  // Binds tighter when higher.
};

// clang-format off
constexpr std::array kBinary = {
    Operator{"||", 1},  Operator{"&&", 2}, Operator{"<<", 8},
    Operator{">>", 8},  Operator{"==", 6}, Operator{"!=", 6},
    Operator{"<=", 7},  Operator{">=", 7}, Operator{"**", 11},
    Operator{"|", 3},   Operator{"^", 4},  Operator{"&", 5},
    Operator{"<", 7},   Operator{">", 7},  Operator{"+", 9},
    Operator{"-", 9},   Operator{"*", 10}, Operator{"/", 10},
    Operator{"%", 10},
};
constexpr std::array<std::string_view, 11> kAssignments = {
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="};
// clang-format on

constexpr int kMaxDepth = 1024;
constexpr int kMaxNesting = 400;

bool starts_name(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_';
}
bool is_digit(char c) { return '0' <= c && c <= '9'; }

std::uint64_t bits(Value value) { return static_cast<std::uint64_t>(value); }
Value wrapped(std::uint64_t value) { return static_cast<Value>(value); }

struct Target {
  std::string name;
  std::optional<std::string> subscript;
};

class Evaluator {
 public:
  Evaluator(std::string_view text, ArithmeticVariables& variables,
            Dialect dialect, int depth)
      : text_(text), variables_(variables), dialect_(dialect), depth_(depth) {}

  Result<Value> run() {
    skip_blanks();
    if (at_ == text_.size()) return Value{0};
    const Value value = comma();
    skip_blanks();
    if (!error_ && at_ < text_.size()) expect_end();
    if (error_) return *error_;
    return value;
  }

 private:
  bool bash() const { return dialect_ == Dialect::bash; }
  bool c_like() const { return dialect_ != Dialect::dash; }

  void fail(std::string_view dash_words, std::string_view bash_words,
            std::size_t token) {
    if (error_) return;
    if (bash()) {
      error_ = Error{fmt::format("{}: {} (error token is \"{}\")", trim_left(),
                                 bash_words, text_.substr(token))};
    } else if (dialect_ == Dialect::ash) {
      error_ =
          Error{dash_words == "division by zero" ? "divide by zero"
                                                 : "arithmetic syntax error"};
    } else {
      error_ = Error{
          fmt::format("arithmetic expression: {}: \"{}\"", dash_words, text_)};
    }
    at_ = text_.size();
  }
  std::string_view trim_left() const {
    const std::size_t begin = text_.find_first_not_of(" \t\n");
    return begin == std::string_view::npos ? "" : text_.substr(begin);
  }

  void expect_end() {
    const char c = text_[at_];
    const bool odd = !starts_name(c) && !is_digit(c) &&
                     std::string_view("()$").find(c) == std::string_view::npos;
    fail("expecting EOF",
         odd && std::string_view("+-*/%<>=!&|^~?:,").find(c) ==
                     std::string_view::npos
             ? "syntax error: invalid arithmetic operator"
             : "syntax error in expression",
         at_);
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                  text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  Value comma() {
    Value value = assignment();
    while (c_like() && !error_ && take(",")) value = assignment();
    return value;
  }

  /// name = value and its kin; else a condition.
  Value assignment() {
    if (++nesting_ > kMaxNesting) {
      fail("expression is nested too deeply",
           "expression recursion level exceeded", at_);
      return 0;
    }
    const Value value = assignment_or_condition();
    --nesting_;
    return value;
  }

  Value assignment_or_condition() {
    skip_blanks();
    const std::size_t begin = at_;
    if (begin < text_.size() && starts_name(text_[begin])) {
      const Target target = take_target();
      skip_blanks();
      for (const std::string_view op : kAssignments) {
        if (!text_.substr(at_).starts_with(op)) continue;
        if (op == "=" && text_.substr(at_).starts_with("==")) break;
        at_ += op.size();
        const std::size_t operand = at_;
        Value value = assignment();
        if (op.size() > 1) {
          value =
              apply(op.substr(0, op.size() - 1), load(target), value, operand);
        }
        store(target, value);
        return value;
      }
      at_ = begin;
    }
    return condition();
  }

  Value condition() {
    const Value asked = binary(1);
    if (error_ || !take("?")) return asked;
    silent_ += asked == 0;
    const Value then = c_like() ? comma() : assignment();
    silent_ -= asked == 0;
    if (!error_ && !take(":")) {
      fail("expecting ':'", "`:' expected for conditional expression", at_);
    }
    silent_ += asked != 0;
    const Value otherwise = error_ ? 0 : assignment();
    silent_ -= asked != 0;
    return asked != 0 ? then : otherwise;
  }

  const Operator* peek_binary() {
    skip_blanks();
    const std::string_view rest = text_.substr(at_);
    for (const Operator& op : kBinary) {
      if (!rest.starts_with(op.text)) continue;
      if (op.text == "**" && !c_like()) continue;
      // `a += b` where no variable stands is for the caller to refuse.
      const std::string_view after = rest.substr(op.text.size());
      const bool assigns = after.starts_with("=") && op.level != 6 &&
                           op.level != 7 && op.level > 2;
      if (assigns && !after.starts_with("==")) return nullptr;
      return &op;
    }
    return nullptr;
  }

  Value binary(int level) {
    Value left = unary();
    for (;;) {
      const Operator* op = error_ ? nullptr : peek_binary();
      if (op == nullptr || op->level < level) return left;
      at_ += op->text.size();
      const bool skips =
          (op->text == "&&" && left == 0) || (op->text == "||" && left != 0);
      silent_ += skips;
      skip_blanks();
      const std::size_t operand = at_;
      const bool to_right = op->text == "**";
      const Value right = binary(to_right ? op->level : op->level + 1);
      silent_ -= skips;
      left = apply(op->text, left, right, operand);
    }
  }

  Value apply(std::string_view op, Value a, Value b, std::size_t operand) {
    if (error_) return 0;
    if (op == "/" || op == "%") return divide(op, a, b, operand);
    if (op == "**") return power(a, b, operand);
    if (op == "||") return a != 0 || b != 0;
    if (op == "&&") return a != 0 && b != 0;
    if (op == "|") return a | b;
    if (op == "^") return a ^ b;
    if (op == "&") return a & b;
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<") return a < b;
    if (op == ">") return a > b;
    if (op == "<=") return a <= b;
    if (op == ">=") return a >= b;
    if (op == "<<") return wrapped(bits(a) << (bits(b) & 63));
    if (op == ">>") return a >> (bits(b) & 63);
    if (op == "+") return wrapped(bits(a) + bits(b));
    if (op == "-") return wrapped(bits(a) - bits(b));
    return wrapped(bits(a) * bits(b));
  }

  Value divide(std::string_view op, Value a, Value b, std::size_t operand) {
    if (b == 0) {
      if (silent_ == 0) fail("division by zero", "division by 0", operand);
      return 0;
    }
    if (b == -1) return op == "/" ? wrapped(0 - bits(a)) : 0;
    return op == "/" ? a / b : a % b;
  }

  Value power(Value base, Value exponent, std::size_t operand) {
    if (exponent < 0) {
      fail("exponent less than 0", "exponent less than 0", operand);
      return 0;
    }
    std::uint64_t result = 1, factor = bits(base);
    for (std::uint64_t n = bits(exponent); n > 0; n >>= 1) {
      if ((n & 1) != 0) result *= factor;
      factor *= factor;
    }
    return wrapped(result);
  }

  Value unary() {
    skip_blanks();
    if (++nesting_ > kMaxNesting) {
      fail("expression is nested too deeply",
           "expression recursion level exceeded", at_);
      return 0;
    }
    const Value value = unary_value();
    --nesting_;
    return value;
  }

  Value unary_value() {
    const std::string_view rest = text_.substr(at_);
    if (c_like() && (rest.starts_with("++") || rest.starts_with("--"))) {
      const Value step = rest.front() == '+' ? 1 : -1;
      const std::size_t before = at_;
      at_ += 2;
      skip_blanks();
      if (at_ < text_.size() && starts_name(text_[at_])) {
        const Target target = take_target();
        const Value value = wrapped(bits(load(target)) + bits(step));
        store(target, value);
        return value;
      }
      at_ = before;
    }
    if (take("!")) return unary() == 0;
    if (take("~")) return ~unary();
    if (take("-")) return wrapped(0 - bits(unary()));
    if (take("+")) return unary();
    return primary();
  }

  Value primary() {
    skip_blanks();
    const std::size_t begin = at_;
    if (take("(")) {
      const Value value = comma();
      if (!error_ && !take(")")) {
        fail("expecting ')'", "missing `)'", at_);
      }
      return value;
    }
    if (at_ < text_.size() && is_digit(text_[at_])) return number();
    if (at_ < text_.size() && starts_name(text_[at_])) {
      const Target target = take_target();
      const Value value = load(target);
      const std::string_view rest = text_.substr(at_);
      if (c_like() && (rest.starts_with("++") || rest.starts_with("--"))) {
        at_ += 2;
        store(target,
              wrapped(bits(value) + bits(rest.front() == '+' ? 1 : -1)));
      }
      return value;
    }
    // bash shows the operator in whose place an operand should be.
    std::size_t token = begin;
    if (token == text_.size()) {
      token = text_.find_last_not_of(" \t\n");
      if (token == std::string_view::npos) token = 0;
    }
    fail("expecting primary", "syntax error: operand expected", token);
    return 0;
  }

  Value number() {
    const std::size_t begin = at_;
    if (bash()) return bash_number();
    std::uint64_t base = 10;
    if (text_[at_] == '0') {
      base = 8;
      const bool hex = at_ + 2 < text_.size() &&
                       (text_[at_ + 1] == 'x' || text_[at_ + 1] == 'X') &&
                       digit_of(text_[at_ + 2], 36) < 16;
      if (hex) {
        base = 16;
        at_ += 2;
      }
    }
    std::uint64_t value = 0;
    bool over = false;
    for (; at_ < text_.size(); ++at_) {
      const std::uint64_t digit = digit_of(text_[at_], 36);
      if (digit >= base) break;
      over = over ||
             value > (static_cast<std::uint64_t>(INT64_MAX) - digit) / base;
      value = value * base + digit;
    }
    (void)begin;
    return over ? INT64_MAX : wrapped(value);
  }

  static std::uint64_t digit_of(char c, std::uint64_t base) {
    if (is_digit(c)) return static_cast<std::uint64_t>(c - '0');
    if ('a' <= c && c <= 'z') return static_cast<std::uint64_t>(c - 'a' + 10);
    if ('A' <= c && c <= 'Z') {
      return static_cast<std::uint64_t>(c - 'A') + (base > 36 ? 36 : 10);
    }
    if (c == '@') return 62;
    if (c == '_') return 63;
    return 99;
  }

  /// Decimal, 0octal, 0xhex, base#digits.
  Value bash_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (starts_name(text_[at_]) || is_digit(text_[at_]) ||
            text_[at_] == '#' || text_[at_] == '@')) {
      ++at_;
    }
    std::string_view digits = text_.substr(begin, at_ - begin);
    std::uint64_t base = 10;
    if (const std::size_t hash = digits.find('#'); hash != digits.npos) {
      base = static_cast<std::uint64_t>(
          parse_int(digits.substr(0, hash)).value_or(0));
      digits.remove_prefix(hash + 1);
      if (base < 2 || base > 64) {
        fail("", "invalid arithmetic base", begin);
        return 0;
      }
    } else if (digits.starts_with("0x") || digits.starts_with("0X")) {
      base = 16;
      digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.front() == '0') {
      base = 8;
    }
    std::uint64_t value = 0;
    for (const char c : digits) {
      const std::uint64_t digit = digit_of(c, base);
      if (digit >= base) {
        fail("", "value too great for base", begin);
        if (error_) {
          error_ = Error{fmt::format(
              "{}: value too great for base (error token is \"{}\")",
              trim_left(), text_.substr(begin, end_of_number(begin) - begin))};
        }
        return 0;
      }
      value = value * base + digit;
    }
    return wrapped(value);
  }
  std::size_t end_of_number(std::size_t begin) const {
    std::size_t end = begin;
    while (end < text_.size() && (starts_name(text_[end]) ||
                                  is_digit(text_[end]) || text_[end] == '#')) {
      ++end;
    }
    return end;
  }

  Target take_target() {
    Target target;
    while (at_ < text_.size() &&
           (starts_name(text_[at_]) || is_digit(text_[at_]))) {
      target.name += text_[at_++];
    }
    if (!bash() || at_ == text_.size() || text_[at_] != '[') return target;
    int open = 0;
    const std::size_t begin = at_ + 1;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '[') ++open;
      if (text_[at_] == ']' && --open == 0) break;
    }
    target.subscript = std::string(text_.substr(begin, at_ - begin));
    if (at_ < text_.size()) ++at_;
    return target;
  }

  Value load(const Target& target) {
    if (silent_ > 0 || error_) return 0;
    std::optional<std::string_view> subscript;
    if (target.subscript) subscript = *target.subscript;
    Result<std::optional<std::string>> text =
        variables_.get(target.name, subscript);
    if (!text) {
      error_ = text.error();
      at_ = text_.size();
      return 0;
    }
    if (!*text || trim(**text).empty()) return 0;
    if (dialect_ == Dialect::dash) {
      const std::optional<Value> value = parse_shell_integer(**text);
      if (value) return *value;
      error_ = Error{fmt::format("Illegal number: {}", **text)};
      at_ = text_.size();
      return 0;
    }
    if (depth_ >= kMaxDepth / 8) {
      error_ = Error{fmt::format(
          "{}: expression recursion level exceeded (error token is \"{}\")",
          target.name, target.name)};
      at_ = text_.size();
      return 0;
    }
    const Result<Value> value =
        evaluate(**text, variables_, dialect_, depth_ + 1);
    if (value) return *value;
    error_ = value.error();
    at_ = text_.size();
    return 0;
  }

  void store(const Target& target, Value value) {
    if (silent_ > 0 || error_) return;
    std::optional<std::string_view> subscript;
    if (target.subscript) subscript = *target.subscript;
    const Outcome stored = variables_.set(target.name, subscript, value);
    if (stored) return;
    error_ = stored.error();
    at_ = text_.size();
  }

  std::string_view text_;
  ArithmeticVariables& variables_;
  Dialect dialect_;
  int depth_;
  std::size_t at_ = 0;
  int silent_ = 0;  // Above 0: read, but neither load, store nor divide.
  int nesting_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::int64_t> evaluate(std::string_view expression,
                              ArithmeticVariables& variables, Dialect dialect,
                              int depth) {
  return Evaluator(expression, variables, dialect, depth).run();
}

std::optional<std::int64_t> parse_shell_integer(std::string_view text) {
  text = trim(text);
  const bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
    if (text.empty()) return std::nullopt;
  } else if (text.front() == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  for (const char c : lower(text)) {
    const std::uint64_t digit = is_digit(c)
                                    ? static_cast<std::uint64_t>(c - '0')
                                    : static_cast<std::uint64_t>(c - 'a' + 10);
    if (c < '0' || (!is_digit(c) && c < 'a') || digit >= base) {
      return std::nullopt;
    }
    value = value * base + digit;
  }
  return wrapped(negative ? 0 - value : value);
}

}  // namespace drydock::userland::sh
