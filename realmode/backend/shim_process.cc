// shim_process.cc — vfork(2), execveat(2), and the words of protocol.h.

#include "realmode/backend/shim_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "realmode/plan/packing.h"
#include "realmode/shim/protocol.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/trace.h"

// The program itself, put into this one by shim_image.S.
extern "C" {
extern const char drydock_shim_begin[];
extern const char drydock_shim_end[];
}

namespace drydock::realmode {

namespace {

/// Descriptors below this are where the child wants its own.
constexpr int kAboveAll = 10;

Result<sys::Fd> lifted(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, kAboveAll);
  if (copy < 0) return sys::refused("fcntl({}, F_DUPFD_CLOEXEC)", fd);
  return sys::Fd(copy);
}

struct Places {
  int null, control, plan, cgroup;
};

/// In the child of vfork(2): system calls only, and the parent waits.
[[noreturn]] void become_shim(int program, const Places& places,
                              char* const* argv) {
  for (int fd = 0; fd < 3; ++fd) (void)::dup2(places.null, fd);
  (void)::dup2(places.control, kControlFd);
  (void)::dup2(places.plan, kPlanFd);
  if (places.cgroup >= 0) (void)::dup2(places.cgroup, kCgroupFd);
  char* const environment[] = {nullptr};
  (void)::syscall(SYS_execveat, program, "", argv, environment, AT_EMPTY_PATH);
  ::_exit(127);
}

std::string flag(bool truth) { return truth ? "1" : ""; }

}  // namespace

Result<int> shim_program() {
  static const Result<sys::Fd> program = [] {
    const std::string_view bytes(
        drydock_shim_begin,
        static_cast<std::size_t>(drydock_shim_end - drydock_shim_begin));
    return sys::sealed_memory("drydock-shim", bytes);
  }();
  if (!program) return program.error();
  return program->get();
}

Outcome ShimProcess::spawn(const Plan& plan, int cgroup) {
  const auto program = shim_program();
  if (!program) return program.error();
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  const auto text = sys::sealed_memory("plan", encode(plan));
  if (!text) return text.error();
  const auto null = sys::open("/dev/null", O_RDWR);
  if (!null) return null.error();
  const auto far_null = lifted(null->get());
  const auto far_control = lifted(pair->theirs.get());
  const auto far_plan = lifted(text->get());
  if (!far_null || !far_control || !far_plan) {
    return Error{"too many open files"};
  }
  auto far_cgroup = cgroup < 0 ? Result<sys::Fd>(sys::Fd()) : lifted(cgroup);
  if (!far_cgroup) return far_cgroup.error();
  control_ = std::move(pair->ours);
  for (const Waiting& early : waiting_) send_attach(early.client, early.spec);
  waiting_.clear();
  std::string name = "drydock-shim", id = plan.id, mark = plan.mark,
              mode = cgroup < 0 ? "free" : "cgroup", fault(sys::fault_spec());
  const std::array<char*, 6> argv = {name.data(), id.data(),    mark.data(),
                                     mode.data(), fault.data(), nullptr};
  const Places places = {far_null->get(), far_control->get(), far_plan->get(),
                         far_cgroup->get()};
  const sys::Door door("vfork");
  const pid_t pid = door ? ::vfork() : -1;
  if (pid == 0) become_shim(*program, places, argv.data());
  if (pid < 0) return sys::refused("vfork()");
  sys::note("vfork() = {}; execveat({}, \"\", [\"drydock-shim\", ...])", pid,
            *program);
  watched_ = std::make_unique<Watched>(loop_, control_.get());
  return done();
}

Outcome ShimProcess::adopt(const std::string& socket) {
  auto control = sys::connect_to(socket);
  if (!control) return control.error();
  control_ = std::move(*control);
  watched_ = std::make_unique<Watched>(loop_, control_.get());
  return done();
}

Task<Words> ShimProcess::next() {
  for (;;) {
    if (!control_) co_return Words{};
    const auto message =
        sys::receive(control_.get(), kMessageMax, MSG_DONTWAIT);
    if (message) {
      const auto words = unpack(message->bytes);
      co_return words.value_or(Words{});
    }
    if (errno != EAGAIN) co_return Words{};
    co_await watched_->readable();
  }
}

Outcome ShimProcess::say(const Words& words, const std::vector<int>& fds) {
  if (!control_) return Error{"the container's shim is gone"};
  return sys::send(control_.get(), pack(words), MSG_DONTWAIT, fds);
}

void ShimProcess::send_attach(const sys::Fd& client,
                              const engine::AttachSpec& spec) {
  (void)say({"attach", flag(spec.in), flag(spec.out), flag(spec.err)},
            {client.get()});
}

void ShimProcess::attach(sys::Fd client, const engine::AttachSpec& spec) {
  if (running_) {
    send_attach(client, spec);
  } else {
    waiting_.push_back({std::move(client), spec});
  }
}

void ShimProcess::set_running(std::int64_t pid) {
  running_ = true;
  pid_ = pid;
}

void ShimProcess::set_ended(int status) {
  running_ = false;
  pid_ = 0;
  status_ = status;
  waiting_.clear();
  watched_.reset();
  control_.close();
  changed_.notify_all();
}

}  // namespace drydock::realmode
