// rmi.cc — `docker rmi`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kRmiFlags[] = {
    {'f', "force", "", Kind::toggle, "", kBoth, "Remove it although it is used"},
    {0, "no-prune", "", Kind::toggle, "", kBoth, "Keep parents that lose their last use"},
};
// clang-format on

std::string lines_of(const std::vector<engine::Deletion>& deletions) {
  std::string text;
  for (const engine::Deletion& deletion : deletions) {
    text += deletion.deleted.empty()
                ? fmt::format("Untagged: {}\n", deletion.untagged)
                : fmt::format("Deleted: {}\n", deletion.deleted);
  }
  return text;
}

Task<int> remove_images(Call call) {
  Client& client = call.at();
  List failed;
  std::string complaints;
  bool bad = false;
  for (const std::string& typed : call.operands) {
    engine::RmiRequest request;
    request.force = call.flags.on("force");
    request.no_prune = call.flags.on("no-prune");
    const auto deletions =
        co_await client.engine.rmi(typed, std::move(request));
    if (deletions) {
      co_await say(client, lines_of(*deletions));
      continue;
    }
    failed.push_back(typed);
    complaints += told_by_client(client, deletions.error()) + "\n";
    const bool unknown =
        deletions.error().kind == engine::Fault::Kind::not_found;
    const bool forced = client.profile.modern && call.flags.on("force");
    bad = bad || !(forced && unknown);
  }
  if (failed.empty()) co_return 0;
  if (client.profile.lists_failures) {
    complaints += fmt::format("Error: failed to remove images: [{}]\n",
                              join(failed, " "));
  }
  const int status = bad ? 1 : 0;
  co_return co_await end_complaining(client, complaints, status);
}

}  // namespace

const Command kRmi = {.synopsis = "IMAGE [IMAGE...]",
                      .synopsis18 = {},
                      .brief = "Remove one or more images",
                      .operands_min = 1,
                      .flags = kRmiFlags,
                      .run = remove_images};

}  // namespace drydock::cli
