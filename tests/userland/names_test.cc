// names_test.cc — how names become addresses: files, name servers, and the
// programs that show it.

#include <catch2/catch.hpp>

#include "sim/userland/net/dns.h"
#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/net/url.h"
#include "sim/userland/system.h"
#include "tests/support/machine.h"

namespace drydock::userland {
namespace {

using kernel::Ipv4;
using test::Ran;
using test::TestMachine;

/// A name server that knows one name, at 127.0.0.1.
Task<int> serve_names(kernel::Process& self) {
  const auto fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::datagram);
  kernel::SocketAddress address;
  address.port = dns::kPort;
  if (!self.bind(*fd, address)) co_return 1;
  for (;;) {
    const SysResult<kernel::Datagram> asked = co_await self.recvfrom(*fd, 512);
    if (!asked) continue;
    const auto question = dns::read_question(asked->bytes);
    if (!question) continue;
    dns::Answer answer;
    if (question->name == "known.example.com") {
      answer.addresses = {*kernel::parse_ipv4("10.1.2.3")};
    } else if (question->name == "3.2.1.10.in-addr.arpa") {
      answer.names = {"known.example.com"};
    } else {
      answer.code = dns::Code::name_error;
    }
    static_cast<void>(
        self.sendto(*fd, dns::write_answer(*question, answer), asked->from));
  }
}

struct Network {
  Network() {
    machine.install("names", serve_names);
    machine.install("getent", getent_main);
    machine.install("ping", ping_main);
    machine.write("/etc/hosts", "127.0.0.1\tlocalhost\n10.9.9.9 here there\n");
    machine.write("/etc/resolv.conf",
                  "search example.com\nnameserver 127.0.0.1\n");
  }
  void start_server() {
    static_cast<void>(machine.start({"names"}));
    machine.scheduler.run_ready();
  }
  std::string hosts(const std::string& name) {
    return machine.run({"getent", "hosts", name}).out;
  }

  TestMachine machine;
};

}  // namespace

TEST_CASE("a DNS message keeps its question and its answers") {
  dns::Question question;
  question.id = 0xbeef;
  question.name = "www.example.com";
  const auto asked = dns::write_question(question);
  REQUIRE(asked);
  CHECK(dns::read_question(*asked) == question);
  CHECK(asked->substr(12, 5) == std::string("\3www\7"));
  dns::Answer answer;
  answer.addresses = {*kernel::parse_ipv4("1.2.3.4"),
                      *kernel::parse_ipv4("5.6.7.8")};
  const auto back = dns::read_answer(dns::write_answer(question, answer));
  REQUIRE(back);
  CHECK(back->id == 0xbeef);
  CHECK(back->addresses == answer.addresses);
}

TEST_CASE("a DNS message that is cut or crooked is none") {
  dns::Question question;
  question.name = "www.example.com";
  const Bytes asked = *dns::write_question(question);
  for (std::size_t size = 0; size < asked.size(); ++size) {
    CHECK_FALSE(dns::read_question(asked.substr(0, size)));
  }
  question.name = "a..b";
  CHECK_FALSE(dns::write_question(question));
  Bytes loop(12, '\0');
  loop[2] = '\x80';
  loop[5] = 1;
  loop += "\xc0\x0c";  // A name that points at itself.
  CHECK_FALSE(dns::read_answer(loop));
}

TEST_CASE("a name is looked up in files first, then at the name server") {
  Network network;
  network.start_server();
  CHECK(network.hosts("there") == "10.9.9.9        here there\n");
  CHECK(network.hosts("known.example.com") ==
        "10.1.2.3        known.example.com\n");
  CHECK(network.hosts("known") == "10.1.2.3        known.example.com\n");
  CHECK(network.hosts("10.1.2.3") == "10.1.2.3        known.example.com\n");
  CHECK(network.machine.run({"getent", "hosts", "unknown"}).status == 2);
}

TEST_CASE("nsswitch.conf says which sources are asked") {
  Network network;
  network.start_server();
  network.machine.write("/etc/nsswitch.conf", "hosts: files\n");
  CHECK(network.hosts("known").empty());
  CHECK_FALSE(network.hosts("here").empty());
}

TEST_CASE("a name server that is not there costs no time when it is refused") {
  Network network;
  const Time before = network.machine.scheduler.now();
  CHECK(network.hosts("known").empty());
  CHECK(network.machine.scheduler.now() == before);
}

TEST_CASE("resolv.conf is read as resolv.conf(5) says") {
  const ResolvConf conf = parse_resolv_conf(
      "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\n"
      "nameserver 4.4.4.4\nsearch a.b c.d\noptions ndots:3 timeout:1\n");
  CHECK(conf.servers.size() == 3);
  CHECK(conf.search == List{"a.b", "c.d"});
  CHECK(conf.dots == 3);
  CHECK(conf.timeout == kSecond);
  CHECK(parse_resolv_conf("").servers == std::vector<Ipv4>{kernel::kLoopback});
}

TEST_CASE("ping counts what comes back") {
  Network network;
  const Ran ran = network.machine.run({"ping", "-c", "2", "localhost"});
  CHECK(ran.status == 0);
  CHECK(ran.out ==
        "PING localhost (127.0.0.1): 56 data bytes\n"
        "64 bytes from 127.0.0.1: icmp_seq=0 ttl=64 time=0.035 ms\n"
        "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.035 ms\n"
        "--- localhost ping statistics ---\n"
        "2 packets transmitted, 2 packets received, 0% packet loss\n"
        "round-trip min/avg/max/stddev = 0.035/0.035/0.035/0.000 ms\n");
  const Ran lost = network.machine.run({"ping", "-c", "1", "10.0.0.1"});
  CHECK(lost.status == 1);
  CHECK(lost.err == "ping: sending packet: Network is unreachable\n");
  CHECK(network.machine.run({"ping", "nowhere"}).err == "ping: unknown host\n");
}

TEST_CASE("a URL comes apart as people type it") {
  const auto url = parse_url("HTTP://me:pw@Host:8080/a/b?c=d#e");
  REQUIRE(url);
  CHECK(url->scheme == "http");
  CHECK(url->user == "me");
  CHECK(url->password == "pw");
  CHECK(url->authority() == "host:8080");
  CHECK(url->target == "/a/b?c=d");
  CHECK(url->file_name() == "b");
  CHECK(parse_url("localhost")->target == "/");
  CHECK(parse_url("localhost?x")->target == "/?x");
  CHECK_FALSE(parse_url("http://"));
  CHECK_FALSE(parse_url("host:99999"));
  CHECK(text_of(*resolve_url(*url, "/z")) == "http://host:8080/z");
  CHECK(text_of(*resolve_url(*url, "z")) == "http://host:8080/a/z");
  CHECK(base64("Aladdin:open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

}  // namespace drydock::userland
