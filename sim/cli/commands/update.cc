// update.cc — `docker update`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/run_limits.h"
#include "sim/cli/run_options.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kUpdateFlags[] = {
    {0, "blkio-weight", "uint16", Kind::uint16, "0", k20, "Share of block IO, 10 to 1000; 0 leaves it alone"},
    {0, "cpu-period", "int", Kind::number, "", k20, "CFS period of the CPU limit, in microseconds"},
    {0, "cpu-quota", "int", Kind::number, "", k20, "CFS quota of the CPU limit, in microseconds"},
    {0, "cpu-rt-period", "int", Kind::number, "", k20, "Real-time period of the CPU limit, in microseconds"},
    {0, "cpu-rt-runtime", "int", Kind::number, "", k20, "Real-time share of the CPU limit, in microseconds"},
    {'c', "cpu-shares", "int", Kind::number, "", k20, "Relative share of CPU time"},
    {0, "cpus", "decimal", Kind::decimal, "", k20, "How many CPUs it may use"},
    {0, "cpuset-cpus", "string", Kind::text, "", k20, "CPUs it may run on (0-3, 0,1)"},
    {0, "cpuset-mems", "string", Kind::text, "", k20, "Memory nodes it may use (0-3, 0,1)"},
    {0, "kernel-memory", "bytes", Kind::bytes, "", k20, "Bound on kernel memory"},
    {'m', "memory", "bytes", Kind::bytes, "", k20, "Bound on memory"},
    {0, "memory-reservation", "bytes", Kind::bytes, "", k20, "Soft bound on memory"},
    {0, "memory-swap", "bytes", Kind::bytes, "", k20, "Bound on memory and swap together; '-1' for none on swap"},
    {0, "pids-limit", "int", Kind::number, "", k20, "How many processes it may have (-1: any)"},
    {0, "restart", "string", Kind::text, "", k20, "When to start it again after an exit"},
};
// clang-format on

Result<engine::UpdateRequest> request_of(const Call& call) {
  const Flags& flags = call.flags;
  engine::UpdateRequest request;
  engine::Limits& limits = request.limits;
  const Outcome read = read_limits(flags, limits);
  if (!read) return read.error();
  request.pids_limit = flags.number("pids-limit");
  if (flags.given("restart")) {
    const Result<engine::RestartPolicy> policy =
        parse_restart_policy(flags.text("restart"), true);
    if (!policy) return policy.error();
    request.restart_policy = *policy;
  }
  return request;
}

bool nothing_asked(const Call& call) {
  for (const Flag& flag : call.command->flags) {
    if (call.flags.given(flag.name)) return false;
  }
  return true;
}

Task<engine::Done> update_one(Call& call, std::string who) {
  Result<engine::UpdateRequest> request = request_of(call);
  const engine::Done done =
      co_await call.at().engine.update(std::move(who), *std::move(request));
  co_return done;
}

Task<int> update(Call call) {
  if (nothing_asked(call)) {
    co_return co_await end_complaining(
        call.at(),
        "you must provide one or more flags when using this command");
  }
  const Result<engine::UpdateRequest> request = request_of(call);
  if (!request) {
    co_return co_await end_complaining(call.at(), request.error().text);
  }
  EachStyle style;
  style.verb = "update";
  co_return co_await for_each(call, update_one, style);
}

}  // namespace

const Command kUpdate = {
    .synopsis = "CONTAINER [CONTAINER...]",
    .synopsis18 = {},
    .brief = "Update configuration of one or more containers",
    .operands_min = 1,
    .flags = kUpdateFlags,
    .run = update};

}  // namespace drydock::cli
