// awk_parse_statement.cc — rules, functions and statements.

#include <fmt/format.h>

#include "sim/userland/text/awk_parser.h"

namespace drydock::userland {

AwkParser::AwkParser(std::vector<AwkToken> tokens)
    : tokens_(std::move(tokens)) {
  for (const std::string_view name : kAwkSpecialNames) {
    program_.globals.emplace(name, 0);
  }
  for (int i = 0; i < kSpecials; ++i) {
    program_
        .globals[std::string(kAwkSpecialNames[static_cast<std::size_t>(i)])] =
        i;
  }
}

const AwkToken& AwkParser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool AwkParser::is(std::string_view text) const {
  const AwkToken& token = peek();
  const bool spelled =
      token.kind == Kind::symbol || token.kind == Kind::keyword;
  return spelled && token.text == text;
}

bool AwkParser::take(std::string_view text) {
  if (!is(text)) return false;
  ++at_;
  return true;
}

void AwkParser::expect(std::string_view text) {
  if (!take(text)) fail();
}

void AwkParser::fail() {
  const AwkToken& token = peek();
  std::string near = token.text;
  if (token.kind == Kind::end) near = "end of file";
  if (token.kind == Kind::newline && token.text == "\n") near = "end of line";
  fail_with(fmt::format("syntax error at or near {}", near));
}

void AwkParser::fail_with(std::string text) {
  if (error_.empty()) error_ = fmt::format("line {}: {}", peek().line, text);
  at_ = tokens_.size() - 1;  // Nothing more is read.
}

void AwkParser::skip_newlines() {
  while (peek().kind == Kind::newline && peek().text == "\n") ++at_;
}

void AwkParser::skip_line_ends() {
  while (peek().kind == Kind::newline) ++at_;
}

bool AwkParser::ends_statement() const {
  return peek().kind == Kind::newline || peek().kind == Kind::end || is("}");
}

int AwkParser::emit(AwkOp op, int a, int b, int c) {
  program_.code.push_back({op, a, b, c});
  return here() - 1;
}

void AwkParser::patch(int at, int target) {
  AwkInstruction& instruction = program_.code[static_cast<std::size_t>(at)];
  if (instruction.op == AwkOp::range) {
    instruction.b = target;
  } else {
    instruction.a = target;
  }
}

void AwkParser::patch_all(const std::vector<int>& at, int target) {
  for (const int place : at) patch(place, target);
}

int AwkParser::constant(AwkValue value) {
  program_.constants.push_back(std::move(value));
  return static_cast<int>(program_.constants.size()) - 1;
}

Result<AwkProgram> AwkParser::parse() {
  skip_line_ends();
  while (error_.empty() && peek().kind != Kind::end) {
    item();
    skip_line_ends();
  }
  if (!error_.empty()) return Error{error_};
  const int end = emit(AwkOp::end);
  for (const Chain* chain : {&begin_, &main_, &end_}) {
    if (chain->tail >= 0) patch(chain->tail, end);
  }
  for (const AwkFunction& function : program_.functions) {
    if (function.entry < 0) {
      return Error{fmt::format("function {} never defined", function.name)};
    }
  }
  program_.begin = begin_.entry;
  program_.main = main_.entry;
  program_.end = end_.entry;
  return std::move(program_);
}

void AwkParser::item() {
  if (is("function")) return function();
  rule();
}

void AwkParser::function() {
  ++at_;
  if (peek().kind != Kind::name && peek().kind != Kind::call) return fail();
  const std::string name = peek().text;
  ++at_;
  const auto [number, fresh] = function_numbers_.try_emplace(
      name, static_cast<int>(program_.functions.size()));
  if (fresh) program_.functions.push_back({name, 0, -1});
  const auto index = static_cast<std::size_t>(number->second);
  expect("(");
  skip_newlines();
  while (error_.empty() && peek().kind == Kind::name) {
    const int local = static_cast<int>(locals_.size());
    locals_.emplace(peek().text, local);
    ++at_;
    skip_newlines();
    if (!take(",")) break;
    skip_newlines();
  }
  expect(")");
  skip_newlines();
  program_.functions[index].parameters = static_cast<int>(locals_.size());
  program_.functions[index].entry = here();
  in_function_ = true;
  block();
  in_function_ = false;
  emit(AwkOp::constant, constant(AwkValue()));
  emit(AwkOp::give_back);
  locals_.clear();
}

void AwkParser::begin_chunk(Chain* chain) {
  if (chain->tail >= 0) {
    patch(chain->tail, here());
  } else {
    chain->entry = here();
  }
}

void AwkParser::end_chunk(Chain* chain) { chain->tail = emit(AwkOp::jump); }

void AwkParser::rule() {
  const bool begins = is("BEGIN"), ends = is("END");
  if (begins || ends) {
    ++at_;
    Chain* const chain = begins ? &begin_ : &end_;
    begin_chunk(chain);
    skip_newlines();
    block();
    end_chunk(chain);
    return;
  }
  begin_chunk(&main_);
  int skip = -1;
  int range_number = -1;
  if (!is("{")) {
    const int check = here();
    range_number = program_.ranges;
    const int begun = emit(AwkOp::range, range_number);
    expression();
    skip = emit(AwkOp::jump_false);
    if (take(",")) {
      ++program_.ranges;
      skip_newlines();
      emit(AwkOp::range_set, range_number, 1);
      patch(begun, here());
      expression();
      const int inside = emit(AwkOp::jump_false);
      emit(AwkOp::range_set, range_number, 0);
      patch(inside, here());
    } else {
      // No range after all: the check becomes a step to the next one.
      program_.code[static_cast<std::size_t>(check)] = {AwkOp::jump, check + 1};
    }
  }
  if (is("{")) {
    block();
  } else {
    emit(AwkOp::print, 0, 0);
  }
  if (skip >= 0) patch(skip, here());
  end_chunk(&main_);
}

void AwkParser::block() {
  expect("{");
  skip_line_ends();
  while (error_.empty() && !is("}")) {
    if (peek().kind == Kind::end) return fail();
    statement();
    skip_line_ends();
  }
  expect("}");
}

/// The statement that if, while and the like are about.
void AwkParser::body() {
  skip_newlines();
  if (peek().kind == Kind::newline) {
    ++at_;
    return;
  }
  statement();
}

void AwkParser::statement() {
  if (++depth_ > 250) {
    fail_with("statements are nested too deeply");
    --depth_;
    return;
  }
  if (is("{")) {
    block();
  } else if (is("if")) {
    if_statement();
  } else if (is("while")) {
    while_statement();
  } else if (is("do")) {
    do_statement();
  } else if (is("for")) {
    for_statement();
  } else {
    simple_statement();
    if (!ends_statement()) fail();
    if (peek().kind == Kind::newline) ++at_;
  }
  --depth_;
}

void AwkParser::simple_statement() {
  if (ends_statement()) return;
  if (take("print")) return print_statement(false);
  if (take("printf")) return print_statement(true);
  if (take("delete")) return delete_statement();
  if (take("break")) return jump_statement(true);
  if (take("continue")) return jump_statement(false);
  if (take("next")) {
    emit(AwkOp::next);
    return;
  }
  if (take("nextfile")) {
    emit(AwkOp::next_file);
    return;
  }
  if (take("exit")) {
    const bool status = !ends_statement();
    if (status) expression();
    emit(AwkOp::exit, status);
    return;
  }
  if (is("return")) {
    if (!in_function_) return fail_with("return outside function body");
    ++at_;
    if (ends_statement()) {
      emit(AwkOp::constant, constant(AwkValue()));
    } else {
      expression();
    }
    emit(AwkOp::give_back);
    return;
  }
  expression();
  emit(AwkOp::pop);
}

void AwkParser::if_statement() {
  ++at_;
  expect("(");
  expression();
  expect(")");
  const int otherwise = emit(AwkOp::jump_false);
  body();
  const std::size_t behind = at_;
  skip_line_ends();
  if (!take("else")) {
    at_ = std::max(at_, behind);
    if (error_.empty()) at_ = behind;
    patch(otherwise, here());
    return;
  }
  const int end = emit(AwkOp::jump);
  patch(otherwise, here());
  body();
  patch(end, here());
}

void AwkParser::finish_loop(int continue_target) {
  const Loop loop = std::move(loops_.back());
  loops_.pop_back();
  patch_all(loop.continues, continue_target);
  patch_all(loop.breaks, here());
}

void AwkParser::while_statement() {
  ++at_;
  const int begin = here();
  expect("(");
  expression();
  expect(")");
  const int out = emit(AwkOp::jump_false);
  loops_.emplace_back();
  body();
  emit(AwkOp::jump, begin);
  patch(out, here());
  finish_loop(begin);
}

void AwkParser::do_statement() {
  ++at_;
  const int begin = here();
  loops_.emplace_back();
  body();
  skip_line_ends();
  expect("while");
  const int condition = here();
  expect("(");
  expression();
  expect(")");
  const int out = emit(AwkOp::jump_false);
  emit(AwkOp::jump, begin);
  patch(out, here());
  finish_loop(condition);
}

void AwkParser::for_statement() {
  ++at_;
  expect("(");
  const bool each = peek().kind == Kind::name && peek(1).text == "in" &&
                    peek(2).kind == Kind::name && peek(3).text == ")";
  if (each) return for_each();
  if (peek().kind != Kind::newline) simple_statement();
  if (peek().kind == Kind::newline) ++at_;
  skip_newlines();
  const int begin = here();
  int out = -1;
  if (peek().kind != Kind::newline) {
    expression();
    out = emit(AwkOp::jump_false);
  }
  if (peek().kind == Kind::newline) ++at_;
  skip_newlines();
  const int to_body = emit(AwkOp::jump);
  const int step = here();
  if (!is(")")) simple_statement();
  expect(")");
  emit(AwkOp::jump, begin);
  patch(to_body, here());
  loops_.emplace_back();
  body();
  emit(AwkOp::jump, step);
  if (out >= 0) patch(out, here());
  finish_loop(step);
}

void AwkParser::for_each() {
  const Place variable = place_of_name();
  ++at_;  // in
  const Place array = array_name();
  expect(")");
  emit(AwkOp::each_begin, static_cast<int>(array.place), array.index);
  const int begin = here();
  const int next = emit(AwkOp::each_next);
  emit(AwkOp::store, static_cast<int>(variable.place), variable.index);
  emit(AwkOp::pop);
  loops_.emplace_back();
  body();
  emit(AwkOp::jump, begin);
  patch(next, here());
  finish_loop(begin);
  emit(AwkOp::each_end);
}

/// Is what follows "( list )" and nothing more but a redirection?
bool AwkParser::print_list_in_parentheses() const {
  if (!is("(")) return false;
  int depth = 0;
  for (std::size_t i = 0; at_ + i < tokens_.size(); ++i) {
    const AwkToken& token = peek(i);
    if (token.kind == Kind::end) return false;
    if (token.kind != Kind::symbol) continue;
    if (token.text == "(") ++depth;
    if (token.text == ")" && --depth == 0) {
      const AwkToken& behind = peek(i + 1);
      return behind.kind == Kind::newline || behind.kind == Kind::end ||
             behind.text == "}" || behind.text == ">" || behind.text == ">>" ||
             behind.text == "|";
    }
  }
  return false;
}

void AwkParser::print_statement(bool formatted) {
  int count = 0;
  const auto list = [&] {
    do {
      skip_newlines();
      expression();
      ++count;
    } while (error_.empty() && take(","));
  };
  if (print_list_in_parentheses()) {
    ++at_;
    if (!is(")")) list();
    expect(")");
  } else if (!ends_statement() && !is(">") && !is(">>") && !is("|")) {
    no_greater_ = true;
    list();
    no_greater_ = false;
  }
  int mode = 0;
  if (is(">")) mode = '>';
  if (is(">>")) mode = 'a';
  if (is("|")) mode = '|';
  if (mode != 0) {
    ++at_;
    no_greater_ = true;
    concatenation();
    no_greater_ = false;
  }
  if (formatted && count == 0) return fail();
  emit(AwkOp::print, count, mode, formatted);
}

void AwkParser::delete_statement() {
  if (peek().kind != Kind::name) return fail();
  const bool element = peek(1).text == "[";
  if (element) {
    const Place where = place();
    emit(AwkOp::remove, static_cast<int>(where.place), where.index);
    return;
  }
  const Place where = place_of_name();
  emit(AwkOp::remove, static_cast<int>(element_of(where.place)), where.index,
       1);
}

void AwkParser::jump_statement(bool breaks) {
  if (loops_.empty()) {
    return fail_with(breaks ? "break statement outside of loop"
                            : "continue statement outside of loop");
  }
  const int jump = emit(AwkOp::jump);
  auto& list = breaks ? loops_.back().breaks : loops_.back().continues;
  list.push_back(jump);
}

Result<AwkProgram> parse_awk(std::string_view source) {
  Result<std::vector<AwkToken>> tokens = lex_awk(source);
  if (!tokens) return tokens.error();
  return AwkParser(std::move(*tokens)).parse();
}

}  // namespace drydock::userland
