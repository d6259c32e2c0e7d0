// gc.cc — `drydock gc` and `drydock gc --check`.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "realmode/daemon/words.h"
#include "realmode/front/front.h"
#include "realmode/gc/gc.h"
#include "realmode/plan/packing.h"
#include "realmode/sys/files.h"
#include "realmode/sys/sockets.h"

namespace drydock::realmode {

namespace {

constexpr int kTrouble = 2;
constexpr int kPatienceMs = 2000;

int complain(const std::string& why) {
  fmt::print(stderr, "drydock: gc: {}\n", why);
  return kTrouble;
}

/// The daemon knows what it is at work on.
int ask_daemon(const sys::Fd& socket, bool check) {
  const Outcome sent =
      sys::send(socket.get(), pack({"gc", check ? "check" : "sweep"}), 0, {1});
  if (!sent) return complain(sent.error().text);
  const auto message = sys::receive(socket.get(), kWordsMax);
  const auto words = message ? unpack(message->bytes) : std::nullopt;
  if (!words || words->size() != 2) return complain("the daemon has gone");
  if (words->front() != "exit") return complain((*words)[1]);
  return static_cast<int>(parse_int((*words)[1]).value_or(kTrouble));
}

/// Nobody is there: neither will anybody come until we are done.
int collect_alone(const Options& options, bool check) {
  const auto start =
      sys::open(options.root + "/start.lock", O_RDWR | O_CREAT, 0600);
  if (!start) return complain(start.error().text);
  (void)::flock(start->get(), LOCK_EX);
  const auto lock = lock_root(options.root, kPatienceMs);
  if (!lock) return complain(lock.error().text);
  const auto store = Store::open(options.root + "/drydock.db", "");
  if (!store) return complain(store.error().text);
  const auto cgroups = sys::find_cgroups();
  if (!cgroups) return complain(cgroups.error().text);
  const auto report = collect(Shelf(options.root), *cgroups, **store, check);
  if (!report) return complain(report.error().text);
  fmt::print("{}", report->text);
  return report->status;
}

}  // namespace

int run_gc(const Options& options, bool check) {
  if (::access(options.root.c_str(), F_OK) != 0) return 0;  // Nothing at all.
  const auto socket = sys::connect_to(socket_path(options.root));
  if (socket) return ask_daemon(*socket, check);
  return collect_alone(options, check);
}

}  // namespace drydock::realmode
