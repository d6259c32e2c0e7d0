// escapes.h — backslash escapes as echo -e and printf %b read them.

#pragma once

#include <string>
#include <string_view>

namespace drydock::userland {

struct Unescaped {
  std::string text;
  bool stop = false;  // \c was met: nothing follows.
};

/// \\ \a \b \c \e \f \n \r \t \v \0NNN \xHH; other backslashes stay.
Unescaped unescape(std::string_view text);

}  // namespace drydock::userland
