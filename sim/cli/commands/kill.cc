// kill.cc — `docker kill`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kKillFlags[] = {
    {'s', "signal", "string", Kind::text, "KILL", kBoth, "Signal to send"},
};
// clang-format on

Task<engine::Done> kill_all_one(Call& call, std::string who) {
  std::string signal = call.flags.text("signal", "KILL");
  const engine::Done killed =
      co_await call.at().engine.kill(std::move(who), std::move(signal));
  co_return killed;
}

Task<int> kill_all(Call call) {
  EachStyle style;
  style.verb = "kill";
  co_return co_await for_each(call, kill_all_one, style);
}

}  // namespace

const Command kKill = {.synopsis = "CONTAINER [CONTAINER...]",
                       .synopsis18 = {},
                       .brief = "Kill one or more running containers",
                       .operands_min = 1,
                       .flags = kKillFlags,
                       .run = kill_all};

}  // namespace drydock::cli
