// parser.h — from text to commands, one complete command at a time.
//
// Recursive descent over the grammar of POSIX.1-2017, XCU 2.10, with bash's
// additions where the dialect is bash.  Reading words and reading grammar
// cannot be had apart in a shell (a word may hold a command), so one class has
// both; its parts live in files of their own:
//
//     lexer.cc      tokens, comments, here-documents
//     words.cc      quoting, $, `...`
//     param.cc      ${...}
//     parser.cc     lists, pipelines, simple commands
//     compound.cc   if, for, while, case, { }, ( ), functions
//     condition.cc  [[ ]]
//
// After the first error the reader says it is at its end, so every loop ends.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/sh/ast.h"
#include "sim/userland/sh/dialect.h"
#include "sim/userland/sh/reader.h"

namespace drydock::userland::sh {

using Aliases = std::map<std::string, std::string, std::less<>>;

/// Why text is no program.
struct SyntaxError {
  enum class Kind { unexpected, message };
  Kind kind = Kind::message;
  std::string token;  // What came: `"fi"`, `newline`, `word`; raw in `near`.
  std::string near;   // The token as written, for bash.
  std::string expecting;  // What would have been right, if one thing would.
  std::string message;
  int line = 0;
  bool at_end = false;  // More text could make it right.
};

struct ParserOptions {
  Dialect dialect = Dialect::dash;
  const Aliases* aliases = nullptr;  // Expanded when given.
  bool extended_patterns = false;    // extglob
  bool final = true;  // No more text will come: ends here-documents too.
};

class Parser {
 public:
  Parser(ParserOptions options, TextRef text, std::size_t at = 0, int line = 1);

  /// The next complete command, up to the end of its line: a Sequence.  Null at
  /// the end of the text, and when there is an error.
  CommandRef next();

  const std::optional<SyntaxError>& error() const { return error_; }
  /// Here-documents that the end of the text ended; for bash's warning.
  const std::vector<std::pair<int, std::string>>& unended() const {
    return unended_;
  }

  /// Where the next command begins.
  std::size_t offset() const { return reader_.offset(); }
  int line() const { return reader_.line(); }

  /// All of the text as one word, as inside of double quotes: for PS1, ENV and
  /// here-documents; `arithmetic` keeps double quotes out of it.
  WordRef parse_quoted_text();
  /// All of the text as one word, blanks and operators included.
  WordRef parse_loose_word();

 private:
  struct Token {
    enum class Kind { end, newline, word, op, io_number };
    Kind kind = Kind::end;
    std::string text;    // Of an operator or number; of a word: if it is plain.
    bool plain = false;  // A word without quotes or expansions.
    Word word;
    std::optional<Assignment> array;  // name=( ... )
    std::size_t begin = 0;
    int line = 0;
    bool is_op(std::string_view op) const {
      return kind == Kind::op && text == op;
    }
  };
  struct PendingHereDoc {
    std::shared_ptr<Word> body;
    std::string delimiter;
    bool quoted;
    bool strip_tabs;
  };
  enum class Quote { none, dquote, heredoc, arithmetic };

  // Errors.
  bool failed() const { return error_.has_value(); }
  void fail(SyntaxError error);
  void fail_with(std::string message, bool at_end = false);
  void fail_unexpected(std::string expecting = {});
  bool enter();  // One level deeper; false, with an error, when too deep.
  void leave() { --depth_; }
  bool bash() const { return options_.dialect == Dialect::bash; }

  // Tokens.
  const Token& peek();
  Token take();
  bool take_op(std::string_view op);
  bool take_reserved(std::string_view word);
  bool at_reserved(std::string_view word);
  void expect_reserved(std::string_view word);
  void skip_newlines();
  void skip_to_command();
  void read_token();
  void skip_blanks();
  void read_operator();
  void read_word_token();
  void read_here_docs();
  void read_here_doc(const PendingHereDoc& doc);
  bool expand_alias();
  void read_elements(Assignment& array);

  // Words.
  struct WordEnd {
    std::string_view stops;  // Unquoted characters that end the word.
  };
  Word read_word(WordEnd end, bool in_pattern = false);
  void read_unquoted(Word& word, int c);
  void read_single_quotes(Word& word);
  void read_dollar_quotes(Word& word);
  void read_double_quotes(Word& word);
  void read_backslash(Word& word);
  void read_until_quote(Word& word, int end);
  void read_quoted_char(Word& word, Quote quote);
  bool read_dollar(Word& word, bool quoted);
  void read_braced(Word& word, bool quoted);
  void read_substitution(Word& word, bool quoted);
  void read_backquotes(Word& word, bool quoted);
  bool read_arithmetic(Word& word, bool quoted);
  WordRef read_expression(std::string_view close);
  void read_process(Word& word, char direction);
  void read_extended_pattern(Word& word);
  CommandRef parse_inner(std::string text, int line);

  // ${...}
  void read_param_name(Param& param);
  void read_param_operator(Param& param, bool quoted);
  void read_bash_operator(Param& param, bool quoted);
  void read_bang(Param& param);
  WordRef read_operand(std::string_view stops, bool quoted, bool pattern);
  void skip_bad_param();

  // Grammar.
  CommandRef parse_list();
  bool at_list_end();
  CommandRef parse_and_or();
  CommandRef parse_pipeline();
  CommandRef parse_command();
  CommandRef parse_simple();
  bool parse_simple_piece(SimpleCommand& simple, Command& command,
                          bool& declares);
  bool take_assignment(SimpleCommand& simple, const Token& token);
  std::optional<Assignment> assignment_of(const Token& token);
  bool parse_redirect(std::vector<Redirect>& redirects);
  void finish_redirect(Redirect& redirect, const std::string& op);
  void check_fd_target(const Redirect& redirect);
  void add_here_doc(Redirect& redirect, const Token& token, bool strip_tabs);
  CommandRef parse_compound_list();
  bool at_compound();
  CommandRef parse_compound();
  void parse_redirects(Command& command);
  void parse_if(Command& command);
  void parse_loop(Command& command, bool until);
  void parse_for(Command& command);
  void parse_for_words(For& loop);
  CommandRef parse_do();
  void parse_arithmetic_for(Command& command);
  void parse_case(Command& command);
  void parse_case_item(Case& node);
  void parse_subshell(Command& command);
  bool parse_arithmetic_command(Command& command);
  void parse_group(Command& command);
  CommandRef parse_function(std::string name, int line, std::size_t begin);
  void parse_conditional(Command& command);
  std::shared_ptr<const Condition> parse_condition_or();
  std::shared_ptr<const Condition> parse_condition_and();
  std::shared_ptr<const Condition> parse_condition_primary();
  std::shared_ptr<const Condition> parse_condition_test();
  Word read_regex();
  std::string text_since(std::size_t begin) const;

  ParserOptions options_;
  Reader reader_;
  std::optional<SyntaxError> error_;
  std::optional<Token> token_;
  std::size_t last_end_ = 0;  // Where the token taken last ended.
  std::vector<PendingHereDoc> pending_;
  std::vector<std::pair<int, std::string>> unended_;
  int depth_ = 0;
  bool in_condition_ = false;
  bool in_here_doc_ = false;
};

/// For prompts of hosts: is this text a program?
enum class ParseStatus { complete, incomplete, error };
struct ParseAnswer {
  ParseStatus status = ParseStatus::complete;
  std::string message;  // Of an error, as the shell prints it.
};
ParseAnswer parse_status(const std::string& text, Dialect dialect);

/// The words of an error after "sh: 1: " (or "sh: line 1: ").
std::string describe(const SyntaxError& error, Dialect dialect);

/// Is this a name: letters, digits, underscores, no digit first?
bool is_name(std::string_view text);
bool is_reserved(std::string_view word, Dialect dialect);

}  // namespace drydock::userland::sh
