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

}  // namespace drydock::machine
