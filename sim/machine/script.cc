// script.cc — pumping a command's streams from outside of the machine.

#include "sim/machine/script.h"

#include <utility>

#include "sim/machine/container_files.h"

namespace drydock::machine {

namespace {

constexpr std::uint64_t kLastTurns = 4096;

/// Carries output to the caller as it comes.
Task<void> carry(std::shared_ptr<Streams> streams,
                 const ScriptStreams& caller) {
  Streams::Listener ear(streams, true, true);
  for (;;) {
    const Result<engine::Chunk> chunk = co_await ear.next();
    if (!chunk || chunk->bytes.empty()) co_return;
    (chunk->stream == engine::Stream::err ? caller.err
                                          : caller.out)(chunk->bytes);
  }
}

/// Fetches input when somebody waits for it.
void feed(Streams& streams, const ScriptStreams& caller) {
  if (streams.fed().empty() || streams.input_ended()) return;
  std::string piece = caller.in ? caller.in() : std::string();
  if (piece.empty()) {
    streams.end_input();
  } else {
    streams.feed(std::move(piece));
    streams.fed().notify_all();
  }
}

}  // namespace

ScriptResult run_script(Machine& machine, List argv, std::string cwd,
                        const ScriptStreams& caller, const List& environment) {
  Scheduler& scheduler = machine.scheduler();
  const auto streams = std::make_shared<Streams>(scheduler);
  streams->open();
  Fiber carrier(scheduler, carry(streams, caller), nullptr);
  carrier.wake();
  scheduler.run_ready();

  HostCommand command;
  const std::string name = argv.front();
  command.argv = std::move(argv);
  command.cwd = std::move(cwd);
  command.environment = environment;
  command.fds = standard_files(input_file(streams), streams);
  const auto handle = machine.spawn(std::move(command));
  if (!handle) {
    return {127, name + ": " + std::string(text_of(handle.error()))};
  }
  ScriptResult result;
  while (!(*handle)->ended.happened()) {
    const Scheduler::Stop stop = scheduler.run_ready();
    if (stop == Scheduler::Stop::exhausted) {
      result.trouble = "the script runs without end and without waiting";
      result.endless = true;
      break;
    }
    feed(*streams, caller);
    if (scheduler.has_ready() || (*handle)->ended.happened()) continue;
    if (!scheduler.has_timers()) {
      result.trouble = "the script waits for what can never happen";
      break;
    }
    scheduler.advance(Time{INT64_MAX});
  }
  result.status = result.trouble.empty() ? (*handle)->status.shell_status()
                                         : 128 + kernel::kSigKill;
  streams->close();
  // What was said last is carried; what spins gets no second go at it.
  if (result.endless) scheduler.set_turn_limit(kLastTurns);
  scheduler.run_ready();
  return result;
}

}  // namespace drydock::machine
