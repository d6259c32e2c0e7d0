// simple.cc — commands of a few lines: diff, rename, tag, port, top.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/table.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/engine/ports.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kTagFlags[] = {
    {'f', "force", "", Kind::toggle, "", k18, "Do it even when in use"},
};
// clang-format on

Task<int> diff(Call call) {
  Client& client = call.at();
  const std::string who = call.operands.front();
  if (who.empty()) {
    const std::string_view text = client.profile.modern
                                      ? "Container name cannot be empty"
                                      : "Container name cannot be empty";
    co_return co_await end_complaining(client, std::string(text));
  }
  const auto changes = co_await client.engine.diff(who);
  if (!changes) co_return co_await refuse(client, changes.error());
  std::string text;
  for (const engine::PathChange& change : *changes) {
    text += fmt::format("{} {}\n", change.kind, change.path);
  }
  co_return co_await end_saying(client, std::move(text));
}

Task<int> rename(Call call) {
  Client& client = call.at();
  const std::string& from = call.operands[0];
  const std::string& to = call.operands[1];
  const bool empty = trim(from).empty() || trim(to).empty();
  if (empty && client.profile.modern) {
    co_return co_await end_complaining(
        client, "Error: Neither old nor new names may be empty");
  }
  const engine::Done renamed = co_await client.engine.rename(from, to);
  if (renamed) co_return 0;
  const std::string text =
      fmt::format("{}\nError: failed to rename container named {}\n",
                  told(client, renamed.error()), from);
  co_return co_await end_complaining(client, text);
}

Task<int> tag(Call call) {
  Client& client = call.at();
  const std::string& target = call.operands[1];
  const Result<image::Reference> parsed =
      image::parse_new_reference(target, client.profile.rules->grammar);
  if (!parsed) {
    const std::string text =
        client.profile.modern
            ? fmt::format(
                  "Error parsing reference: {} is not a valid "
                  "repository/tag: {}",
                  go_quote(target), parsed.error().text)
            : parsed.error().text;
    co_return co_await end_complaining(client, text);
  }
  const std::string source = call.operands[0];
  const bool force = call.flags.on("force");
  const engine::Done tagged = co_await client.engine.tag(source, target, force);
  if (tagged) co_return 0;
  co_return co_await refuse(client, tagged.error());
}

Task<int> port(Call call) {
  Client& client = call.at();
  const auto ports = client.engine.ports(call.operands.front());
  if (!ports) co_return co_await refuse_by_client(client, ports.error());
  std::string text;
  if (call.operands.size() == 1) {
    for (const auto& [inner, outer] : *ports) {
      text += fmt::format("{} -> {}:{}\n", inner.str(), outer.host_ip,
                          outer.host_port);
    }
    co_return co_await end_saying(client, std::move(text));
  }
  const std::string& asked = call.operands[1];
  const Result<engine::Port> wanted = engine::parse_port(asked);
  if (wanted) {
    for (const auto& [inner, outer] : *ports) {
      if (inner == *wanted) {
        text += fmt::format("{}:{}\n", outer.host_ip, outer.host_port);
      }
    }
  }
  if (!text.empty()) co_return co_await end_saying(client, std::move(text));
  const std::string name = wanted ? wanted->str() : asked;
  const std::string& who = call.operands[0];
  co_return co_await end_complaining(
      client,
      fmt::format("Error: No public port '{}' published for {}", name, who));
}

/// ps(1)'s own table, on docker's stops; the last column takes the rest.
Task<int> top(Call call) {
  constexpr std::size_t kWidth = 20;
  Client& client = call.at();
  List options(call.operands.begin() + 1, call.operands.end());
  const auto table =
      co_await client.engine.top(call.operands.front(), std::move(options));
  if (!table) co_return co_await refuse(client, table.error());
  Table text;
  text.width_min = kWidth;
  text.rows.push_back(table->titles);
  for (const List& row : table->rows) text.rows.push_back(row);
  co_return co_await end_saying(client, text.text());
}

}  // namespace

const Command kDiff = {
    .synopsis = "CONTAINER",
    .synopsis18 = {},
    .brief =
        "Inspect changes to files or directories on a container's filesystem",
    .operands_min = 1,
    .operands_max = 1,
    .flags = {},
    .run = diff};
const Command kRename = {.synopsis = "CONTAINER NEW_NAME",
                         .synopsis18 = "OLD_NAME NEW_NAME",
                         .brief = "Rename a container",
                         .operands_min = 2,
                         .operands_max = 2,
                         .flags = {},
                         .run = rename};
const Command kTag = {
    .synopsis = "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    .synopsis18 = "IMAGE[:TAG] [REGISTRYHOST/][USERNAME/]NAME[:TAG]",
    .brief = "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    .operands_min = 2,
    .operands_max = 2,
    .flags = kTagFlags,
    .run = tag};
const Command kPort = {
    .synopsis = "CONTAINER [PRIVATE_PORT[/PROTO]]",
    .synopsis18 = {},
    .brief = "List port mappings or a specific mapping for the container",
    .operands_min = 1,
    .operands_max = 2,
    .flags = {},
    .run = port};
const Command kTop = {.synopsis = "CONTAINER [ps OPTIONS]",
                      .synopsis18 = {},
                      .brief = "Display the running processes of a container",
                      .operands_min = 1,
                      .words_follow = true,
                      .flags = {},
                      .run = top};

}  // namespace drydock::cli
