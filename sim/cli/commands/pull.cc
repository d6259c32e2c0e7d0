// pull.cc — `docker pull` and `docker push`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/login.h"
#include "sim/cli/pull_progress.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kPullFlags[] = {
    {'a', "all-tags", "", Kind::toggle, "", kBoth, "Take each tag of the repository"},
    {0, "disable-content-trust", "", Kind::toggle, "true", kBoth, "Do not verify signatures"},
    {0, "platform", "string", Kind::text, "", k20, "Platform, where the server has several"},
    {'q', "quiet", "", Kind::toggle, "", k20, "Say little"},
};
// clang-format on
// clang-format off
constexpr Flag kPushFlags[] = {
    {'a', "all-tags", "", Kind::toggle, "", k20, "Take each tag of the repository"},
    {0, "disable-content-trust", "", Kind::toggle, "true", kBoth, "Do not verify signatures"},
    {'q', "quiet", "", Kind::toggle, "", k20, "Say little"},
};
// clang-format on

Task<int> pull(Call call) {
  Client& client = call.at();
  const bool modern = client.profile.modern;
  const bool all = call.flags.on("all-tags"), quiet = call.flags.on("quiet");
  const Result<image::Reference> parsed = image::parse_reference(
      call.operands.front(), client.profile.rules->grammar);
  if (!parsed) {
    co_return co_await end_complaining(client, parsed.error().text);
  }
  const std::string platform = call.flags.text("platform");
  if (!platform.empty() && platform != "linux/amd64" && platform != "linux") {
    co_return co_await end_complaining(
        client,
        fmt::format("drydock: --platform {} is not modelled", platform));
  }
  const bool exact = !parsed->tag.empty() || !parsed->digest.empty();
  if (all && exact) {
    co_return co_await end_complaining(client,
                                       "tag can't be used with --all-tags/-a");
  }
  const std::string name =
      all ? parsed->str() : parsed->with_default_tag().str();
  if (!all && !exact && !quiet) {
    co_await say(client, "Using default tag: latest\n");
  }
  engine::Done done = engine::did_it();
  if (quiet) {
    engine::PullRequest request;
    request.reference = name;
    request.all_tags = all;
    request.auth = co_await auth_for(client, name);
    engine::ProgressSink silent = [](const engine::Progress&) {};
    done = co_await client.engine.pull(std::move(request), std::move(silent));
  } else {
    done = co_await pull_showing(client, name, all, false);
  }
  if (!done) co_return co_await refuse(client, done.error());
  if (!modern) co_return 0;
  // The whole name, as docker.io spells it out.
  const bool hub = parsed->host() == "docker.io";
  const std::string whole =
      hub ? fmt::format("docker.io/{}{}", parsed->path(),
                        name.substr(parsed->repository.size()))
          : name;
  co_return co_await end_saying(client, whole + "\n");
}

Task<engine::Done> push_quietly(Client& client, std::string name, bool all) {
  engine::PushRequest request;
  request.auth = co_await auth_for(client, name);
  request.reference = std::move(name);
  request.all_tags = all;
  engine::ProgressSink silent = [](const engine::Progress&) {};
  co_return co_await client.engine.push(std::move(request), std::move(silent));
}

Task<int> push(Call call) {
  Client& client = call.at();
  const Result<image::Reference> parsed = image::parse_reference(
      call.operands.front(), client.profile.rules->grammar);
  if (!parsed) {
    co_return co_await end_complaining(client, parsed.error().text);
  }
  const bool all = call.flags.on("all-tags"), quiet = call.flags.on("quiet");
  std::string name = parsed->str();
  if (client.profile.modern && !all) {
    if (parsed->tag.empty() && !quiet) {
      co_await say(client, "Using default tag: latest\n");
    }
    name = parsed->with_default_tag().str();
  }
  engine::Done done = engine::did_it();
  if (quiet) {
    done = co_await push_quietly(client, name, all);
  } else {
    done = co_await push_showing(client, name, all);
  }
  const bool stranger =
      !done && done.error().kind == engine::Fault::Kind::unauthorized;
  if (stranger && !client.profile.modern) {
    co_await say(client, "\nPlease login prior to push:\n");
    LoginRequest request;
    if (parsed->host() != "docker.io") request.server = parsed->host();
    const int status = co_await log_in(client, std::move(request));
    if (status != 0) co_return status;
    done = co_await push_showing(client, name, all);
  }
  if (done && quiet) co_return co_await end_saying(client, name + "\n");
  if (done) co_return 0;
  // What goes wrong while it streams is told without the daemon's prefix.
  co_return co_await end_complaining(client, done.error().text);
}

}  // namespace

const Command kPull = {.synopsis = "NAME[:TAG|@DIGEST]",
                       .synopsis18 = {},
                       .brief = "Pull an image or a repository from a registry",
                       .operands_min = 1,
                       .operands_max = 1,
                       .flags = kPullFlags,
                       .run = pull};
const Command kPush = {.synopsis = "NAME[:TAG]",
                       .synopsis18 = {},
                       .brief = "Push an image or a repository to a registry",
                       .operands_min = 1,
                       .operands_max = 1,
                       .flags = kPushFlags,
                       .run = push};

}  // namespace drydock::cli
