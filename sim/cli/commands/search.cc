// search.cc — `docker search`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/printer.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kSearchFlags[] = {
    {0, "automated", "", Kind::toggle, "", k18, "Only automated builds"},
    {0, "automated", "", Kind::toggle, "", k20, "Only automated builds", "", true},
    {'f', "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {0, "limit", "int", Kind::number, "25", k20, "At most so many results"},
    {0, "no-trunc", "", Kind::toggle, "", kBoth, "Print in full"},
    {'s', "stars", "int", Kind::number, "0", k18, "Only with at least so many stars"},
    {'s', "stars", "int", Kind::number, "0", k20, "Only with at least so many stars", "", true},
};
// clang-format on

constexpr std::size_t kDescriptionMax = 45, kDescriptionCut = 42;

// clang-format off
const std::vector<Column> kColumns = {
    {"Name", "NAME"}, {"Description", "DESCRIPTION"}, {"StarCount", "STARS"},
    {"IsOfficial", "OFFICIAL"}, {"IsAutomated", "AUTOMATED"},
};
// clang-format on

std::string description_cell(const Call& call, std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  if (call.flags.on("no-trunc")) return text;
  if (call.at().profile.formats.ellipsis) {
    return ellipsis(text, kDescriptionMax);
  }
  if (text.size() <= kDescriptionMax) return text;
  return text.substr(0, kDescriptionCut) + "...";
}

Task<int> search(Call call) {
  Client& client = call.at();
  engine::SearchRequest request;
  request.term = call.operands.front();
  request.automated = call.flags.on("automated");
  request.stars = static_cast<int>(call.flags.number("stars").value_or(0));
  request.limit = static_cast<int>(call.flags.number("limit").value_or(25));
  for (const auto& [key, values] : filters_of(call.flags)) {
    if (key == "stars") {
      request.stars = static_cast<int>(parse_int(values.back()).value_or(0));
    } else if (key == "is-official") {
      request.official = values.back() == "true";
    } else if (key == "is-automated") {
      request.automated = values.back() == "true";
    } else {
      co_return co_await end_complaining(
          client, "Error response from daemon: Invalid filter '" + key + "'");
    }
  }
  const auto hits = co_await client.engine.search(std::move(request));
  if (!hits) co_return co_await refuse(client, hits.error());
  Listing listing;
  listing.type = "formatter.searchContext";
  listing.columns = kColumns;
  listing.width_min = 10;
  listing.shown = {"Name", "Description", "StarCount", "IsOfficial",
                   "IsAutomated"};
  for (const engine::SearchHit& hit : *hits) {
    List row = {hit.name, description_cell(call, hit.description),
                std::to_string(hit.stars), hit.official ? "[OK]" : "",
                hit.automated ? "[OK]" : ""};
    listing.rows.push_back(std::move(row));
  }
  std::string format = call.flags.text("format");
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

}  // namespace

const Command kSearch = {.synopsis = "TERM",
                         .synopsis18 = {},
                         .brief = "Search the Docker Hub for images",
                         .operands_min = 1,
                         .operands_max = 1,
                         .flags = kSearchFlags,
                         .run = search};

}  // namespace drydock::cli
