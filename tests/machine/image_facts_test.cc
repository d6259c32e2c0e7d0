// image_facts_test.cc — each image of the Hub is what it was in October 2015:
// layers, settings, and its size as `docker images` prints it.

#include <catch2/catch.hpp>

#include <vector>

#include "sim/machine/script.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

namespace {

struct ImageFacts {
  std::string name;
  int layers = 0;  // Rows of history, and Deleted: lines of rmi.
  std::string entrypoint, cmd, ports, volumes, workdir;  // As JSON has them.
  std::string size;
  List env;  // Each of these words occurs in Env.
};

const std::vector<ImageFacts> kFacts = {
    {"debian:wheezy",
     2,
     "null",
     R"(["/bin/bash"])",
     "null",
     "null",
     "",
     "84.98 MB",
     {}},
    {"debian:jessie",
     2,
     "null",
     R"(["/bin/bash"])",
     "null",
     "null",
     "",
     "125.1 MB",
     {}},
    {"alpine:3.2", 1, "null", "null", "null", "null", "", "5.249 MB", {}},
    {"busybox:1.24",
     2,
     "null",
     R"(["sh"])",
     "null",
     "null",
     "",
     "1.109 MB",
     {}},
    {"ubuntu:14.04",
     4,
     "null",
     R"(["/bin/bash"])",
     "null",
     "null",
     "",
     "187.7 MB",
     {}},
    {"hello-world",
     2,
     "null",
     R"(["/hello"])",
     "null",
     "null",
     "",
     "960 B",
     {}},
    {"redis:3.0",
     17,
     R"(["/entrypoint.sh"])",
     R"(["redis-server"])",
     R"({"6379/tcp":{}})",
     R"({"/data":{}})",
     "/data",
     "103.9 MB",
     {"REDIS_VERSION=3.0.4",
      "REDIS_DOWNLOAD_URL=http://download.redis.io/releases/"
      "redis-3.0.4.tar.gz",
      "REDIS_DOWNLOAD_SHA1=cccc58b2"}},
    {"nginx:1.9",
     12,
     "null",
     R"(["nginx","-g","daemon off;"])",
     R"({"443/tcp":{},"80/tcp":{}})",
     R"({"/var/cache/nginx":{}})",
     "",
     "132.8 MB",
     {"NGINX_VERSION=1.9.5-1~jessie"}},
    {"postgres:9.4",
     21,
     R"(["/docker-entrypoint.sh"])",
     R"(["postgres"])",
     R"({"5432/tcp":{}})",
     R"({"/var/lib/postgresql/data":{}})",
     "",
     "264.9 MB",
     {"LANG=en_US.utf8", "PG_MAJOR=9.4", "PG_VERSION=9.4.5-1.pgdg80+1",
      "PATH=/usr/lib/postgresql/9.4/bin:/usr/local/sbin:/usr/local/bin:/usr/"
      "sbin:/usr/bin:/sbin:/bin",
      "PGDATA=/var/lib/postgresql/data"}},
    {"python:3.4",
     13,
     "null",
     R"(["python3"])",
     "null",
     "null",
     "",
     "687.7 MB",
     {"LANG=C.UTF-8", "PYTHON_VERSION=3.4.3", "PYTHON_PIP_VERSION=7.1.2"}},
    {"registry:2",
     11,
     R"(["/bin/registry"])",
     R"(["/etc/docker/registry/config.yml"])",
     R"({"5000/tcp":{}})",
     R"({"/var/lib/registry":{}})",
     "",
     "",
     {}},
    {"amouat/revealjs",
     12,
     "null",
     R"(["grunt","serve"])",
     R"({"8000/tcp":{}})",
     R"({"/md":{}})",
     "/revealjs",
     "",
     {}},
    {"amouat/identidock",
     22,
     "null",
     R"(["/cmd.sh"])",
     R"({"9090/tcp":{},"9191/tcp":{}})",
     "null",
     "/app",
     "",
     {"PYTHON_VERSION=3.4.3"}},
};

std::string run(Machine& machine, const std::string& command) {
  (void)machine.scheduler().run_for(kSecond);
  std::string all;
  ScriptStreams streams;
  streams.out = [&all](std::string_view bytes) { all += bytes; };
  streams.err = streams.out;
  (void)run_script(machine, {"bash", "-c", command}, "/root", streams);
  while (all.ends_with('\n')) all.pop_back();
  return all;
}

}  // namespace

TEST_CASE("each image of the Hub has the layers and settings it had") {
  for (const ImageFacts& facts : kFacts) {
    INFO(facts.name);
    Machine machine(MachineOptions{});
    run(machine, "docker pull " + facts.name);
    CHECK(run(machine, "docker history -q " + facts.name + " | wc -l") ==
          std::to_string(facts.layers));
    const auto field = [&](const std::string& name) {
      return run(machine, "docker inspect -f '{{json .Config." + name + "}}' " +
                              facts.name);
    };
    CHECK(field("Entrypoint") == facts.entrypoint);
    CHECK(field("Cmd") == facts.cmd);
    CHECK(field("ExposedPorts") == facts.ports);
    CHECK(field("Volumes") == facts.volumes);
    CHECK(field("WorkingDir") == "\"" + facts.workdir + "\"");
    for (const std::string& word : facts.env) {
      CHECK(field("Env").find(word) != std::string::npos);
    }
    const std::string listed = run(machine, "docker images | tail -1");
    if (!facts.size.empty()) CHECK(listed.ends_with(facts.size));
    CHECK(run(machine, "docker rmi " + facts.name + " | grep -c ^Deleted:") ==
          std::to_string(facts.layers));
  }
}

TEST_CASE("what the Hub calls latest is the release of October 2015") {
  Machine machine(MachineOptions{});
  const std::vector<std::pair<std::string, std::string>> same = {
      {"debian", "jessie 8 8.2"},  {"busybox", "1 1.24"},
      {"alpine", "3.2"},           {"ubuntu", "14.04 trusty"},
      {"redis", "3 3.0 3.0.4"},    {"nginx", "1 1.9 1.9.5"},
      {"postgres", "9 9.4 9.4.5"}, {"python", "3 3.4 3.4.3"}};
  for (const auto& [name, tags] : same) {
    const auto id = [&](const std::string& image) {
      run(machine, "docker pull " + image);
      return run(machine, "docker inspect -f '{{.Id}}' " + image);
    };
    const std::string latest = id(name);
    CHECK(latest.size() == 64);
    for (const std::string& tag : split(tags, ' ')) {
      INFO(name << ":" << tag);
      CHECK(id(name + ":" + tag) == latest);
    }
  }
}

TEST_CASE("a server of the Hub's images is not root, whoever starts it") {
  Machine machine(MachineOptions{});
  for (const std::string name : {"redis", "postgres"}) {
    INFO(name);
    run(machine, "docker run -d --name " + name + " " + name + "; sleep 5");
    const std::string about = "docker exec " + name + " stat -c %u /proc/1";
    CHECK(run(machine, about) == "999");
    CHECK(run(machine, "docker run --rm " + name + " id -u").ends_with("0"));
  }
}

TEST_CASE("amouat/identidock serves, and its developer's server too") {
  Machine machine(MachineOptions{});
  run(machine, "docker run -d -p 9090:9090 amouat/identidock; sleep 2");
  CHECK(run(machine, "curl -s localhost:9090") == "Hello Docker!");
  run(machine, "docker run -d -e ENV=DEV -p 5000:5000 amouat/identidock");
  CHECK(run(machine, "sleep 2; curl -s localhost:5000") == "Hello Docker!");
  CHECK(run(machine, "docker logs $(docker ps -lq) 2>&1 | head -n 1") ==
        "Running Development Server");
}

}  // namespace drydock::machine
