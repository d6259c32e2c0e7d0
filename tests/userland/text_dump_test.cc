// text_dump_test.cc — od, hexdump, xxd and strings beside the real ones.

#include <catch2/catch.hpp>

#include "tests/userland/text_cases.h"

namespace drydock::tests {

TEST_CASE("dumps look as the real tools print them") {
  TextMachine machine({"binutils", "util-linux", "vim", "gnu"});
  machine.both("text", "Ahoy, sailor!\n\tThe ship\x01 sails at dawn.\n");
  machine.both("same", std::string(100, 'x') + "end\n");
  machine.both("empty", "");
  check_all(machine, "od",
            {"od text", "od -c text", "od -x text", "od -An -tx1 text",
             "od -A x -t x1z -v same", "od same", "od -t d1 text",
             "od -t o1 -N 5 text", "od -j 3 -N 4 -c text", "od -tu4 text",
             "od -a text", "od -b text", "od -A d -t x2 text", "od empty",
             "od -An -t x1 -w8 text", "od nosuch", "od -t x1 -t c text"});
  check_all(
      machine, "hexdump",
      {"hexdump -C text", "hexdump text", "hexdump -C same", "hexdump -C empty",
       "hexdump -C -n 5 text", "hexdump -s 4 -n 8 -C text"});
  check_all(machine, "xxd",
            {"xxd text", "xxd -p text", "xxd -l 5 text", "xxd -g 1 text",
             "xxd -c 8 text", "xxd empty"});
  check_all(machine, "strings",
            {"strings text", "strings -n 10 text", "strings -t x text"});
}

}  // namespace drydock::tests
