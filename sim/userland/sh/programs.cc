// programs.cc — the shell's rows in the table of programs.

#include "sim/userland/programs.h"

#include <array>

#include "sim/userland/sh/sh.h"

namespace drydock::userland {

std::span<const ProgramRow> shell_programs() {
  static constexpr std::array kRows = {
      ProgramRow{"bash/bash", sh_main},
      ProgramRow{"busybox/ash", sh_main},
      ProgramRow{"busybox/sh", sh_main},
      ProgramRow{"dash/sh", sh_main},
  };
  return kRows;
}

}  // namespace drydock::userland
