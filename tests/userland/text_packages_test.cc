// text_packages_test.cc — apt-get, dpkg, cowsay and fortune on a small Debian.

#include <catch2/catch.hpp>

#include "sim/userland/packages/cowsay_text.h"
#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

class Debian : public TextMachine {
 public:
  explicit Debian(const std::string& release = "wheezy", bool online = true)
      : TextMachine({"gnu", "apt", "dpkg"}) {
    if (online) kernel.machine().net->stack->add_route(kernel::Route{});
    write("/etc/apt/sources.list",
          "deb http://httpredir.debian.org/debian " + release + " main\n" +
              "deb http://httpredir.debian.org/debian " + release +
              "-updates main\ndeb http://security.debian.org " + release +
              "/updates main\n");
    write("/etc/debian_version", release == "wheezy" ? "7.9\n" : "8.2\n");
    write("/var/lib/dpkg/status",
          "Package: debconf\nStatus: install ok installed\nVersion: 1.5.49\n"
          "Architecture: all\nSection: admin\nDescription: questions\n\n");
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("install without update finds no package", "[text][packages]") {
  Debian debian;
  const test::Ran ran = debian.line("apt-get install -y cowsay");
  CHECK(ran.status == 100);
  CHECK(ran.err == "E: Unable to locate package cowsay\n");
  CHECK(ran.out ==
        "Reading package lists...\nBuilding dependency tree...\n"
        "Reading state information...\n");
}

TEST_CASE("without a way out update only warns, and there is nothing to fetch",
          "[text][packages]") {
  Debian debian("jessie", false);
  const test::Ran ran = debian.line("apt-get update");
  CHECK(ran.status == 0);
  CHECK(has(ran.out,
            "Err http://httpredir.debian.org jessie InRelease\n  \n"
            "Err http://httpredir.debian.org jessie Release.gpg\n"
            "  Temporary failure resolving 'httpredir.debian.org'\n"));
  CHECK(ran.err.ends_with(
      "W: Failed to fetch http://security.debian.org/dists/jessie/updates/"
      "Release.gpg  Temporary failure resolving 'security.debian.org'\n\n"
      "W: Some index files failed to download. They have been ignored, or old "
      "ones used instead.\n"));
  CHECK(debian.line("apt-get install -y cowsay").err ==
        "E: Unable to locate package cowsay\n");
}

TEST_CASE("with lists from better days install gives up in the end",
          "[text][packages]") {
  const std::string list =
      "/var/lib/apt/lists/httpredir.debian.org_debian_dists_jessie_main_"
      "binary-amd64_Packages";
  Debian before("jessie");
  REQUIRE(before.line("apt-get update").status == 0);
  Debian debian("jessie", false);
  debian.write(list, before.line("cat " + list).out);
  const test::Ran ran = debian.line("apt-get install -y cowsay");
  CHECK(ran.status == 100);
  CHECK(has(ran.out, "Temporary failure resolving 'httpredir.debian.org'\n"));
  CHECK(ran.err.ends_with(
      "_all.deb  Temporary failure resolving 'httpredir.debian.org'\n\n"
      "E: Unable to fetch some archives, maybe run apt-get update or try with "
      "--fix-missing?\n"));
  CHECK(debian.line("dpkg -s cowsay").status != 0);
}

TEST_CASE("update then install puts cowsay and fortune in their places",
          "[text][packages]") {
  Debian debian;
  const test::Ran update = debian.line("apt-get update");
  REQUIRE(update.status == 0);
  CHECK(has(update.out,
            "Get:1 http://httpredir.debian.org wheezy Release.gpg"
            " [2390 B]\n"));
  CHECK(has(update.out, "Fetched "));
  const test::Ran ran = debian.line("apt-get install -y cowsay fortune");
  INFO(ran.out << ran.err);
  REQUIRE(ran.status == 0);
  CHECK(has(ran.out, "Note, selecting 'fortune-mod' instead of 'fortune'\n"));
  CHECK(has(ran.out, "Selecting previously unselected package cowsay.\n"));
  CHECK(has(ran.out,
            "Unpacking cowsay (from .../cowsay_3.03+dfsg1-4_all.deb)"
            " ...\n"));
  CHECK(has(ran.out, "Setting up cowsay (3.03+dfsg1-4) ...\n"));
  CHECK(has(ran.out, "Setting up perl (5.14.2-21+deb7u2) ...\n"));
  CHECK(ran.err ==
        "debconf: delaying package configuration, since apt-utils is not "
        "installed\n");
  const test::Ran moo = debian.run({"/usr/games/cowsay", "Moo"});
  CHECK(moo.out ==
        " _____ \n< Moo >\n ----- \n        \\   ^__^\n"
        "         \\  (oo)\\_______\n            (__)\\       )\\/\\\n"
        "                ||----w |\n                ||     ||\n");
  const test::Ran saying = debian.run({"/usr/games/fortune"});
  CHECK(saying.status == 0);
  CHECK(!saying.out.empty());
  const test::Ran again = debian.line("apt-get install cowsay");
  CHECK(has(again.out, "cowsay is already the newest version.\n"));
  CHECK(has(debian.line("dpkg -l cowsay").out, "ii  cowsay"));
  CHECK(has(debian.line("dpkg -L cowsay").out, "/usr/games/cowsay\n"));
  CHECK(debian.line("dpkg -S /usr/games/cowsay").out ==
        "cowsay: /usr/games/cowsay\n");
}

TEST_CASE("jessie has its own words for the same steps", "[text][packages]") {
  Debian debian("jessie");
  REQUIRE(debian.line("apt-get update").status == 0);
  const test::Ran ran =
      debian.line("apt-get install -y --no-install-recommends cowsay");
  CHECK(has(ran.out,
            "Preparing to unpack .../cowsay_3.03+dfsg1-10_all.deb "
            "...\nUnpacking cowsay (3.03+dfsg1-10) ...\n"));
}

TEST_CASE("what is removed is gone, and what it needed may go",
          "[text][packages]") {
  Debian debian;
  debian.line("apt-get update");
  debian.line("apt-get install -y cowsay");
  const test::Ran ran = debian.line("apt-get remove -y cowsay");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(has(ran.out, "Use 'apt-get autoremove' to remove them.\n"));
  CHECK(has(ran.out, "Removing cowsay ...\n"));
  CHECK(debian.run({"/usr/games/cowsay", "x"}).status == 127);
  const test::Ran more = debian.line("apt-get autoremove -y");
  CHECK(has(more.out, "Removing perl ...\n"));
  CHECK(debian.line("dpkg -s perl").status == 1);
}

TEST_CASE("a person who is not root may not install", "[text][packages]") {
  Debian debian;
  debian.who.uid = debian.who.gid = 1000;
  const test::Ran ran = debian.line("apt-get install -y cowsay");
  CHECK(ran.status == 100);
  CHECK(ran.err ==
        "E: Could not open lock file /var/lib/dpkg/lock - open (13: "
        "Permission denied)\nE: Unable to lock the administration directory "
        "(/var/lib/dpkg/), are you root?\n");
}

TEST_CASE("without -y and without an answer nothing is done",
          "[text][packages]") {
  Debian debian;
  debian.line("apt-get update");
  const test::Ran ran = debian.line("apt-get install cowsay");
  CHECK(ran.status == 1);
  CHECK(has(ran.out, "Do you want to continue [Y/n]? Abort.\n"));
  CHECK(!debian.read("/usr/games/cowsay"));
}

TEST_CASE("apt-cache answers from the lists", "[text][packages]") {
  Debian debian;
  debian.line("apt-get update");
  CHECK(debian.line("apt-cache search talking").out ==
        "cowsay - configurable talking cow\n");
  CHECK(has(debian.line("apt-cache policy cowsay").out,
            "cowsay:\n  Installed: (none)\n  Candidate: 3.03+dfsg1-4\n"));
}

TEST_CASE("a cow's words are wrapped at forty columns", "[text][packages]") {
  using namespace userland;
  const List lines = wrap_paragraphs(
      {"the quick brown fox jumps over the lazy dog and runs away"}, 40);
  CHECK(lines ==
        List{"the quick brown fox jumps over the lazy", "dog and runs away"});
  CHECK(balloon({"a", "bbb", "c"}, false) ==
        " _____ \n/ a   \\\n| bbb |\n\\ c   /\n ----- \n");
  CHECK(balloon({"hm"}, true) == " ____ \n( hm )\n ---- \n");
  CHECK(wrap_paragraphs({"one", "two", "", "three"}, 40) ==
        List{"one two", "", "three"});
}
