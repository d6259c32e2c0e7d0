// apt_update.cc — apt-get update.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/packages/apt_run.h"

namespace drydock::userland {

using namespace kernel;

namespace {

/// One thing to fetch, and its line.
struct Item {
  std::string text;  // "http://... wheezy Release.gpg"
  std::int64_t bytes = 0;
  bool ignored = false;  // "Ign": an InRelease that the mirror does not have.
};

std::string packages_text(const AptSource& source, std::string_view component) {
  std::string text;
  if (!source.holds_packages() || component != "main") return text;
  for (const Package& package : packages_of(source.release())) {
    text += stanza_of(package);
  }
  return text;
}

/// The sizes that the real indices of that autumn had, about.
std::int64_t index_bytes(const AptSource& source, std::string_view component) {
  const bool debian = source.release() != "trusty";
  if (component != "main") return source.holds_packages() ? 133'000 : 14'100;
  if (source.suite.ends_with("/updates")) return debian ? 194'120 : 0;
  if (!source.holds_packages()) return debian ? 3'616 : 562'300;
  if (source.release() == "wheezy") return 7'640'000;
  return debian ? 9'035'000 : 1'743'000;
}

/// Ahead of the indices come the signed lists of their sums.
void add_release(const Apt& apt, const AptSource& source,
                 std::vector<Item>* items) {
  const std::string place = source.host() + " " + source.suite;
  const bool one_file = apt.modern && !source.holds_packages();
  if (one_file) {
    items->push_back({place + " InRelease", 63'100});
    return;
  }
  if (apt.modern) items->push_back({place + " InRelease", 0, true});
  items->push_back(
      {place + " Release.gpg", source.holds_packages() ? 2'390 : 1'554});
  items->push_back(
      {place + " Release", source.holds_packages() ? 191'000 : 102'000});
}

Task<SysOutcome> store(Process& self, const AptSource& source,
                       std::string component) {
  const SysOutcome there = make_directories(self, "/var/lib/apt/lists/partial");
  if (!there) co_return there;
  const std::string text = packages_text(source, component);
  const std::string path = list_file(source, component);
  const SysOutcome list = co_await write_file(self, path, text);
  if (!list) co_return list;
  const std::string release =
      fmt::format("Origin: drydock\nSuite: {}\nCodename: {}\nComponents: {}\n",
                  source.suite, source.release(), join(source.components, " "));
  const std::string stem = "/var/lib/apt/lists/" + source.list_stem();
  co_return co_await write_file(self, stem + "_Release", release);
}

/// What did not come.
struct Failures {
  List lines;              // "URL  why"
  bool transient = false;  // At least one is the network's fault.
};

/// Says what failed and answers how apt-get ends: as if nothing had been when
/// the network is at fault, so that `apt-get update && ...` goes on.
int complain_of(Apt& apt, const Failures& failures) {
  for (const std::string& failure : failures.lines) {
    apt.out.complain_plain(fmt::format("W: Failed to fetch {}\n\n", failure));
  }
  if (failures.lines.empty()) return 0;
  apt.out.complain_plain(fmt::format(
      "{}: Some index files failed to download. They have been ignored, or old "
      "ones used instead.\n",
      failures.transient ? 'W' : 'E'));
  return failures.transient ? 0 : kAptFailure;
}

/// A source whose mirror does not answer, or has no such suite.
void fail(Apt& apt, const AptSource& source, const MirrorRefusal& refusal,
          Failures* failures) {
  const auto told = [&](std::string_view file, std::string_view why) {
    apt.say(fmt::format("Err {} {} {}\n  {}\n", source.host(), source.suite,
                        file, why));
    failures->lines.push_back(
        fmt::format("{}/dists/{}/{}  {}", source.uri, source.suite, file, why));
  };
  if (apt.modern && refusal.transient) told("InRelease", "");
  told("Release.gpg", refusal.text);
  failures->transient = failures->transient || refusal.transient;
}

}  // namespace

Task<int> apt_update(Apt& apt) {
  Process& self = apt.out.self();
  const std::vector<AptSource> sources = co_await load_sources(self);
  const Time begun = self.now();
  std::vector<Item> items;
  Failures failures;
  std::vector<AptSource> reached;
  for (const AptSource& source : sources) {
    if (const auto refusal = mirror_refusal(self, source)) {
      fail(apt, source, *refusal, &failures);
      continue;
    }
    add_release(apt, source, &items);
    reached.push_back(source);
  }
  for (const AptSource& source : reached) {
    for (const std::string& component : source.components) {
      items.push_back({fmt::format("{} {}/{} amd64 Packages", source.host(),
                                   source.suite, component),
                       index_bytes(source, component)});
      const SysOutcome stored = co_await store(self, source, component);
      if (!stored) {
        apt.out.complain_plain(
            fmt::format("E: Could not write the lists of {}: {}\n",
                        source.suite, text_of(stored.error())));
        co_return kAptFailure;
      }
    }
  }
  std::int64_t total = 0;
  int number = 0;
  for (const Item& item : items) {
    if (item.ignored) {
      apt.say(fmt::format("Ign {}\n", item.text));
      continue;
    }
    apt.say(fmt::format("Get:{} {} [{}]\n", ++number, item.text,
                        apt_size(item.bytes)));
    co_await apt.out.flush();
    co_await transfer(self, item.bytes);
    total += item.bytes;
  }
  if (total > 0) apt.say(fetched_line(total, self.now() - begun));
  apt.say("Reading package lists...\n");
  co_return complain_of(apt, failures);
}

Task<void> transfer(Process& self, std::int64_t bytes) {
  constexpr std::int64_t kBytesPerSecond = 2'400'000;
  const Nanoseconds latency = 15 * kMillisecond;
  co_await self.nanosleep(latency +
                          bytes * 1000 / kBytesPerSecond * kMillisecond);
}

std::string fetched_line(std::int64_t bytes, Nanoseconds span) {
  const std::int64_t seconds = (span + kSecond / 2) / kSecond;
  const std::int64_t millis = std::max<std::int64_t>(span / kMillisecond, 1);
  return fmt::format("Fetched {} in {}s ({}/s)\n", apt_size(bytes), seconds,
                     apt_size(bytes * 1000 / millis));
}

}  // namespace drydock::userland
