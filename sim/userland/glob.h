// glob.h — fnmatch(3): shell patterns against text.

#pragma once

#include <string_view>

namespace drydock::userland {

struct GlobRules {
  bool ignore_case = false;  // FNM_CASEFOLD
  bool leading_dot = false;  // FNM_PERIOD: a first '.' must be given.
  bool path_name = false;    // FNM_PATHNAME: '/' must be given.
};

/// Whether all of `text` matches: * ? [a-z] [!x] [[:alpha:]] \x.
bool glob_matches(std::string_view pattern, std::string_view text,
                  GlobRules rules = {});

}  // namespace drydock::userland
