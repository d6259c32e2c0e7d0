// attach.cc — `docker attach`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/streams.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kAttachFlags[] = {
    {0, "detach-keys", "string", Kind::text, "", k20, "Keys that detach the terminal"},
    {0, "no-stdin", "", Kind::toggle, "", kBoth, "Leave STDIN alone"},
    {0, "sig-proxy", "", Kind::toggle, "true", kBoth, "Pass signals on to the process"},
};
// clang-format on

/// The client itself looks at the state: no "Error response from daemon".
Task<int> refuse_attach(Client& client, engine::Fault fault) {
  if (fault.kind == engine::Fault::Kind::not_found) {
    co_return co_await refuse_by_client(client, std::move(fault));
  }
  co_return co_await end_complaining(client, fault.text);
}

Task<int> attach(Call call) {
  Client& client = call.at();
  const std::string who = call.operands.front();
  const auto found = client.engine.find(who);
  if (!found) co_return co_await refuse_attach(client, found.error());
  const engine::ContainerRef container = *found;
  engine::AttachRequest request;
  request.in = container->config.open_stdin && !call.flags.on("no-stdin");
  const bool in = request.in, tty = container->config.tty;
  const auto watched = client.engine.watch(who);
  auto attached = client.engine.attach(who, std::move(request), false);
  if (!watched || !attached) {
    engine::Fault fault = !attached ? attached.error() : watched.error();
    co_return co_await refuse_attach(client, std::move(fault));
  }
  if (tty && in && !client.console.in_is_terminal()) {
    const std::string text(client.profile.words.no_tty);
    co_return co_await end_complaining(client, text);
  }
  const std::shared_ptr<engine::ExitSignal> exit = *watched;
  StreamPlan plan;
  plan.in = in;
  plan.tty = tty;
  plan.sig_proxy = call.flags.on("sig-proxy", true) && !tty;
  plan.detach_keys = call.flags.text("detach-keys");
  plan.container = container->id;
  StreamEnd end = StreamEnd::ended;
  {
    Streams streams(client, **attached, plan);
    streams.begin();
    co_await streams.resize();
    end = co_await streams.wait();
    if (end == StreamEnd::interrupted) co_return 128 + streams.signal();
  }
  if (end == StreamEnd::detached) {
    if (!client.profile.modern) co_return 0;
    co_return co_await end_complaining(client, "read escape sequence");
  }
  co_await wait_for(exit->exited);
  co_return exit->exit_code;
}

}  // namespace

const Command kAttach = {
    .synopsis = "CONTAINER",
    .synopsis18 = {},
    .brief =
        "Attach local standard input, output, and error streams to a "
        "running container",
    .operands_min = 1,
    .operands_max = 1,
    .flags = kAttachFlags,
    .run = attach};

}  // namespace drydock::cli
