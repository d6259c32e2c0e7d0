// busybox.cc — busybox called by its own name without an applet.
//
// "busybox ls" is the kernel's to choose (exec.cc): it runs the program of the
// applet.  What is left is busybox alone, --list and --help.

#include "sim/userland/options.h"
#include "sim/userland/programs.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

std::string applet_list(std::string_view separator) {
  List names;
  for (const std::string_view id : program_ids("busybox")) {
    const std::string_view name = id.substr(id.find('/') + 1);
    if (!name.starts_with("--")) names.emplace_back(name);
  }
  return join(names, separator);
}

}  // namespace

Task<int> busybox_main(kernel::Process& self) {
  Output out(self);
  if (self.argv().front() == "--list") {
    out.say(applet_list("\n") + "\n");
  } else {
    out.say(
        "BusyBox v1.24.1 (2015-10-12 08:00:00 UTC) multi-call binary.\n\n"
        "Usage: busybox [function [arguments]...]\n"
        "   or: busybox --list\n\nCurrently defined functions:\n\t" +
        applet_list(", ") + "\n");
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
