// execute.cc — from root in a fresh container to the program in it.

#include "realmode/plan/execute.h"

#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "realmode/plan/init.h"
#include "realmode/plan/packing.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"
#include "realmode/sys/trace.h"

namespace drydock::realmode {

using engine::StartFault;
using Kind = StartFault::Kind;

namespace {

constexpr int kSignalsMax = 64;

std::string reason(int error) { return lower(std::strerror(error)); }

StartFault exec_fault(Kind kind, const std::string& program,
                      std::string_view why) {
  return {kind, fmt::format("exec: {}: {}", go_quote(program), why)};
}

std::string variable(const List& environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) &&
        entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return "";
}

bool is_program(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

/// execvp(3)'s search, with the words that runc has for its failures.
Result<std::string, StartFault> find_program(const List& environment,
                                             const std::string& name) {
  if (name.find('/') != std::string::npos) {
    struct stat status;
    if (::stat(name.c_str(), &status) != 0) {
      return StartFault{Kind::not_found,
                        fmt::format("exec: {}: stat {}: {}", go_quote(name),
                                    name, reason(errno))};
    }
    if (is_program(name)) return name;
    return exec_fault(Kind::not_executable, name, "permission denied");
  }
  for (const std::string& folder : split(variable(environment, "PATH"), ':')) {
    const std::string path = (folder.empty() ? "." : folder) + "/" + name;
    if (is_program(path)) return path;
  }
  return exec_fault(Kind::not_found, name,
                    "executable file not found in $PATH");
}

/// Pipes were made by root; whoever runs here must be able to reopen them.
void give_streams(const Stage& stage) {
  for (int fd = 0; fd < 3; ++fd) {
    const auto status = sys::fstat(fd);
    if (!status || S_ISCHR(status->st_mode)) continue;
    (void)::fchown(fd, stage.uid, status->st_gid);
  }
  if (stage.has_terminal) (void)::fchown(0, stage.uid, 5);  // tty
}

Outcome become(const Stage& stage) {
  // The first one is among them, so that nobody gets at what is forbidden to
  // that group by dropping it (CVE-2022-36109).
  std::vector<gid_t> groups = stage.groups;
  groups.push_back(stage.gid);
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  if (::setgroups(groups.size(), groups.data()) != 0) {
    return sys::refused("setgroups({} groups)", groups.size());
  }
  sys::note("setgroups({} groups)", groups.size());
  if (::setresgid(stage.gid, stage.gid, stage.gid) != 0) {
    return sys::refused("setresgid({})", stage.gid);
  }
  sys::note("setresgid({0}, {0}, {0})", stage.gid);
  if (::setresuid(stage.uid, stage.uid, stage.uid) != 0) {
    return sys::refused("setresuid({})", stage.uid);
  }
  sys::note("setresuid({0}, {0}, {0})", stage.uid);
  return sys::set_capabilities(stage.uid == 0 ? stage.capabilities : 0);
}

/// A program begins with a clean slate: nothing ignored, nothing blocked.
void reset_signals() {
  for (int number = 1; number <= kSignalsMax; ++number) {
    (void)::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::vector<char*> pointers(List& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

void tell_calls(const Stage& stage) {
  if (!sys::listener) return;
  // In pieces: a message has its bounds.
  constexpr std::size_t kLines = 200;
  List& calls = *sys::listener;
  for (std::size_t at = 0; at < calls.size(); at += kLines) {
    const std::size_t end = std::min(at + kLines, calls.size());
    const List some(calls.begin() + static_cast<std::ptrdiff_t>(at),
                    calls.begin() + static_cast<std::ptrdiff_t>(end));
    (void)sys::send(stage.daemon, pack({"calls", "container", pack(some)}));
  }
  calls.clear();
}

Outcome enter_directory(Stage& stage, const List& words) {
  const std::string& path = words[0];
  if (!path.starts_with('/')) return Error{"Cwd must be an absolute path"};
  struct stat status;
  const bool makes = words[1] == "made";
  if (makes && ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
    return Error{fmt::format("Cannot mkdir: {} is not a directory", path)};
  }
  const Outcome made = makes ? sys::make_directories(path) : done();
  if (!made) {
    return Error{fmt::format("mkdir {}: {}", path, reason(errno))};
  }
  if (::chdir(path.c_str()) != 0) {
    return Error{
        fmt::format("chdir to cwd (\"{}\") set in config.json failed: {}", path,
                    reason(errno))};
  }
  sys::note("chdir(\"{}\")", path);
  stage.working_directory = path;
  return done();
}

Faulty execute(Stage& stage, const List& words) {
  if (words.empty()) return StartFault{Kind::other, "no program"};
  // A directory of the host, reached through a leaked descriptor, has no name
  // here: CVE-2024-21626.
  std::array<char, 4096> here;
  if (!::getcwd(here.data(), here.size()) || here[0] != '/') {
    return StartFault{Kind::bad_workdir,
                      fmt::format("the working directory {} is not in the "
                                  "container",
                                  stage.working_directory)};
  }
  give_streams(stage);
  const Outcome became = become(stage);
  if (!became) return StartFault{Kind::other, became.error().text};
  if (variable(stage.environment, "HOME").empty()) {
    std::erase(stage.environment, "HOME=");
    stage.environment.push_back("HOME=" + stage.home);
  }
  const auto program = find_program(stage.environment, words[0]);
  if (!program) return program.error();
  List argv = words;
  std::vector<char*> arguments = pointers(argv);
  std::vector<char*> variables = pointers(stage.environment);
  const Outcome closed = sys::close_range_on_exec(3);
  if (!closed) return StartFault{Kind::other, closed.error().text};
  if (stage.has_init) {
    const Outcome left = leave_init_behind();
    if (!left) return StartFault{Kind::other, left.error().text};
  }
  reset_signals();
  sys::note("execve(\"{}\", [\"{}\"], {} variables)", *program,
            join(words, "\", \""), stage.environment.size());
  tell_calls(stage);
  ::execve(program->c_str(), arguments.data(), variables.data());
  const int error = errno;
  const Kind kind = error == ENOENT                       ? Kind::not_found
                    : error == EACCES || error == ENOEXEC ? Kind::not_executable
                                                          : Kind::other;
  return exec_fault(kind, words[0], reason(error));
}

}  // namespace drydock::realmode
