// text_tools_test.cc — the small tools, option by option, against the real ones.

#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

void lay_files(TextMachine& machine) {
  machine.both("f", "b 2 x\na 10 y\nc 1 z\na 10 y\nB 3 q\n\n");
  machine.both("d", "k:v:w\nno delimiter\na:b\n::c\n");
  machine.both("num", "10\n9\n-1\n1.5\n1e3\n0\nabc\n 7\n");
  machine.both("size", "1K\n2M\n500\n1G\n3k\n0\n");
  machine.both("ver", "1.10\n1.9\n1.2.3\n1.2\n2.0~rc1\n2.0\na10\na9\n");
  machine.both("mon", "Mar\njan\nDEC\nfoo\nFeb\n");
  machine.both("u", "a\na\nb\nA\na\na\nc\n");
  machine.both("s", "x 1\ny 1\nz 2\n");
  machine.both("ten", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
  machine.both("raw", "no newline");
  machine.both("empty", "");
  machine.both("sums",
               "d41d8cd98f00b204e9800998ecf8427e  empty\n"
               "00000000000000000000000000000000  raw\n");
  machine.both("tabs", "a\tb\tc\n        eight\n  two\t\tx\n\t\n");
  machine.both("long", "the quick brown fox jumps over the lazy dog again\n");
}

// clang-format off
const List kSort = {
    "sort f", "sort -r f", "sort -u f", "sort -k2 f", "sort -k2n f", "sort -k2,2n -k1,1r f",
    "sort -n num", "sort -rn num", "sort -g num", "sort -h size", "sort -rh size", "sort -V ver", "sort -M mon",
    "sort -f f", "sort -fu f", "sort -t: -k2 d", "sort -t: -k2,2 d", "sort -k1.1,1.1 f", "sort -s -k1,1 f",
    "sort -b f", "sort -c f", "sort -c ten", "sort -cu u", "sort -m ten num", "sort ten num", "sort raw",
    "sort empty", "sort -nu num", "sort -k3r f", "sort -k 2n,2 -k 1 f", "sort missing", "sort -z f",
    "sort -d f", "sort -i f", "sort -C f", "sort -t '' f", "sort -t ab f", "sort -k0 f", "sort -k x f", "sort",
};
const List kUniq = {
    "uniq u", "uniq -c u", "uniq -d u", "uniq -u u", "uniq -i u", "uniq -ci u", "uniq -f1 s", "uniq -s1 s",
    "uniq -w1 f", "uniq -D u", "uniq raw", "uniq empty", "uniq missing", "uniq -cd u", "uniq",
};
const List kCut = {
    "cut -d: -f1 d", "cut -d: -f2- d", "cut -d: -f-2 d", "cut -d: -f1,3 d", "cut -d: -f3,1 d", "cut -d: -s -f2 d",
    "cut -c1-3 d", "cut -c2 d", "cut -b1,3-5 d", "cut -c-2,4- d", "cut -f1 tabs", "cut -d: -f1,2 --output-delimiter=+ d",
    "cut --complement -d: -f1 d", "cut --complement -c1 d", "cut -c1,2 --output-delimiter=_ d", "cut d", "cut -f0 d",
    "cut -f3-1 d", "cut -d: d", "cut -c1 -f1 d", "cut -f a d", "cut -d '' -f1 d", "cut -f1 missing", "cut -c1 raw", "cut -d: -f- d",
};
const List kTr = {
    "tr a-z A-Z", "tr '[:lower:]' '[:upper:]'", "tr -d aeiou", "tr -s ' '", "tr -cd 'a-z\\n'", "tr -c 'a-z\\n' _",
    "tr -s 'a-z' 'A-Z'", "tr ' ' '\\n'", "tr -d '\\n'", "tr abc x", "tr -t abc x", "tr '[a*3]b' xyzw", "tr xyz '[q*]'",
    "tr -ds a b", "tr '\\141' Z", "tr -d '[:space:]'", "tr z-a x", "tr", "tr a", "tr -d a b", "tr a b c", "tr '[:foo:]' x",
    "tr a ''", "tr -s '[:alpha:]'", "tr 'a-c' 'x-z'", "tr -cs '[:alnum:]' '\\n'", "tr '[:upper:]' '[:lower:]'", "tr a-d 1",
};
const List kHeadTail = {
    "head ten", "head -n 3 ten", "head -3 ten", "head -n -3 ten", "head -c 5 ten", "head -c -5 ten", "head -n 2 ten num",
    "head -q -n 1 ten num", "head -v -n 1 ten", "head missing", "head -n x ten", "head -n 1 missing ten", "head raw", "head -c 1k ten",
    "head -n 0 ten", "tail ten", "tail -n 3 ten", "tail -3 ten", "tail -n +3 ten", "tail -c 5 ten", "tail -c +5 ten", "tail -n 1 ten num",
    "tail -q -n 1 ten num", "tail missing", "tail raw", "tail -n 0 ten", "tail -n 100 ten", "tail -n x ten", "tail -v -n1 ten", "tail empty",
    "tail -n +0 ten", "tail +11 ten", "head -5", "tail -1", "head --lines=2 ten", "tail --bytes=3 ten", "tail -n +100 ten",
};
const List kWc = {
    "wc f", "wc -l f", "wc -w f", "wc -c f", "wc -m f", "wc -L f", "wc f d", "wc -l f d", "wc raw", "wc empty",
    "wc -lw f", "wc missing", "wc f missing", "wc -l", "wc -c ten num f", "wc tabs", "wc -L tabs",
};
const List kLayout = {
    "tac ten", "tac raw", "tac ten f", "tac -s 1 ten", "tac missing", "rev f", "rev raw", "nl f", "nl -ba f", "nl -w3 -s: f",
    "nl -nln f", "nl -nrz f", "nl -v10 -i5 f", "nl -bn f", "nl -b p^a f", "expand tabs", "expand -t4 tabs", "expand -i tabs", "expand -t 2,6 tabs",
    "unexpand tabs", "unexpand -a tabs", "fold -w10 long", "fold -s -w10 long", "fold -b -w 20 long", "fold -20 long", "fold tabs", "fold -w 0 long",
    "paste ten num", "paste -d: ten num", "paste -s ten", "paste -sd, ten", "paste - -", "paste -d ',;' ten num f", "paste missing", "paste -sd '\\n:' ten",
};
const List kMore = {
    "seq 5", "seq 2 5", "seq 1 2 10", "seq 5 -2 1", "seq -w 8 11", "seq -s, 3", "seq 0.5 0.5 2", "seq 3 1", "seq -1 1", "seq 1 0 3",
    "seq", "seq a", "seq -f %03g 3", "seq 1 2 3 4", "tee copy", "tee -a copy", "md5sum f d", "sha1sum f", "sha256sum f raw", "md5sum", "md5sum empty",
    "md5sum -b f", "sha1sum --tag f", "md5sum missing", "md5sum -c sums", "md5sum --quiet -c sums",
    "expr 1 + 2", "expr 7 - 10", "expr 3 '*' 4", "expr 7 / 2", "expr 7 % 2", "expr 1 / 0", "expr a + 1", "expr 2 '<' 10", "expr a '<' b",
    "expr 1 = 1.0", "expr abc : 'a.'", "expr abc : 'a\\(.\\)c'", "expr abc : x", "expr length hello", "expr index hello lo",
    "expr substr hello 2 3", "expr match abc 'ab*'", "expr '(' 1 + 2 ')' '*' 3", "expr 0 '|' 5", "expr 3 '&' 0", "expr 3 '&' 4", "expr ''",
    "expr", "expr 1 +", "expr + length", "expr 5 - 5", "expr -3 + 1", "expr '(' 1", "expr 1 2", "expr a = a '&' b = b",
};
// clang-format on

const std::string kInput = "hello  big world\nfoo bar 123\naabbcc dd\n";

}  // namespace

TEST_CASE("sort orders lines as GNU sort does", "[text][tools][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "sort", kSort, kInput);
}

TEST_CASE("uniq, cut and tr change lines as GNU's do", "[text][tools][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "uniq", kUniq, kInput);
  check_all(machine, "cut", kCut, kInput);
  check_all(machine, "tr", kTr, kInput);
}

TEST_CASE("head, tail and wc measure as GNU's do", "[text][tools][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "head", kHeadTail, kInput);
  check_all(machine, "wc", kWc, kInput);
}

TEST_CASE("lines are turned, numbered, folded and pasted as GNU does",
          "[text][tools][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "tac", kLayout, kInput);
}

TEST_CASE("numbers, sums and expressions are as GNU's", "[text][tools][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "seq", kMore, kInput);
}

TEST_CASE("yes stops when nobody listens or nothing fits", "[text][tools]") {
  TextMachine machine;
  const test::Ran ran = machine.run({"/bin/yes", "dock"});
  CHECK(ran.status == 1);  // The collector of this test is full at 64 MiB.
  CHECK(ran.err == "/bin/yes: write error: No space left on device\n");
}

TEST_CASE("xargs runs commands with the words of its input", "[text][tools]") {
  TextMachine machine;
  CHECK(machine.line("xargs echo", "a b\nc\n").out == "a b c\n");
  CHECK(machine.line("xargs -n1 echo", "a b\n").out == "a\nb\n");
  CHECK(machine.line("xargs -I{} echo '<{}>'", "a b\nc\n").out ==
        "<a b>\n<c>\n");
  CHECK(machine.line("xargs -r echo", "").out.empty());
  CHECK(machine.line("xargs false", "x\n").status == 123);
  CHECK(machine.line("xargs nosuch", "x\n").status == 127);
}

TEST_CASE("a line of ten megabytes is a line", "[text][tools]") {
  TextMachine machine;
  const std::string line(10'000'000, 'x');
  CHECK(machine.line("grep -c x", line).out == "1\n");
  CHECK(machine.line("wc -L", line).out == "10000000\n");
}
