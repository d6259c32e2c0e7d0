// networks_test.cc — `docker network`: what the engine says and remembers.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {

namespace {

Host& host() {
  Host& one = shared_host("docker-20.10");
  static_cast<void>(one.type("docker network prune -f"));
  return one;
}

}  // namespace

TEST_CASE("three networks are there from the beginning") {
  CHECK(host().out("docker network ls --format '{{.Name}} {{.Driver}} "
                   "{{.Scope}}'") ==
        "bridge bridge local\nhost host local\nnone null local\n");
}

TEST_CASE(
    "a new network gets the next free pool, or the one that was asked "
    "for") {
  Host& here = host();
  here.type(
      "docker network create n1; docker network create --subnet "
      "10.9.0.0/24 --gateway 10.9.0.254 n2");
  CHECK(here.out("docker network inspect -f '{{range .IPAM.Config}}{{.Subnet}} "
                 "{{.Gateway}}{{end}}' n1 n2") ==
        "172.18.0.0/16 172.18.0.1\n10.9.0.0/24 10.9.0.254\n");
}

TEST_CASE("what docker network refuses, word by word") {
  struct Row {
    const char *command, *complaint;
  };
  static const Row kRows[] = {
      {"docker network create one",
       "Error response from daemon: network with name one already exists\n"},
      {"docker network create bridge",
       "Error response from daemon: operation is not permitted on predefined "
       "bridge network \n"},
      {"docker network rm bridge",
       "Error response from daemon: bridge is a pre-defined network and cannot "
       "be removed\n"},
      {"docker network rm nosuch", "Error: No such network: nosuch\n"},
      {"docker network inspect nosuch", "Error: No such network: nosuch\n"},
      {"docker network create --subnet 172.17.1.0/24 x",
       "Error response from daemon: Pool overlaps with other one on this "
       "address space\n"},
      {"docker network create -d nosuch x",
       "Error response from daemon: plugin \"nosuch\" not found\n"},
      {"docker network connect nosuch cc",
       "Error response from daemon: network nosuch not found\n"},
      {"docker network ls -f foo=bar",
       "Error response from daemon: Invalid filter 'foo'\n"},
  };
  Host& here = host();
  here.type("docker network create one; docker create --name cc busybox true");
  for (const Row& row : kRows) {
    INFO(row.command);
    const Told typed = here.type(row.command);
    CHECK(typed.err == row.complaint);
    CHECK(typed.status == 1);
  }
}

TEST_CASE(
    "a container in a network has an address of it, and keeps the "
    "network from going") {
  Host& here = host();
  here.type(
      "docker network create --subnet 10.8.0.0/24 own; docker run -d "
      "--name cc --net own --ip 10.8.0.9 --network-alias web busybox "
      "sleep 1000");
  CHECK(here.out("docker inspect -f '{{with index .NetworkSettings.Networks "
                 "\"own\"}}{{.IPAddress}} {{.Gateway}}{{end}}' cc") ==
        "10.8.0.9 10.8.0.1\n");
  CHECK(here.out("docker network inspect -f '{{range .Containers}}{{.Name}} "
                 "{{.IPv4Address}}{{end}}' own") == "cc 10.8.0.9/24\n");
  CHECK(here.err("docker network rm own").find("has active endpoints") !=
        std::string::npos);
  here.type("docker rm -f cc");
  CHECK(here.out("docker network rm own") == "own\n");
}

TEST_CASE("in a network of one's own the name server is the engine's") {
  Host& here = host();
  here.type("docker network create own");
  CHECK(here.out("docker run --rm --net own busybox cat /etc/resolv.conf") ==
        "nameserver 127.0.0.11\noptions ndots:0\n");
}

TEST_CASE("connecting and disconnecting are told as events") {
  Host& here = host();
  here.type(
      "docker network create told; docker create --name cc --net told "
      "busybox true; docker start cc; docker wait cc");
  const std::string events = here.out(
      "docker events --since 0 --until $(date +%s) -f type=network -f "
      "network=told --format '{{.Action}}'");
  CHECK(events == "create\nconnect\ndisconnect\n");
}

TEST_CASE("aliases and addresses are for networks of one's own only") {
  CHECK(host()
            .err("docker run --rm --ip 1.2.3.4 busybox true")
            .find("user specified IP address is supported on user defined "
                  "networks only") != std::string::npos);
  CHECK(host()
            .err("docker run --rm --network-alias x busybox true")
            .find("network-scoped alias is supported only for containers in "
                  "user defined networks") != std::string::npos);
}

}  // namespace drydock::machine
