// hostname.cc — show or set the name of this host.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[-a|-A|-d|-f|-i|-I|-s|-y] | [-b] {NAME|-F FILE}",
    .gnu =
        "a alias, A all-fqdns, d domain, f fqdn, long, F file=, "
        "i ip-address, I all-ip-addresses, s short, y yp, nis, b boot",
    .busybox = "i, s, d, f, F=",
    .refusal = 255};

struct HostsLine {
  std::string address;
  List names;
};

// The first line of /etc/hosts that has this name.
std::optional<HostsLine> find_host(std::string_view hosts,
                                   const std::string& name) {
  for (const std::string& line : split(hosts, '\n')) {
    List words = split_blanks(line.substr(0, line.find('#')));
    if (words.size() < 2) continue;
    const std::string address = words.front();
    words.erase(words.begin());
    if (std::find(words.begin(), words.end(), name) != words.end()) {
      return HostsLine{address, words};
    }
  }
  return std::nullopt;
}

// All addresses but the loopback's.
List own_addresses(const kernel::NetStack& stack) {
  List addresses;
  for (const kernel::Interface& each : stack.interfaces()) {
    if (each.address.is_loopback() || each.address.is_any()) continue;
    addresses.push_back(kernel::format_ipv4(each.address));
  }
  return addresses;
}

Task<int> set_name(Output* out, std::string name) {
  kernel::Process& self = out->self();
  while (!name.empty() && name.back() == '\n') name.pop_back();
  const SysOutcome set = self.sethostname(name);
  if (set) co_return 0;
  const bool denied = set.error() == Errno::eperm;
  if (out->busybox()) {
    out->complain("sethostname", set.error());
  } else if (denied) {
    out->complain("you must be root to change the host name");
  } else {
    out->complain("name is invalid");
  }
  co_return co_await out->finish(1);
}

// What an option asks for; nullopt when the name cannot be looked up.
std::optional<std::string> looked_up(const std::string& key,
                                     const std::optional<HostsLine>& host,
                                     const kernel::NetStack& stack) {
  if (key == "I") return join(own_addresses(stack), " ") + " ";
  if (!host) return std::nullopt;
  const std::string& full = host->names.front();
  const std::size_t dot = full.find('.');
  if (key == "i") return host->address;
  if (key == "d") return dot == full.npos ? "" : full.substr(dot + 1);
  if (key == "a") {
    return join(List(host->names.begin() + 1, host->names.end()), " ");
  }
  return full;
}

}  // namespace

Task<int> hostname_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string name = self.gethostname();
  if (const auto file = line.value("F")) {
    const SysResult<Bytes> content = co_await read_file(self, *file);
    if (!content) {
      out.complain(*file, content.error());
      co_return co_await out.finish(1);
    }
    co_return co_await set_name(&out, *content);
  }
  if (!line.operands.empty()) {
    const std::string& wanted = line.operands.front();
    co_return co_await set_name(&out, wanted);
  }
  const std::string key = line.last_of(split("a A d f long i I s y nis", ' '));
  if (key.empty()) {
    out.say(name + "\n");
    co_return co_await out.finish(0);
  }
  if (key == "s") {
    out.say(name.substr(0, name.find('.')) + "\n");
    co_return co_await out.finish(0);
  }
  if (key == "y" || key == "nis") {
    out.complain("Local domain name not set");
    co_return co_await out.finish(1);
  }
  const SysResult<Bytes> hosts = co_await read_file(self, "/etc/hosts");
  const std::string text = hosts ? *hosts : "";
  const auto found = looked_up(key, find_host(text, name), self.network());
  if (!found) {
    out.complain(out.busybox() ? name + ": Unknown host"
                               : "Name or service not known");
    co_return co_await out.finish(1);
  }
  out.say(*found + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
