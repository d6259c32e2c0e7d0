// targets.cc — the table of them.

#include "tests/fuzz/targets.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace drydock::fuzz {

namespace {

constexpr std::array kTargets = {
    Target{"dockerfile", feed_dockerfile},
    Target{"template", feed_template},
    Target{"json_array", feed_json_array},
    Target{"page", feed_page},
    Target{"reference", feed_reference},
    Target{"shell", feed_shell},
    Target{"arithmetic", feed_arithmetic},
    Target{"specs", feed_specs},
    Target{"tar", feed_tar},
    Target{"inflate", feed_inflate},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target* find_target(std::string_view name) {
  const auto found = std::ranges::find(kTargets, name, &Target::name);
  return found == kTargets.end() ? nullptr : &*found;
}

void demand(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "fuzz: broken promise: %s\n", promise);
  std::abort();
}

}  // namespace drydock::fuzz
