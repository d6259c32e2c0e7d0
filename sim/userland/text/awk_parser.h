// awk_parser.h — reads tokens and writes instructions, in one pass.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/text/awk_lexer.h"
#include "sim/userland/text/awk_program.h"

namespace drydock::userland {

class AwkParser {
 public:
  explicit AwkParser(std::vector<AwkToken> tokens);

  Result<AwkProgram> parse();

 private:
  using Kind = AwkToken::Kind;

  /// A place whose subscript, if it has one, is on the stack.
  struct Place {
    AwkPlace place = AwkPlace::none;
    int index = 0;
  };
  struct Loop {
    std::vector<int> breaks, continues;
  };
  /// Rules of one sort are one piece of code, though parted in the source.
  struct Chain {
    int entry = -1, tail = -1;
  };

  // Tokens.
  const AwkToken& peek(std::size_t ahead = 0) const;
  bool is(std::string_view text) const;
  bool take(std::string_view text);
  void expect(std::string_view text);
  void fail();
  void fail_with(std::string text);
  void skip_newlines();
  void skip_line_ends();
  bool ends_statement() const;

  // Code.
  int emit(AwkOp op, int a = 0, int b = 0, int c = 0);
  int here() const { return static_cast<int>(program_.code.size()); }
  void patch(int at, int target);
  void patch_all(const std::vector<int>& at, int target);
  int constant(AwkValue value);

  // Rules and statements (awk_parse_statement.cc).
  void item();
  void function();
  void rule();
  void begin_chunk(Chain* chain);
  void end_chunk(Chain* chain);
  void block();
  void body();
  void statement();
  void simple_statement();
  void if_statement();
  void while_statement();
  void do_statement();
  void for_statement();
  void for_each();
  void finish_loop(int continue_target);
  void print_statement(bool formatted);
  bool print_list_in_parentheses() const;
  void delete_statement();
  void jump_statement(bool breaks);

  // Expressions (awk_parse_expression.cc).
  void expression();
  void disjunction();
  void conjunction();
  void membership();
  void matching();
  void comparison();
  void concatenation();
  void additive();
  void multiplicative();
  void unary();
  void power();
  void primary(bool assignable);
  void parenthesized(bool assignable);
  void grouping();
  void name(bool assignable);
  void field(bool assignable);
  void prefix_increment();
  void finish_place(Place place, bool assignable);
  Place place();
  Place place_of_name();
  Place array_name();
  void simple_getline();
  void piped_getline();
  void call();
  void builtin();
  void substitution(int number);
  void regex_argument(bool splits);
  int argument_list();
  bool begins_operand() const;
  bool is_assignment() const;
  AwkPlace element_of(AwkPlace array) const;

  std::vector<AwkToken> tokens_;
  std::size_t at_ = 0;
  AwkProgram program_;
  std::string error_;
  std::map<std::string, int> locals_;
  std::map<std::string, int> function_numbers_;
  std::vector<Loop> loops_;
  Chain begin_, main_, end_;
  bool in_function_ = false;
  bool no_greater_ = false;  // In print: '>' redirects.
  bool no_in_ = false;
  int depth_ = 0;
};

}  // namespace drydock::userland
