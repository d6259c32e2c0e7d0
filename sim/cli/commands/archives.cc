// archives.cc — images and containers as files: export, import, save, load.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/download.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kExportFlags[] = {
    {'o', "output", "string", Kind::text, "", kBoth, "File to write in place of STDOUT"},
};
// clang-format on
// clang-format off
constexpr Flag kImportFlags[] = {
    {'c', "change", "list", Kind::list, "", kBoth, "Dockerfile instruction for the new image's config"},
    {'m', "message", "string", Kind::text, "", k20, "What to remember of it"},
    {0, "platform", "string", Kind::text, "", k20, "Platform, where the server has several"},
};
// clang-format on
// clang-format off
constexpr Flag kSaveFlags[] = {
    {'o', "output", "string", Kind::text, "", kBoth, "File to write in place of STDOUT"},
};
// clang-format on
// clang-format off
constexpr Flag kLoadFlags[] = {
    {'i', "input", "string", Kind::text, "", kBoth, "Archive to read in place of STDIN"},
    {'q', "quiet", "", Kind::toggle, "", k20, "Say nothing of what was loaded"},
};
// clang-format on

/// Where an archive goes: a file that appears, or stdout.
struct Target {
  std::unique_ptr<ByteSink> file;
  ByteSink* sink = nullptr;
  std::string path;
};

std::string parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

/// The error is the client's, whole.
Task<Result<Target>> open_target(Call& call, std::string_view deed) {
  Client& client = call.at();
  Target target;
  target.path = call.flags.text("output");
  if (target.path.empty()) {
    if (client.console.out_is_terminal()) {
      co_return Error{std::string(client.profile.words.cowardly)};
    }
    target.sink = &client.console.out();
    co_return std::move(target);
  }
  const std::string parent = parent_of(target.path);
  const auto stat = client.console.stat(parent);
  const bool there = stat && stat->kind == FileKind::directory;
  if (!there && client.profile.modern) {
    co_return Error{
        fmt::format("failed to {}: invalid output path: directory "
                    "{} does not exist",
                    deed, go_quote(parent))};
  }
  auto sink = co_await client.console.open_sink(target.path, 0600);
  if (!sink) co_return Error{path_error("open", target.path, sink.error())};
  target.file = *std::move(sink);
  target.sink = target.file.get();
  co_return std::move(target);
}

Task<int> finish(Client& client, Target target, engine::Done done) {
  if (target.file) target.file->close();
  if (done) co_return 0;
  if (target.file) {
    const SysOutcome gone = client.console.unlink(target.path);
    static_cast<void>(gone);
  }
  co_return co_await refuse(client, done.error());
}

Task<int> export_container(Call call) {
  Client& client = call.at();
  Result<Target> target = co_await open_target(call, "export container");
  if (!target) co_return co_await end_complaining(client, target.error().text);
  const engine::Done done = co_await client.engine.export_container(
      call.operands.front(), *target->sink);
  co_return co_await finish(client, *std::move(target), done);
}

Task<int> save(Call call) {
  Client& client = call.at();
  Result<Target> target = co_await open_target(call, "save image");
  if (!target) co_return co_await end_complaining(client, target.error().text);
  const engine::Done done =
      co_await client.engine.save(call.operands, *target->sink);
  co_return co_await finish(client, *std::move(target), done);
}

/// What to import: a file, what a URL brings, or null for standard input.
Task<Result<std::unique_ptr<ByteSource>>> open_import(Client& client,
                                                      std::string source) {
  if (source == "-") co_return std::unique_ptr<ByteSource>();
  if (is_web_url(source)) {
    Result<Downloaded> brought = co_await download(client, source);
    co_await say(client, fmt::format("Downloading from {}\n", source));
    if (!brought) {
      engine::Fault fault;
      fault.text = brought.error().text;
      co_return Error{told(client, fault)};
    }
    std::unique_ptr<ByteSource> bytes =
        std::make_unique<StringSource>(std::move(brought->content));
    co_return bytes;
  }
  auto opened = co_await client.console.open_source(source);
  if (!opened) co_return Error{path_error("open", source, opened.error())};
  co_return *std::move(opened);
}

Task<int> import_image(Call call) {
  Client& client = call.at();
  engine::ImportRequest request;
  request.source = call.operands[0];
  request.message = call.flags.text("message");
  request.changes = call.flags.list("change");
  if (call.operands.size() > 1) request.reference = call.operands[1];
  const std::string platform = call.flags.text("platform");
  if (!platform.empty() && platform != "linux/amd64" && platform != "linux") {
    co_return co_await end_complaining(
        client,
        fmt::format("drydock: --platform {} is not modelled", platform));
  }
  if (call.operands.size() > 2) {
    request.reference += ":" + call.operands[2];
    co_await complain(
        client,
        "[DEPRECATED] The format 'file|URL|- [REPOSITORY [TAG]]' has been "
        "deprecated. Please use file|URL|- [REPOSITORY[:TAG]]\n");
  }
  if (!request.reference.empty()) {
    const Result<image::Reference> parsed = image::parse_reference(
        request.reference, client.profile.rules->grammar);
    if (!parsed) {
      co_return co_await end_complaining(client, parsed.error().text);
    }
  }
  auto opened = co_await open_import(client, request.source);
  if (!opened) co_return co_await end_complaining(client, opened.error().text);
  const std::unique_ptr<ByteSource> file = *std::move(opened);
  ByteSource& tar = file ? *file : client.console.in();
  const auto id = co_await client.engine.import(std::move(request), tar);
  if (!id) co_return co_await refuse(client, id.error());
  const bool algorithm =
      client.profile.formats.id_algorithm && id->find(':') == std::string::npos;
  const std::string shown = (algorithm ? "sha256:" : "") + *id + "\n";
  co_return co_await end_saying(client, shown);
}

Task<int> load(Call call) {
  Client& client = call.at();
  const std::string path = call.flags.text("input");
  std::unique_ptr<ByteSource> file;
  if (!path.empty()) {
    auto opened = co_await client.console.open_source(path);
    if (!opened) {
      co_return co_await end_complaining(
          client, path_error("open", path, opened.error()));
    }
    file = *std::move(opened);
  } else if (const std::string text(client.profile.words.stdin_is_terminal);
             !text.empty() && client.console.in_is_terminal()) {
    co_return co_await end_complaining(client, text);
  }
  ByteSource& tar = file ? *file : client.console.in();
  const auto loaded = co_await client.engine.load(tar);
  if (!loaded) {
    // The answer is already streaming when it fails: no prefix today.
    const std::string text = client.profile.modern
                                 ? loaded.error().text
                                 : told(client, loaded.error());
    co_return co_await end_complaining(client, text);
  }
  std::string text;
  for (const std::string& note : loaded->notes) text += note + "\n";
  if (client.profile.modern) {
    for (const std::string& tag : loaded->tags) {
      text += fmt::format("Loaded image: {}\n", tag);
    }
    for (const std::string& id : loaded->ids) {
      const bool bare = id.find(':') == std::string::npos;
      text += fmt::format("Loaded image ID: {}{}\n", bare ? "sha256:" : "", id);
    }
  }
  co_return co_await end_saying(client, std::move(text));
}

}  // namespace

const Command kExport = {
    .synopsis = "CONTAINER",
    .synopsis18 = {},
    .brief = "Export a container's filesystem as a tar archive",
    .operands_min = 1,
    .operands_max = 1,
    .flags = kExportFlags,
    .run = export_container};
const Command kImport = {
    .synopsis = "file|URL|- [REPOSITORY[:TAG]]",
    .synopsis18 = {},
    .brief = "Import the contents from a tarball to create a filesystem image",
    .operands_min = 1,
    .flags = kImportFlags,
    .run = import_image};
const Command kSave = {.synopsis = "IMAGE [IMAGE...]",
                       .synopsis18 = {},
                       .brief =
                           "Save one or more images to a tar archive "
                           "(streamed to STDOUT by default)",
                       .operands_min = 1,
                       .flags = kSaveFlags,
                       .run = save};
const Command kLoad = {.synopsis = "",
                       .synopsis18 = {},
                       .brief = "Load an image from a tar archive or STDIN",
                       .operands_min = 0,
                       .operands_max = 0,
                       .flags = kLoadFlags,
                       .run = load};

}  // namespace drydock::cli
