// streams.h — a terminal at a container's streams: run, start -a, attach, exec.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/wait.h"
#include "sim/cli/docker.h"

namespace drydock::cli {

/// The keys that detach; nullopt if the text names no keys.
std::optional<std::string> parse_detach_keys(std::string_view text);

struct StreamPlan {
  bool in = false;          // Pass our input on.
  bool tty = false;         // Raw, with detach keys.
  bool sig_proxy = false;   // Pass our signals on to PID 1.
  std::string detach_keys;  // As typed; empty: ctrl-p,ctrl-q.
  std::string container;    // Id, for signals and sizes.
  engine::ExecId exec;      // Empty: PID 1's streams.
};

enum class StreamEnd {
  ended,        // No more output will come.
  detached,     // By the detach keys.
  interrupted,  // By a signal that nobody passes on.
};

/// One client at one attachment.  `begin` may come before the process starts:
/// nothing is missed, nothing is read before.
class Streams {
 public:
  Streams(Client& client, engine::Attachment& attachment, StreamPlan plan);
  Streams(const Streams&) = delete;
  ~Streams();

  void begin();
  /// Tells the terminal's size to the process; after it has started.
  Task<void> resize();
  Task<StreamEnd> wait();

  int signal() const { return signal_; }

 private:
  static Task<void> pump_out(Streams& streams);
  static Task<void> pump_in(Streams& streams);
  static Task<void> pump_signals(Streams& streams);
  Task<bool> pass_on(Bytes bytes);
  Task<Bytes> without_keys(Bytes bytes);

  Client& client_;
  engine::Attachment& attachment_;
  StreamPlan plan_;
  std::string keys_;
  std::size_t matched_ = 0;  // Of the detach keys.
  int signal_ = 0;
  Event ended_, detached_, interrupted_;
  WaitQueue changed_;
  FiberScope fibers_;
};

}  // namespace drydock::cli
