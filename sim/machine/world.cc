// world.cc — a router, a name server, and some addresses of the internet.

#include "sim/machine/world.h"

#include <fmt/format.h>

namespace drydock::machine {

namespace dns = userland::dns;
using kernel::Interface;
using kernel::Ipv4;

namespace {

constexpr std::string_view kRouterAddress = "10.0.2.2";

struct Place {
  std::string_view name, address;
};

// Addresses for documentation (RFC 5737): they are nobody's.
constexpr Place kPlaces[] = {
    {"archive.ubuntu.com", "203.0.113.20"},
    {"auth.docker.io", "203.0.113.12"},
    {"cloudfront.debian.net", "203.0.113.21"},
    {"deb.debian.org", "203.0.113.22"},
    {"dl-4.alpinelinux.org", "203.0.113.23"},
    {"docker.com", "203.0.113.10"},
    {"download.redis.io", "203.0.113.30"},
    {"example.com", "203.0.113.80"},
    {"example.net", "203.0.113.80"},
    {"example.org", "203.0.113.80"},
    {"ftp.debian.org", "203.0.113.22"},
    {"github.com", "203.0.113.40"},
    {"http.debian.net", "203.0.113.22"},
    {"httpredir.debian.org", "203.0.113.22"},
    {"hub.docker.com", "203.0.113.13"},
    {"index.docker.io", "203.0.113.11"},
    {"nginx.org", "203.0.113.31"},
    {"pypi.python.org", "203.0.113.41"},
    {"redis.io", "203.0.113.30"},
    {"registry-1.docker.io", "203.0.113.14"},
    {"security.debian.org", "203.0.113.24"},
    {"security.ubuntu.com", "203.0.113.25"},
    {"www.debian.org", "203.0.113.26"},
    {"www.docker.com", "203.0.113.10"},
    {"www.example.com", "203.0.113.80"},
};

// Public name servers that people like to name with --dns.
constexpr std::string_view kPublicServers[] = {"8.8.8.8", "8.8.4.4"};

Interface card(std::string name, std::string_view address) {
  Interface interface;
  interface.name = std::move(name);
  interface.address = *kernel::parse_ipv4(address);
  interface.prefix_length = 24;
  return interface;
}

}  // namespace

std::optional<Ipv4> World::address_of(std::string_view name) {
  for (const Place& place : kPlaces) {
    if (place.name == name) return kernel::parse_ipv4(place.address);
  }
  return std::nullopt;
}

std::optional<dns::Answer> World::answer(const dns::Question& question) {
  dns::Answer answer;
  if (question.type == dns::Type::ptr) {
    const std::optional<Ipv4> address = dns::address_of_reverse(question.name);
    for (const Place& place : kPlaces) {
      if (!address || kernel::format_ipv4(*address) != place.address) continue;
      answer.names.emplace_back(place.name);
      return answer;
    }
    answer.code = dns::Code::name_error;
    return answer;
  }
  const std::optional<Ipv4> address = World::address_of(question.name);
  if (!address) {
    answer.code = dns::Code::name_error;
  } else if (question.type == dns::Type::a) {
    answer.addresses = {*address};
  }
  return answer;
}

World::World() {
  stack_->forwards_packets = true;
  const auto add = [this](Interface interface, bool on_cable) {
    if (on_cable) interface.bridge = cable_;
    (void)stack_->add_interface(std::move(interface));
  };
  add(card("lan0", kRouterAddress), true);
  add(card("lan1", kNameServerAddress), true);
  int number = 0;
  const auto add_place = [&](std::string_view address) {
    if (stack_->is_local(*kernel::parse_ipv4(address))) return;
    add(card(fmt::format("wan{}", number++), address), false);
  };
  for (const std::string_view server : kPublicServers) add_place(server);
  for (const Place& place : kPlaces) add_place(place.address);
  const auto serve = [this](std::string_view address) {
    name_servers_.push_back(std::make_unique<NameServer>(
        stack_, *kernel::parse_ipv4(address), &World::answer));
  };
  serve(kNameServerAddress);
  for (const std::string_view server : kPublicServers) serve(server);
}

void World::connect(kernel::NetStack& host, std::string_view address) {
  Interface eth0 = card("eth0", address);
  eth0.mac = "08:00:27:af:08:15";
  eth0.bridge = cable_;
  eth0.masquerades = true;
  (void)host.add_interface(std::move(eth0));
  kernel::Route out;
  out.gateway = *kernel::parse_ipv4(kRouterAddress);
  out.interface = "eth0";
  host.add_route(std::move(out));
}

}  // namespace drydock::machine
