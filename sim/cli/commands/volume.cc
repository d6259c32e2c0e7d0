// volume.cc — `docker volume create`, `ls`, `rm`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/printer.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kVolumeCreateFlags[] = {
    {'d', "driver", "string", Kind::text, "local", k20, "Driver that provides it"},
    {0, "label", "list", Kind::list, "", k20, "Label it, key=value"},
    {'o', "opt", "map", Kind::map, "map[]", k20, "Option of the driver"},
};
// clang-format on
// clang-format off
constexpr Flag kVolumeLsFlags[] = {
    {'f', "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {'q', "quiet", "", Kind::toggle, "", k20, "Print names only"},
};
// clang-format on
// clang-format off
constexpr Flag kVolumeRmFlags[] = {
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when in use"},
};
// clang-format on

Task<int> create(Call call) {
  Client& client = call.at();
  engine::VolumeRequest request;
  if (!call.operands.empty()) request.name = call.operands.front();
  request.driver = call.flags.text("driver", "local");
  request.options = pairs_of(call.flags.list("opt"));
  request.labels = pairs_of(call.flags.list("label"));
  if (request.driver == "local" && !request.options.empty()) {
    co_return co_await end_complaining(
        client,
        "drydock: --opt of the local driver (a volume that is a mount of its "
        "own) is not modelled");
  }
  const auto volume = co_await client.engine.create_volume(std::move(request));
  if (!volume) co_return co_await refuse(client, volume.error());
  co_return co_await end_saying(client, volume->name + "\n");
}

// clang-format off
const std::vector<Column> kColumns = {
    {"Driver", "DRIVER"}, {"Name", "VOLUME NAME"}, {"Scope", "SCOPE"},
    {"Mountpoint", "MOUNTPOINT"}, {"Labels", "LABELS"}, {"Links", "LINKS"},
    {"Size", "SIZE"},
};
// clang-format on

Task<int> list(Call call) {
  Client& client = call.at();
  const auto volumes = client.engine.volumes(filters_of(call.flags));
  if (!volumes) co_return co_await refuse(client, volumes.error());
  Listing listing;
  listing.type = "formatter.volumeContext";
  listing.columns = kColumns;
  listing.shown = {"Driver", "Name"};
  for (const engine::VolumeSummary& volume : *volumes) {
    List labels;
    if (volume.labels) {
      for (const auto& [key, value] : *volume.labels) {
        labels.push_back(key + "=" + value);
      }
    }
    List row = {volume.driver,     volume.name, volume.scope, volume.mountpoint,
                join(labels, ","), "N/A",       "N/A"};
    listing.rows.push_back(std::move(row));
    listing.labels.push_back(volume.labels.value_or(engine::StringMap{}));
  }
  std::string format = call.flags.text("format");
  if (call.flags.on("quiet")) format = "{{.Name}}";
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

Task<int> remove(Call call) {
  Client& client = call.at();
  std::string complaints;
  for (const std::string& name : call.operands) {
    const engine::Done removed =
        co_await client.engine.remove_volume(name, call.flags.on("force"));
    if (removed) {
      co_await say(client, name + "\n");
    } else {
      const bool missing =
          removed.error().kind == engine::Fault::Kind::not_found;
      complaints += missing ? fmt::format("Error: No such volume: {}\n", name)
                            : told(client, removed.error()) + "\n";
    }
  }
  if (complaints.empty()) co_return 0;
  co_return co_await end_complaining(client, complaints);
}

}  // namespace

const Command kVolumeCreate = {.synopsis = "[VOLUME]",
                               .synopsis18 = {},
                               .brief = "Create a volume",
                               .operands_min = 0,
                               .operands_max = 1,
                               .flags = kVolumeCreateFlags,
                               .run = create};
const Command kVolumeLs = {.synopsis = "",
                           .synopsis18 = {},
                           .brief = "List volumes",
                           .operands_min = 0,
                           .operands_max = 0,
                           .flags = kVolumeLsFlags,
                           .run = list,
                           .details = {},
                           .aliases = "ls, list"};
const Command kVolumeRm = {.synopsis = "VOLUME [VOLUME...]",
                           .synopsis18 = {},
                           .brief = "Remove one or more volumes",
                           .operands_min = 1,
                           .flags = kVolumeRmFlags,
                           .run = remove,
                           .details = {},
                           .aliases = "rm, remove"};

}  // namespace drydock::cli
