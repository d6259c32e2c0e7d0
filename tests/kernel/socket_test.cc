// socket_test.cc — tcp(7), udp(7), unix(7), within one namespace and between
// two.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "tests/support/machine.h"

namespace drydock::kernel {
namespace {

using test::Ran;
using test::TestMachine;

SocketAddress at(std::string_view ip, std::uint16_t port) {
  SocketAddress address;
  address.ip = *parse_ipv4(ip);
  address.port = port;
  return address;
}

SysResult<Fd> listening(Process& self, std::uint16_t port, int backlog = 5) {
  const SysResult<Fd> fd = self.socket(SocketFamily::inet, SocketType::stream);
  const SysOutcome bound = self.bind(*fd, at("0.0.0.0", port));
  if (!bound) return bound.error();
  const SysOutcome heard = self.listen(*fd, backlog);
  if (!heard) return heard.error();
  return fd;
}

Task<SysResult<Fd>> connected(Process& self, std::string ip,
                              std::uint16_t port) {
  const SysResult<Fd> fd = self.socket(SocketFamily::inet, SocketType::stream);
  const SocketAddress address = at(ip, port);
  const SysOutcome done = co_await self.connect(*fd, address);
  if (!done) co_return done.error();
  co_return *fd;
}

/// Answers one client in capitals, until it says no more.
Task<int> shout(Process& self) {
  const SysResult<Fd> server = listening(self, 80);
  if (!server) co_return 1;
  const SysResult<Accepted> client = co_await self.accept(*server);
  const SysResult<Bytes> all = co_await read_to_end(self, client->fd);
  co_await self.write(client->fd, upper(*all));
  co_await print(self, format_ipv4(client->peer.ip));
  co_return 0;
}

Task<int> ask_at(Process& self, std::string ip) {
  const SysResult<Fd> fd = co_await connected(self, ip, 80);
  if (!fd) co_return static_cast<int>(fd.error());
  co_await self.write(*fd, "hello");
  static_cast<void>(self.shutdown(*fd, false, true));
  const SysResult<Bytes> answer = co_await read_to_end(self, *fd);
  co_await print(self, *answer);
  co_return 0;
}

Task<int> talk_to_itself(Process& self) {
  static_cast<void>(self.fork(shout));
  co_await self.nanosleep(kMillisecond);
  const int status = co_await ask_at(self, "127.0.0.1");
  co_await self.wait4(-1);
  co_return status;
}

Task<int> refused(Process& self) {
  const SysResult<Fd> fd = co_await connected(self, "127.0.0.1", 81);
  co_return static_cast<int>(fd.error());
}

Task<int> unreachable(Process& self) {
  const SysResult<Fd> fd = co_await connected(self, "10.1.2.3", 80);
  co_return static_cast<int>(fd.error());
}

Task<int> twice(Process& self) {
  const SysResult<Fd> first = listening(self, 80);
  const SysResult<Fd> second = listening(self, 80);
  if (second) co_return 0;
  static_cast<void>(self.close(*first));
  const SysResult<Fd> third = listening(self, 80);
  co_return third ? static_cast<int>(second.error()) : 0;
}

Task<int> reserved(Process& self) {
  const SysResult<Fd> fd = listening(self, 80);
  co_return fd ? 0 : static_cast<int>(fd.error());
}

Task<int> reset(Process& self) {
  static_cast<void>(self.sigaction(kSigPipe, Disposition::ignore));
  const SysResult<Fd> server = listening(self, 80);
  const SysResult<Fd> client = co_await connected(self, "127.0.0.1", 80);
  const SysResult<Accepted> other = co_await self.accept(*server);
  co_await self.write(*client, "never read");
  static_cast<void>(self.close(other->fd));
  const SysResult<Bytes> first = co_await self.read(*client, 10);
  if (first || first.error() != Errno::econnreset) co_return 1;
  const SysResult<std::int64_t> then = co_await self.write(*client, "x");
  co_return then ? 2 : static_cast<int>(then.error());
}

Task<int> backlog(Process& self) {
  const SysResult<Fd> server = listening(self, 80, 0);
  const SysResult<Fd> one = co_await connected(self, "127.0.0.1", 80);
  const SysResult<Fd> two = self.socket(SocketFamily::inet, SocketType::stream);
  static_cast<void>(self.set_non_blocking(*two, true));
  const SocketAddress address = at("127.0.0.1", 80);
  const SysOutcome full = co_await self.connect(*two, address);
  if (full || full.error() != Errno::eagain) co_return 1;
  co_await self.accept(*server);
  const SysOutcome fits = co_await self.connect(*two, address);
  co_return one&& fits ? 0 : 2;
}

Task<int> datagrams(Process& self) {
  const SysResult<Fd> a = self.socket(SocketFamily::inet, SocketType::datagram);
  const SysResult<Fd> b = self.socket(SocketFamily::inet, SocketType::datagram);
  static_cast<void>(self.bind(*a, at("127.0.0.1", 53)));
  static_cast<void>(self.sendto(*b, "question", at("127.0.0.1", 53)));
  const SysResult<Datagram> got = co_await self.recvfrom(*a, 4);
  static_cast<void>(self.sendto(*a, "answer", got->from));
  const SysResult<Bytes> back = co_await self.read(*b, 100);
  co_await print(self, got->bytes + " " + *back);
  const SocketAddress nobody = at("127.0.0.1", 54);
  co_await self.connect(*b, nobody);
  co_await self.write(*b, "x");
  const SysResult<Bytes> lost = co_await self.read(*b, 1);
  co_return lost ? 0 : static_cast<int>(lost.error());
}

Task<int> unix_client(Process& self) {
  const SysResult<Fd> fd =
      self.socket(SocketFamily::unix_domain, SocketType::stream);
  SocketAddress name;
  name.path = "/tmp/sock";
  const SysOutcome done = co_await self.connect(*fd, name);
  if (!done) co_return static_cast<int>(done.error());
  co_await self.write(*fd, "over unix");
  co_return 0;
}

Task<int> unix_server(Process& self) {
  const SysResult<Fd> fd =
      self.socket(SocketFamily::unix_domain, SocketType::stream);
  SocketAddress name;
  name.path = "/tmp/sock";
  if (!self.bind(*fd, name)) co_return 1;
  const int early = co_await unix_client(self);
  if (early != static_cast<int>(Errno::econnrefused)) co_return 2;
  static_cast<void>(self.listen(*fd, 1));
  static_cast<void>(self.fork(unix_client));
  const SysResult<Accepted> client = co_await self.accept(*fd);
  const SysResult<Bytes> all = co_await read_to_end(self, client->fd);
  co_await print(self, *all);
  const SysResult<vfs::Attributes> node = self.stat("/tmp/sock");
  co_return node->type == vfs::FileType::socket ? 0 : 3;
}

/// A machine with docker0, and containers on it.
struct Network {
  Network() {
    NetStack& host = *machine.kernel.machine().net->stack;
    host.forwards_packets = true;
    static_cast<void>(host.add_interface(card("docker0", "172.17.42.1")));
  }
  Interface card(std::string name, std::string_view ip) {
    Interface interface;
    interface.name = std::move(name);
    interface.address = *parse_ipv4(ip);
    interface.bridge = bridge;
    return interface;
  }
  NetNamespaceRef container(std::string_view ip) {
    const NetNamespaceRef net = machine.kernel.make_net_namespace();
    CHECK(net->stack->add_interface(card("eth0", ip)));
    Route out;
    out.gateway = *parse_ipv4("172.17.42.1");
    out.interface = "eth0";
    net->stack->add_route(out);
    return net;
  }
  ProcessHandleRef run(NetNamespaceRef net, Program body) {
    SpawnSpec spec;
    spec.argv = {"body"};
    spec.body = std::move(body);
    Namespaces inside = machine.kernel.machine();
    inside.net = std::move(net);
    spec.namespaces = std::make_shared<const Namespaces>(std::move(inside));
    spec.fds = {output, output, output};
    return *machine.kernel.spawn(std::move(spec));
  }
  int status(const ProcessHandleRef& process) {
    machine.scheduler.run_until([&] { return process->ended.happened(); });
    return process->status.shell_status();
  }

  TestMachine machine;
  BridgeRef bridge = std::make_shared<Bridge>("docker0");
  std::shared_ptr<test::CollectorFile> output =
      std::make_shared<test::CollectorFile>();
};

}  // namespace

TEST_CASE("a server and a client talk over loopback") {
  TestMachine machine;
  machine.install("talk", talk_to_itself);
  CHECK(machine.run({"talk"}).out == "127.0.0.1HELLO");
}

TEST_CASE("a port without a listener refuses, a net without a route is away") {
  TestMachine machine;
  machine.install("refused", refused);
  machine.install("unreachable", unreachable);
  CHECK(machine.run({"refused"}).status ==
        static_cast<int>(Errno::econnrefused));
  CHECK(machine.run({"unreachable"}).status ==
        static_cast<int>(Errno::enetunreach));
}

TEST_CASE("a port belongs to one listener, until it is closed") {
  TestMachine machine;
  machine.install("twice", twice);
  CHECK(machine.run({"twice"}).status == static_cast<int>(Errno::eaddrinuse));
}

TEST_CASE("ports below 1024 are root's") {
  TestMachine machine;
  machine.install("reserved", reserved);
  CHECK(machine.run({"reserved"}).status == 0);
  machine.who.uid = 1000;
  CHECK(machine.run({"reserved"}).status == static_cast<int>(Errno::eacces));
}

TEST_CASE("closing with bytes unread resets the connection") {
  TestMachine machine;
  machine.install("reset", reset);
  CHECK(machine.run({"reset"}).status == static_cast<int>(Errno::epipe));
}

TEST_CASE("a full backlog makes clients wait") {
  TestMachine machine;
  machine.install("backlog", backlog);
  CHECK(machine.run({"backlog"}).status == 0);
}

TEST_CASE("datagrams are cut to the buffer and answered to their sender") {
  TestMachine machine;
  machine.install("udp", datagrams);
  const Ran ran = machine.run({"udp"});
  CHECK(ran.out == "ques answer");
  CHECK(ran.status == static_cast<int>(Errno::econnrefused));
}

TEST_CASE("a unix socket is a file that is connected to") {
  TestMachine machine;
  machine.install("unix", unix_server);
  const Ran ran = machine.run({"unix"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "over unix");
}

TEST_CASE("containers on a bridge reach each other under their addresses") {
  Network net;
  const ProcessHandleRef server = net.run(net.container("172.17.0.2"), shout);
  const ProcessHandleRef client =
      net.run(net.container("172.17.0.3"), [](Process& self) -> Task<int> {
        co_await self.nanosleep(kMillisecond);
        const int status = co_await ask_at(self, "172.17.0.2");
        co_return status;
      });
  CHECK(net.status(client) == 0);
  CHECK(net.output->bytes() == "172.17.0.3HELLO");
}

TEST_CASE("an address that nobody has is no route to host, after a while") {
  Network net;
  const ProcessHandleRef client =
      net.run(net.container("172.17.0.3"), [](Process& self) -> Task<int> {
        const int status = co_await ask_at(self, "172.17.0.9");
        co_return status;
      });
  CHECK(net.status(client) == static_cast<int>(Errno::ehostunreach));
  CHECK(net.machine.scheduler.now() == kEpochOfDrydock + 3 * kSecond);
}

TEST_CASE("each network namespace has a loopback of its own") {
  Network net;
  net.run(net.container("172.17.0.2"), shout);
  const ProcessHandleRef client =
      net.run(net.container("172.17.0.3"), [](Process& self) -> Task<int> {
        co_await self.nanosleep(kMillisecond);
        const int status = co_await ask_at(self, "127.0.0.1");
        co_return status;
      });
  CHECK(net.status(client) == static_cast<int>(Errno::econnrefused));
}

TEST_CASE("DNAT leads from the host's address, not from its loopback") {
  Network net;
  PortForward forward;
  forward.host_port = 80;
  forward.to = *parse_ipv4("172.17.0.2");
  forward.to_port = 80;
  NetStack& host = *net.machine.kernel.machine().net->stack;
  host.add_forward(forward);
  net.run(net.container("172.17.0.2"), shout);
  const ProcessHandleRef client =
      net.run(net.machine.kernel.machine().net, [](Process& self) -> Task<int> {
        co_await self.nanosleep(kMillisecond);
        const int refusal = co_await ask_at(self, "127.0.0.1");
        if (refusal != static_cast<int>(Errno::econnrefused)) co_return 1;
        const int status = co_await ask_at(self, "172.17.42.1");
        co_return status;
      });
  CHECK(net.status(client) == 0);
  CHECK(net.output->bytes() == "172.17.42.1HELLO");
}

TEST_CASE("what is forwarded from one container bridge to another is dropped") {
  Network net;
  net.machine.kernel.machine().net->stack->find_interface("docker0")->isolated =
      true;
  Interface other = net.card("br-1", "172.18.0.1");
  other.bridge = std::make_shared<Bridge>("br-1");
  other.isolated = true;
  CHECK(net.machine.kernel.machine().net->stack->add_interface(other));
  Interface far = net.card("eth0", "172.18.0.2");
  far.bridge = other.bridge;
  const NetNamespaceRef there = net.machine.kernel.make_net_namespace();
  CHECK(there->stack->add_interface(far));
  net.run(there, shout);
  const ProcessHandleRef client =
      net.run(net.container("172.17.0.3"), [](Process& self) -> Task<int> {
        const int status = co_await ask_at(self, "172.18.0.2");
        co_return status;
      });
  CHECK(net.status(client) == static_cast<int>(Errno::etimedout));
  CHECK(net.machine.scheduler.now() == kEpochOfDrydock + 127 * kSecond);
}

TEST_CASE("/proc/net tells of the asker's own ports, routes and interfaces") {
  Network net;
  const ProcessHandleRef asker =
      net.run(net.container("172.17.0.2"), [](Process& self) -> Task<int> {
        const SysResult<Fd> server = listening(self, 80);
        const SysResult<Bytes> tcp = co_await read_file(self, "/proc/net/tcp");
        co_await print(self, *tcp);
        const SysResult<Bytes> route =
            co_await read_file(self, "/proc/net/route");
        co_await print(self, *route);
        co_return server ? 0 : 1;
      });
  CHECK(net.status(asker) == 0);
  const std::string text = net.output->bytes();
  CHECK(text.find("   0: 00000000:0050 00000000:0000 0A ") != text.npos);
  CHECK(text.find("eth0\t00000000\t012A11AC\t0003") != text.npos);
  CHECK(text.find("eth0\t000011AC\t00000000\t0001") != text.npos);
}

TEST_CASE("addresses are read and written as four numbers") {
  CHECK(format_ipv4(*parse_ipv4("172.17.0.2")) == "172.17.0.2");
  for (const char* const bad :
       {"", "1.2.3", "1.2.3.256", "a.b.c.d", "1.2.3.", "1.2.3.4.5", "1..2.3"}) {
    CHECK_FALSE(parse_ipv4(bad));
  }
}

}  // namespace drydock::kernel
