// screen_test.cc — what stays on the screen of what was drawn there.

#include "sim/scenario/screen.h"

#include <catch2/catch.hpp>

#include "sim/base/text.h"

using namespace drydock;
using scenario::screen_lines;

TEST_CASE("a progress bar is seen as it was drawn last", "[screen]") {
  CHECK(screen_lines("10%\r100%\r\ndone\r\n$ ") == List{"100%", "done", "$ "});
  // Two layers, each on a line of its own, the upper one first.
  CHECK(screen_lines("\r\n\x1b[1A\x1b[2K\ra: pulling\r\x1b[1B"
                     "\r\n\x1b[1A\x1b[2K\rb: pulling\r\x1b[1B"
                     "\x1b[2A\x1b[2K\ra: done\r\x1b[2B$ ") ==
        List{"a: done", "b: pulling", "$ "});
}

TEST_CASE("no line above the first and none below the last is gone to",
          "[screen]") {
  CHECK(screen_lines("a\r\n\x1b[9Ab") == List{"b", ""});
  CHECK(screen_lines("a\x1b[9Bb") == List{"ab"});
}

TEST_CASE("what line editors draw anew stands once", "[screen]") {
  CHECK(screen_lines("$ lx\b\x1b[Ks\r\n\a") == List{"$ ls", ""});
}
