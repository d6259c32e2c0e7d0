// commit.cc — `docker commit`.

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kCommitFlags[] = {
    {'a', "author", "string", Kind::text, "", kBoth, "Who made it, such as \"Ada Lovelace <ada@example.org>\""},
    {'c', "change", "list", Kind::list, "", kBoth, "Dockerfile instruction for the new image's config"},
    {'m', "message", "string", Kind::text, "", kBoth, "What to remember of it"},
    {'p', "pause", "", Kind::toggle, "true", kBoth, "Hold it while its files are read"},
};
// clang-format on

/// An image's id as each docker prints it after making one.
std::string shown_id(const Client& client, const std::string& id) {
  const bool bare = id.find(':') == std::string::npos;
  return client.profile.formats.id_algorithm && bare ? "sha256:" + id : id;
}

Task<int> commit(Call call) {
  Client& client = call.at();
  engine::CommitRequest request;
  if (call.operands.size() > 1) request.reference = call.operands[1];
  if (!request.reference.empty()) {
    const Result<image::Reference> parsed = image::parse_reference(
        request.reference, client.profile.rules->grammar);
    if (!parsed) {
      co_return co_await end_complaining(client, parsed.error().text);
    }
  }
  request.author = call.flags.text("author");
  request.comment = call.flags.text("message");
  request.changes = call.flags.list("change");
  request.pause = call.flags.on("pause", true);
  const auto id =
      co_await client.engine.commit(call.operands.front(), std::move(request));
  if (!id) co_return co_await refuse(client, id.error());
  co_return co_await end_saying(client, shown_id(client, *id) + "\n");
}

}  // namespace

const Command kCommit = {
    .synopsis = "CONTAINER [REPOSITORY[:TAG]]",
    .synopsis18 = {},
    .brief = "Create a new image from a container's changes",
    .operands_min = 1,
    .operands_max = 2,
    .flags = kCommitFlags,
    .run = commit};

}  // namespace drydock::cli
