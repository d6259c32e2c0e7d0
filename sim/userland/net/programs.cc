// programs.cc — the table of the network programs, by id.

#include "sim/userland/net/net_tools.h"
#include "sim/userland/programs.h"

namespace drydock::userland {

std::span<const ProgramRow> net_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"curl/curl",          curl_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
