// tee.cc — standard input to standard output and to files.

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[OPTION]... [FILE]...",
                       .gnu = "a append, i ignore-interrupts, p",
                       .busybox = "a, i"};

struct Target {
  Fd fd;
  std::string name;
};

}  // namespace

Task<int> tee_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const unsigned how = line.has("a") ? kAppend : kTruncate;
  if (line.has("i")) {
    static_cast<void>(self.sigaction(kSigInt, Disposition::ignore));
  }
  std::vector<Target> targets = {{kStdout, "standard output"}};
  int status = 0;
  for (const std::string& name : line.operands) {
    const unsigned flags = kWriteOnly | kCreate | how;
    const SysResult<Fd> fd = co_await self.open(name, flags);
    if (fd) {
      targets.push_back({*fd, name});
      continue;
    }
    complain_about(out, name, fd.error(), true);
    co_await out.flush();
    status = 1;
  }
  while (!targets.empty()) {
    const SysResult<Bytes> chunk = co_await self.read(kStdin, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk || chunk->empty()) break;
    for (std::size_t i = 0; i < targets.size();) {
      const auto written = co_await self.write(targets[i].fd, *chunk);
      if (written) {
        ++i;
        continue;
      }
      out.complain(targets[i].name, written.error());
      co_await out.flush();
      targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(i));
      status = 1;
    }
  }
  co_return status;
}

}  // namespace drydock::userland
