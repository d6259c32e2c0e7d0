// busybox.cc — busybox called by its own name: "busybox ls -l".

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/programs.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

std::string applet_list(std::string_view separator) {
  List names;
  for (const std::string_view id : program_ids("busybox")) {
    names.emplace_back(id.substr(id.find('/') + 1));
  }
  return join(names, separator);
}

}  // namespace

Task<int> busybox_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (words.empty() || words[0] == "--help") {
    out.say(
        "BusyBox v1.24.1 (2015-10-12 08:00:00 UTC) multi-call binary.\n\n"
        "Usage: busybox [function [arguments]...]\n"
        "   or: busybox --list\n\nCurrently defined functions:\n\t" +
        applet_list(", ") + "\n");
    co_return co_await out.finish(0);
  }
  if (words[0] == "--list") {
    out.say(applet_list("\n") + "\n");
    co_return co_await out.finish(0);
  }
  if (!programs().find("busybox/" + words[0]) || words[0] == "busybox") {
    out.complain_plain(fmt::format("{}: applet not found\n", words[0]));
    co_return co_await out.finish(127);
  }
  // The same file under the applet's name.
  const List paths{"/proc/self/exe", self.argv()[0], "/bin/busybox"};
  for (const std::string& path : paths) {
    co_await self.execve(path, words, self.environ());
  }
  out.complain_plain(fmt::format("{}: applet not found\n", words[0]));
  co_return co_await out.finish(127);
}

}  // namespace drydock::userland
