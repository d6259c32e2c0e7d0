// words.h — the small lexers of the Dockerfile's lines.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/text.h"

namespace drydock::builder {

/// Takes leading `--flag`s off `rest`.  Quotes and backslashes in them are
/// removed; a lone "--" ends them.
List take_flags(std::string_view& rest);

/// Cuts at blanks outside of quotes.  Quotes and escapes stay in the words:
/// it is the substitution that removes them.
List quoted_words(std::string_view text, char escape);

/// `K=V K="a b"` or `K rest of the line`, as K, V, K, V ...  `name` is the
/// instruction's, for its errors.
Result<List> name_value_pairs(std::string_view text, char escape,
                              std::string_view name);

/// The first word and what follows the blanks behind it.
struct Head {
  std::string_view word, rest;
};
Head split_head(std::string_view text);

}  // namespace drydock::builder
