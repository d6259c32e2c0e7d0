// start.cc — `docker start`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/streams.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kStartFlags[] = {
    {'a', "attach", "", Kind::toggle, "", kBoth, "Connect to STDOUT and STDERR, pass signals on"},
    {0, "detach-keys", "string", Kind::text, "", k20, "Keys that detach the terminal"},
    {'i', "interactive", "", Kind::toggle, "", kBoth, "Connect STDIN"},
};
// clang-format on

Task<engine::Done> start_one(Call& call, std::string who) {
  const engine::Done started = co_await call.at().engine.start(std::move(who));
  co_return started;
}

/// One container, with our terminal at its streams.
Task<int> start_attached(Call& call) {
  Client& client = call.at();
  const std::string who = call.operands.front();
  const auto found = client.engine.find(who);
  if (!found) co_return co_await refuse_by_client(client, found.error());
  const engine::ContainerRef container = *found;
  const bool in = call.flags.on("interactive") && container->config.open_stdin;
  const bool tty = container->config.tty;
  if (tty && in && !client.console.in_is_terminal()) {
    const std::string text(client.profile.words.no_tty);
    co_return co_await end_complaining(client, text);
  }
  const auto watched = client.engine.watch(container->id);
  engine::AttachRequest request;
  request.in = in;
  auto attached = client.engine.attach(container->id, std::move(request), true);
  if (!watched || !attached) {
    const engine::Fault fault = !watched ? watched.error() : attached.error();
    co_return co_await refuse(client, fault);
  }
  const std::shared_ptr<engine::ExitSignal> exit = *watched;
  StreamPlan plan;
  plan.in = in;
  plan.tty = tty;
  plan.sig_proxy = !tty;
  plan.detach_keys = call.flags.text("detach-keys");
  plan.container = container->id;
  StreamEnd end = StreamEnd::ended;
  {
    Streams streams(client, **attached, plan);
    streams.begin();
    const engine::Done started = co_await client.engine.start(who);
    if (!started) {
      std::string text =
          wait_canceled(client) + told(client, started.error()) + "\n";
      if (!client.profile.modern) {
        text += fmt::format("Error: failed to start containers: [{}]\n", who);
      }
      co_return co_await end_complaining(client, text);
    }
    co_await streams.resize();
    end = co_await streams.wait();
    if (end == StreamEnd::interrupted) co_return 128 + streams.signal();
  }
  if (end == StreamEnd::detached) co_return 0;
  co_await wait_for(exit->exited);
  co_return exit->exit_code;
}

Task<int> start(Call call) {
  const bool attaches = call.flags.on("attach") || call.flags.on("interactive");
  if (attaches && call.operands.size() > 1) {
    const std::string text(call.at().profile.words.start_and_attach_many);
    co_return co_await end_complaining(call.at(), text);
  }
  if (attaches) co_return co_await start_attached(call);
  EachStyle style;
  style.verb = "start";
  style.always_summary = true;
  co_return co_await for_each(call, start_one, style);
}

}  // namespace

const Command kStart = {.synopsis = "CONTAINER [CONTAINER...]",
                        .synopsis18 = {},
                        .brief = "Start one or more stopped containers",
                        .operands_min = 1,
                        .flags = kStartFlags,
                        .run = start};

}  // namespace drydock::cli
