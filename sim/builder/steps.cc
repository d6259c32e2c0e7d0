// steps.cc — RUN, and the way from a container to an image.

#include <fmt/format.h>

#include "sim/builder/cache.h"
#include "sim/builder/session.h"
#include "sim/engine/explain.h"

namespace drydock::builder {

using engine::StepKind;

namespace {

/// Text of standard error is shown in red, as the build's stream marks it.
class RedInk {
 public:
  std::string mark(const engine::Chunk& chunk) {
    const bool wanted = chunk.stream == engine::Stream::err;
    std::string text = wanted == red_ ? "" : wanted ? "\x1b[91m" : "\x1b[0m";
    red_ = wanted;
    return text + chunk.bytes;
  }
  std::string end() {
    const bool was = std::exchange(red_, false);
    return was ? "\x1b[0m" : "";
  }

 private:
  bool red_ = false;
};

/// What a failed start says without the words that `docker start` adds.
std::string bare_start_error(std::string text) {
  constexpr std::string_view kHead = "Cannot start container ";
  if (!text.starts_with(kHead)) return text;
  const std::size_t colon = text.find(": ", kHead.size());
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

}  // namespace

Task<Done> Session::run_command(Instruction step) {
  if (!flag_value(step, "mount").empty()) {
    co_return fault(
        "the --mount option requires BuildKit. Refer to "
        "https://docs.docker.com/go/buildkit/ to learn how to build images "
        "with BuildKit enabled");
  }
  List command = step.args;
  if (!step.json) {
    const List words = shell();
    command.insert(command.begin(), words.begin(), words.end());
  }
  const List env = stage_.config.env.value_or(List());
  const List args = args_.beside(env);
  const List cached = args_.cached_beside(env);
  ContainerConfig made = stage_.config;
  List recorded = command;
  if (!cached.empty()) {
    recorded.insert(recorded.begin(), cached.begin(), cached.end());
    recorded.insert(recorded.begin(), fmt::format("|{}", cached.size()));
  }
  made.cmd = recorded;
  if (rules_.late_instructions && !command.empty()) made.entrypoint.reset();
  const bool hit = co_await use_cache(made);
  if (hit) co_return engine::did_it();

  ContainerConfig wanted = stage_.config;
  wanted.cmd = command;
  wanted.entrypoint = List(1);  // An empty word: no entry point at all.
  List all = env;
  all.insert(all.end(), args.begin(), args.end());
  wanted.env = all;
  wanted.healthcheck.reset();
  const Answer<std::string> container = co_await create(wanted, true);
  if (!container) co_return container.error();
  const std::map<std::string, std::int64_t> volumes =
      names_in_volumes(*container);
  const Done shown = co_await show_output(*container);
  if (!shown) co_return shown.error();
  const Answer<int> code = co_await engine_.wait(*container);
  if (!code) co_return code.error();
  if (*code != 0) {
    Fault why =
        fault(fmt::format("The command '{}' returned a non-zero code: {}",
                          join(command, " "), *code));
    why.exit_code = *code;
    co_return why;
  }
  tell_effect(*container, volumes);
  const Done committed = co_await commit(*container, made, false);
  co_return committed;
}

std::map<std::string, std::int64_t> Session::names_in_volumes(
    const std::string& container) const {
  std::map<std::string, std::int64_t> names;
  engine::Backend& backend = engine_.backend();
  if (!backend.observer) return names;
  const auto found = engine_.find(container);
  if (!found) return names;
  for (const engine::MountPoint& mount : (*found)->mounts) {
    const auto facts = backend.volume_facts(mount.name);
    if (facts) names[mount.destination] = facts->added;
  }
  return names;
}

/// What a RUN step wrote where the image does not keep it, or that it wrote
/// nothing at all.
void Session::tell_effect(
    const std::string& container,
    const std::map<std::string, std::int64_t>& before) const {
  engine::Backend& backend = engine_.backend();
  if (!backend.observer) return;
  for (const auto& [path, names] : names_in_volumes(container)) {
    const auto old = before.find(path);
    if (old == before.end() || old->second == names) continue;
    engine::explain(backend, StepKind::write_discarded, "path", path, "changes",
                    names - old->second);
  }
  const auto facts = backend.rootfs_facts(container);
  if (facts && facts->added + facts->changed + facts->deleted == 0) {
    engine::explain(backend, StepKind::nothing_changed, "container", container);
  }
}

/// Starts a container and shows what it says, to its end.
Task<Done> Session::show_output(std::string container) {
  engine::AttachRequest streams;
  constexpr bool kBeforeStart = true;
  Answer<std::unique_ptr<engine::Attachment>> attachment =
      engine_.attach(container, streams, kBeforeStart);
  if (!attachment) co_return attachment.error();
  const Done started = co_await engine_.start(container);
  if (!started) co_return fault(bare_start_error(started.error().text));
  const bool silent = request_.quiet && !rules_.quiet_prints_id;
  RedInk ink;
  for (;;) {
    const Result<engine::Chunk> chunk = co_await (*attachment)->next();
    if (!chunk || chunk->bytes.empty()) break;
    if (!silent) co_await write(ink.mark(*chunk));
  }
  co_await write(ink.end());
  co_return engine::did_it();
}

Task<bool> Session::use_cache(ContainerConfig wanted) {
  engine::Backend& backend = engine_.backend();
  if (request_.no_cache || cache_missed_) {
    engine::explain(backend, StepKind::cache_unasked, "why",
                    cache_missed_ ? "an earlier step missed it" : "--no-cache");
    co_return false;
  }
  const engine::ImageRef found = find_cached(engine_, stage_.image_id, wanted);
  if (!found) {
    cache_missed_ = true;
    if (backend.observer) {
      const Miss miss = miss_reason(engine_, stage_.image_id, wanted, sums_);
      engine::explain(backend, StepKind::cache_miss, "cause", miss.cause, "why",
                      miss.why);
    }
    co_return false;
  }
  engine::explain(backend, StepKind::cache_hit, "image", found->id);
  co_await say(" ---> Using cache");
  stage_.image_id = found->id;
  co_return true;
}

Task<Answer<std::string>> Session::create(ContainerConfig config, bool shown) {
  engine::CreateRequest request;
  request.config = std::move(config);
  request.config.image = stage_.image_id;
  request.host = request_.host;
  const Answer<engine::Created> created =
      co_await engine_.create(std::move(request));
  if (!created) co_return fault(created.error().text);
  for (const std::string& warning : created->warnings) {
    co_await say(" ---> [Warning] " + warning);
  }
  if (shown) {
    containers_.push_back(created->id);
    co_await say(fmt::format(" ---> Running in {}", short_id(created->id)));
  }
  co_return created->id;
}

Task<Done> Session::commit(std::string container, ContainerConfig made,
                           bool metadata_only) {
  engine::CommitRequest request;
  request.author = stage_.author;
  request.pause = false;
  const std::string base =
      stage_.image_id.empty() || !engine_.rules().content_ids
          ? stage_.image_id
          : "sha256:" + stage_.image_id;
  stage_.config.image = made.image = base;
  request.config = stage_.config;
  request.container_config = std::move(made);
  request.metadata_only = metadata_only;
  request.parent = stage_.image_id;
  const Answer<std::string> image =
      co_await engine_.commit(container, std::move(request));
  if (!image) co_return fault(image.error().text);
  constexpr std::string_view kPrefix = "sha256:";
  stage_.image_id =
      image->starts_with(kPrefix) ? image->substr(kPrefix.size()) : *image;
  co_return engine::did_it();
}

}  // namespace drydock::builder
