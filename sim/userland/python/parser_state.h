// parser_state.h — the recursive descent over tokens, in two files: statements
// and expressions.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/userland/python/ast.h"
#include "sim/userland/python/interpreter.h"
#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

/// After a fault every token is the end, so that all loops come to theirs.
class Parser {
 public:
  Parser(Interpreter& py, std::vector<Token> tokens, std::string file)
      : py_(py), tokens_(std::move(tokens)), file_(std::move(file)) {}

  Block file_input();
  Block single_input();
  ExprRef eval_input();
  const std::optional<SyntaxFault>& fault() const { return fault_; }

 private:
  // --- Tokens --------------------------------------------------------------
  const Token& token() const { return tokens_[at_]; }
  bool at_op(std::string_view text) const {
    return token().kind == TokenKind::op && token().text == text;
  }
  bool at_word(std::string_view text) const {
    return token().kind == TokenKind::name && token().text == text;
  }
  void advance() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool take_op(std::string_view text);
  bool take_word(std::string_view text);
  void expect_op(std::string_view text);
  void expect_word(std::string_view text);
  Ref<Str> name();
  void fail(std::string message = "invalid syntax");
  void fail_at(const Expr& where, std::string message);

  ExprRef make(ExprKind kind) const;
  StmtRef make(StmtKind kind) const;

  // --- Statements ----------------------------------------------------------
  void statement(Block& into);
  void simple_line(Block& into);
  StmtRef simple();
  StmtRef expression_statement();
  StmtRef import();
  StmtRef import_from();
  Ref<Str> dotted_name();
  StmtRef raise();
  bool compound(Block& into);
  Block suite();
  StmtRef when();
  StmtRef loop_while();
  StmtRef loop_for();
  StmtRef guard();
  StmtRef with();
  StmtRef decorated();
  StmtRef function();
  StmtRef type();
  void names(Stmt& into);
  void check_target(const Expr& target, std::string_view deed = "assign to");

  // --- Expressions ---------------------------------------------------------
  ExprRef test();
  ExprRef test_no_condition();
  ExprRef lambda();
  ExprRef disjunction();
  ExprRef conjunction();
  ExprRef negation();
  ExprRef comparison();
  std::optional<Operator> comparison_operator();
  ExprRef star_or_test();
  ExprRef binary(int level);
  ExprRef factor();
  ExprRef power();
  ExprRef primary();
  ExprRef atom();
  ExprRef strings();
  ExprRef parenthesis();
  ExprRef brackets();
  ExprRef braces();
  ExprRef dict_rest(ExprRef dict);
  ExprRef subscripts();
  ExprRef subscript();
  void call_arguments(Expr& call);
  ExprRef yield();
  /// test, test, ...: a tuple when there is a comma.
  ExprRef test_list(bool stars);
  ExprRef target_list();
  bool at_end_of_list() const;
  ExprRef comprehension(CodeKind kind, ExprRef element, ExprRef value,
                        std::int32_t line);
  void parameters(Code& code, std::vector<ExprRef>& defaults,
                  std::vector<Keyword>& keyword_defaults,
                  std::vector<Keyword>* annotations, std::string_view end);
  void one_parameter(Code& code, std::vector<ExprRef>& defaults,
                     std::vector<Keyword>& keyword_defaults,
                     std::vector<Keyword>* annotations, bool after_star);
  std::shared_ptr<Code> make_code(CodeKind kind, std::string name) const;

  Interpreter& py_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string file_;
  int depth_ = 0;
  std::optional<SyntaxFault> fault_;

  struct Depth {
    explicit Depth(Parser& parser) : of(parser) {
      if (++of.depth_ > 600) of.fail("too many nested parentheses");
    }
    ~Depth() { --of.depth_; }
    Parser& of;
  };
};

}  // namespace drydock::userland::python
