// resolver.cc — nsswitch.conf, hosts, and questions to name servers.

#include "sim/userland/net/resolver.h"

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/net/dns.h"

namespace drydock::userland {

namespace {

using kernel::Fd;
using kernel::Ipv4;
using kernel::Process;
using kernel::SocketAddress;
using Found = Result<HostEntry, LookupFault>;

constexpr std::size_t kSearchMax = 6, kServersMax = 3;  // resolv.conf(5)
constexpr std::size_t kAnswerMax = 4096;

Task<std::string> text_of_file(Process& self, std::string path) {
  const SysResult<Bytes> content = co_await kernel::read_file(self, path);
  co_return content ? *content : "";
}

/// The sources of "hosts:", in order.
List sources_in(std::string_view nsswitch) {
  for (const std::string& line : split(nsswitch, '\n')) {
    const List words = split_blanks(line.substr(0, line.find('#')));
    if (!words.empty() && words[0] == "hosts:") {
      return List(words.begin() + 1, words.end());
    }
  }
  return {"files", "dns"};
}

std::optional<HostEntry> look_in_hosts(std::string_view hosts,
                                       std::string_view name,
                                       std::optional<Ipv4> address) {
  for (const std::string& line : split(hosts, '\n')) {
    const List words = split_blanks(line.substr(0, line.find('#')));
    if (words.size() < 2) continue;
    const std::optional<Ipv4> own = kernel::parse_ipv4(words[0]);
    if (!own) continue;  // An IPv6 address: there is no such network here.
    const bool named =
        std::any_of(words.begin() + 1, words.end(),
                    [&](const auto& word) { return lower(word) == name; });
    if (address ? *own != *address : !named) continue;
    HostEntry entry;
    entry.name = words[1];
    entry.aliases.assign(words.begin() + 2, words.end());
    entry.addresses = {*own};
    return entry;
  }
  return std::nullopt;
}

/// One datagram to one server, and what comes back in time.
Task<std::optional<dns::Answer>> ask(Process& self, Ipv4 server, Bytes query,
                                     Nanoseconds timeout) {
  const SysResult<Fd> fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::datagram);
  if (!fd) co_return std::nullopt;
  SocketAddress address;
  address.ip = server;
  address.port = dns::kPort;
  std::optional<dns::Answer> answer;
  const SysOutcome connected = co_await self.connect(*fd, address);
  if (connected) {
    const auto sent = co_await self.write(*fd, query);
    std::vector<kernel::PollFd> wait{{*fd, true}};
    SysResult<int> ready = 0;
    if (sent) ready = co_await self.poll(&wait, timeout);
    if (ready && *ready > 0) {
      const SysResult<Bytes> bytes = co_await self.read(*fd, kAnswerMax);
      if (bytes) answer = dns::read_answer(*bytes);
    }
  }
  static_cast<void>(self.close(*fd));
  co_return answer;
}

/// The names to try for one that was typed: resolv.conf(5), "search", "ndots".
List candidates(const std::string& name, const ResolvConf& conf) {
  if (name.ends_with('.')) return {name.substr(0, name.size() - 1)};
  List names;
  const auto dots = std::count(name.begin(), name.end(), '.');
  if (dots >= conf.dots) names.push_back(name);
  for (const std::string& domain : conf.search) {
    names.push_back(name + "." + domain);
  }
  if (dots < conf.dots) names.push_back(name);
  return names;
}

Task<Found> ask_servers(Process& self, ResolvConf conf, std::string name,
                        dns::Type type) {
  dns::Question question;
  question.id = static_cast<std::uint16_t>(self.random());
  question.name = name;
  question.type = type;
  const std::optional<Bytes> query = dns::write_question(question);
  if (!query) co_return LookupFault::unknown;
  for (int attempt = 0; attempt < conf.attempts; ++attempt) {
    for (const Ipv4 server : conf.servers) {
      const std::optional<dns::Answer> answer =
          co_await ask(self, server, *query, conf.timeout);
      if (!answer || answer->id != question.id) continue;
      if (answer->code == dns::Code::name_error) {
        co_return LookupFault::unknown;
      }
      if (answer->code != dns::Code::no_error) continue;
      HostEntry entry;
      entry.name = answer->names.empty() ? name : answer->names.front();
      entry.addresses = answer->addresses;
      entry.server = server;
      const bool empty = answer->names.empty() && answer->addresses.empty();
      if (empty) co_return LookupFault::no_data;
      co_return entry;
    }
  }
  co_return LookupFault::try_again;
}

Task<Found> look_in_dns(Process& self, std::string name) {
  const ResolvConf conf = co_await read_resolv_conf(self);
  LookupFault fault = LookupFault::unknown;
  for (const std::string& each : candidates(name, conf)) {
    Found found = co_await ask_servers(self, conf, each, dns::Type::a);
    if (found) co_return found;
    fault = found.error();
    if (fault == LookupFault::try_again) co_return fault;
  }
  co_return fault;
}

struct Service {
  std::string_view name;
  std::uint16_t port;
};
constexpr Service kServices[] = {
    {"domain", 53}, {"ftp", 21},          {"http", 80},
    {"https", 443}, {"postgresql", 5432}, {"redis", 6379},
    {"smtp", 25},   {"ssh", 22},          {"telnet", 23},
};

}  // namespace

std::string_view text_of(LookupFault fault) {
  switch (fault) {
    case LookupFault::unknown:
      return "Name or service not known";
    case LookupFault::try_again:
      return "Temporary failure in name resolution";
    case LookupFault::no_data:
      return "No address associated with hostname";
  }
  return "";
}

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf conf;
  for (const std::string& line : split(text, '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 2) continue;
    if (words[0] == "nameserver" && conf.servers.size() < kServersMax) {
      const std::optional<Ipv4> server = kernel::parse_ipv4(words[1]);
      if (server) conf.servers.push_back(*server);
    } else if (words[0] == "search" || words[0] == "domain") {
      conf.search.assign(words.begin() + 1, words.end());
      if (conf.search.size() > kSearchMax) conf.search.resize(kSearchMax);
    } else if (words[0] == "options") {
      for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t colon = words[i].find(':');
        if (colon == std::string::npos) continue;
        const auto number = parse_int(words[i].substr(colon + 1));
        if (!number || *number < 0 || *number > 30) continue;
        const std::string key = words[i].substr(0, colon);
        if (key == "ndots") conf.dots = static_cast<int>(*number);
        if (key == "attempts") conf.attempts = static_cast<int>(*number);
        if (key == "timeout") conf.timeout = *number * kSecond;
      }
    }
  }
  if (conf.servers.empty()) conf.servers = {kernel::kLoopback};
  return conf;
}

Task<ResolvConf> read_resolv_conf(Process& self) {
  const std::string text = co_await text_of_file(self, "/etc/resolv.conf");
  co_return parse_resolv_conf(text);
}

Task<Found> resolve_host(Process& self, std::string name) {
  const std::optional<Ipv4> literal = kernel::parse_ipv4(name);
  if (literal) {
    HostEntry entry;
    entry.name = name;
    entry.addresses = {*literal};
    co_return entry;
  }
  if (name.empty()) co_return LookupFault::unknown;
  const std::string nsswitch =
      co_await text_of_file(self, "/etc/nsswitch.conf");
  const List sources = sources_in(nsswitch);
  LookupFault fault = LookupFault::unknown;
  for (const std::string& source : sources) {
    if (source == "files") {
      const std::string hosts = co_await text_of_file(self, "/etc/hosts");
      const auto entry = look_in_hosts(hosts, lower(name), std::nullopt);
      if (entry) co_return *entry;
    } else if (source == "dns") {
      Found found = co_await look_in_dns(self, lower(name));
      if (found) co_return found;
      fault = found.error();
    }
  }
  co_return fault;
}

Task<Result<Ipv4, LookupFault>> resolve_address(Process& self,
                                                std::string name) {
  const Found found = co_await resolve_host(self, std::move(name));
  if (!found) co_return found.error();
  co_return found->addresses.front();
}

Task<Found> resolve_name_of(Process& self, Ipv4 address) {
  const std::string hosts = co_await text_of_file(self, "/etc/hosts");
  const auto entry = look_in_hosts(hosts, "", address);
  if (entry) co_return *entry;
  const ResolvConf conf = co_await read_resolv_conf(self);
  Found found = co_await ask_servers(self, conf, dns::reverse_name(address),
                                     dns::Type::ptr);
  if (found) found->addresses = {address};
  co_return found;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  for (const Service& service : kServices) {
    if (service.name == text) return service.port;
  }
  const std::optional<std::int64_t> number = parse_int(text);
  if (!number || *number < 0 || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace drydock::userland
