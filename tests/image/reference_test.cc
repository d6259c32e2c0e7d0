// reference_test.cc — names of images, read as each engine reads them.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>

#include "sim/image/config.h"
#include "sim/image/layer_graph.h"
#include "sim/image/reference.h"
#include "sim/image/store.h"

namespace drydock::image {

namespace {

std::string read(std::string_view text, Grammar grammar) {
  const auto name = parse_new_reference(text, grammar);
  if (!name) return name.error().text;
  const Reference full = name->with_default_tag();
  return full.host() + "|" + full.path() + "|" + full.str();
}

}  // namespace

TEST_CASE("a name is filled in with registry, library and latest") {
  for (const Grammar grammar : {Grammar::docker_1_8, Grammar::docker_20_10}) {
    CHECK(read("redis", grammar) == "docker.io|library/redis|redis:latest");
    CHECK(read("docker.io/library/redis:3", grammar) ==
          "docker.io|library/redis|redis:3");
    CHECK(read("me/app", grammar) == "docker.io|me/app|me/app:latest");
    CHECK(read("localhost:5000/x:1", grammar) ==
          "localhost:5000|x|localhost:5000/x:1");
    CHECK(read("reg.example.com:5000/team/bb:v1", grammar) ==
          "reg.example.com:5000|team/bb|reg.example.com:5000/team/bb:v1");
  }
}

TEST_CASE(
    "a user of the Hub whose name has a dot is not taken for a registry") {
  for (const Grammar grammar : {Grammar::docker_1_8, Grammar::docker_20_10}) {
    for (const char* const hub : {"docker.io/", "index.docker.io/"}) {
      CHECK(read(hub + std::string("docker.io/app"), grammar) ==
            "docker.io|docker.io/app|docker.io/docker.io/app:latest");
      CHECK(read(hub + std::string("me.too/app:1"), grammar) ==
            "docker.io|me.too/app|docker.io/me.too/app:1");
    }
  }
}

TEST_CASE("an official image may be called like an id") {
  const std::string digits(64, 'd');
  for (const Grammar grammar : {Grammar::docker_1_8, Grammar::docker_20_10}) {
    CHECK(read("library/" + digits, grammar) ==
          fmt::format("docker.io|library/{0}|library/{0}:latest", digits));
  }
}

TEST_CASE("20.10 refuses malformed names in the recorded words") {
  const auto refuse = [](std::string_view text) {
    return read(text, Grammar::docker_20_10);
  };
  const std::string plain = "invalid reference format";
  CHECK(refuse("BAD") == plain + ": repository name must be lowercase");
  CHECK(refuse("BAD:Upper") == plain + ": repository name must be lowercase");
  CHECK(refuse("repo:bad tag") == plain);
  CHECK(refuse(":x") == plain);
  CHECK(refuse("") == plain);
  CHECK(refuse("busybox:x:y") == plain);
  CHECK(refuse("x:" + std::string(129, 'a')) == plain);
  CHECK(refuse(std::string(64, 'a')) ==
        "invalid repository name (" + std::string(64, 'a') +
            "), cannot specify 64-byte hexadecimal strings");
  CHECK(refuse("scratch") == "docker.io|library/scratch|scratch:latest");
}

TEST_CASE("1.8 refuses malformed names in its own words") {
  const auto refuse = [](std::string_view text) {
    return read(text, Grammar::docker_1_8);
  };
  CHECK(refuse("BAD") ==
        "repository name component must match "
        "\"[a-z0-9]+(?:[._-][a-z0-9]+)*\"");
  CHECK(refuse("x:-t") ==
        "Illegal tag name (-t): only [A-Za-z0-9_.-] are allowed ('.' and '-' "
        "are NOT allowed in the initial), minimum 1, maximum 128 in length");
  CHECK(refuse("-x") ==
        "Invalid index name (-x). Cannot begin or end with a hyphen.");
  CHECK(refuse("scratch") == "'scratch' is a reserved name");
}

TEST_CASE("an image's JSON is read as it was written") {
  Image image;
  image.id = std::string(64, 'a');
  image.created = kEpochOfDrydock;
  image.author = "me <&>";
  image.config.env = List{"A=1"};
  image.config.cmd = List{"sh"};
  image.config.exposed_ports = {"80/tcp"};
  image.config.labels = StringMap{{"k", "v"}};
  image.config.volumes = StringSet{"/data"};
  for (const Grammar profile : {Grammar::docker_1_8, Grammar::docker_20_10}) {
    const auto read = parse_image_json(image_json(image, profile));
    REQUIRE(read);
    CHECK(read->config == image.config);
    CHECK(read->author == image.author);
    CHECK(read->created == image.created);
  }
  CHECK(!parse_image_json("{"));
}

TEST_CASE("a config in 20.10 looks as it was recorded") {
  ContainerConfig config;
  config.user = "app";
  config.exposed_ports = {"80/tcp"};
  config.env = List{"A=1"};
  config.volumes = StringSet{"/data"};
  config.working_dir = "/tmp";
  config.entrypoint = List{"echo"};
  config.labels = StringMap{{"k", "v"}};
  CHECK(to_json(config_value(config, Grammar::docker_20_10)) ==
        R"({"Hostname":"","Domainname":"","User":"app","AttachStdin":false,)"
        R"("AttachStdout":false,"AttachStderr":false,"ExposedPorts":)"
        R"({"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,)"
        R"("Env":["A=1"],"Cmd":null,"Image":"","Volumes":{"/data":{}},)"
        R"("WorkingDir":"/tmp","Entrypoint":["echo"],"OnBuild":null,)"
        R"("Labels":{"k":"v"}})");
}

TEST_CASE("environments merge with the given ones first") {
  CHECK(merge_env({"A=1", "P=x"}, {"P=/bin", "B=2"}) ==
        List{"A=1", "P=x", "B=2"});
  List env{"A=1", "B=2"};
  set_env(env, "A=3");
  set_env(env, "C=4");
  CHECK(env == List{"A=3", "B=2", "C=4"});
}

TEST_CASE("layers leave the store when nobody stands on them") {
  LayerStore layers;
  layers.add({"a", "", "", "", 1, 1, 0});
  layers.add({"b", "a", "", "", 1, 2, 0});
  layers.use("b");
  layers.use("a");
  CHECK(layers.release("b").size() == 1);
  CHECK(layers.get("a") != nullptr);
  const auto gone = layers.release("a");
  REQUIRE(gone.size() == 1);
  CHECK(gone.front().id == "a");
  CHECK(layers.get("a") == nullptr);
}

TEST_CASE("a graph knows reach, cycles and order") {
  LayerGraph graph;
  for (const char* const name : {"a", "b", "c"}) graph.add_node({name, "", ""});
  graph.add_edge({"a", "b", ""});
  graph.add_edge({"b", "c", "on"});
  CHECK(graph.reachable("a") == List{"a", "b", "c"});
  CHECK(graph.cycle().empty());
  CHECK(graph.order() == List{"c", "b", "a"});
  CHECK(graph.dot("t").find("label=on") != std::string::npos);
  graph.add_edge({"c", "a", ""});
  CHECK(graph.cycle().size() == 3);
  CHECK(graph.order().empty());
}

}  // namespace drydock::image
