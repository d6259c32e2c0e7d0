// client_test.cc — commands from their words to what they print and end with.

#include <catch2/catch.hpp>

#include <string>

#include "sim/cli/commands/all.h"
#include "sim/cli/docker.h"
#include "sim/cli/help.h"
#include "sim/cli/ports_cell.h"
#include "sim/cli/streams.h"
#include "tests/support/fake_backend.h"
#include "tests/support/fake_console.h"

namespace drydock::cli {

namespace {

/// A host with one engine, one image and one terminal.
struct Host {
  explicit Host(const Profile& profile)
      : engine(backend, *profile.rules, 1),
        console(backend.scheduler()),
        client{engine, console, profile} {
    add_image("busybox");
  }

  void add_image(const std::string& name) {
    engine::ImportRequest request;
    request.source = "-";
    request.reference = name;
    request.changes = {"CMD [\"true\"]"};
    StringSource tar("rootfs of " + name);
    drive(import(engine, std::move(request), tar));
  }

  static Task<int> import(engine::Engine& engine, engine::ImportRequest request,
                          ByteSource& tar) {
    const auto id = co_await engine.import(std::move(request), tar);
    co_return id ? 0 : 1;
  }

  static Task<void> keep(Task<int> work, std::optional<int>& status) {
    status = co_await work;
  }

  int drive(Task<int> work) {
    std::optional<int> status;
    backend.scheduler().spawn(keep(std::move(work), status));
    backend.scheduler().run_until([&] { return status.has_value(); });
    return status.value_or(-1);
  }

  /// Runs `docker WORDS...`; words are split at blanks.
  int run(const std::string& words) {
    console.output.take();
    console.errors.take();
    console.output = StringSink();
    console.errors = StringSink();
    List argv = split_blanks(words);
    argv.insert(argv.begin(), "docker");
    return drive(docker(client, argv));
  }
  std::string out() const { return console.output.bytes(); }
  std::string err() const { return console.errors.bytes(); }

  engine::FakeBackend backend;
  engine::Engine engine;
  FakeConsole console;
  Client client;
};

}  // namespace

TEST_CASE("without operands 20.10 tells the usage and ends with 1") {
  Host host(docker_20_10());
  CHECK(host.run("rm") == 1);
  CHECK(host.err() ==
        "\"docker rm\" requires at least 1 argument.\n"
        "See 'docker rm --help'.\n\n"
        "Usage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\n"
        "Remove one or more containers\n");
  CHECK(host.run("port") == 1);
  CHECK(host.err().starts_with(
      "\"docker port\" requires at least 1 and at most 2 arguments.\n"));
  CHECK(host.run("ps extra") == 1);
  CHECK(host.err().starts_with("\"docker ps\" accepts no arguments.\n"));
  CHECK(host.run("logs a b") == 1);
  CHECK(
      host.err().starts_with("\"docker logs\" requires exactly 1 argument.\n"));
  CHECK(host.run("images a b") == 1);
  CHECK(host.err().starts_with(
      "\"docker images\" requires at most 1 argument.\n"));
}

TEST_CASE("without operands 1.8 tells the usage in its own layout") {
  Host host(docker_1_8());
  CHECK(host.run("rm") == 1);
  CHECK(host.err() ==
        "docker: \"rm\" requires a minimum of 1 argument.\n"
        "See 'docker rm --help'.\n\n"
        "Usage:\tdocker rm [OPTIONS] CONTAINER [CONTAINER...]\n\n"
        "Remove one or more containers\n");
  CHECK(host.run("logs a b") == 1);
  CHECK(host.err().starts_with("docker: \"logs\" requires 1 argument.\n"));
  CHECK(host.run("ps -z") == 2);
  CHECK(host.err() ==
        "flag provided but not defined: -z\nSee 'docker ps --help'.\n");
}

TEST_CASE("an unknown command or flag is refused in each profile's words") {
  Host recent(docker_20_10());
  CHECK(recent.run("nosuch") == 1);
  CHECK(recent.err() ==
        "docker: 'nosuch' is not a docker command.\nSee 'docker --help'\n");
  CHECK(recent.run("run -Z busybox") == 125);
  CHECK(recent.err() ==
        "unknown shorthand flag: 'Z' in -Z\nSee 'docker run --help'.\n");
  CHECK(recent.run("--nosuchflag") == 125);
  CHECK(recent.err().starts_with(
      "unknown flag: --nosuchflag\nSee 'docker --help'.\n\nUsage:  docker "));
  Host old(docker_1_8());
  CHECK(old.run("volume ls") == 1);
  CHECK(old.err() ==
        "docker: 'volume' is not a docker command.\nSee 'docker --help'.\n");
}

TEST_CASE("help pages keep the layout of their profile") {
  Host recent(docker_20_10());
  CHECK(recent.run("rmi --help") == 0);
  CHECK(recent.out() ==
        "\nUsage:  docker rmi [OPTIONS] IMAGE [IMAGE...]\n\n"
        "Remove one or more images\n\nOptions:\n"
        "  -f, --force      Remove it although it is used\n"
        "      --no-prune   Keep parents that lose their last use\n");
  CHECK(recent.run("stop --help") == 0);
  CHECK(recent.out().ends_with(
      "Options:\n  -t, --time int   Seconds to wait before it is killed "
      "(default 10)\n"));
  CHECK(recent.run("diff --help") == 0);
  CHECK(recent.out() ==
        "\nUsage:  docker diff CONTAINER\n\nInspect changes to files or "
        "directories on a container's filesystem\n");
  Host old(docker_1_8());
  CHECK(old.run("rmi --help") == 0);
  CHECK(old.out() ==
        "\nUsage:\tdocker rmi [OPTIONS] IMAGE [IMAGE...]\n\n"
        "Remove one or more images\n\n"
        "  -f, --force=false    Remove it although it is used\n"
        "  --help=false         Print usage\n"
        "  --no-prune=false     Keep parents that lose their last use\n");
}

TEST_CASE("every command of a profile has a help page") {
  for (const Profile* const profile : {&docker_1_8(), &docker_20_10()}) {
    Host host(*profile);
    for (const std::string& name : command_names(*profile)) {
      INFO(name);
      CHECK(host.run(name + " --help") <= 1);
      CHECK_FALSE((host.out() + host.err()).empty());
    }
  }
}

TEST_CASE("groups list their commands; an unknown one ends with 1") {
  Host host(docker_20_10());
  CHECK(host.run("volume") == 0);
  CHECK(host.err() ==
        "\nUsage:  docker volume COMMAND\n\nManage volumes\n\nCommands:\n"
        "  create      Create a volume\n"
        "  inspect     Display detailed information on one or more volumes\n"
        "  ls          List volumes\n"
        "  prune       Remove all unused local volumes\n"
        "  rm          Remove one or more volumes\n\n"
        "Run 'docker volume COMMAND --help' for more information on a "
        "command.\n");
  CHECK(host.run("image nosuch") == 1);
  CHECK(host.err().starts_with("\nUsage:  docker image COMMAND\n"));
}

TEST_CASE("run ends with its process's status, in the foreground") {
  for (const Profile* const profile : {&docker_1_8(), &docker_20_10()}) {
    Host host(*profile);
    CHECK(host.run("run busybox true") == 0);
    CHECK(host.run("run busybox false") == 1);
    CHECK(host.out().empty());
    CHECK(host.err().empty());
  }
}

TEST_CASE("run -d and create print the id; ps shows what runs") {
  Host host(docker_20_10());
  CHECK(host.run("ps") == 0);
  CHECK(host.out() ==
        "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     "
        "NAMES\n");
  CHECK(host.run("run -d --name web busybox sleep 1000") == 0);
  const std::string id = host.out();
  REQUIRE(id.size() == 65);
  CHECK(host.run("ps -q") == 0);
  CHECK(host.out() == id.substr(0, 12) + "\n");
  CHECK(host.run("ps --format {{.Names}}:{{.Command}}:{{.State}}") == 0);
  CHECK(host.out() == "web:\"sleep 1000\":running\n");
  CHECK(host.run("ps --format {{.Nope}}") == 1);
  CHECK(host.err() ==
        "template parsing error: template: :1:2: executing \"\" at <.Nope>: "
        "can't evaluate field Nope in type *formatter.containerContext\n");
  CHECK(host.run("create --name made busybox") == 0);
  CHECK(host.out().size() == 65);
  CHECK(host.run("rm -f web made") == 0);
  CHECK(host.out() == "web\nmade\n");
}

TEST_CASE("1.8's tables have columns of twenty, and no ellipsis") {
  Host host(docker_1_8());
  CHECK(host.run("ps") == 0);
  CHECK(host.out() ==
        "CONTAINER ID        IMAGE               COMMAND             CREATED  "
        "           STATUS              PORTS               NAMES\n");
  CHECK(host.run("images") == 0);
  CHECK(host.out().starts_with(
      "REPOSITORY          TAG                 IMAGE ID            CREATED"));
  CHECK(host.out().find("VIRTUAL SIZE\nbusybox             latest  ") !=
        std::string::npos);
}

TEST_CASE("a program that is not there ends run with 127, in 1.8 with 1") {
  Host recent(docker_20_10());
  CHECK(recent.run("run busybox nosuchcmd") == 127);
  CHECK(recent.err().starts_with(
      "docker: Error response from daemon: failed to create shim task: "));
  CHECK(recent.err().find("exec: \"nosuchcmd\": executable file not found in "
                          "$PATH: unknown.\n") != std::string::npos);
  CHECK(recent.run("run busybox /etc") == 126);
  Host old(docker_1_8());
  CHECK(old.run("run busybox nosuchcmd") == 1);
  CHECK(old.err().starts_with(
      "Error response from daemon: Cannot start container "));
}

TEST_CASE("options that exclude each other are told before anything is made") {
  Host host(docker_20_10());
  CHECK(host.run("run --rm --restart=always busybox true") == 125);
  CHECK(host.err() ==
        "docker: Conflicting options: --restart and --rm.\n"
        "See 'docker run --help'.\n");
  CHECK(host.run("run -d -a stdout busybox true") == 1);
  CHECK(host.err() == "Conflicting options: -a and -d\n");
  CHECK(host.run("run -it busybox true") == 1);
  CHECK(host.err() == "the input device is not a TTY\n");
  CHECK(host.engine.container_count() == 0);
}

TEST_CASE("the id file is written once and never overwritten") {
  Host host(docker_20_10());
  CHECK(host.run("run --cidfile /lab/cid busybox true") == 0);
  CHECK(host.console.files.at("/lab/cid").size() == 64);
  CHECK(host.run("run --cidfile /lab/cid busybox true") == 125);
  CHECK(host.err() ==
        "docker: container ID file found, make sure the other container isn't "
        "running or delete /lab/cid.\nSee 'docker run --help'.\n");
  CHECK(host.run("run --cidfile /nowhere/x busybox true") == 127);
  CHECK(host.err() ==
        "docker: failed to create the container ID file: open /nowhere/x: no "
        "such file or directory.\nSee 'docker run --help'.\n");
}

TEST_CASE("several operands: the good ones are done, the bad ones told") {
  Host recent(docker_20_10());
  recent.run("run -d --name one busybox sleep 9");
  CHECK(recent.run("kill one nosuch") == 1);
  CHECK(recent.out() == "one\n");
  CHECK(recent.err().ends_with("No such container: nosuch\n"));
  CHECK(recent.run("start nosuch one") == 1);
  CHECK(recent.err() ==
        "Error response from daemon: No such container: nosuch\n"
        "Error: failed to start containers: nosuch\n");
  CHECK(recent.run("rm -f nosuch") == 0);
  CHECK(recent.err() == "Error: No such container: nosuch\n");
  Host old(docker_1_8());
  CHECK(old.run("stop nosuch other") == 1);
  CHECK(old.err() ==
        "Error response from daemon: no such id: nosuch\n"
        "Error response from daemon: no such id: other\n"
        "Error: failed to stop containers: [nosuch other]\n");
}

TEST_CASE("inspect prints an array; what is not there is told on the side") {
  Host host(docker_20_10());
  CHECK(host.run("inspect nosuch") == 1);
  CHECK(host.out() == "[]\n");
  CHECK(host.err() == "Error: No such object: nosuch\n");
  host.run("create --name box busybox");
  CHECK(host.run("inspect -f {{.Name}} nosuch box") == 1);
  CHECK(host.out() == "/box\n");
  CHECK(host.run("inspect box -f {{.State.Status}}:{{.Id}}") == 0);
  CHECK(host.out().starts_with("created:"));
  CHECK(host.run("inspect -f {{.Nope}} box") == 1);
  CHECK(host.out() == "\n");
  CHECK(
      host.err() ==
      "template parsing error: template: :1:2: executing \"\" at <.Nope>: map "
      "has no entry for key \"Nope\"\n");
  CHECK(host.run("inspect -f {{nosuch}} box") == 64);
  CHECK(host.run("inspect --type bogus box") == 1);
  CHECK(host.err() == "\"bogus\" is not a valid value for --type\n");
  CHECK(host.run("inspect --type image box") == 1);
  CHECK(host.err() == "Error: No such image: box\n");
}

TEST_CASE("1.8 says what it looked for, and prints structs as Go does") {
  Host host(docker_1_8());
  CHECK(host.run("inspect nosuch") == 1);
  CHECK(host.err() == "Error: No such image or container: nosuch\n");
  host.run("create --name box busybox sleep 5");
  CHECK(host.run("inspect --format='{{.Config.Cmd}}' box") == 0);
  CHECK(host.err() == "");
  CHECK(host.out() == "{[sleep 5]}\n");
}

TEST_CASE("cp looks at its arguments before it asks the engine") {
  Host host(docker_20_10());
  CHECK(host.run("cp a b") == 1);
  CHECK(host.err() == "must specify at least one container source\n");
  CHECK(host.run("cp a:/x b:/y") == 1);
  CHECK(host.err() == "copying between containers is not supported\n");
  CHECK(host.run("cp nosuch box:/x") == 1);
  CHECK(host.err() == "lstat /lab/nosuch: no such file or directory\n");
  CHECK(host.run("cp box:/x /no/such/place") == 1);
  CHECK(host.err() ==
        "invalid output path: directory \"/no/such\" does not exist\n");
  CHECK(host.run("cp nosuch:/x y") == 1);
  CHECK(host.err() == "Error: No such container:path: nosuch:/x\n");
}

TEST_CASE("tags and names are looked at by the client") {
  Host host(docker_20_10());
  CHECK(host.run("tag busybox BAD") == 1);
  CHECK(host.err() ==
        "Error parsing reference: \"BAD\" is not a valid repository/tag: "
        "invalid reference format: repository name must be lowercase\n");
  CHECK(host.run("run BADname true") == 125);
  CHECK(host.err() ==
        "docker: invalid reference format: repository name must be "
        "lowercase.\nSee 'docker run --help'.\n");
  CHECK(host.run("rename nosuch x") == 1);
  CHECK(host.err() ==
        "Error response from daemon: No such container: nosuch\n"
        "Error: failed to rename container named nosuch\n");
}

TEST_CASE("ports of one address and protocol that follow make ranges") {
  using engine::PortBinding;
  CHECK(ports_cell({{"", 0, 443, "tcp"}, {"0.0.0.0", 32769, 80, "tcp"}}) ==
        "443/tcp, 0.0.0.0:32769->80/tcp");
  CHECK(ports_cell({{"", 0, 81, "tcp"}, {"", 0, 80, "tcp"}}) == "80-81/tcp");
  CHECK(ports_cell({{"0.0.0.0", 80, 80, "tcp"},
                    {"0.0.0.0", 81, 81, "tcp"},
                    {"0.0.0.0", 82, 82, "tcp"}}) == "0.0.0.0:80-82->80-82/tcp");
  CHECK(ports_cell({}).empty());
}

TEST_CASE("detach keys are read by name") {
  CHECK(parse_detach_keys("ctrl-p,ctrl-q") == "\x10\x11");
  CHECK(parse_detach_keys("a") == "a");
  CHECK(parse_detach_keys("ctrl-a,x") == "\x01x");
  CHECK_FALSE(parse_detach_keys("ctrl-").has_value());
  CHECK_FALSE(parse_detach_keys("foo").has_value());
}

TEST_CASE("the versions are the profile's") {
  Host recent(docker_20_10());
  CHECK(recent.run("-v") == 0);
  CHECK(recent.out() == "Docker version 20.10.24+dfsg1, build 297e128\n");
  CHECK(recent.run("version --format {{.Server.Version}}") == 0);
  CHECK(recent.out() == "20.10.24+dfsg1\n");
  CHECK(recent.run("-H tcp://127.0.0.1:1 ps") == 1);
  CHECK(recent.err() ==
        "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the "
        "docker daemon running?\n");
  Host old(docker_1_8());
  CHECK(old.run("--version") == 0);
  CHECK(old.out() == "Docker version 1.8.3, build f4bf5c7\n");
}

TEST_CASE("what is not modelled says so") {
  Host host(docker_20_10());
  CHECK(host.run("swarm init") == 1);
  CHECK(host.err() == "drydock: 'docker swarm' is not modelled\n");
  CHECK(host.run("build git://example.org/x") == 1);
  CHECK(host.err() ==
        "drydock: 'docker build' from a git repository is not modelled\n");
  CHECK(host.run("build http://example.org/x") == 1);
  CHECK(host.err() ==
        "unable to prepare context: unable to download remote context "
        "http://example.org/x: drydock: nothing is fetched from here: "
        "http://example.org/x\n");
}

}  // namespace drydock::cli
