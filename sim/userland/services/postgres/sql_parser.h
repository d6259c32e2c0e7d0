// sql_parser.h — the recursive descent over SQL's tokens.

#pragma once

#include "sim/userland/services/postgres/sql_lexer.h"

namespace drydock::userland::postgres {

class SqlParser {
 public:
  explicit SqlParser(std::vector<SqlToken> tokens)
      : tokens_(std::move(tokens)) {}
  SqlResult<std::vector<Statement>> run();

 private:
  const SqlToken& token() const { return tokens_[at_]; }
  bool at_word(std::string_view word) const;
  bool at_sign(std::string_view sign) const;
  bool take_word(std::string_view word);
  bool take_sign(std::string_view sign);
  bool expect_word(std::string_view word);
  bool expect_sign(std::string_view sign);
  void fail();
  void refuse(std::string_view what);
  std::string name();

  Statement statement();
  Statement create();
  Statement create_table();
  Statement create_role(std::string tag, SqlKind kind);
  Statement drop();
  Statement insert();
  Statement update();
  Statement remove();
  Statement select();
  void select_list(Statement& into);
  void from_list(Statement& into);
  FromItem from_item();
  void tail(Statement& into);
  void column(Statement& into);
  void table_constraint(Statement& into);
  bool column_type(SqlColumn& column);
  bool at_clause() const;

  SqlExprRef expression();
  SqlExprRef conjunction();
  SqlExprRef negation();
  SqlExprRef comparison();
  SqlExprRef sum();
  SqlExprRef product();
  SqlExprRef unary();
  SqlExprRef postfix();
  SqlExprRef atom();
  SqlExprRef call(std::string function, std::int64_t position);
  SqlExprRef make(ExprKind kind, std::string op,
                  std::vector<SqlExprRef> arguments) const;

  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<SqlError> error_;
};

}  // namespace drydock::userland::postgres
