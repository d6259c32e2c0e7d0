// text_reshape_test.cc — join, split, fmt, column, envsubst and the long sums,
// option by option, against the real ones.

#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

/// Runs a command that makes files, in both worlds, and compares these.
void check_files(TextMachine& machine, const std::string& command,
                 const List& names) {
  check_same(machine, command);
  for (const std::string& name : names) {
    INFO("file " << name << " of " << command);
    check_same(machine, "cat " + name);
    check_same(machine, "rm -f " + name);
  }
}

const std::string kPoem =
    "The sea is calm tonight. The tide is full, the moon lies fair upon the\n"
    "straits; on the French coast the light gleams and is gone; the cliffs of\n"
    "England stand, glimmering and vast, out in the tranquil bay.\n"
    "Come to the window, sweet is the night-air!\n"
    "\n"
    "    Only, from the long line of spray where the sea meets the\n"
    "    moon-blanched land, (listen!) you hear the grating roar of pebbles\n"
    "    which the waves draw back,    and fling.\n"
    "  \n"
    "Of \"Dover Beach.\"  A short one\n"
    "  with a deeper second line, that goes on and on and on until it ends?\n"
    "Averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylong"
    "wordthatfitsnowhere and more\n";

}  // namespace

TEST_CASE("join puts lines with one key side by side as GNU's does",
          "[text][real]") {
  TextMachine machine;
  machine.both("a", "1 ant red\n2 bee\n2 bug x\n4 cat black\n7\n");
  machine.both("b", "1 six\n2 two\n2 four\n5 five\n7 none extra\n");
  machine.both("c", "name:id\nann:1\nbob:\ncid:3\n");
  machine.both("d", "id:name:age\n1:ann:30\n2:bob:40\n3:dee:50\n");
  machine.both("wild", "b 1\na 2\nc 3\n");
  machine.both("Case", "A 1\nb 2\n");
  machine.both("case", "a x\nB y\n");
  check_all(machine, "join",
            {"join a b",
             "join -a1 a b",
             "join -a2 a b",
             "join -a 1 -a 2 a b",
             "join -v1 a b",
             "join -v 2 a b",
             "join -v1 -v2 a b",
             "join -o 1.2,2.2 a b",
             "join -o '0 1.2 2.3' -e - a b",
             "join -a1 -a2 -o 0,1.2,2.2 -e NONE a b",
             "join -a1 -a2 -o auto -e x a b",
             "join -1 1 -2 1 a b",
             "join -j 1 a b",
             "join -t: -1 2 -2 1 c d",
             "join -t: --header -2 2 c d",
             "join -t: -2 2 c d",
             "join -i Case case",
             "join Case case",
             "join wild a",
             "join --nocheck-order wild a",
             "join --check-order a b",
             "join --check-order wild a",
             "join a wild",
             "join -a1 wild wild",
             "join a -",
             "join a nosuch",
             "join a",
             "join",
             "join a b c",
             "join -1 0 a b",
             "join -o 3.1 a b",
             "join -t ab a b",
             "join -a 3 a b"},
            "2 from stdin\n");
}

TEST_CASE("split cuts files into the pieces that GNU's makes", "[text][real]") {
  TextMachine machine;
  std::string ten, many;
  for (int i = 1; i <= 10; ++i) ten += "line " + std::to_string(i) + "\n";
  for (int i = 0; i < 700; ++i) many += "x\n";
  machine.both("ten", ten);
  machine.both("many", many);
  machine.both("raw", "no newline at the end");
  machine.both("empty", "");
  if (!has_real("split")) return;
  check_files(machine, "split -l 3 ten", {"xaa", "xab", "xac", "xad", "xae"});
  check_files(machine, "split -l 3 -d ten part.", {"part.00", "part.03"});
  check_files(machine, "split -l 4 -a 3 ten p", {"paaa", "paab", "paac"});
  check_files(machine, "split -b 20 ten", {"xaa", "xab", "xad", "xae"});
  check_files(machine, "split -b 1k ten", {"xaa", "xab"});
  check_files(machine, "split -C 20 ten", {"xaa", "xab", "xad", "xae"});
  check_files(machine, "split -n 3 ten", {"xaa", "xab", "xac", "xad"});
  check_files(machine, "split -n 30 raw", {"xaa", "xau", "xav", "xbd"});
  check_files(machine, "split -e -n 30 raw", {"xaa", "xau", "xav"});
  check_files(machine, "split --additional-suffix=.txt -l 9 ten",
              {"xaa.txt", "xab.txt"});
  check_files(machine, "split --verbose -l 5 ten", {"xaa", "xab"});
  check_files(machine, "split -l 1 many",
              {"xaa", "xyz", "xzaaa", "xzaax", "xzabx", "xzaby"});
  check_files(machine, "split raw", {"xaa"});
  check_files(machine, "split empty", {"xaa"});
  check_files(machine, "split -l 1 -a 1 ten", {"xa", "xj"});
  check_files(machine, "split -l 1 -a 1 -d many q", {"q0", "q9"});
  for (const char* const wrong :
       {"split nosuch", "split -l 0 ten", "split -l x ten", "split -b ten",
        "split -l 1 -b 1 ten", "split ten a b", "split -n 0 ten"}) {
    check_same(machine, wrong);
  }
}

TEST_CASE("fmt breaks paragraphs where GNU's does", "[text][real]") {
  TextMachine machine;
  machine.both("poem", kPoem);
  machine.both("tabs",
               "\tA paragraph that begins with a tab, and has\n"
               "\ta second line of the same kind.\tOr two.\n");
  machine.both("empty", "");
  machine.both("raw", "one  two   three");
  check_all(machine, "fmt",
            {"fmt poem",
             "fmt -w 40 poem",
             "fmt -30 poem",
             "fmt -w 60 -g 50 poem",
             "fmt -g 30 poem",
             "fmt -s poem",
             "fmt -s -w 30 poem",
             "fmt -u poem",
             "fmt -u -w 50 poem",
             "fmt -c poem",
             "fmt -c -w 50 poem",
             "fmt -t poem",
             "fmt -t -w 50 poem",
             "fmt tabs",
             "fmt -w 30 tabs",
             "fmt empty",
             "fmt raw",
             "fmt -w 12 raw",
             "fmt nosuch",
             "fmt -w x poem",
             "fmt -w 10 -g 20 poem",
             "fmt poem raw",
             "fmt"},
            "from standard input\n");
}

TEST_CASE("column makes columns and tables as the real one", "[text][real]") {
  TextMachine machine;
  machine.both("t", "name size age\nant 1 20\n\nelephant 12345 7\nbee 2 3\n");
  machine.both("p", "root:x:0\ndaemon:x:1\n");
  std::string words;
  for (int i = 1; i <= 23; ++i) words += "word" + std::to_string(i) + "\n";
  machine.both("words", words);
  machine.both("long", words + std::string(90, 'x') + "\n");
  machine.both("empty", "");
  check_all(machine, "column",
            {"column -t t", "column -t -s: p", "column -s : -t p",
             "column -t -o ' | ' t", "column words", "column -c 40 words",
             "column -x words", "column -c 40 -x words", "column -c 8 words",
             "column long", "column empty", "column -t empty", "column -t",
             "column nosuch"},
            "a bb\nccc d\n");
}

TEST_CASE("a short row of column's table ends where it ends", "[text]") {
  TextMachine machine;
  CHECK(machine.line("column -t", "a b c\nlong d\n").out ==
        "a     b  c\nlong  d\n");
  CHECK(machine.line("column -t -s,", "a,,c\nb,x,d\n").out ==
        "a  c\nb  x  d\n");
  CHECK(machine.line("column -t -n -s,", "a,,c\nb,x,d\n").out ==
        "a     c\nb  x  d\n");
}

TEST_CASE("envsubst knows $NAME and ${NAME} and nothing else", "[text][real]") {
  TextMachine machine({"gettext", "gnu"});
  const std::string text =
      "$HOME and ${HOME}, $HOMES, ${HOME, ${HOME:-x}, $1, $$HOME, \\$HOME, $ "
      "end$";
  const std::string real =
      run_real("printf %s '" + text + "' | HOME=/root envsubst").out;
  machine.environ = {"HOME=/root", "PATH=/bin"};
  if (has_real("envsubst")) {
    CHECK(machine.line("envsubst", text).out == real);
    CHECK(machine.line("envsubst -v '$A ${B} $A'").out ==
          run_real("envsubst -v '$A ${B} $A'").out);
  }
  CHECK(machine.line("envsubst", "$HOME ${PATH}\n").out == "/root /bin\n");
  CHECK(machine.line("envsubst '$PATH'", "$HOME ${PATH}\n").out ==
        "$HOME /bin\n");
  CHECK(machine.line("envsubst -v '$A ${B} $A'").out == "A\nB\nA\n");
  CHECK(machine.line("envsubst -v").status == 1);
  CHECK(machine.line("envsubst a b").status == 1);
}

TEST_CASE("sha512sum and sha384sum are as the real ones", "[text][real]") {
  TextMachine machine;
  machine.both("f", "hello\n");
  machine.both("empty", "");
  // Around the block of 128 bytes, where the padding needs another one.
  for (const int size : {111, 112, 127, 128, 129, 300}) {
    machine.both("n" + std::to_string(size),
                 std::string(static_cast<std::size_t>(size), 'n'));
  }
  check_all(machine, "sha512sum",
            {"sha512sum f empty", "sha512sum n111 n112 n127 n128 n129 n300",
             "sha384sum f n111 n112", "sha512sum --tag f", "sha512sum nosuch",
             "sha512sum -c f"},
            "");
  machine.both("sums", machine.line("sha512sum f empty").out);
  check_same(machine, "sha512sum -c sums");
}
