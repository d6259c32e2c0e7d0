// attach.cc — clients at a container's streams.

#include <utility>

#include "sim/kernel/tty.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::ExecId;

namespace {

/// What the client types: to the terminal, or down the pipe.
class InputSink final : public ByteSink {
 public:
  InputSink(std::shared_ptr<Streams> streams, const ContainerProcess& process,
            bool once)
      : streams_(std::move(streams)), process_(process), once_(once) {}

  Task<Outcome> write(Bytes bytes) override {
    if (process_.tty) {
      for (const char key : bytes) {
        while (!process_.tty->type(key)) {
          if (streams_->closed()) co_return Error{"the process has ended"};
          co_await process_.tty->room_news.wait();
        }
      }
      co_return done();
    }
    while (streams_->input().size() >= Streams::kInputMax) {
      if (streams_->closed()) co_return Error{"the process has ended"};
      co_await streams_->taken().wait();
    }
    streams_->feed(std::move(bytes));
    streams_->fed().notify_all();
    co_return done();
  }

  /// A container that was started with -i in the background keeps its input
  /// open when a client leaves: only StdinOnce closes it.
  void close() override {
    if (process_.tty || !once_) return;
    streams_->end_input();
  }

 private:
  std::shared_ptr<Streams> streams_;
  const ContainerProcess& process_;
  bool once_;
};

class SimAttachment final : public engine::Attachment {
 public:
  SimAttachment(ContainerProcess& process, engine::AttachSpec spec,
                ClientTable& clients)
      : listener_(process.streams, spec.out, spec.err),
        in_(process.streams, process, spec.stdin_once),
        clients_(clients) {
    const Fiber* const caller = Fiber::current();
    if (spec.in && caller) client_ = caller->group();
    if (client_) clients_[client_] = &process;
  }
  ~SimAttachment() override {
    if (client_) clients_.erase(client_);
  }

  ByteSink& in() override { return in_; }
  Task<Result<engine::Chunk>> next() override { return listener_.next(); }

 private:
  Streams::Listener listener_;
  InputSink in_;
  ClientTable& clients_;
  const FiberGroup* client_ = nullptr;
};

}  // namespace

std::unique_ptr<engine::Attachment> SimBackend::attach(
    ContainerId id, ExecId exec, engine::AttachSpec spec) {
  ContainerProcess& mine = process(id, exec);
  streams_of(mine);
  return std::make_unique<SimAttachment>(mine, spec, clients_);
}

Task<Outcome> SimBackend::resize(ContainerId id, ExecId exec, int rows,
                                 int columns) {
  const ContainerProcess& mine = process(id, exec);
  if (mine.tty) mine.tty->set_window_size({rows, columns});
  co_return done();
}

std::unique_ptr<engine::LogReader> SimBackend::logs(ContainerId id,
                                                    engine::LogSpec spec) {
  ContainerProcess& mine = container(id).main;
  return read_log(streams_of(mine), spec);
}

bool SimBackend::is_attached(const kernel::Tty& tty) const {
  const Fiber* const reader = tty.input.first();
  return reader && clients_.contains(reader->group());
}

const kernel::Tty& SimBackend::person_tty(const kernel::Tty& tty) const {
  const Fiber* const reader = tty.input.first();
  const auto client = reader ? clients_.find(reader->group()) : clients_.end();
  if (client == clients_.end() || !client->second->tty) return tty;
  return person_tty(*client->second->tty);
}

bool SimBackend::awaits_person(const kernel::Tty& tty) const {
  const Fiber* const reader = tty.input.first();
  if (!reader) return false;
  const auto client = clients_.find(reader->group());
  if (client == clients_.end()) return true;
  // A docker client reads ahead; what counts is whom it reads for.
  const ContainerProcess& behind = *client->second;
  if (behind.tty) return awaits_person(*behind.tty);
  return behind.streams && !behind.streams->fed().empty();
}

}  // namespace drydock::machine
