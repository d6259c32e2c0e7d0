// printf_format.h — what printf prints: the format, used again until the
// arguments are used up.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock::userland {

enum class PrintfStyle { dash, bash, gnu, busybox };

struct PrintfAnswer {
  std::string text;
  List complaints;  // Without the program's name.
  int status = 0;
};

/// `words`: the format and its arguments.  `now` is for %(...)T of bash.
PrintfAnswer printf_format(const List& words, PrintfStyle style, Time now);

}  // namespace drydock::userland
