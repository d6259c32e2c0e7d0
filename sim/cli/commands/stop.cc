// stop.cc — `docker stop`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kStopFlags[] = {
    {'t', "time", "int", Kind::number, "10", kBoth, "Seconds to wait before it is killed"},
};
// clang-format on

Task<engine::Done> stop_all_one(Call& call, std::string who) {
  std::optional<int> seconds;
  if (const auto given = call.flags.number("time")) {
    seconds = static_cast<int>(*given);
  }
  const engine::Done stopped =
      co_await call.at().engine.stop(std::move(who), seconds);
  co_return stopped;
}

Task<int> stop_all(Call call) {
  EachStyle style;
  style.verb = "stop";
  co_return co_await for_each(call, stop_all_one, style);
}

}  // namespace

const Command kStop = {.synopsis = "CONTAINER [CONTAINER...]",
                       .synopsis18 = {},
                       .brief = "Stop one or more running containers",
                       .operands_min = 1,
                       .flags = kStopFlags,
                       .run = stop_all};

}  // namespace drydock::cli
