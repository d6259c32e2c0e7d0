// listing_cases_test.cc — ls, as the real ones do it.

#include <catch2/catch.hpp>

#include "tests/userland/both_worlds.h"

namespace drydock::test {

namespace {

constexpr std::string_view kMixed =
    "a = hello\n755 bb = #!/bin/sh\nccc = x\nd/\nd/inner = y\ndddddddddddd\n"
    ".hidden = z\nl -> a\nlost -> nowhere\np |\n600 x y = blank\nh => a\n"
    "1777 sticky/\n4755 suid = s\n:1:1 owned = q\n"
    "@2014-03-01T00:00:00Z older = 123456789012345678901234567890";

constexpr std::string_view kMany =
    "a1\na2\na3\nb-long-name-here\nb\nc\ncc\nccc\nd.txt\ne.txt\nf10\nf2\nf1\n"
    "g/\nh.c\nh.h\ni\nj\nk\nlonger-than-most-of-them-all.tar.gz\nm\nn\no";

}  // namespace

TEST_CASE("ls lists as the ls of coreutils does") {
  check_cases({
      {kMixed, "ls"},
      {kMixed, "ls -a"},
      {kMixed, "ls -A"},
      {kMixed, "ls -l"},
      {kMixed, "ls -la d"},
      {kMixed, "ls -ln"},
      {kMixed, "ls -lh"},
      {kMixed, "ls -ls"},
      {kMixed, "ls -s"},
      {kMixed, "ls -1s"},
      {kMixed, "ls -F"},
      {kMixed, "ls -p"},
      {kMixed, "ls -lF"},
      {kMixed, "ls -lp"},
      {kMixed, "ls -R"},
      {kMixed, "ls -lR"},
      {kMixed, "ls -t"},
      {kMixed, "ls -lt"},
      {kMixed, "ls -tr"},
      {kMixed, "ls -S"},
      {kMixed, "ls -lSr"},
      {kMixed, "ls -r"},
      {kMixed, "ls -U d"},
      {kMixed, "ls -X"},
      {kMixed, "ls -m"},
      {kMixed, "ls -mF -w 20"},
      {kMixed, "ls -d"},
      {kMixed, "ls -ld ."},
      {kMixed, "ls -d d a"},
      {kMixed, "ls d a"},
      {kMixed, "ls a d nosuch"},
      {kMixed, "ls nosuch"},
      {kMixed, "ls -l l"},
      {kMixed, "ls -L l"},
      {kMixed, "ls -lL l"},
      {kMixed, "ls -l lost"},
      {kMixed, "ls -lH l"},
      {kMixed, "ls -Q"},
      {kMixed, "ls -g"},
      {kMixed, "ls -o"},
      {kMixed, "ls -lG"},
      {kMixed, "ls --full-time"},
      {kMixed, "ls -l --time-style=long-iso"},
      {kMixed, "ls -l --time-style=+%Y"},
      {kMixed, "ls --color=always"},
      {kMixed, "ls --color=always -l"},
      {kMixed, "ls --color=always -C"},
      {kMixed, "ls --color=auto"},
      {kMixed, "ls --color=never -F"},
      {kMixed, "ls --group-directories-first"},
      {kMixed, "ls -I 'd*'"},
      {kMixed, "ls --sort=size"},
      {kMixed, "ls --format=commas"},
      {kMixed, "ls --si -l"},
      {kMixed, "ls --wrong"},
      {kMixed, "ls -y"},
      {kMixed, "ls --si=x"},
      {kMixed, "ls ''"},
      {kMany, "ls"},
      {kMany, "ls -C"},
      {kMany, "ls -C -w 40"},
      {kMany, "ls -C -w 10"},
      {kMany, "ls -x"},
      {kMany, "ls -x -w 50"},
      {kMany, "ls -CF -w 60"},
      {kMany, "ls -Cs -w 60"},
      {kMany, "ls -v"},
      {kMany, "ls -T0 -C"},
      {"d/", "ls d"},
      {"d/", "ls -l d"},
      {"d/\nd/e/\nd/e/f = x", "ls -R d"},
      {"d/\nl -> d", "ls l"},
      {"d/\nd/x\nl -> d", "ls -l l"},
      {"d/\nd/x\nl -> d", "ls l/"},
      {"d/\nd/x\nl -> d", "ls -F l"},
  });
}

TEST_CASE("ls lists as the ls of busybox does") {
  check_cases({
      {kMixed, "busybox ls"},
      {kMixed, "busybox ls -a"},
      {kMixed, "busybox ls -A"},
      {kMixed, "busybox ls -l"},
      {kMixed, "busybox ls -ln"},
      {kMixed, "busybox ls -la d"},
      {kMixed, "busybox ls -s"},
      {kMixed, "busybox ls -p"},
      {kMixed, "busybox ls -F"},
      {kMixed, "busybox ls -lF"},
      {kMixed, "busybox ls -R"},
      {kMixed, "busybox ls -t"},
      {kMixed, "busybox ls -S"},
      {kMixed, "busybox ls -lr"},
      {kMixed, "busybox ls -X"},
      {kMixed, "busybox ls -d d a"},
      {kMixed, "busybox ls a d nosuch"},
      {kMixed, "busybox ls nosuch"},
      {kMixed, "busybox ls -L l"},
      {kMixed, "busybox ls -l --full-time"},
      {kMixed, "busybox ls --color=always"},
      {kMixed, "busybox ls -q"},
      {kMany, "busybox ls -C"},
      {kMany, "busybox ls -x"},
      {kMany, "busybox ls -C -w 40"},
      {kMany, "busybox ls -C -w 10"},
      {kMany, "busybox ls -v"},
      {"d/", "busybox ls -l d"},
      {"d/\nd/x\nl -> d", "busybox ls l"},
      {"d/\nd/x\nl -> d", "busybox ls -l l"},
  });
}

}  // namespace drydock::test
