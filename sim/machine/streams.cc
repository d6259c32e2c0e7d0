// streams.cc — delivering output, keeping the log, reading it back.

#include "sim/machine/streams.h"

#include <algorithm>
#include <utility>

namespace drydock::machine {

using engine::Chunk;
using engine::LogEntry;
using engine::Stream;

void Streams::keep_log(LogPlace place) {
  if (!log_) log_place_ = std::move(place);
}

Log* Streams::log() {
  if (!log_ && log_place_) {
    log_ = std::make_unique<Log>(clock_, *std::exchange(log_place_, {}));
  }
  return log_.get();
}

bool Streams::deliver(Stream stream, std::string_view bytes) {
  const bool full = std::ranges::any_of(listeners_, [](const Listener* ear) {
    return ear->backlog_bytes_ >= kBacklogMax;
  });
  if (full) return false;
  if (Log* const kept = log()) kept->add(stream, bytes);
  for (Listener* const ear : listeners_) {
    if (!ear->wants(stream)) continue;
    ear->backlog_.push_back({stream, Bytes(bytes)});
    ear->backlog_bytes_ += bytes.size();
    ear->arrived_.notify_all();
  }
  return true;
}

void Streams::open() {
  closed_ = false;
  ++runs_;
}

void Streams::close() {
  if (closed_) return;
  closed_ = true;
  input_.clear();
  input_ended_ = false;
  if (log_) {
    log_->flush();
    log_->grown().notify_all();
  }
  for (Listener* const ear : listeners_) ear->arrived_.notify_all();
  taken_.notify_all();
  ended_.notify_all();
}

void Streams::end_input() {
  input_ended_ = true;
  fed_.notify_all();
}

Streams::Listener::Listener(std::shared_ptr<Streams> streams, bool out,
                            bool err)
    : streams_(std::move(streams)),
      out_(out),
      err_(err),
      last_run_(streams_->runs_ + (streams_->closed_ ? 1 : 0)) {
  streams_->listeners_.push_back(this);
}

Streams::Listener::~Listener() {
  std::erase(streams_->listeners_, this);
  streams_->drained_.notify_all();
}

bool Streams::Listener::wants(Stream stream) const {
  return stream == Stream::err ? err_ : out_;
}

bool Streams::Listener::ended() const {
  return streams_->closed_ && streams_->runs_ >= last_run_;
}

Task<Result<Chunk>> Streams::Listener::next() {
  while (backlog_.empty() && !ended()) co_await arrived_.wait();
  if (backlog_.empty()) co_return Chunk{};
  Chunk chunk = std::move(backlog_.front());
  backlog_.pop_front();
  backlog_bytes_ -= chunk.bytes.size();
  streams_->drained_.notify_all();
  co_return chunk;
}

namespace {

class SimLogReader final : public engine::LogReader {
 public:
  SimLogReader(std::shared_ptr<Streams> streams, engine::LogSpec spec)
      : streams_(std::move(streams)), spec_(spec) {
    const Log* const log = streams_->log();
    if (!log) return;
    next_ = spec_.tail ? log->tail(*spec_.tail) : log->begin();
  }

  Task<Result<std::optional<LogEntry>>> next() override {
    Log* const log = streams_->log();
    if (!log) co_return std::optional<LogEntry>();
    for (;;) {
      while (std::optional<LogEntry> entry = log->read(next_)) {
        if (spec_.since && entry->time < *spec_.since) continue;
        if (spec_.until && entry->time > *spec_.until) continue;
        co_return entry;
      }
      if (!spec_.follow || streams_->closed()) {
        co_return std::optional<LogEntry>();
      }
      co_await log->grown().wait();
    }
  }

 private:
  std::shared_ptr<Streams> streams_;
  engine::LogSpec spec_;
  std::int64_t next_ = 0;
};

}  // namespace

std::unique_ptr<engine::LogReader> read_log(std::shared_ptr<Streams> streams,
                                            engine::LogSpec spec) {
  return std::make_unique<SimLogReader>(std::move(streams), spec);
}

}  // namespace drydock::machine
