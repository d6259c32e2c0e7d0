// network_test.cc — containers, their ports, and who reaches whom.

#include <catch2/catch.hpp>

#include "sim/machine/script.h"
#include "sim/userland/net/dns.h"

namespace drydock::machine {
namespace {

struct Said {
  std::string out, err;
  int status = 0;
};

/// A host on which scripts are run one after the other.
struct Host {
  Said sh(const std::string& script) {
    Said said;
    ScriptStreams streams;
    streams.out = [&said](std::string_view text) { said.out += text; };
    streams.err = [&said](std::string_view text) { said.err += text; };
    streams.in = [] { return std::string(); };
    const ScriptResult result =
        run_script(machine, {"/bin/sh", "-c", script}, "/root", streams);
    said.status = result.status;
    return said;
  }
  std::string out(const std::string& script) { return sh(script).out; }

  Machine machine{MachineOptions{}};
};

/// Asks the server at 127.0.0.11 and prints what it answers.
Task<int> ask_embedded_server(kernel::Process& self, std::string name,
                              std::string* answered) {
  namespace dns = userland::dns;
  const auto fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::datagram);
  kernel::SocketAddress server;
  server.ip = *kernel::parse_ipv4("127.0.0.11");
  server.port = dns::kPort;
  dns::Question question;
  question.name = name;
  if (name.ends_with(".arpa")) question.type = dns::Type::ptr;
  const SysOutcome connected = co_await self.connect(*fd, server);
  if (!connected) co_return 1;
  co_await self.write(*fd, *dns::write_question(question));
  const SysResult<Bytes> bytes = co_await self.read(*fd, 512);
  const auto answer = dns::read_answer(*bytes);
  for (const kernel::Ipv4 each : answer->addresses) {
    *answered += kernel::format_ipv4(each) + " ";
  }
  for (const std::string& each : answer->names) *answered += each + " ";
  if (answer->code == dns::Code::name_error) *answered += "nobody";
  co_return 0;
}

/// A network of two, on a bridge of its own.
struct UserNetwork {
  UserNetwork() {
    for (const char* const address : {"172.18.0.2", "172.18.0.3"}) {
      engine::NetworkSpec spec;
      spec.bridge = "br-mynet";
      spec.address = address;
      spec.gateway = "172.18.0.1";
      spec.network_name = "mynet";
      const bool first = plugs.empty();
      spec.names = first ? List{"web", "w1"} : List{"db", "w1"};
      namespaces.push_back(machine.kernel().make_net_namespace());
      plugs.emplace_back(std::make_unique<Plugs>());
      CHECK(machine.backend().network().join(*plugs.back(),
                                             namespaces.back()->stack, spec));
    }
  }
  ~UserNetwork() {
    for (const auto& each : plugs) machine.backend().network().unplug(*each);
  }
  std::string ask(const std::string& name) {
    std::string answered;
    kernel::SpawnSpec spec;
    spec.argv = {"ask"};
    kernel::Namespaces inside = machine.kernel().machine();
    inside.net = namespaces.back();
    spec.namespaces =
        std::make_shared<const kernel::Namespaces>(std::move(inside));
    spec.body = [&name, &answered](kernel::Process& self) {
      return ask_embedded_server(self, name, &answered);
    };
    const auto process = machine.kernel().spawn(std::move(spec));
    machine.scheduler().run_until([&] { return (*process)->ended.happened(); });
    return answered;
  }

  Machine machine{MachineOptions{}};
  std::vector<kernel::NetNamespaceRef> namespaces;
  std::vector<std::unique_ptr<Plugs>> plugs;
};

}  // namespace

TEST_CASE("the embedded name server knows the containers of its network") {
  UserNetwork network;
  CHECK(network.ask("web") == "172.18.0.2 ");
  CHECK(network.ask("WEB.mynet") == "172.18.0.2 ");
  CHECK(network.ask("w1") == "172.18.0.2 172.18.0.3 ");
  CHECK(network.ask("2.0.18.172.in-addr.arpa") == "web.mynet ");
  CHECK(network.ask("nobody") == "nobody");
  CHECK(network.ask("example.com") == "203.0.113.80 ");
  network.machine.backend().network().unplug(*network.plugs.front());
  CHECK(network.ask("web") == "nobody");
  CHECK(network.ask("w1") == "172.18.0.3 ");
}

TEST_CASE("a container is reached by its address, and through its port") {
  Host host;
  host.sh("docker run -d --name web -p 8000:80 busybox nc -l -k -p 80 -w 1");
  CHECK(host.sh("docker run --rm busybox nc -z 172.17.0.1 80").status == 0);
  CHECK(host.sh("docker run --rm busybox nc -z 172.17.42.1 8000").status == 0);
  CHECK(host.sh("curl -s -m 1 localhost:8000").status != 7);
  CHECK(host.sh("curl -s -m 1 10.0.2.15:8000").status != 7);
  CHECK(
      host.sh("docker run --rm busybox nc -z 172.17.0.1 81")
          .err.find("nc: can't connect to remote host (172.17.0.1): Connection "
                    "refused") != std::string::npos);
}

TEST_CASE("a published port that nobody listens behind is reset, not refused") {
  Host host;
  host.sh("docker run -d --name web -p 8000:80 busybox sleep 1000");
  const Said said = host.sh("curl -s -S localhost:8000");
  CHECK(said.err == "curl: (56) Recv failure: Connection reset by peer\n");
  CHECK(said.status == 56);
  host.sh("docker rm -f web");
  CHECK(host.sh("curl -s localhost:8000").status == 7);
}

TEST_CASE("a port of the host has one owner, process or container") {
  Host host;
  const Said taken = host.sh(
      "docker pull busybox > /dev/null; docker run --net host -d busybox nc -l "
      "-p 8000 > /dev/null; docker run -p 8000:80 busybox true");
  CHECK(taken.err.find("Error starting userland proxy: listen tcp "
                       "0.0.0.0:8000: bind: address already in use") !=
        std::string::npos);
  CHECK(taken.status != 0);
}

TEST_CASE("without a network there is no way, and no name") {
  Host host;
  CHECK(host.sh("docker run --rm --net none busybox ping -c 1 172.17.42.1")
            .err.find("Network is unreachable") != std::string::npos);
  CHECK(host.sh("docker run --rm --net none busybox ping -c 1 example.com")
            .err.find("bad address 'example.com'") != std::string::npos);
  CHECK(host.sh("docker run --rm busybox ping -c 1 example.com").status == 0);
}

TEST_CASE("containers of one network are one host to each other") {
  Host host;
  host.sh("docker run -d --name web busybox nc -l -k -p 80");
  CHECK(
      host.sh("docker run --rm --net container:web busybox nc -z 127.0.0.1 80")
          .status == 0);
  CHECK(host.sh("docker run --rm busybox nc -z 127.0.0.1 80").status == 1);
}

TEST_CASE("what stopped is no route to host, after three seconds") {
  Host host;
  host.sh("docker run -d --name web busybox sleep 1000; docker stop -t 0 web");
  const Said said = host.sh("docker run --rm busybox nc 172.17.0.1 80");
  CHECK(said.err.find("No route to host") != std::string::npos);
}

TEST_CASE("a paused container takes a call and says nothing") {
  Host host;
  host.sh(
      "docker run -d --name web -p 8000:80 busybox nc -l -k -p 80; docker "
      "pause "
      "web");
  const Said said = host.sh("curl -s -S -m 5 localhost:8000");
  CHECK(said.status == 28);
}

TEST_CASE("a datagram goes through a published UDP port, and back") {
  Host host;
  host.sh("docker run -d --name web -p 5300:53/udp busybox sleep 1000");
  CHECK(host.out("netstat -uln 2>/dev/null; ps -ef | grep -c "
                 "'[d]ocker-proxy -proto udp'")
            .find("1") != std::string::npos);
}

TEST_CASE("a container's traffic is counted") {
  Host host;
  host.sh("docker run -d --name web busybox nc -l -p 80");
  const std::string dev = host.out(
      "docker exec web cat /proc/net/dev; echo hello | docker run -i --rm "
      "busybox nc -w 1 172.17.0.1 80; docker logs web");
  CHECK(dev.find("eth0:") != std::string::npos);
  CHECK(dev.find("hello") != std::string::npos);
}

}  // namespace drydock::machine
