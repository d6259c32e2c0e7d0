// pager.cc — less and more: like cat where nobody watches, else page by page.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[FILE]...",
                       .gnu = "E, F, M, N, R, S, X, e, f, i, m, n, r, s",
                       .busybox = "E, F, M, N, R, S, I, m"};

// Waits for a key on the terminal: false when the person has had enough.
Task<bool> next_page(Process* self, Fd terminal) {
  const auto before = self->tcgetattr(terminal);
  if (before) {
    Termios raw = *before;
    raw.canonical = raw.echo = false;
    static_cast<void>(self->tcsetattr(terminal, raw));
  }
  const auto key = co_await self->read(terminal, 1);
  if (before) static_cast<void>(self->tcsetattr(terminal, *before));
  co_return key && !key->empty() && *key != "q" && *key != "Q";
}

Task<bool> show(Output* out, std::string text, Fd terminal) {
  Process& self = out->self();
  const auto size = self.window_size(kStdout);
  const int rows = size && size->rows > 1 ? size->rows - 1 : 23;
  int shown = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (shown == rows) {
      out->say(":");
      co_await out->flush();
      const bool more = co_await next_page(&self, terminal);
      out->say("\r\x1b[K");
      if (!more) co_return false;
      shown = 0;
    }
    out->say(std::string_view(text).substr(at, end - at));
    ++shown;
    at = end;
  }
  co_return true;
}

}  // namespace

Task<int> pager_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const bool watched = self.isatty(kStdout);
  if (line.operands.empty() && self.isatty(kStdin)) {
    out.complain_plain(
        fmt::format("Missing filename (\"{} --help\" for help)\n",
                    vfs::base_name(out.name())));
    co_return co_await out.finish(1);
  }
  Fd terminal = kStderr;
  if (watched && line.operands.empty()) {
    const auto tty = co_await self.open("/dev/tty", kReadOnly);
    if (tty) terminal = *tty;
  } else if (watched && self.isatty(kStdin)) {
    terminal = kStdin;
  }
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  for (const std::string& name : names) {
    SysResult<Bytes> text = Errno::enoent;
    if (name == "-") {
      text = co_await read_to_end(self, kStdin);
    } else {
      text = co_await read_file(self, name);
    }
    if (!text) {
      out.complain_plain(fmt::format("{}: {}\n", name, text_of(text.error())));
      continue;
    }
    if (!watched) {
      out.say(*text);
      continue;
    }
    const bool go_on = co_await show(&out, *text, terminal);
    if (!go_on) break;
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
