// streams.cc — delivering output, keeping the log, reading it back.

#include "sim/machine/streams.h"

#include <algorithm>
#include <utility>

namespace drydock::machine {

using engine::Chunk;
using engine::LogEntry;
using engine::Stream;

void Log::add(Stream stream, std::string_view bytes) {
  Bytes& partial = stream == Stream::err ? partial_err_ : partial_out_;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t room = kEntryMax - partial.size();
    const std::size_t wanted =
        newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::size_t taken = std::min(wanted, room);
    partial += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (partial.ends_with('\n') || partial.size() == kEntryMax) {
      append(stream, partial);
      partial.clear();
    }
  }
}

void Log::flush() {
  if (!partial_out_.empty()) append(Stream::out, partial_out_);
  if (!partial_err_.empty()) append(Stream::err, partial_err_);
  partial_out_.clear();
  partial_err_.clear();
}

void Log::append(Stream stream, std::string_view line) {
  entries_.push_back({clock_.now(), stream, Bytes(line)});
  bytes_ += static_cast<std::int64_t>(line.size());
  while (bytes_ > kBytesMax) {
    bytes_ -= static_cast<std::int64_t>(entries_.front().bytes.size());
    entries_.pop_front();
    ++first_;
  }
  grown_.notify_all();
}

Log& Streams::log() {
  if (!log_) log_ = std::make_unique<Log>(clock_);
  return *log_;
}

bool Streams::deliver(Stream stream, std::string_view bytes) {
  const bool full = std::ranges::any_of(listeners_, [](const Listener* ear) {
    return ear->backlog_bytes_ >= kBacklogMax;
  });
  if (full) return false;
  if (keep_log_) log().add(stream, bytes);
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
    Log& log = streams_->log();
    next_ = log.first();
    if (spec_.tail) {
      const auto lines =
          static_cast<std::uint64_t>(std::max<std::int64_t>(*spec_.tail, 0));
      if (log.end() - log.first() > lines) next_ = log.end() - lines;
    }
  }

  Task<Result<std::optional<LogEntry>>> next() override {
    Log& log = streams_->log();
    for (;;) {
      next_ = std::max(next_, log.first());
      while (next_ < log.end()) {
        const LogEntry& entry = log.at(next_++);
        if (spec_.since && entry.time < *spec_.since) continue;
        if (spec_.until && entry.time > *spec_.until) continue;
        co_return std::optional<LogEntry>(entry);
      }
      if (!spec_.follow || streams_->closed()) {
        co_return std::optional<LogEntry>();
      }
      co_await log.grown().wait();
    }
  }

 private:
  std::shared_ptr<Streams> streams_;
  engine::LogSpec spec_;
  std::uint64_t next_ = 0;
};

}  // namespace

std::unique_ptr<engine::LogReader> read_log(std::shared_ptr<Streams> streams,
                                            engine::LogSpec spec) {
  return std::make_unique<SimLogReader>(std::move(streams), spec);
}

}  // namespace drydock::machine
