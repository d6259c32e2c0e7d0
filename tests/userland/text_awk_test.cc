// text_awk_test.cc — awk, one-liner by one-liner, against the real one.

#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

// clang-format off
const List kAwk = {
    "gawk '{print $1}' p", "gawk -F: '{print $1, $3}' p", "gawk 'END{print NR}' p",
    "gawk '{print NF, $NF}' t", "gawk '/ship/' t", "gawk '!/ship/' t",
    "gawk 'NR==2' t", "gawk 'NR==2,NR==4' t", "gawk '/a/,/b/{print NR}' t",
    "gawk '{s+=$2} END{print s, s/NR}' n", "gawk 'BEGIN{print 1/3}'",
    "gawk 'BEGIN{print 1e6, 1e20, 0.1, 100000 * 100000, 3.0}'",
    "gawk 'BEGIN{print -2^2, 2^3^2, 7%3, -7%3}'",
    "gawk 'BEGIN{print 1==1.0, \"a\"<\"b\", 10<9, \"10\"<\"9\"}'",
    "gawk '{print ($2<10)}' n", "gawk '{$2=\"x\"; print}' t", "gawk '{$5=\"x\"; print; print NF}' t",
    "gawk '{NF=2; print}' t", "gawk 'BEGIN{OFS=\"-\"}{$1=$1; print}' t",
    "gawk -v x=3 'BEGIN{print x+1, x \"y\"}'", "gawk '{print x}' x=5 n",
    "gawk 'BEGIN{printf \"%d %5.2f|%-5s|%05d|%x|%c|%c|%e|%g\\n\", 42.9, 3.14159, \"ab\", 7, 255, 65, \"hello\", 12345.678, 0.0001}'",
    "gawk 'BEGIN{printf \"%s %s %%\\n\", \"a\", 3}'", "gawk 'BEGIN{printf \"%*d|%.*f\\n\", 6, 42, 2, 3.14159}'",
    "gawk 'BEGIN{print length(\"hello\"), length()}'", "gawk '{print length}' t",
    "gawk 'BEGIN{print substr(\"hello\",2,3), substr(\"hello\",0), substr(\"hello\",4,100)}'",
    "gawk 'BEGIN{print index(\"hello\",\"l\"), index(\"hello\",\"z\")}'",
    "gawk 'BEGIN{n=split(\"a:b:c\",x,\":\"); print n, x[1], x[3]}'",
    "gawk 'BEGIN{n=split(\"  a b  c \",x); print n, x[1] x[2] x[3]}'",
    "gawk 'BEGIN{n=split(\"a1b22c\",x,/[0-9]+/); print n, x[1] x[2] x[3]}'",
    "gawk '{gsub(/o/,\"0\"); print}' t", "gawk '{n=gsub(/[aeiou]/,\"<&>\"); print n, $0}' t",
    "gawk '{sub(/^/,\"> \"); print}' t", "gawk '{sub(/e/,\"\\\\&\"); print}' t",
    "gawk '{gsub(/x*/,\"-\"); print}' t", "gawk '{sub(/o/,\"X\",$2); print}' t",
    "gawk 'BEGIN{print match(\"foobar\",/o+/), RSTART, RLENGTH; print match(\"x\",/y/), RSTART, RLENGTH}'",
    "gawk 'BEGIN{print toupper(\"abc\") tolower(\"DEF\")}'", "gawk 'BEGIN{print sprintf(\"%03d\",5)}'",
    "gawk 'BEGIN{print int(3.9), int(-3.9), sqrt(16), exp(0), log(1), atan2(0,-1)}'",
    "gawk 'BEGIN{x[\"a\"]=1; if (\"a\" in x) print \"yes\"; if (!(\"b\" in x)) print \"no\"; delete x[\"a\"]; print length(x)}'",
    "gawk '{c[$1]++} END{for (k in c) n+=c[k]; print n}' t",
    "gawk 'BEGIN{x[1,2]=3; for (k in x) {split(k,p,SUBSEP); print p[1], p[2]} if ((1,2) in x) print \"in\"}'",
    "gawk 'BEGIN{i=5; while(i>0) {if (i==3) {i--; continue} print i; i--; if (i==1) break}}'",
    "gawk 'BEGIN{for(i=0;i<3;i++) print i; do {print \"d\" i; i--} while(i>1)}'",
    "gawk 'function f(n) {return n<2 ? 1 : n*f(n-1)} BEGIN{print f(10)}'",
    "gawk 'function add(a,k) {a[k]=1} BEGIN{add(x,\"q\"); for (k in x) print k}'",
    "gawk 'function g(a,  l) {l=a; l=l\"!\"; return l} BEGIN{print g(\"hi\"); print l \"\"}'",
    "gawk 'BEGIN{while((getline line < \"t\") > 0) n++; print n; close(\"t\"); getline < \"t\"; print $0}'",
    "gawk 'NR==1{getline; print} NR==3{getline x; print x, NR}' t",
    "gawk 'BEGIN{print (getline x < \"missing\")}'", "gawk 'NR==2{next} {print} END{print \"end\"}' t",
    "gawk 'NR==2{exit 3} {print} END{print \"end\"}' t", "gawk 'BEGIN{exit} END{print \"e\"}'",
    "gawk 'BEGIN{RS=\"\"}{print NR\": \"$1; print NF}' para", "gawk 'BEGIN{RS=\",\"}{print}' csv",
    "gawk 'BEGIN{RS=\"[0-9]\"}{print}' csv", "gawk -F, '{print $2}' csv", "gawk -F'[,;]' '{print $2}' csv",
    "gawk -F '|' '{print $2}' pipe",  "gawk -F '\\t' '{print $2}' tab",
    "gawk 'BEGIN{FS=\"\"}{print NF}' csv", "gawk '$2 > 5' n", "gawk '$1 ~ /^s/ {print $1}' t",
    "gawk '$1 !~ /s/' t", "gawk '{a[NR]=$0} END{for(i=NR;i>0;i--) print a[i]}' t",
    "gawk 'length > 12' t", "gawk '{print NR, FNR, FILENAME}' t n", "gawk 'FNR==1' t n",
    "gawk '{print > \"/dev/stdout\"}' t", "gawk 'BEGIN{print length(12345)}'",
    "gawk 'BEGIN{a=\"10\"; b=9; print (a>b), (a\"\">b\"\")}'", "gawk 'BEGIN{print 1 \" \" 2, 3 4}'",
    "gawk 'BEGIN{print 1+2 \"x\" 3*4}'", "gawk 'BEGIN{x=y=3; print x y; x+=2; x*=3; x-=1; x/=2; x%=4; x^=2; print x}'",
    "gawk 'BEGIN{x=5; print x++ + ++x, x--, --x}'", "gawk 'BEGIN{print !0, !1, !\"\", !\"a\", -\"3x\"}'",
    "gawk 'BEGIN{print 1&&0, 1||0, (1,2) in z}'", "gawk 'BEGIN{print substr(\"x\" \"yz\", 2)}'",
    "gawk 'BEGIN { if (1) print \"a\"; else print \"b\" }'", "gawk 'BEGIN{if(0)print 1;else if(1)print 2;else print 3}'",
    "gawk 'BEGIN {\n  # comment\n  x = 1\n  if (x)\n    print \"yes\"\n  else\n    print \"no\"\n}\n'",
    "gawk -f prog t", "gawk 'BEGIN{printf \"a\" > \"/dev/stdout\"; print \"b\"}'",
    "gawk 'BEGIN{CONVFMT=\"%.2g\"; a=3.14159; b=a \"\"; print b; OFMT=\"%.3f\"; print a}'",
    "gawk 'BEGIN{print ENVIRON[\"NOPE\"] \"|\"; print ARGC, ARGV[1]}' q", "gawk '{print $(NF-1)}' t",
    "gawk '{print $NF-1}' n", "gawk '{$3=\"\"; print NF}' t", "gawk 'BEGIN{$0=\"a b c\"; print NF, $2; $2=\"\"; print}'",
    "gawk 'BEGIN{$3=\"c\"; print NF; print}'", "gawk '{print;next;print}' n", "gawk 'END{print $0, NF}' t",
    "gawk 'BEGIN{s=\"a.b.c\"; gsub(\".\",\"x\",s); print s; s=\"a.b\"; gsub(\"\\\\.\",\"x\",s); print s}'",
    "gawk 'BEGIN{s=\"aaa\"; print gsub(/a/,\"b\",s), s}'", "gawk 'BEGIN{print \"a\\tb\\\\n\\\"q\\\"\\/\"}'",
    "gawk 'BEGIN{print gensub(/(a)(b)/,\"\\\\2\\\\1\",\"g\",\"abab\")}'", 
    "gawk 'BEGIN{print index(\"abc\",\"\"); print substr(\"hello\",2); print 5 % 3 * 2}'",
    "gawk '/^#/{next}{print $1}' t", "gawk '{for(i=NF;i>0;i--) printf \"%s%s\", $i, (i>1?\" \":\"\\n\")}' t",
     "gawk 'BEGIN{if (!(3 in a)) print \"none\"; a[3]; if (3 in a) print \"now\"}'",
    "gawk '!seen[$1]++' t", "gawk 'NF{print NF}' para", "gawk 'NR%2' n", "gawk '{print $1,$2 > \"/dev/stdout\"}' n",
    "gawk 'BEGIN { printf(\"%s-%s\\n\", \"a\", \"b\") }'", "gawk 'BEGIN { print(1)(2) }'", "gawk 'BEGIN{print 1,2 > \"/dev/stdout\"}'",
    "gawk 'BEGIN{print 2 > 1 ? \"x\" : \"y\"; getline y < \"1\"; print y}'", 
    "gawk 'BEGIN{printf \"%i|%5s|%-5s|%.2s|\\n\", 3, \"a\", \"b\", \"xyz\"}'", "gawk 'BEGIN{print tolower(123) 1e3}'",
    "gawk 'BEGIN{print 1 - 1, 1 -1, 1-1; print \"a\" > \"/dev/null\"}'", "gawk '{ print }'", "gawk 1 t", "gawk 0 t",
    "gawk 'BEGIN{print 1' t", "gawk '{print $1' t", "gawk '{x}}' t", "gawk '{print}' missing",
    "gawk 'BEGIN{switch_=1; print switch_}'", "gawk '/a/ && /b/ || /c/' t", "gawk '/[/]/' t", "gawk '$1==\"ship\"{f=1} f' t",
    "gawk 'BEGIN{a[\"x\"]=1; delete a; print length(a)}'", "gawk 'BEGIN { while (i < 3) { i++; if (i == 2) continue; print i } }'",
    "gawk '{ sum = 0; for (i = 1; i <= NF; i++) sum += $i; print sum }' n", "gawk 'BEGIN{x = \"A\"; y = x++; print x, y}'",
    "gawk 'function f(a){a=5} BEGIN{b=1; f(b); print b}'", "gawk 'BEGIN{print -1 \" \" -1}'", "gawk 'BEGIN{print 1==1 ? \"t\" : \"f\"}'",
};
// clang-format on

void lay_files(TextMachine& machine) {
  machine.both("p", "root:x:0:0\ndaemon:x:1:1\nuser:x:1000:1000\n");
  machine.both("t",
               "ship one two three\nboat four five\n# note\nship a/b six\n");
  machine.both("n", "a 1\nb 20\nc 3.5\nd 10\n");
  machine.both("para", "one two\nthree\n\n\nfour five\nsix\n");
  machine.both("csv", "a,b1;c,d\n1,2;3,4\n");
  machine.both("pipe", "a|b|c\n");
  machine.both("tab", "a b\tc d\te\n");
  machine.both("q", "quay\n");
  machine.both("prog", "# count\n{ n += NF }\n\nEND {\n  print n\n}\n");
}

}  // namespace

TEST_CASE("awk computes and prints as gawk does", "[text][awk][real]") {
  TextMachine machine;
  lay_files(machine);
  check_all(machine, "gawk", kAwk, "in put\n");
}

TEST_CASE("mawk 1.3.3 takes braces in expressions as characters",
          "[text][awk]") {
  TextMachine machine({"mawk"});
  CHECK(machine.line("mawk '/a{2}/'", "aa\na{2}\n").out == "a{2}\n");
  CHECK(machine.line("mawk '{print 1/0}'", "x\n").err ==
        "mawk: division by zero\n");
  CHECK(machine.line("mawk '{print'", "x\n").status == 2);
}

TEST_CASE("awk recursion without end is refused", "[text][awk]") {
  TextMachine machine;
  const test::Ran ran =
      machine.line("gawk 'function f(n) {return f(n+1)} BEGIN{f(1)}'");
  CHECK(ran.status == 2);
  CHECK(ran.err.find("nesting too deep") != std::string::npos);
}

TEST_CASE("awk programs of a thousand brackets are refused", "[text][awk]") {
  TextMachine machine;
  const test::Ran ran =
      machine.run({"gawk", "BEGIN{print " + std::string(1000, '(') + "1" +
                               std::string(1000, ')') + "}"});
  CHECK(ran.status == 1);
}
