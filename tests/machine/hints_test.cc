// hints_test.cc — each hint is told after its mistake, and not without one.

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "sim/cli/hints.h"
#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

/// The mistake that each hint is about; the last command makes it.
struct Mistake {
  std::string_view hint, script;
};

// clang-format off
constexpr std::array kMistakes = {
    Mistake{"EXIT_PID1_DONE", "docker run -d busybox sh"},
    Mistake{"ENOENT_EXEC", "docker run busybox vim"},
    Mistake{"EXEC_FORM_LITERAL_DOLLAR", "docker run busybox echo '$HOME'"},
    Mistake{"JSON_SINGLE_QUOTES",
            "printf \"FROM busybox\\nCMD ['echo', 'hi']\\n\" | docker build -q -t b - >/dev/null; docker run b"},
    Mistake{"SHELL_ENTRYPOINT_IGNORES_CMD",
            "printf 'FROM busybox\\nENTRYPOINT echo\\n' | docker build -q -t b - >/dev/null; docker run b hello"},
    Mistake{"NEW_CONTAINER_SAME_IMAGE",
            "docker run busybox touch /f; docker run busybox ls /f"},
    Mistake{"EXPOSED_NOT_PUBLISHED", "docker run -d --expose 80 busybox sleep 100"},
    Mistake{"PORT_IN_USE",
            "docker run -d -p 80:80 busybox sleep 100; docker run -d -p 80:80 busybox sleep 100"},
    Mistake{"PORT_ONLY_AT_RUN",
            "docker run -d --name web --expose 80 busybox sleep 100; docker port web"},
    Mistake{"NAME_TAKEN",
            "docker run --name web busybox true; docker run --name web busybox true"},
    Mistake{"LINK_NEEDS_RUNNING",
            "docker create --name db busybox true; docker run --link db:db busybox true"},
    Mistake{"LINK_ENV_STALE",
            "docker run -d --name dbase --expose 5 busybox sleep 1000;"
            "docker run -d --name web --link dbase:db busybox sleep 1000; docker restart -t 0 dbase"},
    Mistake{"BIND_MASKS", "mkdir etc; docker run -v /root/etc:/etc busybox true"},
    Mistake{"HOST_DIR_CREATED", "docker run -v /no/such/folder:/data busybox true"},
    Mistake{"RM_WITH_DIRTY_LAYER", "docker run --name web busybox touch /f; docker rm web"},
    Mistake{"VOLUME_ORPHANED", "docker run --name web -v /data busybox true; docker rm web"},
    Mistake{"RM_V_KEEPS",
            "docker run --name one -v /data busybox true; docker run --volumes-from one busybox true; docker rm -v one"},
    Mistake{"COMMIT_IGNORES_VOLUME",
            "docker run --name web -v /data busybox touch /data/f; docker commit web image"},
    Mistake{"VOL_WRITE_DISCARDED",
            "printf 'FROM busybox\\nVOLUME /data\\nRUN touch /data/f\\n' | docker build -"},
    Mistake{"STATE_NOT_FS", "printf 'FROM busybox\\nRUN cd /tmp\\n' | docker build -"},
    Mistake{"WHITEOUT_NO_SHRINK",
            "printf 'FROM busybox\\nRUN echo x > /big\\nRUN rm /big\\n' | docker build -"},
    Mistake{"COPYUP_DUP",
            "printf 'FROM busybox\\nRUN dd if=/dev/zero of=/big bs=1024 count=2000\\nRUN chmod 600 /big\\n' | docker build -"},
    Mistake{"CACHE_ENDS_EARLY",
            "mkdir c; echo 1 > c/f; printf 'FROM busybox\\nCOPY f /f\\nRUN touch /g\\n' > c/Dockerfile;"
            "docker build c >/dev/null 2>&1; echo 2 > c/f; docker build c"},
    Mistake{"CTX_ESCAPE",
            "mkdir c; touch outside; printf 'FROM busybox\\nCOPY ../outside /\\n' > c/Dockerfile; docker build c"},
    Mistake{"CTX_IGNORED",
            "mkdir c; touch c/f; echo f > c/.dockerignore; printf 'FROM busybox\\nCOPY f /\\n' > c/Dockerfile; docker build c"},
    Mistake{"SECRET_IN_HISTORY",
            "printf 'FROM busybox\\nENV DB_PASSWORD sesame\\n' | docker build -"},
    Mistake{"DANGLING_CREATED",
            "printf 'FROM busybox\\nRUN echo 1 > /f\\n' | docker build -t it - >/dev/null 2>&1;"
            "printf 'FROM busybox\\nRUN echo 2 > /f\\n' | docker build -t it -"},
    Mistake{"RMI_BLOCKED", "docker run busybox true; docker rmi busybox"},
    Mistake{"RM_RUNNING", "docker run -d --name web busybox sleep 100; docker rm web"},
    Mistake{"EXEC_NOT_RUNNING", "docker run --name web busybox true; docker exec web ls"},
    Mistake{"STOP_TIMEOUT_KILL",
            "docker run -d --name web busybox sleep 1000; docker stop web"},
    Mistake{"ATTACH_SIGINT",
            "docker run -d --name shell debian sh -c 'trap \"exit 130\" INT; sleep 3; kill -INT $$; sleep 9'; docker attach shell"},
    Mistake{"LOGS_EMPTY", "docker run --name web busybox true; docker logs web"},
};
// clang-format on

bool tells(const std::string& text, std::string_view hint) {
  return text.find("hint " + std::string(hint) + ": ") != std::string::npos;
}

Told told_by(const std::string& script, bool hints) {
  MachineOptions options;
  options.hints = hints;
  Machine machine(options);
  return run(machine, "docker pull busybox >/dev/null; " + script);
}

TEST_CASE("each hint is told after its mistake") {
  for (const Mistake& mistake : kMistakes) {
    INFO(mistake.hint);
    const Told told = told_by(std::string(mistake.script), true);
    CHECK(tells(told.err, mistake.hint));
    if (!tells(told.err, mistake.hint)) UNSCOPED_INFO(told.out + told.err);
  }
}

TEST_CASE("there is a mistake for each hint, and no hint without one") {
  for (const cli::Hint& hint : cli::hints()) {
    INFO(hint.id);
    CHECK(std::ranges::find(kMistakes, hint.id, &Mistake::hint) !=
          kMistakes.end());
  }
  CHECK(kMistakes.size() == cli::hints().size());
}

TEST_CASE("nothing is told unless it was asked for") {
  for (const Mistake& mistake : kMistakes) {
    const Told told = told_by(std::string(mistake.script), false);
    CHECK(told.err.find("hint ") == std::string::npos);
  }
}

TEST_CASE("who makes no mistake gets no hint") {
  const Told told = told_by(
      "docker run -d --name web -p 8080:80 -v /data busybox sh -c "
      "'trap exit TERM; echo up; while true; do sleep 1; done';"
      "docker logs web; docker exec web touch /data/f; docker ps;"
      "docker stop web; docker start web; docker port web; docker diff web;"
      "docker run --rm busybox echo hi; docker stop web; docker rm -v web;"
      "printf 'FROM busybox\\nRUN echo x > /f\\nCMD [\"cat\", \"/f\"]\\n' |"
      "docker build -t it -; docker run --rm it; docker rmi it",
      true);
  INFO(told.err);
  CHECK(told.err.find("hint ") == std::string::npos);
}

TEST_CASE("hints do not depend on the words of the profile") {
  MachineOptions options;
  options.hints = true;
  options.profile = cli::find_profile("docker-20.10");
  Machine machine(options);
  const Told told = run(machine,
                        "tar c -C /etc . | docker import - base >/dev/null;"
                        "docker container create --name web base true;"
                        "docker container create --name web base true");
  CHECK(tells(told.err, "NAME_TAKEN"));
}

}  // namespace
}  // namespace drydock::machine
