// nproc.cc — how many processors there are.

#include <algorithm>

#include "sim/kernel/cgroup.h"
#include "sim/kernel/kernel.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION]...", .gnu = "all, ignore="};

/// sched_getaffinity(2), by what /proc tells of it.
std::int64_t allowed(std::string_view status, std::int64_t otherwise) {
  constexpr std::string_view kKey = "Cpus_allowed_list:";
  const std::size_t at = status.find(kKey);
  if (at == std::string_view::npos) return otherwise;
  const std::string_view rest = status.substr(at + kKey.size());
  const int count = kernel::count_of_list(rest.substr(0, rest.find('\n')));
  return count > 0 ? count : otherwise;
}

}  // namespace

Task<int> nproc_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  std::int64_t count = self.kernel().identity.cpus;
  const SysResult<Bytes> status = co_await read_file(self, "/proc/self/status");
  if (status && !line.has("all")) count = allowed(*status, count);
  if (const auto ignored = line.value("ignore")) {
    const auto less = parse_int(*ignored);
    if (!less || *less < 0) {
      out.complain("invalid number to ignore: " + quoted(out, *ignored));
      co_return co_await out.finish(1);
    }
    count = std::max<std::int64_t>(count - *less, 1);
  }
  out.say(std::to_string(count) + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
