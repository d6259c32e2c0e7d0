// conform_test.cc — `drydock conform` against itself and against liars.

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "tests/front/person.h"

namespace drydock::front {
namespace {

const std::string kProgram = std::string(DRYDOCK_BINARY_DIR) + "/drydock";

std::string other(const std::string& folder) {
  return "\"" + kProgram + " docker --session " + folder + "/s.md\"";
}

TEST_CASE("the model agrees with itself") {
  const std::string folder = fresh_directory();
  const Ran ran =
      run_drydock("conform --runs 3 --length 8 --against " + other(folder));
  CHECK(ran.err == "");
  CHECK(ran.out == "conform: 3 histories, 24 commands: all agree\n");
  CHECK(ran.status == 0);
}

TEST_CASE("a docker that lies is found, by a history as short as can be") {
  const std::string folder = fresh_directory();
  const std::string liar = folder + "/liar";
  write_content(liar, "#!/bin/sh\n[ \"$1\" = rename ] && exit 9\nexec " +
                          kProgram + " docker --session " + folder +
                          "/s.md \"$@\"\n");
  ::chmod(liar.c_str(), 0755);
  const Ran ran =
      run_drydock("conform --runs 20 --length 15 --against " + liar);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("$ docker rename ") != std::string::npos);
  CHECK(ran.out.find("+ 9  (the other)") != std::string::npos);
  std::size_t commands = 0;
  for (std::size_t at = 0;
       (at = ran.out.find("$ docker", at)) != std::string::npos; ++at) {
    ++commands;
  }
  CHECK(commands <= 2);
}

TEST_CASE("a command that cannot be run is unusable") {
  const Ran ran = run_drydock("conform --against /no/such/docker");
  CHECK(ran.status == 2);
  CHECK(ran.err.find("cannot be run") != std::string::npos);
}

}  // namespace
}  // namespace drydock::front
