// session.cc — the build as a list of steps.

#include "sim/builder/session.h"

#include <fmt/format.h>

#include "sim/builder/ignore.h"
#include "sim/engine/explain.h"

namespace drydock::builder {

Session::Session(engine::Engine& engine, BuildRequest request,
                 BuildOutput& output)
    : engine_(engine),
      request_(std::move(request)),
      output_(output),
      rules_(rules_of(engine.rules().grammar)),
      context_(engine.backend().executor()),
      args_(request_.build_args) {}

Fault Session::fault(std::string text) const {
  Fault why;
  why.kind = Fault::Kind::bad_parameter;
  why.text = std::move(text);
  why.exit_code = 1;
  return why;
}

Task<void> Session::write(std::string text) {
  if (output_error_) co_return;
  const Outcome written = co_await output_.write(std::move(text));
  if (!written) output_error_ = written.error();
}

Task<void> Session::say(std::string line) {
  line += '\n';
  co_await write(std::move(line));
}

Task<Answer<BuildResult>> Session::run(ByteSource& context_tar) {
  const Done loaded = co_await read(context_tar);
  if (!loaded) co_return loaded.error();
  const Done built = co_await take_steps();
  if (!built) {
    if (request_.force_remove) co_await remove_containers();
    Fault why = built.error();
    if (!rules_.exits_with_code || why.exit_code == 125) why.exit_code = 1;
    co_return why;
  }
  const Answer<BuildResult> result = co_await finish();
  co_return result;
}

Task<Done> Session::read(ByteSource& context_tar) {
  if (request_.squash) {
    // Experimental in every version that has it.
    co_return fault("squash is only supported with experimental mode");
  }
  const Outcome loaded = co_await context_.load(context_tar);
  if (!loaded) co_return refuse(loaded.error());
  const SysResult<Bytes> text = context_.read(request_.dockerfile);
  if (!text) {
    co_return fault("Cannot locate specified Dockerfile: " +
                    request_.dockerfile);
  }
  hide_ignored();
  Result<Recipe> recipe =
      make_recipe(*text, request_.target, request_.labels, rules_);
  if (!recipe) co_return refuse(recipe.error());
  recipe_ = std::move(*recipe);
  if (engine_.backend().observer) tell_context();
  co_return engine::did_it();
}

void Session::tell_context() {
  std::int64_t files = 0, bytes = 0;
  List folders = {""};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    const auto inode = context_.find(folder.empty() ? "." : folder);
    if (!inode) continue;
    const auto entries = (*inode)->entries();
    if (!entries) continue;
    for (const vfs::DirectoryEntry& entry : *entries) {
      const std::string path = folder + entry.name;
      if (entry.type == vfs::FileType::directory) folders.push_back(path + "/");
      const auto file = context_.find(path);
      if (!file || entry.type != vfs::FileType::regular) continue;
      ++files;
      bytes += (*file)->attributes().size;
    }
  }
  engine::explain(engine_.backend(), engine::StepKind::context, "files", files,
                  "bytes", bytes, "dockerfile", request_.dockerfile);
}

/// The client sends the Dockerfile and .dockerignore even if the latter names
/// them; then they may not be copied.
void Session::hide_ignored() {
  const SysResult<Bytes> text = context_.read(".dockerignore");
  if (!text) return;
  const Result<IgnoreRules> ignore = IgnoreRules::parse(*text, rules_);
  if (!ignore) return;
  for (const std::string& name :
       {std::string(".dockerignore"), request_.dockerfile}) {
    if (ignore->excludes(name)) context_.hide(name);
  }
}

Task<Done> Session::take_steps() {
  if (!recipe_.warnings.empty()) {
    co_await write("\x1b[91m" + join(recipe_.warnings, "\n") + "\n\x1b[0m");
  }
  for (std::size_t i = 0; i < recipe_.steps.size(); ++i) {
    const Instruction step = recipe_.steps[i];
    if (rules_.counts_from_one) {
      co_await say(step_line(step, i, recipe_.steps.size(), rules_));
    }
    Instruction numbered = step;
    numbered.number = static_cast<int>(i);
    const Done taken = co_await dispatch(numbered, false);
    if (!taken) co_return taken.error();
    if (output_error_) co_return refuse(*output_error_);
    const bool outer = !stage_.begun;  // ARG before the first FROM.
    if (!outer) {
      co_await say(fmt::format(" ---> {}", short_id(stage_.image_id)));
    }
    if (!rules_.removes_before_id && request_.remove) {
      co_await remove_containers();
    }
  }
  co_return engine::did_it();
}

/// Replaces variables, shows the step where that comes first, and does it.
Task<Done> Session::dispatch(Instruction step, bool in_trigger) {
  const auto number = static_cast<std::size_t>(step.number);
  const bool replaces_first = !rules_.checks_first;
  Result<Instruction> expanded = expand(step);
  if (replaces_first && !expanded) co_return refuse(expanded.error());
  if (!rules_.counts_from_one) {
    const auto shown = in_trigger ? 0 : number;
    co_await say(step_line(step, shown, 0, rules_));
  }
  if (!expanded) co_return refuse(expanded.error());
  const Outcome checked = check_instruction(step, rules_);
  if (!checked) co_return refuse(checked.error());
  const Done performed = co_await perform(std::move(*expanded));
  if (!performed) co_return performed.error();
  if (rules_.removes_before_id && request_.remove) {
    co_await remove_containers();
  }
  co_return performed;
}

Task<Done> Session::perform(Instruction step) {
  const InstructionRule* const rule = find_instruction(step.word, rules_);
  const Word word = rule->word;
  if (word != Word::from && word != Word::arg && !stage_.begun) {
    const std::string_view what = word == Word::run ? "run" : "commit";
    co_return fault(fmt::format(
        "Please provide a source image with `from` prior to {}", what));
  }
  switch (word) {
    case Word::from: {
      const Done begun = co_await from(step);
      co_return begun;
    }
    case Word::run: {
      const Done ran = co_await run_command(step);
      co_return ran;
    }
    case Word::add:
    case Word::copy: {
      const Done copied = co_await copy(step, word);
      co_return copied;
    }
    case Word::arg: {
      const Done declared = co_await declare_args(step);
      co_return declared;
    }
    default: {
      const Done changed = co_await metadata(step, word);
      co_return changed;
    }
  }
}

Task<Answer<BuildResult>> Session::finish() {
  const List unused = args_.unused();
  if (!unused.empty()) {
    co_await say(
        fmt::format("[Warning] One or more build-args [{}] were not consumed",
                    join(unused, " ")));
  }
  if (stage_.image_id.empty()) {
    co_return fault("No image was generated. Is your Dockerfile empty?");
  }
  co_await say(fmt::format("Successfully built {}", short_id(stage_.image_id)));
  for (const std::string& tag : request_.tags) {
    constexpr bool kMoves = true;
    const Done tagged = co_await engine_.tag(stage_.image_id, tag, kMoves);
    if (!tagged) co_return tagged.error();
    if (!rules_.tells_tags) continue;
    const Result<image::Reference> name =
        image::parse_reference(tag, rules_.grammar);
    if (!name) continue;
    co_await say("Successfully tagged " + name->with_default_tag().str());
  }
  if (output_error_) co_return fault(output_error_->text);
  BuildResult result;
  result.image_id = stage_.image_id;
  co_return result;
}

Task<void> Session::remove_containers() {
  const List doomed = std::exchange(containers_, {});
  for (const std::string& container : doomed) {
    co_await say(
        fmt::format("Removing intermediate container {}", short_id(container)));
    co_await remove_quietly(container);
  }
}

Task<void> Session::remove_quietly(std::string container) {
  engine::RemoveRequest how;
  how.force = how.volumes = true;
  const Done removed = co_await engine_.remove(container, how);
  if (removed) co_return;
  co_await say(fmt::format("Error removing intermediate container {}: {}",
                           short_id(container), removed.error().text));
}

Task<Answer<BuildResult>> build(engine::Engine& engine, BuildRequest request,
                                ByteSource& context_tar, BuildOutput& output) {
  Session session(engine, std::move(request), output);
  Answer<BuildResult> result = co_await session.run(context_tar);
  co_return result;
}

}  // namespace drydock::builder
