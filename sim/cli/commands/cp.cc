// cp.cc — `docker cp`, in both directions.

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/base/conduit.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/copy_rules.h"
#include "sim/cli/renamed_archive.h"
#include "sim/vfs/tar.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kCpFlags[] = {
    {'a', "archive", "", Kind::toggle, "", k20, "Keep owner and group of what is copied"},
    {'L', "follow-link", "", Kind::toggle, "", k20, "Copy what a symlink in SRC_PATH points to"},
};
// clang-format on

/// Makes a path absolute and keeps what its end says: "/." or "/".
std::string resolved(const Client& client, std::string_view path) {
  std::string whole = absolute(client, path);
  if (path == "." || path.ends_with("/.")) {
    whole += "/.";
  } else if (path.ends_with('/') && whole != "/") {
    whole += "/";
  }
  return whole;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string told_path(const Client& client, const CopyArgument& argument,
                      const engine::PathError& error) {
  const bool missing = error.kind == engine::PathFault::not_found ||
                       error.kind == engine::PathFault::is_special;
  if (client.profile.modern && missing) {
    return fmt::format("Error: No such container:path: {}:{}",
                       argument.container, argument.path);
  }
  return "Error response from daemon: " + error.text;
}

std::string told_fault(const Client& client, const CopyArgument& argument,
                       const engine::Fault& fault) {
  if (client.profile.modern && fault.kind == engine::Fault::Kind::not_found) {
    return fmt::format("Error: No such container:path: {}:{}",
                       argument.container, argument.path);
  }
  return told(client, fault);
}

// --- Out of a container -----------------------------------------------------

/// What a path of ours is as a destination; symlinks are followed.
Result<CopySide> own_destination(const Client& client,
                                 const std::string& path) {
  CopySide side{path, false, false};
  const std::string plain = absolute(client, path);
  const auto stat = client.console.stat(plain);
  if (stat) {
    side.exists = true;
    side.directory = stat->kind == FileKind::directory;
    if (!side.directory && path.ends_with('/')) {
      return Error{fmt::format("stat {}: not a directory", path)};
    }
    return side;
  }
  const std::string parent = directory_of(plain);
  const auto above = client.console.stat(parent);
  if (!above) {
    return Error{fmt::format("invalid output path: directory {} does not exist",
                             go_quote(parent))};
  }
  if (above->kind != FileKind::directory) return Error{"not a directory"};
  return side;
}

/// The source as it is copied: with -L, what a symlink points to.
Task<Result<CopyArgument>> followed(Call& call, CopyArgument from) {
  Client& client = call.at();
  if (!call.flags.on("follow-link")) co_return from;
  const auto answer =
      co_await client.engine.stat_path(from.container, from.path);
  if (!answer || !*answer || !(**answer).symlink) co_return from;
  const std::string& target = (**answer).link_target;
  CopyArgument to = from;
  to.path = target.starts_with('/')
                ? target
                : split_path(from.path).directory + "/" + target;
  co_return to;
}

Task<Result<CopySide>> container_source(Call& call, CopyArgument from) {
  Client& client = call.at();
  if (from.path.empty()) {
    co_return Error{
        "Error response from daemon: bad parameter: pathcannot be empty"};
  }
  const auto answer =
      co_await client.engine.stat_path(from.container, from.path);
  if (!answer) co_return Error{told_fault(client, from, answer.error())};
  if (!*answer) co_return Error{told_path(client, from, answer->error())};
  CopySide side{from.path, true, (**answer).directory};
  co_return side;
}

using CopyAnswer = engine::Answer<Result<std::monostate, engine::PathError>>;

/// What a copy that did not come off says; nothing of one that did.
std::optional<std::string> complaint_of(const Client& client,
                                        const CopyArgument& place,
                                        const CopyAnswer& copied) {
  if (!copied) return told_fault(client, place, copied.error());
  if (!*copied) return told_path(client, place, copied->error());
  return std::nullopt;
}

Task<int> end_copy(Client& client, std::optional<std::string> complaint) {
  if (!complaint) co_return 0;
  co_return co_await end_complaining(client, *std::move(complaint));
}

/// For FiberScope: packs at one end while the other one unpacks.
Task<void> pack_there(Client& client, CopyArgument from, Conduit& tar,
                      std::optional<CopyAnswer>& answer) {
  answer = co_await client.engine.copy_out(from.container, from.path, tar);
  tar.close();
}

/// Until the writer has said how it went.
Task<void> drain(ByteSource& from) {
  for (;;) {
    const Result<Bytes> piece = co_await from.read(kChunk);
    const bool more = piece && !piece->empty();
    if (!more) co_return;
  }
}

/// Unpacks here; `base` is what the members are called, `name` what they shall.
Task<std::optional<std::string>> unpack_here(Client& client, CopyArgument from,
                                             std::string base, std::string name,
                                             std::string directory) {
  Conduit tar;
  std::optional<CopyAnswer> packed;
  FiberScope fibers(client.engine.backend().executor());
  fibers.spawn(pack_there(client, from, tar, packed));
  RenamedArchive renamed(tar, base, name);
  ByteSource& members = base == name ? static_cast<ByteSource&>(tar) : renamed;
  const Outcome unpacked =
      co_await client.console.extract(members, std::move(directory));
  if (unpacked) {
    co_await drain(tar);
  }
  // An archive that breaks off does so for a reason.
  if (packed) {
    std::optional<std::string> why = complaint_of(client, from, *packed);
    if (why) co_return why;
  }
  if (unpacked) co_return std::nullopt;
  co_return unpacked.error().text;
}

Task<int> copy_out(Call& call, CopyArgument typed, std::string to) {
  Client& client = call.at();
  const bool to_stdout = to == "-";
  CopySide target;
  if (!to_stdout) {
    const std::string path = resolved(client, to);
    const Result<CopySide> side = own_destination(client, path);
    if (!side) co_return co_await end_complaining(client, side.error().text);
    target = *side;
  }
  const Result<CopyArgument> from = co_await followed(call, typed);
  const Result<CopySide> source = co_await container_source(call, *from);
  if (!source) co_return co_await end_complaining(client, source.error().text);
  if (to_stdout) {
    const CopyAnswer copied = co_await client.engine.copy_out(
        from->container, from->path, client.console.out());
    co_return co_await end_copy(client, complaint_of(client, *from, copied));
  }
  const Result<CopyPlan> plan = plan_copy(*source, target);
  if (!plan) co_return co_await end_complaining(client, plan.error().text);
  const std::string base = split_path(from->path).base;
  // With -L the copy keeps the link's own name.
  std::string name = plan->rename_to;
  if (name.empty()) name = split_path(typed.path).base;
  std::optional<std::string> complaint =
      co_await unpack_here(client, *from, base, name, plan->directory);
  co_return co_await end_copy(client, std::move(complaint));
}

// --- Into a container -------------------------------------------------------

/// The destination; unknown ones are left to the engine to complain about.
Task<CopySide> container_destination(Client& client, CopyArgument to) {
  CopySide side{to.path, false, false};
  if (to.path.empty()) co_return side;  // No path of a container.
  auto answer = co_await client.engine.stat_path(to.container, to.path);
  if (answer && *answer && (**answer).symlink) {
    const std::string target = (**answer).link_target;
    side.path = target.starts_with('/')
                    ? target
                    : split_path(to.path).directory + "/" + target;
    answer = co_await client.engine.stat_path(to.container, side.path);
  }
  if (answer && *answer) {
    side.exists = true;
    side.directory = (**answer).directory;
    // "f/" is no file.
    if (!side.directory && to.path.ends_with('/')) side.exists = false;
  }
  co_return side;
}

/// A path of ours, and what its archive is to be.
struct OwnSource {
  std::string path, name;  // The top name in the archive.
  FileStat stat;
  std::string directory;  // Where in the container it goes.
};

Task<Outcome> write_own(Client& client, OwnSource source, ByteSink& tar) {
  std::string prefix = source.name;
  if (source.stat.kind == FileKind::directory) {
    prefix = source.name == "." ? "" : source.name + "/";
    if (!prefix.empty()) {
      vfs::TarEntry top;
      top.name = prefix;
      top.type = vfs::FileType::directory;
      top.mode = source.stat.mode & 07777U;
      top.uid = source.stat.uid;
      top.gid = source.stat.gid;
      top.mtime = source.stat.mtime;
      vfs::TarWriter writer;
      writer.add(top);
      const Outcome written = co_await tar.write(writer.take());
      if (!written) co_return written;
    }
  }
  List nothing;
  co_return co_await client.console.archive(source.path, std::move(prefix),
                                            std::move(nothing), tar);
}

Result<OwnSource> own_source(Call& call, const std::string& from,
                             const CopySide& target) {
  Client& client = call.at();
  const std::string path = resolved(client, from);
  const bool follows = call.flags.on("follow-link") || path.ends_with('/') ||
                       path.ends_with("/.");
  const std::string plain = absolute(client, path);
  const auto stat = client.console.stat(plain, follows);
  if (!stat) return Error{path_error("lstat", plain, stat.error())};
  const bool is_directory = stat->kind == FileKind::directory;
  if (!is_directory && asserts_directory(path)) {
    return Error{fmt::format("lstat {}: not a directory", path)};
  }
  const Result<CopyPlan> plan =
      plan_copy(CopySide{path, true, is_directory}, target);
  if (!plan) return plan.error();
  OwnSource source{plain, plan->rename_to, *stat, plan->directory};
  if (source.name.empty()) source.name = split_path(path).base;
  const auto link = client.console.stat(plain, false);
  const bool is_link = link && link->kind == FileKind::symlink;
  if (!follows || !is_link) return source;
  const auto pointed = client.console.readlink(plain);
  if (!pointed) return source;
  source.path = pointed->starts_with('/')
                    ? *pointed
                    : directory_of(plain) + "/" + *pointed;
  return source;
}

/// For FiberScope: packs here while the container's side unpacks.
Task<void> pack_here(Client& client, OwnSource source, Conduit& tar,
                     Outcome& packed) {
  packed = co_await write_own(client, std::move(source), tar);
  if (!packed) {
    tar.fail(packed.error());
  } else {
    tar.close();
  }
}

Task<int> copy_own(Client& client, OwnSource source, CopyArgument place) {
  Conduit tar;
  Outcome packed = done();
  FiberScope fibers(client.engine.backend().executor());
  fibers.spawn(pack_here(client, std::move(source), tar, packed));
  const CopyAnswer copied =
      co_await client.engine.copy_in(place.container, place.path, tar);
  if (!packed) co_return co_await end_complaining(client, packed.error().text);
  co_return co_await end_copy(client, complaint_of(client, place, copied));
}

Task<int> copy_in(Call& call, std::string from, CopyArgument to) {
  Client& client = call.at();
  const CopySide target = co_await container_destination(client, to);
  if (from != "-") {
    const Result<OwnSource> source = own_source(call, from, target);
    if (!source) {
      co_return co_await end_complaining(client, source.error().text);
    }
    const CopyArgument place{to.container, source->directory};
    co_return co_await copy_own(client, *source, place);
  }
  if (!target.exists || !target.directory) {
    co_return co_await end_complaining(
        client, fmt::format("destination \"{}:{}\" must be a directory",
                            to.container, to.path));
  }
  const CopyArgument place{to.container, target.path};
  const CopyAnswer copied = co_await client.engine.copy_in(
      to.container, target.path, client.console.in());
  co_return co_await end_copy(client, complaint_of(client, place, copied));
}

Task<int> cp(Call call) {
  Client& client = call.at();
  if (call.operands[0].empty()) {
    co_return co_await end_complaining(client, "source can not be empty");
  }
  if (call.operands[1].empty()) {
    co_return co_await end_complaining(client, "destination can not be empty");
  }
  const CopyArgument from = parse_copy_argument(call.operands[0]);
  const CopyArgument to = parse_copy_argument(call.operands[1]);
  if (!from.container.empty() && !to.container.empty()) {
    co_return co_await end_complaining(
        client, "copying between containers is not supported");
  }
  if (!from.container.empty()) {
    co_return co_await copy_out(call, from, to.path);
  }
  if (!to.container.empty()) {
    co_return co_await copy_in(call, from.path, to);
  }
  co_return co_await end_complaining(
      client, "must specify at least one container source");
}

}  // namespace

const Command kCp = {
    .synopsis =
        "CONTAINER:SRC_PATH DEST_PATH|-\n"
        "SRC_PATH|- CONTAINER:DEST_PATH",
    .synopsis18 = "CONTAINER:PATH LOCALPATH|-\nLOCALPATH|- CONTAINER:PATH",
    .brief = "Copy files/folders between a container and the local filesystem",
    .operands_min = 2,
    .operands_max = 2,
    .flags = kCpFlags,
    .run = cp,
    .details =
        "With '-' as the source a tar archive comes from stdin and is\n"
        "extracted below a directory of the container; with '-' as the\n"
        "destination a tar archive of the source goes to stdout."};

}  // namespace drydock::cli
