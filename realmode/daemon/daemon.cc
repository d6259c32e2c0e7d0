// daemon.cc — clients come, run one docker command each, and go.

#include "realmode/daemon/daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "realmode/daemon/words.h"
#include "realmode/gc/gc.h"
#include "realmode/plan/packing.h"
#include "realmode/probe/probe.h"
#include "realmode/sys/files.h"
#include "realmode/sys/sockets.h"
#include "sim/base/wait.h"
#include "sim/cli/profile.h"

namespace drydock::realmode {

namespace {

constexpr int kPatienceMs = 2000;
constexpr Nanoseconds kGlance = 500 * kMillisecond;
constexpr Nanoseconds kGcPatience = 10 * kSecond;

/// DRYDOCK_IDLE: after so many seconds without work a daemon goes.
Nanoseconds idle_time() {
  constexpr std::int64_t kDefault = 60;
  const char* const text = std::getenv("DRYDOCK_IDLE");
  const auto seconds = text ? parse_int(text) : std::nullopt;
  return seconds.value_or(kDefault) * kSecond;
}

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
  RegistrySettings registries;
  registries.mirrors = options.mirrors;
  registries.insecure = options.insecure;
  registries.certificates.insert(registries.certificates.begin(),
                                 options.root + "/certs.d");
  const Outcome read =
      read_settings(options.root + "/daemon.json", &registries);
  if (!read) return read.error();
  Grip grip;
  grip.registries = std::move(registries);
  auto lock = lock_root(options.root, kPatienceMs);
  if (!lock) return lock.error();
  grip.lock = std::move(*lock);
  auto store = Store::open(options.root + "/drydock.db", options.profile);
  if (!store) return store.error();
  grip.store = std::move(*store);
  auto listener = sys::listen_at(socket_path(options.root));
  if (!listener) return listener.error();
  const Outcome told = sys::replace_file(options.root + "/daemon.pid",
                                         std::to_string(::getpid()) + "\n");
  if (!told) return told.error();
  const int flags = ::fcntl(listener->get(), F_GETFL);
  (void)::fcntl(listener->get(), F_SETFL, flags | O_NONBLOCK);
  grip.listener = std::move(*listener);
  std::unique_ptr<Daemon> daemon(new Daemon(
      options, std::move(shelf), std::move(*cgroups), std::move(grip)));
  const Outcome restored = daemon->restore();
  if (!restored) return restored.error();
  return daemon;
}

Daemon::Daemon(const Options& options, Shelf shelf, sys::CgroupMounts cgroups,
               Grip grip)
    : options_(options),
      lock_(std::move(grip.lock)),
      listener_(std::move(grip.listener)),
      listening_(loop_, listener_.get()),
      backend_(loop_, std::move(shelf), std::move(cgroups),
               std::move(grip.store), std::move(grip.registries)) {
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

Outcome Daemon::restore() {
  const auto records = backend_.store().load();
  if (!records) return records.error();
  return engine_->restore(*records);
}

/// Of operations that were under way when the last daemon ended.
Outcome Daemon::sweep_up() {
  const auto records = backend_.store().load();
  if (!records) return records.error();
  const auto swept =
      sweep(backend_.shelf(), backend_.cgroups(), known_by(*records));
  if (!swept) return swept.error();
  for (const Garbage& garbage : *swept) {
    fmt::print(stderr, "drydock: swept up {} {}\n", name_of(garbage.kind),
               garbage.what);
  }
  return done();
}

Task<void> Daemon::begin_work(Daemon& daemon) {
  const Outcome saved = co_await daemon.engine_->save();
  const Outcome swept = saved ? daemon.sweep_up() : saved;
  if (!swept) fmt::print(stderr, "drydock: {}\n", swept.error().text);
  co_await daemon.engine_->resume();
  daemon.loop_.spawn(retire_when_idle(daemon));
  co_await accept_all(daemon);
}

void Daemon::run() {
  loop_.spawn(begin_work(*this));
  loop_.run();
}

/// Nobody runs a command and no container runs: the state is on the disk, and
/// the next client starts the next daemon.
Task<void> Daemon::retire_when_idle(Daemon& daemon) {
  const Nanoseconds patience = idle_time();
  Time busy = daemon.loop_.now();
  for (;;) {
    const Time next = daemon.loop_.now() + std::max(patience / 10, kGlance);
    co_await sleep_until(daemon.loop_, next);
    const Time now = daemon.loop_.now();
    const bool idle =
        daemon.sessions_.empty() && daemon.engine_->running_count() == 0;
    if (!idle) busy = now;
    if (now - busy < patience) continue;
    if (daemon.close_shop()) break;
    busy = now;
  }
  daemon.loop_.stop();
}

/// A client that finds no socket waits for start.lock, and then for our end;
/// one that has found it is already in the queue, and is served.
bool Daemon::close_shop() {
  const std::string path = socket_path(options_.root);
  const auto start =
      sys::open(options_.root + "/start.lock", O_RDWR | O_CREAT, 0600);
  if (!start || ::flock(start->get(), LOCK_EX | LOCK_NB) != 0) return false;
  const Outcome hidden = sys::rename(path, path + ".closed");
  if (!hidden) return false;
  auto late = sys::accept(listener_.get());
  if (late) {
    (void)sys::rename(path + ".closed", path);
    admit(std::move(*late));
    return false;
  }
  (void)::unlink((path + ".closed").c_str());
  return true;
}

Task<void> Daemon::accept_all(Daemon& daemon) {
  for (;;) {
    auto socket = sys::accept(daemon.listener_.get());
    if (!socket && errno != EAGAIN) {  // No descriptor is left.
      const Time later = daemon.loop_.now() + kGlance / 5;
      co_await sleep_until(daemon.loop_, later);
      continue;
    }
    if (!socket) {
      co_await daemon.listening_.readable();
      continue;
    }
    daemon.admit(std::move(*socket));
  }
}

void Daemon::admit(sys::Fd socket) {
  const auto peer = sys::peer_of(socket.get());
  if (!peer || (peer->uid != ::geteuid() && peer->uid != 0)) return;
  const std::uint64_t id = next_session_++;
  auto session = std::make_unique<Session>();
  session->socket = std::move(socket);
  session->watched = std::make_unique<Watched>(loop_, session->socket.get());
  session->reader =
      std::make_unique<Fiber>(loop_, read_words(*this, id), nullptr);
  session->reader->wake();
  sessions_[id] = std::move(session);
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
  if (words->front() == "gc" && words->size() == 2) {
    return !session.command &&
           begin_gc(session, id, *words, std::move(message));
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
  if (!words || words->size() != 7) return false;
  const List& all = *words;
  const auto argv = unpack(all[5]);
  const auto environment = unpack(all[6]);
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
                all[4],
                *environment};
  const bool dry = !all[3].empty();
  if (dry) {
    const Outcome prepared = prepare_dry_run(session, &handed.out);
    if (!prepared) refuse(session, prepared.error().text);
    if (!prepared) return false;
  }
  session.console = std::make_unique<ClientConsole>(loop_, backend_.transport(),
                                                    std::move(handed));
  session.console->when_unread([&session] {
    (void)sys::send(session.socket.get(),
                    pack({"die", std::to_string(SIGPIPE)}), MSG_DONTWAIT);
  });
  session.client = std::make_unique<cli::Client>(cli::Client{
      dry ? *session.dry_run->engine : *engine_, *session.console,
      *cli::find_profile(options_.profile), !all[1].empty(), !all[2].empty()});
  if (dry) session.client->explain = false;  // It is told as a whole.
  if (session.client->hints || session.client->explain) listen(*session.client);
  session.command = std::make_unique<Fiber>(
      loop_, dry ? run_dry(*this, id, *argv) : run_command(*this, id, *argv),
      nullptr);
  session.command->wake();
  return true;
}

bool Daemon::begin_gc(Session& session, std::uint64_t id, const List& words,
                      sys::Message message) {
  if (message.fds.size() != 1) return false;
  auto out = std::make_shared<sys::Fd>(std::move(message.fds[0]));
  const bool check = words[1] == "check";
  session.command = std::make_unique<Fiber>(
      loop_, run_gc(*this, id, check, std::move(out)), nullptr);
  session.command->wake();
  return true;
}

/// It begins with what the records say at this moment.
Outcome Daemon::prepare_dry_run(Session& session, sys::Fd* out) {
  const auto records = backend_.store().load();
  if (!records) return records.error();
  session.dry_run = std::make_unique<DryRun>(backend_);
  DryRun& run = *session.dry_run;
  run.engine = std::make_unique<engine::Engine>(
      run.backend, *cli::find_profile(options_.profile)->rules, some_seed());
  const Outcome restored = run.engine->restore(*records);
  if (!restored) return restored;
  auto null = sys::open("/dev/null", O_WRONLY);
  if (!null) return null.error();
  run.out = std::move(*out);
  *out = std::move(*null);
  return done();
}

Task<void> Daemon::run_dry(Daemon& daemon, std::uint64_t id, List argv) {
  Session& session = *daemon.sessions_.at(id);
  DryRun& run = *session.dry_run;
  co_await run.engine->resume();
  run.backend.observer = [&run](const engine::Step& step) {
    run.steps.push_back(step);
  };
  const int status = co_await cli::docker(*session.client, argv);
  session.console->set_raw(false);
  run.backend.observer = nullptr;
  std::string text;
  for (const engine::Step& step : run.steps) {
    if (step.kind == engine::StepKind::refused) continue;  // It was told.
    text += engine::text_of(step) + "\n";
  }
  (void)sys::write_all(run.out.get(), text);
  const std::string last = pack({"exit", std::to_string(status)});
  (void)sys::send(session.socket.get(), last, MSG_DONTWAIT);
  daemon.end(id);
}

/// What a command is about to make looks like garbage: they go first.
Task<void> Daemon::run_gc(Daemon& daemon, std::uint64_t id, bool check,
                          std::shared_ptr<sys::Fd> out) {
  Session& session = *daemon.sessions_.at(id);
  const Time due = daemon.loop_.now() + kGcPatience;
  while (daemon.sessions_.size() > 1 && daemon.loop_.now() < due) {
    const Time soon = daemon.loop_.now() + kGlance / 50;
    co_await sleep_until(daemon.loop_, soon);
  }
  if (daemon.sessions_.size() > 1) {
    daemon.refuse(session, "other commands are at work");
    daemon.end(id);
    co_return;
  }
  RealBackend& backend = daemon.backend_;
  const auto report =
      collect(backend.shelf(), backend.cgroups(), backend.store(), check);
  if (report) {
    (void)sys::write_all(out->get(), report->text);
    const List last = {"exit", std::to_string(report->status)};
    (void)sys::send(session.socket.get(), pack(last), MSG_DONTWAIT);
  } else {
    daemon.refuse(session, report.error().text);
  }
  daemon.end(id);
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
  int status = co_await cli::docker(*session.client, argv);
  session.console->set_raw(false);
  // What is not on the disk did not happen, whatever the command has said.
  const Outcome saved = co_await daemon.engine_->save();
  if (!saved) {
    daemon.refuse(session, "the records cannot be kept: " + saved.error().text);
    status = 125;
  }
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
