// loop.cc — turns, timers and descriptors over an io_context.

#include "realmode/daemon/loop.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <ctime>

#include "sim/base/wait.h"

namespace drydock::realmode {

namespace asio = boost::asio;

struct Loop::Asio {
  asio::io_context context{1};  // One thread.
  asio::executor_work_guard<asio::io_context::executor_type> work =
      asio::make_work_guard(context);
  asio::steady_timer alarm{context};
};

Loop::Loop() : asio_(std::make_unique<Asio>()) {}
Loop::~Loop() { drop_all(); }

Time Loop::now() const {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec * kSecond + now.tv_nsec};
}

void Loop::make_ready(Fiber& fiber) {
  if (fiber.linked()) return;
  fiber.insert_before(ready_);
  if (std::exchange(turn_posted_, true)) return;
  asio::post(asio_->context, [this] { turn(); });
}

/// Everybody who is ready now has one turn; the kernel is asked in between.
void Loop::turn() {
  turn_posted_ = false;
  Link batch;
  while (ready_.linked()) {
    Link& first = *ready_.next();
    first.insert_before(batch);
  }
  while (batch.linked()) {
    Fiber& fiber = static_cast<Fiber&>(*batch.next());
    fiber.unlink();
    fiber.resume();
    if (fiber.finished()) spawned_.erase(&fiber);
    reap();
  }
}

void Loop::add_timer(Timer& timer) {
  const TimerKey key{timer.due(), next_timer_++};
  timers_.emplace(key, &timer);
  keys_.emplace(&timer, key);
  if (timers_.begin()->second == &timer) arm();
}

void Loop::remove_timer(Timer& timer) {
  const auto key = keys_.find(&timer);
  if (key == keys_.end()) return;
  timers_.erase(key->second);
  keys_.erase(key);
}

void Loop::arm() {
  if (timers_.empty()) return;
  const Nanoseconds wait = timers_.begin()->first.first - now();
  asio_->alarm.expires_after(
      std::chrono::nanoseconds(std::max<Nanoseconds>(wait, 0)));
  asio_->alarm.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void Loop::fire() {
  const Time until = now();
  while (!timers_.empty() && timers_.begin()->first.first <= until) {
    Timer* const timer = timers_.begin()->second;
    remove_timer(*timer);
    timer->sleeper().wake();
  }
  arm();
}

void Loop::spawn(Task<void> body) {
  auto fiber = std::make_unique<Fiber>(*this, std::move(body), nullptr);
  Fiber& spawned = *fiber;
  spawned_.emplace(&spawned, std::move(fiber));
  spawned.wake();
}

void Loop::bury(std::unique_ptr<Fiber> fiber) {
  graves_.push_back(std::move(fiber));
  if (!Fiber::current()) reap();
}

void Loop::reap() {
  while (!graves_.empty()) {
    const std::vector<std::unique_ptr<Fiber>> graves =
        std::exchange(graves_, {});
  }
}

void Loop::run() { asio_->context.run(); }
void Loop::stop() { asio_->context.stop(); }

void Loop::drop_all() {
  while (!spawned_.empty()) spawned_.erase(spawned_.begin());
  reap();
}

// --- Descriptors -------------------------------------------------------------

struct Watched::Descriptor {
  Descriptor(asio::io_context& context, int fd) : stream(context) {
    boost::system::error_code ignored;
    stream.assign(fd, ignored);
  }
  ~Descriptor() {
    if (stream.is_open()) stream.release();
  }

  asio::posix::stream_descriptor stream;
};

Watched::Watched(Loop& loop, int fd) : loop_(loop), fd_(fd) {
  struct stat status = {};
  const bool waits = ::fstat(fd, &status) == 0 && !S_ISREG(status.st_mode) &&
                     !S_ISDIR(status.st_mode);
  if (!waits) return;
  descriptor_ = std::make_unique<Descriptor>(loop.asio_->context, fd);
  if (!descriptor_->stream.is_open()) descriptor_.reset();
}

Watched::~Watched() = default;

namespace {

Task<void> await(asio::posix::stream_descriptor& stream,
                 asio::posix::stream_descriptor::wait_type what) {
  // Shared with the handler, which may come after whoever waits has gone.
  const auto news = std::make_shared<Event>();
  stream.async_wait(what,
                    [news](const boost::system::error_code&) { news->set(); });
  co_await wait_for(*news);
}

}  // namespace

Task<bool> Watched::readable_until(Time due) {
  if (!descriptor_) co_return true;
  const auto news = std::make_shared<Event>();
  descriptor_->stream.async_wait(
      asio::posix::stream_descriptor::wait_read,
      [news](const boost::system::error_code&) { news->set(); });
  while (!news->happened() && loop_.now() < due) {
    co_await news->queue().wait_until(due);
  }
  co_return news->happened();
}

Task<void> Watched::readable() {
  if (!descriptor_) co_return;
  co_await await(descriptor_->stream,
                 asio::posix::stream_descriptor::wait_read);
}

Task<void> Watched::writable() {
  if (!descriptor_) co_return;
  co_await await(descriptor_->stream,
                 asio::posix::stream_descriptor::wait_write);
}

}  // namespace drydock::realmode
