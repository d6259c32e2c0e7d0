// nft.cc — a child that reads its rules from memory.

#include "realmode/net/nft.h"

#include <unistd.h>

#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/trace.h"
#include "sim/base/text.h"

namespace drydock::realmode {

/// Waits for it through the end of its errors.
Outcome run_nft(const std::string& script) {
  auto errors = sys::pipe();
  if (!errors) return errors.error();
  const auto input = sys::sealed_memory("nft", script);
  if (!input) return input.error();
  const sys::Door door("nft");
  const pid_t pid = door ? ::vfork() : -1;
  if (pid == 0) {
    (void)::dup2(input->get(), 0);
    (void)::dup2(errors->write.get(), 1);
    (void)::dup2(errors->write.get(), 2);
    ::execlp("nft", "nft", "-f", "-", nullptr);
    (void)!::write(2, "there is no nft here", 20);
    ::_exit(127);
  }
  if (pid < 0) return sys::refused("vfork()");
  errors->write.close();
  const auto said = sys::read_all(errors->read.get());
  if (!said) return said.error();
  if (!said->empty()) return Error{"nft: " + *said};
  for (const std::string& line : split(script, '\n')) {
    if (!line.empty()) sys::note("nft: {}", trim(line));
  }
  return done();
}

}  // namespace drydock::realmode
