// targets.h — every reader of foreign text, as something to throw bytes at.
//
// A target must come back from any input whatsoever, and checks besides what
// its reader promises; a broken promise stops the program.  The same targets
// run under libFuzzer (`./dev fuzz NAME`) and, over the inputs that are kept
// in corpus/NAME, as ordinary tests.

#pragma once

#include <span>
#include <string_view>

namespace drydock::fuzz {

struct Target {
  std::string_view name;
  void (*feed)(std::string_view bytes);
};

std::span<const Target> targets();
const Target* find_target(std::string_view name);

/// Ends the program, saying which promise was broken.
void demand(bool kept, const char* promise);

// text_targets.cc
void feed_dockerfile(std::string_view bytes);
void feed_template(std::string_view bytes);
void feed_json_array(std::string_view bytes);
void feed_page(std::string_view bytes);
void feed_reference(std::string_view bytes);
// shell_target.cc
void feed_shell(std::string_view bytes);
void feed_arithmetic(std::string_view bytes);
// spec_target.cc
void feed_specs(std::string_view bytes);
// archive_targets.cc
void feed_tar(std::string_view bytes);
void feed_inflate(std::string_view bytes);

}  // namespace drydock::fuzz
