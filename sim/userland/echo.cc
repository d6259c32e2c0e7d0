// echo.cc — print the arguments.

#include "sim/userland/escapes.h"
#include "sim/userland/output.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' &&
         word.find_first_not_of("neE", 1) == word.npos;
}

}  // namespace

Task<int> echo_main(kernel::Process& self) {
  Output out(self);
  const List& words = self.argv();
  bool newline = true;
  bool escapes = false;
  std::size_t at = 1;
  for (; at < words.size() && is_option(words[at]); ++at) {
    for (const char letter : words[at].substr(1)) {
      if (letter == 'n') newline = false;
      if (letter != 'n') escapes = letter == 'e';
    }
  }
  const List rest(words.begin() + std::min(at, words.size()), words.end());
  Unescaped text{join(rest, " "), false};
  if (escapes) text = unescape(text.text);
  out.say(text.text);
  if (newline && !text.stop) out.say("\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
