// streams.h — what a container prints and reads: its log, and who listens.
//
// The simulated counterpart of docker's shim.  Output reaches the log and every
// attached client in the same moment, so when a process has ended all that it
// wrote has been delivered.  A client that does not read makes the writer wait.

#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "sim/base/fiber.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"
#include "sim/machine/log.h"

namespace drydock::machine {

/// The streams of one process of a container: PID 1's, or an exec's.
class Streams {
 public:
  class Listener;

  explicit Streams(const Clock& clock) : clock_(clock) {}

  /// From the process.  False when a listener must catch up first: wait for
  /// drained().
  bool deliver(engine::Stream stream, std::string_view bytes);
  WaitQueue& drained() { return drained_; }

  /// A new run begins, or the process has ended.
  void open();
  void close();
  bool closed() const { return closed_; }
  WaitQueue& ended() { return ended_; }

  /// From now on all output is logged there; a log that is open goes on.
  void keep_log(LogPlace place);
  Log* log();  // Null: none is kept.

  // Standard input, when the process has one.
  void feed(Bytes bytes) { input_ += bytes; }
  Bytes& input() { return input_; }
  bool input_ended() const { return input_ended_; }
  void end_input();
  WaitQueue& fed() { return fed_; }
  WaitQueue& taken() { return taken_; }

  static constexpr std::size_t kInputMax = 64 * 1024;
  static constexpr std::size_t kBacklogMax = 1 << 20;

 private:
  friend class Listener;
  const Clock& clock_;
  bool closed_ = true;
  std::uint64_t runs_ = 0;  // Times opened.
  bool input_ended_ = false;
  std::optional<LogPlace> log_place_;
  std::unique_ptr<Log> log_;  // Once somebody has written or read.
  std::vector<Listener*> listeners_;
  Bytes input_;
  WaitQueue fed_, taken_, drained_, ended_;
};

/// One client's ear.
class Streams::Listener {
 public:
  Listener(std::shared_ptr<Streams> streams, bool out, bool err);
  Listener(const Listener&) = delete;
  ~Listener();

  /// The next piece; empty at the end of the process.
  Task<Result<engine::Chunk>> next();

 private:
  friend class Streams;
  bool wants(engine::Stream stream) const;
  bool ended() const;

  std::shared_ptr<Streams> streams_;
  bool out_, err_;
  std::uint64_t last_run_;  // Who comes before a start waits for its end.
  std::list<engine::Chunk> backlog_;  // Of most clients, empty.
  std::size_t backlog_bytes_ = 0;
  WaitQueue arrived_;
};

/// `docker logs`: what is there, and with `follow` what comes until the end.
std::unique_ptr<engine::LogReader> read_log(std::shared_ptr<Streams> streams,
                                            engine::LogSpec spec);

}  // namespace drydock::machine
