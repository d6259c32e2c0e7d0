// text_tools.h — what str and bytes have in common; encodings.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/text.h"
#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

std::string replaced(std::string_view text, std::string_view from,
                     std::string_view to, std::int64_t most);

/// `set`: characters of UTF-8.
std::string strip(std::string_view text, std::string_view set, bool left,
                  bool right);

/// At each `by`, or, when it is empty, at runs of blanks; at most so many
/// times, counted from the right if asked.
Strings split_text(std::string_view text, std::string_view by,
                   std::int64_t most, bool from_right);

/// Null: raised (unknown encoding, or what does not fit).
Value encode_text(Interpreter& py, const std::string& text,
                  const std::string& encoding, const std::string& errors);
Value decode_bytes(Interpreter& py, const std::string& bytes,
                   const std::string& encoding, const std::string& errors);

}  // namespace drydock::userland::python
