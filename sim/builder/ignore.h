// ignore.h — .dockerignore: what of a folder is not sent to the engine.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/builder/rules.h"

namespace drydock::builder {

/// Go's filepath.Match, and with `double_star` also "**", which crosses
/// slashes.  Costs at most |pattern| * |text| steps.
bool glob_matches(std::string_view pattern, std::string_view text,
                  bool double_star);

/// False for what Go calls "syntax error in pattern": "[", "a\".
bool is_pattern(std::string_view pattern);

/// True if it has a * ? or [ that no backslash precedes.
bool has_wildcards(std::string_view path);

/// The lines of a .dockerignore.  The last one that matches wins, and one that
/// matches a directory covers all below it.
class IgnoreRules {
 public:
  IgnoreRules() = default;

  /// Errors are the client's whole line: "Error checking context: ...".
  static Result<IgnoreRules> parse(std::string_view text,
                                   const BuilderRules& rules);

  /// `path` is relative to the context: "a/b".
  bool excludes(std::string_view path) const;

  /// Whether something below an excluded directory may still be wanted.
  bool has_exceptions() const { return has_exceptions_; }

  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string text;
    bool exception = false;  // It was written with a "!".
  };

  std::vector<Pattern> patterns_;
  bool has_exceptions_ = false;
  bool double_star_ = false;
};

}  // namespace drydock::builder
