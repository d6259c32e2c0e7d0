// client.cc — a socket, six descriptors and an exit status.

#include "realmode/client/client.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "realmode/daemon/words.h"
#include "realmode/plan/packing.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"

extern char** environ;

namespace drydock::realmode {

namespace {

constexpr int kTrouble = 125;  // docker's own "the daemon did not".

/// What the daemon may want to hear of.
constexpr std::array kPassedOn = {SIGHUP,   SIGINT,  SIGQUIT, SIGTERM,
                                  SIGWINCH, SIGUSR1, SIGUSR2, SIGALRM};

/// Starts this program again as a daemon and waits until it listens.
Outcome start_daemon(const Options& options) {
  auto ready = sys::pipe();
  if (!ready) return ready.error();
  const std::string log = options.root + "/daemon.log";
  const auto errors = sys::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!errors) return errors.error();
  const auto null = sys::open("/dev/null", O_RDWR);
  if (!null) return null.error();
  const std::string fd = "3";
  const sys::Door door("fork");
  const pid_t pid = door ? ::fork() : -1;
  if (pid < 0) return sys::refused("fork()");
  if (pid == 0) {
    (void)::setsid();
    // Whoever started the client does not wait for the daemon.
    if (::fork() != 0) ::_exit(0);
    const int far = ::fcntl(ready->write.get(), F_DUPFD, 10);
    (void)::dup2(null->get(), 0);
    (void)::dup2(errors->get(), 1);
    (void)::dup2(errors->get(), 2);
    (void)::dup2(far, 3);
    (void)sys::close_range(4);
    (void)::chdir("/");
    ::execl(options.program.c_str(), "drydock", "daemon", "--root",
            options.root.c_str(), "--profile", options.profile.c_str(),
            "--ready", fd.c_str(), nullptr);
    ::_exit(127);
  }
  ready->write.close();
  const auto child = sys::pidfd_open(pid);
  if (child) (void)sys::wait_for(child->get());
  const auto word = sys::read_all(ready->read.get());
  if (word && *word == "ready") return done();
  return Error{fmt::format("the daemon did not start: {} tells why", log)};
}

/// Connects; starts the daemon when nobody listens.  Of several clients that
/// come at once, one starts it and the others wait.
Result<sys::Fd> reach_daemon(const Options& options) {
  const std::string path = socket_path(options.root);
  auto socket = sys::connect_to(path);
  if (socket) return socket;
  const Outcome made = sys::make_directories(options.root, 0700);
  if (!made) return made.error();
  const auto lock =
      sys::open(options.root + "/start.lock", O_RDWR | O_CREAT, 0600);
  if (!lock) return lock.error();
  (void)::flock(lock->get(), LOCK_EX);
  auto again = sys::connect_to(path);
  if (again) return again;
  const Outcome started = start_daemon(options);
  if (!started) return started.error();
  return sys::connect_to(path);
}

Outcome hand_over(const sys::Fd& socket, const Options& options,
                  const List& argv) {
  List environment;
  for (char** entry = environ; *entry; ++entry) environment.push_back(*entry);
  std::array<char, 4096> here = {};
  const char* const cwd = ::getcwd(here.data(), here.size());
  const List words = {options.profile,
                      options.hints ? "1" : "",
                      options.explain ? "1" : "",
                      options.dry_run ? "1" : "",
                      cwd ? cwd : "/",
                      pack(argv),
                      pack(environment)};
  const auto payload = sys::sealed_memory("docker", pack(words));
  if (!payload) return payload.error();
  const auto directory = sys::open(".", O_PATH | O_DIRECTORY);
  if (!directory) return directory.error();
  const auto root = sys::open("/", O_PATH | O_DIRECTORY);
  if (!root) return root.error();
  const sys::Door door("hand over");
  if (!door) return sys::refused("sendmsg({})", socket.get());
  return sys::send(socket.get(), pack({"docker"}), 0,
                   {payload->get(), 0, 1, 2, directory->get(), root->get()});
}

[[noreturn]] void die(int number) {
  (void)::signal(number, SIG_DFL);
  sigset_t all;
  sigemptyset(&all);
  (void)::sigprocmask(SIG_SETMASK, &all, nullptr);
  (void)::raise(number);
  ::_exit(128 + number);
}

/// Until the daemon has said how this ends.
int attend(const sys::Fd& socket, const sys::Fd& signals) {
  for (;;) {
    std::array<pollfd, 2> table = {pollfd{socket.get(), POLLIN, 0},
                                   pollfd{signals.get(), POLLIN, 0}};
    if (::poll(table.data(), table.size(), -1) < 0) continue;
    if (table[1].revents != 0) {
      signalfd_siginfo caught = {};
      if (::read(signals.get(), &caught, sizeof caught) == sizeof caught) {
        (void)sys::send(socket.get(),
                        pack({"signal", std::to_string(caught.ssi_signo)}));
      }
    }
    if (table[0].revents == 0) continue;
    const sys::Door door("answer");
    const auto message = sys::receive(socket.get(), kWordsMax);
    const auto words = door && message ? unpack(message->bytes) : std::nullopt;
    if (!words || words->size() != 2) {
      fmt::print(stderr, "docker: the daemon has gone\n");
      return kTrouble;
    }
    const int number = static_cast<int>(parse_int((*words)[1]).value_or(0));
    if (words->front() == "exit") return number;
    if (words->front() == "die") die(number);
    fmt::print(stderr, "docker: {}\n", (*words)[1]);
    return kTrouble;
  }
}

/// A closed descriptor would be taken for something else later on.
void open_missing_streams() {
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);
  }
}

}  // namespace

int run_client(const Options& options, const List& argv) {
  open_missing_streams();
  sys::take_role("client");
  const auto socket = reach_daemon(options);
  if (!socket) {
    fmt::print(stderr, "docker: {}\n", socket.error().text);
    return kTrouble;
  }
  sigset_t passed_on;
  sigemptyset(&passed_on);
  for (const int number : kPassedOn) sigaddset(&passed_on, number);
  (void)::sigprocmask(SIG_BLOCK, &passed_on, nullptr);
  const sys::Fd signals(::signalfd(-1, &passed_on, SFD_CLOEXEC));
  const Outcome handed = hand_over(*socket, options, argv);
  if (!handed) {
    fmt::print(stderr, "docker: {}\n", handed.error().text);
    return kTrouble;
  }
  return attend(*socket, signals);
}

}  // namespace drydock::realmode
