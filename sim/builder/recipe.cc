// recipe.cc — all that can be refused before a build begins.

#include "sim/builder/recipe.h"

#include <fmt/format.h>

#include <optional>

namespace drydock::builder {
namespace {

bool is(const Instruction& that, Word word, const BuilderRules& rules) {
  const InstructionRule* const rule = find_instruction(that.word, rules);
  return rule && rule->word == word;
}

/// Each instruction by itself, and that nothing but ARG precedes FROM.
Outcome check_all(const std::vector<Instruction>& steps,
                  const BuilderRules& rules) {
  bool in_stage = false;
  for (const Instruction& that : steps) {
    const Outcome checked = check_instruction(that, rules);
    if (!checked) {
      return Error{fmt::format("dockerfile parse error line {}: {}",
                               that.number, checked.error().text)};
    }
    in_stage = in_stage || is(that, Word::from, rules);
    if (!in_stage && !is(that, Word::arg, rules)) {
      return Error{"no build stage in current context"};
    }
  }
  return done();
}

std::string stage_name(const Instruction& from) {
  return from.args.size() == 3 ? lower(from.args[2]) : "";
}

/// Cuts off the stages behind the target.
Outcome cut_after(std::vector<Instruction>& steps, const std::string& target,
                  const BuilderRules& rules) {
  const std::optional<std::int64_t> number = parse_int(target);
  std::int64_t stage = -1;
  bool found = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!is(steps[i], Word::from, rules)) continue;
    if (found) {
      steps.resize(i);
      return done();
    }
    ++stage;
    found = stage_name(steps[i]) == lower(target) || number == stage;
  }
  if (found) return done();
  return Error{
      fmt::format("failed to reach build target {} in Dockerfile", target)};
}

}  // namespace

Result<Recipe> make_recipe(std::string_view dockerfile,
                           const std::string& target,
                           const std::map<std::string, std::string>& labels,
                           const BuilderRules& rules) {
  Result<Dockerfile> file = parse_dockerfile(dockerfile, rules);
  if (!file) {
    return Error{std::string(rules.parse_error_prefix) + file.error().text};
  }
  if (file->instructions.empty()) {
    // docker-1.8 tells a file of comments from one of nothing at all.
    const bool nothing = dockerfile.empty() || rules.checks_first;
    return Error{nothing ? std::string(rules.empty_file)
                         : "No image was generated. Is your Dockerfile empty?"};
  }
  Recipe recipe{std::move(file->instructions), std::move(file->warnings),
                file->escape};
  if (!rules.checks_first) return recipe;
  const Outcome checked = check_all(recipe.steps, rules);
  if (!checked) return checked.error();
  if (!target.empty()) {
    const Outcome cut = cut_after(recipe.steps, target, rules);
    if (!cut) return cut.error();
  }
  for (const auto& [key, value] : labels) {
    Instruction label;
    label.word = "LABEL";
    label.line = fmt::format("LABEL {}={}", key, value);
    label.args = {key, value};
    label.literal = true;
    recipe.steps.push_back(std::move(label));
  }
  return recipe;
}

std::string step_line(const Instruction& step, std::size_t index,
                      std::size_t total, const BuilderRules& rules) {
  if (rules.counts_from_one) {
    return fmt::format("Step {}/{} : {}", index + 1, total, step.line);
  }
  const List words = [&] {
    List all = step.flags;
    all.insert(all.end(), step.args.begin(), step.args.end());
    return all;
  }();
  return fmt::format("Step {} : {} {}", index, upper(step.word),
                     join(words, " "));
}

}  // namespace drydock::builder
