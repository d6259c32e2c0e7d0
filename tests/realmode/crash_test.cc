// crash_test.cc — at every door to the kernel and at every transaction,
// something goes wrong: the process is killed, the disk is full, it is broken,
// there is no memory.
//
// The doors of an operation are counted (sys/fault.h), then each has its turn.
// Afterwards the state is the one before or the one after, what ran still runs,
// and nothing is left behind.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <set>

#include "sim/base/text.h"
#include "tests/realmode/fake_registry.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// `halfway`: what one command does as several operations may be done in part.
/// Each of these commands leads to a state that is allowed, too.
struct Operation {
  std::string setup, command, undo;
  List halfway = {};
  bool is_short = false;
};

/// All that the records and the machine say of a world.  A build that is cut
/// off may leave its step's container and images without a name, as Docker's.
constexpr char kAsk[] =
    "docker ps -a --format '{{.Names}} {{.Image}} {{.Command}}' | "
    "grep -e '^keeper ' -e '^cc ' | sort; "
    "docker images --format '{{.Repository}}:{{.Tag}}' | grep -v none | sort; "
    "docker volume ls -q | grep -v ......................; "
    "docker network ls --format 'network {{.Name}}' | sort; "
    "docker ps --format 'running {{.Names}}' | sort";

class Crash {
 public:
  explicit Crash(Operation operation) : operation_(std::move(operation)) {
    const Run kept = world_.sh(
        "docker run -d --net none --name keeper busybox sh -c "
        "'i=0; while :; do echo $i; i=$((i+1)); sleep 0.1; done'");
    REQUIRE(kept.status == 0);
  }

  /// Doors that a process of this role passes in the operation.
  std::size_t count(const std::string& role) {
    const std::string idle = trace(role, "docker version");
    const std::string busy = trace(role, operation_.command);
    // A daemon passes the first ones on its way up.
    first_ = split(idle, '\n').size();
    return split(busy, '\n').size() - 1;
  }
  std::size_t first() const { return first_; }

  /// The operation with this fault, and what is seen of it.
  void strike(const std::string& fault) {
    (void)world_.sh(operation_.setup);
    const std::string before = world_.sh(kAsk).out;
    world_.end_daemon(SIGKILL);
    (void)world_.sh("export DRYDOCK_FAULT=" + fault + "; " +
                    operation_.command);
    world_.end_daemon(SIGKILL);
    const std::string found = world_.sh(kAsk).out;
    INFO("fault " << fault << "\nbefore:\n"
                  << before << "after:\n"
                  << after_ << "found:\n"
                  << found);
    CHECK((found == before || found == after_ || halfway_.contains(found)));
    CHECK(world_.garbage() == "");
    CHECK(world_.sh("docker exec keeper echo here").out == "here\n");
    (void)world_.sh(operation_.undo);
  }

  /// What the state is when all goes well.
  void learn() {
    (void)world_.sh(operation_.setup);
    const Run run = world_.sh(operation_.command);
    INFO(run.err);
    REQUIRE(run.status == 0);
    after_ = world_.sh(kAsk).out;
    (void)world_.sh(operation_.undo);
    for (const std::string& command : operation_.halfway) {
      (void)world_.sh(operation_.setup + "\n" + command);
      halfway_.insert(world_.sh(kAsk).out);
      (void)world_.sh(operation_.undo);
    }
  }

  /// No line of what the keeper printed is lost, whatever happened to others.
  void check_keeper() {
    const Run log = world_.sh(
        "docker logs keeper | awk '$1 != NR - 1 { print \"lost\", NR; exit }'; "
        "docker rm -f keeper");
    CHECK(log.out == "keeper\n");
    CHECK(world_.garbage() == "");
  }

 private:
  std::string trace(const std::string& role, const std::string& command) {
    (void)world_.sh(operation_.setup);
    world_.end_daemon(SIGKILL);
    const std::string file = world_.scratch().path() + "/trace";
    const Run run =
        world_.sh("rm -f " + file + "; export DRYDOCK_FAULT=" + role +
                  ":0:trace=" + file + "; " + command);
    INFO(run.err);
    CHECK(run.status == 0);
    world_.end_daemon(SIGKILL);
    (void)world_.sh(operation_.undo);
    const auto text = sys::read_file(file);
    return text ? *text : "";
  }

  World world_;
  Operation operation_;
  std::string after_;
  std::set<std::string> halfway_;
  std::size_t first_ = 0;
};

/// DRYDOCK_CRASH=all tries every kind of fault at every door, and so does an
/// operation with few of them; else each door has its turn with a kill, and
/// with one of the others.
std::vector<std::string> kinds(const Operation& operation, std::size_t door) {
  static const std::vector<std::string> others = {"ENOSPC", "EIO", "ENOMEM",
                                                  "kill-after"};
  std::vector<std::string> all = {"kill"};
  if (operation.is_short || std::getenv("DRYDOCK_CRASH")) {
    all.insert(all.end(), others.begin(), others.end());
  } else {
    all.push_back(others[door % others.size()]);
  }
  return all;
}

void walk(const Operation& operation) {
  if (skipped()) return;
  Crash crash(operation);
  crash.learn();
  for (const std::string role : {"client", "daemon", "shim", "child"}) {
    const std::size_t doors = crash.count(role);
    const std::size_t first = role == "daemon" ? crash.first() : 1;
    for (std::size_t at = first; at <= doors; ++at) {
      for (const std::string& kind : kinds(operation, at)) {
        crash.strike(fmt::format("{}:{}:{}", role, at, kind));
      }
    }
  }
  crash.check_keeper();
}

}  // namespace

TEST_CASE("run -d is done or not done, whatever happens", "[crash]") {
  // The volume of a create that fails stays, as Docker's: it has a name.
  walk({"",
        "docker run -d --net none --name cc -v vol:/v busybox sleep 1000",
        "docker rm -f cc; docker volume rm vol",
        {"docker volume create vol",
         "docker create --net none --name cc -v vol:/v busybox sleep 1000"}});
}

TEST_CASE("rm -f is done or not done, whatever happens", "[crash]") {
  walk({"docker run -d --net none --name cc -v /v busybox sleep 1000",
        "docker rm -fv cc", "docker rm -fv cc"});
}

TEST_CASE("commit is done or not done, whatever happens", "[crash]") {
  walk({"docker run --net none --name cc busybox sh -c 'echo x > /f'",
        "docker commit cc made",
        "docker rm -f cc; docker rmi -f made",
        {},
        true});
}

TEST_CASE("rmi is done or not done, whatever happens", "[crash]") {
  walk(
      {"docker run --net none --name cc busybox sh -c 'echo x > /f'; "
       "docker commit cc made; docker rm cc",
       "docker rmi made", "docker rmi -f made"});
}

TEST_CASE("a build leaves its image or none, whatever happens", "[crash]") {
  walk(
      {"mkdir -p $DRYDOCK_ROOT.ctx; printf 'FROM busybox\\nRUN echo x > /f\\n' "
       "> $DRYDOCK_ROOT.ctx/Dockerfile",
       "docker build --no-cache -t made $DRYDOCK_ROOT.ctx",
       "docker rmi -f made; docker ps -a --format '{{.Names}}' | "
       "grep -v keeper | xargs -r docker rm -f; "
       "docker images -qf dangling=true | xargs -r docker rmi -f"});
}

TEST_CASE("a pull brings its image or none, whatever happens", "[crash]") {
  if (skipped()) return;
  const NetWorld network;
  const FakeRegistry image;
  Server server(2, [&](const Asked& asked) { return image.answer(asked); });
  const std::string name = server.host() + "/evil";
  walk({"", "docker pull " + name, "docker rmi -f " + name});
}

TEST_CASE("a network is there or not, whatever happens", "[crash]") {
  walk({"", "docker network create nn", "docker network rm nn"});
}

TEST_CASE("a network goes or stays, whatever happens", "[crash]") {
  walk({"docker network create nn", "docker network rm nn",
        "docker network rm nn"});
}

TEST_CASE("a restart ends with the container or without, whatever happens",
          "[crash]") {
  walk({"docker run -d --net none --name cc busybox sleep 1000",
        "docker restart -t 0 cc",
        "docker rm -f cc",
        {"docker kill cc"}});
}

TEST_CASE("exec leaves no process behind, whatever happens", "[crash]") {
  walk({"docker run -d --net none --name cc busybox sleep 1000",
        "docker exec cc touch /x", "docker rm -f cc"});
}
