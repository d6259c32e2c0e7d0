// nslookup.cc — busybox's: what name servers know of a name.

#include <fmt/format.h>

#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/output.h"

namespace drydock::userland {

Task<int> nslookup_main(kernel::Process& self) {
  Output out(self);
  const List& argv = self.argv();
  if (argv.size() != 2) {
    out.complain_plain(argv.size() > 2
                           ? "drydock: nslookup with a server is not modelled\n"
                           : "Usage: nslookup [HOST] [SERVER]\n");
    co_return co_await out.finish(1);
  }
  const ResolvConf conf = co_await read_resolv_conf(self);
  const std::string server = kernel::format_ipv4(conf.servers.front());
  out.say(fmt::format("Server:    {0}\nAddress 1: {0}\n\n", server));
  const std::string name = argv[1];
  const Result<HostEntry, LookupFault> found =
      co_await resolve_host(self, name);
  if (!found) {
    co_await out.flush();
    out.complain(
        fmt::format("can't resolve '{}': {}", name, text_of(found.error())));
    co_return co_await out.finish(1);
  }
  out.say(fmt::format("Name:      {}\n", name));
  int number = 0;
  for (const kernel::Ipv4 address : found->addresses) {
    const Result<HostEntry, LookupFault> back =
        co_await resolve_name_of(self, address);
    out.say(fmt::format("Address {}: {}{}\n", ++number,
                        kernel::format_ipv4(address),
                        back ? " " + back->name : ""));
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
