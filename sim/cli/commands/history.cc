// history.cc — `docker history`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/printer.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kHistoryFlags[] = {
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {'H', "human", "", Kind::toggle, "true", kBoth, "Sizes and dates as people write them"},
    {0, "no-trunc", "", Kind::toggle, "", kBoth, "Print in full"},
    {'q', "quiet", "", Kind::toggle, "", kBoth, "Print IDs only"},
};
// clang-format on

constexpr std::size_t kCreatedByWidth = 45;

// clang-format off
const std::vector<Column> kColumns = {
    {"ID", "IMAGE"}, {"CreatedSince", "CREATED"}, {"CreatedAt", "CREATED AT"},
    {"CreatedBy", "CREATED BY"}, {"Size", "SIZE"}, {"Comment", "COMMENT"},
};
// clang-format on

std::string id_cell(const Profile& profile, const std::string& id,
                    bool in_full) {
  if (!is_hex(id)) return id;
  if (!in_full) return std::string(short_id(id));
  return profile.formats.id_algorithm ? "sha256:" + id : id;
}

std::string created_by_cell(const Profile& profile, const std::string& text,
                            bool in_full) {
  const std::string flat = replace_all(text, "\t", " ");
  if (in_full) return flat;
  return profile.formats.ellipsis ? ellipsis(flat, kCreatedByWidth)
                                  : flat.substr(0, kCreatedByWidth);
}

List row_of(const Call& call, const engine::HistoryRow& row) {
  const Profile& profile = call.at().profile;
  const bool in_full = call.flags.on("no-trunc");
  const bool human = call.flags.on("human", true);
  const Nanoseconds age = call.at().engine.now() - row.created;
  const std::string created_at = rfc3339(row.created);
  const std::string since =
      human ? human_duration(age, profile.formats.one_second) + " ago"
            : created_at;
  const std::string size =
      human ? human_size(static_cast<double>(row.size), profile.formats.size)
            : std::to_string(row.size);
  return {id_cell(profile, row.id, in_full),
          since,
          created_at,
          created_by_cell(profile, row.created_by, in_full),
          size,
          row.comment};
}

Task<int> history(Call call) {
  Client& client = call.at();
  const auto rows = client.engine.history(call.operands.front());
  if (!rows) co_return co_await refuse(client, rows.error());
  Listing listing;
  listing.type = "formatter.historyContext";
  listing.columns = kColumns;
  listing.shown = {"ID", "CreatedSince", "CreatedBy", "Size", "Comment"};
  for (const engine::HistoryRow& row : *rows) {
    listing.rows.push_back(row_of(call, row));
  }
  std::string format = call.flags.text("format");
  if (call.flags.on("quiet")) format = "{{.ID}}";
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

}  // namespace

const Command kHistory = {.synopsis = "IMAGE",
                          .synopsis18 = {},
                          .brief = "Show the history of an image",
                          .operands_min = 1,
                          .operands_max = 1,
                          .flags = kHistoryFlags,
                          .run = history};

}  // namespace drydock::cli
