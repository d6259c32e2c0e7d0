// daemon.cc — clients come, run one docker command each, and go.

#include "realmode/daemon/daemon.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "realmode/daemon/words.h"
#include "realmode/plan/packing.h"
#include "realmode/probe/probe.h"
#include "realmode/sys/files.h"
#include "realmode/sys/sockets.h"
#include "sim/cli/profile.h"

namespace drydock::realmode {

namespace {

std::uint64_t some_seed() {
  std::uint64_t seed = 0;
  if (::getentropy(&seed, sizeof seed) != 0) std::abort();
  return seed;
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::open(const Options& options) {
  const std::string why = obstacle(probe());
  if (!why.empty()) return Error{"containers cannot run here: " + why};
  Shelf shelf(options.root);
  const Outcome prepared = shelf.prepare();
  if (!prepared) return prepared.error();
  auto cgroups = sys::find_cgroups();
  if (!cgroups) return cgroups.error();
  auto listener = sys::listen_at(socket_path(options.root));
  if (!listener) return listener.error();
  const Outcome told = sys::replace_file(options.root + "/daemon.pid",
                                         std::to_string(::getpid()) + "\n");
  if (!told) return told.error();
  const int flags = ::fcntl(listener->get(), F_GETFL);
  (void)::fcntl(listener->get(), F_SETFL, flags | O_NONBLOCK);
  return std::unique_ptr<Daemon>(new Daemon(
      options, std::move(shelf), std::move(*cgroups), std::move(*listener)));
}

Daemon::Daemon(const Options& options, Shelf shelf, sys::CgroupMounts cgroups,
               sys::Fd listener)
    : options_(options),
      listener_(std::move(listener)),
      listening_(loop_, listener_.get()),
      backend_(loop_, std::move(shelf), std::move(cgroups)) {
  const cli::Profile* const profile = cli::find_profile(options_.profile);
  engine_ =
      std::make_unique<engine::Engine>(backend_, *profile->rules, some_seed());
}

Daemon::~Daemon() {
  // Fibers first: their frames refer to all the rest.
  sessions_.clear();
  loop_.drop_all();
  engine_.reset();
}

void Daemon::run() {
  loop_.spawn(accept_all(*this));
  loop_.run();
}

Task<void> Daemon::accept_all(Daemon& daemon) {
  for (;;) {
    auto socket = sys::accept(daemon.listener_.get());
    if (!socket) {
      co_await daemon.listening_.readable();
      continue;
    }
    const auto peer = sys::peer_of(socket->get());
    if (!peer || (peer->uid != ::geteuid() && peer->uid != 0)) continue;
    const std::uint64_t id = daemon.next_session_++;
    auto session = std::make_unique<Session>();
    session->socket = std::move(*socket);
    session->watched =
        std::make_unique<Watched>(daemon.loop_, session->socket.get());
    session->reader =
        std::make_unique<Fiber>(daemon.loop_, read_words(daemon, id), nullptr);
    session->reader->wake();
    daemon.sessions_[id] = std::move(session);
  }
}

Task<void> Daemon::read_words(Daemon& daemon, std::uint64_t id) {
  Session& session = *daemon.sessions_.at(id);
  for (;;) {
    auto message = sys::receive(session.socket.get(), kWordsMax, MSG_DONTWAIT);
    if (!message && errno == EAGAIN) {
      co_await session.watched->readable();
      continue;
    }
    if (!message || message->bytes.empty()) break;
    const bool goes_on = daemon.take(session, id, std::move(*message));
    if (!goes_on) break;
  }
  daemon.end(id);
}

bool Daemon::take(Session& session, std::uint64_t id, sys::Message message) {
  const auto words = unpack(message.bytes);
  if (!words || words->empty()) return false;
  if (words->front() == "docker") {
    return !session.command && begin(session, id, std::move(message));
  }
  if (words->front() == "signal" && words->size() == 2) {
    const int number = static_cast<int>(parse_int((*words)[1]).value_or(0));
    if (session.console && session.console->give_signal(number)) return true;
    constexpr int kWindowChanged = 28;
    if (number == kWindowChanged) return true;
    (void)sys::send(session.socket.get(), pack({"die", std::to_string(number)}),
                    MSG_DONTWAIT);
    return false;
  }
  return false;
}

void Daemon::refuse(Session& session, const std::string& why) {
  (void)sys::send(session.socket.get(), pack({"refused", why}), MSG_DONTWAIT);
}

bool Daemon::begin(Session& session, std::uint64_t id, sys::Message message) {
  if (message.fds.size() != kClientFds) return false;
  const auto payload = sys::read_all(message.fds[0].get());
  if (!payload) return false;
  const auto words = unpack(*payload);
  if (!words || words->size() != 6) return false;
  const List& all = *words;
  const auto argv = unpack(all[4]);
  const auto environment = unpack(all[5]);
  if (!argv || !environment || argv->empty()) return false;
  if (all[0] != options_.profile) {
    refuse(session,
           fmt::format("the daemon of {} runs with profile {}, not {}: end it "
                       "first, or use another --root",
                       options_.root, options_.profile, all[0]));
    return false;
  }
  Handed handed{std::move(message.fds[1]),
                std::move(message.fds[2]),
                std::move(message.fds[3]),
                std::move(message.fds[4]),
                std::move(message.fds[5]),
                all[3],
                *environment};
  session.console = std::make_unique<ClientConsole>(loop_, std::move(handed));
  session.client = std::make_unique<cli::Client>(cli::Client{
      *engine_, *session.console, *cli::find_profile(options_.profile),
      !all[1].empty(), !all[2].empty()});
  if (session.client->hints || session.client->explain) listen(*session.client);
  session.command =
      std::make_unique<Fiber>(loop_, run_command(*this, id, *argv), nullptr);
  session.command->wake();
  return true;
}

/// From now on steps are kept for whoever wants to know.
void Daemon::listen(cli::Client& client) {
  constexpr std::size_t kStepsKept = 10'000;
  client.steps = &steps_;
  backend_.observer = [this](const engine::Step& step) {
    if (steps_.size() < kStepsKept) steps_.push_back(step);
  };
}

Task<void> Daemon::run_command(Daemon& daemon, std::uint64_t id, List argv) {
  Session& session = *daemon.sessions_.at(id);
  const int status = co_await cli::docker(*session.client, argv);
  session.console->set_raw(false);
  const std::string last = pack({"exit", std::to_string(status)});
  (void)sys::send(session.socket.get(), last, MSG_DONTWAIT);
  daemon.end(id);
}

/// Either of its fibers may have asked, so both are buried, not destroyed.
void Daemon::end(std::uint64_t id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  struct Burial {
    static Task<void> hold(std::unique_ptr<Session> session) {
      (void)session;
      co_return;
    }
  };
  std::unique_ptr<Session> session = std::move(found->second);
  sessions_.erase(found);
  if (session->command) loop_.bury(std::move(session->command));
  loop_.bury(std::move(session->reader));
  // What their frames refer to goes after them.
  loop_.spawn(Burial::hold(std::move(session)));
}

}  // namespace drydock::realmode
