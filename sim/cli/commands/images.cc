// images.cc — `docker images`, `docker image ls`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/printer.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kImagesFlags[] = {
    {'a', "all", "", Kind::toggle, "", kBoth, "Intermediate ones as well"},
    {0, "digests", "", Kind::toggle, "", kBoth, "Print the digests"},
    {'f', "filter", "filter", Kind::filter, "", kBoth, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {0, "no-trunc", "", Kind::toggle, "", kBoth, "Print in full"},
    {'q', "quiet", "", Kind::toggle, "", kBoth, "Print IDs only"},
};
// clang-format on

constexpr std::string_view kNone = "<none>";

std::vector<Column> columns_of(const Profile& profile) {
  return {{"Repository", "REPOSITORY"},
          {"Tag", "TAG"},
          {"Digest", "DIGEST"},
          {"ID", "IMAGE ID"},
          {"CreatedSince", "CREATED"},
          {"CreatedAt", "CREATED AT"},
          {"Size", profile.formats.image_size_title},
          {"VirtualSize", "VIRTUAL SIZE"},
          {"Containers", "CONTAINERS"},
          {"SharedSize", "SHARED SIZE"},
          {"UniqueSize", "UNIQUE SIZE"}};
}

/// A name of an image, as a row shows it.
struct Name {
  std::string repository, tag, digest;
};

/// A row for each tag; with --digests, tags and digests of one repository
/// are put together.
std::vector<Name> names_of(const engine::ImageSummary& image, bool digests) {
  std::vector<Name> names;
  std::map<std::string, std::string> by_repository;
  for (const std::string& digest : image.digests) {
    const std::size_t at = digest.find('@');
    by_repository[digest.substr(0, at)] = digest.substr(at + 1);
  }
  for (const std::string& tag : image.tags) {
    const std::size_t colon = tag.rfind(':');
    const std::string repository = tag.substr(0, colon);
    const auto digest = by_repository.find(repository);
    names.push_back({repository, tag.substr(colon + 1),
                     digests && digest != by_repository.end()
                         ? digest->second
                         : std::string(kNone)});
  }
  if (!names.empty()) return names;
  for (const auto& [repository, digest] : by_repository) {
    names.push_back({repository, std::string(kNone), digest});
  }
  if (names.empty()) {
    const std::string none(kNone);
    names.push_back({none, none, none});
  }
  return names;
}

std::string id_cell(const Profile& profile, const std::string& id,
                    bool in_full) {
  if (!in_full) return std::string(short_id(id));
  return profile.formats.id_algorithm ? "sha256:" + id : id;
}

List row_of(const Call& call, const engine::ImageSummary& image,
            const Name& name) {
  const Profile& profile = call.at().profile;
  const bool in_full = call.flags.on("no-trunc");
  const Nanoseconds age = call.at().engine.now() - image.created;
  const double size = static_cast<double>(image.virtual_size);
  SizeStyle virtual_style = profile.formats.size;
  virtual_style.digits = 4;
  return {name.repository,
          name.tag,
          name.digest,
          id_cell(profile, image.id, in_full),
          human_duration(age, profile.formats.one_second) + " ago",
          go_time(image.created),
          human_size(size, profile.formats.size),
          human_size(size, virtual_style),
          "N/A",
          "N/A",
          "N/A"};
}

Task<int> images(Call call) {
  Client& client = call.at();
  engine::ImagesRequest request;
  request.all = call.flags.on("all");
  request.filters = filters_of(call.flags);
  if (!call.operands.empty()) request.pattern = call.operands.front();
  const auto found = client.engine.images(std::move(request));
  if (!found) co_return co_await refuse(client, found.error());
  Listing listing;
  listing.type = "formatter.imageContext";
  listing.columns = columns_of(client.profile);
  listing.shown = {"Repository", "Tag", "ID", "CreatedSince", "Size"};
  const bool digests = call.flags.on("digests");
  if (digests) listing.shown.insert(listing.shown.begin() + 2, "Digest");
  std::string format = call.flags.text("format");
  const bool quiet = call.flags.on("quiet");
  for (const engine::ImageSummary& image : *found) {
    for (const Name& name : names_of(image, true)) {
      listing.rows.push_back(row_of(call, image, name));
    }
  }
  if (quiet) format = "{{.ID}}";
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

}  // namespace

const Command kImages = {.synopsis = "[REPOSITORY[:TAG]]",
                         .synopsis18 = {},
                         .brief = "List images",
                         .operands_min = 0,
                         .operands_max = 1,
                         .flags = kImagesFlags,
                         .run = images};

}  // namespace drydock::cli
