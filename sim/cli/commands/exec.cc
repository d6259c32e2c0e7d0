// exec.cc — `docker exec`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/run_options.h"
#include "sim/cli/streams.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kExecFlags[] = {
    {'d', "detach", "", Kind::toggle, "", kBoth, "Leave it running in the background"},
    {0, "detach-keys", "string", Kind::text, "", k20, "Keys that detach the terminal"},
    {'e', "env", "list", Kind::environment, "", k20, "Set a variable of the environment"},
    {0, "env-file", "list", Kind::list, "", k20, "File with variables, one a line"},
    {'i', "interactive", "", Kind::toggle, "", kBoth, "Keep STDIN open"},
    {0, "privileged", "", Kind::toggle, "", k20, "Let it do nearly all that the host can"},
    {'t', "tty", "", Kind::toggle, "", kBoth, "Give it a terminal"},
    {'u', "user", "string", Kind::text, "", kBoth, "User to be: <name|uid>[:<group|gid>]"},
    {'w', "workdir", "string", Kind::text, "", k20, "Directory to start in"},
};
// clang-format on

constexpr int kNotRun = 126;
constexpr int kNotRun18 = 255;  // -1, as a status.

Task<int> exec_refused(Client& client, engine::Fault fault, bool detached) {
  if (detached) co_return co_await refuse(client, std::move(fault));
  if (!client.profile.modern) {
    co_await complain(client, fault.text + "\n");
    co_return kNotRun18;
  }
  // What the runtime says comes down the stream of the process's output.
  co_await say(client, fault.text + "\r\n");
  co_return kNotRun;
}

engine::ExecRequest request_of(const Call& call, List env) {
  engine::ExecRequest request;
  request.cmd = List(call.operands.begin() + 1, call.operands.end());
  request.env = std::move(env);
  request.user = call.flags.text("user");
  request.working_dir = call.flags.text("workdir");
  request.detach_keys = call.flags.text("detach-keys");
  request.tty = call.flags.on("tty");
  request.privileged = call.flags.on("privileged");
  const bool detach = call.flags.on("detach");
  request.in = call.flags.on("interactive") && !detach;
  request.out = request.err = !detach;
  return request;
}

Task<int> exec(Call call) {
  Client& client = call.at();
  const Result<List> env = co_await read_environment(call);
  if (!env) co_return co_await end_complaining(client, env.error().text);
  engine::ExecRequest request = request_of(call, *env);
  const bool in = request.in, tty = request.tty;
  const bool detach = call.flags.on("detach");
  const std::string who = call.operands.front();
  const auto found = client.engine.find(who);
  if (!found) co_return co_await refuse_by_client(client, found.error());
  if (tty && in && !client.console.in_is_terminal()) {
    const std::string text(client.profile.words.no_tty);
    co_return co_await end_complaining(client, text);
  }
  const auto id = client.engine.exec_create(who, std::move(request));
  if (!id) co_return co_await refuse_by_client(client, id.error());
  if (detach) {
    const engine::Done started = co_await client.engine.exec_start(*id);
    if (started) co_return 0;
    co_return co_await exec_refused(client, started.error(), true);
  }
  auto attached = client.engine.exec_attach(*id);
  if (!attached) co_return co_await refuse(client, attached.error());
  StreamPlan plan;
  plan.in = in;
  plan.tty = tty;
  plan.detach_keys = call.flags.text("detach-keys");
  plan.container = (*found)->id;
  plan.exec = *id;
  {
    Streams streams(client, **attached, plan);
    const engine::Done started = co_await client.engine.exec_start(*id);
    if (!started) {
      co_return co_await exec_refused(client, started.error(), false);
    }
    streams.begin();
    co_await streams.resize();
    const StreamEnd end = co_await streams.wait();
    if (end == StreamEnd::interrupted) co_return 128 + streams.signal();
    if (end == StreamEnd::detached) {
      if (!client.profile.modern) co_return 0;
      co_return co_await end_complaining(client, "read escape sequence");
    }
  }
  const engine::Answer<int> code = co_await client.engine.exec_wait(*id);
  if (!code) co_return co_await refuse(client, code.error());
  co_return *code;
}

}  // namespace

const Command kExec = {.synopsis = "CONTAINER COMMAND [ARG...]",
                       .synopsis18 = {},
                       .brief = "Run a command in a running container",
                       .operands_min = 2,
                       .words_follow = true,
                       .flags = kExecFlags,
                       .run = exec};

}  // namespace drydock::cli
