// sh_corpus_test.cc — every script of sh_corpus/, run by the real shell and by
// ours: the same output and the same status.
//
// A script runs in an empty directory.  One that begins with #!/bin/bash is
// compared with bash, the others with dash; "# compare: stderr" compares the
// messages too.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include "sim/userland/programs.h"
#include "tests/support/machine.h"

namespace drydock {

namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Script {
  std::string name, text;
  bool bash = false, messages = false;
};

std::vector<Script> corpus() {
  std::vector<Script> scripts;
  const fs::path folder =
      fs::path(DRYDOCK_SOURCE_DIR) / "tests/userland/sh_corpus";
  for (const auto& entry : fs::directory_iterator(folder)) {
    Script script;
    script.name = entry.path().filename().string();
    script.text = slurp(entry.path());
    script.bash = script.text.starts_with("#!/bin/bash");
    script.messages =
        script.text.find("# compare: stderr") != std::string::npos;
    scripts.push_back(std::move(script));
  }
  std::ranges::sort(scripts, {}, &Script::name);
  return scripts;
}

struct Outcome {
  std::string out, err;
  int status = -1;
};

Outcome run_real(const Script& script, const fs::path& folder) {
  const fs::path place = folder / "work";
  fs::remove_all(place);
  fs::create_directories(place);
  std::ofstream(place / "script.sh", std::ios::binary) << script.text;
  const std::string command =
      "cd '" + place.string() +
      "' && env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C timeout 20 " +
      (script.bash ? "bash" : "dash") + " script.sh </dev/null >'" +
      (folder / "out").string() + "' 2>'" + (folder / "err").string() + "'";
  const int ended = std::system(command.c_str());
  Outcome outcome;
  outcome.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  outcome.out = slurp(folder / "out");
  outcome.err = slurp(folder / "err");
  return outcome;
}

Outcome run_ours(const Script& script) {
  test::TestMachine machine(&userland::programs());
  machine.install_id("dash", "dash/sh");
  machine.install_id("sh", "dash/sh");
  machine.install_id("bash", "bash/bash");
  for (const std::string_view id : userland::program_ids("gnu")) {
    machine.install_id(std::string(id.substr(4)), std::string(id));
  }
  machine.environ = {"PATH=/bin", "HOME=/root", "LC_ALL=C"};
  machine.cwd = "/tmp";
  machine.write("/tmp/script.sh", script.text);
  const test::Ran ran =
      machine.run({script.bash ? "bash" : "dash", "script.sh"});
  return {ran.out, ran.err, ran.status};
}

bool is_installed(const char* shell) {
  return std::system((std::string(shell) + " -c : 2>/dev/null").c_str()) == 0;
}

/// Runs all scripts of one shell; the names of those that differ.
void compare(bool bash) {
  if (!is_installed(bash ? "bash" : "dash")) {
    WARN((bash ? "bash" : "dash") << " is not installed: nothing compared");
    return;
  }
  const fs::path folder =
      fs::temp_directory_path() /
      ("drydock-sh-" + std::to_string(::getpid()) + (bash ? "-b" : "-d"));
  fs::create_directories(folder);
  int compared = 0;
  for (const Script& script : corpus()) {
    if (script.bash != bash) continue;
    ++compared;
    INFO(script.name << "\n" << script.text);
    const Outcome real = run_real(script, folder);
    const Outcome ours = run_ours(script);
    CHECK(ours.out == real.out);
    CHECK(ours.status == real.status);
    if (script.messages) CHECK(ours.err == real.err);
  }
  fs::remove_all(folder);
  CHECK(compared > (bash ? 10 : 300));
}

}  // namespace

TEST_CASE("the shell does what dash does, script by script") { compare(false); }

TEST_CASE("called as bash, it does what bash does") { compare(true); }

}  // namespace drydock
