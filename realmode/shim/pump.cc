// pump.cc — one poll(2) for all that a container and its clients do.

#include "realmode/shim/pump.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "realmode/plan/packing.h"
#include "realmode/shim/protocol.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"

namespace drydock::realmode {

namespace {

constexpr std::size_t kInputMax = 64 * 1024;

/// How long the end of a container waits for clients that do not read.
constexpr int kLastWordsMs = 10'000;

void set_nonblocking(const sys::Fd& fd) {
  if (!fd) return;
  const int flags = ::fcntl(fd.get(), F_GETFL);
  (void)::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK);
}

}  // namespace

Pump::Pump(const Plan& plan, Child child, sys::Fd control,
           std::vector<sys::Message> early)
    : plan_(plan),
      child_(std::move(child)),
      log_(plan.log, plan.log_bounds.max_size, plan.log_bounds.max_file) {
  if (control) controls_.push_back(std::move(control));
  if (!plan.socket.empty()) {
    auto listener = sys::listen_at(plan.socket);
    if (listener) listener_ = std::move(*listener);
  }
  set_nonblocking(child_.in);
  set_nonblocking(child_.out);
  set_nonblocking(child_.err);
  set_nonblocking(child_.terminal);
  for (sys::Message& message : early) {
    const auto words = unpack(message.bytes);
    if (words && !words->empty()) obey(*words, std::move(message.fds));
  }
}

void Pump::watch(Who who, int fd, short events, std::size_t index) {
  table_.push_back({fd, events, 0});
  watches_.push_back({who, index});
}

void Pump::build_table() {
  table_.clear();
  watches_.clear();
  if (!status_) watch(Who::process, child_.process.get(), POLLIN);
  const bool may_read = piece_.empty();
  // Served from the back: of what came at once, standard output is first.
  if (may_read && child_.err) watch(Who::err, child_.err.get(), POLLIN);
  if (may_read && child_.out) watch(Who::out, child_.out.get(), POLLIN);
  if (may_read && child_.terminal) {
    watch(Who::out, child_.terminal.get(), POLLIN);
  }
  if (!input_.empty()) {
    const sys::Fd& to = child_.terminal ? child_.terminal : child_.in;
    if (to) watch(Who::input, to.get(), POLLOUT);
  }
  if (listener_) watch(Who::listener, listener_.get(), POLLIN);
  for (std::size_t i = 0; i < controls_.size(); ++i) {
    watch(Who::control, controls_[i].get(), POLLIN, i);
  }
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const Client& client = clients_[i];
    int events = input_.size() < kInputMax ? POLLIN : 0;
    if (client.owed) events |= POLLOUT;
    watch(Who::client, client.socket.get(), static_cast<short>(events), i);
  }
}

/// Everything that was printed has been taken and delivered.
bool Pump::is_drained() const {
  return piece_.empty() && !child_.out && !child_.err && !child_.terminal;
}

int Pump::run() {
  int patience = kLastWordsMs;
  while (!status_ || (!is_drained() && patience > 0)) {
    build_table();
    // After the end only what is already there is waited for: whoever else
    // may still hold the pipe does not keep the container alive.
    const bool owes = !piece_.empty();
    const int timeout = !status_ ? -1 : owes ? 100 : 0;
    const int count = ::poll(table_.data(), table_.size(), timeout);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 && status_ && !owes) break;
    if (count == 0) patience -= timeout;
    const std::vector<pollfd> table = table_;
    const std::vector<Watch> watches = watches_;
    // From the back: those who leave do not move those who are still to come.
    for (std::size_t i = table.size(); i-- > 0;) {
      if (table[i].revents != 0) serve(watches[i], table[i].revents);
    }
    std::erase_if(clients_,
                  [](const Client& client) { return !client.socket; });
    std::erase_if(controls_, [](const sys::Fd& control) { return !control; });
    deliver();
  }
  log_.flush();
  if (!plan_.status.empty()) {
    (void)sys::replace_file(plan_.status, std::to_string(*status_), 0600);
  }
  clients_.clear();
  const std::string last = pack({"exited", std::to_string(*status_)});
  for (const sys::Fd& control : controls_) {
    (void)sys::send(control.get(), last, MSG_DONTWAIT);
  }
  return *status_;
}

void Pump::serve(const Watch& watch, short news) {
  switch (watch.who) {
    case Who::process: {
      const auto status = sys::wait_for(child_.process.get());
      status_ = status ? *status : 255;
      break;
    }
    case Who::out:
      take_output(false, child_.terminal ? child_.terminal : child_.out);
      break;
    case Who::err:
      take_output(true, child_.err);
      break;
    case Who::input:
      feed();
      break;
    case Who::listener: {
      auto control = sys::accept(listener_.get());
      if (control) controls_.push_back(std::move(*control));
      break;
    }
    case Who::control:
      take_message(watch.index);
      break;
    case Who::client:
      if ((news & (POLLIN | POLLHUP | POLLERR)) != 0) take_input(watch.index);
      break;
  }
}

void Pump::take_output(bool is_err, sys::Fd& from) {
  if (!piece_.empty()) return;  // Of the other stream, this very turn.
  std::array<char, kPieceMax> buffer;
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    // A terminal that nobody holds any more answers EIO.
    from.close();
    return;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  log_.add(is_err, bytes);
  piece_ = is_err ? 'e' : 'o';
  piece_ += bytes;
  for (Client& client : clients_)
    client.owed = is_err ? client.err : client.out;
  deliver();
}

/// Gives the piece at hand to those who have not got it yet.
void Pump::deliver() {
  if (piece_.empty()) return;
  bool owing = false;
  for (Client& client : clients_) {
    if (!client.owed || !client.socket) continue;
    const Outcome sent = sys::send(client.socket.get(), piece_, MSG_DONTWAIT);
    client.owed = !sent && errno == EAGAIN;
    if (!sent && !client.owed) client.socket.close();
    owing = owing || client.owed;
  }
  if (!owing) piece_.clear();
}

/// All that has come: who attaches does so before the next piece of output.
void Pump::take_message(std::size_t index) {
  while (controls_[index]) {
    auto message =
        sys::receive(controls_[index].get(), kMessageMax, MSG_DONTWAIT);
    if (!message && errno == EAGAIN) return;
    if (!message || message->bytes.empty()) {
      controls_[index].close();
      return;
    }
    const auto words = unpack(message->bytes);
    if (words && !words->empty()) obey(*words, std::move(message->fds));
  }
}

void Pump::obey(const List& words, std::vector<sys::Fd> fds) {
  if (words[0] == "attach" && words.size() == 4 && fds.size() == 1) {
    Client client;
    client.socket = std::move(fds.front());
    client.in = !words[1].empty();
    client.out = !words[2].empty();
    client.err = !words[3].empty();
    clients_.push_back(std::move(client));
  }
  if (words[0] == "resize" && words.size() == 3 && child_.terminal) {
    winsize size = {};
    size.ws_row = static_cast<unsigned short>(parse_int(words[1]).value_or(24));
    size.ws_col = static_cast<unsigned short>(parse_int(words[2]).value_or(80));
    (void)::ioctl(child_.terminal.get(), TIOCSWINSZ, &size);
  }
}

void Pump::take_input(std::size_t index) {
  Client& client = clients_[index];
  if (!client.socket) return;
  const auto message =
      sys::receive(client.socket.get(), kMessageMax, MSG_DONTWAIT);
  if (!message) {
    if (errno != EAGAIN) leave(index);
    return;
  }
  if (message->bytes.empty()) {
    leave(index);
    return;
  }
  if (!client.in) return;
  if (message->bytes[0] == 'c') end_input();
  if (message->bytes[0] == 'i') {
    input_ += message->bytes.substr(1);
    feed();
  }
}

void Pump::leave(std::size_t index) {
  Client& client = clients_[index];
  if (client.in) end_input();
  client.socket.close();
  client.owed = false;
}

/// A container that was started with -i in the background keeps its input open
/// when a client leaves: only StdinOnce closes it.
void Pump::end_input() {
  if (child_.terminal || !plan_.stdin_once) return;
  input_ends_ = true;
  feed();
}

void Pump::feed() {
  const sys::Fd& to = child_.terminal ? child_.terminal : child_.in;
  while (to && !input_.empty()) {
    const ssize_t count = ::write(to.get(), input_.data(), input_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) {
      input_.clear();  // It reads no more.
      child_.in.close();
      return;
    }
    input_.erase(0, static_cast<std::size_t>(count));
  }
  if (!to) input_.clear();
  if (input_ends_ && !child_.terminal) child_.in.close();
}

}  // namespace drydock::realmode
