// system_df.cc — `docker system df`: what takes space, in sum and in detail.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/table.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kSystemDfFlags[] = {
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {'v', "verbose", "", Kind::toggle, "", k20, "Tell more"},
};
// clang-format on

struct VolumeUse {
  engine::VolumeSummary volume;
  std::int64_t size = 0;
};

/// All that takes space.
struct Stock {
  std::vector<engine::ImageSummary> images;
  std::vector<engine::ContainerSummary> containers;
  std::vector<VolumeUse> volumes;
};

Task<engine::Answer<Stock>> take_stock(Client& client) {
  Stock stock;
  engine::ImagesRequest all;
  const auto images = client.engine.images(std::move(all));
  if (!images) co_return images.error();
  stock.images = *images;
  engine::PsRequest request;
  request.all = request.size = true;
  const auto rows = co_await client.engine.ps(std::move(request));
  if (!rows) co_return rows.error();
  stock.containers = *rows;
  const auto volumes = client.engine.volumes({});
  if (!volumes) co_return volumes.error();
  for (const engine::VolumeSummary& volume : *volumes) {
    const auto size = co_await client.engine.volume_size(volume.name);
    stock.volumes.push_back({volume, size ? *size : 0});
  }
  co_return stock;
}

/// One kind of thing that takes space.
struct Share {
  std::string kind;
  std::int64_t total = 0, active = 0, size = 0, idle = 0;
};

void count(Share& share, bool active, std::int64_t size) {
  ++share.total;
  share.active += active ? 1 : 0;
  share.size += size;
  share.idle += active ? 0 : size;
}

bool is_active(const engine::ContainerSummary& row) {
  return row.state == "running" || row.state == "paused" ||
         row.state == "restarting";
}

std::string size_text(const Client& client, std::int64_t bytes) {
  return human_size(static_cast<double>(bytes), client.profile.formats.size);
}

List row_of(const Client& client, const Share& share, bool with_percent) {
  std::string idle = size_text(client, share.idle);
  if (with_percent && share.size > 0) {
    idle += fmt::format(" ({}%)", share.idle * 100 / share.size);
  }
  return {share.kind, std::to_string(share.total), std::to_string(share.active),
          size_text(client, share.size), idle};
}

std::string summary(const Client& client, const Stock& stock) {
  Share images{"Images"}, containers{"Containers"}, volumes{"Local Volumes"};
  for (const engine::ImageSummary& image : stock.images) {
    count(images, image.containers > 0, image.virtual_size);
  }
  for (const engine::ContainerSummary& row : stock.containers) {
    count(containers, is_active(row), row.size_rw);
  }
  for (const VolumeUse& use : stock.volumes) {
    count(volumes, use.volume.users > 0, use.size);
  }
  Table table;
  table.width_min = client.profile.formats.table_width_min;
  List titles = {"TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"};
  table.rows.push_back(std::move(titles));
  table.rows.push_back(row_of(client, images, true));
  table.rows.push_back(row_of(client, containers, true));
  table.rows.push_back(row_of(client, volumes, true));
  const Share cache{"Build Cache"};
  table.rows.push_back(row_of(client, cache, false));
  return table.text();
}

Table table_of(const Client& client, List titles) {
  Table table;
  table.width_min = client.profile.formats.table_width_min;
  table.rows.push_back(std::move(titles));
  return table;
}

std::string images_part(const Client& client, const Stock& stock) {
  Table table =
      table_of(client, {"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE",
                        "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"});
  std::set<std::string> parents;
  for (const engine::ImageSummary& image : stock.images) {
    parents.insert(image.parent);
  }
  for (const engine::ImageSummary& image : stock.images) {
    List names = image.tags;
    if (names.empty()) names.push_back("<none>:<none>");
    const std::int64_t unique = parents.contains(image.id) ? 0 : image.size;
    for (const std::string& name : names) {
      const std::size_t colon = name.rfind(':');
      const Nanoseconds age = client.engine.now() - image.created;
      List row = {
          name.substr(0, colon),
          name.substr(colon + 1),
          std::string(short_id(image.id)),
          human_duration(age, client.profile.formats.one_second) + " ago",
          size_text(client, image.virtual_size),
          size_text(client, image.virtual_size - unique),
          size_text(client, unique),
          std::to_string(image.containers)};
      table.rows.push_back(std::move(row));
    }
  }
  return "Images space usage:\n\n" + table.text();
}

std::string containers_part(const Client& client, const Stock& stock) {
  Table table =
      table_of(client, {"CONTAINER ID", "IMAGE", "COMMAND", "LOCAL VOLUMES",
                        "SIZE", "CREATED", "STATUS", "NAMES"});
  for (const engine::ContainerSummary& container : stock.containers) {
    const auto volumes = std::ranges::count_if(
        container.mounts, [](const engine::MountPoint& mount) {
          return mount.kind == engine::MountKind::volume;
        });
    const Nanoseconds age = client.engine.now() - container.created;
    List row = {std::string(short_id(container.id)),
                container.image,
                go_quote(container.command),
                std::to_string(volumes),
                size_text(client, container.size_rw),
                human_duration(age, client.profile.formats.one_second) + " ago",
                container.status,
                container.names.empty() ? "" : container.names.front()};
    table.rows.push_back(std::move(row));
  }
  return "\nContainers space usage:\n\n" + table.text();
}

std::string volumes_part(const Client& client, const Stock& stock) {
  Table table = table_of(client, {"VOLUME NAME", "LINKS", "SIZE"});
  for (const VolumeUse& use : stock.volumes) {
    List row = {use.volume.name, std::to_string(use.volume.users),
                size_text(client, use.size)};
    table.rows.push_back(std::move(row));
  }
  return "\nLocal Volumes space usage:\n\n" + table.text();
}

std::string detail(const Client& client, const Stock& stock) {
  const Table cache =
      table_of(client, {"CACHE ID", "CACHE TYPE", "SIZE", "CREATED",
                        "LAST USED", "USAGE", "SHARED"});
  return images_part(client, stock) + containers_part(client, stock) +
         volumes_part(client, stock) +
         "\nBuild cache usage: " + size_text(client, 0) + "\n\n" + cache.text();
}

Task<int> system_df(Call call) {
  Client& client = call.at();
  if (call.flags.given("format")) {
    co_return co_await end_complaining(
        client, "drydock: --format of 'docker system df' is not modelled");
  }
  const engine::Answer<Stock> stock = co_await take_stock(client);
  if (!stock) co_return co_await refuse(client, stock.error());
  const bool verbose = call.flags.on("verbose");
  const std::string told =
      verbose ? detail(client, *stock) : summary(client, *stock);
  co_return co_await end_saying(client, told);
}

}  // namespace

const Command kSystemDf = {.synopsis = "",
                           .synopsis18 = {},
                           .brief = "Show docker disk usage",
                           .operands_max = 0,
                           .flags = kSystemDfFlags,
                           .run = system_df};

}  // namespace drydock::cli
