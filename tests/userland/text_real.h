// text_real.h — the tools of the machine that the tests run on.

#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace drydock::tests {

struct RealRun {
  int status = 0;
  std::string out;
};

/// A directory of this test run, made when first asked for.
inline const std::string& real_directory() {
  static const std::string& directory = *new std::string([] {
    std::string name = "/tmp/drydock-text-XXXXXX";
    if (!mkdtemp(name.data())) std::abort();
    std::atexit([] {
      const std::string rm = "rm -rf " + real_directory();
      if (std::system(rm.c_str()) != 0) std::perror("rm");
    });
    return name;
  }());
  return directory;
}

/// Empties it: what another test left there is not this one's.
inline void clear_real() {
  const std::string rm = "find " + real_directory() + " -mindepth 1 -delete";
  if (std::system(rm.c_str()) != 0) std::perror("find");
}

inline void write_real(const std::string& name, const std::string& content) {
  std::ofstream file(real_directory() + "/" + name, std::ios::binary);
  file << content;
}

/// Runs a script with the real /bin/sh in real_directory(), in the C locale.
inline RealRun run_real(const std::string& script) {
  write_real(".script", script);
  const std::string command =
      "cd " + real_directory() + " && LC_ALL=C TZ=UTC sh .script 2>/dev/null";
  RealRun run;
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return run;
  std::array<char, 65536> buffer;
  for (;;) {
    const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe);
    if (got == 0) break;
    run.out.append(buffer.data(), got);
  }
  const int ended = pclose(pipe);
  run.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
  return run;
}

/// Is the tool installed here?
inline bool has_real(const std::string& tool) {
  return run_real("command -v " + tool).status == 0;
}

}  // namespace drydock::tests
