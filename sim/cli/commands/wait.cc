// wait.cc — `docker wait`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

Task<int> wait_all(Call call) {
  Client& client = call.at();
  List failed;
  std::string complaints;
  for (const std::string& who : call.operands) {
    const engine::Answer<int> code = co_await client.engine.wait(who);
    if (code) {
      co_await say(client, fmt::format("{}\n", *code));
      continue;
    }
    failed.push_back(who);
    complaints += told(client, code.error()) + "\n";
  }
  if (failed.empty()) co_return 0;
  if (client.profile.lists_failures) {
    complaints += fmt::format("Error: failed to wait containers: [{}]\n",
                              join(failed, " "));
  }
  co_return co_await end_complaining(client, complaints);
}

}  // namespace

const Command kWait = {
    .synopsis = "CONTAINER [CONTAINER...]",
    .synopsis18 = {},
    .brief =
        "Block until one or more containers stop, then print their exit "
        "codes",
    .operands_min = 1,
    .flags = {},
    .run = wait_all};

}  // namespace drydock::cli
