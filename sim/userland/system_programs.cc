// system_programs.cc — the table of the file and system programs, by id.

#include "sim/userland/programs.h"
#include "sim/userland/system.h"

namespace drydock::userland {

std::span<const ProgramRow> system_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"busybox/basename", basename_main},
      {"busybox/cat",      cat_main},
      {"busybox/chgrp",    chgrp_main},
      {"busybox/chmod",    chmod_main},
      {"busybox/chown",    chown_main},
      {"busybox/cp",       cp_main},
      {"busybox/dirname",  dirname_main},
      {"busybox/echo",     echo_main},
      {"busybox/env",      env_main},
      {"busybox/false",    false_main},
      {"busybox/ln",       ln_main},
      {"busybox/ls",       ls_main},
      {"busybox/mkdir",    mkdir_main},
      {"busybox/mkfifo",   mkfifo_main},
      {"busybox/mknod",    mknod_main},
      {"busybox/mktemp",   mktemp_main},
      {"busybox/mv",       mv_main},
      {"busybox/printenv", printenv_main},
      {"busybox/pwd",      pwd_main},
      {"busybox/readlink", readlink_main},
      {"busybox/realpath", realpath_main},
      {"busybox/rm",       rm_main},
      {"busybox/rmdir",    rmdir_main},
      {"busybox/sleep",    sleep_main},
      {"busybox/touch",    touch_main},
      {"busybox/true",     true_main},
      {"busybox/truncate", truncate_main},
      {"gnu/basename",     basename_main},
      {"gnu/cat",          cat_main},
      {"gnu/chgrp",        chgrp_main},
      {"gnu/chmod",        chmod_main},
      {"gnu/chown",        chown_main},
      {"gnu/cp",           cp_main},
      {"gnu/dirname",      dirname_main},
      {"gnu/echo",         echo_main},
      {"gnu/env",          env_main},
      {"gnu/false",        false_main},
      {"gnu/ln",           ln_main},
      {"gnu/ls",           ls_main},
      {"gnu/mkdir",        mkdir_main},
      {"gnu/mkfifo",       mkfifo_main},
      {"gnu/mknod",        mknod_main},
      {"gnu/mktemp",       mktemp_main},
      {"gnu/mv",           mv_main},
      {"gnu/printenv",     printenv_main},
      {"gnu/pwd",          pwd_main},
      {"gnu/readlink",     readlink_main},
      {"gnu/realpath",     realpath_main},
      {"gnu/rm",           rm_main},
      {"gnu/rmdir",        rmdir_main},
      {"gnu/sleep",        sleep_main},
      {"gnu/touch",        touch_main},
      {"gnu/true",         true_main},
      {"gnu/truncate",     truncate_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
