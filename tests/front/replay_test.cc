// replay_test.cc — `drydock replay` as a command: statuses, reports, workers.

#include <catch2/catch.hpp>

#include "tests/front/person.h"

namespace drydock::front {
namespace {

struct Pages {
  std::string folder = fresh_directory();
  std::string write(const std::string& name, const std::string& text) const {
    write_content(folder + "/" + name, text);
    return folder + "/" + name;
  }
};

constexpr const char* kGood = "```console\n$ echo hi\nhi\n```\n";
constexpr const char* kBad =
    "```console\n$ echo hi\nho\n```\n\n```console\n$ echo there\nthere\n$ "
    "false "
    "|| echo no\nyes\n```\n";

TEST_CASE("replay ends with 0, 1 or 2 for match, difference and unusable") {
  const Pages pages;
  CHECK(run_drydock("replay " + pages.write("a.md", kGood)).status == 0);
  CHECK(run_drydock("replay " + pages.write("b.md", kBad)).status == 1);
  CHECK(run_drydock("replay /no/such/page.md").status == 2);
  const Ran half =
      run_drydock("replay " + pages.write("c.md", "```console\n$ echo hi\n"));
  CHECK(half.status == 2);
  CHECK(half.err.find("c.md:1: this block is never closed") !=
        std::string::npos);
  const Ran none = run_drydock("replay " + pages.write("d.md", "# Nothing\n"));
  CHECK(none.status == 2);
  const Ran odd = run_drydock(
      "replay " + pages.write("e.md", "```console shiny\n$ true\n```\n"));
  CHECK(odd.status == 2);
  CHECK(odd.err.find("knows no \"shiny\"") != std::string::npos);
}

TEST_CASE("each difference is shown with its line and both sides") {
  const Pages pages;
  const std::string page = pages.write("b.md", kBad);
  const Ran ran = run_drydock("replay " + page);
  CHECK(ran.out == page + ":2: $ echo hi\n  - ho\n  + hi\n" + page +
                       ":9: $ false || echo no\n  - yes\n  + no\n"
                       "DIFFERENT  " +
                       page + " (3 commands)\n");
}

TEST_CASE("several workers say what one says") {
  const Pages pages;
  for (int i = 0; i < 5; ++i) pages.write(std::to_string(i) + ".md", kGood);
  pages.write("x.md", kBad);
  const Ran one = run_drydock("replay " + pages.folder);
  const Ran four = run_drydock("replay -j 4 " + pages.folder);
  CHECK(one.status == 1);
  CHECK(four.status == 1);
  CHECK(four.out == one.out);
}

TEST_CASE("the report for machines counts what failed, with workers too") {
  const Pages pages;
  pages.write("a.md", kGood);
  pages.write("b.md", kBad);
  const std::string report = pages.folder + "/report.xml";
  CHECK(run_drydock("replay -j 2 --junit " + report + " " + pages.folder)
            .status == 1);
  const std::string xml = content_of(report);
  CHECK(xml.find("tests=\"3\" failures=\"2\"") != std::string::npos);
  CHECK(xml.find("tests=\"1\" failures=\"0\"") != std::string::npos);
}

TEST_CASE("a page may ask for explanations and hints block by block") {
  const Pages pages;
  const std::string page = pages.write(
      "a.md",
      "```console\n$ docker create --name one busybox true\n...\n<id>\n```\n"
      "```console explain hints\n$ docker rename one two\n  | name one → "
      "two\n```\n"
      "```console\n$ docker rename two one\n```\n");
  const Ran ran = run_drydock("replay " + page);
  CHECK(ran.out == "ok         " + page + " (3 commands)\n");
}

TEST_CASE("a program that reads without a prompt is typed at") {
  const Pages pages;
  const std::string page = pages.write(
      "a.md",
      "```console\n$ cat\none\none\ntwo\ntwo\n^D\n$ echo end\nend\n```\n");
  CHECK(run_drydock("replay " + page).out ==
        "ok         " + page + " (5 commands)\n");
}

TEST_CASE("commands without a terminal get the input that the page has") {
  const Pages pages;
  const std::string page = pages.write(
      "a.md",
      "```console pipes\n$ docker run --rm -i busybox wc -c\n< a\n< \\x00b\\c\n"
      "...\n4\n```\n");
  CHECK(run_drydock("replay -q " + page).out == "");
}

TEST_CASE("blessing keeps the ids that the page uses") {
  const Pages pages;
  const std::string page = pages.write(
      "a.md",
      "```console\n$ docker run -d --name web busybox sleep 9\n"
      "...\n622ac56896801111222233334444555566667777888899990000aaaabbbbcccc\n"
      "$ docker ps -a --format '{{.ID}} {{.Names}} {{.Command}}'\n"
      "622ac5689680 web \"sleep 8\"\n```\n");
  CHECK(run_drydock("replay " + page).status == 1);
  CHECK(run_drydock("replay --bless " + page).status == 0);
  const std::string blessed = content_of(page);
  CHECK(blessed.find("622ac5689680 web \"sleep 9\"") != std::string::npos);
  CHECK(run_drydock("replay " + page).status == 0);
}

TEST_CASE("unknown options and commands end with a message, help with 0") {
  CHECK(run_drydock("--help").status == 0);
  for (const char* name : {"shell", "sh", "replay", "state", "conform"}) {
    CHECK(run_drydock(std::string(name) + " --help").status == 0);
  }
  CHECK(run_drydock("--version").out.starts_with("drydock "));
  const Ran option = run_drydock("replay --shiny x.md");
  CHECK(option.status == 2);
  CHECK(option.err.find("--shiny") != std::string::npos);
  CHECK(run_drydock("frobnicate").status == 2);
  CHECK(run_drydock("--profile docker-7 sh -c true").status == 2);
}

TEST_CASE("another seed gives other ids and the same page") {
  const Pages pages;
  const Ran one = run_drydock("--seed 1 sh -c 'docker create busybox true'");
  const Ran two = run_drydock("--seed 2 sh -c 'docker create busybox true'");
  CHECK(one.out != two.out);
  CHECK(one.out == run_drydock("sh -c 'docker create busybox true'").out);
}

}  // namespace
}  // namespace drydock::front
