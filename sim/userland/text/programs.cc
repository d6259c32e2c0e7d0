// text/programs.cc — the table of the text tools, sorted by id.

#include "sim/userland/programs.h"

namespace drydock::userland {

std::span<const ProgramRow> text_programs() {
  // clang-format off
  static constexpr std::span<const ProgramRow> kRows = {};
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
