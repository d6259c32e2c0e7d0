// logs.cc — `docker logs`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/moment.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kLogsFlags[] = {
    {0, "details", "", Kind::toggle, "", k20, "Print the extra attributes of the log too"},
    {'f', "follow", "", Kind::toggle, "", kBoth, "Go on printing as output comes"},
    {0, "since", "string", Kind::text, "", kBoth, "Only what came after this time"},
    {'n', "tail", "string", Kind::text, "all", kBoth, "How many lines from the end"},
    {'t', "timestamps", "", Kind::toggle, "", kBoth, "Print the time of each line"},
    {0, "until", "string", Kind::text, "", k20, "Only what came before this time"},
};
// clang-format on

/// --details: the labels and variables that --log-opt chose, before each line.
std::string details_of(const engine::Container& container) {
  const auto& options = container.host->log_config.config;
  std::map<std::string, std::string> chosen;
  const auto wanted = [&](std::string_view key) {
    const auto found = options.find(std::string(key));
    return found == options.end() ? List{} : split(found->second, ',');
  };
  for (const std::string& key : wanted("labels")) {
    if (!container.config.labels) break;
    const auto label = container.config.labels->find(key);
    if (label != container.config.labels->end()) chosen[key] = label->second;
  }
  for (const std::string& key : wanted("env")) {
    if (!container.config.env) break;
    for (const std::string& entry : *container.config.env) {
      if (image::env_key(entry) == key && entry.size() > key.size()) {
        chosen[key] = entry.substr(key.size() + 1);
      }
    }
  }
  List pairs;
  for (const auto& [key, value] : chosen) pairs.push_back(key + "=" + value);
  return join(pairs, ",");
}

Result<engine::LogsRequest> request_of(const Call& call) {
  const Time now = call.at().engine.now();
  engine::LogsRequest request;
  request.follow = call.flags.on("follow");
  const auto since = parse_moment(call.flags.text("since"), "since", now);
  if (!since) return since.error();
  const auto until = parse_moment(call.flags.text("until"), "until", now);
  if (!until) return until.error();
  request.since = *since;
  request.until = *until;
  // What is no number, or less than none, is all of it.
  const auto tail = parse_int(call.flags.text("tail", "all"));
  if (tail && *tail >= 0) request.tail = *tail;
  return request;
}

Task<int> logs(Call call) {
  Client& client = call.at();
  Result<engine::LogsRequest> request = request_of(call);
  if (!request) {
    co_return co_await end_complaining(client, request.error().text);
  }
  const std::string who = call.operands.front();
  const auto found = client.engine.find(who);
  if (!found) co_return co_await refuse_by_client(client, found.error());
  auto reader = client.engine.logs(who, *std::move(request));
  if (!reader) co_return co_await refuse(client, reader.error());
  std::string details;
  if (call.flags.on("details")) details = details_of(**found) + " ";
  const bool timestamps = call.flags.on("timestamps");
  for (;;) {
    Result<std::optional<engine::LogEntry>> entry = co_await (*reader)->next();
    if (!entry) {
      const engine::Fault fault{engine::Fault::Kind::internal,
                                entry.error().text};
      co_return co_await refuse(client, fault);
    }
    if (!*entry) break;
    std::string line = details + (*entry)->bytes;
    if (timestamps) line = rfc3339_nine((*entry)->time) + " " + line;
    if ((*entry)->stream == engine::Stream::err) {
      co_await complain(client, std::move(line));
    } else {
      co_await say(client, std::move(line));
    }
  }
  co_return 0;
}

}  // namespace

const Command kLogs = {.synopsis = "CONTAINER",
                       .synopsis18 = {},
                       .brief = "Fetch the logs of a container",
                       .operands_min = 1,
                       .operands_max = 1,
                       .flags = kLogsFlags,
                       .run = logs};

}  // namespace drydock::cli
