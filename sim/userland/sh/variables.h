// variables.h — the shell's variables: values, attributes, arrays, local
// scopes.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/text.h"

namespace drydock::userland::sh {

struct Variable {
  enum class Kind { scalar, indexed, associative };
  Kind kind = Kind::scalar;
  std::optional<std::string> value;  // Of a scalar; nullopt: declared only.
  std::map<std::int64_t, std::string> indexed;
  std::map<std::string, std::string, std::less<>> keyed;
  bool exported = false;
  bool read_only = false;
  bool integer = false, lower = false, upper = false, reference = false;

  bool is_array() const { return kind != Kind::scalar; }
  /// What $name gives: the value, or element 0.
  std::optional<std::string> first() const;
  std::int64_t bytes() const;
};

enum class SetError { none, read_only, too_big };

class Variables {
 public:
  /// All variables of a shell together.
  static constexpr std::int64_t kMaxBytes = std::int64_t{1} << 28;

  const Variable* find(std::string_view name) const;
  std::optional<std::string> get(std::string_view name) const;
  std::string get_or(std::string_view name, std::string_view otherwise) const;

  SetError set(std::string_view name, std::string value);
  SetError set_element(std::string_view name, std::int64_t index,
                       std::string value);
  SetError set_keyed(std::string_view name, std::string key, std::string value);
  SetError unset(std::string_view name);
  void unset_element(std::string_view name, std::string_view key,
                     std::int64_t index);

  /// For attributes and whole arrays: the caller answers for read_only.
  Variable& touch(std::string_view name);
  /// Counts again after changes through touch().
  SetError recount();

  /// A variable of the function that runs; the former one comes back when it
  /// ends.  Keeps value and export where `inherit`.
  void make_local(std::string_view name, bool inherit);
  bool is_local(std::string_view name) const;
  void push_scope() { scopes_.emplace_back(); }
  void pop_scope();
  bool in_scope() const { return !scopes_.empty(); }

  std::int64_t bytes() const { return bytes_; }

  /// "K=V" of what is exported, by name.
  List environment() const;
  const std::map<std::string, Variable, std::less<>>& all() const {
    return variables_;
  }
  /// Where name references lead; the name itself if it is none.
  std::string resolve(std::string_view name) const;

 private:
  using Saved = std::vector<std::pair<std::string, std::optional<Variable>>>;
  std::string cased(const Variable& variable, std::string value) const;

  std::map<std::string, Variable, std::less<>> variables_;
  std::vector<Saved> scopes_;
  std::int64_t bytes_ = 0;
};

}  // namespace drydock::userland::sh
