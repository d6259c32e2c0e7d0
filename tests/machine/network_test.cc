// network_test.cc — containers, their ports, and who reaches whom.

#include <catch2/catch.hpp>

#include "sim/machine/script.h"

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

}  // namespace

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
