// conformance_test.cc — the recording once more, on this machine's kernel.
//
// What disagrees is listed in tests/conformance/disagreements-real.md.

#include <catch2/catch.hpp>

#include "tests/conformance/session.h"
#include "tests/realmode/bench.h"
#include "tests/realmode/far_lab.h"

namespace drydock::realmode {

TEST_CASE("recorded commands of a real engine answer the same in realmode",
          "[conformance]") {
  if (skipped()) return;
  FarLab lab;
  if (!lab.trouble().empty()) {
    WARN("skipped: no host of its own: " << lab.trouble());
    return;
  }
  conformance::Session session("disagreements-real.md");
  session.allow(4);  // Two streams and who is first: some fifteen commands.
  session.check([&lab](const std::string& line) { return lab.run(line); },
                [&lab] {
                  const bool open = lab.open_registry();
                  if (!open) WARN("no docker-registry here: Debian has one");
                  return open;
                });
  CHECK(lab.clean_up().empty());
}

}  // namespace drydock::realmode
