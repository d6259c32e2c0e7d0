// restart.cc — `docker restart`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kRestartFlags[] = {
    {'t', "time", "int", Kind::number, "10", kBoth, "Seconds to wait before it is killed"},
};
// clang-format on

Task<engine::Done> restart_all_one(Call& call, std::string who) {
  std::optional<int> seconds;
  if (const auto given = call.flags.number("time")) {
    seconds = static_cast<int>(*given);
  }
  const engine::Done restarted =
      co_await call.at().engine.restart(std::move(who), seconds);
  co_return restarted;
}

Task<int> restart_all(Call call) {
  EachStyle style;
  style.verb = "restart";
  co_return co_await for_each(call, restart_all_one, style);
}

}  // namespace

const Command kRestart = {.synopsis = "CONTAINER [CONTAINER...]",
                          .synopsis18 = {},
                          .brief = "Restart one or more containers",
                          .operands_min = 1,
                          .flags = kRestartFlags,
                          .run = restart_all};

}  // namespace drydock::cli
