// prune.cc — what nobody needs any more: `docker ... prune`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/prune_condition.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kPlainFlags[] = {
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do not ask"},
};
// clang-format on
// clang-format off
constexpr Flag kImageFlags[] = {
    {'a', "all", "", Kind::toggle, "", k20, "List everything, not just what is active"},
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do not ask"},
};
// clang-format on
// clang-format off
constexpr Flag kSystemFlags[] = {
    {'a', "all", "", Kind::toggle, "", k20, "List everything, not just what is active"},
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do not ask"},
    {0, "volumes", "", Kind::toggle, "", k20, "Remove its anonymous volumes too"},
};
// clang-format on

/// What a prune took away.
struct Pruned {
  std::string lines;
  std::int64_t bytes = 0;
};

/// Asks before, unless -f: an input that says y.
Task<bool> agreed(Call& call, std::string warning) {
  Client& client = call.at();
  if (call.flags.on("force")) co_return true;
  co_await say(client, fmt::format("WARNING! This will remove{}\nAre you sure "
                                   "you want to continue? [y/N] ",
                                   warning));
  Result<Bytes> answer = co_await client.console.in().read(64);
  if (!answer) co_return false;
  while (answer->ends_with('\n') || answer->ends_with('\r')) answer->pop_back();
  co_return lower(*answer) == "y";
}

std::string total_line(const Client& client, std::int64_t bytes) {
  return fmt::format("Total reclaimed space: {}\n",
                     human_size(static_cast<double>(bytes),
                                {4, client.profile.formats.size.blank}));
}

engine::Answer<PruneCondition> condition_of(const Call& call) {
  return prune_condition(filters_of(call.flags), call.at().engine.now());
}

Task<engine::Answer<Pruned>> prune_containers(Call& call,
                                              PruneCondition condition) {
  Client& client = call.at();
  engine::PsRequest request;
  request.all = true;
  request.size = true;
  const auto rows = co_await client.engine.ps(std::move(request));
  if (!rows) co_return rows.error();
  Pruned pruned;
  for (const engine::ContainerSummary& row : *rows) {
    const bool idle =
        row.state == "created" || row.state == "exited" || row.state == "dead";
    if (!idle || !condition.takes(row.created, row.labels)) continue;
    engine::RemoveRequest removal;
    const engine::Done removed =
        co_await client.engine.remove(row.id, std::move(removal));
    if (!removed) continue;
    pruned.lines += row.id + "\n";
    pruned.bytes += row.size_rw;
  }
  if (!pruned.lines.empty()) {
    pruned.lines = "Deleted Containers:\n" + pruned.lines + "\n";
  }
  co_return pruned;
}

Task<engine::Answer<Pruned>> prune_images(Call& call,
                                          PruneCondition condition) {
  Client& client = call.at();
  engine::ImagesRequest request;
  if (!call.flags.on("all")) request.filters["dangling"] = {"true"};
  const auto images = client.engine.images(std::move(request));
  if (!images) co_return images.error();
  Pruned pruned;
  for (const engine::ImageSummary& image : *images) {
    const bool taken = condition.takes(image.created, image.labels);
    if (image.containers > 0 || !taken) continue;
    List names = image.tags;
    if (names.empty()) names.push_back(image.id);
    for (const std::string& name : names) {
      engine::RmiRequest removal;
      const auto removed = co_await client.engine.rmi(name, std::move(removal));
      if (!removed) continue;
      for (const engine::Deletion& line : *removed) {
        pruned.lines += line.deleted.empty()
                            ? fmt::format("untagged: {}\n", line.untagged)
                            : fmt::format("deleted: {}\n", line.deleted);
        pruned.bytes += line.freed;
      }
    }
  }
  if (!pruned.lines.empty()) {
    pruned.lines = "Deleted Images:\n" + pruned.lines + "\n";
  }
  co_return pruned;
}

Task<engine::Answer<Pruned>> prune_volumes(Call& call,
                                           PruneCondition condition) {
  Client& client = call.at();
  engine::Filters filters = {{"dangling", {"true"}}};
  const auto volumes = client.engine.volumes(std::move(filters));
  if (!volumes) co_return volumes.error();
  Pruned pruned;
  for (const engine::VolumeSummary& volume : *volumes) {
    const engine::StringMap labels =
        volume.labels.value_or(engine::StringMap{});
    if (!condition.takes(volume.created, labels)) continue;
    const auto size = co_await client.engine.volume_size(volume.name);
    const engine::Done removed =
        co_await client.engine.remove_volume(volume.name, false);
    if (!removed) continue;
    pruned.lines += volume.name + "\n";
    pruned.bytes += size ? *size : 0;
  }
  if (!pruned.lines.empty()) {
    pruned.lines = "Deleted Volumes:\n" + pruned.lines + "\n";
  }
  co_return pruned;
}

Task<engine::Answer<Pruned>> prune_networks(Call& call,
                                            PruneCondition condition) {
  Client& client = call.at();
  engine::Filters filters = {{"dangling", {"true"}}};
  const auto networks = client.engine.networks(std::move(filters));
  if (!networks) co_return networks.error();
  Pruned pruned;
  for (const engine::NetworkSummary& network : *networks) {
    if (!condition.takes(network.created, network.labels)) continue;
    const engine::Done removed =
        co_await client.engine.remove_network(network.name);
    if (removed) pruned.lines += network.name + "\n";
  }
  if (!pruned.lines.empty()) {
    pruned.lines = "Deleted Networks:\n" + pruned.lines + "\n";
  }
  co_return pruned;
}

/// One kind of thing that nobody needs: how it is named before it goes, alone
/// and as a part of the system, and what takes it.
struct Waste {
  std::string_view alone, of_system;
  Task<engine::Answer<Pruned>> (*take)(Call&, PruneCondition);
  bool has_size = true;    // The total is told.
  bool takes_time = true;  // --filter until=TIME
};

constexpr Waste kStopped = {"all stopped containers", "all stopped containers",
                            prune_containers};
constexpr Waste kLonely = {
    "all custom networks not used by at least one container",
    "all networks not used by at least one container", prune_networks, false};
constexpr Waste kUnowned = {
    "all local volumes not used by at least one container",
    "all volumes not used by at least one container", prune_volumes, true,
    false};
constexpr Waste kDangling = {"all dangling images", "all dangling images",
                             prune_images};
constexpr std::string_view kWithoutContainer =
    "all images without at least one container associated to them";
constexpr Waste kUnused = {kWithoutContainer, kWithoutContainer, prune_images};

const Waste& images_of(const Call& call) {
  return call.flags.on("all") ? kUnused : kDangling;
}

Task<int> prune(Call call, const Waste* waste) {
  Client& client = call.at();
  Pruned pruned;
  const bool yes = co_await agreed(call, fmt::format(" {}.", waste->alone));
  if (yes) {
    if (!waste->takes_time && filters_of(call.flags).contains("until")) {
      const engine::Fault fault{engine::Fault::Kind::bad_parameter,
                                "Invalid filter 'until'"};
      co_return co_await refuse(client, fault);
    }
    const auto condition = condition_of(call);
    if (!condition) co_return co_await refuse(client, condition.error());
    const auto taken = co_await waste->take(call, *condition);
    if (!taken) co_return co_await refuse(client, taken.error());
    pruned = *taken;
  }
  // Who says no is told that nothing was freed.
  if (waste->has_size) pruned.lines += total_line(client, pruned.bytes);
  co_return co_await end_saying(client, pruned.lines);
}

Task<int> container_prune(Call call) {
  return prune(std::move(call), &kStopped);
}

Task<int> image_prune(Call call) {
  const Waste& images = images_of(call);
  return prune(std::move(call), &images);
}

Task<int> network_prune(Call call) { return prune(std::move(call), &kLonely); }

Task<int> volume_prune(Call call) { return prune(std::move(call), &kUnowned); }

/// ":" and a list; of conditions too, where there are some.
std::string system_warning(const Call& call,
                           const std::vector<const Waste*>& wastes) {
  std::string text = ":\n";
  for (const Waste* const waste : wastes) {
    text += fmt::format("  - {}\n", waste->of_system);
  }
  text += call.flags.on("all") ? "  - all build cache\n"
                               : "  - all dangling build cache\n";
  const engine::Filters filters = filters_of(call.flags);
  if (!filters.empty())
    text += "\n  Items to be pruned will be filtered with:\n";
  for (const auto& [key, values] : filters) {
    for (const std::string& value : values) {
      text += fmt::format("  - {}={}\n", key, value);
    }
  }
  return text;
}

Task<int> system_prune(Call call) {
  Client& client = call.at();
  const bool with_volumes = call.flags.on("volumes");
  if (with_volumes && filters_of(call.flags).contains("until")) {
    co_return co_await end_complaining(
        client,
        "ERROR: The \"until\" filter is not supported with "
        "\"--volumes\"");
  }
  std::vector<const Waste*> wastes = {&kStopped, &kLonely};
  if (with_volumes) wastes.push_back(&kUnowned);
  wastes.push_back(&images_of(call));
  const bool yes = co_await agreed(call, system_warning(call, wastes));
  if (!yes) co_return 0;
  const auto condition = condition_of(call);
  if (!condition) co_return co_await refuse(client, condition.error());
  Pruned total;
  for (const Waste* const waste : wastes) {
    const auto pruned = co_await waste->take(call, *condition);
    if (!pruned) co_return co_await refuse(client, pruned.error());
    total.lines += pruned->lines;
    total.bytes += pruned->bytes;
  }
  total.lines += total_line(client, total.bytes);
  co_return co_await end_saying(client, total.lines);
}

}  // namespace

const Command kContainerPrune = {.synopsis = "",
                                 .synopsis18 = {},
                                 .brief = "Remove all stopped containers",
                                 .operands_max = 0,
                                 .flags = kPlainFlags,
                                 .run = container_prune};
const Command kImagePrune = {.synopsis = "",
                             .synopsis18 = {},
                             .brief = "Remove unused images",
                             .operands_max = 0,
                             .flags = kImageFlags,
                             .run = image_prune};
const Command kVolumePrune = {.synopsis = "",
                              .synopsis18 = {},
                              .brief = "Remove all unused local volumes",
                              .operands_max = 0,
                              .flags = kPlainFlags,
                              .run = volume_prune};
const Command kNetworkPrune = {.synopsis = "",
                               .synopsis18 = {},
                               .brief = "Remove all unused networks",
                               .operands_max = 0,
                               .flags = kPlainFlags,
                               .run = network_prune};
const Command kSystemPrune = {.synopsis = "",
                              .synopsis18 = {},
                              .brief = "Remove unused data",
                              .operands_max = 0,
                              .flags = kSystemFlags,
                              .run = system_prune};

}  // namespace drydock::cli
