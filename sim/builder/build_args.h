// build_args.h — ARG and --build-arg: variables of the build alone.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sim/base/text.h"

namespace drydock::builder {

/// Which variables may be seen, and with what values.  An ARG before the first
/// FROM is for FROM lines; one after it is for the rest of its stage; proxies
/// need no ARG.
class BuildArgs {
 public:
  using Values = std::map<std::string, std::string>;
  using Declared = std::map<std::string, std::optional<std::string>>;

  explicit BuildArgs(Values given) : given_(std::move(given)) {}

  void declare_for_from(std::string name, std::optional<std::string> value);
  void declare(std::string name, std::optional<std::string> value);
  void begin_stage() { declared_.clear(); }

  List for_from() const;  // "K=V", for FROM's own substitution.
  List visible() const;   // "K=V", declared in this stage, and proxies.

  /// The visible ones whose names the image's environment does not have.
  List beside(const List& env) const;

  /// The same without proxies that no ARG has named: what the cache minds.
  List cached_beside(const List& env) const;

  /// Names that were given and that no ARG has asked for.
  List unused() const;

 private:
  std::optional<std::string> value_of(
      const std::string& name, const std::optional<std::string>& value) const;
  List collect(const List& env, bool with_proxies) const;

  Values given_;
  Declared for_from_, declared_;
  std::set<std::string> asked_for_;
};

}  // namespace drydock::builder
