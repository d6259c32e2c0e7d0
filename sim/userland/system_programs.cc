// system_programs.cc — the table of the file and system programs, by id.

#include "sim/userland/programs.h"
#include "sim/userland/system.h"

namespace drydock::userland {

std::span<const ProgramRow> system_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"busybox/cat",   cat_main},
      {"busybox/cp",    cp_main},
      {"busybox/echo",  echo_main},
      {"busybox/false", false_main},
      {"busybox/ln",    ln_main},
      {"busybox/ls",    ls_main},
      {"busybox/mkdir", mkdir_main},
      {"busybox/mv",    mv_main},
      {"busybox/pwd",   pwd_main},
      {"busybox/rm",    rm_main},
      {"busybox/rmdir", rmdir_main},
      {"busybox/true",  true_main},
      {"gnu/cat",       cat_main},
      {"gnu/cp",        cp_main},
      {"gnu/echo",      echo_main},
      {"gnu/false",     false_main},
      {"gnu/ln",        ln_main},
      {"gnu/ls",        ls_main},
      {"gnu/mkdir",     mkdir_main},
      {"gnu/mv",        mv_main},
      {"gnu/pwd",       pwd_main},
      {"gnu/rm",        rm_main},
      {"gnu/rmdir",     rmdir_main},
      {"gnu/true",      true_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
