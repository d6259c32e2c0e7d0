// format_spec.h — what stands behind % and {:}: fill, sign, width, precision.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

struct FormatSpec {
  std::string fill = " ";
  char align = 0, sign = '-', type = 0;
  bool alternate = false, thousands = false;
  std::int64_t width = 0, precision = -1;
};

inline constexpr std::int64_t kWidthMax = 1 << 20;

/// Filled up to the width; `standard`: how, when nothing is said.
std::string padded(const FormatSpec& spec, const std::string& sign,
                   std::string body, char standard);
std::string sign_of(const FormatSpec& spec, bool negative);

/// Without its sign.
std::string real_body(double number, char type, std::int64_t precision,
                      bool alternate);

/// Nullopt: raised.
std::optional<std::string> format_int(Interpreter& py, std::int64_t number,
                                      const FormatSpec& spec);
std::optional<std::string> format_text(Interpreter& py, std::string text,
                                       const FormatSpec& spec,
                                       std::string type);

}  // namespace drydock::userland::python
