// fault.cc — counting doors, and what happens at one of them.

#include "realmode/sys/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sim/base/text.h"

namespace drydock::sys {

namespace {

enum class What { nothing, kill, kill_after, fail, trace };

struct Fault {
  std::string spec;
  What what = What::nothing;
  std::int64_t at = 0;      // Which door; 0: none.
  std::int64_t passed = 0;  // So many so far.
  int error = 0;
  std::string trace;  // A file that takes a line for each door.
};

Fault& fault() {
  static Fault one;
  return one;
}

void read_what(Fault& to, const std::string& what) {
  struct Named {
    const char* name;
    int error;
  };
  static constexpr std::array kErrors = {
      Named{"ENOSPC", ENOSPC}, Named{"EIO", EIO}, Named{"ENOMEM", ENOMEM}};
  if (what == "kill") to.what = What::kill;
  if (what == "kill-after") to.what = What::kill_after;
  for (const Named& named : kErrors) {
    if (what != named.name) continue;
    to.what = What::fail;
    to.error = named.error;
  }
  if (what.starts_with("trace=")) {
    to.what = What::trace;
    to.trace = what.substr(6);
  }
}

void write_trace(const Fault& of, const char* call) {
  const int fd =
      ::open(of.trace.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const std::string line = std::string(call) + "\n";
  (void)!::write(fd, line.data(), line.size());
  ::close(fd);
}

}  // namespace

void take_role(std::string_view role, std::string_view spec) {
  Fault& own = fault();
  own = {};
  own.spec = spec;
  const List parts = split(own.spec, ':');
  if (parts.size() != 3 || parts[0] != role) return;
  own.at = parse_int(parts[1]).value_or(0);
  read_what(own, parts[2]);
}

void take_role(std::string_view role) {
  const char* const spec = std::getenv("DRYDOCK_FAULT");
  take_role(role, spec ? spec : "");
}

std::string_view fault_spec() { return fault().spec; }

Door::Door(const char* call) {
  Fault& own = fault();
  if (own.what == What::nothing) return;
  if (own.what == What::trace) {
    write_trace(own, call);
    return;
  }
  if (++own.passed != own.at) return;
  if (own.what == What::kill) (void)::kill(::getpid(), SIGKILL);
  if (own.what == What::kill_after) killed_ = ::getpid();
  if (own.what != What::fail) return;
  open_ = false;
  errno = own.error;
}

Door::~Door() {
  // Behind clone3(2) there are two; it is the caller's turn.
  if (killed_ != 0 && killed_ == ::getpid()) (void)::kill(killed_, SIGKILL);
}

}  // namespace drydock::sys
