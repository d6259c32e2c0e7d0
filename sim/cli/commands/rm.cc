// rm.cc — `docker rm`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kRmFlags[] = {
    {'f', "force", "", Kind::toggle, "", kBoth, "Kill it first if it runs"},
    {'l', "link", "", Kind::toggle, "", kBoth, "Remove this link, not a container"},
    {'v', "volumes", "", Kind::toggle, "", kBoth, "Remove its anonymous volumes too"},
};
// clang-format on

std::string without_slashes(std::string_view name) {
  while (name.starts_with('/')) name.remove_prefix(1);
  while (name.ends_with('/')) name.remove_suffix(1);
  return std::string(name);
}

Task<int> remove_all(Call call) {
  Client& client = call.at();
  const bool force = call.flags.on("force");
  List failed;
  std::string complaints;
  bool bad = false;
  for (const std::string& typed : call.operands) {
    const std::string who = without_slashes(typed);
    if (who.empty() && !client.profile.modern) {
      co_return co_await end_complaining(
          client, complaints + "Container name cannot be empty");
    }
    engine::RemoveRequest request;
    request.force = force;
    request.volumes = call.flags.on("volumes");
    request.link = call.flags.on("link");
    const engine::Done removed =
        co_await client.engine.remove(who, std::move(request));
    if (removed) {
      co_await say(client, who + "\n");
      continue;
    }
    failed.push_back(who);
    complaints += told_by_client(client, removed.error()) + "\n";
    const bool unknown = removed.error().kind == engine::Fault::Kind::not_found;
    bad = bad || !(client.profile.modern && force && unknown);
  }
  if (failed.empty()) co_return 0;
  if (client.profile.lists_failures) {
    complaints += fmt::format("Error: failed to remove containers: [{}]\n",
                              join(failed, " "));
  }
  const int status = bad ? 1 : 0;
  co_return co_await end_complaining(client, complaints, status);
}

}  // namespace

const Command kRm = {.synopsis = "CONTAINER [CONTAINER...]",
                     .synopsis18 = {},
                     .brief = "Remove one or more containers",
                     .operands_min = 1,
                     .flags = kRmFlags,
                     .run = remove_all};

}  // namespace drydock::cli
