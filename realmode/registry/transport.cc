// transport.cc — libcurl's multi interface, driven by one epoll set.

#include "realmode/registry/transport.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace drydock::realmode {

Transport::Transport(Loop& loop) : loop_(loop) {}

/// At the first request: most daemons never make one.
void Transport::begin() {
  if (multi_) return;
  events_ = sys::Fd(::epoll_create1(EPOLL_CLOEXEC));
  alarm_ =
      sys::Fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = alarm_.get();
  (void)::epoll_ctl(events_.get(), EPOLL_CTL_ADD, alarm_.get(), &event);
  watched_ = std::make_unique<Watched>(loop_, events_.get());
  multi_ = late::curl().multi_init();
  late::curl().multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  late::curl().multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  late::curl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_alarm);
  late::curl().multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  server_ = std::make_unique<Fiber>(loop_, serve(*this), nullptr);
  server_->wake();
}

Transport::~Transport() {
  server_.reset();
  if (multi_) late::curl().multi_cleanup(multi_);
}

int Transport::on_socket(CURL*, curl_socket_t socket, int what, void* self,
                         void* known) {
  auto& transport = *static_cast<Transport*>(self);
  if (what == CURL_POLL_REMOVE) {
    (void)::epoll_ctl(transport.events_.get(), EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event = {};
  if (what != CURL_POLL_OUT) event.events |= EPOLLIN;
  if (what != CURL_POLL_IN) event.events |= EPOLLOUT;
  event.data.fd = socket;
  (void)::epoll_ctl(transport.events_.get(),
                    known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  late::curl().multi_assign(transport.multi_, socket,
                            self);  // Known from now on.
  return 0;
}

int Transport::on_alarm(CURLM*, long milliseconds, void* self) {
  auto& transport = *static_cast<Transport*>(self);
  itimerspec when = {};
  if (milliseconds >= 0) {
    when.it_value.tv_sec = milliseconds / 1000;
    // Zero would call the alarm off.
    when.it_value.tv_nsec = std::max(milliseconds % 1000 * 1'000'000, 1L);
  }
  (void)::timerfd_settime(transport.alarm_.get(), 0, &when, nullptr);
  return 0;
}

Task<void> Transport::serve(Transport& transport) {
  for (;;) {
    co_await transport.watched_->readable();
    transport.act_on_events();
  }
}

void Transport::act_on_events() {
  std::array<epoll_event, 16> events;
  const int count =
      ::epoll_wait(events_.get(), events.data(), events.size(), 0);
  int running = 0;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == alarm_.get()) {
      std::uint64_t times = 0;
      (void)!::read(alarm_.get(), &times, sizeof times);
      late::curl().multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0,
                                       &running);
      continue;
    }
    int what = 0;
    if (event.events & (EPOLLIN | EPOLLHUP)) what |= CURL_CSELECT_IN;
    if (event.events & EPOLLOUT) what |= CURL_CSELECT_OUT;
    if (event.events & EPOLLERR) what |= CURL_CSELECT_ERR;
    late::curl().multi_socket_action(multi_, event.data.fd, what, &running);
  }
  tell_ended();
}

void Transport::tell_ended() {
  int left = 0;
  while (CURLMsg* const message = late::curl().multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* exchange = nullptr;
    late::curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                              &exchange);
    reinterpret_cast<Exchange*>(exchange)->finish(message->data.result);
  }
}

}  // namespace drydock::realmode
