// awk_parse_expression.cc — expressions, from the loosest binding to the
// tightest.

#include <algorithm>

#include "sim/userland/text/awk_parser.h"

namespace drydock::userland {

namespace {

constexpr int kDepthMax = 250;

int builtin_number(std::string_view name) {
  const auto at = std::ranges::find(kAwkBuiltins, name);
  return static_cast<int>(at - kAwkBuiltins.begin());
}

}  // namespace

void AwkParser::expression() {
  if (++depth_ > kDepthMax) {
    fail_with("expression is nested too deeply");
    --depth_;
    return;
  }
  disjunction();
  if (take("?")) {
    skip_newlines();
    const int otherwise = emit(AwkOp::jump_false);
    expression();
    const int end = emit(AwkOp::jump);
    skip_newlines();
    expect(":");
    skip_newlines();
    patch(otherwise, here());
    expression();
    patch(end, here());
  }
  --depth_;
}

void AwkParser::disjunction() {
  conjunction();
  while (error_.empty() && take("||")) {
    skip_newlines();
    const int yes = emit(AwkOp::jump_true);
    conjunction();
    emit(AwkOp::truth);
    const int end = emit(AwkOp::jump);
    patch(yes, here());
    emit(AwkOp::constant, constant(AwkValue::of(1.0)));
    patch(end, here());
  }
}

void AwkParser::conjunction() {
  membership();
  while (error_.empty() && take("&&")) {
    skip_newlines();
    const int no = emit(AwkOp::jump_false);
    membership();
    emit(AwkOp::truth);
    const int end = emit(AwkOp::jump);
    patch(no, here());
    emit(AwkOp::constant, constant(AwkValue::of(0.0)));
    patch(end, here());
  }
}

void AwkParser::membership() {
  matching();
  while (error_.empty() && !no_in_ && is("in")) {
    ++at_;
    const Place array = array_name();
    emit(AwkOp::in, static_cast<int>(array.place), array.index);
  }
}

void AwkParser::matching() {
  comparison();
  while (error_.empty() && (is("~") || is("!~"))) {
    const bool negated = is("!~");
    ++at_;
    if (peek().kind == Kind::regex) {
      emit(AwkOp::constant, constant(AwkValue::of(peek().text)));
      ++at_;
    } else {
      comparison();
    }
    emit(AwkOp::match, negated);
  }
}

void AwkParser::comparison() {
  concatenation();
  for (;;) {
    if (is("|") && peek(1).text == "getline") {
      piped_getline();
      continue;
    }
    if (peek().kind != Kind::symbol || !error_.empty()) return;
    const std::string& text = peek().text;
    int letter = 0;
    if (text == "<") letter = '<';
    if (text == "<=") letter = 'l';
    if (text == "==") letter = '=';
    if (text == "!=") letter = '!';
    if (text == ">" && !no_greater_) letter = '>';
    if (text == ">=") letter = 'g';
    if (letter == 0) return;
    ++at_;
    concatenation();
    emit(AwkOp::compare, letter);
  }
}

bool AwkParser::begins_operand() const {
  const AwkToken& token = peek();
  switch (token.kind) {
    case Kind::number:
    case Kind::string:
    case Kind::regex:
    case Kind::name:
    case Kind::call:
    case Kind::builtin:
      return true;
    case Kind::symbol:
      return token.text == "(" || token.text == "$" || token.text == "!" ||
             token.text == "-" || token.text == "+" || token.text == "++" ||
             token.text == "--";
    default:
      return false;
  }
}

void AwkParser::concatenation() {
  additive();
  while (error_.empty() && begins_operand()) {
    additive();
    emit(AwkOp::concatenate);
  }
}

void AwkParser::additive() {
  multiplicative();
  while (error_.empty() && (is("+") || is("-"))) {
    const char letter = peek().text[0];
    ++at_;
    multiplicative();
    emit(AwkOp::arithmetic, letter);
  }
}

void AwkParser::multiplicative() {
  unary();
  while (error_.empty() && (is("*") || is("/") || is("%"))) {
    const char letter = peek().text[0];
    ++at_;
    unary();
    emit(AwkOp::arithmetic, letter);
  }
}

void AwkParser::unary() {
  AwkOp op = AwkOp::end;
  if (is("!")) op = AwkOp::invert;
  if (is("-")) op = AwkOp::negate;
  if (is("+")) op = AwkOp::plus;
  if (op == AwkOp::end) return power();
  if (++depth_ > kDepthMax) fail_with("expression is nested too deeply");
  ++at_;
  if (error_.empty()) unary();
  emit(op);
  --depth_;
}

void AwkParser::power() {
  primary(true);
  if (!take("^")) return;
  if (++depth_ > kDepthMax) fail_with("expression is nested too deeply");
  if (error_.empty()) unary();
  emit(AwkOp::arithmetic, '^');
  --depth_;
}

void AwkParser::primary(bool assignable) {
  const AwkToken& token = peek();
  switch (token.kind) {
    case Kind::number:
      emit(AwkOp::constant, constant(AwkValue::of(token.number)));
      ++at_;
      return;
    case Kind::string:
      emit(AwkOp::constant, constant(AwkValue::of(token.text)));
      ++at_;
      return;
    case Kind::regex:
      emit(AwkOp::match_line, constant(AwkValue::of(token.text)));
      ++at_;
      return;
    case Kind::name:
      return name(assignable);
    case Kind::call:
      return call();
    case Kind::builtin:
      return builtin();
    case Kind::keyword:
      if (token.text == "getline") return simple_getline();
      return fail();
    case Kind::symbol:
      if (token.text == "(") return parenthesized(assignable);
      if (token.text == "$") return field(assignable);
      if (token.text == "++" || token.text == "--") return prefix_increment();
      if (token.text == "-" || token.text == "+" || token.text == "!") {
        return unary();
      }
      return fail();
    default:
      return fail();
  }
}

void AwkParser::parenthesized(bool) {
  const bool greater = std::exchange(no_greater_, false);
  const bool in = std::exchange(no_in_, false);
  expect("(");
  expression();
  if (is(",")) {
    grouping();
  } else {
    expect(")");
  }
  no_greater_ = greater;
  no_in_ = in;
}

/// (i, j) in array: the first is on the stack.
void AwkParser::grouping() {
  int count = 1;
  while (error_.empty() && take(",")) {
    skip_newlines();
    expression();
    ++count;
  }
  expect(")");
  expect("in");
  emit(AwkOp::subscript, count);
  const Place array = array_name();
  emit(AwkOp::in, static_cast<int>(array.place), array.index);
}

AwkPlace AwkParser::element_of(AwkPlace array) const {
  return array == AwkPlace::local ? AwkPlace::element_of_local
                                  : AwkPlace::element_of_global;
}

AwkParser::Place AwkParser::place_of_name() {
  const std::string text = peek().text;
  ++at_;
  const auto local = locals_.find(text);
  if (local != locals_.end()) return {AwkPlace::local, local->second};
  const auto [global, fresh] = program_.globals.try_emplace(
      text, static_cast<int>(program_.globals.size()));
  return {AwkPlace::global, global->second};
}

AwkParser::Place AwkParser::array_name() {
  if (peek().kind != Kind::name) {
    fail();
    return {};
  }
  return place_of_name();
}

/// A place, its subscript's code written.
AwkParser::Place AwkParser::place() {
  if (take("$")) {
    if (is("++") || is("--")) {
      prefix_increment();
    } else {
      primary(false);
    }
    return {AwkPlace::field, 0};
  }
  if (peek().kind != Kind::name) {
    fail();
    return {};
  }
  const Place variable = place_of_name();
  if (!take("[")) return variable;
  const bool greater = std::exchange(no_greater_, false);
  const bool in = std::exchange(no_in_, false);
  int count = 0;
  do {
    skip_newlines();
    expression();
    ++count;
  } while (error_.empty() && take(","));
  no_greater_ = greater;
  no_in_ = in;
  expect("]");
  if (count > 1) emit(AwkOp::subscript, count);
  return {element_of(variable.place), variable.index};
}

void AwkParser::name(bool assignable) {
  const Place variable = place();
  finish_place(variable, assignable);
}

void AwkParser::field(bool assignable) {
  const Place variable = place();
  finish_place(variable, assignable);
}

bool AwkParser::is_assignment() const {
  if (peek().kind != Kind::symbol) return false;
  const std::string& text = peek().text;
  return text == "=" || text == "+=" || text == "-=" || text == "*=" ||
         text == "/=" || text == "%=" || text == "^=";
}

void AwkParser::finish_place(Place where, bool assignable) {
  const int kind = static_cast<int>(where.place);
  if (assignable && is_assignment()) {
    const char letter = peek().text[0];
    const bool plain = peek().text == "=";
    ++at_;
    skip_newlines();
    if (!plain) emit(AwkOp::load_keep, kind, where.index);
    expression();
    if (!plain) emit(AwkOp::arithmetic, letter);
    emit(AwkOp::store, kind, where.index);
    return;
  }
  if (assignable && (is("++") || is("--"))) {
    emit(AwkOp::increment, kind, where.index, is("--") ? 3 : 2);
    ++at_;
    return;
  }
  emit(AwkOp::load, kind, where.index);
}

void AwkParser::prefix_increment() {
  const bool down = is("--");
  ++at_;
  const Place where = place();
  emit(AwkOp::increment, static_cast<int>(where.place), where.index, down);
}

/// getline, getline place, getline < file, getline place < file.
void AwkParser::simple_getline() {
  ++at_;
  Place where;
  const bool named = peek().kind == Kind::name || is("$");
  if (named) where = place();
  if (take("<")) {
    primary(false);
    emit(AwkOp::getline, 'f');
  } else {
    emit(AwkOp::getline, 'm');
  }
  emit(AwkOp::store_line, static_cast<int>(where.place), where.index);
}

/// command | getline [place]: the command is on the stack.
void AwkParser::piped_getline() {
  at_ += 2;
  emit(AwkOp::getline, 'c');
  Place where;
  const bool named = peek().kind == Kind::name || is("$");
  if (named) {
    // The subscript comes above the status; the machine knows.
    where = place();
  }
  emit(AwkOp::store_line, static_cast<int>(where.place), where.index, 1);
}

int AwkParser::argument_list() {
  const bool greater = std::exchange(no_greater_, false);
  const bool in = std::exchange(no_in_, false);
  int count = 0;
  expect("(");
  skip_newlines();
  while (error_.empty() && !is(")")) {
    const bool bare = peek().kind == Kind::name &&
                      (peek(1).text == "," || peek(1).text == ")");
    if (bare) {
      const Place where = place_of_name();
      emit(AwkOp::argument, static_cast<int>(where.place), where.index);
    } else {
      expression();
    }
    ++count;
    skip_newlines();
    if (!take(",")) break;
    skip_newlines();
  }
  expect(")");
  no_greater_ = greater;
  no_in_ = in;
  return count;
}

void AwkParser::call() {
  const std::string text = peek().text;
  ++at_;
  const auto [number, fresh] = function_numbers_.try_emplace(
      text, static_cast<int>(program_.functions.size()));
  if (fresh) program_.functions.push_back({text, 0, -1});
  const int function = number->second;
  const int count = argument_list();
  emit(AwkOp::call, function, count);
}

void AwkParser::regex_argument(bool splits) {
  const bool alone = peek().kind == Kind::regex &&
                     (peek(1).text == "," || peek(1).text == ")");
  if (!alone) return expression();
  std::string text = peek().text;
  // A single character would be a separator, not an expression.
  if (splits && text.size() == 1) text = "(" + text + ")";
  emit(AwkOp::constant, constant(AwkValue::of(text)));
  ++at_;
}

/// sub(re, text[, place]) and gsub.
void AwkParser::substitution(int number) {
  regex_argument(false);
  expect(",");
  skip_newlines();
  expression();
  Place where{AwkPlace::field, 0};
  if (take(",")) {
    skip_newlines();
    where = place();
  } else {
    emit(AwkOp::constant, constant(AwkValue::of(0.0)));
  }
  expect(")");
  const bool subscripted =
      where.place != AwkPlace::global && where.place != AwkPlace::local;
  emit(AwkOp::load_keep, static_cast<int>(where.place), where.index);
  emit(AwkOp::builtin, number, 3, subscripted);
  emit(AwkOp::store, static_cast<int>(where.place), where.index, 1);
  emit(AwkOp::pop);
  emit(AwkOp::copy);  // The count of replacements.
}

void AwkParser::builtin() {
  const std::string text = peek().text;
  const int number = builtin_number(text);
  ++at_;
  if (!is("(")) {
    if (text != "length") return fail();
    emit(AwkOp::constant, constant(AwkValue::of(0.0)));
    emit(AwkOp::load, static_cast<int>(AwkPlace::field));
    emit(AwkOp::builtin, number, 1);
    return;
  }
  const bool lone_name =
      text == "length" && peek(1).kind == Kind::name && peek(2).text == ")";
  if (lone_name) {
    ++at_;
    const Place where = place_of_name();
    expect(")");
    emit(AwkOp::length_of, static_cast<int>(where.place), where.index);
    return;
  }
  const bool by_regex = text == "sub" || text == "gsub" || text == "split" ||
                        text == "match" || text == "gensub";
  if (!by_regex) {
    int count = argument_list();
    if (text == "length" && count == 0) {
      emit(AwkOp::constant, constant(AwkValue::of(0.0)));
      emit(AwkOp::load, static_cast<int>(AwkPlace::field));
      count = 1;
    }
    emit(AwkOp::builtin, number, count);
    return;
  }
  const bool greater = std::exchange(no_greater_, false);
  const bool in = std::exchange(no_in_, false);
  expect("(");
  skip_newlines();
  if (text == "sub" || text == "gsub") {
    substitution(number);
  } else {
    int count = 1;
    if (text == "gensub") {
      regex_argument(false);
    } else {
      expression();
    }
    while (error_.empty() && take(",")) {
      skip_newlines();
      ++count;
      const bool array =
          (text == "split" && count == 2) || (text == "match" && count == 3);
      if (array) {
        const Place where = array_name();
        emit(AwkOp::array_argument, static_cast<int>(where.place), where.index);
      } else {
        regex_argument(text == "split");
      }
    }
    expect(")");
    emit(AwkOp::builtin, number, count);
  }
  no_greater_ = greater;
  no_in_ = in;
}

}  // namespace drydock::userland
