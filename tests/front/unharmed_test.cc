// unharmed_test.cc — what bad input leaves behind: nothing, by the hash of the
// engine's state and by every byte of the host's files.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/base/sha256.h"
#include "sim/machine/host_terminal.h"
#include "tests/front/binary.h"
#include "tests/machine/host.h"
#include "tests/vfs/archive.h"

namespace drydock::front {

namespace {

using machine::Told;
using test::Ended;
using test::Folder;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// All that a host has.
struct Holdings {
  std::string engine;  // The hash that `replay --hashes` prints.
  std::string files;   // Of the host: names, owners, times and bytes.
  std::int64_t processes = 0;
  friend bool operator==(const Holdings&, const Holdings&) = default;
};

std::ostream& operator<<(std::ostream& out, const Holdings& holdings) {
  return out << holdings.engine.substr(0, 12) << ' '
             << holdings.files.substr(0, 12) << ' ' << holdings.processes;
}

/// A host with one running container `box` and the bad input in /root.
class Victim {
 public:
  explicit Victim(std::string_view profile) {
    machine::MachineOptions options;
    options.profile = cli::find_profile(profile);
    machine_ = std::make_unique<machine::Machine>(options);
    const Told ready =
        type("docker run -d --name box busybox sleep 100000 >/dev/null 2>&1");
    REQUIRE(ready.status == 0);
  }

  Told type(const std::string& script) { return run(*machine_, script); }

  void put(std::string_view path, std::string_view content) {
    REQUIRE(machine_->write_file(path, content, 0644));
  }

  Holdings holdings() {
    // What a command leaves to be done has been done.
    static_cast<void>(machine_->scheduler().run_for(kSecond));
    return {machine_->engine().state_hash(),
            sha256_hex(vfs::tar_of(machine_->host_root())),
            machine_->kernel().process_count()};
  }

  /// Every name there is, where times may have passed.
  std::string names() {
    return type("find / -xdev | sort; docker ps -aq; docker images -aq").out;
  }
  std::string room() { return type("df / | awk 'END { print $4 }'").out; }

  machine::Machine& machine() { return *machine_; }

 private:
  std::unique_ptr<machine::Machine> machine_;
};

/// Somebody at a terminal of that host.
struct Desk {
  using State = machine::HostTerminal::State;
  explicit Desk(machine::Machine& machine) : terminal(machine, {"sh"}) {
    REQUIRE(terminal.settle(kSecond) == State::waits);
  }
  State type(std::string_view keys) {
    terminal.type(keys);
    return terminal.settle(kSecond);
  }
  machine::HostTerminal terminal;
};

struct Harm {
  const char* prepare;  // The bad input, made; not part of the harm.
  const char* command;
  const char* complaint;
};

/// Each is refused with its complaint and changes nothing at all.
void check_refused(std::string_view profile, const std::vector<Harm>& harms) {
  Victim victim(profile);
  for (const Harm& harm : harms) {
    INFO(profile << ": " << harm.prepare << "; " << harm.command);
    static_cast<void>(victim.type("rm -rf /root/c; mkdir /root/c"));
    static_cast<void>(victim.type(harm.prepare));
    const Holdings before = victim.holdings();
    const Told told = victim.type(harm.command);
    CHECK(told.status != 0);
    CHECK_THAT(told.err, Catch::Contains(harm.complaint));
    CHECK(told.err.size() < 4096);
    CHECK(victim.holdings() == before);
  }
  CHECK(victim.type("docker exec box echo alive").out == "alive\n");
}

Bytes harmful_archive(std::string_view name) {
  using vfs::file_member;
  const std::map<std::string_view, std::vector<vfs::TarEntry>> archives = {
      {"up", {file_member("../../evil", "evil\n")}},
      {"late", {file_member("good"), file_member("a/../../../evil", "evil\n")}},
      {"absolute", {file_member("/evil", "evil\n")}},
      {"link", {vfs::link_member("l", "/"), file_member("l/evil", "evil\n")}},
      {"dots", {vfs::link_member("l", ".."), file_member("l/evil", "evil\n")}},
      {"hard", {vfs::link_member("h", "../../etc/hostname", true)}},
  };
  return vfs::archive_of(archives.at(name));
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("an unreadable Dockerfile leaves the state's hash as it was") {
  const std::vector<Harm> harms = {
      {":", "docker build c", "Dockerfile"},
      {"mkdir c/Dockerfile", "docker build c", "Dockerfile"},
      {": > c/Dockerfile", "docker build c", "Dockerfile"},
      {"ln -s Dockerfile c/Dockerfile", "docker build c", "Dockerfile"},
      {"ln -s /etc/passwd c/Dockerfile", "docker build c", "Dockerfile"},
      {"head -c 100000 /dev/urandom > c/Dockerfile", "docker build c",
       "nknown instruction"},
      {"echo FRM busybox > c/Dockerfile", "docker build c",
       "nknown instruction: FRM"},
      {":", "docker build nowhere", "nowhere"},
      {":", "docker build - < /dev/null", "rror"},
      {":", "head -c 5000 /dev/urandom | docker build -", "nknown instruction"},
  };
  check_refused("docker-1.8", harms);
  check_refused("docker-20.10", harms);
}

TEST_CASE("a line of 100 MB is refused and leaves the state's hash as it was") {
  const char* const line = "head -c 100000000 /dev/zero | tr '\\0' x";
  const std::string in_file = fmt::format(
      "{{ printf 'FROM busybox\\nENV A='; {}; }} > c/Dockerfile", line);
  const std::string as_word = fmt::format("docker run busybox \"$({})\"", line);
  const std::string as_name =
      fmt::format("{} > c/name; docker build -t \"$(cat c/name)\" c", line);
  check_refused("docker-1.8",
                {{in_file.c_str(), "docker build c",
                  "dockerfile line greater than maximum allowed size"},
                 {":", as_word.c_str(), "Argument list too long"},
                 {"head -c 100000000 /dev/zero | tr '\\0' x > c/env",
                  "docker run --env-file c/env busybox true",
                  "bufio.Scanner: token too long"}});
}

TEST_CASE("links in a circle leave the state's hash as it was") {
  const char* const circle = "cd c; ln -s a b; ln -s b a";
  const std::vector<Harm> harms = {
      {circle, "docker build c/a", "a"},
      {circle, "docker build -f c/a c", "a"},
      {circle, "docker cp c/a/x box:/", "a"},
      {circle, "docker run --env-file c/a busybox true",
       "too many levels of symbolic links"},
      {circle, "docker import - x < c/a", "Too many levels of symbolic links"},
      {circle, "docker load < c/a", "Too many levels of symbolic links"},
      {circle, "docker load -i c/a", "too many levels of symbolic links"},
  };
  check_refused("docker-1.8", harms);
  check_refused("docker-20.10", harms);
}

TEST_CASE("a tar that leads out is refused, and nothing of it is anywhere") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Victim victim(profile);
    for (const char* const name :
         {"up", "late", "absolute", "link", "dots", "hard"}) {
      const std::string tar = fmt::format("/root/{}.tar", name);
      victim.put(tar, harmful_archive(name));
    }
    for (const char* const deed :
         {"docker import - evil < up.tar", "docker import - evil < late.tar",
          "docker build - < up.tar", "docker build - < late.tar",
          "docker load < up.tar", "docker load < late.tar",
          "docker cp - box:/tmp < up.tar"}) {
      INFO(profile << ": " << deed);
      const Holdings before = victim.holdings();
      const Told told = victim.type(deed);
      CHECK(told.status == 1);
      CHECK(!told.err.empty());
      CHECK(victim.holdings() == before);
    }
    // What came before the member that is refused is there, as with tar.
    CHECK(victim.type("docker cp - box:/tmp < late.tar").status == 1);
    CHECK(victim.type("docker diff box").out == "C /tmp\nA /tmp/good\n");
  }
}

TEST_CASE("tar writes inside of where it stands, whatever the members say") {
  Victim victim("docker-1.8");
  const std::pair<const char*, const char*> refused[] = {
      {"up", "tar: ../../evil: Member name contains '..'"},
      {"late", "tar: a/../../../evil: Member name contains '..'"},
      {"absolute", "tar: Removing leading `/' from member names"},
      {"link", "tar: l/evil: Cannot open: Not a directory"},
      {"dots", "tar: l/evil: Cannot open: Not a directory"},
      {"hard", "tar: Removing leading `../../' from hard link targets"},
  };
  for (const auto& [name, complaint] : refused) {
    INFO(name);
    const std::string tar = fmt::format("/root/{}.tar", name);
    victim.put(tar, harmful_archive(name));
    static_cast<void>(victim.type("rm -rf /root/c; mkdir -p /root/c/d/e"));
    const Told told = victim.type("cd /root/c/d/e; tar xf " + tar);
    CHECK_THAT(told.err, Catch::Contains(complaint));
    CHECK(victim.type("find / -xdev -name evil ! -path '/root/c/d/e/*'").out ==
          "");
    CHECK(victim.type("ls /root/c/d").out == "e\n");
    // In a container, by busybox's tar, which takes other ways to the same end.
    static_cast<void>(victim.type("docker exec box mkdir -p /w/d/e"));
    static_cast<void>(
        victim.type("docker exec -i box sh -c 'cd /w/d/e; tar xf -' < " + tar));
    CHECK(victim.type("docker exec box find / -xdev -name evil")
              .out.find("\n/evil") == std::string::npos);
    CHECK(victim.type("docker exec box ls /w /w/d").out ==
          "/w:\nd\n\n/w/d:\ne\n");
    static_cast<void>(victim.type("docker exec box rm -rf /w"));
  }
}

TEST_CASE(
    "a build that adds such a tar makes no image and leaves no container") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Victim victim(profile);
    const std::string ask =
        "docker images -aq --no-trunc; docker ps -aq --no-trunc";
    victim.put("/root/c/t.tar", harmful_archive("up"));
    victim.put("/root/c/Dockerfile", "FROM busybox\nADD t.tar /a/b/\n");
    const std::string before = victim.type(ask).out;
    const std::string files = victim.holdings().files;
    const Told told = victim.type("docker build --force-rm c");
    CHECK(told.status == 1);
    CHECK_THAT(told.err,
               Catch::Contains("\"../../evil\" is outside of \"/a/b\""));
    CHECK(victim.type(ask).out == before);
    CHECK(victim.holdings().files == files);
  }
}

TEST_CASE("a page cut in half is not replayed, blessed or gone on with") {
  const Folder folder;
  const std::string whole =
      "# Page\n\n```console\n$ echo one\none\n$ echo two\nTWO\n```\n";
  for (const std::size_t at : {30, 38, 44, 50}) {
    const std::string half = whole.substr(0, at);
    INFO(half);
    const std::string page = folder.write("half.md", half);
    const std::string golden = folder.path() + "/golden";
    const Ended ended =
        test::drydock({"replay", "--bless", "--golden", golden, page});
    CHECK(ended.status == 2);
    CHECK(has(ended.err, "half.md:"));
    CHECK(content_of(page) == half);
    CHECK(!std::filesystem::exists(golden));
    const Ended docker =
        test::drydock({"docker", "--session", page, "run", "busybox", "true"});
    CHECK(docker.status != 0);
    CHECK(has(docker.err, "half.md"));
    CHECK(content_of(page) == half);
  }
}

TEST_CASE("a fork bomb on the host changes nothing and leaves no process") {
  Victim victim("docker-1.8");
  const Holdings before = victim.holdings();
  const Told told = victim.type("f() { f | f & }; f; sleep 1; echo alive");
  CHECK_THAT(told.err, Catch::Contains("Cannot fork"));
  CHECK(told.out == "alive\n");
  CHECK(victim.holdings() == before);
}

TEST_CASE("a fork bomb in a container ends with the container") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Victim victim(profile);
    const Holdings before = victim.holdings();
    const std::string names = victim.names();
    static_cast<void>(victim.type(
        "docker run -d --name bomb busybox sh -c 'f() { f | f & }; f; wait'"));
    // A few thousand processes at most, and the host answers.
    CHECK(victim.machine().kernel().process_count() <= 4096);
    CHECK(victim.type("docker rm -f bomb; docker ps -q | wc -l").out ==
          "bomb\n1\n");
    CHECK(victim.holdings().processes == before.processes);
    CHECK(victim.names() == names);
  }
}

TEST_CASE("a file without end takes what room there is, and gives it back") {
  Victim victim("docker-1.8");
  const std::string room = victim.room();
  const Holdings before = victim.holdings();
  const Told told = victim.type("yes | cat > /f; echo status $?");
  CHECK(told.err == "cat: write error: No space left on device\n");
  CHECK(told.out == "status 1\n");
  CHECK(victim.type("docker exec box echo alive").out == "alive\n");
  static_cast<void>(victim.type("rm /f"));
  CHECK(victim.room() == room);
  CHECK(victim.holdings().processes == before.processes);
  const Told inside = victim.type(
      "docker run --rm busybox sh -c 'yes | cat > /f'; docker ps -aq | wc -l");
  CHECK_THAT(inside.err, Catch::Contains("No space left on device"));
  CHECK(inside.out == "1\n");
  CHECK(victim.room() == room);
}

TEST_CASE("a loop without end changes nothing, and ^C gets the prompt back") {
  Victim victim("docker-1.8");
  const Holdings before = victim.holdings();
  Desk desk(victim.machine());
  CHECK(desk.type("while :; do :; done\n") == Desk::State::spins);
  CHECK(desk.type("\x03") == Desk::State::waits);
  CHECK(desk.type("exit\n") == Desk::State::gone);
  CHECK(victim.holdings() == before);
  const Told told = victim.type("while :; do :; done");
  CHECK(told.status == 137);
  CHECK(told.err == "the script runs without end and without waiting");
}

TEST_CASE("a loop without end in a container is ended from the next terminal") {
  Victim victim("docker-1.8");
  const Holdings before = victim.holdings();
  const std::string names = victim.names();
  {
    Desk desk(victim.machine()), next(victim.machine());
    CHECK(desk.type("docker run --rm --name loop busybox sh -c "
                    "'while :; do :; done'\n") == Desk::State::spins);
    // Process 1 has no handler for SIGINT, so ^C is nothing to it.
    CHECK(desk.type("\x03") == Desk::State::spins);
    CHECK(next.type("docker kill loop\n") == Desk::State::waits);
    CHECK(desk.type("exit\n") == Desk::State::gone);
    CHECK(next.type("exit\n") == Desk::State::gone);
  }
  CHECK(victim.holdings().processes == before.processes);
  CHECK(victim.names() == names);
}

}  // namespace drydock::front
