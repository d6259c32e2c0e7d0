// sh_behaviour_test.cc — what no script of the corpus can show: prompts,
// programs read from standard input, runaways.

#include <catch2/catch.hpp>

#include "sim/userland/programs.h"
#include "tests/support/machine.h"

namespace drydock {

namespace {

test::Ran run(std::vector<std::string> argv, std::string input = "") {
  test::TestMachine machine(&userland::programs());
  machine.install_id("dash", "dash/sh");
  machine.install_id("bash", "bash/bash");
  machine.install_id("ash", "busybox/ash");
  return machine.run(std::move(argv), std::move(input));
}

}  // namespace

TEST_CASE("a script on standard input shares it with its commands") {
  const test::Ran ran = run({"dash"}, "read x\nhello\necho \"got $x\"\n");
  CHECK(ran.out == "got hello\n");
}

TEST_CASE("an interactive bash prompts on stderr and says exit at the end") {
  const test::Ran ran = run({"bash", "-i"}, "echo hi\n");
  CHECK(ran.out == "hi\n");
  CHECK(ran.err.find("bash: no job control in this shell") !=
        std::string::npos);
  CHECK(ran.err.ends_with("bash-5.2# bash-5.2# exit\n"));
}

TEST_CASE("each shell complains in its own words") {
  CHECK(run({"dash", "-c", "foo"}).err == "dash: 1: foo: not found\n");
  CHECK(run({"bash", "-c", "foo"}).err ==
        "bash: line 1: foo: command not found\n");
  CHECK(run({"ash", "-c", "foo"}).err == "ash: foo: not found\n");
}

TEST_CASE("what ash builds in is busybox's applet, in messages too") {
  CHECK(run({"ash", "-c", "test 1 -eq x"}).err == "ash: x: bad number\n");
  CHECK(run({"ash", "-c", "[ a = b"}).err == "ash: missing ]\n");
  CHECK(run({"ash", "-c", "printf '%d' abc"}).err ==
        "ash: invalid number 'abc'\n");
  const test::Ran kills =
      run({"ash", "-c", "kill -l TERM; kill 999999; kill -FOO 1; kill"});
  CHECK(kills.out == "15\n");
  CHECK(kills.err ==
        "ash: can't kill pid 999999: No such process\n"
        "ash: bad signal name 'FOO'\n"
        "ash: you need to specify whom to kill\n");
  CHECK(run({"ash", "-c", "sleep 9 & kill %1; wait %1; echo $?"}).out ==
        "143\n");
  CHECK(run({"ash", "-c", "command -v cd nosuch"}).out == "cd\n");
}

TEST_CASE("recursion without end is an error of the script") {
  const test::Ran calls = run({"dash", "-c", "f() { f; }; f; echo no"});
  CHECK(calls.status == 2);
  CHECK(calls.out.empty());
  CHECK(run({"dash", "-c", "e='eval \"$e\"'; eval \"$e\""}).status == 2);
}

TEST_CASE("a variable that doubles for ever meets a bound") {
  const test::Ran ran =
      run({"dash", "-c", "x=aaaaaaaa; while :; do x=$x$x$x$x; done"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "dash: 1: Out of space\n");
}

}  // namespace drydock
