// substitution.h — $variables, quotes and escapes in arguments.
//
// behaviour.md §6.4 has docker-1.8's forms; docker-20.10 knows more of the
// shell's and refuses what it does not understand.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/builder/rules.h"

namespace drydock::builder {

/// Replaces variables by their values in `env` ("K=V"; the first one of a key
/// counts) and removes quotes and escapes.
Result<std::string> substitute(std::string_view word, const List& env,
                               char escape, const BuilderRules& rules);

/// The same, cutting what comes out at blanks outside of quotes: EXPOSE.
Result<List> substitute_words(std::string_view word, const List& env,
                              char escape, const BuilderRules& rules);

}  // namespace drydock::builder
