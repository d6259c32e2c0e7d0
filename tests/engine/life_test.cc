// life_test.cc — the life of containers: stop and kill, restarts, removal,
// events, names.

#include <catch2/catch.hpp>

#include <set>
#include <string>

#include "sim/engine/human.h"
#include "sim/engine/names.h"
#include "sim/engine/pattern.h"
#include "sim/engine/signals.h"
#include "tests/engine/dock.h"

namespace drydock::engine {

TEST_CASE("a container that ignores TERM is stopped by force after 10 s") {
  Dock dock(rules_1_8());
  REQUIRE(dock.up("deaf", {"sleep"}) == "");
  const Time before = dock.engine.now();
  REQUIRE(dock.run(dock.engine.stop("deaf", {})));
  CHECK(dock.engine.now() - before == 10 * kSecond);
  CHECK(dock.container("deaf").run.exit_code == 137);
  CHECK(dock.history() == "create start kill kill die stop");
}

TEST_CASE("a container that heeds TERM stops at once") {
  Dock dock(rules_1_8());
  REQUIRE(dock.up("good", {"polite"}) == "");
  const Time before = dock.engine.now();
  REQUIRE(dock.run(dock.engine.stop("good", {})));
  CHECK(dock.engine.now() == before);
  CHECK(dock.container("good").run.exit_code == 0);
  CHECK(dock.history() == "create start kill die stop");
}

TEST_CASE("restart is stop and start, and a new process") {
  Dock dock(rules_1_8());
  REQUIRE(dock.up("web", {"polite"}) == "");
  const std::int64_t pid = dock.container("web").run.pid;
  REQUIRE(dock.run(dock.engine.restart("web", {})));
  CHECK(dock.container("web").run.pid != pid);
  CHECK(dock.history() == "create start kill die stop start restart");
}

TEST_CASE("on-failure:3 starts a failing process four times") {
  for (const Rules& rules : {rules_1_8(), rules_20_10()}) {
    Dock dock(rules);
    CreateRequest request = dock.request("bad", {"false"});
    request.host.own().restart_policy = {"on-failure", 3};
    REQUIRE(dock.run(dock.engine.create(request)));
    REQUIRE(dock.run(dock.engine.start("bad")));
    dock.pass(60 * kSecond);
    CHECK(dock.state("bad") == State::exited);
    CHECK(dock.container("bad").restart_count == 3);
    CHECK(std::ranges::count(dock.backend.calls, "start") == 4);
  }
}

TEST_CASE("the waits between restarts double from 200 ms") {
  Dock dock(rules_1_8());
  CreateRequest request = dock.request("bad", {"false"});
  request.host.own().restart_policy = {"always", 0};
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("bad")));
  const Time start = dock.engine.now();
  const auto starts = [&] {
    return std::ranges::count(dock.backend.calls, "start");
  };
  CHECK(starts() == 1);
  dock.pass(start + 199 * kMillisecond - dock.engine.now());
  CHECK(starts() == 1);
  dock.pass(2 * kMillisecond);
  CHECK(starts() == 2);
  dock.pass(398 * kMillisecond);  // 200 + 400 ms
  CHECK(starts() == 2);
  dock.pass(2 * kMillisecond);
  CHECK(starts() == 3);
  dock.pass(800 * kMillisecond);
  CHECK(starts() == 4);
  REQUIRE(dock.run(dock.engine.stop("bad", {})));
  CHECK(dock.state("bad") == State::exited);
  dock.pass(60 * kSecond);
  CHECK(starts() == 4);
}

TEST_CASE("a run of more than ten seconds makes the next wait short again") {
  Dock dock(rules_1_8());
  dock.backend.scripts["slow"] = {11 * kSecond, 1, {}, {}, false, ""};
  CreateRequest request = dock.request("slow", {"slow"});
  request.host.own().restart_policy = {"always", 0};
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("slow")));
  dock.pass(40 * kSecond);
  CHECK(dock.container("slow").back_off == 200 * kMillisecond);
}

TEST_CASE("a start by hand resets the restart count") {
  Dock dock(rules_20_10());
  dock.backend.scripts["fails"] = {kSecond, 1, {}, {}, false, ""};
  CreateRequest request = dock.request("bad", {"fails"});
  request.host.own().restart_policy = {"on-failure", 2};
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("bad")));
  dock.pass(30 * kSecond);
  CHECK(dock.container("bad").restart_count == 2);
  REQUIRE(dock.run(dock.engine.start("bad")));
  CHECK(dock.container("bad").restart_count == 0);
}

TEST_CASE("the flag --rm takes the container away when it has ended") {
  Dock dock(rules_20_10());
  CreateRequest request = dock.request("brief", {"true"});
  request.host.own().auto_remove = true;
  REQUIRE(dock.run(dock.engine.create(request)));
  const auto signal = dock.engine.watch("brief");
  REQUIRE(signal);
  REQUIRE(dock.run(dock.engine.start("brief")));
  dock.pass(kMillisecond);
  CHECK((*signal)->exited.happened());
  CHECK((*signal)->removed.happened());
  CHECK(dock.state("brief") == State::removed);
  CHECK(dock.history() == "create start die destroy");
  CHECK(dock.backend.roots.empty());
}

TEST_CASE("wait answers the exit code, at once if nothing runs") {
  Dock dock(rules_1_8());
  REQUIRE(dock.create("idle", {"true"}));
  CHECK(*dock.run(dock.engine.wait("idle")) == 0);
  dock.backend.scripts["work"] = {5 * kSecond, 17, {}, {}, false, ""};
  REQUIRE(dock.up("work", {"work"}) == "");
  CHECK(*dock.run(dock.engine.wait("work")) == 17);
  CHECK(*dock.run(dock.engine.wait("work")) == 17);
}

TEST_CASE("an engine told to stop a container goes on when the client dies") {
  Dock dock(rules_1_8());
  REQUIRE(dock.up("deaf", {"sleep"}) == "");
  CHECK(!dock.run_for(kSecond, dock.engine.stop("deaf", {})));
  dock.pass(10 * kSecond);
  CHECK(dock.state("deaf") == State::exited);
}

TEST_CASE("a program that is not there leaves the container Created") {
  Dock old(rules_1_8());
  REQUIRE(old.create("x1", {"nosuchcmd"}));
  const Done failed = old.run(old.engine.start("x1"));
  REQUIRE(!failed);
  CHECK(failed.error().text ==
        "Cannot start container x1: [8] System error: exec: \"nosuchcmd\": "
        "executable file not found in $PATH");
  CHECK(old.state("x1") == State::created);
  CHECK(old.container("x1").run.exit_code == -1);

  Dock recent(rules_20_10());
  REQUIRE(recent.create("x1", {"nosuchcmd"}));
  const Done refused = recent.run(recent.engine.start("x1"));
  REQUIRE(!refused);
  CHECK(refused.error().text ==
        "failed to create shim task: OCI runtime create failed: runc create "
        "failed: unable to start container process: exec: \"nosuchcmd\": "
        "executable file not found in $PATH: unknown");
  CHECK(refused.error().exit_code == 127);
  CHECK(recent.container("x1").run.exit_code == 127);
  REQUIRE(recent.create("x2", {"/etc"}));
  CHECK(recent.run(recent.engine.start("x2")).error().exit_code == 126);
}

TEST_CASE("1.8 names a missing absolute path as its runtime did") {
  Dock dock(rules_1_8());
  REQUIRE(dock.create("x1", {"/no/such"}));
  CHECK(dock.run(dock.engine.start("x1")).error().text ==
        "Cannot start container x1: [8] System error: stat /no/such: no such "
        "file or directory");
}

TEST_CASE("a name has one owner, and the message tells who") {
  Dock old(rules_1_8());
  REQUIRE(old.create("web", {"true"}));
  const std::string id = old.container("web").id;
  CHECK(old.create("web", {"true"}).error().text ==
        "Conflict. The name \"web\" is already in use by container " +
            id.substr(0, 12) +
            ". You have to delete (or rename) that container to be able to "
            "reuse that name.");
  Dock recent(rules_20_10());
  REQUIRE(recent.create("/web", {"true"}));
  CHECK(recent.create("web", {"true"}).error().text ==
        "Conflict. The container name \"/web\" is already in use by container "
        "\"" +
            recent.container("web").id +
            "\". You have to remove (or rename) that container to be able to "
            "reuse that name.");
  CHECK(recent.create("a b", {"true"}).error().text ==
        "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are "
        "allowed");
}

TEST_CASE("rename moves the name and refuses what create refuses") {
  Dock dock(rules_20_10());
  REQUIRE(dock.create("r1", {"true"}));
  REQUIRE(dock.create("r2", {"true"}));
  const auto rename = [&](const std::string& from, const std::string& to) {
    return Dock::text_of(dock.run(dock.engine.rename(from, to)));
  };
  CHECK(rename("r1", "r3") == "");
  CHECK(dock.state("r3") == State::created);
  CHECK(dock.state("r1") == State::removed);
  CHECK(rename("r3", "r3") ==
        "Renaming a container with the same name as its current name");
  CHECK(rename("r3", "bad name") ==
        "Error when allocating new name: Invalid container name (/bad name), "
        "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
  CHECK(rename("nosuch", "x9") == "No such container: nosuch");
  CHECK(rename("r3", "/r4") == "");
  CHECK(dock.container("r4").name == "r4");
}

TEST_CASE("containers are found by id, by name and by a prefix of one only") {
  Dock dock(rules_1_8());
  REQUIRE(dock.create("web", {"true"}));
  const std::string id = dock.container("web").id;
  CHECK(dock.engine.find(id));
  CHECK(dock.engine.find("/web"));
  CHECK(dock.engine.find(id.substr(0, 5)));
  CHECK(Dock::text_of(dock.engine.find("nosuch")) == "no such id: nosuch");
  for (int n = 0; n < 40; ++n) REQUIRE(dock.create("", {"true"}));
  CHECK(Dock::text_of(dock.engine.find(id.substr(0, 1))) ==
        "Multiple IDs found with provided prefix");
}

TEST_CASE("the environment of PID 1 comes in Docker's order") {
  Dock dock(rules_1_8());
  CreateRequest request = dock.request("env", {"sleep"});
  request.config.hostname = "myhost";
  request.config.tty = true;
  request.config.env = List{"A=1", "PATH=/bin", "TERM"};
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("env")));
  const ContainerSpec& spec = dock.backend.started.at(dock.container("env").id);
  CHECK(spec.process.env == List{"PATH=/bin", "HOSTNAME=myhost", "A=1"});
  CHECK(spec.network.address == "172.17.0.1");
  CHECK(
      spec.files.at("/etc/hosts").starts_with("172.17.0.1\tmyhost\n127.0.0.1"));
  CHECK(spec.files.at("/etc/resolv.conf") == "nameserver 10.0.0.2\n");
}

TEST_CASE("addresses go up in 1.8 and are used again in 20.10") {
  Dock old(rules_1_8());
  REQUIRE(old.up("a1", {"sleep"}) == "");
  REQUIRE(old.run(old.engine.restart("a1", 0)));
  CHECK(old.container("a1").network.spec.address == "172.17.0.2");
  Dock recent(rules_20_10());
  REQUIRE(recent.up("a1", {"sleep"}) == "");
  CHECK(recent.container("a1").network.spec.address == "172.17.0.2");
  REQUIRE(recent.run(recent.engine.restart("a1", 0)));
  CHECK(recent.container("a1").network.spec.address == "172.17.0.2");
  CHECK(recent.container("a1").network.spec.mac_address == "02:42:ac:11:00:02");
}

TEST_CASE("the flag -P gives the higher container port the lower host port") {
  Dock dock(rules_1_8());
  CreateRequest request = dock.request("web", {"sleep"});
  request.config.exposed_ports = {"80/tcp", "443/tcp"};
  request.host.own().publish_all_ports = true;
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("web")));
  const auto ports = dock.engine.ports("web");
  REQUIRE(ports);
  REQUIRE(ports->size() == 2);
  CHECK((*ports)[0].second.host_port == 32769);  // 80
  CHECK((*ports)[1].second.host_port == 32768);  // 443
}

TEST_CASE("a port that is taken refuses the start, and nothing leaks") {
  Dock dock(rules_1_8());
  CreateRequest request = dock.request("one", {"sleep"});
  request.host.own().port_bindings["80/tcp"] = {{"", "8080"}};
  REQUIRE(dock.run(dock.engine.create(request)));
  request.name = "two";
  REQUIRE(dock.run(dock.engine.create(request)));
  REQUIRE(dock.run(dock.engine.start("one")));
  CHECK(Dock::text_of(dock.run(dock.engine.start("two"))) ==
        "Cannot start container two: Bind for 0.0.0.0:8080 failed: port is "
        "already allocated");
  REQUIRE(dock.run(dock.engine.kill("one", "")));
  CHECK(dock.run(dock.engine.start("two")));
}

TEST_CASE("kill reads signals as Docker does") {
  CHECK(parse_signal("SIGUSR1") == 10);
  CHECK(parse_signal("usr1") == 10);
  CHECK(parse_signal("9") == 9);
  CHECK(parse_signal("SIGRTMIN+3") == 37);
  CHECK(!parse_signal("NOSUCH"));
  Dock dock(rules_20_10());
  REQUIRE(dock.up("kx", {"sleep"}) == "");
  const auto kill = [&](const std::string& signal) {
    return Dock::text_of(dock.run(dock.engine.kill("kx", signal)));
  };
  CHECK(kill("NOSUCH") == "Invalid signal: NOSUCH");
  CHECK(kill("999") ==
        "Cannot kill container: kx: The linux daemon does not support signal "
        "999");
  CHECK(kill("-1") ==
        "Cannot kill container: kx: The linux daemon does not support signal "
        "18446744073709551615");
  CHECK(kill("0") == "Invalid signal: 0");
  CHECK(dock.state("kx") == State::running);
  CHECK(Dock::text_of(dock.run(dock.engine.kill("nosuch", ""))) ==
        "Cannot kill container: nosuch: No such container: nosuch");
}

TEST_CASE("an exec runs in the container and ends with it") {
  Dock dock(rules_20_10());
  REQUIRE(dock.up("ex", {"sleep"}) == "");
  ExecRequest request;
  request.cmd = {"false"};
  const Answer<ExecId> exec = dock.engine.exec_create("ex", request);
  REQUIRE(exec);
  REQUIRE(dock.run(dock.engine.exec_start(*exec, false)));
  CHECK(*dock.run(dock.engine.exec_wait(*exec)) == 1);
  CHECK(dock.history() == "create start exec_create: false exec_start: false");
  request.cmd = {"nosuchcmd"};
  const Answer<ExecId> missing = dock.engine.exec_create("ex", request);
  const Done failed = dock.run(dock.engine.exec_start(*missing, false));
  CHECK(failed.error().text ==
        "OCI runtime exec failed: exec failed: unable to start container "
        "process: exec: \"nosuchcmd\": executable file not found in $PATH: "
        "unknown");
  CHECK(failed.error().exit_code == 126);
}

TEST_CASE("events come to those who listen, and the ring forgets the old") {
  Dock dock(rules_1_8());
  const auto stream = dock.engine.events({}, std::nullopt, std::nullopt);
  for (int n = 0; n < 100; ++n) REQUIRE(dock.create("", {"true"}));
  CHECK(dock.engine.event_log().kept().size() == 64);
  const auto first = dock.run(stream->next());
  REQUIRE(first);
  CHECK(first->action == "create");
  CHECK(first->about->from == "base");
  const auto until =
      dock.engine.events({}, std::nullopt, dock.engine.now() + kSecond);
  CHECK(!dock.run(until->next()));
}

TEST_CASE("ps shows the running, newest first, and filters") {
  Dock dock(rules_20_10());
  REQUIRE(dock.up("p1", {"sleep"}) == "");
  REQUIRE(dock.up("p2", {"sleep", "a b"}) == "");
  REQUIRE(dock.create("p3", {"true"}));
  const auto names = [&](PsRequest request) {
    std::string text;
    const auto rows = dock.run(dock.engine.ps(request));
    if (!rows) return rows.error().text;
    for (const ContainerSummary& row : *rows) text += row.names.front() + " ";
    return text;
  };
  CHECK(names({}) == "p2 p1 ");
  PsRequest all;
  all.all = true;
  CHECK(names(all) == "p3 p2 p1 ");
  PsRequest last;
  last.limit = 1;
  CHECK(names(last) == "p3 ");
  PsRequest by_name;
  by_name.filters["name"] = {"^/p1$"};
  CHECK(names(by_name) == "p1 ");
  PsRequest wrong;
  wrong.filters["foo"] = {"bar"};
  CHECK(names(wrong) == "Invalid filter 'foo'");
  const auto rows = dock.run(dock.engine.ps({}));
  CHECK(rows->front().command == "sleep 'a b'");
  CHECK(rows->front().status == "Up Less than a second");
}

TEST_CASE("spans are told as Docker tells them") {
  CHECK(human_duration(kSecond, false) == "1 seconds");
  CHECK(human_duration(kSecond, true) == "1 second");
  CHECK(human_duration(90 * kSecond, true) == "About a minute");
  CHECK(human_duration(3 * 60 * kSecond, true) == "3 minutes");
  CHECK(human_duration(5400 * kSecond, true) == "About an hour");
  CHECK(human_duration(72 * 3600 * kSecond, true) == "3 days");
}

TEST_CASE("random names avoid those that are taken") {
  NameLot lot;
  const auto draw = [&lot] {
    Prng draws(3);
    return lot.draw(draws);
  };
  const std::string name = draw();
  CHECK(pattern_found("^[a-z]+_[a-z]+$", name));
  lot.take(name);
  const std::string second = draw();
  CHECK(pattern_found("^[a-z]+_[a-z]+[0-9]$", second));
  lot.take("my_own");
  lot.release(name);
  CHECK(draw() == name);
}

TEST_CASE("names are drawn once each until hardly any is left") {
  NameLot lot;
  Prng draws(3);
  std::set<std::string> drawn;
  for (std::string name; !(name = lot.draw(draws)).empty();) {
    REQUIRE(drawn.insert(name).second);
    lot.take(name);
  }
  CHECK(drawn.size() > 10'000);
}

TEST_CASE("patterns know what ps filters use") {
  CHECK(pattern_found("web|db", "/mydb"));
  CHECK(pattern_found("^/(web)+[0-9]?$", "/webweb7"));
  CHECK(!pattern_found("^web", "/web"));
  CHECK(pattern_found("a.*c", "xabbbc"));
  CHECK(!pattern_found("(", "("));
  CHECK(!pattern_found("(a*)*b", std::string(60, 'a')));
}

TEST_CASE("the anonymous volume of two containers goes with the last") {
  Dock dock(rules_1_8());
  CreateRequest first = dock.request("v1", {"true"});
  first.config.volumes = StringSet{"/data"};
  REQUIRE(dock.run(dock.engine.create(first)));
  CreateRequest second = dock.request("v2", {"true"});
  second.host.own().volumes_from = {"v1"};
  REQUIRE(dock.run(dock.engine.create(second)));
  CHECK(dock.backend.volumes.size() == 1);
  REQUIRE(dock.run(dock.engine.remove("v1", {false, true, false})));
  CHECK(dock.backend.volumes.size() == 1);
  REQUIRE(dock.run(dock.engine.remove("v2", {false, true, false})));
  CHECK(dock.backend.volumes.empty());
}

}  // namespace drydock::engine
