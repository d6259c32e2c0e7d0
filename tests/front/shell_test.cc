// shell_test.cc — `drydock shell`, driven on a real terminal.

#include <catch2/catch.hpp>

#include "tests/front/person.h"

namespace drydock::front {
namespace {

TEST_CASE("a newcomer is told where they are and how to get help") {
  Person person({"shell"});
  CHECK(person.until("$ ").find("simulated host") != std::string::npos);
  person.line("help");
  CHECK(person.until("$ ").find("undo") != std::string::npos);
  person.line("exit");
  CHECK(person.leave() == 0);
}

TEST_CASE("a container's shell has its own prompt, and the host's comes back") {
  Person person({"shell"});
  person.until("$ ");
  person.line("docker run -it --name box busybox sh");
  person.until("/ # ");
  person.line("hostname; echo $HOME");
  CHECK(person.until("/ # ").find("/root") != std::string::npos);
  person.line("exit");
  person.until("$ ");
  person.line("docker ps -a --format '{{.Names}} {{.Status}}'");
  CHECK(person.until("Exited (0)").find("box") != std::string::npos);
}

TEST_CASE("arrows edit the line and walk through what was typed") {
  Person person({"shell"});
  person.until("$ ");
  person.line("echo first");
  person.until("first\n$ ");
  person.type("echo seond\x1b[D\x1b[D\x1b[D");
  person.type("c\r");
  person.until("\nsecond");
  person.until("$ ");
  person.type("\x1b[A\x1b[A\r");  // Two lines up.
  CHECK_NOTHROW(person.until("\nfirst"));
}

TEST_CASE("history goes from one shell to the next and is searched with ^R") {
  const std::string home = fresh_directory();
  {
    Person first({"shell"}, 24, 80, home);
    first.until("$ ");
    first.line("echo some-thing-rare");
    first.until("\nsome-thing-rare");
    first.until("$ ");
    first.line("echo another");
    first.until("\nanother");
    first.type("\x04");
    CHECK(first.leave() == 0);
  }
  Person second({"shell"}, 24, 80, home);
  second.until("$ ");
  second.type("\x12rare");
  second.until("bck:");
  second.type("\r");
  CHECK_NOTHROW(second.until("\nsome-thing-rare\n"));
}

TEST_CASE("Tab completes commands, flags, containers, images and paths") {
  Person person({"shell"});
  person.until("$ ");
  person.line("docker run --name lighthouse busybox true; echo ok");
  person.until("\nok");
  person.until("$ ");
  person.type("docker ren\tligh\tharbour\r");
  person.until("docker rename lighthouse harbour");
  person.until("$ ");
  person.type("docker ps --no-t\t-a -q\r");
  person.until("docker ps --no-trunc -a -q");
  person.until("$ ");
  person.type("docker run --rm busy\techo from-image\r");
  person.until("\nfrom-image");
  person.until("$ ");
  person.type("cat /etc/hostn\t\r");
  CHECK_NOTHROW(person.until("\ndrydock"));
  person.until("$ ");
  person.type("docker p\t\t");
  const std::string choices = person.until("push");
  CHECK(choices.find("pause") != std::string::npos);
  CHECK(choices.find("pull") != std::string::npos);
}

TEST_CASE(
    "a line goes on after a backslash, in a loop and in a here-document") {
  Person person({"shell"});
  person.until("$ ");
  person.line("echo a \\");
  person.until("> ");
  person.line("b");
  person.until("\na b");
  person.until("$ ");
  person.line("for i in 1 2; do");
  person.until("> ");
  person.line("echo n$i; done");
  person.until("\nn2");
  person.until("$ ");
  person.line("cat <<END");
  person.until("> ");
  person.line("hello");
  person.until("> ");
  person.line("END");
  CHECK_NOTHROW(person.until("\nhello"));
}

TEST_CASE("^P^Q leaves a container running, and attach comes back to it") {
  Person person({"shell"});
  person.until("$ ");
  person.line("docker run -it --name box busybox sh");
  person.until("/ # ");
  person.type("\x10\x11");
  person.until("$ ");
  person.line("docker inspect -f '{{.State.Running}}' box");
  person.until("\ntrue");
  person.until("$ ");
  person.line("docker attach box");
  person.line("");
  person.until("/ # ");
  person.line("echo back in");
  CHECK_NOTHROW(person.until("\nback in"));
}

TEST_CASE(
    "^C ends what is followed, ^Z stops it, and the job goes on with fg") {
  Person person({"shell"});
  person.until("$ ");
  person.line(
      "docker run -d --name ticker busybox sh -c 'while true; do echo tick; "
      "sleep "
      "1; done'");
  person.until("\n");
  person.until("$ ");
  person.line("docker logs -f ticker");
  person.until("tick");
  person.type("\x03");
  person.until("$ ");
  person.line("sleep 1000");
  person.type("\x1a");
  person.until("Stopped");
  person.until("$ ");
  person.line("fg");
  person.until("sleep 1000");
  person.type("\x03");
  person.until("$ ");
  person.line("echo here");
  CHECK_NOTHROW(person.until("\nhere"));
}

TEST_CASE("^C at a prompt forgets the line, ^D at an empty one leaves") {
  Person person({"shell"});
  person.until("$ ");
  person.type("docker rm everything\x03");
  person.until("\n$ ");
  person.type("\x04");
  CHECK(person.leave() == 130);  // As dash and bash do.
}

TEST_CASE("programs see the size of the window, also after it has changed") {
  Person person({"shell"}, 30, 100);
  person.until("$ ");
  person.line("stty size");
  person.until("\n30 100");
  person.until("$ ");
  person.resize(40, 120);
  person.line("stty size");
  person.until("\n40 120");
  person.until("$ ");
  person.line("docker run -it --rm busybox stty size");
  CHECK_NOTHROW(person.until("\n40 120"));
}

TEST_CASE("undo takes back the last line as if it had never been typed") {
  Person person({"shell"});
  person.until("$ ");
  person.line("docker create --name first busybox true");
  person.until("\n$ ");
  person.line("docker create --name second busybox true");
  person.until("\n$ ");
  person.line("undo");
  person.until("undone: docker create --name second");
  person.until("$ ");
  person.line("docker ps -a --format '{{.Names}}' | sort");
  person.until("\nfirst\n$ ");
  person.line("undo");
  person.until("$ ");
  person.line("undo");
  person.until("undone: docker create --name first");
}

TEST_CASE("keys reach a program that reads them one by one") {
  Person person({"shell"}, 10, 80);
  person.until("$ ");
  person.line("seq 100 | more");
  person.until(":");
  person.type("q");
  person.until("$ ");
  person.line("echo $((6 * 7))");
  CHECK_NOTHROW(person.until("\n42"));
}

TEST_CASE("a password is not shown while it is typed") {
  Person person({"shell"});
  person.until("$ ");
  person.line("docker login");
  person.until("Username: ");
  person.line("mallory");
  person.until("Password: ");
  person.type("sesame\r");
  const std::string after = person.until("\n");
  CHECK(after.find("sesame") == std::string::npos);
}

TEST_CASE("a session is kept as a page, replays, and is gone on with") {
  const std::string folder = fresh_directory();
  const std::string page = folder + "/session.md";
  {
    Person person({"shell", "--save", page}, 30, 100);
    person.until("$ ");
    person.line("docker run -it --name box busybox sh");
    person.until("/ # ");
    person.line("echo kept > /f");
    person.until("/ # ");
    person.type("\x10\x11");
    person.until("$ ");
    person.line("cat");
    person.type("hello\r");
    person.until("hello\nhello");
    person.type("\x04");
    person.until("$ ");
    person.line("drydock explain on");
    person.until("$ ");
    person.line("docker pause box");
    person.until("running → paused");
    person.until("$ ");
    person.line("exit");
    CHECK(person.leave() == 0);
  }
  const Ran replayed = run_drydock("replay " + page);
  INFO(content_of(page) << replayed.out << replayed.err);
  CHECK(replayed.status == 0);
  Person person({"shell", "--resume", page});
  person.until("$ ");
  person.line("docker unpause box; docker exec box cat /f");
  CHECK_NOTHROW(person.until("\nkept"));
}

TEST_CASE("a folder brought in is part of the session's page") {
  const std::string folder = fresh_directory();
  write_content(folder + "/Dockerfile", "FROM busybox\nCOPY blob /\n");
  write_content(folder + "/blob", std::string("\0\1```\n", 6));
  const std::string page = folder + "/session.md";
  {
    Person person({"shell", "--with", folder + ":/root/app", "--save", page});
    person.until("$ ");
    person.line("docker build -q -t app app; docker run --rm app wc -c /blob");
    person.until("6 /blob");
    person.until("$ ");
    person.type("\x04");
    CHECK(person.leave() == 0);
  }
  const Ran replayed = run_drydock("replay " + page);
  CHECK(replayed.status == 0);
}

TEST_CASE("lines from a pipe are typed, and the end of it leaves") {
  const Ran ran =
      run_drydock("shell", "docker run -i --name box busybox cat\nhello\n");
  CHECK(ran.out.find("hello\nhello\n") != std::string::npos);
  CHECK(ran.status == 0);
}

TEST_CASE("the shell leaves with the status of the host's shell") {
  Person person({"shell"});
  person.until("$ ");
  person.line("exit 7");
  CHECK(person.leave() == 7);
}

}  // namespace
}  // namespace drydock::front
