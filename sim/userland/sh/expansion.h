// expansion.h — from words to fields: POSIX.1-2017, XCU 2.6.
//
// The order is the standard's: (braces,) tilde, parameters, substitutions and
// arithmetic from left to right, field splitting, pathnames, quote removal.
// All answer false when an error ended the command; it was told already.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/userland/sh/arithmetic.h"
#include "sim/userland/sh/ast.h"
#include "sim/userland/sh/fields.h"
#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

/// What a single text is for.
enum class Purpose {
  text,        // A case's subject, a redirection's target.
  assignment,  // Tildes behind colons too.
  pattern,     // Quoted bytes are escaped.
  regex,
  document,  // No tilde.
};

class Expander {
 public:
  explicit Expander(Shell& shell) : shell_(shell) {}

  /// All words to fields.
  Task<bool> expand_all(const std::vector<Word>& words, List* fields);
  Task<bool> expand_word(const Word& word, List* fields);

  /// One text, without splitting and pathnames.
  Task<bool> expand_text(const Word& word, Purpose purpose, std::string* text);

  /// The number that an arithmetic word comes to.
  Task<bool> expand_number(const Word& word, std::int64_t* value);

 private:
  struct Values {
    std::vector<std::string> texts;
    bool set = false;
    bool list = false;    // $@, $*, a[@]
    bool joined = false;  // With '*'.
  };

  Task<bool> expand_parts(const Word& word, Fields* fields, bool splits,
                          Purpose purpose, bool operand);
  bool add_simple(const Part& part, Fields& fields, bool splits, bool operand);
  Task<bool> add_tilde(const Word& word, Fields* fields, Purpose purpose);
  Task<std::optional<std::string>> home_of(std::string prefix);
  Task<bool> expand_tildes(std::string text, bool behind_colons, bool whole,
                           Marked* out);
  Task<bool> add_command(const Part& part, Fields* fields);
  Task<bool> add_process(const Part& part, Fields* fields);
  Task<bool> add_param(const Part& part, Fields* fields, bool splits);
  Task<bool> add_operand(const Part& part, Fields* fields, bool splits);
  Task<bool> apply_operator(const Param& param, Values* values);
  Task<bool> follow(Param* param);
  Task<bool> apply_error(const Part& part, const Values& values);
  Task<bool> apply_assign(const Part& part, Values* values);
  Task<bool> apply_cut(const Param& param, Values* values);
  Task<bool> apply_replace(const Param& param, Values* values);
  Task<bool> apply_slice(const Param& param, Values* values);
  Task<bool> apply_case(const Param& param, Values* values);
  bool apply_transform(const Param& param, Values& values);
  Task<bool> read_values(const Param& param, Values* values);
  Task<bool> read_element(const Param& param, Values* values);
  bool list_names(const Param& param, Values& values);
  void add_values(const Values& values, bool quoted, bool splits,
                  Fields& fields);
  bool check_set(const Param& param, const Values& values);
  bool fits(const Fields& fields);
  std::string separator() const;
  std::string ifs() const;
  void finish(Fields& fields, List& result);

  Shell& shell_;
};

/// $(command): its output without the newlines at its end.  The status is
/// left in shell.substitution_status.
Task<bool> substitute_command(Shell& shell, CommandRef command,
                              std::string* output);

/// The value of an expression, with the shell's variables; aborts on errors.
std::optional<std::int64_t> evaluate_in(Shell& shell,
                                        std::string_view expression);
/// The index that a subscript of an indexed array means.
std::optional<std::int64_t> index_in(Shell& shell, std::string_view name,
                                     std::string_view subscript);

}  // namespace drydock::userland::sh
