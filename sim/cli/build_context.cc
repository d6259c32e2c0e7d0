// build_context.cc — the folder or stream that a build sends, looked at first.

#include "sim/cli/build_context.h"

#include <fmt/format.h>

#include "sim/builder/context.h"
#include "sim/builder/ignore.h"
#include "sim/cli/call.h"
#include "sim/cli/download.h"
#include "sim/vfs/tar.h"

namespace drydock::cli {

namespace {

constexpr std::size_t kContextMax = std::size_t{1} << 30;
constexpr int kDepthMax = 200;
constexpr std::string_view kIgnoreFile = ".dockerignore";

Error unprepared(std::string_view why) {
  return Error{fmt::format("unable to prepare context: {}", why)};
}

/// Bytes that are a tar, or a Dockerfile that stands for a context.
SentContext context_from(Client& client, Bytes bytes, const std::string& file) {
  SentContext context;
  if (builder::looks_like_archive(bytes)) {
    context.tar = std::move(bytes);
    if (!file.empty()) context.dockerfile = file;
  } else {
    context.tar = builder::context_of(bytes, client.console.now());
  }
  return context;
}

Task<Result<SentContext>> from_stdin(Client& client, std::string file) {
  Result<Bytes> bytes = co_await read_all(client.console.in(), kContextMax);
  if (!bytes) co_return bytes.error();
  co_return context_from(client, *std::move(bytes), file);
}

Task<Result<SentContext>> from_url(Client& client, std::string url,
                                   std::string file) {
  Result<Downloaded> brought = co_await download(client, url);
  if (!brought) {
    co_return unprepared(fmt::format("unable to download remote context {}: {}",
                                     url, brought.error().text));
  }
  const std::string bar = finished_bar(client, brought->content.size());
  co_await say(client,
               fmt::format("Downloading build context from remote url: {} {}\n",
                           url, bar));
  co_return context_from(client, std::move(brought->content), file);
}

/// Below `root`, what the rules leave out; a directory stands for all in it.
void collect(Client& client, const builder::IgnoreRules& rules,
             const std::string& root, const std::string& below,
             const List& kept, List& skip, int depth) {
  if (depth > kDepthMax) return;
  const auto names =
      client.console.list(below.empty() ? root : root + "/" + below);
  if (!names) return;
  for (const std::string& name : *names) {
    const std::string path = below.empty() ? name : below + "/" + name;
    const auto stat = client.console.stat(root + "/" + path, false);
    const bool directory = stat && stat->kind == FileKind::directory;
    const bool always = std::find(kept.begin(), kept.end(), path) != kept.end();
    const bool excluded = !always && rules.excludes(path);
    bool holds_kept = false;
    for (const std::string& file : kept) {
      holds_kept = holds_kept || file.starts_with(path + "/");
    }
    const bool enter =
        directory && (!excluded || rules.has_exceptions() || holds_kept);
    // One that is entered all the same is left out itself.
    if (excluded) skip.push_back(enter ? path + "/" : path);
    if (enter) collect(client, rules, root, path, kept, skip, depth + 1);
  }
}

/// The Dockerfile within the context, or its content when it is outside.
struct Recipe {
  std::string path;  // Relative to the context.
  std::optional<Bytes> content;
};

Task<Result<Recipe>> find_dockerfile(Client& client, std::string root,
                                     std::string file) {
  Recipe recipe{"Dockerfile", std::nullopt};
  const bool modern = client.profile.modern;
  std::string path = root + "/Dockerfile";
  if (file == "-") {
    Result<Bytes> text = co_await read_all(client.console.in(), kContextMax);
    if (!text) co_return text.error();
    recipe.path = ".dockerfile.drydock";
    recipe.content = *std::move(text);
    co_return recipe;
  }
  if (!file.empty()) path = absolute(client, file);
  auto stat = client.console.stat(path);
  if (!stat && file.empty()) {
    // A lower-case one is taken where there is no other.
    const std::string small = root + "/dockerfile";
    const auto other = client.console.stat(small);
    if (other) {
      path = small;
      stat = other;
    }
  }
  if (!stat) {
    co_return modern
        ? unprepared(fmt::format("unable to evaluate symlinks in Dockerfile "
                                 "path: {}",
                                 path_error("lstat", path, stat.error())))
        : unprepared(fmt::format("Cannot locate Dockerfile: absDockerfile: {}",
                                 go_quote(path)));
  }
  if (path.starts_with(root + "/")) {
    recipe.path = path.substr(root.size() + 1);
    co_return recipe;
  }
  if (!modern) {
    co_return unprepared(
        fmt::format("The Dockerfile ({}) must be within the build context ({})",
                    path, root));
  }
  SysResult<Bytes> text = co_await client.console.read_file(path);
  if (!text) co_return unprepared(path_error("open", path, text.error()));
  recipe.path = ".dockerfile.drydock";
  recipe.content = *std::move(text);
  co_return recipe;
}

/// Puts a file before the members of an archive.
Bytes with_file(const Recipe& recipe, Time now, Bytes tar) {
  vfs::TarEntry entry;
  entry.name = recipe.path;
  entry.mode = 0600;
  entry.size = static_cast<std::int64_t>(recipe.content->size());
  entry.content = *recipe.content;
  entry.mtime = now;
  vfs::TarWriter writer;
  writer.add(entry);
  return writer.take() + tar;
}

Task<Result<SentContext>> from_folder(Client& client, std::string operand,
                                      std::string file) {
  const std::string root = absolute(client, operand);
  const auto stat = client.console.stat(root);
  if (!stat) {
    co_return client.profile.modern
        ? unprepared(fmt::format("path {} not found", go_quote(operand)))
        : unprepared(
              fmt::format("unable to evaluate symlinks in context path: {}",
                          path_error("lstat", operand, stat.error())));
  }
  if (stat->kind != FileKind::directory) {
    co_return unprepared(
        fmt::format("context must be a directory: {}", operand));
  }
  const Result<Recipe> recipe =
      co_await find_dockerfile(client, root, std::move(file));
  if (!recipe) co_return recipe.error();
  const std::string ignore_path = root + "/" + std::string(kIgnoreFile);
  const SysResult<Bytes> ignored =
      co_await client.console.read_file(ignore_path);
  List skip;
  if (ignored) {
    const auto rules = builder::IgnoreRules::parse(
        *ignored, builder::rules_of(client.profile.rules->grammar));
    if (!rules) co_return rules.error();
    List kept = {std::string(kIgnoreFile), recipe->path};
    collect(client, *rules, root, "", kept, skip, 0);
  }
  StringSink tar;
  std::string prefix;
  const Outcome archived =
      co_await client.console.archive(root, prefix, std::move(skip), tar);
  if (!archived) co_return unprepared(archived.error().text);
  SentContext context;
  context.tar = tar.take();
  context.dockerfile = recipe->path;
  if (recipe->content) {
    context.tar =
        with_file(*recipe, client.console.now(), std::move(context.tar));
  }
  co_return context;
}

}  // namespace

Task<Result<SentContext>> prepare_context(Client& client, std::string operand,
                                          std::string file) {
  if (operand == "-") {
    co_return co_await from_stdin(client, std::move(file));
  }
  if (is_git_url(operand)) {
    co_return Error{
        "drydock: 'docker build' from a git repository is not modelled"};
  }
  if (is_web_url(operand)) {
    co_return co_await from_url(client, std::move(operand), std::move(file));
  }
  co_return co_await from_folder(client, std::move(operand), std::move(file));
}

}  // namespace drydock::cli
