// streams.cc — pumping bytes, signals and sizes between two ends.

#include "sim/cli/streams.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/cli/call.h"

namespace drydock::cli {

namespace {

// signal(7), x86-64.
constexpr int kSigInt = 2, kSigPipe = 13, kSigChld = 17, kSigWinch = 28,
              kSigUrg = 23;

std::optional<char> key_of(std::string_view name) {
  if (name.size() == 1) return name.front();
  if (!name.starts_with("ctrl-") || name.size() != 6) return std::nullopt;
  const char letter = name.back();
  if ('a' <= letter && letter <= 'z') {
    return static_cast<char>(letter - 'a' + 1);
  }
  constexpr std::string_view kOthers = "@[\\]^_";
  const std::size_t at = kOthers.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<char>(at == 0 ? 0 : 26 + at);
}

}  // namespace

std::optional<std::string> parse_detach_keys(std::string_view text) {
  std::string keys;
  for (const std::string& name : split(text, ',')) {
    const std::optional<char> key = key_of(name);
    if (!key) return std::nullopt;
    keys += *key;
  }
  return keys;
}

Streams::Streams(Client& client, engine::Attachment& attachment,
                 StreamPlan plan)
    : client_(client),
      attachment_(attachment),
      plan_(std::move(plan)),
      fibers_(client.engine.backend().executor()) {
  if (!plan_.tty) return;
  const std::string named =
      plan_.detach_keys.empty() ? "ctrl-p,ctrl-q" : plan_.detach_keys;
  keys_ = parse_detach_keys(named).value_or("\x10\x11");
  if (plan_.in && client_.console.in_is_terminal()) {
    client_.console.set_raw(true);
  }
}

Streams::~Streams() {
  if (plan_.tty && plan_.in && client_.console.in_is_terminal()) {
    client_.console.set_raw(false);
  }
}

void Streams::begin() {
  fibers_.spawn(pump_out(*this));
  if (plan_.in) fibers_.spawn(pump_in(*this));
  if (plan_.sig_proxy || plan_.tty) fibers_.spawn(pump_signals(*this));
}

Task<void> Streams::pump_out(Streams& streams) {
  for (;;) {
    Result<engine::Chunk> chunk = co_await streams.attachment_.next();
    if (!chunk || chunk->bytes.empty()) break;
    ByteSink& sink = chunk->stream == engine::Stream::err
                         ? streams.client_.console.err()
                         : streams.client_.console.out();
    const Outcome written = co_await sink.write(std::move(chunk->bytes));
    if (!written) break;
  }
  streams.ended_.set();
  streams.changed_.notify_all();
}

/// Takes the detach keys out of what was typed.  A key that may begin them is
/// held back until the next one tells.
Task<Bytes> Streams::without_keys(Bytes bytes) {
  Bytes rest;
  for (const char key : bytes) {
    if (key == keys_[matched_]) {
      if (++matched_ < keys_.size()) continue;
      detached_.set();
      changed_.notify_all();
      co_return rest;
    }
    rest += keys_.substr(0, matched_);
    matched_ = key == keys_[0] ? 1 : 0;
    if (matched_ == 0) rest += key;
  }
  co_return rest;
}

Task<bool> Streams::pass_on(Bytes bytes) {
  if (plan_.tty) bytes = co_await without_keys(std::move(bytes));
  if (!bytes.empty()) {
    const Outcome written = co_await attachment_.in().write(std::move(bytes));
    if (!written) co_return false;
  }
  co_return !detached_.happened();
}

Task<void> Streams::pump_in(Streams& streams) {
  ByteSource& in = streams.client_.console.in();
  for (;;) {
    Result<Bytes> bytes = co_await in.read(kChunk);
    if (!bytes || bytes->empty()) break;
    const bool more = co_await streams.pass_on(*std::move(bytes));
    if (!more) co_return;
  }
  streams.attachment_.in().close();
}

Task<void> Streams::resize() {
  if (!plan_.tty || !client_.console.out_is_terminal()) co_return;
  const TerminalSize size = client_.console.terminal_size();
  if (size.rows == 0 && size.columns == 0) co_return;  // It does not know.
  if (plan_.exec.empty()) {
    const engine::Done done = co_await client_.engine.resize(
        plan_.container, size.rows, size.columns);
    static_cast<void>(done);
  } else {
    const engine::Done done = co_await client_.engine.exec_resize(
        plan_.exec, size.rows, size.columns);
    static_cast<void>(done);
  }
}

Task<void> Streams::pump_signals(Streams& streams) {
  for (;;) {
    const Interrupt interrupt = co_await streams.client_.console.next_signal();
    const int number = interrupt.signal;
    if (number == kSigWinch && streams.plan_.tty) {
      co_await streams.resize();
      continue;
    }
    if (number == kSigChld || number == kSigPipe || number == kSigUrg ||
        number == kSigWinch) {
      continue;
    }
    if (!streams.plan_.sig_proxy) {
      streams.signal_ = number == 0 ? kSigInt : number;
      streams.interrupted_.set();
      streams.changed_.notify_all();
      co_return;
    }
    const engine::Done done = co_await streams.client_.engine.kill(
        streams.plan_.container, std::to_string(number));
    static_cast<void>(done);
  }
}

Task<StreamEnd> Streams::wait() {
  while (!ended_.happened() && !detached_.happened() &&
         !interrupted_.happened()) {
    co_await changed_.wait();
  }
  if (detached_.happened()) co_return StreamEnd::detached;
  if (ended_.happened()) co_return StreamEnd::ended;
  co_return StreamEnd::interrupted;
}

}  // namespace drydock::cli
