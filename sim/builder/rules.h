// rules.h — all that differs between the builders of the two profiles.
//
// Nobody else asks which version this is.  Sources: behaviour.md §6 for
// docker-1.8, the recorded engine for docker-20.10.

#pragma once

#include <cstdint>
#include <string_view>

#include "sim/image/reference.h"

namespace drydock::builder {

struct BuilderRules {
  image::Grammar grammar;

  // Reading a Dockerfile.
  bool directives;         // "# escape=`" at the very top.
  bool warns_of_gaps;      // Empty lines inside a continuation.
  bool strict_quotes;      // An open quote or brace is an error.
  bool late_instructions;  // ARG STOPSIGNAL HEALTHCHECK SHELL.
  bool checks_first;       // All instructions before the first step.
  std::string_view empty_file;
  std::string_view parse_error_prefix;

  // .dockerignore.
  bool ignore_comments;  // "#" begins a comment.
  bool double_star;      // "**" crosses slashes.

  // What a build shows.
  bool counts_from_one;        // "Step 1/3 :" instead of "Step 0 :".
  bool shows_line_as_typed;    // Else the parsed words.
  bool removes_before_id;      // "Removing ..." comes before " ---> id".
  bool shows_triggers;         // "Trigger 0, RUN x" and steps of their own.
  bool copy_leaves_container;  // ADD and COPY have one to remove.
  bool tells_tags;             // "Successfully tagged r:t".
  bool quiet_prints_id;  // -q shows the id only; else it hides RUN's output.
  bool exits_with_code;  // The client's status is that of a failed RUN.

  // What an image records.
  std::string_view nop;          // Before the text of a metadata step.
  std::string_view copy_tail;    // After the destination.
  bool nop_apart;                // The text is a word of its own.
  bool scratch_has_path;         // ENV PATH is there from the start.
  bool workdir_makes_directory;  // At once; else when first needed.

  // Errors of ADD and COPY.
  bool names_command_in_copy_errors;  // "COPY failed: ..."
};

const BuilderRules& rules_of(image::Grammar grammar);

/// PATH of an image whose base has no environment.
inline constexpr std::string_view kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

}  // namespace drydock::builder
