// world.cc — namespaces, pipes and a busybox image for tests.

#include "tests/realmode/world.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

/// Both at once, so that neither pipe fills while the other is read.
void read_both(const sys::Fd& out, const sys::Fd& err, Run* run) {
  std::array<pollfd, 2> table = {pollfd{out.get(), POLLIN, 0},
                                 pollfd{err.get(), POLLIN, 0}};
  std::array<std::string*, 2> texts = {&run->out, &run->err};
  int open = 2;
  while (open > 0 && ::poll(table.data(), table.size(), 200'000) > 0) {
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
}

/// A network namespace of this test program's own: no way out of it.
void leave_the_network() {
  static const bool left = [] {
    const Outcome apart = sys::unshare(CLONE_NEWNET);
    return bool(apart);
  }();
  REQUIRE(left);
}

constexpr std::string_view kMakeBusybox =
    "set -e; mkdir -p $1/bin $1/etc $1/tmp $1/root; cp /bin/busybox $1/bin/; "
    "for applet in $(/bin/busybox --list); do "
    "[ $applet = busybox ] || ln -s busybox $1/bin/$applet; done; "
    "echo root:x:0:0:root:/root:/bin/sh > $1/etc/passwd; "
    "echo daemon:x:1:1:daemon:/usr/sbin:/bin/false >> $1/etc/passwd; "
    "printf 'root:x:0:\\ndaemon:x:1:\\n' > $1/etc/group; chmod 1777 $1/tmp; "
    "tar -C $1 -c . | docker import - busybox >/dev/null";

}  // namespace

World::World() : root_(scratch_.path() + "/state") {
  leave_the_network();
  const Run made =
      sh(replace_all(kMakeBusybox, "$1", scratch_.path() + "/busybox"));
  INFO(made.err);
  REQUIRE(made.status == 0);
}

World::~World() {
  (void)sh("docker ps -aq | xargs -r docker rm -f -v >/dev/null 2>&1");
  end_daemon(SIGTERM);
}

void World::end_daemon(int signal) {
  const auto pid = sys::read_file(root_ + "/daemon.pid");
  if (!pid) return;
  const auto number = parse_int(trim(*pid));
  if (!number) return;
  const auto daemon = sys::pidfd_open(static_cast<pid_t>(*number));
  if (!daemon) return;
  (void)sys::pidfd_send_signal(daemon->get(), signal);
  pollfd ended = {daemon->get(), POLLIN, 0};
  (void)::poll(&ended, 1, 10'000);
}

std::string World::garbage() {
  const Run run = sh(DRYDOCK_BINARY_DIR "/drydock gc --check");
  return run.status == 0 ? "" : run.out + run.err;
}

std::int64_t World::daemon_peak() {
  const Run run =
      sh("awk '/VmHWM/ { print $2 }' /proc/$(cat "
         "$DRYDOCK_ROOT/daemon.pid)/status");
  return parse_int(trim(run.out)).value_or(INT64_MAX);
}

Run World::sh(const std::string& script) {
  return run({DRYDOCK_BINARY_DIR "/drydock", "--world", "real", "--profile",
              "docker-20.10", "--root", root_, "sh", "-c", script});
}

Run World::run(const std::vector<std::string>& argv) {
  auto out = sys::pipe();
  auto err = sys::pipe();
  REQUIRE(out);
  REQUIRE(err);
  List words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const int null = ::open("/dev/null", O_RDONLY);
    (void)::dup2(null, 0);
    (void)::dup2(out->write.get(), 1);
    (void)::dup2(err->write.get(), 2);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  out->write.close();
  err->write.close();
  Run run;
  read_both(out->read, err->read, &run);
  int status = 0;
  (void)::waitpid(pid, &status, 0);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

}  // namespace drydock::realmode
