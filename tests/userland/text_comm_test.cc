// text_comm_test.cc — comm beside the real one, and what shuf keeps.

#include <catch2/catch.hpp>

#include "tests/userland/text_cases.h"

namespace drydock::tests {

TEST_CASE("comm says what the real comm says") {
  TextMachine machine;
  machine.both("a", "ant\nbee\ncat\nelk\n");
  machine.both("b", "bee\ncow\nelk\nfox\n");
  check_all(machine, "comm",
            {"comm a b", "comm -12 a b", "comm -3 a b", "comm -23 a b",
             "comm -13 a -", "comm a nosuch", "comm a"},
            "ant\n");
}

TEST_CASE("shuf keeps every line, and -n only some") {
  TextMachine machine;
  const test::Ran ran = machine.line("shuf -i 1-20");
  CHECK(ran.out != machine.line("seq 20").out);
  CHECK(machine.line("sort -n", ran.out).out == machine.line("seq 20").out);
  CHECK(machine.line("wc -l", machine.line("shuf -n 3 -e a b c d").out).out ==
        "3\n");
}

}  // namespace drydock::tests
