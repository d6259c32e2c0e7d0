// sequence.h — positions: slices of any sequence, characters of UTF-8.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/userland/python/interpreter.h"
#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

/// The positions that a slice means for a sequence of some length.
struct Span {
  std::int64_t start = 0, count = 0, step = 1;
  std::int64_t at(std::int64_t i) const { return start + i * step; }
};
/// Nullopt: raised.
std::optional<Span> span_of(Interpreter& py, const Slice& slice,
                            std::int64_t length);

/// `count` characters from position `from`; both are within the text.
std::string characters(const Str& text, std::int64_t from, std::int64_t count);

/// Where a character begins, and the other way round.
std::size_t byte_offset(const Str& text, std::int64_t character);
std::int64_t character_of(const Str& text, std::size_t byte);

/// The code point of one character.
std::int64_t code_of(std::string_view character);

}  // namespace drydock::userland::python
