// text_grep_sed_test.cc — grep and sed, line by line like the real ones.

#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

const std::string kPoem =
    "The ship was cheered\nthe harbour cleared\n\nMerrily did we drop\n"
    "Below the kirk, below the hill\nbelow the lighthouse top.\n"
    "foo bar foo\nfoobar 123\n  indented\ttab\na.b*c[d]\n";

const std::string kNumbers = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";

// clang-format off
const List kGrep = {
    "grep below a", "grep -i below a", "grep -v e a", "grep -c e a",
    "grep -n foo a", "grep -o foo a", "grep -on 'fo*' a", "grep -l foo a b",
    "grep -L foo a b", "grep foo a b", "grep -h foo a b", "grep -H foo a",
    "grep -w foo a", "grep -x 'foo bar foo' a", "grep -E 'ship|drop' a",
    "grep -F 'a.b*c[d]' a", "grep 'a\\.b\\*c\\[d]' a", "grep -e foo -e ship a",
    "grep -A1 ship a", "grep -B1 drop a", "grep -C1 drop a", "grep -1 hill a",
    "grep -m1 foo a", "grep -q foo a", "grep -q nothing a", "grep nothing a",
    "grep -s x missing", "grep x missing", "grep '^$' a", "grep -c '' a",
    "grep -E '[[:digit:]]+' a", "grep -oE '[0-9]' a", "grep -vn e a",
    "grep -ob foo a", "grep -b foo a", "grep -c foo a b", "grep -r foo d/e",
    "grep -rl foo d/e", "grep -rn foo d/e a", "egrep 'f(oo|u)' a",
    "fgrep . a", "grep -f pat a", "grep -E '(foo) bar \\1' a",
    "grep '\\(foo\\) bar \\1' a", "grep -E 'o{2}' a", "grep 'o\\{2\\}' a",
    "grep '\\<foo\\>' a", "grep -iw BELOW a", "grep -- -v a", "grep -E '*a' a",
    "grep -z foo a", "grep --color=never foo a", "grep -A1 -n foo a",
    "grep -e '' b", "grep -xE 'f.*' a", "grep -om1 o a", "grep -ci THE a",
    "grep -nE '^(.)' b", "grep -E 'a|' b", "grep '[^a-z ]' a", "grep -wo 'o*' a",
    "grep --include=x.txt -r foo d", "grep --exclude=x.txt -r foo d",
    "grep '\\bbar\\b' a", "grep -E '^(foo|The)' a", "grep -vx '' a",
    "grep -E '\\w+\\s\\w+' a", "grep -Z -l foo a", "grep -T foo a",
    "grep [z-a] a", "grep -E '(' a", "grep",
};

const List kSed = {
    "sed s/foo/bar/ a", "sed s/foo/bar/g a", "sed s/foo/bar/2 a",
    "sed -n s/foo/bar/p a", "sed -n 2p a", "sed -n 2,4p a", "sed '2,4d' a",
    "sed '/ship/d' a", "sed '/ship/,/drop/d' a", "sed '$d' n", "sed -n '$=' n",
    "sed '1~3d' n", "sed '2,+2d' n", "sed '2,~4d' n", "sed '0,/1/d' n",
    "sed '1,/1/d' n", "sed '5!d' n", "sed -n '5,2p' n", "sed 3q n", "sed 3Q n",
    "sed q5 n", "sed = n", "sed -n l a", "sed 'l 20' a", "sed y/abc/xyz/ a",
    "sed '2i\\hello' n", "sed '2a\\hello' n", "sed '2c\\hello' n",
    "sed '2,4c\\hello' n", "sed '$!N;s/\\n/ /' n", "sed 'N;P;D' n",
    "sed -n '$!{h;d};H;x;p' n", "sed G n", "sed -n 'h;G;p' n",
    "sed '1!G;h;$!d' n", "sed ':a;s/^\\(.\\{1,5\\}\\)$/ \\1/;ta' n",
    "sed ':a;N;$!ba;s/\\n/,/g' n", "sed -E 's/(f)(o+)/\\2\\1/g' a",
    "sed 's/\\(foo\\) \\(bar\\)/\\2 \\1/' a", "sed 's/o*/x/g' a",
    "sed 's/b*/x/2' b", "sed 's/[aeiou]/<&>/g' a", "sed 's/.*/\\U&/' a",
    "sed -E 's/(\\w+)/\\u\\1/g' a", "sed 's/foo/\\n/' a", "sed 's|foo|a/b|' a",
    "sed 's,foo,\\,,' a", "sed 's/foo/a\\&b/' a", "sed -e 1d -e 3d n",
    "sed -f script n", "sed -s -n '$p' a n", "sed -n '$p' a n",
    "sed -n '/foo/=' a", "sed 'n;d' n", "sed '$!d' n", "sed -n '2{p;q}' n",
    "sed '/foo/{s//X/g;s/bar/Y/}' a", "sed 's/FOO/x/I' a", "sed '/FOO/Id' a",
    "sed '2r b' n", "sed '$r b' n", "sed 's/a/b/;T;s/$/!/' a", "sed 's/$/!/' a",
    "sed 's/^/> /' a", "sed '/^$/d' a", "sed -n '/hill/,$p' a",
    "sed 's/\\t/TAB/' a", "sed 's/\\s\\+$//' a", "sed -n 'x;p' n",
    "sed '1d;n;d' n", "sed --expression=2d n", "sed -n -e '/a/,/b/{//!p}' b",
    "sed 'y/\\n/x/' n", "sed 's/x\\{0,1\\}/-/g' b", "sed '2d;3!s/^/x/' n",
    "sed '/2/b;s/$/ no/' n", "sed '/2/bend;s/$/ no/;:end' n",
    "sed -n '/1/{/0/p}' n", "sed 's/1/a;b/' n", "sed '2{h;d};${G}' n",
    "sed 'k' n", "sed 's/a' n", "sed '/a' n", "sed 's/a/b/k' n", "sed '{p' n",
    "sed 'p}' n", "sed 's/\\(a/b/' n", "sed 's/a/\\1/' n", "sed 'bx' n",
    "sed -n p missing n", "sed 3,5y/345/abc/ n", "sed -z 's/\\n/,/g' n",
    "sed 's/./&&/3' a", "sed -E 's/^(.)(.*)$/\\2\\1/' b", "sed '5,$d;s/^/n/' n",
    "sed 'a\\  two' b", "sed 'a  two' b", "sed '1i one\\' -e '' b",
    "sed 's/[/]/x/' a", "sed 's/[]]/x/g' a", "sed '/./,/^$/!d' a", "sed -n '2{p}' n",
    "sed -E '/^(a|b)$/!d' b", "sed '/x/c\\none' b", "sed '$!{$!N};P;D' n", "sed 'W w' n",
};
// clang-format on

void lay_files(TextMachine& machine) {
  machine.both("a", kPoem);
  machine.both("b", "a\nb\nab\nxyz");
  machine.both("n", kNumbers);
  machine.both("pat", "ship\nhill\n");
  machine.both("script", "2d\n# comment\ns/1/one/\n");
  static_cast<void>(vfs::make_directories(*machine.files->root(), "/work/d"));
  run_real("mkdir -p d/e");
  static_cast<void>(vfs::make_directories(*machine.files->root(), "/work/d/e"));
  machine.both("d/x.txt", "foo\nx\n");
  machine.both("d/e/y.c", "y\nfoo\n");
}

}  // namespace

TEST_CASE("grep selects and prints as GNU grep does", "[text][grep][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "grep", kGrep, "input foo\n");
}

TEST_CASE("sed edits as GNU sed does", "[text][sed][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "sed", kSed, "1\n2\n3\n");
}

TEST_CASE("sed edits files in place and keeps a copy when asked",
          "[text][sed]") {
  TextMachine machine;
  lay_files(machine);
  CHECK(machine.line("sed -i s/a/Z/ b").status == 0);
  CHECK(*machine.read("/work/b") == "Z\nb\nZb\nxyz");
  CHECK(machine.line("sed -i.bak 1d b n").status == 0);
  CHECK(*machine.read("/work/b") == "b\nZb\nxyz");
  CHECK(*machine.read("/work/b.bak") == "Z\nb\nZb\nxyz");
  CHECK(machine.read("/work/n")->starts_with("2\n"));
}

TEST_CASE("sed writes lines to files that w names", "[text][sed]") {
  TextMachine machine;
  lay_files(machine);
  CHECK(machine.line("sed -n '/1/w ones' n").status == 0);
  CHECK(*machine.read("/work/ones") == "1\n10\n11\n12\n");
}

TEST_CASE("sed tells where a script is wrong", "[text][sed]") {
  TextMachine machine;
  CHECK(machine.line("sed k").err ==
        "sed: -e expression #1, char 1: unknown command: `k'\n");
  CHECK(machine.line("sed s/a/b").err ==
        "sed: -e expression #1, char 5: unterminated `s' command\n");
  CHECK(machine.line("sed bfoo").err ==
        "sed: can't find label for jump to `foo'\n");
  CHECK(machine.line("sed s/a/b/x").err ==
        "sed: -e expression #1, char 7: unknown option to `s'\n");
}

TEST_CASE("a loop in a sed script ends loudly", "[text][sed]") {
  TextMachine machine;
  const test::Ran ran = machine.line("sed ':a;ba'", "x\n");
  CHECK(ran.status == 1);
  CHECK(ran.err == "sed: drydock: the script goes round for ever\n");
}
