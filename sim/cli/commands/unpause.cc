// unpause.cc — `docker unpause`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

Task<engine::Done> unpause_all_one(Call& call, std::string who) {
  const engine::Done done = co_await call.at().engine.unpause(std::move(who));
  co_return done;
}

Task<int> unpause_all(Call call) {
  EachStyle style;
  style.verb = "unpause";
  co_return co_await for_each(call, unpause_all_one, style);
}

}  // namespace

const Command kUnpause = {
    .synopsis = "CONTAINER [CONTAINER...]",
    .synopsis18 = {},
    .brief = "Unpause all processes within one or more containers",
    .operands_min = 1,
    .flags = {},
    .run = unpause_all};

}  // namespace drydock::cli
