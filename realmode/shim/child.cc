// child.cc — clone3(2), and the few words that are said until the exec.

#include "realmode/shim/child.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <unistd.h>

#include <map>

#include "realmode/plan/execute.h"
#include "realmode/plan/packing.h"
#include "realmode/shim/protocol.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"
#include "realmode/sys/trace.h"

namespace drydock::realmode {

using engine::StartFault;
using Kind = StartFault::Kind;

namespace {

StartFault fault(const Error& error) { return {Kind::other, error.text}; }

using Peers = std::map<std::int64_t, sys::Fd>;  // pidfds, by number.

/// The child's ends of its streams.
struct Streams {
  sys::Fd in, out, err;
};

Outcome open_streams(const Plan& plan, Child* child, Streams* theirs) {
  if (plan.open_stdin && !plan.terminal) {
    auto in = sys::pipe();
    if (!in) return in.error();
    child->in = std::move(in->write);
    theirs->in = std::move(in->read);
  } else {
    auto null = sys::open("/dev/null", O_RDWR);
    if (!null) return null.error();
    theirs->in = std::move(*null);
  }
  auto out = sys::pipe();
  if (!out) return out.error();
  auto err = sys::pipe();
  if (!err) return err.error();
  child->out = std::move(out->read);
  theirs->out = std::move(out->write);
  child->err = std::move(err->read);
  theirs->err = std::move(err->write);
  return done();
}

void report(int shim, const StartFault& why) {
  const List words = {"fault", std::to_string(static_cast<int>(why.kind)),
                      why.text.substr(0, kPieceMax)};
  (void)sys::send(shim, pack(words));
}

/// In the child: never returns.
[[noreturn]] void become(const Plan& plan, const Streams& streams, int shim,
                         const Peers& peers) {
  Stage stage;
  stage.peers = &peers;
  stage.daemon = shim;
  (void)::setsid();
  (void)::dup2(streams.in.get(), 0);
  (void)::dup2(streams.out.get(), 1);
  (void)::dup2(streams.err.get(), 2);
  List calls;
  sys::listener = plan.explain ? &calls : nullptr;
  for (const Step& step : plan.steps) {
    const Faulty applied = apply(stage, step);
    if (applied) continue;
    tell_calls(stage);
    report(shim, applied.error());
    break;
  }
  ::_exit(127);
}

/// What the daemon and the shim do for a child that waits.
Outcome admit(const Plan& plan, const Child& child, int control,
              std::vector<sys::Message>* early) {
  for (const std::string& group : plan.groups) {
    const Outcome told = sys::tell(group, std::to_string(child.pid));
    if (!told) return told;
  }
  if (!plan.ask) return done();
  const Outcome said =
      sys::send(control, pack({"born", std::to_string(child.pid)}));
  if (!said) return said;
  for (;;) {
    auto word = sys::receive(control, kMessageMax);
    if (!word) return word.error();
    if (word->bytes.empty()) return Error{"the daemon has gone"};
    if (word->bytes == pack({"go"})) return done();
    early->push_back(std::move(*word));
  }
}

StartFault fault_in(const List& words) {
  const auto kind = parse_int(words[1]);
  return {static_cast<Kind>(kind.value_or(0)), words[2]};
}

/// Until the child has become its program, or has told why not.
Result<std::monostate, StartFault> await_exec(Child* child, int socket,
                                              int control) {
  for (;;) {
    auto message = sys::receive(socket, kMessageMax);
    if (!message) return fault(message.error());
    if (message->bytes.empty()) return std::monostate{};
    if (message->bytes == "terminal" && message->fds.size() == 1) {
      child->terminal = std::move(message->fds.front());
      continue;
    }
    const auto words = unpack(message->bytes);
    if (words && words->size() == 3 && words->front() == "calls") {
      (void)sys::send(control, message->bytes);
      continue;
    }
    if (words && words->size() == 3) return fault_in(*words);
    return StartFault{Kind::other, "the container speaks in tongues"};
  }
}

/// By descriptors: in a new tree of processes their numbers mean nothing.
/// From here on children of ours are born into the tree that is to be theirs.
Result<Peers> open_peers(const Plan& plan) {
  Peers peers;
  for (const std::int64_t pid : plan.peers) {
    auto process = sys::pidfd_open(static_cast<pid_t>(pid));
    if (!process) return process.error();
    peers[pid] = std::move(*process);
  }
  const auto tree = peers.find(plan.among);
  if (tree == peers.end()) return peers;
  const Outcome joined = sys::setns(tree->second.get(), CLONE_NEWPID);
  if (!joined) return joined.error();
  return peers;
}

}  // namespace

Result<Child, StartFault> launch(const Plan& plan, int control, int cgroup,
                                 std::vector<sys::Message>* early) {
  Child child;
  Streams streams;
  const Outcome opened = open_streams(plan, &child, &streams);
  if (!opened) return fault(opened.error());
  auto words = sys::socket_pair();
  if (!words) return fault(words.error());
  const auto peers = open_peers(plan);
  if (!peers) return fault(peers.error());
  sys::Clone how;
  how.flags = plan.namespaces;
  how.cgroup = cgroup;
  const auto pid = sys::clone(how);
  if (!pid) return fault(pid.error());
  if (*pid == 0) {
    sys::take_role("child", std::string(sys::fault_spec()));
    // Or a shim that dies now would be waited for in vain.
    words->ours.close();
    become(plan, streams, words->theirs.get(), *peers);
  }
  if (sys::listener) {
    (void)sys::send(control, pack({"calls", "shim", pack(*sys::listener)}));
    sys::listener->clear();
  }
  child.pid = *pid;
  child.process = std::move(how.pidfd);
  words->theirs.close();
  const Outcome admitted = admit(plan, child, control, early);
  Result<std::monostate, StartFault> became = std::monostate{};
  if (admitted) {
    (void)sys::send(words->ours.get(), "go");
    became = await_exec(&child, words->ours.get(), control);
  } else {
    became = fault(admitted.error());
  }
  if (!became) {
    (void)sys::pidfd_send_signal(child.process.get(), SIGKILL);
    (void)sys::wait_for(child.process.get());
    return became.error();
  }
  if (child.terminal) {
    child.out.close();
    child.err.close();
  }
  return child;
}

}  // namespace drydock::realmode
