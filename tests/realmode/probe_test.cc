// probe_test.cc — what the machine can do is tried, and said in one line each.

#include <catch2/catch.hpp>

#include "realmode/probe/probe.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("the report has a line for each trial and a verdict", "[probe]") {
  const std::vector<Finding> findings = probe();
  const std::string text = report(findings);
  for (const Finding& finding : findings) {
    CHECK(text.find(std::string(finding.trial->name)) != std::string::npos);
  }
  CHECK(text.find(obstacle(findings).empty()
                      ? "containers can run here"
                      : "containers cannot run here") != std::string::npos);
}

TEST_CASE("the first thing that must be there and is not is the obstacle") {
  static const Trial comfort{"comfort", Need::comfort, "", nullptr};
  static const Trial must{"roots", Need::must, "", nullptr};
  const std::vector<Finding> findings = {{&comfort, Error{"not here"}},
                                         {&must, Error{"pulled out"}}};
  CHECK(obstacle(findings) == "roots: pulled out");
  CHECK(obstacle({{&comfort, Error{"not here"}}}).empty());
}
