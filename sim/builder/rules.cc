// rules.cc — the two columns of the table.

#include "sim/builder/rules.h"

namespace drydock::builder {
namespace {

constexpr BuilderRules kDocker18{
    .grammar = image::Grammar::docker_1_8,
    .directives = false,
    .warns_of_gaps = false,
    .strict_quotes = false,
    .late_instructions = false,
    .checks_first = false,
    .empty_file = "The Dockerfile (Dockerfile) cannot be empty",
    .parse_error_prefix = "",
    .ignore_comments = false,
    .double_star = false,
    .counts_from_one = false,
    .shows_line_as_typed = false,
    .removes_before_id = false,
    .shows_triggers = true,
    .copy_leaves_container = true,
    .tells_tags = false,
    .quiet_prints_id = false,
    .exits_with_code = false,
    .nop = "#(nop) ",
    .copy_tail = "",
    .nop_apart = false,
    .scratch_has_path = false,
    .workdir_makes_directory = false,
    .names_command_in_copy_errors = false,
};

constexpr BuilderRules kDocker2010{
    .grammar = image::Grammar::docker_20_10,
    .directives = true,
    .warns_of_gaps = true,
    .strict_quotes = true,
    .late_instructions = true,
    .checks_first = true,
    .empty_file = "failed to parse Dockerfile: file with no instructions",
    .parse_error_prefix = "failed to parse Dockerfile: ",
    .ignore_comments = true,
    .double_star = true,
    .counts_from_one = true,
    .shows_line_as_typed = true,
    .removes_before_id = true,
    .shows_triggers = false,
    .copy_leaves_container = false,
    .tells_tags = true,
    .quiet_prints_id = true,
    .exits_with_code = true,
    .nop = "#(nop) ",
    .copy_tail = " ",
    .nop_apart = true,
    .scratch_has_path = true,
    .workdir_makes_directory = true,
    .names_command_in_copy_errors = true,
};

}  // namespace

const BuilderRules& rules_of(image::Grammar grammar) {
  return grammar == image::Grammar::docker_1_8 ? kDocker18 : kDocker2010;
}

}  // namespace drydock::builder
