// conformance_test.cc — every recorded command, run against the model.
//
// The figure that this prints is the one in the README.  What disagrees must
// be listed in disagreements.md with its reason, and what is listed must
// disagree.

#include <catch2/catch.hpp>

#include "tests/conformance/lab.h"
#include "tests/conformance/session.h"

namespace drydock::conformance {

TEST_CASE("recorded commands of a real engine answer the same here") {
  Lab lab;
  Session session("disagreements.md");
  session.check([&lab](const std::string& command) { return lab.run(command); },
                [&lab] {
                  lab.open_registry();
                  return true;
                });
}

}  // namespace drydock::conformance
