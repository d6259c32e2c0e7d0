// printf.cc — the program printf: printf_format.h with a process around it.

#include "sim/userland/options.h"
#include "sim/userland/printf_format.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "FORMAT [ARGUMENT]...", .gnu = ""};
}

Task<int> printf_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const bool asks = words.size() == 1 && words.front().starts_with("--");
  if (asks && !out.busybox()) {
    const CommandLine line = read_words(out, kAbout, words);
    if (line.status && *line.status == 0) co_return co_await out.finish(0);
  }
  if (words.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  const PrintfStyle style =
      out.busybox() ? PrintfStyle::busybox : PrintfStyle::gnu;
  const PrintfAnswer answer = printf_format(words, style, self.now());
  out.say(answer.text);
  for (const std::string& complaint : answer.complaints) {
    out.complain(complaint);
  }
  co_return co_await out.finish(answer.status);
}

}  // namespace drydock::userland
