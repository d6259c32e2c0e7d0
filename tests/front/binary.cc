// binary.cc — one run of build/drydock in a process of its own.

#include "tests/front/binary.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace drydock::front::test {

namespace fs = std::filesystem;

namespace {

#if defined(__has_feature)
#define DRYDOCK_HAS_FEATURE(name) __has_feature(name)  // Clang's way to tell.
#else
#define DRYDOCK_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || DRYDOCK_HAS_FEATURE(address_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Of processor: nothing may spin for ever.
constexpr rlim_t kSeconds = kSanitized ? 2400 : 240;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void redirect(int fd, const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags, 0644);
  if (file < 0 || ::dup2(file, fd) < 0) ::_exit(126);
}

[[noreturn]] void become(const std::vector<std::string>& words,
                         const std::string& folder) {
  redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
  redirect(STDOUT_FILENO, folder + "/out", O_CREAT | O_WRONLY);
  redirect(STDERR_FILENO, folder + "/err", O_CREAT | O_WRONLY);
  const rlimit seconds{kSeconds, kSeconds}, core{0, 0};
  ::setrlimit(RLIMIT_CPU, &seconds);
  ::setrlimit(RLIMIT_CORE, &core);
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "drydock-XXXXXX").string();
  const char* const made = ::mkdtemp(name.data());
  if (made != nullptr) path_ = made;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name,
                          const std::string& content) const {
  const std::string path = path_ + "/" + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

Ended drydock(std::vector<std::string> words) {
  words.insert(words.begin(), DRYDOCK_BINARY_DIR "/drydock");
  const Folder folder;
  const pid_t child = ::fork();
  if (child == 0) become(words, folder.path());
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  Ended ended;
  ended.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
  ended.peak = std::int64_t{usage.ru_maxrss} * 1024;
  ended.out = content_of(folder.path() + "/out");
  ended.err = content_of(folder.path() + "/err");
  return ended;
}

Ended script(const std::string& script) {
  return drydock({"sh", "-c", script});
}

std::int64_t memory_bound() { return std::int64_t{kSanitized ? 4 : 1} << 30; }

std::int64_t seconds_bound() { return kSanitized ? 600 : 60; }

}  // namespace drydock::front::test
