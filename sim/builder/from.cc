// from.cc — FROM: a base image, its config and its triggers.

#include <fmt/format.h>

#include "sim/builder/session.h"
#include "sim/engine/explain.h"

namespace drydock::builder {
namespace {

/// A line of `docker pull` on an output that is no terminal.
std::string progress_line(const engine::Progress& step) {
  using Kind = engine::Progress::Kind;
  switch (step.kind) {
    case Kind::pulling_from:
      return fmt::format("{}: Pulling from {}\n", step.id, step.text);
    case Kind::layer:
      return fmt::format("{}: {}\n", step.id, step.text);
    case Kind::digest:
      return fmt::format("Digest: {}\n", step.text);
    case Kind::status:
      return fmt::format("Status: {}\n", step.text);
    default:
      return step.text + "\n";
  }
}

bool has_path(const List& env) {
  for (const std::string& entry : env) {
    if (entry.starts_with("PATH=")) return true;
  }
  return false;
}

}  // namespace

Task<Done> Session::from(Instruction step) {
  const std::string name =
      step.args.size() == 3 ? lower(step.args[2]) : std::string();
  const std::string base = step.args[0];
  if (base == "scratch") {
    const Done begun = co_await begin_stage(name, nullptr);
    co_return begun;
  }
  for (const Stage& earlier : earlier_) {
    if (earlier.name.empty() || earlier.name != lower(base)) continue;
    const Answer<engine::ImageRef> image = engine_.find_image(earlier.image_id);
    if (!image) co_return image.error();
    const Done begun = co_await begin_stage(name, *image);
    co_return begun;
  }
  const Answer<engine::ImageRef> image = co_await find_or_pull(base);
  if (!image) co_return fault(image.error().text);
  const Done begun = co_await begin_stage(name, *image);
  co_return begun;
}

Task<Answer<engine::ImageRef>> Session::find_or_pull(std::string name) {
  Answer<engine::ImageRef> image = engine_.find_image(name);
  if (image && !request_.pull) co_return image;
  if (!image && image.error().kind != Fault::Kind::not_found) {
    co_return image.error();
  }
  const Result<image::Reference> reference =
      image::parse_reference(name, rules_.grammar);
  if (!reference) co_return fault(reference.error().text);
  engine::PullRequest pull;
  pull.reference = reference->with_default_tag().str();
  pull.auth = request_.auth;
  std::string shown;
  const engine::ProgressSink sink = [&shown](const engine::Progress& step) {
    shown += progress_line(step);
  };
  const Done pulled = co_await engine_.pull(pull, sink);
  if (!shown.empty()) co_await write(shown);
  if (!pulled) co_return pulled.error();
  co_return engine_.find_image(name);
}

/// A null base is scratch.
Task<Done> Session::begin_stage(std::string name, engine::ImageRef base) {
  if (stage_.begun) earlier_.push_back(stage_);
  Stage stage;
  stage.begun = true;
  // docker-1.8 keeps one author for the whole file; later each stage has its.
  if (!rules_.late_instructions) stage.author = stage_.author;
  stage.name = std::move(name);
  args_.begin_stage();
  List triggers;
  if (base) {
    stage.image_id = base->id;
    stage.config = base->config;
    triggers = stage.config.on_build.value_or(List());
    stage.config.on_build.reset();
  }
  const List env = stage.config.env.value_or(List());
  const bool lacks_path =
      base && !rules_.scratch_has_path ? env.empty() : !has_path(env);
  if (lacks_path && (base || rules_.scratch_has_path)) {
    List with_path = env;
    with_path.emplace_back(kDefaultPath);
    stage.config.env = with_path;
  }
  stage_ = std::move(stage);
  if (base && engine_.backend().observer) {
    engine::explain(engine_.backend(), engine::StepKind::base_image, "image",
                    base->id, "layers", engine_.stack_depth(base->layer));
  }
  cache_missed_ = rules_.late_instructions ? false : cache_missed_;
  const Done ran = co_await run_triggers(std::move(triggers));
  co_return ran;
}

Task<Done> Session::run_triggers(List triggers) {
  if (triggers.empty()) co_return engine::did_it();
  if (rules_.shows_triggers) {
    co_await write(fmt::format("\x1b[91m# Executing {} build triggers\n\x1b[0m",
                               triggers.size()));
  } else {
    const std::string_view plural = triggers.size() > 1 ? "s" : "";
    co_await say(
        fmt::format("# Executing {} build trigger{}", triggers.size(), plural));
  }
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    Result<Instruction> step =
        parse_instruction(triggers[i], recipe_.escape, rules_);
    if (!step) co_return refuse(step.error());
    Instruction trigger;
    trigger.word = "ONBUILD";
    trigger.args.push_back(step->word);
    const Outcome allowed = check_instruction(trigger, rules_);
    if (!allowed) co_return refuse(allowed.error());
    if (rules_.shows_triggers) {
      const std::string& text = triggers[i];
      co_await say(fmt::format("Trigger {}, {}", i, text));
    }
    const Done done = co_await dispatch(std::move(*step), true);
    if (!done) co_return done.error();
  }
  co_return engine::did_it();
}

}  // namespace drydock::builder
