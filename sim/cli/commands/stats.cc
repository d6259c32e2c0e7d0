// stats.cc — `docker stats`.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/wait.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/help.h"
#include "sim/cli/printer.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kStatsFlags[] = {
    {'a', "all", "", Kind::toggle, "", k20, "Stopped ones as well"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {0, "no-stream", "", Kind::toggle, "", kBoth, "Take one sample and stop"},
    {0, "no-trunc", "", Kind::toggle, "", k20, "Print in full"},
};
// clang-format on

constexpr Nanoseconds kPeriod = 500 * kMillisecond;

double percent(double part, double whole) {
  return whole > 0 ? part / whole * 100 : 0;
}

double cpu_percent(const engine::StatsSample& sample) {
  const double used = static_cast<double>(sample.usage.cpu_nanoseconds -
                                          sample.before.cpu_nanoseconds);
  const double passed = static_cast<double>(sample.usage.system_nanoseconds -
                                            sample.before.system_nanoseconds);
  return percent(used, passed) * sample.usage.cpus;
}

/// "796 kB/64 MB" in 1.8, "796KiB / 64MiB" today.
std::string pair_cell(const Profile& profile, std::int64_t a, std::int64_t b,
                      bool memory) {
  const double first = static_cast<double>(a), second = static_cast<double>(b);
  if (!profile.modern) {
    return human_size(first, profile.formats.size) + "/" +
           human_size(second, profile.formats.size);
  }
  if (memory) return binary_size(first, "") + " / " + binary_size(second, "");
  return human_size(first, profile.formats.size) + " / " +
         human_size(second, profile.formats.size);
}

List row_of(const Call& call, const std::string& who,
            const engine::StatsSample& sample) {
  const Profile& profile = call.at().profile;
  const engine::Usage& usage = sample.usage;
  const bool in_full = call.flags.on("no-trunc");
  const double share = percent(static_cast<double>(usage.memory),
                               static_cast<double>(usage.memory_limit));
  return {who,
          in_full ? sample.id : std::string(short_id(sample.id)),
          sample.name,
          fixed(cpu_percent(sample), 2) + "%",
          pair_cell(profile, usage.memory, usage.memory_limit, true),
          fixed(share, 2) + "%",
          pair_cell(profile, usage.received, usage.sent, false),
          pair_cell(profile, usage.read, usage.written, false),
          std::to_string(usage.pids)};
}

Listing empty_listing(const Profile& profile) {
  Listing listing;
  listing.type = "formatter.statsContext";
  listing.columns = {
      {"Container", "CONTAINER"},
      {"ID", "CONTAINER ID"},
      {"Name", "NAME"},
      {"CPUPerc", "CPU %"},
      {"MemUsage", profile.modern ? "MEM USAGE / LIMIT" : "MEM USAGE/LIMIT"},
      {"MemPerc", "MEM %"},
      {"NetIO", "NET I/O"},
      {"BlockIO", "BLOCK I/O"},
      {"PIDs", "PIDS"}};
  if (profile.modern) {
    listing.shown = {"ID",      "Name",  "CPUPerc", "MemUsage",
                     "MemPerc", "NetIO", "BlockIO", "PIDs"};
  } else {
    listing.shown = {"Container", "CPUPerc", "MemUsage", "MemPerc", "NetIO"};
  }
  return listing;
}

Task<Result<List>> whom(Call& call) {
  if (!call.operands.empty()) {
    List names = call.operands;
    if (!call.at().profile.modern) std::ranges::stable_sort(names);
    co_return names;
  }
  engine::PsRequest request;
  request.all = call.flags.on("all");
  const auto rows = co_await call.at().engine.ps(std::move(request));
  if (!rows) co_return Error{told(call.at(), rows.error())};
  List names;
  for (const engine::ContainerSummary& row : *rows) names.push_back(row.id);
  co_return names;
}

Task<int> stats(Call call) {
  Client& client = call.at();
  const bool once = call.flags.on("no-stream");
  if (call.operands.empty() && !client.profile.modern) {
    Command needy = *call.command;
    needy.operands_min = 1;
    co_return co_await end_complaining(
        client, operand_complaint(client.profile, call.path, needy, 0));
  }
  for (;;) {
    const Result<List> names = co_await whom(call);
    if (!names) co_return co_await end_complaining(client, names.error().text);
    Listing listing = empty_listing(client.profile);
    std::string complaints;
    for (const std::string& who : *names) {
      const auto sample = co_await client.engine.stats(who);
      if (sample) {
        listing.rows.push_back(row_of(call, who, *sample));
      } else if (client.profile.modern) {
        complaints += told(client, sample.error()) + "\n";
      } else {
        complaints += who + ": " + told(client, sample.error()) + "\n";
      }
    }
    if (!complaints.empty()) {
      co_return co_await end_complaining(client, complaints);
    }
    const Result<std::string> text =
        listed(client.profile, listing, call.flags.text("format"));
    if (!text) co_return co_await end_complaining(client, text.error().text);
    if (!once) co_await say(client, "\x1b[2J\x1b[H");
    co_await say(client, *text);
    if (once) co_return 0;
    const Time next = client.engine.now() + kPeriod;
    co_await sleep_until(client.engine.backend().executor(), next);
  }
}

}  // namespace

const Command kStats = {
    .synopsis = "[CONTAINER...]",
    .synopsis18 = "CONTAINER [CONTAINER...]",
    .brief = "Display a live stream of container(s) resource usage statistics",
    .operands_min = 0,
    .flags = kStatsFlags,
    .run = stats};

}  // namespace drydock::cli
