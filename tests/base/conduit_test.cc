// conduit_test.cc — what goes in comes out, in order, and no more is held than
// fits.

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "sim/base/conduit.h"
#include "sim/base/scheduler.h"

using namespace drydock;

namespace {

constexpr std::size_t kPieces = 200;

Task<Outcome> write_much(ByteSink& to, std::size_t& written, bool fails) {
  for (std::size_t i = 0; i < kPieces; ++i) {
    Bytes piece(kChunk, static_cast<char>(i));
    ++written;
    const Outcome done = co_await to.write(std::move(piece));
    if (!done) co_return done;
  }
  if (fails) co_return Error{"the pen broke"};
  co_return done();
}

struct Seen {
  std::size_t bytes = 0, ahead_max = 0;
  bool in_order = true;
  std::string fault;
};

Task<void> read_slowly(Conduit& conduit, const std::size_t& written,
                       Seen& seen) {
  for (;;) {
    const Result<Bytes> piece = co_await conduit.read(kChunk);
    if (!piece) seen.fault = piece.error().text;
    if (!piece || piece->empty()) co_return;
    const char wanted = static_cast<char>(seen.bytes / kChunk);
    seen.in_order = seen.in_order && piece->front() == wanted;
    seen.bytes += piece->size();
    seen.ahead_max = std::max(seen.ahead_max, written * kChunk - seen.bytes);
    co_await yield_turn();
  }
}

Seen pass(bool fails) {
  Scheduler scheduler;
  Conduit conduit;
  Seen seen;
  std::size_t written = 0;
  scheduler.spawn(fill(conduit, write_much(conduit, written, fails)));
  scheduler.spawn(read_slowly(conduit, written, seen));
  (void)scheduler.run_ready();
  return seen;
}

}  // namespace

TEST_CASE("a conduit passes all on, and holds about a megabyte") {
  const Seen seen = pass(false);
  CHECK(seen.bytes == kPieces * kChunk);
  CHECK(seen.in_order);
  CHECK(seen.fault.empty());
  CHECK(seen.ahead_max < std::size_t{2} << 20);
}

TEST_CASE("a reader hears that the writer failed, after what it wrote") {
  const Seen seen = pass(true);
  CHECK(seen.bytes == kPieces * kChunk);
  CHECK(seen.fault == "the pen broke");
}
