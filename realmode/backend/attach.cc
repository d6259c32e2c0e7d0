// attach.cc — clients at a container's streams: a socket to its shim.

#include <sys/socket.h>

#include <utility>

#include "realmode/backend/real_backend.h"
#include "realmode/shim/protocol.h"
#include "realmode/sys/sockets.h"

namespace drydock::realmode {

using engine::Chunk;
using engine::ContainerId;
using engine::ExecId;
using engine::Stream;

namespace {

/// What the client types, on its way to the shim.
class InputSink final : public ByteSink {
 public:
  InputSink(const sys::Fd& socket, Watched& watched)
      : socket_(socket), watched_(watched) {}

  Task<Outcome> write(Bytes bytes) override {
    for (std::size_t at = 0; at < bytes.size(); at += kPieceMax) {
      const std::string message = "i" + bytes.substr(at, kPieceMax);
      for (;;) {
        const Outcome sent = sys::send(socket_.get(), message, MSG_DONTWAIT);
        if (sent) break;
        if (errno != EAGAIN) co_return Error{"the process has ended"};
        co_await watched_.writable();
      }
    }
    co_return done();
  }

  void close() override { (void)sys::send(socket_.get(), "c", MSG_DONTWAIT); }

 private:
  const sys::Fd& socket_;
  Watched& watched_;
};

class RealAttachment final : public engine::Attachment {
 public:
  RealAttachment(Loop& loop, sys::Fd socket)
      : socket_(std::move(socket)),
        watched_(loop, socket_.get()),
        in_(socket_, watched_) {}

  ByteSink& in() override { return in_; }

  Task<Result<Chunk>> next() override {
    for (;;) {
      const auto message =
          sys::receive(socket_.get(), kMessageMax, MSG_DONTWAIT);
      if (!message && errno == EAGAIN) {
        co_await watched_.readable();
        continue;
      }
      if (!message || message->bytes.empty()) co_return Chunk{};
      const Stream stream =
          message->bytes[0] == 'e' ? Stream::err : Stream::out;
      co_return Chunk{stream, message->bytes.substr(1)};
    }
  }

 private:
  sys::Fd socket_;
  Watched watched_;
  InputSink in_;
};

/// When not even a socket is to be had: a client that sees the end at once.
class NoAttachment final : public engine::Attachment {
 public:
  ByteSink& in() override { return in_; }
  Task<Result<Chunk>> next() override { co_return Chunk{}; }

 private:
  StringSink in_;
};

}  // namespace

std::unique_ptr<engine::Attachment> RealBackend::attach(
    ContainerId id, ExecId exec, engine::AttachSpec spec) {
  auto pair = sys::socket_pair();
  if (!pair) return std::make_unique<NoAttachment>();
  process(id, exec).attach(std::move(pair->theirs), spec);
  return std::make_unique<RealAttachment>(loop_, std::move(pair->ours));
}

Task<Outcome> RealBackend::resize(ContainerId id, ExecId exec, int rows,
                                  int columns) {
  ShimProcess& mine = process(id, exec);
  if (!mine.is_running()) co_return done();
  const Words words = {"resize", std::to_string(rows), std::to_string(columns)};
  co_return mine.say(words);
}

}  // namespace drydock::realmode
