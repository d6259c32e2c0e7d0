// docker_test.cc — `drydock docker` and `drydock state` on session files.

#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

#include "tests/front/person.h"

namespace drydock::front {
namespace {

/// A session file and commands on it.
class Desk {
 public:
  Desk() : folder_(fresh_directory()) {}
  std::string path() const { return folder_ + "/s.md"; }
  const std::string& folder() const { return folder_; }
  Ran docker(const std::string& words, const std::string& input = "",
             const std::string& before = "") {
    return run_drydock(before + " docker --session " + path() + " " + words,
                       input);
  }

 private:
  std::string folder_;
};

TEST_CASE("what one command made is there for the next") {
  Desk desk;
  CHECK(desk.docker("run -d --name web busybox sleep 1000").status == 0);
  CHECK(desk.docker("exec web sh -c 'echo kept > /f'").status == 0);
  const Ran read = desk.docker("exec web cat /f");
  CHECK(read.out == "kept\n");
  CHECK(desk.docker("rm web").status == 1);
  CHECK(desk.docker("rm web").err.find("running container") !=
        std::string::npos);
}

TEST_CASE("standard output, error and status are the command's own") {
  Desk desk;
  const Ran ran =
      desk.docker("run --rm busybox sh -c 'echo o; echo e >&2; exit 3'");
  CHECK(ran.status == 3);
  CHECK(ran.out == "o\n");
  CHECK(ran.err.ends_with("e\n"));
}

TEST_CASE("a session file is a page that replays") {
  Desk desk;
  desk.docker("run -i --name box busybox sh -c 'cat > /f'", "a\0b\n\\x");
  desk.docker("run --rm busybox echo \"it's $HOME\"");
  const Ran replayed = run_drydock("replay " + desk.path());
  CHECK(replayed.err == "");
  CHECK(replayed.status == 0);
  CHECK(desk.docker("cp box:/f -").out.find("a") != std::string::npos);
}

TEST_CASE("the session remembers its profile and seed") {
  Desk desk;
  const Ran first = desk.docker("version --format '{{.Server.Version}}'", "",
                                "--profile docker-20.10 --seed 9");
  const Ran second = desk.docker("version --format '{{.Server.Version}}'");
  CHECK(first.out == second.out);
  const Ran other = desk.docker("ps", "", "--profile docker-1.8");
  CHECK(other.status == 2);
  CHECK(other.err.find("docker-20.10") != std::string::npos);
}

TEST_CASE("commands at the same time wait for each other") {
  Desk desk;
  desk.docker("pull busybox");
  const std::string line =
      "for i in 1 2 3 4 5 6; do " + std::string(DRYDOCK_BINARY_DIR) +
      "/drydock docker --session " + desk.path() +
      " create --name n$i busybox true >/dev/null & done; wait";
  CHECK(std::system(line.c_str()) == 0);
  const Ran ran = desk.docker("ps -a --format '{{.Names}}'");
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 6);
}

TEST_CASE("a session file that is cut in half is told and left alone") {
  Desk desk;
  desk.docker("create --name a busybox true");
  const std::string whole = content_of(desk.path());
  const std::string half = whole.substr(0, whole.size() - 5);
  write_content(desk.path(), half);
  const Ran ran = desk.docker("ps -a");
  CHECK(ran.status == 2);
  CHECK(ran.err.find("never closed") != std::string::npos);
  CHECK(content_of(desk.path()) == half);
}

TEST_CASE("called by a link named docker it is drydock docker") {
  const std::string folder = fresh_directory();
  const std::string link = folder + "/docker";
  REQUIRE(::symlink((std::string(DRYDOCK_BINARY_DIR) + "/drydock").c_str(),
                    link.c_str()) == 0);
  const std::string line = "XDG_STATE_HOME=" + folder + " " + link +
                           " run --rm busybox echo by link > " + folder +
                           "/out 2>/dev/null";
  CHECK(std::system(line.c_str()) == 0);
  CHECK(content_of(folder + "/out") == "by link\n");
}

TEST_CASE("a folder comes in with --with and again when it has changed") {
  Desk desk;
  const std::string app = desk.folder() + "/app";
  REQUIRE(::mkdir(app.c_str(), 0755) == 0);
  write_content(app + "/Dockerfile", "FROM busybox\nCOPY f /f\n");
  write_content(app + "/f", "one\n");
  const std::string with = "--with " + app + " build -q -t app app";
  CHECK(desk.docker(with).status == 0);
  CHECK(desk.docker("run --rm app cat /f").out == "one\n");
  write_content(app + "/f", "two\n");
  CHECK(desk.docker(with).status == 0);
  CHECK(desk.docker("run --rm app cat /f").out == "two\n");
}

TEST_CASE("explain and hints are told on standard error") {
  Desk desk;
  const Ran ran = desk.docker("run -d busybox sh", "", "--explain --hints");
  CHECK(ran.err.find("  | layer ") != std::string::npos);
  CHECK(ran.err.find("hint EXIT_PID1_DONE: ") != std::string::npos);
}

TEST_CASE("state shows the session in each format") {
  Desk desk;
  desk.docker("run -d --name web -v /data -p 8080:80 busybox sleep 1000");
  const auto state = [&](const std::string& format) {
    return run_drydock("state --session " + desk.path() + " --format " +
                       format);
  };
  CHECK(state("text").out.find("port 0.0.0.0:8080 → 80/tcp") !=
        std::string::npos);
  CHECK(state("dot").out.starts_with("digraph"));
  CHECK(state("svg").out.starts_with("<svg"));
  CHECK(state("json").out.starts_with("{"));
  CHECK(state("json").out == state("json").out);
  CHECK(state("gif").status != 0);
}

}  // namespace
}  // namespace drydock::front
