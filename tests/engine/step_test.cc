// step_test.cc — steps as words.

#include <catch2/catch.hpp>

#include "sim/engine/step.h"

namespace drydock::engine {
namespace {

TEST_CASE("a step's words have its fields, and ids are cut") {
  const std::string id(64, 'a');
  const Step step{StepKind::volume_owners,
                  {{"volume", id}, {"from", "1"}, {"to", "2"}}};
  CHECK(text_of(step) == "volume aaaaaaaaaaaa owners 1 → 2");
  CHECK(step.field("to") == "2");
  CHECK(step.field("none").empty());
}

TEST_CASE("a digest is cut behind its algorithm, and nothing is told as such") {
  const std::string digest = "sha256:" + std::string(64, 'b');
  CHECK(text_of({StepKind::blob_fetched, {{"digest", digest}}}) ==
        "layer bbbbbbbbbbbb fetched");
  CHECK(text_of({StepKind::image_added,
                 {{"image", digest}, {"layers", "1"}, {"size", "2"}}})
            .find("on nothing:") != std::string::npos);
}

TEST_CASE("each kind of step has a name of its own") {
  CHECK(name_of(StepKind::container_made) == "container_made");
  CHECK(name_of(StepKind::trouble) == "trouble");
}

}  // namespace
}  // namespace drydock::engine
