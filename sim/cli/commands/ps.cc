// ps.cc — `docker ps`, `docker container ls`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/ports_cell.h"
#include "sim/cli/printer.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kPsFlags[] = {
    {'n', "", "int", Kind::number, "-1", k18, "The n newest, whatever their state", "last"},
    {'a', "all", "", Kind::toggle, "", kBoth, "Stopped ones as well"},
    {0, "before", "string", Kind::text, "", k18, "Only those created before this one"},
    {'f', "filter", "filter", Kind::filter, "", kBoth, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", kBoth, "Print by this Go template"},
    {'n', "last", "int", Kind::number, "-1", k20, "The n newest, whatever their state"},
    {'l', "latest", "", Kind::toggle, "", kBoth, "The newest one, whatever its state"},
    {0, "no-trunc", "", Kind::toggle, "", kBoth, "Print in full"},
    {'q', "quiet", "", Kind::toggle, "", kBoth, "Print IDs only"},
    {0, "since", "string", Kind::text, "", k18, "Only what came after this time"},
    {'s', "size", "", Kind::toggle, "", kBoth, "Print sizes too"},
};
// clang-format on

constexpr std::size_t kCommandWidth = 20;

// clang-format off
const std::vector<Column> kColumns = {
    {"ID", "CONTAINER ID"},   {"Image", "IMAGE"},     {"Command", "COMMAND"},
    {"CreatedAt", "CREATED AT"}, {"RunningFor", "CREATED"}, {"Ports", "PORTS"},
    {"Status", "STATUS"},     {"Size", "SIZE"},       {"Names", "NAMES"},
    {"Labels", "LABELS"},     {"State", "STATE"},     {"Mounts", "MOUNTS"},
    {"LocalVolumes", "LOCAL VOLUMES"}, {"Networks", "NETWORKS"},
};
// clang-format on

std::string names_cell(const List& names, bool in_full) {
  List shown;
  for (const std::string& name : names) {
    if (in_full || name.find('/') == std::string::npos) shown.push_back(name);
  }
  return join(shown, ",");
}

std::string command_cell(const Profile& profile, const std::string& command,
                         bool in_full) {
  if (in_full) return go_quote(command);
  return go_quote(profile.formats.ellipsis ? ellipsis(command, kCommandWidth)
                                           : command.substr(0, kCommandWidth));
}

std::string size_cell(const Profile& profile,
                      const engine::ContainerSummary& row) {
  const SizeStyle style = profile.formats.size;
  const std::string own = human_size(static_cast<double>(row.size_rw), style);
  if (row.size_root_fs <= 0) return own;
  return fmt::format("{} (virtual {})", own,
                     human_size(static_cast<double>(row.size_root_fs), style));
}

std::string labels_cell(const std::map<std::string, std::string>& labels) {
  List pairs;
  for (const auto& [key, value] : labels) pairs.push_back(key + "=" + value);
  return join(pairs, ",");
}

std::string mounts_cell(const std::vector<engine::MountPoint>& mounts,
                        bool in_full) {
  constexpr std::size_t kMountWidth = 15;
  List cells;
  for (const engine::MountPoint& mount : mounts) {
    const std::string& name = mount.name.empty() ? mount.source : mount.name;
    cells.push_back(in_full ? name : ellipsis(name, kMountWidth));
  }
  return join(cells, ",");
}

List row_of(const Call& call, const engine::ContainerSummary& summary) {
  const Profile& profile = call.at().profile;
  const bool in_full = call.flags.on("no-trunc");
  const Nanoseconds age = call.at().engine.now() - summary.created;
  int volumes = 0;
  for (const engine::MountPoint& mount : summary.mounts) {
    volumes += mount.kind == engine::MountKind::volume ? 1 : 0;
  }
  return {in_full ? summary.id : std::string(short_id(summary.id)),
          summary.image.empty() ? "<no image>" : summary.image,
          command_cell(profile, summary.command, in_full),
          go_time(summary.created),
          human_duration(age, profile.formats.one_second) + " ago",
          ports_cell(summary.ports),
          summary.status,
          size_cell(profile, summary),
          names_cell(summary.names, in_full),
          labels_cell(summary.labels),
          summary.state,
          mounts_cell(summary.mounts, in_full),
          std::to_string(volumes),
          summary.network};
}

engine::PsRequest request_of(const Call& call) {
  engine::PsRequest request;
  request.all = call.flags.on("all");
  request.size = call.flags.on("size");
  request.limit = static_cast<int>(call.flags.number("last").value_or(-1));
  if (call.flags.on("latest")) request.limit = 1;
  request.since = call.flags.text("since");
  request.before = call.flags.text("before");
  request.filters = filters_of(call.flags);
  return request;
}

Task<int> ps(Call call) {
  Client& client = call.at();
  engine::PsRequest request = request_of(call);
  std::string format = call.flags.text("format");
  const bool asks_size = format.find(".Size") != std::string::npos;
  request.size = request.size || asks_size;
  const auto rows = co_await client.engine.ps(std::move(request));
  if (!rows) co_return co_await refuse(client, rows.error());
  Listing listing;
  listing.type = "formatter.containerContext";
  listing.columns = kColumns;
  listing.shown = {"ID",     "Image", "Command", "RunningFor",
                   "Status", "Ports", "Names"};
  if (call.flags.on("size")) listing.shown.push_back("Size");
  for (const engine::ContainerSummary& summary : *rows) {
    listing.rows.push_back(row_of(call, summary));
    listing.labels.push_back(summary.labels);
  }
  if (call.flags.on("quiet") && (format.empty() || client.profile.modern)) {
    format = "{{.ID}}";
  }
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

}  // namespace

const Command kPs = {.synopsis = "",
                     .synopsis18 = {},
                     .brief = "List containers",
                     .operands_min = 0,
                     .operands_max = 0,
                     .flags = kPsFlags,
                     .run = ps};

}  // namespace drydock::cli
