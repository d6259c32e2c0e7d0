// pause.cc — `docker pause`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

Task<engine::Done> pause_all_one(Call& call, std::string who) {
  const engine::Done paused = co_await call.at().engine.pause(std::move(who));
  co_return paused;
}

Task<int> pause_all(Call call) {
  EachStyle style;
  style.verb = "pause";
  co_return co_await for_each(call, pause_all_one, style);
}

}  // namespace

const Command kPause = {
    .synopsis = "CONTAINER [CONTAINER...]",
    .synopsis18 = {},
    .brief = "Pause all processes within one or more containers",
    .operands_min = 1,
    .flags = {},
    .run = pause_all};

}  // namespace drydock::cli
