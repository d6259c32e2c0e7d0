// far_lab.cc — a process that has moved apart, and commands that join it.

#include "tests/realmode/far_lab.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include "realmode/front/apart.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "tests/conformance/session.h"

namespace drydock::realmode {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(60);
constexpr std::uint64_t kSpaces =
    CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC;
constexpr char kRoot[] = "/var/lib/docker";

/// The root file systems that the recording imported.  Its debian only lends
/// its name: nothing of the recording looks into it.
constexpr char kFurnish[] =
    "set -e; cd /images; mkdir bb; cd bb; "
    "mkdir -p bin dev etc home lib proc root sbin sys tmp usr/bin usr/sbin var;"
    "chmod 0700 root; chmod 1777 tmp; cp /bin/busybox bin/; "
    "test -r \"$1\"; sed -n 's,^ls /bin busybox ,,p' \"$1\" | tr ' ' '\\n' | "
    "while read name; do ln -s busybox bin/$name; done; "
    "printf 'root:x:0:0:root:/root:/bin/sh\\n"
    "app:x:1000:1000:app:/home:/bin/sh\\n' > etc/passwd; "
    "printf 'root:x:0:\\nusers:x:100:app\\napp:x:1000:\\n' > etc/group; "
    "find . -exec touch -h -d 2023-11-14T22:13:20Z {} +; "
    "tar -c --sort=name --numeric-owner --owner=0 --group=0 . "
    "> ../busybox-rootfs.tar; echo 12.5 > etc/debian_version; "
    "tar -c --numeric-owner --owner=0 --group=0 . > ../debian-rootfs.tar; "
    "rm etc/debian_version; touch -d 2023-11-14T22:13:20Z etc";

/// Both streams to their ends; false when it takes too long.
bool read_both(int out, int err, conformance::Outputs* outputs) {
  const auto due = Clock::now() + kPatience;
  std::array<pollfd, 2> table = {pollfd{out, POLLIN, 0},
                                 pollfd{err, POLLIN, 0}};
  std::array<std::string*, 2> texts = {&outputs->out, &outputs->err};
  for (int open = 2; open > 0;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        due - Clock::now());
    if (left.count() <= 0) return false;
    if (::poll(table.data(), table.size(), static_cast<int>(left.count())) <= 0)
      return false;
    for (std::size_t i = 0; i < 2; ++i) {
      if (table[i].fd < 0 || table[i].revents == 0) continue;
      std::array<char, 65536> piece;
      const ssize_t count = ::read(table[i].fd, piece.data(), piece.size());
      if (count > 0) {
        texts[i]->append(piece.data(), static_cast<std::size_t>(count));
        continue;
      }
      table[i].fd = -1;
      --open;
    }
  }
  return true;
}

}  // namespace

FarLab::FarLab() {
  auto ready = sys::pipe();
  if (!ready) {
    trouble_ = ready.error().text;
    return;
  }
  pid_ = ::fork();
  if (pid_ == 0) hold(ready->write.get());
  ready->write.close();
  const auto said = sys::read_all(ready->read.get());
  auto holder = sys::pidfd_open(pid_);
  if (!said || !holder || *said != "ready") {
    trouble_ = said ? *said : said.error().text;
    return;
  }
  holder_ = std::move(*holder);
  const std::string names =
      DRYDOCK_SOURCE_DIR "/tests/conformance/host/busybox.rootfs";
  const auto furnished = run("set -- " + names + "; " + kFurnish);
  if (furnished.status != 0) trouble_ = furnished.err;
}

FarLab::~FarLab() {
  if (holder_.get() >= 0) (void)clean_up();
  (void)::kill(pid_, SIGKILL);
  (void)::waitpid(pid_, nullptr, 0);
}

void FarLab::hold(int ready) {
  const Outcome apart =
      move_apart("vm", {DRYDOCK_SOURCE_DIR, DRYDOCK_BINARY_DIR});
  (void)sys::write_all(ready, apart ? "ready" : apart.error().text);
  ::close(ready);
  for (;;) ::pause();
}

void FarLab::become(const std::string& command, int out, int err) {
  (void)::setpgid(0, 0);
  (void)::setpriority(PRIO_PROCESS, 0, 0);  // ps(1) would tell.
  const Outcome joined = sys::setns(holder_.get(), kSpaces);
  if (!joined) ::_exit(126);
  const int null = ::open("/dev/null", O_RDONLY);
  (void)::dup2(null, 0);
  (void)::dup2(out, 1);
  (void)::dup2(err, 2);
  (void)::chdir("/lab");
  ::setenv("HOME", "/root", 1);
  ::setenv("TZ", "UTC", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("COLUMNS", "200", 1);
  ::setenv("DOCKER_BUILDKIT", "0", 1);
  ::execl(DRYDOCK_BINARY_DIR "/drydock", "drydock", "--world", "real",
          "--profile", "docker-20.10", "--root", kRoot, "sh", "-c",
          "exec bash -c \"$1\"", "sh", command.c_str(), nullptr);
  ::_exit(127);
}

conformance::Outputs FarLab::run(const std::string& command) {
  conformance::Outputs outputs;
  auto out = sys::pipe();
  auto err = sys::pipe();
  if (!out || !err) return {126, "", "no pipe"};
  const pid_t pid = ::fork();
  if (pid == 0) become(command, out->write.get(), err->write.get());
  out->write.close();
  err->write.close();
  if (!read_both(out->read.get(), err->read.get(), &outputs)) {
    outputs.err += "(killed after a minute)\n";
    (void)::kill(-pid, SIGKILL);
  }
  int status = 0;
  (void)::waitpid(pid, &status, 0);
  outputs.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outputs;
}

bool FarLab::open_registry() {
  if (::access("/usr/bin/docker-registry", X_OK) != 0) return false;
  const auto opened =
      run("mkdir /run/registry; printf 'version: 0.1\\nlog: {level: error}\\n"
          "storage: {filesystem: {rootdirectory: /run/registry/blobs}}\\n"
          "http: {addr: \"localhost:5000\"}\\n' > /run/registry/yml; "
          "docker-registry serve /run/registry/yml > /run/registry/log 2>&1 & "
          "echo $! > /run/registry/pid; for i in $(seq 200); do "
          "curl -s localhost:5000/v2/ && exit; sleep 0.05; done; exit 1");
  if (opened.status != 0) return false;
  (void)run(conformance::kPushedBefore);
  return true;
}

std::string FarLab::clean_up() {
  const auto left = run(
      "test -e /run/registry/pid && kill $(cat /run/registry/pid); "
      "docker ps -aq | xargs -r docker rm -fv >/dev/null 2>&1; "
      "pid=$(cat /var/lib/docker/daemon.pid) && kill $pid && "
      "while kill -0 $pid 2>/dev/null; do sleep 0.05; done; " DRYDOCK_BINARY_DIR
      "/drydock --root /var/lib/docker gc --check");
  return left.status == 0 ? "" : left.out + left.err;
}

}  // namespace drydock::realmode
