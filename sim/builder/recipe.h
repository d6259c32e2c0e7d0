// recipe.h — a Dockerfile that was checked: its steps and its stages.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/builder/dockerfile.h"

namespace drydock::builder {

/// What is to be done, in order.  In docker-1.8 nothing is checked before its
/// turn comes; docker-20.10 refuses the whole file first.
struct Recipe {
  std::vector<Instruction> steps;
  List warnings;
  char escape = '\\';
};

/// `target`: the stage to end with, by name or number; empty is the last.
/// `labels`: added as LABEL steps at the end.
Result<Recipe> make_recipe(std::string_view dockerfile,
                           const std::string& target,
                           const std::map<std::string, std::string>& labels,
                           const BuilderRules& rules);

/// "Step 1/3 : FROM x", without its newline; `index` counts from 0.
std::string step_line(const Instruction& step, std::size_t index,
                      std::size_t total, const BuilderRules& rules);

}  // namespace drydock::builder
