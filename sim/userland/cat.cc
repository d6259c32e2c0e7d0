// cat.cc — copy each named file, or standard input, to standard output.
//
// The smallest program with a read-write loop, and so the one to read first.
// Each co_await is a system call that may wait: the process stops there, the
// scheduler picks another, and this one goes on when the kernel has its answer.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "A show-all, b number-nonblank, e, E show-ends, n number, "
        "s squeeze-blank, t, T show-tabs, u, v show-nonprinting",
    .busybox = "n, b, v, t, e, A, s, u"};

struct Style {
  bool number = false, number_nonblank = false;
  bool ends = false, tabs = false, nonprinting = false, squeeze = false;
  bool plain() const {
    return !number && !ends && !tabs && !nonprinting && !squeeze;
  }
};

Style style_of(const Options& options) {
  Style style;
  const bool all = options.has("A");
  style.number_nonblank = options.has("b");
  style.number = options.has("n") || style.number_nonblank;
  style.ends = options.has("E") || options.has("e") || all;
  style.tabs = options.has("T") || options.has("t") || all;
  style.nonprinting =
      options.has("v") || options.has("e") || options.has("t") || all;
  style.squeeze = options.has("s");
  return style;
}

/// Numbers lines and makes bytes visible; remembers where it is between files.
class Dresser {
 public:
  explicit Dresser(Style style) : style_(style) {}

  std::string dress(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
      if (at_start_ && !begin_line(c, out)) continue;
      if (c == '\n') {
        if (style_.ends) out += '$';
        out += '\n';
        at_start_ = true;
      } else {
        show(static_cast<unsigned char>(c), out);
        at_start_ = false;
      }
    }
    return out;
  }

 private:
  // False when the line is an empty one too many.
  bool begin_line(char first, std::string& out) {
    const bool empty = first == '\n';
    empties_ = empty ? empties_ + 1 : 0;
    if (style_.squeeze && empties_ > 1) return false;
    if (style_.number && !(style_.number_nonblank && empty)) {
      out += fmt::format("{:6}\t", ++line_);
    }
    return true;
  }

  void show(unsigned char c, std::string& out) {
    if (c == '\t') {
      out += style_.tabs ? "^I" : "\t";
      return;
    }
    if (!style_.nonprinting) {
      out += static_cast<char>(c);
      return;
    }
    if (c >= 0x80) {
      out += "M-";
      c = static_cast<unsigned char>(c & 0x7f);
    }
    if (c < 0x20 || c == 0x7f) {
      out += '^';
      c ^= 0x40;
    }
    out += static_cast<char>(c);
  }

  Style style_;
  bool at_start_ = true;
  std::int64_t empties_ = 0;
  std::int64_t line_ = 0;
};

/// Where bytes go, and whether it was that side that failed.
struct Outward {
  Dresser* dresser;
  bool failed = false;
};

Task<SysOutcome> copy(Process& self, Fd from, Outward& to) {
  for (;;) {
    const SysResult<Bytes> chunk = co_await self.read(from, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) co_return chunk.error();
    if (chunk->empty()) co_return ok();  // An empty read is the end of file.

    const Bytes bytes = to.dresser ? to.dresser->dress(*chunk) : *chunk;
    const auto written = co_await self.write(kStdout, bytes);
    to.failed = !written;
    if (!written) co_return written.error();
  }
}

Task<SysOutcome> copy_named(Process& self, std::string name, Outward& to) {
  if (name == "-") co_return co_await copy(self, kStdin, to);

  const SysResult<Fd> file = co_await self.open(name, kReadOnly);
  if (!file) co_return file.error();
  const SysOutcome copied = co_await copy(self, *file, to);
  shut(self, *file);
  co_return copied;
}

// Directories can be opened; busybox tells that from a failure to open.
void complain_about(Output& out, const std::string& name, Errno error) {
  if (!out.busybox()) return out.complain(quoted_if_needed(name), error);
  if (error == Errno::eisdir) return out.complain("read error", error);
  out.complain("can't open '" + name + "'", error);
}

}  // namespace

Task<int> cat_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);

  List names = line.operands;
  if (names.empty()) names.push_back("-");
  const Style style = style_of(line);
  Dresser dresser(style);
  Outward to{style.plain() ? nullptr : &dresser};
  int status = 0;
  for (const std::string& name : names) {
    const SysOutcome copied = co_await copy_named(self, name, to);
    if (copied) continue;
    if (to.failed) {
      out.complain("write error", copied.error());
      co_return co_await out.finish(1);
    }
    complain_about(out, name, copied.error());
    co_await out.flush();
    status = 1;  // One bad name does not stop the others.
  }
  co_return status;
}

}  // namespace drydock::userland
