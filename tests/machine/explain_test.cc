// explain_test.cc — what --explain says under each command.

#include <catch2/catch.hpp>

#include <map>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

/// The explanation of the last command of a script.
std::string explained(const std::string& before, const std::string& last) {
  Machine machine(MachineOptions{});
  const Told first = run(machine, "docker pull busybox; " + before);
  INFO(first.err);
  REQUIRE(first.err.find("not modelled") == std::string::npos);
  machine.set_telling(true, false);
  const Told told = run(machine, last);
  std::string lines;
  for (const std::string& line : split(told.err, '\n')) {
    if (line.starts_with("  | ")) lines += line.substr(4) + "\n";
  }
  return lines;
}

bool says(const std::string& text, const std::string& words) {
  INFO(text);
  CHECK(text.find(words) != std::string::npos);
  return text.find(words) != std::string::npos;
}

TEST_CASE("run tells of its name, layer, address, cgroup and process") {
  const std::string text = explained(
      "", "docker run -d --name web -p 80:8080 --expose 9 busybox sleep 9");
  says(text, "has the name web");
  says(text, "layer 3 (writable) on 2 read-only layers");
  says(text, "PID 1 will be sleep 9 (ENTRYPOINT none, CMD sleep 9)");
  says(text, "address 172.17.0.1/16 on docker0, MAC 02:42:ac:11:00:01");
  says(text, "port 0.0.0.0:80 of the host leads to 8080/tcp");
  says(text, "port 9/tcp is exposed, not published");
  says(text, "namespaces of its own: mnt pid uts ipc net; shared: none");
  says(text, "cgroup /docker/");
  says(text, ": created → running");
}

TEST_CASE("volumes are counted by their owners up and down") {
  const std::string made =
      explained("", "docker run --name one -v /data busybox true");
  says(made, "made at /var/lib/docker/volumes/");
  says(made, " owners 0 → 1");
  const std::string more =
      explained("docker run --name one -v /data busybox true",
                "docker run --name two --volumes-from one busybox true");
  says(more, " at /data, by --volumes-from");
  says(more, " owners 1 → 2");
  const std::string kept =
      explained("docker run --name one -v /data busybox true", "docker rm one");
  says(kept, " owners 1 → 0");
  says(kept, "kept: nobody asked for its end (rm -v)");
  const std::string gone = explained(
      "docker run --name one -v /data busybox true", "docker rm -v one");
  says(gone, "deleted: asked for, no bind, and nobody owns it any more");
}

TEST_CASE("stop tells the signal, that it was dropped, and the ten seconds") {
  const std::string text = explained(
      "docker run -d --name web busybox sleep 1000", "docker stop web");
  says(text, "signal SIGTERM to PID 1");
  says(text, "PID 1 has no handler for SIGTERM: the kernel drops it");
  says(text, "stop waits 10 s");
  says(text, "10 s of virtual time are over: SIGKILL");
  says(text, "ended with 137");
  says(text, "address 172.17.0.1 is free again");
}

TEST_CASE("the cache tells its hits, and which file ended it") {
  const std::string setup =
      "mkdir c; echo 1 > c/a; echo 1 > c/b;"
      "printf 'FROM busybox\\nCOPY a b /\\nRUN touch /g\\n' > c/Dockerfile;";
  const std::string hit = explained(setup + "docker build c", "docker build c");
  says(hit, "cache hit: ");
  says(hit, "context: 3 files");
  Machine machine(MachineOptions{.explain = true});
  run(machine, setup + "docker build c");
  const Told told = run(machine, "echo 2 > c/b; docker build c");
  says(told.err, "cache miss: b was changed");
  says(told.err, "cache not asked: an earlier step missed it");
  const Told other = run(machine,
                         "printf 'FROM busybox\\nRUN touch /h\\n' | docker "
                         "build -; docker build --no-cache c");
  says(other.err, "cache miss: no child of this parent came of this");
  says(other.err, "cache not asked: --no-cache");
}

TEST_CASE("pulls tell what was fetched and what was here already") {
  Machine machine(MachineOptions{.explain = true});
  const Told first = run(machine, "docker pull debian:wheezy");
  says(first.err, "registry docker.io: manifest of library/debian:wheezy");
  says(first.err, " fetched");
  says(first.err, "tag debian:wheezy → ");
  const Told again = run(machine, "docker pull debian:wheezy");
  says(again.err, "is here already: not fetched");
}

/// Each verb, what comes before it, and what it must at least say.
struct Verb {
  std::string before, command, words;
};

const std::string kRun = "docker run -d --name web busybox sleep 1000;";
const std::string kRan = "docker run --name old busybox touch /f;";

TEST_CASE("every verb of the engine has something to say") {
  const std::vector<Verb> verbs = {
      {"", "docker create busybox true", "has the name"},
      {"docker create --name web busybox true", "docker start web",
       "created → running"},
      {kRun, "docker restart -t 0 web", "exited → running"},
      {kRun, "docker kill web", "signal SIGKILL"},
      {kRun, "docker pause web", "freezer: 1 processes"},
      {kRun + "docker pause web", "docker unpause web", "paused → running"},
      {kRan, "docker rm old", "1 changed paths with it"},
      {kRan, "docker rename old new", "name old → new"},
      {kRun, "docker exec web true", "joins"},
      {kRan, "docker diff old", "no other layer was looked at"},
      {kRan, "docker export old > t", "the union of 3 layers"},
      {kRan, "docker cp old:/f .", "packed from /f"},
      {kRan, "docker logs old", "the log of"},
      {kRun, "docker port web", "0 ports"},
      {kRan, "docker commit old image", "tag image:latest → "},
      {"", "docker tag busybox other", "tag other:latest → "},
      {"docker tag busybox other", "docker rmi other", "stays: it has"},
      {"", "docker rmi busybox", "removed"},
      {"", "docker save busybox > t", "archive: 1 images"},
      {"docker save busybox > t; docker rmi busybox", "docker load < t",
       "files read"},
      {kRan + "docker export old > t", "docker import - new < t",
       "bytes, from a tar"},
      {"", "docker search debian", "names match debian"},
      {kRun, "docker rm -f web", "running → exited"},
  };
  for (const Verb& verb : verbs) {
    INFO(verb.command);
    says(explained(verb.before, verb.command), verb.words);
  }
}

TEST_CASE("what happened meanwhile is told as such by the next command") {
  Machine machine(MachineOptions{.explain = true});
  run(machine, "docker run -d busybox sleep 3");
  const Told told = run(machine, "sleep 5; docker ps");
  says(told.err, "  | meanwhile: PID 1 of ");
}

TEST_CASE("nobody is told anything without being asked") {
  Machine machine(MachineOptions{});
  CHECK_FALSE(machine.backend().observer);
  const Told told = run(machine, "docker run --rm busybox true");
  CHECK(told.err.find("  | ") == std::string::npos);
}

}  // namespace
}  // namespace drydock::machine
