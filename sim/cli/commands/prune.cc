// prune.cc — what nobody needs any more: `docker ... prune`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/prune_condition.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kContainerPruneFlags[] = {
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when in use"},
};
// clang-format on
// clang-format off
constexpr Flag kImagePruneFlags[] = {
    {'a', "all", "", Kind::toggle, "", k20, "List everything, not just what is active"},
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when in use"},
};
// clang-format on
// clang-format off
constexpr Flag kVolumePruneFlags[] = {
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when in use"},
};
// clang-format on
// clang-format off
constexpr Flag kSystemPruneFlags[] = {
    {'a', "all", "", Kind::toggle, "", k20, "List everything, not just what is active"},
    {0, "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when in use"},
    {0, "volumes", "", Kind::toggle, "", k20, "Remove its anonymous volumes too"},
};
// clang-format on

/// What a prune took away.
struct Pruned {
  std::string lines;
  std::int64_t bytes = 0;
};

/// Asks before, unless -f: an input that says y.
Task<bool> agreed(Call& call, std::string what) {
  Client& client = call.at();
  if (call.flags.on("force")) co_return true;
  co_await say(client, fmt::format("WARNING! This will remove {}.\nAre you "
                                   "sure you want to continue? [y/N] ",
                                   what));
  const Result<Bytes> answer = co_await client.console.in().read(64);
  const bool yes =
      answer && (answer->starts_with('y') || answer->starts_with('Y'));
  if (!yes) co_await say(client, "\n");
  co_return yes;
}

std::string total_line(const Client& client, std::int64_t bytes) {
  return fmt::format("Total reclaimed space: {}\n",
                     human_size(static_cast<double>(bytes),
                                {4, client.profile.formats.size.blank}));
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

Task<engine::Answer<Pruned>> prune_images(Call& call, bool all,
                                          PruneCondition condition) {
  Client& client = call.at();
  engine::ImagesRequest request;
  if (!all) request.filters["dangling"] = {"true"};
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

Task<int> finish(Call& call, engine::Answer<Pruned> pruned) {
  if (!pruned) co_return co_await refuse(call.at(), pruned.error());
  co_return co_await end_saying(
      call.at(), pruned->lines + total_line(call.at(), pruned->bytes));
}

engine::Answer<PruneCondition> condition_of(const Call& call) {
  return prune_condition(filters_of(call.flags), call.at().engine.now());
}

Task<int> container_prune(Call call) {
  const bool yes = co_await agreed(call, "all stopped containers");
  if (!yes) co_return 0;
  const auto condition = condition_of(call);
  if (!condition) co_return co_await refuse(call.at(), condition.error());
  const auto pruned = co_await prune_containers(call, *condition);
  co_return co_await finish(call, pruned);
}

Task<int> image_prune(Call call) {
  const bool all = call.flags.on("all");
  const std::string what =
      all ? "all images without at least one container associated to them"
          : "all dangling images";
  const bool yes = co_await agreed(call, what);
  if (!yes) co_return 0;
  const auto condition = condition_of(call);
  if (!condition) co_return co_await refuse(call.at(), condition.error());
  const auto pruned = co_await prune_images(call, all, *condition);
  co_return co_await finish(call, pruned);
}

Task<int> volume_prune(Call call) {
  const bool yes = co_await agreed(
      call, "all local volumes not used by at least one container");
  if (!yes) co_return 0;
  if (filters_of(call.flags).contains("until")) {
    const engine::Fault fault{engine::Fault::Kind::bad_parameter,
                              "Invalid filter 'until'"};
    co_return co_await refuse(call.at(), fault);
  }
  const auto condition = condition_of(call);
  if (!condition) co_return co_await refuse(call.at(), condition.error());
  const auto pruned = co_await prune_volumes(call, *condition);
  co_return co_await finish(call, pruned);
}

Task<int> system_prune(Call call) {
  const bool timed = filters_of(call.flags).contains("until");
  if (call.flags.on("volumes") && timed) {
    co_return co_await end_complaining(
        call.at(),
        "ERROR: The \"until\" filter is not supported with "
        "\"--volumes\"");
  }
  const bool yes = co_await agreed(
      call,
      "all stopped containers, all networks not used by at least one "
      "container and all dangling images");
  if (!yes) co_return 0;
  const auto condition = condition_of(call);
  if (!condition) co_return co_await refuse(call.at(), condition.error());
  Pruned total;
  const auto containers = co_await prune_containers(call, *condition);
  if (!containers) co_return co_await refuse(call.at(), containers.error());
  total = *containers;
  const auto networks = co_await prune_networks(call.at(), *condition);
  if (networks) total.lines += *networks;
  if (call.flags.on("volumes")) {
    const auto volumes = co_await prune_volumes(call, *condition);
    if (!volumes) co_return co_await refuse(call.at(), volumes.error());
    total.lines += volumes->lines;
    total.bytes += volumes->bytes;
  }
  const bool all = call.flags.on("all");
  const auto images = co_await prune_images(call, all, *condition);
  if (!images) co_return co_await refuse(call.at(), images.error());
  total.lines += images->lines;
  total.bytes += images->bytes;
  engine::Answer<Pruned> answer = total;
  co_return co_await finish(call, answer);
}

}  // namespace

const Command kContainerPrune = {.synopsis = "",
                                 .synopsis18 = {},
                                 .brief = "Remove all stopped containers",
                                 .operands_max = 0,
                                 .flags = kContainerPruneFlags,
                                 .run = container_prune};
const Command kImagePrune = {.synopsis = "",
                             .synopsis18 = {},
                             .brief = "Remove unused images",
                             .operands_max = 0,
                             .flags = kImagePruneFlags,
                             .run = image_prune};
const Command kVolumePrune = {.synopsis = "",
                              .synopsis18 = {},
                              .brief = "Remove all unused local volumes",
                              .operands_max = 0,
                              .flags = kVolumePruneFlags,
                              .run = volume_prune};
const Command kSystemPrune = {.synopsis = "",
                              .synopsis18 = {},
                              .brief = "Remove unused data",
                              .operands_max = 0,
                              .flags = kSystemPruneFlags,
                              .run = system_prune};

}  // namespace drydock::cli
