// text_diff_test.cc — diff, cmp, base64 and cksum beside the real ones.

#include <catch2/catch.hpp>

#include "tests/userland/text_cases.h"

namespace drydock::tests {

namespace {

struct Pairs : TextMachine {
  Pairs() {
    both("a", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    both("b", "one\n2\nthree\nfour\nfive\nsix\nseven\neight\nten\neleven\n");
    both("cut", "one\ntwo");
    both("cutter", "one\nTwo");
    both("empty", "");
    both("repeated", "x\na\nx\na\nx\na\n");
    both("repeated2", "x\na\nx\na\nx\na\nx\na\n");
    both("blanks", "one \ntwo\nthree\nfour\n");
  }
};

}  // namespace

TEST_CASE("diff says what the real diff says") {
  Pairs pairs;
  check_all(
      pairs, "diff",
      {"diff a b", "diff a a", "diff b a", "diff cut cutter", "diff empty a",
       "diff a empty", "diff repeated repeated2", "diff repeated2 repeated",
       "diff -q a b", "diff -s a a", "diff -u --label x --label y a b",
       "diff -U1 --label x --label y a b",
       "diff -u --label x --label y empty a",
       "diff -u --label x --label y cut cutter", "diff -b blanks a",
       "diff -i cut cutter", "diff a nosuch", "diff a", "diff - a"},
      "one\nthree\n");
}

TEST_CASE("cmp says what the real cmp says") {
  Pairs pairs;
  check_all(pairs, "cmp",
            {"cmp a b", "cmp a a", "cmp -s a b", "cmp -l a b", "cmp cut a",
             "cmp empty a", "cmp a nosuch", "cmp -n 3 a b"});
}

TEST_CASE("base64 and cksum say what the real ones say") {
  Pairs pairs;
  check_all(pairs, "base64",
            {"base64 a", "base64 cut", "base64 -w 10 a", "base64 -w0 a",
             "base64 empty", "base64 nosuch"});
  check_all(pairs, "base64", {"base64 -d", "base64 -di"}, "aGVsbG8K\n");
  check_all(pairs, "base64", {"base64 -d", "base64 -di"}, "aGVs*bG8K\n");
  check_all(pairs, "cksum", {"cksum a", "cksum a b", "cksum empty"});
  check_all(pairs, "cksum", {"cksum"}, "some text");
}

TEST_CASE("diff -r walks two directories and names what only one has") {
  TextMachine machine;
  machine.write("/work/x/same", "s\n");
  machine.write("/work/y/same", "s\n");
  machine.write("/work/x/sub/f", "1\n");
  machine.write("/work/y/sub/f", "2\n");
  machine.write("/work/y/new", "n\n");
  const test::Ran ran = machine.line("diff -r x y");
  CHECK(ran.out ==
        "Only in y: new\ndiff -r x/sub/f y/sub/f\n1c1\n< 1\n---\n> 2\n");
  CHECK(ran.status == 1);
}

}  // namespace drydock::tests
